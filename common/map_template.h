/*
 * The mapping language the other way round: texts and JSON that loya sends,
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
struct map_sight;		/* a document that is looked into */

/* Reading of templates: what {name} stands for, and what was found. */
struct map_setting {
	const char *name, *text;
};

enum { MAP_SECRETS = 8 };

struct map_reader {
	struct arena *arena;
	const struct map_setting *setting;
	size_t nsetting;
	const char *secret[MAP_SECRETS];	/* names that bodies have */
	size_t nsecret;
	const char *lacks;	/* a sentence: a setting that the profile
				 * wants and nobody gives; or NULL */
};

/* How a value goes into a text: as it is, as a part of an address (percent
 * encoding, RFC 3986; a setting "base" begins one and stays as it is), or with
 * each ' doubled (keys of OData). */
enum map_escape { MAP_PLAIN, MAP_URL, MAP_QUOTE };

/* Complaints go to the node's conf.  Everything lives in the reader's arena. */
struct map_text *map_text_conf(const struct node *, enum map_escape,
    struct map_reader *);
struct map_body *map_body_conf(const struct node *, struct map_reader *);

/* A value or a condition that stands by itself: *key of the node; NULL when it
 * is not there. */
struct value *map_value_alone(const struct node *, const char *key,
    struct arena *);
struct cond *map_cond_alone(const struct node *, const char *key,
    struct arena *);

/* What a text begins with, up to its first place; all of it that is no place;
 * and whether it has none. */
const char *map_text_start(const struct map_text *, struct arena *);
const char *map_text_own(const struct map_text *, struct arena *);
int map_text_fixed(const struct map_text *);

/* Whether a body has {"rows": ...}; whether anything outside of that (or in
 * the whole body without) is of a document. */
int map_body_rows(const struct map_body *);
int map_body_fixed(const struct map_body *);

/* Look into a JSON text, which stays as it is until the close, as all of this
 * does in the arena.  E_DATA: it is no JSON. */
int map_sight_open(struct map_sight **, const char *json, size_t len,
    struct arena *, struct err *);
void map_sight_close(struct map_sight *);

/* How many elements the array at a pointer of the document has, -1: there is
 * none.  Then map_sight_at(): places start at the i-th of them. */
long map_sight_list(struct map_sight *, const char *pointer);
void map_sight_at(struct map_sight *, size_t i);

/* The text of what places start at, in the document. */
const char *map_sight_source(const struct map_sight *, size_t *len);

int map_sight_holds(const struct map_sight *, const struct cond *);

/* A value as text, or NULL: it is not there, or no single value. */
const char *map_sight_text(struct map_sight *, const struct value *);

/* Add the text, terminated too.  E_DATA and a sentence in *e: a place is not
 * there, or what stands there cannot be part of such a text. */
int map_text_fill(const struct map_text *, struct map_sight *, struct buf *,
    struct err *);

/* Where secrets go into a body that was made: secret is an index into those
 * that the reader found. */
struct map_gap {
	size_t at, secret;
};

struct map_made {
	struct buf text;
	struct map_gap *gap;	/* malloced */
	size_t ngap;
};

/* One row of "rows", added to what stands in it already. */
int map_body_row(const struct map_body *, struct map_sight *, struct buf *rows,
    struct err *);

/* The whole body around the rows.  The sight may be NULL when it is fixed. */
int map_body_fill(const struct map_body *, struct map_sight *,
    const struct buf *rows, struct map_made *, struct err *);
void map_made_release(struct map_made *);

#endif
