#include "common/map_inner.h"

#include <string.h>

/* Room for one more change. */
/* An event is one transaction as a whole, and stays in memory as long. */
int
map_room(struct mapper *m)
{
	return m->n < CHANGE_MOST ? 0 : map_refuse(m, "bad_field",
	    "more than %d records in one event", CHANGE_MOST);
}

struct change *
map_add(struct mapper *m)
{
	struct change *more;

	if (m->n == m->cap) {
		m->cap = m->cap == 0 ? 1 : m->cap * 4;
		more = arena_alloc(m->arena, m->cap * sizeof *more);
		if (m->n > 0)
			memcpy(more, m->change, m->n * sizeof *more);
		m->change = more;
	}
	memset(&m->change[m->n], 0, sizeof *m->change);
	m->change[m->n].version.text = "";
	m->change[m->n].snapshot = m->snapshot;
	m->change[m->n].lost = m->lost;
	m->change[m->n].back = m->back;
	return &m->change[m->n++];
}

static int
fields(struct mapper *m, struct change *c, int *part)
{
	const struct form *fm = m->form;
	struct got g;
	size_t i;

	c->field = arena_alloc(m->arena, (fm->nfield + 1) * sizeof *c->field);
	for (i = 0; i < fm->nfield; i++) {
		if (c->deleted && strcmp(fm->field[i].name, FIELD_MERGED) != 0)
			continue;
		if (map_read(m, fm->field[i].name, &fm->field[i].value, &g)
		    != 0)
			return -1;
		if (g.kind == GOT_PART)
			*part = 1;
		if (g.kind == GOT_NOTHING || g.kind == GOT_PART)
			continue;
		if (map_field(m, fm->field[i].name, fm->field[i].core, &g,
		    &c->field[c->nfield]) != 0)
			return -1;
		c->nfield++;
	}
	return 0;
}

static int
times(struct mapper *m, struct change *c)
{
	const struct form *fm = m->form;
	struct got g, sub;

	if (map_read(m, "time", &fm->time, &g) != 0 ||
	    map_time(m, "time", &g, &c->time) != 0)
		return -1;
	if (map_read(m, "effective_at", &fm->effective_at, &g) != 0 ||
	    map_time(m, "effective_at", &g, &c->effective_at) != 0)
		return -1;
	if (map_read(m, "version", &fm->version, &g) != 0 ||
	    map_read(m, "version", &fm->version_sub, &sub) != 0 ||
	    map_version(m, &g, &sub, &c->version) != 0)
		return -1;
	if (!c->version.given)
		c->version.num = c->time != 0 ? c->time
		    : m->scene.row->received_at;
	return 0;
}

/* The text of an id, converted. */
static int
id_text(struct mapper *m, struct got *g, const char **id)
{
	*id = NULL;
	/* A constant of the file is still quoted. */
	map_unquote(m, g);
	if (g->kind == GOT_JSON && (g->s[0] == '[' || g->s[0] == '{'))
		return map_refuse(m, "bad_field",
		    "external_id is not a text or number");
	if (g->kind == GOT_NOTHING || g->kind == GOT_NULL || g->len == 0)
		return map_refuse(m, "missing",
		    "external_id: %s is not in the event",
		    m->form->external_id.nway > 0 ?
		    m->form->external_id.way[0].shown : "it");
	if (g->len > MAP_ID)
		return map_refuse(m, "bad_field", "external_id is too long");
	*id = g->s;
	return 0;
}

/*
 * The place of the external id may hold a list: then the change is about each
 * of its elements.  While walking the list, the element stands for the place.
 */
int
map_element_ids(struct mapper *m, const struct change *proto)
{
	const struct value *v = &m->form->external_id;
	struct way w;
	struct value one = { &w, 1, 0, NULL };
	const char *here = "";
	struct found f;
	struct got g;
	uint32_t element = m->scene.element;
	int rc = 0;

	if (v->nway == 0 || v->way[0].nplace == 0 ||
	    !place_find(&m->scene, v->way[0].place[0], &f) ||
	    place_type(&f) != JSON_ARRAY) {
		if (map_read(m, "external_id", v, &g) != 0)
			return -1;
		m->change[m->n - 1] = *proto;
		return id_text(m, &g, &m->change[m->n - 1].external_id);
	}
	if (f.j->tok[f.tok].count == 0)
		return map_refuse(m, "missing", "external_id: %s is empty",
		    v->way[0].place[0]);
	w = v->way[0];
	w.place = &here;
	w.nplace = 1;
	m->n--;
	for (JSON_EACH(f.j, f.tok, k)) {
		m->scene.element = k;
		if ((rc = map_room(m)) != 0 ||
		    (rc = map_read(m, "external_id", &one, &g)) != 0)
			break;
		*map_add(m) = *proto;
		rc = id_text(m, &g, &m->change[m->n - 1].external_id);
		if (rc != 0)
			break;
	}
	m->scene.element = element;
	return rc;
}

int
map_element(struct mapper *m, int *part)
{
	const struct form *fm = m->form;
	size_t first = m->n, i;
	struct change proto;

	if (map_room(m) != 0)
		return -1;
	if (fm->canonical)
		return map_canonical_member(m, m->scene.element);
	proto = *map_add(m);
	proto.kind = CHANGE_MEMBER;
	proto.deleted = map_holds(m, fm->deleted);
	m->only = 0;
	if (times(m, &proto) != 0)
		return -1;
	m->when = proto.time;
	if (map_element_ids(m, &proto) != 0)
		return -1;
	if (m->names)
		return 0;
	m->only = map_only(m);
	if (fields(m, &proto, part) != 0)
		return -1;
	for (i = first; i < m->n; i++) {
		m->change[i].field = proto.field;
		m->change[i].nfield = proto.nfield;
	}
	return fm->timeline != NULL && !m->only && !proto.deleted ?
	    map_timeline(m, first) : 0;
}
