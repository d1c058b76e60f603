/*
 * How much there is, and how much of it is recent.  Everything comes from
 * counters or from an index: tally, the partial indexes of member, the states
 * that are not final.
 */
#include "common/report_figures.h"

#include <string.h>

#include "common/clock.h"
#include "common/snapshot.h"
#include "common/tally.h"

/* Bind the present hour and the 23 before it. */
static void
bind_hours(struct stmt *st, int64_t unit)
{
	int64_t hour = clock_now() / TALLY_HOUR;

	stmt_int(st, 1, hour * unit);
	stmt_int(st, 2, (hour - 23) * unit);
}

#define LATELY(at) \
	"sum(CASE WHEN " at " >= ?1 THEN count ELSE 0 END), " \
	"sum(CASE WHEN " at " >= ?2 THEN count ELSE 0 END) "

static const struct figure_metric record_metrics[] = {
	{ "loya_audit_rows_total", "counter", "Rows of the record.",
	    { "kind", "source" }, 0, NULL },
	{ .name = NULL }
};

static const struct figure_section record_section = { "record",
    "Rows of the record, by kind and source",
    { "kind", "source" }, { { "rows", FIGURE_COUNT },
    { "this_hour", FIGURE_COUNT }, { "last_24h", FIGURE_COUNT } },
    record_metrics };

static const struct figure_metric refusal_metrics[] = {
	{ "loya_auth_refused_total", "counter", "Failed authentications.",
	    { "source", "why" }, 0, NULL },
	{ .name = NULL }
};

static const struct figure_section refusal_section = { "refusal",
    "Failed authentications and unreadable requests",
    { "source", "why" }, { { "refused", FIGURE_COUNT },
    { "this_hour", FIGURE_COUNT }, { "last_24h", FIGURE_COUNT } },
    refusal_metrics };

/* Read two names, and counts from the third column on. */
static int
counts(const struct report *r, struct stmt *st,
    const struct figure_section *s, struct err *e)
{
	struct figures f = { 0 };
	struct figure *row;
	const char *a, *b;
	int rc, i;

	while ((rc = stmt_step(st, e)) == 1) {
		a = stmt_get_text(st, 0, NULL);
		b = stmt_get_text(st, 1, NULL);
		row = report_figure(&f, a, b);
		for (i = 0; i < 3; i++)
			row->v[i] = stmt_get_int(st, 2 + i);
	}
	if (rc == 0)
		rc = report_figures_print(r, s, &f);
	report_figures_release(&f);
	return rc;
}

static int
record(const struct report *r, struct err *e)
{
	static const char sql[] = "SELECT kind, nullif(source, ''), "
	    "sum(count), " LATELY("hour") "FROM tally "
	    "WHERE ?3 IS NULL OR source = ?3 "
	    "GROUP BY kind, source ORDER BY kind, source";
	struct stmt *st;

	st = db_stmt(store_db(r->store, STORE_MAIN), sql);
	bind_hours(st, 1);
	stmt_text(st, 3, r->source);
	return counts(r, st, &record_section, e);
}

static int
refusals(const struct report *r, struct err *e)
{
	static const char sql[] = "SELECT source, why, sum(count), "
	    LATELY("minute") "FROM refusal WHERE ?3 IS NULL OR source = ?3 "
	    "GROUP BY source, why ORDER BY source, why";
	struct stmt *st;

	st = db_stmt(store_db(r->store, STORE_INBOX), sql);
	bind_hours(st, 60);
	stmt_text(st, 3, r->source);
	return counts(r, st, &refusal_section, e);
}

static const struct figure_metric lost_metrics[] = {
	{ "loya_events_lost_total", "counter",
	    "Changes that only a snapshot found.", { "source", NULL }, 0,
	    NULL },
	{ .name = NULL }
};

static const struct figure_section lost_section = { "lost",
    "Events that never came: only a snapshot found the change",
    { "source", NULL }, { { "lost", FIGURE_COUNT }, { "today", FIGURE_COUNT },
    { "last_7d", FIGURE_COUNT } }, lost_metrics };

struct lost {
	const struct report *r;
	struct figures f;
	int64_t today;
};

static int
add_lost(void *ctx, const char *source, int64_t day, int64_t count)
{
	struct lost *l = ctx;
	struct figure *f;

	if (l->r->source != NULL && strcmp(l->r->source, source) != 0)
		return 0;
	f = report_figure(&l->f, source, NULL);
	f->v[0] += count;
	f->v[1] += day == l->today ? count : 0;
	f->v[2] += day > l->today - 7 ? count : 0;
	return 0;
}

/* Events that never came: those that rows of snapshots had to repair. */
static int
lost(const struct report *r, struct err *e)
{
	struct lost l = { .r = r };
	int rc;

	l.today = clock_now() / (24 * TALLY_HOUR);
	rc = snapshot_repairs(r->store, 0, add_lost, &l, e);
	if (rc == 0)
		rc = report_figures_print(r, &lost_section, &l.f);
	report_figures_release(&l.f);
	return rc;
}

static const struct figure_metric member_metrics[] = {
	{ "loya_members", "gauge", "Members of each status.",
	    { "status", NULL }, 0, NULL },
	{ .name = NULL }
};

static const struct figure_section member_section = { "members",
    "Members, by status",
    { "status", NULL }, { { "members", FIGURE_COUNT } }, member_metrics };

static const struct figure_metric held_metrics[] = {
	{ "loya_members_on_hold", "gauge", "Members that have a hold.",
	    { "hold", NULL }, 0, NULL },
	{ .name = NULL }
};

static const struct figure_section held_section = { "holds",
    "Members on hold, by reason",
    { "hold", NULL }, { { "members", FIGURE_COUNT } }, held_metrics };

/* Active members are all except the others, which have an index. */
static int
members(const struct report *r, struct err *e)
{
	static const char all[] = "SELECT count(*) FROM member";
	static const char others[] = "SELECT status, count(*) FROM member "
	    "WHERE status <> 'active' GROUP BY status";
	struct db *db = store_db(r->store, STORE_MAIN);
	struct figures f = { 0 };
	struct stmt *st;
	int64_t active, n;
	int rc;

	if ((rc = db_number(db, all, &active, e)) != 0)
		return rc;
	report_figure(&f, "active", NULL);
	st = db_stmt(db, others);
	while ((rc = stmt_step(st, e)) == 1) {
		n = stmt_get_int(st, 1);
		report_figure(&f, stmt_get_text(st, 0, NULL), NULL)->v[0] = n;
		active -= n;
	}
	f.row[0].v[0] = active;
	if (rc == 0)
		rc = report_figures_print(r, &member_section, &f);
	report_figures_release(&f);
	return rc;
}

static int
holds(const struct report *r, struct err *e)
{
	static const char sql[] = "SELECT hold, count(*) FROM member "
	    "WHERE hold IS NOT NULL GROUP BY hold ORDER BY hold";
	struct figures f = { 0 };
	struct stmt *st;
	int rc;

	st = db_stmt(store_db(r->store, STORE_MAIN), sql);
	while ((rc = stmt_step(st, e)) == 1)
		report_figure(&f, stmt_get_text(st, 0, NULL), NULL)->v[0] =
		    stmt_get_int(st, 1);
	if (rc == 0)
		rc = report_figures_print(r, &held_section, &f);
	report_figures_release(&f);
	return rc;
}

int
report_stats(const struct report *all, struct err *e)
{
	struct report one = *all, *r = &one;
	int rc, sections = 0;

	one.sections = &sections;
	if ((rc = record(r, e)) != 0 || (rc = refusals(r, e)) != 0 ||
	    (rc = lost(r, e)) != 0 || (rc = report_lag(r, e)) != 0 ||
	    (rc = report_queues(r, e)) != 0)
		return rc < 0 ? rc : 0;
	/* Members belong to all sources at once. */
	if (r->source == NULL && (rc = members(r, e)) == 0)
		rc = holds(r, e);
	return rc < 0 ? rc : 0;
}
