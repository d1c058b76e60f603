/*
 * A table of entries that are found by a number: structures of one size that
 * begin with 64 bits, their key.  Keys are not 0 (such an entry is free) and
 * nobody outside chooses them: hashes under a secret key, rows.  Open
 * addressing; an entry stays where it is until the next slots_put().
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

/* None yet, of entries of so many bytes; 8 at the least, a multiple of 8. */
void slots_init(struct slots *, size_t size);

/* The entry of a key; NULL: there is none, as of key 0. */
void *slots_find(const struct slots *, uint64_t key);

/* The same, made where there is none: all zero but for its key, and n grows. */
void *slots_put(struct slots *, uint64_t key);

/* The next entry, from place *i on, which is moved behind it; NULL: that was
 * all.  Begin with *i at 0; in no order. */
void *slots_each(const struct slots *, size_t *i);

/* This key is asked for soon: its place is brought near. */
void slots_soon(const struct slots *, uint64_t key);

/* No entries; the room for them is kept. */
void slots_clear(struct slots *);

void slots_release(struct slots *);

#endif
