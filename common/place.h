/*
 * Where in an event a value is, as source files say it:
 *
 *   "/a/b"    RFC 6901 pointer from the current element (the one that each
 *             has reached; without each: from the base)
 *   ""        the current element itself
 *   "^/a/b"   the same from the base, also inside each
 *   "$/a/b"   the same from the whole body, whatever root says
 *   "/a/[b=c]/d"  a step in brackets chooses, among the elements of an array,
 *             the first object whose member b is the text c; applied to a
 *             single object, it tests whether that is it
 *   "@name"   an attribute of the envelope: a CloudEvents attribute (id,
 *             time, type, subject, extensions), a header that
 *             receive.headers keeps (lower-case name), and always
 *             "@event_id" and "@received_at" (RFC 3339)
 *
 * The base is the body (XML turned to JSON; for a CloudEvent its data), or what
 * the first of the file's "root" pointers that leads somewhere points to.
 */
#ifndef COMMON_PLACE_H
#define COMMON_PLACE_H

#include "common/arena.h"
#include "common/json.h"
#include "common/row.h"

/* An event, parsed so far that values can be found in it. */
struct scene {
	const struct row *row;
	struct json envelope;	/* the CloudEvent, or row->head; n == 0: none */
	struct json head;	/* row->head beside a structured CloudEvent */
	struct json body;	/* the base's document; n == 0: the body is
				 * text, or there is none */
	uint32_t data;		/* the body's token in its document */
	uint32_t base;		/* after root */
	uint32_t element;	/* after each */
	struct arena *arena;
	int shared;		/* body and envelope are the same document */
	int cloudevent;		/* structured or binary */
	int xml;		/* the body was XML */
};

/* A value that was found: a token of a document, or if j == NULL the string in
 * text. */
struct found {
	const struct json *j;
	uint32_t tok;
	const char *text;
};

/* Whether a place is well-formed: NULL, or a constant phrase.  The functions
 * below require that it is. */
const char *place_fault(const char *place);

/* Find a value: 1 and *f, or 0 if there is nothing at that place. */
int place_find(const struct scene *, const char *place, struct found *f);

/* The value as text: the characters of a string, the digits of a number, true,
 * false.  NULL for null, arrays and objects.  In the scene's arena, or
 * constant. */
const char *place_text(const struct scene *, const struct found *f);

/* Its type, an enum json_type (JSON_STRING for text). */
int place_type(const struct found *f);

/* Its canonical JSON, in the arena. */
const char *place_canonical(const struct scene *, const struct found *f,
    size_t *len);

/*
 * Parse a row: XML is turned into JSON, a structured CloudEvent into envelope
 * and data; then the first of root that leads somewhere becomes base and
 * element.  E_DATA and a sentence in *e if the body cannot be read.  Release
 * with scene_close(); everything in the arena stays valid until that is reset.
 */
int scene_open(struct scene *, const struct row *, const char *const *root,
    size_t nroot, struct arena *, struct err *e);
void scene_close(struct scene *);

/* Use another base in the body: the first of root that leads to something other
 * than null.  1, or 0 if none does: then the base is the body itself. */
int scene_root(struct scene *, const char *const *root, size_t nroot);

#endif
