/* Which records an event names, and nothing else. */
#include "common/map_inner.h"

#include <string.h>

struct ids {
	const char **id;
	size_t n, cap;
};

static void
add(struct mapper *m, struct ids *all, const char *id)
{
	const char **more;

	if (id == NULL || *id == '\0')
		return;
	if (all->n == all->cap) {
		all->cap = all->cap * 2 + 4;
		more = arena_alloc(m->arena, all->cap * sizeof *more);
		if (all->n > 0)
			memcpy(more, all->id, all->n * sizeof *more);
		all->id = more;
	}
	all->id[all->n++] = id;
}

/* A member of one of loya's own changes. */
static void
add_member(struct mapper *m, struct ids *all, uint32_t data, const char *key)
{
	const struct json *j = &m->scene.body;
	struct found f = { j, 0, NULL };

	f.tok = json_get(j, data, key);
	if (f.tok != JSON_NONE)
		add(m, all, place_text(&m->scene, &f));
}

static void
canonical(struct mapper *m, struct ids *all, uint32_t data)
{
	add_member(m, all, data, "external_id");
	add_member(m, all, data, "member");
}

/* The present element; what is wrong with it was reported when it was
 * refused. */
static void
element(struct mapper *m, struct ids *all)
{
	struct change nothing;
	size_t i;

	if (m->form->canonical)
		canonical(m, all, m->scene.element);
	memset(&nothing, 0, sizeof nothing);
	m->n = 0;
	map_add(m);
	map_element_ids(m, &nothing);
	for (i = 0; i < m->n; i++)
		add(m, all, m->change[i].external_id);
}

static void
elements(struct mapper *m, struct ids *all)
{
	struct found f;

	if (m->form->each == NULL) {
		element(m, all);
		return;
	}
	if (!place_find(&m->scene, m->form->each, &f) ||
	    f.j != &m->scene.body || place_type(&f) == JSON_NULL)
		return;
	if (place_type(&f) != JSON_ARRAY) {
		m->scene.element = f.tok;
		element(m, all);
		return;
	}
	for (JSON_EACH(f.j, f.tok, k)) {
		m->scene.element = k;
		element(m, all);
	}
}

int
map_ids(const struct source *s, const struct row *row, struct arena *arena,
    const char ***id, size_t *n)
{
	struct ids all = { NULL, 0, 0 };
	struct refusal ignored;
	struct mapper m;
	struct err e;

	*id = NULL;
	*n = 0;
	memset(&m, 0, sizeof m);
	m.source = s;
	m.arena = arena;
	m.why = &ignored;
	if (scene_open(&m.scene, row, NULL, 0, arena, &e) != 0)
		return E_DATA;
	if (m.scene.body.n > 0) {
		canonical(&m, &all, m.scene.data);
		m.form = s != NULL && s->map != NULL ? map_form(&m, s->map) :
		    NULL;
		if (m.form != NULL)
			elements(&m, &all);
	}
	scene_close(&m.scene);
	buf_release(&m.scratch);
	*id = all.id;
	*n = all.n;
	return 0;
}
