/* The one transaction: what ended is recorded, what is due is leased. */
#include "common/deliver_work.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/audit.h"
#include "common/backoff.h"
#include "common/clock.h"
#include "common/member.h"
#include "common/notice.h"
#include "common/target.h"

static const char *const kinds[] = { [OUTBOX_SENT] = "delivery.sent",
    [OUTBOX_DEFERRED] = "delivery.deferred", [OUTBOX_DEAD] = "delivery.dead" };

/* When row i is tried again. */
static int64_t
due_at(const struct job *j, size_t i, int64_t now)
{
	const struct outbox_row *r = &j->row[i];
	int64_t wait;

	if (j->off || j->renew)
		return now;
	wait = backoff_delay(r->tries + 1, (uint64_t)r->seq);
	return now + (wait > j->after ? wait : j->after);
}

/* What the row of the record and the line say about the attempt; quiet: not
 * what was answered. */
static void
write_detail(struct buf *b, const struct job *j, size_t i, int64_t due,
    int quiet)
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
	if (j->answer[0] != '\0' && !quiet)
		jsonw_kstring(&w, "answer", j->answer);
	if (j->end == OUTBOX_DEAD)
		jsonw_kstring(&w, "why", j->why);
	if (j->end == OUTBOX_DEFERRED)
		jsonw_ktime(&w, "next_at", due);
	jsonw_close(&w, '}');
}

static void
write_line(struct deliver *d, const struct audit_row *a, const char *member)
{
	char id[24], type[64];
	struct notice n = { 0 };
	struct jsonw w;

	snprintf(id, sizeof id, "%" PRId64, a->seq);
	n.id = id;
	n.type = notice_type(a->kind, type, sizeof type);
	n.member = member[0] != '\0' ? member : NULL;
	n.at = a->at;
	n.data = a->detail;
	n.len = a->detail_len;
	jsonw_init(&w, &d->output);
	notice_write(&w, &n);
	jsonw_line(&w);
}

/* Note in the outbox how row i ended: 0, or E_NO when its lease was over; then
 * only the record has what was done. */
static int
end_row(struct deliver *d, const struct job *j, size_t i, int64_t due,
    struct err *e)
{
	char answer[JOB_ANSWER + 16];

	if (j->status != 0)
		snprintf(answer, sizeof answer, "%d%s%s", j->status,
		    j->answer[0] != '\0' ? " " : "", j->answer);
	else
		snprintf(answer, sizeof answer, "%s", j->answer);
	return outbox_end(d->store, j->lane->source->name, &j->row[i], j->end,
	    due, answer, &j->lane->look, e);
}

/* Whether the member was erased while it was told of: an answer may well
 * repeat who it was. */
static int
gone(struct deliver *d, const struct outbox_row *r, struct err *e)
{
	int64_t num;
	int rc;

	if (r->member[0] == '\0')
		return 0;
	rc = member_find(d->store, r->member, &num, e);
	return rc != 0 ? rc : member_erased(d->store, num, e);
}

/* Audit row and line of one attempt.  The member stands in detail: its own
 * chain of rows is of what changed it. */
static int
record_row(struct deliver *d, const struct job *j, size_t i, int64_t now,
    struct err *e)
{
	struct audit_row a = { 0 };
	int64_t due = due_at(j, i, now);
	int rc, quiet = 0;

	if ((rc = end_row(d, j, i, due, e)) == E_NO)
		rc = quiet = gone(d, &j->row[i], e);
	if (rc < 0)
		return rc;
	write_detail(&d->detail, j, i, due, quiet);
	a.at = now;
	a.kind = kinds[j->end];
	a.source = j->lane->source->name;
	a.actor = audit_actor();
	a.detail = d->detail.p;
	a.detail_len = d->detail.len;
	if ((rc = audit_add(d->store, &a, e)) != 0)
		return rc;
	j->lane->look |= j->end == OUTBOX_DEFERRED && due <= now;
	write_line(d, &a, j->row[i].member);
	return 0;
}

/* What the attempt says of its target as a whole. */
static int
record_target(struct deliver *d, const struct job *j, int64_t now,
    struct err *e)
{
	const char *name = j->lane->source->name;
	struct target_row was;
	struct audit_row a = { 0 };
	struct jsonw w;
	int rc;

	if (j->rest_until != 0)
		return target_rest(d->store, name, j->rest_until, j->answer,
		    e);
	if (!j->off)
		return 0;
	if ((rc = target_get(d->store, name, &was, e)) != 0 ||
	    was.off_at != 0)
		return rc;
	buf_clear(&d->detail);
	jsonw_init(&w, &d->detail);
	jsonw_object(&w);
	jsonw_kint(&w, "status", j->status);
	jsonw_close(&w, '}');
	a.at = now;
	a.kind = "target.off";
	a.source = name;
	a.actor = audit_actor();
	a.detail = d->detail.p;
	a.detail_len = d->detail.len;
	rc = audit_add(d->store, &a, e);
	return rc != 0 ? rc : target_off(d->store, name, now, "it said 410",
	    e);
}

static int
record_job(struct deliver *d, const struct job *j, int64_t now, struct err *e)
{
	size_t i;
	int rc;

	for (i = 0; i < j->nrow; i++) {
		if (j->end == OUTBOX_BACK)
			rc = outbox_end(d->store, j->lane->source->name,
			    &j->row[i], OUTBOX_BACK, 0, NULL, &j->lane->look,
			    e);
		else
			rc = record_row(d, j, i, now, e);
		if (rc != 0 && rc != E_NO)
			return rc;
	}
	return record_target(d, j, now, e);
}

/* What the queue of a target that is not to be sent to any more holds. */
static int
give_back(struct deliver *d, struct lane *l, struct err *e)
{
	size_t i;
	int next, rc;

	for (i = 0; i < l->n; i++) {
		rc = outbox_end(d->store, l->source->name,
		    &l->queue[(l->head + i) % LANE_QUEUE], OUTBOX_BACK, 0,
		    NULL, &next, e);
		if (rc != 0 && rc != E_NO)
			return rc;
	}
	return 0;
}

/* Fill the queue; *got more rows. */
static int
fill(struct deliver *d, struct lane *l, int64_t now, size_t *got, int *more,
    struct err *e)
{
	struct outbox_row row[LANE_QUEUE];
	struct target_row t;
	size_t i, want = lane_wants(l);
	int64_t until;
	int rc;

	if ((rc = target_get(d->store, l->source->name, &t, e)) != 0)
		return rc;
	l->off = t.off_at != 0;
	l->rest_until = t.rest_until;
	if (!lane_may_send(d, l, now) || want <= l->n)
		return 0;
	until = now + (2 * l->source->push.timeout + 60) * CLOCK_SECOND;
	rc = outbox_lease(d->store, l->source->name, now, until, want - l->n,
	    row, got, more, e);
	for (i = 0; i < *got && rc == 0; i++)
		l->queue[(l->head + l->n + i) % LANE_QUEUE] = row[i];
	return rc;
}

struct filled {
	size_t got;
	int more, back;
};

static int
work(struct deliver *d, int64_t now, struct filled *f, struct err *e)
{
	struct job *j;
	struct lane *l;
	size_t i;
	int rc;

	if ((rc = outbox_reclaim(d->store, now, e)) != 0)
		return rc;
	for (j = d->ended; j != NULL && rc == 0; j = j->next)
		rc = record_job(d, j, now, e);
	for (i = 0; i < d->nlane && rc == 0; i++) {
		l = &d->lane[i];
		f[i].back = l->n > 0 && !lane_may_send(d, l, now);
		if (f[i].back)
			rc = give_back(d, l, e);
		else if (l->look && lane_may_send(d, l, now) &&
		    l->n <= lane_wants(l) / 2)
			rc = fill(d, l, now, &f[i].got, &f[i].more, e);
	}
	return rc;
}

static void
forget_ended(struct deliver *d)
{
	struct job *j;

	while ((j = d->ended) != NULL) {
		d->ended = j->next;
		if (j->end == OUTBOX_SENT)
			d->count.sent += (int64_t)j->nrow;
		else if (j->end == OUTBOX_DEFERRED)
			d->count.deferred += (int64_t)j->nrow;
		else if (j->end == OUTBOX_DEAD)
			d->count.dead += (int64_t)j->nrow;
		job_free(j);
	}
	d->ended_tail = &d->ended;
	d->nended = 0;
}

/* What was said of the queues is true from here on. */
static void
settle(struct deliver *d, const struct filled *f, int *leased)
{
	struct lane *l;
	size_t i;

	for (i = 0; i < d->nlane; i++) {
		l = &d->lane[i];
		if (f[i].back)
			l->n = 0;
		l->look = l->look || f[i].back;
		l->n += f[i].got;
		*leased |= f[i].got > 0 || f[i].more;
	}
}

int
record_turn(struct deliver *d, int *leased, struct err *e)
{
	struct filled *f = xcalloc(d->nlane + 1, sizeof *f);
	size_t was = d->output.len;
	int rc;

	*leased = 0;
	/* A lease that is lost with the power is taken again. */
	rc = d->ended == NULL ? store_begin_soft(d->store, STORE_MAIN, e) :
	    store_begin(d->store, STORE_MAIN, e);
	if (rc == 0) {
		rc = work(d, clock_now(), f, e);
		if (rc == 0)
			rc = store_commit(d->store, STORE_MAIN, e);
		else
			store_rollback(d->store, STORE_MAIN);
	}
	if (rc == 0) {
		settle(d, f, leased);
		forget_ended(d);
	} else {
		d->output.len = was;
	}
	free(f);
	return rc;
}
