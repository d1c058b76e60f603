/*
 * Removing bodies that are no longer needed.  The rows of the inbox stay,
 * because they are the guard against replays, and so does the whole record.
 */
#ifndef COMMON_PRUNE_H
#define COMMON_PRUNE_H

#include <stdint.h>

#include "common/store.h"

struct prune_receipt {
	int64_t bodies, bytes;	/* removed, or with dry would be */
	int64_t kept;		/* old enough, but their event is not done */
};

/*
 * Remove the bodies of events that were received before a time and were applied
 * or dismissed; with refused, also those of refused ones.  The store is open in
 * ROLE_ERASE, or for reading if dry.  The record says so: prune.begun before
 * the first body, prune.ended and how many after the last; nothing if there is
 * none.  It uses short transactions: if it ends early, what was done is done,
 * and the receipt counts it.  E_BUSY: also if a reader holds on to the log,
 * which then remains to be emptied.
 */
int prune(struct store *, int64_t before, int refused, int dry,
    struct prune_receipt *, struct err *);

#endif
