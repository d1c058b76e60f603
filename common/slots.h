/*
 * A hash table with a number as the key: entries are structures of one size
 * that begin with their key, 64 bits.  A key is never 0 (that marks a free
 * place) and never chosen from outside: a hash under a secret key, a row
 * number.  Open addressing; an entry does not move until the next slots_put().
 */
#ifndef COMMON_SLOTS_H
#define COMMON_SLOTS_H

#include <stddef.h>
#include <stdint.h>

struct slots {
	char *entry;
	size_t size;		/* of one, bytes */
	size_t n, cap;		/* entries, places: a power of 2, or 0 */
};

/* An empty table of entries of this many bytes: at least 8, a multiple of 8. */
void slots_init(struct slots *, size_t size);

/* The entry of a key, or NULL; NULL also for key 0. */
void *slots_find(const struct slots *, uint64_t key);

/* The same, added if there is none: all zero except for its key, and n
 * grows. */
void *slots_put(struct slots *, uint64_t key);

/* The next entry from place *i on; *i is moved behind it.  NULL: that was all.
 * Begin with *i at 0; the order is arbitrary. */
void *slots_each(const struct slots *, size_t *i);

/* This key will be looked up soon: prefetch its place. */
void slots_soon(const struct slots *, uint64_t key);

/* Remove all entries; the memory is kept. */
void slots_clear(struct slots *);

void slots_release(struct slots *);

#endif
