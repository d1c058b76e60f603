/* Beginning and ending with a source: its secrets, and the values of
 * templates. */
#include "common/pull_work.h"

#include <stdlib.h>
#include <string.h>

#include "common/crypt.h"
#include "common/ready.h"
#include "common/vault.h"

static int
open_secret(struct pull *p, const unsigned char *key, const char *name,
    struct secret slot[SECRET_SLOTS], struct err *e)
{
	int rc = secret_get(p->store, key, name, slot, e);

	if (rc == E_NOTFOUND)
		return err_set(e, E_CONF, "its secret is not set; loya-token "
		    "set %s sets it", name);
	if (rc == 0 && memchr(slot[0].p, '\0', slot[0].len) != NULL)
		return err_set(e, E_CONF, "its secret %s is not a text", name);
	if (rc == 0)
		redact_add(&p->clean, slot[0].p, slot[0].len);
	return rc;
}

static int
all_secrets(struct pull *p, const unsigned char *key, struct err *e)
{
	const struct source_pull *c = p->conf;
	size_t i;
	int rc;

	rc = ready_unset(p->store, NULL, c->user != NULL ? c->secret : NULL,
	    (const char *const *)c->hidden_secret, c->nhidden, e);
	if (rc == 0 && c->user != NULL)
		rc = open_secret(p, key, c->secret, p->password, e);
	for (i = 0; i < c->nhidden && rc == 0; i++)
		rc = open_secret(p, key, c->hidden_secret[i], p->hidden[i], e);
	if (rc == 0)
		vault_mask(p->store, key, p->source, &p->clean);
	return rc;
}

static void
forget_secrets(struct pull *p)
{
	size_t i;

	secret_release(p->password);
	for (i = 0; p->hidden != NULL && i < p->conf->nhidden; i++)
		secret_release(p->hidden[i]);
	redact_release(&p->clean);
}

static int
load_secrets(struct pull *p, struct err *e)
{
	const struct source_pull *c = p->conf;
	unsigned char *key = NULL;
	int rc, i;

	p->hidden = xcalloc(c->nhidden + 1, sizeof *p->hidden);
	if (p->masked || (c->user == NULL && c->nhidden == 0))
		return 0;
	for (i = 0; i < 2; i++) {
		if ((rc = secret_key_open(p->store, p->confdir, &key, e)) != 0)
			break;
		rc = all_secrets(p, key, e);
		crypt_free(key);
		/* The key may have been changed between the two. */
		if (rc != E_KEY)
			break;
		forget_secrets(p);
	}
	return rc;
}

static void
value(struct pull *p, size_t n, const void *s, size_t len)
{
	p->value[n].p = s;
	p->value[n].len = len;
	p->value[n].plain = 0;
}

/* Set a secret, or what stands for one that is not shown. */
static void
hidden(struct pull *p, size_t n, const struct secret *s)
{
	value(p, n, p->masked ? (const void *)"***" : s->p,
	    p->masked ? 3 : s->len);
	p->value[n].plain = p->masked;
}

static void
values(struct pull *p)
{
	const struct source_pull *c = p->conf;
	size_t i, n = PULL_NAMES;

	memset(p->value, 0, sizeof p->value);
	pull_base(p);
	if (c->user != NULL)
		value(p, PULL_USER, c->user, strlen(c->user));
	hidden(p, PULL_PASSWORD, &p->password[0]);
	for (i = 0; i < c->nset; i++)
		value(p, n++, c->set[i], strlen(c->set[i]));
	for (i = 0; i < c->nhidden; i++)
		hidden(p, n++, &p->hidden[i][0]);
}

/* What keeps the source from being read at all. */
static int
fault(const struct source *s, struct err *e)
{
	const struct source_pull *c = &s->pull;
	int rc;

	if (!c->there)
		return err_set(e, E_CONF, "%s: it has no pull", s->file);
	if ((rc = ready_pull(s, e)) != 0)
		return rc;
	if (PULL_NAMES + c->nset + c->nhidden > PULL_VALUES)
		return err_set(e, E_CONF, "%s: pull: too many names in "
		    "settings and secrets", s->at.pull);
	return 0;
}

int
pull_open(struct pull *p, const struct source *s, struct err *e)
{
	int rc;

	if ((rc = fault(s, e)) != 0)
		return rc;
	p->source = s;
	p->conf = &s->pull;
	memset(&p->count, 0, sizeof p->count);
	p->quota_begin = -1;
	p->quota.code = 0;
	p->server = p->began = 0;
	p->listed = -1;
	p->listing = NULL;
	p->line = 0;
	p->lone = 0;
	p->again = 0;
	p->verdict = PULL_GOOD;
	p->alone.code = p->in_a_row = 0;
	p->put_off.code = 0;
	p->nput_off = 0;
	if ((rc = load_secrets(p, e)) == 0 && p->conf->command == NULL)
		values(p);
	return rc;
}

void
pull_close(struct pull *p)
{
	size_t i;

	if (p->source == NULL)
		return;
	pull_forget(p);
	buf_clear(&p->keys);
	forget_secrets(p);
	free(p->hidden);
	p->hidden = NULL;
	oauth_token_release(&p->token);
	p->have_token = 0;
	for (i = 0; i < PULL_COOKIES; i++) {
		free(p->cookie[i].name);
		crypt_free(p->cookie[i].value);
	}
	memset(p->cookie, 0, sizeof p->cookie);
	crypt_free(p->session);
	p->session = NULL;
	slots_clear(&p->known);
	p->snapshot = NULL;
	p->source = NULL;
	p->conf = NULL;
}
