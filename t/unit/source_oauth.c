/* The oauth section of source files. */
#include "common/source.h"
#include "t/unit/conf_dir.h"
#include "t/unit/tap.h"

static struct config *config;

/* What is said about a file crm.json that is text. */
static const char *
load(const char *text)
{
	return conf_crm(&config, text);
}

static const struct source_oauth *
oauth(void)
{
	return &config->source[0].oauth;
}

#define CC "\"grant\":\"client_credentials\",\"url\":\"https://a/t\"," \
    "\"client_id\":\"c\""
#define RT "\"grant\":\"refresh_token\",\"url\":\"https://a/t\"," \
    "\"client_id\":\"c\""
#define JWT "\"grant\":\"jwt-bearer\",\"url\":\"https://a/t\"," \
    "\"assertion\":[\"sign\",\"-x\"]"

static void
test_defaults(void)
{
	const struct source_oauth *o;

	is_str(load("{}"), "", "no section");
	is_int(oauth()->grant, OAUTH_NONE, "no grant");
	is_str(load("{\"oauth\":{" CC "}}"), "", "the least");
	o = oauth();
	is_int(o->grant, OAUTH_CLIENT_CREDENTIALS, "client_credentials");
	is_str(o->lacks, NULL, "nothing is lacking");
	is_str(o->url, "https://a/t", "url");
	is_int(o->auth, OAUTH_AUTH_BASIC, "basic");
	is_int(o->encode, 1, "encoded");
	is_str(o->secret, "crm.oauth", "the secret's name");
	is_str(o->refresh, NULL, "no refresh token");
	is_str(o->place[0], "/access_token", "the place of the token");
	is_int(o->lifetime, 0, "no lifetime");
	is_int(o->early, 60, "a minute early");
	is_int(o->timeout, 30, "half a minute");
	is_str(o->header, "Authorization", "the header");
	is_str(o->prefix, "Bearer ", "the prefix");
	is_int(o->any_type, 0, "bearer tokens only");
	is_str(o->ca, NULL, "the system's CAs");
}

static void
test_grants(void)
{
	is_str(load("{\"oauth\":{" RT "}}"), "", "refresh_token");
	is_int(oauth()->grant, OAUTH_REFRESH_TOKEN, "it is");
	is_str(oauth()->refresh, "crm.refresh", "the refresh token's name");
	is_str(load("{\"oauth\":{" JWT "}}"), "", "jwt-bearer");
	is_int(oauth()->auth, OAUTH_AUTH_NONE, "the assertion is enough");
	is_str(oauth()->secret, NULL, "no secret");
	is_str(oauth()->assertion[0], "sign", "the command");
	is_str(oauth()->assertion[1], "-x", "its argument");
	is_str(oauth()->assertion[2], NULL, "its end");
	is_str(load("{\"oauth\":{" JWT ",\"auth\":\"basic\","
	    "\"client_id\":\"c\"}}"), "", "an assertion and a secret");
	is_str(oauth()->secret, "crm.oauth", "the secret");
	is_str(load("{\"oauth\":{" JWT ",\"auth\":\"body\"}}"),
	    "sources/crm.json:1:10: oauth: there is no client_id",
	    "a secret without a client");
	is_str(load("{\"oauth\":{\"grant\":\"password\"}}"),
	    "sources/crm.json:1:19: oauth.grant: not one of "
	    "client_credentials, refresh_token, jwt-bearer, saml2-bearer",
	    "password is not a grant");
}

/* hris.md 1.5 and 2.5: what those products need can be said. */
static void
test_products(void)
{
	const struct source_oauth *o;

	is_str(load("{\"oauth\":{\"grant\":\"saml2-bearer\","
	    "\"url\":\"https://api4.example/oauth/token\","
	    "\"client_id\":\"key\",\"params\":{\"company_id\":\"acme\","
	    "\"new_token\":\"true\"},\"assertion\":[\"/opt/saml\"]}}"), "",
	    "SuccessFactors");
	o = oauth();
	is_int(o->nparam, 2, "two parameters");
	is_str(o->param[0].name, "company_id", "the first");
	is_str(o->param[0].value, "acme", "its value");
	is_str(load("{\"oauth\":{\"grant\":\"refresh_token\","
	    "\"url\":\"https://wd.example/ccx/oauth2/acme/token\","
	    "\"client_id\":\"c\"}}"), "", "Workday");
	is_str(load("{\"oauth\":{\"grant\":\"client_credentials\","
	    "\"url\":\"https://wd.example/ccx/oauth2/acme/token\","
	    "\"client_id\":\"c\",\"auth\":\"body\"}}"), "",
	    "Workday, its other way");
	is_str(load("{\"profile\":\"darwinbox\",\"pull\":{\"base\":"
	    "\"https://acme.example/\"},\"oauth\":{\"client_id\":\"c\","
	    "\"send\":{\"header\":\"TOKEN\"}}}"), "", "Darwinbox");
	o = oauth();
	is_str(o->url, "https://acme.example/oauth/v2token", "one slash");
	is_int(o->json, 1, "JSON");
	is_str(o->place[1], "", "a bare text");
	is_str(o->header, "TOKEN", "its header");
	is_str(o->prefix, "", "no prefix");
	is_int(o->any_type, 1, "whatever the type");
	is_str(load("{\"profile\":\"salesforce\",\"receive\":null,\"pull\":"
	    "{\"base\":\"https://acme.my.example\"},"
	    "\"oauth\":{\"client_id\":\"c\"}}"), "", "Salesforce");
	o = oauth();
	is_str(o->url, "https://acme.my.example/services/oauth2/token",
	    "its url");
	is_int(o->lifetime, 900, "its lifetime");
	is_int(o->auth, OAUTH_AUTH_BODY, "its way");
}

/* The oauth of a profile has no effect until the file completes it. */
static void
test_prepared(void)
{
	is_str(load("{\"profile\":\"darwinbox\"}"), "", "a profile alone");
	is_int(oauth()->grant, OAUTH_CLIENT_CREDENTIALS, "has a grant");
	is_str(oauth()->lacks, "url needs pull.base, but there is none; "
	    "there is no client_id", "and lacks something");
	is_str(load("{\"profile\":\"darwinbox\","
	    "\"pull\":{\"base\":\"https://a\"}}"), "", "with a base");
	is_str(oauth()->lacks, "there is no client_id", "it lacks an id");
	is_str(load("{\"profile\":\"darwinbox\",\"oauth\":{}}"),
	    "sources/crm.json:1:32: oauth: url needs pull.base, but there is "
	    "none", "a file that goes on with it must say all");
}

static void
test_complaints(void)
{
	static const struct {
		const char *text, *said, *what;
	} bad[] = {
		{ "1", "10: oauth: not an object", "no object" },
		{ "{}", "10: oauth: there is no grant", "nothing" },
		{ "{\"grant\":1}", "19: oauth.grant: not one of "
		    "client_credentials, refresh_token, jwt-bearer, "
		    "saml2-bearer", "a wrong type" },
		{ "{" CC ",\"grants\":1}", "85: oauth.grants: no such key",
		    "an unknown key" },
		{ "{" CC ",\"refresh\":\"x\"}", "86: oauth.refresh: "
		    "only with oauth.grant 'refresh_token'", "a refresh "
		    "token" },
		{ "{" CC ",\"assertion\":[\"x\"]}", "88: oauth.assertion: "
		    "only with a grant by assertion", "an assertion" },
		{ "{" JWT ",\"secret\":\"x\"}", "87: oauth.secret: "
		    "not with oauth.auth none", "a secret without auth" },
		{ "{" JWT ",\"encode\":false}", "87: oauth.encode: "
		    "only with oauth.auth basic", "encode without basic" },
		{ "{" CC ",\"secret\":\"a b\"}", "85: oauth.secret: "
		    "not the name of a secret", "a secret's name" },
		{ "{" CC ",\"scope\":\"\"}", "84: oauth.scope: "
		    "not a list of words", "an empty scope" },
		{ "{" CC ",\"scope\":\"a\\\"b\"}", "84: oauth.scope: "
		    "not a list of words", "a quote in a scope" },
		{ "{" CC ",\"params\":[]}", "85: oauth.params: "
		    "not an object", "a list of parameters" },
		{ "{\"grant\":\"client_credentials\",\"url\":\"https://a/t\","
		    "\"auth\":\"body\",\"client_id\":\"\"}", "86: "
		    "oauth.client_id: empty", "an empty id" },
		{ "{\"grant\":\"client_credentials\",\"url\":\"https://a/t\","
		    "\"auth\":\"body\",\"client_id\":7}", "86: "
		    "oauth.client_id: not a text", "a number as id" },
		{ "{\"grant\":\"jwt-bearer\",\"url\":\"https://a/t\","
		    "\"assertion\":[\"\"]}", "64: oauth.assertion: empty "
		    "command", "a command without a name" },
		{ "{" CC ",\"params\":{\"a\":1}}", "90: oauth.params.a: "
		    "not a text", "a number as a parameter" },
		{ "{" CC ",\"params\":{\"scope\":\"x\"}}", "94: "
		    "oauth.params.scope: a parameter that loya sets itself",
		    "a parameter of ours" },
		{ "{" CC ",\"token_place\":\"x\"}", "90: oauth.token_place: "
		    "'x' is not a JSON Pointer", "a place" },
		{ "{" CC ",\"lifetime\":0}", "87: oauth.lifetime: "
		    "not from 1 to 31622400", "a lifetime" },
		{ "{" CC ",\"timeout\":301}", "86: oauth.timeout: "
		    "not from 1 to 300", "a timeout" },
		{ "{" CC ",\"early\":-1}", "84: oauth.early: "
		    "not from 0 to 86400", "early" },
		{ "{" CC ",\"send\":{}}", "83: oauth.send: "
		    "there is no header", "send without a header" },
		{ "{" CC ",\"send\":{\"header\":\"a b\"}}", "93: "
		    "oauth.send.header: not the name of a header",
		    "a header" },
		{ "{" CC ",\"send\":{\"header\":\"a\",\"prefix\":\"\\n\"}}",
		    "106: oauth.send.prefix: not printable ASCII",
		    "a prefix" },
		{ "{" CC ",\"ca\":\"ca.pem\"}", "81: oauth.ca: "
		    "not an absolute path", "a file" },
		{ "{" CC ",\"body\":\"xml\"}", "83: oauth.body: "
		    "not one of form, json", "a body" },
		{ "{\"grant\":\"client_credentials\"}",
		    "10: oauth: there is no url", "no url" },
		{ "{\"grant\":\"client_credentials\",\"url\":\"a\"}", "46: "
		    "oauth.url: 'a': it does not begin with https://",
		    "a url" },
		{ "{\"grant\":\"jwt-bearer\",\"url\":\"https://a\"}",
		    "10: oauth: there is no assertion", "no assertion" },
		{ "{\"grant\":\"client_credentials\",\"url\":\"https://a\"}",
		    "10: oauth: there is no client_id", "no client" },
		{ "{" CC ",\"client_id\":\"x\"}", "77: the same key twice",
		    "twice" },
	};
	char text[256], said[256];
	size_t i;

	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		snprintf(text, sizeof text, "{\"oauth\":%s}", bad[i].text);
		snprintf(said, sizeof said, "sources/crm.json:1:%s",
		    bad[i].said);
		is_str(load(text), said, "%s", bad[i].what);
	}
}

static void
test_base(void)
{
	is_str(load("{\"pull\":{\"base\":\"ftp://a\"},\"oauth\":"
	    "{\"grant\":\"client_credentials\",\"client_id\":\"c\","
	    "\"url\":\"{base}/t\"}}"), "sources/crm.json:1:17: pull.base: "
	    "'ftp://a': it does not begin with https://", "a base");
	is_str(load("{\"pull\":{\"base\":1},\"oauth\":"
	    "{\"grant\":\"client_credentials\",\"client_id\":\"c\","
	    "\"url\":\"{base}/t\"}}"),
	    "sources/crm.json:1:17: pull.base: not a text", "a number");
}

int
main(void)
{
	test_defaults();
	test_grants();
	test_products();
	test_prepared();
	test_complaints();
	test_base();
	config_free(config);
	return done_testing();
}
