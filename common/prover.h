/*
 * Heads of the record and proofs against them (C2SP checkpoint, tlog-proof and
 * the body of add-checkpoint): joins the rooms of the record, of heads and of
 * secrets.  Proofs are read from the tiles; nothing is computed over the rows.
 */
#ifndef COMMON_PROVER_H
#define COMMON_PROVER_H

#include "common/buf.h"
#include "common/head.h"
#include "common/merkle.h"
#include "common/note.h"
#include "common/tlog.h"

/*
 * Sign the present tree and store the head, as ROLE_HEAD in a transaction of
 * its own; if nothing was added since the newest head, use that.  A tree that
 * is not an extension of the newest head is never signed (E_NO).  *b: the head
 * with the signatures of witnesses.
 */
int prover_sign(struct store *, const unsigned char *key, struct buf *b,
    struct err *);

/* The newest stored head: its row in *h (NULL: not wanted), and in b its text
 * with the signatures of witnesses.  E_NOTFOUND with *e. */
int prover_head(struct store *, struct head *h, struct buf *b, struct err *);

/* The keys that signed heads of this store. */
int prover_keys(struct store *, struct note_keys *, struct err *);

/* Parse a signed head from outside and check that it is signed with one of the
 * known Ed25519 keys.  E_DATA, E_NO with *e; name is what messages call it. */
int prover_known(const struct note_keys *, const char *name, const char *text,
    size_t len, struct tlog_head *, struct err *);

/* Whether the record is an extension of a head: 0, or E_NO with *e, which says
 * whether its end was cut off or it is a different record. */
int prover_goes_on(struct store *, const char *name, const struct tlog_head *,
    struct err *);

/*
 * Prove that row seq is in the tree of a head; head NULL: of the newest one.
 * The extra data of the proof are the public columns of the row.  E_NOTFOUND:
 * no such row; E_NO: the head is older than the row.
 */
int prover_row(struct store *, int64_t seq, const char *head, size_t len,
    struct buf *b, struct err *);

/*
 * The detail of row seq, to go in front of its proof: three lines and an empty
 * one, see loya-audit(1).  E_NOTFOUND: no such row; E_NO: it was erased, or is
 * too long for prover_check().
 */
int prover_detail(struct store *, int64_t seq, struct buf *b, struct err *);

/* At most this many bytes are accepted by prover_check(). */
enum { PROVER_MAX = NOTE_MAX + 16 * 1024 * 1024 };

/* Prove that the newest head extends a tree of this size, for which a head was
 * signed here (is_head) or which somebody claims.  E_NO if the newest head is
 * smaller. */
int prover_growth(struct store *, int64_t size, int is_head, struct buf *b,
    struct err *);

/*
 * Take in the signatures of witnesses of a head of this store
 * (prover_cosign.c), as ROLE_HEAD in a transaction of its own.  text is the
 * head with their lines, or their lines alone, for which the head is then
 * looked up.  *news: how many lines are new.  dry: nothing is stored.  E_DATA,
 * E_NO with *e.
 */
int prover_cosign(struct store *, const struct note_keys *witness, int dry,
    const char *name, const char *text, size_t len, int64_t *news,
    struct err *);

/* The result of prover_check(); points into its arguments.  Zero-initialise,
 * release. */
struct prover_verdict {
	enum tlog_kind what;
	struct tlog_head head;
	struct tlog_proof proof;	/* TLOG_PROOF */
	struct tlog_growth growth;	/* TLOG_GROWTH */
	struct buf leaf;	/* the row that is proved: a JSON array */
	struct buf detail;	/* the detail of that, a JSON object; empty: it
				 * was not given */
	int64_t witnesses;	/* that signed */
	struct buf cosigned;	/* which, and when: a JSON array of objects of
				 * witness and at */
};

/*
 * Check a head or a proof with nothing but keys (prover_check.c): the head must
 * be signed with one of the Ed25519 keys, and by every witness among them.
 * old: the head that this one shall extend, or NULL; if this one has more rows,
 * only a consistency proof can tell (else E_USAGE).  A detail in front of the
 * proof of a row must match the row's commitment.  E_DATA, E_NO, E_USAGE with
 * *e.
 */
int prover_check(const struct note_keys *, const char *name,
    const char *text, size_t len, const struct tlog_head *old,
    struct prover_verdict *, struct err *);
void prover_verdict_release(struct prover_verdict *);

#endif
