/*
 * A map as it was read, and an event while it is being mapped: shared by map*.c
 * and nobody else.
 *
 *   map_conf.c, map_value.c, map_header.c, half of map_cond.c: JSON ->
 *                    struct map
 *   map.c            rows, forms, elements
 *   map_element.c    an element -> changes
 *   map_timeline.c   employments and their times -> a status and its changes;
 *                    map_timeline_parts.c finds them
 *   map_read.c       one value of an event
 *   map_convert.c    conversions of a value ("as"), map_convert_time.c those
 *                    to days and times; map_date.c: their formats
 *   map_only.c       which fields an event speaks about
 *   map_field.c      values in the form that a change needs
 *   map_canonical.c  loya's own lines
 *   map_ids.c        only which records an event names
 *   map_template.c   JSON -> texts and bodies that are sent
 *   map_fill.c       ... and their results; map_sight.c: the documents they use
 */
#ifndef COMMON_MAP_INNER_H
#define COMMON_MAP_INNER_H

#include "common/buf.h"
#include "common/map.h"
#include "common/map_template.h"
#include "common/place.h"

enum as {
	AS_LOWER, AS_UPPER, AS_TRIM, AS_DATE, AS_DATETIME, AS_E164, AS_JOIN,
	AS_SET, AS_STRING, AS_NUMBER, AS_BOOL, AS_EPOCH_MS, AS_EPOCH_S,
	AS_SALESFORCE_ID, AS_ABSOLUTE, AS_DAY_AFTER
};

/* The longest id of a record, in bytes. */
enum { MAP_ID = 512 };

/* What happens to a value that cannot be converted or is not listed. */
enum invalid { INVALID_REFUSE, INVALID_OMIT, INVALID_NULL };

struct word {
	const char *text, *json;
	size_t len;		/* of json */
};

/* One way to a value. */
struct way {
	const char **place;
	const char **dotted;	/* place[i] in the notation of lists of changed
				 * fields; NULL: has none, always counts */
	size_t nplace;
	const char *shown;	/* what refusals call it: its only place, or the
				 * first one where none counted */
	enum as *as;
	size_t nas;
	int collects;		/* join or set: reads all its places */
	struct word *word;
	size_t nword;
	struct word *rest;	/* "*", or NULL */
	const char *fallback;	/* default, canonical JSON; or NULL */
	const char *format, *separator, *country;
	const char *write;	/* format in which a time is written, or NULL */
	const struct zone *zone;	/* NULL: UTC */
	int empty_null;
	enum invalid invalid;
};

/* Ways, in order: the first that says something counts. */
struct value {
	struct way *way;
	size_t nway;
	int required;
	const char *field;	/* that it belongs to, or NULL */
};

enum test {
	TEST_TRUE, TEST_THERE, TEST_IS, TEST_BEGINS, TEST_ENDS, TEST_CONTAINS,
	TEST_JUST, TEST_ANY, TEST_ALL
};

struct cond {
	enum test test;
	int want;
	const char **place;
	size_t nplace;
	const char **text;
	size_t ntext;
	struct cond *sub;
	size_t nsub;
};

struct mapped {
	const char *name;
	enum core_field core;
	struct value value;
};

/* A status that is made of parts, each valid for some days. */
struct timeline {
	const char *each, *slices;	/* pointers to arrays, or NULL */
	struct value from, until, status, sequence;
	struct value ahead;	/* status of a part that lies ahead, or empty */
	const char *before, *after;	/* JSON: status before the first part;
					 * after the last, or without any */
	struct mapped *field;	/* of the part that is in force */
	size_t nfield;
};

struct form {
	const char *name;	/* or NULL: the only one */
	const char **root;
	size_t nroot;
	const char *each;
	struct cond *when, *deleted, *thin, *echo;
	int canonical;
	const struct zone *zone;
	struct value external_id, version, version_sub, time, effective_at;
	const char **changed, **cleared;
	size_t nchanged, ncleared;
	struct mapped *field;
	size_t nfield;
	struct timeline *timeline;	/* or NULL */
};

struct map {
	struct form *form;
	size_t nform;
	const char **fields;	/* NULL-terminated */
	int any;		/* canonical bodies: may name every field */
	const struct zone *zone;	/* NULL: UTC */
};

/* An event being mapped. */
struct mapper {
	struct scene scene;
	const struct source *source;	/* NULL: local */
	const struct form *form;
	struct arena *arena;
	struct buf scratch;
	struct change *change;
	size_t n, cap;
	int only;		/* lists of changed fields are to be heeded */
	int names;		/* find only ids and the time */
	int64_t when;		/* of a thin event */
	const char *snapshot;
	int lost;		/* of loya-pull -i */
	struct version back;
	struct refusal *why;
};

/* A value being read.  Text is not quoted yet, JSON is canonical; for a time
 * (and for a date, its midnight) the microseconds are known.  A null that is
 * timed is the day after the last one. */
enum got_kind {
	GOT_NOTHING, GOT_NULL, GOT_TEXT, GOT_JSON, GOT_TIME,
	GOT_PART		/* the event has only a part of it */
};

struct got {
	enum got_kind kind;
	const char *place;	/* where it was found, or NULL */
	const char *s;
	size_t len;
	int timed;
	int64_t time;
	const struct zone *zone;	/* for a time that names none */
};

/* Texts and bodies that are sent. */
struct piece {
	const char *text;	/* literal; NULL: a place */
	const char *place;
};

struct map_text {
	struct piece *piece;
	size_t n;
	enum map_escape escape;
};

enum body_kind {
	BODY_JSON, BODY_VALUE, BODY_TEXT, BODY_SECRET, BODY_ROWS, BODY_OBJECT,
	BODY_ARRAY
};

struct map_body {
	enum body_kind kind;
	const char *key;	/* of a member */
	const char *json;	/* BODY_JSON */
	struct value value;
	struct map_text *text;
	size_t secret;
	struct map_body *child;	/* of rows: one */
	size_t n;
};

struct map_sight {
	struct mapper m;
	struct row row;
	struct form form;
	struct refusal why;
	uint32_t list;		/* the array of map_sight_list() */
};

/* A part of a record, and when it is in force. */
struct span {
	int64_t from, until;	/* until: the midnight that ends the last day */
	int64_t sequence;
	uint32_t element;	/* the part */
	uint32_t group;		/* the employment */
	struct field status;	/* json NULL: not looked at yet */
};

/* A record whose timeline is being read. */
struct line {
	struct mapper *m;
	const struct timeline *t;
	struct span *span;
	size_t n;
	struct field *field;	/* newest value of t->field; json NULL: none */
};

/* All of these return 0, or -1 with m->why filled. */
int map_refuse(struct mapper *, const char *why, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* How many bytes of an outside text to show: whole characters. */
int map_shown(const char *, size_t len);
/* The same, quoting the value at fault, which is JSON. */
int map_wrong(struct mapper *, const char *why, const char *name,
    const char *json, size_t len, const char *fault);
int map_element(struct mapper *, int *part);
int map_timeline(struct mapper *, size_t first);
int map_timeline_parts(struct line *);
int map_element_ids(struct mapper *, const struct change *proto);
const struct form *map_form(struct mapper *, const struct map *);
int map_read(struct mapper *, const char *name, const struct value *,
    struct got *);
int map_canonical(struct mapper *, const char *type);
int map_canonical_member(struct mapper *, uint32_t data);
struct change *map_add(struct mapper *);
int map_room(struct mapper *);	/* for one more: 0, or refused */

/* Make a field's value: times and sets in their normal form, then
 * field_fault(). */
int map_field(struct mapper *, const char *name, enum core_field,
    struct got *, struct field *out);

/* What map_field() would refuse, as a constant phrase; or NULL, and g in the
 * normal form. */
const char *map_unfit(struct mapper *, const char *name, struct got *g);

/* Version and times; without a version, the time is the version. */
int map_version(struct mapper *, const struct got *num, const struct got *sub,
    struct version *);
int map_time(struct mapper *, const char *name, const struct got *,
    int64_t *t);

/* NULL, or why the value cannot be converted: a constant phrase. */
const char *map_convert(struct mapper *, const struct way *, enum as,
    struct got *);

/* Write a time in the format of w->write; returns as map_convert() does. */
const char *map_write(struct mapper *, const struct way *, struct got *);

/* map_convert_time.c: the same, one function per conversion. */
const char *map_convert_datetime(struct mapper *, const struct way *,
    struct got *);
const char *map_convert_date(struct mapper *, const struct way *,
    struct got *);
const char *map_convert_day_after(struct mapper *, const struct way *,
    struct got *);
const char *map_convert_epoch_ms(struct mapper *, const struct way *,
    struct got *);
const char *map_convert_epoch_s(struct mapper *, const struct way *,
    struct got *);

/* Turn a value into JSON, quoting it if need be. */
void map_emit(struct mapper *, struct got *);

/* The reverse: turn a JSON string into its text; leave everything else. */
void map_unquote(struct mapper *, struct got *);

/* Make a sorted set of texts: a JSON array in canonical form. */
void map_set(struct mapper *, const char **text, size_t n, struct got *);

/* Evaluate a condition on the scene; a NULL condition is false. */
int map_holds(const struct mapper *, const struct cond *);

/* Whether there are lists of changed fields that are to be heeded. */
int map_only(const struct mapper *);

/* Whether the event speaks about place i of the way. */
enum named { NAMED_NO, NAMED_YES, NAMED_CLEARED, NAMED_PART };
enum named map_named(const struct mapper *, const struct way *, size_t i);

/* Reading of configuration. */
struct node;
struct map_settings {
	const char *country;
	const char *leave;	/* the status that "leave" stands for, JSON */
	const struct zone *zone;
	int empty_null;
};
void map_value_conf(const struct node *, const struct map_settings *,
    struct arena *, struct value *);
void map_fields_conf(const struct node *, const struct map_settings *,
    struct arena *, struct mapped **, size_t *n);
struct timeline *map_timeline_conf(const struct node *,
    const struct map_settings *, struct arena *);
void map_status_conf(const struct node *, const char *name,
    const struct map_settings *, struct value *);
struct cond *map_cond_conf(const struct node *, struct arena *);

/* A single place; complains about a malformed one. */
const char *map_place_conf(const struct node *, struct arena *);

/* map_header.c: complain about places of a form that name a header which
 * receive.headers does not keep. */
struct kept {
	const char *const *header;
	size_t n;
};
void map_headers_conf(const struct node *, const struct form *,
    const struct kept *);

#endif
