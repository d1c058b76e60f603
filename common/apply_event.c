/* One event: mapped, its changes applied in order, its end noted. */
#include "common/apply_work.h"

#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "common/cursor.h"

static int
dispatch(struct work *w, struct change *c)
{
	int rc;

	if ((rc = apply_erased(w, c)) != 0)
		return rc < 0 ? rc : 0;
	if (c->effective_at > w->now && c->kind == CHANGE_MEMBER)
		return apply_schedule(w, c);
	switch (c->kind) {
	case CHANGE_MEMBER:
		return apply_member(w, c);
	case CHANGE_POINTS:
		return apply_points(w, c);
	case CHANGE_HOLD:
		return apply_hold(w, c);
	case CHANGE_SNAPSHOT:
		return apply_snapshot(w, c);
	}
	return err_set(w->e, E_BUG, "change of kind %d", (int)c->kind);
}

static int
apply_change(struct work *w, struct change *c)
{
	int rc;

	if (c->kind != CHANGE_MEMBER || c->snapshot == NULL)
		return dispatch(w, c);
	if ((rc = apply_snapshot_enter(w, c->snapshot)) != 0 ||
	    (rc = dispatch(w, c)) != 0)
		return rc;
	return apply_snapshot_name(w, c);
}

/* loya's own write, repeated by the source: nothing new. */
static int
apply_echo(struct work *w)
{
	struct record r;
	struct jsonw j;
	int64_t seq;

	memset(&r, 0, sizeof r);
	r.type = "member.unchanged";
	record_begin(w, &j, NULL);
	jsonw_kstring(&j, "why", "echo");
	record_state(w, EV_APPLIED, "echo");
	return record_end(w, &j, &r, &seq);
}

/* A batch without an element.  It is recorded, so that an event that nobody
 * looked at can never pass for one that said nothing. */
static int
apply_empty(struct work *w)
{
	struct record r;
	struct jsonw j;
	int64_t seq;

	memset(&r, 0, sizeof r);
	r.type = "event.empty";
	r.quiet = 1;
	record_begin(w, &j, NULL);
	return record_end(w, &j, &r, &seq);
}

/* A thin event waits for its record, unless that came first: it has a row of
 * its own in the inbox. */
static int
apply_thin(struct work *w)
{
	int rc = cursor_was_read_back(w->ap->store, w->row->seq, w->e);

	if (rc < 0)
		return rc;
	record_state(w, rc ? EV_APPLIED : EV_UNREAD, rc ? "read" : NULL);
	return 0;
}

/* Find the source's configuration, NULL for local: 0, or 1 if the event was
 * refused. */
static int
source_of(struct work *w, const struct source **s)
{
	char detail[200];

	*s = config_source(w->ap->config, w->row->source);
	if (*s != NULL || strcmp(w->row->source, "local") == 0)
		return 0;
	/* Its file may exist by now. */
	if (strcmp(w->row->source, "loya") == 0)
		snprintf(detail, sizeof detail, "this name is kept for "
		    "events of loya itself; no source may have it");
	else
		snprintf(detail, sizeof detail, "there was no "
		    "sources/%.100s.json when loya-apply read its files",
		    w->row->source);
	if (record_refusal(w, EV_REFUSED, "unknown_source", detail, NULL,
	    NULL) != 0)
		return w->e->code;
	return 1;
}

/* The mapping of a row, unless it was done ahead. */
static const struct mapped *
map(struct work *w, const struct source *s, const struct mapped *done,
    struct mapped *m)
{
	if (done != NULL)
		return done;
	m->result = map_row(s, w->row, &w->ap->arena, &m->change, &m->n,
	    &m->why);
	return m;
}

/* The id of the only record that the event names, in *id: 1, 0, <0. */
static int
only_id(struct work *w, const struct source *s, const char **id)
{
	const char **all;
	size_t n, i;

	if (map_ids(s, w->row, &w->ap->arena, &all, &n) != 0 || n == 0)
		return 0;
	for (i = 1; i < n; i++)
		if (strcmp(all[i], all[0]) != 0)
			return 0;
	*id = all[0];
	return 1;
}

/* The audit row gets the id even of a record that nobody knows: otherwise what
 * it quotes of the event could not be found when the person is to be erased.
 * But it must not name again somebody who was erased. */
int
apply_named(struct work *w, const struct source *s, const char **id,
    struct member *m)
{
	struct store *store = w->ap->store;
	const char *one;
	size_t slot;
	int64_t num;
	int rc;

	*id = NULL;
	if ((rc = only_id(w, s, &one)) <= 0)
		return rc;
	rc = binding_get(store, w->row->source, one, &num, &slot, w->e);
	if (rc == E_NOTFOUND)
		rc = member_find(store, one, &num, w->e);
	if (rc == E_NOTFOUND) {
		if ((rc = apply_was_erased(w, one)) == 0)
			*id = one;
		return rc < 0 ? rc : 0;
	}
	if (rc != 0)
		return rc;
	if ((rc = member_erased(store, num, w->e)) != 0)
		return rc < 0 ? rc : 0;
	if ((rc = member_get(store, num, &w->ap->arena, m, w->e)) != 0)
		return rc;
	*id = one;
	return 1;
}

static int
apply_refused(struct work *w, const struct source *s, const struct refusal *why)
{
	const char *id = NULL;
	struct member m;
	int rc;

	if ((rc = apply_named(w, s, &id, &m)) < 0)
		return rc;
	return record_refusal(w, EV_REFUSED, why->why, why->detail, id,
	    rc ? &m : NULL);
}

/* Apply each change that still says something: those that come last, or the
 * others. */
static int
apply_each(struct work *w, struct change *c, size_t n, int last, size_t *said)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < n && rc == 0; i++) {
		if (apply_comes_last(w, i) != last ||
		    !apply_still_says(w, c, i))
			continue;
		++*said;
		rc = apply_change(w, &c[i]);
	}
	return rc;
}

static int
apply_changes(struct work *w, const struct mapped *done)
{
	const struct source *s;
	const struct mapped *m;
	struct mapped own;
	size_t said = 0;
	int rc;

	if ((rc = source_of(w, &s)) != 0)
		return rc < 0 ? rc : 0;
	if (w->row->body == NULL)
		return record_refusal(w, EV_REFUSED, "pruned",
		    "the body of this event was pruned", NULL, NULL);
	m = map(w, s, done, &own);
	switch (m->result) {
	case MAP_THIN:
		return apply_thin(w);
	case MAP_ECHO:
		return apply_echo(w);
	case MAP_REFUSED:
		return apply_refused(w, s, &m->why);
	case MAP_CHANGES:
		break;
	}
	if (m->n == 0)
		return apply_empty(w);
	w->foreseen = done != NULL ? done->foreseen : NULL;
	w->change = m->change;
	w->nchange = m->n;
	if (w->turn != TURN_FIRST && (rc = apply_wait_over(w)) != 0)
		return rc;
	w->twin = apply_twins(w, m->change, m->n);
	if ((rc = apply_each(w, m->change, m->n, 0, &said)) != 0 ||
	    (rc = apply_each(w, m->change, m->n, 1, &said)) != 0)
		return rc;
	if (said == 0 && (rc = apply_overtaken(w, m->change)) != 0)
		return rc;
	return apply_snapshot_count(w);
}

/* The changes of an event that is only scheduled which were due before this
 * time have been applied.  If it is also held or refused, it is retried as a
 * whole, because what holds it may be over by now. */
static int
due_from(const struct work *w, int64_t *due)
{
	struct event_row was;
	int rc;

	*due = 0;
	if (w->turn != TURN_DUE)
		return 0;
	if ((rc = event_get(w->ap->store, w->row->seq, &was, w->e)) == 0 &&
	    was.state == EV_SCHEDULED)
		*due = was.due_at;
	return rc;
}

int
apply_row(struct apply *ap, const struct row *row,
    const struct mapped *mapped, enum apply_turn turn, struct err *e)
{
	struct work w;
	int rc;

	memset(&w, 0, sizeof w);
	w.ap = ap;
	w.row = row;
	w.now = clock_now();
	w.turn = turn;
	w.state = EV_APPLIED;
	w.e = e;
	rc = due_from(&w, &w.due);
	if (rc == 0)
		rc = apply_changes(&w, mapped);
	if (rc == 0 && turn == TURN_FIRST && w.state == EV_APPLIED &&
	    w.why == NULL && !ap->careful)
		late_applied(ap, row->seq);
	else if (rc == 0)
		rc = event_put(ap->store, row->seq, w.state, w.due_at, w.why,
		    e);
	apply_others_forget(ap);
	arena_reset(&ap->arena);
	return rc;
}
