/* Keys to sign for a target with, and credentials to prove who loya is. */
#include "common/deliver_work.h"

#include <string.h>

#include "common/crypt.h"
#include "common/json.h"
#include "common/ready.h"
#include "common/vault.h"

static int
begins(const struct secret *s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s->len >= n && memcmp(s->p, prefix, n) == 0;
}

/* Take a secret for Standard Webhooks, as a plain key, or for both; NULL, or
 * why it cannot be used.  A plain key becomes ours. */
static const char *
take_secret(struct lane *l, struct secret *s, struct secret *plain)
{
	int standard = begins(s, "whsec_") || begins(s, "whsk_");
	const char *fault;

	if (l->source->push.hmac == NULL || standard) {
		fault = webhook_key_read(&l->key[l->nkey], s->p, s->len);
		if (fault != NULL)
			return fault;
		l->nkey++;
	}
	if (l->source->push.hmac == NULL)
		return NULL;
	if (begins(s, "whsk_"))
		return "whsk_ is a private key, but hmac needs a shared one";
	*plain = *s;
	memset(s, 0, sizeof *s);
	return NULL;
}

static int
read_secrets(struct lane *l, struct secret slot[SECRET_SLOTS],
    struct err *e)
{
	const struct source *s = l->source;
	const char *fault;
	int i;

	for (i = 0; i < SECRET_SLOTS; i++) {
		if (slot[i].p == NULL)
			continue;
		redact_add(&l->clean, slot[i].p, slot[i].len);
		fault = take_secret(l, &slot[i], &l->plain[i]);
		if (fault != NULL)
			return err_set(e, E_CONF, "source '%s': its secret "
			    "%s: %s", s->name, s->push.secret, fault);
	}
	return 0;
}

int
lane_key(struct deliver *d, struct err *e)
{
	/* From a pipe it cannot be read a second time. */
	if (d->key != NULL && secret_key_check(d->store, d->key, 0, NULL) == 0)
		return 0;
	crypt_free(d->key);
	d->key = NULL;
	return secret_key_open(d->store, d->confdir, &d->key, e);
}

/* Open a secret; the key may be changed between the two looks. */
static int
open_secret(struct deliver *d, const char *name,
    struct secret slot[SECRET_SLOTS], struct err *e)
{
	int rc, tries = 0;

	do {
		if ((rc = lane_key(d, e)) != 0)
			return rc;
		rc = secret_get(d->store, d->key, name, slot, e);
	} while (rc == E_KEY && ++tries < 2);
	return rc;
}

/* Get the secrets of a name; one that is not set is a fault of the set-up. */
static int
wanted(struct deliver *d, const struct lane *l, const char *name,
    struct secret slot[SECRET_SLOTS], struct err *e)
{
	int rc = open_secret(d, name, slot, e);

	if (rc == E_NOTFOUND)
		return err_set(e, E_CONF, "source '%s': its secret is not "
		    "set; loya-token set %s sets it", l->source->name, name);
	return rc;
}

/* As a JSON string.  Only text without control characters gets here, so nothing
 * else has to be escaped. */
static char *
in_json(const struct secret *s)
{
	char *out = crypt_alloc(2 * s->len + 3), *p = out;
	size_t i;

	*p++ = '"';
	for (i = 0; i < s->len; i++) {
		if (s->p[i] == '"' || s->p[i] == '\\')
			*p++ = '\\';
		*p++ = (char)s->p[i];
	}
	*p++ = '"';
	*p = '\0';
	return out;
}

static int
is_text(const struct secret *s)
{
	const char *p = (const char *)s->p;

	return s->len > 0 && !http_has_control(p, s->len) &&
	    json_utf8(p, s->len);
}

/* What follows the prefix in a header: base64 of user:password (RFC 7617), or
 * the secret. */
static char *
in_header(const struct rest *r, const struct secret *s)
{
	size_t skip = strlen(r->prefix), n, len;
	char *plain, *out;

	if (r->user == NULL) {
		out = crypt_alloc(skip + s->len + 1);
		memcpy(out, r->prefix, skip);
		memcpy(out + skip, s->p, s->len);
		out[skip + s->len] = '\0';
		return out;
	}
	n = strlen(r->user);
	len = n + 1 + s->len;
	plain = crypt_alloc(len);
	memcpy(plain, r->user, n);
	plain[n] = ':';
	memcpy(plain + n + 1, s->p, s->len);
	out = crypt_alloc(skip + crypt_base64_len(len));
	memcpy(out, r->prefix, skip);
	crypt_base64(plain, len, out + skip);
	crypt_free(plain);
	return out;
}

/* Get a secret that is itself sent: the current one, for the header or (header
 * 0) as a JSON string. */
static int
sent_secret(struct deliver *d, struct lane *l, const char *name, int header,
    char **out, struct err *e)
{
	const struct rest *r = l->source->push.rest;
	struct secret slot[SECRET_SLOTS] = { { 0 }, { 0 } };
	int rc = wanted(d, l, name, slot, e);

	if (rc == 0 && !is_text(&slot[0]))
		rc = err_set(e, E_CONF, "source '%s': its secret %s is not a "
		    "text", l->source->name, name);
	if (rc == 0) {
		redact_add(&l->clean, slot[0].p, slot[0].len);
		*out = header ? in_header(r, &slot[0]) : in_json(&slot[0]);
		if (header && r->user != NULL)
			redact_add(&l->clean, *out + strlen(r->prefix),
			    strlen(*out + strlen(r->prefix)));
	}
	secret_release(slot);
	return rc;
}

static int
rest_secrets(struct deliver *d, struct lane *l, struct err *e)
{
	const struct rest *r = l->source->push.rest;
	size_t i;
	int rc;

	rc = ready_unset(d->store, l->source->name, r->header != NULL ?
	    r->credential : NULL, (const char *const *)r->secret, r->nsecret,
	    e);
	if (rc == 0 && r->header != NULL)
		rc = sent_secret(d, l, r->credential, 1, &l->credential, e);
	for (i = 0; i < r->nsecret && rc == 0; i++)
		rc = sent_secret(d, l, r->secret[i], 0, &l->secret[i], e);
	return rc;
}

static int
signing(struct deliver *d, struct lane *l, struct err *e)
{
	struct secret slot[SECRET_SLOTS] = { { 0 }, { 0 } };
	int rc = wanted(d, l, l->source->push.secret, slot, e);

	if (rc == 0)
		rc = read_secrets(l, slot, e);
	secret_release(slot);
	return rc;
}

static void
forget(struct lane *l)
{
	size_t i;

	crypt_wipe(l->key, sizeof l->key);
	secret_release(l->plain);
	l->nkey = 0;
	crypt_free(l->credential);
	l->credential = NULL;
	for (i = 0; i < MAP_SECRETS; i++) {
		crypt_free(l->secret[i]);
		l->secret[i] = NULL;
	}
}

/* Also those that are sent to others.  If none is used, no key is needed. */
static void
mask_secrets(struct deliver *d, struct lane *l)
{
	struct err ignored;

	if (d->key != NULL || (l->source->oauth.grant != OAUTH_NONE &&
	    lane_key(d, &ignored) == 0))
		vault_mask(d->store, d->key, l->source, &l->clean);
}

int
lane_keys(struct deliver *d, struct lane *l, struct err *e)
{
	enum push_kind kind = l->source->push.kind;
	int rc;

	if (kind == PUSH_EXEC)
		return 0;
	forget(l);
	/* Requests under way were sent with the earlier secrets, and an answer
	 * may repeat them. */
	if (l->active == 0)
		redact_release(&l->clean);
	rc = kind == PUSH_REST ? rest_secrets(d, l, e) : signing(d, l, e);
	mask_secrets(d, l);
	l->nclean = l->clean.n;
	l->ntoken = 0;
	if (l->token.text != NULL)
		redact_add(&l->clean, l->token.text, strlen(l->token.text));
	return rc;
}

void
lane_release(struct lane *l)
{
	forget(l);
	redact_release(&l->clean);
}
