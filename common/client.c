#include "common/client.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define COLUMNS "id, name, secret, older, scope, created_at, changed_at, " \
    "revoked_at"

static int
read_row(struct stmt *st, struct client *c, struct err *e)
{
	const void *secret, *older;
	size_t n, m;

	memset(c, 0, sizeof *c);
	snprintf(c->id, sizeof c->id, "%s", stmt_get_text(st, 0, NULL));
	snprintf(c->name, sizeof c->name, "%s", stmt_get_text(st, 1, NULL));
	secret = stmt_get_blob(st, 2, &n);
	older = stmt_get_blob(st, 3, &m);
	snprintf(c->scope, sizeof c->scope, "%s", stmt_get_text(st, 4, NULL));
	c->created_at = stmt_get_int(st, 5);
	c->changed_at = stmt_get_int(st, 6);
	c->revoked_at = stmt_get_int(st, 7);
	if (n != CLIENT_HASH || (older != NULL && m != CLIENT_HASH))
		return err_set(e, E_NOTSTORE, "client '%s': its secret is not "
		    "a hash", c->id);
	memcpy(c->secret, secret, n);
	if ((c->has_older = older != NULL))
		memcpy(c->older, older, m);
	return 0;
}

static int
one(struct stmt *st, const char *what, struct client *c, struct err *e)
{
	int rc;

	memset(c, 0, sizeof *c);
	stmt_text(st, 1, what);
	if ((rc = stmt_step(st, e)) == 0)
		return err_set(e, E_NOTFOUND, "client '%s': there is none",
		    what);
	if (rc < 0)
		return rc;
	rc = read_row(st, c, e);
	stmt_reset(st);
	return rc;
}

int
client_get(struct store *s, const char *id, struct client *c, struct err *e)
{
	static const char sql[] = "SELECT " COLUMNS " FROM client "
	    "WHERE id = :id";

	return one(db_stmt(store_db(s, STORE_MAIN), sql), id, c, e);
}

int
client_find(struct store *s, const char *name, struct client *c,
    struct err *e)
{
	static const char sql[] = "SELECT " COLUMNS " FROM client "
	    "WHERE name = :name AND revoked_at IS NULL";

	return one(db_stmt(store_db(s, STORE_MAIN), sql), name, c, e);
}

int
client_revoked(struct store *s, const char *name, struct client *c,
    struct err *e)
{
	static const char sql[] = "SELECT " COLUMNS " FROM client "
	    "WHERE name = :name AND revoked_at IS NOT NULL "
	    "ORDER BY revoked_at DESC LIMIT 1";

	return one(db_stmt(store_db(s, STORE_MAIN), sql), name, c, e);
}

int
client_add(struct store *s, const struct client *c, struct err *e)
{
	static const char sql[] = "INSERT INTO client(id, name, secret, scope, "
	    "created_at, changed_at) SELECT :id, :name, :secret, :scope, "
	    ":created_at, :changed_at WHERE NOT EXISTS (SELECT 1 FROM client "
	    "WHERE name = :name AND revoked_at IS NULL)";
	struct db *db = store_db(s, STORE_MAIN);
	struct stmt *st;
	int rc;

	assert(db_in_transaction(db));
	st = db_stmt(db, sql);
	stmt_text(st, 1, c->id);
	stmt_text(st, 2, c->name);
	stmt_blob(st, 3, c->secret, CLIENT_HASH);
	stmt_text(st, 4, c->scope);
	stmt_int(st, 5, c->created_at);
	stmt_int(st, 6, c->changed_at);
	if ((rc = stmt_run(st, e)) == 0 && db_changes(db) == 0)
		rc = err_set(e, E_NO, "client '%s': this name is taken",
		    c->name);
	return rc;
}

int
client_put(struct store *s, const struct client *c, struct err *e)
{
	static const char sql[] = "UPDATE client SET secret = :secret, "
	    "older = :older, changed_at = :changed_at, "
	    "revoked_at = :revoked_at WHERE id = :id";
	struct db *db = store_db(s, STORE_MAIN);
	struct stmt *st;

	assert(db_in_transaction(db));
	st = db_stmt(db, sql);
	stmt_blob(st, 1, c->secret, CLIENT_HASH);
	stmt_blob(st, 2, c->has_older ? c->older : NULL, CLIENT_HASH);
	stmt_int(st, 3, c->changed_at);
	stmt_int_null(st, 4, c->revoked_at);
	stmt_text(st, 5, c->id);
	return stmt_run(st, e);
}

int
client_revoke_all(struct store *s, int64_t at, int64_t *n, struct err *e)
{
	static const char sql[] = "UPDATE client SET revoked_at = :at "
	    "WHERE revoked_at IS NULL";
	struct db *db = store_db(s, STORE_MAIN);
	struct stmt *st = db_stmt(db, sql);
	int rc;

	stmt_int(st, 1, at);
	if ((rc = stmt_run(st, e)) == 0)
		*n = db_changes(db);
	return rc;
}

int
client_walk(struct store *s, client_fn *fn, void *ctx, struct err *e)
{
	static const char sql[] = "SELECT " COLUMNS " FROM client "
	    "ORDER BY name, created_at";
	struct stmt *st = db_stmt(store_db(s, STORE_MAIN), sql);
	struct client c;
	int rc, stop;

	while ((rc = stmt_step(st, e)) == 1) {
		if ((stop = read_row(st, &c, e)) != 0 ||
		    (stop = fn(ctx, &c)) != 0) {
			stmt_reset(st);
			return stop;
		}
	}
	return rc;
}
