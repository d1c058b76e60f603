#include "common/canon.h"

int
canon_int(struct canon *c, int64_t *v)
{
	const char *p = c->p, *from;
	int64_t n = 0;
	int neg;

	neg = p < c->end && *p == '-';
	from = p += neg;
	while (p < c->end && p - from < 18 && *p >= '0' && *p <= '9')
		n = n * 10 + (*p++ - '0');
	if (p == from || (*from == '0' && p - from > 1) || (p < c->end &&
	    ((*p >= '0' && *p <= '9') || *p == '.' || (*p | 0x20) == 'e')))
		return 0;
	c->p = p;
	*v = neg ? -n : n;
	return 1;
}

/* The closing quote of the string whose contents begin at p, or NULL. */
static const char *
quote(const char *p, const char *end)
{
	const char *q, *b;

	for (q = p; (q = memchr(q, '"', (size_t)(end - q))) != NULL; q++) {
		for (b = q; b > p && b[-1] == '\\'; b--)
			;
		if ((q - b) % 2 == 0)
			return q;
	}
	return NULL;
}

int
canon_text(struct canon *c, const char **s, size_t *len)
{
	const char *q, *p = c->p + 1;

	if (c->p == c->end || *c->p != '"')
		return 0;
	q = memchr(p, '"', (size_t)(c->end - p));
	if (q == NULL || memchr(p, '\\', (size_t)(q - p)) != NULL)
		return 0;
	*s = p;
	*len = (size_t)(q - p);
	c->p = q + 1;
	return 1;
}

/* The end of the container that begins at p, or NULL. */
static const char *
container(const char *p, const char *end)
{
	size_t depth = 0;

	for (; p < end; p++) {
		if (*p == '"') {
			if ((p = quote(p + 1, end)) == NULL)
				return NULL;
		} else if (*p == '[' || *p == '{') {
			depth++;
		} else if ((*p == ']' || *p == '}') && --depth == 0) {
			return p + 1;
		}
	}
	return NULL;
}

/* The end of the number or word that begins at p; p itself if there is none. */
static const char *
scalar(const char *p, const char *end)
{
	while (p < end && ((*p >= '0' && *p <= '9') ||
	    (*p >= 'a' && *p <= 'z') || *p == '-' || *p == '+' ||
	    *p == '.' || *p == 'E'))
		p++;
	return p;
}

int
canon_value(struct canon *c, const char **json, size_t *len)
{
	const char *end;

	if (c->p == c->end)
		return 0;
	if (*c->p == '"') {
		if ((end = quote(c->p + 1, c->end)) != NULL)
			end++;
	} else if (*c->p == '[' || *c->p == '{') {
		end = container(c->p, c->end);
	} else {
		end = scalar(c->p, c->end);
	}
	if (end == NULL || end == c->p)
		return 0;
	*json = c->p;
	*len = (size_t)(end - c->p);
	c->p = end;
	return 1;
}
