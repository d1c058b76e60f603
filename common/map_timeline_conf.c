/* Reading timelines from the configuration. */
#include "common/map_inner.h"

#include <string.h>

#include "common/conf.h"

/* A day of the timeline is a date even if the file does not say so. */
static void
dated(const struct node *n, const char *key, const struct map_settings *s,
    struct arena *a, struct value *v)
{
	static enum as date[] = { AS_DATE };
	struct node child;
	size_t i, k;

	if (!conf_get(n, key, &child))
		return;
	map_value_conf(&child, s, a, v);
	for (i = 0; i < v->nway; i++) {
		if (v->way[i].nas == 0) {
			v->way[i].as = date;
			v->way[i].nas = 1;
		}
		for (k = 0; k < v->way[i].nas; k++)
			if (v->way[i].as[k] == AS_DATE)
				break;
		if (k == v->way[i].nas)
			conf_bad(&child, "'as' must have 'date'");
	}
}

static const char *
place(const struct node *n, const char *key, struct arena *a)
{
	const char *s = NULL;

	if (conf_string(n, key, a, &s) &&
	    (*s == '@' || place_fault(s) != NULL))
		conf_bad_at(n, key, "not a JSON Pointer");
	return s;
}

static const char *
status(const struct node *n, const char *key, enum member_status usual,
    struct arena *a)
{
	const char *s = member_status_name(usual);
	char *json;
	size_t len;

	conf_string(n, key, a, &s);
	len = strlen(s);
	if (member_status_find(s, len) < 0)
		conf_bad_at(n, key, "not pending, active, suspended or closed");
	json = arena_alloc(a, len + 3);
	json[0] = json[len + 1] = '"';
	memcpy(json + 1, s, len);
	json[len + 2] = '\0';
	return json;
}

struct timeline *
map_timeline_conf(const struct node *n, const struct map_settings *s,
    struct arena *a)
{
	static const char *const keys[] = { "each", "slices", "from", "until",
	    "status", "sequence", "before", "after", "ahead", "fields",
	    NULL };
	struct timeline *t;
	struct node child;

	t = arena_alloc(a, sizeof *t);
	memset(t, 0, sizeof *t);
	if (!conf_known(n, keys))
		return t;
	t->each = place(n, "each", a);
	t->slices = place(n, "slices", a);
	dated(n, "from", s, a, &t->from);
	dated(n, "until", s, a, &t->until);
	if (conf_get(n, "sequence", &child))
		map_value_conf(&child, s, a, &t->sequence);
	if (conf_get(n, "status", &child)) {
		map_value_conf(&child, s, a, &t->status);
		map_status_conf(&child, "status", s, &t->status);
	} else {
		conf_bad(n, "there is no status");
	}
	if (conf_get(n, "ahead", &child)) {
		map_value_conf(&child, s, a, &t->ahead);
		map_status_conf(&child, "status", s, &t->ahead);
	}
	t->before = status(n, "before", ST_PENDING, a);
	t->after = status(n, "after", ST_SUSPENDED, a);
	map_fields_conf(n, s, a, &t->field, &t->nfield);
	return t;
}
