/*
 * What waits in the inbox and the outbox, by how long it has been waiting, as
 * qshape(1) shows a queue.  Only unfinished rows are looked at: they have
 * indexes.
 */
#include "common/report_figures.h"

#include <string.h>

#include "common/clock.h"
#include "common/progress.h"

enum { V_ENTRIES, V_BUCKET, V_OLDEST = 8 };

#define MINUTE (60 * CLOCK_SECOND)

static const int64_t bucket[] = { MINUTE, 10 * MINUTE, 60 * MINUTE,
    360 * MINUTE, 1440 * MINUTE, 10080 * MINUTE };

enum { BUCKETS = sizeof bucket / sizeof bucket[0] };

#define VALUES \
	{ { "entries", FIGURE_COUNT }, { "to_1m", FIGURE_COUNT }, \
	{ "to_10m", FIGURE_COUNT }, { "to_1h", FIGURE_COUNT }, \
	{ "to_6h", FIGURE_COUNT }, { "to_1d", FIGURE_COUNT }, \
	{ "to_1w", FIGURE_COUNT }, { "older", FIGURE_COUNT }, \
	{ "oldest", FIGURE_SPAN } }

static const struct figure_metric inbox_metrics[] = {
	{ "loya_inbox_events", "gauge", "Events that are not done, by state.",
	    { "state", NULL }, V_ENTRIES, NULL },
	{ "loya_inbox_oldest_seconds", "gauge",
	    "How long the oldest of them has been waiting.",
	    { "state", NULL }, V_OLDEST, NULL },
	{ .name = NULL }
};

static const struct figure_section inbox_section = { "inbox",
    "Inbox: events that wait, and for up to how long",
    { "state", NULL }, VALUES, inbox_metrics };

static const struct figure_metric outbox_metrics[] = {
	{ "loya_outbox_deliveries", "gauge",
	    "Deliveries that are not sent, by target and state.",
	    { "target", "state" }, V_ENTRIES, NULL },
	{ "loya_outbox_oldest_seconds", "gauge",
	    "How long the oldest of them has been due.",
	    { "target", "state" }, V_OLDEST, NULL },
	{ .name = NULL }
};

static const struct figure_section outbox_section = { "outbox",
    "Outbox: deliveries that are not sent, and for up to how long",
    { "target", "state" }, VALUES, outbox_metrics };

static void
count(struct figure *f, int64_t age)
{
	int i;

	for (i = 0; i < BUCKETS && age >= bucket[i]; i++)
		;
	f->v[V_ENTRIES]++;
	f->v[V_BUCKET + i]++;
	if (age > f->v[V_OLDEST])
		f->v[V_OLDEST] = age;
}

/* Rows that nobody has looked at come after the last one that somebody has. */
static int
unseen(const struct report *r, int64_t now, struct figures *f, struct err *e)
{
	static const char sql[] = "SELECT received_at FROM inbox "
	    "WHERE seq > :last AND (:source IS NULL OR source = :source)";
	struct stmt *st;
	int64_t last;
	int rc;

	if ((last = event_last(r->store, e)) < 0)
		return (int)last;
	st = db_stmt(store_db(r->store, STORE_INBOX), sql);
	stmt_int(st, 1, last);
	stmt_text(st, 2, r->source);
	while ((rc = stmt_step(st, e)) == 1)
		count(report_figure(f, event_state_name(EV_NEW), NULL),
		    now - stmt_get_int(st, 0));
	return rc;
}

static int
received(const struct report *r, int64_t seq, int64_t *at, struct err *e)
{
	static const char sql[] = "SELECT received_at FROM inbox "
	    "WHERE seq = :seq AND (:source IS NULL OR source = :source)";
	struct stmt *st;
	int rc;

	st = db_stmt(store_db(r->store, STORE_INBOX), sql);
	stmt_int(st, 1, seq);
	stmt_text(st, 2, r->source);
	if ((rc = stmt_step(st, e)) == 1) {
		*at = stmt_get_int(st, 0);
		stmt_reset(st);
	}
	return rc;
}

static int
inbox(const struct report *r, int64_t now, struct err *e)
{
	/* What waits in a refused event waits for its time. */
	static const char sql[] = "SELECT state, seq FROM event "
	    "INDEXED BY event_open WHERE state <> 'applied' "
	    "AND state <> 'refused' UNION ALL SELECT 'scheduled', seq "
	    "FROM event INDEXED BY event_open WHERE state = 'refused' "
	    "AND state <> 'applied' AND due_at IS NOT NULL ORDER BY 1";
	struct figures f = { 0 };
	struct stmt *st;
	int64_t at;
	int rc, got = 0;

	report_figure(&f, event_state_name(EV_NEW), NULL);
	rc = unseen(r, now, &f, e);
	st = db_stmt(store_db(r->store, STORE_MAIN), sql);
	while (rc == 0 && (got = stmt_step(st, e)) == 1)
		if ((rc = received(r, stmt_get_int(st, 1), &at, e)) == 1) {
			count(report_figure(&f, stmt_get_text(st, 0, NULL),
			    NULL), now - at);
			rc = 0;
		}
	stmt_reset(st);
	if (rc == 0 && (rc = got) == 0)
		rc = report_figures_print(r, &inbox_section, &f);
	report_figures_release(&f);
	return rc;
}

/* The first row of a target from seq on that was not looked at: 1, 0, <0. */
static int
first_from(const struct report *r, const char *target, int64_t from,
    int64_t *seq, int64_t *due_at, struct err *e)
{
	static const char sql[] = "SELECT seq, due_at FROM outbox "
	    "INDEXED BY outbox_new WHERE target = :target "
	    "AND behind IS NULL AND seq >= :from ORDER BY seq LIMIT 1";
	struct stmt *st;
	int rc;

	st = db_stmt(store_db(r->store, STORE_MAIN), sql);
	stmt_text(st, 1, target);
	stmt_int(st, 2, from);
	if ((rc = stmt_step(st, e)) != 1)
		return rc;
	*seq = stmt_get_int(st, 0);
	*due_at = stmt_get_int(st, 1);
	stmt_reset(st);
	return 1;
}

/* Find where the rows begin that are due after a time: they are in the order in
 * which they came to be owed.  Between seq from and to; <0. */
static int64_t
boundary(const struct report *r, const char *target, int64_t from, int64_t to,
    int64_t time, struct err *e)
{
	int64_t middle, seq, due_at;
	int rc;

	while (from < to) {
		middle = from + (to - from) / 2;
		rc = first_from(r, target, middle, &seq, &due_at, e);
		if (rc < 0)
			return rc;
		if (rc == 0 || due_at > time)
			to = middle;
		else
			from = seq + 1;
	}
	return from;
}

static int64_t
rows_between(const struct report *r, const char *target, int64_t from,
    int64_t to, struct err *e)
{
	static const char sql[] = "SELECT count(*) FROM outbox "
	    "INDEXED BY outbox_new WHERE target = :target "
	    "AND behind IS NULL AND seq >= :from AND seq < :to";
	struct stmt *st;

	st = db_stmt(store_db(r->store, STORE_MAIN), sql);
	stmt_text(st, 1, target);
	stmt_int(st, 2, from);
	stmt_int(st, 3, to);
	return stmt_count(st, e);
}

/*
 * Rows that loya-push has not looked at may be a million: they are counted in
 * their index, from one age boundary to the next, youngest first.
 */
static int
untouched(const struct report *r, const char *target, int64_t now,
    struct figures *f, struct err *e)
{
	struct figure *row = report_figure(f, target, "waiting");
	int64_t first, due_at, to = INT64_MAX, from, n;
	int i, rc;

	rc = first_from(r, target, 0, &first, &due_at, e);
	if (rc != 1)
		return rc;
	if (now - due_at > row->v[V_OLDEST])
		row->v[V_OLDEST] = now - due_at;
	for (i = 0; i <= BUCKETS; i++, to = from) {
		from = i == BUCKETS ? first : boundary(r, target, first, to,
		    now - bucket[i], e);
		if (from < 0 || (n = rows_between(r, target, from, to, e)) < 0)
			return from < 0 ? (int)from : (int)n;
		row->v[V_BUCKET + i] += n;
		row->v[V_ENTRIES] += n;
	}
	return 0;
}

static int
all_untouched(const struct report *r, int64_t now, struct figures *f,
    struct err *e)
{
	static const char sql[] = "SELECT target FROM outbox "
	    "INDEXED BY outbox_new WHERE target > :target "
	    "AND behind IS NULL ORDER BY target LIMIT 1";
	const char *target = "";
	struct stmt *st;
	int rc;

	for (;;) {
		st = db_stmt(store_db(r->store, STORE_MAIN), sql);
		stmt_text(st, 1, target);
		if ((rc = stmt_step(st, e)) != 1)
			return rc;
		target = stmt_get_text(st, 0, NULL);
		target = arena_str(&f->arena, target);
		stmt_reset(st);
		if (r->source != NULL && strcmp(r->source, target) != 0)
			continue;
		if ((rc = untouched(r, target, now, f, e)) != 0)
			return rc;
	}
}

/* For deliveries under way or dead, the audit row tells since when they are
 * owed. */
static int
outbox(const struct report *r, int64_t now, struct err *e)
{
	static const char sql[] = "SELECT o.target, o.state, "
	    "(SELECT at FROM audit WHERE seq = o.audit) "
	    "FROM outbox o INDEXED BY outbox_open WHERE o.behind IS NOT NULL "
	    "AND o.state <> 'sent' AND o.state <> 'dead' "
	    "UNION ALL SELECT o.target, " REPORT_DELIVERY_STATE ", "
	    "(SELECT at FROM audit WHERE seq = o.audit) "
	    "FROM outbox o INDEXED BY outbox_dead WHERE o.state = 'dead'";
	struct figures f = { 0 };
	const char *target;
	struct stmt *st;
	int rc;

	if ((rc = all_untouched(r, now, &f, e)) != 0) {
		report_figures_release(&f);
		return rc;
	}
	st = db_stmt(store_db(r->store, STORE_MAIN), sql);
	while ((rc = stmt_step(st, e)) == 1) {
		target = stmt_get_text(st, 0, NULL);
		if (r->source == NULL || strcmp(r->source, target) == 0)
			count(report_figure(&f, target,
			    stmt_get_text(st, 1, NULL)),
			    now - stmt_get_int(st, 2));
	}
	if (rc == 0)
		rc = report_figures_print(r, &outbox_section, &f);
	report_figures_release(&f);
	return rc;
}

int
report_queues(const struct report *r, struct err *e)
{
	int64_t now = clock_now();
	int rc = inbox(r, now, e);

	return rc != 0 ? rc : outbox(r, now, e);
}
