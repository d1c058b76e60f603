#include "common/receive.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/buf.h"
#include "common/clock.h"
#include "common/envelope.h"
#include "common/framing.h"
#include "common/receive_inner.h"

/* Counted refusals are stored so often. */
static const int64_t between = CLOCK_SECOND;

enum place { NOWHERE, HOOK, HEALTH };

static int post(struct receiver *, struct delivery *);

/* Everything that is served: where, how, by what. */
static const struct route {
	enum place place;
	const char *method;
	int (*serve)(struct receiver *, struct delivery *);
} route[] = {
	{ HOOK,		"POST",		post },
	{ HOOK,		"OPTIONS",	receive_handshake },
	{ HEALTH,	"GET",		receive_health },
	{ HEALTH,	"HEAD",		receive_health },
};

enum { ROUTES = sizeof route / sizeof route[0] };

/* What a 401 asks for; HTTP wants one challenge at least (RFC 9110 11.6.1). */
static const char *const challenge[] = {
	[AUTH_NONE] = "Local realm=\"loya\"",
	[AUTH_HMAC] = "Signature realm=\"loya\"",
	[AUTH_STANDARD] = "Signature realm=\"loya\"",
	[AUTH_BEARER] = "Bearer realm=\"loya\"",
	[AUTH_BASIC] = "Basic realm=\"loya\", charset=\"UTF-8\"",
	[AUTH_HEADER] = "Key realm=\"loya\"",
	[AUTH_MTLS] = "Certificate realm=\"loya\""
};

int
receive_new(struct receiver **out, const char *confdir, struct store *s,
    int64_t backlog, struct err *e)
{
	struct receiver *r;
	int rc;

	*out = NULL;
	r = xcalloc(1, sizeof *r);
	r->confdir = xstrdup(confdir);
	r->store = s;
	r->backlog = backlog;
	rc = hooks_load(&r->hooks, confdir, s, e);
	if (rc != 0) {
		receive_free(r);
		return rc;
	}
	*out = r;
	return 0;
}

void
receive_free(struct receiver *r)
{
	if (r == NULL)
		return;
	hooks_drop(r->hooks);
	refusals_release(&r->refusals);
	free(r->due.refusal);
	free(r->confdir);
	free(r);
}

int
receive_reload(struct receiver *r, struct err *e)
{
	struct hooks *fresh;
	int rc;

	rc = hooks_load(&fresh, r->confdir, r->store, e);
	if (rc != 0)
		return rc;
	hooks_drop(r->hooks);
	r->hooks = fresh;
	return 0;
}

struct hooks *
receive_hooks(struct receiver *r)
{
	return r->hooks;
}

int
receive_problem(struct delivery *d, int status, const char *detail)
{
	answer_problem(&d->own, d->arena, status, detail);
	d->answer = &d->own;
	return 1;
}

static enum place
place_of(struct delivery *d)
{
	static const char hooks[] = "/hooks/", health[] = "/health";
	const size_t skip = sizeof hooks - 1;
	const char *path;
	size_t n;

	path = framing_path(d->http->target, &n);
	if (n == sizeof health - 1 && memcmp(path, health, n) == 0)
		return HEALTH;
	if (n <= skip || memcmp(path, hooks, skip) != 0)
		return NOWHERE;
	d->hook = hooks_find(d->hooks, path + skip, n - skip);
	return d->hook != NULL ? HOOK : NOWHERE;
}

/* The methods of a place, for Allow. */
static const char *
methods(enum place place, struct arena *a)
{
	struct buf b = { NULL, 0, 0 };
	const char *s;
	size_t i;

	for (i = 0; i < ROUTES; i++) {
		if (route[i].place != place)
			continue;
		if (b.len > 0)
			buf_adds(&b, ", ");
		buf_adds(&b, route[i].method);
	}
	s = arena_dup(a, b.p, b.len);
	buf_release(&b);
	return s;
}

static const struct route *
find_route(enum place place, const char *method)
{
	size_t i;

	for (i = 0; i < ROUTES; i++)
		if (route[i].place == place &&
		    strcmp(route[i].method, method) == 0)
			return &route[i];
	return NULL;
}

int
receive_head(struct receiver *r, struct delivery *d)
{
	enum place place;

	d->hooks = hooks_take(r->hooks);
	place = place_of(d);
	if (place == NOWHERE)
		return receive_problem(d, 404, "there is nothing here");
	d->route = find_route(place, d->http->method);
	if (d->route != NULL)
		return 0;
	receive_problem(d, 405, "this method is not served here");
	answer_header(&d->own, "Allow", methods(place, d->arena));
	return 1;
}

int
receive_request(struct receiver *r, struct delivery *d)
{
	return d->route->serve(r, d);
}

/* The answer never says which part was wrong. */
static int
unauthorized(struct delivery *d)
{
	enum auth_kind kind = d->hook->source->receive.auth.kind;

	receive_problem(d, 401, "the request is not authenticated");
	answer_header(&d->own, "WWW-Authenticate", challenge[kind]);
	return 1;
}

/* Count it; the first of its kind in a minute is stored before the answer. */
static int
refuse(struct receiver *r, struct delivery *d, const char *why)
{
	const char *source = d->hook->source->name;
	struct refusals one = { NULL, 0, 0, 0 };

	if (!refusals_count(&r->refusals, source, why, d->http->received))
		return unauthorized(d);
	refusals_count(&one, source, why, d->http->received);
	one.at[0].n = 1;
	d->refusal = arena_alloc(d->arena, sizeof *d->refusal);
	*d->refusal = one.at[0];
	d->nrefusal = 1;
	refusals_release(&one);
	return 0;
}

/* RFC 9110 8.4: a body in a coding that we do not undo. */
static int
is_coded(const struct http_request *q)
{
	const char *coding = http_header(q, "content-encoding");

	return http_header_count(q, "content-encoding") > 0 &&
	    (coding == NULL || strcasecmp(coding, "identity") != 0);
}

static int
post(struct receiver *r, struct delivery *d)
{
	const struct source *source = d->hook->source;
	enum auth_why why;
	struct problem p;

	why = auth_verify(&source->receive.auth, d->hook->secret,
	    d->hook->nsecret, d->http);
	if (why != AUTH_OK)
		return refuse(r, d, auth_why_word(why));
	if (is_coded(d->http))
		return receive_problem(d, 415, "send the body without a "
		    "Content-Encoding");
	if (envelope_rows(source, d->http, d->arena, &d->row, &d->nrow,
	    &p) != 0) {
		if (p.status == 401)
			return refuse(r, d, "organization");
		return receive_problem(d, p.status, p.detail);
	}
	if (d->nrow == 0) {
		d->answer = &d->hook->taken;
		return 1;
	}
	d->fresh = arena_alloc(d->arena, d->nrow);
	memset(d->fresh, 0, d->nrow);
	return 0;
}

/* The store did not take it; the sender shall come again. */
static void
unavailable(struct delivery *d)
{
	const struct receive *rules = &d->hook->source->receive;

	receive_problem(d, 503, status_text(d->rc));
	if (rules->fault_body != NULL) {
		d->own.type = rules->answer_type != NULL ?
		    rules->answer_type : "text/xml";
		d->own.body = rules->fault_body;
		d->own.len = strlen(rules->fault_body);
	}
	answer_header(&d->own, "Retry-After",
	    d->rc == E_BUSY ? "1" : "30");
}

void
receive_finish(struct receiver *r, struct delivery *d)
{
	receive_note(r, d);
	if (d == &r->due) {
		if (d->rc != 0)
			refusals_back(&r->refusals, d->refusal, d->nrefusal);
		free(d->refusal);
		d->refusal = NULL;
		r->due_away = 0;
	} else if (d->probe) {
		receive_health_answer(r, d);
	} else if (d->rc != 0) {
		refusals_back(&r->refusals, d->refusal, d->nrefusal);
		unavailable(d);
	} else if (d->nrefusal > 0) {
		unauthorized(d);
	} else {
		d->answer = &d->hook->taken;
	}
}

struct delivery *
receive_due(struct receiver *r, int64_t now, int all)
{
	struct delivery *d = &r->due;

	if (r->due_away || r->refusals.pending == 0 ||
	    (!all && now - r->due_at < between))
		return NULL;
	memset(d, 0, sizeof *d);
	d->refusal = refusals_take(&r->refusals, clock_now(), &d->nrefusal);
	r->due_at = now;
	r->due_away = 1;
	return d;
}

int
receive_due_in(const struct receiver *r, int64_t now)
{
	int64_t left;

	if (r->due_away || r->refusals.pending == 0)
		return -1;
	left = r->due_at + between - now;
	return left <= 0 ? 0 : (int)(left / 1000) + 1;
}

void
receive_over(struct delivery *d)
{
	hooks_drop(d->hooks);
	d->hooks = NULL;
}
