/*
 * What the parts of deciding share; nobody else includes this.
 *
 *   decide.c          the decision as a whole
 *   decide_order.c    what is newer than what
 *   decide_record.c   whether the record is there
 *   decide_text.c     the decision in words
 */
#ifndef COMMON_DECIDE_INNER_H
#define COMMON_DECIDE_INNER_H

#include "common/decide.h"

/* What is at work during one decision. */
struct work {
	const struct change *change;
	const struct receipt *receipt;
	struct claim_event self;	/* the change as an event */
	struct arena *arena;
	struct link *link;	/* the copy that is being changed */
	struct decision *d;
};

/* Whether both are one word: a body may say a record several times, each with
 * a version of its own, and may be read again. */
int decide_same(const struct claim_event *, const struct claim_event *);

/*
 * Negative, 0, positive as what an event said is older than, the same as, or
 * newer than what another one said.  floor: of a stored row of a snapshot, the
 * event whose word it took the place of, or NULL.  *tie says that only the
 * receipt told them apart.
 */
int decide_order(const struct claim_event *, const struct claim_event *stored,
    const struct claim_event *floor, int *tie);

/* Whether a row of a snapshot goes before an event. */
int decide_row_beats(const struct claim_event *row,
    const struct claim_event *event);

/* The newest of a link's events, or of its rows of snapshots, or NULL. */
struct claim_event *decide_newest(const struct link *, int rows);

/* The index of the change's own event among the link's, added when it is not
 * there yet. */
uint32_t decide_event(struct work *);

/* The record is there, is gone, or is missing: take that over, or note why
 * not.  said: the source may speak of the status. */
void decide_record(struct work *, int said);

#endif
