/* Rule 6: changes whose time has not come. */
#include "common/apply_work.h"

#include <string.h>

#include "common/inbox.h"

static int
as_event(struct work *w, const struct change *c, int64_t seq,
    struct claim_event *ev)
{
	int64_t place;
	int rc;

	rc = snapshot_place_of(w->ap->store, w->row->source, c->snapshot, seq,
	    &place, w->e);
	decide_as_event(c, seq, place, ev);
	return rc;
}

/* Whether a, of inbox row a_seq, was said later than b was: 1, 0, <0. */
static int
later(struct work *w, const struct change *a, int64_t a_seq,
    const struct change *b, int64_t b_seq)
{
	struct claim_event x, y;
	int rc;

	if ((rc = as_event(w, a, a_seq, &x)) != 0 ||
	    (rc = as_event(w, b, b_seq, &y)) != 0)
		return rc;
	return decide_later(&x, &y);
}

/* The next other event of the same link, after seq *at, that takes the place of
 * others on a day to come; and its change that does.  1, 0 if there is none,
 * <0. */
static int
next_scheduled(struct work *w, const char *external_id, int64_t *at,
    struct other **o, const struct change **out)
{
	struct apply *ap = w->ap;
	struct event_row ev;
	int rc;

	while ((*at = pending_next(ap->store, w->row->source, external_id,
	    *at, w->e)) > 0) {
		if (*at == w->row->seq)
			continue;
		if ((rc = event_get(ap->store, *at, &ev, w->e)) != 0)
			return rc;
		if (ev.due_at == 0)
			continue;
		if ((rc = apply_other(w, *at, o)) != 0)
			return rc;
		*out = change_to_come((*o)->change, (*o)->n,
		    (*o)->row.received_at, external_id);
		if (*out != NULL)
			return 1;
	}
	return *at < 0 ? (int)*at : 0;
}

/* What a change will say when its time has come. */
static void
write_to_come(struct jsonw *j, const struct change *c)
{
	size_t i;

	jsonw_ktime(j, "effective_at", c->effective_at);
	jsonw_key(j, "to_come");
	jsonw_object(j);
	for (i = 0; i < c->nfield; i++)
		jsonw_kraw(j, c->field[i].name, c->field[i].json,
		    c->field[i].len);
	if (c->deleted)
		jsonw_kraw(j, "deleted", "true", 4);
	jsonw_close(j, '}');
}

/*
 * Record something about a waiting change: type; whom it is about (if this id
 * is already known, the row becomes part of the member's chain); and what is to
 * come, or by which inbox row it was replaced.
 */
static int
record(struct work *w, const char *type, const char *external_id,
    const struct change *to_come, int64_t by)
{
	struct change whom;
	struct member m;
	struct record r;
	struct jsonw j;
	int64_t num;
	size_t slot;
	int rc;

	memset(&r, 0, sizeof r);
	memset(&whom, 0, sizeof whom);
	whom.external_id = external_id;
	r.type = type;
	rc = apply_whom(w, &whom, &num, &slot);
	if (rc == 0)
		rc = member_get(w->ap->store, num, &w->ap->arena, &m, w->e);
	if (rc != 0 && rc != E_NOTFOUND)
		return rc;
	if (rc == 0) {
		r.member = m.id;
		r.prev = m.audit;
	}
	record_begin(w, &j, external_id);
	if (to_come != NULL)
		write_to_come(&j, to_come);
	else
		jsonw_kint(&j, "by", by);
	if ((rc = record_end(w, &j, &r, &m.audit)) != 0 || r.member == NULL)
		return rc;
	return member_touch(w->ap->store, &m, w->e);
}

/* The event of row, with n changes, was replaced by the newer one of row by
 * before its time came.  If it has more changes, it must be asked afresh what
 * it waits for. */
static int
replaced(struct work *w, const struct row *row, size_t n,
    const char *external_id, int64_t by)
{
	struct work other = *w;
	int rc;

	if (row != w->row && n > 1)
		return apply_wait_again(w, row, external_id);
	other.row = row;
	if (row != w->row)
		other.turn = TURN_AGAIN;
	if ((rc = record(&other, "event.superseded", external_id, NULL,
	    by)) != 0)
		return rc;
	if (row == w->row) {
		record_state(w, EV_APPLIED, "superseded");
		return 0;
	}
	if ((rc = event_put(w->ap->store, row->seq, EV_APPLIED, 0,
	    "superseded", w->e)) != 0)
		return rc;
	return pending_drop(w->ap->store, row->source, external_id, row->seq,
	    w->e);
}

int
apply_overtaken(struct work *w, const struct change *c)
{
	int rc;

	rc = record(w, "event.superseded", change_id(c), NULL,
	    w->row->seq);
	record_state(w, EV_APPLIED, "superseded");
	return rc;
}

static int
schedule(struct work *w, const struct change *c)
{
	int rc;

	/* An event with several changes: this one was recorded the
	 * first time. */
	if (w->turn != TURN_DUE && (rc = record(w, "event.scheduled",
	    c->external_id, c, 0)) != 0)
		return rc;
	record_state(w, EV_SCHEDULED, NULL);
	if (w->due_at == 0 || c->effective_at < w->due_at)
		w->due_at = c->effective_at;
	return apply_wait(w, c->external_id);
}

int
apply_schedule(struct work *w, struct change *c)
{
	const struct change *change;
	struct other *o;
	int64_t at = 0;
	int rc, first, newer;

	if (c->external_id == NULL)
		c->external_id = c->member;
	first = c == change_to_come(w->change, w->nchange, w->row->received_at,
	    c->external_id);
	while ((rc = next_scheduled(w, c->external_id, &at, &o,
	    &change)) == 1) {
		newer = later(w, change, at, c, w->row->seq);
		if (newer < 0)
			return newer;
		if (newer) {
			if (change_covers(change, c))
				return replaced(w, w->row, 1, c->external_id,
				    at);
		} else if (first && change_covers(c, change) &&
		    (rc = replaced(w, &o->row, o->n, c->external_id,
		    w->row->seq)) != 0) {
			return rc;
		}
	}
	return rc < 0 ? rc : schedule(w, c);
}

/* Take out of c the fields that other, a newer change that still waits, will
 * say.  Whom an event is about must not depend on what else waits. */
static void
subtract(const struct source *s, struct change *c,
    const struct change *other, const char **gone, size_t *n)
{
	size_t i, keep = 0;

	for (i = 0; i < c->nfield; i++)
		if (!change_names(other, c->field[i].name) ||
		    source_matches(s, c->field[i].name))
			c->field[keep++] = c->field[i];
		else
			gone[(*n)++] = c->field[i].name;
	c->nfield = keep;
}

int
apply_unschedule(struct work *w, struct change *c, const char ***superseded,
    size_t *n)
{
	const struct change *other;
	struct other *o;
	const char *whom = change_id(c);
	int64_t at = 0;
	int rc, newer;

	/* Not by a change that came when the time of c was over already: until
	 * its own time what c says holds. */
	*n = 0;
	*superseded = arena_alloc(&w->ap->arena,
	    (c->nfield + 1) * sizeof **superseded);
	while ((rc = next_scheduled(w, whom, &at, &o, &other)) == 1) {
		if (c->effective_at <= o->row.received_at)
			continue;
		if ((newer = later(w, other, at, c, w->row->seq)) < 0)
			return newer;
		if (newer && change_covers(other, c)) {
			rc = replaced(w, w->row, 1, whom, at);
			return rc != 0 ? rc : 1;
		}
		if (newer)
			subtract(config_source(w->ap->config, w->row->source),
			    c, other, *superseded, n);
	}
	return rc;
}
