/*
 * The proof: everything that can be computed again is, and compared.
 *
 *   audit   each commitment, each leaf, every tile and the root; the chain of
 *           rows about each member; the inbox row each one names
 *   ledger  each entry against its row of audit, and the balances
 *   member  the fields as the log's changes leave them, points as the ledger
 *           does; each field against the claim that decided it; claims and
 *           bindings against each other
 *   event, outbox   that what they speak of is there
 *   head    each one that was ever signed: the signature, the root of the rows
 *           below it; the keys against the record; what witnesses signed
 *
 * The record and the members are each read once, in their order; what is kept
 * of a member is 40 bytes.  Both files are seen as they were at the start.
 */
#ifndef COMMON_VERIFY_H
#define COMMON_VERIFY_H

#include <stdint.h>

#include "common/merkle.h"
#include "common/store.h"
#include "common/tlog.h"

struct verify_result {
	int64_t size;		/* rows of audit, leaves of the tree */
	unsigned char root[MERKLE_HASH];
	int64_t members, entries, inbox;
	int64_t erased;		/* rows whose detail was erased */
	int64_t unknown;	/* members that erased rows keep from being
				 * compared with the log */
	int64_t heads;		/* that were signed */
	int64_t cosignatures;
	int64_t faults;
};

/* How far it is: n of about so many rows of a table.  Called again and again,
 * every some hundred rows. */
typedef void verify_progress_fn(void *ctx, const char *what, int64_t n,
    int64_t of);

/* A signed head that was kept elsewhere (its signature is the caller's
 * matter). */
struct verify_outside {
	const char *name;	/* as faults call it */
	struct tlog_head head;
};

/* Something that does not hold: the table, the row as people name it, and
 * what is wrong with it. */
typedef void verify_fault_fn(void *ctx, const char *table, const char *row,
    const char *what);

/* 0 when everything could be read, whatever was found; else enum status. */
int verify(struct store *, verify_fault_fn *, void *ctx,
    struct verify_result *, struct err *);

/* The same, and more: each part may be NULL. */
struct verify_options {
	const struct verify_outside *outside;	/* the record goes on from it */
	verify_progress_fn *progress;
	void *progress_ctx;
	int no_schema;		/* tables and triggers are not looked at */
};

int verify_with(struct store *, const struct verify_options *,
    verify_fault_fn *, void *ctx, struct verify_result *, struct err *);

#endif
