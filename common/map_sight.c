/* Taking values out of a document of loya's own, or of an answer. */
#include "common/map_inner.h"

#include <stdlib.h>
#include <string.h>

int
map_sight_open(struct map_sight **out, const char *json, size_t len,
    struct arena *a, struct err *e)
{
	struct map_sight *s = xcalloc(1, sizeof *s);
	int rc;

	*out = NULL;
	s->row.source = "";
	s->row.event_id = "";
	s->row.content_type = "application/json";
	s->row.body = json;
	s->row.len = len;
	s->m.form = &s->form;
	s->m.arena = a;
	s->m.why = &s->why;
	if ((rc = scene_open(&s->m.scene, &s->row, NULL, 0, a, e)) != 0) {
		free(s);
		return rc;
	}
	*out = s;
	return 0;
}

void
map_sight_close(struct map_sight *s)
{
	if (s == NULL)
		return;
	scene_close(&s->m.scene);
	buf_release(&s->m.scratch);
	free(s);
}

long
map_sight_list(struct map_sight *s, const char *pointer)
{
	struct scene *sc = &s->m.scene;

	if (sc->body.n == 0 ||
	    !json_pointer(&sc->body, sc->base, pointer, &s->list) ||
	    json_type(&sc->body, s->list) != JSON_ARRAY)
		return -1;
	return (long)sc->body.tok[s->list].count;
}

void
map_sight_at(struct map_sight *s, size_t i)
{
	struct scene *sc = &s->m.scene;

	sc->element = sc->base;
	for (JSON_EACH(&sc->body, s->list, k))
		if (i-- == 0) {
			sc->element = k;
			break;
		}
}

const char *
map_sight_source(const struct map_sight *s, size_t *len)
{
	return json_source(&s->m.scene.body, s->m.scene.element, len);
}

int
map_sight_holds(const struct map_sight *s, const struct cond *c)
{
	return map_holds(&s->m, c);
}

const char *
map_sight_text(struct map_sight *s, const struct value *v)
{
	struct way string = { 0 };
	struct got g;

	if (v == NULL || map_read(&s->m, "", v, &g) != 0 ||
	    g.kind == GOT_NOTHING || g.kind == GOT_NULL)
		return NULL;
	/* A value that was not converted is still quoted. */
	map_unquote(&s->m, &g);
	if (map_convert(&s->m, &string, AS_STRING, &g) != NULL)
		return NULL;
	return arena_dup(s->m.arena, g.s, g.len);
}
