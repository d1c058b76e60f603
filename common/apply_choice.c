/* What a person decides about one event: retry it, dismiss it. */
#include "common/apply_work.h"

#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "common/inbox.h"

/* Say why nothing can be done about a row without an event row. */
static int
not_looked_at(struct apply *ap, int64_t seq, struct err *e)
{
	int64_t last;

	if ((last = inbox_last(ap->store, e)) < 0)
		return (int)last;
	return err_set(e, E_NOTFOUND, "inbox %lld: %s", (long long)seq,
	    seq > last ? "there is no such event" :
	    "it has not been looked at yet (loya-apply -b)");
}

/* Begin, look at the event's state, run fn, commit. */
static int
one_event(struct apply *ap, int64_t seq, int (*fn)(struct apply *,
    const struct event_row *, struct err *), struct err *e)
{
	struct event_row ev;
	int rc, did = 0;

	if ((rc = apply_ready(ap, e)) != 0 || (rc = apply_begin(ap, e)) != 0)
		return rc;
	rc = event_get(ap->store, seq, &ev, e);
	if (rc == 0 && ev.state == EV_NEW)
		rc = not_looked_at(ap, seq, e);
	else if (rc == 0 && ev.state == EV_APPLIED)
		rc = err_set(e, E_NO, "inbox %lld: it has been applied already",
		    (long long)seq);
	if (rc == 0)
		rc = fn(ap, &ev, e);
	if (rc == 0)
		rc = apply_again(ap, &did, e);
	if (rc == 0)
		rc = apply_commit(ap, e);
	if (rc != 0)
		apply_undo(ap);
	return rc;
}

static int
retry(struct apply *ap, const struct event_row *ev, struct err *e)
{
	return apply_one_seq(ap, ev->seq, TURN_AGAIN, e);
}

int
apply_retry(struct apply *ap, int64_t seq, struct err *e)
{
	return one_event(ap, seq, retry, e);
}

static int
dismissed_before(struct apply *ap, int64_t seq)
{
	char note[64];

	snprintf(note, sizeof note, "inbox %lld: it has been dismissed already",
	    (long long)seq);
	buf_add(&ap->notes, note, strlen(note) + 1);
	return 0;
}

/* Release what waited for an event that more than one member matches. */
static int
let_go(struct work *w)
{
	struct apply *ap = w->ap;
	struct refusal why;
	struct change *c;
	size_t n, i;
	int rc;

	if (w->row->body == NULL || map_row(config_source(ap->config,
	    w->row->source), w->row, &ap->arena, &c, &n, &why) != MAP_CHANGES)
		return 0;
	w->change = c;
	w->nchange = n;
	rc = apply_wait_over(w);
	for (i = 0; i < n && rc == 0; i++)
		if (c[i].external_id != NULL)
			rc = apply_release(w, c[i].external_id);
	return rc;
}

/* Record the dismissal, as part of the story of the member that it names. */
static int
record_dismissed(struct work *w, const struct event_row *ev)
{
	const struct source *s = config_source(w->ap->config, w->row->source);
	const char *id = NULL;
	struct member m;
	struct record r;
	struct jsonw j;
	int rc = 0;

	memset(&r, 0, sizeof r);
	r.type = "event.refused";
	if (s != NULL && w->row->body != NULL &&
	    (rc = apply_named(w, s, &id, &m)) < 0)
		return rc;
	if (rc == 1) {
		r.member = m.id;
		r.prev = m.audit;
	}
	record_begin(w, &j, id);
	jsonw_kstring(&j, "why", "dismissed");
	jsonw_kstring(&j, "was", event_state_name(ev->state));
	if ((rc = record_end(w, &j, &r, &m.audit)) != 0 || r.member == NULL)
		return rc;
	return member_touch(w->ap->store, &m, w->e);
}

static int
dismiss(struct apply *ap, const struct event_row *ev, struct err *e)
{
	struct arena a = { NULL };
	struct row row;
	struct work w;
	int rc;

	if (ev->state == EV_REFUSED && strcmp(ev->why, "dismissed") == 0)
		return dismissed_before(ap, ev->seq);
	memset(&w, 0, sizeof w);
	w.ap = ap;
	w.row = &row;
	w.now = clock_now();
	w.turn = TURN_AGAIN;
	w.e = e;
	if ((rc = inbox_get(ap->store, ev->seq, &a, &row, e)) != 0)
		return rc;
	rc = record_dismissed(&w, ev);
	if (rc == 0)
		rc = event_put(ap->store, ev->seq, EV_REFUSED, 0,
		    "dismissed", e);
	if (rc == 0 && strcmp(ev->why, "ambiguous") == 0)
		rc = let_go(&w);
	arena_reset(&ap->arena);
	arena_release(&a);
	return rc;
}

int
apply_dismiss(struct apply *ap, int64_t seq, struct err *e)
{
	return one_event(ap, seq, dismiss, e);
}
