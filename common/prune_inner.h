/*
 * What the parts of pruning share.  Nobody else includes this.
 */
#ifndef COMMON_PRUNE_INNER_H
#define COMMON_PRUNE_INNER_H

#include <stddef.h>
#include <stdint.h>

#include "common/prune.h"

/* Rows a transaction, and about as long as one may work (loya-store(5)). */
enum { PRUNE_ROWS = 200, PRUNE_ENOUGH = 10000 };

struct pruning {
	struct store *store;
	int64_t before, at;	/* at: the last row that was looked at */
	int refused, begun, dry;
	int64_t seq[PRUNE_ROWS];	/* to be taken away next */
	int64_t bytes[PRUNE_ROWS];	/* of each body */
	size_t n;
	struct prune_receipt *r;
	struct err *e;
};

/* Whether nothing will be done with the event any more: 1, 0, <0. */
int prune_is_done(struct pruning *, int64_t seq);

/* Note in the record, once, that something is going to be taken away: 0, <0. */
int prune_begin(struct pruning *);

/* prune_text.c, behind the bodies: empty the rows of the record that quote one
 * that is gone, and that nothing leads to any more: 0, <0. */
int prune_texts(struct pruning *);

#endif
