/* Places that name a header: it must be kept, or they lead nowhere. */
#include "common/map_inner.h"

#include <string.h>

#include "common/conf.h"
#include "common/names.h"

/* Whether there is or can be something at a place: names of CloudEvents
 * attributes are letters and digits. */
static int
can_be(const char *place, const char *const *header, size_t nheader)
{
	const char *name = place + 1;

	return *place != '@' || strcmp(name, "event_id") == 0 ||
	    strcmp(name, "received_at") == 0 ||
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789") ==
	    strlen(name) || names_among(header, nheader, name);
}

void
map_places_kept(const struct node *n, const char *const *place,
    size_t nplace, const char *const *header, size_t nheader)
{
	size_t i;

	for (i = 0; i < nplace; i++)
		if (!can_be(place[i], header, nheader)) {
			conf_bad(n, "'%s' is not a CloudEvents attribute, and "
			    "receive.headers does not keep it", place[i]);
			return;
		}
}

static void
places(const struct node *n, const char *const *place, size_t count,
    const struct kept *k)
{
	map_places_kept(n, place, count, k->header, k->n);
}

static void
value(const struct node *n, const struct value *v, const struct kept *k)
{
	size_t i;

	for (i = 0; i < v->nway; i++)
		places(n, (const char *const *)v->way[i].place,
		    v->way[i].nplace, k);
}

/* Conditions are no deeper than map_cond.c lets them be. */
static void
cond(const struct node *n, const struct cond *c, const struct kept *k)
{
	size_t i;

	if (c == NULL)
		return;
	places(n, (const char *const *)c->place, c->nplace, k);
	for (i = 0; i < c->nsub; i++)
		cond(n, &c->sub[i], k);
}

static void
fields(const struct node *n, const struct mapped *m, size_t count,
    const struct kept *k)
{
	struct node list, item;
	size_t i;

	for (i = 0; i < count && conf_get(n, "fields", &list); i++) {
		conf_item(&list, i, &item);
		value(&item, &m[i].value, k);
	}
}

static void
timeline(const struct node *n, const struct timeline *t, const struct kept *k)
{
	const struct {
		const char *key;
		const struct value *v;
	} values[] = {
		{ "from", &t->from }, { "until", &t->until },
		{ "status", &t->status }, { "ahead", &t->ahead },
		{ "sequence", &t->sequence }
	};
	struct node child;
	size_t i;

	for (i = 0; i < sizeof values / sizeof values[0]; i++)
		if (conf_get(n, values[i].key, &child))
			value(&child, values[i].v, k);
	fields(n, t->field, t->nfield, k);
}

void
map_headers_conf(const struct node *n, const struct form *f,
    const struct kept *k)
{
	const struct {
		const char *key;
		const struct value *v;
	} values[] = {
		{ "external_id", &f->external_id }, { "version", &f->version },
		{ "version", &f->version_sub }, { "time", &f->time },
		{ "effective_at", &f->effective_at }
	};
	const struct {
		const char *key;
		const struct cond *c;
	} conds[] = {
		{ "when", f->when }, { "deleted", f->deleted },
		{ "thin", f->thin }, { "echo", f->echo }
	};
	struct node child;
	size_t i;

	for (i = 0; i < sizeof values / sizeof values[0]; i++)
		if (conf_get(n, values[i].key, &child))
			value(&child, values[i].v, k);
	for (i = 0; i < sizeof conds / sizeof conds[0]; i++)
		if (conf_get(n, conds[i].key, &child))
			cond(&child, conds[i].c, k);
	if (conf_get(n, "only", &child)) {
		places(&child, (const char *const *)f->changed, f->nchanged,
		    k);
		places(&child, (const char *const *)f->cleared, f->ncleared,
		    k);
	}
	fields(n, f->field, f->nfield, k);
	if (f->timeline != NULL && conf_get(n, "timeline", &child))
		timeline(&child, f->timeline, k);
}
