/*
 * A cursor over JSON that loya wrote itself (jsonw.h): no white space, members
 * in a known order.  Each function consumes what it is asked for or reports
 * that something else is there; then the caller reads the text with json.h,
 * which knows all of JSON and says what is wrong.
 *
 * It does not check for what loya would not have written: bad UTF-8, bad
 * values, duplicate keys.  It never reads beyond the end, whatever the text is.
 */
#ifndef COMMON_CANON_H
#define COMMON_CANON_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct canon {
	const char *p, *end;
};

/* All of these advance and return 1, or stay where they are and return 0. */

/* Exactly these bytes. */
static inline int
canon_bytes(struct canon *c, const char *s, size_t n)
{
	if ((size_t)(c->end - c->p) < n || memcmp(c->p, s, n) != 0)
		return 0;
	c->p += n;
	return 1;
}

static inline int
canon_char(struct canon *c, char ch)
{
	if (c->p == c->end || *c->p != ch)
		return 0;
	c->p++;
	return 1;
}

/* A string literal. */
#define canon_word(c, word) canon_bytes(c, word, sizeof word - 1)

/* A whole number of at most 18 digits, enough for any time and any count. */
int canon_int(struct canon *, int64_t *v);

/* A string without escapes: its contents, not terminated. */
int canon_text(struct canon *, const char **s, size_t *len);

/* Any value: its whole source text, at least one byte; for a string at least
 * its two quotes. */
int canon_value(struct canon *, const char **json, size_t *len);

#endif
