#include "common/prover.h"

#include <stdlib.h>
#include <string.h>

#include "common/arena.h"
#include "common/audit.h"
#include "common/crypt.h"
#include "common/vault.h"

static int
add_line(void *ctx, int64_t head, const char *vkey, const char *line,
    int64_t at)
{
	(void)head, (void)vkey, (void)at;
	buf_adds(ctx, line);
	return 0;
}

int
prover_head(struct store *s, struct head *h, struct buf *b, struct err *e)
{
	struct head own;
	int rc;

	if (h == NULL)
		h = &own;
	rc = head_last(s, h, b, e);
	if (rc == E_NOTFOUND)
		return err_set(e, rc, "%s: no head was signed yet",
		    store_path(s));
	if (rc == 0)
		rc = head_witness_walk(s, h->seq, add_line, b, e);
	if (rc == 0)
		h->note = buf_str(b);
	return rc;
}

static int
read_head(struct store *s, const char *text, size_t len, struct tlog_head *h,
    struct err *e)
{
	struct note n;

	if (note_parse(&n, text, len) == 0 &&
	    tlog_head_read(h, n.text, n.len) == 0)
		return 0;
	return err_set(e, E_NOTSTORE, "%s: the newest head is not a valid one; "
	    "see loya-audit verify", store_path(s));
}

/* Get the root at an earlier size of the tree. */
static int
root_at(struct store *s, int64_t size, unsigned char root[MERKLE_HASH],
    struct err *e)
{
	struct merkle *m = xmalloc(sizeof *m);
	int rc;

	rc = merkle_load(m, size, audit_tile, s, e);
	if (rc == 0)
		merkle_root(m, root);
	free(m);
	return rc;
}

/* Check that what is about to be signed extends what was signed before. */
static int
consistent(struct store *s, const struct tlog_head *old,
    const struct merkle *now, struct err *e)
{
	unsigned char root[MERKLE_HASH];
	struct merkle_proof *p;
	int rc;

	if (old->size > now->size)
		return err_set(e, E_NO, "a head of %lld rows was signed, but "
		    "the audit log has only %lld: its end is gone; nothing was "
		    "signed now", (long long)old->size, (long long)now->size);
	p = xmalloc(sizeof *p);
	merkle_root(now, root);
	rc = merkle_consistency(p, old->size, now->size, audit_tile, s, e);
	if (rc == 0 && merkle_check_consistency(p, old->size, now->size,
	    old->root, root) != 0)
		rc = err_set(e, E_NO, "the audit log does not continue the "
		    "head of %lld rows that was signed; nothing was signed now",
		    (long long)old->size);
	free(p);
	return rc;
}

static int
put(struct store *s, const struct note_key *k, const unsigned char *sk,
    const struct merkle *tree, struct buf *b, struct err *e)
{
	unsigned char root[MERKLE_HASH];
	struct head h = { .size = tree->size };
	struct buf text = { 0 };
	int rc;

	merkle_root(tree, root);
	tlog_head_write(&text, k->name, tree->size, root);
	buf_clear(b);
	buf_add(b, text.p, text.len);
	buf_addc(b, '\n');
	note_sign(b, text.p, text.len, k, sk);
	h.note = b->p;
	h.len = b->len;
	rc = head_add(s, &h, e);
	buf_release(&text);
	return rc;
}

/* Whether the newest head already is of this tree and this key. */
static int
is_signed(const char *text, size_t len, const struct tlog_head *old,
    const struct merkle *tree, const struct note_key *k)
{
	struct note n;

	return old->size == tree->size && note_parse(&n, text, len) == 0 &&
	    note_verify(&n, k, NULL, NULL) == 1;
}

static int
sign(struct store *s, const struct note_key *k, const unsigned char *sk,
    struct merkle *tree, struct buf *b, struct err *e)
{
	struct tlog_head old;
	struct head h;
	int rc;

	if ((rc = audit_tree(s, tree, e)) != 0)
		return rc;
	rc = head_last(s, &h, b, e);
	if (rc == E_NOTFOUND)
		return put(s, k, sk, tree, b, e);
	if (rc == 0)
		rc = read_head(s, h.note, h.len, &old, e);
	if (rc == 0)
		rc = consistent(s, &old, tree, e);
	if (rc == 0 && !is_signed(h.note, h.len, &old, tree, k))
		return put(s, k, sk, tree, b, e);
	return rc;
}

int
prover_sign(struct store *s, const unsigned char *key, struct buf *b,
    struct err *e)
{
	struct merkle *tree = NULL;
	struct note_key k;
	unsigned char *sk;
	int rc;

	if ((rc = vault_head_open(s, key, &k, &sk, e)) != 0)
		return rc;
	if ((rc = store_begin(s, STORE_MAIN, e)) == 0) {
		tree = xmalloc(sizeof *tree);
		rc = sign(s, &k, sk, tree, b, e);
		rc = store_end(s, STORE_MAIN, rc, e);
	}
	crypt_free(sk);
	free(tree);
	return rc != 0 ? rc : prover_head(s, NULL, b, e);
}

static int
add_key(void *ctx, const char *vkey, int64_t audit)
{
	struct note_key k;

	(void)audit;
	if (vkey != NULL && note_key_parse(&k, vkey, strlen(vkey)) == 0)
		note_keys_add(ctx, &k);
	return 0;
}

int
prover_keys(struct store *s, struct note_keys *all, struct err *e)
{
	return head_key_walk(s, add_key, all, e);
}

int
prover_known(const struct note_keys *keys, const char *name, const char *text,
    size_t len, struct tlog_head *h, struct err *e)
{
	int rc, found = 0;
	struct note n;
	size_t i;

	if (note_parse(&n, text, len) != 0 ||
	    tlog_head_read(h, n.text, n.len) != 0)
		return err_set(e, E_DATA, "%s: not a signed head", name);
	for (i = 0; i < keys->n; i++) {
		if (keys->key[i].kind != NOTE_ED25519)
			continue;
		rc = note_verify(&n, &keys->key[i], NULL, NULL);
		if (rc < 0)
			return err_set(e, E_NO, "%s: the signature of '%s' is "
			    "wrong", name, keys->key[i].name);
		/* The signer must be the one that the head names. */
		found |= rc == 1 && strlen(keys->key[i].name) == h->len &&
		    memcmp(keys->key[i].name, h->origin, h->len) == 0;
	}
	return found ? 0 : err_set(e, E_NO, "%s: not signed with a known "
	    "key", name);
}

int
prover_goes_on(struct store *s, const char *name, const struct tlog_head *h,
    struct err *e)
{
	unsigned char root[MERKLE_HASH];
	struct merkle *m = xmalloc(sizeof *m);
	int64_t size;
	int rc;

	rc = audit_tree(s, m, e);
	size = m->size;
	free(m);
	if (rc != 0)
		return rc;
	if (h->size > size)
		return err_set(e, E_NO, "%s: it is a head of %lld rows, but "
		    "the audit log has only %lld: its end was cut off", name,
		    (long long)h->size, (long long)size);
	rc = root_at(s, h->size, root, e);
	if (rc == 0 && memcmp(root, h->root, sizeof root) != 0)
		rc = err_set(e, E_NO, "%s: the first %lld rows are not those "
		    "that were signed: this is another audit log (a "
		    "fork)", name,
		    (long long)h->size);
	return rc;
}

/* Get the leaf data of a row, which is the extra of a proof, and its hash. */
static int
leaf_data(struct store *s, int64_t seq, struct buf *b,
    unsigned char leaf[MERKLE_HASH], struct err *e)
{
	unsigned char commitment[MERKLE_HASH];
	struct arena a = { 0 };
	struct audit_row r;
	int rc;

	rc = audit_get(s, seq, &r, commitment, &a, e);
	if (rc == E_NOTFOUND)
		rc = err_set(e, rc, "row %lld: there is none", (long long)seq);
	if (rc == 0)
		audit_leaf(leaf, &r, commitment, b);
	arena_release(&a);
	return rc;
}

/*
 * Make the proof and check it: if a row or a tile was changed, the proof would
 * prove nothing, and whoever gets it would have to guess what that means.
 */
static int
prove(struct store *s, int64_t seq, const char *head, size_t len,
    const struct tlog_head *h, struct buf *b, struct err *e)
{
	unsigned char hash[MERKLE_HASH];
	struct merkle_proof *p;
	struct buf leaf = { 0 };
	int rc;

	p = xmalloc(sizeof *p);
	rc = leaf_data(s, seq, &leaf, hash, e);
	if (rc == 0 && seq > h->size)
		rc = err_set(e, E_NO, "row %lld is newer than the head of %lld "
		    "rows; run loya-audit head to sign a newer one",
		    (long long)seq, (long long)h->size);
	if (rc == 0)
		rc = merkle_inclusion(p, seq - 1, h->size, audit_tile, s, e);
	if (rc == 0 && merkle_check_inclusion(p, seq - 1, h->size, hash,
	    h->root) != 0)
		rc = err_set(e, E_NO, "row %lld: it is not the row that the "
		    "head of %lld rows was signed over; see loya-audit verify",
		    (long long)seq, (long long)h->size);
	if (rc == 0)
		tlog_proof_write(b, seq - 1, leaf.p, leaf.len, p, head, len);
	buf_release(&leaf);
	free(p);
	return rc;
}

int
prover_row(struct store *s, int64_t seq, const char *head, size_t len,
    struct buf *b, struct err *e)
{
	struct buf last = { 0 };
	struct tlog_head h;
	struct head newest;
	int rc = 0;

	if (head == NULL && (rc = prover_head(s, &newest, &last, e)) == 0) {
		head = last.p;
		len = last.len;
	}
	if (rc == 0)
		rc = read_head(s, head, len, &h, e);
	if (rc == 0)
		rc = prove(s, seq, head, len, &h, b, e);
	buf_release(&last);
	return rc;
}

int
prover_growth(struct store *s, int64_t size, int is_head, struct buf *b,
    struct err *e)
{
	struct merkle_proof *p = xmalloc(sizeof *p);
	unsigned char old[MERKLE_HASH];
	struct buf last = { 0 };
	struct tlog_head now = { 0 };
	struct head h;
	int rc;

	rc = prover_head(s, &h, &last, e);
	if (rc == 0)
		rc = read_head(s, h.note, h.len, &now, e);
	if (rc == 0 && size > h.size)
		rc = err_set(e, E_NO, is_head ? "a head of %lld rows was "
		    "signed, but the newest one stored here is of %lld: heads "
		    "were removed" : "no head of %lld rows is known: the "
		    "newest is of "
		    "%lld", (long long)size, (long long)h.size);
	if (rc == 0 && (rc = root_at(s, size, old, e)) == 0)
		rc = merkle_consistency(p, size, h.size, audit_tile, s, e);
	if (rc == 0 && merkle_check_consistency(p, size, now.size, old,
	    now.root) != 0)
		rc = err_set(e, E_NO, "the newest head does not continue the "
		    "first %lld rows; see loya-audit verify",
		    (long long)size);
	if (rc == 0)
		tlog_growth_write(b, size, p, last.p, last.len);
	buf_release(&last);
	free(p);
	return rc;
}
