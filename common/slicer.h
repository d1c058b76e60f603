/*
 * A JSON text taken apart as it comes in: the elements of the one array that a
 * pointer leads to are given away one by one, everything around them is kept.
 * So an answer of any length needs the memory of its longest element.
 *
 *	slicer_init(), slicer_feed() as it comes, slicer_end(), slicer_release()
 *
 * Where the pointer leads to an object, that is the only element.  What is
 * given away is a value by its brackets and quotes alone: whoever takes it
 * parses it.  What is around is parsed by slicer_end(), with [] in the place
 * of the array and null in that of an object: together that is all of the text.
 */
#ifndef COMMON_SLICER_H
#define COMMON_SLICER_H

#include <stddef.h>

#include "common/buf.h"
#include "common/json.h"

/* Bytes of one element, and of all that stands around them. */
enum { SLICER_ROW = 4 * 1024 * 1024, SLICER_FRAME = 1024 * 1024 };

/* One element; what it returns other than 0 ends the feeding. */
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
	int on_path;		/* so many of them lie on the way */
	int expects;		/* what may come next */
	char kind[JSON_DEPTH];
	unsigned index[JSON_DEPTH];
	size_t key, key_len;	/* of the newest member, in frame */
	struct json json;	/* the frame, behind slicer_end() */
};

void slicer_init(struct slicer *, const char *pointer, slicer_fn *, void *ctx);
void slicer_release(struct slicer *);

/* 0; E_DATA with ->why; or what fn returned. */
int slicer_feed(struct slicer *, const char *, size_t);

/* The text ends here: ->json is its frame.  E_DATA with ->why. */
int slicer_end(struct slicer *);

#endif
