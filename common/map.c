#include "common/map_inner.h"

#include <string.h>

#include "common/clock.h"

/* An attribute of the envelope as text, or NULL. */
static const char *
attribute(struct mapper *m, const char *name)
{
	struct found f;

	if (!place_find(&m->scene, name, &f) ||
	    place_type(&f) != JSON_STRING)
		return NULL;
	return place_text(&m->scene, &f);
}

/* What loya-pull says of a row outside its body. */
static void
pulled(struct mapper *m)
{
	const char *lost = attribute(m, "@loyalost");
	const char *back = attribute(m, "@loyaback");

	m->snapshot = attribute(m, "@loyasnapshot");
	m->lost = lost != NULL && strcmp(lost, "true") == 0;
	m->back.text = "";
	m->back.given = m->source != NULL && m->source->pull.gone ==
	    PULL_GONE_VERSION;
	if (back == NULL || clock_parse(back, strlen(back),
	    &m->back.num) != 0)
		m->back.num = 0;
}

/* Choose the first form that fits the body; the scene's base becomes
 * its root. */
const struct form *
map_form(struct mapper *m, const struct map *map)
{
	const struct form *fm;
	size_t i;

	for (i = 0; i < map->nform; i++) {
		fm = &map->form[i];
		if (!scene_root(&m->scene, fm->root, fm->nroot) &&
		    fm->nroot > 0)
			continue;
		if (fm->when == NULL || map_holds(m, fm->when))
			return fm;
	}
	return NULL;
}

/* An event is refused as a whole: say for which of its elements. */
static int
refuse_element(struct mapper *m, size_t n)
{
	char detail[sizeof m->why->detail];

	strcpy(detail, m->why->detail);
	return map_refuse(m, m->why->why, "%s/%zu: %s", m->form->each, n,
	    detail);
}

/* Walk over the array that each names, or map the base as the only element. */
static int
elements(struct mapper *m, int *part)
{
	struct found f;
	size_t n = 0;

	if (m->form->each == NULL)
		return map_element(m, part);
	if (!place_find(&m->scene, m->form->each, &f) || f.j != &m->scene.body)
		return map_refuse(m, "missing", "each: %s is not in the event",
		    m->form->each);
	if (place_type(&f) == JSON_NULL)
		return 0;
	/* A single element of XML is no array. */
	if (place_type(&f) != JSON_ARRAY) {
		m->scene.element = f.tok;
		return map_element(m, part);
	}
	for (JSON_EACH(f.j, f.tok, k)) {
		m->scene.element = k;
		if (map_element(m, part) != 0)
			return refuse_element(m, n);
		n++;
	}
	return 0;
}

static enum map_result
by_map(struct mapper *m, const struct map *map)
{
	int part = 0;

	m->form = map == NULL ? NULL : map_form(m, map);
	if (m->form == NULL || m->scene.body.n == 0) {
		map_refuse(m, "unmapped", m->source == NULL ?
		    "the source local may only send loya's own types of event" :
		    m->scene.body.n == 0 ? "the event has no data to map" :
		    "the source file does not say how to map such an event");
		return MAP_REFUSED;
	}
	if (map_holds(m, m->form->echo))
		return MAP_ECHO;
	if (!m->names && map_holds(m, m->form->thin))
		return MAP_THIN;
	if (elements(m, &part) != 0)
		return MAP_REFUSED;
	return part ? MAP_THIN : MAP_CHANGES;
}

/* Whether one of our own lines says nothing but which record is to be read. */
static int
is_unread(struct mapper *m)
{
	const char *s = attribute(m, "@loyaunread");

	return s != NULL && strcmp(s, "true") == 0 && m->source != NULL &&
	    m->n == 1 && m->change[0].kind == CHANGE_MEMBER &&
	    m->change[0].external_id != NULL;
}

static enum map_result
by_type(struct mapper *m)
{
	const char *type = m->scene.cloudevent ? attribute(m, "@type") : NULL;

	pulled(m);
	if (type == NULL || strncmp(type, "loya.", 5) != 0)
		return by_map(m, m->source == NULL ? NULL : m->source->map);
	if (map_canonical(m, type) != 0)
		return MAP_REFUSED;
	return !m->names && is_unread(m) ? MAP_THIN : MAP_CHANGES;
}

enum map_result
map_row(const struct source *s, const struct row *row, struct arena *arena,
    struct change **change, size_t *n, struct refusal *why)
{
	enum map_result result;
	struct mapper m;
	struct err e;

	*change = NULL;
	*n = 0;
	memset(&m, 0, sizeof m);
	m.source = s;
	m.arena = arena;
	m.why = why;
	if (scene_open(&m.scene, row, NULL, 0, arena, &e) != 0) {
		map_refuse(&m, "malformed", "%s", e.msg);
		return MAP_REFUSED;
	}
	result = by_type(&m);
	if (result == MAP_CHANGES) {
		*change = m.change;
		*n = m.n;
	}
	scene_close(&m.scene);
	buf_release(&m.scratch);
	return result;
}

int
map_thin(const struct source *s, const struct row *row, struct arena *arena,
    struct change **change, size_t *n, int64_t *when)
{
	struct refusal why;
	struct mapper m;
	struct err e;

	*when = 0;
	if (map_row(s, row, arena, change, n, &why) != MAP_THIN)
		return 0;
	memset(&m, 0, sizeof m);
	m.source = s;
	m.arena = arena;
	m.why = &why;
	m.names = 1;
	if (scene_open(&m.scene, row, NULL, 0, arena, &e) == 0 &&
	    by_type(&m) == MAP_CHANGES) {
		*change = m.change;
		*n = m.n;
	}
	*when = m.when;
	scene_close(&m.scene);
	buf_release(&m.scratch);
	return 1;
}

int
map_names_field(const struct map *map, const char *field)
{
	size_t i;

	if (map == NULL)
		return 0;
	if (map->any)
		return 1;
	for (i = 0; map->fields[i] != NULL; i++)
		if (strcmp(map->fields[i], field) == 0)
			return 1;
	return 0;
}

int
map_thins(const struct map *map)
{
	const struct cond *c;
	size_t i;

	for (i = 0; map != NULL && i < map->nform; i++) {
		c = map->form[i].thin;
		/* Any of none: false. */
		if (c != NULL && (c->test != TEST_ANY || c->nsub > 0))
			return 1;
	}
	return 0;
}

int
map_versions(const struct map *map)
{
	size_t i;

	for (i = 0; map != NULL && i < map->nform; i++)
		if (map->form[i].version.nway > 0)
			return 1;
	return 0;
}

int
map_removes(const struct map *map)
{
	size_t i;

	for (i = 0; map != NULL && i < map->nform; i++)
		if (map->form[i].deleted != NULL)
			return 1;
	return 0;
}

const char *const *
map_fields(const struct map *map)
{
	static const char *const none[] = { NULL };

	return map == NULL ? none : map->fields;
}

const struct zone *
map_zone(const struct map *map)
{
	return map == NULL ? NULL : map->zone;
}
