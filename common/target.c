#include "common/target.h"

#include <string.h>

#include "common/backoff.h"
#include "common/clock.h"

int
target_get(struct store *s, const char *name, struct target_row *r,
    struct err *e)
{
	static const char sql[] =
	    "SELECT rest_until, off_at FROM target WHERE name = :name";
	struct stmt *st;
	int rc;

	memset(r, 0, sizeof *r);
	stmt_text(st = db_stmt(store_db(s, STORE_MAIN), sql), 1, name);
	if ((rc = stmt_step(st, e)) != 1)
		return rc;
	r->rest_until = stmt_get_int(st, 0);
	/* Nothing rests that long: the clock was wrong. */
	if (r->rest_until > clock_now() + BACKOFF_LONGEST)
		r->rest_until = 0;
	r->off_at = stmt_get_int(st, 1);
	stmt_reset(st);
	return 0;
}

int
target_rest(struct store *s, const char *name, int64_t until, const char *why,
    struct err *e)
{
	static const char sql[] = "INSERT INTO target(name, rest_until, why) "
	    "VALUES (:name, :until, :why) ON CONFLICT(name) DO UPDATE SET "
	    "rest_until = CASE WHEN rest_until > excluded.rest_until "
	    "AND rest_until <= excluded.rest_until + :longest "
	    "THEN rest_until ELSE excluded.rest_until END, "
	    "why = coalesce(excluded.why, why) WHERE off_at IS NULL";
	struct stmt *st;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, name);
	stmt_int(st, 2, until);
	stmt_text(st, 3, why);
	stmt_int(st, 4, BACKOFF_LONGEST);
	return stmt_run(st, e);
}

int
target_off(struct store *s, const char *name, int64_t at, const char *why,
    struct err *e)
{
	static const char sql[] = "INSERT INTO target(name, off_at, why) "
	    "VALUES (:name, :at, :why) ON CONFLICT(name) DO UPDATE SET "
	    "off_at = excluded.off_at, why = excluded.why";
	struct stmt *st;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, name);
	stmt_int(st, 2, at);
	stmt_text(st, 3, why);
	return stmt_run(st, e);
}

int
target_on(struct store *s, const char *name, struct err *e)
{
	static const char sql[] = "UPDATE target SET rest_until = NULL, "
	    "off_at = NULL, why = NULL WHERE name = :name "
	    "AND (off_at IS NOT NULL OR rest_until IS NOT NULL)";
	struct db *db = store_db(s, STORE_MAIN);
	struct stmt *st;
	int rc;

	stmt_text(st = db_stmt(db, sql), 1, name);
	if ((rc = stmt_run(st, e)) != 0)
		return rc;
	return db_changes(db) > 0 ? 0 : E_NO;
}
