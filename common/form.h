/*
 * Bodies of application/x-www-form-urlencoded (RFC 6749 appendix B), read
 * strictly.  Pure.
 */
#ifndef COMMON_FORM_H
#define COMMON_FORM_H

#include <stddef.h>

#include "common/arena.h"
#include "common/buf.h"

#define FORM_TYPE "application/x-www-form-urlencoded"

enum { FORM_FIELDS = 64 };

struct form {
	struct {
		const char *name, *value;	/* in the arena, UTF-8, no
						 * NUL */
	} field[FORM_FIELDS];
	size_t n;
};

/*
 * Parse a body.  0, or -1 and *why, a constant sentence: an invalid escape, a
 * NUL or invalid UTF-8 in a name or value, a name that occurs twice (RFC 6749
 * section 3.1 forbids it), too many fields.  A field without a value counts as
 * not there (same section).
 */
int form_parse(struct form *, const char *, size_t, struct arena *,
    const char **why);

/* The value of a field; NULL if it is not there. */
const char *form_get(const struct form *, const char *name);

/*
 * Append the same body as a JSON object to out: "a[b]=c" becomes
 * {"a":{"b":"c"}}; members 0, 1, ... in that order become an array, and "a[]"
 * is its next element; every value is a string, also an empty one.  0, or -1
 * and *why: more than 1,000 fields or 8 levels, unbalanced brackets, or what
 * form_parse() refuses.
 */
int form_json(const char *, size_t, struct arena *, struct buf *out,
    const char **why);

/* The next field in front of end that is not empty, for the two above: 1 with
 * its parts, NULL if they are invalid; 0: there is none. */
int form_next(const char **, const char *end, struct arena *, char **name,
    char **value);

/* Decode n escaped bytes: a terminated string in the arena, or NULL if they are
 * invalid as above. */
char *form_decode(const char *, size_t n, struct arena *);

#endif
