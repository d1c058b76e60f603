/* push.rest: the requests that events are sent with, and what answers mean. */
#include "common/source_inner.h"

#include <stdio.h>
#include <string.h>

#include "common/http.h"
#include "common/rest.h"
#include "common/url.h"

enum { REQUESTS = 16, SETTINGS = 16, HEADERS = 16 };

/* The state of reading. */
struct reading {
	struct source *source;
	struct arena *arena;
	struct map_reader reader;
	struct map_setting setting[SETTINGS + 1];
	const struct node *common;	/* answer of all requests, or NULL */
	const struct node *headers;	/* the same of headers */
};

static int
known_word(const char *s)
{
	return *s != '\0' && strspn(s, "abcdefghijklmnopqrstuvwxyz_") ==
	    strlen(s);
}

static void
settings(const struct node *n, struct reading *r)
{
	struct node list, item;
	struct map_setting *s;
	size_t i;

	if (!conf_get(n, "settings", &list))
		return;
	if (conf_type(&list) != CONF_OBJECT || conf_count(&list) > SETTINGS) {
		conf_bad(&list, "not an object of up to %d texts", SETTINGS);
		return;
	}
	for (i = 0; i < conf_count(&list); i++) {
		conf_item(&list, i, &item);
		s = &r->setting[r->reader.nsetting++];
		s->name = arena_str(r->arena, item.key);
		s->text = conf_text(&item, r->arena);
		if (!known_word(s->name) || strcmp(s->name, "base") == 0)
			conf_bad(&item, "not the name of a setting");
		else if (*s->text == '\0')
			conf_bad(&item, "an empty text");
	}
}

/* {base}: its own, or that of pull, without a trailing slash. */
static void
base(const struct node *root, const struct node *n, struct reading *r,
    struct rest *rest)
{
	struct map_setting *s = &r->setting[r->reader.nsetting];
	struct node pull;
	const char *text, *fault;
	char told[URL_TOLD];
	size_t len;
	int own = conf_string(n, "base", r->arena, &text);

	if (!own && !(conf_get(root, "pull", &pull) &&
	    conf_string(&pull, "base", r->arena, &text)))
		return;
	if ((fault = url_fault(text)) != NULL)
		conf_bad(n, "base: '%s': %s", url_told(text, told), fault);
	len = strlen(text);
	while (len > 0 && text[len - 1] == '/')
		len--;
	s->name = "base";
	s->text = arena_dup(r->arena, text, len);
	rest->base = own ? NULL : s->text;
	r->reader.nsetting++;
}

/* No place may decide which host is asked. */
static void
address(const struct node *n, struct reading *r, struct rest_request *q)
{
	struct node at;
	const char *start, *fault, *host;
	char told[URL_TOLD];

	if (!conf_get(n, "url", &at)) {
		conf_bad(n, "there is no url");
		return;
	}
	q->url = map_text_conf(&at, MAP_URL, &r->reader);
	/* What is lacking was already said. */
	if (r->reader.lacks != NULL)
		return;
	start = map_text_start(q->url, r->arena);
	host = strstr(start, "://");
	if ((fault = url_fault(start)) != NULL)
		conf_bad(&at, "'%s': %s", url_told(start, told), fault);
	else if ((fault = url_fault(map_text_own(q->url, r->arena))) != NULL)
		conf_bad(&at, "%s", fault);
	else if (host != NULL && strchr(host + 3, '/') == NULL)
		conf_bad(&at, "it has no path");
	else if (!r->source->push.private_too && url_plain(start))
		conf_bad(&at, "http:// is for this machine only, and needs "
		    "'private'");
	else if (!r->source->push.private_too && url_private(start))
		conf_bad(&at, "'%.60s' is a private address, which needs "
		    "'private'", start);
}

/* Refuse a header that no event could change for the better: each delivery
 * would fail. */
static void
header_value(const struct node *n, struct reading *r, const struct map_text *t)
{
	const char *own = map_text_own(t, r->arena);
	size_t len = strlen(own);

	if (!http_value_ok(own, len))
		conf_bad(n, "not printable ASCII");
	else if (len > REST_HEADER)
		conf_bad(n, "more than %d characters", REST_HEADER);
}

static void
header_list(const struct node *list, struct reading *r,
    struct rest_request *q)
{
	struct node item;
	struct rest_header *h;
	size_t i;

	if (list == NULL)
		return;
	if (conf_type(list) != CONF_OBJECT) {
		conf_bad(list, "not an object");
		return;
	}
	for (i = 0; i < conf_count(list); i++) {
		conf_item(list, i, &item);
		if (q->nheader == HEADERS) {
			conf_bad(&item, "more than %d headers", HEADERS);
			return;
		}
		h = &q->header[q->nheader++];
		h->name = arena_str(r->arena, item.key);
		h->value = map_text_conf(&item, MAP_PLAIN, &r->reader);
		push_header_ok(&item, h->name);
		header_value(&item, r, h->value);
	}
}

static void
headers(const struct node *n, struct reading *r, struct rest_request *q)
{
	struct node own;

	q->header = arena_alloc(r->arena, HEADERS * sizeof *q->header);
	header_list(r->headers, r, q);
	header_list(conf_get(n, "headers", &own) ? &own : NULL, r, q);
}

static int
fixed(const struct rest_request *q)
{
	size_t i;

	for (i = 0; i < q->nheader; i++)
		if (!map_text_fixed(q->header[i].value))
			return 0;
	return map_text_fixed(q->url) && map_body_fixed(q->body);
}

static void
body(const struct node *n, struct reading *r, struct rest_request *q)
{
	struct node at;

	q->batch = 1;
	conf_int(n, "batch", 1, PUSH_BATCH, &q->batch);
	if (conf_get(n, "body", &at))
		q->body = map_body_conf(&at, &r->reader);
	if (q->body == NULL || !map_body_rows(q->body)) {
		if (q->batch > 1)
			conf_bad_at(n, "batch", "it needs 'rows' in the body");
		return;
	}
	if (q->url != NULL && !fixed(q))
		conf_bad(n, "with 'rows' in the body, values of events can "
		    "stand only in the rows");
	if (q->answer.results == NULL && q->batch > 1)
		conf_bad_at(n, "batch", "it needs answer.results to tell the "
		    "rows apart");
}

static void
types(const struct node *n, struct reading *r, struct rest_request *q)
{
	size_t i;

	if (!push_on_conf(n, r->arena, &q->on, &q->non))
		conf_bad(n, "there is no 'on'");
	conf_bool(n, "echo", &q->echo);
	conf_bool(n, "create", &q->create);
	conf_bool(n, "coalesce", &q->coalesce);
	q->when = map_cond_alone(n, "when", r->arena);
	for (i = 0; i < q->non && q->coalesce; i++)
		if (strncmp(q->on[i], "loya.member.", 12) != 0)
			conf_bad_at(n, "coalesce", "'%.60s' is not a "
			    "loya.member event", q->on[i]);
	if (q->coalesce && q->when != NULL)
		conf_bad_at(n, "coalesce", "not together with 'when'");
}

/* Read what all requests say about answers, and what this one says
 * differently. */
static void
answers(const struct node *n, struct reading *r, struct rest_request *q)
{
	struct node own, both;

	q->answer.quota_rest = REST_QUOTA_REST;
	if (conf_get(n, "answer", &own) && r->common != NULL) {
		conf_patch(r->common, &own, &both);
		rest_answer_conf(&both, r->arena, &q->answer);
	} else if (own.value != NULL) {
		rest_answer_conf(&own, r->arena, &q->answer);
	} else if (r->common != NULL) {
		rest_answer_conf(r->common, r->arena, &q->answer);
	}
}

static void
request(const struct node *n, struct reading *r, struct rest_request *q)
{
	static const char *const known[] = { "on", "when", "method", "url",
	    "headers", "body", "batch", "echo", "create", "coalesce",
	    "answer", NULL };
	static const char *const methods[] = { "POST", "PUT", "PATCH",
	    "DELETE", NULL };
	int method = 0;

	if (!conf_known(n, known))
		return;
	q->name = arena_str(r->arena, n->key);
	types(n, r, q);
	conf_word(n, "method", methods, &method);
	q->method = methods[method];
	address(n, r, q);
	headers(n, r, q);
	answers(n, r, q);
	body(n, r, q);
}

static void
requests(const struct node *n, struct reading *r, struct rest *rest)
{
	struct node list, item;
	size_t i;

	if (!conf_get(n, "requests", &list) ||
	    conf_type(&list) != CONF_OBJECT || conf_count(&list) == 0 ||
	    conf_count(&list) > REQUESTS) {
		conf_bad_at(n, "requests", "not an object of up to %d "
		    "requests", REQUESTS);
		return;
	}
	rest->n = conf_count(&list);
	rest->request = arena_alloc(r->arena, rest->n * sizeof *rest->request);
	memset(rest->request, 0, rest->n * sizeof *rest->request);
	for (i = 0; i < rest->n; i++) {
		conf_item(&list, i, &item);
		request(&item, r, &rest->request[i]);
	}
}

/* The name of a secret: the source's name and a word. */
static const char *
secret_named(const struct node *n, struct reading *r, const char *word)
{
	char name[128];

	snprintf(name, sizeof name, "%s.%s", r->source->name, word);
	if (!source_secret_name(name))
		conf_bad(n, "the source's name is too long for the name of its "
		    "secret");
	return arena_str(r->arena, name);
}

/* RFC 7617 section 2: no colon. */
static void
user(const struct node *n, struct reading *r, struct rest *rest)
{
	struct node at;
	struct map_text *t;

	rest->user = "";
	if (!conf_get(n, "user", &at)) {
		conf_bad(n, "there is no user");
		return;
	}
	t = map_text_conf(&at, MAP_PLAIN, &r->reader);
	rest->user = map_text_start(t, r->arena);
	if (!map_text_fixed(t) || strchr(rest->user, ':') != NULL ||
	    (*rest->user == '\0' && r->reader.lacks == NULL))
		conf_bad(&at, "not the name of a user");
}

/* The secret that a section names, or that of the source. */
static void
credential(const struct node *n, struct reading *r, struct rest *rest)
{
	if (!conf_string(n, "secret", r->arena, &rest->credential))
		rest->credential = secret_named(n, r, "push");
	else if (!source_secret_name(rest->credential))
		conf_bad_at(n, "secret", "not the name of a secret");
}

static void
basic(const struct node *n, struct reading *r, struct rest *rest)
{
	static const char *const known[] = { "user", "secret", NULL };

	if (!conf_known(n, known))
		return;
	user(n, r, rest);
	credential(n, r, rest);
	rest->header = "Authorization";
	rest->prefix = "Basic ";
}

/* A secret that is sent as it is, in a header. */
static void
key(const struct node *n, struct reading *r, struct rest *rest)
{
	static const char *const known[] = { "header", "prefix", "secret",
	    NULL };

	if (!conf_known(n, known))
		return;
	credential(n, r, rest);
	rest->prefix = "";
	if (!source_header_name(n, "header", r->arena, &rest->header))
		conf_bad(n, "there is no header");
	conf_string(n, "prefix", r->arena, &rest->prefix);
	if (!http_value_ok(rest->prefix, strlen(rest->prefix)))
		conf_bad_at(n, "prefix", "not printable ASCII");
}

static void
secrets(const struct node *n, struct reading *r, struct rest *rest)
{
	struct node by_user, by_key;
	size_t i;
	int n_ways = r->source->push.oauth;

	rest->nsecret = r->reader.nsecret;
	rest->secret = arena_alloc(r->arena, (MAP_SECRETS + 1) *
	    sizeof *rest->secret);
	for (i = 0; i < rest->nsecret; i++)
		rest->secret[i] = secret_named(n, r, r->reader.secret[i]);
	if (conf_get(n, "basic", &by_user)) {
		basic(&by_user, r, rest);
		n_ways++;
	}
	if (conf_get(n, "key", &by_key)) {
		key(&by_key, r, rest);
		n_ways++;
	}
	if (n_ways > 1)
		conf_bad(n, "only one of oauth, basic and key is possible");
}

void
rest_conf(const struct node *root, const struct node *n, struct arena *a,
    struct source *s)
{
	static const char *const known[] = { "base", "links", "settings",
	    "headers", "oauth", "basic", "key", "timeout", "private", "ca",
	    "unlinked", "requests", "answer", NULL };
	static const char *const unlinked[] = { "skip", "dead", NULL };
	struct reading r = { s, a, { 0 }, { { 0 } }, NULL, NULL };
	struct node common, heads;
	struct rest *rest = arena_alloc(a, sizeof *rest);

	memset(rest, 0, sizeof *rest);
	s->push.rest = rest;
	if (!conf_known(n, known))
		return;
	r.reader.arena = a;
	r.reader.setting = r.setting;
	push_peer_conf(n, a, &s->push);
	conf_word(n, "unlinked", unlinked, &rest->unlinked_dead);
	rest->links = s->name;
	conf_string(n, "links", a, &rest->links);
	settings(n, &r);
	base(root, n, &r, rest);
	r.common = conf_get(n, "answer", &common) ? &common : NULL;
	r.headers = conf_get(n, "headers", &heads) ? &heads : NULL;
	requests(n, &r, rest);
	secrets(n, &r, rest);
	if (r.reader.lacks != NULL)
		conf_lack(&s->push.lacks, r.reader.lacks, a);
}
