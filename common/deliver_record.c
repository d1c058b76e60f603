/* The transaction of a turn: what ended is recorded, what is due is leased. */
#include "common/deliver_work.h"

#include <string.h>

#include "common/clock.h"
#include "common/target.h"

/* Record what the attempt says about its target as a whole. */
static int
record_target(struct turn *t, const struct job *j, int64_t now,
    struct err *e)
{
	const char *name = j->lane->source->name;
	struct target_row was;
	struct audit_row a = { 0 };
	struct jsonw w;
	int rc;

	if (j->rest_until != 0)
		return target_rest(t->store, name, j->rest_until,
		    j->all.answer, e);
	if (!j->off)
		return 0;
	if ((rc = target_get(t->store, name, &was, e)) != 0 ||
	    was.off_at != 0)
		return rc;
	buf_clear(&t->detail);
	jsonw_init(&w, &t->detail);
	jsonw_object(&w);
	jsonw_kint(&w, "status", j->status);
	jsonw_close(&w, '}');
	a.at = now;
	a.kind = "target.off";
	a.source = name;
	a.actor = audit_actor();
	a.detail = t->detail.p;
	a.detail_len = t->detail.len;
	rc = audit_add(t->store, &a, e);
	t->lane[j->lane->number].turned_off = 1;
	return rc != 0 ? rc : target_off(t->store, name, now, "it said 410",
	    e);
}

static int
record_job(struct turn *t, const struct job *j, int64_t now, struct err *e)
{
	size_t i;
	int rc;

	for (i = 0; i < j->nrow; i++) {
		if (j->all.end == OUTBOX_BACK)
			rc = outbox_end(t->store, j->lane->source->name,
			    &j->row[i], OUTBOX_BACK, 0, NULL,
			    &t->lane[j->lane->number].look, e);
		else
			rc = record_row(t, j, i, now, e);
		if (rc != 0 && rc != E_NO)
			return rc;
	}
	return record_target(t, j, now, e);
}

/* Give back what the queue of a target held that is not to be sent to
 * any more. */
static int
give_back(struct turn *t, struct turn_lane *l, struct err *e)
{
	size_t i;
	int next, rc;

	for (i = 0; i < l->back; i++) {
		rc = outbox_end(t->store, l->source->name, &l->row[i],
		    OUTBOX_BACK, 0, NULL, &next, e);
		if (rc != 0 && rc != E_NO)
			return rc;
	}
	return 0;
}

/* Lease what the target wants, unless it is known not to be open. */
static int
fill(struct turn *t, struct turn_lane *l, int64_t now, struct err *e)
{
	const struct source *s = l->source;
	struct target_row row;
	int64_t until;
	int rc;

	if ((rc = target_get(t->store, s->name, &row, e)) != 0)
		return rc;
	l->known = 1;
	l->off = row.off_at != 0;
	l->rest_until = row.rest_until;
	if (l->off || l->rest_until > now)
		return 0;
	until = now + (2 * s->push.timeout + 60) * CLOCK_SECOND;
	return outbox_lease(t->store, s->name, now, until, l->want, l->row,
	    &l->got, &l->more, e);
}

static int
work(struct turn *t, int64_t now, int together, struct err *e)
{
	struct job *j;
	size_t i;
	int rc;

	for (j = t->ended; j != NULL; j = j->next)
		j->is_noted = 0;
	if ((rc = outbox_reclaim(t->store, now, e)) != 0 ||
	    (together && (rc = record_sent(t, e)) != 0))
		return rc;
	for (j = t->ended; j != NULL && rc == 0; j = j->next)
		rc = record_job(t, j, now, e);
	for (i = 0; i < t->nlane && rc == 0; i++)
		rc = give_back(t, &t->lane[i], e);
	for (i = 0; i < t->nlane && rc == 0; i++)
		if (t->lane[i].want > 0)
			rc = fill(t, &t->lane[i], now, e);
	return rc;
}

static int
try_turn(struct turn *t, int together, struct err *e)
{
	int rc;

	/* Leases alone need no sync: one lost in a power failure is simply
	 * taken again. */
	rc = t->ended == NULL ? store_begin_soft(t->store, STORE_MAIN, e) :
	    store_begin(t->store, STORE_MAIN, e);
	if (rc != 0)
		return rc;
	rc = work(t, clock_now(), together, e);
	return store_end(t->store, STORE_MAIN, rc, e);
}

int
record_turn(struct turn *t, struct err *e)
{
	int rc = try_turn(t, 1, e);

	return rc == E_NO ? try_turn(t, 0, e) : rc;
}
