/*
 * Snapshots as they come in: begin, rows and end, in whatever order.  When all
 * three are there and the count is right, what is missing from it means
 * something (apply_absent.c).
 */
#include "common/apply_work.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/inbox.h"

int
apply_snapshot_refuse(struct work *w, const struct snapshot *s,
    enum event_state state, const char *why, const char *detail)
{
	struct work other = *w;
	struct row row;
	char note[600];
	int rc, own = w->row->seq == s->end;

	snprintf(note, sizeof note, "inbox %lld: snapshot '%.200s' of %s: %s",
	    (long long)s->end, s->id, s->source, detail);
	buf_add(&w->ap->notes, note, strlen(note) + 1);
	if (own)
		return record_refusal(w, state, why, detail, NULL, NULL);
	other.row = &row;
	other.turn = TURN_AGAIN;
	if ((rc = inbox_get(w->ap->store, s->end, &w->ap->arena, &row,
	    w->e)) != 0 || (rc = record_refusal(&other, state, why, detail,
	    NULL, NULL)) != 0)
		return rc;
	/* Its row may still be among those collected in this batch. */
	if ((rc = late_write(w->ap, w->e)) != 0)
		return rc;
	return event_put(w->ap->store, s->end, state, 0, why, w->e);
}

__attribute__((format(printf, 5, 6)))
static int
refuse(struct work *w, const struct snapshot *s, enum event_state state,
    const char *why, const char *fmt, ...)
{
	char detail[300];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(detail, sizeof detail, fmt, ap);
	va_end(ap);
	return apply_snapshot_refuse(w, s, state, why, detail);
}

/* Begin, end and all rows are there: look for missing members. */
static int
complete(struct work *w, struct snapshot *s)
{
	s->state = SNAPSHOT_COUNTING;
	s->complete_at = w->now;
	s->position = "";
	s->present = s->missing = 0;
	if (w->row->seq == s->end)
		return 0;
	return event_put(w->ap->store, s->end, EV_APPLIED, 0, NULL, w->e);
}

/* Judge an end by the rows that were applied so far. */
static int
judge(struct work *w, struct snapshot *s)
{
	if (s->count == 0) {
		s->state = SNAPSHOT_REFUSED;
		return refuse(w, s, EV_REFUSED, "empty", "it has no rows; an "
		    "empty snapshot is never believed");
	}
	if (s->rows > s->count) {
		s->state = SNAPSHOT_REFUSED;
		return refuse(w, s, EV_REFUSED, "miscounted", "it has %lld "
		    "rows, but its end says %lld", (long long)s->rows,
		    (long long)s->count);
	}
	if (s->begin == 0)
		return refuse(w, s, EV_HELD, "incomplete",
		    "its begin has not arrived");
	if (s->rows < s->count)
		return refuse(w, s, EV_HELD, "incomplete", "%lld of %lld rows "
		    "were applied", (long long)s->rows, (long long)s->count);
	return complete(w, s);
}

/* An end that will not complete its snapshot any more stops waiting. */
static int
release(struct work *w, int64_t end)
{
	struct event_row ev;
	int rc;

	if (end == 0)
		return 0;
	if ((rc = event_get(w->ap->store, end, &ev, w->e)) != 0 ||
	    ev.state != EV_HELD)
		return rc;
	return event_put(w->ap->store, end, EV_APPLIED, 0, "superseded",
	    w->e);
}

/* Older snapshots that are not done will never be. */
static int
supersede(struct work *w, const struct snapshot *s, struct jsonw *j)
{
	struct snapshot old;
	int rc, n = 0;

	while ((rc = snapshot_older(w->ap->store, s->source, s->begin,
	    &w->ap->arena, &old, w->e)) == 1) {
		if (n++ == 0) {
			jsonw_key(j, "supersedes");
			jsonw_array(j);
		}
		jsonw_string(j, old.id);
		old.state = SNAPSHOT_SUPERSEDED;
		if ((rc = snapshot_put(w->ap->store, &old, w->e)) != 0 ||
		    (rc = release(w, old.end)) != 0)
			return rc;
	}
	if (n > 0)
		jsonw_close(j, ']');
	return rc;
}

static int
begin(struct work *w, struct snapshot *s)
{
	struct record r;
	struct jsonw j;
	int64_t seq;
	int rc;

	if (s->begin == 0)
		s->begin = w->row->seq;
	if (s->begin != w->row->seq)
		return record_refusal(w, EV_REFUSED, "bad_field", "a snapshot "
		    "with this id has begun before; each needs an id of its "
		    "own",
		    NULL, NULL);
	memset(&r, 0, sizeof r);
	r.type = "snapshot.begun";
	r.quiet = 1;
	record_begin(w, &j, NULL);
	jsonw_kstring(&j, "snapshot", s->id);
	if ((rc = supersede(w, s, &j)) != 0 ||
	    (rc = record_end(w, &j, &r, &seq)) != 0)
		return rc;
	return s->end != 0 && s->state == SNAPSHOT_OPEN &&
	    s->rows == s->count ? complete(w, s) : 0;
}

static int
end(struct work *w, struct snapshot *s, int64_t count)
{
	struct record r;
	struct jsonw j;
	int64_t seq;
	int rc;

	memset(&r, 0, sizeof r);
	r.quiet = 1;
	record_begin(w, &j, NULL);
	if (s->state == SNAPSHOT_SUPERSEDED || (s->end != 0 &&
	    s->end != w->row->seq && s->state != SNAPSHOT_OPEN)) {
		record_state(w, EV_APPLIED, "superseded");
		r.type = "event.superseded";
		jsonw_kstring(&j, "snapshot", s->id);
		return record_end(w, &j, &r, &seq);
	}
	if (s->end != w->row->seq && (rc = release(w, s->end)) != 0)
		return rc;
	s->end = w->row->seq;
	s->count = count;
	r.type = "snapshot.ended";
	jsonw_kstring(&j, "snapshot", s->id);
	jsonw_kint(&j, "count", count);
	if ((rc = record_end(w, &j, &r, &seq)) != 0)
		return rc;
	if (s->state == SNAPSHOT_REFUSED && w->turn == TURN_AGAIN) {
		/* A person has looked at it: it may really have shrunk. */
		s->forced = s->complete_at != 0;
		s->state = SNAPSHOT_OPEN;
	}
	return s->state == SNAPSHOT_OPEN ? judge(w, s) : 0;
}

int
apply_snapshot(struct work *w, const struct change *c)
{
	struct snapshot s;
	int rc;

	if ((rc = snapshot_get(w->ap->store, w->row->source, c->snapshot,
	    &w->ap->arena, &s, w->e)) != 0)
		return rc;
	rc = c->begin ? begin(w, &s) : end(w, &s, c->count);
	return rc != 0 ? rc : snapshot_put(w->ap->store, &s, w->e);
}

int
apply_snapshot_enter(struct work *w, const char *id)
{
	if (w->snapshot.num != 0)
		return 0;
	return snapshot_get(w->ap->store, w->row->source, id, &w->ap->arena,
	    &w->snapshot, w->e);
}

int
apply_snapshot_name(struct work *w, const struct change *c)
{
	int named = w->named;

	w->named = 0;
	if (named)
		return 0;
	return binding_named(w->ap->store, w->row->source,
	    change_id(c), w->snapshot.num, w->e);
}

/* Rows about an erased person count: nothing else will come of them. */
static int
is_counted(enum event_state s, const char *why)
{
	return s == EV_APPLIED || s == EV_SCHEDULED || (s == EV_HELD &&
	    why != NULL && strcmp(why, "erased") == 0);
}

int
apply_snapshot_count(struct work *w)
{
	struct snapshot *s = &w->snapshot;
	struct event_row was;
	int rc = 0;

	if (s->num == 0 || !is_counted(w->state, w->why))
		return 0;
	/* If it was tried before, it may have been counted then. */
	if (w->turn != TURN_FIRST && ((rc = event_get(w->ap->store,
	    w->row->seq, &was, w->e)) != 0 || is_counted(was.state, was.why)))
		return rc;
	s->rows++;
	if (s->end != 0 && s->begin != 0 && s->state == SNAPSHOT_OPEN &&
	    s->rows == s->count)
		rc = complete(w, s);
	else if (s->end != 0 && s->rows > s->count &&
	    (s->state == SNAPSHOT_COUNTING || s->state == SNAPSHOT_ACTING))
		rc = judge(w, s);
	return rc != 0 ? rc : snapshot_put(w->ap->store, s, w->e);
}

int
apply_snapshot_repair(struct work *w, const struct snapshot *s)
{
	struct snapshot at = *s;
	int rc;

	at.begin = snapshot_place(at.begin, w->row->seq);
	if ((rc = snapshot_earlier(w->ap->store, &at, w->e)) <= 0)
		return rc;
	return snapshot_repaired(w->ap->store, at.source, w->now, w->e);
}
