#include "common/outbox.h"

int
outbox_add(struct store *s, const char *target, const char *audits,
    size_t len, int64_t due_at, struct err *e)
{
	static const char sql[] = "INSERT INTO outbox(target, audit, member, "
	    "due_at) SELECT :target, a.seq, a.member, :due_at "
	    "FROM json_each(:audits) j JOIN audit a ON a.seq = j.value";
	struct stmt *st;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, target);
	stmt_int(st, 2, due_at);
	stmt_textn(st, 3, audits, len);
	return stmt_run(st, e);
}
