/* Parts of a story told by show: audit rows, points, deliveries. */
#include "common/report_part.h"

#include <string.h>

static const struct table_column delivery_columns[] = {
	{ "what", TABLE_ONLY_JSON },
	{ "delivery", TABLE_RIGHT },
	{ "target", 0 },
	{ "audit", TABLE_RIGHT },
	{ "member", TABLE_ONLY_JSON },
	{ "state", 0 },
	{ "due_at", TABLE_ONLY_JSON },
	{ "next_try", TABLE_ONLY_TEXT },
	{ "tries", TABLE_RIGHT },
	{ "behind", TABLE_RIGHT },
	{ "answer", TABLE_FOLD },
};

static const struct table_column points_columns[] = {
	{ "what", TABLE_ONLY_JSON },
	{ "entry", TABLE_RIGHT },
	{ "at", 0 },
	{ "kind", 0 },
	{ "points", TABLE_RIGHT },
	{ "balance", TABLE_RIGHT },
	{ "source", 0 },
	{ "reference", TABLE_FOLD },
	{ "reverses", 0 },
	{ "member", TABLE_ONLY_JSON },
	{ "inbox", TABLE_ONLY_JSON },
	{ "audit", TABLE_ONLY_JSON },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

void
report_gap(const struct report *r)
{
	if (r->mode == TABLE_TEXT)
		fputc('\n', r->out);
}

int
report_rows(const struct report *r, int below, struct stmt *st,
    struct err *e)
{
	struct report_scratch s;
	struct table *t = NULL;
	int rc;

	memset(&s, 0, sizeof s);
	while ((rc = stmt_step(st, e)) == 1) {
		if (t == NULL && below)
			report_gap(r);
		if (t == NULL)
			t = report_audit_table(r, 1);
		if (report_audit_row(t, r, 1, st, &s) != 0)
			break;
	}
	stmt_reset(st);
	table_free(t);
	report_scratch_release(&s);
	return rc < 0 ? rc : 0;
}

/* Write the columns of a statement: integers, texts, and times if the heading
 * says so. */
static void
plain_cells(struct table *t, struct stmt *st, const struct table_column *c,
    size_t n)
{
	size_t i;
	int k;

	for (i = 1; i < n; i++) {
		k = (int)i - 1;
		if (stmt_is_null(st, k))
			table_null(t);
		else if (strcmp(c[i].key, "at") == 0 ||
		    strcmp(c[i].key, "due_at") == 0 ||
		    strcmp(c[i].key, "next_try") == 0)
			table_time(t, stmt_get_int(st, k));
		else if ((c[i].flags & TABLE_RIGHT) ||
		    strcmp(c[i].key, "audit") == 0 ||
		    strcmp(c[i].key, "inbox") == 0)
			table_int(t, stmt_get_int(st, k));
		else
			table_text(t, stmt_get_text(st, k, NULL));
	}
}

static int
section(const struct report *r, const char *what, struct stmt *st,
    const struct table_column *c, size_t n, struct err *e)
{
	struct table *t = NULL;
	int rc;

	while ((rc = stmt_step(st, e)) == 1) {
		if (t == NULL)
			report_gap(r);
		if (t == NULL)
			t = table_new(r->out, r->mode, TABLE_ROWS, c, n);
		table_text(t, what);
		plain_cells(t, st, c, n);
		if (table_end(t) != 0)
			break;
	}
	stmt_reset(st);
	table_free(t);
	return rc < 0 ? rc : 0;
}

int
report_points(const struct report *r, struct stmt *st, struct err *e)
{
	return section(r, "points", st, points_columns, COUNT(points_columns),
	    e);
}

/* A due time that has passed is not the time of sending: a table only has it
 * for what is still to be sent. */
#define DELIVERY "SELECT o.seq, o.target, o.audit, o.member, " \
	REPORT_DELIVERY_STATE ", o.due_at, CASE WHEN o.state = 'waiting' " \
	"OR o.state = 'leased' THEN o.due_at END, o.tries, " \
	"nullif(o.behind, 0), o.answer FROM outbox o "

int
report_deliveries(const struct report *r, int64_t inbox, struct err *e)
{
	static const char sql[] = DELIVERY "WHERE o.audit IN (SELECT seq "
	    "FROM audit WHERE inbox = :inbox) ORDER BY o.seq";
	struct stmt *st = db_stmt(store_db(r->store, STORE_MAIN), sql);

	stmt_int(st, 1, inbox);
	return section(r, "delivery", st, delivery_columns,
	    COUNT(delivery_columns), e);
}

/* What is known about a delivery. */
struct delivery {
	int64_t seq;
	int64_t with;		/* it went with this one, or 0 */
	int64_t row;		/* of the record, that it is made from */
	int64_t inbox;		/* the event behind that, or 0 */
};

/* Whether an audit row is about a delivery: 1, 0, <0. */
static int
find_delivery(const struct report *r, int64_t seq, struct delivery *d,
    struct err *e)
{
	static const char sql[] = "SELECT o.seq, w.value, o.audit, b.inbox "
	    "FROM audit a JOIN json_each(CASE WHEN json_valid(a.detail) "
	    "THEN a.detail ELSE '{}' END) n ON n.key = 'delivery' "
	    "JOIN outbox o ON o.seq = n.value "
	    "LEFT JOIN audit b ON b.seq = o.audit "
	    "LEFT JOIN json_each(CASE WHEN json_valid(a.detail) "
	    "THEN a.detail ELSE '{}' END) w ON w.key = 'with' "
	    "WHERE a.seq = :seq AND substr(a.kind, 1, 9) = 'delivery.'";
	struct stmt *st = db_stmt(store_db(r->store, STORE_MAIN), sql);
	int rc;

	stmt_int(st, 1, seq);
	if ((rc = stmt_step(st, e)) != 1)
		return rc;
	d->seq = stmt_get_int(st, 0);
	d->with = stmt_get_int(st, 1);
	d->row = stmt_get_int(st, 2);
	d->inbox = stmt_get_int(st, 3);
	stmt_reset(st);
	return 1;
}

/* Print all attempts, including those of a delivery that it went with. */
static int
attempts(const struct report *r, const struct delivery *d, struct err *e)
{
	static const char sql[] = "SELECT " REPORT_AUDIT_COLUMNS
	    " FROM audit WHERE seq > :row "
	    "AND substr(kind, 1, 9) = 'delivery.' AND CASE "
	    "WHEN json_valid(detail) THEN json_extract(detail, '$.delivery') "
	    "IN (:seq, :with) END ORDER BY seq";
	struct stmt *st = db_stmt(store_db(r->store, STORE_MAIN), sql);

	/* The one that it went with may be made from an earlier row. */
	stmt_int(st, 1, d->with == 0 ? d->row : 0);
	stmt_int(st, 2, d->seq);
	stmt_int(st, 3, d->with);
	return report_rows(r, 0, st, e);
}

/* Print what it is made from, if that is not an event. */
static int
origin(const struct report *r, const struct delivery *d, struct err *e)
{
	static const char row[] = "SELECT " REPORT_AUDIT_COLUMNS
	    " FROM audit WHERE seq = :seq";
	static const char one[] = DELIVERY "WHERE seq = :seq";
	struct stmt *st = db_stmt(store_db(r->store, STORE_MAIN), row);
	int rc;

	stmt_int(st, 1, d->row);
	if ((rc = report_rows(r, 1, st, e)) != 0)
		return rc;
	st = db_stmt(store_db(r->store, STORE_MAIN), one);
	stmt_int(st, 1, d->seq);
	return section(r, "delivery", st, delivery_columns,
	    COUNT(delivery_columns), e);
}

int
report_delivery(const struct report *r, int64_t seq, struct err *e)
{
	struct delivery d;
	int rc;

	if ((rc = find_delivery(r, seq, &d, e)) != 1)
		return rc;
	if ((rc = attempts(r, &d, e)) != 0)
		return rc;
	if (d.inbox == 0) {
		rc = origin(r, &d, e);
	} else {
		report_gap(r);
		rc = report_show_inbox(r, d.inbox, e);
	}
	return rc < 0 ? rc : 1;
}
