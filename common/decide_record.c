/*
 * Every event claims whether the source still has the record: gone if it says
 * so, there if it says anything else.  A complete snapshot claims that every
 * record that is not in it is missing.  Only "gone" and "missing" are stored;
 * "there" means that the newest event is another one, so the newest event and
 * the newest row of a snapshot are always kept.
 */
#include "common/decide_inner.h"

#include <string.h>

static const struct field gone = { "deleted", "true", 4 };
static const struct field missing = { "@missing", "true", 4 };

/* Add a claim about the record, or let this event take over an existing one. */
static void
claim(struct work *w, const struct field *f, int order)
{
	struct claim *c = claims_field(w->link, order, NULL);

	if (c == NULL) {
		c = &w->link->claim[w->link->nclaim++];
		memset(c, 0, sizeof *c);
		c->name = f->name;
		c->order = order;
		c->json = f->json;
		c->len = f->len;
	}
	c->event = decide_event(w);
	w->d->claims_changed = 1;
}

/* It is there after all.  The event that had said it was missing said nothing
 * else, and goes. */
static void
unclaim(struct work *w, struct claim *c)
{
	if (c->order == CLAIM_MISSING)
		w->link->event[c->event].version.given = -1;
	*c = w->link->claim[--w->link->nclaim];
	w->d->claims_changed = 1;
}

static void
superseded(struct work *w, const struct field *f)
{
	w->d->superseded[w->d->nsuperseded++] = f->name;
}

/* The source may not say whether the member is gone. */
static void
denied(struct work *w)
{
	w->d->denied[w->d->ndenied++] = "status";
}

int
decide_was_there(const struct link *l, int64_t begin)
{
	const struct claim_event *newest = decide_newest(l, 0);
	const struct claim_event *row = decide_newest(l, 1);

	return (newest != NULL && newest->seq > begin) ||
	    (row != NULL && row->begin >= begin);
}

/* Take over that it is missing, unless something came after the snapshot began
 * or a row has it; only a source that may say the status can say that. */
static void
take_missing(struct work *w, int said)
{
	if (decide_was_there(w->link, w->self.begin))
		superseded(w, &missing);
	else if (!said)
		denied(w);
	else if (claims_field(w->link, CLAIM_MISSING, NULL) == NULL)
		claim(w, &missing, CLAIM_MISSING);
}

/* Whether something newer was said of the record before. */
static int
is_late(const struct claim_event *self, const struct claim_event *newest,
    const struct claim_event *row)
{
	int tie;

	if (self->begin == 0)
		return (newest != NULL && decide_order(self, newest, NULL,
		    &tie) < 0) || (row != NULL && decide_row_beats(row, self));
	return (newest != NULL && !decide_row_beats(self, newest)) ||
	    (row != NULL && decide_order(self, row, NULL, &tie) < 0);
}

/* Whether a late event tells that the record was out of use all along: then the
 * snapshot should not have looked for it. */
static int
was_out(const struct work *w)
{
	const struct claim *c = claims_field(w->link, F_STATUS, NULL);

	return c != NULL && decide_same(&w->link->event[c->event], &w->self) &&
	    w->change->effective_at <= w->receipt->received_at &&
	    member_status_out_of_use(c->json, c->len);
}

/* Whatever this event says, it knows more about the record than an older
 * snapshot.  So does what is to hold from a day after that began. */
static void
found(struct work *w, const struct claim_event *newest)
{
	const struct claim_event *ev;
	struct claim *c;
	int tie;

	c = claims_field(w->link, CLAIM_MISSING, NULL);
	if (c == NULL)
		return;
	ev = &w->link->event[c->event];
	if (was_out(w) || (w->receipt->behind >= ev->begin && !w->d->old) ||
	    (w->self.begin != 0 ? w->self.begin >= ev->begin :
	    decide_order(&w->self, ev, newest, &tie) > 0))
		unclaim(w, c);
}

/* The record is there, so it is not gone any more, even if the same event said
 * that it was: that stood in front of this. */
static void
take_there(struct work *w, const struct claim_event *newest)
{
	struct claim *c;
	int tie;

	c = claims_field(w->link, CLAIM_DELETED, NULL);
	if (c != NULL && decide_order(&w->self, &w->link->event[c->event],
	    newest, &tie) >= 0)
		unclaim(w, c);
}

/* Keep the newest event even if it changes no field.  A row older than an event
 * is kept as well, but it is no news. */
static void
leave_trace(struct work *w, const struct claim_event *event)
{
	const struct claim_event *newest;
	size_t n = w->link->nevent;

	newest = decide_newest(w->link, w->self.begin != 0);
	if ((newest == NULL || decide_newer(&w->self, newest)) &&
	    decide_event(w) == n && (w->self.begin == 0 ||
	    event == NULL || decide_row_beats(&w->self, event)))
		w->d->claims_changed = 1;
}

void
decide_record(struct work *w, int said)
{
	struct claim_event newest, row, *ev;
	const struct claim_event *e = NULL, *r = NULL;
	int late = 0;

	/* Copies, because this event is going to be added to them. */
	if ((ev = decide_newest(w->link, 0)) != NULL)
		e = (newest = *ev, &newest);
	if ((ev = decide_newest(w->link, 1)) != NULL)
		r = (row = *ev, &row);
	if (!w->change->missing) {
		late = is_late(&w->self, e, r);
		w->d->old = late && w->d->nsuperseded + w->d->ndenied ==
		    w->change->nfield;
		leave_trace(w, e);
		found(w, e);
	}
	if (w->change->missing) {
		take_missing(w, said);
	} else if (!said) {
		if (w->change->deleted)
			denied(w);
	} else if (w->change->deleted && late) {
		superseded(w, &gone);
		/* An older removal that came behind the row which this one is
		 * late for is late as well. */
		take_there(w, e);
	} else if (w->change->deleted) {
		claim(w, &gone, CLAIM_DELETED);
	} else {
		take_there(w, e);
	}
}
