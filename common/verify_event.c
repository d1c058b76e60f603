/*
 * What became of each event according to the audit rows about it, compared with
 * table event.  Nearly always there is one row, which says that the event was
 * applied: for these one bit is kept.  For others the last try counts, and in
 * it the gravest result, as in loya-apply.
 */
#include "common/verify_event.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/crypt.h"

int
verify_events_begin(struct verify *v)
{
	struct events *all;
	int rc;

	all = v->events = xcalloc(1, sizeof *all);
	slots_init(&all->said, sizeof(struct said));
	rc = verify_last(v, "event", "SELECT max(seq) FROM event",
	    "SELECT count(*) FROM event", &all->last);
	if (rc != 0)
		return rc;
	all->mark = xcalloc((size_t)all->last + 1, 1);
	return 0;
}

struct said *
verify_said(struct events *all, int64_t seq)
{
	return seq <= 0 || seq > all->last || !(all->mark[seq] & ODD) ? NULL :
	    slots_find(&all->said, (uint64_t)seq);
}

static struct said *
add(struct events *all, int64_t seq)
{
	struct said *s = slots_put(&all->said, (uint64_t)seq);

	all->mark[seq] |= SPOKEN | ODD;
	if (s->try != 0)
		return s;
	s->try = 1;
	s->state = EV_APPLIED;
	return s;
}

/* The string at a key of the present detail; or NULL. */
static const char *
text_of(struct verify *v, const char *key, size_t *len)
{
	return !v->readable ? NULL :
	    json_get_string(&v->sums.json, 0, key, &v->arena, len);
}

/* What an audit row says became of its event. */
static enum event_state
read_state(struct verify *v, const struct audit_row *r, const char **why)
{
	size_t n;

	*why = NULL;
	if (strcmp(r->kind, "event.scheduled") == 0)
		return EV_SCHEDULED;
	if (strcmp(r->kind, "event.superseded") == 0)
		*why = "superseded";
	else if (strcmp(r->kind, "event.duplicate") == 0)
		*why = "duplicate";
	else if (strcmp(r->kind, "member.unchanged") == 0 &&
	    r->member == NULL)
		*why = "echo";
	if (strcmp(r->kind, "event.held") != 0 &&
	    strcmp(r->kind, "event.refused") != 0)
		return EV_APPLIED;
	*why = text_of(v, "why", &n);
	return r->kind[6] == 'h' ? EV_HELD : EV_REFUSED;
}

static int
gravity(enum event_state s)
{
	return s == EV_HELD ? 3 : s == EV_REFUSED ? 2 : s == EV_SCHEDULED;
}

/* Combine what happens in one try, like record_state() of loya-apply. */
static void
add_state(struct said *s, enum event_state state, const char *why)
{
	s->ever |= 1u << state;
	if (gravity(state) < gravity(s->state))
		return;
	if (gravity(state) > gravity(s->state) || s->why[0] == '\0')
		snprintf(s->why, sizeof s->why, "%s", why != NULL ? why : "");
	s->state = state;
}

uint64_t
verify_whom(const struct verify *v, const char *source,
    const char *external_id)
{
	const struct crypt_part part[] = { { source, strlen(source) + 1 },
	    { external_id, strlen(external_id) } };

	return (uint64_t)crypt_shorthash(v->sums.key, part, 2);
}

/* Whether an event of this state waits by the id of a record: for a time, or
 * for the record to become known. */
static int
is_by_id(enum event_state state, const char *why)
{
	return state == EV_SCHEDULED || (state == EV_HELD && why != NULL &&
	    (strcmp(why, "unknown_member") == 0 ||
	    strcmp(why, "ambiguous") == 0));
}

static struct waits *
new_wait(struct events *all)
{
	if (all->nwait == all->cap_wait) {
		all->cap_wait = all->cap_wait * 2 + 64;
		all->wait = xrealloc(all->wait, all->cap_wait,
		    sizeof *all->wait);
	}
	return &all->wait[all->nwait++];
}

/* Note that the event waits so, or (replaced) may do so again. */
static void
add_wait(struct verify *v, const struct verify_row *row, const struct said *s,
    enum event_state state, const char *why, int replaced)
{
	const struct audit_row *r = &row->r;
	const char *whom, *time;
	struct waits *w;
	int64_t due = 0;
	size_t n;

	if (!replaced && !is_by_id(state, why))
		return;
	time = text_of(v, "effective_at", &n);
	if (time != NULL && clock_parse(time, n, &due) != 0)
		due = 0;
	if (replaced)
		due = ANY_TIME;
	whom = text_of(v, "external_id", &n);
	if (whom == NULL || r->source == NULL)
		return;
	w = new_wait(v->events);
	w->seq = s->seq;
	w->due = due;
	w->try = s->try;
	w->audit = r->seq;
	w->whom = verify_whom(v, r->source, whom);
	w->member = row->key;
	w->of_two = why != NULL && strcmp(why, "ambiguous") == 0;
}

static void
say(struct verify *v, const struct verify_row *row)
{
	const struct audit_row *r = &row->r;
	struct said *s = add(v->events, r->inbox);
	enum event_state state;
	const char *why;
	int64_t n;
	uint32_t i;
	int replaced;

	v->readable = r->detail != NULL &&
	    json_parse(&v->sums.json, r->detail, r->detail_len) == 0;
	i = v->readable ? json_get(&v->sums.json, 0, "try") : JSON_NONE;
	if (i != JSON_NONE && json_int(&v->sums.json, i, &n) == 0 &&
	    n > s->try) {
		s->try = n;
		s->state = EV_APPLIED;
		s->why[0] = '\0';
	}
	s->at = r->at;
	state = read_state(v, r, &why);
	if (r->detail == NULL) {
		s->silent = 1;
		s->hidden |= 1u << state;
	}
	add_state(s, state, why);
	replaced = v->readable && strcmp(r->kind, "event.superseded") == 0 &&
	    json_get(&v->sums.json, 0, "by") != JSON_NONE;
	s->ever_replaced |= replaced;
	if (state == EV_SCHEDULED) {
		s->timed = s->try;
		s->part_replaced = 0;
	} else if (s->timed != s->try && replaced) {
		s->part_replaced = 1;
	}
	add_wait(v, row, s, state, why, replaced);
}

void
verify_event_row(struct verify *v, const struct verify_row *row)
{
	const struct audit_row *r = &row->r;
	struct events *all = v->events;

	if (r->inbox > all->last)
		verify_row(v, "event", r->inbox, "is missing: row %lld of "
		    "audit says what became of it", (long long)r->seq);
	if (r->inbox <= 0 || r->inbox > all->last)
		return;
	if (!(all->mark[r->inbox] & ODD) && r->kind[0] != 'e' &&
	    (r->member != NULL || r->kind[0] != 'm'))
		all->mark[r->inbox] |= SPOKEN;
	else
		say(v, row);
}

void
verify_events_release(struct verify *v)
{
	if (v->events == NULL)
		return;
	free(v->events->mark);
	slots_release(&v->events->said);
	free(v->events->wait);
	free(v->events);
	v->events = NULL;
}
