#include "common/decide_inner.h"

#include <stdlib.h>
#include <string.h>

#include "common/names.h"

/* Copy the stored claims to memory that can be changed, with room for the
 * fields of this change and its event, which may come to be two (set_back). */
static void
copy_claims(struct work *w, const struct claims *old, size_t link)
{
	struct decision *d = w->d;
	struct link *l;
	size_t n;

	d->claims.n = old->n + (link == old->n);
	d->claims.member = old->member;
	d->claims.link = arena_alloc(w->arena,
	    d->claims.n * sizeof *d->claims.link);
	if (old->n > 0)
		memcpy(d->claims.link, old->link, old->n * sizeof *old->link);
	d->link = link;
	l = w->link = &d->claims.link[link];
	if (link == old->n) {
		memset(l, 0, sizeof *l);
		l->from_at = w->receipt->received_at;
	}
	n = l->nevent;
	l->event = arena_alloc(w->arena, (n + 2) * sizeof *l->event);
	if (n > 0)
		memcpy(l->event, old->link[link].event, n * sizeof *l->event);
	n = l->nclaim;
	l->claim = arena_alloc(w->arena,
	    (n + w->change->nfield + 1) * sizeof *l->claim);
	if (n > 0)
		memcpy(l->claim, old->link[link].claim, n * sizeof *l->claim);
}

uint32_t
decide_event(struct work *w)
{
	struct link *l = w->link;
	size_t i;

	for (i = 0; i < l->nevent; i++)
		if (decide_same(&l->event[i], &w->self))
			return (uint32_t)i;
	l->event[l->nevent] = w->self;
	return (uint32_t)l->nevent++;
}

static int
equal(const struct claim *c, const struct field *f)
{
	return c->len == f->len && memcmp(c->json, f->json, f->len) == 0;
}

/* A late event arrived whose word the snapshot row would have replaced as well:
 * events after the row now have to be newer than that one. */
static void
raise_floor(struct work *w, struct claim *c)
{
	struct link *l = w->link;
	int tie;

	if (w->self.begin != 0 || l->event[c->event].begin <= w->self.seq)
		return;
	if (c->floor != 0 && decide_order(&w->self, &l->event[c->floor - 1],
	    NULL, &tie) <= 0)
		return;
	c->floor = decide_event(w) + 1;
	w->d->claims_changed = 1;
}

/* The floor of this change's word once it is in place: what a row replaced. */
static uint32_t
floor_of(const struct work *w, const struct claim *c)
{
	if (w->self.begin == 0)
		return 0;
	return w->link->event[c->event].begin != 0 ? c->floor : c->event + 1;
}

static int
compare(const struct work *w, const struct claim *c, int *tie)
{
	const struct claim_event *ev = w->link->event;

	return decide_order(&w->self, &ev[c->event],
	    c->floor != 0 ? &ev[c->floor - 1] : NULL, tie);
}

/* Rule 3 for a field that has a claim: 1 if the change's takes its place. */
static int
goes_before(struct work *w, struct claim *c, const struct field *f)
{
	struct decision *d = w->d;
	int o, tie;

	o = compare(w, c, &tie);
	/* The same event again: it may say more, as some of it has come due
	 * since. */
	if (o == 0)
		return !equal(c, f);
	if (tie && !equal(c, f)) {
		d->tie[d->ntie++] = f->name;
		if (!c->tie)
			d->claims_changed = 1;
		c->tie = 1;
	}
	if (o < 0) {
		d->superseded[d->nsuperseded++] = f->name;
		raise_floor(w, c);
		return 0;
	}
	if (!tie)
		c->tie = 0;
	c->floor = floor_of(w, c);
	return 1;
}

/* Rule 3 for one field: take the claim over, or note why not. */
static void
take(struct work *w, const struct field *f)
{
	struct claim *c;
	int at;

	at = claims_order(f->name);
	c = claims_field(w->link, at, f->name);
	if (c == NULL) {
		c = &w->link->claim[w->link->nclaim++];
		memset(c, 0, sizeof *c);
		c->name = f->name;
		c->order = at;
	} else if (!goes_before(w, c, f)) {
		return;
	}
	c->json = f->json;
	c->len = f->len;
	c->event = decide_event(w);
	w->d->claims_changed = 1;
}

static int
by_order(const void *a, const void *b)
{
	return claims_compare(a, b);
}

/* Sort the claims; nearly always they are in order already. */
static void
sort_claims(struct link *l)
{
	size_t i;

	for (i = 1; i < l->nclaim; i++)
		if (claims_compare(&l->claim[i - 1], &l->claim[i]) > 0) {
			qsort(l->claim, l->nclaim, sizeof *l->claim, by_order);
			return;
		}
}

static int
by_seq(const void *a, const void *b)
{
	const struct claim_event *const *x = a, *const *y = b;

	if ((*x)->seq != (*y)->seq)
		return (*x)->seq < (*y)->seq ? -1 : 1;
	return version_compare(&(*x)->version, &(*y)->version);
}

/* Mark the events that are still needed: those that a field refers to, the
 * newest, and the newest row of a snapshot. */
static void
mark(const struct link *l, uint32_t *to)
{
	const struct claim_event *ev;
	size_t i;
	int rows;

	memset(to, 0, l->nevent * sizeof *to);
	for (i = 0; i < l->nclaim; i++) {
		to[l->claim[i].event] = 1;
		if (l->claim[i].floor != 0)
			to[l->claim[i].floor - 1] = 1;
	}
	for (rows = 0; rows < 2; rows++)
		if ((ev = decide_newest(l, rows)) != NULL)
			to[ev - l->event] = 1;
}

/*
 * Give equal claims the same form: fields in their order, events by seq, and
 * only those that are needed.
 */
static void
normalise(struct work *w)
{
	struct link *l = w->link;
	const struct claim_event **ev;
	struct claim_event *out;
	uint32_t *to;
	size_t i, n = 0;

	sort_claims(l);
	if (l->nevent == 0)
		return;
	ev = arena_alloc(w->arena, l->nevent * sizeof *ev);
	to = arena_alloc(w->arena, l->nevent * sizeof *to);
	mark(l, to);
	for (i = 0; i < l->nevent; i++)
		if (to[i])
			ev[n++] = &l->event[i];
	if (n > 1)
		qsort(ev, n, sizeof *ev, by_seq);
	out = arena_alloc(w->arena, (n + 1) * sizeof *out);
	for (i = 0; i < n; i++) {
		out[i] = *ev[i];
		to[ev[i] - l->event] = (uint32_t)i;
	}
	for (i = 0; i < l->nclaim; i++) {
		l->claim[i].event = to[l->claim[i].event];
		if (l->claim[i].floor != 0)
			l->claim[i].floor = to[l->claim[i].floor - 1] + 1;
	}
	l->event = out;
	l->nevent = n;
}

enum outcome
decide_outcome(const struct profile *old, const struct profile *new)
{
	enum member_status was = profile_status(old);
	enum member_status is = profile_status(new);

	if (was == is)
		return OUTCOME_UPDATED;
	if (is == ST_SUSPENDED)
		return OUTCOME_SUSPENDED;
	if (is == ST_CLOSED)
		return OUTCOME_CLOSED;
	return is == ST_ACTIVE && was != ST_PENDING ? OUTCOME_REACTIVATED :
	    OUTCOME_UPDATED;
}

static enum outcome
judge(const struct claims *old, const struct profile *before,
    const struct change *c, const struct decision *d)
{
	size_t said = c->nfield + (c->deleted || c->missing);

	if (said > 0 && d->ndenied == said)
		return OUTCOME_DENIED;
	if (old->n == 0)
		return OUTCOME_ENROLLED;
	/* Of an event that is tried again, part may stand. */
	if (d->ndiff == 0)
		return !d->claims_changed && d->nsuperseded > 0 &&
		    d->nsuperseded + d->ndenied >= said ?
		    OUTCOME_SUPERSEDED : OUTCOME_UNCHANGED;
	return decide_outcome(before, &d->profile);
}

/* What was found after it had passed for gone is there as of then, however old
 * its word is.  A row without a version is newer anyway. */
static void
set_back(struct work *w)
{
	const struct change *c = w->change;
	struct version *v = &w->self.version;

	if (c->back.num != 0 && !c->deleted && (w->self.begin == 0 ||
	    v->given || v->num != 0) && version_compare(&c->back, v) > 0)
		*v = c->back;
}

/* Rule 4's other half: a source that is not in the list changes nothing. */
static void
take_allowed(struct work *w, const char *source,
    const struct authority_view *av)
{
	struct decision *d = w->d;
	const struct change *c = w->change;
	size_t i;

	for (i = 0; i < c->nfield; i++) {
		if (av->rank(av->ctx, c->field[i].name, source) < 0)
			d->denied[d->ndenied++] = c->field[i].name;
		else
			take(w, &c->field[i]);
	}
	set_back(w);
	decide_record(w, av->rank(av->ctx, "status", source) >= 0);
}

/* Note where another record of the source says something else under the same
 * version. */
static void
note_ties(struct decision *d, const struct change *c,
    const struct authority_view *av)
{
	const char *name;
	size_t i;

	for (i = 0; d->claims.n > 1 && i < c->nfield; i++) {
		name = c->field[i].name;
		if (!names_among(d->tie, d->ntie, name) &&
		    !names_among(d->denied, d->ndenied, name) &&
		    !names_among(d->superseded, d->nsuperseded, name) &&
		    decide_links_tie(&d->claims, d->link, name, av))
			d->tie[d->ntie++] = name;
	}
}

/* Note fields that were taken over but that another claim decides. */
static void
note_outranked(struct decision *d, const struct change *c)
{
	const struct field *f;
	struct value v;
	int is_null;
	size_t i;

	/* Nearly always there is one link. */
	for (i = 0; d->claims.n > 1 && i < c->nfield; i++) {
		f = &c->field[i];
		v = profile_value(&d->profile, f->name);
		is_null = f->len == 4 && memcmp(f->json, "null", 4) == 0;
		if (v.link == (int)d->link || (v.json == NULL ? is_null :
		    v.len == f->len && memcmp(v.json, f->json, f->len) == 0))
			continue;
		if (!names_among(d->denied, d->ndenied, f->name) &&
		    !names_among(d->superseded, d->nsuperseded, f->name))
			d->outranked[d->noutranked++] = f->name;
	}
}

/* Note a removal that another claim outranks: it says that the member is
 * closed, the other that it is not. */
static void
note_removal(struct decision *d, const struct change *c)
{
	const char *status = core_field_name(F_STATUS);

	if (!c->deleted || d->profile.core[F_STATUS].link == (int)d->link ||
	    profile_status(&d->profile) == ST_CLOSED)
		return;
	if (!names_among(d->denied, d->ndenied, status) &&
	    !names_among(d->superseded, d->nsuperseded, "deleted") &&
	    !names_among(d->outranked, d->noutranked, status))
		d->outranked[d->noutranked++] = status;
}

void
decide_as_event(const struct change *c, int64_t seq, int64_t begin,
    struct claim_event *ev)
{
	memset(ev, 0, sizeof *ev);
	ev->seq = seq;
	ev->version = c->version;
	ev->time = c->time;
	ev->begin = begin;
	if (ev->begin != 0 && !c->version.given && c->time == 0)
		ev->version.num = 0;
}

void
decide(const struct claims *old, const struct profile *before, size_t link,
    const struct change *c, const struct receipt *r,
    const struct authority_view *av, struct arena *a, struct decision *d)
{
	struct profile nobody;
	struct work w;
	size_t n = c->nfield + 2;

	memset(d, 0, sizeof *d);
	w.change = c;
	w.receipt = r;
	decide_as_event(c, r->seq, r->snapshot_seq, &w.self);
	w.arena = a;
	w.d = d;
	d->superseded = arena_alloc(a, n * sizeof *d->superseded);
	d->denied = arena_alloc(a, n * sizeof *d->denied);
	d->tie = arena_alloc(a, n * sizeof *d->tie);
	d->outranked = arena_alloc(a, n * sizeof *d->outranked);
	copy_claims(&w, old, link);
	if (link == old->n) {
		w.link->source = r->source;
		w.link->external_id = r->external_id;
		d->claims_changed = 1;
	}
	if (r->received_at < w.link->from_at && !c->missing) {
		w.link->from_at = r->received_at;
		d->claims_changed = 1;
	}
	take_allowed(&w, w.link->source, av);
	normalise(&w);
	decide_profile(&d->claims, av, a, &d->profile);
	note_ties(d, c, av);
	note_outranked(d, c);
	note_removal(d, c);
	if (old->n == 0) {
		memset(&nobody, 0, sizeof nobody);
		before = &nobody;
	}
	decide_diff(before, &d->profile, a, &d->diff, &d->ndiff);
	d->outcome = judge(old, before, c, d);
}
