#include "common/names.h"

#include <stdlib.h>
#include <string.h>

void
name_set(struct name *a, const char *p, uint32_t len, uint32_t index)
{
	unsigned char head[8] = { 0 };
	int i;

	memcpy(head, p, len < sizeof head ? len : sizeof head);
	a->head = 0;
	for (i = 0; i < 8; i++)
		a->head = a->head << 8 | head[i];
	a->p = p;
	a->len = len;
	a->index = index;
}

/* Names contain no NUL, so the zeros that pad a short head sort it before all
 * longer names. */
static int
compare(const struct name *a, const struct name *b)
{
	uint32_t n = a->len < b->len ? a->len : b->len;
	int c;

	if (a->head != b->head)
		return a->head < b->head ? -1 : 1;
	if (n > sizeof a->head && (c = memcmp(a->p + sizeof a->head,
	    b->p + sizeof b->head, n - sizeof a->head)) != 0)
		return c;
	return a->len < b->len ? -1 : a->len > b->len;
}

static int
by_name(const void *x, const void *y)
{
	const struct name *a = x, *b = y;
	int c;

	c = compare(a, b);
	if (c != 0)
		return c;
	return a->index < b->index ? -1 : a->index > b->index;
}

void
names_sort(struct name *a, size_t n)
{
	size_t i;

	/* Many senders write names already in order. */
	for (i = 1; i < n && by_name(&a[i - 1], &a[i]) <= 0; i++)
		;
	if (i < n)
		qsort(a, n, sizeof *a, by_name);
}

int
name_same(const struct name *a, const struct name *b)
{
	return a->len == b->len && compare(a, b) == 0;
}

static int
by_bytes(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

size_t
names_unique(const char **s, size_t n)
{
	size_t i, left = 1;

	for (i = 1; i < n && strcmp(s[i - 1], s[i]) < 0; i++)
		;
	if (i >= n)
		return n;
	qsort(s, n, sizeof *s, by_bytes);
	for (i = 1; i < n; i++)
		if (strcmp(s[left - 1], s[i]) != 0)
			s[left++] = s[i];
	return left;
}

int
names_among(const char *const *s, size_t n, const char *one)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(s[i], one) == 0)
			return 1;
	return 0;
}
