#include "common/map_inner.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int
map_shown(const char *s, size_t len)
{
	size_t n = len < 60 ? len : 60;

	while (n > 0 && n < len && ((unsigned char)s[n] & 0xc0) == 0x80)
		n--;
	return (int)n;
}

int
map_refuse(struct mapper *m, const char *why, const char *fmt, ...)
{
	va_list ap;
	char *p;

	m->why->why = why;
	va_start(ap, fmt);
	vsnprintf(m->why->detail, sizeof m->why->detail, fmt, ap);
	va_end(ap);
	/* Part of it comes from outside and will be printed; a character that
	 * was cut in two is not UTF-8 any more. */
	for (p = m->why->detail; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = '?';
	while (!json_utf8(m->why->detail, strlen(m->why->detail)))
		m->why->detail[strlen(m->why->detail) - 1] = '\0';
	return -1;
}

static void
nothing(struct got *g)
{
	memset(g, 0, sizeof *g);
}

/* Take what was found: strings that will not be converted stay quoted. */
static void
take(struct mapper *m, const struct way *w, const struct found *f,
    struct got *g)
{
	switch (place_type(f)) {
	case JSON_NULL:
		g->kind = GOT_NULL;
		return;
	case JSON_STRING:
		if (f->j != NULL && f->j->tok[f->tok].len == 0 &&
		    w->empty_null) {
			g->kind = GOT_NULL;
			return;
		}
		if (w->nas == 0 && w->nword == 0 && w->rest == NULL &&
		    w->write == NULL)
			break;
		g->kind = GOT_TEXT;
		if (f->j == NULL) {
			g->s = f->text;
			g->len = strlen(f->text);
		} else {
			g->s = json_string(f->j, f->tok, m->arena, &g->len);
		}
		return;
	default:
		break;
	}
	g->kind = GOT_JSON;
	g->s = place_canonical(&m->scene, f, &g->len);
}

/* What the event says about place i. */
static enum named
said(struct mapper *m, const struct way *w, size_t i)
{
	return m->only ? map_named(m, w, i) : NAMED_YES;
}

/* What was seen at some places. */
struct seen {
	int spoken;		/* the event speaks of one of them */
	int unknown;		/* one may hold what the event does not say */
	int null;
};

static void
look(struct mapper *m, const struct way *w, size_t i, struct seen *seen,
    struct got *g)
{
	enum named named = said(m, w, i);
	struct found f;

	nothing(g);
	if (named != NAMED_NO)
		seen->spoken = 1;
	if (named == NAMED_PART)
		seen->unknown = 1;
	else if (named == NAMED_CLEARED)
		seen->null = 1;
	else if (!place_find(&m->scene, w->place[i], &f))
		seen->unknown |= w->dotted[i] != NULL;
	else
		take(m, w, &f, g);
	g->place = w->place[i];
	/* Some senders give null for all that did not change. */
	if (g->kind == GOT_NULL && named == NAMED_NO)
		seen->unknown = 1;
	else if (g->kind == GOT_NULL)
		seen->null = 1;
}

/*
 * The first place that is there and not null.  Where the event lists what
 * changed, a place that is neither listed nor in the event may hold something
 * all the same: then what stands behind it does not decide, and the event has
 * only a part of the value.
 */
static void
first(struct mapper *m, const struct way *w, struct got *g)
{
	struct seen seen = { 0 };
	size_t i;

	for (i = 0; i < w->nplace && g->kind <= GOT_NULL; i++)
		look(m, w, i, &seen, g);
	for (; i < w->nplace && !seen.spoken; i++)
		seen.spoken = said(m, w, i) != NAMED_NO;
	if (!seen.spoken)
		nothing(g);
	else if (m->only && seen.unknown)
		g->kind = GOT_PART;
	else if (g->kind <= GOT_NULL)
		g->kind = seen.null ? GOT_NULL : GOT_NOTHING;
}

enum { TEXTS = 1000 };

/* A text, or for a set its parts. */
static const char *
parts(struct mapper *m, const struct way *w, const char *t, const char **text,
    size_t *n)
{
	const char *p;
	size_t len;

	if (w->as[0] == AS_SET && w->separator != NULL)
		for (len = strlen(w->separator);
		    (p = strstr(t, w->separator)) != NULL; t = p + len) {
			if (*n == TEXTS)
				return "has too many elements";
			text[(*n)++] = arena_dup(m->arena, t, (size_t)(p - t));
		}
	if (*n == TEXTS)
		return "has too many elements";
	text[(*n)++] = t;
	return NULL;
}

/* The texts of one found value: itself, or the elements of an array; with a
 * separator, the parts of each. */
static const char *
texts(struct mapper *m, const struct way *w, const struct found *f,
    const char **text, size_t *n)
{
	struct found e = *f;
	const char *t, *fault;

	if (place_type(f) == JSON_NULL)
		return NULL;
	if (place_type(f) == JSON_ARRAY) {
		for (JSON_EACH(f->j, f->tok, k)) {
			e.tok = k;
			t = place_text(&m->scene, &e);
			if (t == NULL)
				return "has an element that is not a text";
			if ((fault = parts(m, w, t, text, n)) != NULL)
				return fault;
		}
		return NULL;
	}
	if ((t = place_text(&m->scene, f)) == NULL)
		return "is not a text or a list of texts";
	return parts(m, w, t, text, n);
}

static void
join(struct mapper *m, const struct way *w, const char **text, size_t n,
    struct got *g)
{
	const char *sep = w->separator != NULL ? w->separator : " ";
	size_t i;

	buf_clear(&m->scratch);
	for (i = 0; i < n; i++) {
		if (*text[i] == '\0')
			continue;
		if (m->scratch.len > 0)
			buf_adds(&m->scratch, sep);
		buf_adds(&m->scratch, text[i]);
	}
	g->kind = m->scratch.len == 0 && w->empty_null ? GOT_NULL : GOT_TEXT;
	g->len = m->scratch.len;
	g->s = arena_dup(m->arena, m->scratch.p, g->len);
}

/* join and set: everything that stands at the places. */
static const char *
collect(struct mapper *m, const struct way *w, struct got *g)
{
	const char **text, *fault;
	struct found f;
	size_t i, n = 0, there = 0;
	int spoken = 0, part = 0, some = 0;
	enum named named;

	text = arena_alloc(m->arena, TEXTS * sizeof *text);
	for (i = 0; i < w->nplace; i++) {
		named = said(m, w, i);
		spoken |= named != NAMED_NO;
		part |= named == NAMED_PART;
		if (named == NAMED_CLEARED) {
			there++;
			continue;
		}
		if (!place_find(&m->scene, w->place[i], &f) ||
		    (named == NAMED_NO && place_type(&f) == JSON_NULL))
			continue;
		there++;
		some |= place_type(&f) != JSON_NULL;
		g->place = w->place[i];
		if ((fault = texts(m, w, &f, text, &n)) != NULL)
			return fault;
	}
	g->place = NULL;
	if (!spoken || (there == 0 && !m->only))
		return NULL;
	if (part || (m->only && there < w->nplace))
		g->kind = GOT_PART;
	else if (some && w->as[0] == AS_SET)
		map_set(m, text, n, g);
	else if (n == 0)
		g->kind = GOT_NULL;
	else
		join(m, w, text, n, g);
	return NULL;
}

static void
set_json(struct got *g, const char *json, size_t len)
{
	g->kind = strcmp(json, "null") == 0 ? GOT_NULL : GOT_JSON;
	g->s = json;
	g->len = len;
	g->timed = 0;
}

/* The list of values; null is looked up as the empty text. */
static const char *
listed(const struct way *w, struct got *g)
{
	const struct word *word = w->rest;
	size_t i;

	if (g->kind == GOT_JSON && (g->s[0] == '[' || g->s[0] == '{'))
		return "is not a single value";
	for (i = 0; i < w->nword; i++)
		if (strcmp(w->word[i].text, g->kind == GOT_NULL ? "" : g->s)
		    == 0) {
			word = &w->word[i];
			break;
		}
	if (g->kind == GOT_NULL && i == w->nword)
		return NULL;
	if (word == NULL)
		return "is not listed in its values";
	set_json(g, word->json, word->len);
	return NULL;
}

static const char *
convert(struct mapper *m, const struct way *w, struct got *g)
{
	const char *fault;
	size_t i;

	for (i = 0; i < w->nas && g->kind != GOT_NULL; i++)
		if ((fault = map_convert(m, w, w->as[i], g)) != NULL)
			return fault;
	if (w->write != NULL && g->kind != GOT_NULL &&
	    (fault = map_write(m, w, g)) != NULL)
		return fault;
	if (w->nword == 0 && w->rest == NULL)
		return NULL;
	if (g->kind == GOT_TIME)
		map_emit(m, g);
	return listed(w, g);
}

static const char *
through_way(struct mapper *m, const struct way *w, struct got *g)
{
	const char *fault = NULL;

	nothing(g);
	if (w->collects)
		fault = collect(m, w, g);
	else
		first(m, w, g);
	if (fault != NULL || g->kind == GOT_PART)
		return fault;
	/* Without its lists of what changed a body may say null for
	 * "unchanged". */
	if (!m->only && m->form->nchanged > 0 && g->kind == GOT_NULL)
		nothing(g);
	if (g->kind != GOT_NOTHING)
		return convert(m, w, g);
	if (w->fallback != NULL && !m->only)
		set_json(g, w->fallback, strlen(w->fallback));
	return NULL;
}

/* What a refusal calls the place of a value. */
static const char *
called(const struct way *w, const struct got *g)
{
	return w->nplace > 1 && g->place != NULL ? g->place : w->shown;
}

/* One of its ways: 0, or -1 if its value is not valid and that refuses the
 * event. */
static int
read_way(struct mapper *m, const char *name, const struct value *v,
    const struct way *w, struct got *g)
{
	const char *fault, *s, *place;

	fault = through_way(m, w, g);
	g->zone = w->zone;
	/* If that refuses the event, its field does it. */
	if (fault == NULL && v->field != NULL &&
	    w->invalid != INVALID_REFUSE && g->kind != GOT_NOTHING &&
	    g->kind != GOT_PART)
		fault = map_unfit(m, v->field, g);
	if (fault == NULL)
		return 0;
	s = g->s != NULL ? g->s : "";
	place = called(w, g);
	nothing(g);
	if (w->invalid == INVALID_REFUSE)
		return map_refuse(m, "bad_field", "%s: '%.*s' (%s) %s",
		    name, map_shown(s, strlen(s)), s, place, fault);
	if (w->invalid == INVALID_NULL)
		g->kind = GOT_NULL;
	return 0;
}

int
map_read(struct mapper *m, const char *name, const struct value *v,
    struct got *g)
{
	size_t i;

	nothing(g);
	for (i = 0; i < v->nway && g->kind == GOT_NOTHING; i++)
		if (read_way(m, name, v, &v->way[i], g) != 0)
			return -1;
	/* An event that lists its changes says nothing about what it does not
	 * name. */
	if (v->required && (g->kind == GOT_NULL ||
	    (g->kind == GOT_NOTHING && !m->only)))
		return map_refuse(m, "missing", "%s: %s is not in the event",
		    name, v->way[0].shown);
	return 0;
}
