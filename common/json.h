/*
 * A strict reader of JSON (RFC 8259) that leaves the text where it is and makes
 * a flat list of tokens that point into it.  For the hot path (event lines,
 * bodies, claims); configuration is read with jansson (conf.h).
 *
 * Strict: UTF-8 is checked (no overlong forms, no surrogates), control
 * characters in strings are refused, \u escapes must pair up, numbers follow
 * the grammar, no duplicate keys (compared after unescaping), nothing but white
 * space after the value, at most JSON_DEPTH levels.  A NUL character, also as
 * \u0000, is refused: it would end a C string or an SQLite text early.
 *
 * Tokens are numbered from 0, which is the whole value.  The token after an
 * object is its first key, then comes that key's value, and so on: use
 * json_next() to step over a value.
 */
#ifndef COMMON_JSON_H
#define COMMON_JSON_H

#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/status.h"

enum { JSON_DEPTH = 64 };

enum json_type {
	JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING,
	JSON_ARRAY, JSON_OBJECT
};

struct json_tok {
	uint32_t off, len;	/* the text; without the quotes of a string */
	uint32_t next;		/* the token after this value */
	uint32_t count;		/* members or elements */
	uint8_t type;		/* enum json_type */
	uint8_t escaped;	/* a string that contains a backslash */
	uint8_t integer;	/* a number without fraction and exponent */
};

struct json {
	const char *text;	/* the caller's, must outlive the struct */
	size_t len;
	struct json_tok *tok;
	uint32_t n, cap;
	size_t blanks;	/* bytes of white space around and between tokens */
	/* Where and why json_parse() failed. */
	size_t bad;
	const char *why;
};

/* Zero-initialise, parse as often as you like, release.  json_parse() returns 0
 * or E_DATA (then ->bad is the offset and ->why a constant phrase).  Texts of 4
 * GiB and more are refused. */
int json_parse(struct json *, const char *text, size_t len);
void json_release(struct json *);

static inline int
json_type(const struct json *j, uint32_t i)
{
	return j->tok[i].type;
}

static inline uint32_t
json_next(const struct json *j, uint32_t i)
{
	return j->tok[i].next;
}

/* The source text of a token: a number, or the contents of a string, if it is
 * not escaped.  Not terminated. */
static inline const char *
json_text(const struct json *j, uint32_t i)
{
	return j->text + j->tok[i].off;
}

/* The whole source text of a value, including quotes and brackets. */
const char *json_source(const struct json *, uint32_t i, size_t *len);

/* In all lookups 0 means "not there" (the root is not a member of anything). */
#define JSON_NONE 0

/* The value of a member of object i; JSON_NONE also if i is not an object. */
uint32_t json_get(const struct json *, uint32_t i, const char *key);

/* Follow a pointer (RFC 6901) from value i: "" is i itself, "/a/0/b~1c" walks
 * down.  Returns 1 and *out, or 0 if nothing is there.  A "-" index is never
 * there. */
int json_pointer(const struct json *, uint32_t i, const char *pointer,
    uint32_t *out);

/* Whether the text is a well-formed pointer (for reading configuration). */
int json_pointer_ok(const char *pointer);

/* The value of a string, unescaped and terminated, always in the arena; *len
 * may be NULL.  NULL if i is not a string.  (jansson also exports json_string:
 * the linker must not mix them up.) */
#define json_string json_str
const char *json_string(const struct json *, uint32_t i, struct arena *,
    size_t *len);

/* The same for a member of object i: NULL also if it is not there. */
const char *json_get_string(const struct json *, uint32_t i, const char *key,
    struct arena *, size_t *len);

/* Whether value i is this string. */
int json_is(const struct json *, uint32_t i, const char *s);

/* An integer token that fits int64_t: 0 and *v, else E_DATA. */
int json_int(const struct json *, uint32_t i, int64_t *v);

/* for (JSON_EACH(j, array_or_object, k)): k runs over the elements of an
 * array.  For an object it runs over the keys; the value is k + 1. */
#define JSON_EACH(j, i, k) \
	uint32_t k = (i) + 1; k < (j)->tok[i].next; \
	k = json_type(j, i) == JSON_OBJECT ? (j)->tok[k + 1].next \
	    : (j)->tok[k].next

/* Whether a text is strict UTF-8 without NUL. */
int json_utf8(const char *, size_t);

/* Line and column (from 1, in bytes) of an offset, for messages. */
void json_place(const char *text, size_t off, size_t *line, size_t *column);

#endif
