/* push.rest of source files: what is accepted, and what is refused and how. */
#include "common/rest.h"
#include "common/source.h"
#include "t/unit/conf_dir.h"
#include "t/unit/tap.h"

static struct config *config;

/* What is said about a file crm.json with these members. */
static const char *
load_file(const char *text)
{
	return conf_crm(&config, text);
}

/* The same with this push.rest. */
static const char *
load(const char *rest)
{
	char text[2048];

	snprintf(text, sizeof text, "{\"pull\":{\"base\":\"https://a/b/\"},"
	    "\"push\":{\"kind\":\"rest\",\"rest\":{%s}}}", rest);
	return load_file(text);
}

#define ON "\"on\":\"loya.points.posted\","
#define ONE(q) "\"requests\":{\"r\":{" q "}}"
#define URL "\"url\":\"{base}/t\""

static void
test_defaults(void)
{
	const struct rest_request *q;
	const struct push *p;

	is_str(load(ONE(ON URL)), "", "the least of it");
	p = &config->source[0].push;
	q = &p->rest->request[0];
	is_int(p->kind, PUSH_REST, "its kind");
	is_str(p->lacks, NULL, "nothing is lacking");
	is_int(p->timeout, 60, "timeout");
	is_int(p->concurrency, 5, "concurrency");
	is_str(p->rest->links, "crm", "its own links");
	is_int(p->rest->unlinked_dead, 0, "an unknown member is skipped");
	is_str(q->method, "POST", "method");
	is_int(q->batch, 1, "one row a request");
	is_int(q->answer.quota_rest, 900, "a rest of a quarter of an hour");
	is_int(config->source[0].npush_on, 1, "what it is for");
	is_str(config->source[0].push_on[0], "loya.points.posted",
	    "is what its requests are for");
}

static void
test_lacks(void)
{
	is_str(load_file("{\"profile\":\"successfactors\",\"pull\":{\"base\":"
	    "\"https://a\"},\"push\":{\"preset\":\"mdf-object\"}}"), "",
	    "a preset");
	is_str(config->source[0].push.lacks, "there is no 'object' in "
	    "push.rest.settings", "lacks what only the system knows");
	is_str(load_file("{\"profile\":\"salesforce\",\"receive\":null,"
	    "\"push\":{\"preset\":\"member-fields\"}}"), "",
	    "a preset without a base");
	is_str(config->source[0].push.lacks, "there is no pull.base",
	    "lacks it");
	is_str(load_file("{\"profile\":\"salesforce\",\"receive\":null}"), "",
	    "no push at all");
	is_int(config->source[0].push.kind, PUSH_NONE, "is none");
}

static const char *const bad[][2] = {
	{ "\"x\":1", "push.rest.x: no such key" },
	{ "\"oauth\":false", "push.rest.requests: not an object of up to" },
	{ "\"requests\":{}", "push.rest.requests: not an object of up to" },
	{ ONE(URL), "push.rest.requests.r: there is no 'on'" },
	{ ONE("\"on\":\"loya.tier\"," URL), "requests.r.on: 'loya.tier' is not "
	    "a type of event that is sent" },
	{ ONE("\"on\":\"*\""), "push.rest.requests.r: there is no url" },
	{ ONE(ON URL ",\"x\":1"), "requests.r.x: no such key" },
	{ ONE(ON "\"url\":\"/t\""), "requests.r.url: '/t': " },
	{ ONE(ON "\"url\":\"https://{/id}/t\""), "requests.r.url: " },
	{ ONE(ON "\"url\":\"https://a{/id}\""), "url: it has no path" },
	{ ONE(ON "\"url\":\"https://10.0.0.1/\""), "'https://10.0.0.1/' is a "
	    "private address, which needs 'private'" },
	{ ONE(ON "\"url\":\"http://127.0.0.1/\""), "http:// is for this "
	    "machine only, and needs 'private'" },
	{ ONE(ON "\"url\":\"{base}/{x}\""),
	    "there is no 'x' in push.rest.settings" },
	{ ONE(ON "\"url\":\"{base}/{/a\""), "a { without its }" },
	{ ONE(ON "\"url\":\"{base}/{/a~2}\""), "'/a~2': not a place" },
	{ ONE(ON URL ",\"method\":\"GET\""), "requests.r.method" },
	{ ONE(ON URL ",\"headers\":{\"Host\":\"a\"}"), "a header that loya "
	    "sets itself" },
	{ ONE(ON URL ",\"headers\":[]"), "not an object" },
	{ ONE(ON URL ",\"body\":\"@id\""), "'@id': attributes cannot be used "
	    "here" },
	{ ONE(ON URL ",\"body\":{\"a\":\"b\"}"), "'b': not a place" },
	{ ONE(ON URL ",\"body\":{\"a\":{\"from\":\"/a\",\"as\":\"x\"}}"),
	    "there is no conversion 'x'" },
	{ ONE(ON URL ",\"body\":{\"a\":{\"from\":\"/a\",\"write\":\"Y\"}}"),
	    "write: not made of YYYY" },
	{ ONE(ON URL ",\"body\":{\"{/a}\":1}"), "the name of a member must be "
	    "fixed" },
	{ ONE(ON URL ",\"body\":{\"a\":{\"secret\":\"A b\"}}"), "not the "
	    "name of a secret" },
	{ ONE(ON URL ",\"body\":{\"a\":{\"text\":\"a\",\"escape\":\"x\"}}"),
	    "escape" },
	{ ONE(ON URL ",\"batch\":201"), "requests.r.batch" },
	{ ONE(ON URL ",\"batch\":2"), "it needs 'rows' in the body" },
	{ ONE(ON URL ",\"batch\":2,\"body\":{\"rows\":{}}"), "it needs "
	    "answer.results" },
	{ ONE(ON URL ",\"body\":{\"a\":{\"rows\":1},\"b\":{\"rows\":1}}"),
	    "it has 'rows' twice" },
	{ ONE(ON URL ",\"body\":{\"a\":{\"rows\":1},\"b\":\"/id\"}"),
	    "values of events can stand only in the rows" },
	{ ONE(ON "\"url\":\"{base}/{/id}\",\"body\":{\"rows\":1}"),
	    "values of events can stand only in the rows" },
	{ ONE(ON URL ",\"body\":{\"rows\":{\"a\":{\"secret\":\"s\"}}}"),
	    "a secret must be inside the rows" },
	{ ONE(ON URL ",\"coalesce\":true"), "'loya.points.posted' is not a "
	    "loya.member event" },
	{ ONE("\"on\":\"loya.member.updated\",\"when\":true," URL
	    ",\"coalesce\":true"), "coalesce: not together with 'when'" },
	{ ONE(ON URL ",\"headers\":{\"X-App\":\"L\303\266\"}"),
	    "headers.X-App: not printable ASCII" },
	{ ONE(ON URL ",\"headers\":{\"X-App\":\"{/id} \\n\"}"),
	    "headers.X-App: not printable ASCII" },
	{ ONE(ON "\"url\":\"https://a/{/id}/b c\""),
	    "url: it has a character that must be encoded" },
	{ ONE(ON URL ",\"answer\":{\"results\":\"a\",\"ok\":\"/a\"}"),
	    "answer.results: not a JSON Pointer" },
	{ ONE(ON URL ",\"answer\":{\"results\":\"\"}"), "'results' needs "
	    "'ok'" },
	{ ONE(ON URL ",\"answer\":{\"index\":\"/i\"}"), "it needs 'results'" },
	{ ONE(ON URL ",\"answer\":{\"quota_rest\":0}"), "quota_rest" },
	{ ONE(ON URL) ",\"settings\":[]", "push.rest.settings: not an "
	    "object of up to" },
	{ ONE(ON URL) ",\"settings\":{\"A\":\"b\"}", "not the name of a "
	    "setting" },
	{ ONE(ON URL) ",\"settings\":{\"base\":\"b\"}", "not the name of a "
	    "setting" },
	{ ONE(ON URL) ",\"settings\":{\"a\":\"\"}", "an empty text" },
	{ ONE(ON URL) ",\"base\":\"ftp://a\"", "base: 'ftp://a': " },
	{ ONE(ON URL) ",\"unlinked\":\"x\"", "push.rest.unlinked" },
	{ ONE(ON URL) ",\"basic\":{}", "basic: there is no user" },
	{ ONE(ON URL) ",\"basic\":{\"user\":\"a:b\"}", "not the name of a "
	    "user" },
	{ ONE(ON URL) ",\"basic\":{\"user\":\"a\",\"secret\":\"b c\"}",
	    "not the name of a secret" },
	{ ONE(ON URL) ",\"oauth\":true,\"basic\":{\"user\":\"a\"}",
	    "only one of oauth, basic and key is possible" },
	{ ONE(ON URL) ",\"key\":{}", "key: there is no header" },
	{ ONE(ON URL) ",\"key\":{\"header\":\"a b\"}", "not the name of a "
	    "header" },
	{ ONE(ON URL) ",\"key\":{\"header\":\"A\",\"prefix\":\"\\n\"}",
	    "prefix: not printable ASCII" },
};

/* A body nested this deep. */
static const char *
deep(int n)
{
	static char text[1024];
	int i;

	strcpy(text, "\"requests\":{\"r\":{" ON URL ",\"body\":");
	for (i = 0; i < n; i++)
		strcat(text, "{\"a\":");
	strcat(text, "1");
	for (i = 0; i < n; i++)
		strcat(text, "}");
	strcat(text, "}}");
	return load(text);
}

int
main(void)
{
	size_t i;

	test_defaults();
	test_lacks();
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (!ok(strstr(load(bad[i][0]), bad[i][1]) != NULL,
		    "refused: %s", bad[i][1]))
			printf("# %s\n# said: %s\n", bad[i][0],
			    load(bad[i][0]));
	is_str(deep(16), "", "objects in objects");
	ok(strstr(deep(17), "too deeply") != NULL, "but not too deeply");
	config_free(config);
	return done_testing();
}
