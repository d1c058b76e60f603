#include "common/report_latency.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/jsonw.h"
#include "common/report_figures.h"

const char *const report_stage_name[STAGES] = { "received", "applied",
    "delivered" };

void
report_latency_release(struct latency *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		free(l->group[i].us);
	free(l->group);
	free(l->block);
	arena_release(&l->arena);
	memset(l, 0, sizeof *l);
}

/* Put "SOURCE/EVENT-ID" of a row, or its number, into the buf. */
static int
event_name(const struct report *r, int64_t seq, struct buf *b,
    struct err *e)
{
	static const char sql[] =
	    "SELECT source, event_id FROM audit WHERE seq = :seq";
	const char *id;
	struct stmt *st;
	char digits[24];
	int rc;

	st = db_stmt(store_db(r->store, STORE_MAIN), sql);
	stmt_int(st, 1, seq);
	if ((rc = stmt_step(st, e)) != 1)
		return rc;
	if ((id = stmt_get_text(st, 1, NULL)) != NULL) {
		buf_adds(b, stmt_get_text(st, 0, NULL));
		buf_addc(b, '/');
		buf_adds(b, id);
	} else {
		snprintf(digits, sizeof digits, "%lld", (long long)seq);
		buf_adds(b, digits);
	}
	stmt_reset(st);
	return 0;
}

static const struct table_column columns[] = {
	{ "source", 0 },
	{ "day", 0 },
	{ "stage", 0 },
	{ "events", TABLE_RIGHT },
	{ "p50", TABLE_RIGHT },
	{ "p95", TABLE_RIGHT },
	{ "p99", TABLE_RIGHT },
	{ "max", TABLE_RIGHT },
	{ "slowest", TABLE_FOLD },
};

/* Write the slowest, in the form that show accepts. */
static int
slowest(const struct report *r, struct table *t,
    const struct latency_group *g, struct buf *b, struct err *e)
{
	struct buf id = { NULL, 0, 0 };
	struct jsonw w;
	size_t i;
	int rc = 0;

	buf_clear(b);
	jsonw_init(&w, b);
	if (!table_is_text(t))
		jsonw_array(&w);
	for (i = 0; i < g->nslow && rc == 0; i++) {
		buf_clear(&id);
		rc = event_name(r, g->slow[i].seq, &id, e);
		if (!table_is_text(t)) {
			jsonw_stringn(&w, id.p, id.len);
			continue;
		}
		buf_adds(b, i > 0 ? ", " : "");
		buf_add(b, id.p, id.len);
	}
	if (!table_is_text(t)) {
		jsonw_close(&w, ']');
		table_json(t, b->p, b->len);
	} else {
		table_textn(t, b->p, b->len);
	}
	buf_release(&id);
	return rc;
}

static int
print(const struct report *r, const struct latency *l, struct err *e)
{
	struct buf b = { NULL, 0, 0 };
	const struct latency_group *g;
	char day[CLOCK_TEXT];
	struct table *t;
	size_t i;
	int rc = 0;

	t = table_new(r->out, r->mode, TABLE_ROWS, columns,
	    sizeof columns / sizeof columns[0]);
	for (i = 0; i < l->n && rc == 0; i++) {
		g = &l->group[i];
		table_text(t, g->source);
		table_textn(t, clock_format(g->day * LATENCY_DAY, day), 10);
		table_text(t, report_stage_name[g->stage]);
		table_int(t, (int64_t)g->n);
		report_span(t, report_percentile(g->us, g->n, 50));
		report_span(t, report_percentile(g->us, g->n, 95));
		report_span(t, report_percentile(g->us, g->n, 99));
		report_span(t, g->us[g->n - 1]);
		rc = slowest(r, t, g, &b, e);
		if (table_end(t) != 0)
			break;
	}
	table_free(t);
	buf_release(&b);
	return rc;
}

int
report_latency(const struct report *r, int *any, struct err *e)
{
	struct latency l = { 0 };
	int rc;

	rc = report_latency_collect(r, &l, e);
	*any = l.n > 0;
	if (rc == 0)
		rc = print(r, &l, e);
	report_latency_release(&l);
	return rc;
}
