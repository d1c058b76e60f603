#include "common/map_inner.h"

#include <string.h>
#include <strings.h>

#include "common/conf.h"

/* Zero has many spellings: 0, 0.0, -0, 0e1. */
static int
is_zero(const char *number)
{
	size_t n = strcspn(number, "eE");

	return strcspn(number, "123456789") >= n;
}

/* What a sender means by "no": nothing, false, 0, and their spellings. */
static int
truth(const struct scene *s, const struct found *f)
{
	static const char *const no[] =
	    { "", "false", "0", "no", "n", "off" };
	const char *t;
	size_t i;

	switch (place_type(f)) {
	case JSON_NULL:
	case JSON_FALSE:
		return 0;
	case JSON_ARRAY:
	case JSON_OBJECT:
		return f->j->tok[f->tok].count > 0;
	case JSON_NUMBER:
		return !is_zero(place_text(s, f));
	default:
		t = place_text(s, f);
		for (i = 0; i < sizeof no / sizeof no[0]; i++)
			if (strcasecmp(t, no[i]) == 0)
				return 0;
		return 1;
	}
}

static int
text_holds(enum test test, const char *s, const char *want)
{
	size_t n = strlen(s), k = strlen(want);

	switch (test) {
	case TEST_IS:
		return strcmp(s, want) == 0;
	case TEST_BEGINS:
		return n >= k && memcmp(s, want, k) == 0;
	case TEST_ENDS:
		return n >= k && memcmp(s + n - k, want, k) == 0;
	default:
		return strstr(s, want) != NULL;
	}
}

static int
any_text(const struct scene *s, const struct cond *c, const struct found *f)
{
	const char *t;
	size_t i;

	t = place_text(s, f);
	if (t == NULL)
		return 0;
	for (i = 0; i < c->ntext; i++)
		if (text_holds(c->test, t, c->text[i]))
			return 1;
	return 0;
}

/* An array holds when one of its elements does. */
static int
texts_hold(const struct scene *s, const struct cond *c, const struct found *f)
{
	struct found e;

	if (place_type(f) != JSON_ARRAY)
		return any_text(s, c, f);
	for (JSON_EACH(f->j, f->tok, k)) {
		e.j = f->j;
		e.tok = k;
		e.text = NULL;
		if (any_text(s, c, &e))
			return 1;
	}
	return 0;
}

/* An object that has nothing but members of these names. */
static int
just(const struct cond *c, const struct found *f)
{
	size_t i;

	if (place_type(f) != JSON_OBJECT)
		return 0;
	for (JSON_EACH(f->j, f->tok, k)) {
		for (i = 0; i < c->ntext; i++)
			if (json_is(f->j, k, c->text[i]))
				break;
		if (i == c->ntext)
			return 0;
	}
	return 1;
}

/* The first of the places that is there. */
static int
place_holds(const struct mapper *m, const struct cond *c)
{
	struct found f;
	size_t i;

	for (i = 0; i < c->nplace; i++)
		if (place_find(&m->scene, c->place[i], &f))
			break;
	if (i == c->nplace)
		return 0;
	switch (c->test) {
	case TEST_TRUE:
		return truth(&m->scene, &f);
	case TEST_THERE:
		return place_type(&f) != JSON_NULL;
	case TEST_JUST:
		return just(c, &f);
	default:
		return texts_hold(&m->scene, c, &f);
	}
}

/* Conditions nest as deep as the configuration, which COND_DEPTH bounds. */
int
map_holds(const struct mapper *m, const struct cond *c)
{
	size_t i;

	if (c == NULL)
		return 0;
	switch (c->test) {
	case TEST_ANY:
		for (i = 0; i < c->nsub; i++)
			if (map_holds(m, &c->sub[i]))
				return 1;
		return 0;
	case TEST_ALL:
		for (i = 0; i < c->nsub; i++)
			if (!map_holds(m, &c->sub[i]))
				return 0;
		return 1;
	default:
		return place_holds(m, c) == c->want;
	}
}

enum { COND_DEPTH = 8 };

static void cond(const struct node *, struct arena *, int, struct cond *);

static void
several(const struct node *n, struct arena *a, int depth, struct cond *c)
{
	struct node item;
	size_t i;

	if (conf_type(n) != CONF_ARRAY || conf_count(n) == 0) {
		conf_bad(n, "not a list of conditions");
		return;
	}
	c->nsub = conf_count(n);
	c->sub = arena_alloc(a, c->nsub * sizeof *c->sub);
	memset(c->sub, 0, c->nsub * sizeof *c->sub);
	for (i = 0; i < c->nsub; i++) {
		conf_item(n, i, &item);
		cond(&item, a, depth + 1, &c->sub[i]);
	}
}

static void
places(const struct node *n, struct arena *a, struct cond *c)
{
	const char *fault;
	size_t i;

	if (!conf_texts(n, "from", a, &c->place, &c->nplace)) {
		conf_bad(n, "a condition needs 'from'");
		return;
	}
	for (i = 0; i < c->nplace; i++)
		if ((fault = place_fault(c->place[i])) != NULL)
			conf_bad_at(n, "from", "'%s': %s", c->place[i], fault);
}

/* What the places are compared with: returns how many tests were found before
 * there was one too many. */
static size_t
find_tests(const struct node *n, struct arena *a, struct cond *c)
{
	static const struct {
		const char *key;
		enum test test;
	} tests[] = {
		{ "is", TEST_IS }, { "begins", TEST_BEGINS },
		{ "ends", TEST_ENDS }, { "contains", TEST_CONTAINS },
		{ "just", TEST_JUST }
	};
	size_t i, found = 0;

	for (i = 0; i < sizeof tests / sizeof tests[0]; i++)
		if (conf_texts(n, tests[i].key, a, &c->text, &c->ntext)) {
			c->test = tests[i].test;
			if (found++ > 0)
				conf_bad(n, "a condition has only one test");
			/* conf_texts() would empty what the next one
			 * asks for. */
			if (c->ntext > 0)
				break;
		}
	if (conf_bool(n, "there", &c->want)) {
		c->test = TEST_THERE;
		found++;
	}
	return found;
}

static void
object(const struct node *n, struct arena *a, int depth, struct cond *c)
{
	static const char *const keys[] = { "from", "there", "is", "begins",
	    "ends", "contains", "just", "all", "not", NULL };
	struct node child;
	size_t found;
	int no = 0;

	if (!conf_known(n, keys))
		return;
	if (conf_get(n, "all", &child)) {
		c->test = TEST_ALL;
		several(&child, a, depth, c);
		if (conf_count(n) != 1)
			conf_bad(n, "'all' must stand alone");
		return;
	}
	places(n, a, c);
	found = find_tests(n, a, c);
	conf_bool(n, "not", &no);
	if (found > 1 || conf_count(n) > 1 + found + (size_t)
	    conf_get(n, "not", &child))
		conf_bad(n, "a condition has only one test");
	if (no)
		c->want = !c->want;
}

static void
cond(const struct node *n, struct arena *a, int depth, struct cond *c)
{
	c->want = 1;
	if (depth > COND_DEPTH) {
		conf_bad(n, "conditions are nested too deeply");
		return;
	}
	switch (conf_type(n)) {
	case CONF_STRING:
		c->place = arena_alloc(a, sizeof *c->place);
		c->place[0] = map_place_conf(n, a);
		c->nplace = 1;
		c->test = TEST_TRUE;
		break;
	case CONF_BOOL:
		/* Without any conditions "all" is true and "any" is false. */
		c->test = strcmp(conf_json(n, a), "true") == 0 ? TEST_ALL
		    : TEST_ANY;
		break;
	case CONF_ARRAY:
		c->test = TEST_ANY;
		several(n, a, depth, c);
		break;
	default:
		object(n, a, depth, c);
		break;
	}
}

struct cond *
map_cond_conf(const struct node *n, struct arena *a)
{
	struct cond *c;

	c = arena_alloc(a, sizeof *c);
	memset(c, 0, sizeof *c);
	cond(n, a, 0, c);
	return c;
}

const char *
map_place_conf(const struct node *n, struct arena *a)
{
	const char *s, *fault;

	s = conf_text(n, a);
	if ((fault = place_fault(s)) != NULL)
		conf_bad(n, "'%s': %s", s, fault);
	return s;
}
