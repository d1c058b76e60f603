/*
 * The verifier against what senders publish.  Each scheme is a row.  Every row
 * is tried as it is; with every byte of its body, signature and timestamp
 * changed; too old and too new; with two secrets; and with headers missing or
 * doubled.
 */
#include "common/auth.h"
#include "common/buf.h"
#include "t/unit/auth_rows.h"
#include "t/unit/tap.h"

#include <stdlib.h>

#include "common/clock.h"

enum { ROWS = sizeof rows / sizeof rows[0], OLD_TIME = 1600000000 };

static struct auth_secret
as_secret(const char *s)
{
	return (struct auth_secret){ (const unsigned char *)s, strlen(s) };
}

static struct http_request
request(const struct row *w)
{
	struct http_request r = { 0 };

	r.method = w->method != NULL ? w->method : "POST";
	r.target = w->target != NULL ? w->target : "/hooks/x";
	r.header = w->header;
	while (r.nheader < 4 && w->header[r.nheader].name != NULL)
		r.nheader++;
	r.body = w->body;
	r.len = strlen(w->body);
	r.received = (w->at != 0 ? w->at : OLD_TIME) * CLOCK_SECOND;
	r.peer = "-";
	return r;
}

static enum auth_why
verify(const struct row *w, const struct http_request *r)
{
	struct auth_secret s = as_secret(w->secret);

	return auth_verify(&w->auth, &s, 1, r);
}

/* How many changes of a single byte of *text are accepted. */
static int
flips(const struct row *w, struct http_request *r, const char **text,
    size_t len)
{
	static const char change[] = { 1, 0x20, (char)0x80 };
	const char *whole = *text;
	char *copy = malloc(len + 1);
	int taken = 0;
	size_t i, k;

	*text = copy;
	for (i = 0; i < len; i++)
		for (k = 0; k < sizeof change; k++) {
			memcpy(copy, whole, len + 1);
			copy[i] = (char)(copy[i] ^ change[k]);
			taken += verify(w, r) == AUTH_OK;
		}
	*text = whole;
	free(copy);
	return taken;
}

static void
test_flips(const struct row *w)
{
	struct http_request r = request(w);
	struct http_header h[4];
	int taken;
	size_t i;

	memcpy(h, w->header, sizeof h);
	r.header = h;
	taken = flips(w, &r, &r.body, r.len);
	/* The value of h= is not judged where the names are configured. */
	if (strcmp(w->name, "Hook0") != 0)
		for (i = 0; i < r.nheader; i++)
			taken += flips(w, &r, &h[i].value,
			    strlen(h[i].value));
	if (w->auth.url != NULL)
		taken += flips(w, &r, &r.target, strlen(r.target));
	is_int(taken, 0, "%s: no changed byte is accepted", w->name);
}

static void
test_age(const struct row *w)
{
	static const struct { int off; enum auth_why want; } age[] = {
		{ 299, AUTH_OK }, { -299, AUTH_OK },
		{ 301, AUTH_STALE }, { -301, AUTH_STALE },
		{ 1000000, AUTH_STALE }, { -1000000, AUTH_STALE }
	};
	struct http_request r = request(w);
	int64_t now = r.received;
	size_t i;

	for (i = 0; i < sizeof age / sizeof age[0]; i++) {
		r.received = now + age[i].off * CLOCK_SECOND;
		is_int(verify(w, &r), w->auth.tolerance > 0 ? age[i].want :
		    AUTH_OK, "%s: %d s", w->name, age[i].off);
	}
}

static void
test_secrets(const struct row *w)
{
	struct http_request r = request(w);
	struct auth_secret good = as_secret(w->secret), two[2];

	two[0] = as_secret("another secret");
	two[1] = good;
	is_int(auth_verify(&w->auth, two, 2, &r), AUTH_OK,
	    "%s: the older of two secrets is good", w->name);
	two[1] = two[0];
	two[0] = good;
	is_int(auth_verify(&w->auth, two, 2, &r), AUTH_OK,
	    "%s: the newer of two secrets is good", w->name);
	is_int(auth_verify(&w->auth, two + 1, 1, &r), AUTH_MISMATCH,
	    "%s: another secret is not", w->name);
	two[0].len = 0;
	is_int(auth_verify(&w->auth, two, 1, &r), AUTH_NO_SECRET,
	    "%s: an empty secret is none", w->name);
	is_int(auth_verify(&w->auth, NULL, 0, &r), AUTH_NO_SECRET,
	    "%s: no secret", w->name);
}

static void
test_headers(const struct row *w)
{
	struct http_request r = request(w);
	struct http_header h[5];
	size_t i, n = r.nheader;

	r.header = h;
	for (i = 0; i < n; i++) {
		memcpy(h, w->header, sizeof w->header);
		h[i].name = "X-Other";
		r.nheader = n;
		is_int(verify(w, &r), AUTH_MISSING, "%s: without %s", w->name,
		    w->header[i].name);
		h[i] = h[n] = w->header[i];
		r.nheader = n + 1;
		is_int(verify(w, &r), AUTH_MALFORMED, "%s: %s twice", w->name,
		    w->header[i].name);
	}
}

static const struct row *
row(const char *name)
{
	size_t i;

	for (i = 0; i < ROWS; i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	abort();
}

/* The row with another value of its first or second header. */
static enum auth_why
with(const char *name, int i, const char *value)
{
	struct row w = *row(name);
	struct http_request r;

	w.header[i].value = value;
	r = request(&w);
	return verify(&w, &r);
}

#define GOOD "77b8b9269f25a199846a55a2bd25b3fba151c70fdae60bb1dcd87fbbc943c55c"
#define BAD "77b8b9269f25a199846a55a2bd25b3fba151c70fdae60bb1dcd87fbbc943c55d"
#define TEN(s) s s s s s s s s s s

/* Header-parsing cases of frain-dev/convoy:pkg/signature/testdata. */
static void
test_lists(void)
{
	static const struct { const char *value; enum auth_why want; } c[] = {
		{ "v1=" GOOD ",t=1700000000", AUTH_OK },
		{ "t=1700000000, v1=" GOOD, AUTH_OK },
		{ "t=1700000000,v1=" BAD ",v1=" GOOD, AUTH_OK },
		{ "t=1700000000,v1=" GOOD ",v1=" BAD, AUTH_OK },
		{ "t=1700000000,v1=zz,v1=" GOOD ",v0=1", AUTH_OK },
		{ "t=1700000000,v1=" BAD ",v1=" BAD, AUTH_MISMATCH },
		{ "t=1700000000,v0=" GOOD, AUTH_MALFORMED },
		{ "t=1700000000", AUTH_MALFORMED },
		{ "t=1700000000,v1=", AUTH_MALFORMED },
		{ "v1=" GOOD, AUTH_MALFORMED },
		{ "t=Infinity,v1=" GOOD, AUTH_MALFORMED },
		{ "t=,v1=" GOOD, AUTH_MALFORMED },
		{ "t=1700000000,t=1700000000,v1=" GOOD, AUTH_MALFORMED },
		{ "1700000000,v1=" GOOD, AUTH_MALFORMED },
		{ "v1=1700000000,v1=" GOOD, AUTH_MALFORMED },
		{ "t=1700000000,v1=" TEN(BAD ",v1=") TEN(BAD ",v1=") GOOD,
		  AUTH_MALFORMED },
		{ "", AUTH_MALFORMED }, { ",,,", AUTH_MALFORMED },
		{ GOOD, AUTH_MALFORMED }
	};
	size_t i;

	for (i = 0; i < sizeof c / sizeof c[0]; i++)
		is_int(with("Convoy advanced", 0, c[i].value), c[i].want,
		    "list %.60s", c[i].value);
}

static void
test_times(void)
{
	static const char *const bad[] = {
		"", " 1700000000", "1700000000 ", "+1700000000", "-1700000000",
		"1700000000.0", "1.7e9", "0x6553f100", "17000000000000000000",
		"1700000000s", "Infinity", "NaN", "999999999999999999"
	};
	size_t i;

	for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
		is_int(with("BambooHR", 1, bad[i]), AUTH_MALFORMED,
		    "timestamp '%s'", bad[i]);
	is_int(with("BambooHR", 1, "1700000001"), AUTH_MISMATCH,
	    "a timestamp that was not signed");
	is_int(with("Apex", 1, "1772600767"), AUTH_MALFORMED,
	    "seconds where RFC 3339 is wanted");
	is_int(with("HubSpot v3", 1, "999999999999999999"), AUTH_MALFORMED,
	    "a time that no clock has");
	is_int(with("HubSpot v3", 1, "4611686018427387"), AUTH_MISMATCH,
	    "the last time that can be written");
}

static void
test_encodings(void)
{
	is_int(with("Convoy simple", 0, "244449B7F48CBC2709060C9DCDC2B3AA"
	    "47A78F540430579015C579FB12DEFBB4"), AUTH_OK,
	    "hex in upper case");
	is_int(with("Convoy simple", 0, "244449B7F48CBC2709060C9DCDC2B3AA"
	    "47A78F540430579015C579FB12DEFBB400"), AUTH_MALFORMED,
	    "one byte more");
	is_int(with("Convoy simple", 0, "244449B7F48CBC2709060C9DCDC2B3AA"
	    "47A78F540430579015C579FB12DEFB"), AUTH_MALFORMED,
	    "one byte less");
	is_int(with("Convoy simple", 0, "244449B7f48cbc2709060c9dcdc2b3aa"
	    "47a78f540430579015c579fb12defbb4"), AUTH_MALFORMED,
	    "hex in both cases");
	is_int(with("Shopify", 0, "9cESSgjdw9hLEeCz+DMpe2zFVJiKyQ8fGboA43gax/8"
	    ), AUTH_MALFORMED, "base64 without padding");
	is_int(with("Shopify", 0, "9cESSgjdw9hLEeCz-DMpe2zFVJiKyQ8fGboA43gax_8"
	    "="), AUTH_MALFORMED, "base64 of the other alphabet");
	is_int(with("GitHub", 0, "sha256="), AUTH_MALFORMED,
	    "a prefix alone");
	is_int(with("GitHub", 0, "SHA256=757107ea0eb2509fc211221cce984b8a37570"
	    "b6d7586c22c46f4379c8b043e17"), AUTH_MALFORMED,
	    "another prefix");
}

/* HubSpot's escapes, in either case of their digits. */
static void
test_escapes(void)
{
	static const struct { const char *target; enum auth_why want; } c[] = {
		{ "/hooks/hs%3Fto=a@b.c&n=%20x", AUTH_OK },
		{ "/hooks/hs%3fto=a@b.c&n=%20x", AUTH_OK },
		{ "/hooks%2fhs?to=a%40b.c&n=%20x", AUTH_OK },
		{ "/hooks/hs?to=a@b.c&n= x", AUTH_MISMATCH },
		{ "/hooks/hs?to=a%2540b.c&n=%20x", AUTH_MISMATCH },
		{ "/hooks/hs?to=a%4", AUTH_MISMATCH },
		{ "/hooks/hs?to=a%", AUTH_MISMATCH },
		{ "/hooks/hs?to=a%00", AUTH_MISMATCH },
	};
	struct row w = *row("HubSpot v3");
	struct http_request r;
	size_t i;

	for (i = 0; i < sizeof c / sizeof c[0]; i++) {
		w.target = c[i].target;
		r = request(&w);
		is_int(verify(&w, &r), c[i].want, "%s", w.target);
	}
	w.auth.url_decode = 0;
	w.target = "/hooks/hs?to=a%40b.c&n=%20x";
	r = request(&w);
	is_int(verify(&w, &r), AUTH_MISMATCH, "escapes stay without the knob");
}

/* Anybody could make a plain hash that does not include the secret. */
static void
test_unkeyed(void)
{
	struct row w = *row("HubSpot v1");
	struct http_request r;

	w.auth.npart = 0;
	w.header[0].value = "315f5bdb76d078c43b8ac0064e4a0164612b1fce77c869345b"
	    "fc94c75894edd3";
	w.body = "Hello, World!";
	r = request(&w);
	is_int(verify(&w, &r), AUTH_NO_SECRET, "a plain hash without secret");
}

/* The same vectors the other way round: what loya signs. */
static void
test_sign(void)
{
	static const char *const names[] = { "GitHub", "Shopify" };
	const struct row *w;
	struct auth_secret s[2];
	struct buf b = { NULL, 0, 0 };
	struct auth a;
	size_t i;

	for (i = 0; i < 2; i++) {
		w = row(names[i]);
		s[0].p = s[1].p = (const unsigned char *)w->secret;
		s[0].len = s[1].len = strlen(w->secret);
		auth_hmac_sign(&w->auth, s, 1, w->body, strlen(w->body), &b);
		is_str(buf_str(&b), w->header[0].value, "signed as %s",
		    w->name);
		buf_clear(&b);
	}
	auth_hmac_sign(&w->auth, s, 2, w->body, strlen(w->body), &b);
	ok(strchr(buf_str(&b), ',') != NULL, "two secrets, two signatures");
	/* RFC 4231, test case 2 */
	memset(&a, 0, sizeof a);
	a.hash = AUTH_HMAC_SHA512;
	s[0].p = (const unsigned char *)"Jefe";
	s[0].len = 4;
	buf_clear(&b);
	auth_hmac_sign(&a, s, 1, "what do ya want for nothing?", 28, &b);
	is_str(buf_str(&b), "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd6"
	    "10270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b"
	    "636e070a38bce737", "SHA-512");
	buf_release(&b);
}

int
main(void)
{
	size_t i;

	crypt_init();
	for (i = 0; i < ROWS; i++) {
		struct http_request r = request(&rows[i]);

		rows[i].auth.kind = AUTH_HMAC;
		is_int(verify(&rows[i], &r), AUTH_OK, "%s", rows[i].name);
		test_flips(&rows[i]);
		test_age(&rows[i]);
		test_secrets(&rows[i]);
		test_headers(&rows[i]);
	}
	test_lists();
	test_times();
	test_encodings();
	test_escapes();
	test_unkeyed();
	test_sign();
	return done_testing();
}
