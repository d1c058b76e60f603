/* Members that were erased. */
#include "common/member_inner.h"

int
member_add_empty(struct store *s, const struct member *m, struct err *e)
{
	static const char sql[] = "INSERT INTO member(num, id, status, "
	    "decided, claims, audit) VALUES (:num, :id, 'closed', '{}', '[]', "
	    ":audit)";
	struct stmt *st;

	member_wrote(s, member_key(m->num));
	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_int(st, 1, m->num);
	stmt_text(st, 2, m->id);
	stmt_int(st, 3, m->audit);
	return stmt_run(st, e);
}

int
member_empty(struct store *s, int64_t num, int64_t audit, struct err *e)
{
	static const char sql[] = "UPDATE member SET status = 'closed', "
	    "(given_name, family_name, name, email, phone_number, birthdate, "
	    "locale, zoneinfo, address, tags, enrolled_at, ended_at, "
	    "attributes, hold, tier) = (NULL, NULL, NULL, NULL, NULL, NULL, "
	    "NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL), "
	    "decided = '{}', claims = '[]', audit = :audit WHERE num = :num";
	struct stmt *st;

	member_wrote(s, member_key(num));
	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_int(st, 1, audit);
	stmt_int(st, 2, num);
	return stmt_run(st, e);
}

int
member_erased(struct store *s, int64_t num, struct err *e)
{
	static const char sql[] =
	    "SELECT claims = '[]' FROM member WHERE num = :num";
	struct stmt *st;
	int rc;

	stmt_int(st = db_stmt(store_db(s, STORE_MAIN), sql), 1, num);
	if ((rc = stmt_step(st, e)) != 1)
		return rc;
	rc = (int)stmt_get_int(st, 0);
	stmt_reset(st);
	return rc;
}
