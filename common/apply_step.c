/* One batch of what waits. */
#include "common/apply_work.h"

#include <string.h>

#include "common/clock.h"
#include "common/die.h"
#include "common/inbox.h"
#include "common/takeover.h"

/* A dry run has one transaction for the inbox file, begun when first needed. */
static int
begin_inbox(struct apply *ap, struct err *e)
{
	int rc = 0;

	if (!ap->dry || !ap->inbox_begun)
		rc = store_begin(ap->store, STORE_INBOX, e);
	ap->inbox_begun = rc == 0;
	return rc;
}

static int
add_incoming(struct apply *ap, struct row *r, struct err *e)
{
	int rc = inbox_add(ap->store, r, e);

	if (rc == 0)
		record_duplicate(ap, r);
	return rc < 0 ? rc : 0;
}

/* Give a row to each line that has none yet. */
static int
store_incoming(struct apply *ap, struct err *e)
{
	size_t i;
	int rc;

	if (ap->nincoming == 0)
		return 0;
	if ((rc = begin_inbox(ap, e)) != 0)
		return rc;
	for (i = 0; i < ap->nincoming && rc == 0; i++)
		rc = add_incoming(ap, &ap->incoming[i], e);
	if (rc == 0 && !ap->dry)
		rc = store_commit(ap->store, STORE_INBOX, e);
	if (rc == 0)
		buf_add(&ap->repeats, ap->lines.p, ap->lines.len);
	else
		store_rollback(ap->store, STORE_INBOX);
	buf_clear(&ap->lines);
	if (rc != 0)
		return rc;
	ap->nincoming = 0;
	arena_reset(&ap->incoming_arena);
	return 0;
}

/* Warn of a failed event.  All such events are held, and the record has the
 * reason. */
static void
tell(struct apply *ap, int64_t seq, const char *why)
{
	char of[SELDOM_TEXT];
	const char *more = seldom_now(&ap->failed, of);

	if (more != NULL)
		warn("inbox %lld: %s%s", (long long)seq, why, more);
}

/* Apply an event under a savepoint, so that its failure does not take its
 * neighbours along. */
static int
carefully(struct apply *ap, const struct row *row, enum apply_turn turn,
    struct err *e)
{
	size_t said = ap->lines.len, noted = ap->notes.len;
	int64_t refused = ap->batch_refused, held = ap->batch_held;
	struct work w;
	char why[sizeof e->msg];
	int rc;

	/* What was collected for the end of the batch must survive a rollback
	 * to here. */
	if ((rc = late_write(ap, e)) != 0 ||
	    (rc = store_mark(ap->store, e)) != 0)
		return rc;
	rc = apply_row(ap, row, NULL, turn, e);
	if (rc == 0)
		return store_mark_drop(ap->store, e);
	if (rc == E_FULL || rc == E_IO || rc == E_BUSY || rc == E_READONLY)
		return rc;
	late_forget(ap);
	store_mark_undo(ap->store);
	ap->lines.len = said;
	ap->notes.len = noted;
	ap->batch_refused = refused;
	ap->batch_held = held;
	arena_reset(&ap->arena);
	memcpy(why, e->msg, sizeof why);
	tell(ap, row->seq, why);
	memset(&w, 0, sizeof w);
	w.ap = ap;
	w.row = row;
	w.now = clock_now();
	w.turn = turn;
	w.e = e;
	rc = record_refusal(&w, EV_HELD, "failed", why, NULL, NULL);
	if (rc == 0)
		rc = event_put(ap->store, row->seq, EV_HELD, 0, "failed", e);
	return rc;
}

static int
one(struct apply *ap, const struct row *row, enum apply_turn turn,
    struct err *e)
{
	return ap->careful ? carefully(ap, row, turn, e) :
	    apply_row(ap, row, NULL, turn, e);
}

int
apply_one_seq(struct apply *ap, int64_t seq, enum apply_turn turn,
    struct err *e)
{
	struct arena a = { NULL };
	struct row row;
	int rc;

	rc = inbox_get(ap->store, seq, &a, &row, e);
	if (rc == 0)
		rc = one(ap, &row, turn, e);
	arena_release(&a);
	return rc;
}

int
apply_again(struct apply *ap, int *did, struct err *e)
{
	struct again *a = &ap->again;
	int rc;

	for (; a->done < a->n; ++*did)
		if ((rc = apply_one_seq(ap, a->seq[a->done++],
		    TURN_AGAIN, e)) != 0)
			return rc;
	a->n = a->done = 0;
	return 0;
}

static int
do_due(struct apply *ap, int *did, struct err *e)
{
	int64_t seq = 0;
	int rc;

	while (*did < APPLY_BATCH && (seq = event_due(ap->store, clock_now(),
	    &ap->next_due, e)) > 0) {
		if ((rc = apply_one_seq(ap, seq, TURN_DUE, e)) != 0 ||
		    (rc = apply_again(ap, did, e)) != 0)
			return rc;
		++*did;
	}
	return seq < 0 ? (int)seq : 0;
}

struct walk {
	struct apply *ap;
	int did;
	int64_t start;
	struct err *e;
};

/* After a row: apply the rows that it allows to go on; 1 if the batch is large
 * enough. */
static int
row_done(struct walk *w)
{
	int rc;

	if ((rc = apply_again(w->ap, &w->did, w->e)) != 0)
		return rc;
	return ++w->did >= APPLY_BATCH || clock_mono() - w->start > APPLY_LONG;
}

static int
do_new(void *ctx, const struct row *row)
{
	struct walk *w = ctx;
	int rc;

	rc = one(w->ap, row, TURN_FIRST, w->e);
	return rc != 0 ? rc : row_done(w);
}

/* The same for rows that were mapped ahead. */
static int
do_mapped(struct walk *w)
{
	struct apply *ap = w->ap;
	struct mapped *m;
	int64_t last;
	int rc;

	while ((rc = ahead_next(ap->ahead, &m, w->e)) == 1) {
		rc = apply_row(ap, &m->row, m->known ? m : NULL, TURN_FIRST,
		    w->e);
		if (rc == 0)
			rc = row_done(w);
		if (rc != 0)
			return rc < 0 ? rc : 0;
	}
	last = ahead_position(ap->ahead);
	ahead_stop(ap->ahead);
	ap->ahead = NULL;
	/* Rows that came after the thread had reached the end. */
	return rc != 0 ? rc : inbox_walk(ap->store, last, do_new, w, w->e);
}

/*
 * New rows after seq last.  A dry run and a careful one do their own mapping:
 * the former has rows that nobody else can see yet, the latter goes back.
 */
static int
do_inbox(struct walk *w, int64_t last)
{
	struct apply *ap = w->ap;
	int64_t newest;
	int rc;

	if (ap->ahead != NULL && ahead_position(ap->ahead) != last) {
		ahead_stop(ap->ahead);
		ap->ahead = NULL;
	}
	if (ap->dry || ap->careful)
		return inbox_walk(ap->store, last, do_new, w, w->e);
	if ((newest = inbox_last(ap->store, w->e)) < 0)
		return (int)newest;
	if (ap->ahead == NULL && newest - last >= APPLY_BACKLOG &&
	    (rc = ahead_start(&ap->ahead, ap->store, ap->config,
	    &ap->view, last, ap->committed, w->e)) != 0)
		return rc;
	return ap->ahead != NULL ? do_mapped(w) :
	    inbox_walk(ap->store, last, do_new, w, w->e);
}

static int
batch(struct apply *ap, int *did, struct err *e)
{
	struct walk w;
	int64_t last;
	int rc;

	w.ap = ap;
	w.did = 0;
	w.start = clock_mono();
	w.e = e;
	if ((last = event_last(ap->store, e)) < 0)
		return (int)last;
	rc = do_due(ap, &w.did, e);
	/* Changes that are due take effect before newer rows are applied. */
	if (rc == 0 && w.did < APPLY_BATCH)
		rc = do_inbox(&w, last);
	/* Rows that came after a snapshot know more than the snapshot. */
	if (rc == 0 && w.did == 0)
		rc = apply_absent(ap, &w.did, e);
	if (rc == 0)
		rc = takeover_run(ap, &w.did, e);
	*did = w.did;
	return rc;
}

/* Whether there is anything to do, looked up without the lock. */
static int
waiting(struct apply *ap, struct err *e)
{
	int64_t last, seen, due;
	int busy;

	if ((last = inbox_last(ap->store, e)) < 0)
		return (int)last;
	if ((seen = event_last(ap->store, e)) < 0)
		return (int)seen;
	due = event_due(ap->store, clock_now(), &ap->next_due, e);
	if (due < 0)
		return (int)due;
	if ((busy = snapshot_busy(ap->store, e)) < 0)
		return busy;
	return last > seen || due > 0 || busy || takeover_waits(ap);
}

int
apply_snapshot_waits(struct apply *ap, struct err *e)
{
	return snapshot_busy(ap->store, e);
}

static int
try_batch(struct apply *ap, int *did, struct err *e)
{
	int rc;

	if ((rc = apply_begin(ap, e)) != 0)
		return rc;
	rc = batch(ap, did, e);
	if (rc == 0)
		rc = apply_commit(ap, e);
	if (rc != 0)
		apply_undo(ap);
	return rc;
}

static int
step(struct apply *ap, int *did, struct err *e)
{
	int rc;

	if ((rc = apply_ready(ap, e)) != 0 ||
	    (rc = store_incoming(ap, e)) != 0 || (rc = waiting(ap, e)) <= 0)
		return rc;
	rc = try_batch(ap, did, e);
	if (rc == 0 || rc == E_FULL || rc == E_IO || rc == E_BUSY ||
	    rc == E_READONLY || rc == E_CONF || ap->dry)
		return rc;
	/* Something in it failed that should not have: find it by applying one
	 * at a time. */
	ap->careful = 1;
	rc = try_batch(ap, did, e);
	ap->careful = 0;
	return rc;
}

int
apply_step(struct apply *ap, int *did, struct err *e)
{
	int rc;

	*did = 0;
	rc = step(ap, did, e);
	/* After the line about the event that was there first. */
	buf_add(&ap->output, ap->repeats.p, ap->repeats.len);
	buf_clear(&ap->repeats);
	return rc;
}
