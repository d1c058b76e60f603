#include "common/hashindex_inner.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"

size_t
hashindex_home(const struct hashindex *h, int64_t hash)
{
	return (size_t)((uint64_t)hash >> 17) & (h->nslot - 1);
}

static void
place(struct hashindex *h, size_t i)
{
	size_t s;

	for (s = hashindex_home(h, h->pair[i].hash); h->slot[s] != 0;
	    s = (s + 1) & (h->nslot - 1))
		;
	h->slot[s] = (uint32_t)(i + 1);
}

/* Rebuild the slots, at most half full. */
static void
rebuild(struct hashindex *h)
{
	size_t i, want = 1024;

	while (want < 2 * h->n + 2)
		want *= 2;
	if (want != h->nslot) {
		free(h->slot);
		h->slot = xcalloc(want, sizeof *h->slot);
		h->nslot = want;
	} else {
		memset(h->slot, 0, want * sizeof *h->slot);
	}
	for (i = 0; i < h->n; i++)
		place(h, i);
}

static void
push(struct hashindex *h, int64_t hash, int64_t num)
{
	if (h->n == h->cap) {
		h->cap = h->cap == 0 ? 1024 : h->cap * 2;
		h->pair = xrealloc(h->pair, h->cap, sizeof *h->pair);
	}
	h->pair[h->n].hash = hash;
	h->pair[h->n].num = num;
	h->n++;
}

static int
by_hash(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->num < y->num ? -1 : x->num > y->num;
}

/* How far a merge under way has got: its last run and its position. */
static int
load_merge(struct hashindex *h, struct db *db, int64_t *done, struct err *e)
{
	static const char sql[] =
	    "SELECT last_run, done FROM hash_merge WHERE id = 1";
	static const char any[] = "SELECT 1 FROM hash_key LIMIT 1";
	struct stmt *s;
	int rc;

	s = db_stmt(db, any);
	if ((rc = stmt_step(s, e)) < 0)
		return rc;
	h->keys = rc;
	stmt_reset(s);
	s = db_stmt(db, sql);
	if ((rc = stmt_step(s, e)) <= 0)
		return rc;
	h->last_run = stmt_get_int(s, 0);
	*done = stmt_get_int(s, 1);
	stmt_reset(s);
	if (*done == INT64_MAX) {
		h->drop_to = h->last_run;
		h->last_run = 0;
	}
	return 0;
}

static int
load_runs(struct hashindex *h, struct db *db, struct err *e)
{
	static const char sql[] =
	    "SELECT id, pairs FROM hash_run WHERE id > :after ORDER BY id";
	struct pair p[RUN];
	struct stmt *s;
	const void *blob;
	size_t i, len;
	int rc;

	s = db_stmt(db, sql);
	stmt_int(s, 1, h->drop_to);
	while ((rc = stmt_step(s, e)) == 1) {
		h->run = stmt_get_int(s, 0);
		blob = stmt_get_blob(s, 1, &len);
		h->run_n = len / sizeof *p;
		if (len % sizeof *p != 0 || h->run_n > RUN) {
			stmt_reset(s);
			return err_set(e, E_NOTSTORE, "%s: hash_run %lld is "
			    "damaged; loya-store(5) says how to rebuild it",
			    db_path(db), (long long)h->run);
		}
		memcpy(p, blob, len);
		for (i = 0; i < h->run_n; i++)
			push(h, p[i].hash, p[i].num);
		if (h->run <= h->last_run)
			h->merging = h->n;
	}
	if (h->run < h->drop_to)
		h->run = h->drop_to;
	/* A run that is being merged will be deleted: add no more to it. */
	if (h->run <= h->last_run)
		h->run_n = RUN;
	h->written = h->n;
	return rc;
}

static int
load(struct hashindex *h, struct store *s, struct err *e)
{
	struct db *db = store_db(s, h->file);
	int64_t done = INT64_MIN;
	int rc;

	h->n = h->written = h->merging = h->merged = 0;
	h->run = h->last_run = h->drop_to = 0;
	h->run_n = RUN;
	if ((rc = load_merge(h, db, &done, e)) != 0 ||
	    (rc = load_runs(h, db, e)) != 0)
		return rc;
	if (h->last_run != 0) {
		qsort(h->pair, h->merging, sizeof *h->pair, by_hash);
		while (h->merged < h->merging && done != INT64_MIN &&
		    h->pair[h->merged].hash <= done)
			h->merged++;
	}
	rebuild(h);
	h->loaded = 1;
	return 0;
}

/* Append the pairs of this transaction to the newest run, or to new ones. */
static int
write_runs(struct hashindex *h, struct db *db, struct err *e)
{
	static const char sql[] = "INSERT INTO hash_run(id, pairs) "
	    "VALUES (:id, :pairs) "
	    "ON CONFLICT(id) DO UPDATE SET pairs = excluded.pairs";
	struct stmt *s;
	size_t k, from;
	int rc;

	while (h->written < h->n) {
		if (h->run_n == RUN) {
			h->run++;
			h->run_n = 0;
		}
		from = h->written - h->run_n;
		k = h->n - h->written;
		if (k > RUN - h->run_n)
			k = RUN - h->run_n;
		h->written += k;
		h->run_n += k;
		s = db_stmt(db, sql);
		stmt_int(s, 1, h->run);
		stmt_blob(s, 2, h->pair + from, h->run_n * sizeof *h->pair);
		if ((rc = stmt_run(s, e)) != 0)
			return rc;
	}
	return 0;
}

static int
note_merge(struct db *db, int64_t last_run, int64_t done, struct err *e)
{
	static const char sql[] = "INSERT INTO hash_merge(id, last_run, done) "
	    "VALUES (1, :last_run, :done) ON CONFLICT(id) DO UPDATE "
	    "SET last_run = excluded.last_run, done = excluded.done";
	struct stmt *s;

	s = db_stmt(db, sql);
	stmt_int(s, 1, last_run);
	stmt_int(s, 2, done);
	return stmt_run(s, e);
}

/* All pairs of the merge are in hash_key now: drop them from memory. */
static void
merge_end(struct hashindex *h)
{
	memmove(h->pair, h->pair + h->merging,
	    (h->n - h->merging) * sizeof *h->pair);
	h->n -= h->merging;
	h->written -= h->merging;
	h->drop_to = h->last_run;
	h->last_run = 0;
	h->merging = h->merged = 0;
	rebuild(h);
}

/* Merge the next slice, ending between two hashes so that one number tells how
 * far it went. */
static int
merge_slice(struct hashindex *h, struct db *db, size_t want, struct err *e)
{
	/* A pair can come again: an e-mail address may change back. */
	static const char sql[] = "INSERT OR IGNORE INTO hash_key(hash, num) "
	    "VALUES (:hash, :num)";
	struct stmt *s;
	struct pair *p;
	int64_t done = INT64_MIN;
	int rc;

	for (; h->merged < h->merging; h->merged++, want -= want > 0) {
		p = &h->pair[h->merged];
		if (want == 0 && p->hash != done)
			break;
		done = p->hash;
		s = db_stmt(db, sql);
		stmt_int(s, 1, p->hash);
		stmt_int(s, 2, p->num);
		if ((rc = stmt_run(s, e)) != 0)
			return rc;
	}
	h->keys = 1;
	if (h->merged < h->merging)
		return note_merge(db, h->last_run, done, e);
	if ((rc = note_merge(db, h->last_run, INT64_MAX, e)) != 0)
		return rc;
	merge_end(h);
	return 0;
}

/*
 * Delete merged runs, a few at a time, because each is a page to be wiped.  But
 * delete several times as many as the new pairs of this commit take up, or the
 * next merge would be longer than this one, and so on.
 */
static int
drop_runs(struct hashindex *h, struct db *db, size_t fresh, struct err *e)
{
	int64_t few = DROP + (int64_t)fresh / (RUN / 8);
	static const char sql[] = "DELETE FROM hash_run WHERE id IN "
	    "(SELECT id FROM hash_run WHERE id <= :to ORDER BY id LIMIT :n)";
	static const char end[] = "DELETE FROM hash_merge";
	struct stmt *s;
	int rc;

	s = db_stmt(db, sql);
	stmt_int(s, 1, h->drop_to);
	stmt_int(s, 2, few);
	if ((rc = stmt_run(s, e)) != 0)
		return rc;
	if (db_changes(db) == few)
		return 0;
	h->drop_to = 0;
	return stmt_run(db_stmt(db, end), e);
}

static int
room_flush(struct store *s, void *state, struct err *e)
{
	struct hashindex *h = state;
	struct db *db = store_db(s, h->file);
	size_t fresh;
	int rc;

	if (!h->loaded || h->written == h->n)
		return 0;
	fresh = h->n - h->written;
	if ((rc = write_runs(h, db, e)) != 0)
		return rc;
	if (h->drop_to != 0)
		return drop_runs(h, db, fresh, e);
	if (h->last_run == 0 && h->n >= TAIL) {
		h->last_run = h->run;
		h->merging = h->n;
		h->run_n = RUN;
		qsort(h->pair, h->n, sizeof *h->pair, by_hash);
		rebuild(h);
	}
	if (h->last_run == 0)
		return 0;
	return merge_slice(h, db, fresh * 5 / 4 + SLICE, e);
}

static void
room_forget(struct store *s, void *state)
{
	struct hashindex *h = state;

	(void)s;
	h->loaded = 0;
}

static void
room_close(void *state)
{
	struct hashindex *h = state;

	free(h->pair);
	free(h->slot);
	free(h);
}

static enum store_slot
slot(enum store_file f)
{
	return f == STORE_INBOX ? SLOT_HASH_INBOX : SLOT_HASH_MAIN;
}

int
hashindex_get(struct store *s, enum store_file f, struct hashindex **out,
    struct err *e)
{
	static const struct store_room room =
	    { room_flush, room_forget, room_close };
	struct hashindex *h;

	h = store_room_get(s, slot(f));
	if (h == NULL) {
		h = xcalloc(1, sizeof *h);
		h->file = f;
		store_room_set(s, slot(f), f, &room, h);
	}
	*out = h;
	return h->loaded ? 0 : load(h, s, e);
}

int
hashindex_add(struct store *s, enum store_file f, int64_t hash, int64_t num,
    struct err *e)
{
	struct hashindex *h;
	int rc;

	assert(db_in_transaction(store_db(s, f)));
	if ((rc = hashindex_get(s, f, &h, e)) != 0)
		return rc;
	push(h, hash, num);
	if (2 * h->n > h->nslot)
		rebuild(h);
	else
		place(h, h->n - 1);
	return 0;
}

int
hashindex_empty(struct store *s, enum store_file f, struct err *e)
{
	static const char sql[] = "SELECT NOT EXISTS(SELECT 1 FROM hash_run) "
	    "AND NOT EXISTS(SELECT 1 FROM hash_key)";
	struct hashindex *h;

	h = store_room_get(s, slot(f));
	if (h != NULL && h->loaded)
		return h->n == 0 && !h->keys;
	return (int)stmt_count(db_stmt(store_db(s, f), sql), e);
}
