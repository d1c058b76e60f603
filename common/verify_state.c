/* Table event against what the record says of the events. */
#include "common/verify_event.h"

#include <string.h>

#include "common/clock.h"

/* Instead of a due_at of 0, which is a time that nobody waits for. */
enum { NEVER_DUE = -2 };

/* A row of event that says something other than "applied". */
struct state {
	int64_t seq, tries;
	int64_t due;		/* 0: none */
	enum event_state state;
	char why[32];
};

/* Whether a row says this; why "": none. */
static int
is(const struct state *t, enum event_state state, const char *why)
{
	return t->state == state && strcmp(t->why, why) == 0;
}

/* Note an event of which part came due, and nothing prevents the rest. */
static void
add_to_come(const struct events *all, struct said *s, const struct state *t)
{
	if (s->state != EV_APPLIED || s->timed == s->try ||
	    verify_next_due(all, s) == 0 ||
	    (s->part_replaced && t->state == EV_APPLIED))
		return;
	s->state = EV_SCHEDULED;
	s->why[0] = '\0';
}

/* Whether a replaced change waits for its time again: when part of its event
 * comes due after the replacing change was applied; it is then too old when its
 * time comes. */
static int
came_back(const struct events *all, const struct said *s,
    const struct state *t)
{
	int64_t next = verify_next_due(all, s);

	return s->ever_replaced && t->due > s->at &&
	    (next == 0 || t->due < next);
}

static int
is_right_due(const struct events *all, const struct said *s,
    const struct state *t)
{
	int64_t due = t->due;

	if (s->state == EV_APPLIED)
		return due == 0;
	if (due == verify_next_due(all, s) || came_back(all, s, t))
		return 1;
	if (due == 0)
		return s->part_replaced ? s->state != EV_SCHEDULED :
		    !verify_is_whole(s);
	return s->part_replaced && verify_is_due_at(all, s, due);
}

/* Whether the record may say nothing about an event: only if it waits
 * to be read back, was read back, or was about a person who was erased
 * before that. */
static int
may_be_unsaid(const struct verify *v, const struct state *t)
{
	return t->due == 0 && (is(t, EV_UNREAD, "") ||
	    is(t, EV_APPLIED, "read") ||
	    (v->gone && is(t, EV_REFUSED, "erased")));
}

/* Whether an event in this state may wait for a time. */
static int
may_wait(enum event_state state)
{
	return state == EV_SCHEDULED || state == EV_HELD ||
	    state == EV_REFUSED;
}

/* Whether an event may be in this state although the record says another one:
 * 1, 0, <0. */
static int
may_be_otherwise(struct verify *v, const struct said *s, const struct state *t)
{
	/* Erasing settles waiting events. */
	if (v->gone && is(t, EV_REFUSED, "erased"))
		return 1;
	if (t->due != 0 && !may_wait(t->state))
		return 0;
	/* An emptied row said so; the number of its try is lost. */
	if (t->state != EV_APPLIED && (s->hidden & 1u << t->state))
		return 1;
	if (s->state == EV_APPLIED && is(t, EV_SCHEDULED, "") &&
	    came_back(v->events, s, t))
		return 1;
	if (t->due != 0 && !verify_was_due_at(v->events, t->seq, t->due))
		return 0;
	/* Earlier releases called a refused event scheduled while part of it
	 * waited. */
	if (s->state == EV_REFUSED && is(t, EV_SCHEDULED, "") &&
	    s->timed != 0)
		return 1;
	/* Nor did they number the tries, and an emptied row has lost its
	 * number: if numbers are missing, any of the tries may be the last. */
	if (s->try >= t->tries)
		return 0;
	if (s->ever & 1u << t->state)
		return 1;
	return is(t, EV_APPLIED, "superseded") ? verify_is_over(v, t->seq) : 0;
}

/* The record says only that the event was applied (spoken), or nothing: report
 * a state that does not fit. */
static void
check_unsaid(struct verify *v, const struct state *t, int spoken)
{
	if (spoken)
		verify_row(v, "event", t->seq, "state, why or due_at is wrong: "
		    "the audit log says that it was applied");
	else if (!may_be_unsaid(v, t))
		verify_row(v, "event", t->seq, "is %s, but no row of audit "
		    "says so", event_state_name(t->state));
}

static int
check_state(struct verify *v, struct said *s, const struct state *t)
{
	unsigned char *mark = t->seq > 0 && t->seq <= v->events->last ?
	    &v->events->mark[t->seq] : NULL;
	int rc;

	if (mark != NULL)
		*mark |= SEEN;
	if (s == NULL) {
		check_unsaid(v, t, mark != NULL && (*mark & SPOKEN));
		return 0;
	}
	add_to_come(v->events, s, t);
	rc = may_be_otherwise(v, s, t);
	s->otherwise = rc == 1;
	if (rc != 0)
		return rc < 0 ? rc : 0;
	if (s->state != t->state || (!s->silent && strcmp(s->why, t->why) != 0))
		verify_row(v, "event", t->seq, "is %s (%s), but the audit log "
		    "says %s (%s)", event_state_name(t->state), t->why,
		    event_state_name(s->state), s->why);
	else if (!s->silent && !is_right_due(v->events, s, t))
		verify_row(v, "event", t->seq, "due_at is not what the audit "
		    "log says");
	return 0;
}

/* The body of a waiting event is still needed; that of one read back was
 * replaced by another row. */
static int
check_inbox(struct verify *v, const struct state *t)
{
	static const char gone[] =
	    "SELECT 1 FROM inbox WHERE seq = :seq AND body IS NULL";
	static const char unread[] = "SELECT 1 FROM inbox "
	    "WHERE seq = :seq AND NOT EXISTS "
	    "(SELECT 1 FROM read_back WHERE read_back.seq = inbox.seq)";
	struct db *db = store_db(v->store, STORE_INBOX);
	int read = is(t, EV_APPLIED, "read");
	struct stmt *st;
	int rc;

	if (!read && t->state != EV_UNREAD && t->state != EV_HELD &&
	    t->state != EV_SCHEDULED && t->due == 0)
		return 0;
	st = db_stmt(db, read ? unread : gone);
	stmt_int(st, 1, t->seq);
	if ((rc = stmt_step(st, v->e)) <= 0)
		return rc;
	if (read)
		verify_row(v, "event", t->seq, "counts as read back, but "
		    "read_back does not have it");
	else
		verify_row(v, "inbox", t->seq, "its body is gone, but the "
		    "event still waits");
	stmt_reset(st);
	return 0;
}

/* The record cannot hold a time in a year of five digits; the last hours of
 * 9999 in a western zone are such a time in UTC. */
static int64_t
as_written(int64_t t)
{
	char text[CLOCK_TEXT];

	return clock_parse(clock_format(t, text), CLOCK_TEXT - 1, &t) == 0 ?
	    t : 0;
}

static void
take(struct verify *v, struct stmt *st, struct state *t)
{
	const char *s = verify_text(v, st, 1);
	int i;

	memset(t, 0, sizeof *t);
	t->seq = stmt_get_int(st, 0);
	for (i = EV_UNREAD; i <= EV_REFUSED; i++)
		if (s != NULL && strcmp(s, event_state_name(
		    (enum event_state)i)) == 0)
			t->state = (enum event_state)i;
	t->due = as_written(stmt_get_int(st, 2));
	if (t->due == 0 && !stmt_is_null(st, 2))
		t->due = NEVER_DUE;
	if ((s = verify_text(v, st, 3)) != NULL)
		memcpy(t->why, s, strnlen(s, sizeof t->why - 1));
	t->tries = stmt_get_int(st, 4);
}

static int
walk_events(struct verify *v)
{
	static const char sql[] = "SELECT seq, state, due_at, why, tries "
	    "FROM event WHERE state <> 'applied' OR why IS NOT NULL "
	    "OR due_at IS NOT NULL";
	struct state t;
	struct stmt *st;
	int rc, bad;

	st = db_stmt(store_db(v->store, STORE_MAIN), sql);
	while ((rc = stmt_step(st, v->e)) == 1) {
		take(v, st, &t);
		bad = check_state(v, verify_said(v->events, t.seq), &t);
		if (bad != 0 || (bad = check_inbox(v, &t)) != 0) {
			stmt_reset(st);
			return bad;
		}
	}
	return rc;
}

/* The other rows of event only say "applied": so must the record. */
static int
check_plain(struct verify *v)
{
	static const char sql[] = "SELECT tries FROM event WHERE seq = :seq";
	struct events *all = v->events;
	struct state t = { .state = EV_APPLIED };
	struct said *s;
	struct stmt *st;
	int64_t seq;
	int rc;

	for (seq = 1; seq <= all->last; seq++) {
		if ((all->mark[seq] & SEEN) || all->mark[seq] == SPOKEN)
			continue;
		s = verify_said(all, seq);
		st = db_stmt(store_db(v->store, STORE_MAIN), sql);
		stmt_int(st, 1, t.seq = seq);
		if ((rc = stmt_step(st, v->e)) < 0)
			return rc;
		t.tries = stmt_get_int(st, 0);
		stmt_reset(st);
		/* A missing one is reported as a gap. */
		if (rc == 0)
			continue;
		rc = s == NULL || s->try >= t.tries ? 0 :
		    verify_is_complete(v, s);
		if (rc == 1)
			s->otherwise = 1;
		else if (rc == 0)
			rc = check_state(v, s, &t);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* A row that nobody has looked at yet must have its body. */
static int
check_new(struct verify *v)
{
	static const char sql[] = "SELECT seq FROM inbox WHERE seq > :last "
	    "AND body IS NULL ORDER BY seq";
	struct stmt *st;
	int rc;

	st = db_stmt(store_db(v->store, STORE_INBOX), sql);
	stmt_int(st, 1, v->events->last);
	while ((rc = stmt_step(st, v->e)) == 1)
		verify_row(v, "inbox", stmt_get_int(st, 0), "its body is gone, "
		    "but it has not been looked at");
	return rc;
}

int
verify_events_end(struct verify *v)
{
	int rc;

	verify_waits_sort(v->events->wait, v->events->nwait);
	if ((rc = walk_events(v)) != 0 || (rc = check_plain(v)) != 0 ||
	    (rc = verify_pending(v)) != 0)
		return rc;
	return check_new(v);
}
