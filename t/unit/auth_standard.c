/*
 * Standard Webhooks: the published vectors of v1 and v1a, and what must be
 * refused.
 */
#include "common/auth.h"
#include "t/unit/tap.h"

#include <stdlib.h>

#include "common/clock.h"

/* standard-webhooks/standard-webhooks:libraries/python/tests/test_webhooks.py
 */
#define A_SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define A_ID "msg_p5jXN8AQM9LWM0D4loKWxJek"
#define A_SIG "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
#define A_WRONG "v1,R3PTzyfHASBKHH98a7yexTwaJ4yNIcGhFQc1yuN+BPU="
/* svix/svix-webhooks:server/svix-server/src/worker.rs, README.md */
#define A_WHSK "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKk" \
    "ioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg=="
#define A_WHPK "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="
#define A_SIG_V1A "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYX" \
    "FymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="

enum { ID, TIME, SIG };

struct message {
	const char *secret[2];
	struct http_header header[4];
	const char *body;
	int64_t at;
};

static const struct message a = {
	{ A_SECRET, NULL },
	{ { "webhook-id", A_ID }, { "webhook-timestamp", "1614265330" },
	  { "webhook-signature", A_SIG } },
	"{\"test\": 2432232314}", 1614265330
};

/* libraries/rust/src/lib.rs of the same repository */
static const struct message b = {
	{ "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", NULL },
	{ { "Webhook-Id", "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk" },
	  { "Webhook-Timestamp", "1649367553" },
	  { "Webhook-Signature",
	    "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=" } },
	"{\"email\":\"test@example.com\",\"username\":\"test_user\"}",
	1649367553
};

/* svix/svix-docs:content/receiving/verifying-payloads/how-manual.mdx */
static const struct message c = {
	{ "whsec_plJ3nmyCDGBKInavdOK15jsl", NULL },
	{ { "svix-id", "msg_loFOjxBNrRLzqYUf" },
	  { "svix-timestamp", "1731705121" },
	  { "svix-signature",
	    "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=" } },
	"{\"event_type\":\"ping\",\"data\":{\"success\":true}}", 1731705121
};

static enum auth_why
verify(const struct message *m)
{
	struct auth knobs = { .kind = AUTH_STANDARD };
	struct auth_secret s[2];
	struct http_request r = { 0 };
	size_t n = 0;

	r.method = "POST";
	r.target = "/hooks/x";
	r.header = m->header;
	while (r.nheader < 4 && m->header[r.nheader].name != NULL)
		r.nheader++;
	r.body = m->body;
	r.len = strlen(m->body);
	r.received = m->at * CLOCK_SECOND;
	for (; n < 2 && m->secret[n] != NULL; n++) {
		s[n].p = (const unsigned char *)m->secret[n];
		s[n].len = strlen(m->secret[n]);
	}
	return auth_verify(&knobs, s, n, &r);
}

static enum auth_why
with(int i, const char *value)
{
	struct message m = a;

	m.header[i].value = value;
	return verify(&m);
}

static enum auth_why
secrets(const struct message *from, const char *first, const char *second)
{
	struct message m = *from;

	m.secret[0] = first;
	m.secret[1] = second;
	return verify(&m);
}

static int
flips(struct message *m, const char **text)
{
	static const char change[] = { 1, 0x20, (char)0x80 };
	const char *whole = *text;
	size_t i, k, len = strlen(whole);
	char *copy = malloc(len + 1);
	int taken = 0;

	*text = copy;
	for (i = 0; i < len; i++)
		for (k = 0; k < sizeof change; k++) {
			memcpy(copy, whole, len + 1);
			copy[i] = (char)(copy[i] ^ change[k]);
			taken += verify(m) == AUTH_OK;
		}
	*text = whole;
	free(copy);
	return taken;
}

static void
test_vector(const struct message *from, const char *name)
{
	struct message m = *from;
	int i, taken;

	is_int(verify(&m), AUTH_OK, "vector %s", name);
	taken = flips(&m, &m.body);
	for (i = ID; i <= SIG; i++)
		taken += flips(&m, &m.header[i].value);
	is_int(taken, 0, "vector %s: no changed byte is accepted", name);
	for (i = ID; i <= SIG; i++) {
		m = *from;
		m.header[i].name = "x-other";
		is_int(verify(&m), AUTH_MISSING, "vector %s without %s", name,
		    from->header[i].name);
		m = *from;
		m.header[3] = m.header[i];
		is_int(verify(&m), AUTH_MALFORMED, "vector %s: %s twice",
		    name, from->header[i].name);
	}
	m = *from;
	m.at = from->at + 299;
	is_int(verify(&m), AUTH_OK, "vector %s, 299 s late", name);
	m.at = from->at + 301;
	is_int(verify(&m), AUTH_STALE, "vector %s, 301 s late", name);
	m.at = from->at - 299;
	is_int(verify(&m), AUTH_OK, "vector %s, 299 s early", name);
	m.at = from->at - 301;
	is_int(verify(&m), AUTH_STALE, "vector %s, 301 s early", name);
}

static void
test_signatures(void)
{
	static const struct { const char *value; enum auth_why want; } t[] = {
		{ A_WRONG, AUTH_MISMATCH },
		{ A_WRONG " " A_SIG, AUTH_OK },
		{ A_SIG " " A_WRONG, AUTH_OK },
		{ "v1a,AAAA v9,x " A_SIG, AUTH_OK },
		{ A_SIG_V1A " " A_SIG, AUTH_OK },
		{ A_SIG_V1A, AUTH_MISMATCH },
		{ "v1,", AUTH_MALFORMED },
		{ "v1", AUTH_MALFORMED },
		{ "", AUTH_MALFORMED },
		{ " ", AUTH_MALFORMED },
		{ "v1,g0hM9SsE", AUTH_MALFORMED },
		{ "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE",
		  AUTH_MALFORMED },
		{ "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
		  AUTH_MALFORMED },
		{ "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
		  AUTH_MALFORMED },
		{ "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=,",
		  AUTH_MALFORMED },
	};
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++)
		is_int(with(SIG, t[i].value), t[i].want, "signature '%.50s'",
		    t[i].value);
}

static void
test_texts(void)
{
	static const char *const bad[] = {
		"", "a", "+1614265330", "-1", " 1614265330", "1614265330 ",
		"1614265330.5", "16142653300000000000", "1614265330x"
	};
	struct message m = a;
	size_t i;

	for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
		is_int(with(TIME, bad[i]), AUTH_MALFORMED, "timestamp '%s'",
		    bad[i]);
	is_int(with(TIME, "1614265331"), AUTH_MISMATCH, "another timestamp");
	is_int(with(ID, "a.1"), AUTH_MALFORMED, "an id with a full stop");
	is_int(with(ID, ""), AUTH_MALFORMED, "an empty id");
	m.header[3].name = "svix-id";
	m.header[3].value = "other";
	is_int(verify(&m), AUTH_OK, "the two families do not mix");
	m.header[ID].name = "x-other";
	is_int(verify(&m), AUTH_MISSING, "not even to fill a gap");
}

static void
test_secrets(void)
{
	is_int(secrets(&a, b.secret[0], A_SECRET), AUTH_OK,
	    "the older secret is good");
	is_int(secrets(&a, A_SECRET, b.secret[0]), AUTH_OK,
	    "the newer secret is good");
	is_int(secrets(&a, b.secret[0], c.secret[0]), AUTH_MISMATCH,
	    "others are not");
	is_int(secrets(&a, &A_SECRET[6], NULL), AUTH_OK, "without whsec_");
	is_int(secrets(&a, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS*", NULL),
	    AUTH_NO_SECRET, "a damaged whsec_");
	is_int(secrets(&a, "whsec_", NULL), AUTH_NO_SECRET, "whsec_ alone");
	is_int(secrets(&a, "whsec_MfKQ9r8GKYqrTwjUPD8I", NULL),
	    AUTH_NO_SECRET, "15 bytes are too few");
	is_int(secrets(&a, A_WHPK, NULL), AUTH_MISMATCH,
	    "a public key checks no v1");
	is_int(secrets(&a, "whpk1_x", NULL), AUTH_NO_SECRET,
	    "a key of an unknown kind is not an HMAC key");
	is_int(secrets(&a, NULL, NULL), AUTH_NO_SECRET, "no secret");
	is_int(secrets(&a, "", NULL), AUTH_NO_SECRET, "an empty secret");
}

static void
test_asymmetric(void)
{
	struct message m = a;

	m.header[SIG].value = A_SIG_V1A;
	m.secret[0] = A_WHPK;
	test_vector(&m, "v1a");
	is_int(secrets(&m, A_WHSK, NULL), AUTH_OK, "v1a by whsk_");
	is_int(secrets(&m, A_SECRET, A_WHPK), AUTH_OK, "v1a beside v1");
	is_int(secrets(&m, A_SECRET, NULL), AUTH_MISMATCH, "v1a without it");
	is_int(secrets(&m, "whpk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
	    NULL), AUTH_MISMATCH, "a public key of small order");
}

/* A raw key: id.time.body as openssl(1) signs it. */
static void
test_raw(void)
{
	struct message m = a;

	m.secret[0] = "a raw key";
	m.header[SIG].value =
	    "v1,iE6EQqjvosdcWwqWHdU86wK3xOlb3FjaeEWWjSaAYFE=";
	is_int(verify(&m), AUTH_OK, "a raw key");
}

static void
test_fault(void)
{
	static const struct { const char *secret; int good; } t[] = {
		{ A_SECRET, 1 }, { A_WHPK, 1 }, { A_WHSK, 1 }, { "raw", 1 },
		{ "whsec_MfKQ9r8GKYqrTwjUPD8I", 0 },
		{ "whsec_!", 0 }, { "whpk_AAAA", 0 }, { "whsk_AAAA", 0 },
		{ "whpk1_AAAA", 0 }, { "", 0 }
	};
	struct auth knobs = { .kind = AUTH_STANDARD };
	struct auth_secret s;
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		s.p = (const unsigned char *)t[i].secret;
		s.len = strlen(t[i].secret);
		is_int(auth_secret_fault(&knobs, &s) == NULL, t[i].good,
		    "secret '%s'", t[i].secret);
	}
}

int
main(void)
{
	crypt_init();
	test_vector(&a, "A");
	test_vector(&b, "B");
	test_vector(&c, "C");
	test_signatures();
	test_texts();
	test_secrets();
	test_asymmetric();
	test_raw();
	test_fault();
	return done_testing();
}
