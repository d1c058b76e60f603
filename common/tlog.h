/*
 * The texts of transparency logs, as defined by C2SP: checkpoint, tlog-proof,
 * and the body of a witness's add-checkpoint, which holds a consistency proof.
 * Pure: reads and writes them; what they claim is checked with merkle.h and
 * note.h.
 *
 * Writing appends to the buf.  Reading returns 0, or E_DATA if the text does
 * not have the form; what was read points into the text.
 */
#ifndef COMMON_TLOG_H
#define COMMON_TLOG_H

#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/merkle.h"

/* The text of the signed note that is the head of a log. */
struct tlog_head {
	const char *origin;	/* not terminated */
	size_t len;
	int64_t size;
	unsigned char root[MERKLE_HASH];
};

void tlog_head_write(struct buf *, const char *origin, int64_t size,
    const unsigned char root[MERKLE_HASH]);
int tlog_head_read(struct tlog_head *, const char *text, size_t len);

/* A proof that a leaf is in the tree of a head. */
struct tlog_proof {
	int64_t index;		/* from 0 */
	const char *extra;	/* base64, not terminated, or NULL */
	size_t nextra;
	struct merkle_proof path;
	const char *head;	/* the whole signed note */
	size_t nhead;
};

/* extra may be NULL; it is not covered by the proof. */
void tlog_proof_write(struct buf *, int64_t index, const void *extra,
    size_t nextra, const struct merkle_proof *, const char *head,
    size_t nhead);
int tlog_proof_read(struct tlog_proof *, const char *, size_t);

/* A proof that the tree of a head begins with one of size old. */
struct tlog_growth {
	int64_t old;
	struct merkle_proof path;
	const char *head;
	size_t nhead;
};

void tlog_growth_write(struct buf *, int64_t old, const struct merkle_proof *,
    const char *head, size_t nhead);
int tlog_growth_read(struct tlog_growth *, const char *, size_t);

/* What a text is, judged by its beginning. */
enum tlog_kind { TLOG_HEAD, TLOG_PROOF, TLOG_GROWTH };

enum tlog_kind tlog_kind(const char *, size_t);

#endif
