/*
 * loya as an authorization server: client credentials (RFC 6749 section 4.4),
 * introspection (RFC 7662), revocation (RFC 7009).  Reading is done here;
 * whatever is written goes through receive_commit() as a token_job.
 */
#include "common/receive_inner.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/buf.h"
#include "common/clock.h"
#include "common/crypt.h"
#include "common/die.h"
#include "common/form.h"
#include "common/jsonw.h"

enum { BODY = 16 * 1024, CREDENTIALS = 1024 };

/* A request that has been taken apart. */
struct ask {
	struct form form;
	const char *id, *secret;	/* of the client, or NULL */
	struct client client;		/* once it is authenticated */
	const struct issuer *issuer;
};

/* RFC 6749 sections 5.1 and 5.2: no cache may keep any of this. */
static int
error(struct delivery *d, int status, const char *word, const char *text)
{
	struct buf b = { NULL, 0, 0 };
	struct jsonw w;

	jsonw_init(&w, &b);
	jsonw_object(&w);
	jsonw_kstring(&w, "error", word);
	jsonw_kstring(&w, "error_description", text);
	jsonw_close(&w, '}');
	jsonw_line(&w);
	receive_json(d, status, &b);
	answer_header(&d->own, "Cache-Control", "no-store");
	return 1;
}

static int
invalid(struct delivery *d, const char *text)
{
	return error(d, 400, "invalid_request", text);
}

void
receive_oauth_denied(struct delivery *d)
{
	error(d, 401, "invalid_client", "the client is not authenticated");
	answer_header(&d->own, "WWW-Authenticate", "Basic realm=\"loya\"");
}

/* "Basic" credentials, each of both form-encoded (RFC 6749 2.3.1). */
static int
basic(const char *text, struct ask *q, struct arena *a)
{
	unsigned char *p;
	const char *colon = NULL;
	long n = -1;

	text += strspn(text, " ");
	p = crypt_alloc(CREDENTIALS);
	if (strlen(text) < CREDENTIALS)
		n = crypt_unbase64(text, strlen(text), 0, p, CREDENTIALS);
	if (n > 0)
		colon = memchr(p, ':', (size_t)n);
	if (colon != NULL) {
		q->id = form_decode((char *)p, (size_t)(colon - (char *)p), a);
		q->secret = form_decode(colon + 1, (size_t)((char *)p + n -
		    colon - 1), a);
	}
	crypt_free(p);
	return q->id != NULL && q->secret != NULL ? 0 : -1;
}

/* Who the client claims to be, in one of the two ways. */
static const char *
credentials(const struct http_request *http, struct ask *q, struct arena *a)
{
	const char *s = http_header(http, "authorization");

	q->id = form_get(&q->form, "client_id");
	q->secret = form_get(&q->form, "client_secret");
	if (http_header_count(http, "authorization") == 0)
		return NULL;
	if (q->secret != NULL)
		return "the client authenticates in two ways";
	if (s == NULL || strncasecmp(s, "Basic ", 6) != 0 ||
	    basic(s + 6, q, a) != 0)
		return "Authorization must hold the client's Basic credentials";
	if (form_get(&q->form, "client_id") != NULL &&
	    strcmp(form_get(&q->form, "client_id"), q->id) != 0)
		return "client_id differs from the client in Authorization";
	return NULL;
}

/* The throttle's key for a peer and the client that it claims to be. */
static uint64_t
key_of(const struct receiver *r, const struct delivery *d, const char *id)
{
	struct crypt_part p[2];

	p[0].p = d->http->peer;
	p[0].len = strlen(d->http->peer) + 1;
	p[1].p = id;
	p[1].len = strlen(id);
	return (uint64_t)crypt_shorthash(r->throttle_key, p, 2);
}

static int
too_often(struct delivery *d, int seconds)
{
	char text[16];

	error(d, 429, "invalid_client", "too many failures; try again later");
	snprintf(text, sizeof text, "%d", seconds);
	answer_header(&d->own, "Retry-After", arena_dup(d->arena, text,
	    strlen(text)));
	return 1;
}

/* Refuse; counted for the client that was named, if there is such a one. */
static int
deny(struct receiver *r, struct delivery *d, const struct client *c)
{
	char why[REFUSAL_WHY];

	snprintf(why, sizeof why, "client%s%s", c->id[0] != '\0' ? "/" : "",
	    c->id);
	d->denied = DENY_CLIENT;
	d->guess = 1;
	return receive_refuse(r, d, "loya", why);
}

/* 1: it is who it claims to be; 0: no, and *answered is what the route
 * returns. */
static int
authenticated(struct receiver *r, struct delivery *d, struct ask *q,
    int *answered)
{
	uint64_t key = key_of(r, d, q->id != NULL ? q->id : "");
	struct err e;
	int rc, wait;

	rc = receive_issuer(r, d, &q->issuer);
	if (rc == 0 && (q->id == NULL || q->issuer == NULL))
		rc = E_NO;
	/* A missing secret is as wrong as any other. */
	if (rc == 0)
		rc = issuer_client(q->issuer, r->store, q->id,
		    q->secret != NULL ? q->secret : "",
		    q->secret != NULL ? strlen(q->secret) : 0, &q->client,
		    &e);
	if (rc == 0) {
		throttle_passed(&r->throttle, key);
		return 1;
	}
	/* A correct secret never has to wait, or anybody at the same address
	 * could lock a client out.  A secret has 256 bits, so judging a guess
	 * gains nobody anything. */
	if (rc == E_NO && (wait = throttle_wait(&r->throttle, key,
	    clock_mono())) > 0) {
		*answered = too_often(d, wait);
	} else if (rc == E_NO) {
		throttle_failed(&r->throttle, key, clock_mono());
		*answered = deny(r, d, &q->client);
	} else {
		d->rc = rc;
		*answered = receive_unavailable(d);
	}
	return 0;
}

/*
 * What all three routes require: a form, over a connection that nobody can
 * listen to, from an authenticated client.  1: go on; 0: *answered.
 */
static int
take_apart(struct receiver *r, struct delivery *d, struct ask *q,
    int *answered)
{
	char type[64];
	const char *why = NULL;

	memset(q, 0, sizeof *q);
	d->wipe = 1;
	if (!d->http->secure)
		why = "this path is served over TLS only";
	else if (http_is_coded(d->http))
		why = "the body must not have a Content-Encoding";
	else if (d->http->len > BODY)
		why = "the body is too large";
	else if (http_media_type(http_header(d->http, "content-type"), type,
	    sizeof type) != 0 ||
	    strcmp(type, FORM_TYPE) != 0)
		why = "Content-Type must be "
		    "application/x-www-form-urlencoded";
	else if (form_parse(&q->form, d->http->body, d->http->len, d->arena,
	    &why) == 0)
		why = credentials(d->http, q, d->arena);
	if (why != NULL) {
		*answered = invalid(d, why);
		return 0;
	}
	return authenticated(r, d, q, answered);
}

static struct token_job *
job(struct receiver *r, struct delivery *d, const struct ask *q)
{
	struct token_job *j;

	j = arena_alloc(d->arena, sizeof *j);
	memset(j, 0, sizeof *j);
	j->issuer = q->issuer;
	j->at = d->http->received;
	j->recorded = issuer_recorded(r->store);
	return j;
}

/* "client:ID" */
static void
actor(const struct client *c, char out[ISSUED_ACTOR])
{
	snprintf(out, ISSUED_ACTOR, "client:%s", c->id);
}

int
receive_oauth_token(struct receiver *r, struct delivery *d)
{
	const char *grant, *want;
	struct token_job *j;
	struct ask q;
	int answered;

	if (!take_apart(r, d, &q, &answered))
		return answered;
	if ((grant = form_get(&q.form, "grant_type")) == NULL)
		return invalid(d, "grant_type is missing");
	if (strcmp(grant, "client_credentials") != 0)
		return error(d, 400, "unsupported_grant_type",
		    "grant_type must be client_credentials");
	j = job(r, d, &q);
	want = form_get(&q.form, "scope");
	if (want == NULL)
		want = q.client.scope;
	if (scope_parse(want, strlen(want), j->token.scope) != 0 ||
	    !scope_within(j->token.scope, q.client.scope))
		return error(d, 400, "invalid_scope",
		    "the client may not have this scope");
	j->what = TOKEN_ISSUE;
	memcpy(j->token.client, q.client.id, sizeof j->token.client);
	j->token.created_at = j->at;
	j->token.expires_at = j->at + CLOCK_SECOND *
	    d->hooks->config->oauth.lifetime;
	actor(&q.client, j->token.issued_by);
	d->job = j;
	return 0;
}

/* After the commit.  The answer contains a token, so it goes to memory that is
 * wiped. */
static void
answer_token(struct delivery *d)
{
	struct token_job *j = d->job;
	struct buf b = { NULL, 0, 0 };
	struct jsonw w;

	jsonw_init(&w, &b);
	jsonw_object(&w);
	jsonw_kstring(&w, "access_token", j->text);
	jsonw_kstring(&w, "token_type", "Bearer");
	jsonw_kint(&w, "expires_in", (j->token.expires_at -
	    j->token.created_at) / CLOCK_SECOND);
	jsonw_kstring(&w, "scope", j->token.scope);
	jsonw_close(&w, '}');
	jsonw_line(&w);
	d->secret = crypt_alloc(b.len);
	memcpy(d->secret, b.p, b.len);
	answer_json(&d->own, 200, d->secret, b.len);
	answer_header(&d->own, "Cache-Control", "no-store");
	answer_header(&d->own, "Pragma", "no-cache");
	crypt_wipe(b.p, b.cap);
	crypt_wipe(j->text, sizeof j->text);
	buf_release(&b);
	d->answer = &d->own;
}

static void
empty(struct delivery *d)
{
	answer_init(&d->own, 200);
	answer_header(&d->own, "Cache-Control", "no-store");
	d->answer = &d->own;
}

void
receive_oauth_finish(struct delivery *d)
{
	if (d->job->what == TOKEN_ISSUE)
		answer_token(d);
	else
		empty(d);
}

/* Look up the token that is asked about: 1, or 0 with *answered.  *rc: the
 * result of the look-up. */
static int
asked(struct receiver *r, struct delivery *d, struct ask *q,
    struct issued *t, int *rc, int *answered)
{
	const char *text;
	struct err e;

	if (!take_apart(r, d, q, answered))
		return 0;
	if ((text = form_get(&q->form, "token")) == NULL) {
		*answered = invalid(d, "token is missing");
		return 0;
	}
	*rc = issuer_find(q->issuer, r->reader, text, strlen(text),
	    d->http->received, t, &e);
	if (*rc == 0 || *rc == E_NO)
		return 1;
	d->rc = *rc;
	*answered = receive_unavailable(d);
	return 0;
}

/* RFC 7662 section 2.2: about a token that is not valid, or that is not this
 * client's business, nothing is revealed. */
int
receive_oauth_introspect(struct receiver *r, struct delivery *d)
{
	struct buf b = { NULL, 0, 0 };
	struct issued t;
	struct jsonw w;
	struct ask q;
	int rc, answered, may;

	if (!asked(r, d, &q, &t, &rc, &answered))
		return answered;
	may = rc == 0 && (strcmp(t.client, q.client.id) == 0 ||
	    scope_has(q.client.scope, "introspect", 10));
	jsonw_init(&w, &b);
	jsonw_object(&w);
	jsonw_key(&w, "active");
	jsonw_bool(&w, may);
	if (may) {
		jsonw_kstring(&w, "scope", t.scope);
		jsonw_kstring(&w, "client_id", *t.client != '\0' ? t.client :
		    NULL);
		jsonw_kstring(&w, "token_type", "Bearer");
		jsonw_kint(&w, "iat", t.created_at / CLOCK_SECOND);
		if (t.expires_at != 0)
			jsonw_kint(&w, "exp", t.expires_at / CLOCK_SECOND);
		jsonw_kstring(&w, "jti", t.id);
	}
	jsonw_close(&w, '}');
	jsonw_line(&w);
	receive_json(d, 200, &b);
	answer_header(&d->own, "Cache-Control", "no-store");
	return 1;
}

/* RFC 7009 section 2.2: revoking an invalid token is a success, too. */
int
receive_oauth_revoke(struct receiver *r, struct delivery *d)
{
	struct token_job *j;
	struct issued t;
	struct ask q;
	int rc, answered;

	if (!asked(r, d, &q, &t, &rc, &answered))
		return answered;
	if (rc == E_NO) {
		empty(d);
		return 1;
	}
	if (strcmp(t.client, q.client.id) != 0)
		return error(d, 400, "invalid_grant",
		    "the token was issued to another client");
	j = job(r, d, &q);
	j->what = TOKEN_REVOKE;
	j->token = t;
	actor(&q.client, j->token.revoked_by);
	d->job = j;
	return 0;
}
