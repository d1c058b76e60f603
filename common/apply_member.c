/* Rules 2 to 5 for one change of a member. */
#include "common/apply_work.h"

#include <string.h>

int
apply_whom(struct work *w, const struct change *c, int64_t *num, size_t *slot)
{
	int rc;

	rc = binding_get(w->ap->store, w->row->source, change_id(c), num,
	    slot, w->e);
	if (rc != E_NOTFOUND || c->member == NULL)
		return rc;
	*slot = SIZE_MAX;
	return member_find(w->ap->store, c->member, num, w->e);
}

/* What else belongs to a decision: texts that were made ahead, or fields that a
 * newer scheduled change takes away. */
struct told {
	const struct foreseen *foreseen;
	const char **late;
	size_t nlate;
	const char *const *by;		/* struct known */
	struct member_text text;	/* to be written */
	char mark[CLAIMS_MARK];
};

/* Make the texts of the decision, and their mark for the record. */
static void
make_texts(struct work *w, const struct decision *d, struct told *t)
{
	struct buf b = { NULL, 0, 0 };

	if (t->foreseen != NULL) {
		t->text = t->foreseen->text;
		memcpy(t->mark, t->foreseen->mark, sizeof t->mark);
		return;
	}
	member_text(&t->text, &d->profile, &d->claims, &w->ap->arena, &b);
	claims_mark(t->mark, t->text.decided, t->text.ndecided,
	    t->text.claims, t->text.nclaims);
	buf_release(&b);
}

/*
 * Rule 2: the link, else the one member that a match rule finds, else nobody.
 * Returns 1 when the change is dealt with (refused, held).
 */
static int
find(struct work *w, const struct change *c, struct known *k)
{
	static const char *const by_id[] = { "member", NULL };
	struct match found[MATCH_NAMED + 1];
	int rc, n;

	memset(k, 0, sizeof *k);
	rc = apply_whom(w, c, &found[0].num, &k->slot);
	if (rc == E_NOTFOUND && c->member != NULL) {
		rc = record_refusal(w, EV_REFUSED, "unknown_member",
		    "no member has this id", c->member, NULL);
		return rc != 0 ? rc : 1;
	}
	if (rc != 0 && rc != E_NOTFOUND)
		return rc;
	if (rc == E_NOTFOUND) {
		if ((n = match_candidates(w, c, found, MATCH_NAMED + 1)) <= 0)
			return n;
		if (n > 1)
			return match_ambiguous(w, c, found, n);
		k->by = found[0].by;
		k->slot = SIZE_MAX;
	}
	rc = member_get(w->ap->store, found[0].num, &w->ap->arena, &k->m,
	    w->e);
	if (rc != 0)
		return rc;
	k->is = 1;
	if (k->slot < k->m.claims.n)
		return 0;
	k->slot = k->m.claims.n;
	if (k->by == NULL)
		k->by = by_id;
	return 0;
}

/* Whether the e-mail address is new and another member has it too, which is
 * worth a note but no reason to refuse: 1, 0, <0. */
static int
shares_email(struct work *w, const struct member *m,
    const struct decision *d)
{
	const struct value *email = &d->profile.core[F_EMAIL];
	size_t i;

	for (i = 0; i < d->ndiff; i++)
		if (strcmp(d->diff[i].name, "email") == 0)
			break;
	if (i == d->ndiff || email->json == NULL)
		return 0;
	return match_email_shared(w->ap, m->num, email, w->e);
}

const char *
record_type(enum outcome o)
{
	static const char *const type[] = {
		[OUTCOME_ENROLLED] = "member.enrolled",
		[OUTCOME_UPDATED] = "member.updated",
		[OUTCOME_SUSPENDED] = "member.suspended",
		[OUTCOME_REACTIVATED] = "member.reactivated",
		[OUTCOME_CLOSED] = "member.closed",
		[OUTCOME_UNCHANGED] = "member.unchanged",
		[OUTCOME_SUPERSEDED] = "event.superseded",
	};

	return type[o];
}

/* To which member a new link leads is worth a row even if it changes
 * nothing. */
static void
write_linked(struct jsonw *j, const char *const *by)
{
	jsonw_key(j, "linked");
	jsonw_object(j);
	match_by(j, by);
	jsonw_close(j, '}');
}

/* Begin the detail with what is to be said about a decision. */
static void
begin_detail(struct work *w, struct jsonw *j, const struct change *c,
    const struct decision *d, const struct told *t)
{
	if (t->foreseen != NULL) {
		buf_clear(&w->ap->detail);
		buf_add(&w->ap->detail, t->foreseen->detail.p,
		    t->foreseen->open);
		jsonw_resume(j, &w->ap->detail);
		return;
	}
	record_begin(w, j, change_id(c));
	decide_detail(d, c, t->late, t->nlate, j);
	if (t->by != NULL)
		write_linked(j, t->by);
	if (c->missing) {
		jsonw_kstring(j, "why", "missing");
		jsonw_kstring(j, "snapshot", c->snapshot);
	}
}

/* Write the audit row, the line and the outbox rows of a decision; sets
 * m->audit. */
static int
record_decision(struct work *w, const struct change *c, struct member *m,
    const struct decision *d, struct told *t)
{
	struct record r;
	struct jsonw j;
	int shared;

	memset(&r, 0, sizeof r);
	r.type = d->outcome != OUTCOME_UNCHANGED ? record_type(d->outcome) :
	    c->missing ? "member.missing" : t->by != NULL ?
	    "member.updated" : "member.unchanged";
	r.member = m->id;
	r.prev = m->audit;
	make_texts(w, d, t);
	r.mark = t->mark;
	if ((shared = shares_email(w, m, d)) < 0)
		return shared;
	if (t->foreseen != NULL && !shared)
		return record_whole(w, &t->foreseen->detail,
		    &t->foreseen->seal, &r, &m->audit);
	begin_detail(w, &j, c, d, t);
	if (shared) {
		jsonw_key(&j, "note");
		jsonw_array(&j);
		jsonw_string(&j, "email_shared");
		jsonw_close(&j, ']');
	}
	return record_end(w, &j, &r, &m->audit);
}

/* Write what was decided: the member, its new link, the indexes. */
static int
store_decision(struct work *w, const struct change *c, struct known *k,
    const struct decision *d, const struct member_text *text)
{
	struct apply *ap = w->ap;
	struct member *m = &k->m;
	const struct link *new = &d->claims.link[d->link];
	int fresh = d->link == m->claims.n, earlier, rc;

	earlier = !fresh && new->from_at < m->claims.link[d->link].from_at;
	m->profile = d->profile;
	m->claims = d->claims;
	rc = k->is ? member_put(ap->store, m, text, w->e) :
	    member_add(ap->store, m, text, w->e);
	if (rc != 0 || (rc = match_note(ap, m->num, d->diff, d->ndiff,
	    &m->profile, w->e)) != 0)
		return rc;
	if (earlier)
		return binding_from(ap->store, w->row->source, change_id(c),
		    new->from_at, w->e);
	if (!fresh)
		return 0;
	w->named = c->snapshot != NULL;
	rc = binding_add(ap->store, w->row->source, change_id(c), m->num,
	    d->link, new->from_at, w->named ? w->snapshot.num : 0, w->e);
	return rc != 0 ? rc : apply_release(w, change_id(c));
}

static void
receipt_of(struct work *w, const struct change *c, struct receipt *r)
{
	memset(r, 0, sizeof *r);
	r->source = w->row->source;
	r->external_id = change_id(c);
	r->seq = w->row->seq;
	r->received_at = w->row->received_at;
	if (c->snapshot != NULL)
		r->snapshot_seq = snapshot_place(w->snapshot.begin,
		    w->row->seq);
}

/* Use what was worked out ahead, if it still holds and, for an id that is not
 * linked, no match rule finds a member: 1, 0, <0. */
static int
as_foreseen(struct work *w, const struct change *c, struct known *k,
    struct decision *d)
{
	const struct foreseen *f = w->foreseen;
	struct match other;
	int n;

	if (f == NULL || !foresee_holds(f, w->ap->store, w->row, c,
	    w->snapshot.begin))
		return 0;
	if (!f->is && (n = match_candidates(w, c, &other, 1)) != 0)
		return n < 0 ? n : 0;
	k->is = f->is;
	k->by = NULL;
	k->m = f->m;
	k->slot = f->slot;
	*d = f->d;
	return 1;
}

/* Work out rules 2 to 4 now: 1 if the change is dealt with already. */
static int
work_out(struct work *w, const struct change *c, struct known *k,
    struct decision *d)
{
	struct receipt r;
	int rc;

	receipt_of(w, c, &r);
	if ((rc = find(w, c, k)) != 0)
		return rc;
	r.behind = apply_waited_behind(w, c, &k->m.claims, k->slot);
	if (r.behind < 0)
		return (int)r.behind;
	decide(&k->m.claims, &k->m.profile, k->slot, c, &r, &w->ap->view,
	    &w->ap->arena, d);
	return 0;
}

/* Count changes that only a full read brought to light, but not what has come
 * due since. */
static int
repair(struct work *w, const struct change *c)
{
	if (c->effective_at > w->row->received_at)
		return 0;
	if (c->snapshot != NULL)
		return apply_snapshot_repair(w, &w->snapshot);
	return !c->lost ? 0 : snapshot_repaired(w->ap->store, w->row->source,
	    w->now, w->e);
}

/* Record and store what was decided, and do what follows from it. */
static int
carry_out(struct work *w, struct change *c, struct known *k,
    const struct decision *d, struct told *t)
{
	int64_t skipped;
	int rc;

	if (!k->is) {
		id_new(w->now, k->m.id);
		k->m.num = id_number(k->m.id);
	}
	t->by = k->by;
	if ((rc = record_decision(w, c, &k->m, d, t)) != 0)
		return rc;
	record_state(w, EV_APPLIED, d->outcome == OUTCOME_SUPERSEDED ?
	    "superseded" : NULL);
	if (d->outcome < OUTCOME_UNCHANGED && (rc = repair(w, c)) != 0)
		return rc;
	/* Before the member's claims are replaced. */
	skipped = apply_absent_skipped(w, c, &k->m.claims, d);
	if ((rc = store_decision(w, c, k, d, &t->text)) != 0 ||
	    (rc = apply_waited_name(w, c, d)) != 0)
		return rc;
	if (skipped >= 0)
		return apply_absent_late(w, change_id(c), k->m.num, d->link,
		    skipped);
	return apply_merged(w, c, &k->m, d);
}

int
apply_member(struct work *w, struct change *c)
{
	struct known k;
	struct decision d;
	struct told t = { .foreseen = NULL };
	int rc;

	if (w->turn != TURN_FIRST && c->effective_at > w->row->received_at &&
	    (rc = apply_unschedule(w, c, &t.late, &t.nlate)) != 0)
		return rc < 0 ? rc : 0;
	if ((rc = as_foreseen(w, c, &k, &d)) < 0)
		return rc;
	if (rc == 1)
		t.foreseen = w->foreseen;
	else if ((rc = work_out(w, c, &k, &d)) != 0)
		return rc < 0 ? rc : 0;
	if ((rc = apply_is_stopped(w, c, &k, &d)) != 0)
		return rc < 0 ? rc : 0;
	return carry_out(w, c, &k, &d, &t);
}

int
apply_decided(struct work *w, const struct change *c, struct member *m,
    size_t slot, const struct decision *d)
{
	struct told t = { .foreseen = NULL };
	struct known k = { *m, 1, slot, NULL };
	int rc;

	if ((rc = record_decision(w, c, &k.m, d, &t)) != 0)
		return rc;
	return store_decision(w, c, &k, d, &t.text);
}
