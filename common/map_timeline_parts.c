/* The parts of a record that says what holds when, and their days. */
#include "common/map_inner.h"

#include <string.h>

#include "common/clock.h"
#include "common/zone.h"

enum { SPANS = 200 };

/* 9000-01-01: a later day means that there is no end. */
static const int64_t never = INT64_C(221845392000) * CLOCK_SECOND;

/* Midnight of a day; none: a missing one. */
static int
day(struct mapper *m, const char *name, const struct value *v, int64_t none,
    int64_t *out)
{
	struct got g;

	if (map_read(m, name, v, &g) != 0)
		return -1;
	*out = none;
	/* The default, and listed values, are texts from the file. */
	return g.kind == GOT_NOTHING || g.kind == GOT_NULL ? 0 :
	    map_time(m, name, &g, out);
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

/* Add a part.  If one ends before it begins, another one followed whose end is
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

/* Get an array, or (XML) its only element.  If it is not there, refuse: reading
 * that as "no employments" would suspend everybody. */
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
	/* Most likely the slices may not be read. */
	if (l->t->each != NULL && f.j->tok[f.tok].count == 0)
		return map_refuse(l->m, "missing", "timeline: %s is empty",
		    l->t->slices);
	for (JSON_EACH(f.j, f.tok, k))
		if (add(l, k, group) != 0)
			return -1;
	return 0;
}

int
map_timeline_parts(struct line *l)
{
	struct found f;

	l->span = arena_alloc(l->m->arena, SPANS * sizeof *l->span);
	l->n = 0;
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
