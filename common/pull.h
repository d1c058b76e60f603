/*
 * The engine of loya-pull: what a system's API says becomes rows of the inbox.
 * It is driven by the pull section of the source's file alone.
 *
 *	pull_new(), pull_changes() and its like for any number of sources,
 *	pull_free()
 *
 * Rows become durable many at a time, while an answer is still coming in; the
 * cursor moves with the last of them.  A row whose id is already there is not
 * added.  So a run may be killed anywhere and repeated at any time.
 */
#ifndef COMMON_PULL_H
#define COMMON_PULL_H

#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/source.h"
#include "common/store.h"

struct pull;
struct row;

/* Progress with the present source. */
struct pull_count {
	int64_t rows, fresh, pages, requests;
	int64_t odd;		/* fresh ones that are not records */
	int alone;		/* the gravest fault with one record alone that
				 * waits, told of; or 0 */
	int64_t until;		/* read up to here, 0: not known yet */
};

/* Called with lines (loya-event(5)) after the commit of their rows; or with n 0
 * after a page: there is progress to show. */
typedef void pull_fn(void *ctx, const char *lines, size_t n,
    const struct pull_count *);

/* The store is open as ROLE_PULL; all arguments must outlive the engine. */
void pull_new(struct pull **, struct store *, const struct config *,
    const char *confdir, pull_fn *, void *ctx);
void pull_free(struct pull *);

/*
 * Read back the thin events that wait; read what changed since the cursor; read
 * everything that the source has, as a snapshot; or read only what differs from
 * what it lists.  Each prints nothing but warnings, records a failure, and
 * keeps what it has done so far.  Something that is not a record, such as a row
 * without its key, holds up no other: it is stored for loya-apply to refuse,
 * warned of, and counted as odd.  Nor does a thin event, or a change, whose
 * record alone cannot be read: it waits, is warned of, recorded, and counted as
 * alone.
 *
 * E_CONF: the file, the credentials or the rights are wrong (also if the peer
 * says so); E_BUSY: the peer, the store or another loya-pull is busy, try
 * later; E_IO: the peer's answer is not what was promised; those of the store.
 */
int pull_waiting(struct pull *, const struct source *, struct err *);
int pull_changes(struct pull *, const struct source *, struct err *);
int pull_everything(struct pull *, const struct source *, struct err *);
int pull_differences(struct pull *, const struct source *, struct err *);

/* Those of the last run. */
const struct pull_count *pull_counts(const struct pull *);

/*
 * Whether a row is a thin event of a source that can be read: 1 or 0.  Read its
 * record back; the event is then noted as read.
 */
int pull_is_thin(const struct source *, const struct row *);
int pull_read_back(struct pull *, const struct source *, const struct row *,
    struct err *);

/* The graver of two exit statuses, in the order of loya-pull(1): what only a
 * person can mend comes first. */
int pull_graver(int, int);

/* Append to out the requests that one of these would begin with, as text with
 * secrets masked.  Nobody is asked. */
enum pull_way { PULL_CHANGES, PULL_EVERYTHING, PULL_DIFFERENCES };
int pull_show(struct pull *, const struct source *, enum pull_way,
    struct buf *out, struct err *);

#endif
