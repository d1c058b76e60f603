/* Values in the form that a change needs: times and fields. */
#include "common/map_inner.h"

#include <string.h>

#include "common/map_date.h"

int
map_time(struct mapper *m, const char *name, const struct got *g,
    int64_t *t)
{
	struct got g2 = *g;
	struct way w;

	*t = 0;
	if (g->kind == GOT_NULL && g->timed)
		return map_refuse(m, "bad_field", "%s: the day after "
		    "9999-12-31 cannot be stored, and without a day the change "
		    "would apply now", name);
	if (g->kind == GOT_NOTHING || g->kind == GOT_NULL)
		return 0;
	if (g->timed) {
		*t = g->time;
		return 0;
	}
	if (g2.kind == GOT_JSON && g2.s[0] == '"') {
		g2.kind = GOT_TEXT;
		g2.s++;
		g2.len -= 2;
	}
	memset(&w, 0, sizeof w);
	w.zone = g->zone;
	if (map_convert(m, &w, AS_DATETIME, &g2) != NULL)
		return map_refuse(m, "bad_field", "%s: '%.*s' is not a time",
		    name, map_shown(g2.s, g2.len), g2.s);
	*t = g2.time;
	return 0;
}

/* Times in one spelling, so that equal ones are equal texts. */
static void
time_form(struct mapper *m, struct got *g)
{
	char *t;
	int64_t v;

	/* No field has OData's format by itself. */
	if (g->kind != GOT_JSON || g->s[0] != '"' || g->len <= 12 ||
	    g->s[1] == '/' || map_date_read(g->s + 1, g->len - 2, NULL,
	    g->zone, &v) != 0)
		return;
	t = arena_alloc(m->arena, CLOCK_TEXT);
	g->s = clock_format(v, t);
	g->len = CLOCK_TEXT - 1;
	g->kind = GOT_TEXT;
	map_emit(m, g);
}

/* A list of texts as a set. */
static int
tags_form(struct mapper *m, struct got *g)
{
	struct json j = { 0 };
	const char **text;
	size_t n = 0;
	int rc = 0;

	if (g->kind != GOT_JSON || g->s[0] != '[')
		return 0;
	if (json_parse(&j, g->s, g->len) != 0)
		return 0;
	text = arena_alloc(m->arena, (j.tok[0].count + 1) * sizeof *text);
	for (JSON_EACH(&j, 0, k)) {
		text[n] = json_string(&j, k, m->arena, NULL);
		if (text[n++] == NULL)
			rc = -1;
	}
	if (rc == 0)
		map_set(m, text, n, g);
	json_release(&j);
	return rc;
}

int
map_wrong(struct mapper *m, const char *why, const char *name,
    const char *json, size_t len, const char *fault)
{
	int n = map_shown(json, len);

	return map_refuse(m, why, "%s: %.*s%s %s", name, n, json,
	    (size_t)n == len ? "" : json[0] == '"' ? "...\"" : "...", fault);
}

static const char *
unfit(struct mapper *m, const char *name, enum core_field core,
    struct got *g)
{
	map_emit(m, g);
	if (core == F_ENROLLED_AT || core == F_ENDED_AT)
		time_form(m, g);
	else if (core == F_TAGS && tags_form(m, g) != 0)
		return "has an element that is not a text";
	return field_fault(name, g->s, g->len);
}

const char *
map_unfit(struct mapper *m, const char *name, struct got *g)
{
	return g->kind == GOT_NULL ? NULL :
	    unfit(m, name, core_field_find(name, strlen(name)), g);
}

int
map_field(struct mapper *m, const char *name, enum core_field core,
    struct got *g, struct field *out)
{
	const char *fault;

	if (g->kind == GOT_NULL) {
		out->name = name;
		out->json = "null";
		out->len = 4;
		return 0;
	}
	if ((fault = unfit(m, name, core, g)) != NULL)
		return map_wrong(m, "bad_field", name, g->s, g->len, fault);
	out->name = name;
	out->json = g->s;
	out->len = g->len;
	return 0;
}
