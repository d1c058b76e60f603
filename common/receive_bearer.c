/*
 * A token of ours on a hook (RFC 6750), instead of the sender's own scheme:
 * its scope must name the hook.
 */
#include "common/receive_inner.h"

#include <string.h>
#include <strings.h>

#include "common/buf.h"
#include "common/clock.h"
#include "common/die.h"

/* Warn seldom: it happens as often as somebody sends what looks like a
 * token. */
static void
tell(struct receiver *r, const struct err *e)
{
	char of[SELDOM_TEXT];
	const char *more = seldom_now(&r->tokens, of);

	if (more != NULL)
		warn("tokens: %s%s", e->msg, more);
}

/*
 * Get the issuer if there is none yet.  Whoever sends what looks like a token
 * makes us look.  If it cannot be had, look again only after a while, and until
 * then remember that the key is missing, rather than that nothing was issued.
 */
static int
look_for_issuer(struct receiver *r, struct hooks *h)
{
	int64_t now = clock_mono();
	struct err e;

	if (r->issuer_rc != 0 && now - r->issuer_at < CLOCK_SECOND)
		return r->issuer_rc;
	r->issuer_at = now;
	if ((r->issuer_rc = hooks_issuer(h, r->store, &e)) != 0)
		tell(r, &e);
	return r->issuer_rc;
}

int
receive_issuer(struct receiver *r, struct delivery *d,
    const struct issuer **is)
{
	struct hooks *h = d->hooks;
	struct err e;
	int rc;

	*is = NULL;
	if (h->issuer == NULL && (rc = look_for_issuer(r, h)) != 0)
		return rc;
	if (h->issuer != NULL && r->reader == NULL &&
	    (rc = store_open(&r->reader, store_path(r->store), ROLE_RECV,
	    STORE_READ, &e)) != 0) {
		tell(r, &e);
		return rc;
	}
	*is = h->issuer;
	return 0;
}

int
receive_bearer_answer(struct delivery *d, int status, const char *detail,
    const char *word)
{
	struct buf b = { NULL, 0, 0 };

	receive_problem(d, status, detail);
	buf_adds(&b, "Bearer realm=\"loya\", error=\"");
	buf_adds(&b, word);
	if (status == 403) {
		buf_adds(&b, "\", scope=\"hook:");
		buf_adds(&b, d->hook->source->name);
	}
	buf_adds(&b, "\"");
	answer_header(&d->own, "WWW-Authenticate", arena_dup(d->arena, b.p,
	    b.len));
	buf_release(&b);
	return 1;
}

/* The token after "Bearer ", if it is meant to be one of ours. */
static const char *
presented(const struct http_request *q)
{
	const char *s = http_header(q, "authorization");

	if (s == NULL || strncasecmp(s, "Bearer ", 7) != 0)
		return NULL;
	s += 7 + strspn(s + 7, " ");
	return token_looks(TOKEN_ACCESS, s, strlen(s)) ? s : NULL;
}

/* Whether the scope of a token names the hook. */
static int
is_for(const struct issued *t, const char *source)
{
	struct buf b = { NULL, 0, 0 };
	int has;

	buf_adds(&b, "hook:");
	buf_adds(&b, source);
	has = scope_has(t->scope, b.p, b.len);
	buf_release(&b);
	return has;
}

int
receive_bearer(struct receiver *r, struct delivery *d)
{
	const char *text = presented(d->http);
	int64_t now = d->http->received;
	const struct issuer *is;
	struct token_job *j;
	struct err e;
	int rc;

	if (text == NULL)
		return 0;
	/* RFC 6750 section 5.3: never in the clear. */
	d->denied = DENY_PLAIN;
	if (!d->http->secure)
		return E_NO;
	d->denied = DENY_TOKEN;
	if ((rc = receive_issuer(r, d, &is)) != 0 || is == NULL)
		return rc != 0 ? rc : E_NO;
	j = arena_alloc(d->arena, sizeof *j);
	memset(j, 0, sizeof *j);
	if ((rc = issuer_find(is, r->reader, text, strlen(text), now,
	    &j->token, &e)) != 0) {
		debug(1, "%s: %s", d->hook->source->name, e.msg);
		return rc;
	}
	d->denied = DENY_SCOPE;
	if (!is_for(&j->token, d->hook->source->name))
		return E_NOTFOUND;
	d->denied = DENY_SIGNATURE;
	d->token = j->token.id;
	if (issuer_notes(&j->token, now)) {
		j->what = TOKEN_USE;
		j->at = now;
		d->job = j;
	}
	return 1;
}
