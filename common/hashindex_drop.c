/* Finding all pairs of one number, and deleting them. */
#include "common/hashindex_inner.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"

/* Hashes that were found. */
struct found {
	int64_t *hash;
	size_t n;
};

static void
note(struct found *f, int64_t hash)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		if (f->hash[i] == hash)
			return;
	f->hash = xrealloc(f->hash, f->n + 1, sizeof *f->hash);
	f->hash[f->n++] = hash;
}

/* Read the pairs of the run that a statement is at; returns how many. */
static size_t
pairs_of(struct stmt *st, struct pair p[RUN])
{
	const void *blob;
	size_t len;

	blob = stmt_get_blob(st, 1, &len);
	if (blob == NULL || len > RUN * sizeof *p || len % sizeof *p != 0)
		return 0;
	memcpy(p, blob, len);
	return len / sizeof *p;
}

/*
 * First the runs, then hash_key: what another process merges meanwhile is in
 * hash_key before its run is deleted, and so is seen at least once.
 */
int
hashindex_of(struct store *s, enum store_file f, int64_t num, int64_t **hash,
    size_t *n, struct err *e)
{
	static const char runs[] = "SELECT id, pairs FROM hash_run";
	static const char keys[] = "SELECT hash FROM hash_key "
	    "WHERE num = :num";
	struct found found = { NULL, 0 };
	struct pair p[RUN];
	struct stmt *st;
	size_t i, k;
	int rc;

	st = db_stmt(store_db(s, f), runs);
	while ((rc = stmt_step(st, e)) == 1)
		for (i = 0, k = pairs_of(st, p); i < k; i++)
			if (p[i].num == num)
				note(&found, p[i].hash);
	if (rc == 0) {
		stmt_int(st = db_stmt(store_db(s, f), keys), 1, num);
		while ((rc = stmt_step(st, e)) == 1)
			note(&found, stmt_get_int(st, 0));
	}
	*hash = found.hash;
	*n = found.n;
	return rc;
}

static int
is_one(const struct pair *p, const int64_t *hash, size_t n, int64_t num)
{
	size_t i;

	for (i = 0; i < n && p->num == num; i++)
		if (p->hash == hash[i])
			return 1;
	return 0;
}

static int
put_run(struct db *db, int64_t id, const struct pair *p, size_t n,
    struct err *e)
{
	static const char sql[] =
	    "UPDATE hash_run SET pairs = :pairs WHERE id = :id";
	struct stmt *st;

	st = db_stmt(db, sql);
	stmt_blob(st, 1, p, n * sizeof *p);
	stmt_int(st, 2, id);
	return stmt_run(st, e);
}

/* The next run after *id, without those pairs: 1, 0 at the end. */
static int
clean_run(struct db *db, int64_t *id, const int64_t *hash, size_t n,
    int64_t num, struct err *e)
{
	static const char sql[] = "SELECT id, pairs FROM hash_run "
	    "WHERE id > :after ORDER BY id LIMIT 1";
	struct pair p[RUN];
	struct stmt *st;
	size_t i, all, keep = 0;
	int rc;

	stmt_int(st = db_stmt(db, sql), 1, *id);
	if ((rc = stmt_step(st, e)) != 1)
		return rc;
	*id = stmt_get_int(st, 0);
	all = pairs_of(st, p);
	stmt_reset(st);
	for (i = 0; i < all; i++)
		if (!is_one(&p[i], hash, n, num))
			p[keep++] = p[i];
	if (keep < all && (rc = put_run(db, *id, p, keep, e)) != 0)
		return rc;
	return 1;
}

int
hashindex_drop(struct store *s, enum store_file f, const int64_t *hash,
    size_t n, int64_t num, struct err *e)
{
	static const char sql[] =
	    "DELETE FROM hash_key WHERE hash = :hash AND num = :num";
	struct db *db = store_db(s, f);
	struct hashindex *h;
	struct stmt *st;
	int64_t id = INT64_MIN;
	size_t i;
	int rc;

	assert(db_in_transaction(db));
	if ((rc = hashindex_get(s, f, &h, e)) != 0)
		return rc;
	assert(h->written == h->n);
	h->loaded = 0;
	while ((rc = clean_run(db, &id, hash, n, num, e)) == 1)
		;
	for (i = 0; i < n && rc == 0; i++) {
		st = db_stmt(db, sql);
		stmt_int(st, 1, hash[i]);
		stmt_int(st, 2, num);
		rc = stmt_run(st, e);
	}
	return rc;
}
