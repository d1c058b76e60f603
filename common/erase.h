/*
 * Erasing one person: everything that says who a member was is removed from
 * both files.  What stays is the member's id, its points, the keys of the
 * inbox, and the tree over the record, which still verifies.
 *
 * First, in one transaction, the member is closed and emptied, the ids it was
 * known by become tombstones, and the record says so: from there on nothing
 * brings the person back.  The rest follows in short transactions, while other
 * programs go on.  After a crash, or later, another call removes what is left
 * or has come since.
 */
#ifndef COMMON_ERASE_H
#define COMMON_ERASE_H

#include <stdint.h>

#include "common/id.h"
#include "common/source.h"
#include "common/store.h"

/* What was removed, or with dry would be. */
struct erase_receipt {
	char member[ID_TEXT];
	int64_t links;		/* ids that the member was known by */
	int64_t events;		/* that waited: refused now */
	int64_t bodies;		/* of events */
	int64_t audit;		/* rows of the record, emptied */
	int64_t deliveries;	/* that are dead now, or lost their answer */
	int64_t hashes;		/* of e-mail addresses and the like */
	int64_t left;		/* waiting events that concern others too */
};

/*
 * who: a member id or SOURCE/EXTERNAL-ID, also of a person who was erased
 * before.  The store is open in ROLE_ERASE, or for reading if dry.  E_NOTFOUND;
 * E_NO with *e if something is left; E_BUSY: call again.  *r is filled as far
 * as it came.
 */
int erase_member(struct store *, const struct config *, const char *who,
    int dry, struct erase_receipt *r, struct err *);

/* Let the next event about an erased person enrol a new member: delete the
 * tombstones, *n of them.  E_NOTFOUND; E_NO: there are none. */
int erase_lift(struct store *, const char *who, int dry, char id[ID_TEXT],
    int64_t *n, struct err *);

#endif
