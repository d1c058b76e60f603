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

static const char *
secret_name(const struct source *s)
{
	return s->receive.secret != NULL ? s->receive.secret : s->name;
}

/* The opened slots as the verifier wants them; those it cannot use are left
 * out. */
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
			    h->source->name, secret_name(h->source), fault);
	}
}

static int
load_secret(struct hook *h, struct store *store, const unsigned char *key,
    struct err *e)
{
	const char *name = secret_name(h->source);
	int rc;

	rc = secret_get(store, key, name, h->slot, e);
	if (rc == E_NOTFOUND) {
		warn("source %s: secret '%s' is not set, nobody can post to "
		    "it; see loya-token set", h->source->name, name);
		return 0;
	}
	if (rc == 0)
		usable(h);
	return rc;
}

/* The key is needed for as long as it takes to open the secrets. */
static int
load_secrets(struct hooks *h, const char *dir, struct store *store,
    struct err *e)
{
	unsigned char *key = NULL;
	size_t i;
	int rc = 0;

	for (i = 0; i < h->n && rc == 0; i++) {
		if (!needs_secret(h->hook[i].source))
			continue;
		if (key == NULL)
			rc = key_load(dir, &key, e);
		if (rc == 0)
			rc = load_secret(&h->hook[i], store, key, e);
	}
	crypt_free(key);
	return rc;
}

static void
prepare_answer(struct hook *h)
{
	const struct receive *r = &h->source->receive;

	answer_init(&h->taken, r->status != 0 ? r->status : 202);
	h->taken.constant = 1;
	if (r->answer_body == NULL)
		return;
	h->taken.type = r->answer_type;
	h->taken.body = r->answer_body;
	h->taken.len = strlen(r->answer_body);
}

int
hooks_load(struct hooks **out, const char *dir, struct store *store,
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
	rc = load_secrets(h, dir, store, e);
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
	for (i = 0; i < h->n; i++) {
		secret_release(h->hook[i].slot);
		answer_release(&h->hook[i].taken);
	}
	free(h->hook);
	config_free(h->config);
	free(h);
}
