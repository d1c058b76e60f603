/* Points: posted once per reference, in the order of receipt, and only to a
 * member that can be used (rule 5). */
#include "common/apply_work.h"

#include <stdio.h>
#include <string.h>

#include "common/ledger.h"

/* Why a member's points cannot be moved; NULL if they can. */
static const char *
blocked(const struct member *m)
{
	switch (profile_status(&m->profile)) {
	case ST_SUSPENDED:
	case ST_CLOSED:
		return "member_suspended";
	case ST_PENDING:
		return "member_pending";
	case ST_ACTIVE:
		break;
	}
	return m->hold != NULL ? "member_on_hold" : NULL;
}

static int
refuse(struct work *w, const struct change *c, struct member *m,
    const char *why, const char *detail)
{
	return record_refusal(w, EV_REFUSED, why, detail, change_id(c), m);
}

/* The effect of an entry on the balance, for all kinds but reverse.  redeem and
 * expire subtract, whichever sign the source writes. */
static int64_t
effect(const struct change *c)
{
	int64_t p = c->points;

	if (c->points_kind == POINTS_REDEEM || c->points_kind == POINTS_EXPIRE)
		return p > 0 ? -p : p;
	return p;
}

/* Whether a change repeats what was posted under its reference. */
static int
is_same(const struct ledger_row *old, const struct change *c,
    const struct member *m)
{
	if (strcmp(old->member, m->id) != 0 ||
	    strcmp(old->kind, points_kind_name(c->points_kind)) != 0)
		return 0;
	if (c->points_kind != POINTS_REVERSE)
		return old->points == effect(c);
	return strcmp(old->reverses, c->reverses) == 0 && (!c->has_points ||
	    c->points == old->points || c->points == -old->points);
}

/* Refuse on behalf of a step: 1, dealt with. */
static int
refused(struct work *w, const struct change *c, struct member *m,
    const char *why, const char *detail)
{
	int rc = refuse(w, c, m, why, detail);

	return rc != 0 ? rc : 1;
}

/*
 * Whether the reference was posted before: the same entry again is a duplicate,
 * another one with this reference a conflict.  1: dealt with; 0: it is new.
 */
static int
posted(struct work *w, const struct change *c, struct member *m)
{
	struct ledger_row old;
	struct record r;
	struct jsonw j;
	int64_t seq;
	int rc;

	rc = ledger_get(w->ap->store, w->row->source, c->reference,
	    &w->ap->arena, &old, w->e);
	if (rc == E_NOTFOUND)
		return 0;
	if (rc != 0)
		return rc;
	if (!is_same(&old, c, m))
		return refused(w, c, m, "reference_conflict",
		    "this reference was used before, for a different entry");
	memset(&r, 0, sizeof r);
	r.type = "event.duplicate";
	r.member = m->id;
	r.prev = m->audit;
	record_begin(w, &j, change_id(c));
	jsonw_kstring(&j, "reference", c->reference);
	if ((rc = record_end(w, &j, &r, &seq)) != 0)
		return rc;
	record_state(w, EV_APPLIED, "duplicate");
	m->audit = seq;
	rc = member_touch(w->ap->store, m, w->e);
	return rc != 0 ? rc : 1;
}

/* The effect of a reverse.  1: refused; 0 and *points. */
static int
reversal(struct work *w, const struct change *c, struct member *m,
    int64_t *points)
{
	struct ledger_row old;
	int rc;

	rc = ledger_get(w->ap->store, w->row->source, c->reverses,
	    &w->ap->arena, &old, w->e);
	if (rc != 0 && rc != E_NOTFOUND)
		return rc;
	if (rc == E_NOTFOUND || strcmp(old.member, m->id) != 0)
		return refused(w, c, m, "unknown_reference",
		    "this member has no such entry to reverse");
	if (strcmp(old.kind, "reverse") == 0)
		return refused(w, c, m, "bad_points",
		    "a reversal cannot be reversed; post the entry again");
	if ((rc = ledger_reversed(w->ap->store, m->id, w->row->source,
	    c->reverses, w->e)) < 0)
		return rc;
	if (rc == 1)
		return refused(w, c, m, "reference_conflict",
		    "the entry has already been reversed");
	if (c->has_points && c->points != old.points &&
	    c->points != -old.points)
		return refused(w, c, m, "bad_points",
		    "an entry can only be reversed as a whole");
	*points = -old.points;
	return 0;
}

static int
post(struct work *w, const struct change *c, struct member *m, int64_t points)
{
	struct ledger_row row;
	struct record r;
	struct jsonw j;
	int rc;

	memset(&r, 0, sizeof r);
	r.type = "points.posted";
	r.member = m->id;
	r.prev = m->audit;
	memset(&row, 0, sizeof row);
	row.member = m->id;
	row.source = w->row->source;
	row.reference = c->reference;
	row.kind = points_kind_name(c->points_kind);
	row.points = points;
	row.balance = m->points + points;
	row.reverses = c->reverses;
	row.inbox = w->row->seq;
	row.at = w->now;
	record_begin(w, &j, change_id(c));
	jsonw_kstring(&j, "kind", row.kind);
	jsonw_kint(&j, "points", points);
	jsonw_kint(&j, "balance", row.balance);
	jsonw_kstring(&j, "reference", c->reference);
	jsonw_kstring(&j, "reverses", c->reverses);
	if ((rc = record_end(w, &j, &r, &row.audit)) != 0 ||
	    (rc = ledger_add(w->ap->store, &row, w->e)) != 0)
		return rc;
	record_state(w, EV_APPLIED, NULL);
	m->points = row.balance;
	m->audit = row.audit;
	return member_touch(w->ap->store, m, w->e);
}

int
apply_points(struct work *w, const struct change *c)
{
	struct member m;
	const char *why;
	char detail[100];
	int64_t num, points = effect(c), balance;
	size_t slot;
	int rc;

	rc = apply_whom(w, c, &num, &slot);
	if (rc == E_NOTFOUND)
		return apply_wait_for(w, c);
	if (rc != 0 || (rc = member_get(w->ap->store, num, &w->ap->arena, &m,
	    w->e)) != 0)
		return rc;
	if ((rc = posted(w, c, &m)) != 0)
		return rc < 0 ? rc : 0;
	if ((why = blocked(&m)) != NULL) {
		snprintf(detail, sizeof detail, "the member is %s",
		    member_status_name(profile_status(&m.profile)));
		return refuse(w, c, &m, why, strcmp(why, "member_on_hold") ==
		    0 ? "the member is on hold" : detail);
	}
	if (c->points_kind == POINTS_REVERSE &&
	    (rc = reversal(w, c, &m, &points)) != 0)
		return rc < 0 ? rc : 0;
	if (__builtin_add_overflow(m.points, points, &balance))
		return refuse(w, c, &m, "bad_points",
		    "the balance would be out of range");
	if (balance < 0 && (c->points_kind == POINTS_REDEEM ||
	    c->points_kind == POINTS_EXPIRE))
		return refuse(w, c, &m, "insufficient_points",
		    "the balance is too small");
	return post(w, c, &m, points);
}
