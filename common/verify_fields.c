/*
 * A closer look at a member whose sum is wrong: its chain is walked backwards,
 * and every field followed.
 */
#include "common/verify_part.h"

#include <string.h>

/* A field on the way back: its value before row seq. */
struct past {
	const char *name;
	const char *old;	/* NULL: nothing */
	size_t len;
	int64_t seq;
};

struct back {
	struct verify *v;
	const char *id;
	const struct field *now;
	size_t nnow;
	struct past *past;
	size_t n, cap;
	struct json json;
};

static int
same(const char *a, size_t an, const char *b, size_t bn)
{
	if (a == NULL || b == NULL)
		return a == b;
	return an == bn && memcmp(a, b, an) == 0;
}

/* A value from changes, in the arena; null and nothing are NULL. */
static const char *
value(struct back *b, uint32_t change, const char *which, size_t *len)
{
	uint32_t i = json_get(&b->json, change, which);
	const char *s;

	*len = 0;
	if (i == JSON_NONE || json_type(&b->json, i) == JSON_NULL)
		return NULL;
	s = json_source(&b->json, i, len);
	return arena_dup(&b->v->arena, s, *len);
}

static struct past *
past(struct back *b, const char *name)
{
	struct past *old = b->past;
	size_t i;

	for (i = 0; i < b->n; i++)
		if (strcmp(b->past[i].name, name) == 0)
			return &b->past[i];
	if (b->n == b->cap) {
		b->cap = b->cap * 2 + 32;
		b->past = arena_alloc(&b->v->arena,
		    b->cap * sizeof *b->past);
		if (b->n > 0)
			memcpy(b->past, old, b->n * sizeof *b->past);
	}
	memset(&b->past[b->n], 0, sizeof *b->past);
	b->past[b->n].name = name;
	return &b->past[b->n++];
}

static const struct field *
now(const struct back *b, const char *name)
{
	size_t i;

	for (i = 0; i < b->nnow; i++)
		if (strcmp(b->now[i].name, name) == 0)
			return &b->now[i];
	return NULL;
}

static void
look(struct back *b, uint32_t key, int64_t seq)
{
	const struct field *f;
	const char *name, *new;
	struct past *p;
	size_t n;

	name = json_string(&b->json, key, &b->v->arena, NULL);
	new = value(b, key + 1, "new", &n);
	p = past(b, name);
	if (p->seq == 0) {
		f = now(b, name);
		if (!same(new, n, f != NULL ? f->json : NULL,
		    f != NULL ? f->len : 0))
			verify_named(b->v, "member", b->id, "%s is not what "
			    "row %lld of audit set it to", name,
			    (long long)seq);
	} else if (!same(new, n, p->old, p->len)) {
		verify_row(b->v, "audit", p->seq, "the old value of %s is not "
		    "what row %lld of audit set it to", name, (long long)seq);
	}
	p->old = value(b, key + 1, "old", &p->len);
	p->seq = seq;
}

/* Take one row of the chain and its changes.  *prev is the row before it, 0 at
 * the beginning. */
static int
step(struct back *b, int64_t seq, int64_t *prev)
{
	static const char sql[] =
	    "SELECT prev, detail FROM audit WHERE seq = :seq";
	struct stmt *st;
	const char *p;
	uint32_t all;
	size_t n;
	int rc;

	*prev = 0;
	st = db_stmt(store_db(b->v->store, STORE_MAIN), sql);
	stmt_int(st, 1, seq);
	if ((rc = stmt_step(st, b->v->e)) <= 0)
		return rc;
	*prev = stmt_get_int(st, 0);
	p = stmt_get_text(st, 1, &n);
	if (p != NULL && json_parse(&b->json, p, n) == 0 &&
	    (all = json_get(&b->json, 0, "changes")) != JSON_NONE &&
	    json_type(&b->json, all) == JSON_OBJECT)
		for (JSON_EACH(&b->json, all, k))
			look(b, k, seq);
	stmt_reset(st);
	return 0;
}

int
verify_explain(struct verify *v, const char *id, int64_t newest,
    const struct field *f, size_t n)
{
	struct back b;
	int64_t before = v->result->faults, seq, prev;
	size_t i;
	int rc = 0;

	memset(&b, 0, sizeof b);
	b.v = v;
	b.id = id;
	b.now = f;
	b.nnow = n;
	/* A chain that does not go backwards was tampered with. */
	for (seq = newest; rc == 0 && seq > 0; seq = prev < seq ? prev : 0)
		rc = step(&b, seq, &prev);
	json_release(&b.json);
	if (rc < 0)
		return rc;
	for (i = 0; i < b.n; i++)
		if (b.past[i].old != NULL)
			verify_row(v, "audit", b.past[i].seq, "the old value "
			    "of %s was never set by a row of audit",
			    b.past[i].name);
	for (i = 0; i < n; i++)
		if (past(&b, f[i].name)->seq == 0)
			verify_named(v, "member", id, "%s has a value that no "
			    "row of audit set", f[i].name);
	if (v->result->faults == before)
		verify_named(v, "member", id, "is not what the rows of audit "
		    "about it say; their chain is broken");
	return 0;
}
