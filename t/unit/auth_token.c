/*
 * Requests that carry the secret itself, a certificate, or nothing.
 */
#include "common/auth.h"
#include "t/unit/tap.h"

#include "common/clock.h"

static struct auth_secret
as_secret(const char *s)
{
	return (struct auth_secret){ (const unsigned char *)s, strlen(s) };
}

/* Judge a request with up to two headers of one name. */
static enum auth_why
verify(const struct auth *a, const char *name, const char *one,
    const char *two)
{
	struct auth_secret s[2] = { as_secret("new secret"),
	    as_secret("old-secret") };
	struct http_header h[2] = { { name, one }, { name, two } };
	struct http_request r = { 0 };

	r.method = "POST";
	r.target = "/hooks/x";
	r.header = h;
	r.nheader = (size_t)(one != NULL) + (size_t)(two != NULL);
	r.body = "";
	r.received = clock_now();
	return auth_verify(a, s, 2, &r);
}

static void
test_bearer(void)
{
	static const struct { const char *value; enum auth_why want; } t[] = {
		{ "Bearer old-secret", AUTH_OK },
		{ "bearer old-secret", AUTH_OK },
		{ "BEARER  new secret", AUTH_OK },
		{ "Bearer old-secres", AUTH_MISMATCH },
		{ "Bearer old-secret2", AUTH_MISMATCH },
		{ "Bearer old-secre", AUTH_MISMATCH },
		{ "Bearer old-secret ", AUTH_MISMATCH },
		{ "Bearer ", AUTH_MALFORMED },
		{ "Bearer", AUTH_MALFORMED },
		{ "Bearerold-secret", AUTH_MALFORMED },
		{ "Basic old-secret", AUTH_MALFORMED },
		{ "old-secret", AUTH_MALFORMED },
		{ "", AUTH_MALFORMED },
		{ NULL, AUTH_MISSING }
	};
	struct auth a = { .kind = AUTH_BEARER };
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++)
		is_int(verify(&a, "Authorization", t[i].value, NULL),
		    t[i].want, "bearer: %s",
		    t[i].value != NULL ? t[i].value : "none");
	is_int(verify(&a, "authorization", "Bearer old-secret",
	    "Bearer old-secret"), AUTH_MALFORMED, "bearer: twice");
}

static void
test_basic(void)
{
	static const struct { const char *value; enum auth_why want; } t[] = {
		/* loya:old-secret, loya:new secret */
		{ "Basic bG95YTpvbGQtc2VjcmV0", AUTH_OK },
		{ "basic bG95YTpuZXcgc2VjcmV0", AUTH_OK },
		/* loyb:old-secret, loya:old-secres, :old-secret, loya */
		{ "Basic bG95YjpvbGQtc2VjcmV0", AUTH_MISMATCH },
		{ "Basic bG95YTpvbGQtc2VjcmVz", AUTH_MISMATCH },
		{ "Basic Om9sZC1zZWNyZXQ=", AUTH_MISMATCH },
		{ "Basic bG95YQ==", AUTH_MALFORMED },
		{ "Basic bG95YTpvbGQtc2VjcmV", AUTH_MALFORMED },
		{ "Basic !", AUTH_MALFORMED },
		{ "Basic ", AUTH_MALFORMED },
		{ "Bearer bG95YTpvbGQtc2VjcmV0", AUTH_MALFORMED },
		{ NULL, AUTH_MISSING }
	};
	struct auth a = { .kind = AUTH_BASIC, .user = "loya" };
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++)
		is_int(verify(&a, "Authorization", t[i].value, NULL),
		    t[i].want, "basic: %s",
		    t[i].value != NULL ? t[i].value : "none");
	a.user = NULL;
	is_int(verify(&a, "Authorization", "Basic Om9sZC1zZWNyZXQ=", NULL),
	    AUTH_OK, "basic: the empty name");
}

/* Personio: the header is exactly the token. */
static void
test_header(void)
{
	struct auth a = { .kind = AUTH_HEADER, .header = "Authorization" };

	is_int(verify(&a, "Authorization", "old-secret", NULL), AUTH_OK,
	    "header: the secret");
	is_int(verify(&a, "Authorization", "Old-secret", NULL), AUTH_MISMATCH,
	    "header: another");
	is_int(verify(&a, "Authorization", "", NULL), AUTH_MISMATCH,
	    "header: empty");
	is_int(verify(&a, "X-Other", "old-secret", NULL), AUTH_MISSING,
	    "header: none");
	is_int(verify(&a, "Authorization", "old-secret", "old-secret"),
	    AUTH_MALFORMED, "header: twice");
	a.prefix = "Token ";
	is_int(verify(&a, "Authorization", "Token old-secret", NULL), AUTH_OK,
	    "header: with a prefix");
	is_int(verify(&a, "Authorization", "old-secret", NULL),
	    AUTH_MALFORMED, "header: without its prefix");
}

static void
test_query(void)
{
	static const struct { const char *target; enum auth_why want; } t[] = {
		{ "/hooks/x?code=old-secret", AUTH_OK },
		{ "/hooks/x?a=b&code=new%20secret&c", AUTH_OK },
		{ "/hooks/x?code=old%2Dsecret", AUTH_OK },
		{ "/hooks/x?code=old%2dsecret", AUTH_OK },
		{ "/hooks/x?code=old-secre", AUTH_MISMATCH },
		{ "/hooks/x?code=", AUTH_MISMATCH },
		{ "/hooks/x?code=old%2", AUTH_MALFORMED },
		{ "/hooks/x?code=old%zzsecret", AUTH_MALFORMED },
		{ "/hooks/x?code=old-secret&code=x", AUTH_MALFORMED },
		{ "/hooks/x?Code=old-secret", AUTH_MISSING },
		{ "/hooks/x?codes=old-secret", AUTH_MISSING },
		{ "/hooks/x?code", AUTH_MISSING },
		{ "/hooks/x?", AUTH_MISSING }, { "/hooks/x", AUTH_MISSING }
	};
	struct auth a = { .kind = AUTH_HEADER, .query = "code" };
	struct auth_secret s[2] = { as_secret("new secret"),
	    as_secret("old-secret") };
	struct http_request r = { .method = "POST", .body = "" };
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		r.target = t[i].target;
		is_int(auth_verify(&a, s, 2, &r), t[i].want, "query: %s",
		    r.target);
	}
}

static void
test_pointer(void)
{
	static const struct { const char *body; enum auth_why want; } t[] = {
		{ "{\"token\":\"old-secret\"}", AUTH_OK },
		{ "{\"a\":1,\"token\":\"ol\\u0064-secret\"}", AUTH_OK },
		{ "{\"token\":\"old-secre\"}", AUTH_MISMATCH },
		{ "{\"token\":\"\"}", AUTH_MISMATCH },
		{ "{\"token\":7}", AUTH_MISSING },
		{ "{\"x\":7}", AUTH_MISSING }, { "[]", AUTH_MISSING },
		{ "{\"token\":\"old-secret\"", AUTH_MALFORMED },
		{ "{\"token\":\"old-secret\",\"token\":1}", AUTH_MALFORMED },
		{ "", AUTH_MALFORMED }
	};
	struct auth a = { .kind = AUTH_HEADER, .pointer = "/token" };
	struct auth_secret s = as_secret("old-secret");
	struct http_request r = { .method = "POST", .target = "/hooks/x" };
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		r.body = t[i].body;
		r.len = strlen(r.body);
		is_int(auth_verify(&a, &s, 1, &r), t[i].want, "body: %s",
		    r.body);
	}
}

static void
test_certificate(void)
{
	struct auth a = { .kind = AUTH_MTLS };
	struct http_request r = { .method = "POST", .target = "/hooks/x" };

	is_int(auth_verify(&a, NULL, 0, &r), AUTH_NO_CERT, "no certificate");
	r.cert = "ab12";
	r.cert_name = "CN=crm";
	is_int(auth_verify(&a, NULL, 0, &r), AUTH_OK, "any certificate");
	a.cert = "ab12";
	is_int(auth_verify(&a, NULL, 0, &r), AUTH_OK, "this certificate");
	a.cert = "ab13";
	is_int(auth_verify(&a, NULL, 0, &r), AUTH_MISMATCH,
	    "another certificate");
	a.cert_name = "CN=crm";
	is_int(auth_verify(&a, NULL, 0, &r), AUTH_OK, "or this name");
	a.cert = NULL;
	a.cert_name = "CN=other";
	is_int(auth_verify(&a, NULL, 0, &r), AUTH_MISMATCH, "another name");
	r.cert_name = NULL;
	is_int(auth_verify(&a, NULL, 0, &r), AUTH_MISMATCH, "no name");
}

static void
test_none(void)
{
	struct auth a = { .kind = AUTH_NONE };
	struct http_request r = { .method = "POST", .target = "/hooks/x" };

	is_int(auth_verify(&a, NULL, 0, &r), AUTH_NOT_LOOPBACK,
	    "no authentication: from elsewhere");
	r.loopback = 1;
	is_int(auth_verify(&a, NULL, 0, &r), AUTH_OK,
	    "no authentication: from this machine");
	is_str(auth_why_word(AUTH_NOT_LOOPBACK), "not_loopback", "word");
	is_str(auth_why_word(AUTH_NO_CERT), "no_certificate", "word");
}

static void
test_fault(void)
{
	static const struct { enum auth_kind kind; const char *s; int good; }
	t[] = {
		{ AUTH_BEARER, "loya_abc", 1 }, { AUTH_BEARER, "a b", 0 },
		{ AUTH_BEARER, "a\n", 0 }, { AUTH_HEADER, "a b", 1 },
		{ AUTH_HEADER, " a", 0 }, { AUTH_HEADER, "a\x7f", 0 },
		{ AUTH_BASIC, "a b\t", 1 }, { AUTH_HMAC, "whsec_test_x", 1 },
		{ AUTH_HMAC, "", 0 }, { AUTH_NONE, "", 1 }
	};
	struct auth a = { .header = "X" };
	struct auth_secret s;
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		a.kind = t[i].kind;
		s = as_secret(t[i].s);
		is_int(auth_secret_fault(&a, &s) == NULL, t[i].good,
		    "secret %zu fits its kind", i);
	}
}

int
main(void)
{
	crypt_init();
	test_bearer();
	test_basic();
	test_header();
	test_query();
	test_pointer();
	test_certificate();
	test_none();
	test_fault();
	return done_testing();
}
