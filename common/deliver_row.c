/* Recording one row of a job. */
#include "common/deliver_work.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/backoff.h"
#include "common/member.h"
#include "common/notice.h"

/* The kind of the audit row; a delivery that was done without being sent has
 * its own. */
static const char *
kind_of(const struct ending *g)
{
	static const char *const kinds[] = { [OUTBOX_SENT] = "delivery.sent",
	    [OUTBOX_DEFERRED] = "delivery.deferred",
	    [OUTBOX_DEAD] = "delivery.dead" };

	return g->end == OUTBOX_SENT && g->why != NULL ? "delivery.skipped" :
	    kinds[g->end];
}

/* When row i is tried again. */
static int64_t
due_at(const struct job *j, size_t i, const struct ending *g, int64_t now)
{
	const struct outbox_row *r = &j->row[i];
	int64_t wait;

	if (j->off || g->now)
		return now;
	wait = backoff_delay(r->tries + 1, (uint64_t)r->seq);
	return now + (wait > j->after ? wait : j->after);
}

/* What the audit row and the line say about the attempt; late: its lease was
 * over, and another process decides what becomes of the delivery; quiet: leave
 * out what was answered. */
static void
write_detail(struct buf *b, const struct job *j, size_t i,
    const struct ending *g, int64_t due, int late, int quiet)
{
	const struct outbox_row *r = &j->row[i];
	struct jsonw w;

	buf_clear(b);
	jsonw_init(&w, b);
	jsonw_object(&w);
	jsonw_kstring(&w, "target", j->lane->source->name);
	jsonw_kint(&w, "delivery", r->seq);
	jsonw_kstring(&w, "id", j->id[i]);
	jsonw_kint(&w, "audit", r->audit);
	if (r->member[0] != '\0')
		jsonw_kstring(&w, "member", r->member);
	jsonw_kint(&w, "try", r->tries + 1);
	if (j->status != 0 || j->feed != NULL)
		jsonw_kint(&w, "status", j->status);
	jsonw_kint(&w, "ms", j->took / 1000);
	if (g->answer[0] != '\0' && !quiet)
		jsonw_kstring(&w, "answer", g->answer);
	if (g->end == OUTBOX_DEAD || g->end == OUTBOX_SENT)
		jsonw_kstring(&w, "why", g->why);
	if (g->end == OUTBOX_DEFERRED)
		jsonw_ktime(&w, "next_at", due);
	if (late) {
		jsonw_key(&w, "late");
		jsonw_bool(&w, 1);
	}
	jsonw_close(&w, '}');
}

static void
write_line(struct turn *t, const struct audit_row *a, const char *member)
{
	char id[BUF_DECIMAL], type[64];
	struct notice n = { 0 };
	struct jsonw w;

	buf_decimal(id, a->seq);
	n.id = id;
	n.type = notice_type(a->kind, type, sizeof type);
	n.member = member[0] != '\0' ? member : NULL;
	n.at = a->at;
	n.data = a->detail;
	n.len = a->detail_len;
	jsonw_init(&w, &t->output);
	notice_write(&w, &n);
	jsonw_line(&w);
}

/* Write t->detail as an audit row and as a line.  The member is named in detail
 * only: its own chain consists of the rows that changed it. */
static int
note(struct turn *t, const struct job *j, const char *kind,
    const char *member, int64_t now, struct err *e)
{
	struct audit_row a = { 0 };
	int rc;

	a.at = now;
	a.kind = kind;
	a.source = j->lane->source->name;
	a.actor = audit_actor();
	a.detail = t->detail.p;
	a.detail_len = t->detail.len;
	if ((rc = audit_add(t->store, &a, e)) == 0)
		write_line(t, &a, member);
	return rc;
}

/* Record later events of the same member that the body covered. */
static int
record_covered(struct turn *t, const struct job *j, size_t i, int64_t now,
    struct err *e)
{
	const struct source *s = j->lane->source;
	struct outbox_row r;
	char kind[64], type[80], answer[48];
	int64_t after = j->row[i].seq;
	struct jsonw w;
	int rc;

	snprintf(answer, sizeof answer, "with %" PRId64, j->row[i].seq);
	while ((rc = outbox_follower(t->store, s->name, &j->row[i], after, &r,
	    kind, sizeof kind, e)) == 1 && r.audit <= j->covers[i] &&
	    rest_same(s->push.rest, j->rest, notice_type(kind, type,
	    sizeof type))) {
		after = r.seq;
		buf_clear(&t->detail);
		jsonw_init(&w, &t->detail);
		jsonw_object(&w);
		jsonw_kstring(&w, "target", s->name);
		jsonw_kint(&w, "delivery", r.seq);
		jsonw_kint(&w, "audit", r.audit);
		jsonw_kstring(&w, "member", r.member);
		jsonw_kint(&w, "with", j->row[i].seq);
		jsonw_close(&w, '}');
		if ((rc = note(t, j, "delivery.sent", r.member, now, e)) !=
		    0 || (rc = outbox_went_with(t->store, &r, answer, e)) != 0)
			return rc;
		t->covered++;
	}
	return rc < 0 ? rc : 0;
}

/* What the outbox keeps of it. */
static void
write_answer(const struct job *j, const struct ending *g, char *out,
    size_t size)
{
	if (g->end == OUTBOX_SENT && g->why != NULL)
		snprintf(out, size, "skipped: %s", g->why);
	else if (j->status != 0 && g->answer[0] == '\0')
		buf_decimal(out, j->status);
	else if (j->status != 0)
		snprintf(out, size, "%d %s", j->status, g->answer);
	else
		snprintf(out, size, "%s", g->answer);
}

/* Note in the outbox how row i ended: 0, or E_NO if its lease had run out; then
 * only the record has what was done. */
static int
end_row(struct turn *t, const struct job *j, size_t i,
    const struct ending *g, int64_t due, struct err *e)
{
	struct outbox_row row = j->row[i];
	char answer[JOB_ANSWER + 16];

	write_answer(j, g, answer, sizeof answer);
	row.alone = g->end == OUTBOX_DEFERRED && (row.alone || g->alone);
	return outbox_end(t->store, j->lane->source->name, &row, g->end, due,
	    answer, &t->lane[j->lane->number].look, e);
}

/* Whether the member was erased while it was being sent: an answer may well
 * repeat who it was.  A row that names no member may be about an erased person
 * who never was one. */
static int
gone(struct turn *t, const struct outbox_row *r, struct err *e)
{
	int64_t num;
	int rc;

	if (r->member[0] == '\0')
		return 1;
	rc = member_find(t->store, r->member, &num, e);
	return rc != 0 ? rc : member_erased(t->store, num, e);
}

int
record_row(struct turn *t, const struct job *j, size_t i, int64_t now,
    struct err *e)
{
	struct ending g;
	int64_t due;
	int rc = 0, late, quiet = 0;

	job_ending(j, i, &g);
	due = due_at(j, i, &g, now);
	/* Before its own end, which gives the next one its turn. */
	if (g.end == OUTBOX_SENT && g.why == NULL && j->rest != NULL &&
	    j->rest->coalesce &&
	    (rc = record_covered(t, j, i, now, e)) != 0)
		return rc;
	if (!j->is_noted)
		rc = end_row(t, j, i, &g, due, e);
	late = rc == E_NO;
	if (late)
		rc = quiet = gone(t, &j->row[i], e);
	if (rc < 0)
		return rc;
	write_detail(&t->detail, j, i, &g, due, late, quiet);
	t->lane[j->lane->number].look |= g.end == OUTBOX_DEFERRED && due <= now;
	return note(t, j, kind_of(&g), j->row[i].member, now, e);
}

/* Whether there is nothing to note except that it was sent. */
static int
is_plain(const struct job *j)
{
	return j->nrow == 1 && j->each == NULL && j->rest == NULL &&
	    j->all.end == OUTBOX_SENT && j->all.why == NULL && !j->is_noted;
}

/* 0 if one statement can note how both ended; else their order. */
static int
compare(const struct job *a, const struct job *b)
{
	int64_t x = a->row->lease_until, y = b->row->lease_until;

	if (a->lane != b->lane)
		return a->lane->number < b->lane->number ? -1 : 1;
	if (x != y)
		return x < y ? -1 : 1;
	if (a->status != b->status)
		return a->status < b->status ? -1 : 1;
	return strcmp(a->all.answer, b->all.answer);
}

static int
compare_runs(const void *a, const void *b)
{
	return compare(*(struct job *const *)a, *(struct job *const *)b);
}

/* Most answers equal the last one of their target: equal ones form a run, which
 * is represented in run[] by its first job. */
static size_t
gather_runs(struct turn *t, struct job **run)
{
	struct turn_lane *l;
	struct job *j;
	size_t i, n = 0;

	for (i = 0; i < t->nlane; i++)
		t->lane[i].run = NULL;
	for (j = t->ended; j != NULL; j = j->next) {
		if (!is_plain(j))
			continue;
		j->alike = NULL;
		l = &t->lane[j->lane->number];
		if (l->run != NULL && compare(l->run, j) == 0) {
			l->last->alike = j;
		} else {
			run[n++] = l->run = j;
		}
		l->last = j;
	}
	return n;
}

/* Note these runs, all of them alike, with one statement. */
static int
sent_alike(struct turn *t, struct job *const *run, size_t n, struct err *e)
{
	const struct job *first = run[0];
	struct turn_lane *l = &t->lane[first->lane->number];
	char answer[JOB_ANSWER + 16];
	struct job *j;
	struct jsonw w;
	int64_t rows = 0;
	size_t i;

	/* For a single row, two statements without JSON are cheaper. */
	if (n == 1 && first->alike == NULL)
		return 0;
	write_answer(first, &first->all, answer, sizeof answer);
	buf_clear(&t->detail);
	jsonw_init(&w, &t->detail);
	jsonw_array(&w);
	for (i = 0; i < n; i++)
		for (j = run[i]; j != NULL; j = j->alike) {
			jsonw_int(&w, j->row->seq);
			j->is_noted = 1;
			rows++;
		}
	jsonw_close(&w, ']');
	return outbox_sent(t->store, first->lane->source->name, t->detail.p,
	    t->detail.len, rows, first->row->lease_until, answer, &l->look, e);
}

int
record_sent(struct turn *t, struct err *e)
{
	struct job **run;
	size_t i, n, end;
	int rc = 0;

	if (t->nended == 0)
		return 0;
	run = xcalloc(t->nended, sizeof *run);
	n = gather_runs(t, run);
	qsort(run, n, sizeof *run, compare_runs);
	for (i = 0; i < n && rc == 0; i = end) {
		for (end = i + 1; end < n; end++)
			if (compare(run[i], run[end]) != 0)
				break;
		rc = sent_alike(t, run + i, end - i, e);
	}
	free(run);
	return rc;
}
