#include "common/issued.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "common/clock.h"

enum { AT_ONCE = 16 };	/* rows of one issued_forget() */

#define COLUMNS "seq, id, client, scope, created_at, expires_at, used_at, " \
    "revoked_at, change, issued_by, revoked_by"

static void
copy(struct stmt *st, int col, char *out, size_t size)
{
	const char *s = stmt_get_text(st, col, NULL);

	snprintf(out, size, "%s", s != NULL ? s : "");
}

static void
read_row(struct stmt *st, struct issued *t)
{
	t->seq = stmt_get_int(st, 0);
	copy(st, 1, t->id, sizeof t->id);
	copy(st, 2, t->client, sizeof t->client);
	copy(st, 3, t->scope, sizeof t->scope);
	t->created_at = stmt_get_int(st, 4);
	t->expires_at = stmt_get_int(st, 5);
	t->used_at = stmt_get_int(st, 6);
	t->revoked_at = stmt_get_int(st, 7);
	t->change = stmt_get_int(st, 8);
	copy(st, 9, t->issued_by, sizeof t->issued_by);
	copy(st, 10, t->revoked_by, sizeof t->revoked_by);
}

/* The next number of a change, or <0. */
static int64_t
next_change(struct store *s, struct err *e)
{
	static const char sql[] = "SELECT coalesce(max(change), 0) + 1 "
	    "FROM token";
	struct stmt *st = db_stmt(store_db(s, STORE_INBOX), sql);
	int64_t n;
	int rc;

	if ((rc = stmt_step(st, e)) != 1)
		return rc < 0 ? rc : err_set(e, E_BUG, "token: no number");
	n = stmt_get_int(st, 0);
	stmt_reset(st);
	return n;
}

int
issued_add(struct store *s, struct issued *t,
    const unsigned char hash[ISSUED_HASH], struct err *e)
{
	static const char sql[] = "INSERT INTO token(seq, id, hash, client, "
	    "scope, created_at, expires_at, change, issued_by) VALUES "
	    "((SELECT coalesce(max(seq), 0) + 1 FROM token), :id, :hash, "
	    ":client, :scope, :created_at, :expires_at, :change, :issued_by) "
	    "RETURNING seq";
	struct db *db = store_db(s, STORE_INBOX);
	struct stmt *st;
	int rc;

	assert(db_in_transaction(db));
	if ((t->change = next_change(s, e)) < 0)
		return (int)t->change;
	st = db_stmt(db, sql);
	stmt_text(st, 1, t->id);
	stmt_blob(st, 2, hash, ISSUED_HASH);
	stmt_text(st, 3, *t->client != '\0' ? t->client : NULL);
	stmt_text(st, 4, t->scope);
	stmt_int(st, 5, t->created_at);
	stmt_int_null(st, 6, t->expires_at);
	stmt_int(st, 7, t->change);
	stmt_text(st, 8, t->issued_by);
	if ((rc = stmt_step(st, e)) < 0)
		return rc;
	t->seq = stmt_get_int(st, 0);
	/* Run it to its end: a statement that is left early does nothing. */
	return stmt_run(st, e);
}

/* Get the one row of a statement. */
static int
one(struct stmt *st, struct issued *t, struct err *e)
{
	int rc;

	memset(t, 0, sizeof *t);
	if ((rc = stmt_step(st, e)) == 0)
		return err_set(e, E_NOTFOUND, "there is no such token");
	if (rc < 0)
		return rc;
	read_row(st, t);
	stmt_reset(st);
	return 0;
}

int
issued_get(struct store *s, const unsigned char hash[ISSUED_HASH],
    struct issued *t, struct err *e)
{
	static const char sql[] = "SELECT " COLUMNS " FROM token "
	    "WHERE hash = :hash";
	struct stmt *st = db_stmt(store_db(s, STORE_INBOX), sql);

	stmt_blob(st, 1, hash, ISSUED_HASH);
	return one(st, t, e);
}

int
issued_find(struct store *s, const char *id, struct issued *t, struct err *e)
{
	static const char sql[] = "SELECT " COLUMNS " FROM token "
	    "WHERE id = :id";
	struct stmt *st = db_stmt(store_db(s, STORE_INBOX), sql);

	stmt_text(st, 1, id);
	return one(st, t, e);
}

int
issued_use(struct store *s, int64_t seq, int64_t at, struct err *e)
{
	static const char sql[] = "UPDATE token SET used_at = :at "
	    "WHERE seq = :seq AND coalesce(used_at, 0) < :at";
	const int64_t minute = 60 * CLOCK_SECOND;
	struct stmt *st = db_stmt(store_db(s, STORE_INBOX), sql);

	stmt_int(st, 1, at - at % minute);
	stmt_int(st, 2, seq);
	return stmt_run(st, e);
}

int
issued_revoke(struct store *s, int64_t seq, int64_t at, const char *by,
    struct err *e)
{
	static const char sql[] = "UPDATE token SET revoked_at = :at, "
	    "revoked_by = :by, change = :change "
	    "WHERE seq = :seq AND revoked_at IS NULL";
	struct db *db = store_db(s, STORE_INBOX);
	struct stmt *st;
	int64_t change;
	int rc;

	assert(db_in_transaction(db));
	if ((change = next_change(s, e)) < 0)
		return (int)change;
	st = db_stmt(db, sql);
	stmt_int(st, 1, at);
	stmt_text(st, 2, by);
	stmt_int(st, 3, change);
	stmt_int(st, 4, seq);
	if ((rc = stmt_run(st, e)) == 0 && db_changes(db) == 0)
		rc = err_set(e, E_NOTFOUND, "there is no such token that is "
		    "not revoked");
	return rc;
}

int
issued_forget(struct store *s, int64_t before, int64_t change, struct err *e)
{
	/* The rows with the newest seq and change stay, or these numbers would
	 * be used again. */
	static const char sql[] = "DELETE FROM token WHERE seq IN ("
	    "SELECT seq FROM token WHERE expires_at < :before "
	    "AND change <= :change "
	    "AND seq < (SELECT max(seq) FROM token) "
	    "AND change < (SELECT max(change) FROM token) "
	    "ORDER BY expires_at LIMIT :n)";
	struct stmt *st = db_stmt(store_db(s, STORE_INBOX), sql);

	stmt_int(st, 1, before);
	stmt_int(st, 2, change);
	stmt_int(st, 3, AT_ONCE);
	return stmt_run(st, e);
}

static int
walk(struct stmt *st, issued_fn *fn, void *ctx, struct err *e)
{
	struct issued t;
	int rc, stop;

	while ((rc = stmt_step(st, e)) == 1) {
		read_row(st, &t);
		if ((stop = fn(ctx, &t)) != 0) {
			stmt_reset(st);
			return stop;
		}
	}
	return rc;
}

int
issued_walk(struct store *s, issued_fn *fn, void *ctx, struct err *e)
{
	static const char sql[] = "SELECT " COLUMNS " FROM token "
	    "ORDER BY seq";

	return walk(db_stmt(store_db(s, STORE_INBOX), sql), fn, ctx, e);
}

int
issued_changes(struct store *s, int64_t after, issued_fn *fn, void *ctx,
    struct err *e)
{
	static const char sql[] = "SELECT " COLUMNS " FROM token "
	    "WHERE change > :after ORDER BY change";
	struct stmt *st = db_stmt(store_db(s, STORE_INBOX), sql);

	stmt_int(st, 1, after);
	return walk(st, fn, ctx, e);
}
