/*
 * The room of deliveries owed.  What is sent is made from the audit row.
 *
 * A delivery is waiting, leased by a loya-push that is at it, sent or dead.
 * Of one target and member only the first that is not done is ever leased: the
 * others wait behind it, and the end of it gives the next one its turn.  A row
 * costs nothing before its turn: no walk passes over rows that wait.
 *
 * All that writes stands inside a transaction of STORE_MAIN.
 */
#ifndef COMMON_OUTBOX_H
#define COMMON_OUTBOX_H

#include <stddef.h>
#include <stdint.h>

#include "common/store.h"

enum { OUTBOX_MEMBER = 64 };

struct outbox_row {
	int64_t seq, audit;
	int64_t tries;		/* before this one */
	int64_t lease_until;
	int64_t behind;		/* while it is leased: 0 */
	int alone;		/* to go by itself: with others it was
				 * refused */
	char member[OUTBOX_MEMBER];	/* its id, or "" */
};

/* Owe target the events of a list of audit rows, a JSON array of their seqs in
 * order, from time due_at on. */
int outbox_add(struct store *, const char *target, const char *audits,
    size_t len, int64_t due_at, struct err *);

/*
 * Whether outbox_lease() would find something to do: 1, 0, <0.  No transaction
 * is wanted.  *next is when a delivery of this target is due that is not yet
 * (INT64_MAX: never).
 */
int outbox_ready(struct store *, const char *target, int64_t now,
    int64_t *next, struct err *);

/* Give back what a loya-push that is gone had leased. */
int outbox_reclaim(struct store *, int64_t now, struct err *);

/*
 * Lease up to max deliveries whose turn it is, until a time; *n of them.  Half
 * of the room is kept for those that were not tried yet.  more: there may be
 * others.
 */
int outbox_lease(struct store *, const char *target, int64_t now,
    int64_t until, size_t max, struct outbox_row *row, size_t *n, int *more,
    struct err *);

/* How a leased delivery ended.  OUTBOX_BACK: it was not tried. */
enum outbox_end { OUTBOX_SENT, OUTBOX_DEFERRED, OUTBOX_DEAD, OUTBOX_BACK };

/*
 * The next delivery of the row's member behind seq after that was looked at and
 * waits: 1 and *next, with the kind of the audit row that it is made from, cut
 * to size; 0; <0.
 */
int outbox_follower(struct store *, const char *target,
    const struct outbox_row *, int64_t after, struct outbox_row *next,
    char *kind, size_t size, struct err *);

/* Such a one went with the row before it: it is sent. */
int outbox_went_with(struct store *, const struct outbox_row *,
    const char *answer, struct err *);

/*
 * Note it; answer may be NULL.  due_at counts for OUTBOX_DEFERRED, and so does
 * row->alone.  *next is
 * set when this gave another delivery its turn, and left alone otherwise.
 * E_NO without *e: the lease was lost to somebody else, nothing was changed.
 */
int outbox_end(struct store *, const char *target, const struct outbox_row *,
    enum outbox_end, int64_t due_at, const char *answer, int *next,
    struct err *);

/*
 * The same for n of a target at once that were sent, with the same answer and
 * leased until the same time; seqs is a JSON array of them.  E_NO without *e:
 * not all of them are still leased so; roll back and end each by itself.
 */
int outbox_sent(struct store *, const char *target, const char *seqs,
    size_t len, int64_t n, int64_t lease_until, const char *answer, int *next,
    struct err *);

enum { OUTBOX_TARGET = 65, OUTBOX_STATE = 16 };

/* The state of a delivery, and its target; E_NOTFOUND with *e. */
int outbox_find(struct store *, int64_t seq, char state[OUTBOX_STATE],
    char target[OUTBOX_TARGET], struct err *);

/* Of the deliveries of a target that are put off behind time now, the first max
 * by when they are due, become due: as those that were never tried.  *n of
 * them, seq[]. */
int outbox_hasten(struct store *, const char *target, int64_t now, size_t max,
    int64_t *seq, size_t *n, struct err *);

/* Let a dead one wait again, as one that was never tried.  E_NOTFOUND; E_NO: it
 * is not dead; with *e. */
int outbox_again(struct store *, int64_t seq, int64_t now,
    char target[OUTBOX_TARGET], struct err *);

/* Nothing is left to be sent of a delivery, or to be known of it: its answer
 * goes; it is dead when it was not done, and what waited behind it is looked at
 * anew. */
int outbox_bury(struct store *, int64_t seq, struct err *);

/* The newest row, 0: there is none; <0. */
int64_t outbox_last(struct store *, struct err *);

/* The last of those of a target up to row last that wait, *n of at most max:
 * first those that nobody has looked at, then from the end of each member's.
 * So what is left waits behind none of them. */
int outbox_tail(struct store *, const char *target, int64_t last, size_t max,
    struct outbox_row *, size_t *n, struct err *);

/* These, a JSON array of the seqs of a target, are given up; who waited behind
 * them has the turn. */
int outbox_dismiss(struct store *, const char *target, const char *seqs,
    size_t len, struct err *);

/* Whether anything was ever owed to the target: 1, 0, <0; costs a walk over all
 * rows where not. */
int outbox_knows(struct store *, const char *target, struct err *);

/* How many of the target are leased; <0. */
int64_t outbox_leased(struct store *, const char *target, struct err *);

/* How many of the target are not done; <0. */
int64_t outbox_count(struct store *, const char *target, struct err *);

/* The first target behind after, in order, that something waits for: 1, 0, <0.
 * after may be target. */
int outbox_target(struct store *, const char *after,
    char target[OUTBOX_TARGET], struct err *);

/* Whether one of the target's that was tried waits for a later time: 1, 0,
 * <0. */
int outbox_later(struct store *, const char *target, int64_t now,
    struct err *);

/*
 * What would be leased now, member by member.  fn says 0; 1: it would end
 * without being sent, so the next of its member has the turn; <0 ends the walk
 * and is returned.
 */
typedef int outbox_fn(void *ctx, const struct outbox_row *, struct err *);
int outbox_walk(struct store *, const char *target, int64_t now, outbox_fn *,
    void *ctx, struct err *);

#endif
