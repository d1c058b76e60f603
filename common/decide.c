#include "common/decide.h"

#include <stdlib.h>
#include <string.h>

/* What is at work during one decision. */
struct work {
	const struct change *change;
	const struct receipt *receipt;
	struct arena *arena;
	struct link *link;	/* the copy that is being changed */
	struct decision *d;
};

static const char *const names[] = {
	"enrolled", "updated", "suspended", "reactivated", "closed",
	"unchanged", "superseded", "denied"
};

const char *
outcome_name(enum outcome o)
{
	return names[o];
}

/*
 * Negative, 0, positive as the change is older than, the same event as, or
 * newer than the stored event.  Equal versions go by receipt; *tie says that
 * only the receipt told them apart.
 */
static int
order(const struct work *w, const struct claim_event *stored, int *tie)
{
	const struct change *c = w->change;
	const struct receipt *r = w->receipt;
	int64_t at = r->snapshot_seq != 0 ? r->snapshot_seq : r->seq;
	int d;

	*tie = 0;
	if (stored->seq == r->seq)
		return 0;
	if (r->snapshot_seq != 0) {
		/* An event that came after the snapshot began knows more. */
		if (stored->seq > r->snapshot_seq)
			return -1;
		if (!c->version.given && c->version.num == 0)
			return 1;
	}
	d = version_compare(&c->version, &stored->version);
	if (d != 0)
		return d;
	*tie = c->version.given || c->version.num != 0;
	return at < stored->seq ? -1 : 1;
}

/* Put the claims that were stored into memory that can be changed and grown
 * by the fields of this change and its event. */
static void
copy_claims(struct work *w, const struct claims *old, size_t link)
{
	struct decision *d = w->d;
	struct link *l;
	size_t n;

	d->claims.n = old->n + (link == old->n);
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
	l->event = arena_alloc(w->arena, (n + 1) * sizeof *l->event);
	if (n > 0)
		memcpy(l->event, old->link[link].event, n * sizeof *l->event);
	n = l->nclaim;
	l->claim = arena_alloc(w->arena,
	    (n + w->change->nfield + 1) * sizeof *l->claim);
	if (n > 0)
		memcpy(l->claim, old->link[link].claim, n * sizeof *l->claim);
}

/* The index of this change's event among the link's, added when it is not
 * there yet. */
static uint32_t
this_event(struct work *w)
{
	struct link *l = w->link;
	struct claim_event *ev;
	size_t i;

	for (i = 0; i < l->nevent; i++)
		if (l->event[i].seq == w->receipt->seq)
			return (uint32_t)i;
	ev = &l->event[l->nevent];
	ev->seq = w->receipt->seq;
	ev->version = w->change->version;
	ev->time = w->change->time;
	return (uint32_t)l->nevent++;
}

static int
equal(const struct claim *c, const struct field *f)
{
	return c->len == f->len && memcmp(c->json, f->json, f->len) == 0;
}

/* Rule 3 for one field: take the claim over, or note why not. */
static void
take(struct work *w, const struct field *f)
{
	struct decision *d = w->d;
	struct claim *c;
	int o = 1, tie = 0, same, at;

	at = claims_order(f->name);
	c = claims_field(w->link, at, f->name);
	if (c != NULL) {
		same = equal(c, f);
		o = order(w, &w->link->event[c->event], &tie);
		if (o == 0)
			return;
		if (tie && !same) {
			d->tie[d->ntie++] = f->name;
			if (!c->tie)
				d->claims_changed = 1;
			c->tie = 1;
		}
		if (o < 0) {
			d->superseded[d->nsuperseded++] = f->name;
			return;
		}
		if (!tie)
			c->tie = 0;
	} else {
		c = &w->link->claim[w->link->nclaim++];
		memset(c, 0, sizeof *c);
		c->name = f->name;
		c->order = at;
	}
	c->json = f->json;
	c->len = f->len;
	c->event = this_event(w);
	d->claims_changed = 1;
}

/* Whether the link holds an event that is newer than this change: then a
 * "deleted" here is old news. */
static int
has_newer(const struct work *w)
{
	size_t i;
	int tie;

	for (i = 0; i < w->link->nevent; i++)
		if (order(w, &w->link->event[i], &tie) < 0)
			return 1;
	return 0;
}

/*
 * Whether the record is there is a claim of every event: gone when it says so,
 * there when it says anything else.  Only "gone" is stored; "there" is the
 * newest event being another one.
 */
static void
take_deleted(struct work *w)
{
	static const struct field gone = { "deleted", "true", 4 };
	struct decision *d = w->d;
	struct claim *c;
	int tie;

	if (w->change->deleted) {
		if (has_newer(w))
			d->superseded[d->nsuperseded++] = gone.name;
		else
			take(w, &gone);
		return;
	}
	c = claims_field(w->link, CLAIM_DELETED, NULL);
	if (c != NULL && order(w, &w->link->event[c->event], &tie) > 0) {
		*c = w->link->claim[--w->link->nclaim];
		d->claims_changed = 1;
	}
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

	return (*x)->seq < (*y)->seq ? -1 : (*x)->seq > (*y)->seq;
}

/* The newest event of a link by the order of claims. */
static size_t
newest(const struct link *l)
{
	size_t i, best = 0;
	int d;

	for (i = 1; i < l->nevent; i++) {
		d = version_compare(&l->event[i].version,
		    &l->event[best].version);
		if (d > 0 || (d == 0 && l->event[i].seq > l->event[best].seq))
			best = i;
	}
	return best;
}

/*
 * One form for equal claims: fields in their order, events by seq, and only
 * those that a field needs, or the newest (which says that the record is
 * there).
 */
static void
normalise(struct work *w)
{
	struct link *l = w->link;
	const struct claim_event **ev;
	struct claim_event *out;
	uint32_t *to;
	size_t i, n = 0, latest;

	sort_claims(l);
	if (l->nevent == 0)
		return;
	latest = newest(l);
	ev = arena_alloc(w->arena, l->nevent * sizeof *ev);
	to = arena_alloc(w->arena, l->nevent * sizeof *to);
	memset(to, 0, l->nevent * sizeof *to);
	for (i = 0; i < l->nclaim; i++)
		to[l->claim[i].event] = 1;
	to[latest] = 1;
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
	for (i = 0; i < l->nclaim; i++)
		l->claim[i].event = to[l->claim[i].event];
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
	size_t said = c->nfield + (c->deleted != 0);

	if (said > 0 && d->ndenied == said)
		return OUTCOME_DENIED;
	if (old->n == 0)
		return OUTCOME_ENROLLED;
	if (d->ndiff == 0)
		return !d->claims_changed && d->nsuperseded > 0 ?
		    OUTCOME_SUPERSEDED : OUTCOME_UNCHANGED;
	return decide_outcome(before, &d->profile);
}

/* The newest event leaves a trace even when it changes no field: it says that
 * the record was there then. */
static void
leave_trace(struct work *w)
{
	size_t n = w->link->nevent;

	if (!has_newer(w) && this_event(w) == n)
		w->d->claims_changed = 1;
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
	leave_trace(w);
	if (av->rank(av->ctx, "status", source) >= 0)
		take_deleted(w);
	else if (c->deleted)
		d->denied[d->ndenied++] = "status";
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
	w.arena = a;
	w.d = d;
	d->superseded = arena_alloc(a, n * sizeof *d->superseded);
	d->denied = arena_alloc(a, n * sizeof *d->denied);
	d->tie = arena_alloc(a, n * sizeof *d->tie);
	copy_claims(&w, old, link);
	if (link == old->n) {
		w.link->source = r->source;
		w.link->external_id = r->external_id;
		d->claims_changed = 1;
		this_event(&w);
	}
	if (r->received_at < w.link->from_at) {
		w.link->from_at = r->received_at;
		d->claims_changed = 1;
	}
	take_allowed(&w, w.link->source, av);
	normalise(&w);
	decide_profile(&d->claims, av, a, &d->profile);
	if (old->n == 0) {
		memset(&nobody, 0, sizeof nobody);
		before = &nobody;
	}
	decide_diff(before, &d->profile, a, &d->diff, &d->ndiff);
	d->outcome = judge(old, before, c, d);
}
