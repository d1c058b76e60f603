#include "common/deliver_work.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"

/*
 * Ended jobs are recorded when nothing else is under way, when there are many
 * of them, or soon: each record costs a sync, which many can share.  Commands
 * are looked at again after this many ms, because their end does not show on a
 * descriptor.
 */
enum { GROUP = 512, SOON = 40000, RUNNING = 100, COMMAND_MS = 20,
    STAMP = 1000000, DESCRIPTORS = 16, IDLE_MS = 1000 };

/* Use secrets that were set meanwhile from the next request on. */
static int
look_at_secrets(struct deliver *d, struct err *e)
{
	int64_t now = clock_mono(), stamp;
	struct lane *l;
	size_t i;
	int rc;

	if (now - d->stamp_at < STAMP)
		return 0;
	d->stamp_at = now;
	if ((rc = secret_stamp(d->store, &stamp, e)) != 0 ||
	    stamp == d->stamp)
		return rc;
	for (i = 0; i < d->nlane && rc == 0; i++) {
		l = &d->lane[i];
		if (l->fault != LANE_FILE)
			rc = lane_judge(d, l, LANE_SECRET, lane_keys(d, l, e),
			    e);
	}
	if (rc == 0)
		d->stamp = stamp;
	return rc;
}

/* Make a job of the next rows of a queue: one, or for a command those that go
 * together.  A row that was tried before goes alone, as it may be the one at
 * fault.  NULL: none of them is to be sent. */
static int
take(struct deliver *d, struct lane *l, struct job **out, struct err *e)
{
	const struct push *p = &l->source->push;
	size_t i, n = 1;
	struct job *j;

	if (p->kind == PUSH_REST)
		return rest_take(d, l, out, e);
	if (p->kind == PUSH_EXEC && l->queue[l->head].tries == 0)
		while (n < l->n && n < (size_t)p->batch &&
		    l->queue[(l->head + n) % LANE_QUEUE].tries == 0)
			n++;
	j = job_new(l, n);
	for (i = 0; i < n; i++)
		j->row[i] = l->queue[(l->head + i) % LANE_QUEUE];
	l->head = (l->head + n) % LANE_QUEUE;
	l->n -= n;
	*out = j;
	return 0;
}

/* Make the job's body; those of rest targets have one.  1: there is nothing to
 * send. */
static int
make(struct deliver *d, struct job *j, struct err *e)
{
	int rc;

	if (j->rest != NULL || (rc = job_make(d, j, e)) == 0)
		return 0;
	if (rc == E_NOTFOUND) {
		job_erased(d, j);
		return 1;
	}
	job_free(j);
	return rc;
}

static int
start(struct deliver *d, struct job *j, struct err *e)
{
	switch (j->lane->source->push.kind) {
	case PUSH_EXEC:
		return exec_start(j, e);
	case PUSH_REST:
		return rest_start(d, j, e);
	default:
		return job_start(d, j, e);
	}
}

static int
begin(struct deliver *d, struct job *j, int64_t now, struct err *e)
{
	struct lane *l = j->lane;
	struct err why;
	int rc;

	if ((rc = make(d, j, e)) != 0)
		return rc < 0 ? rc : 0;
	if (start(d, j, &why) != 0) {
		job_words(j, &j->all, why.msg, strlen(why.msg));
		job_defer(j, now, 1);
		job_done(d, j);
		return 0;
	}
	l->active++;
	d->active++;
	if (j->feed != NULL) {
		j->next = d->running;
		d->running = j;
	}
	return 0;
}

/* Whether a target may start a command: all share what may run at once, so that
 * one whose commands hang does not stop the others. */
static int
may_run(const struct deliver *d, const struct lane *l)
{
	const struct job *j;
	size_t i, targets = 0;
	int all = 0, own = 0;

	for (i = 0; i < d->nlane; i++)
		targets += d->lane[i].source->push.kind == PUSH_EXEC;
	for (j = d->running; j != NULL; j = j->next) {
		all++;
		own += j->lane == l;
	}
	return all < RUNNING && (own == 0 ||
	    ((size_t)own + 1) * targets <= RUNNING);
}

/* Send from the queue what the window, the rate and the leases allow. */
static int
send_lane(struct deliver *d, struct lane *l, struct err *e)
{
	int64_t now = clock_now(), need;
	struct job *j;
	int rc = 0;

	/* The lease has to outlast the attempt. */
	need = (l->source->push.timeout + 10) * CLOCK_SECOND;
	while (rc == 0 && l->n > 0 && lane_may_send(d, l, now) &&
	    (l->active + 1) * 1000 <= l->window && lane_credit(l) == 0 &&
	    (l->source->push.kind != PUSH_EXEC || may_run(d, l))) {
		if ((rc = look_begin(d, e)) != 0 ||
		    (rc = take(d, l, &j, e)) != 0 || j == NULL)
			continue;
		if (j->row[0].lease_until - now < need) {
			j->all.end = OUTBOX_BACK;
			job_done(d, j);
			continue;
		}
		if (l->source->push.rate != 0)
			l->credit -= 1000000;
		rc = begin(d, j, now, e);
	}
	return rc;
}

static int
send_all(struct deliver *d, struct err *e)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < d->nlane && rc == 0; i++)
		rc = send_lane(d, &d->lane[i], e);
	look_end(d);
	return rc;
}

/* Whether the outbox has something for a target that wants it: 1, 0, <0. */
static int
hungry(struct deliver *d, struct lane *l, int64_t now, struct err *e)
{
	int rc, load;

	if (now >= l->next_due)
		l->look = 1;
	if (!l->look || !lane_open(d, l, now) || l->ask != NULL ||
	    l->n > lane_wants(l) / 2)
		return 0;
	rc = outbox_ready(d->store, l->source->name, now, &l->next_due, e);
	if (rc == 0)
		l->look = 0;
	/* If we cannot send at all, lease nothing and blame nobody. */
	if (rc == 1 && l->source->push.kind != PUSH_EXEC &&
	    (load = httpc_load(e)) != 0)
		return load;
	if (rc == 1 && !token_good(l, now))
		return token_begin(d, l, e);
	return rc;
}

/* Whether a turn of the record is worth it now: 1, 0, <0. */
static int
due(struct deliver *d, struct err *e)
{
	int64_t now = clock_now();
	int rc = 0, any = 0;
	size_t i;

	if (d->turning)
		return 0;
	for (i = 0; i < d->nlane && rc >= 0; i++) {
		rc = hungry(d, &d->lane[i], now, e);
		any |= rc == 1 || (d->lane[i].n > 0 &&
		    !lane_may_send(d, &d->lane[i], now));
	}
	if (rc < 0)
		return rc;
	return any || (d->ended != NULL && (d->active == 0 ||
	    d->nended >= GROUP || clock_mono() - d->ended_at >= SOON));
}

static void
end_job(struct deliver *d, struct job *j)
{
	j->lane->active--;
	d->active--;
	job_done(d, j);
}

static void
collect(struct deliver *d)
{
	int64_t now = clock_now();
	struct httpc_done done;
	struct job *j, **at;

	token_collect(d);
	while (httpc_many_done(d->http, &done)) {
		j = done.ctx;
		job_answered(j, &done, now);
		httpc_answer_release(&done.answer);
		end_job(d, j);
	}
	for (at = &d->running; (j = *at) != NULL; ) {
		if (!exec_ended(j, now)) {
			at = &j->next;
			continue;
		}
		*at = j->next;
		end_job(d, j);
	}
}

static int
sooner(int ms, int64_t other)
{
	return other < 0 ? 0 : other < ms ? (int)other : ms;
}

/* How long we can wait with nothing to do by ourselves. */
static int
patience(struct deliver *d, int ms)
{
	int64_t now = clock_now();
	struct lane *l;
	size_t i;

	if (d->ended != NULL && !d->turning)
		ms = sooner(ms, (d->ended_at + SOON - clock_mono()) / 1000);
	if (d->running != NULL)
		ms = sooner(ms, COMMAND_MS);
	for (i = 0; i < d->nlane; i++) {
		l = &d->lane[i];
		/* One that is past will be looked at as soon as there
		 * is room. */
		if (l->rest_until > now)
			ms = sooner(ms, (l->rest_until - now) / 1000 + 1);
		else if (l->next_due != INT64_MAX && l->next_due > now)
			ms = sooner(ms, (l->next_due - now) / 1000 + 1);
		if (l->n > 0)
			ms = sooner(ms, lane_credit(l) != 0 ? lane_credit(l) :
			    ms);
	}
	return ms;
}

/* Wait for the caller's descriptors and those of commands. */
static int
wait_for(struct deliver *d, struct pollfd *p, size_t n, int ms,
    struct err *e)
{
	struct pollfd all[DESCRIPTORS + 2 + COMMAND_FEED_FDS * RUNNING];
	size_t k = n;
	struct job *j;
	int rc;

	if (n > DESCRIPTORS)
		abort();
	if (n > 0)
		memcpy(all, p, n * sizeof *p);
	all[k].fd = d->wake;
	all[k++].events = POLLIN;
	all[k].fd = turn_fd(d);
	all[k++].events = POLLIN;
	for (j = d->running; j != NULL; j = j->next)
		k += command_feed_fds(j->feed, &all[k]);
	rc = httpc_many_wait(d->http, all, k, ms, e);
	if (n > 0)
		memcpy(p, all, n * sizeof *p);
	return rc;
}

int
deliver_step(struct deliver *d, struct pollfd *p, size_t n, int ms,
    struct err *e)
{
	int leased = 0, rc = 0;
	size_t i;

	for (i = 0; i < d->nlane && rc == 0; i++)
		if ((rc = lane_claim(d, &d->lane[i], e)) == 0)
			rc = lane_look(d, &d->lane[i], e);
	if (rc != 0 || (rc = look_at_secrets(d, e)) != 0 ||
	    (rc = turn_end(d, &leased, e)) != 0 ||
	    (rc = send_all(d, e)) != 0 ||
	    (rc = due(d, e)) < 0)
		return rc;
	if (rc == 1 && (rc = turn_begin(d, e)) != 0)
		return rc;
	if (ms < 0)
		ms = deliver_idle(d) ? 0 : IDLE_MS;
	rc = wait_for(d, p, n, leased || d->output.len > 0 ? 0 :
	    patience(d, ms), e);
	collect(d);
	dead_tell(d);
	return rc;
}

int
deliver_stands(const struct deliver *d, struct err *e)
{
	return store_stands(d->store, e);
}

void
deliver_wake(struct deliver *d)
{
	size_t i;

	for (i = 0; i < d->nlane; i++)
		d->lane[i].look = 1;
}

void
deliver_stop(struct deliver *d)
{
	d->stopping = 1;
	atomic_store(&d->give_up, 1);
}

int
deliver_idle(const struct deliver *d)
{
	int64_t now = clock_now();
	const struct lane *l;
	size_t i;

	if (d->active > 0 || d->ended != NULL || d->turning)
		return 0;
	for (i = 0; i < d->nlane; i++) {
		l = &d->lane[i];
		if (l->n > 0 || l->ask != NULL || (lane_open(d, l, now) &&
		    (l->look ||
		    now >= l->next_due)))
			return 0;
	}
	return 1;
}

void
deliver_tell(struct deliver *d, const char *text)
{
	buf_add(&d->complaint, text, strlen(text) + 1);
}

void
deliver_complain(struct deliver *d, const struct lane *l, const char *text,
    const char *why)
{
	buf_adds(&d->complaint, "source '");
	buf_adds(&d->complaint, l->source->name);
	buf_adds(&d->complaint, "': ");
	buf_adds(&d->complaint, text);
	buf_adds(&d->complaint, why);
	buf_addc(&d->complaint, '\0');
}

void
deliver_off(struct deliver *d, struct lane *l)
{
	if (!l->told)
		deliver_complain(d, l, "it answered 410 and is turned off; -u "
		    "turns it on again", "");
	l->told = 1;
}

const char *
deliver_complaint(struct deliver *d)
{
	const char *p;

	if (d->complained == d->complaint.len) {
		buf_clear(&d->complaint);
		d->complained = 0;
		return NULL;
	}
	p = d->complaint.p + d->complained;
	d->complained += strlen(p) + 1;
	return p;
}

struct buf *
deliver_output(struct deliver *d)
{
	return &d->output;
}

const struct deliver_count *
deliver_count(const struct deliver *d)
{
	return &d->count;
}
