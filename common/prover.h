/*
 * Heads of the record and proofs against them (C2SP checkpoint, tlog-proof and
 * the body of add-checkpoint): the rooms of the record, of heads and of secrets
 * together.  Proofs are read from the tiles; nothing is computed over the rows.
 */
#ifndef COMMON_PROVER_H
#define COMMON_PROVER_H

#include "common/buf.h"
#include "common/head.h"
#include "common/merkle.h"
#include "common/note.h"
#include "common/tlog.h"

/*
 * Sign the tree as it is now and store that, as ROLE_HEAD in a transaction of
 * its own; when nothing was added since the newest head, that one is it.  A
 * tree that does not go on from the newest head is never signed (E_NO).  *b:
 * the head with what witnesses signed of it.
 */
int prover_sign(struct store *, const unsigned char *key, struct buf *b,
    struct err *);

/* The newest head as it is stored, with what witnesses signed of it; with
 * h NULL only that.  E_NOTFOUND with *e. */
int prover_head(struct store *, struct head *h, struct buf *b, struct err *);

/* The keys that heads of this store were signed with. */
int prover_keys(struct store *, struct note_keys *, struct err *);

/* A signed head from outside: taken apart, signed with one of the keys of
 * Ed25519 that are known.  E_DATA, E_NO with *e; name is what messages call
 * it. */
int prover_known(const struct note_keys *, const char *name, const char *text,
    size_t len, struct tlog_head *, struct err *);

/* Whether the record goes on from a head: E_NO with *e, which says whether
 * its end was cut off or it is another one. */
int prover_goes_on(struct store *, const char *name, const struct tlog_head *,
    struct err *);

/*
 * That row seq is in the tree of a head; head NULL: of the newest one.  The
 * public columns of the row are the extra.  E_NOTFOUND: no such row; E_NO: the
 * head is older than the row.
 */
int prover_row(struct store *, int64_t seq, const char *head, size_t len,
    struct buf *b, struct err *);

/*
 * What row seq says, to go in front of the proof of it: three lines and an
 * empty one, see loya-audit(1).  E_NOTFOUND: no such row; E_NO: it was erased,
 * or is longer than prover_check() takes.
 */
int prover_detail(struct store *, int64_t seq, struct buf *b, struct err *);

/* Bytes of what prover_check() looks at. */
enum { PROVER_MAX = NOTE_MAX + 16 * 1024 * 1024 };

/* That the newest head goes on from a tree of that size, of which a head was
 * signed here (is_head), or which somebody says there is: E_NO when the newest
 * head is smaller. */
int prover_growth(struct store *, int64_t size, int is_head, struct buf *b,
    struct err *);

/*
 * Take in what witnesses signed of a head of this store (prover_cosign.c), as
 * ROLE_HEAD in a transaction of its own: text is the head with their lines, or
 * their lines alone, and then the head is found.  *news: how many lines are
 * new.  dry: nothing is kept.  E_DATA, E_NO with *e.
 */
int prover_cosign(struct store *, const struct note_keys *witness, int dry,
    const char *name, const char *text, size_t len, int64_t *news,
    struct err *);

/* What prover_check() found; points into what it was given.  Zero-initialise,
 * release. */
struct prover_verdict {
	enum tlog_kind what;
	struct tlog_head head;
	struct tlog_proof proof;	/* TLOG_PROOF */
	struct tlog_growth growth;	/* TLOG_GROWTH */
	struct buf leaf;	/* the row that is proven: a JSON array */
	struct buf detail;	/* what that says, a JSON object; empty: it was
				 * not there */
	int64_t witnesses;	/* that signed */
	struct buf cosigned;	/* which, and when: a JSON array of objects of
				 * witness and at */
};

/*
 * Check a head or a proof by keys alone (prover_check.c): the head is signed
 * with one of those of Ed25519, and by every witness among them.  old: the
 * head that the other one goes on from, or NULL; of more rows than that has
 * only a consistency proof can tell (else E_USAGE).  A detail in front of the
 * proof of a row is what that is committed to.  E_DATA, E_NO, E_USAGE with *e.
 */
int prover_check(const struct note_keys *, const char *name,
    const char *text, size_t len, const struct tlog_head *old,
    struct prover_verdict *, struct err *);
void prover_verdict_release(struct prover_verdict *);

#endif
