/* Dismissing deliveries. */
#include "common/outbox_inner.h"

int64_t
outbox_last(struct store *s, struct err *e)
{
	static const char sql[] = "SELECT coalesce(max(seq), 0) FROM outbox";
	struct stmt *st = db_stmt(store_db(s, STORE_MAIN), sql);
	int64_t last;
	int rc;

	rc = stmt_one(st, &last, e);
	return rc < 0 ? rc : last;
}

static int
take(struct store *s, const char *sql, const char *target, int64_t last,
    size_t max, struct outbox_row *row, size_t *n, struct err *e)
{
	struct stmt *st;
	int rc;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, target);
	stmt_int(st, 2, last);
	stmt_int(st, 3, (int64_t)(max - *n));
	while ((rc = stmt_step(st, e)) == 1)
		outbox_row_read(st, &row[(*n)++]);
	return rc;
}

int
outbox_tail(struct store *s, const char *target, int64_t last, size_t max,
    struct outbox_row *row, size_t *n, struct err *e)
{
	static const char fresh[] = "SELECT seq, audit, tries, member, alone "
	    "FROM outbox INDEXED BY outbox_new WHERE target = :target "
	    "AND behind IS NULL AND seq <= :last "
	    "ORDER BY seq DESC LIMIT :max";
	static const char open[] = "SELECT seq, audit, tries, member, alone "
	    "FROM outbox INDEXED BY outbox_open WHERE target = :target "
	    "AND behind IS NOT NULL AND state <> 'sent' AND state <> 'dead' "
	    "AND state = 'waiting' AND seq <= :last "
	    "ORDER BY member DESC, seq DESC LIMIT :max";
	int rc;

	*n = 0;
	rc = take(s, fresh, target, last, max, row, n, e);
	return rc != 0 || *n == max ? rc :
	    take(s, open, target, last, max, row, n, e);
}

int
outbox_dismiss(struct store *s, const char *target, const char *seqs,
    size_t len, struct err *e)
{
	static const char sql[] = "UPDATE outbox NOT INDEXED SET "
	    "state = 'dead', behind = 0, answer = 'dismissed' "
	    "WHERE seq IN (SELECT value FROM json_each(:seqs))";
	struct stmt *st;
	int rc, next;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_textn(st, 1, seqs, len);
	/* Newer deliveries may have been put behind one of them. */
	rc = stmt_run(st, e);
	return rc != 0 ? rc :
	    outbox_give_turns(s, target, seqs, len, &next, e);
}

int
outbox_knows(struct store *s, const char *target, struct err *e)
{
	static const char sql[] =
	    "SELECT 1 FROM outbox WHERE target = :target LIMIT 1";
	struct stmt *st;
	int64_t one;

	stmt_text(st = db_stmt(store_db(s, STORE_MAIN), sql), 1, target);
	return stmt_one(st, &one, e);
}

int64_t
outbox_leased(struct store *s, const char *target, struct err *e)
{
	static const char sql[] = "SELECT count(*) FROM outbox "
	    "INDEXED BY outbox_lease WHERE state = 'leased' "
	    "AND target = :target";
	struct stmt *st;

	stmt_text(st = db_stmt(store_db(s, STORE_MAIN), sql), 1, target);
	return stmt_count(st, e);
}
