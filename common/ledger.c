#include "common/ledger.h"

#include <string.h>

int
ledger_add(struct store *s, struct ledger_row *r, struct err *e)
{
	static const char last[] = "SELECT max(seq) FROM ledger";
	static const char sql[] = "INSERT INTO ledger(seq, member, source, "
	    "reference, kind, points, balance, reverses, inbox, audit, at) "
	    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
	struct db *db = store_db(s, STORE_MAIN);
	struct stmt *st;
	int rc;

	st = db_stmt(db, last);
	if ((rc = stmt_step(st, e)) < 0)
		return rc;
	r->seq = stmt_get_int(st, 0) + 1;
	stmt_reset(st);
	st = db_stmt(db, sql);
	stmt_int(st, 1, r->seq);
	stmt_text(st, 2, r->member);
	stmt_text(st, 3, r->source);
	stmt_text(st, 4, r->reference);
	stmt_text(st, 5, r->kind);
	stmt_int(st, 6, r->points);
	stmt_int(st, 7, r->balance);
	stmt_text(st, 8, r->reverses);
	stmt_int(st, 9, r->inbox);
	stmt_int(st, 10, r->audit);
	stmt_int(st, 11, r->at);
	return stmt_run(st, e);
}

int
ledger_get(struct store *s, const char *source, const char *reference,
    struct arena *a, struct ledger_row *r, struct err *e)
{
	static const char sql[] = "SELECT seq, member, source, reference, "
	    "kind, points, balance, reverses, inbox, audit, at FROM ledger "
	    "WHERE source = :source AND reference = :reference";
	struct stmt *st;
	int rc;

	memset(r, 0, sizeof *r);
	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, source);
	stmt_text(st, 2, reference);
	if ((rc = stmt_step(st, e)) != 1)
		return rc < 0 ? rc : E_NOTFOUND;
	r->seq = stmt_get_int(st, 0);
	r->member = stmt_keep_text(st, 1, a);
	r->source = stmt_keep_text(st, 2, a);
	r->reference = stmt_keep_text(st, 3, a);
	r->kind = stmt_keep_text(st, 4, a);
	r->points = stmt_get_int(st, 5);
	r->balance = stmt_get_int(st, 6);
	r->reverses = stmt_keep_text(st, 7, a);
	r->inbox = stmt_get_int(st, 8);
	r->audit = stmt_get_int(st, 9);
	r->at = stmt_get_int(st, 10);
	stmt_reset(st);
	return 0;
}

int
ledger_reversed(struct store *s, const char *member, const char *source,
    const char *reference, struct err *e)
{
	static const char sql[] = "SELECT 1 FROM ledger "
	    "WHERE member = :member AND source = :source "
	    "AND reverses = :reference LIMIT 1";
	struct stmt *st;
	int rc;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, member);
	stmt_text(st, 2, source);
	stmt_text(st, 3, reference);
	rc = stmt_step(st, e);
	stmt_reset(st);
	return rc;
}
