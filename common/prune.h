/*
 * Taking bodies away that are no longer needed.  The rows of the inbox stay:
 * they are the guard against replays; and so does the record, but for what it
 * quotes of a body that nothing else says whom it is about.
 */
#ifndef COMMON_PRUNE_H
#define COMMON_PRUNE_H

#include <stdint.h>

#include "common/store.h"

struct prune_receipt {
	int64_t bodies, bytes;	/* taken away, or with dry would be */
	int64_t kept;		/* old enough, but their event is not done */
	int64_t texts;		/* rows of the record that quoted one */
};

/*
 * Take away the bodies of events that were received before a time and were
 * applied or dismissed; with refused, those of refused ones too.  Rows of the
 * record that quote a body which is gone by now, or was before, and that name
 * nobody are emptied (prune_text.c).  The store is open in ROLE_ERASE, for
 * reading when dry.  The record says it: prune.begun in front of the first that
 * goes, prune.ended and how many behind the last; nothing where there is none.
 * Short transactions: what was done is done when it ends early, and the receipt
 * counts it; E_BUSY: also when a reader holds on to the log, which is what is
 * left then.
 */
int prune(struct store *, int64_t before, int refused, int dry,
    struct prune_receipt *, struct err *);

#endif
