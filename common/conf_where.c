#include "common/conf_where.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/buf.h"
#include "common/conf.h"
#include "common/json.h"

struct where {
	char *name;
	const char *text;
	struct json json;
};

int
where_open(struct where **out, const char *name, const char *text, size_t len,
    struct err *e)
{
	struct where *w;
	char at[320];

	*out = NULL;
	w = xcalloc(1, sizeof *w);
	w->name = xstrdup(name);
	w->text = text;
	if (json_parse(&w->json, text, len) != 0) {
		where_text(w, w->json.bad, at, sizeof at);
		err_set(e, E_CONF, "%s: %s", at, w->json.why);
		where_close(w);
		return E_CONF;
	}
	*out = w;
	return 0;
}

void
where_close(struct where *w)
{
	if (w == NULL)
		return;
	free(w->name);
	json_release(&w->json);
	free(w);
}

static uint32_t
element(const struct json *j, uint32_t t, size_t index)
{
	if (json_type(j, t) != JSON_ARRAY)
		return JSON_NONE;
	for (JSON_EACH(j, t, k))
		if (index-- == 0)
			return k;
	return JSON_NONE;
}

/* As where_find(), but gives a token.  Recursion is as deep as the code that
 * reads the file. */
static int
locate(const struct json *j, const struct node *n, uint32_t *tok)
{
	uint32_t t;

	if (n->parent == NULL)
		return 1;
	if (!locate(j, n->parent, tok))
		return 0;
	t = n->key != NULL ? json_get(j, *tok, n->key)
	    : element(j, *tok, n->index);
	if (t == JSON_NONE)
		return 0;
	*tok = t;
	return 1;
}

int
where_find(const struct where *w, const struct node *n, size_t *off)
{
	uint32_t tok = 0;
	size_t len;
	int all;

	all = locate(&w->json, n, &tok);
	*off = (size_t)(json_source(&w->json, tok, &len) - w->text);
	return all;
}

const char *
where_name(const struct where *w)
{
	return w->name;
}

void
where_text(const struct where *w, size_t off, char *out, size_t size)
{
	size_t line, column;

	json_place(w->text, off, &line, &column);
	snprintf(out, size, "%s:%zu:%zu", w->name, line, column);
}
