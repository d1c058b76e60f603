/*
 * How much is sent to a target.  The window, the number of requests at the same
 * time, grows by one with each success until there is a failure, as TCP begins.
 * From then on it follows Postfix's scheduler: it grows by one for each window
 * of successes and shrinks by one with each failure.  After as many failures in
 * a row as the window is wide, the target rests: nothing is sent to it
 * meanwhile.
 */
#include "common/deliver_work.h"

#include <string.h>

#include "common/clock.h"
#include "common/lock.h"
#include "common/target.h"

enum { ONE = 1000, MILLION = 1000000, REST_FIRST = 5, REST_MOST = 300,
    CLAIM = 1000000, LOOK = 1000000 };

/* Two processes that each keep to the rate would together be twice as fast:
 * only one of them sends, for as long as it lives, and the others leave the
 * target to it. */
int
lane_claim(const struct deliver *d, struct lane *l, struct err *e)
{
	const char *store = store_path(d->store), *name;
	struct buf b = { NULL, 0, 0 };
	int64_t now = clock_mono();
	int rc = 0;

	if (l->source->push.rate == 0 || l->claimed || d->stopping ||
	    (l->claim >= 0 && now - l->claim_at < CLAIM))
		return 0;
	l->claim_at = now;
	buf_adds(&b, store);
	buf_adds(&b, "-push-");
	buf_adds(&b, l->source->name);
	name = buf_str(&b);
	if (l->claim < 0)
		rc = lock_open_like(name, store, &l->claim, e);
	if (rc == 0)
		rc = lock_try(l->claim, name, e);
	l->claimed = rc == 0;
	buf_release(&b);
	return rc == E_BUSY ? 0 : rc;
}

int
lane_open(const struct deliver *d, const struct lane *l, int64_t now)
{
	return !d->stopping && l->fault == LANE_WELL && !l->off &&
	    l->rest_until <= now && (l->source->push.rate == 0 || l->claimed);
}

/*
 * Nothing is leased for a target that rests or is off, so no turn reads its
 * row, and another process may have opened it.  Until everything that answers
 * said about the target is recorded, its row is older than what we know.
 */
int
lane_look(struct deliver *d, struct lane *l, struct err *e)
{
	int64_t now = clock_mono();
	struct target_row row;
	int rc;

	if (d->stopping || (!l->off && l->rest_until <= clock_now()) ||
	    l->heard != l->noted || now - l->looked_at < LOOK)
		return 0;
	l->looked_at = now;
	if ((rc = target_get(d->store, l->source->name, &row, e)) != 0)
		return rc;
	/* Somebody has declared it well again. */
	if (row.rest_until < l->rest_until)
		l->failures = l->rests = 0;
	lane_learn(d, l, row.off_at != 0, row.rest_until);
	l->look = 1;
	return 0;
}

int
lane_judge(struct deliver *d, struct lane *l, enum lane_fault fault, int rc,
    const struct err *e)
{
	if (rc != 0 && rc != E_CONF)
		return rc;
	if (rc == 0)
		fault = LANE_WELL;
	else
		deliver_tell(d, e->msg);
	d->count.faulty += (fault != LANE_WELL) - (l->fault != LANE_WELL);
	l->fault = fault;
	l->look = 1;
	return 0;
}

void
lane_learn(struct deliver *d, struct lane *l, int off, int64_t rest_until)
{
	l->off = off;
	l->rest_until = rest_until;
	if (off)
		deliver_off(d, l);
	l->told &= off;
}

int
lane_may_send(const struct deliver *d, struct lane *l, int64_t now)
{
	return lane_open(d, l, now) && token_good(l, now);
}

int64_t
lane_credit(struct lane *l)
{
	int64_t rate = l->source->push.rate, now, most;

	if (rate == 0)
		return 0;
	/* A tenth of a second's worth may come at once. */
	most = rate >= 10 ? rate * MILLION / 10 : MILLION;
	now = clock_mono();
	l->credit += (now - l->credit_at) * rate;
	l->credit_at = now;
	if (l->credit > most)
		l->credit = most;
	return l->credit >= MILLION ? 0 :
	    (MILLION - l->credit) / rate / 1000 + 1;
}

size_t
lane_wants(const struct lane *l)
{
	const struct push *p = &l->source->push;
	int64_t want = 16 * (l->window / ONE), batch = 1;

	want = want < 16 ? 16 : want;
	if (p->kind == PUSH_EXEC)
		want = p->batch;
	if (p->kind == PUSH_REST && (batch = rest_batch(p->rest)) > 1)
		want = LANE_QUEUE;
	if (p->rate != 0 && want > p->rate * 10 * batch)
		want = p->rate * 10 * batch;
	return want > LANE_QUEUE ? LANE_QUEUE : (size_t)want;
}

void
lane_worked(struct lane *l)
{
	l->failures = 0;
	l->rests = 0;
	l->renewed = 0;
	l->window += l->slowed ? ONE * ONE / l->window : ONE;
	if (l->window > l->source->push.concurrency * ONE)
		l->window = l->source->push.concurrency * ONE;
}

void
lane_slower(struct lane *l)
{
	l->slowed = 1;
	l->window = l->window > 2 * ONE ? l->window - ONE : ONE;
}

void
lane_failed(struct lane *l, struct job *j, int64_t now)
{
	int64_t s = REST_FIRST;
	int i;

	l->failures++;
	if (j->after > 0 && (j->status == 429 || j->status == 503))
		j->rest_until = now + j->after;
	/* Requests that were under way with the one that made it rest fail as
	 * well: that is no further trouble. */
	if (l->failures * ONE >= l->window && j->rest_until == 0 &&
	    l->rest_until <= now) {
		for (i = 0; i < l->rests && s < REST_MOST; i++)
			s *= 2;
		j->rest_until = now + (s < REST_MOST ? s : REST_MOST) *
		    CLOCK_SECOND;
		l->rests++;
	}
	if (j->rest_until > l->rest_until) {
		l->rest_until = j->rest_until;
		l->heard++;
	}
	lane_slower(l);
}
