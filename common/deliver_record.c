/* The one transaction: what ended is recorded, what is due is leased. */
#include "common/deliver_work.h"

#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/target.h"

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
		return target_rest(d->store, name, j->rest_until,
		    j->all.answer, e);
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
		if (j->all.end == OUTBOX_BACK)
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
count(struct deliver_count *c, const struct job *j)
{
	struct ending g;
	size_t i;

	for (i = 0; i < j->nrow; i++) {
		job_ending(j, i, &g);
		c->sent += g.end == OUTBOX_SENT && g.why == NULL;
		c->deferred += g.end == OUTBOX_DEFERRED;
		c->dead += g.end == OUTBOX_DEAD;
	}
}

static void
forget_ended(struct deliver *d)
{
	struct job *j;

	while ((j = d->ended) != NULL) {
		d->ended = j->next;
		count(&d->count, j);
		job_free(j);
	}
	d->count.sent += d->covered;
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
	d->covered = 0;
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
