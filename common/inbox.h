/*
 * The room of what arrived.  Append-only; (source, event id) is unique for
 * ever: it is the guard against replays, so keys outlive bodies.
 */
#ifndef COMMON_INBOX_H
#define COMMON_INBOX_H

#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/row.h"
#include "common/store.h"

/*
 * Add a row inside a transaction of STORE_INBOX; row->seq is set.  Returns 1 if
 * it is new; 0 if source and event id were there before (row->seq is then that
 * of the first); or <0.
 */
int inbox_add(struct store *, struct row *, struct err *);

/*
 * For a program that is about to write: if the guard against replays is gone,
 * because somebody found it damaged and removed it (loya-store(5)), rebuild it
 * in a transaction of its own and say so.  inbox_add() does that as well.
 */
int inbox_guard(struct store *, struct err *);

/* Get row seq, in the arena; E_NOTFOUND.  A pruned body is NULL with len 0. */
int inbox_get(struct store *, int64_t seq, struct arena *, struct row *,
    struct err *);

/* Get the row of a source's event id; E_NOTFOUND. */
int inbox_find(struct store *, const char *source, const char *event_id,
    struct arena *, struct row *, struct err *);

/*
 * Walk over the rows after seq `after`, in order.  fn gets each row (its
 * strings are valid during the call) and returns 0 to go on, 1 to stop, or <0,
 * which is returned.
 */
typedef int inbox_fn(void *ctx, const struct row *);
int inbox_walk(struct store *, int64_t after, inbox_fn *, void *ctx,
    struct err *);

/*
 * Row seq, for a caller that asks for one row after the other: 1, or 0 if there
 * is none.  Its strings are valid until the next call.  Call it inside
 * store_look(), and inbox_follow_end() before that ends.
 */
int inbox_follow(struct store *, int64_t seq, struct row *, struct err *);
void inbox_follow_end(struct store *);

/* Remove the body of row seq and its head, inside a transaction of STORE_INBOX;
 * the key stays. */
int inbox_prune(struct store *, int64_t seq, struct err *);

/* The newest seq, 0 if there is none; <0. */
int64_t inbox_last(struct store *, struct err *);

/* Whether a source has sent anything by itself since a time, that is anything
 * except rows of loya-pull: 1, 0, <0. */
int inbox_heard(struct store *, const char *source, int64_t since,
    struct err *);

/* Count n more failed authentications of this source and reason in the minute
 * of time at.  Inside a transaction of STORE_INBOX. */
int refusal_add(struct store *, const char *source, const char *why,
    int64_t at, int64_t n, struct err *);

#endif
