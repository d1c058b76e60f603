/*
 * The proof: everything that can be computed again is, and is compared.
 *
 *   audit   each commitment, each leaf, every tile and the root; the chain of
 *           rows about each member; the inbox row that each one names
 *   ledger  each entry against its audit row, and the balances
 *   member  its fields against the changes in the log, its points against the
 *           ledger; each field against the claim that decided it; claims and
 *           bindings against each other
 *   event, outbox   that what they refer to is there
 *   head    each one ever signed: the signature, the root of the rows below
 *           it; the keys against the record; what witnesses signed
 *
 * The record and the members are each read once, in order; only 40 bytes are
 * kept per member.  Both files are seen as they were at the start.
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
	int64_t unknown;	/* members that cannot be compared with the log
				 * because of erased rows */
	int64_t heads;		/* heads that were signed */
	int64_t cosignatures;
	int64_t faults;
};

/* Reports progress: n of about `of` rows of a table.  Called every few hundred
 * rows. */
typedef void verify_progress_fn(void *ctx, const char *what, int64_t n,
    int64_t of);

/* A signed head that was kept elsewhere (its signature is for the caller to
 * check). */
struct verify_outside {
	const char *name;	/* what faults call it */
	struct tlog_head head;
};

/* Reports a fault: the table, the row as people call it, and what is wrong with
 * it. */
typedef void verify_fault_fn(void *ctx, const char *table, const char *row,
    const char *what);

/* 0 if everything could be read, whatever was found; else <0. */
int verify(struct store *, verify_fault_fn *, void *ctx,
    struct verify_result *, struct err *);

/* The same with options; each part may be NULL. */
struct verify_options {
	const struct verify_outside *outside;	/* the record must extend it */
	verify_progress_fn *progress;
	void *progress_ctx;
	int no_schema;		/* do not check tables and triggers */
};

int verify_with(struct store *, const struct verify_options *,
    verify_fault_fn *, void *ctx, struct verify_result *, struct err *);

#endif
