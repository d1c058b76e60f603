/* Deliveries and what became of them. */
#include "common/report_part.h"

#include <string.h>

static const struct table_column columns[] = {
	{ "seq", TABLE_RIGHT },
	{ "target", 0 },
	{ "type", 0 },
	{ "member", TABLE_NAME },
	{ "audit", TABLE_ONLY_JSON },
	{ "state", 0 },
	{ "tries", TABLE_RIGHT | TABLE_SPARE },
	{ "behind", TABLE_RIGHT | TABLE_ONLY_TEXT },
	{ "due_at", TABLE_ONLY_JSON },
	{ "next_try", TABLE_ONLY_TEXT },
	{ "answer", TABLE_FOLD },
	{ "behind", TABLE_ONLY_JSON },
	{ "lease_until", TABLE_ONLY_JSON },
};

static const char *const states[] = { "waiting", "leased", "sent", "dead",
    "dismissed", "erased" };

/* From this index on they are dead in the store. */
enum { DEAD = 3 };

#define SELECT \
	"SELECT o.seq, o.target, 'loya.' || a.kind, o.member, o.audit, " \
	REPORT_DELIVERY_STATE ", o.tries, o.due_at, " \
	"CASE WHEN o.state = 'waiting' OR o.state = 'leased' " \
	"THEN o.due_at END, o.answer, o.behind, " \
	"o.lease_until FROM outbox o "
#define KIND "LEFT JOIN audit a ON a.seq = o.audit "
#define OF_STATE "AND (?1 IS NULL OR " REPORT_DELIVERY_STATE " = ?1) "
#define WHERE \
	"WHERE (?2 IS NULL OR o.target = ?2) " \
	"AND (?3 IS NULL OR o.member = ?3) " \
	"AND o.due_at >= ?4 AND o.due_at < ?5 "

/* Dead deliveries have an index, so they are found at once among millions that
 * were sent.  ?6 is a limit, or -1; ?7 the row before the first. */
static const char *
query(const struct report *r)
{
	static const char up[] = SELECT KIND WHERE
	    OF_STATE "AND o.seq > ?7 ORDER BY o.seq LIMIT ?6";
	static const char down[] = SELECT KIND WHERE
	    OF_STATE "AND o.seq < ?7 ORDER BY o.seq DESC LIMIT ?6";
	static const char dead[] = SELECT "INDEXED BY outbox_dead "
	    KIND WHERE "AND o.state = 'dead' "
	    OF_STATE "AND o.seq > ?7 ORDER BY o.seq LIMIT ?6";
	size_t i;

	if (r->reverse)
		return down;
	if (r->limit != 0)
		return up;
	for (i = DEAD; i < sizeof states / sizeof states[0]; i++)
		if (r->state != NULL && strcmp(r->state, states[i]) == 0)
			return dead;
	return up;
}

static int
row(struct table *t, struct stmt *st)
{
	table_int(t, stmt_get_int(st, 0));
	table_text(t, stmt_get_text(st, 1, NULL));
	table_text(t, stmt_get_text(st, 2, NULL));
	table_text(t, stmt_get_text(st, 3, NULL));
	table_int(t, stmt_get_int(st, 4));
	table_text(t, stmt_get_text(st, 5, NULL));
	table_int(t, stmt_get_int(st, 6));
	if (table_is_text(t) && stmt_get_int(st, 10) > 0)
		table_int(t, stmt_get_int(st, 10));
	else
		table_null(t);
	table_time(t, stmt_get_int(st, 7));
	table_time(t, stmt_get_int(st, 8));
	table_text(t, stmt_get_text(st, 9, NULL));
	table_int(t, stmt_get_int(st, 10));
	table_time(t, stmt_get_int(st, 11));
	return table_end(t);
}

static int
check_state(const struct report *r, struct err *e)
{
	size_t i;

	for (i = 0; r->state != NULL && i < sizeof states / sizeof states[0];
	    i++)
		if (strcmp(r->state, states[i]) == 0)
			return 0;
	return r->state == NULL ? 0 : err_set(e, E_USAGE, "'%s' is not a "
	    "state: "
	    "waiting, leased, sent, dead, dismissed or erased", r->state);
}

struct list {
	const struct report *r;
	struct table *t;
	const char *member;
	int64_t at;		/* the row before the next */
	struct report_batch batch;
};

static struct stmt *
prepare(const struct list *l, const char *sql, int64_t limit)
{
	const struct report *r = l->r;
	struct stmt *st;

	st = db_stmt(store_db(r->store, STORE_MAIN), sql);
	stmt_text(st, 1, r->state);
	stmt_text(st, 2, r->source);
	stmt_text(st, 3, l->member);
	stmt_int(st, 4, r->since);
	stmt_int(st, 5, r->until != 0 ? r->until : INT64_MAX);
	stmt_int(st, 6, limit);
	return st;
}

/* Print a batch: 1 if there may be more, 0, <0. */
static int
some(struct list *l, struct err *e)
{
	const struct report *r = l->r;
	int rc = 0, full = 0;
	struct stmt *st;

	st = prepare(l, query(r), r->limit != 0 ?
	    r->limit - (int64_t)table_rows(l->t) : -1);
	stmt_int(st, 7, l->at);
	while (!full && (rc = stmt_step(st, e)) == 1) {
		if (row(l->t, st) != 0)
			break;
		l->at = stmt_get_int(st, 0);
		full = report_full(&l->batch);
	}
	stmt_reset(st);
	if (rc < 0)
		return rc;
	return full ? report_write(r, &l->batch) : 0;
}

int
report_outbox(const struct report *r, int *any, struct err *e)
{
	static const char newest[] = "SELECT min(seq) FROM (SELECT o.seq "
	    "FROM outbox o " WHERE OF_STATE "ORDER BY o.seq DESC LIMIT ?6)";
	struct list l = { .r = r };
	struct arena a = { NULL };
	int rc;

	*any = 0;
	if ((rc = check_state(r, e)) != 0 ||
	    (rc = report_whose(r, &a, &l.member, e)) != 0 ||
	    (rc = report_begin(r, prepare(&l, newest, r->limit),
	    &l.at, e)) != 0)
		return rc;
	l.t = table_new(r->out, r->mode, TABLE_ROWS, columns,
	    sizeof columns / sizeof columns[0]);
	do
		rc = some(&l, e);
	while (rc == 1);
	*any = table_rows(l.t) > 0;
	table_free(l.t);
	arena_release(&a);
	return rc;
}
