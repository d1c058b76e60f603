#include "common/hooks.h"

#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/crypt.h"
#include "common/die.h"

static int
needs_secret(const struct source *s)
{
	return s->receive.hook && s->receive.auth.kind != AUTH_NONE &&
	    s->receive.auth.kind != AUTH_MTLS;
}

/* Set the opened slots in the form that the verifier needs, without those that
 * it cannot use. */
static void
usable(struct hook *h)
{
	const char *fault;
	struct auth_secret s;
	int i;

	for (i = 0; i < SECRET_SLOTS; i++) {
		if (h->slot[i].p == NULL)
			continue;
		s.p = h->slot[i].p;
		s.len = h->slot[i].len;
		fault = auth_secret_fault(&h->source->receive.auth, &s);
		if (fault == NULL)
			h->secret[h->nsecret++] = s;
		else
			warn("source %s: secret '%s' cannot be used: %s",
			    h->source->name, h->source->receive.secret, fault);
	}
}

static int
load_secret(struct hook *h, struct store *store, const unsigned char *key,
    struct err *e)
{
	const char *name = h->source->receive.secret;
	int rc;

	rc = secret_get(store, key, name, h->slot, e);
	if (rc == E_NOTFOUND) {
		warn("source %s: secret '%s' is not set, so only a token can "
		    "post to it; see loya-token set",
		    h->source->name, name);
		return 0;
	}
	if (rc == 0)
		usable(h);
	return rc;
}

static int
load_all(struct hooks *h, struct store *store, const unsigned char *key,
    struct err *e)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < h->n && rc == 0; i++)
		if (needs_secret(h->hook[i].source))
			rc = load_secret(&h->hook[i], store, key, e);
	if (rc != 0)
		return rc;
	if (h->issuer != NULL) {
		rc = issuer_is(h->issuer, store, key, e);
		h->stale = rc == 0;
		return rc < 0 ? rc : 0;
	}
	return secret_there(store, SECRET_PEPPER, e) == 1 ?
	    issuer_new(&h->issuer, store, key, 0, e) : 0;
}

static void
forget_all(struct hooks *h)
{
	size_t i;

	for (i = 0; i < h->n; i++) {
		secret_release(h->hook[i].slot);
		h->hook[i].nsecret = 0;
	}
}

static int
needs_key(const struct hooks *h, struct store *store, struct err *e)
{
	size_t i;

	for (i = 0; i < h->n; i++)
		if (needs_secret(h->hook[i].source))
			return 1;
	return secret_there(store, SECRET_PEPPER, e);
}

/* Open all secrets, keeping the key only as long as that takes; if it is
 * changed meanwhile, open them again with the new one. */
static int
load_secrets(struct hooks *h, struct store *store, struct err *e)
{
	unsigned char *key;
	int rc, tries = 0;

	if ((rc = needs_key(h, store, e)) != 1)
		return rc;
	do {
		if ((rc = secret_key_open(store, h->config->dir, &key,
		    e)) != 0)
			return rc;
		if ((rc = load_all(h, store, key, e)) != 0)
			forget_all(h);
		crypt_free(key);
	} while (rc == E_KEY && ++tries < 2);
	return rc;
}

/* Swap the secrets of two hooks.  The issuer stays: the committing thread may
 * be using it. */
static void
swap(struct hook *a, struct hook *b)
{
	struct hook was = *a;

	memcpy(a->slot, b->slot, sizeof a->slot);
	memcpy(a->secret, b->secret, sizeof a->secret);
	a->nsecret = b->nsecret;
	memcpy(b->slot, was.slot, sizeof b->slot);
	memcpy(b->secret, was.secret, sizeof b->secret);
	b->nsecret = was.nsecret;
}

/* Whether a secret that we hold is one that is still set. */
static int
is_set(const struct secret *s, const int64_t at[SECRET_SLOTS])
{
	int i;

	for (i = 0; i < SECRET_SLOTS; i++)
		if (at[i] != 0 && at[i] == s->created_at)
			return 1;
	return 0;
}

/* Drop secrets that were unset or replaced. */
static int
keep_set(struct hook *h, struct store *store, struct err *e)
{
	int64_t at[SECRET_SLOTS];
	int i, rc, set = 0, kept = 0;

	if ((rc = secret_times(store, h->source->receive.secret, at, e)) != 0)
		return rc;
	h->nsecret = 0;
	for (i = 0; i < SECRET_SLOTS; i++) {
		set += at[i] != 0;
		if (h->slot[i].p == NULL)
			continue;
		if (is_set(&h->slot[i], at)) {
			kept++;
			continue;
		}
		crypt_free(h->slot[i].p);
		h->slot[i].p = NULL;
	}
	usable(h);
	h->unread = kept < set;
	return 0;
}

/* The counterpart of load_secrets(), without the key. */
static void
keep_all_set(struct hooks *h, struct store *store)
{
	struct err e;
	size_t i;

	for (i = 0; i < h->n; i++)
		if (needs_secret(h->hook[i].source) &&
		    keep_set(&h->hook[i], store, &e) != 0)
			warn("%s", e.msg);
}

int
hooks_refresh(struct hooks *h, struct store *store, struct err *e)
{
	struct hook *old = xcalloc(h->n + 1, sizeof *old);
	size_t i;
	int rc;

	for (i = 0; i < h->n; i++)
		swap(&h->hook[i], &old[i]);
	rc = load_secrets(h, store, e);
	for (i = 0; i < h->n; i++) {
		if (rc != 0)
			swap(&h->hook[i], &old[i]);
		secret_release(old[i].slot);
	}
	free(old);
	for (i = 0; i < h->n; i++)
		h->hook[i].unread = 0;
	if (rc == 0 && h->issuer != NULL &&
	    secret_there(store, SECRET_PEPPER, NULL) == 0)
		h->stale = 1;
	if (rc == E_KEY)
		keep_all_set(h, store);
	return rc;
}

int
hooks_issuer(struct hooks *h, struct store *store, struct err *e)
{
	unsigned char *key;
	int rc;

	if (h->issuer != NULL || (rc = secret_there(store, SECRET_PEPPER,
	    e)) == 0)
		return 0;
	if (rc == 1 && (rc = secret_key_open(store, h->config->dir, &key,
	    e)) == 0) {
		rc = issuer_new(&h->issuer, store, key, 0, e);
		crypt_free(key);
	}
	return rc;
}

static void
prepare_one(struct answer *a, const struct receive *r, const char *body)
{
	answer_init(a, r->status != 0 ? r->status : 202);
	a->constant = 1;
	if (body == NULL)
		return;
	a->type = r->answer_type;
	a->body = body;
	a->len = strlen(body);
}

static void
prepare_answer(struct hook *h)
{
	const struct receive *r = &h->source->receive;

	prepare_one(&h->taken, r, r->answer_body);
	prepare_one(&h->other, r, r->other_body);
}

void
hooks_tell_lacks(const struct config *c, int asked)
{
	const struct source *s;
	size_t i;

	for (i = 0; i < c->nsource; i++) {
		s = &c->source[i];
		if (s->receive.lacks != NULL)
			say("source %s: %s, so nothing can be posted to "
			    "it", s->name,
			    s->receive.lacks);
		if (s->receive.hook && s->receive.auth.kind == AUTH_MTLS &&
		    !asked && c->proxies.certificate == NULL)
			say("source %s: without -A, and without a proxy that "
			    "passes certificates on, nobody has one, so only a "
			    "token can post to it", s->name);
	}
}

int
hooks_load(struct hooks **out, const char *dir, struct store *store, int asked,
    struct err *e)
{
	struct hooks *h;
	size_t i;
	int rc;

	*out = NULL;
	h = xcalloc(1, sizeof *h);
	h->refs = 1;
	rc = config_load(&h->config, dir, e);
	if (rc != 0)
		goto out;
	h->n = h->config->nsource;
	h->hook = xcalloc(h->n + 1, sizeof *h->hook);
	for (i = 0; i < h->n; i++) {
		h->hook[i].source = &h->config->source[i];
		prepare_answer(&h->hook[i]);
	}
	hooks_tell_lacks(h->config, asked);
	rc = load_secrets(h, store, e);
	if (rc != 0)
		goto out;
	*out = h;
	h = NULL;
out:
	hooks_drop(h);
	return rc;
}

struct hook *
hooks_find(struct hooks *h, const char *name, size_t len)
{
	const char *s;
	size_t i;

	for (i = 0; i < h->n; i++) {
		s = h->hook[i].source->name;
		if (strncmp(s, name, len) == 0 && s[len] == '\0')
			return h->hook[i].source->receive.hook ?
			    &h->hook[i] : NULL;
	}
	return NULL;
}

struct hooks *
hooks_take(struct hooks *h)
{
	h->refs++;
	return h;
}

void
hooks_drop(struct hooks *h)
{
	size_t i;

	if (h == NULL || --h->refs > 0)
		return;
	forget_all(h);
	issuer_free(h->issuer);
	for (i = 0; i < h->n; i++) {
		answer_release(&h->hook[i].taken);
		answer_release(&h->hook[i].other);
	}
	free(h->hook);
	config_free(h->config);
	free(h);
}
