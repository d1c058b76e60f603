/* Answers that say no. */
#include "common/receive_inner.h"

#include <string.h>

#include "common/source.h"

/* The challenge of a 401; HTTP requires at least one (RFC 9110 section
 * 11.6.1). */
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
receive_problem(struct delivery *d, int status, const char *detail)
{
	answer_problem(&d->own, d->arena, status, detail);
	d->answer = &d->own;
	return 1;
}

int
receive_json(struct delivery *d, int status, struct buf *b)
{
	answer_json(&d->own, status, arena_dup(d->arena, b->p, b->len),
	    b->len);
	d->answer = &d->own;
	buf_release(b);
	return 1;
}

/* The answer never says which part was wrong. */
int
receive_denied(struct delivery *d)
{
	if (d->denied == DENY_CLIENT) {
		receive_oauth_denied(d);
		return 1;
	}
	if (d->denied == DENY_BODY)
		return receive_problem(d, d->status, d->detail);
	if (d->denied == DENY_PLAIN)
		return receive_problem(d, 403, "a token is accepted over "
		    "TLS only");
	if (d->denied == DENY_SCOPE)
		return receive_bearer_answer(d, 403, "the token is not for "
		    "this hook", "insufficient_scope");
	if (d->denied == DENY_TOKEN)
		return receive_bearer_answer(d, 401, "the token is unknown, "
		    "expired or revoked",
		    "invalid_token");
	receive_problem(d, 401, "the request is not authenticated");
	answer_header(&d->own, "WWW-Authenticate",
	    challenge[d->hook->source->receive.auth.kind]);
	return 1;
}

int
receive_refuse(struct receiver *r, struct delivery *d, const char *source,
    const char *why)
{
	struct refusals one = { NULL, 0, 0, 0 };

	if (!refusals_count(&r->refusals, source, why, d->http->received))
		return receive_denied(d);
	refusals_count(&one, source, why, d->http->received);
	one.at[0].n = 1;
	d->refusal = arena_alloc(d->arena, sizeof *d->refusal);
	*d->refusal = one.at[0];
	d->nrefusal = 1;
	refusals_release(&one);
	return 0;
}

/* Faults of our set-up are for people here, who read the messages. */
static void
trouble(struct delivery *d)
{
	int rc = d->rc;

	receive_problem(d, 503, rc == E_BUSY || rc == E_FULL ||
	    rc == E_READONLY ? status_text(rc) :
	    "nothing can be received at present");
}

void
receive_shut(struct delivery *d)
{
	trouble(d);
	answer_header(&d->own, "Retry-After", d->rc == E_BUSY ? "1" : "60");
}

int
receive_unavailable(struct delivery *d)
{
	const struct receive *rules;

	trouble(d);
	rules = d->hook != NULL ? &d->hook->source->receive : NULL;
	if (rules != NULL && rules->fault_body != NULL) {
		d->own.type = rules->answer_type != NULL ?
		    rules->answer_type : "text/xml";
		d->own.body = rules->fault_body;
		d->own.len = strlen(rules->fault_body);
	}
	answer_header(&d->own, "Retry-After",
	    d->rc == E_BUSY ? "1" : "30");
	return 1;
}
