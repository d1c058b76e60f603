/*
 * What a row will lead to, worked out by a reader of the store before it is the
 * row's turn: whom it is about, the decision, and the texts to be written.  All
 * of that follows from the row, the configuration and the member as it was
 * read, so it holds until somebody writes about the member or the id.
 *
 * seen says how much the reader had seen: member_writes() of the owner's store
 * at a time when all those writes were committed.
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
	int is;			/* a member is linked: m and slot */
	struct member m;
	size_t slot;
	int64_t snapshot_seq;	/* of a snapshot's row: its place; or 0 */
	struct decision d;
	struct member_text text;
	char mark[CLAIMS_MARK];	/* of that text */
	struct buf detail;	/* of the audit row, whole */
	size_t open;		/* length of detail without the mark */
	struct audit_seal seal;	/* of detail */
};

/*
 * Everything is in the arena; scratch is a buffer to reuse.  NULL if the change
 * has to wait for its turn: it is of another kind, names the member by loya's
 * own id, or the store could not be read.
 */
const struct foreseen *foresee(struct store *, int64_t seen,
    const struct row *, const struct change *, const struct authority_view *,
    struct arena *, struct buf *scratch);

/* Whether nothing that it follows from has been written since; to be called
 * with the owner's store, inside its transaction.  begin: where the snapshot
 * began that the row belongs to, or 0. */
int foresee_holds(const struct foreseen *, struct store *, const struct row *,
    const struct change *, int64_t begin);

#endif
