/* Computing a profile from claims: rule 4, for each field the first source in
 * its list that has a claim. */
#include "common/decide_inner.h"

#include <stdlib.h>
#include <string.h>

#include "common/names.h"

static const char active[] = "\"active\"";

static const struct claim_event *
event_of(const struct link *l, const struct claim *c)
{
	return &l->event[c->event];
}

/* A claim that competes for a field. */
struct candidate {
	int rank, link;
	const char *json;
	size_t len;
	const struct claim_event *event;
};

/*
 * Whether a is preferred to b.  Two links of one source (two employments of one
 * person) have the same rank: for the status the livelier one is preferred, for
 * everything else the one heard from last.
 */
static int
before(const struct candidate *a, const struct candidate *b, int status)
{
	int d;

	if (a->rank != b->rank)
		return a->rank < b->rank;
	if (status) {
		d = member_status_liveliness(a->json, a->len) -
		    member_status_liveliness(b->json, b->len);
		if (d != 0)
			return d > 0;
	}
	d = version_compare(&a->event->version, &b->event->version);
	if (d == 0)
		d = a->event->seq < b->event->seq ? -1 :
		    a->event->seq > b->event->seq;
	return d != 0 ? d > 0 : a->link < b->link;
}

/* Whether a record is there and says no status; or says one and is in the
 * snapshot that the other is missing from. */
static int
is_there(const struct link *l, const struct link *gone)
{
	const struct claim *missing = claims_field(gone, CLAIM_MISSING, NULL);
	const struct claim *by;
	const char *json;
	size_t len;

	if (!claims_status(l, &by, &json, &len))
		return 1;
	return by->order == F_STATUS && missing != NULL &&
	    claims_field(gone, CLAIM_DELETED, NULL) == NULL &&
	    decide_was_there(l, event_of(gone, missing)->begin);
}

int
decide_lives_on(const struct claims *all, size_t gone)
{
	const struct link *l;
	size_t i;

	for (i = 0; i < all->n; i++) {
		l = &all->link[i];
		if (i != gone && l->to_at == 0 &&
		    strcmp(l->source, all->link[gone].source) == 0 &&
		    claims_is_record(all, l) && is_there(l, &all->link[gone]))
			return 1;
	}
	return 0;
}

/* Whether a link is to no record, because lines named the member by loya's id,
 * and all records that its source has of the member are gone or missing: then
 * that is what the source says of the status. */
static int
is_left_alone(const struct claims *all, const struct link *l)
{
	const struct link *o;
	size_t i, n = 0;

	if (claims_is_record(all, l))
		return 0;
	for (i = 0; i < all->n; i++) {
		o = &all->link[i];
		if (o->to_at != 0 || strcmp(o->source, l->source) != 0 ||
		    !claims_is_record(all, o))
			continue;
		if (claims_field(o, CLAIM_DELETED, NULL) == NULL &&
		    claims_field(o, CLAIM_MISSING, NULL) == NULL)
			return 0;
		n++;
	}
	return n > 0;
}

/* What a link claims about a field: 1 and *c, or 0. */
static int
candidate(const struct claims *all, size_t i, int order, const char *name,
    const struct authority_view *av, struct candidate *c)
{
	const struct link *l = &all->link[i];
	const struct claim *cl;

	if (l->to_at != 0)
		return 0;
	if (order == F_STATUS) {
		if (!claims_status(l, &cl, &c->json, &c->len) ||
		    (cl->order > F_CORE ? decide_lives_on(all, i) :
		    is_left_alone(all, l)))
			return 0;
	} else {
		if ((cl = claims_field(l, order, name)) == NULL)
			return 0;
		c->json = cl->json;
		c->len = cl->len;
	}
	if ((c->rank = av->rank(av->ctx, name, l->source)) < 0)
		return 0;
	c->link = (int)i;
	c->event = event_of(l, cl);
	return 1;
}

/* The claim that decides a field: 1 and *best, or 0. */
static int
winner(const struct claims *all, int order, const char *name,
    const struct authority_view *av, struct candidate *best)
{
	struct candidate c;
	size_t i;
	int found = 0;

	for (i = 0; i < all->n; i++) {
		if (!candidate(all, i, order, name, av, &c))
			continue;
		if (!found || before(&c, best, order == F_STATUS))
			*best = c;
		found = 1;
	}
	return found;
}

int
decide_links_tie(const struct claims *all, size_t link, const char *field,
    const struct authority_view *av)
{
	struct candidate best, c;
	int order = claims_order(field);
	size_t i;

	/* For the status the livelier one counts, whenever it came. */
	if (order == F_STATUS || !winner(all, order, field, av, &best))
		return 0;
	for (i = 0; i < all->n; i++) {
		if ((int)i == best.link ||
		    (i != link && (int)link != best.link))
			continue;
		if (candidate(all, i, order, field, av, &c) &&
		    c.rank == best.rank &&
		    decide_is_tie(c.event, best.event) &&
		    (c.len != best.len ||
		    memcmp(c.json, best.json, c.len) != 0))
			return 1;
	}
	return 0;
}

static int
is_null(const char *json, size_t len)
{
	return len == 4 && memcmp(json, "null", 4) == 0;
}

/* Set a core field to what this link says. */
static void
core(struct profile *p, int f, int link, const char *json, size_t len)
{
	int null = is_null(json, len);

	p->core[f].link = link;
	p->core[f].json = null ? NULL : json;
	p->core[f].len = null ? 0 : len;
}

static void
core_values(const struct claims *all, const struct authority_view *av,
    struct profile *p)
{
	struct candidate c;
	int f;

	for (f = 0; f < F_CORE; f++)
		if (winner(all, f, core_field_name((enum core_field)f), av,
		    &c))
			core(p, f, c.link, c.json, c.len);
}

/* Make room for n attributes. */
static void
attribute_room(struct profile *p, size_t n, struct arena *a)
{
	p->attr = arena_alloc(a, n * sizeof *p->attr);
	p->attr_link = arena_alloc(a, n * sizeof *p->attr_link);
	p->cleared = arena_alloc(a, n * sizeof *p->cleared);
	p->cleared_link = arena_alloc(a, n * sizeof *p->cleared_link);
}

/* Set an attribute to what this link says. */
static void
attribute(struct profile *p, const char *name, int link, const char *json,
    size_t len)
{
	struct field *f;

	if (is_null(json, len)) {
		p->cleared_link[p->ncleared] = link;
		f = &p->cleared[p->ncleared++];
	} else {
		p->attr_link[p->nattr] = link;
		f = &p->attr[p->nattr++];
	}
	f->name = name;
	f->json = json;
	f->len = len;
}

size_t
profile_attributes(const struct claims *all, struct arena *a,
    const char ***out)
{
	const struct link *l;
	const char **name;
	size_t i, k, n = 0;

	for (i = 0; i < all->n; i++)
		n += all->link[i].nclaim;
	name = arena_alloc(a, (n + 1) * sizeof *name);
	for (n = i = 0; i < all->n; i++)
		for (l = &all->link[i], k = 0; k < l->nclaim; k++)
			if (l->claim[k].order == F_CORE)
				name[n++] = l->claim[k].name;
	*out = name;
	return names_unique(name, n);
}

static void
attributes(const struct claims *all, const struct authority_view *av,
    struct arena *a, struct profile *p)
{
	const char **name;
	struct candidate c;
	size_t i, n;

	n = profile_attributes(all, a, &name);
	if (n == 0)
		return;
	attribute_room(p, n, a);
	for (i = 0; i < n; i++)
		if (winner(all, F_CORE, name[i], av, &c))
			attribute(p, name[i], c.link, c.json, c.len);
}

/* With one link nothing competes: the profile is its claims in their order,
 * except those that its source may not make. */
static void
one_link(const struct link *l, const struct authority_view *av,
    struct arena *a, struct profile *p)
{
	const struct claim *c, *by, *end = l->claim + l->nclaim;
	const char *name, *json;
	size_t len;

	attribute_room(p, l->nclaim, a);
	for (c = l->claim; c < end; c++) {
		name = c->order > F_CORE ? "status" : c->name;
		if (av->rank(av->ctx, name, l->source) < 0)
			continue;
		if (c->order > F_CORE && claims_status(l, &by, &json, &len))
			core(p, F_STATUS, 0, json, len);
		else if (c->order == F_CORE)
			attribute(p, name, 0, c->json, c->len);
		else
			core(p, c->order, 0, c->json, c->len);
	}
}

void
decide_profile(const struct claims *all, const struct authority_view *av,
    struct arena *a, struct profile *p)
{
	int f;

	memset(p, 0, sizeof *p);
	for (f = 0; f < F_CORE; f++)
		p->core[f].link = -1;
	if (all->n == 1 && all->link[0].to_at == 0) {
		one_link(&all->link[0], av, a, p);
	} else {
		core_values(all, av, p);
		attributes(all, av, a, p);
	}
	if (p->core[F_STATUS].json == NULL) {
		p->core[F_STATUS].json = active;
		p->core[F_STATUS].len = sizeof active - 1;
	}
}

static int
by_name(const void *name, const void *f)
{
	return strcmp(name, ((const struct field *)f)->name);
}

struct value
profile_value(const struct profile *p, const char *name)
{
	struct value v = { NULL, 0, -1 };
	const struct field *a = NULL;
	enum core_field f;

	f = core_field_find(name, strlen(name));
	if (f != F_CORE)
		return p->core[f];
	if (p->nattr > 0)
		a = bsearch(name, p->attr, p->nattr, sizeof *a, by_name);
	if (a != NULL) {
		v.json = a->json;
		v.len = a->len;
		v.link = p->attr_link[a - p->attr];
	}
	return v;
}

enum member_status
profile_status(const struct profile *p)
{
	const struct value *v = &p->core[F_STATUS];

	return (enum member_status)member_status_find(v->json + 1,
	    v->len - 2);
}

static int
differ(const struct value *a, const struct value *b)
{
	if ((a->json == NULL) != (b->json == NULL))
		return 1;
	return a->json != NULL && (a->len != b->len ||
	    memcmp(a->json, b->json, a->len) != 0);
}

static void
note(struct difference *d, const char *name, const struct value *old,
    const struct value *new)
{
	d->name = name;
	d->old = old->json;
	d->old_len = old->len;
	d->new = new->json;
	d->new_len = new->len;
}

/* Both lists are sorted: walk them side by side. */
static size_t
diff_attributes(const struct profile *o, const struct profile *n,
    struct difference *d)
{
	struct value x, y;
	size_t i = 0, k = 0, m = 0;
	const char *name;
	int c;

	while (i < o->nattr || k < n->nattr) {
		c = i == o->nattr ? 1 : k == n->nattr ? -1 :
		    strcmp(o->attr[i].name, n->attr[k].name);
		memset(&x, 0, sizeof x);
		memset(&y, 0, sizeof y);
		name = c <= 0 ? o->attr[i].name : n->attr[k].name;
		if (c <= 0) {
			x.json = o->attr[i].json;
			x.len = o->attr[i++].len;
		}
		if (c >= 0) {
			y.json = n->attr[k].json;
			y.len = n->attr[k++].len;
		}
		if (differ(&x, &y))
			note(&d[m++], name, &x, &y);
	}
	return m;
}

void
decide_diff(const struct profile *o, const struct profile *n,
    struct arena *a, struct difference **out, size_t *count)
{
	struct difference *d;
	size_t m = 0;
	int f;

	d = arena_alloc(a, (F_CORE + o->nattr + n->nattr) * sizeof *d);
	for (f = 0; f < F_CORE; f++)
		if (differ(&o->core[f], &n->core[f]))
			note(&d[m++], core_field_name((enum core_field)f),
			    &o->core[f], &n->core[f]);
	m += diff_attributes(o, n, d + m);
	*out = d;
	*count = m;
}
