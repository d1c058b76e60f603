/*
 * Reading what changed from the cursor on.  The cursor is a time of the peer,
 * up to which everything was read.  Reading starts a little before it, because
 * rows become visible when their transaction ends, not when they are stamped;
 * and it never moves past the peer's clock at the first answer, whatever the
 * clock of this machine says.
 */
#include "common/pull_work.h"

#include <string.h>

#include "common/clock.h"
#include "common/cursor.h"
#include "common/die.h"

enum { RESTARTS = 3, HALVES = 8, SKEW = 60 };

static int64_t
whole_second(int64_t t)
{
	return t - t % CLOCK_SECOND;
}

/* The cursor after a window up to until. */
int64_t
pull_settled(const struct pull *p, int64_t until)
{
	int64_t safe = whole_second(p->server -
	    p->conf->settle * CLOCK_SECOND);

	return until < safe ? until : safe;
}

static void
compare_clocks(const struct pull *p)
{
	int64_t d = (p->server - clock_now()) / CLOCK_SECOND;

	if (d > SKEW || d < -SKEW)
		warn("source '%s': its clock is %lld s %s this machine's",
		    p->source->name, (long long)(d < 0 ? -d : d),
		    d < 0 ? "behind" : "ahead of");
}

/* The cursor was never past this machine's clock.  If that has been put back,
 * nothing newer is asked for until it gets there again: warn. */
static void
compare_cursor(const struct pull *p, int64_t cursor)
{
	int64_t d = (cursor - clock_now()) / CLOCK_SECOND;

	if (d > SKEW)
		warn("source '%s': this machine's clock is %lld s behind the "
		    "time up to which it was read", p->source->name,
		    (long long)d);
}

/* Read one window, but do not end it: everything is in the batch or stored. */
static int
window(struct pull *p, int64_t since, int64_t until, struct err *e)
{
	size_t i;
	int rc = 0;

	p->server = 0;
	for (i = 0; i < p->conf->nchanges && rc == 0; i++) {
		pull_range_of(p, &p->conf->changes[i], since, until);
		rc = pull_pages(p, &p->conf->changes[i], e);
	}
	return rc != 0 ? rc : pull_alone(p, e);
}

/* The state of a run. */
struct walk {
	int64_t at, target;	/* read up to here, and to be read */
	int64_t done;		/* the cursor */
	int64_t width;		/* of a window, 0: any */
	int moves;		/* the cursor moves */
	int restarts, halves;
};

/* Whether to try again after a window that failed, or with a smaller one.  What
 * was read of it is kept: a second time it is not added. */
static int
try_again(const struct pull *p, struct walk *w, int64_t size)
{
	if (p->verdict == PULL_RESTART)
		return w->restarts++ < RESTARTS;
	if (p->verdict != PULL_HALVE || w->halves++ == HALVES ||
	    size < 2 * CLOCK_SECOND)
		return 0;
	w->width = whole_second(size / 2);
	return 1;
}

/* End a window that was read: store what is left of it, with the cursor. */
static int
window_done(struct pull *p, struct walk *w, int64_t until, struct err *e)
{
	int64_t settled = pull_settled(p, until), cursor = 0;
	int rc;

	if (w->moves && settled > w->done)
		cursor = settled;
	if ((rc = pull_flush(p, cursor, e)) != 0)
		return rc;
	if (cursor != 0)
		w->done = cursor;
	p->count.until = w->done;
	p->fn(p->ctx, NULL, 0, &p->count);
	/* A record that the next window names may have changed since. */
	slots_clear(&p->known);
	/* The peer's clock is not there yet: this is its present, or too close
	 * to it for the cursor. */
	w->at = w->moves && settled < until ? w->target : until;
	return 0;
}

static int
walk(struct pull *p, struct walk *w, struct err *e)
{
	int64_t until;
	int rc;

	w->width = p->conf->width * CLOCK_SECOND;
	while (w->at < w->target) {
		until = w->target;
		if (w->width != 0 && until - w->at > w->width)
			until = w->at + w->width;
		rc = window(p, w->at, until, e);
		if (rc == 0)
			rc = window_done(p, w, until, e);
		else if (try_again(p, w, until - w->at))
			rc = 0;
		if (rc != 0)
			return rc;
	}
	if (w->moves && p->server != 0)
		compare_clocks(p);
	return 0;
}

/* Up to when all that changed can be seen. */
static int64_t
settled(const struct pull *p)
{
	return whole_second(clock_now() - p->conf->settle * CLOCK_SECOND);
}

int
pull_catch_up(struct pull *p, struct err *e)
{
	struct walk w = { .moves = 1, .target = settled(p) };
	int rc;

	rc = cursor_get(p->store, p->source->name, "changes", &w.done, e);
	if (rc < 0)
		return rc;
	compare_cursor(p, w.done);
	w.at = w.done - p->conf->lookback * CLOCK_SECOND;
	if (rc == 0)
		w.at = w.done = whole_second(p->conf->first);
	return walk(p, &w, e);
}

int
pull_from(struct pull *p, int64_t since, struct err *e)
{
	struct walk w = { .at = whole_second(since), .target = settled(p) };

	return walk(p, &w, e);
}

int
pull_latest(struct pull *p, int64_t since, struct err *e)
{
	int64_t now = clock_now();
	/* Times are asked for by the second, and this one belongs to it. */
	struct walk w = { .at = whole_second(since),
	    .target = whole_second(now + CLOCK_SECOND - 1) };
	int rc;

	if ((rc = walk(p, &w, e)) != 0 || p->server <= now)
		return rc;
	/* The peer's clock is ahead of ours, and it stamps by that. */
	w.target = whole_second(p->server) + CLOCK_SECOND;
	return walk(p, &w, e);
}
