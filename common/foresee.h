/*
 * What will come of a row, worked out by a reader of the store before it is
 * the row's turn: who it is about, the decision, and the texts to be written.
 * All of that follows from the row, the configuration and the member as it
 * was read, so it holds until somebody writes about the member or the id.
 *
 * The reader says how much it had seen: member_writes() of the owner's store
 * at a time when all of those were committed.
 */
#ifndef COMMON_FORESEE_H
#define COMMON_FORESEE_H

#include "common/arena.h"
#include "common/audit.h"
#include "common/buf.h"
#include "common/decide.h"
#include "common/member.h"
#include "common/row.h"
#include "common/store.h"

struct foreseen {
	int64_t seen;
	int is;			/* somebody is linked: m and slot */
	struct member m;
	size_t slot;
	int64_t snapshot_seq;	/* of a row of a snapshot: its place */
	struct decision d;
	struct member_text text;
	char mark[CLAIMS_MARK];	/* of that text */
	struct buf detail;	/* of the audit row, whole */
	size_t open;		/* so much of it is in front of the mark */
	struct audit_seal seal;	/* of detail */
};

/*
 * Everything in the arena; scratch is a buffer to reuse.  NULL when the change
 * has to wait for its turn: it is of another kind, names loya's own id, or the
 * store could not be read.
 */
const struct foreseen *foresee(struct store *, int64_t seen,
    const struct row *, const struct change *, const struct authority_view *,
    struct arena *, struct buf *scratch);

/* Whether nothing was written in between that it follows from; asked of the
 * owner's store inside its transaction.  begin: where the snapshot that it is a
 * row of began, or 0. */
int foresee_holds(const struct foreseen *, struct store *, const struct row *,
    const struct change *, int64_t begin);

#endif
