#include "common/place.h"

#include <string.h>

#include "common/clock.h"
#include "common/jsonw.h"

/* Steps in brackets are [NAME=TEXT], with names that are not empty. */
static const char *
steps_fault(const char *place)
{
	const char *p, *end, *is;

	for (p = place; (p = strstr(p, "/[")) != NULL; p = end) {
		p += 2;
		end = p + strcspn(p, "/");
		is = memchr(p, '=', (size_t)(end - p));
		if (end[-1] != ']' || is == NULL || is == p)
			return "a step in brackets is [NAME=TEXT]";
	}
	return NULL;
}

const char *
place_fault(const char *place)
{
	const char *p;

	if (*place == '@') {
		if (place[1] == '\0')
			return "no name after the @";
		for (p = place + 1; *p != '\0'; p++)
			if ((unsigned char)*p <= ' ' || *p == '/' ||
			    (*p >= 'A' && *p <= 'Z'))
				return "the name after the @ cannot have "
				    "blanks, slashes or capital letters";
		if (strcmp(place, "@data") == 0 ||
		    strcmp(place, "@data_base64") == 0)
			return "@data is not possible: use a JSON Pointer for "
			    "the data of an event";
		return NULL;
	}
	if (*place == '^' || *place == '$')
		place++;
	if (!json_pointer_ok(place))
		return "not a place: a JSON Pointer begins with / and has ~ "
		    "only as ~0 and ~1";
	return steps_fault(place);
}

/* Whether value t has this member with this text: both as they are in a
 * pointer. */
static int
has(const struct json *j, uint32_t t, const char *name, const char *text)
{
	uint32_t v;

	if (json_type(j, t) != JSON_OBJECT || !json_pointer(j, t, name, &v))
		return 0;
	switch (json_type(j, v)) {
	case JSON_STRING:
		return json_is(j, v, text);
	case JSON_NUMBER:
	case JSON_TRUE:
	case JSON_FALSE:
		return j->tok[v].len == strlen(text) &&
		    memcmp(json_text(j, v), text, j->tok[v].len) == 0;
	default:
		return 0;
	}
}

/* Take one step in brackets, with n bytes between them: *t becomes what it
 * chooses. */
static int
choose(const struct json *j, struct arena *a, const char *step, size_t n,
    uint32_t *t)
{
	char *name, *text, *s, *o;

	name = arena_alloc(a, n + 2);
	*name = '/';
	memcpy(name + 1, step, n);
	name[n + 1] = '\0';
	text = strchr(name, '=');
	*text++ = '\0';
	for (s = o = text; *s != '\0'; s++) {
		if (*s == '~')
			*o++ = *++s == '1' ? '/' : '~';
		else
			*o++ = *s;
	}
	*o = '\0';
	if (json_type(j, *t) != JSON_ARRAY)
		return has(j, *t, name, text);
	for (JSON_EACH(j, *t, k))
		if (has(j, k, name, text)) {
			*t = k;
			return 1;
		}
	return 0;
}

/* A pointer with steps in brackets from value t. */
static int
walk(const struct scene *s, uint32_t t, const char *place, uint32_t *out)
{
	const struct json *j = &s->body;
	const char *step;
	char *lead;
	size_t n;

	while ((step = strstr(place, "/[")) != NULL) {
		n = (size_t)(step - place);
		lead = arena_dup(s->arena, place, n);
		if (!json_pointer(j, t, lead, &t))
			return 0;
		step += 2;
		n = strcspn(step, "/");
		if (!choose(j, s->arena, step, n - 1, &t))
			return 0;
		place = step + n;
	}
	return json_pointer(j, t, place, out);
}

/* Attributes of the row itself. */
static const char *
own(const struct scene *s, const char *name)
{
	char *t;

	if (strcmp(name, "event_id") == 0)
		return s->row->event_id;
	if (strcmp(name, "received_at") == 0) {
		t = arena_alloc(s->arena, CLOCK_TEXT);
		return clock_format(s->row->received_at, t);
	}
	return NULL;
}

static int
member(const struct json *j, const char *name, struct found *f)
{
	if (j->n == 0)
		return 0;
	f->tok = json_get(j, 0, name);
	f->j = j;
	return f->tok != JSON_NONE;
}

int
place_find(const struct scene *s, const char *place, struct found *f)
{
	uint32_t from = s->element;

	f->j = NULL;
	f->tok = JSON_NONE;
	f->text = NULL;
	if (*place == '@') {
		if ((f->text = own(s, place + 1)) != NULL)
			return 1;
		/* An attribute takes precedence over a header of its name. */
		return member(&s->envelope, place + 1, f) ||
		    member(&s->head, place + 1, f);
	}
	if (*place == '^') {
		place++;
		from = s->base;
	} else if (*place == '$') {
		place++;
		from = s->data;
	}
	if (s->body.n == 0)
		return 0;
	f->j = &s->body;
	return strchr(place, '[') != NULL ? walk(s, from, place, &f->tok) :
	    json_pointer(&s->body, from, place, &f->tok);
}

int
place_type(const struct found *f)
{
	return f->j == NULL ? JSON_STRING : json_type(f->j, f->tok);
}

const char *
place_text(const struct scene *s, const struct found *f)
{
	if (f->j == NULL)
		return f->text;
	switch (json_type(f->j, f->tok)) {
	case JSON_STRING:
		return json_string(f->j, f->tok, s->arena, NULL);
	case JSON_NUMBER:
		return arena_dup(s->arena, json_text(f->j, f->tok),
		    f->j->tok[f->tok].len);
	case JSON_TRUE:
		return "true";
	case JSON_FALSE:
		return "false";
	default:
		return NULL;
	}
}

const char *
place_canonical(const struct scene *s, const struct found *f, size_t *len)
{
	struct buf b = { NULL, 0, 0 };
	struct jsonw w;
	const char *out, *src;

	/* Scalars without escapes, nearly all, already are canonical. */
	if (f->j != NULL && json_type(f->j, f->tok) < JSON_ARRAY &&
	    !f->j->tok[f->tok].escaped) {
		src = json_source(f->j, f->tok, len);
		return arena_dup(s->arena, src, *len);
	}
	jsonw_init(&w, &b);
	if (f->j == NULL)
		jsonw_string(&w, f->text);
	else
		jsonw_canonical(&w, f->j, f->tok);
	*len = b.len;
	out = arena_dup(s->arena, b.p, b.len);
	buf_release(&b);
	return out;
}
