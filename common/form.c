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

/* Take one "name=value". */
static int
field(struct form *f, const char *s, size_t n, struct arena *a,
    const char **why)
{
	const char *eq = memchr(s, '=', n);
	size_t skip = eq != NULL ? (size_t)(eq - s) : n;
	const char *name, *value;

	name = form_decode(s, skip, a);
	value = form_decode(s + skip + (eq != NULL), n - skip - (eq != NULL),
	    a);
	*why = "a field of the form is not percent-encoded UTF-8";
	if (name == NULL || value == NULL)
		return -1;
	if (*value == '\0')
		return 0;
	*why = "a field of the form is given more than once";
	if (form_get(f, name) != NULL)
		return -1;
	*why = "the form has too many fields";
	if (f->n == FORM_FIELDS)
		return -1;
	f->field[f->n].name = name;
	f->field[f->n++].value = value;
	return 0;
}

int
form_parse(struct form *f, const char *s, size_t len, struct arena *a,
    const char **why)
{
	const char *end = s + len, *amp;
	size_t n;

	f->n = 0;
	*why = NULL;
	for (; s < end; s += n + 1) {
		amp = memchr(s, '&', (size_t)(end - s));
		n = (size_t)((amp != NULL ? amp : end) - s);
		if (n > 0 && field(f, s, n, a, why) != 0)
			return -1;
	}
	*why = NULL;
	return 0;
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
