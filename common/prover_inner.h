/*
 * What prover_check.c and prover_detail.c share.  Nobody else includes this.
 */
#ifndef COMMON_PROVER_INNER_H
#define COMMON_PROVER_INNER_H

#include "common/prover.h"

/* What a row says, as it stands in front of its proof. */
struct opening {
	struct buf salt, detail;
	size_t len;		/* of the text, up to the proof; 0: there is
				 * none */
};

/* Take it from a text: 0, also when there is none, or E_DATA. */
int prover_opening_read(struct opening *, const char *text, size_t len);
void prover_opening_release(struct opening *);

/* Whether it is what the leaf data of a row is committed to: 1, 0. */
int prover_opening_holds(const struct opening *, const struct buf *leaf);

#endif
