/*
 * A cursor over JSON that loya wrote itself (jsonw.h): no white space, members
 * in a known order.  It takes what it is asked for or says that something else
 * stands there; then the caller reads the text with json.h, which knows all of
 * JSON and says what is wrong.
 *
 * It does not check what loya would not have written: UTF-8, the inside of
 * values, keys that stand twice.  It never reads beyond the end, whatever the
 * text is.
 */
#ifndef COMMON_CANON_H
#define COMMON_CANON_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct canon {
	const char *p, *end;
};

/* All of these move on and return 1, or stay where they are and return 0. */

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

/* A literal that is known when compiling. */
#define canon_word(c, word) canon_bytes(c, word, sizeof word - 1)

/* A whole number of up to 18 digits, which any time and any count is. */
int canon_int(struct canon *, int64_t *v);

/* A string without escapes: its inside, not terminated. */
int canon_text(struct canon *, const char **s, size_t *len);

/* Any value: its whole source text, at least one byte; a string's at least its
 * two quotes. */
int canon_value(struct canon *, const char **json, size_t *len);

#endif
