/*
 * Texts of the configuration with places that are filled in later: requests to
 * other systems.  "{name}" stands for a value; "{name:soql}" for the same,
 * first escaped for that language.  Then every value is escaped for where the
 * text is used, so that it can never mean more than itself.  Other braces stand
 * for themselves.  Pure.
 */
#ifndef COMMON_TEMPLATE_H
#define COMMON_TEMPLATE_H

#include <stddef.h>

#include "common/arena.h"

/* Where the text is used: in a URL (percent-encoding, RFC 3986), inside a JSON
 * string, in XML text or an attribute; or where nothing is escaped. */
enum template_place { TEMPLATE_TEXT, TEMPLATE_URL, TEMPLATE_JSON,
    TEMPLATE_XML };

/* soql: with a backslash; odata: quotes are doubled. */
enum template_filter { TEMPLATE_AS_IS, TEMPLATE_SOQL, TEMPLATE_ODATA };

struct template_part {
	const char *text;	/* NULL: a value */
	size_t len;
	int value;		/* its number */
	enum template_filter filter;
};

struct template {
	struct template_part *part;
	size_t n;
};

struct template_value {
	const char *p;		/* NULL: it has no value here, and is empty */
	size_t len;
	int plain;		/* written for this place in the configuration:
				 * never escaped */
	int list;		/* several values with a NUL between them, which
				 * is written as a comma, with a filter "','" */
};

/* The number of a name, or -1. */
typedef int template_name_fn(void *ctx, const char *, size_t);

/* Read a text; everything is in the arena.  NULL, or what is wrong, and then
 * *bad is the name concerned. */
const char *template_read(struct template *, const char *text,
    template_name_fn *, void *ctx, struct arena *, const char **bad);

/* How many bytes it has at most when filled in; fill it in, and return the
 * length; there is no NUL. */
size_t template_room(const struct template *, const struct template_value *);
size_t template_write(const struct template *, enum template_place,
    const struct template_value *, char *out);

/* Whether value number n occurs in it. */
int template_has(const struct template *, int n);

/* Escape n bytes for a place; out has room for six times as many. */
size_t template_escape(enum template_place, const char *, size_t n, char *out);

#endif
