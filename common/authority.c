/* Who owns which field: loya.json, or what follows from the sources alone. */
#include "common/source.h"

#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/change.h"
#include "common/map.h"
#include "common/source_inner.h"

static const char *none[] = { NULL };

/* Whether the map of any source says this field, or the programme itself may,
 * whose lines name what they like. */
static int
known_field(const struct config *c, const char *field, const char **list)
{
	size_t i;

	if (core_field_find(field, strlen(field)) != F_CORE)
		return 1;
	if (!attribute_name_ok(field, strlen(field)))
		return 0;
	for (i = 0; list[i] != NULL; i++)
		if (strcmp(list[i], "local") == 0)
			return 1;
	for (i = 0; i < c->nsource; i++)
		if (map_names_field(c->source[i].map, field))
			return 1;
	return 0;
}

static const char **
list(const struct node *n, struct arena *a, const struct config *c)
{
	struct node item;
	const char **out;
	size_t i, k, count;

	if (conf_type(n) != CONF_ARRAY) {
		conf_bad(n, "not a list of sources");
		return none;
	}
	count = conf_count(n);
	out = arena_alloc(a, (count + 1) * sizeof *out);
	for (i = 0; i < count; i++) {
		conf_item(n, i, &item);
		out[i] = conf_text(&item, a);
		if (strcmp(out[i], "local") != 0 &&
		    config_source(c, out[i]) == NULL)
			conf_bad(&item, "there is no source '%s'", out[i]);
		for (k = 0; k < i; k++)
			if (strcmp(out[k], out[i]) == 0)
				conf_bad(&item, "'%s' is listed twice", out[i]);
	}
	out[count] = NULL;
	return out;
}

static int
by_field(const void *a, const void *b)
{
	return strcmp(((const struct rule *)a)->field,
	    ((const struct rule *)b)->field);
}

/* Read the rules of loya.json. */
static void
rules(const struct node *n, struct arena *a, struct config *c,
    struct authority *au)
{
	struct node item;
	enum core_field core;
	const char **l;
	size_t i;

	if (conf_type(n) != CONF_OBJECT) {
		conf_bad(n, "not an object");
		return;
	}
	au->rule = arena_alloc(a, (conf_count(n) + 1) * sizeof *au->rule);
	for (i = 0; i < conf_count(n); i++) {
		conf_item(n, i, &item);
		l = list(&item, a, c);
		if (strcmp(item.key, "*") == 0) {
			au->rest = l;
			continue;
		}
		if (!known_field(c, item.key, l))
			conf_bad(&item, "neither a core field nor an "
			    "attribute that a source maps");
		core = core_field_find(item.key, strlen(item.key));
		if (core != F_CORE) {
			au->core[core] = l;
			continue;
		}
		au->rule[au->nrule].field =
		    arena_str(a, item.key);
		au->rule[au->nrule++].list = l;
	}
	qsort(au->rule, au->nrule, sizeof *au->rule, by_field);
}

static const struct rule *
find(const struct authority *au, const char *field)
{
	struct rule key = { field, NULL };

	if (au->nrule == 0)
		return NULL;
	return bsearch(&key, au->rule, au->nrule, sizeof key, by_field);
}

/* Whether the source is read from.  A base address alone only serves push. */
static int
is_read(const struct source_pull *p)
{
	return p->command != NULL || p->nchanges > 0 || p->nall > 0 ||
	    p->one != NULL;
}

/* The only source that anything can come from, or NULL.  One that is only
 * written to does not count. */
static const struct source *
sole(const struct config *c)
{
	const struct source *s, *found = NULL;
	size_t i;

	for (i = 0; i < c->nsource; i++) {
		s = &c->source[i];
		if (s->npush_on > 0 && s->map == NULL && !s->receive.hook &&
		    !is_read(&s->pull))
			continue;
		if (found != NULL)
			return NULL;
		found = s;
	}
	return found;
}

/* Whether the names in the maps decide about this field: a removed record
 * decides the status even if no map names it. */
static int
by_names(const struct config *c, const char *field)
{
	size_t i;

	for (i = 0; i < c->nsource; i++)
		if (map_names_field(c->source[i].map, field))
			return 1;
	return strcmp(field, core_field_name(F_STATUS)) != 0;
}

static void
also(const struct source *x, const struct source *y, const char *field,
    const char *first, struct buf *b)
{
	if (strcmp(field, first) == 0 || !map_names_field(x->map, field) ||
	    !map_names_field(y->map, field))
		return;
	buf_adds(b, ", ");
	buf_adds(b, field);
}

/* List the other fields that two sources map and no rule names, so that all
 * rules can be written at once. */
static void
contested(const struct authority *au, const struct source *x,
    const struct source *y, const char *first, struct buf *b)
{
	const char *const *f;
	int i;

	buf_adds(b, first);
	for (i = 0; i < F_CORE; i++)
		if (au->core[i] == NULL)
			also(x, y, core_field_name((enum core_field)i), first,
			    b);
	for (f = map_fields(x->map); *f != NULL; f++)
		if (core_field_find(*f, strlen(*f)) == F_CORE &&
		    find(au, *f) == NULL)
			also(x, y, *f, first, b);
}

static int
refuse(struct config *c, const struct source *x, const struct source *y,
    const char *field, int named, struct err *e)
{
	struct buf b = { NULL, 0, 0 };
	int rc;

	contested(c->authority, x, y, field, &b);
	buf_addc(&b, '\0');
	rc = err_set(e, E_CONF, "%s: map: %s %s %s as well, but %s/loya.json "
	    "has no authority for %s", x->at.map, y->file, named ? "maps" :
	    "has 'deleted' and so decides", b.p, c->dir,
	    strcmp(b.p, field) == 0 ? "it" : "them");
	buf_release(&b);
	return rc;
}

/* Who decides a field that no rule names: the only source there is, or the one
 * that maps it.  Two are a set-up error, never a guess. */
static int
only_one(struct config *c, const char *field, struct arena *a,
    const char ***out, struct err *e)
{
	const struct source *s = sole(c);
	size_t i, n = s == NULL ? c->nsource : 0;
	int named = by_names(c, field);

	*out = none;
	for (i = 0; i < n; i++) {
		if (named ? !map_names_field(c->source[i].map, field) :
		    !map_removes(c->source[i].map))
			continue;
		if (s != NULL)
			return refuse(c, &c->source[i], s, field, named, e);
		s = &c->source[i];
	}
	if (s != NULL) {
		*out = arena_alloc(a, 2 * sizeof **out);
		(*out)[0] = s->name;
		(*out)[1] = NULL;
	}
	return 0;
}

/* Attributes that no rule names, each with the one source that maps it. */
static int
attributes(struct config *c, struct arena *a, struct authority *au,
    struct err *e)
{
	const char *const *f;
	struct rule *more;
	size_t i, n = au->nrule;
	int rc;

	for (i = 0; i < c->nsource; i++)
		for (f = map_fields(c->source[i].map); *f != NULL; f++)
			n++;
	more = arena_alloc(a, (n + 1) * sizeof *more);
	if (au->nrule > 0)
		memcpy(more, au->rule, au->nrule * sizeof *more);
	au->rule = more;
	for (i = 0; i < c->nsource; i++)
		for (f = map_fields(c->source[i].map); *f != NULL; f++) {
			if (core_field_find(*f, strlen(*f)) != F_CORE ||
			    find(au, *f) != NULL)
				continue;
			rc = only_one(c, *f, a, &more[au->nrule].list, e);
			if (rc != 0)
				return rc;
			more[au->nrule++].field = *f;
			qsort(more, au->nrule, sizeof *more, by_field);
		}
	return 0;
}

int
authority_conf(const struct node *n, struct arena *a, struct config *c,
    struct err *e)
{
	struct authority *au;
	int f, rc;

	au = arena_alloc(a, sizeof *au);
	memset(au, 0, sizeof *au);
	c->authority = au;
	au->given = n != NULL;
	if (n != NULL)
		rules(n, a, c, au);
	for (f = 0; f < F_CORE; f++) {
		if (au->core[f] == NULL)
			au->core[f] = au->rest;
		if (au->core[f] != NULL)
			continue;
		rc = only_one(c, core_field_name((enum core_field)f), a,
		    &au->core[f], e);
		if (rc != 0)
			return rc;
	}
	if (au->rest != NULL)
		return 0;
	if ((rc = attributes(c, a, au, e)) != 0)
		return rc;
	/* The rest are attributes of a source that may say any. */
	return only_one(c, "any.attribute", a, &au->rest, e);
}

int
config_authority_given(const struct config *c)
{
	return c->authority->given;
}

const char *const *
config_authority(const struct config *c, const char *field)
{
	const struct authority *au = c->authority;
	const struct rule *r;
	enum core_field core;

	core = core_field_find(field, strlen(field));
	if (core != F_CORE)
		return au->core[core];
	r = find(au, field);
	return r != NULL ? r->list : au->rest;
}

int
config_rank(const struct config *c, const char *field, const char *source)
{
	const char *const *l = config_authority(c, field);
	int i;

	for (i = 0; l[i] != NULL; i++)
		if (strcmp(l[i], source) == 0)
			return i;
	return -1;
}

const char *
config_owner(const struct config *c, const char *field)
{
	return config_authority(c, field)[0];
}

/* Whether any list names the source. */
static int
decides(const struct authority *au, const char *source)
{
	const char *const *l = au->rest;
	size_t i, n = F_CORE + au->nrule;

	for (i = 0; i <= n; i++) {
		for (; *l != NULL; l++)
			if (strcmp(*l, source) == 0)
				return 1;
		if (i < n)
			l = i < F_CORE ? au->core[i] :
			    au->rule[i - F_CORE].list;
	}
	return 0;
}

int
config_left_out(const struct config *c, const struct source *s, struct buf *b)
{
	const char *const *f;

	if (!decides(c->authority, s->name))
		return s->map != NULL;
	/* A map that may say any field names every field. */
	for (f = map_fields(s->map); *f != NULL; f++) {
		if (config_rank(c, *f, s->name) >= 0)
			continue;
		buf_adds(b, b->len > 0 ? ", " : "");
		buf_adds(b, *f);
	}
	return b->len > 0;
}

const char *
config_rule(const struct config *c, size_t i)
{
	const struct authority *au = c->authority;

	return i < au->nrule ? au->rule[i].field : NULL;
}

const char *
config_authority_text(const struct config *c)
{
	return c->authority->text;
}

const char *
config_match_text(const struct config *c)
{
	return c->authority->match;
}
