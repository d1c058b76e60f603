/* push: what is sent to this system, and how. */
#include "common/source_inner.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/http.h"
#include "common/names.h"
#include "common/notice.h"
#include "common/rest.h"
#include "common/url.h"

static const char *const keys[] = { "on", "kind", "webhook", "rest", "exec",
    "preset", "concurrency", "rate", NULL };

/* In the order of enum push_kind, from 1. */
static const char *const kinds[] = { "webhook", "rest", "exec", NULL };

static const char *const absent[] = { "there is no push.webhook",
    "there is no push.rest", "there is no push.exec" };

/* Headers that loya makes itself, or that make no sense in a request of it. */
static int
reserved(const char *name)
{
	static const char *const ours[] = { "content-type", "content-length",
	    "host", "connection", "transfer-encoding", "te", "trailer",
	    "upgrade", "expect", "user-agent", "authorization",
	    "proxy-authorization", "cookie", NULL };
	size_t i;

	for (i = 0; ours[i] != NULL; i++)
		if (strcasecmp(name, ours[i]) == 0)
			return 1;
	return strncasecmp(name, "webhook-", 8) == 0;
}

void
push_header_ok(const struct node *n, const char *name)
{
	if (!http_name_ok(name))
		conf_bad(n, "not the name of a header");
	else if (reserved(name))
		conf_bad(n, "a header that loya sets itself, or that carries a "
		    "credential");
}

static void
header_ok(const struct node *n, const struct http_header *h)
{
	push_header_ok(n, h->name);
	if (!http_value_ok(h->value, strlen(h->value)))
		conf_bad(n, "not printable ASCII");
}

static void
headers(const struct node *n, struct arena *a, struct push *p)
{
	struct node list, item;
	size_t i;

	if (!conf_get(n, "headers", &list))
		return;
	if (conf_type(&list) != CONF_OBJECT) {
		conf_bad(&list, "not an object");
		return;
	}
	p->nheader = conf_count(&list);
	p->header = arena_alloc(a, (p->nheader + 1) * sizeof *p->header);
	for (i = 0; i < p->nheader; i++) {
		conf_item(&list, i, &item);
		p->header[i].name = arena_str(a, item.key);
		p->header[i].value = conf_text(&item, a);
		header_ok(&item, &p->header[i]);
	}
}

/* A signature of the body alone, for receivers that know no other. */
static void
hmac(const struct node *n, struct arena *a, struct push *p)
{
	static const char *const known[] = { "header", "algorithm", "encoding",
	    "prefix", NULL };
	static const char *const hashes[] = { "sha256", "sha512", NULL };
	static const char *const encodings[] = { "hex", "base64", NULL };
	struct http_header h = { "", "" };
	struct auth *auth;
	struct node part;
	int hash = 0, encoding = 0;
	size_t i;

	if (!conf_get(n, "hmac", &part) || !conf_known(&part, known))
		return;
	auth = arena_alloc(a, sizeof *auth);
	memset(auth, 0, sizeof *auth);
	auth->kind = AUTH_HMAC;
	if (!conf_string(&part, "header", a, &auth->header))
		conf_bad(&part, "there is no header");
	conf_word(&part, "algorithm", hashes, &hash);
	conf_word(&part, "encoding", encodings, &encoding);
	conf_string(&part, "prefix", a, &auth->prefix);
	auth->hash = hash == 0 ? AUTH_HMAC_SHA256 : AUTH_HMAC_SHA512;
	auth->encoding = encoding == 0 ? AUTH_HEX : AUTH_BASE64;
	h.name = auth->header != NULL ? auth->header : "-";
	h.value = auth->prefix != NULL ? auth->prefix : "";
	header_ok(&part, &h);
	for (i = 0; i < p->nheader; i++)
		if (strcasecmp(p->header[i].name, h.name) == 0)
			conf_bad_at(&part, "header", "'headers' has it too");
	p->hmac = auth;
}

static void
address(const struct node *n, struct arena *a, struct push *p)
{
	char told[URL_TOLD];
	const char *fault;

	if (!conf_string(n, "url", a, &p->url)) {
		source_missing(n, a, &p->lacks, "there is no url");
		return;
	}
	if ((fault = url_fault(p->url)) != NULL)
		conf_bad_at(n, "url", "'%s': %s", url_told(p->url, told),
		    fault);
	else if (!p->private_too && url_plain(p->url))
		conf_bad_at(n, "url", "http:// is for this machine only, and "
		    "needs 'private'");
	else if (!p->private_too && url_private(p->url))
		conf_bad_at(n, "url", "'%.60s' is a private address, which "
		    "needs 'private'", p->url);
}

void
push_peer_conf(const struct node *n, struct arena *a, struct push *p)
{
	conf_bool(n, "private", &p->private_too);
	conf_bool(n, "oauth", &p->oauth);
	conf_int(n, "timeout", 1, 60, &p->timeout);
	if (conf_string(n, "ca", a, &p->ca) && *p->ca != '/')
		conf_bad_at(n, "ca", "not an absolute path");
}

static void
webhook(const struct node *n, struct arena *a, struct source *s)
{
	static const char *const known[] = { "url", "secret", "headers",
	    "hmac", "timeout", "private", "ca", "oauth", NULL };
	struct push *p = &s->push;
	char name[80];

	if (!conf_known(n, known))
		return;
	push_peer_conf(n, a, p);
	address(n, a, p);
	headers(n, a, p);
	hmac(n, a, p);
	if (conf_string(n, "secret", a, &p->secret)) {
		if (!source_secret_name(p->secret))
			conf_bad_at(n, "secret", "not the name of a secret");
		return;
	}
	snprintf(name, sizeof name, "%s.push", s->name);
	p->secret = arena_str(a, name);
	if (!source_secret_name(name))
		source_missing(n, a, &p->lacks, "the source's name is too long "
		    "for the name of its secret: give secret");
}

static void
exec(const struct node *n, struct arena *a, struct source *s)
{
	static const char *const known[] = { "command", "batch", "timeout",
	    NULL };
	struct push *p = &s->push;

	if (!conf_known(n, known))
		return;
	p->batch = 100;
	conf_int(n, "batch", 1, PUSH_BATCH, &p->batch);
	conf_int(n, "timeout", 1, 60, &p->timeout);
	if (!source_command(n, "command", a, &p->command))
		source_missing(n, a, &p->lacks, "there is no command");
}

/* A type that no event has would silently never come. */
int
push_on_conf(const struct node *n, struct arena *a, const char ***on,
    size_t *count)
{
	struct node list, item;
	size_t i;

	if (!conf_texts(n, "on", a, on, count))
		return 0;
	conf_get(n, "on", &list);
	for (i = 0; i < *count; i++) {
		if (strcmp((*on)[i], "*") == 0 || notice_delivered((*on)[i]))
			continue;
		item = list;
		if (conf_type(&list) == CONF_ARRAY)
			conf_item(&list, i, &item);
		conf_bad(&item, "'%.60s' is not a type of event that is sent",
		    (*on)[i]);
	}
	return 1;
}

/* Collect the types that the requests are for. */
static void
on_requests(struct arena *a, struct source *s)
{
	const struct rest *r = s->push.rest;
	size_t i, k, n = 0;

	for (i = 0; i < r->n; i++)
		n += r->request[i].non;
	s->push_on = arena_alloc(a, (n + 1) * sizeof *s->push_on);
	for (i = 0; i < r->n; i++)
		for (k = 0; k < r->request[i].non; k++)
			s->push_on[s->npush_on++] = r->request[i].on[k];
}

static void
by_kind(const struct node *root, const struct node *part, struct arena *a,
    struct source *s)
{
	if (s->push.kind == PUSH_WEBHOOK)
		webhook(part, a, s);
	else if (s->push.kind == PUSH_REST)
		rest_conf(root, part, a, s);
	else
		exec(part, a, s);
}

void
push_conf(const struct node *root, struct arena *a, struct source *s)
{
	struct push *p = &s->push;
	struct node n, part;
	int kind = -1, i;

	if (!conf_get(root, "push", &n) || !conf_known(&n, keys))
		return;
	/* A known preset has been replaced by its contents by now. */
	if (conf_get(&n, "preset", &part))
		conf_no_preset(&part, s->profile, "push", a);
	conf_word(&n, "kind", kinds, &kind);
	if (kind < 0) {
		conf_bad(&n, "there is no kind");
		return;
	}
	p->kind = (enum push_kind)(kind + 1);
	p->timeout = p->kind == PUSH_REST ? 60 : 15;
	p->concurrency = p->kind == PUSH_EXEC ? 1 : p->kind == PUSH_REST ? 5 :
	    20;
	conf_int(&n, "concurrency", 1, PUSH_CONCURRENCY, &p->concurrency);
	conf_int(&n, "rate", 1, 100000, &p->rate);
	for (i = 0; kinds[i] != NULL; i++)
		if (i != kind && conf_get(&n, kinds[i], &part))
			conf_bad(&part, "only with push.kind '%s'", kinds[i]);
	if (conf_get(&n, kinds[kind], &part))
		by_kind(root, &part, a, s);
	else
		p->lacks = absent[kind];
	if (!push_on_conf(&n, a, &s->push_on, &s->npush_on)) {
		if (p->rest != NULL)
			on_requests(a, s);
		else
			conf_bad(&n, "there is no 'on'");
	}
}

int
source_wants(const struct source *s, const char *type)
{
	return names_among(s->push_on, s->npush_on, "*") ||
	    names_among(s->push_on, s->npush_on, type);
}
