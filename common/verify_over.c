/* Ends of snapshots that do not wait any more, although no row of their own
 * says so. */
#include "common/verify_event.h"

#include <string.h>

/* Only the record is used: e is what it says about this end, o about others. */
int
verify_is_over(struct verify *v, int64_t seq)
{
	static const char sql[] = "WITH r AS (SELECT a.seq, a.kind, a.source, "
	    "a.inbox, CASE WHEN json_valid(a.detail) THEN a.detail END AS d, "
	    "a.detail IS NULL AS empty FROM json_each(:rows || ']') j "
	    "JOIN audit a ON a.seq = j.value WHERE a.kind LIKE 'snapshot.%') "
	    "SELECT 1 FROM r e JOIN r o ON o.source = e.source "
	    "WHERE e.inbox = :seq AND (o.empty OR CASE o.kind "
	    "WHEN 'snapshot.ended' THEN o.seq > e.seq AND o.inbox <> e.inbox "
	    "AND o.d ->> '$.snapshot' = e.d ->> '$.snapshot' "
	    "WHEN 'snapshot.begun' THEN e.d ->> '$.snapshot' IN "
	    "(SELECT value FROM json_each(o.d, '$.supersedes')) END) LIMIT 1";
	struct stmt *st;
	int64_t one;

	if (v->noted.len == 0)
		return 0;
	st = db_stmt(store_db(v->store, STORE_MAIN), sql);
	stmt_textn(st, 1, v->noted.p, v->noted.len);
	stmt_int(st, 2, seq);
	return stmt_one(st, &one, v->e);
}

int
verify_is_complete(struct verify *v, const struct said *s)
{
	static const char sql[] = "SELECT 1 FROM snapshot "
	    "WHERE end_seq = :seq AND complete_at IS NOT NULL";
	struct stmt *st;
	int64_t one;

	if (s->state != EV_HELD || strcmp(s->why, "incomplete") != 0)
		return 0;
	stmt_int(st = db_stmt(store_db(v->store, STORE_MAIN), sql), 1, s->seq);
	return stmt_one(st, &one, v->e);
}
