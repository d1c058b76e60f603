/*
 * Memory that is freed all at once: what one event needs while it is mapped and
 * decided.  Zero-initialise one; allocate; reset after each event; release at
 * the end.
 */
#ifndef COMMON_ARENA_H
#define COMMON_ARENA_H

#include <stddef.h>

struct arena {
	struct arena_block *head;	/* the block in use, then older ones */
};

/* n bytes aligned for any type, not cleared.  Never NULL. */
void *arena_alloc(struct arena *, size_t n);

/* A copy of n bytes with a NUL behind them. */
char *arena_dup(struct arena *, const void *, size_t n);

/* A copy of a string; NULL stays NULL. */
char *arena_str(struct arena *, const char *);

/* Free everything; the largest block is kept for the next round. */
void arena_reset(struct arena *);
void arena_release(struct arena *);

/* Overwrite everything that was allocated, and free it: it held secrets. */
void arena_wipe(struct arena *);

#endif
