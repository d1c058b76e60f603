/* How long the newest events of each source took from receipt to the record. */
#include "common/report_figures.h"

#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/progress.h"

/* At most this many of the newest events, among this many of the newest
 * rows. */
enum { EVENTS = 1000, ROWS = 20000 };

enum { V_EVENTS, V_RECEIVED, V_P50, V_P99, V_MAX };

static const struct figure_metric metrics[] = {
	{ "loya_lag_seconds", "gauge", "From receipt to the record, of the "
	    "newest events.", { "source", NULL }, V_P50, "p50" },
	{ "loya_lag_seconds", NULL, NULL, { "source", NULL }, V_P99, "p99" },
	{ "loya_lag_seconds", NULL, NULL, { "source", NULL }, V_MAX, "max" },
	{ "loya_newest_event_timestamp_seconds", "gauge",
	    "When the newest event was received.", { "source", NULL },
	    V_RECEIVED, NULL },
	{ .name = NULL }
};

static const struct figure_section section = { "lag",
    "Lag of the newest 1000 events, from receipt to the record",
    { "source", NULL },
    { { "events", FIGURE_COUNT }, { "received_at", FIGURE_TIME },
    { "p50", FIGURE_SPAN }, { "p99", FIGURE_SPAN }, { "max", FIGURE_SPAN } },
    metrics };

struct sample {
	size_t source;		/* row of the figures */
	int64_t lag;
};

struct lag {
	const struct report *r;
	struct figures f;
	struct sample sample[EVENTS];
	size_t n;
	struct err *e;
};

/* When an event was received, but only if it was looked at once: one that
 * waited for its time or for a person says nothing about speed.  1, 0, <0. */
static int
received(struct lag *l, int64_t inbox, int64_t *at)
{
	static const char sql[] =
	    "SELECT received_at FROM inbox WHERE seq = :seq";
	struct event_row ev;
	struct stmt *st;
	int rc;

	if ((rc = event_get(l->r->store, inbox, &ev, l->e)) != 0)
		return rc;
	if (ev.tries > 1)
		return 0;
	stmt_int(st = db_stmt(store_db(l->r->store, STORE_INBOX), sql), 1,
	    inbox);
	if ((rc = stmt_step(st, l->e)) != 1)
		return rc;
	*at = stmt_get_int(st, 0);
	stmt_reset(st);
	return 1;
}

static void
add(struct lag *l, const char *source, int64_t received_at, int64_t at)
{
	struct figure *f = report_figure(&l->f, source, NULL);

	f->v[V_EVENTS]++;
	if (received_at > f->v[V_RECEIVED])
		f->v[V_RECEIVED] = received_at;
	l->sample[l->n].source = (size_t)(f - l->f.row);
	l->sample[l->n++].lag = clock_since(at, received_at);
}

static int
collect(struct lag *l)
{
	static const char sql[] = "SELECT inbox, at, source FROM audit "
	    "WHERE seq > (SELECT max(seq) - :rows FROM audit) "
	    "AND inbox IS NOT NULL AND source IS NOT NULL "
	    "AND (:source IS NULL OR source = :source) ORDER BY seq DESC";
	int64_t inbox, last = 0, at = 0;
	struct stmt *st;
	int rc, got;

	st = db_stmt(store_db(l->r->store, STORE_MAIN), sql);
	stmt_int(st, 1, ROWS);
	stmt_text(st, 2, l->r->source);
	while ((rc = stmt_step(st, l->e)) == 1 && l->n < EVENTS) {
		/* The rows of an event are consecutive. */
		if ((inbox = stmt_get_int(st, 0)) == last)
			continue;
		last = inbox;
		if ((got = received(l, inbox, &at)) < 0) {
			rc = got;
			break;
		}
		if (got == 1)
			add(l, stmt_get_text(st, 2, NULL), at,
			    stmt_get_int(st, 1));
	}
	stmt_reset(st);
	return rc < 0 ? rc : 0;
}

static void
summarize(struct lag *l)
{
	int64_t v[EVENTS];
	size_t i, k, n;

	for (i = 0; i < l->f.n; i++) {
		for (k = n = 0; k < l->n; k++)
			if (l->sample[k].source == i)
				v[n++] = l->sample[k].lag;
		report_sort(v, n);
		l->f.row[i].v[V_P50] = report_percentile(v, n, 50);
		l->f.row[i].v[V_P99] = report_percentile(v, n, 99);
		l->f.row[i].v[V_MAX] = v[n - 1];
	}
}

int
report_lag(const struct report *r, struct err *e)
{
	struct lag *l = xcalloc(1, sizeof *l);
	int rc;

	l->r = r;
	l->e = e;
	if ((rc = collect(l)) == 0) {
		summarize(l);
		rc = report_figures_print(r, &section, &l->f);
	}
	report_figures_release(&l->f);
	free(l);
	return rc;
}
