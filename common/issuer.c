#include "common/issuer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/audit.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/crypt.h"
#include "common/jsonw.h"
#include "common/secret.h"
#include "common/token.h"

/* How far the record has got: the last token whose issue it has, and the last
 * change that it has. */
#define MARK_SEQ "tokens_seq"
#define MARK_CHANGE "tokens_change"

struct issuer {
	unsigned char *pepper;	/* CRYPT_KEY bytes, crypt_alloc()ed */
};

/* Get the store's hashing secret, or make it. */
static int
pepper(struct issuer *is, struct store *s, const unsigned char *key, int make,
    struct err *e)
{
	struct secret slot[SECRET_SLOTS];
	int rc;

	rc = secret_get(s, key, SECRET_PEPPER, slot, e);
	if (rc == 0 && (slot[0].p == NULL || slot[0].len != CRYPT_KEY))
		rc = err_set(e, E_KEY, "%s: its hashing secret is damaged",
		    store_path(s));
	is->pepper = crypt_alloc(CRYPT_KEY);
	if (rc == 0) {
		memcpy(is->pepper, slot[0].p, CRYPT_KEY);
	} else if (rc == E_NOTFOUND && make) {
		crypt_random(is->pepper, CRYPT_KEY);
		rc = secret_key_check(s, key, 1, e);
		if (rc == 0)
			rc = secret_put(s, key, SECRET_PEPPER, 0, is->pepper,
			    CRYPT_KEY, e);
	}
	secret_release(slot);
	return rc;
}

int
issuer_new(struct issuer **out, struct store *s, const unsigned char *key,
    int make, struct err *e)
{
	struct issuer *is = xcalloc(1, sizeof *is);
	int rc;

	*out = NULL;
	rc = pepper(is, s, key, make, e);
	if (rc == 0) {
		*out = is;
		is = NULL;
	}
	issuer_free(is);
	return rc;
}

int
issuer_is(const struct issuer *is, struct store *s, const unsigned char *key,
    struct err *e)
{
	struct issuer *now;
	int rc;

	rc = issuer_new(&now, s, key, 0, e);
	if (rc != 0)
		return rc == E_NOTFOUND ? 0 : rc;
	rc = crypt_equal(is->pepper, CRYPT_KEY, now->pepper, CRYPT_KEY);
	issuer_free(now);
	return rc;
}

void
issuer_free(struct issuer *is)
{
	if (is == NULL)
		return;
	crypt_free(is->pepper);
	free(is);
}

/* The hash that is stored of a text.  A token and a secret never have the same
 * hash. */
static void
hash(const struct issuer *is, enum token_kind kind, const char *text,
    size_t len, unsigned char out[CRYPT_SHA512])
{
	struct crypt_part p[2];

	p[0].p = kind == TOKEN_ACCESS ? "token" : "client";
	p[0].len = strlen(p[0].p) + 1;
	p[1].p = text;
	p[1].len = len;
	crypt_hmac(CRYPT_ALG_SHA256, is->pepper, CRYPT_KEY, p, 2, out);
}

void
issuer_secret(const struct issuer *is, struct client *c,
    char text[TOKEN_TEXT])
{
	unsigned char h[CRYPT_SHA512];

	memcpy(c->older, c->secret, CLIENT_HASH);
	token_make(TOKEN_SECRET, text);
	hash(is, TOKEN_SECRET, text, strlen(text), h);
	memcpy(c->secret, h, CLIENT_HASH);
}

int
issuer_client(const struct issuer *is, struct store *s, const char *id,
    const char *secret, size_t len, struct client *c, struct err *e)
{
	unsigned char h[CRYPT_SHA512];
	struct client found;
	int rc, good;

	memset(c, 0, sizeof *c);
	rc = client_get(s, id, &found, e);
	if (rc != 0 && rc != E_NOTFOUND)
		return rc;
	/* An unknown client takes just as long: found is all zero then, and
	 * nobody knows anything with that hash. */
	hash(is, TOKEN_SECRET, secret, len, h);
	good = crypt_equal(h, CLIENT_HASH, found.secret, CLIENT_HASH);
	good |= crypt_equal(h, CLIENT_HASH, found.older, CLIENT_HASH) &
	    found.has_older;
	crypt_wipe(h, sizeof h);
	memcpy(c->id, found.id, sizeof c->id);
	if (rc != 0 || !good || found.revoked_at != 0)
		return err_set(e, E_NO, "the client is not authenticated");
	*c = found;
	return 0;
}

int
issuer_issue(const struct issuer *is, struct store *s, struct issued *t,
    char text[TOKEN_TEXT], struct err *e)
{
	unsigned char h[CRYPT_SHA512];
	int rc;

	token_id(TOKEN_ACCESS, t->id);
	token_make(TOKEN_ACCESS, text);
	hash(is, TOKEN_ACCESS, text, strlen(text), h);
	rc = issued_add(s, t, h, e);
	if (rc != 0)
		crypt_wipe(text, TOKEN_TEXT);
	return rc;
}

/* When a client is revoked, so are its tokens, even one issued at the same
 * moment. */
static int
is_of_client(struct store *s, const struct issued *t, struct err *e)
{
	struct client c;
	int rc;

	if (*t->client == '\0')
		return 0;
	rc = client_get(s, t->client, &c, e);
	if (rc == E_NOTFOUND || (rc == 0 && c.revoked_at != 0))
		rc = err_set(e, E_NO, "token %s: its client %s was revoked",
		    t->id, t->client);
	return rc;
}

int
issuer_find(const struct issuer *is, struct store *s, const char *text,
    size_t len, int64_t now, struct issued *t, struct err *e)
{
	unsigned char h[CRYPT_SHA512];
	char when[CLOCK_TEXT];
	int rc;

	memset(t, 0, sizeof *t);
	if (!token_ok(TOKEN_ACCESS, text, len))
		return err_set(e, E_NO, "this is not a token of loya: its form "
		    "or checksum is wrong");
	hash(is, TOKEN_ACCESS, text, len, h);
	rc = issued_get(s, h, t, e);
	if (rc == E_NOTFOUND)
		return err_set(e, E_NO, "this token is not known here");
	if (rc != 0)
		return rc;
	if (t->revoked_at != 0) {
		clock_format(t->revoked_at, when);
		return err_set(e, E_NO, "token %s: revoked at %s", t->id,
		    when);
	}
	if (t->expires_at != 0 && t->expires_at <= now) {
		clock_format(t->expires_at, when);
		return err_set(e, E_NO, "token %s: expired at %s", t->id,
		    when);
	}
	return is_of_client(s, t, e);
}

int
issuer_notes(const struct issued *t, int64_t now)
{
	const int64_t minute = 60 * CLOCK_SECOND;

	return t->used_at / minute < now / minute;
}

/* Add an audit row about a token. */
static int
record(struct store *s, const struct issued *t, int revoked, struct err *e)
{
	struct audit_row row = { 0 };
	struct buf b = { NULL, 0, 0 };
	struct jsonw w;
	int rc;

	jsonw_init(&w, &b);
	jsonw_object(&w);
	jsonw_kstring(&w, "token", t->id);
	if (*t->client != '\0')
		jsonw_kstring(&w, "client", t->client);
	jsonw_kstring(&w, "scope", t->scope);
	if (t->expires_at != 0)
		jsonw_ktime(&w, "expires_at", t->expires_at);
	jsonw_ktime(&w, revoked ? "revoked_at" : "issued_at",
	    revoked ? t->revoked_at : t->created_at);
	jsonw_close(&w, '}');
	row.at = clock_now();
	row.kind = revoked ? "token.revoked" : "token.issued";
	row.actor = revoked ? t->revoked_by : t->issued_by;
	row.detail = b.p;
	row.detail_len = b.len;
	rc = audit_add(s, &row, e);
	buf_release(&b);
	return rc;
}

struct takeover {
	struct store *store;
	struct err *e;
	int64_t from, seq, change;	/* how far the record is */
	int did;
};

static int
take_one(void *ctx, const struct issued *t)
{
	struct takeover *k = ctx;
	int rc = 0;

	if (t->seq > k->from) {
		rc = record(k->store, t, 0, k->e);
		k->did++;
	}
	if (t->seq > k->seq)
		k->seq = t->seq;
	if (rc == 0 && t->revoked_at != 0) {
		rc = record(k->store, t, 1, k->e);
		k->did++;
	}
	k->change = t->change;
	return rc;
}

int
issuer_record(struct store *s, int *did, struct err *e)
{
	struct takeover k = { s, e, 0, 0, 0, 0 };
	int rc;

	store_meta_get(s, STORE_MAIN, MARK_SEQ, &k.from);
	k.seq = k.from;
	store_meta_get(s, STORE_MAIN, MARK_CHANGE, &k.change);
	rc = issued_changes(s, k.change, take_one, &k, e);
	if (rc == 0 && k.did > 0)
		rc = store_meta_put(s, STORE_MAIN, MARK_SEQ, k.seq, e);
	if (rc == 0 && k.did > 0)
		rc = store_meta_put(s, STORE_MAIN, MARK_CHANGE, k.change, e);
	*did += rc == 0 ? k.did : 0;
	return rc;
}

int64_t
issuer_recorded(struct store *s)
{
	int64_t n;

	store_meta_get(s, STORE_MAIN, MARK_CHANGE, &n);
	return n;
}

static int
any(void *ctx, const struct issued *t)
{
	(void)ctx, (void)t;
	return 1;
}

int
issuer_waits(struct store *s, struct err *e)
{
	return issued_changes(s, issuer_recorded(s), any, NULL, e);
}
