/*
 * A growable run of bytes.  Zero-initialise one, add to it, release it.
 * Running out of memory ends the program: no caller could go on.
 */
#ifndef COMMON_BUF_H
#define COMMON_BUF_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct buf {
	char *p;	/* not terminated, may hold NUL */
	size_t len, cap;
};

/* Make room for extra more bytes; returns where they go.  The length is
 * unchanged. */
char *buf_reserve(struct buf *, size_t extra);
void buf_adds(struct buf *, const char *);

static inline void
buf_add(struct buf *b, const void *p, size_t n)
{
	if (n == 0)
		return;
	memcpy(b->cap - b->len >= n ? b->p + b->len : buf_reserve(b, n), p, n);
	b->len += n;
}

static inline void
buf_addc(struct buf *b, char c)
{
	*(b->cap > b->len ? b->p + b->len : buf_reserve(b, 1)) = c;
	b->len++;
}

/* Terminate with a NUL, which len does not count, and return the string. */
char *buf_str(struct buf *);

/* Write a number and a NUL; returns its length without the NUL. */
enum { BUF_DECIMAL = 21 };
size_t buf_decimal(char out[BUF_DECIMAL], int64_t);

/* Empty it, keep the memory. */
void buf_clear(struct buf *);
void buf_release(struct buf *);

/* malloc, realloc, strdup that end the program instead of returning NULL. */
void *xmalloc(size_t);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *, size_t n, size_t size);
char *xstrdup(const char *);

#endif
