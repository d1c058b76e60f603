#include "common/template.h"

#include <stdio.h>
#include <string.h>

/* The most that one byte can become: \u00xx, &quot;, %xx, for each of the three
 * characters between the strings of a list. */
enum { GROWTH = 18 };

#define LETTERS "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

/* Length of "{name}" or "{name:filter}" at p, 0 when it is none. */
static size_t
hole(const char *p, size_t *name, size_t *filter)
{
	size_t n;

	if (*p != '{' || p[1] < 'a' || p[1] > 'z')
		return 0;
	*name = strspn(p + 1, LETTERS DIGITS "_");
	*filter = 0;
	n = 1 + *name;
	if (p[n] == ':') {
		*filter = strspn(p + n + 1, LETTERS);
		n += 1 + *filter;
	}
	return p[n] == '}' ? n + 1 : 0;
}

static const char *
read_hole(struct template_part *t, const char *p, size_t name, size_t filter,
    template_name_fn *fn, void *ctx)
{
	const char *f = p + 2 + name;

	t->text = NULL;
	t->len = 0;
	t->filter = TEMPLATE_AS_IS;
	if ((t->value = fn(ctx, p + 1, name)) < 0)
		return "there is no such name";
	if (filter == 0)
		return f[-1] == ':' ? "no filter after the colon" : NULL;
	if (filter == 4 && memcmp(f, "soql", 4) == 0)
		t->filter = TEMPLATE_SOQL;
	else if (filter == 5 && memcmp(f, "odata", 5) == 0)
		t->filter = TEMPLATE_ODATA;
	else
		return "its filter is neither soql nor odata";
	return NULL;
}

static size_t
count_holes(const char *p)
{
	size_t n = 0, name, filter;

	for (; *p != '\0'; p++)
		n += hole(p, &name, &filter) > 0;
	return n;
}

static void
literal(struct template *t, const char *from, const char *to, struct arena *a)
{
	struct template_part *part;

	if (from == to)
		return;
	part = &t->part[t->n++];
	memset(part, 0, sizeof *part);
	part->text = arena_dup(a, from, (size_t)(to - from));
	part->len = (size_t)(to - from);
}

const char *
template_read(struct template *t, const char *text, template_name_fn *fn,
    void *ctx, struct arena *a, const char **bad)
{
	size_t len, name, filter;
	const char *p, *from, *fault;

	t->part = arena_alloc(a, (2 * count_holes(text) + 1) *
	    sizeof *t->part);
	t->n = 0;
	for (p = from = text; *p != '\0'; ) {
		if ((len = hole(p, &name, &filter)) == 0) {
			p++;
			continue;
		}
		literal(t, from, p, a);
		fault = read_hole(&t->part[t->n], p, name, filter, fn, ctx);
		if (fault != NULL) {
			*bad = arena_dup(a, p, len);
			return fault;
		}
		t->n++;
		from = p += len;
	}
	literal(t, from, p, a);
	return NULL;
}

size_t
template_room(const struct template *t, const struct template_value *v)
{
	size_t i, n = 1;

	for (i = 0; i < t->n; i++)
		n += t->part[i].text != NULL ? t->part[i].len :
		    v[t->part[i].value].len * GROWTH;
	return n;
}

static size_t
as_url(unsigned char c, char *out)
{
	if (c != '\0' && strchr(LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZ" DIGITS
	    "-._~", c) != NULL) {
		*out = (char)c;
		return 1;
	}
	return (size_t)sprintf(out, "%%%02X", c);
}

static size_t
as_json(unsigned char c, char *out)
{
	if (c == '"' || c == '\\')
		return (size_t)sprintf(out, "\\%c", c);
	if (c < 0x20)
		return (size_t)sprintf(out, "\\u%04x", c);
	*out = (char)c;
	return 1;
}

static size_t
as_xml(unsigned char c, char *out)
{
	static const char marks[] = "&<>\"'";

	if (c != '\0' && strchr(marks, c) != NULL)
		return (size_t)sprintf(out, "&#%d;", c);
	/* XML 1.0 has no other control characters, however written. */
	*out = c < 0x20 && c != '\n' && c != '\t' && c != '\r' ? '?' : (char)c;
	return 1;
}

static size_t
one(enum template_place place, char c, char *out)
{
	switch (place) {
	case TEMPLATE_URL:
		return as_url((unsigned char)c, out);
	case TEMPLATE_JSON:
		return as_json((unsigned char)c, out);
	case TEMPLATE_XML:
		return as_xml((unsigned char)c, out);
	case TEMPLATE_TEXT:
		break;
	}
	*out = c;
	return 1;
}

size_t
template_escape(enum template_place place, const char *p, size_t n, char *out)
{
	size_t i, len = 0;

	for (i = 0; i < n; i++)
		len += one(place, p[i], out + len);
	return len;
}

/* What must precede a character in a string of that language; or 0. */
static char
guard(enum template_filter filter, char c)
{
	if (filter == TEMPLATE_SOQL && (c == '\\' || c == '\'' || c == '"'))
		return '\\';
	return filter == TEMPLATE_ODATA && c == '\'' ? '\'' : '\0';
}

static size_t
fill(const struct template_part *t, enum template_place place,
    const struct template_value *v, char *out)
{
	size_t i, len = 0;
	char g;

	if (v->plain && v->len > 0) {
		memcpy(out, v->p, v->len);
		return v->len;
	}
	for (i = 0; i < v->len; i++) {
		if (v->list && v->p[i] == '\0') {
			len += template_escape(place, t->filter ==
			    TEMPLATE_AS_IS ? "," : "','", t->filter ==
			    TEMPLATE_AS_IS ? 1 : 3, out + len);
			continue;
		}
		/* No string of these languages needs a control character. */
		if (t->filter != TEMPLATE_AS_IS &&
		    (unsigned char)v->p[i] < 0x20)
			continue;
		if ((g = guard(t->filter, v->p[i])) != '\0')
			len += one(place, g, out + len);
		len += one(place, v->p[i], out + len);
	}
	return len;
}

size_t
template_write(const struct template *t, enum template_place place,
    const struct template_value *v, char *out)
{
	const struct template_part *part;
	size_t i, len = 0;

	for (i = 0; i < t->n; i++) {
		part = &t->part[i];
		if (part->text == NULL) {
			len += fill(part, place, &v[part->value], out + len);
			continue;
		}
		memcpy(out + len, part->text, part->len);
		len += part->len;
	}
	return len;
}

int
template_has(const struct template *t, int n)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (t->part[i].text == NULL && t->part[i].value == n)
			return 1;
	return 0;
}
