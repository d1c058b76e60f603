#include "common/report_part.h"

#include <stdlib.h>
#include <string.h>

#include "common/member.h"

int
report_member(struct store *s, const char *who, int64_t *num, struct err *e)
{
	const char *slash = strchr(who, '/');
	char *source;
	size_t slot;
	int rc;

	if (slash == NULL)
		return member_find(s, who, num, e);
	source = xstrdup(who);
	source[slash - who] = '\0';
	rc = binding_get(s, source, slash + 1, num, &slot, e);
	free(source);
	if (rc == E_NOTFOUND)
		return err_set(e, E_NOTFOUND, "'%s': no member is known by "
		    "this", who);
	return rc;
}

int64_t
report_newest(struct store *s, int64_t num, struct err *e)
{
	static const char sql[] = "SELECT audit FROM member WHERE num = :num";
	struct stmt *st;
	int64_t seq;
	int rc;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_int(st, 1, num);
	if ((rc = stmt_step(st, e)) < 0)
		return rc;
	seq = rc == 1 ? stmt_get_int(st, 0) : 0;
	stmt_reset(st);
	return seq;
}

int
report_chain(struct store *s, int64_t seq, report_chain_fn *fn, void *ctx,
    struct err *e)
{
	static const char sql[] = "SELECT prev FROM audit WHERE seq = :seq";
	struct stmt *st;
	int64_t prev;
	int rc;

	while (seq > 0) {
		st = db_stmt(store_db(s, STORE_MAIN), sql);
		stmt_int(st, 1, seq);
		if ((rc = stmt_step(st, e)) < 0)
			return rc;
		if (rc == 0)
			return 0;
		prev = stmt_get_int(st, 0);
		stmt_reset(st);
		if ((rc = fn(ctx, seq)) != 0)
			return rc;
		/* A chain that does not go backwards was tampered with. */
		seq = prev < seq ? prev : 0;
	}
	return 0;
}
