/*
 * The keyed hash over chosen parts, as GitHub, Slack, Stripe, HubSpot and many
 * others do it.
 */
#include "common/auth_rules.h"

#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/url.h"

/* What the request presents. */
struct offer {
	unsigned char sig[AUTH_CANDIDATES][CRYPT_SHA512];
	size_t nsig;
	const char *time_text;
	size_t time_len;
	int64_t time;
};

static enum crypt_alg
algorithm(const struct auth *a)
{
	return a->hash == AUTH_HMAC_SHA512 ? CRYPT_ALG_SHA512 :
	    CRYPT_ALG_SHA256;
}

static size_t
hash_size(const struct auth *a)
{
	return a->hash == AUTH_HMAC_SHA512 ? CRYPT_SHA512 : CRYPT_SHA256;
}

/* Add the text of one signature.  One that does not decode matches nothing and
 * is left out; only too many of them are an error. */
static enum auth_why
add_signature(const struct auth *a, struct offer *o, const char *s, size_t n)
{
	size_t skip = a->prefix != NULL ? strlen(a->prefix) : 0;
	long got;

	if (o->nsig == AUTH_CANDIDATES)
		return AUTH_MALFORMED;
	if (n < skip || (skip > 0 && memcmp(s, a->prefix, skip) != 0))
		return AUTH_OK;
	s += skip;
	n -= skip;
	got = a->encoding == AUTH_HEX ?
	    crypt_unhex(s, n, o->sig[o->nsig], CRYPT_SHA512) :
	    crypt_unbase64(s, n, 0, o->sig[o->nsig], CRYPT_SHA512);
	if (got == (long)hash_size(a))
		o->nsig++;
	return AUTH_OK;
}

static int
is_name(const char *name, const char *s, size_t n)
{
	return name != NULL && strlen(name) == n && memcmp(name, s, n) == 0;
}

/* One "name=value" of a list. */
static enum auth_why
add_item(const struct auth *a, struct offer *o, const char *s, size_t n)
{
	const char *eq;
	size_t name;

	while (n > 0 && *s == ' ') {
		s++;
		n--;
	}
	if ((eq = memchr(s, '=', n)) == NULL)
		return AUTH_OK;
	name = (size_t)(eq - s);
	if (is_name(a->timestamp_field, s, name)) {
		/* Two timestamps are malformed: the one judged must be the one
		 * signed. */
		if (o->time_text != NULL)
			return AUTH_MALFORMED;
		o->time_text = eq + 1;
		o->time_len = n - name - 1;
		return AUTH_OK;
	}
	if (is_name(a->field, s, name))
		return add_signature(a, o, eq + 1, n - name - 1);
	return AUTH_OK;
}

static enum auth_why
read_signatures(const struct auth *a, const struct http_request *r,
    struct offer *o)
{
	enum auth_why why;
	const char *s;
	size_t n;

	if ((why = auth_rules_header(r, a->header, &s)) != AUTH_OK)
		return why;
	if (a->field == NULL) {
		why = add_signature(a, o, s, strlen(s));
	} else {
		for (; why == AUTH_OK; s += n + 1) {
			n = strcspn(s, ",");
			why = add_item(a, o, s, n);
			if (s[n] == '\0')
				break;
		}
	}
	if (why == AUTH_OK && o->nsig == 0)
		why = AUTH_MALFORMED;
	return why;
}

static enum auth_why
read_time(const struct auth *a, const struct http_request *r, struct offer *o)
{
	enum auth_why why;
	const char *s;

	if (a->timestamp != NULL) {
		why = auth_rules_header(r, a->timestamp, &s);
		if (why != AUTH_OK)
			return why;
		o->time_text = s;
		o->time_len = strlen(s);
	} else if (a->timestamp_field == NULL) {
		return AUTH_OK;
	}
	if (o->time_text == NULL)
		return AUTH_MALFORMED;
	return auth_rules_time(a->unit, o->time_text, o->time_len, &o->time);
}

/* The URL as the sender signed it. */
static void
make_url(const struct auth *a, const struct http_request *r, struct buf *url)
{
	const char *s = r->target;
	int c;

	if (a->url != NULL)
		buf_adds(url, a->url);
	for (; *s != '\0'; s++) {
		c = a->url_decode && *s == '%' ? url_escape(s) : -1;
		if (c > 0 && strchr(AUTH_ESCAPES, c) != NULL) {
			buf_addc(url, (char)c);
			s += 2;
		} else {
			buf_addc(url, *s);
		}
	}
}

static enum auth_why
make_part(const struct auth *a, const struct auth_part *p,
    const struct http_request *r, const struct offer *o, struct buf *url,
    struct crypt_part *out)
{
	enum auth_why why = AUTH_OK;
	const char *s = "";

	switch (p->kind) {
	case AUTH_LITERAL:
		s = p->text;
		break;
	case AUTH_BODY:
		out->p = r->len > 0 ? r->body : "";
		out->len = r->len;
		return AUTH_OK;
	case AUTH_TIMESTAMP:
		out->p = o->time_text != NULL ? o->time_text : "";
		out->len = o->time_len;
		return AUTH_OK;
	case AUTH_ID:
		why = auth_rules_header(r, a->id, &s);
		break;
	case AUTH_METHOD:
		s = r->method;
		break;
	case AUTH_URL:
		if (url->len == 0)
			make_url(a, r, url);
		s = buf_str(url);
		break;
	case AUTH_SECRET:
		break;		/* another one each time: try_secret() */
	case AUTH_HEADER_VALUE:
		why = auth_rules_header(r, p->text, &s);
		break;
	}
	out->p = s;
	out->len = s != NULL ? strlen(s) : 0;
	return why;
}

/* 1 if the secret made one of the signatures. */
static int
try_secret(const struct auth *a, const struct auth_secret *secret,
    const struct offer *o, struct crypt_part *part, size_t n)
{
	unsigned char sig[CRYPT_SHA512];
	enum crypt_alg alg = algorithm(a);
	size_t i, len;
	int good = 0;

	for (i = 0; i < a->npart; i++)
		if (a->part[i].kind == AUTH_SECRET) {
			part[i].p = secret->p;
			part[i].len = secret->len;
		}
	len = a->hash == AUTH_PLAIN_SHA256 ? crypt_hash(alg, part, n, sig) :
	    crypt_hmac(alg, secret->p, secret->len, part, n, sig);
	for (i = 0; i < o->nsig; i++)
		good |= crypt_equal(sig, len, o->sig[i], len);
	crypt_wipe(sig, sizeof sig);
	return good;
}

/* Whether a plain hash covers the secret at all; otherwise anybody could make
 * one. */
static int
is_keyed(const struct auth *a)
{
	size_t i;

	if (a->hash != AUTH_PLAIN_SHA256)
		return 1;
	for (i = 0; i < a->npart; i++)
		if (a->part[i].kind == AUTH_SECRET)
			return 1;
	return 0;
}

enum auth_why
auth_hmac_verify(const struct auth *a, const struct auth_secret *secret,
    size_t nsecret, const struct http_request *r)
{
	static const struct auth_part body = { AUTH_BODY, NULL };
	const struct auth_part *p = a->npart > 0 ? a->part : &body;
	size_t i, n = a->npart > 0 ? a->npart : 1;
	struct crypt_part *part = xcalloc(n, sizeof *part);
	struct buf url = { 0 };
	struct offer o = { 0 };
	enum auth_why why;
	int good = 0;

	why = is_keyed(a) ? read_signatures(a, r, &o) : AUTH_NO_SECRET;
	if (why == AUTH_OK)
		why = read_time(a, r, &o);
	for (i = 0; i < n && why == AUTH_OK; i++)
		why = make_part(a, &p[i], r, &o, &url, &part[i]);
	if (why != AUTH_OK)
		goto out;
	for (i = 0; i < nsecret; i++)
		if (secret[i].len > 0)
			good |= try_secret(a, &secret[i], &o, part, n);
	if (!good)
		why = AUTH_MISMATCH;
	else if (o.time_text != NULL && a->tolerance > 0)
		why = auth_rules_age(o.time, r->received, a->tolerance);
out:
	buf_release(&url);
	free(part);
	return why;
}

void
auth_hmac_sign(const struct auth *a, const struct auth_secret *secret,
    size_t nsecret, const void *body, size_t len, struct buf *out)
{
	const struct crypt_part part = { body, len };
	unsigned char sig[CRYPT_SHA512];
	char text[2 * CRYPT_SHA512 + 1];
	size_t i, n;

	for (i = 0; i < nsecret; i++) {
		n = crypt_hmac(algorithm(a), secret[i].p, secret[i].len, &part,
		    1, sig);
		if (a->encoding == AUTH_HEX)
			crypt_hex(sig, n, text);
		else
			crypt_base64(sig, n, text);
		if (i > 0)
			buf_addc(out, ',');
		if (a->prefix != NULL)
			buf_adds(out, a->prefix);
		buf_adds(out, text);
	}
}
