#include "common/oauth_inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/crypt.h"
#include "common/die.h"
#include "common/lock.h"
#include "common/secret.h"
#include "common/url.h"
#include "common/vault.h"

/* How far a clock may have been set back since a token was obtained. */
static const int64_t skew = 60 * CLOCK_SECOND;

void
oauth_new(struct oauth **out, struct store *s, const char *confdir)
{
	struct oauth *o = xcalloc(1, sizeof *o);

	o->store = s;
	o->confdir = xstrdup(confdir);
	*out = o;
}

void
oauth_free(struct oauth *o)
{
	if (o == NULL)
		return;
	httpc_free(o->http);
	crypt_free(o->key);
	free(o->confdir);
	free(o);
}

void
oauth_token_release(struct oauth_token *k)
{
	crypt_free(k->text);
	crypt_free(k->instance);
	memset(k, 0, sizeof *k);
}

const char *
oauth_base(const struct oauth_token *k, const char *base, size_t *len)
{
	const char *s = k->instance;

	if (s == NULL || url_fault(s) != NULL || strchr(s, '?') != NULL ||
	    (url_plain(s) && !url_plain(base)))
		s = base;
	*len = strlen(s);
	*len -= s[*len - 1] == '/';
	return s;
}

void
oauth_use_key(struct oauth *o, const unsigned char *key)
{
	crypt_free(o->key);
	o->key = crypt_alloc(CRYPT_KEY);
	memcpy(o->key, key, CRYPT_KEY);
}

void
oauth_stop_by(struct oauth *o, const atomic_int *stop)
{
	o->stop = stop;
}

int
oauth_key(struct oauth *o, int again, struct err *e)
{
	/* From a pipe it cannot be read a second time. */
	if (o->key != NULL && (!again || secret_key_check(o->store, o->key,
	    0, NULL) == 0))
		return 0;
	crypt_free(o->key);
	o->key = NULL;
	return secret_key_open(o->store, o->confdir, &o->key, e);
}

/* Mark what the credential is for: with another URL, client, scope or parameter
 * the access token would be a different one. */
static void
mark(const struct source_oauth *o, char out[OAUTH_MARK])
{
	unsigned char hash[CRYPT_SHA256];
	struct crypt_part part;
	struct buf b = { 0 };
	size_t i;

	buf_adds(&b, oauth_grant_type(o->grant));
	buf_addc(&b, '\0');
	buf_adds(&b, o->url);
	buf_addc(&b, '\0');
	buf_adds(&b, o->client_id != NULL ? o->client_id : "");
	buf_addc(&b, '\0');
	buf_adds(&b, o->scope != NULL ? o->scope : "");
	for (i = 0; i < o->nparam; i++) {
		buf_addc(&b, '\0');
		buf_adds(&b, o->param[i].name);
		buf_addc(&b, '\0');
		buf_adds(&b, o->param[i].value);
	}
	part.p = b.p;
	part.len = b.len;
	crypt_sha256(hash, &part, 1);
	crypt_hex(hash, sizeof hash, out);
	buf_release(&b);
}

static int
read_credential(struct oauth_turn *t, struct err *e)
{
	struct oauth *o = t->o;
	int rc;

	credential_release(&t->had);
	if ((rc = oauth_key(o, 0, e)) != 0)
		return rc;
	rc = credential_get(o->store, o->key, t->source->name, &t->had, e);
	if (rc == E_KEY) {
		credential_release(&t->had);
		if ((rc = oauth_key(o, 1, e)) == 0)
			rc = credential_get(o->store, o->key, t->source->name,
			    &t->had, e);
	}
	/* Whatever is stored was refused, even if nobody can read it. */
	if (rc == E_NOTFOUND ||
	    (rc == E_KEY && t->again && t->refused == NULL)) {
		credential_release(&t->had);
		rc = 0;
	}
	return rc;
}

/* Read what is stored for the turn afresh. */
static int
look(struct oauth_turn *t, struct err *e)
{
	const char *refresh = t->source->oauth.refresh;
	int rc;

	if ((rc = read_credential(t, e)) != 0)
		return rc;
	t->created = 0;
	if (refresh != NULL)
		rc = secret_time(t->o->store, refresh, &t->created, e);
	return rc == E_NOTFOUND ? 0 : rc;
}

/* Whether the stored token will do, also if it shall be valid for another
 * `early` seconds. */
static int
will_do(const struct oauth_turn *t, int64_t early)
{
	const struct credential *c = &t->had;
	int64_t now = clock_now(), span = c->expires_at - c->obtained_at;

	if (c->access == NULL || c->asked == NULL ||
	    strcmp(c->asked, t->asked) != 0)
		return 0;
	if (t->created != 0 && t->created != c->seed)
		return 0;
	if (t->refused != NULL && crypt_equal(t->refused, strlen(t->refused),
	    c->access, strlen(c->access)))
		return 0;
	/* The clock was set back: nobody knows how old the token is. */
	if (now + skew < c->obtained_at)
		return 0;
	if (early * CLOCK_SECOND > span / 2)
		early = span / 2 / CLOCK_SECOND;
	return c->expires_at == 0 ||
	    now < c->expires_at - early * CLOCK_SECOND;
}

static char *
copy(const char *s)
{
	size_t n = s != NULL ? strlen(s) + 1 : 0;
	char *p = s != NULL ? crypt_alloc(n) : NULL;

	return p != NULL ? memcpy(p, s, n) : NULL;
}

/* Begin a turn: look up what is stored, and what of it was refused. */
static int
begin(struct oauth *o, const struct source *s, int flags, const char *refused,
    struct oauth_turn *t, struct err *e)
{
	int rc;

	memset(t, 0, sizeof *t);
	if (s->oauth.grant == OAUTH_NONE)
		return err_set(e, E_CONF, "source '%s': it has no oauth",
		    s->name);
	if (s->oauth.lacks != NULL)
		return err_set(e, E_CONF, "%s: oauth: %s", s->at.oauth,
		    s->oauth.lacks);
	t->o = o;
	t->source = s;
	t->again = (flags & OAUTH_AGAIN) != 0;
	mark(&s->oauth, t->asked);
	if (t->again)
		t->refused = copy(refused);
	if ((rc = look(t, e)) == 0 && t->again && t->refused == NULL)
		t->refused = copy(t->had.access);
	return rc;
}

static void
end(struct oauth_turn *t)
{
	crypt_free(t->refused);
	credential_release(&t->had);
	memset(t, 0, sizeof *t);
}

static int
open_lock(const struct oauth_turn *t, struct buf *name, int *fd,
    struct err *e)
{
	const char *store = store_path(t->o->store);

	buf_adds(name, store);
	buf_adds(name, "-oauth-");
	buf_adds(name, t->source->name);
	return lock_open_like(buf_str(name), store, fd, e);
}

/*
 * Wait for the lock, as long as its holder may need; 1: meanwhile there is a
 * valid token, and the lock is not needed.
 */
static int
wait_turn(struct oauth_turn *t, int fd, const char *name, struct err *e)
{
	static const struct timespec nap = { 0, 20000000 };
	const struct source_oauth *o = &t->source->oauth;
	int64_t seconds = o->timeout + (o->assertion != NULL ? OAUTH_COMMAND :
	    0) + 3;
	int64_t until = clock_mono() + seconds * CLOCK_SECOND;
	int rc;

	while ((rc = lock_try(fd, name, e)) == E_BUSY) {
		if (clock_mono() > until)
			return err_set(e, E_BUSY, "source '%s': another "
			    "process has been asking for its token for %lld s",
			    t->source->name, (long long)seconds);
		if (t->o->stop != NULL && atomic_load(t->o->stop) != 0)
			return err_set(e, E_BUSY, "source '%s': waiting for "
			    "its token was stopped", t->source->name);
		nanosleep(&nap, NULL);
		if ((rc = look(t, e)) != 0)
			return rc;
		if (will_do(t, 0))
			return 1;
	}
	return rc;
}

/*
 * Ask, unless another process did while we waited.  If the peer is down, that
 * is no trouble before the token expires; and if it refuses a refresh token, it
 * may have given the next one to a process that did not see our lock.
 */
static int
under_lock(struct oauth_turn *t, struct err *e)
{
	int64_t before;
	int rc;

	if ((rc = look(t, e)) != 0 ||
	    will_do(t, t->source->oauth.early))
		return rc;
	before = t->had.obtained_at;
	rc = oauth_ask(t, e);
	if (rc == E_BUSY && will_do(t, 0)) {
		debug(1, "%s; the old token is still valid", e->msg);
		return 0;
	}
	if (rc == E_NO && look(t, NULL) == 0 &&
	    t->had.obtained_at != before && will_do(t, 0))
		return 0;
	return rc;
}

static int
renew(struct oauth_turn *t, struct err *e)
{
	struct buf name = { 0 };
	int fd, rc;

	if ((rc = open_lock(t, &name, &fd, e)) == 0) {
		rc = wait_turn(t, fd, buf_str(&name), e);
		if (rc == 0)
			rc = under_lock(t, e);
		close(fd);	/* and so gives the lock */
	}
	buf_release(&name);
	return rc > 0 ? 0 : rc;
}

/* RFC 6749 section 7.1: a token of an unknown type must not be used. */
static int
hand_out(struct oauth_turn *t, struct oauth_token *k, struct err *e)
{
	const struct source_oauth *o = &t->source->oauth;
	struct credential *c = &t->had;

	if (c->type != NULL && !o->any_type && strcasecmp(c->type, "bearer"))
		return err_set(e, E_DATA, "source '%s': its token is of the "
		    "type '%s'; oauth.send says how one is sent",
		    t->source->name, c->type);
	k->text = c->access;
	k->instance = c->instance;
	k->header = o->header;
	k->prefix = o->prefix;
	k->expires_at = c->expires_at;
	c->access = c->instance = NULL;
	return 0;
}

int
oauth_get(struct oauth *o, const struct source *s, int flags,
    const char *refused, struct oauth_token *k, struct err *e)
{
	struct oauth_turn t;
	int rc;

	memset(k, 0, sizeof *k);
	if ((rc = begin(o, s, flags, refused, &t, e)) != 0)
		goto out;
	if (!will_do(&t, s->oauth.early))
		rc = renew(&t, e);
	if (rc == 0)
		rc = hand_out(&t, k, e);
out:
	end(&t);
	return rc;
}

void
oauth_mask(struct oauth *o, const struct source *s, struct redact *r)
{
	if (o->key != NULL)
		vault_mask(o->store, o->key, s, r);
}

int
oauth_show(struct oauth *o, const struct source *s, int flags,
    const char *refused, struct buf *out, struct err *e)
{
	struct oauth_parts p = { 0 };
	struct oauth_turn t;
	int64_t seed;
	int rc;

	if ((rc = begin(o, s, flags, refused, &t, e)) != 0 ||
	    will_do(&t, s->oauth.early))
		goto out;
	rc = oauth_parts_get(&t, 0, &p, &seed, e);
	if (rc == 0)
		rc = oauth_request_show(&s->oauth, &p, out, e);
	oauth_parts_release(&p);
out:
	end(&t);
	return rc;
}
