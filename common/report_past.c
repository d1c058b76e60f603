#include "common/report_past.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"

enum { ERASED_NAMED = 20 };	/* rows that a message names */

/* The rows of a member up to a time, newest first. */
struct rows {
	struct store *store;
	int64_t until;
	int64_t *seq;
	size_t n, cap;
	struct err *e;
};

static int
take(void *ctx, int64_t seq)
{
	static const char sql[] = "SELECT at FROM audit WHERE seq = :seq";
	struct rows *r = ctx;
	struct stmt *st;
	int64_t at;
	int rc;

	if (r->n == 0) {
		st = db_stmt(store_db(r->store, STORE_MAIN), sql);
		stmt_int(st, 1, seq);
		if ((rc = stmt_step(st, r->e)) <= 0)
			return rc;
		at = stmt_get_int(st, 0);
		stmt_reset(st);
		if (at > r->until)
			return 0;
	}
	if (r->n == r->cap) {
		r->cap = r->cap * 2 + 64;
		r->seq = xrealloc(r->seq, r->cap, sizeof *r->seq);
	}
	r->seq[r->n++] = seq;
	return 0;
}

/* Find the place of a field, or the one where it would be: whether it is
 * there. */
static int
find(const struct past *p, const char *name, size_t *at)
{
	size_t lo = 0, hi = p->n, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (strcmp(p->field[mid].name, name) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	*at = lo;
	return lo < p->n && strcmp(p->field[lo].name, name) == 0;
}

static struct past_field *
entry(struct past *p, const char *name)
{
	size_t i;

	if (find(p, name, &i))
		return &p->field[i];
	if (p->n == p->cap) {
		p->cap = p->cap * 2 + 32;
		p->field = xrealloc(p->field, p->cap, sizeof *p->field);
	}
	memmove(&p->field[i + 1], &p->field[i],
	    (p->n - i) * sizeof *p->field);
	memset(&p->field[i], 0, sizeof p->field[i]);
	p->field[i].name = name;
	p->n++;
	return &p->field[i];
}

static void
set(struct past *p, struct past_field *f, const struct json *j, uint32_t i,
    int64_t seq)
{
	const char *s;

	f->seq = seq;
	f->json = NULL;
	f->len = 0;
	if (i == JSON_NONE || json_type(j, i) == JSON_NULL)
		return;
	s = json_source(j, i, &f->len);
	f->json = arena_dup(&p->arena, s, f->len);
}

static void
erased(struct past *p, int64_t seq)
{
	if (p->nerased == p->cap_erased) {
		p->cap_erased = p->cap_erased * 2 + 8;
		p->erased = xrealloc(p->erased, p->cap_erased,
		    sizeof *p->erased);
	}
	p->erased[p->nerased++] = seq;
}

/* Apply the changes of one row.  The balance is in rows that posted points. */
static int
apply(struct past *p, struct json *j, int64_t seq, const char *detail,
    size_t len, struct err *e)
{
	uint32_t all, balance;

	if (json_parse(j, detail, len) != 0)
		return err_set(e, E_NOTFOUND, "audit %lld: its detail is not "
		    "JSON; see loya-audit verify", (long long)seq);
	all = json_get(j, 0, "changes");
	if (all != JSON_NONE && json_type(j, all) == JSON_OBJECT)
		for (JSON_EACH(j, all, k))
			set(p, entry(p, json_string(j, k, &p->arena, NULL)),
			    j, json_get(j, k + 1, "new"), seq);
	if ((balance = json_get(j, 0, "balance")) != JSON_NONE)
		set(p, &p->points, j, balance, seq);
	return 0;
}

/* Of an erased member only that remains, even if there was nothing before. */
static void
bury(struct past *p, int64_t seq)
{
	static const char closed[] = "\"closed\"";
	struct past_field *f = entry(p, "status");

	f->seq = seq;
	f->json = closed;
	f->len = sizeof closed - 1;
}

static int
row(struct store *s, struct past *p, struct json *j, int64_t seq,
    struct err *e)
{
	static const char sql[] = "SELECT detail, kind = 'member.erased' "
	    "FROM audit WHERE seq = :seq";
	struct stmt *st;
	const char *detail;
	size_t n;
	int rc;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_int(st, 1, seq);
	if ((rc = stmt_step(st, e)) <= 0)
		return rc;
	detail = stmt_get_text(st, 0, &n);
	rc = 0;
	if (detail != NULL)
		rc = apply(p, j, seq, detail, n, e);
	else
		erased(p, seq);
	if (stmt_get_int(st, 1) != 0)
		bury(p, seq);
	stmt_reset(st);
	return rc;
}

int
report_past(struct store *s, int64_t num, int64_t t, struct past *p,
    struct err *e)
{
	struct rows r = { s, t, NULL, 0, 0, e };
	struct json j = { 0 };
	int64_t newest;
	int rc;

	if ((newest = report_newest(s, num, e)) < 0)
		return (int)newest;
	rc = report_chain(s, newest, take, &r, e);
	p->seq = r.n > 0 ? r.seq[0] : 0;
	while (rc == 0 && r.n > 0)
		rc = row(s, p, &j, r.seq[--r.n], e);
	free(r.seq);
	json_release(&j);
	return rc;
}

int
report_past_whole(const struct past *p, const char *id, struct err *e)
{
	char rows[256];
	size_t i;
	int n = 0;

	if (p->nerased == 0)
		return 0;
	for (i = 0; i < p->nerased && i < ERASED_NAMED &&
	    n < (int)sizeof rows - 24; i++)
		n += snprintf(rows + n, sizeof rows - (size_t)n, "%s%" PRId64,
		    i > 0 ? ", " : "", p->erased[i]);
	return err_set(e, E_NOTFOUND, "member %s: it cannot be rebuilt: the "
	    "detail of audit row%s %s%s was erased", id,
	    p->nerased > 1 ? "s" : "", rows, i < p->nerased ? " and others" :
	    "");
}

int
report_past_of(struct store *s, const char *who, int64_t t, struct past *p,
    const char **id, struct err *e)
{
	char time[CLOCK_TEXT];
	int64_t num;
	int rc;

	if ((rc = report_member(s, who, &num, e)) != 0 ||
	    (rc = report_member_id(s, num, &p->arena, id, e)) != 0 ||
	    (rc = report_past(s, num, t, p, e)) != 0)
		return rc;
	if (p->seq == 0)
		return err_set(e, E_NOTFOUND, "member %s: it was not there yet "
		    "at %s", *id, clock_format(t, time));
	return report_past_whole(p, *id, e);
}

const struct past_field *
report_past_field(const struct past *p, const char *name)
{
	size_t i;

	return find(p, name, &i) ? &p->field[i] : NULL;
}

void
report_past_release(struct past *p)
{
	free(p->field);
	free(p->erased);
	arena_release(&p->arena);
	memset(p, 0, sizeof *p);
}
