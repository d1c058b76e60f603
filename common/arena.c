#include "common/arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"

struct arena_block {
	struct arena_block *next;
	size_t used, size;
	alignas(max_align_t) char data[];
};

/* The size of the first block, which malloc() has at hand; each next one is
 * twice as large. */
enum { BLOCK = 1024 - sizeof(struct arena_block) };

void *
arena_alloc(struct arena *a, size_t n)
{
	struct arena_block *b;
	size_t size;

	n = (n + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	b = a->head;
	if (b == NULL || b->size - b->used < n) {
		size = b != NULL ? b->size * 2 : BLOCK;
		while (size < n)
			size *= 2;
		b = xmalloc(sizeof *b + size);
		b->next = a->head;
		b->used = 0;
		b->size = size;
		a->head = b;
	}
	b->used += n;
	return b->data + b->used - n;
}

char *
arena_dup(struct arena *a, const void *p, size_t n)
{
	char *s;

	s = arena_alloc(a, n + 1);
	if (n > 0)
		memcpy(s, p, n);
	s[n] = '\0';
	return s;
}

char *
arena_str(struct arena *a, const char *s)
{
	return s != NULL ? arena_dup(a, s, strlen(s)) : NULL;
}

static void
drop(struct arena_block *b)
{
	struct arena_block *next;

	for (; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
}

void
arena_reset(struct arena *a)
{
	if (a->head == NULL)
		return;
	drop(a->head->next);
	a->head->next = NULL;
	a->head->used = 0;
}

void
arena_wipe(struct arena *a)
{
	struct arena_block *b;

	for (b = a->head; b != NULL; b = b->next)
		explicit_bzero(b->data, b->used);
	arena_reset(a);
}

void
arena_release(struct arena *a)
{
	if (a == NULL)
		return;
	drop(a->head);
	a->head = NULL;
}
