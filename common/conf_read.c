#include "common/conf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/conf_inner.h"
#include "common/json.h"
#include "common/jsonw.h"

int
conf_fault(const struct conf *c, struct err *e)
{
	return c->bad ? err_set(e, E_CONF, "%s", c->err.msg) : 0;
}

/* Keep a complaint, whose text already has its place, if it is the first. */
static void
keep_first(struct conf *c, const char *text)
{
	if (!c->bad)
		err_set(&c->err, E_CONF, "%s", text);
	c->bad = 1;
}

int
conf_own(const struct node *n)
{
	size_t off;

	return where_find(n->conf->where[CONF_OWN], n, &off);
}

/* "receive.auth.signed[1]" */
static void
way(const struct node *n, struct buf *b)
{
	char index[32];

	if (n->parent == NULL)
		return;
	way(n->parent, b);
	if (n->key != NULL) {
		if (b->len > 0)
			buf_addc(b, '.');
		buf_adds(b, n->key);
	} else {
		snprintf(index, sizeof index, "[%zu]", n->index);
		buf_adds(b, index);
	}
}

static void
complain(const struct node *n, const char *fmt, va_list ap)
{
	struct conf *c = n->conf;
	const struct where *w = c->where[CONF_OWN];
	struct buf b = { NULL, 0, 0 };
	char words[200], at[200], text[512];
	const char *file = "";
	size_t off, other;

	vsnprintf(words, sizeof words, fmt, ap);
	/* What the file does not have is in its profile. */
	if (!where_find(w, n, &off) && c->where[CONF_PROFILE] != NULL &&
	    where_find(c->where[CONF_PROFILE], n, &other)) {
		file = where_name(w);
		w = c->where[CONF_PROFILE];
		off = other;
	}
	where_text(w, off, at, sizeof at);
	way(n, &b);
	snprintf(text, sizeof text, "%.150s%s%s: %.100s%s%s", file,
	    *file != '\0' ? ": " : "", at, buf_str(&b),
	    b.len > 0 ? ": " : "", words);
	keep_first(c, text);
	buf_release(&b);
}

void
conf_bad(const struct node *n, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(n, fmt, ap);
	va_end(ap);
}

void
conf_bad_at(const struct node *n, const char *key, const char *fmt, ...)
{
	struct node child;
	va_list ap;

	conf_get(n, key, &child);
	va_start(ap, fmt);
	complain(&child, fmt, ap);
	va_end(ap);
}

const char *
conf_place(const struct node *n, const char *key, struct arena *a)
{
	const struct where *w = n->conf->where[CONF_OWN];
	struct node child;
	char at[200];
	size_t off;

	conf_get(n, key, &child);
	where_find(w, &child, &off);
	where_text(w, off, at, sizeof at);
	return arena_str(a, at);
}

int
conf_known(const struct node *n, const char *const *keys)
{
	struct node child;
	size_t i, k;

	if (conf_type(n) != CONF_OBJECT) {
		conf_bad(n, "not an object");
		return 0;
	}
	for (i = 0; i < conf_count(n); i++) {
		conf_item(n, i, &child);
		for (k = 0; keys[k] != NULL; k++)
			if (strcmp(keys[k], child.key) == 0)
				break;
		if (keys[k] == NULL) {
			conf_bad(&child, "no such key");
			return 0;
		}
	}
	return 1;
}

const char *
conf_text(const struct node *n, struct arena *a)
{
	const char *s;
	size_t len;

	if (conf_type(n) != CONF_STRING) {
		conf_bad(n, "not a text");
		return "";
	}
	s = conf_value_text(n->value, &len);
	return arena_dup(a, s, len);
}

int
conf_string(const struct node *n, const char *key, struct arena *a,
    const char **v)
{
	struct node child;

	if (!conf_get(n, key, &child))
		return 0;
	*v = conf_text(&child, a);
	return 1;
}

int
conf_int(const struct node *n, const char *key, int64_t min, int64_t max,
    int64_t *v)
{
	struct node child;
	int64_t i;

	if (!conf_get(n, key, &child))
		return 0;
	if (conf_type(&child) != CONF_INTEGER) {
		conf_bad(&child, "not a number");
		return 1;
	}
	i = conf_value_int(child.value);
	if (i < min || i > max)
		conf_bad(&child, "not from %lld to %lld", (long long)min,
		    (long long)max);
	else
		*v = i;
	return 1;
}

int
conf_share(const struct node *n, const char *key, double *v)
{
	struct node child;
	double d;

	if (!conf_get(n, key, &child))
		return 0;
	if (conf_type(&child) != CONF_INTEGER &&
	    conf_type(&child) != CONF_REAL) {
		conf_bad(&child, "not a number");
		return 1;
	}
	d = conf_value_real(child.value);
	if (!(d >= 0 && d <= 1))
		conf_bad(&child, "not from 0 to 1");
	else
		*v = d;
	return 1;
}

int
conf_bool(const struct node *n, const char *key, int *v)
{
	struct node child;

	if (!conf_get(n, key, &child))
		return 0;
	if (conf_type(&child) != CONF_BOOL)
		conf_bad(&child, "not true or false");
	else
		*v = conf_value_int(child.value) != 0;
	return 1;
}

int
conf_word(const struct node *n, const char *key, const char *const *words,
    int *v)
{
	struct node child;
	struct buf b = { NULL, 0, 0 };
	const char *s;
	size_t len;
	int i;

	if (!conf_get(n, key, &child))
		return 0;
	if (conf_type(&child) == CONF_STRING) {
		s = conf_value_text(child.value, &len);
		for (i = 0; words[i] != NULL; i++)
			if (strcmp(words[i], s) == 0) {
				*v = i;
				return 1;
			}
	}
	for (i = 0; words[i] != NULL; i++) {
		buf_adds(&b, i > 0 ? ", " : "");
		buf_adds(&b, words[i]);
	}
	conf_bad(&child, "not one of %s", buf_str(&b));
	buf_release(&b);
	return 1;
}

int
conf_texts(const struct node *n, const char *key, struct arena *a,
    const char ***v, size_t *count)
{
	struct node child, item;
	size_t i, k;

	*v = NULL;
	*count = 0;
	if (!conf_get(n, key, &child))
		return 0;
	if (conf_type(&child) != CONF_ARRAY) {
		*v = arena_alloc(a, sizeof **v);
		(*v)[0] = conf_text(&child, a);
		*count = 1;
		return 1;
	}
	if ((k = conf_count(&child)) == 0)
		conf_bad(&child, "an empty list");
	*v = arena_alloc(a, (k + 1) * sizeof **v);
	for (i = 0; i < k; i++) {
		conf_item(&child, i, &item);
		(*v)[i] = conf_text(&item, a);
	}
	*count = k;
	return 1;
}

int
conf_list(const struct node *n, const char *key, struct arena *a,
    const char ***v, size_t *count)
{
	struct node child;

	if (conf_get(n, key, &child) && conf_type(&child) != CONF_ARRAY)
		conf_bad(&child, "not a list");
	return conf_texts(n, key, a, v, count);
}

const char *
conf_json(const struct node *n, struct arena *a)
{
	struct json j = { 0 };
	struct buf b = { NULL, 0, 0 };
	struct jsonw w;
	const char *out;
	char *raw;

	raw = conf_value_dump(n->value);
	if (json_parse(&j, raw, strlen(raw)) != 0)
		abort();
	jsonw_init(&w, &b);
	jsonw_canonical(&w, &j, 0);
	out = arena_dup(a, b.p, b.len);
	buf_release(&b);
	json_release(&j);
	free(raw);
	return out;
}
