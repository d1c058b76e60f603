/*
 * Taking bodies away that are no longer needed.  The rows of the inbox stay:
 * they are the guard against replays; and so does all of the record.
 */
#ifndef COMMON_PRUNE_H
#define COMMON_PRUNE_H

#include <stdint.h>

#include "common/store.h"

struct prune_receipt {
	int64_t bodies, bytes;	/* taken away, or with dry would be */
	int64_t kept;		/* old enough, but their event is not done */
};

/*
 * Take away the bodies of events that were received before a time and were
 * applied or dismissed; with refused, those of refused ones too.  The store is
 * open in ROLE_ERASE, for reading when dry.  The record says it: prune.begun in
 * front of the first body, prune.ended and how many behind the last; nothing
 * where there is none.  Short transactions: what was done
 * is done when it ends early, and the receipt counts it; E_BUSY: also when a
 * reader holds on to the log, which is what is left then.
 */
int prune(struct store *, int64_t before, int refused, int dry,
    struct prune_receipt *, struct err *);

#endif
