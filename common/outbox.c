#include "common/outbox.h"

int
outbox_add(struct store *s, const char *target, int64_t audit,
    const char *member, int64_t due_at, struct err *e)
{
	static const char sql[] = "INSERT INTO outbox(target, audit, member, "
	    "due_at) VALUES (:target, :audit, :member, :due_at)";
	struct stmt *st;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, target);
	stmt_int(st, 2, audit);
	stmt_text(st, 3, member);
	stmt_int(st, 4, due_at);
	return stmt_run(st, e);
}
