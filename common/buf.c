#include "common/buf.h"

#include <stdlib.h>
#include <string.h>

#include "common/die.h"

void *
xrealloc(void *p, size_t n, size_t size)
{
	if (size != 0 && n > SIZE_MAX / size)
		die(E_IO, "out of memory");
	p = realloc(p, n * size != 0 ? n * size : 1);
	if (p == NULL)
		die(E_IO, "out of memory");
	return p;
}

void *
xmalloc(size_t n)
{
	return xrealloc(NULL, n, 1);
}

void *
xcalloc(size_t n, size_t size)
{
	void *p;

	p = xrealloc(NULL, n, size);
	memset(p, 0, n * size);
	return p;
}

char *
xstrdup(const char *s)
{
	size_t n;

	n = strlen(s) + 1;
	return memcpy(xmalloc(n), s, n);
}

char *
buf_reserve(struct buf *b, size_t extra)
{
	size_t cap;

	if (b->p != NULL && b->cap - b->len >= extra)
		return b->p + b->len;
	if (extra > SIZE_MAX / 4 || b->len > SIZE_MAX / 4)
		die(E_IO, "out of memory");
	cap = b->cap < 256 ? 256 : b->cap;
	while (cap - b->len < extra)
		cap *= 2;
	b->p = xrealloc(b->p, cap, 1);
	b->cap = cap;
	return b->p + b->len;
}

void
buf_adds(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

char *
buf_str(struct buf *b)
{
	*buf_reserve(b, 1) = '\0';
	return b->p;
}

size_t
buf_decimal(char out[BUF_DECIMAL], int64_t v)
{
	char d[BUF_DECIMAL], *p = d + sizeof d;
	uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
	size_t n;

	*--p = '\0';
	do {
		*--p = (char)('0' + u % 10);
		u /= 10;
	} while (u > 0);
	if (v < 0)
		*--p = '-';
	n = (size_t)(d + sizeof d - p);
	memcpy(out, p, n);
	return n - 1;
}

void
buf_clear(struct buf *b)
{
	b->len = 0;
}

void
buf_release(struct buf *b)
{
	if (b == NULL)
		return;
	free(b->p);
	b->p = NULL;
	b->len = b->cap = 0;
}
