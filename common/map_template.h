/*
 * The mapping language in the other direction: texts and JSON that loya sends,
 * made from a document of its own, and what is read out of an answer.  Pure; a
 * part of map.h.
 *
 *	read  map_text_conf(), map_body_conf(), map_value_alone()
 *	use   map_sight_open(), then as often as you like
 *	      map_text_fill(), map_body_row(), map_body_fill(),
 *	      map_sight_text(), map_sight_holds(); map_sight_close()
 */
#ifndef COMMON_MAP_TEMPLATE_H
#define COMMON_MAP_TEMPLATE_H

#include <stddef.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/map.h"
#include "common/status.h"

struct node;
struct value;
struct cond;
struct map_text;		/* literal text and places: "a/{/b}" */
struct map_body;		/* JSON whose leaves are values */
struct map_sight;		/* a document to take values from */

/* For reading templates: what {name} stands for, and what was found. */
struct map_setting {
	const char *name, *text;
};

enum { MAP_SECRETS = 8 };

struct map_reader {
	struct arena *arena;
	const struct map_setting *setting;
	size_t nsetting;
	const char *secret[MAP_SECRETS];	/* names used by bodies */
	size_t nsecret;
	const char *lacks;	/* a sentence: a setting that the profile needs
				 * and nobody provides; or NULL */
};

/* How a value goes into a text: unchanged, as a part of a URL (percent-encoded,
 * RFC 3986; a setting "base" begins one and is not encoded), or with each '
 * doubled (keys of OData). */
enum map_escape { MAP_PLAIN, MAP_URL, MAP_QUOTE };

/* Complaints go to the node's conf.  Everything lives in the reader's arena. */
struct map_text *map_text_conf(const struct node *, enum map_escape,
    struct map_reader *);
struct map_body *map_body_conf(const struct node *, struct map_reader *);

/* A single value or condition, *key of the node; NULL if it is not there. */
struct value *map_value_alone(const struct node *, const char *key,
    struct arena *);
struct cond *map_cond_alone(const struct node *, const char *key,
    struct arena *);

/* The beginning of a text up to its first place; all of it that is not a place;
 * whether it has no place. */
const char *map_text_start(const struct map_text *, struct arena *);
const char *map_text_own(const struct map_text *, struct arena *);
int map_text_fixed(const struct map_text *);

/* Whether a body has {"rows": ...}; whether nothing outside of that (or nothing
 * at all, if there are no rows) comes from a document. */
int map_body_rows(const struct map_body *);
int map_body_fixed(const struct map_body *);

/* Open a JSON text to take values from; it must not change until the close, nor
 * must the arena, where everything lives.  E_DATA: it is not JSON. */
int map_sight_open(struct map_sight **, const char *json, size_t len,
    struct arena *, struct err *);
void map_sight_close(struct map_sight *);

/* How many elements the array at a pointer of the document has, -1: there is no
 * such array.  After map_sight_at() places start at its i-th element. */
long map_sight_list(struct map_sight *, const char *pointer);
void map_sight_at(struct map_sight *, size_t i);

/* The part of the document that places start at, as text. */
const char *map_sight_source(const struct map_sight *, size_t *len);

/* Whether the condition holds for the document. */
int map_sight_holds(const struct map_sight *, const struct cond *);

/* A value as text; NULL if it is not there, or is not a single value. */
const char *map_sight_text(struct map_sight *, const struct value *);

/* Append the filled-in text, terminated.  E_DATA and a sentence in *e: a place
 * is not there, or its value cannot be part of such a text. */
int map_text_fill(const struct map_text *, struct map_sight *, struct buf *,
    struct err *);

/* Where a secret goes into a finished body: secret is its index in the reader's
 * list. */
struct map_gap {
	size_t at, secret;
};

struct map_made {
	struct buf text;
	struct map_gap *gap;	/* malloc()ed */
	size_t ngap;
};

/* Append one element of "rows". */
int map_body_row(const struct map_body *, struct map_sight *, struct buf *rows,
    struct err *);

/* The whole body around the rows.  The sight may be NULL if the body is
 * fixed. */
int map_body_fill(const struct map_body *, struct map_sight *,
    const struct buf *rows, struct map_made *, struct err *);
void map_made_release(struct map_made *);

#endif
