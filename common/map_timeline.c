/*
 * A record that says what holds when: employments with a first and a last day,
 * and slices of each.  What comes of it is the status on the day of receipt,
 * in the change that is there, and one change more for each later day on which
 * it will be another.  A function of the row alone: the day it is applied does
 * not count here.
 */
#include "common/map_inner.h"

#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/zone.h"

enum { SPANS = 200, CHANGES = 64 };

/* 9000-01-01: who writes such a day means that there is no end. */
static const int64_t never = INT64_C(221845392000) * CLOCK_SECOND;

/* A part of the record, and when it is in force. */
struct span {
	int64_t from, until;	/* until: the midnight that ends the last day */
	int64_t sequence;
	uint32_t element;	/* the part */
	uint32_t group;		/* the employment */
	struct field status;	/* json NULL: was not looked at yet */
};

struct line {
	struct mapper *m;
	const struct timeline *t;
	struct span *span;
	size_t n;
};

/* Midnight of a day; none: a missing one. */
static int
day(struct mapper *m, const char *name, const struct value *v, int64_t none,
    int64_t *out)
{
	struct got g;

	if (map_read(m, name, v, &g) != 0)
		return -1;
	*out = g.kind == GOT_NOTHING || g.kind == GOT_NULL ? none : g.time;
	return 0;
}

static int
sequence(struct mapper *m, const struct value *v, int64_t *out)
{
	struct version n;
	struct got g, none = { 0 };

	*out = 0;
	if (map_read(m, "timeline.sequence", v, &g) != 0 ||
	    map_version(m, &g, &none, &n) != 0)
		return -1;
	*out = n.num;
	return 0;
}

/* A part that ends before it begins was followed by another one, whose end is
 * not known yet: a rehire. */
static int
add(struct line *l, uint32_t element, uint32_t group)
{
	struct mapper *m = l->m;
	struct span *s;

	if (l->n == SPANS)
		return map_refuse(m, "bad_field", "timeline: more than %d "
		    "parts", SPANS);
	s = &l->span[l->n++];
	memset(s, 0, sizeof *s);
	s->element = element;
	s->group = group;
	m->scene.element = element;
	if (day(m, "timeline.from", &l->t->from, INT64_MIN, &s->from) != 0 ||
	    day(m, "timeline.until", &l->t->until, INT64_MAX, &s->until) != 0)
		return -1;
	if (s->until < s->from || s->until >= never)
		s->until = INT64_MAX;
	if (s->until != INT64_MAX)
		s->until = zone_next_day(l->t->until.way[0].zone, s->until);
	return sequence(m, &l->t->sequence, &s->sequence);
}

/* An array, or (XML) the only element of one; what is not there is refused: to
 * read nothing as "no employments" would suspend everybody. */
static int
list(struct mapper *m, const char *place, struct found *f)
{
	if (place_find(&m->scene, place, f) && f->j == &m->scene.body &&
	    place_type(f) != JSON_NULL)
		return 0;
	return map_refuse(m, "missing", "timeline: %s is not in the event",
	    place);
}

static int
slices(struct line *l, uint32_t group)
{
	struct found f;

	l->m->scene.element = group;
	if (l->t->slices == NULL)
		return add(l, group, group);
	if (list(l->m, l->t->slices, &f) != 0)
		return -1;
	if (place_type(&f) != JSON_ARRAY)
		return add(l, f.tok, group);
	for (JSON_EACH(f.j, f.tok, k))
		if (add(l, k, group) != 0)
			return -1;
	return 0;
}

static int
collect(struct line *l)
{
	struct found f;

	if (l->t->each == NULL)
		return slices(l, l->m->scene.element);
	if (list(l->m, l->t->each, &f) != 0)
		return -1;
	if (place_type(&f) != JSON_ARRAY)
		return slices(l, f.tok);
	for (JSON_EACH(f.j, f.tok, k))
		if (slices(l, k) != 0)
			return -1;
	return 0;
}

static int
in_force(const struct span *s, int64_t t)
{
	return s->from <= t && t < s->until;
}

/* Whether part b takes the place of a, of the same employment. */
static int
replaces(const struct span *b, const struct span *a)
{
	return b->from != a->from ? b->from > a->from :
	    b->sequence >= a->sequence;
}

/* Whether part i counts at time t: no other one of its employment does. */
static int
counts(const struct line *l, size_t i, int64_t t)
{
	size_t k;

	if (!in_force(&l->span[i], t))
		return 0;
	for (k = 0; k < l->n; k++)
		if (k != i && l->span[k].group == l->span[i].group &&
		    in_force(&l->span[k], t) &&
		    replaces(&l->span[k], &l->span[i]) &&
		    (k > i || !replaces(&l->span[i], &l->span[k])))
			return 0;
	return 1;
}

static int
status_of(struct line *l, struct span *s)
{
	static const char name[] = "timeline.status";
	struct got g;

	if (s->status.json != NULL)
		return 0;
	l->m->scene.element = s->element;
	if (map_read(l->m, name, &l->t->status, &g) != 0)
		return -1;
	if (g.kind == GOT_NOTHING || g.kind == GOT_NULL)
		return map_refuse(l->m, "missing", "%s: %s is not in the "
		    "event", name, l->t->status.way[0].shown);
	return map_field(l->m, core_field_name(F_STATUS), F_STATUS, &g,
	    &s->status);
}

/* Of two employments the one that lets do more, else the one that began last:
 * where they stand in the record says nothing. */
static int
goes_before(const struct span *a, const struct span *b)
{
	int d;

	d = member_status_liveliness(a->status.json, a->status.len) -
	    member_status_liveliness(b->status.json, b->status.len);
	return d != 0 ? d > 0 : a->from > b->from;
}

/* The status at time t, and the part that it is from (NULL: none). */
static int
at(struct line *l, int64_t t, struct field *out, struct span **from)
{
	struct span *s;
	size_t i;
	int begun = l->n == 0;

	*from = NULL;
	for (i = 0; i < l->n; i++) {
		s = &l->span[i];
		begun |= s->from <= t;
		if (!counts(l, i, t))
			continue;
		if (status_of(l, s) != 0)
			return -1;
		if (*from == NULL || goes_before(s, *from)) {
			*out = s->status;
			*from = s;
		}
	}
	out->name = core_field_name(F_STATUS);
	if (*from == NULL) {
		out->json = begun ? l->t->after : l->t->before;
		out->len = strlen(out->json);
	}
	return 0;
}

/* The next midnight behind t at which a part begins or ends. */
static int64_t
next(const struct line *l, int64_t t)
{
	int64_t best = INT64_MAX;
	size_t i;

	for (i = 0; i < l->n; i++) {
		if (l->span[i].from > t && l->span[i].from < best)
			best = l->span[i].from;
		if (l->span[i].until > t && l->span[i].until < best)
			best = l->span[i].until;
	}
	return best;
}

/* What holds now: into every change that the record is about. */
static int
present(struct line *l, size_t first, size_t last, const struct field *status,
    const struct span *from)
{
	const struct timeline *t = l->t;
	struct mapper *m = l->m;
	struct change *c = &m->change[first];
	struct field *f;
	struct got g;
	size_t i, n = c->nfield;

	f = arena_alloc(m->arena, (n + t->nfield + 1) * sizeof *f);
	if (n > 0)
		memcpy(f, c->field, n * sizeof *f);
	f[n++] = *status;
	for (i = 0; i < t->nfield && from != NULL; i++) {
		m->scene.element = from->element;
		if (map_read(m, t->field[i].name, &t->field[i].value, &g) != 0)
			return -1;
		if (g.kind == GOT_NOTHING)
			continue;
		if (map_field(m, t->field[i].name, t->field[i].core, &g,
		    &f[n++]) != 0)
			return -1;
	}
	for (i = first; i < last; i++) {
		m->change[i].field = f;
		m->change[i].nfield = n;
	}
	return 0;
}

/* What will hold from time t on. */
static int
future(struct line *l, size_t first, size_t last, int64_t t,
    const struct field *status)
{
	struct mapper *m = l->m;
	struct change *c;
	size_t i;

	if (m->n >= first + (size_t)CHANGES * (last - first))
		return map_refuse(m, "bad_field", "timeline: more than %d "
		    "changes to come", CHANGES);
	for (i = first; i < last; i++) {
		c = map_add(m);
		*c = m->change[i];
		c->effective_at = t;
		c->field = arena_alloc(m->arena, sizeof *c->field);
		*c->field = *status;
		c->nfield = 1;
	}
	return 0;
}

static int
walk(struct line *l, size_t first)
{
	int64_t t = l->m->scene.row->received_at;
	struct field is, will;
	struct span *from;
	size_t last = l->m->n;

	if (collect(l) != 0 || at(l, t, &is, &from) != 0 ||
	    present(l, first, last, &is, from) != 0)
		return -1;
	while ((t = next(l, t)) != INT64_MAX) {
		if (at(l, t, &will, &from) != 0)
			return -1;
		if (will.len == is.len &&
		    memcmp(will.json, is.json, is.len) == 0)
			continue;
		is = will;
		if (future(l, first, last, t, &is) != 0)
			return -1;
	}
	return 0;
}

/* Whether the fields have said what the status is. */
static int
said(const struct change *c)
{
	size_t i;

	for (i = 0; i < c->nfield; i++)
		if (strcmp(c->field[i].name, core_field_name(F_STATUS)) == 0)
			return 1;
	return 0;
}

/* A record without parts, whose only status is not in the event: 1, 0, <0. */
static int
is_silent(struct mapper *m, const struct timeline *t)
{
	struct got g;

	if (t->each != NULL || t->slices != NULL)
		return 0;
	if (map_read(m, "timeline.status", &t->status, &g) != 0)
		return -1;
	return g.kind == GOT_NOTHING || g.kind == GOT_NULL;
}

int
map_timeline(struct mapper *m, size_t first)
{
	uint32_t element = m->scene.element;
	struct line l = { m, m->form->timeline, NULL, 0 };
	int rc;

	if (first == m->n || said(&m->change[first]))
		return 0;
	if ((rc = is_silent(m, l.t)) != 0)
		return rc < 0 ? rc : 0;
	l.span = arena_alloc(m->arena, SPANS * sizeof *l.span);
	rc = walk(&l, first);
	m->scene.element = element;
	return rc;
}
