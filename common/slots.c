#include "common/slots.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"

static uint64_t
key_at(const struct slots *t, size_t i)
{
	uint64_t key;

	memcpy(&key, t->entry + i * t->size, sizeof key);
	return key;
}

/* Where the search for a key begins: the golden ratio spreads consecutive
 * numbers as well as hashes. */
static size_t
home(const struct slots *t, uint64_t key)
{
	return (size_t)(key * 0x9e3779b97f4a7c15u >> 20) & (t->cap - 1);
}

/* The place of a key, or the free one where it would be. */
static size_t
place(const struct slots *t, uint64_t key)
{
	uint64_t at;
	size_t i;

	for (i = home(t, key); (at = key_at(t, i)) != 0 && at != key;
	    i = (i + 1) & (t->cap - 1))
		;
	return i;
}

static void
grow(struct slots *t)
{
	struct slots old = *t;
	const char *e;
	size_t i = 0;

	t->cap = old.cap > 0 ? old.cap * 2 : 256;
	t->entry = xcalloc(t->cap, t->size);
	while ((e = slots_each(&old, &i)) != NULL)
		memcpy(t->entry + place(t, key_at(&old, i - 1)) * t->size, e,
		    t->size);
	free(old.entry);
}

void
slots_init(struct slots *t, size_t size)
{
	assert(size >= sizeof(uint64_t) && size % sizeof(uint64_t) == 0);
	memset(t, 0, sizeof *t);
	t->size = size;
}

void *
slots_find(const struct slots *t, uint64_t key)
{
	size_t i;

	if (t->n == 0 || key == 0)
		return NULL;
	i = place(t, key);
	return key_at(t, i) == key ? t->entry + i * t->size : NULL;
}

void *
slots_put(struct slots *t, uint64_t key)
{
	char *e;

	assert(key != 0);
	if (t->n * 4 >= t->cap * 3)
		grow(t);
	e = t->entry + place(t, key) * t->size;
	if (memcmp(e, &key, sizeof key) != 0) {
		memcpy(e, &key, sizeof key);
		t->n++;
	}
	return e;
}

void *
slots_each(const struct slots *t, size_t *i)
{
	while (*i < t->cap)
		if (key_at(t, (*i)++) != 0)
			return t->entry + (*i - 1) * t->size;
	return NULL;
}

void
slots_soon(const struct slots *t, uint64_t key)
{
	if (t->cap > 0)
		__builtin_prefetch(t->entry + home(t, key) * t->size, 1);
}

void
slots_clear(struct slots *t)
{
	if (t->n > 0)
		memset(t->entry, 0, t->cap * t->size);
	t->n = 0;
}

void
slots_release(struct slots *t)
{
	free(t->entry);
	slots_init(t, t->size);
}
