/*
 * Where in an event a value stands, the way source files say it:
 *
 *   "/a/b"    RFC 6901 pointer from the current element (what each walks
 *             over; without each: from the base)
 *   ""        the current element itself
 *   "^/a/b"   the same from the base, also inside each
 *   "$/a/b"   the same from the whole body, whatever root says
 *   "/a/[b=c]/d"  a step in brackets chooses, of the elements of an array, the
 *             first object whose member b is the text c; of a single object,
 *             it asks whether it is that one
 *   "@name"   an attribute of the envelope: CloudEvents attribute (id, time,
 *             type, subject, extensions), a header that receive.headers
 *             keeps (lower-case name), always there: "@event_id",
 *             "@received_at" (RFC 3339)
 *
 * The base is the body (XML turned to JSON; for a CloudEvent its data), or the
 * first of the file's "root" pointers that leads somewhere in it.
 */
#ifndef COMMON_PLACE_H
#define COMMON_PLACE_H

#include "common/arena.h"
#include "common/json.h"
#include "common/row.h"

/* An event that was parsed far enough to be looked into. */
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

/* A value that was found: a token of a document.  j == NULL: a string that
 * stands in text. */
struct found {
	const struct json *j;
	uint32_t tok;
	const char *text;
};

/* Whether a place is well formed: NULL, or a constant phrase.  All others
 * below want a place that is. */
const char *place_fault(const char *place);

/* 1 and *f, or 0 when nothing stands there. */
int place_find(const struct scene *, const char *place, struct found *f);

/* The value as text: a string's characters, a number's digits, true, false.
 * NULL for null, arrays, objects.  In the scene's arena or constant. */
const char *place_text(const struct scene *, const struct found *f);

/* Value kind of enum json_type (JSON_STRING for text). */
int place_type(const struct found *f);

/* Its canonical JSON, in the arena. */
const char *place_canonical(const struct scene *, const struct found *f,
    size_t *len);

/*
 * Parse a row: XML is turned into JSON, a structured CloudEvent into envelope
 * and data, then the first of root that leads somewhere becomes base and
 * element.  E_DATA and a sentence in *e when the body cannot be read.  Release
 * with scene_close(); everything in the arena stays valid until it is reset.
 */
int scene_open(struct scene *, const struct row *, const char *const *root,
    size_t nroot, struct arena *, struct err *e);
void scene_close(struct scene *);

/* Look at the body from another base: the first of root that leads to
 * something other than null.  1, or 0 when none does: then the base is the
 * body itself. */
int scene_root(struct scene *, const char *const *root, size_t nroot);

#endif
