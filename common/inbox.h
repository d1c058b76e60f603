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
 * Add a row inside a transaction of STORE_INBOX; row->seq is set.  Returns 1
 * when it is new, 0 when source and event id were there before (row->seq is
 * then the first one's), or enum status.
 */
int inbox_add(struct store *, struct row *, struct err *);

/*
 * For who goes on to write: where nothing is left of the guard against replays,
 * for somebody who found it damaged took it away (loya-store(5)), make it anew
 * in a transaction of its own, and say so.  inbox_add() does that as well.
 */
int inbox_guard(struct store *, struct err *);

/* Row seq into the arena; E_NOTFOUND.  A pruned body is NULL with len 0. */
int inbox_get(struct store *, int64_t seq, struct arena *, struct row *,
    struct err *);

/* The row of a source's event id; E_NOTFOUND. */
int inbox_find(struct store *, const char *source, const char *event_id,
    struct arena *, struct row *, struct err *);

/*
 * The rows behind seq after, in order.  fn gets each row (its texts live for
 * the call) and returns 0 to go on, 1 to stop, or enum status, which is
 * returned.
 */
typedef int inbox_fn(void *ctx, const struct row *);
int inbox_walk(struct store *, int64_t after, inbox_fn *, void *ctx,
    struct err *);

/*
 * Row seq, for one who asks for one row after the other: 1, or 0 when there is
 * none.  Its texts live until the next call.  Inside of store_look(), which
 * ends behind inbox_follow_end().
 */
int inbox_follow(struct store *, int64_t seq, struct row *, struct err *);
void inbox_follow_end(struct store *);

/* Take the body of row seq away, with its head, inside a transaction of
 * STORE_INBOX; the key stays. */
int inbox_prune(struct store *, int64_t seq, struct err *);

/* The newest seq, 0 when there is none; <0 enum status. */
int64_t inbox_last(struct store *, struct err *);

/* Whether anything of a source has come since a time that it sent itself, and
 * that is no row of loya-pull: 1, 0 or enum status. */
int inbox_heard(struct store *, const char *source, int64_t since,
    struct err *);

/* Failed authentications: n more of this source and reason in the minute that
 * holds time at.  Inside a transaction of STORE_INBOX. */
int refusal_add(struct store *, const char *source, const char *why,
    int64_t at, int64_t n, struct err *);

#endif
