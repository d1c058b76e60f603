#include "common/snapshot.h"

int
snapshot_begin(struct store *s, const char *source, const char *id,
    int64_t seq, struct err *e)
{
	static const char sql[] = "INSERT INTO snapshot(source, id, begin_seq) "
	    "VALUES (:source, :id, :seq) ON CONFLICT DO UPDATE "
	    "SET begin_seq = coalesce(begin_seq, excluded.begin_seq)";
	struct stmt *st;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, source);
	stmt_text(st, 2, id);
	stmt_int(st, 3, seq);
	return stmt_run(st, e);
}

int
snapshot_end(struct store *s, const char *source, const char *id,
    int64_t seq, int64_t count, struct err *e)
{
	static const char sql[] = "INSERT INTO snapshot(source, id, end_seq, "
	    "count) VALUES (:source, :id, :seq, :count) ON CONFLICT DO UPDATE "
	    "SET end_seq = excluded.end_seq, count = excluded.count";
	struct stmt *st;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, source);
	stmt_text(st, 2, id);
	stmt_int(st, 3, seq);
	stmt_int(st, 4, count);
	return stmt_run(st, e);
}

int64_t
snapshot_row(struct store *s, const char *source, const char *id,
    struct err *e)
{
	static const char sql[] = "INSERT INTO snapshot(source, id, rows) "
	    "VALUES (:source, :id, 1) ON CONFLICT DO UPDATE "
	    "SET rows = rows + 1 RETURNING begin_seq";
	struct stmt *st;
	int64_t seq;
	int rc;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, source);
	stmt_text(st, 2, id);
	if ((rc = stmt_step(st, e)) <= 0)
		return rc;
	seq = stmt_get_int(st, 0);
	/* The insert counts only when the statement has run to its end. */
	while ((rc = stmt_step(st, e)) == 1)
		;
	return rc < 0 ? rc : seq;
}
