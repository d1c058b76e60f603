/* Statements: prepared once, bound, stepped and read. */
#include "common/db_inner.h"

#include <limits.h>
#include <string.h>

#include "common/arena.h"
#include "common/die.h"

struct stmt *
db_stmt(struct db *db, const char *sql)
{
	struct stmt *st;
	size_t i;

	for (i = 0; i < db->nstmt; i++)
		if (db->stmt[i].sql == sql) {
			st = &db->stmt[i];
			sqlite3_reset(st->s);
			return st;
		}
	if (db->nstmt == DB_STATEMENTS)
		die(E_BUG, "more than %d statements", DB_STATEMENTS);
	st = &db->stmt[db->nstmt];
	if (sqlite3_prepare_v3(db->c, sql, -1, SQLITE_PREPARE_PERSISTENT,
	    &st->s, NULL) != SQLITE_OK)
		die(db_code(sqlite3_errcode(db->c)) == E_BUG ? E_BUG :
		    E_NOTSTORE, "%s: %s: %.60s", db->path,
		    sqlite3_errmsg(db->c), sql);
	st->sql = sql;
	st->db = db;
	db->nstmt++;
	return st;
}

/* Binding fails only by misuse, or without memory. */
static void
bound(struct stmt *st, int rc)
{
	if (rc != SQLITE_OK)
		die(E_BUG, "%s: %s: %.60s", st->db->path,
		    sqlite3_errmsg(st->db->c), st->sql);
}

void
stmt_int(struct stmt *st, int n, int64_t v)
{
	bound(st, sqlite3_bind_int64(st->s, n, v));
}

void
stmt_textn(struct stmt *st, int n, const char *s, size_t len)
{
	if (len > INT_MAX)
		die(E_BUG, "a text of %zu bytes", len);
	bound(st, s == NULL ? sqlite3_bind_null(st->s, n) :
	    sqlite3_bind_text(st->s, n, s, (int)len, SQLITE_STATIC));
}

void
stmt_text(struct stmt *st, int n, const char *s)
{
	stmt_textn(st, n, s, s != NULL ? strlen(s) : 0);
}

void
stmt_blob(struct stmt *st, int n, const void *p, size_t len)
{
	if (len > INT_MAX)
		die(E_BUG, "a blob of %zu bytes", len);
	bound(st, p == NULL ? sqlite3_bind_null(st->s, n) :
	    sqlite3_bind_blob(st->s, n, p, (int)len, SQLITE_STATIC));
}

void
stmt_null(struct stmt *st, int n)
{
	bound(st, sqlite3_bind_null(st->s, n));
}

void
stmt_int_null(struct stmt *st, int n, int64_t v)
{
	bound(st, v == 0 ? sqlite3_bind_null(st->s, n) :
	    sqlite3_bind_int64(st->s, n, v));
}

int
stmt_step(struct stmt *st, struct err *e)
{
	int rc;

	rc = sqlite3_step(st->s);
	if (rc == SQLITE_ROW)
		return 1;
	rc = rc == SQLITE_DONE ? 0 : db_fault(st->db, e);
	sqlite3_reset(st->s);
	return rc;
}

int
stmt_one(struct stmt *st, int64_t *v, struct err *e)
{
	int rc;

	*v = 0;
	if ((rc = stmt_step(st, e)) != 1)
		return rc;
	rc = !stmt_is_null(st, 0);
	*v = stmt_get_int(st, 0);
	stmt_reset(st);
	return rc;
}

int64_t
stmt_count(struct stmt *st, struct err *e)
{
	int64_t v;
	int rc = stmt_one(st, &v, e);

	return rc < 0 ? rc : v;
}

int
stmt_run(struct stmt *st, struct err *e)
{
	int rc;

	while ((rc = stmt_step(st, e)) == 1)
		;
	return rc;
}

void
stmt_reset(struct stmt *st)
{
	sqlite3_reset(st->s);
}

int64_t
stmt_get_int(struct stmt *st, int n)
{
	return sqlite3_column_int64(st->s, n);
}

const char *
stmt_get_text(struct stmt *st, int n, size_t *len)
{
	const char *s;

	s = (const char *)sqlite3_column_text(st->s, n);
	if (len != NULL)
		*len = s != NULL ? (size_t)sqlite3_column_bytes(st->s, n) : 0;
	return s;
}

char *
stmt_keep_text(struct stmt *st, int n, struct arena *a)
{
	const char *s;
	size_t len;

	s = stmt_get_text(st, n, &len);
	return s != NULL ? arena_dup(a, s, len) : NULL;
}

const void *
stmt_get_blob(struct stmt *st, int n, size_t *len)
{
	const void *p;

	p = sqlite3_column_blob(st->s, n);
	*len = (size_t)sqlite3_column_bytes(st->s, n);
	/* An empty blob has no address; it is not NULL. */
	if (p == NULL && sqlite3_column_type(st->s, n) != SQLITE_NULL)
		p = "";
	return p;
}

int
stmt_is_null(struct stmt *st, int n)
{
	return sqlite3_column_type(st->s, n) == SQLITE_NULL;
}
