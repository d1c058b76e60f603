/* pull: how this system's records are read. */
#include "common/source_inner.h"

#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "common/json.h"
#include "common/map_date.h"
#include "common/url.h"
#include "common/zone.h"

static const char *const keys[] = { "base", "command", "auth", "user",
    "secret", "secrets", "settings", "headers", "ca", "timeout", "longest",
    "first",
    "lookback", "lead", "settle", "window", "tries", "pause", "time", "quota",
    "session", "gone", "error", "changes", "all", "one", "parts",
    "some", "missed", "index", "preset", NULL };

/* In the order of enum pull_verdict, from PULL_LATER. */
static const char *const verdicts[] = { "later", "quota", "token", "restart",
    "halve", "gone", "lost", "wrong" };

static void
base(const struct node *n, struct arena *a, struct source_pull *p)
{
	char told[URL_TOLD];
	const char *fault;
	size_t len;

	if (!conf_string(n, "base", a, &p->base)) {
		source_missing(n, a, &p->lacks, "there is no base");
		return;
	}
	if ((fault = url_fault(p->base)) != NULL)
		conf_bad_at(n, "base", "'%s': %s", url_told(p->base, told),
		    fault);
	else if (strchr(p->base, '?') != NULL)
		conf_bad_at(n, "base", "it has a query");
	len = strlen(p->base);
	if (len > 0 && p->base[len - 1] == '/')
		p->base = arena_dup(a, p->base, len - 1);
}

#define NAME "up to 32 of a-z 0-9 _, the first a letter, and not one of loya's"

/* A name that templates may use. */
static int
name_ok(const char *s)
{
	static const char *const ours[] = { "base", "since", "until", "key",
	    "page", "offset", "limit", "user", "password", "part", "keys",
	    NULL };
	size_t i;

	for (i = 0; ours[i] != NULL; i++)
		if (strcmp(s, ours[i]) == 0)
			return 0;
	return *s >= 'a' && *s <= 'z' && strlen(s) <= 32 && strspn(s,
	    "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(s);
}

/* settings: texts under names that the user chooses. */
static void
settings(const struct node *n, struct arena *a, struct source_pull *p)
{
	struct node set, item;
	size_t i;

	if (!conf_get(n, "settings", &set))
		return;
	if (conf_type(&set) != CONF_OBJECT) {
		conf_bad(&set, "not an object");
		return;
	}
	p->nset = conf_count(&set);
	p->set_name = arena_alloc(a, (p->nset + 1) * sizeof *p->set_name);
	p->set = arena_alloc(a, (p->nset + 1) * sizeof *p->set);
	for (i = 0; i < p->nset; i++) {
		conf_item(&set, i, &item);
		p->set_name[i] = arena_str(a, item.key);
		p->set[i] = conf_text(&item, a);
		if (!name_ok(item.key))
			conf_bad(&item, "not a name: " NAME);
	}
}

/* NAME.WORD, the name of a secret in loya-token. */
static const char *
secret_name(const struct node *n, struct arena *a, struct source *s,
    const char *word)
{
	char made[128];

	snprintf(made, sizeof made, "%s.%s", s->name, word);
	if (!source_secret_name(made))
		source_missing(n, a, &s->pull.lacks, "the source's name is too "
		    "long for the names of its secrets");
	return arena_str(a, made);
}

static void
secrets(const struct node *n, struct arena *a, struct source *s)
{
	struct source_pull *p = &s->pull;
	size_t i;

	if (!conf_texts(n, "secrets", a, &p->hidden, &p->nhidden))
		return;
	p->hidden_secret = arena_alloc(a, p->nhidden *
	    sizeof *p->hidden_secret);
	for (i = 0; i < p->nhidden; i++) {
		if (!name_ok(p->hidden[i]))
			/* It may be the secret itself. */
			conf_bad_at(n, "secrets", "element %zu is not a name: "
			    NAME, i + 1);
		p->hidden_secret[i] = secret_name(n, a, s, p->hidden[i]);
	}
}

/* How requests are authenticated. */
static void
authentication(const struct node *n, struct arena *a, struct source *s)
{
	static const char *const words[] = { "none", "oauth", "basic", NULL };
	struct source_pull *p = &s->pull;
	int auth = s->oauth.grant != OAUTH_NONE;

	conf_word(n, "auth", words, &auth);
	p->auth = (enum pull_auth)auth;
	if (conf_string(n, "secret", a, &p->secret) &&
	    !source_secret_name(p->secret))
		conf_bad_at(n, "secret", "not the name of a secret");
	if (p->secret == NULL)
		p->secret = secret_name(n, a, s, "pull");
	if (p->auth == PULL_AUTH_OAUTH && s->oauth.grant == OAUTH_NONE)
		conf_lack(&p->lacks, "auth is oauth, but there is no oauth", a);
	if (!conf_string(n, "user", a, &p->user)) {
		if (p->auth == PULL_AUTH_BASIC)
			conf_lack(&p->lacks, "auth is basic, but there is no "
			    "user", a);
	} else if (strchr(p->user, ':') != NULL && p->auth == PULL_AUTH_BASIC) {
		conf_bad_at(n, "user", "a user name cannot contain a colon");
	}
}

static void
numbers(const struct node *n, struct source_pull *p)
{
	enum { YEAR = 366 * 24 * 60 * 60 };

	p->timeout = 300;
	p->longest = 3600;
	p->tries = 4;
	p->pause = 1;
	conf_int(n, "timeout", 1, 3600, &p->timeout);
	conf_int(n, "longest", 1, 86400, &p->longest);
	conf_int(n, "lookback", 0, YEAR, &p->lookback);
	conf_int(n, "lead", 0, 366, &p->lead);
	conf_int(n, "settle", 0, 86400, &p->settle);
	conf_int(n, "window", 60, (int64_t)10 * YEAR, &p->width);
	conf_int(n, "tries", 1, 10, &p->tries);
	conf_int(n, "pause", 0, 60, &p->pause);
}

/* first, and how times are written. */
static void
times(const struct node *n, struct arena *a, struct source_pull *p)
{
	static const char *const known[] = { "format", "zone", NULL };
	const char *s = NULL, *fault;
	struct node t;

	if (conf_string(n, "first", a, &s) &&
	    clock_parse(s, strlen(s), &p->first) != 0)
		conf_bad_at(n, "first", "not a time");
	if (!conf_get(n, "time", &t) || !conf_known(&t, known))
		return;
	if (conf_string(&t, "format", a, &p->format) &&
	    (fault = map_date_format_fault(p->format)) != NULL)
		conf_bad_at(&t, "format", "%s", fault);
	if (conf_string(&t, "zone", a, &s) &&
	    zone_get(s, a, &p->zone, &fault) != 0)
		conf_bad_at(&t, "zone", "%s", fault);
}

static void
quota(const struct node *n, struct arena *a, struct source_pull *p)
{
	static const char *const known[] = { "header", "key", "run", "total",
	    NULL };
	struct node q;

	if (!conf_get(n, "quota", &q) || !conf_known(&q, known))
		return;
	p->quota_run = p->quota_total = 100;
	conf_int(&q, "run", 1, 100, &p->quota_run);
	conf_int(&q, "total", 1, 100, &p->quota_total);
	if (!source_header_name(&q, "header", a, &p->quota_header) ||
	    !conf_string(&q, "key", a, &p->quota_key))
		conf_bad(&q, "header and key are both needed");
}

static void
session(const struct node *n, struct arena *a, struct source_pull *p)
{
	static const char *const known[] = { "cookies", "header", NULL };
	struct node s;

	if (!conf_get(n, "session", &s) || !conf_known(&s, known))
		return;
	conf_bool(&s, "cookies", &p->cookies);
	source_header_name(&s, "header", a, &p->session);
}

static void
error_places(const struct node *e, const char *key, struct arena *a,
    struct pull_words *w)
{
	size_t i;

	conf_texts(e, key, a, &w->word, &w->n);
	for (i = 0; i < w->n; i++)
		if (!json_pointer_ok(w->word[i]))
			conf_bad_at(e, key, "'%s' is not a JSON Pointer",
			    w->word[i]);
}

static void
errors(const struct node *n, struct arena *a, struct source_pull *p)
{
	static const char *const known[] = { "code", "message", "later",
	    "quota", "token", "restart", "halve", "gone", "lost", "wrong",
	    NULL };
	struct pull_words *w;
	struct node e;
	size_t i;

	if (!conf_get(n, "error", &e) || !conf_known(&e, known))
		return;
	error_places(&e, "code", a, &p->error_place);
	error_places(&e, "message", a, &p->error_message);
	for (i = 0; i < sizeof verdicts / sizeof verdicts[0]; i++) {
		w = &p->error[PULL_LATER + i];
		conf_texts(&e, verdicts[i], a, &w->word, &w->n);
	}
}

/* A list of queries. */
static size_t
queries(const struct node *n, const char *key, struct arena *a,
    struct source_pull *p, struct pull_query **out)
{
	struct node list, item;
	char name[32];
	size_t i, count;

	if (!conf_get(n, key, &list))
		return 0;
	count = conf_type(&list) == CONF_ARRAY ? conf_count(&list) : 0;
	if (count == 0 || count > 16)
		conf_bad(&list, "not a list of up to 16 queries");
	*out = arena_alloc(a, (count + 1) * sizeof **out);
	for (i = 0; i < count; i++) {
		conf_item(&list, i, &item);
		snprintf(name, sizeof name, "%s[%zu]", key, i);
		query_conf(&item, a, p, arena_str(a, name),
		    &(*out)[i]);
	}
	return count;
}

static int
wants_one(const struct pull_query *q, size_t n)
{
	for (; n > 0; n--, q++)
		if (q->keys)
			return 1;
	return 0;
}

static void
parts(const struct node *n, struct arena *a, struct source_pull *p)
{
	static const char *const known[] = { "of", "name", "into", "query",
	    NULL };
	struct pull_parts *parts;
	struct node m, q;

	if (!conf_get(n, "parts", &m) || !conf_known(&m, known))
		return;
	parts = arena_alloc(a, sizeof *parts);
	memset(parts, 0, sizeof *parts);
	p->parts = parts;
	if (p->one == NULL)
		conf_bad(&m, "it needs 'one', the record that these are parts "
		    "of");
	if (!conf_string(&m, "of", a, &parts->of) ||
	    !conf_string(&m, "name", a, &parts->name) ||
	    !conf_string(&m, "into", a, &parts->into) ||
	    !conf_get(&m, "query", &q)) {
		conf_bad(&m, "of, name, into and query are all needed");
		return;
	}
	if (!json_pointer_ok(parts->of) || !json_pointer_ok(parts->name))
		conf_bad(&m, "of and name must be JSON Pointers");
	if (!json_pointer_ok(parts->into) || strlen(parts->into) < 2 ||
	    strpbrk(parts->into, "~\"\\") != NULL)
		conf_bad_at(&m, "into", "not a JSON Pointer of plain names");
	query_conf(&q, a, p, "parts", &parts->query);
	if (parts->query.keys)
		conf_bad(&q, "its rows are the parts: 'keys' has no meaning "
		    "here");
}

/* index: ids and stamps, to find what differs. */
static void
list_of_all(const struct node *n, struct arena *a, struct source_pull *p)
{
	size_t i;

	p->nindex = queries(n, "index", a, p, &p->index);
	for (i = 0; i < p->nindex; i++) {
		if (p->index[i].key == NULL || p->index[i].stamp == NULL)
			conf_bad_at(n, "index", "each query needs key and "
			    "stamp");
		if (p->index[i].keys)
			conf_bad_at(n, "index", "its rows are keys anyway: "
			    "leave 'keys' out");
	}
	if (p->nindex > 0 && (p->some == NULL || p->one == NULL))
		conf_bad_at(n, "index", "it needs 'some' and 'one' to read the "
		    "records it lists");
}

/* What a pull without any query lacks. */
static const char *
no_query(const struct source *s, struct arena *a)
{
	const char *names = conf_preset_names(s->profile, "pull", a);
	char text[300];

	if (names == NULL)
		return "there is no changes, all or command, and no preset of "
		    "them";
	snprintf(text, sizeof text, "there is no changes, all or command, and "
	    "no preset of them (%.150s)", names);
	return arena_str(a, text);
}

static void
requests(const struct node *n, struct arena *a, struct source *s)
{
	struct source_pull *p = &s->pull;
	struct node one;

	p->nchanges = queries(n, "changes", a, p, &p->changes);
	p->nall = queries(n, "all", a, p, &p->all);
	if (conf_get(n, "one", &one)) {
		p->one = arena_alloc(a, sizeof *p->one);
		query_conf(&one, a, p, "one", p->one);
		if (p->one->key == NULL)
			conf_bad(&one, "there is no 'key' to check that it is "
			    "the right record");
		if (p->one->keys)
			conf_bad(&one, "its rows are the records: 'keys' has "
			    "no meaning here");
	} else if (wants_one(p->changes, p->nchanges) ||
	    wants_one(p->all, p->nall)) {
		conf_bad(n, "a query with 'keys' needs 'one'");
	}
	parts(n, a, p);
	missed_conf(n, a, p);
	list_of_all(n, a, p);
	/* A base alone is for the tokens of oauth. */
	if (p->nchanges == 0 && p->nall == 0 && p->one == NULL)
		conf_lack(&p->lacks, no_query(s, a), a);
}

static void
command(const struct node *n, struct arena *a, struct source_pull *p)
{
	static const char *const known[] = { "command", "timeout", "key",
	    NULL };

	if (!conf_known(n, known) ||
	    !source_command(n, "command", a, &p->command))
		return;
	p->timeout = 3600;
	conf_int(n, "timeout", 1, 86400, &p->timeout);
	p->key = "/external_id";
	if (conf_string(n, "key", a, &p->key) && !json_pointer_ok(p->key))
		conf_bad_at(n, "key", "not a JSON Pointer");
}

void
pull_conf(const struct node *root, struct arena *a, struct source *s)
{
	static const char *const gone[] = { "time", "version", "never", NULL };
	struct source_pull *p = &s->pull;
	struct node n, child;

	if (!conf_get(root, "pull", &n))
		return;
	p->there = 1;
	if (conf_get(&n, "command", &child)) {
		command(&n, a, p);
		return;
	}
	if (!conf_known(&n, keys))
		return;
	/* A known preset has been replaced by its contents by now. */
	if (conf_get(&n, "preset", &child))
		conf_no_preset(&child, s->profile, "pull", a);
	base(&n, a, p);
	settings(&n, a, p);
	secrets(&n, a, s);
	authentication(&n, a, s);
	pairs_conf(&n, "headers", a, p, &p->header, &p->nheader);
	if (conf_string(&n, "ca", a, &p->ca) && *p->ca != '/')
		conf_bad_at(&n, "ca", "not an absolute path");
	numbers(&n, p);
	times(&n, a, p);
	quota(&n, a, p);
	session(&n, a, p);
	conf_word(&n, "gone", gone, &p->gone);
	errors(&n, a, p);
	requests(&n, a, s);
}
