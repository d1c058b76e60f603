#include "common/auth.h"

#include <string.h>

#include "common/auth_rules.h"
#include "common/clock.h"

enum auth_why
auth_rules_header(const struct http_request *r, const char *name,
    const char **value)
{
	*value = NULL;
	if (name == NULL || http_header_count(r, name) == 0)
		return AUTH_MISSING;
	*value = http_header(r, name);
	return *value != NULL ? AUTH_OK : AUTH_MALFORMED;
}

enum auth_why
auth_rules_time(enum auth_unit unit, const char *s, size_t len, int64_t *t)
{
	int64_t scale, v = 0;
	size_t i;

	*t = 0;
	if (unit == AUTH_RFC3339)
		return clock_parse(s, len, t) == 0 ? AUTH_OK : AUTH_MALFORMED;
	if (len == 0 || len > 18)
		return AUTH_MALFORMED;
	for (i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return AUTH_MALFORMED;
		v = v * 10 + (s[i] - '0');
	}
	scale = unit == AUTH_SECONDS ? CLOCK_SECOND : CLOCK_SECOND / 1000;
	if (v > INT64_MAX / 2 / scale)
		return AUTH_MALFORMED;
	*t = v * scale;
	return AUTH_OK;
}

enum auth_why
auth_rules_age(int64_t t, int64_t received, int64_t tolerance)
{
	int64_t off = t < received ? received - t : t - received;

	return off / CLOCK_SECOND > tolerance ||
	    (off / CLOCK_SECOND == tolerance && off % CLOCK_SECOND != 0) ?
	    AUTH_STALE : AUTH_OK;
}

int
auth_rules_equal(const struct auth_secret *secret, size_t nsecret,
    const char *s, size_t len)
{
	size_t i;
	int good = 0;

	for (i = 0; i < nsecret; i++)
		if (secret[i].len > 0)
			good |= crypt_equal(secret[i].p, secret[i].len, s,
			    len);
	return good;
}

static enum auth_why
certificate(const struct auth *a, const struct http_request *r)
{
	if (r->cert == NULL)
		return AUTH_NO_CERT;
	if (a->cert == NULL && a->cert_name == NULL)
		return AUTH_OK;
	if (a->cert != NULL && strcmp(a->cert, r->cert) == 0)
		return AUTH_OK;
	if (a->cert_name != NULL && r->cert_name != NULL &&
	    strcmp(a->cert_name, r->cert_name) == 0)
		return AUTH_OK;
	return AUTH_MISMATCH;
}

/* An empty secret does not count: anybody could sign with it. */
static int
any_secret(const struct auth_secret *secret, size_t nsecret)
{
	size_t i;

	for (i = 0; i < nsecret; i++)
		if (secret[i].len > 0)
			return 1;
	return 0;
}

enum auth_why
auth_verify(const struct auth *a, const struct auth_secret *secret,
    size_t nsecret, const struct http_request *r)
{
	if (a->kind == AUTH_NONE)
		return r->loopback ? AUTH_OK : AUTH_NOT_LOOPBACK;
	if (a->kind == AUTH_MTLS)
		return certificate(a, r);
	if (!any_secret(secret, nsecret))
		return AUTH_NO_SECRET;
	switch (a->kind) {
	case AUTH_HMAC:
		return auth_hmac_verify(a, secret, nsecret, r);
	case AUTH_STANDARD:
		return auth_standard_verify(a, secret, nsecret, r);
	case AUTH_BEARER:
		return auth_token_bearer(secret, nsecret, r);
	case AUTH_BASIC:
		return auth_token_basic(a, secret, nsecret, r);
	case AUTH_HEADER:
		return auth_token_value(a, secret, nsecret, r);
	default:
		return AUTH_MISMATCH;
	}
}

const char *
auth_why_word(enum auth_why why)
{
	static const char *const word[] = {
		[AUTH_OK] = "ok", [AUTH_NO_SECRET] = "no_secret",
		[AUTH_MISSING] = "missing", [AUTH_MALFORMED] = "malformed",
		[AUTH_STALE] = "stale", [AUTH_MISMATCH] = "mismatch",
		[AUTH_NOT_LOOPBACK] = "not_loopback",
		[AUTH_NO_CERT] = "no_certificate"
	};

	return word[why];
}

/* A field value (RFC 9110 section 5.5): no control characters, no blank at
 * either end. */
static int
fits_header(const struct auth_secret *s)
{
	return !http_has_control((const char *)s->p, s->len) &&
	    s->p[0] != ' ' && s->p[s->len - 1] != ' ';
}

const char *
auth_secret_fault(const struct auth *a, const struct auth_secret *s)
{
	if (a->kind == AUTH_NONE || a->kind == AUTH_MTLS)
		return NULL;
	if (s->len == 0)
		return "it is empty";
	if (a->kind == AUTH_STANDARD)
		return auth_standard_fault(s);
	if ((a->kind == AUTH_BEARER && memchr(s->p, ' ', s->len) != NULL) ||
	    ((a->kind == AUTH_BEARER || (a->kind == AUTH_HEADER &&
	    a->header != NULL)) && !fits_header(s)))
		return "it has characters that a header cannot carry";
	return NULL;
}
