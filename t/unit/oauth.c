/* The two sides of an exchange: requests, and answers of every kind. */
#include "common/oauth_inner.h"
#include "t/unit/tap.h"
#include "t/unit/mutate.h"

#include "common/clock.h"
#include "common/crypt.h"

static const char *usual[] = { "/access_token" };
static struct source crm = { .name = "crm", .oauth = {
    .grant = OAUTH_CLIENT_CREDENTIALS, .url = "https://a.example/t",
    .client_id = "s6BhdRkqt3", .encode = 1, .place = usual, .nplace = 1 } };
static struct redact clean;
static struct err err;
static char secret[] = "7Fjfp0ZBr1KtDRbnfVdmIw";

/* The request of crm as text. */
static const char *
request(int masked)
{
	static char text[512];
	struct oauth_parts p = { { secret, sizeof secret - 1 },
	    { secret, 5 }, { secret, 6 } };
	struct oauth_request r;

	if (oauth_request_make(&crm.oauth, &p, masked, &r, &err) != 0)
		snprintf(text, sizeof text, "%s", err.msg);
	else
		snprintf(text, sizeof text, "%s|%s|%.*s",
		    r.basic != NULL ? r.basic : "", r.type, (int)r.body.len,
		    r.body.p);
	oauth_request_release(&r);
	return text;
}

#define FORM "|application/x-www-form-urlencoded|"

static void
test_request(void)
{
	struct source_oauth was = crm.oauth;
	struct oauth_param param[] = { { "a&b", "c=d" }, { "e", "" } };

	is_str(request(0), "Basic czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3"
	    FORM "grant_type=client_credentials", "RFC 6749 2.3.1");
	is_str(request(1), "Basic ***" FORM "grant_type=client_credentials",
	    "masked");
	crm.oauth.auth = OAUTH_AUTH_BODY;
	crm.oauth.grant = OAUTH_REFRESH_TOKEN;
	crm.oauth.scope = "x y";
	crm.oauth.param = param;
	crm.oauth.nparam = 2;
	is_str(request(0), FORM "grant_type=refresh_token&client_id=s6BhdRkqt3"
	    "&client_secret=7Fjfp0ZBr1KtDRbnfVdmIw&refresh_token=7Fjfp"
	    "&scope=x+y&a%26b=c%3Dd&e=", "a form");
	is_str(request(1), FORM "grant_type=refresh_token&client_id=s6BhdRkqt3"
	    "&client_secret=***&refresh_token=***&scope=x+y&a%26b=c%3Dd&e=",
	    "masked");
	crm.oauth.json = 1;
	is_str(request(0), "|application/json|{\"grant_type\":"
	    "\"refresh_token\",\"client_id\":\"s6BhdRkqt3\",\"client_secret\":"
	    "\"7Fjfp0ZBr1KtDRbnfVdmIw\",\"refresh_token\":\"7Fjfp\","
	    "\"scope\":\"x y\",\"a&b\":\"c=d\",\"e\":\"\"}", "JSON");
	secret[0] = (char)0xff;
	is_str(request(0), "client_secret: its secret is not UTF-8 and cannot "
	    "stand in JSON", "what JSON cannot hold");
	secret[0] = '7';
	crm.oauth = was;
}

/* There is room for what grows most by encoding. */
static void
test_longest(void)
{
	struct source_oauth was = crm.oauth;
	char id[4097], controls[4096];
	struct oauth_parts p = { { controls, sizeof controls }, { NULL, 0 },
	    { NULL, 0 } };
	struct oauth_request r;

	memset(id, '%', sizeof id - 1);
	id[sizeof id - 1] = '\0';
	memset(controls, 1, sizeof controls);
	crm.oauth.client_id = id;
	is_int(oauth_request_make(&crm.oauth, &p, 0, &r, &err), 0, "basic");
	is_int(strlen(r.basic), 6 + (3 * 8192 + 1 + 2) / 3 * 4, "its length");
	oauth_request_release(&r);
	crm.oauth.auth = OAUTH_AUTH_BODY;
	is_int(oauth_request_make(&crm.oauth, &p, 0, &r, &err), 0, "a form");
	oauth_request_release(&r);
	crm.oauth.json = 1;
	is_int(oauth_request_make(&crm.oauth, &p, 0, &r, &err), 0, "JSON");
	is_int(r.body.len, 69 + 4096 + 6 * 4096, "its length");
	oauth_request_release(&r);
	crm.oauth = was;
}

static struct credential got;
static struct oauth_refusal refusal;

/* The Location of the answer. */
static const char *location = "https://b.example/";

static int
answer(int status, const char *body, size_t len)
{
	struct http_header h = { "location", location };
	struct httpc_answer a = { .status = status, .len = len, .header = &h,
	    .nheader = 1 };
	int rc;

	a.body = crypt_alloc(len + 1);
	memcpy(a.body, body, len);
	a.body[len] = '\0';
	credential_release(&got);
	err.msg[0] = '\0';
	rc = oauth_answer_read(&crm, &a, &clean, 100, &got, &refusal, &err);
	crypt_free(a.body);
	return rc;
}

static int
says(int status, const char *body)
{
	return answer(status, body, strlen(body));
}

static void
test_answer(void)
{
	is_int(says(200, "{\"access_token\":\"a\\/b\",\"expires_in\":\"10\","
	    "\"refresh_token\":\"r\",\"token_type\":\"bearer\","
	    "\"instance_url\":\"https://x.example\"}"), 0, "all of it");
	is_str(got.access, "a/b", "the token");
	is_str(got.refresh, "r", "the next refresh token");
	is_str(got.type, "bearer", "the type");
	is_str(got.instance, "https://x.example", "the address");
	is_int(got.obtained_at, 100, "when it was sent");
	is_int(got.expires_at, 100 + 10 * CLOCK_SECOND, "its end");
	is_int(says(200, "{\"access_token\":\"a\",\"refresh_token\":\"\","
	    "\"token_type\":1,\"instance_url\":\"ftp://x\"}"), 0, "odd ones");
	is_str(got.refresh, NULL, "an empty refresh token does not count");
	is_str(got.type, NULL, "a type that is a number");
	is_str(got.instance, NULL, "an invalid address");
	is_int(got.expires_at, 0, "no end");
	is_int(says(401, "{\"error\":\"invalid_client\"}"), E_NO, "refused");
	is_str(err.msg, "source 'crm': asked for a token, a.example answers "
	    "401: invalid_client",
	    "it is reported");
	is_str(refusal.word, "invalid_client", "its word");
	is_int(refusal.status, 401, "its status");
	is_int(says(503, "{\"access_token\":\"a\"}"), E_BUSY,
	    "a token with an error is not a token");
	is_str(got.access, NULL, "it is not taken");
}

/* Seconds until a token expires, as the peer writes them. */
static int64_t
lifetime(const char *number)
{
	char text[120];

	snprintf(text, sizeof text, "{\"access_token\":\"a\",\"expires_in\":"
	    "%s}", number);
	is_int(says(200, text), 0, number);
	return got.expires_at == 0 ? 0 :
	    (got.expires_at - got.obtained_at) / CLOCK_SECOND;
}

static void
test_lifetime(void)
{
	is_int(lifetime("3600"), 3600, "a whole number");
	is_int(lifetime("3600.9"), 3600, "a fraction");
	is_int(lifetime("3.1536E7"), 31536000, "an exponent, as Java has it");
	is_int(lifetime("\"3.6e+3\""), 3600, "in quotes");
	is_int(lifetime("36000e-1"), 3600, "a small one");
	is_int(lifetime("1e300"), 10 * 366 * 86400, "what is too much");
	is_int(lifetime("\"36e\""), 0, "what is not a number");
	is_int(lifetime("\"3600 s\""), 0, "nor is this");
	is_int(lifetime("-1"), 0, "nor a lifetime");
}

static void
test_moved(void)
{
	redact_add(&clean, "secret-of-mine", 14);
	is_int(says(302, ""), E_CONF, "moved");
	is_str(err.msg, "source 'crm': a.example answers 302: the redirect to "
	    "b.example is not followed; set oauth.url", "where to");
	location = "https://SECRET-of-mine/x";
	says(302, "");
	is_str(err.msg, "source 'crm': a.example answers 302: the redirect to "
	    "*** is not followed; set oauth.url", "a host that is the secret");
	redact_release(&clean);
}

/* Any text gives a token or a complaint, and shows no secret. */
static void
test_mutated(void)
{
	static const char *const seed[] = {
		"{\"access_token\":\"a\",\"expires_in\":3600,\"token_type\":"
		"\"bearer\",\"refresh_token\":\"r\",\"instance_url\":"
		"\"https://x\"}",
		"{\"error\":\"invalid_grant\",\"error_description\":\"SECRET"
		"-of-mine\",\"error_uri\":\"https://x\"}",
		"[{\"message\":\"x\",\"errorCode\":\"SECRET-of-mine\"}]",
		"{\"error\":{\"code\":\"x\",\"message\":{\"value\":\"y\"}}}",
		NULL
	};
	static const char *const word[] = { "SECRET-of-mine", "\\u0000",
		"\"expires_in\":\"9", "}", "\"", "[", "\xff", "99999999999999",
		"\"error\":", NULL };
	static const int status[] = { 200, 302, 400, 401, 404, 429, 500 };
	struct mutate m = { .state = 7, .seed = seed, .word = word };
	int i, rc, bad = 0, shown = 0, tokens = 0;

	redact_add(&clean, "SECRET-of-mine", 14);
	for (i = 0; i < 20000; i++) {
		mutate_next(&m);
		rc = answer(status[i % 7], m.text, m.len);
		tokens += rc == 0;
		bad += rc == 0 ? got.access == NULL || got.access[0] == '\0' :
		    err.msg[0] == '\0';
		shown += strstr(err.msg, "SECRET-of-mine") != NULL ||
		    strstr(refusal.word, "SECRET-of-mine") != NULL;
	}
	ok(tokens > 100, "some are tokens");
	is_int(bad, 0, "each is a token or a complaint");
	is_int(shown, 0, "no secret is shown");
}

int
main(void)
{
	crypt_init();
	test_request();
	test_longest();
	test_answer();
	test_lifetime();
	test_moved();
	test_mutated();
	credential_release(&got);
	redact_release(&clean);
	return done_testing();
}
