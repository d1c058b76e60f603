/*
 * Standard Webhooks 1.0: headers webhook-id, -timestamp and -signature (or
 * svix-*), signed text id.timestamp.body, v1 HMAC-SHA256 and v1a Ed25519.
 */
#include "common/auth_rules.h"

#include <string.h>

#include "common/buf.h"

/* The specification requires keys of 24 to 64 bytes; Svix accepts up to 75, and
 * a test vector that it publishes has 18. */
enum { KEY_MIN = 16, KEY_MAX = 75, PUBLIC = 32, PAIR = 64, SIGNATURE = 64,
    TOLERANCE = 300 };

/* The keys in one secret. */
struct keys {
	const unsigned char *raw;	/* HMAC key as it stands, or NULL */
	size_t rawlen;
	unsigned char mac[KEY_MAX];	/* HMAC key from base64 */
	size_t maclen;
	unsigned char public[PUBLIC];
	int asymmetric;
};

/* What the request presents. */
struct offer {
	const char *id, *time_text;
	int64_t time;
	unsigned char v1[AUTH_CANDIDATES][CRYPT_SHA256];
	unsigned char v1a[AUTH_CANDIDATES][SIGNATURE];
	size_t nv1, nv1a;
};

static int
begins(const char *s, size_t n, const char *with)
{
	return n >= strlen(with) && memcmp(s, with, strlen(with)) == 0;
}

/* whpk_ and whsk_: NULL, or what is wrong. */
static const char *
read_public(const char *s, size_t n, struct keys *k)
{
	unsigned char pair[PAIR];
	const char *fault = NULL;

	if (begins(s, n, "whpk_")) {
		if (crypt_unbase64(s + 5, n - 5, 1, k->public, PUBLIC) !=
		    PUBLIC)
			fault = "whpk_ must be base64 of 32 bytes";
	} else if (begins(s, n, "whsk_")) {
		if (crypt_unbase64(s + 5, n - 5, 1, pair, PAIR) != PAIR)
			fault = "whsk_ must be base64 of 64 bytes";
		else
			memcpy(k->public, pair + PAIR - PUBLIC, PUBLIC);
		crypt_wipe(pair, sizeof pair);
	} else {
		fault = "this kind of key is not known";
	}
	k->asymmetric = fault == NULL;
	return fault;
}

/*
 * Read a secret: NULL, or what is wrong.  A text that says it is a public key
 * is never used as an HMAC key: anybody may know it.
 */
static const char *
read_keys(const struct auth_secret *secret, struct keys *k)
{
	const char *s = (const char *)secret->p;
	size_t n = secret->len;
	int prefixed;
	long got;

	memset(k, 0, sizeof *k);
	if (begins(s, n, "whpk") || begins(s, n, "whsk"))
		return read_public(s, n, k);
	prefixed = begins(s, n, "whsec_");
	if (prefixed) {
		s += 6;
		n -= 6;
	} else {
		k->raw = secret->p;
		k->rawlen = secret->len;
	}
	got = crypt_unbase64(s, n, 1, k->mac, KEY_MAX);
	k->maclen = got >= KEY_MIN ? (size_t)got : 0;
	return prefixed && k->maclen == 0 ?
	    "whsec_ must be base64 of 16 to 75 bytes" : NULL;
}

const char *
auth_standard_fault(const struct auth_secret *secret)
{
	const char *fault;
	struct keys k;

	fault = read_keys(secret, &k);
	crypt_wipe(&k, sizeof k);
	return fault;
}

/* Add one "version,base64" of the list.  Unknown versions, and what does not
 * decode, match nothing. */
static enum auth_why
add_signature(struct offer *o, const char *s, size_t n)
{
	if (o->nv1 == AUTH_CANDIDATES || o->nv1a == AUTH_CANDIDATES)
		return AUTH_MALFORMED;
	if (begins(s, n, "v1,")) {
		if (crypt_unbase64(s + 3, n - 3, 0, o->v1[o->nv1],
		    CRYPT_SHA256) == CRYPT_SHA256)
			o->nv1++;
	} else if (begins(s, n, "v1a,")) {
		if (crypt_unbase64(s + 4, n - 4, 0, o->v1a[o->nv1a],
		    SIGNATURE) == SIGNATURE)
			o->nv1a++;
	}
	return AUTH_OK;
}

static enum auth_why
read_signatures(const char *s, struct offer *o)
{
	enum auth_why why = AUTH_OK;
	size_t n;

	for (; why == AUTH_OK; s += n + 1) {
		n = strcspn(s, " ");
		why = add_signature(o, s, n);
		if (s[n] == '\0')
			break;
	}
	if (why == AUTH_OK && o->nv1 + o->nv1a == 0)
		why = AUTH_MALFORMED;
	return why;
}

/* The three headers, all of one family. */
static enum auth_why
read_offer(const struct http_request *r, struct offer *o)
{
	static const char *const family[2][3] = {
		{ "webhook-id", "webhook-timestamp", "webhook-signature" },
		{ "svix-id", "svix-timestamp", "svix-signature" }
	};
	const char *const *name;
	const char *value[3];
	enum auth_why why;
	int i;

	for (i = 0; i < 3; i++)
		if (http_header_count(r, family[0][i]) > 0)
			break;
	name = family[i == 3];
	for (i = 0; i < 3; i++)
		if ((why = auth_rules_header(r, name[i], &value[i])) !=
		    AUTH_OK)
			return why;
	/* With a full stop in the id, two messages could have the same signed
	 * text. */
	if (*value[0] == '\0' || strchr(value[0], '.') != NULL)
		return AUTH_MALFORMED;
	o->id = value[0];
	o->time_text = value[1];
	why = auth_rules_time(AUTH_SECONDS, value[1], strlen(value[1]),
	    &o->time);
	return why == AUTH_OK ? read_signatures(value[2], o) : why;
}

static int
try_mac(const unsigned char *key, size_t len, const struct offer *o,
    const struct crypt_part *part, size_t n)
{
	unsigned char sig[CRYPT_SHA512];
	size_t i;
	int good = 0;

	if (len == 0 || o->nv1 == 0)
		return 0;
	crypt_hmac(CRYPT_ALG_SHA256, key, len, part, n, sig);
	for (i = 0; i < o->nv1; i++)
		good |= crypt_equal(sig, CRYPT_SHA256, o->v1[i], CRYPT_SHA256);
	crypt_wipe(sig, sizeof sig);
	return good;
}

/* libsodium verifies Ed25519 only over one contiguous piece. */
static int
try_public(const struct keys *k, const struct offer *o,
    const struct crypt_part *part, size_t n)
{
	struct buf text = { 0 };
	size_t i;
	int good = 0;

	if (!k->asymmetric || o->nv1a == 0)
		return 0;
	for (i = 0; i < n; i++)
		buf_add(&text, part[i].p, part[i].len);
	for (i = 0; i < o->nv1a; i++)
		good |= crypt_ed25519_verify(k->public, text.p, text.len,
		    o->v1a[i]) == 0;
	buf_release(&text);
	return good;
}

enum auth_why
auth_standard_verify(const struct auth *a, const struct auth_secret *secret,
    size_t nsecret, const struct http_request *r)
{
	struct offer o = { 0 };
	struct crypt_part part[5];
	struct keys k;
	enum auth_why why;
	size_t i, usable = 0;
	int good = 0;

	if ((why = read_offer(r, &o)) != AUTH_OK)
		return why;
	part[0] = (struct crypt_part){ o.id, strlen(o.id) };
	part[1] = (struct crypt_part){ ".", 1 };
	part[2] = (struct crypt_part){ o.time_text, strlen(o.time_text) };
	part[3] = (struct crypt_part){ ".", 1 };
	part[4] = (struct crypt_part){ r->len > 0 ? r->body : "", r->len };
	for (i = 0; i < nsecret; i++) {
		if (secret[i].len == 0 || read_keys(&secret[i], &k) != NULL)
			continue;
		usable++;
		good |= try_mac(k.raw, k.rawlen, &o, part, 5);
		good |= try_mac(k.mac, k.maclen, &o, part, 5);
		good |= try_public(&k, &o, part, 5);
		crypt_wipe(&k, sizeof k);
	}
	if (usable == 0)
		return AUTH_NO_SECRET;
	if (!good)
		return AUTH_MISMATCH;
	return auth_rules_age(o.time, r->received,
	    a->tolerance > 0 ? a->tolerance : TOLERANCE);
}
