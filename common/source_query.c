/* pull: one request, and how its answer is read. */
#include "common/source_inner.h"

#include <stdio.h>
#include <string.h>

#include "common/http.h"
#include "common/json.h"
#include "common/place.h"

static const char *const keys[] = { "method", "url", "params", "headers",
    "body", "type", "xml", "rows", "key", "stamp", "next", "done", "pages",
    "total", "offset", "ok", "keys", "ago", "list", NULL };

/* In the order of enum pull_name. */
static const char *const names[PULL_NAMES] = { "base", "since", "until",
    "key", "page", "offset", "limit", "user", "password", "part", "keys" };

static int
same(const char *s, const char *name, size_t n)
{
	return strlen(s) == n && memcmp(s, name, n) == 0;
}

/* The number of a name that templates may use. */
static int
number_of(void *ctx, const char *name, size_t n)
{
	const struct source_pull *p = ctx;
	size_t i;

	for (i = 0; i < PULL_NAMES; i++)
		if (same(names[i], name, n))
			return (int)i;
	for (i = 0; i < p->nset; i++)
		if (same(p->set_name[i], name, n))
			return PULL_NAMES + (int)i;
	for (i = 0; i < p->nhidden; i++)
		if (same(p->hidden[i], name, n))
			return PULL_NAMES + (int)(p->nset + i);
	return -1;
}

/* "{tenant}": a name that the profile requires. */
static const char *
open_name(struct arena *a, const char *bad)
{
	char text[96];
	size_t n = strcspn(bad + 1, ":}");

	snprintf(text, sizeof text, "there is no '%.*s' in pull.settings",
	    (int)(n < 32 ? n : 32), bad + 1);
	return arena_str(a, text);
}

static void
read_text(const struct node *n, const char *text, struct arena *a,
    struct source_pull *p, struct template *t)
{
	const char *fault, *bad = NULL;

	if ((fault = template_read(t, text, number_of, p, a, &bad)) == NULL) {
		if (p->user == NULL && p->auth != PULL_AUTH_BASIC &&
		    (template_has(t, PULL_USER) ||
		    template_has(t, PULL_PASSWORD)))
			conf_lack(&p->lacks, "a request has {user}, but there "
			    "is no user", a);
		return;
	}
	/* What a profile leaves open is up to the file. */
	if (conf_own(n))
		conf_bad(n, "%s: %s", bad, fault);
	else
		conf_lack(&p->lacks, open_name(a, bad), a);
}

/* A member that is a template; place says where it is. */
static int
template_conf(const struct node *n, const char *key, struct arena *a,
    struct source_pull *p, struct template *t)
{
	struct node child;

	if (!conf_get(n, key, &child))
		return 0;
	read_text(&child, conf_text(&child, a), a, p, t);
	return 1;
}

void
pairs_conf(const struct node *n, const char *key, struct arena *a,
    struct source_pull *p, struct pull_pair **out, size_t *count)
{
	struct node list, item;
	size_t i;

	*count = 0;
	if (!conf_get(n, key, &list))
		return;
	if (conf_type(&list) != CONF_OBJECT || conf_count(&list) > 32) {
		conf_bad(&list, "not an object of up to 32 texts");
		return;
	}
	*count = conf_count(&list);
	*out = arena_alloc(a, (*count + 1) * sizeof **out);
	for (i = 0; i < *count; i++) {
		conf_item(&list, i, &item);
		(*out)[i].name = arena_str(a, item.key);
		if (strcmp(key, "headers") == 0 && !http_name_ok(item.key))
			conf_bad(&item, "not the name of a header");
		read_text(&item, conf_text(&item, a), a, p, &(*out)[i].value);
	}
}

/* A JSON Pointer. */
static int
pointer(const struct node *n, const char *key, struct arena *a,
    const char **out)
{
	if (!conf_string(n, key, a, out))
		return 0;
	if (!json_pointer_ok(*out))
		conf_bad_at(n, key, "not a JSON Pointer");
	return 1;
}

/* How values are escaped in a text of this media type. */
static enum template_place
place_of(const char *type)
{
	static const char form[] = "application/x-www-form-urlencoded";

	if (http_is_json(type))
		return TEMPLATE_JSON;
	return strncmp(type, form, sizeof form - 1) == 0 ? TEMPLATE_URL :
	    TEMPLATE_XML;
}

/* Read the text of a body: an object is JSON, a text is of the given type. */
static void
body(const struct node *n, struct arena *a, struct source_pull *p,
    struct pull_query *q)
{
	struct node b;

	if (!conf_get(n, "body", &b))
		return;
	if (conf_type(&b) == CONF_OBJECT) {
		q->type = "application/json";
		read_text(&b, conf_json(&b, a), a, p, &q->body);
	} else {
		q->type = "text/xml; charset=utf-8";
		read_text(&b, conf_text(&b, a), a, p, &q->body);
	}
	conf_string(n, "type", a, &q->type);
	q->body_place = conf_type(&b) == CONF_OBJECT ? TEMPLATE_JSON :
	    place_of(q->type);
}

static void
where(const struct node *n, struct arena *a, struct pull_query *q)
{
	const char *fault;

	conf_bool(n, "xml", &q->xml);
	q->rows = "";
	if (conf_string(n, "rows", a, &q->rows) &&
	    (q->xml ? *q->rows == '\0' || *q->rows == '/' :
	    !json_pointer_ok(q->rows)))
		conf_bad_at(n, "rows", q->xml ? "not a path of local names" :
		    "not a JSON Pointer");
	else if (q->xml && *q->rows == '\0')
		conf_bad(n, "with xml, 'rows' is needed");
	if (conf_string(n, "key", a, &q->key) && (fault = *q->key != '\0' &&
	    *q->key != '/' ? "not a pointer" : place_fault(q->key)) != NULL)
		conf_bad_at(n, "key", "%s", fault);
	pointer(n, "stamp", a, &q->stamp);
	conf_bool(n, "keys", &q->keys);
	if (q->keys && q->key == NULL)
		conf_bad(n, "'keys' needs 'key'");
}

/* How one page leads to the next. */
static void
paging(const struct node *n, struct arena *a, struct pull_query *q)
{
	static const char *const known[] = { "limit", "total", NULL };
	struct node o;

	pointer(n, "next", a, &q->next);
	if (pointer(n, "done", a, &q->done) && q->next == NULL)
		conf_bad_at(n, "done", "it needs 'next'");
	pointer(n, "pages", a, &q->pages);
	if (pointer(n, "total", a, &q->total) && q->pages == NULL)
		conf_bad_at(n, "total", "it needs 'pages'");
	if (!conf_get(n, "offset", &o) || !conf_known(&o, known))
		return;
	q->by_offset = 1;
	if (!conf_int(&o, "limit", 1, 100000, &q->limit))
		conf_bad(&o, "there is no limit");
	pointer(&o, "total", a, &q->total);
	if (q->next != NULL || q->pages != NULL)
		conf_bad(&o, "not together with next or pages");
}

static void
condition(const struct node *n, struct arena *a, struct pull_query *q)
{
	static const char *const known[] = { "from", "is", NULL };
	struct node ok;

	if (!conf_get(n, "ok", &ok) || !conf_known(&ok, known))
		return;
	if (!pointer(&ok, "from", a, &q->ok_place) ||
	    !conf_texts(&ok, "is", a, &q->ok.word, &q->ok.n))
		conf_bad(&ok, "from and is are both needed");
}

void
query_conf(const struct node *n, struct arena *a, struct source_pull *p,
    const char *name, struct pull_query *q)
{
	static const char *const methods[] = { "GET", "POST", NULL };
	int method;

	memset(q, 0, sizeof *q);
	q->name = name;
	if (!conf_known(n, keys))
		return;
	if (!template_conf(n, "url", a, p, &q->url))
		conf_bad(n, "there is no url");
	else if (q->url.n == 0 || q->url.part[0].text != NULL ||
	    q->url.part[0].value != PULL_BASE)
		conf_bad_at(n, "url", "it does not begin with {base}");
	pairs_conf(n, "params", a, p, &q->param, &q->nparam);
	pairs_conf(n, "headers", a, p, &q->header, &q->nheader);
	body(n, a, p, q);
	method = q->body.n > 0;
	conf_word(n, "method", methods, &method);
	q->method = methods[method];
	where(n, a, q);
	paging(n, a, q);
	condition(n, a, q);
	q->list = q->name;
	conf_string(n, "list", a, &q->list);
	conf_int(n, "ago", 0, 366 * 86400, &q->ago);
}
