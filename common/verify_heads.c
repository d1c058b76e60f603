/* Signed heads against the tree, the keys that signed them, the witnesses. */
#include "common/verify_part.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A head to be compared on the way up. */
struct signed_head {
	int64_t seq;		/* of table head; 0: it came from outside */
	int64_t size;
	unsigned char root[MERKLE_HASH];
};

static void
fault(struct verify *v, const struct signed_head *h, const char *what)
{
	if (h->seq == 0)
		verify_named(v, "head", v->o->outside->name, "%s", what);
	else
		verify_row(v, "head", h->seq, "%s", what);
}

static void
remember(struct verify *v, int64_t seq, const struct tlog_head *t)
{
	struct signed_head *h;

	v->head = xrealloc(v->head, v->nhead + 1, sizeof *v->head);
	h = &v->head[v->nhead++];
	h->seq = seq;
	h->size = t->size;
	memcpy(h->root, t->root, sizeof h->root);
}

/* Whether it is signed with a key of this store, under the name in the head. */
static int
is_signed(const struct verify *v, const struct note *n,
    const struct tlog_head *t)
{
	const struct note_key *k;
	size_t i;
	int rc, good = 0;

	for (i = 0; i < v->keys.n; i++) {
		k = &v->keys.key[i];
		if ((rc = note_verify(n, k, NULL, NULL)) < 0)
			return 0;
		good |= rc == 1 && strlen(k->name) == t->len &&
		    memcmp(k->name, t->origin, t->len) == 0;
	}
	return good;
}

static void
read_head(struct verify *v, struct stmt *st)
{
	int64_t seq = stmt_get_int(st, 0);
	struct tlog_head t;
	const char *text;
	struct note n;
	size_t len;

	if (seq <= v->result->heads) {
		verify_row(v, "head", seq, "has an impossible number");
		return;
	}
	if (seq != v->result->heads + 1)
		verify_row(v, "head", v->result->heads + 1, "is missing");
	v->result->heads = seq;
	text = stmt_get_text(st, 2, &len);
	if (text == NULL || note_parse(&n, text, len) != 0 ||
	    tlog_head_read(&t, n.text, n.len) != 0) {
		verify_row(v, "head", seq, "is not a signed head");
		return;
	}
	if (!is_signed(v, &n, &t))
		verify_row(v, "head", seq, "is not signed, or not with a key "
		    "of this store");
	if (t.size != stmt_get_int(st, 1))
		verify_row(v, "head", seq, "is a head of %lld rows, but size "
		    "says %lld",
		    (long long)t.size, (long long)stmt_get_int(st, 1));
	if (v->nhead > 0 && t.size < v->head[v->nhead - 1].size)
		verify_row(v, "head", seq, "has fewer rows than the head "
		    "before it");
	remember(v, seq, &t);
}

static void
add_key(struct verify *v, const struct note_key *k, int64_t audit)
{
	note_keys_add(&v->keys, k);
	v->added = xrealloc(v->added, v->keys.n, sizeof *v->added);
	v->added[v->keys.n - 1] = audit;
}

static int
read_keys(struct verify *v)
{
	static const char sql[] = "SELECT seq, vkey, audit FROM head_key "
	    "ORDER BY seq";
	struct stmt *st;
	struct note_key k;
	const char *text;
	int64_t seq, want = 1;
	size_t n;
	int rc;

	st = db_stmt(store_db(v->store, STORE_MAIN), sql);
	while ((rc = stmt_step(st, v->e)) == 1) {
		seq = stmt_get_int(st, 0);
		text = stmt_get_text(st, 1, &n);
		if (seq != want)
			verify_row(v, "head_key", want, "is missing");
		want = seq + 1;
		if (text != NULL && note_key_parse(&k, text, n) == 0 &&
		    k.kind == NOTE_ED25519)
			add_key(v, &k, stmt_get_int(st, 2));
		else
			verify_row(v, "head_key", seq, "is not a key");
	}
	return rc;
}

/* A head from outside must have been stored before anybody got it. */
static void
check_outside(struct verify *v)
{
	const struct tlog_head *t = &v->o->outside->head;
	size_t i;

	for (i = 0; i < v->nhead; i++)
		if (v->head[i].size == t->size)
			break;
	if (i == v->nhead)
		verify_named(v, "head", v->o->outside->name, "was signed, but "
		    "is not among the heads here: heads were removed");
	remember(v, 0, t);
}

static int
by_size(const void *a, const void *b)
{
	const struct signed_head *x = a, *y = b;

	if (x->size != y->size)
		return x->size < y->size ? -1 : 1;
	return (x->seq > y->seq) - (x->seq < y->seq);
}

int
verify_heads_begin(struct verify *v)
{
	static const char sql[] = "SELECT seq, size, note FROM head "
	    "ORDER BY seq";
	struct stmt *st;
	int rc;

	if ((rc = read_keys(v)) != 0)
		return rc;
	st = db_stmt(store_db(v->store, STORE_MAIN), sql);
	while ((rc = stmt_step(st, v->e)) == 1)
		read_head(v, st);
	if (v->o->outside != NULL)
		check_outside(v);
	if (v->nhead > 0)
		qsort(v->head, v->nhead, sizeof *v->head, by_size);
	/* The tree before its first row. */
	verify_heads_meet(v);
	return rc;
}

void
verify_heads_meet(struct verify *v)
{
	unsigned char root[MERKLE_HASH];
	const struct signed_head *h;

	while (v->met < v->nhead && v->head[v->met].size <= v->tree.size) {
		h = &v->head[v->met++];
		merkle_root(&v->tree, root);
		if (memcmp(root, h->root, sizeof root) != 0)
			fault(v, h, "the rows that it covers are not those "
			    "that were signed: they were rewritten, or this is "
			    "another audit log (a fork)");
	}
}

void
verify_heads_key(struct verify *v, int64_t seq)
{
	struct note_key k;
	const char *text;
	size_t n, at = v->told.n;

	text = json_get_string(&v->sums.json, 0, "vkey", &v->arena, &n);
	if (text == NULL || note_key_parse(&k, text, n) != 0) {
		verify_row(v, "audit", seq, "names no key");
		return;
	}
	note_keys_add(&v->told, &k);
	if (at >= v->keys.n || v->added[at] != seq ||
	    memcmp(v->keys.key[at].pk, k.pk, sizeof k.pk) != 0 ||
	    strcmp(v->keys.key[at].name, k.name) != 0)
		verify_row(v, "head_key", (int64_t)at + 1, "is not the key "
		    "that row %lld of audit added", (long long)seq);
}

/* Compare a witness's line with its head. */
static void
check_witness(struct verify *v, struct stmt *st)
{
	char row[NOTE_VKEY + 32];
	const char *vkey, *line, *text;
	size_t nvkey, nline, len;
	struct note_key k;
	struct note n;
	int64_t at;

	vkey = stmt_get_text(st, 1, &nvkey);
	line = stmt_get_text(st, 2, &nline);
	text = stmt_get_text(st, 4, &len);
	snprintf(row, sizeof row, "%lld/%s", (long long)stmt_get_int(st, 0),
	    vkey != NULL ? vkey : "?");
	v->result->cosignatures++;
	if (vkey == NULL || note_key_parse(&k, vkey, nvkey) != 0 ||
	    k.kind != NOTE_COSIGNATURE)
		verify_named(v, "cosignature", row, "its witness has no key");
	else if (text == NULL || note_parse(&n, text, len) != 0)
		verify_named(v, "cosignature", row, "its head is not there");
	else if (line == NULL || note_parse_signatures(&n, line, nline) != 0 ||
	    n.nsig != 1 || note_verify(&n, &k, &at, NULL) != 1)
		verify_named(v, "cosignature", row, "is not what the witness "
		    "signed");
	else if (at != stmt_get_int(st, 3))
		verify_named(v, "cosignature", row, "was signed at another "
		    "time");
}

int
verify_heads_end(struct verify *v)
{
	static const char sql[] = "SELECT c.head, c.witness, c.line, c.at, "
	    "h.note FROM cosignature c LEFT JOIN head h ON h.seq = c.head "
	    "ORDER BY c.head, c.witness";
	struct stmt *st;
	char what[120];
	size_t i;
	int rc;

	for (; v->met < v->nhead; v->met++) {
		snprintf(what, sizeof what, "%lld rows were signed, but the "
		    "audit log has only %lld: its end was cut off",
		    (long long)v->head[v->met].size,
		    (long long)v->result->size);
		fault(v, &v->head[v->met], what);
	}
	for (i = v->told.n; i < v->keys.n; i++)
		verify_row(v, "head_key", (int64_t)i + 1, "no row of audit "
		    "added it");
	st = db_stmt(store_db(v->store, STORE_MAIN), sql);
	while ((rc = stmt_step(st, v->e)) == 1)
		check_witness(v, st);
	return rc;
}

void
verify_heads_release(struct verify *v)
{
	note_keys_release(&v->keys);
	note_keys_release(&v->told);
	free(v->head);
	free(v->added);
}
