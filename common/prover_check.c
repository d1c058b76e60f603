/* Checking proofs with nothing but keys: no store is needed. */
#include "common/prover_inner.h"

#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/crypt.h"
#include "common/json.h"
#include "common/jsonw.h"

/* The row that a proof is about: a JSON array that begins with its number, as
 * loya writes it, without line ends because it will be printed. */
static int
read_leaf(const struct tlog_proof *p, const char *name, struct buf *leaf,
    struct err *e)
{
	struct json j = { 0 };
	int64_t seq = 0;
	long n = -1;
	int rc = 0;

	buf_clear(leaf);
	if (p->extra != NULL) {
		buf_reserve(leaf, p->nextra);
		n = crypt_unbase64(p->extra, p->nextra, 0,
		    (unsigned char *)leaf->p, p->nextra);
	}
	if (n < 0)
		return err_set(e, E_DATA, "%s: it has no row", name);
	leaf->len = (size_t)n;
	if (json_parse(&j, leaf->p, leaf->len) != 0 ||
	    json_type(&j, 0) != JSON_ARRAY || j.tok[0].count == 0 ||
	    json_int(&j, 1, &seq) != 0 || j.blanks > 0)
		rc = err_set(e, E_DATA, "%s: its row is not a valid one", name);
	else if (seq - 1 != p->index)
		rc = err_set(e, E_NO, "%s: row %lld is not the one at index "
		    "%lld", name, (long long)seq, (long long)p->index);
	json_release(&j);
	return rc;
}

static int
check_proof(const struct tlog_proof *p, const char *name,
    const struct tlog_head *h, struct buf *leaf, struct err *e)
{
	unsigned char hash[MERKLE_HASH];
	int rc;

	if ((rc = read_leaf(p, name, leaf, e)) != 0)
		return rc;
	merkle_leaf(hash, leaf->p, leaf->len);
	if (merkle_check_inclusion(&p->path, p->index, h->size, hash,
	    h->root) != 0)
		return err_set(e, E_NO, "%s: it does not prove that this row "
		    "is in the audit log", name);
	return 0;
}

/* A log keeps its name for ever; one that was copied and continued under
 * another name is another log, however its rows begin. */
static int
check_origin(const char *name, const struct tlog_head *h,
    const struct tlog_head *old, struct err *e)
{
	if (h->len != old->len || memcmp(h->origin, old->origin, h->len) != 0)
		return err_set(e, E_NO, "%s: it is of another audit log than "
		    "the older head", name);
	return 0;
}

static int
check_growth(const struct tlog_growth *g, const char *name,
    const struct tlog_head *h, const struct tlog_head *old, struct err *e)
{
	if (old == NULL)
		return err_set(e, E_USAGE, "%s: it continues an older head; "
		    "give that head with -H", name);
	if (check_origin(name, h, old, e) != 0)
		return E_NO;
	if (g->old != old->size)
		return err_set(e, E_NO, "%s: it continues a head of %lld rows, "
		    "but the older head has %lld", name, (long long)g->old,
		    (long long)old->size);
	if (merkle_check_consistency(&g->path, g->old, h->size, old->root,
	    h->root) != 0)
		return err_set(e, E_NO, "%s: it does not prove that the audit "
		    "log continues the older head", name);
	return 0;
}

/* Without a consistency proof, only two heads of the same size can be
 * compared. */
static int
check_older(const char *name, const struct tlog_head *h,
    const struct tlog_head *old, struct err *e)
{
	if (check_origin(name, h, old, e) != 0)
		return E_NO;
	if (h->size < old->size)
		return err_set(e, E_NO, "%s: it has %lld rows, fewer than the "
		    "%lld of the older head", name, (long long)h->size,
		    (long long)old->size);
	if (h->size > old->size)
		return err_set(e, E_USAGE, "%s: it does not prove that it "
		    "continues the older head; check what loya-audit "
		    "consistency prints instead",
		    name);
	if (memcmp(h->root, old->root, sizeof h->root) != 0)
		return err_set(e, E_NO, "%s: it has as many rows as the older "
		    "head, but different ones: this is another audit log (a "
		    "fork)",
		    name);
	return 0;
}

static void
add_cosigned(struct jsonw *w, const char *witness, int64_t at)
{
	jsonw_object(w);
	jsonw_kstring(w, "witness", witness);
	jsonw_ktime(w, "at", at > INT64_MAX / CLOCK_SECOND ? INT64_MAX :
	    at * CLOCK_SECOND);
	jsonw_close(w, '}');
}

/* Every witness among the keys must have signed. */
static int
check_witnesses(const struct note_keys *keys, const char *name,
    const char *head, size_t len, struct prover_verdict *v, struct err *e)
{
	struct note note;
	struct jsonw w;
	int64_t at;
	size_t i;
	int rc;

	v->witnesses = 0;
	buf_clear(&v->cosigned);
	jsonw_init(&w, &v->cosigned);
	jsonw_array(&w);
	if (note_parse(&note, head, len) != 0)
		return err_set(e, E_DATA, "%s: not a signed head", name);
	for (i = 0; i < keys->n; i++) {
		if (keys->key[i].kind != NOTE_COSIGNATURE)
			continue;
		rc = note_verify(&note, &keys->key[i], &at, NULL);
		if (rc != 1)
			return err_set(e, E_NO, rc == 0 ? "%s: witness '%s' "
			    "did not sign it" : "%s: the signature of witness "
			    "'%s' is wrong", name, keys->key[i].name);
		v->witnesses++;
		add_cosigned(&w, keys->key[i].name, at);
	}
	jsonw_close(&w, ']');
	return 0;
}

/* prover_check() for the text after a detail. */
static int
check(const struct note_keys *keys, const char *name, const char *text,
    size_t len, const struct tlog_head *old, struct prover_verdict *v,
    struct err *e)
{
	const char *head = text;
	size_t nhead = len;
	int rc;

	v->what = tlog_kind(text, len);
	if (v->what == TLOG_PROOF) {
		if (tlog_proof_read(&v->proof, text, len) != 0)
			return err_set(e, E_DATA, "%s: not a proof", name);
		head = v->proof.head;
		nhead = v->proof.nhead;
	} else if (v->what == TLOG_GROWTH) {
		if (tlog_growth_read(&v->growth, text, len) != 0)
			return err_set(e, E_DATA, "%s: not a proof", name);
		head = v->growth.head;
		nhead = v->growth.nhead;
	}
	if ((rc = prover_known(keys, name, head, nhead, &v->head, e)) != 0 ||
	    (rc = check_witnesses(keys, name, head, nhead, v, e)) != 0)
		return rc;
	if (v->what == TLOG_GROWTH)
		return check_growth(&v->growth, name, &v->head, old, e);
	if (v->what == TLOG_PROOF)
		rc = check_proof(&v->proof, name, &v->head, &v->leaf, e);
	if (rc == 0 && old != NULL)
		rc = check_older(name, &v->head, old, e);
	return rc;
}

int
prover_check(const struct note_keys *keys, const char *name, const char *text,
    size_t len, const struct tlog_head *old, struct prover_verdict *v,
    struct err *e)
{
	struct opening o = { 0 };
	int rc;

	if (prover_opening_read(&o, text, len) != 0)
		rc = err_set(e, E_DATA, "%s: its detail is not valid", name);
	else
		rc = check(keys, name, text + o.len, len - o.len, old, v, e);
	if (rc == 0 && o.len > 0 && v->what != TLOG_PROOF)
		rc = err_set(e, E_DATA, "%s: it has a detail, but no row that "
		    "it belongs to", name);
	if (rc == 0 && o.len > 0 && !prover_opening_holds(&o, &v->leaf))
		rc = err_set(e, E_NO, "%s: its detail is not the one that the "
		    "row commits to", name);
	if (rc == 0)
		buf_add(&v->detail, o.detail.p, o.detail.len);
	prover_opening_release(&o);
	return rc;
}

void
prover_verdict_release(struct prover_verdict *v)
{
	buf_release(&v->leaf);
	buf_release(&v->detail);
	buf_release(&v->cosigned);
}
