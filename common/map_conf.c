/* Reading maps and their forms from the configuration. */
#include "common/map_inner.h"

#include <stdlib.h>
#include <string.h>

#include "common/conf.h"
#include "common/zone.h"

static const char *const keys[] = { "when", "root", "each", "canonical",
    "external_id", "version", "time", "effective_at", "deleted", "fields",
    "only", "thin", "echo", "zone", "empty", "country", "leave", "timeline",
    "forms", NULL };

static void
pointers(const struct node *n, const char *key, struct arena *a,
    const char ***v, size_t *count)
{
	size_t i;

	conf_texts(n, key, a, v, count);
	for (i = 0; i < *count; i++)
		if (!json_pointer_ok((*v)[i]))
			conf_bad_at(n, key, "'%s' is not a JSON Pointer",
			    (*v)[i]);
}

static void
settings(const struct node *n, struct arena *a, struct map_settings *s)
{
	static const char *const words[] = { "keep", "null", NULL };
	static const char *const statuses[] =
	    { "active", "suspended", "pending", "closed", NULL };
	static const char *const json[] =
	    { "\"active\"", "\"suspended\"", "\"pending\"", "\"closed\"" };
	const char *zone, *why;
	int leave = 0;

	memset(s, 0, sizeof *s);
	if (conf_string(n, "zone", a, &zone) &&
	    zone_get(zone, a, &s->zone, &why) != 0)
		conf_bad_at(n, "zone", "%s", why);
	conf_word(n, "empty", words, &s->empty_null);
	conf_word(n, "leave", statuses, &leave);
	s->leave = json[leave];
	if (conf_string(n, "country", a, &s->country) &&
	    (strspn(s->country, "0123456789") != strlen(s->country) ||
	    strlen(s->country) > 3 || s->country[0] < '1'))
		conf_bad_at(n, "country", "not a country's calling code in "
		    "digits");
}

static void
value(const struct node *n, const char *key, const struct map_settings *s,
    struct arena *a, struct value *v)
{
	struct node child;

	if (conf_get(n, key, &child))
		map_value_conf(&child, s, a, v);
}

/* The id becomes text, whatever type it has. */
static void
id(const struct node *n, const struct map_settings *s, struct arena *a,
    struct value *v)
{
	struct way *w;
	enum as *as;
	size_t i;

	value(n, "external_id", s, a, v);
	for (i = 0; i < v->nway; i++) {
		w = &v->way[i];
		as = arena_alloc(a, (w->nas + 1) * sizeof *as);
		if (w->nas > 0)
			memcpy(as, w->as, w->nas * sizeof *as);
		as[w->nas++] = AS_STRING;
		w->as = as;
	}
}

/* version: a value, or {"join": [value, value]}. */
static void
version(const struct node *n, const struct map_settings *s, struct arena *a,
    struct form *f)
{
	static const char *const join[] = { "join", NULL };
	struct node v, list, item;

	if (!conf_get(n, "version", &v))
		return;
	if (conf_type(&v) != CONF_OBJECT || !conf_get(&v, "join", &list)) {
		map_value_conf(&v, s, a, &f->version);
		return;
	}
	conf_known(&v, join);
	if (conf_type(&list) != CONF_ARRAY || conf_count(&list) != 2) {
		conf_bad(&list, "not a list of two values");
		return;
	}
	conf_item(&list, 0, &item);
	map_value_conf(&item, s, a, &f->version);
	conf_item(&list, 1, &item);
	map_value_conf(&item, s, a, &f->version_sub);
}

static void
only(const struct node *n, struct arena *a, struct form *f)
{
	static const char *const known[] = { "changed", "cleared", NULL };
	struct node o;
	const char *fault = NULL;
	size_t i;

	if (!conf_get(n, "only", &o) || !conf_known(&o, known))
		return;
	conf_texts(&o, "changed", a, &f->changed, &f->nchanged);
	conf_texts(&o, "cleared", a, &f->cleared, &f->ncleared);
	for (i = 0; i < f->nchanged && fault == NULL; i++)
		fault = place_fault(f->changed[i]);
	for (i = 0; i < f->ncleared && fault == NULL; i++)
		fault = place_fault(f->cleared[i]);
	if (fault != NULL)
		conf_bad(&o, "%s", fault);
	else if (f->nchanged == 0)
		conf_bad(&o, "there is no 'changed'");
}

/* Constants that the file itself gives for a field must be valid. */
static void
constants(const struct node *n, const char *name, const struct value *v)
{
	const struct way *w;
	const char *fault = NULL;
	size_t i, k;

	for (i = 0; i < v->nway; i++) {
		w = &v->way[i];
		for (k = 0; k < w->nword && fault == NULL; k++)
			fault = field_fault(name, w->word[k].json,
			    w->word[k].len);
		if (fault == NULL && w->rest != NULL)
			fault = field_fault(name, w->rest->json, w->rest->len);
		if (fault != NULL) {
			conf_bad(n, "one of its values %s", fault);
			return;
		}
		if (w->fallback != NULL && (fault = field_fault(name,
		    w->fallback, strlen(w->fallback))) != NULL)
			conf_bad(n, "its default %s", fault);
	}
}

/* "leave" stands for a status that the map defines. */
static void
leave(const char **json, size_t *len, const struct map_settings *s)
{
	if (*json == NULL || strcmp(*json, "\"leave\"") != 0)
		return;
	*json = s->leave;
	if (len != NULL)
		*len = strlen(s->leave);
}

void
map_status_conf(const struct node *n, const char *name,
    const struct map_settings *s, struct value *v)
{
	struct way *w;
	size_t i, k;

	for (i = 0; i < v->nway && strcmp(name, "status") == 0; i++) {
		w = &v->way[i];
		for (k = 0; k < w->nword; k++)
			leave(&w->word[k].json, &w->word[k].len, s);
		if (w->rest != NULL)
			leave(&w->rest->json, &w->rest->len, s);
		leave(&w->fallback, NULL, s);
	}
	constants(n, name, v);
}

void
map_fields_conf(const struct node *n, const struct map_settings *s,
    struct arena *a, struct mapped **out, size_t *count)
{
	struct node list, item;
	struct mapped *m;
	size_t i, len;

	if (!conf_get(n, "fields", &list))
		return;
	if (conf_type(&list) != CONF_OBJECT) {
		conf_bad(&list, "not an object");
		return;
	}
	*out = arena_alloc(a, (conf_count(&list) + 1) * sizeof **out);
	for (i = 0; i < conf_count(&list); i++) {
		conf_item(&list, i, &item);
		m = &(*out)[(*count)++];
		memset(m, 0, sizeof *m);
		len = strlen(item.key);
		m->core = core_field_find(item.key, len);
		if (m->core == F_CORE && !attribute_name_ok(item.key, len))
			conf_bad(&item, "neither a core field nor a name that "
			    "an attribute may have");
		m->name = m->core == F_CORE ? arena_dup(a, item.key, len)
		    : core_field_name(m->core);
		map_value_conf(&item, s, a, &m->value);
		m->value.field = m->name;
		map_status_conf(&item, m->name, s, &m->value);
	}
}

/* Where no time is given: a CloudEvent's own. */
static void
default_time(struct arena *a, struct value *v)
{
	static const char *place[] = { "@time" };
	static const char *dotted[] = { NULL };
	struct way *w = arena_alloc(a, sizeof *w);

	memset(w, 0, sizeof *w);
	w->place = place;
	w->dotted = dotted;
	w->nplace = 1;
	w->shown = place[0];
	v->way = w;
	v->nway = 1;
}

static void
form(const struct node *n, const struct kept *kept, struct arena *a,
    struct form *f)
{
	struct map_settings s;
	struct node child;

	memset(f, 0, sizeof *f);
	if (!conf_known(n, keys))
		return;
	settings(n, a, &s);
	f->zone = s.zone;
	f->when = map_cond_alone(n, "when", a);
	f->deleted = map_cond_alone(n, "deleted", a);
	f->thin = map_cond_alone(n, "thin", a);
	f->echo = map_cond_alone(n, "echo", a);
	pointers(n, "root", a, &f->root, &f->nroot);
	if (conf_string(n, "each", a, &f->each) &&
	    (*f->each == '@' || place_fault(f->each) != NULL))
		conf_bad_at(n, "each", "not a JSON Pointer");
	conf_bool(n, "canonical", &f->canonical);
	id(n, &s, a, &f->external_id);
	version(n, &s, a, f);
	value(n, "time", &s, a, &f->time);
	value(n, "effective_at", &s, a, &f->effective_at);
	if (f->time.nway == 0)
		default_time(a, &f->time);
	only(n, a, f);
	map_fields_conf(n, &s, a, &f->field, &f->nfield);
	if (conf_get(n, "timeline", &child) && conf_type(&child) != CONF_NULL)
		f->timeline = map_timeline_conf(&child, &s, a);
	if (f->canonical && (f->nfield > 0 || f->timeline != NULL ||
	    conf_get(n, "version", &child)))
		conf_bad_at(n, "canonical", "not together with fields, "
		    "timeline or version");
	map_headers_conf(n, f, kept);
}

static void
name(struct map *map, size_t *n, const char *s)
{
	if (map_names_field(map, s))
		return;
	map->fields[(*n)++] = s;
	map->fields[*n] = NULL;
}

/* All names of all forms, each once. */
static void
names(struct map *map, struct arena *a)
{
	const struct form *f;
	size_t i, k, n = 0, max = F_CORE;

	for (i = 0; i < map->nform; i++)
		max += map->form[i].nfield + (map->form[i].timeline != NULL ?
		    map->form[i].timeline->nfield : 0);
	map->fields = arena_alloc(a, (max + 1) * sizeof *map->fields);
	map->fields[0] = NULL;
	for (i = 0; i < map->nform; i++) {
		f = &map->form[i];
		for (k = 0; k < f->nfield; k++)
			name(map, &n, f->field[k].name);
		for (k = 0; f->timeline != NULL && k < f->timeline->nfield;
		    k++)
			name(map, &n, f->timeline->field[k].name);
		if (f->timeline != NULL)
			name(map, &n, core_field_name(F_STATUS));
		for (k = 0; f->canonical && k < F_CORE; k++)
			name(map, &n, core_field_name((enum core_field)k));
	}
	/* Only now: it answers yes to everything. */
	for (i = 0; i < map->nform; i++)
		map->any |= map->form[i].canonical;
}

static void
several_forms(const struct node *n, const struct node *forms,
    const struct kept *kept, struct arena *a, struct map *map)
{
	struct node one, whole;
	size_t i;

	if (conf_type(forms) != CONF_OBJECT || conf_count(forms) == 0) {
		conf_bad(forms, "not an object of forms");
		return;
	}
	map->form = arena_alloc(a, conf_count(forms) * sizeof *map->form);
	for (i = 0; i < conf_count(forms); i++) {
		conf_item(forms, i, &one);
		if (conf_get(&one, "forms", &whole))
			conf_bad(&whole, "a form cannot have forms");
		conf_patch(n, &one, &whole);
		form(&whole, kept, a, &map->form[map->nform]);
		map->form[map->nform++].name = arena_str(a, one.key);
	}
}

struct map *
map_conf(const struct node *n, const char *const *header, size_t nheader,
    struct arena *a)
{
	const struct kept kept = { header, nheader };
	struct map *map;
	struct node forms;
	struct form common;
	size_t i;

	map = arena_alloc(a, sizeof *map);
	memset(map, 0, sizeof *map);
	/* Read this even if there are forms, so that a fault in the common part
	 * is reported where it is. */
	form(n, &kept, a, &common);
	map->zone = common.zone;
	if (conf_get(n, "forms", &forms)) {
		several_forms(n, &forms, &kept, a, map);
	} else {
		map->form = arena_alloc(a, sizeof *map->form);
		map->form[0] = common;
		map->nform = 1;
	}
	for (i = 0; i < map->nform; i++)
		if (!map->form[i].canonical &&
		    map->form[i].external_id.nway == 0)
			conf_bad(n, "there is no external_id");
	names(map, a);
	return map;
}
