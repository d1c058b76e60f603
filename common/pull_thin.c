/* Thin events: the record named by one is read back and becomes a row of its
 * own; then the event is done. */
#include "common/pull_work.h"

#include <string.h>

#include "common/clock.h"
#include "common/cursor.h"
#include "common/die.h"
#include "common/inbox.h"
#include "common/map.h"
#include "common/progress.h"

/* How far before an event that names no record to look for changes. */
static const int64_t behind = 900 * CLOCK_SECOND;

int
pull_is_thin(const struct source *s, const struct row *row)
{
	struct arena a = { NULL };
	struct refusal why;
	struct change *c;
	size_t n;
	int thin;

	thin = s->pull.there && s->pull.command == NULL && row->body != NULL &&
	    map_row(s, row, &a, &c, &n, &why) == MAP_THIN;
	arena_release(&a);
	return thin;
}

/* If there is no readable id, read whatever has changed since.  One reading
 * covers several events of the same hour, except one that arrived during the
 * reading. */
static int
since(struct pull *p, int64_t when, int64_t received_at, struct err *e)
{
	int64_t look = p->conf->lookback * CLOCK_SECOND, now = clock_now();
	int rc;

	if (p->conf->nchanges == 0) {
		/* It concerns this event alone. */
		p->refused = 1;
		return err_set(e, E_CONF, "%s: pull: there is no %s, which a "
		    "thin event needs", p->source->at.pull,
		    p->conf->one == NULL ? "one" : "changes");
	}
	when -= look > behind ? look : behind;
	if (p->covered_of == p->source && when >= p->covered &&
	    received_at <= p->covered_at)
		return 0;
	slots_clear(&p->known);
	if ((rc = pull_latest(p, when, e)) == 0) {
		p->covered_of = p->source;
		p->covered = when;
		p->covered_at = now;
	} else {
		/* What was read is kept, as in any other run. */
		pull_flush(p, 0, NULL);
	}
	return rc;
}

/* An answer serves all events that were in the inbox before it was asked for:
 * forget those that were asked for too early for this row. */
static int
keep_answers(struct pull *p, int64_t seq, struct err *e)
{
	int64_t last;

	if (p->answers_of == p->source && seq <= p->answers_for)
		return 0;
	slots_clear(&p->answers);
	p->answers_of = NULL;
	if ((last = inbox_last(p->store, e)) < 0)
		return (int)last;
	p->answers_of = p->source;
	p->answers_for = last;
	return 0;
}

/* Read a record that an event names.  One of several that cannot be read waits
 * by itself: the event, tried again, would come no further. */
static int
read_one(struct pull *p, const char *key, size_t of, struct err *e)
{
	if (slots_find(&p->answers, pull_hash(p, key)) != NULL)
		return 0;
	return of == 1 ? pull_one(p, key, e) : pull_one_named(p, key, e);
}

/* Whether an event names records, each by its system's id and not by ours. */
static int
all_named(const struct change *c, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (c[i].external_id == NULL)
			return 0;
	return n > 0;
}

/* c: the n records that it names, which have been read now. */
static int
read_row(struct pull *p, const struct row *row, struct arena *a,
    struct change **c, size_t *n, struct err *e)
{
	int64_t when;
	size_t i;
	int rc;

	/* If the file does not call it thin any more, what it says is old. */
	if (!map_thin(p->source, row, a, c, n, &when) && *n == 0)
		return 0;
	if (!all_named(*c, *n) || p->conf->one == NULL) {
		*n = 0;
		return since(p, when != 0 ? when : row->received_at,
		    row->received_at, e);
	}
	rc = keep_answers(p, row->seq, e);
	slots_clear(&p->known);
	for (i = 0; i < *n && rc == 0; i++)
		rc = read_one(p, (*c)[i].external_id, *n, e);
	/* What was read of it is kept. */
	if (rc != 0 && *n > 1)
		pull_flush(p, 0, NULL);
	return rc;
}

/* Note in the store that the event does not wait any more. */
static int
note(struct pull *p, int64_t seq, struct err *e)
{
	struct event_row ev;
	int rc;

	if ((rc = event_get(p->store, seq, &ev, e)) != 0 ||
	    ev.state != EV_UNREAD)
		return rc;
	if ((rc = store_begin(p->store, STORE_MAIN, e)) != 0)
		return rc;
	return store_end(p->store, STORE_MAIN, event_read(p->store, seq, e), e);
}

/* Read back the record, store it with the note that it was, then note it in the
 * store.  The first note is with the rows: if we are killed in between, nothing
 * is read twice. */
static int
read_back(struct pull *p, const struct row *row, struct err *e)
{
	struct arena a = { NULL };
	struct change *c;
	size_t n;
	int rc;

	if ((rc = cursor_was_read_back(p->store, row->seq, e)) != 0)
		return rc < 0 ? rc : note(p, row->seq, e);
	p->thin = row->seq;
	rc = read_row(p, row, &a, &c, &n, e);
	if (rc == 0) {
		p->read_back = row->seq;
		rc = pull_flush(p, 0, e);
	}
	/* Not before the answer is stored, or another event would be noted as
	 * read whose record is lost. */
	while (rc == 0 && n > 0)
		slots_put(&p->answers, pull_hash(p, c[--n].external_id));
	p->read_back = p->thin = 0;
	pull_forget(p);
	arena_release(&a);
	return rc != 0 ? rc : note(p, row->seq, e);
}

/* 1: it is not one of this source. */
static int
one_waiting(struct pull *p, int64_t seq, struct err *e)
{
	struct arena a = { NULL };
	struct row row;
	int rc;

	rc = inbox_get(p->store, seq, &a, &row, e);
	if (rc == 0)
		rc = strcmp(row.source, p->source->name) == 0 &&
		    row.body != NULL ? read_back(p, &row, e) : 1;
	arena_release(&a);
	return rc;
}

/* Read back one of many.  A fault that concerns its record alone is 0, and the
 * gravest such one is in *alone. */
static int
one_of_many(struct pull *p, int64_t seq, struct err *alone, int *in_a_row,
    struct err *e)
{
	int rc, was = status_exit(alone->code);

	p->refused = 0;
	if ((rc = one_waiting(p, seq, e)) == 1)
		return 0;
	/* An event that is done may have left records that wait by
	 * themselves. */
	if (rc == 0 || !pull_is_alone(p, rc)) {
		*in_a_row = 0;
		return rc;
	}
	++*in_a_row;
	debug(1, "source '%s': inbox %lld: %s", p->source->name,
	    (long long)seq, e->msg);
	if (pull_graver(was, status_exit(rc)) != was)
		err_set(alone, rc, "inbox %lld: %s", (long long)seq, e->msg);
	return 0;
}

/* What ends the run is told and recorded by the caller. */
static void
tell_alone(struct pull *p, const struct err *alone)
{
	p->count.alone = alone->code;
	if (alone->code == 0)
		return;
	warn("source '%s': %s", p->source->name, alone->msg);
	pull_failed(p, alone);
}

int
pull_thin_waiting(struct pull *p, struct err *e)
{
	struct err alone = { 0 };
	int64_t seq = 0, last = INT64_MAX;
	int rc = 0, in_a_row = 0;

	while (rc == 0 && in_a_row < PULL_IN_A_ROW &&
	    (seq = event_unread(p->store, seq, e)) > 0)
		rc = one_of_many(p, seq, &alone, &in_a_row, e);
	/* So many that can never be read must not keep new ones from it. */
	if (in_a_row == PULL_IN_A_ROW)
		in_a_row = 0;
	while (rc == 0 && in_a_row < PULL_IN_A_ROW && seq > 0 &&
	    (last = event_unread_before(p->store, last, e)) > seq)
		rc = one_of_many(p, last, &alone, &in_a_row, e);
	tell_alone(p, &alone);
	return seq < 0 ? (int)seq : last < 0 ? (int)last : rc;
}

int
pull_thin_row(struct pull *p, struct err *e)
{
	return read_back(p, p->row, e);
}
