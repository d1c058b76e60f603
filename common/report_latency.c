#include "common/report_latency.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/jsonw.h"
#include "common/options.h"
#include "common/report_figures.h"

#define DAY (INT64_C(86400) * CLOCK_SECOND)

const char *const report_stage_name[STAGES] = { "received", "applied",
    "delivered" };

/* Days come one after the other: the group is among the newest. */
static struct latency_group *
group(struct latency *l, const char *source, int64_t day, enum stage stage)
{
	struct latency_group *g;
	size_t i;

	for (i = l->n; i > 0; i--) {
		g = &l->group[i - 1];
		if (g->day == day && g->stage == stage &&
		    strcmp(g->source, source) == 0)
			return g;
	}
	if (l->n == l->cap) {
		l->cap = l->cap * 2 + 16;
		l->group = xrealloc(l->group, l->cap, sizeof *l->group);
	}
	g = &l->group[l->n++];
	memset(g, 0, sizeof *g);
	g->source = arena_dup(&l->arena, source, strlen(source));
	g->day = day;
	g->stage = stage;
	return g;
}

/* Keep it when it is among the slowest. */
static void
note_slow(struct latency_group *g, int64_t us, int64_t seq)
{
	size_t i;

	if (g->nslow < LATENCY_SLOWEST)
		g->nslow++;
	else if (us <= g->slow[g->nslow - 1].us)
		return;
	for (i = g->nslow - 1; i > 0 && g->slow[i - 1].us < us; i--)
		g->slow[i] = g->slow[i - 1];
	g->slow[i].us = us;
	g->slow[i].seq = seq;
}

static void
add(struct latency *l, const char *source, int64_t at, enum stage stage,
    int64_t us, int64_t seq)
{
	struct latency_group *g = group(l, source, at / DAY, stage);

	if (g->n == g->cap) {
		g->cap = g->cap * 2 + 64;
		g->us = xrealloc(g->us, g->cap, sizeof *g->us);
	}
	g->us[g->n++] = us;
	note_slow(g, us, seq);
}

/* Behind the string or bracket that begins at i; a string is stepped over. */
static size_t
step_over(const char *p, size_t n, size_t i, int *depth)
{
	if (p[i] == '{' || p[i] == '[')
		++*depth;
	if (p[i] == '}' || p[i] == ']')
		--*depth;
	if (p[i] == '"')
		for (i++; i < n && p[i] != '"'; i++)
			i += p[i] == '\\';
	return i + 1;
}

/* Where the value of a member of the detail begins, which is an object as
 * loya-apply writes them, or n.  A million of them are looked at for one or two
 * members each: nothing is taken apart that is not asked for. */
static size_t
find(const char *p, size_t n, const char *key)
{
	size_t i, k = strlen(key), next;
	int depth = 0;

	/* Most have it in their middle, or not at all. */
	if (memmem(p, n, key, k) == NULL)
		return n;
	for (i = 0; i < n; i = next) {
		next = step_over(p, n, i, &depth);
		if (depth == 1 && p[i] == '"' && next - i == k + 2 &&
		    next < n && p[next] == ':' &&
		    memcmp(p + i + 1, key, k) == 0)
			return next + 1;
	}
	return n;
}

/* A member of the detail that is a time or a number: 1 and *v, or 0. */
static int
of_detail(struct stmt *row, const char *key, int64_t *v)
{
	size_t n, i, end;
	const char *p = stmt_get_blob(row, 5, &n);
	char digits[24] = "";
	int depth = 0;

	i = find(p, n, key);
	if (i < n && p[i] == '"') {
		end = step_over(p, n, i, &depth);
		return end <= n && clock_parse(p + i + 1, end - i - 2, v) == 0;
	}
	for (end = 0; i + end < n && end < sizeof digits - 1 &&
	    p[i + end] >= '0' && p[i + end] <= '9'; end++)
		digits[end] = p[i + end];
	return options_number(digits, 0, INT64_MAX, v) == 0;
}

/* One integer of a statement about row seq: 1, 0 there is none, <0. */
static int
one(struct stmt *st, int64_t seq, int64_t *v, struct err *e)
{
	int rc;

	stmt_int(st, 1, seq);
	if ((rc = stmt_step(st, e)) == 1) {
		*v = stmt_get_int(st, 0);
		stmt_reset(st);
	}
	return rc;
}

/* When row seq of the inbox came: 1, 0 there is none, <0.  Events were applied
 * nearly in the order in which they came: rows are read one behind the other
 * as long as that takes few steps. */
static int
received_at(const struct report *r, struct latency *l, int64_t seq,
    int64_t *at, struct err *e)
{
	static const char sql[] = "SELECT seq, received_at FROM inbox "
	    "WHERE seq >= :seq ORDER BY seq";
	enum { STEPS = 16 };
	int rc;

	if (l->inbox == NULL || seq < l->inbox_seq ||
	    seq > l->inbox_seq + STEPS) {
		l->inbox = db_stmt(store_db(r->store, STORE_INBOX), sql);
		stmt_int(l->inbox, 1, seq);
		l->inbox_seq = seq - 1;
	}
	while (l->inbox_seq < seq) {
		if ((rc = stmt_step(l->inbox, e)) != 1) {
			l->inbox = NULL;
			return rc;
		}
		l->inbox_seq = stmt_get_int(l->inbox, 0);
	}
	*at = stmt_get_int(l->inbox, 1);
	return l->inbox_seq == seq;
}

/* The first row that an event made.  One that was looked at again waited for
 * its time, for a person, or for points to be named. */
static int
received(const struct report *r, struct latency *l, struct stmt *row,
    struct err *e)
{
	int64_t at = stmt_get_int(row, 1), got, said;
	const char *source;
	int rc;

	if (stmt_get_int(row, 6) > 1)
		return 0;
	rc = received_at(r, l, stmt_get_int(row, 4), &got, e);
	if (rc != 1)
		return rc;
	source = stmt_get_text(row, 3, NULL);
	add(l, source, at, STAGE_APPLIED, at - got, stmt_get_int(row, 0));
	if (of_detail(row, "time", &said))
		add(l, source, at, STAGE_RECEIVED, got - said,
		    stmt_get_int(row, 0));
	return 0;
}

static int
delivered(const struct report *r, struct latency *l, struct stmt *row,
    struct err *e)
{
	static const char sql[] = "SELECT at FROM audit WHERE seq = :seq";
	int64_t at = stmt_get_int(row, 1), seq, applied;
	int rc;

	if (!of_detail(row, "audit", &seq))
		return 0;
	rc = one(db_stmt(store_db(r->store, STORE_MAIN), sql), seq, &applied,
	    e);
	if (rc == 1)
		add(l, stmt_get_text(row, 3, NULL), at, STAGE_DELIVERED,
		    at - applied, stmt_get_int(row, 0));
	return rc < 0 ? rc : 0;
}

static int
walk(const struct report *r, struct latency *l, struct err *e)
{
	static const char sql[] = "SELECT a.seq, a.at, a.kind, a.source, "
	    "a.inbox, a.detail, e.tries FROM audit a "
	    "LEFT JOIN event e ON e.seq = a.inbox "
	    "WHERE a.at >= :since AND a.at < :until "
	    "AND (a.inbox IS NOT NULL OR a.kind = 'delivery.sent') "
	    "AND a.source IS NOT NULL AND a.detail IS NOT NULL "
	    "AND (:source IS NULL OR a.source = :source) ORDER BY a.seq";
	int64_t last = 0;
	struct stmt *st;
	int rc, bad = 0;

	st = db_stmt(store_db(r->store, STORE_MAIN), sql);
	stmt_int(st, 1, r->since);
	stmt_int(st, 2, r->until != 0 ? r->until : INT64_MAX);
	stmt_text(st, 3, r->source);
	while ((rc = stmt_step(st, e)) == 1) {
		if (stmt_is_null(st, 4)) {
			bad = delivered(r, l, st, e);
		} else if (stmt_get_int(st, 4) != last) {
			last = stmt_get_int(st, 4);
			bad = received(r, l, st, e);
		}
		if (bad != 0)
			break;
	}
	stmt_reset(st);
	if (l->inbox != NULL)
		stmt_reset(l->inbox);
	return bad != 0 ? bad : rc;
}

static int
in_order(const void *a, const void *b)
{
	const struct latency_group *x = a, *y = b;
	int c = strcmp(x->source, y->source);

	if (c != 0)
		return c;
	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	return (int)x->stage - (int)y->stage;
}

int
report_latency_collect(const struct report *r, struct latency *l,
    struct err *e)
{
	size_t i;
	int rc = walk(r, l, e);

	for (i = 0; i < l->n; i++)
		report_sort(l->group[i].us, l->group[i].n);
	if (l->n > 0)
		qsort(l->group, l->n, sizeof *l->group, in_order);
	return rc;
}

void
report_latency_release(struct latency *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		free(l->group[i].us);
	free(l->group);
	arena_release(&l->arena);
	memset(l, 0, sizeof *l);
}

int
report_latency_event(const struct report *r, int64_t seq, struct buf *b,
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

/* The slowest first: what show takes. */
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
		rc = report_latency_event(r, g->slow[i].seq, &id, e);
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
		table_textn(t, clock_format(g->day * DAY, day), 10);
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
