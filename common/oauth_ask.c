/* One exchange with a peer: gather, ask, store, and only then use. */
#include "common/oauth_inner.h"

#include <stdio.h>
#include <string.h>

#include "common/audit.h"
#include "common/clock.h"
#include "common/command.h"
#include "common/crypt.h"
#include "common/die.h"
#include "common/jsonw.h"
#include "common/secret.h"
#include "common/url.h"

/* The current secret of a name, and when it was set. */
static int
get_secret(struct oauth_turn *t, const char *name, const char *what,
    struct oauth_bytes *out, struct err *e)
{
	struct secret slot[SECRET_SLOTS] = { { 0 } };
	struct oauth *o = t->o;
	int rc;

	if ((rc = oauth_key(o, 0, e)) != 0)
		return rc;
	rc = secret_get(o->store, o->key, name, slot, e);
	if (rc == E_KEY && (rc = oauth_key(o, 1, e)) == 0)
		rc = secret_get(o->store, o->key, name, slot, e);
	if (rc == E_NOTFOUND || (rc == 0 && slot[0].p == NULL))
		rc = err_set(e, E_NOTFOUND, "source '%s': its %s is not set; "
		    "loya-token set %s sets it", t->source->name, what, name);
	if (rc == 0) {
		out->p = (char *)slot[0].p;
		out->len = slot[0].len;
		slot[0].p = NULL;
	}
	secret_release(slot);
	return rc;
}

/* The stored chain, unless a newer secret begins another one. */
static int
get_refresh(struct oauth_turn *t, struct oauth_bytes *out, int64_t *seed,
    struct err *e)
{
	const struct credential *c = &t->had;

	*seed = t->created;
	if (c->refresh == NULL || (t->created != 0 && t->created != c->seed))
		return get_secret(t, t->source->oauth.refresh, "refresh token",
		    out, e);
	*seed = c->seed;
	out->len = strlen(c->refresh);
	out->p = crypt_alloc(out->len + 1);
	memcpy(out->p, c->refresh, out->len + 1);
	return 0;
}

/* A JWT, or SAML in base64: a line feed inside it is the usual mistake of
 * commands that encode. */
static int
run_command(struct oauth_turn *t, struct oauth_bytes *out, struct err *e)
{
	struct err why;
	size_t i;
	int rc;

	rc = command_output(t->source->oauth.assertion, OAUTH_ASSERTION,
	    OAUTH_COMMAND * CLOCK_SECOND, t->o->stop, &out->p, &out->len, &why);
	if (rc != 0)
		return err_set(e, rc, "source '%s': oauth.assertion: %s",
		    t->source->name, why.msg);
	for (i = 0; i < out->len && out->p[i] > ' ' && out->p[i] <= '~'; i++)
		;
	if (i == out->len && i > 0)
		return 0;
	return err_set(e, E_CONF, "source '%s': oauth.assertion: '%s' printed "
	    "%s", t->source->name, t->source->oauth.assertion[0], i == 0 ?
	    "nothing" : "more than one word");
}

int
oauth_parts_get(struct oauth_turn *t, int run, struct oauth_parts *p,
    int64_t *seed, struct err *e)
{
	const struct source_oauth *o = &t->source->oauth;
	int rc = 0;

	memset(p, 0, sizeof *p);
	*seed = 0;
	if (o->secret != NULL)
		rc = get_secret(t, o->secret, "client secret", &p->secret, e);
	if (rc == 0 && o->refresh != NULL)
		rc = get_refresh(t, &p->refresh, seed, e);
	if (rc == 0 && o->assertion != NULL && run)
		rc = run_command(t, &p->assertion, e);
	return rc;
}

void
oauth_parts_release(struct oauth_parts *p)
{
	crypt_free(p->secret.p);
	crypt_free(p->refresh.p);
	crypt_free(p->assertion.p);
	memset(p, 0, sizeof *p);
}

/* Add an audit row, inside a transaction.  Never a secret. */
static int
record(struct oauth_turn *t, const char *kind, const struct oauth_refusal *r,
    int64_t expires_at, struct err *e)
{
	struct buf b = { 0 };
	struct jsonw w;
	char host[200];
	int rc;

	jsonw_init(&w, &b);
	jsonw_object(&w);
	jsonw_kstring(&w, "grant", oauth_grant_word(t->source->oauth.grant));
	jsonw_kstring(&w, "host", url_host(t->source->oauth.url, host,
	    sizeof host));
	jsonw_kint(&w, "status", r->status);
	if (r->word[0] != '\0')
		jsonw_kstring(&w, "error", r->word);
	if (expires_at != 0)
		jsonw_ktime(&w, "expires_at", expires_at);
	jsonw_close(&w, '}');
	rc = audit_note(t->o->store, kind, t->source->name, &b, e);
	buf_release(&b);
	return rc;
}

/* Record that the peer refused.  The refusal stands even if that fails. */
static void
record_refusal(struct oauth_turn *t, const struct oauth_refusal *r)
{
	struct store *s = t->o->store;
	struct err e;
	int rc;

	if ((rc = store_begin(s, STORE_MAIN, &e)) == 0)
		rc = store_end(s, STORE_MAIN, record(t, "oauth.refused", r, 0,
		    &e), &e);
	if (rc != 0)
		warn("source '%s': the refusal is not recorded: %s",
		    t->source->name, e.msg);
}

/* Begin, waiting longer than usual for other writers: this answer cannot be had
 * again. */
static int
begin_patiently(struct store *s, struct err *e)
{
	int i, rc = E_BUSY;

	for (i = 0; i < 12 && rc == E_BUSY; i++)
		rc = store_begin(s, STORE_MAIN, e);
	return rc;
}

/*
 * Make the new credential durable.  The key is looked for once more, holding
 * the lock of the store: anything sealed under the key from before a rotation
 * would be lost.
 */
static int
keep(struct oauth_turn *t, const struct credential *c,
    const struct oauth_refusal *r, const char *kind, struct err *e)
{
	struct oauth *o = t->o;
	int rc;

	if ((rc = begin_patiently(o->store, e)) != 0)
		return rc;
	rc = oauth_key(o, 1, e);
	if (rc == 0)
		rc = credential_put(o->store, o->key, t->source->name, c, e);
	if (rc == 0)
		rc = record(t, kind, r, c->expires_at, e);
	return store_end(o->store, STORE_MAIN, rc, e);
}

/* Fill in what the answer leaves to us. */
static void
complete(struct oauth_turn *t, struct oauth_parts *p, int64_t seed,
    struct credential *c)
{
	c->asked = crypt_alloc(OAUTH_MARK);
	memcpy(c->asked, t->asked, OAUTH_MARK);
	c->seed = seed;
	/* RFC 6749 section 6: without a new one the old one stays valid. */
	if (c->refresh == NULL && p->refresh.p != NULL) {
		c->refresh = crypt_alloc(p->refresh.len + 1);
		memcpy(c->refresh, p->refresh.p, p->refresh.len);
		c->refresh[p->refresh.len] = '\0';
	}
	if (p->refresh.p == NULL) {
		crypt_free(c->refresh);
		c->refresh = NULL;
	}
}

/* There is no token where it should be, but there is the next refresh token.
 * The one that was sent may be used up, so the chain goes on with this one. */
static int
keep_chain(struct oauth_turn *t, struct oauth_parts *p, int64_t seed,
    struct credential *c, const struct oauth_refusal *r)
{
	struct err why;

	complete(t, p, seed, c);
	if (keep(t, c, r, "oauth.refused", &why) == 0)
		return 1;
	warn("source '%s': its next refresh token is lost: %s",
	    t->source->name, why.msg);
	return 0;
}

/* No word of the peer may repeat a secret of the request. */
static void
hide(struct redact *clean, const struct oauth_parts *p,
    const struct oauth_request *r)
{
	redact_add(clean, p->secret.p, p->secret.len);
	redact_add(clean, p->refresh.p, p->refresh.len);
	redact_add(clean, p->assertion.p, p->assertion.len);
	if (r->basic != NULL)
		redact_add(clean, r->basic + strlen("Basic "),
		    strlen(r->basic) - strlen("Basic "));
}

/* Ask, after adding every secret of the request to clean. */
static int
call(struct oauth_turn *t, const struct oauth_parts *p, struct redact *clean,
    struct httpc_answer *a, int64_t *sent, struct err *e)
{
	const struct source_oauth *o = &t->source->oauth;
	struct http_header h[3] = { { "Accept", "application/json" } };
	struct httpc_request q = { .method = "POST", .url = o->url,
	    .header = h, .nheader = 2, .ca = o->ca,
	    .total_ms = o->timeout * 1000 };
	struct oauth_request r;
	struct err why;
	char words[400];
	int rc;

	memset(a, 0, sizeof *a);
	if ((rc = oauth_request_make(o, p, 0, &r, e)) != 0)
		goto out;
	hide(clean, p, &r);
	h[1] = (struct http_header){ "Content-Type", r.type };
	if (r.basic != NULL)
		h[q.nheader++] = (struct http_header){ "Authorization",
		    r.basic };
	q.body = r.body.p;
	q.len = r.body.len;
	if (o->grant != OAUTH_REFRESH_TOKEN)
		q.stop = t->o->stop;
	if ((rc = httpc_load(e)) != 0)
		goto out;
	if (t->o->http == NULL)
		httpc_new(&t->o->http);
	debug(1, "source '%s': asking %s", t->source->name, o->url);
	*sent = clock_now();
	if ((rc = httpc_call(t->o->http, &q, a, &why)) != 0)
		rc = err_set(e, rc, "source '%s': %s", t->source->name,
		    redact_text(clean, why.msg, strlen(why.msg), words,
		    sizeof words));
	else
		debug(1, "source '%s': the answer is %d", t->source->name,
		    a->status);
out:
	oauth_request_release(&r);
	return rc;
}

/* Add a few words about what a person can do. */
static int
refused(struct oauth_turn *t, int rc, const struct oauth_refusal *r,
    struct err *e)
{
	size_t n = strlen(e->msg);

	if (r->status != 0 && rc != E_BUSY)
		record_refusal(t, r);
	if (rc == E_NO && t->source->oauth.refresh != NULL && r->spent)
		snprintf(e->msg + n, sizeof e->msg - n, "; a new refresh token "
		    "is set by loya-token set %s", t->source->oauth.refresh);
	return rc;
}

int
oauth_ask(struct oauth_turn *t, struct err *e)
{
	struct oauth_refusal r = { 0 };
	struct httpc_answer a = { 0 };
	struct redact clean = { 0 };
	struct credential c = { 0 };
	struct oauth_parts p;
	int64_t seed, sent = 0;
	int rc;

	if ((rc = oauth_parts_get(t, 1, &p, &seed, e)) != 0)
		goto out;
	rc = call(t, &p, &clean, &a, &sent, e);
	if (rc == 0)
		rc = oauth_answer_read(t->source, &a, &clean, sent, &c, &r, e);
	if (rc == E_DATA && c.refresh != NULL && p.refresh.p != NULL &&
	    keep_chain(t, &p, seed, &c, &r))
		goto out;
	if (rc != 0) {
		rc = refused(t, rc, &r, e);
		goto out;
	}
	complete(t, &p, seed, &c);
	if ((rc = keep(t, &c, &r, "oauth.obtained", e)) != 0)
		goto out;
	credential_release(&t->had);
	t->had = c;
	memset(&c, 0, sizeof c);
out:
	credential_release(&c);
	httpc_answer_release(&a);
	redact_release(&clean);
	oauth_parts_release(&p);
	return rc;
}
