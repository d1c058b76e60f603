#include "common/source.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/change.h"
#include "common/http.h"
#include "common/map.h"
#include "common/names.h"
#include "common/options.h"
#include "common/rest.h"
#include "common/source_inner.h"

static const char *const keys[] = { "profile", "description", "receive",
    "map", "match", "links", "pull", "push", "oauth", "snapshot", NULL };

/* Read a match rule: names that this source's map can fill. */
static const char **
match_rule(const struct node *n, struct arena *a, const struct source *s)
{
	struct node item;
	const char **out;
	size_t i, count;

	count = conf_type(n) == CONF_ARRAY ? conf_count(n) : 0;
	out = arena_alloc(a, (count + 1) * sizeof *out);
	out[count] = NULL;
	if (count == 0)
		conf_bad(n, "not a list of field names");
	if (count > MATCH_FIELDS)
		conf_bad(n, "has more than %d fields", MATCH_FIELDS);
	for (i = 0; i < count; i++) {
		conf_item(n, i, &item);
		out[i] = conf_text(&item, a);
		if (!map_names_field(s->map, out[i]) ||
		    (core_field_find(out[i], strlen(out[i])) == F_CORE &&
		    !attribute_name_ok(out[i], strlen(out[i]))))
			conf_bad(&item, "'%s' is not a field that this source "
			    "maps", out[i]);
		if (strcmp(out[i], "status") == 0 ||
		    strcmp(out[i], "tags") == 0)
			conf_bad(&item, "'%s' cannot identify a person",
			    out[i]);
		if (names_among(out, i, out[i]))
			conf_bad(&item, "'%s' is in this rule twice", out[i]);
	}
	return out;
}

static void
match(const struct node *n, struct arena *a, struct source *s)
{
	struct node m, item;
	size_t i;

	if (!conf_get(n, "match", &m))
		return;
	if (conf_type(&m) != CONF_ARRAY) {
		conf_bad(&m, "not a list of rules");
		return;
	}
	s->nmatch = conf_count(&m);
	s->match = arena_alloc(a, (s->nmatch + 1) * sizeof *s->match);
	for (i = 0; i < s->nmatch; i++) {
		conf_item(&m, i, &item);
		s->match[i] = match_rule(&item, a, s);
	}
}

int
source_command(const struct node *n, const char *key, struct arena *a,
    const char ***out)
{
	const char **argv;
	size_t count;

	if (!conf_list(n, key, a, &argv, &count))
		return 0;
	*out = arena_alloc(a, (count + 1) * sizeof **out);
	memcpy(*out, argv, count * sizeof *argv);
	(*out)[count] = NULL;
	if (count > 0 && argv[0][0] == '\0')
		conf_bad_at(n, key, "empty command");
	return 1;
}

void
source_missing(const struct node *n, struct arena *a, const char **lacks,
    const char *what)
{
	if (conf_own(n))
		conf_bad(n, "%s", what);
	else
		conf_lack(lacks, what, a);
}

int
source_secret_name(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n <= 64 && strspn(s, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == n;
}

int
source_header_name(const struct node *n, const char *key, struct arena *a,
    const char **v)
{
	if (!conf_string(n, key, a, v))
		return 0;
	if (!http_name_ok(*v))
		conf_bad_at(n, key, "not the name of a header");
	return 1;
}

static void
add_secret(struct source *s, const char *name)
{
	if (name != NULL)
		s->secret[s->nsecret++] = name;
}

static void
secrets(struct arena *a, struct source *s)
{
	const struct rest *r = s->push.rest;
	size_t i;

	s->secret = arena_alloc(a, (6 + s->pull.nhidden +
	    (r != NULL ? r->nsecret : 0)) * sizeof *s->secret);
	add_secret(s, s->receive.secret);
	add_secret(s, s->oauth.secret);
	add_secret(s, s->oauth.refresh);
	add_secret(s, s->pull.secret);
	for (i = 0; i < s->pull.nhidden; i++)
		add_secret(s, s->pull.hidden_secret[i]);
	add_secret(s, s->push.secret);
	if (r == NULL)
		return;
	add_secret(s, r->credential);
	for (i = 0; i < r->nsecret; i++)
		add_secret(s, r->secret[i]);
}

static void
source(const struct node *n, struct arena *a, struct source *s)
{
	struct node child;
	const char *words = "";

	if (!conf_known(n, keys))
		return;
	conf_string(n, "profile", a, &s->profile);
	conf_string(n, "description", a, &words);
	s->at.map = conf_place(n, "map", a);
	s->at.oauth = conf_place(n, "oauth", a);
	s->at.pull = conf_place(n, "pull", a);
	s->at.push = conf_place(n, "push", a);
	s->receive.secret = s->name;
	if (conf_get(n, "receive", &child))
		receive_conf(&child, a, s);
	if (conf_get(n, "map", &child))
		s->map = map_conf(&child,
		    (const char *const *)s->receive.headers,
		    s->receive.nheaders, a);
	match(n, a, s);
	if (conf_string(n, "links", a, &s->links))
		s->at.links = conf_place(n, "links", a);
	snapshot_conf(conf_get(n, "snapshot", &child) ? &child : NULL, s);
	push_conf(n, a, s);
	oauth_conf(n, a, s);
	pull_conf(n, a, s);
	secrets(a, s);
}

static int
source_read(struct source *s, struct arena *a, struct err *e)
{
	struct conf *c;
	struct node root;
	int rc;

	if ((rc = conf_open(&c, s->file, 1, e)) != 0)
		return rc;
	conf_root(c, &root);
	source(&root, a, s);
	rc = conf_fault(c, e);
	conf_close(c);
	return rc;
}

static char *
join(struct arena *a, const char *dir, const char *sub, const char *name)
{
	struct buf b = { NULL, 0, 0 };
	char *out;

	buf_adds(&b, dir);
	buf_adds(&b, sub);
	buf_adds(&b, name);
	out = arena_dup(a, b.p, b.len);
	buf_release(&b);
	return out;
}

/* The form is [a-z0-9][a-z0-9_-]{0,63}, but no name that loya uses itself. */
static const char *
name_fault(const char *s, size_t n)
{
	static const char set[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";

	if (n == 0 || n > 64 || strspn(s, set) < n || *s == '_' || *s == '-')
		return "not the name of a source: up to 64 of a-z 0-9 _ -, "
		    "the first a letter or digit";
	if ((n == 5 && memcmp(s, "local", n) == 0) ||
	    (n == 4 && memcmp(s, "loya", n) == 0))
		return "a name that loya reserves for itself";
	return NULL;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct source *)a)->name,
	    ((const struct source *)b)->name);
}

/* List every NAME.json of the folder, sorted; they are not read yet. */
static int
list(struct config *c, struct arena *a, struct err *e)
{
	const char *path, *fault;
	struct dirent *d;
	struct source *s;
	size_t n;
	DIR *dir;
	int rc = 0;

	path = join(a, c->dir, "/sources", "");
	dir = opendir(path);
	if (dir == NULL)
		return errno == ENOENT ? 0 : err_set(e, E_CONF, "%s: %s",
		    path, strerror(errno));
	while (rc == 0 && (d = readdir(dir)) != NULL) {
		n = strlen(d->d_name);
		if (*d->d_name == '.' || n < 6 ||
		    strcmp(d->d_name + n - 5, ".json") != 0)
			continue;
		c->source = xrealloc(c->source, c->nsource + 1, sizeof *s);
		s = &c->source[c->nsource++];
		memset(s, 0, sizeof *s);
		s->name = arena_dup(a, d->d_name, n - 5);
		s->file = join(a, path, "/", d->d_name);
		if ((fault = name_fault(s->name, n - 5)) != NULL)
			rc = err_set(e, E_CONF, "%s: %s", s->file, fault);
	}
	closedir(dir);
	if (c->nsource > 0)
		qsort(c->source, c->nsource, sizeof *c->source, by_name);
	return rc;
}

/* Read loya.json, if it exists. */
static int
programme(struct config *c, struct arena *a, struct err *e)
{
	static const char *const known[] =
	    { "audit", "authority", "description", "oauth", "proxy", NULL };
	struct conf *conf;
	struct node root, rules, oauth, proxy, audit;
	const char *file;
	int rc;

	c->oauth.lifetime = 3600;
	file = join(a, c->dir, "/loya.json", "");
	if (access(file, F_OK) != 0 && errno == ENOENT)
		return authority_conf(NULL, a, c, e);
	if ((rc = conf_open(&conf, file, 0, e)) != 0)
		return rc;
	conf_root(conf, &root);
	conf_known(&root, known);
	if (conf_get(&root, "oauth", &oauth))
		oauth_server_conf(&oauth, a, &c->oauth);
	if (conf_get(&root, "proxy", &proxy))
		proxies_conf(&proxy, a, &c->proxies);
	if (conf_get(&root, "audit", &audit))
		audit_conf(&audit, a, &c->audit);
	rc = authority_conf(conf_get(&root, "authority", &rules) ? &rules
	    : NULL, a, c, e);
	/* A fault in the file is the cause of what follows. */
	if (conf_fault(conf, e) != 0)
		rc = E_CONF;
	conf_close(conf);
	return rc;
}

/* If ids are looked up among another file's records, that file must exist. */
static int
linked(const struct config *c, struct err *e)
{
	const struct source *s;
	size_t i;

	for (i = 0; i < c->nsource; i++) {
		s = &c->source[i];
		if (s->links != NULL && config_source(c, s->links) == NULL)
			return err_set(e, E_CONF, "%s: links: there is no "
			    "source '%s'", s->at.links, s->links);
	}
	return 0;
}

/* A wrongly named folder would silently do nothing. */
static int
there(const char *dir, struct err *e)
{
	if (access(dir, F_OK) == 0 || errno != ENOENT ||
	    strcmp(dir, OPTIONS_CONF) == 0)
		return 0;
	return err_set(e, E_CONF, "%s: there is no such folder; -c names "
	    "another, loya-token init makes it", dir);
}

int
config_load(struct config **out, const char *dir, struct err *e)
{
	struct config *c;
	struct arena *a;
	size_t i;
	int rc;

	*out = NULL;
	c = xcalloc(1, sizeof *c);
	c->memory = a = xcalloc(1, sizeof *a);
	c->dir = arena_str(a, dir);
	if ((rc = there(dir, e)) == 0)
		rc = list(c, a, e);
	for (i = 0; i < c->nsource && rc == 0; i++)
		rc = source_read(&c->source[i], a, e);
	if (rc == 0)
		rc = linked(c, e);
	if (rc == 0)
		rc = programme(c, a, e);
	if (rc != 0) {
		config_free(c);
		return rc;
	}
	authority_texts(c, a);
	*out = c;
	return 0;
}

void
config_free(struct config *c)
{
	if (c == NULL)
		return;
	arena_release(c->memory);
	free(c->memory);
	free(c->source);
	free(c);
}

const struct source *
config_source(const struct config *c, const char *name)
{
	struct source key = { 0 };

	key.name = name;
	if (c->nsource == 0)
		return NULL;
	return bsearch(&key, c->source, c->nsource, sizeof key, by_name);
}

int
source_matches(const struct source *s, const char *field)
{
	size_t i, k;

	for (i = 0; s != NULL && i < s->nmatch; i++)
		for (k = 0; s->match[i][k] != NULL; k++)
			if (strcmp(s->match[i][k], field) == 0)
				return 1;
	return 0;
}
