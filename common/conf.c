#include "common/conf.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/conf_inner.h"
#include "common/data.h"

/* Whether an object is a value of the mapping language: not if the user chooses
 * the names of its members, nor if it is a timeline, which has a "from" too. */
static int
is_value(const char *key, const json_t *o)
{
	static const char *const none[] = { "fields", "headers", "params",
	    "settings", "timeline", "values" };
	size_t i;

	for (i = 0; key != NULL && i < sizeof none / sizeof none[0]; i++)
		if (strcmp(none[i], key) == 0)
			return 0;
	return json_object_get(o, "from") != NULL;
}

/* In these, null stands for itself. */
static int
says_null(const char *key)
{
	return strcmp(key, "default") == 0 || strcmp(key, "values") == 0;
}

/*
 * RFC 7396 section 2, with one addition: an object with "from" is a single
 * value of the mapping language and replaces what was there, whose old
 * conversions would make nonsense of it.  Returns a new reference; patch, the
 * member of this name, is not changed.
 */
static json_t *
merge(const char *name, json_t *target, json_t *patch)
{
	json_t *out, *v;
	const char *key;
	int whole;

	if (!json_is_object(patch))
		return json_incref(patch);
	if ((whole = is_value(name, patch)))
		target = NULL;
	out = json_is_object(target) ? json_copy(target) : json_object();
	/* The depth is limited by what jansson accepts, and by our own texts:
	 * every file also passed json_parse(). */
	json_object_foreach(patch, key, v) {
		if (whole && says_null(key))
			json_object_set(out, key, v);
		else if (json_is_null(v))
			json_object_del(out, key);
		else
			json_object_set_new(out, key, merge(key,
			    json_object_get(out, key), v));
	}
	return out;
}

void *
conf_merge(void *target, void *patch)
{
	return merge(NULL, target, patch);
}

/* Parse the text of a layer; name is what messages call it. */
static json_t *
parse(struct conf *c, int layer, const char *name, struct err *e)
{
	struct buf *b = &c->text[layer];
	json_t *tree;
	json_error_t je;

	/* The strict reader first: it knows more rules, and its tokens tell
	 * where things are. */
	if (where_open(&c->where[layer], name, buf_str(b), b->len, e) != 0)
		return NULL;
	tree = json_loadb(b->p, b->len,
	    JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &je);
	if (tree == NULL)
		err_set(e, E_CONF, "%s:%d:%d: %s", name, je.line, je.column,
		    je.text);
	return tree;
}

/* Refuse a pipe: opening one could take for ever. */
static FILE *
plain_file(const char *file, struct err *e)
{
	struct stat st;
	FILE *f = NULL;
	int fd;

	fd = open(file, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		f = fdopen(fd, "r");
	else if (fd >= 0)
		errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
	if (f == NULL) {
		err_set(e, E_CONF, "%s: %s", file, errno == EINVAL ?
		    "is not a file" : strerror(errno));
		if (fd >= 0)
			close(fd);
	}
	return f;
}

static int
load(struct buf *b, const char *file, struct err *e)
{
	enum { CONF_MAX = 4 * 1024 * 1024 };
	FILE *f;
	size_t n;
	int saved;

	if ((f = plain_file(file, e)) == NULL)
		return e->code;
	do {
		n = fread(buf_reserve(b, 65536), 1, 65536, f);
		b->len += n;
	} while (n > 0 && b->len <= CONF_MAX);
	saved = ferror(f) ? errno : 0;
	fclose(f);
	if (saved != 0)
		return err_set(e, E_CONF, "%s: %s", file, strerror(saved));
	if (b->len > CONF_MAX)
		return err_set(e, E_CONF, "%s: longer than 4 MiB", file);
	return 0;
}

/* Put the profile named by the tree under it. */
static int
layer(struct conf *c, struct err *e)
{
	struct node root, at;
	json_t *under, *out;
	const char *name, *text;
	char path[96];

	conf_root(c, &root);
	if (!conf_get(&root, "profile", &at)) {
		conf_presets(NULL, c->tree);
		return 0;
	}
	name = json_string_value(at.value);
	if (name == NULL || *name == '_' || strlen(name) > 64) {
		conf_bad(&at, "not the name of a profile");
		return conf_fault(c, e);
	}
	snprintf(path, sizeof path, "profiles/%s.json", name);
	if ((text = data_get(path)) == NULL) {
		conf_bad(&at, "there is no profile '%s'", name);
		return conf_fault(c, e);
	}
	buf_adds(&c->text[CONF_PROFILE], text);
	snprintf(path, sizeof path, "profile %s", name);
	if ((under = parse(c, CONF_PROFILE, path, e)) == NULL)
		return E_CONF;
	conf_presets(NULL, under);
	conf_presets(under, c->tree);
	out = merge(NULL, under, c->tree);
	json_decref(under);
	json_decref(c->tree);
	c->tree = out;
	return 0;
}

int
conf_open(struct conf **out, const char *file, int with_profile,
    struct err *e)
{
	struct conf *c;
	int rc;

	*out = NULL;
	c = xcalloc(1, sizeof *c);
	if ((rc = load(&c->text[CONF_OWN], file, e)) != 0)
		goto out;
	c->tree = parse(c, CONF_OWN, file, e);
	if (c->tree == NULL)
		rc = E_CONF;
	else if (!json_is_object((json_t *)c->tree))
		rc = err_set(e, E_CONF, "%s:1:1: not an object", file);
	else if (with_profile)
		rc = layer(c, e);
	if (rc != 0)
		goto out;
	*out = c;
	c = NULL;
out:
	conf_close(c);
	return rc;
}

void
conf_close(struct conf *c)
{
	size_t i;

	if (c == NULL)
		return;
	json_decref(c->tree);
	for (i = 0; i < c->nmade; i++)
		json_decref(c->made[i]);
	free(c->made);
	for (i = 0; i < CONF_LAYERS; i++) {
		where_close(c->where[i]);
		buf_release(&c->text[i]);
	}
	free(c);
}

void
conf_root(struct conf *c, struct node *n)
{
	memset(n, 0, sizeof *n);
	n->conf = c;
	n->value = c->tree;
}

int
conf_get(const struct node *n, const char *key, struct node *child)
{
	child->conf = n->conf;
	child->value = json_object_get(n->value, key);
	child->parent = n;
	child->key = key;
	child->index = 0;
	return child->value != NULL;
}

size_t
conf_count(const struct node *n)
{
	return json_is_array((const json_t *)n->value)
	    ? json_array_size(n->value) : json_object_size(n->value);
}

void
conf_item(const struct node *n, size_t i, struct node *child)
{
	void *it;

	child->conf = n->conf;
	child->parent = n;
	child->index = i;
	child->key = NULL;
	if (json_is_array((const json_t *)n->value)) {
		child->value = json_array_get(n->value, i);
		return;
	}
	/* jansson keeps members in the order of the file. */
	it = json_object_iter((json_t *)(uintptr_t)n->value);
	for (; i > 0 && it != NULL; i--)
		it = json_object_iter_next(
		    (json_t *)(uintptr_t)n->value, it);
	child->key = json_object_iter_key(it);
	child->value = json_object_iter_value(it);
}

enum conf_type
conf_type(const struct node *n)
{
	if (n->value == NULL)
		return CONF_ABSENT;
	switch (json_typeof((const json_t *)n->value)) {
	case JSON_NULL:
		return CONF_NULL;
	case JSON_TRUE:
	case JSON_FALSE:
		return CONF_BOOL;
	case JSON_INTEGER:
		return CONF_INTEGER;
	case JSON_REAL:
		return CONF_REAL;
	case JSON_STRING:
		return CONF_STRING;
	case JSON_ARRAY:
		return CONF_ARRAY;
	case JSON_OBJECT:
		return CONF_OBJECT;
	}
	abort();
}

const char *
conf_value_text(const void *value, size_t *len)
{
	*len = json_string_length(value);
	return json_string_value(value);
}

int64_t
conf_value_int(const void *value)
{
	if (json_is_true((const json_t *)value))
		return 1;
	return json_integer_value(value);
}

double
conf_value_real(const void *value)
{
	return json_number_value(value);
}

char *
conf_value_dump(const void *value)
{
	char *s;

	s = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	if (s == NULL)
		abort();
	return s;
}

void
conf_lack(const char **lacks, const char *what, struct arena *a)
{
	const char *was = *lacks;
	size_t len = strlen(what);
	char *all;

	if (was == NULL) {
		*lacks = arena_str(a, what);
	} else if (strstr(was, what) == NULL) {
		all = arena_alloc(a, strlen(was) + len + 3);
		sprintf(all, "%s; %s", was, what);
		*lacks = all;
	}
}

void
conf_patch(const struct node *under, const struct node *over, struct node *out)
{
	struct conf *c = over->conf;

	*out = *over;
	c->made = xrealloc(c->made, c->nmade + 1, sizeof *c->made);
	out->value = c->made[c->nmade++] =
	    merge(NULL, (json_t *)(uintptr_t)under->value,
	    (json_t *)(uintptr_t)over->value);
}
