/*
 * Memory that is given back all at once: what one event needs while it is
 * mapped and decided.  Zero-initialise one; alloc; reset after each event;
 * release at the end.
 */
#ifndef COMMON_ARENA_H
#define COMMON_ARENA_H

#include <stddef.h>

struct arena {
	struct arena_block *head;	/* the block in use, older ones
					 * behind */
};

/* n bytes aligned for any type, not cleared.  Never NULL. */
void *arena_alloc(struct arena *, size_t n);

/* A copy of n bytes with a NUL behind them. */
char *arena_dup(struct arena *, const void *, size_t n);

/* Forget everything; the largest block is kept for the next round. */
void arena_reset(struct arena *);
void arena_release(struct arena *);

/* Overwrite everything that was allocated, and forget it: it held secrets. */
void arena_wipe(struct arena *);

#endif
