/*
 * Inbox rows read and mapped ahead of whoever applies them, by a thread with a
 * reading connection of its own.  Mapping is a pure function of a row and the
 * configuration, and rows do not change, so that it can be done while the
 * store waits for its disk; what is decided about a member as well, as long as
 * nobody writes about it in between (foresee.h).  For a backlog; a few rows
 * are not worth a thread.
 *
 *	ahead_start(), ahead_next() until it gives 0, ahead_stop().
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

/* A row and what map_row() says about it. */
struct mapped {
	struct row row;
	int known;		/* its source is, and so the rest holds */
	enum map_result result;
	struct change *change;
	size_t n;
	struct refusal why;
	const struct foreseen *foreseen;	/* of its only change,
						 * or NULL */
};

struct ahead;

/*
 * Begin behind seq after.  The store's path is opened anew, for reading; the
 * store itself must outlive the thread.  writes: member_writes() as it was when
 * all of those were committed.
 */
int ahead_start(struct ahead **, struct store *, const struct config *,
    const struct authority_view *, int64_t after, int64_t writes,
    struct err *);

/* So many writes are committed now. */
void ahead_committed(struct ahead *, int64_t writes);

/* The next row, valid until the next call: 1; 0 at the end of the inbox; enum
 * status when reading failed. */
int ahead_next(struct ahead *, struct mapped **, struct err *);

/* The seq that ahead_next() gave last, or where it began. */
int64_t ahead_position(const struct ahead *);

/* End the thread. NULL is allowed. */
void ahead_stop(struct ahead *);

#endif
