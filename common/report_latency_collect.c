/* How fast it went: walking over the record. */
#include "common/report_latency.h"

#include <stdlib.h>
#include <string.h>

#include "common/claims.h"
#include "common/clock.h"
#include "common/options.h"
#include "common/report_figures.h"

/* Columns of the walk over the record. */
enum { C_SEQ, C_AT, C_SOURCE, C_INBOX, C_DETAIL };

/* Days come in order, so the group is among the newest. */
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
	g->source = arena_str(&l->arena, source);
	g->day = day;
	g->stage = stage;
	return g;
}

/* Keep it if it is among the slowest. */
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
	struct latency_group *g = group(l, source, at / LATENCY_DAY, stage);

	if (g->n == g->cap) {
		g->cap = g->cap * 2 + 64;
		g->us = xrealloc(g->us, g->cap, sizeof *g->us);
	}
	g->us[g->n++] = us;
	note_slow(g, us, seq);
}

/* The offset after the string or bracket that begins at i; strings are
 * skipped. */
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

/*
 * Where the value of a member begins in a detail, an object as loya-apply
 * writes it; or n.  A million of them are searched for one or two members each,
 * so nothing else is parsed.  key includes its quotes and colon: the longer it
 * is, the faster it is not found.
 */
static size_t
find(const char *p, size_t n, const char *key)
{
	size_t i, k = strlen(key), next;
	int depth = 0;

	if (memmem(p, n, key, k) == NULL)
		return n;
	for (i = 0; i < n; i = next) {
		next = step_over(p, n, i, &depth);
		if (depth == 1 && p[i] == '"' && n - i > k &&
		    memcmp(p + i, key, k) == 0)
			return i + k;
	}
	return n;
}

/*
 * The source's time where nearly every row has it: as the last member, or the
 * last before claims.  The texts can only fit at that distance from the end if
 * they are what they look like: a quote inside a string has a backslash in
 * front, and what follows them closes the object.
 */
static int
time_at_end(const char *p, size_t n, int64_t *v)
{
	static const char claims[] = ",\"claims\":\"", time[] = ",\"time\":\"";
	enum { CLAIMS = sizeof claims - 1 + CLAIMS_MARK - 1 + 1,
	    TIME = sizeof time - 1 + CLOCK_TEXT - 1 + 1 };

	if (n < 2 || p[n - 1] != '}')
		return 0;
	n--;
	if (n > CLAIMS && p[n - 1] == '"' &&
	    memcmp(p + n - CLAIMS, claims, sizeof claims - 1) == 0 &&
	    memchr(p + n - CLAIMS_MARK, '"', CLAIMS_MARK - 1) == NULL)
		n -= CLAIMS;
	return n > TIME && p[n - 1] == '"' &&
	    memcmp(p + n - TIME, time, sizeof time - 1) == 0 &&
	    clock_parse(p + n - CLOCK_TEXT, CLOCK_TEXT - 1, v) == 0;
}

/* Read a member of the detail that is a time or a number: 1 and *v, or 0. */
static int
of_detail(const char *p, size_t n, const char *key, int64_t *v)
{
	size_t i, end;
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

/*
 * A number of row seq: 1, 0 there is none, <0.  sql returns seq and the number
 * of rows from :seq on.  Events were applied nearly in the order in which they
 * came, so rows are read in sequence as long as that takes few steps.
 */
static int
follow(struct db *db, const char *sql, struct latency_cursor *c, int64_t seq,
    int64_t *v, struct err *e)
{
	enum { STEPS = 16 };
	int rc;

	if (c->st == NULL || seq < c->seq || seq > c->seq + STEPS) {
		c->st = db_stmt(db, sql);
		stmt_int(c->st, 1, seq);
		c->seq = seq - 1;
	}
	while (c->seq < seq) {
		if ((rc = stmt_step(c->st, e)) != 1) {
			c->st = NULL;
			return rc;
		}
		c->seq = stmt_get_int(c->st, 0);
	}
	*v = stmt_get_int(c->st, 1);
	return c->seq == seq;
}

/* Find out which events of a block were looked at more than once: one bit is
 * kept for each event. */
static int
read_block(const struct report *r, struct latency_block *b, int64_t first,
    struct err *e)
{
	static const char sql[] = "SELECT seq FROM event "
	    "WHERE seq >= :first AND seq < :end AND tries > 1";
	struct stmt *st;
	int64_t i;
	int rc;

	st = db_stmt(store_db(r->store, STORE_MAIN), sql);
	stmt_int(st, 1, first);
	stmt_int(st, 2, first + LATENCY_BLOCK);
	while ((rc = stmt_step(st, e)) == 1) {
		i = stmt_get_int(st, 0) - first;
		b->again[i / 8] |= (unsigned char)(1 << i % 8);
	}
	stmt_reset(st);
	b->is_read = rc == 0;
	return rc;
}

/* Whether an event was looked at again, because it waited for its time, for a
 * person, or for its record to become known: 1, 0, <0. */
static int
tried_again(const struct report *r, struct latency *l, int64_t seq,
    struct err *e)
{
	size_t n = (size_t)(seq / LATENCY_BLOCK), had = l->nblock;
	int64_t i = seq % LATENCY_BLOCK;
	int rc;

	if (seq <= 0 || seq > l->last)
		return 0;
	if (n >= had) {
		l->nblock = n + 1 > 2 * had ? n + 1 : 2 * had;
		l->block = xrealloc(l->block, l->nblock, sizeof *l->block);
		memset(l->block + had, 0,
		    (l->nblock - had) * sizeof *l->block);
	}
	if (!l->block[n].is_read && (rc = read_block(r, &l->block[n],
	    seq - i, e)) < 0)
		return rc;
	return l->block[n].again[i / 8] >> i % 8 & 1;
}

/* Take the first row that an event caused. */
static int
received(const struct report *r, struct latency *l, struct stmt *row,
    struct err *e)
{
	static const char inbox[] = "SELECT seq, received_at FROM inbox "
	    "WHERE seq >= :seq ORDER BY seq";
	int64_t seq = stmt_get_int(row, C_INBOX), at, got, said;
	const char *source, *p;
	size_t n;
	int rc;

	if ((rc = tried_again(r, l, seq, e)) != 0)
		return rc < 0 ? rc : 0;
	rc = follow(store_db(r->store, STORE_INBOX), inbox, &l->inbox, seq,
	    &got, e);
	if (rc != 1)
		return rc;
	at = stmt_get_int(row, C_AT);
	seq = stmt_get_int(row, C_SEQ);
	source = stmt_get_text(row, C_SOURCE, NULL);
	add(l, source, at, STAGE_APPLIED, clock_since(at, got), seq);
	p = stmt_get_blob(row, C_DETAIL, &n);
	if (time_at_end(p, n, &said) || of_detail(p, n, "\"time\":", &said))
		add(l, source, at, STAGE_RECEIVED, clock_since(got, said),
		    seq);
	return 0;
}

static int
delivered(const struct report *r, struct latency *l, struct stmt *row,
    struct err *e)
{
	static const char sql[] = "SELECT seq, at FROM audit "
	    "WHERE seq >= :seq ORDER BY seq";
	int64_t at = stmt_get_int(row, C_AT), seq, applied;
	const char *p;
	size_t n;
	int rc;

	p = stmt_get_blob(row, C_DETAIL, &n);
	if (!of_detail(p, n, "\"audit\":", &seq))
		return 0;
	rc = follow(store_db(r->store, STORE_MAIN), sql, &l->made, seq,
	    &applied, e);
	if (rc == 1)
		add(l, stmt_get_text(row, C_SOURCE, NULL), at,
		    STAGE_DELIVERED, at - applied, stmt_get_int(row, C_SEQ));
	return rc < 0 ? rc : 0;
}

static int
walk(const struct report *r, struct latency *l, struct err *e)
{
	static const char sql[] = "SELECT seq, at, source, inbox, detail "
	    "FROM audit WHERE at >= :since AND at < :until "
	    "AND (inbox IS NOT NULL OR kind = 'delivery.sent') "
	    "AND source IS NOT NULL AND detail IS NOT NULL "
	    "AND (:source IS NULL OR source = :source) ORDER BY seq";
	int64_t last = 0;
	struct stmt *st;
	int rc, bad = 0;

	rc = db_number(store_db(r->store, STORE_MAIN),
	    "SELECT max(seq) FROM event;", &l->last, e);
	if (rc != 0)
		return rc;
	st = db_stmt(store_db(r->store, STORE_MAIN), sql);
	stmt_int(st, 1, r->since);
	stmt_int(st, 2, r->until != 0 ? r->until : INT64_MAX);
	stmt_text(st, 3, r->source);
	while ((rc = stmt_step(st, e)) == 1) {
		if (stmt_is_null(st, C_INBOX)) {
			bad = delivered(r, l, st, e);
		} else if (stmt_get_int(st, C_INBOX) != last) {
			last = stmt_get_int(st, C_INBOX);
			bad = received(r, l, st, e);
		}
		if (bad != 0)
			break;
	}
	stmt_reset(st);
	if (l->inbox.st != NULL)
		stmt_reset(l->inbox.st);
	if (l->made.st != NULL)
		stmt_reset(l->made.st);
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
