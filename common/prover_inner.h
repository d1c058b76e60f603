/*
 * Shared by prover_check.c and prover_detail.c.  Nobody else includes this.
 */
#ifndef COMMON_PROVER_INNER_H
#define COMMON_PROVER_INNER_H

#include "common/prover.h"

/* The detail of a row, as it is in front of its proof. */
struct opening {
	struct buf salt, detail;
	size_t len;		/* of the text before the proof; 0: no detail
				 * is there */
};

/* Read it from a text: 0, also if there is none, or E_DATA. */
int prover_opening_read(struct opening *, const char *text, size_t len);
void prover_opening_release(struct opening *);

/* Whether it matches the commitment in the leaf data of a row: 1, 0. */
int prover_opening_holds(const struct opening *, const struct buf *leaf);

#endif
