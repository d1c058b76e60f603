#include "common/form.h"

#include <string.h>

#include "common/json.h"
#include "common/url.h"

char *
form_decode(const char *s, size_t n, struct arena *a)
{
	char *out = arena_alloc(a, n + 1);
	size_t i, len = 0;
	int c;

	for (i = 0; i < n; i++) {
		if (s[i] == '%') {
			if (n - i < 3 || (c = url_escape(s + i)) < 0)
				return NULL;
			out[len++] = (char)c;
			i += 2;
		} else {
			out[len++] = (char)(s[i] == '+' ? ' ' : s[i]);
		}
		if (out[len - 1] == '\0')
			return NULL;
	}
	out[len] = '\0';
	return json_utf8(out, len) ? out : NULL;
}

int
form_next(const char **s, const char *end, struct arena *a, char **name,
    char **value)
{
	const char *amp, *eq;
	size_t n, skip;

	while (*s < end && **s == '&')
		++*s;
	if (*s == end)
		return 0;
	amp = memchr(*s, '&', (size_t)(end - *s));
	n = (size_t)((amp != NULL ? amp : end) - *s);
	eq = memchr(*s, '=', n);
	skip = eq != NULL ? (size_t)(eq - *s) : n;
	*name = form_decode(*s, skip, a);
	skip += eq != NULL;
	*value = form_decode(*s + skip, n - skip, a);
	*s += n;
	return 1;
}

/* NULL, or why it cannot be taken. */
static const char *
take(struct form *f, const char *name, const char *value)
{
	if (name == NULL || value == NULL)
		return "a field of the form is not percent-encoded UTF-8";
	if (*value == '\0')
		return NULL;
	if (form_get(f, name) != NULL)
		return "a field of the form is given more than once";
	if (f->n == FORM_FIELDS)
		return "the form has too many fields";
	f->field[f->n].name = name;
	f->field[f->n++].value = value;
	return NULL;
}

int
form_parse(struct form *f, const char *s, size_t len, struct arena *a,
    const char **why)
{
	const char *end = s + len;
	char *name, *value;

	f->n = 0;
	*why = NULL;
	while (*why == NULL && form_next(&s, end, a, &name, &value))
		*why = take(f, name, value);
	return *why != NULL ? -1 : 0;
}

const char *
form_get(const struct form *f, const char *name)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		if (strcmp(f->field[i].name, name) == 0)
			return f->field[i].value;
	return NULL;
}
