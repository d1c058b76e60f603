/*
 * The room of snapshots: reads of everything a source has, and of what their
 * rows had to repair.
 *
 * A snapshot is open until its begin, its end and as many rows as the end says
 * are applied.  Then the links of the source are looked through twice: it is
 * counting who is there and who is missing, then acting on those who are.
 * It is done then; refused when it cannot be believed; superseded when a newer
 * one began before it was done.
 */
#ifndef COMMON_SNAPSHOT_H
#define COMMON_SNAPSHOT_H

#include <stdint.h>

#include "common/arena.h"
#include "common/store.h"

enum snapshot_state { SNAPSHOT_OPEN, SNAPSHOT_COUNTING, SNAPSHOT_ACTING,
    SNAPSHOT_DONE, SNAPSHOT_REFUSED, SNAPSHOT_SUPERSEDED };

struct snapshot {
	const char *source, *id;
	int64_t num;		/* its place among all of them */
	int64_t begin, end;	/* inbox rows; 0: not seen yet */
	int64_t count;		/* rows, as the end said */
	int64_t rows;		/* that were applied */
	enum snapshot_state state;
	int64_t complete_at;	/* 0: it is not */
	const char *position;	/* external id up to which was looked */
	int64_t present, missing;
	int forced;		/* a person has said that it is right */
};

/* Which place a row of it has among the source's events: that of its begin, at
 * an inbox row or 0.  One that has not come yet was, all the same, before its
 * rows; such a row keeps its own place when it comes, for what the row lost to
 * or won over is decided by then. */
int64_t snapshot_place(int64_t begin, int64_t row);

/* What is known of it, texts in the arena; one that nobody has heard of is
 * made.  Inside a transaction of STORE_MAIN, as all that follow. */
int snapshot_get(struct store *, const char *source, const char *id,
    struct arena *, struct snapshot *, struct err *);

/* The inbox row where it began, 0 when that has not been seen.  Reads only, and
 * what is committed. */
int snapshot_begin(struct store *, const char *source, const char *id,
    int64_t *seq, struct err *);

/* Write all of it back.  When only its rows are more than when it was asked for
 * last, that waits for the end of the transaction. */
int snapshot_put(struct store *, const struct snapshot *, struct err *);

/* A source's id is to be forgotten: those that looked up to it have looked up
 * to the one before it.  Inside a transaction, behind the end of its link. */
int snapshot_forget(struct store *, const char *source,
    const char *external_id, struct err *);

/* One whose links are to be looked through: 1; 0; <0. */
int snapshot_next(struct store *, struct arena *, struct snapshot *,
    struct err *);

/* Whether there is one: 1, 0, <0.  Needs no transaction. */
int snapshot_busy(struct store *, struct err *);

/* One of the source that began before row seq, and is open, counting or
 * acting: 1; 0; <0. */
int snapshot_older(struct store *, const char *source, int64_t seq,
    struct arena *, struct snapshot *, struct err *);

/* Whether one of its source that began earlier was complete: 1, 0, <0. */
int snapshot_earlier(struct store *, const struct snapshot *, struct err *);

/* One more change that only a snapshot told of: an event was lost. */
int snapshot_repaired(struct store *, const char *source, int64_t at,
    struct err *);

/*
 * How many those were, for each source and day (days since 1970, UTC) from the
 * day of time from on, in that order.  The first snapshot of a source repairs
 * nothing: it is where the source's story begins.  fn returns 0 to go on, else
 * that is returned.  Reads only; any role that may read the table.
 */
typedef int snapshot_repair_fn(void *ctx, const char *source, int64_t day,
    int64_t count);
int snapshot_repairs(struct store *, int64_t from, snapshot_repair_fn *,
    void *ctx, struct err *);

#endif
