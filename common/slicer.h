/*
 * Takes a JSON text apart as it comes in: passes on, one by one, the elements
 * of the array that a pointer leads to, and keeps everything around them.  So
 * an answer of any length needs only the memory of its longest element.
 *
 *	slicer_init(), slicer_feed() as it comes, slicer_end(), slicer_release()
 *
 * If the pointer leads to an object, that is the only element.  What is passed
 * on is delimited only by its brackets and quotes: the receiver parses it.
 * What is around it is parsed by slicer_end(), with [] in place of the array or
 * null in place of the object; together that covers the whole text.
 */
#ifndef COMMON_SLICER_H
#define COMMON_SLICER_H

#include <stddef.h>

#include "common/buf.h"
#include "common/json.h"

/* Bytes of one element, and of everything around the elements. */
enum { SLICER_ROW = 4 * 1024 * 1024, SLICER_FRAME = 1024 * 1024 };

/* Receives one element; a value other than 0 ends the feeding. */
typedef int slicer_fn(void *ctx, const char *, size_t);

struct slicer {
	const char *pointer;	/* RFC 6901; the caller's */
	slicer_fn *fn;
	void *ctx;
	struct buf frame, row;
	int found;		/* the pointer led to an array or object */
	const char *why;	/* of E_DATA: a constant phrase */

	/* of the scanner */
	int mode, quoted, escaped, begun, comma, ended;
	int depth, inside;	/* containers open around, within an element */
	int on_path;		/* how many of them lie on the path */
	int expects;		/* what may come next */
	char kind[JSON_DEPTH];
	unsigned index[JSON_DEPTH];
	size_t key, key_len;	/* of the newest member, in frame */
	struct json json;	/* the frame, behind slicer_end() */
};

/* pointer is not copied, and must live as long. */
void slicer_init(struct slicer *, const char *pointer, slicer_fn *, void *ctx);
void slicer_release(struct slicer *);

/* 0; E_DATA with ->why; or what fn returned. */
int slicer_feed(struct slicer *, const char *, size_t);

/* The end of the text: ->json is its frame.  E_DATA with ->why. */
int slicer_end(struct slicer *);

#endif
