/*
 * Whether tables, indexes and triggers are those that loya makes: a record can
 * be changed once a trigger is gone.
 */
#include "common/verify_part.h"

#include <stdio.h>
#include <string.h>

#include "common/data.h"

/* Run the files of a schema, from the first on, in a store of its own. */
static int
make(struct db **db, const char *format, struct err *e)
{
	const char *sql;
	char name[64];
	int i, rc;

	rc = db_open(db, ":memory:", DB_CREATE, e);
	for (i = 1; rc == 0; i++) {
		snprintf(name, sizeof name, format, i);
		if ((sql = data_get(name)) == NULL)
			return 0;
		rc = db_exec(*db, sql, e);
	}
	return rc;
}

/* Get the statement that makes an object: 1 and *sql (until the next use of
 * st), 0 if there is none, <0.  A trigger may have the name of a table. */
static int
object(struct db *db, const char *type, const char *name, struct stmt **st,
    const char **sql, struct err *e)
{
	static const char query[] = "SELECT sql FROM sqlite_schema "
	    "WHERE type = :type AND name = :name AND sql IS NOT NULL";
	int rc;

	*st = db_stmt(db, query);
	stmt_text(*st, 1, type);
	stmt_text(*st, 2, name);
	rc = stmt_step(*st, e);
	*sql = rc == 1 ? stmt_get_text(*st, 0, NULL) : NULL;
	return rc;
}

static const char walk[] = "SELECT type, name, sql FROM sqlite_schema "
    "WHERE sql IS NOT NULL ORDER BY rowid";

/* Check that everything in a is in b; both are equal if that holds both
 * ways. */
static int
within(struct verify *v, struct db *a, struct db *b, const char *table,
    int ours)
{
	struct stmt *st = db_stmt(a, walk), *other;
	const char *type, *name, *sql, *there;
	int rc, found = 0;

	while ((rc = stmt_step(st, v->e)) == 1) {
		type = stmt_get_text(st, 0, NULL);
		name = stmt_get_text(st, 1, NULL);
		sql = stmt_get_text(st, 2, NULL);
		found = object(b, type, name, &other, &there, v->e);
		if (found < 0)
			break;
		if (found == 0)
			verify_named(v, table, name, ours ? "the %s is "
			    "missing" : "a %s that is not loya's", type);
		else if (ours && (sql == NULL || there == NULL ||
		    strcmp(sql, there) != 0))
			verify_named(v, table, name, "the %s is not as loya "
			    "makes it", type);
		stmt_reset(other);
	}
	stmt_reset(st);
	return rc < 0 ? rc : rc == 1 ? found : 0;
}

static int
compare(struct verify *v, enum store_file f, const char *format,
    const char *table)
{
	struct db *theirs = store_db(v->store, f), *ours;
	int rc;

	rc = make(&ours, format, v->e);
	if (rc == 0)
		rc = within(v, ours, theirs, table, 1);
	if (rc == 0)
		rc = within(v, theirs, ours, table, 0);
	db_close(ours);
	return rc;
}

int
verify_schema(struct verify *v)
{
	int rc;

	rc = compare(v, STORE_MAIN, "schema/store-%d.sql", "schema");
	return rc != 0 ? rc : compare(v, STORE_INBOX, "schema/inbox-%d.sql",
	    "inbox schema");
}
