/*
 * Requests that carry the secret itself: bearer, basic, a header, a query
 * parameter, a value in the body.
 */
#include "common/auth_rules.h"

#include <string.h>
#include <strings.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/json.h"
#include "common/url.h"

static enum auth_why
judge(int good)
{
	return good ? AUTH_OK : AUTH_MISMATCH;
}

/* The credentials after "Scheme " (RFC 9110 section 11.4), the scheme in any
 * case. */
static enum auth_why
credentials(const struct http_request *r, const char *scheme, const char **s)
{
	size_t n = strlen(scheme);
	enum auth_why why;

	if ((why = auth_rules_header(r, "Authorization", s)) != AUTH_OK)
		return why;
	if (strncasecmp(*s, scheme, n) != 0 || (*s)[n] != ' ')
		return AUTH_MALFORMED;
	*s += n + strspn(*s + n, " ");
	return **s != '\0' ? AUTH_OK : AUTH_MALFORMED;
}

enum auth_why
auth_token_bearer(const struct auth_secret *secret, size_t nsecret,
    const struct http_request *r)
{
	enum auth_why why;
	const char *s;

	if ((why = credentials(r, "Bearer", &s)) != AUTH_OK)
		return why;
	return judge(auth_rules_equal(secret, nsecret, s, strlen(s)));
}

enum auth_why
auth_token_basic(const struct auth *a, const struct auth_secret *secret,
    size_t nsecret, const struct http_request *r)
{
	const char *s, *user = a->user != NULL ? a->user : "";
	char *text, *colon = NULL;
	enum auth_why why;
	long n;
	int good;

	if ((why = credentials(r, "Basic", &s)) != AUTH_OK)
		return why;
	text = crypt_alloc(strlen(s));
	n = crypt_unbase64(s, strlen(s), 0, (unsigned char *)text, strlen(s));
	if (n > 0)
		colon = memchr(text, ':', (size_t)n);
	if (colon == NULL) {
		why = AUTH_MALFORMED;
	} else {
		good = crypt_equal(text, (size_t)(colon - text), user,
		    strlen(user));
		good &= auth_rules_equal(secret, nsecret, colon + 1,
		    (size_t)(text + n - colon - 1));
		why = judge(good);
	}
	crypt_free(text);
	return why;
}

static int
unescape(const char *s, size_t n, struct buf *out)
{
	size_t i;
	int c;

	for (i = 0; i < n; i++) {
		if (s[i] != '%') {
			buf_addc(out, s[i]);
			continue;
		}
		if (n - i < 3 || (c = url_escape(s + i)) < 0)
			return -1;
		buf_addc(out, (char)c);
		i += 2;
	}
	return 0;
}

/* The value of a query parameter that must occur exactly once, decoded. */
static enum auth_why
query_value(const char *target, const char *name, struct buf *out)
{
	const char *s = strchr(target, '?');
	enum auth_why why = AUTH_MISSING;
	size_t n, want = strlen(name);

	for (; s != NULL && *s != '\0'; s += n) {
		s++;
		n = strcspn(s, "&");
		if (n <= want || s[want] != '=' || memcmp(s, name, want) != 0)
			continue;
		if (why == AUTH_OK ||
		    unescape(s + want + 1, n - want - 1, out) != 0)
			return AUTH_MALFORMED;
		why = AUTH_OK;
	}
	return why;
}

static enum auth_why
body_value(const struct auth *a, const struct auth_secret *secret,
    size_t nsecret, const struct http_request *r)
{
	struct arena mem = { 0 };
	struct json j = { 0 };
	enum auth_why why = AUTH_MISSING;
	const char *s;
	uint32_t i;
	size_t n;

	if (json_parse(&j, r->body, r->len) != 0)
		why = AUTH_MALFORMED;
	else if (json_pointer(&j, 0, a->pointer, &i) &&
	    (s = json_string(&j, i, &mem, &n)) != NULL)
		why = judge(auth_rules_equal(secret, nsecret, s, n));
	json_release(&j);
	arena_release(&mem);
	return why;
}

enum auth_why
auth_token_value(const struct auth *a, const struct auth_secret *secret,
    size_t nsecret, const struct http_request *r)
{
	size_t skip = a->prefix != NULL ? strlen(a->prefix) : 0;
	struct buf value = { 0 };
	enum auth_why why;
	const char *s;

	if (a->pointer != NULL)
		return body_value(a, secret, nsecret, r);
	if (a->query != NULL) {
		why = query_value(r->target, a->query, &value);
		if (why == AUTH_OK)
			why = judge(auth_rules_equal(secret, nsecret, value.p,
			    value.len));
		buf_release(&value);
		return why;
	}
	if ((why = auth_rules_header(r, a->header, &s)) != AUTH_OK)
		return why;
	if (skip > 0 && strncmp(s, a->prefix, skip) != 0)
		return AUTH_MALFORMED;
	s += skip;
	return judge(auth_rules_equal(secret, nsecret, s, strlen(s)));
}
