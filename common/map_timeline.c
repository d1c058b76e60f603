/*
 * A record that says what holds when: employments with a first and a last day,
 * and slices of each.  They become the status on the day of receipt (or on the
 * day the event takes effect, if that is later) with the fields of the slice,
 * in the change that is there, and one more change for each later day on which
 * one of them changes.  This depends on the row alone: the day it is applied
 * does not matter.
 */
#include "common/map_inner.h"

#include <string.h>

enum { CHANGES = 64 };

static int
in_force(const struct span *s, int64_t t)
{
	return s->from <= t && t < s->until;
}

/* Whether part b replaces part a of the same employment. */
static int
replaces(const struct span *b, const struct span *a)
{
	return b->from != a->from ? b->from > a->from :
	    b->sequence >= a->sequence;
}

/* Of the parts of one employment, which are consecutive from *i on, the one
 * that counts at time t (NULL: none).  *i is moved behind them. */
static struct span *
one_of(const struct line *l, size_t *i, int64_t t)
{
	struct span *s, *best = NULL;
	uint32_t group = l->span[*i].group;

	for (; *i < l->n && l->span[*i].group == group; ++*i) {
		s = &l->span[*i];
		if (in_force(s, t) && (best == NULL || replaces(s, best)))
			best = s;
	}
	return best;
}

/* Whether any part has begun by then, or there are no parts. */
static int
is_begun(const struct line *l, int64_t t)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (l->span[i].from <= t)
			return 1;
	return l->n == 0;
}

static int
status_of(struct line *l, struct span *s)
{
	const int ahead = l->t->ahead.nway > 0 &&
	    s->from > l->m->scene.row->received_at;
	const char *name = ahead ? "timeline.ahead" : "timeline.status";
	const struct value *v = ahead ? &l->t->ahead : &l->t->status;
	struct got g;

	if (s->status.json != NULL)
		return 0;
	l->m->scene.element = s->element;
	if (map_read(l->m, name, v, &g) != 0)
		return -1;
	if (g.kind == GOT_NOTHING || g.kind == GOT_NULL)
		return map_refuse(l->m, "missing", "%s: %s is not in the "
		    "event", name, v->way[0].shown);
	return map_field(l->m, core_field_name(F_STATUS), F_STATUS, &g,
	    &s->status);
}

/* Of two employments prefer the one that lets do more, else the one that began
 * last: their order in the record means nothing. */
static int
goes_before(const struct span *a, const struct span *b)
{
	int d;

	d = member_status_liveliness(a->status.json, a->status.len) -
	    member_status_liveliness(b->status.json, b->status.len);
	return d != 0 ? d > 0 : a->from > b->from;
}

/* The status at time t, and the part that it comes from (NULL: none). */
static int
at(struct line *l, int64_t t, struct field *out, struct span **from)
{
	struct span *s;
	size_t i = 0;

	*from = NULL;
	while (i < l->n) {
		if ((s = one_of(l, &i, t)) == NULL)
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
		out->json = is_begun(l, t) ? l->t->after : l->t->before;
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

/* The last midnight up to t at which a part begins or ends. */
static int64_t
previous(const struct line *l, int64_t t)
{
	int64_t best = INT64_MIN;
	size_t i;

	for (i = 0; i < l->n; i++) {
		if (l->span[i].from <= t && l->span[i].from > best)
			best = l->span[i].from;
		if (l->span[i].until <= t && l->span[i].until > best)
			best = l->span[i].until;
	}
	return best;
}

/* Field i of a part; out->json NULL: it does not say. */
static int
read_field(struct line *l, const struct span *s, size_t i, struct field *out)
{
	const struct mapped *f = &l->t->field[i];
	struct got g;

	out->json = NULL;
	l->m->scene.element = s->element;
	if (map_read(l->m, f->name, &f->value, &g) != 0)
		return -1;
	return g.kind == GOT_NOTHING ? 0 :
	    map_field(l->m, f->name, f->core, &g, out);
}

/*
 * Fields that the part in force at time t leaves open are taken from earlier
 * parts, so that they do not depend on when the record arrived.  Nothing in
 * those refuses the event: they are over, and may never have been right.
 */
static void
look_back(struct line *l, int64_t t)
{
	struct span *s;
	struct field status, *f;
	size_t i, open = 1;

	while (open > 0 && (t = previous(l, t)) != INT64_MIN) {
		t--;
		if (at(l, t, &status, &s) != 0 || s == NULL)
			continue;
		open = 0;
		for (i = 0; i < l->t->nfield; i++) {
			f = &l->field[i];
			if (f->json == NULL && read_field(l, s, i, f) != 0)
				f->json = NULL;
			open += f->json == NULL;
		}
	}
}

/* The status at time t, and the fields as they were last said by then. */
static int
know(struct line *l, int64_t t, struct field *status)
{
	struct span *from;
	size_t i, open = 0;

	if (at(l, t, status, &from) != 0)
		return -1;
	for (i = 0; i < l->t->nfield; i++) {
		l->field[i].json = NULL;
		if (from != NULL && read_field(l, from, i, &l->field[i]) != 0)
			return -1;
		open += l->field[i].json == NULL;
	}
	if (open > 0)
		look_back(l, t);
	return 0;
}

/* Put what is known into every change about the record. */
static void
present(struct line *l, size_t first, size_t last, const struct field *status)
{
	struct mapper *m = l->m;
	struct change *c = &m->change[first];
	struct field *f;
	size_t i, n = c->nfield;

	f = arena_alloc(m->arena, (n + l->t->nfield + 1) * sizeof *f);
	if (n > 0)
		memcpy(f, c->field, n * sizeof *f);
	f[n++] = *status;
	for (i = 0; i < l->t->nfield; i++)
		if (l->field[i].json != NULL)
			f[n++] = l->field[i];
	for (i = first; i < last; i++) {
		m->change[i].field = f;
		m->change[i].nfield = n;
	}
}

static int
is_same(const struct field *a, const struct field *b)
{
	return a->json != NULL && a->len == b->len &&
	    memcmp(a->json, b->json, a->len) == 0;
}

/* Find what changes at that time, of the status and the fields of the part
 * (NULL: none); f has room for all. */
static int
differences(struct line *l, struct field *is, const struct field *status,
    const struct span *from, struct field *f, size_t *n)
{
	struct field will;
	size_t i;

	*n = 0;
	if (!is_same(is, status))
		f[(*n)++] = *is = *status;
	for (i = 0; i < l->t->nfield && from != NULL; i++) {
		if (read_field(l, from, i, &will) != 0)
			return -1;
		if (will.json != NULL && !is_same(&l->field[i], &will))
			f[(*n)++] = l->field[i] = will;
	}
	return 0;
}

/* Add the changes that will hold from time t on. */
static int
future(struct line *l, size_t first, size_t last, int64_t t, struct field *f,
    size_t n)
{
	struct mapper *m = l->m;
	struct change *c;
	size_t i;

	/* Beside the present ones. */
	if (m->n >= last + (size_t)CHANGES * (last - first))
		return map_refuse(m, "bad_field", "timeline: more than %d "
		    "changes to come", CHANGES);
	for (i = first; i < last; i++) {
		if (map_room(m) != 0)
			return -1;
		c = map_add(m);
		*c = m->change[i];
		c->effective_at = t;
		c->field = f;
		c->nfield = n;
	}
	return 0;
}

static int
walk(struct line *l, size_t first)
{
	int64_t t = l->m->scene.row->received_at;
	int64_t effective = l->m->change[first].effective_at;
	struct field is, will, *f;
	struct span *from;
	size_t n, last = l->m->n;

	/* An event that waits says what holds when it takes effect. */
	if (map_timeline_parts(l) != 0 ||
	    know(l, effective > t ? effective : t, &is) != 0)
		return -1;
	present(l, first, last, &is);
	if (effective > t && know(l, t, &is) != 0)
		return -1;
	while ((t = next(l, t)) != INT64_MAX) {
		f = arena_alloc(l->m->arena, (l->t->nfield + 1) * sizeof *f);
		if (at(l, t, &will, &from) != 0 ||
		    differences(l, &is, &will, from, f, &n) != 0 ||
		    (n > 0 && future(l, first, last, t, f, n) != 0))
			return -1;
	}
	return 0;
}

/* Whether a record has no parts and the event does not contain them: 1,
 * 0, <0. */
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
	struct line l = { m, m->form->timeline, NULL, 0, NULL };
	int rc;

	if (first == m->n || change_names(&m->change[first],
	    core_field_name(F_STATUS)))
		return 0;
	if ((rc = is_silent(m, l.t)) != 0)
		return rc < 0 ? rc : 0;
	l.field = arena_alloc(m->arena, l.t->nfield * sizeof *l.field);
	rc = walk(&l, first);
	m->scene.element = element;
	return rc;
}
