/*
 * Reads and maps inbox rows ahead of the apply engine, in a thread with its own
 * read-only connection.  Mapping depends only on a row and the configuration,
 * and neither changes, so it can be done while the store waits for its disk.
 * The decision about a member can be made ahead too, and holds as long as
 * nobody writes about that member in between (foresee.h).  Meant for a backlog;
 * a few rows are not worth a thread.
 *
 *	ahead_start(), ahead_next() until it returns 0, ahead_stop().
 */
#ifndef COMMON_AHEAD_H
#define COMMON_AHEAD_H

#include <stddef.h>
#include <stdint.h>

#include "common/foresee.h"
#include "common/map.h"
#include "common/row.h"
#include "common/source.h"
#include "common/store.h"

/* A row and the result of map_row() for it. */
struct mapped {
	struct row row;
	int known;		/* its source is configured (or "local"); if
				 * not, the rest is not set */
	enum map_result result;
	struct change *change;
	size_t n;
	struct refusal why;
	const struct foreseen *foreseen;	/* if it is a single change;
						 * else, or where that cannot
						 * be told ahead, NULL */
};

struct ahead;

/*
 * Start with the first row after seq `after`.  The thread opens the store's
 * path again, for reading; the store itself must outlive the thread.  writes:
 * the value of member_writes() at a time when all those writes were committed.
 */
int ahead_start(struct ahead **, struct store *, const struct config *,
    const struct authority_view *, int64_t after, int64_t writes,
    struct err *);

/* Tell the thread that this many writes are committed now. */
void ahead_committed(struct ahead *, int64_t writes);

/* The next row, valid until the next call: 1; 0 at the end of the inbox; a
 * negative status when reading failed. */
int ahead_next(struct ahead *, struct mapped **, struct err *);

/* The seq of the row that ahead_next() returned last, or where it started. */
int64_t ahead_position(const struct ahead *);

/* Stop the thread.  NULL is allowed. */
void ahead_stop(struct ahead *);

#endif
