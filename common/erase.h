/*
 * Erasing one person: everything that says who a member was, in both files,
 * goes.  What stays is the member's id, its points, the keys of the inbox, and
 * the tree over the record, which still holds.
 *
 * First, in one transaction, the member is closed and emptied, whom it was
 * known as becomes tombstones, and the record says so: from there on nothing
 * brings the person back.  The rest is done in short transactions behind it,
 * while other programs go on.  Whoever calls again after a crash, or later,
 * takes away what is left or came since.
 */
#ifndef COMMON_ERASE_H
#define COMMON_ERASE_H

#include <stdint.h>

#include "common/id.h"
#include "common/source.h"
#include "common/store.h"

/* What was taken away, or with dry would be. */
struct erase_receipt {
	char member[ID_TEXT];
	int64_t links;		/* ids that it was known by */
	int64_t events;		/* that waited: refused now */
	int64_t bodies;		/* of events */
	int64_t audit;		/* rows of the record, emptied */
	int64_t deliveries;	/* that are dead now, or lost their answer */
	int64_t hashes;		/* of e-mail addresses and the like */
	int64_t left;		/* events that wait and are about others too */
};

/*
 * who: an id, or SOURCE/EXTERNAL-ID, also of somebody who was erased.  The
 * store is open in ROLE_ERASE, for reading when dry.  E_NOTFOUND; E_NO with *e
 * when something is left; E_BUSY: call again.  *r is filled as far as it came.
 */
int erase_member(struct store *, const struct config *, const char *who,
    int dry, struct erase_receipt *r, struct err *);

/* Let the next event about somebody who was erased enrol a new member: the
 * tombstones go, *n of them.  E_NOTFOUND; E_NO: there are none. */
int erase_lift(struct store *, const char *who, int dry, char id[ID_TEXT],
    int64_t *n, struct err *);

#endif
