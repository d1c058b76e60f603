/*
 * What the parts of deciding share; nobody else includes this.
 *
 *   decide.c          the decision as a whole
 *   decide_order.c    what is newer than what
 *   decide_record.c   whether the record is there
 *   decide_text.c     the decision in words
 *   profile.c         the profile that the claims make
 */
#ifndef COMMON_DECIDE_INNER_H
#define COMMON_DECIDE_INNER_H

#include "common/decide.h"

/* The state of one decision. */
struct work {
	const struct change *change;
	const struct receipt *receipt;
	struct claim_event self;	/* the change as an event */
	struct arena *arena;
	struct link *link;	/* the copy that is being changed */
	struct decision *d;
};

/* Whether both are the same word.  The version counts too: a body may name a
 * record several times, each with its own version, and may be read again. */
int decide_same(const struct claim_event *, const struct claim_event *);

/*
 * Negative, 0 or positive as what an event said is older than, the same as or
 * newer than what a stored one said.  floor: if the stored one is a row of a
 * snapshot, the event whose word it replaced, or NULL.  *tie is set if only the
 * receipt told them apart.
 */
int decide_order(const struct claim_event *, const struct claim_event *stored,
    const struct claim_event *floor, int *tie);

/* Whether a row of a snapshot takes precedence over an event. */
int decide_row_beats(const struct claim_event *row,
    const struct claim_event *event);

/*
 * Whether a, an event or a row as b is, is the newer word on whether the record
 * is there: of rows that of the later snapshot, whatever their versions.
 */
int decide_newer(const struct claim_event *a, const struct claim_event *b);

/* The newest event of a link, or the newest of its snapshot rows; or NULL. */
struct claim_event *decide_newest(const struct link *, int rows);

/* Whether the snapshot that began at this inbox row has the record, or one that
 * began later has, or an event about it came after the begin. */
int decide_was_there(const struct link *, int64_t begin);

/* The index of the change's own event among those of the link, added if it is
 * not there yet. */
uint32_t decide_event(struct work *);

/* Take over that the record is there, gone or missing, or note why not.  said:
 * the source may decide the status. */
void decide_record(struct work *, int said);

#endif
