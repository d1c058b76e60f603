/* Events that wait by whom they are about. */
#include "common/apply_work.h"

#include <stdio.h>
#include <string.h>

int
apply_wait(struct work *w, const char *external_id)
{
	w->ap->waiting++;
	return pending_add(w->ap->store, w->row->source, external_id,
	    w->row->seq, w->e);
}

/* Note a row once, although several of its records may lead to it. */
static void
once_more(struct again *a, int64_t seq)
{
	size_t i;

	for (i = a->done; i < a->n; i++)
		if (a->seq[i] == seq)
			return;
	if (a->n == a->cap) {
		a->cap = a->cap * 2 + 16;
		a->seq = xrealloc(a->seq, a->cap, sizeof *a->seq);
	}
	a->seq[a->n++] = seq;
}

int
apply_wait_over(struct work *w)
{
	const struct change *c = w->change, *end = c + w->nchange;
	int rc = 0;

	for (; c < end && rc == 0; c++)
		if (change_id(c) != NULL)
			rc = pending_drop(w->ap->store, w->row->source,
			    change_id(c), w->row->seq, w->e);
	return rc;
}

/* Whether more than one member matches what the event is about. */
static int
is_of_two(const struct event_row *ev)
{
	return ev->state == EV_HELD && strcmp(ev->why, "ambiguous") == 0;
}

/* Whether more than one member matches a change of an event that is held for
 * that: 1, 0, <0.  A removal that does not say all that the rules compare may
 * only wait to be named, and be held for another record of the event. */
static int
matches_two(struct work *w, const struct change *c, int only)
{
	struct match found[2];
	int n;

	if (!c->deleted || only || match_asked(w, c))
		return 1;
	n = match_candidates(w, c, found, 2);
	return n < 0 ? n : n > 1;
}

/* Whether the event is held because of this record, and not because of another
 * one in it: a change to come only waits for its time. */
static int
is_because_of(struct work *w, const struct event_row *ev,
    const char *external_id)
{
	struct other *o;
	struct change *c;
	size_t i;
	int rc;

	if ((rc = apply_other(w, ev->seq, &o)) != 0)
		return rc;
	for (i = 0; i < o->n; i++) {
		c = &o->change[i];
		if (c->kind == CHANGE_MEMBER && c->external_id != NULL &&
		    strcmp(c->external_id, external_id) == 0 &&
		    c->effective_at <= w->now &&
		    (rc = matches_two(w, c, o->n == 1)) != 0)
			return rc;
	}
	return 0;
}

int
apply_unsettled(struct work *w, const char *external_id)
{
	struct store *s = w->ap->store;
	struct event_row ev;
	int64_t seq = 0;
	int rc;

	if (w->ap->waiting == 0)
		return 0;
	while ((seq = pending_next(s, w->row->source, external_id, seq,
	    w->e)) > 0)
		if ((rc = event_get(s, seq, &ev, w->e)) != 0 ||
		    (seq != w->row->seq && is_of_two(&ev) &&
		    (rc = is_because_of(w, &ev, external_id)) != 0))
			return rc;
	return (int)seq;
}

int
apply_wait_again(struct work *w, const struct row *row,
    const char *external_id)
{
	once_more(&w->ap->again, row->seq);
	return pending_drop(w->ap->store, row->source, external_id, row->seq,
	    w->e);
}

/* Whether a waiting event goes on now that its record is known: 1, 0, <0.  An
 * event may remove a record first and name it later. */
static int
is_to_go_on(struct work *w, int64_t seq)
{
	struct event_row ev;
	int rc;

	if (seq == w->row->seq)
		return w->state == EV_HELD &&
		    strcmp(w->why, "unknown_member") == 0;
	if ((rc = event_get(w->ap->store, seq, &ev, w->e)) != 0)
		return rc;
	return is_of_two(&ev) || (ev.state == EV_HELD &&
	    strcmp(ev.why, "unknown_member") == 0);
}

int
apply_release(struct work *w, const char *external_id)
{
	struct store *s = w->ap->store;
	const char *source = w->row->source;
	int64_t seq = 0;
	int rc;

	/* Nearly always nothing is waiting. */
	if (w->ap->waiting == 0)
		return 0;
	while ((seq = pending_next(s, source, external_id, seq, w->e)) > 0) {
		if ((rc = is_to_go_on(w, seq)) == 0)
			continue;
		if (rc < 0 || (rc = pending_drop(s, source, external_id, seq,
		    w->e)) != 0)
			return rc;
		once_more(&w->ap->again, seq);
	}
	return seq < 0 ? (int)seq : 0;
}

/* A removal of which it was not clear whose record it was, and now is, waits to
 * be named: what was held until it is settled goes on, and may name it. */
static int
let_on(struct work *w, const struct change *c)
{
	struct event_row was;
	int rc;

	if (w->turn == TURN_FIRST || !c->deleted)
		return 0;
	if ((rc = event_get(w->ap->store, w->row->seq, &was, w->e)) != 0)
		return rc;
	return is_of_two(&was) ? apply_release(w, c->external_id) : 0;
}

int
apply_wait_for(struct work *w, const struct change *c)
{
	char detail[600];	/* an id has 512 */
	int rc;

	if (c->external_id == NULL)
		return record_refusal(w, EV_REFUSED, "unknown_member",
		    "no member has this id", c->member, NULL);
	if ((rc = let_on(w, c)) != 0 ||
	    (rc = apply_wait(w, c->external_id)) != 0)
		return rc;
	/* A person who writes a local line means an id of some source. */
	if (strcmp(w->row->source, "local") == 0)
		snprintf(detail, sizeof detail, "no local/%s is known; name "
		    "the member by its id", c->external_id);
	else
		snprintf(detail, sizeof detail, "no member has this id yet; "
		    "this is applied by itself once one has");
	return record_refusal(w, EV_HELD, "unknown_member", detail,
	    c->external_id, NULL);
}
