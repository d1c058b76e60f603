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
 * Take a body apart.  0, or -1 and *why, a constant sentence: an escape that
 * is none, a NUL or what is no UTF-8 in a name or value, a name that stands
 * twice (RFC 6749 3.1 forbids it), too many.  Fields without a value count as
 * not there (the same section).
 */
int form_parse(struct form *, const char *, size_t, struct arena *,
    const char **why);

/* The value of a field; NULL when it is not there. */
const char *form_get(const struct form *, const char *name);

/*
 * The same body as a JSON object, added to out: "a[b]=c" is {"a":{"b":"c"}},
 * members 0, 1 ... in their order are an array, "a[]" is the next of them, and
 * every value is a text, also an empty one.  0, or -1 and *why: more than 1,000
 * fields or 8 levels, what form_parse() refuses, brackets without their like.
 */
int form_json(const char *, size_t, struct arena *, struct buf *out,
    const char **why);

/* n escaped bytes decoded: text with a NUL in the arena, or NULL as above. */
char *form_decode(const char *, size_t n, struct arena *);

#endif
