#include "common/receive.h"

#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/clock.h"
#include "common/crypt.h"
#include "common/die.h"
#include "common/envelope.h"
#include "common/framing.h"
#include "common/jsonw.h"
#include "common/receive_inner.h"

/* How often counted refusals are stored, and secrets looked at. */
static const int64_t between = CLOCK_SECOND;

enum place { NOWHERE, HOOK, HEALTH, TOKEN, INTROSPECT, REVOKE, METADATA };

static int post(struct receiver *, struct delivery *);

/* The paths; those of hooks end in the source's name. */
static const struct {
	const char *path;
	enum place place;
} paths[] = {
	{ "/health",		HEALTH },
	{ "/oauth/token",	TOKEN },
	{ "/oauth/introspect",	INTROSPECT },
	{ "/oauth/revoke",	REVOKE },
	{ "/.well-known/oauth-authorization-server", METADATA },
};

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
	{ TOKEN,	"POST",		receive_oauth_token },
	{ INTROSPECT,	"POST",		receive_oauth_introspect },
	{ REVOKE,	"POST",		receive_oauth_revoke },
	{ METADATA,	"GET",		receive_oauth_metadata },
	{ METADATA,	"HEAD",		receive_oauth_metadata },
};

enum { ROUTES = sizeof route / sizeof route[0] };

int
receive_new(struct receiver **out, const char *confdir, struct store *s,
    int64_t backlog, int asked, struct err *e)
{
	struct receiver *r;
	int rc;

	*out = NULL;
	r = xcalloc(1, sizeof *r);
	r->confdir = xstrdup(confdir);
	r->store = s;
	r->backlog = backlog;
	r->asked = asked;
	r->stamp_at = clock_mono();
	crypt_random(r->throttle_key, sizeof r->throttle_key);
	rc = secret_stamp(s, &r->stamp, e);
	if (rc == 0)
		rc = hooks_load(&r->hooks, confdir, s, asked, e);
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
	store_close(r->reader);
	throttle_release(&r->throttle);
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

	rc = hooks_load(&fresh, r->confdir, r->store, r->asked, e);
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

static enum place
place_by_path(const char *path, size_t n)
{
	size_t i;

	for (i = 0; i < sizeof paths / sizeof paths[0]; i++)
		if (strlen(paths[i].path) == n &&
		    memcmp(paths[i].path, path, n) == 0)
			return paths[i].place;
	return NOWHERE;
}

static enum place
place_of(struct delivery *d)
{
	static const char hooks[] = "/hooks/";
	const size_t skip = sizeof hooks - 1;
	enum place place;
	const char *path;
	size_t n;

	path = framing_path(d->http->target, &n);
	if ((place = place_by_path(path, n)) != NOWHERE)
		return place;
	if (n <= skip || memcmp(path, hooks, skip) != 0)
		return NOWHERE;
	d->hook = hooks_find(d->hooks, path + skip, n - skip);
	return d->hook != NULL ? HOOK : NOWHERE;
}

/* Whether a route is one of this path.  A source that names no origin takes no
 * part in the handshake, so OPTIONS is no method of its hook. */
static int
is_served(const struct route *x, enum place place, const struct delivery *d)
{
	return x->place == place && (x->serve != receive_handshake ||
	    d->hook->source->receive.norigin > 0);
}

/* The methods of a path, for Allow: those that it supports now (RFC 9110
 * section 15.5.6). */
static const char *
methods(enum place place, const struct delivery *d)
{
	struct buf b = { NULL, 0, 0 };
	const char *s;
	size_t i;

	for (i = 0; i < ROUTES; i++) {
		if (!is_served(&route[i], place, d))
			continue;
		if (b.len > 0)
			buf_adds(&b, ", ");
		buf_adds(&b, route[i].method);
	}
	s = arena_dup(d->arena, b.p, b.len);
	buf_release(&b);
	return s;
}

static const struct route *
find_route(enum place place, const struct delivery *d)
{
	size_t i;

	for (i = 0; i < ROUTES; i++)
		if (is_served(&route[i], place, d) &&
		    strcmp(route[i].method, d->http->method) == 0)
			return &route[i];
	return NULL;
}

/* Once a second: open secrets again if any was set, unset or resealed.  Source
 * files are read again only on request (SIGHUP): they may be half written. */
static void
look_at_secrets(struct receiver *r)
{
	int64_t now = clock_mono(), stamp;
	struct err e;

	if (now - r->stamp_at < between)
		return;
	r->stamp_at = now;
	if (secret_stamp(r->store, &stamp, &e) != 0 || stamp == r->stamp)
		return;
	if (hooks_refresh(r->hooks, r->store, &e) == 0 &&
	    (!r->hooks->stale || receive_reload(r, &e) == 0)) {
		r->stamp = stamp;
		say("secrets read again");
	} else if (stamp != r->told) {
		r->told = stamp;
		warn("%s; start this program again when it can get the key; "
		    "until then secrets that are set are not known", e.msg);
	}
}

int
receive_head(struct receiver *r, struct delivery *d)
{
	enum place place;

	look_at_secrets(r);
	d->hooks = hooks_take(r->hooks);
	place = place_of(d);
	if (place == NOWHERE)
		return receive_problem(d, 404, "nothing is served at this "
		    "path");
	d->route = find_route(place, d);
	if (d->route != NULL)
		return 0;
	receive_problem(d, 405, "this method is not served here");
	answer_header(&d->own, "Allow", methods(place, d));
	return 1;
}

void
receive_closed(struct delivery *d, int rc)
{
	const char *path;
	size_t n;

	d->rc = rc;
	path = framing_path(d->http->target, &n);
	if (place_by_path(path, n) == HEALTH)
		receive_health_closed(d);
	else
		receive_shut(d);
}

int
receive_request(struct receiver *r, struct delivery *d)
{
	return d->route->serve(r, d);
}

/* 0: it may post; 1: it may not, and *answered is what receive_request()
 * returns. */
static int
refused(struct receiver *r, struct delivery *d, int *answered)
{
	const struct source *source = d->hook->source;
	enum auth_why why;
	int rc;

	why = auth_verify(&source->receive.auth, d->hook->secret,
	    d->hook->nsecret, d->http);
	/* Where nobody is asked, a token that is shown is judged all the same:
	 * its owner must not believe that it is good. */
	if (why == AUTH_OK && source->receive.auth.kind != AUTH_NONE)
		return 0;
	rc = receive_bearer(r, d);
	if (rc == 1 || (rc == 0 && why == AUTH_OK))
		return 0;
	if (rc == 0 && d->hook->unread)
		*answered = (d->rc = E_KEY, receive_unavailable(d));
	else if (rc == 0)
		*answered = receive_refuse(r, d, source->name,
		    auth_why_word(why));
	else if (rc == E_NO || rc == E_NOTFOUND)
		*answered = receive_refuse(r, d, source->name,
		    d->denied == DENY_SCOPE ? "scope" : "token");
	else
		*answered = (d->rc = rc, receive_unavailable(d));
	return 1;
}

/* Note in each row's head which token it came with. */
static void
note_token(struct delivery *d)
{
	struct buf b = { NULL, 0, 0 };
	struct jsonw w;
	size_t i;

	for (i = 0; i < d->nrow && d->token != NULL; i++) {
		buf_clear(&b);
		jsonw_init(&w, &b);
		jsonw_object(&w);
		jsonw_kstring(&w, "loya-token", d->token);
		jsonw_close(&w, '}');
		if (d->row[i].head != NULL) {
			/* Both are objects that are not empty. */
			b.p[b.len - 1] = ',';
			buf_adds(&b, d->row[i].head + 1);
		}
		d->row[i].head = arena_dup(d->arena, b.p, b.len);
	}
	buf_release(&b);
}

/* The answer to an accepted delivery: the sender may be of another
 * generation. */
static struct answer *
good(const struct delivery *d)
{
	const char *mark = d->hook->source->receive.other_holds;
	const char *p = d->http->body, *end = p + d->http->len;
	size_t n;

	if (mark == NULL || d->http->len == 0)
		return &d->hook->taken;
	n = strlen(mark);
	for (; (size_t)(end - p) >= n; p++) {
		p = memchr(p, mark[0], (size_t)(end - p) - n + 1);
		if (p == NULL)
			break;
		if (memcmp(p, mark, n) == 0)
			return &d->hook->other;
	}
	return &d->hook->taken;
}

/* The sender is authenticated, but the body cannot be used.  The sender will
 * not send it again, so it is counted: otherwise nobody here would ever hear of
 * it. */
static int
unreadable(struct receiver *r, struct delivery *d, int status,
    const char *detail)
{
	d->denied = DENY_BODY;
	d->status = status;
	d->detail = arena_str(d->arena, detail);
	return receive_refuse(r, d, d->hook->source->name, "unreadable");
}

static int
post(struct receiver *r, struct delivery *d)
{
	const struct source *source = d->hook->source;
	struct problem p;
	int answered;

	if (refused(r, d, &answered))
		return answered;
	if (http_is_coded(d->http))
		return unreadable(r, d, 415, "send the body without a "
		    "Content-Encoding");
	if (envelope_rows(source, d->http, d->arena, &d->row, &d->nrow,
	    &p) != 0) {
		d->job = NULL;
		if (p.status == 401)
			return receive_refuse(r, d, source->name,
			    "organization");
		return unreadable(r, d, p.status, p.detail);
	}
	d->good = good(d);
	if (d->nrow == 0 && d->job == NULL) {
		d->answer = d->good;
		return 1;
	}
	note_token(d);
	d->fresh = arena_alloc(d->arena, d->nrow + 1);
	memset(d->fresh, 0, d->nrow);
	return 0;
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
		receive_unavailable(d);
	} else if (d->nrefusal > 0) {
		receive_denied(d);
	} else if (d->hook == NULL) {
		receive_oauth_finish(d);
	} else {
		d->answer = d->good;
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
	const struct http_request *q = d->http;

	crypt_free(d->secret);
	d->secret = NULL;
	hooks_drop(d->hooks);
	d->hooks = NULL;
	/* The delivery itself may be in the arena: wipe that last. */
	if (d->wipe) {
		crypt_wipe((char *)(uintptr_t)q->body, q->len);
		arena_wipe(d->arena);
	}
}
