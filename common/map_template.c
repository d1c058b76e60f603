/* Reading templates of texts and bodies that are sent. */
#include "common/map_template.h"

#include <stdio.h>
#include <string.h>

#include "common/conf.h"
#include "common/map_inner.h"
#include "common/url.h"

enum { BODY_DEPTH = 16, PIECES = 32, SECRET_NAME = 32 };

/* A place in a template: the document that it is filled from has no
 * envelope. */
static void
place_ok(const struct node *n, const char *place)
{
	if (*place == '@')
		conf_bad(n, "'%.60s': attributes cannot be used here", place);
}

static void
places_ok(const struct node *n, const struct value *v)
{
	size_t i, k;

	for (i = 0; i < v->nway; i++)
		for (k = 0; k < v->way[i].nplace; k++)
			place_ok(n, v->way[i].place[k]);
}

static void
value(const struct node *n, struct arena *a, struct value *v)
{
	static const struct map_settings none;

	map_value_conf(n, &none, a, v);
	places_ok(n, v);
}

struct value *
map_value_alone(const struct node *n, const char *key, struct arena *a)
{
	struct node child;
	struct value *v;

	if (!conf_get(n, key, &child))
		return NULL;
	v = arena_alloc(a, sizeof *v);
	value(&child, a, v);
	return v;
}

struct cond *
map_cond_alone(const struct node *n, const char *key, struct arena *a)
{
	struct node child;

	return conf_get(n, key, &child) ? map_cond_conf(&child, a) : NULL;
}

/* What {name} stands for; complains if the file itself uses an unknown one, and
 * notes that something is lacking if the profile does. */
static const char *
setting(const struct node *n, struct map_reader *r, const char *name,
    size_t len)
{
	char text[128];
	size_t i;

	for (i = 0; i < r->nsetting; i++)
		if (strlen(r->setting[i].name) == len &&
		    memcmp(r->setting[i].name, name, len) == 0)
			return r->setting[i].text;
	if (len == 4 && memcmp(name, "base", 4) == 0)
		strcpy(text, "there is no pull.base");
	else
		snprintf(text, sizeof text, "there is no '%.*s' in "
		    "push.rest.settings",
		    (int)(len < 60 ? len : 60), name);
	if (conf_own(n))
		conf_bad(n, "%s", text);
	else
		conf_lack(&r->lacks, text, r->arena);
	return "";
}

static void
add(struct map_text *t, const char *text, const char *place)
{
	struct piece *p = &t->piece[t->n++];

	p->text = text;
	p->place = place;
}

/* A setting as a part of a URL. */
static const char *
encoded(struct arena *a, const char *s)
{
	size_t n = strlen(s);
	char *out = arena_alloc(a, 3 * n + 1);

	out[url_encode_part(s, n, out)] = '\0';
	return out;
}

/* Read what is between two braces. */
static void
between(const struct node *n, struct map_reader *r, struct map_text *t,
    const char *s, size_t len)
{
	const char *place, *fault, *is;

	if (len > 0 && *s != '/' && *s != '^' && *s != '$') {
		is = setting(n, r, s, len);
		add(t, t->escape != MAP_URL || (len == 4 &&
		    memcmp(s, "base", 4) == 0) ? is : encoded(r->arena, is),
		    NULL);
		return;
	}
	place = arena_dup(r->arena, s, len);
	if ((fault = place_fault(place)) != NULL)
		conf_bad(n, "'%.60s': %s", place, fault);
	add(t, NULL, place);
}

/* "a{/b}c{name}", {{ for a brace. */
static struct map_text *
text(const struct node *n, const char *s, enum map_escape escape,
    struct map_reader *r)
{
	struct map_text *t = arena_alloc(r->arena, sizeof *t);
	size_t len;

	t->piece = arena_alloc(r->arena, PIECES * sizeof *t->piece);
	t->n = 0;
	t->escape = escape;
	while (*s != '\0') {
		if (t->n == PIECES) {
			conf_bad(n, "more than %d pieces", PIECES);
			break;
		}
		if (s[0] == '{' && s[1] == '{') {
			add(t, "{", NULL);
			s += 2;
		} else if (*s == '{') {
			len = strcspn(++s, "{}");
			if (s[len] != '}') {
				conf_bad(n, "a { without its }");
				break;
			}
			between(n, r, t, s, len);
			s += len + 1;
		} else {
			len = strcspn(s, "{");
			add(t, arena_dup(r->arena, s, len), NULL);
			s += len;
		}
	}
	return t;
}

struct map_text *
map_text_conf(const struct node *n, enum map_escape escape,
    struct map_reader *r)
{
	return text(n, conf_text(n, r->arena), escape, r);
}

int
map_text_fixed(const struct map_text *t)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (t->piece[i].place != NULL)
			return 0;
	return 1;
}

/* The first n pieces, without places. */
static const char *
literal(const struct map_text *t, size_t n, struct arena *a)
{
	struct buf b = { NULL, 0, 0 };
	const char *out;
	size_t i;

	for (i = 0; i < n; i++)
		if (t->piece[i].text != NULL)
			buf_adds(&b, t->piece[i].text);
	out = arena_dup(a, buf_str(&b), b.len);
	buf_release(&b);
	return out;
}

const char *
map_text_start(const struct map_text *t, struct arena *a)
{
	size_t n;

	for (n = 0; n < t->n && t->piece[n].text != NULL; n++)
		;
	return literal(t, n, a);
}

const char *
map_text_own(const struct map_text *t, struct arena *a)
{
	return literal(t, t->n, a);
}

static void body(const struct node *, struct map_reader *, int depth,
    struct map_body *);

/* The index of a secret among those of the reader. */
static void
secret(const struct node *n, struct map_reader *r, struct map_body *b)
{
	const char *name = conf_text(n, r->arena);
	size_t i;

	b->kind = BODY_SECRET;
	if (*name == '\0' || strlen(name) > SECRET_NAME || strspn(name,
	    "abcdefghijklmnopqrstuvwxyz0123456789_-") != strlen(name)) {
		conf_bad(n, "not the name of a secret: up to %d of a-z 0-9 _ -",
		    SECRET_NAME);
		return;
	}
	for (i = 0; i < r->nsecret; i++)
		if (strcmp(r->secret[i], name) == 0)
			break;
	b->secret = i;
	if (i < r->nsecret)
		return;
	if (i == MAP_SECRETS)
		conf_bad(n, "more than %d secrets", MAP_SECRETS);
	else
		r->secret[r->nsecret++] = name;
}

static void
children(const struct node *n, struct map_reader *r, int depth,
    struct map_body *b)
{
	struct node item;
	struct map_text *key;
	size_t i;

	b->kind = conf_type(n) == CONF_ARRAY ? BODY_ARRAY : BODY_OBJECT;
	b->n = conf_count(n);
	b->child = arena_alloc(r->arena, (b->n + 1) * sizeof *b->child);
	for (i = 0; i < b->n; i++) {
		conf_item(n, i, &item);
		body(&item, r, depth + 1, &b->child[i]);
		if (item.key == NULL)
			continue;
		key = text(&item, item.key, MAP_PLAIN, r);
		if (!map_text_fixed(key))
			conf_bad(&item, "the name of a member must be fixed");
		b->child[i].key = map_text_start(key, r->arena);
	}
}

/* {"text": ...}, with "escape" beside it. */
static void
text_object(const struct node *n, struct map_reader *r, struct map_body *b)
{
	static const char *const keys[] = { "text", "escape", NULL };
	static const char *const words[] = { "none", "url", "quote", NULL };
	struct node t;
	int escape = 0;

	b->kind = BODY_TEXT;
	if (!conf_known(n, keys) || !conf_get(n, "text", &t))
		return;
	conf_word(n, "escape", words, &escape);
	b->text = map_text_conf(&t, (enum map_escape)escape, r);
}

static void
object(const struct node *n, struct map_reader *r, int depth,
    struct map_body *b)
{
	struct node item;
	int alone = conf_count(n) == 1;

	if (conf_get(n, "from", &item)) {
		b->kind = BODY_VALUE;
		value(n, r->arena, &b->value);
	} else if (conf_get(n, "text", &item) &&
	    conf_type(&item) == CONF_STRING &&
	    (alone || (conf_count(n) == 2 && conf_get(n, "escape", &item)))) {
		text_object(n, r, b);
	} else if (alone && conf_get(n, "secret", &item)) {
		secret(&item, r, b);
	} else if (alone && conf_get(n, "rows", &item)) {
		b->kind = BODY_ROWS;
		b->n = 1;
		b->child = arena_alloc(r->arena, sizeof *b->child);
		body(&item, r, depth + 1, b->child);
	} else if (alone && conf_get(n, "object", &item) &&
	    conf_type(&item) == CONF_OBJECT) {
		children(&item, r, depth, b);
	} else {
		children(n, r, depth, b);
	}
}

static void
body(const struct node *n, struct map_reader *r, int depth, struct map_body *b)
{
	memset(b, 0, sizeof *b);
	if (depth > BODY_DEPTH) {
		conf_bad(n, "objects are nested too deeply");
		return;
	}
	switch (conf_type(n)) {
	case CONF_STRING:
		b->kind = BODY_VALUE;
		value(n, r->arena, &b->value);
		break;
	case CONF_OBJECT:
		object(n, r, depth, b);
		break;
	case CONF_ARRAY:
		children(n, r, depth, b);
		break;
	default:
		b->kind = BODY_JSON;
		b->json = conf_json(n, r->arena);
	}
}

/* How many of a kind; everything inside rows counts only when inside is set. */
static size_t
count(const struct map_body *b, enum body_kind kind, int inside)
{
	size_t i, n = b->kind == kind;

	if (b->kind == BODY_TEXT && kind == BODY_VALUE)
		n += !map_text_fixed(b->text);
	if (b->kind == BODY_ROWS && !inside)
		return n;
	for (i = 0; i < b->n; i++)
		n += count(&b->child[i], kind, inside);
	return n;
}

int
map_body_rows(const struct map_body *b)
{
	return count(b, BODY_ROWS, 0) > 0;
}

int
map_body_fixed(const struct map_body *b)
{
	return count(b, BODY_VALUE, 0) == 0;
}

struct map_body *
map_body_conf(const struct node *n, struct map_reader *r)
{
	struct map_body *b = arena_alloc(r->arena, sizeof *b);

	body(n, r, 0, b);
	if (count(b, BODY_ROWS, 1) > 1)
		conf_bad(n, "it has 'rows' twice");
	if (map_body_rows(b) && count(b, BODY_SECRET, 0) !=
	    count(b, BODY_SECRET, 1))
		conf_bad(n, "a secret must be inside the rows");
	return b;
}
