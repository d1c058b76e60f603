/*
 * The room of snapshots, reads of everything that a source has, and of what
 * their rows had to repair.
 *
 * A snapshot is open until its begin, its end, and as many rows as the end says
 * are applied.  Then the links of the source are looked through twice: first it
 * is counting who is present and who is missing, then acting on those who are
 * missing.  After that it is done.  It is refused if it cannot be believed, and
 * superseded if a newer one began before it was done.
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
	int64_t num;		/* its number among all snapshots */
	int64_t begin, end;	/* inbox rows; 0: not seen yet */
	int64_t count;		/* rows, according to its end */
	int64_t rows;		/* rows that were applied */
	enum snapshot_state state;
	int64_t complete_at;	/* 0: it is not complete */
	const char *position;	/* external id up to which it has looked */
	int64_t present, missing;
	int forced;		/* a person has said that it is right */
};

/*
 * The place in the order of the source's events that a row of a snapshot has:
 * that of the snapshot's begin (an inbox row, or 0).  If the begin has not come
 * yet, it still was before its rows; such a row keeps its own place even when
 * the begin comes, because by then it is decided what the row lost to or won
 * over.
 */
int64_t snapshot_place(int64_t begin, int64_t row);

/* Get what is known of a snapshot, strings in the arena; a new one is added.
 * Inside a transaction of STORE_MAIN, like all that follow. */
int snapshot_get(struct store *, const char *source, const char *id,
    struct arena *, struct snapshot *, struct err *);

/* Get the same for a row of the snapshot with this id; 0 if that is NULL.
 * Reads only, and only what is committed. */
int snapshot_place_of(struct store *, const char *source, const char *id,
    int64_t row, int64_t *place, struct err *);

/* Write all of it back.  If only its rows have grown since it was last read,
 * the write is put off to the end of the transaction. */
int snapshot_put(struct store *, const struct snapshot *, struct err *);

/* A source's id is to be forgotten: snapshots that have looked up to this id
 * get the one before it as their position.  Inside a transaction, after its
 * link was deleted. */
int snapshot_forget(struct store *, const char *source,
    const char *external_id, struct err *);

/* Get a snapshot whose links are to be looked through: 1; 0; <0. */
int snapshot_next(struct store *, struct arena *, struct snapshot *,
    struct err *);

/* Whether there is such a one: 1, 0, <0.  Needs no transaction. */
int snapshot_busy(struct store *, struct err *);

/* Get a snapshot of the source that began before row seq and is open, counting
 * or acting: 1; 0; <0. */
int snapshot_older(struct store *, const char *source, int64_t seq,
    struct arena *, struct snapshot *, struct err *);

/* The same for any row.  Each change that waited asks on its day, and the
 * snapshots of years are looked through: that there is none is remembered. */
int snapshot_under_way(struct store *, const char *source, struct arena *,
    struct snapshot *, struct err *);

/* Get the newest complete snapshot of the source that has looked for this id,
 * began after inbox row `after`, and does not name it: 1; 0; <0.  Each new link
 * asks: it is found by an index, and its count of rows may be an older one. */
int snapshot_without(struct store *, const char *source,
    const char *external_id, int64_t after, struct arena *,
    struct snapshot *, struct err *);

/* Whether an earlier snapshot of its source was complete: 1, 0, <0. */
int snapshot_earlier(struct store *, const struct snapshot *, struct err *);

/* Count a change that only a snapshot brought to light: an event was lost. */
int snapshot_repaired(struct store *, const char *source, int64_t at,
    struct err *);

/*
 * How many there were, for each source and day (days since 1970, UTC), from the
 * day of time from on, in that order.  The first snapshot of a source repairs
 * nothing: the source's history begins with it.  A value other than 0 from fn
 * ends the walk and is returned.  Reads only; for any role that may read the
 * table.
 */
typedef int snapshot_repair_fn(void *ctx, const char *source, int64_t day,
    int64_t count);
int snapshot_repairs(struct store *, int64_t from, snapshot_repair_fn *,
    void *ctx, struct err *);

#endif
