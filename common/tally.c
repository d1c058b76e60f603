#include "common/tally.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/crypt.h"

struct entry {
	int64_t hour, count;
	const char *kind, *source;	/* in the arena */
	int seen;		/* tally_compare(): it is in the table */
};

struct tally {
	unsigned char key[16];	/* of hashes that nobody can foresee */
	struct entry *entry;
	size_t n, cap;
	uint32_t *slot;		/* by hash: entry + 1, 0 is free */
	size_t nslot;		/* a power of two */
	uint32_t last;		/* the entry that was asked for last */
	uint32_t *row;		/* the entry of each row */
	size_t nrow, cap_row;
	int history;
	struct arena arena;
};

struct tally *
tally_new(int history)
{
	struct tally *t = xcalloc(1, sizeof *t);

	crypt_random(t->key, sizeof t->key);
	t->history = history;
	t->nslot = 64;
	t->slot = xcalloc(t->nslot, sizeof *t->slot);
	return t;
}

void
tally_free(struct tally *t)
{
	if (t == NULL)
		return;
	free(t->entry);
	free(t->slot);
	free(t->row);
	arena_release(&t->arena);
	free(t);
}

static int
is_of(const struct entry *e, int64_t hour, const char *kind,
    const char *source)
{
	return e->hour == hour && strcmp(e->kind, kind) == 0 &&
	    strcmp(e->source, source) == 0;
}

/* The slot where the entry is, or would be. */
static uint32_t *
place(struct tally *t, int64_t hour, const char *kind, const char *source)
{
	struct crypt_part p[] = { { &hour, sizeof hour },
	    { kind, strlen(kind) + 1 }, { source, strlen(source) } };
	const struct entry *e;
	uint32_t *slot;
	uint64_t h;

	for (h = (uint64_t)crypt_shorthash(t->key, p, 3);; h++) {
		slot = &t->slot[h & (t->nslot - 1)];
		if (*slot == 0)
			return slot;
		e = &t->entry[*slot - 1];
		if (is_of(e, hour, kind, source))
			return slot;
	}
}

static void
grow(struct tally *t)
{
	const struct entry *e;
	size_t i;

	t->cap = t->cap * 2 + 32;
	t->entry = xrealloc(t->entry, t->cap, sizeof *t->entry);
	if (t->cap * 2 <= t->nslot)
		return;
	while (t->nslot < t->cap * 2)
		t->nslot *= 2;
	free(t->slot);
	t->slot = xcalloc(t->nslot, sizeof *t->slot);
	for (i = 0; i < t->n; i++) {
		e = &t->entry[i];
		*place(t, e->hour, e->kind, e->source) = (uint32_t)i + 1;
	}
}

/* The entry of hour, kind and source, added if it is missing. */
static uint32_t
entry(struct tally *t, int64_t hour, const char *kind, const char *source)
{
	struct entry *e;
	uint32_t *slot;

	/* Mostly it is the same as the one before. */
	if (t->last < t->n &&
	    is_of(&t->entry[t->last], hour, kind, source))
		return t->last;
	if (t->n == t->cap)
		grow(t);
	slot = place(t, hour, kind, source);
	if (*slot == 0) {
		e = &t->entry[t->n++];
		memset(e, 0, sizeof *e);
		e->hour = hour;
		e->kind = arena_str(&t->arena, kind);
		e->source = arena_str(&t->arena, source);
		*slot = (uint32_t)t->n;
	}
	return t->last = *slot - 1;
}

void
tally_add(struct tally *t, int64_t at, const char *kind, const char *source)
{
	uint32_t i;

	i = entry(t, at / TALLY_HOUR, kind, source != NULL ? source : "");
	t->entry[i].count++;
	if (!t->history)
		return;
	if (t->nrow == t->cap_row) {
		t->cap_row = t->cap_row * 2 + 64;
		t->row = xrealloc(t->row, t->cap_row, sizeof *t->row);
	}
	t->row[t->nrow++] = i;
}

void
tally_cut(struct tally *t, size_t n)
{
	assert(t->history && n <= t->nrow);
	while (t->nrow > n)
		t->entry[t->row[--t->nrow]].count--;
}

void
tally_clear(struct tally *t)
{
	t->n = 0;
	t->nrow = 0;
	memset(t->slot, 0, t->nslot * sizeof *t->slot);
	arena_reset(&t->arena);
}

int
tally_put(struct store *s, const struct tally *t, struct err *e)
{
	static const char sql[] =
	    "INSERT INTO tally(hour, kind, source, count) "
	    "VALUES (:hour, :kind, :source, :count) ON CONFLICT DO UPDATE "
	    "SET count = count + excluded.count";
	struct stmt *st;
	size_t i;
	int rc = 0;

	for (i = 0; i < t->n && rc == 0; i++) {
		if (t->entry[i].count == 0)
			continue;
		st = db_stmt(store_db(s, STORE_MAIN), sql);
		stmt_int(st, 1, t->entry[i].hour);
		stmt_text(st, 2, t->entry[i].kind);
		stmt_text(st, 3, t->entry[i].source);
		stmt_int(st, 4, t->entry[i].count);
		rc = stmt_run(st, e);
	}
	return rc;
}

int
tally_compare(struct store *s, struct tally *t, tally_fn *fn, void *ctx,
    struct err *e)
{
	static const char sql[] =
	    "SELECT hour, kind, source, count FROM tally ORDER BY 1, 2, 3";
	const char *kind, *source;
	struct entry *c;
	struct stmt *st;
	uint32_t at;
	size_t i, nkind, nsource;
	int rc;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	while ((rc = stmt_step(st, e)) == 1) {
		kind = stmt_get_text(st, 1, &nkind);
		source = stmt_get_text(st, 2, &nsource);
		/* With a NUL it is another kind to SQLite, so to whoever
		 * asks. */
		if (strlen(kind) != nkind || strlen(source) != nsource) {
			fn(ctx, stmt_get_int(st, 0), kind, source,
			    stmt_get_int(st, 3), 0);
			continue;
		}
		at = entry(t, stmt_get_int(st, 0), kind, source);
		c = &t->entry[at];
		c->seen = 1;
		if (c->count != stmt_get_int(st, 3))
			fn(ctx, c->hour, kind, source, stmt_get_int(st, 3),
			    c->count);
	}
	for (i = 0; i < t->n && rc == 0; i++)
		if (!t->entry[i].seen)
			fn(ctx, t->entry[i].hour, t->entry[i].kind,
			    t->entry[i].source, 0, t->entry[i].count);
	return rc;
}
