/* What a person decides about events: retry them, dismiss them. */
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
	char detail[128];
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
	snprintf(detail, sizeof detail, "a person dismissed it; it was %s%s%s",
	    event_state_name(ev->state), ev->why[0] != '\0' ? ": " : "",
	    ev->why);
	jsonw_kstring(&j, "detail", detail);
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

/* Look up an event that a person has chosen, if its state allows that. */
static int
choosable(struct apply *ap, int64_t seq, struct event_row *ev, struct err *e)
{
	int rc;

	if ((rc = event_get(ap->store, seq, ev, e)) != 0)
		return rc;
	if (ev->state == EV_NEW)
		return not_looked_at(ap, seq, e);
	return ev->state != EV_APPLIED ? 0 : err_set(e, E_NO, "inbox %lld: "
	    "it has been applied already", (long long)seq);
}

static int
choice(struct apply *ap, const struct apply_choice *c,
    const struct event_row *ev, struct err *e)
{
	int rc, did = 0;

	rc = c->dismiss ? dismiss(ap, ev, e) :
	    apply_one_seq(ap, c->seq, TURN_AGAIN, e);
	return rc != 0 ? rc : apply_again(ap, &did, e);
}

/* Do the first of the choices in one transaction, up to one whose state does
 * not allow it.  After an error nothing has happened, and *did is how many were
 * in order. */
static int
batch(struct apply *ap, const struct apply_choice *c, size_t n, size_t *did,
    struct err *e)
{
	int64_t start = clock_mono();
	struct event_row ev;
	int rc;

	for (*did = 0; *did < n && *did < APPLY_BATCH; ++*did) {
		if (*did > 0 && clock_mono() - start > APPLY_LONG)
			break;
		if ((rc = choosable(ap, c[*did].seq, &ev, e)) != 0 && *did > 0)
			break;
		if (rc != 0 || (rc = choice(ap, &c[*did], &ev, e)) != 0)
			return rc;
	}
	return 0;
}

static int
try_batch(struct apply *ap, const struct apply_choice *c, size_t n,
    size_t *did, struct err *e)
{
	int rc;

	*did = 0;
	if ((rc = apply_begin(ap, e)) != 0)
		return rc;
	if ((rc = batch(ap, c, n, did, e)) == 0 &&
	    (rc = apply_commit(ap, e)) != 0)
		*did = 0;
	if (rc != 0)
		apply_undo(ap);
	return rc;
}

int
apply_choices(struct apply *ap, const struct apply_choice *c, size_t n,
    size_t *did, struct err *e)
{
	int rc;

	*did = 0;
	if ((rc = apply_ready(ap, e)) != 0)
		return rc;
	/* A dry run cannot go back. */
	if (ap->dry)
		n = 1;
	/* One that fails must not take those before it along. */
	while ((rc = try_batch(ap, c, n, did, e)) != 0 && *did > 0)
		n = *did;
	return rc;
}
