/* What the record says about a token or a client: as these are neither events
 * nor members, their id is in the detail. */
#include "common/report_part.h"

#include <string.h>

int
report_credential(const struct report *r, const char *id, struct err *e)
{
	static const char sql[] = "SELECT " REPORT_AUDIT_COLUMNS " FROM audit "
	    "WHERE (kind GLOB 'token.*' OR kind GLOB 'client.*' "
	    "OR kind = 'auth.refused') "
	    "AND (detail ->> 'token' = :id OR detail ->> 'client' = :id) "
	    "ORDER BY seq";
	struct report_scratch s;
	struct table *t = NULL;
	struct stmt *st;
	int rc;

	memset(&s, 0, sizeof s);
	stmt_text(st = db_stmt(store_db(r->store, STORE_MAIN), sql), 1, id);
	while ((rc = stmt_step(st, e)) == 1) {
		if (t == NULL)
			t = report_audit_table(r, 1);
		if (report_audit_row(t, r, 1, st, &s) != 0)
			break;
	}
	stmt_reset(st);
	report_scratch_release(&s);
	if (t == NULL && rc == 0)
		rc = err_set(e, E_NOTFOUND, "'%s': the audit log has no such "
		    "token or client", id);
	table_free(t);
	return rc < 0 ? rc : 0;
}
