/*
 * The room of deliveries owed.  What is sent is made from the audit row.
 *
 * A delivery is waiting, leased by a loya-push that is working on it, sent, or
 * dead.  Of one target and member only the first unfinished one is ever leased;
 * the others wait behind it, and its end gives the next one its turn.  A row
 * costs nothing before its turn: no query walks over waiting rows.
 *
 * All functions that write need a transaction of STORE_MAIN.
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
	int alone;		/* send it by itself: it was refused together
				 * with others */
	char member[OUTBOX_MEMBER];	/* its id, or "" */
};

/* Owe a target, from time due_at on, the events of a list of audit rows: a JSON
 * array of their seqs, in order. */
int outbox_add(struct store *, const char *target, const char *audits,
    size_t len, int64_t due_at, struct err *);

/*
 * Whether outbox_lease() would find something: 1, 0, <0.  Needs no transaction.
 * *next is when the next delivery of this target that is not due yet will be
 * (INT64_MAX: never).
 */
int outbox_ready(struct store *, const char *target, int64_t now,
    int64_t *next, struct err *);

/* Take back what a loya-push that is gone had leased. */
int outbox_reclaim(struct store *, int64_t now, struct err *);

/*
 * Lease up to max deliveries whose turn it is, until time until; *n is how
 * many.  Half of the room is kept for those not tried before.  more: there may
 * be others.
 */
int outbox_lease(struct store *, const char *target, int64_t now,
    int64_t until, size_t max, struct outbox_row *row, size_t *n, int *more,
    struct err *);

/* How a leased delivery ended.  OUTBOX_BACK: it was not tried. */
enum outbox_end { OUTBOX_SENT, OUTBOX_DEFERRED, OUTBOX_DEAD, OUTBOX_BACK };

/*
 * The next delivery to the row's member after seq `after` that was looked at
 * and is waiting: 1 and *next, and the kind of its audit row, cut to size; 0;
 * <0.
 */
int outbox_follower(struct store *, const char *target,
    const struct outbox_row *, int64_t after, struct outbox_row *next,
    char *kind, size_t size, struct err *);

/* Such a delivery went together with the row before it: it is sent. */
int outbox_went_with(struct store *, const struct outbox_row *,
    const char *answer, struct err *);

/*
 * Record how it ended; answer may be NULL.  due_at and row->alone count only
 * for OUTBOX_DEFERRED.  *next is set if this gave another delivery its turn,
 * and left alone otherwise.  E_NO without *e: another process has the lease
 * now, and nothing was changed.
 */
int outbox_end(struct store *, const char *target, const struct outbox_row *,
    enum outbox_end, int64_t due_at, const char *answer, int *next,
    struct err *);

/*
 * The same for n deliveries of a target at once that were all sent, with the
 * same answer and lease_until; seqs is a JSON array of their seqs.  E_NO
 * without *e: not all of them are still leased like that; roll back and end
 * each by itself.
 */
int outbox_sent(struct store *, const char *target, const char *seqs,
    size_t len, int64_t n, int64_t lease_until, const char *answer, int *next,
    struct err *);

enum { OUTBOX_TARGET = 65, OUTBOX_STATE = 16 };

/* The state of a delivery, and its target; E_NOTFOUND with *e. */
int outbox_find(struct store *, int64_t seq, char state[OUTBOX_STATE],
    char target[OUTBOX_TARGET], struct err *);

/* Make up to max deliveries of a target due that were put off beyond time now,
 * those due earliest first, as if they had never been tried.  *n and seq[] tell
 * which. */
int outbox_hasten(struct store *, const char *target, int64_t now, size_t max,
    int64_t *seq, size_t *n, struct err *);

/* Let a dead one wait again, as if it had never been tried.  E_NOTFOUND; E_NO:
 * it is not dead; with *e. */
int outbox_again(struct store *, int64_t seq, int64_t now,
    char target[OUTBOX_TARGET], struct err *);

/* Nothing may be left of a delivery: its answer is deleted; it becomes dead
 * unless it was sent; and those that waited behind it are looked at afresh. */
int outbox_bury(struct store *, int64_t seq, struct err *);

/* The newest row, 0 if there is none; <0. */
int64_t outbox_last(struct store *, struct err *);

/* The last waiting deliveries of a target up to row last, at most max: first
 * those that nobody has looked at, then from the end of each member's queue.
 * So what is left does not wait behind any of them. */
int outbox_tail(struct store *, const char *target, int64_t last, size_t max,
    struct outbox_row *, size_t *n, struct err *);

/* Give up these deliveries of a target, a JSON array of their seqs; those that
 * waited behind them get their turn. */
int outbox_dismiss(struct store *, const char *target, const char *seqs,
    size_t len, struct err *);

/* Whether anything was ever owed to the target: 1, 0, <0; if not, this walks
 * over all rows. */
int outbox_knows(struct store *, const char *target, struct err *);

/* How many deliveries of the target are leased; <0. */
int64_t outbox_leased(struct store *, const char *target, struct err *);

/* How many deliveries of the target are unfinished; <0. */
int64_t outbox_count(struct store *, const char *target, struct err *);

/* The first target after `after`, in order, that something waits for: 1, 0, <0.
 * after may be the same buffer as target. */
int outbox_target(struct store *, const char *after,
    char target[OUTBOX_TARGET], struct err *);

/* Whether a delivery of the target that was tried waits for a later time: 1, 0,
 * <0. */
int outbox_later(struct store *, const char *target, int64_t now,
    struct err *);

/*
 * Walk over what would be leased now, member by member.  fn returns 0; or 1: it
 * would end without being sent, so the member's next one has its turn; <0 ends
 * the walk and is returned.
 */
typedef int outbox_fn(void *ctx, const struct outbox_row *, struct err *);
int outbox_walk(struct store *, const char *target, int64_t now, outbox_fn *,
    void *ctx, struct err *);

#endif
