/*
 * The room of points.  Entries are only added; each has a reference that is
 * unique within its source.
 */
#ifndef COMMON_LEDGER_H
#define COMMON_LEDGER_H

#include <stdint.h>

#include "common/arena.h"
#include "common/store.h"

struct ledger_row {
	int64_t seq;
	const char *member, *source, *reference, *kind;
	int64_t points;		/* signed: the effect */
	int64_t balance;	/* after it */
	const char *reverses;	/* or NULL */
	int64_t inbox, audit, at;
};

/* Add an entry; row->seq is set. */
int ledger_add(struct store *, struct ledger_row *, struct err *);

/* Get the entry of a reference, in the arena; E_NOTFOUND. */
int ledger_get(struct store *, const char *source, const char *reference,
    struct arena *, struct ledger_row *, struct err *);

/* Whether an entry of this source reverses the reference: 1, 0, <0. */
int ledger_reversed(struct store *, const char *member, const char *source,
    const char *reference, struct err *);

#endif
