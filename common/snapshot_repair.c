/* Events that were lost and had to be repaired: counts per source and day. */
#include "common/snapshot.h"

#include "common/clock.h"

static int64_t
day_of(int64_t at)
{
	return at / (86400 * CLOCK_SECOND);
}

int
snapshot_repaired(struct store *s, const char *source, int64_t at,
    struct err *e)
{
	static const char sql[] = "INSERT INTO repair(source, day, count) "
	    "VALUES (:source, :day, 1) ON CONFLICT DO UPDATE "
	    "SET count = count + 1";
	struct stmt *st;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, source);
	stmt_int(st, 2, day_of(at));
	return stmt_run(st, e);
}

int
snapshot_repairs(struct store *s, int64_t from, snapshot_repair_fn *fn,
    void *ctx, struct err *e)
{
	static const char sql[] = "SELECT source, day, count FROM repair "
	    "WHERE day >= :from ORDER BY source, day";
	struct stmt *st;
	int rc;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_int(st, 1, day_of(from));
	while ((rc = stmt_step(st, e)) == 1)
		if ((rc = fn(ctx, stmt_get_text(st, 0, NULL),
		    stmt_get_int(st, 1), stmt_get_int(st, 2))) != 0) {
			stmt_reset(st);
			break;
		}
	return rc;
}
