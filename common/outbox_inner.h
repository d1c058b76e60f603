/*
 * Shared by the parts of the room.
 */
#ifndef COMMON_OUTBOX_INNER_H
#define COMMON_OUTBOX_INNER_H

#include "common/outbox.h"

/* Read a row of a SELECT of seq, audit, tries, member, alone, in this order. */
void outbox_row_read(struct stmt *, struct outbox_row *);

/* Nothing is due after this: a later time comes from a wrong clock
 * (backoff.h). */
int64_t outbox_far(int64_t now);

/* Put a row behind another one; 0: it is the first. */
int outbox_set_behind(struct store *, int64_t seq, int64_t behind,
    struct err *);

/* Give the first delivery of each member of these (a JSON array of their seqs)
 * its turn if it was waiting for it; *next is then set to 1. */
int outbox_give_turns(struct store *, const char *target, const char *seqs,
    size_t len, int *next, struct err *);

#endif
