/* The record: commitments, leaves, tiles, root, the chain of each member. */
#include "common/verify_part.h"

#include <stdio.h>
#include <string.h>

/* As verify_text(), copied. */
static const char *
keep(struct verify *v, struct arena *a, struct stmt *st, int col)
{
	return arena_str(a, verify_text(v, st, col));
}

/* A text that cannot be NULL, unless somebody changed the schema. */
static const char *
keep_text(struct verify *v, struct arena *a, struct stmt *st, int col)
{
	const char *s = keep(v, a, st, col);

	return s != NULL ? s : "";
}

static const void *
keep_bytes(struct arena *a, struct stmt *st, int col, size_t *len)
{
	const void *p = stmt_get_blob(st, col, len);

	return p != NULL ? arena_dup(a, p, *len) : NULL;
}

static void
read_row(struct verify *v, struct stmt *st, struct verify_row *row,
    struct arena *a)
{
	struct audit_row *r = &row->r;
	const char *detail;

	r->seq = stmt_get_int(st, 0);
	r->at = stmt_get_int(st, 1);
	r->kind = keep_text(v, a, st, 2);
	r->source = keep(v, a, st, 3);
	r->event_id = keep(v, a, st, 4);
	r->inbox = stmt_get_int(st, 5);
	r->member = keep(v, a, st, 6);
	r->prev = stmt_get_int(st, 7);
	r->actor = keep_text(v, a, st, 8);
	detail = stmt_get_text(st, 9, &r->detail_len);
	r->detail = detail == NULL ? NULL :
	    arena_dup(a, detail, r->detail_len);
	row->salt = keep_bytes(a, st, 10, &row->salt_len);
	row->commitment = keep_bytes(a, st, 11, &row->commitment_len);
}

/* Get a stored tile of any length; *n is how many hashes it holds, 0 if it is
 * missing. */
static int
stored_tile(struct verify *v, int level, int64_t tile, unsigned char *hashes,
    int64_t *n)
{
	static const char sql[] =
	    "SELECT hashes FROM merkle WHERE level = :level AND tile = :tile";
	struct stmt *st;
	const void *p;
	size_t len;
	int rc;

	*n = 0;
	st = db_stmt(store_db(v->store, STORE_MAIN), sql);
	stmt_int(st, 1, level);
	stmt_int(st, 2, tile);
	if ((rc = stmt_step(st, v->e)) <= 0)
		return rc;
	p = stmt_get_blob(st, 0, &len);
	if (p != NULL && len <= MERKLE_TILE && len % MERKLE_HASH == 0) {
		memcpy(hashes, p, len);
		*n = (int64_t)(len / MERKLE_HASH);
	}
	stmt_reset(st);
	return 0;
}

/* Compare a tile that the recomputed tree would write with the one in the
 * store. */
static int
compare_tile(void *ctx, int level, int64_t tile, const unsigned char *hashes,
    size_t n, struct err *e)
{
	unsigned char stored[MERKLE_TILE];
	struct verify *v = ctx;
	char name[48];
	int64_t have;
	size_t i;
	int rc;

	(void)e;
	if ((rc = stored_tile(v, level, tile, stored, &have)) != 0)
		return rc;
	snprintf(name, sizeof name, "level %d tile %lld", level,
	    (long long)tile);
	if ((size_t)have != n) {
		verify_named(v, "merkle", name, have == 0 ? "is missing, or is "
		    "not a tile" : "holds %lld hashes, not %zu",
		    (long long)have, n);
		return 0;
	}
	/* Level 0 is compared row by row, which identifies the row. */
	for (i = 0; level > 0 && i < n; i++)
		if (memcmp(hashes + i * MERKLE_HASH, stored + i * MERKLE_HASH,
		    MERKLE_HASH) != 0)
			verify_named(v, "merkle", name, "hash %zu is not that "
			    "of the tile below", i);
	return 0;
}

/* The stored leaf hash of row seq, or NULL.  A tile that is not there at all
 * is reported here, once. */
static const unsigned char *
stored_leaf(struct verify *v, int64_t seq, int *rc)
{
	int64_t tile = (seq - 1) / MERKLE_WIDTH, i = (seq - 1) % MERKLE_WIDTH;

	*rc = 0;
	if (tile != v->tile_no) {
		v->tile_no = tile;
		*rc = stored_tile(v, 0, tile, v->tile, &v->tile_n);
		if (*rc == 0 && v->tile_n == 0)
			verify_row(v, "audit", seq, "the tree has no leaf for "
			    "it, nor for any row after it in tile %lld",
			    (long long)tile);
	}
	return *rc == 0 && i < v->tile_n ? v->tile + i * MERKLE_HASH : NULL;
}

static int
add_leaf(struct verify *v, const unsigned char *hash)
{
	int rc = merkle_add(&v->tree, hash, compare_tile, v, v->e);

	if (rc == 0)
		verify_heads_meet(v);
	return rc;
}

/*
 * Rows are missing, up to but not including seq: the tree continues with the
 * hashes that it has of them, so that the rest can still be compared.  Returns
 * 1 if the tree does not know a row seq either: it is to be left out.
 */
static int
missing(struct verify *v, int64_t seq)
{
	const unsigned char *h;
	int64_t from = v->tree.size + 1;
	int rc = 0;

	if (from == seq)
		return 0;
	if (seq < from) {
		verify_row(v, "audit", seq, "is not a row of the audit log");
		return 1;
	}
	if (from + 1 == seq)
		verify_row(v, "audit", from, "is missing");
	else
		verify_row(v, "audit", from, "is missing, with all up to row "
		    "%lld", (long long)(seq - 1));
	while (rc == 0 && v->tree.size + 1 < seq) {
		h = stored_leaf(v, v->tree.size + 1, &rc);
		if (rc == 0 && h == NULL) {
			verify_row(v, "audit", seq, "is past the end of the "
			    "tree");
			return 1;
		}
		if (rc == 0)
			rc = add_leaf(v, h);
	}
	return rc;
}

static void
check_commitment(struct verify *v, const struct verify_row *row)
{
	static const char *const what[] = {
		[SEALED_NONE] = "its commitment is not a SHA-256",
		[SEALED_HALF] = "only one of detail and salt is there, or the "
		    "salt is cut short",
		[SEALED_WRONG] = "detail or salt does not match its commitment",
	};

	if (row->sealed == SEALED_ERASED)
		v->result->erased++;
	else if (row->sealed != SEALED_GOOD)
		verify_row(v, "audit", row->r.seq, "%s", what[row->sealed]);
}

static int
check_leaf(struct verify *v, const struct verify_row *row)
{
	const unsigned char *stored;
	int rc;

	stored = stored_leaf(v, row->r.seq, &rc);
	if (rc != 0)
		return rc;
	if (stored == NULL) {
		if (v->tile_n > 0)
			verify_row(v, "audit", row->r.seq,
			    "the tree has no leaf for it");
		return add_leaf(v, row->leaf);
	}
	if (memcmp(row->leaf, stored, MERKLE_HASH) != 0)
		verify_row(v, "audit", row->r.seq, "is not the row whose leaf "
		    "is in the tree (merkle level 0 tile %lld)",
		    (long long)v->tile_no);
	/* Add what was committed to, so that one changed row does not show as a
	 * fault in every tile above it. */
	return add_leaf(v, stored);
}

/* Some details are looked at here as well. */
static void
look_into(struct verify *v, const struct audit_row *r)
{
	int key = strcmp(r->kind, "headkey.added") == 0;

	v->readable = 0;
	if (!key && strcmp(r->kind, "points.posted") != 0)
		return;
	v->readable = r->detail != NULL &&
	    json_parse(&v->sums.json, r->detail, r->detail_len) == 0;
	if (key && v->readable)
		verify_heads_key(v, r->seq);
	else if (key)
		verify_row(v, "audit", r->seq, "names no key");
}

/* Note an emptied row about no member.  Erasing empties what an event or a
 * delivery left. */
static void
emptied(struct verify *v, const struct audit_row *r)
{
	if (r->inbox == 0 && strncmp(r->kind, "delivery.", 9) != 0)
		verify_row(v, "audit", r->seq, "was emptied, but is not about "
		    "a person who could be erased");
	else if (v->alone == 0)
		v->alone = r->seq;
}

/* Check the chain of the member, and apply what the row changes. */
static void
follow(struct verify *v, const struct verify_row *row)
{
	const struct audit_row *r = &row->r;
	struct trail *t;

	if (r->member == NULL) {
		if (r->prev != 0)
			verify_row(v, "audit", r->seq, "names row %lld as the "
			    "one before it, but no member", (long long)r->prev);
		if (row->sealed == SEALED_ERASED)
			emptied(v, r);
		return;
	}
	t = verify_trail(v, row->key, 1);
	if ((uint64_t)r->prev != t->last)
		verify_row(v, "audit", r->seq, "prev is %lld, but the row "
		    "before it about this member is %lld", (long long)r->prev,
		    (long long)t->last);
	t->last = (uint64_t)r->seq;
	if (strcmp(r->kind, "member.erased") == 0) {
		verify_gone(&v->sums, t);
		v->gone = 1;
	} else if (strcmp(r->kind, "erasure.lifted") == 0) {
		t->kept = 0;
	}
	t->sum += row->sum;
	if (row->mark != 0)
		t->mark = row->mark;
	if (r->detail == NULL && t->gone)
		verify_row(v, "audit", r->seq, "was emptied, but is the row of "
		    "its member's erasure or a later one, which keep their "
		    "detail");
	else if (r->detail == NULL)
		t->erased = 1;
	else if (!row->readable)
		verify_row(v, "audit", r->seq, "detail is not JSON");
}

static int
check_row(struct verify *v, const struct verify_row *row)
{
	int rc;

	if ((rc = missing(v, row->r.seq)) != 0)
		return rc < 0 ? rc : 0;
	tally_add(v->tally, row->r.at, row->r.kind, row->r.source);
	check_commitment(v, row);
	if ((rc = check_leaf(v, row)) != 0)
		return rc;
	follow(v, row);
	verify_event_row(v, row);
	verify_note_row(v, &row->r);
	look_into(v, &row->r);
	/* The ledger uses the detail that was left parsed. */
	if ((rc = verify_ledger_row(v, row)) != 0 ||
	    (rc = verify_outbox_row(v, row)) != 0)
		return rc;
	return verify_inbox_row(v, &row->r);
}

/* Check the oldest sheet in flight: 1, 0 if there is none, <0. */
static int
check_sheet(struct verify *v)
{
	enum { SOON = 16 };	/* rows: longer than memory takes */
	struct verify_sheet *s = verify_ahead_take(v);
	size_t i;
	int rc = 0;

	if (s == NULL)
		return 0;
	for (i = 0; i < s->n && rc == 0; i++) {
		if (i + SOON < s->n)
			slots_soon(&v->trail, s->row[i + SOON].key);
		rc = check_row(v, &s->row[i]);
	}
	verify_ahead_taken(v);
	verify_progress(v, "audit", v->tree.size);
	return rc < 0 ? rc : 1;
}

/* Read all rows, a few sheets ahead of checking them. */
static int
walk(struct verify *v, struct stmt *st)
{
	struct verify_sheet *s = NULL;
	int rc, step;

	while ((step = stmt_step(st, v->e)) == 1) {
		while (s == NULL && (s = verify_ahead_empty(v)) == NULL)
			if ((rc = check_sheet(v)) < 0)
				return rc;
		read_row(v, st, &s->row[s->n++], &s->arena);
		if (s->n < MERKLE_WIDTH)
			continue;
		verify_ahead_give(v);
		s = NULL;
	}
	if (step < 0)
		return step;
	if (s != NULL)
		verify_ahead_give(v);
	while ((rc = check_sheet(v)) == 1)
		;
	return rc;
}

/* After the last row: report leaves and tiles that no row accounts for. */
static int
check_end(struct verify *v)
{
	static const char beyond[] = "SELECT level, tile FROM merkle "
	    "WHERE level < 0 OR level >= 5 OR tile < 0 "
	    "OR tile << 8 >= :size >> 8 * level "
	    "ORDER BY level, tile";
	char name[48];
	struct stmt *st;
	int64_t last;
	int rc;

	last = v->tile_n > 0 ? v->tile_no * MERKLE_WIDTH + v->tile_n : 0;
	if (last > v->tree.size && (rc = missing(v, last + 1)) < 0)
		return rc;
	v->result->size = v->tree.size;
	if (v->alone != 0 && !v->gone)
		verify_row(v, "audit", v->alone, "was emptied, but no person "
		    "was erased");
	if ((rc = merkle_flush(&v->tree, compare_tile, v, v->e)) != 0)
		return rc;
	merkle_root(&v->tree, v->result->root);
	st = db_stmt(store_db(v->store, STORE_MAIN), beyond);
	stmt_int(st, 1, v->tree.size);
	while ((rc = stmt_step(st, v->e)) == 1) {
		snprintf(name, sizeof name, "level %lld tile %lld",
		    (long long)stmt_get_int(st, 0),
		    (long long)stmt_get_int(st, 1));
		verify_named(v, "merkle", name, "covers rows that are not "
		    "there");
	}
	return rc;
}

static void
miscounted(void *ctx, int64_t hour, const char *kind, const char *source,
    int64_t table, int64_t counted)
{
	char name[160];

	snprintf(name, sizeof name, "hour %lld %s%s%s", (long long)hour, kind,
	    *source != '\0' ? " " : "", source);
	verify_named(ctx, "tally", name, "counts %lld rows, but audit has %lld",
	    (long long)table, (long long)counted);
}

/* NULL is read as 0.  A stored 0, which no row of ours has, is read as -1, so
 * that it is found. */
int
verify_record(struct verify *v)
{
	static const char sql[] =
	    "SELECT seq, at, kind, source, event_id, "
	    "CASE inbox WHEN 0 THEN -1 ELSE inbox END, member, "
	    "CASE prev WHEN 0 THEN -1 ELSE prev END, "
	    "actor, detail, salt, commitment FROM audit ORDER BY seq";
	struct stmt *st;
	int rc;

	v->tile_no = -1;
	if ((rc = verify_heads_begin(v)) != 0 ||
	    (rc = verify_ledger_begin(v)) != 0 ||
	    (rc = verify_inbox_begin(v)) != 0 ||
	    (rc = verify_outbox_begin(v)) != 0 ||
	    (rc = verify_events_begin(v)) != 0 ||
	    (rc = verify_ahead_start(v)) != 0)
		return rc;
	st = db_stmt(store_db(v->store, STORE_MAIN), sql);
	rc = walk(v, st);
	stmt_reset(st);
	verify_ahead_stop(v);
	if (rc != 0 || (rc = check_end(v)) != 0 ||
	    (rc = verify_ledger_end(v)) != 0 ||
	    (rc = verify_outbox_end(v)) != 0 ||
	    (rc = verify_heads_end(v)) != 0 ||
	    (rc = tally_compare(v->store, v->tally, miscounted, v, v->e)) != 0)
		return rc;
	return verify_inbox_end(v);
}
