/* The pull section of source files. */
#include "common/clock.h"
#include "common/source.h"
#include "common/zone.h"
#include "t/unit/conf_dir.h"
#include "t/unit/tap.h"

static struct config *config;

/* What is said about a file crm.json with this pull. */
static const char *
load(const char *pull)
{
	char text[2048];

	snprintf(text, sizeof text, "{\"pull\":{%s}}", pull);
	return conf_crm(&config, text);
}

#define ONE ",\"one\":{\"url\":\"{base}\",\"key\":\"/k\"}"
#define BASE "\"base\":\"https://a.example/x/\""
#define SOME ",\"some\":{\"most\":2,\"query\":{\"url\":\"{base}\"," \
	"\"key\":\"/k\"}}"
#define Q "{\"url\":\"{base}/q\"}"

static void
test_defaults(void)
{
	const struct source_pull *p;

	is_str(load(BASE ",\"changes\":[" Q "]"), "", "the least");
	p = &config->source[0].pull;
	is_str(p->lacks, NULL, "nothing is lacking");
	is_str(p->base, "https://a.example/x", "no slash at the end");
	is_int(p->auth, PULL_AUTH_NONE, "no credentials");
	is_str(p->secret, "crm.pull", "the secret's name");
	is_int(p->timeout, 300, "timeout");
	is_int(p->longest, 3600, "longest");
	is_int(p->tries, 4, "tries");
	is_int(p->lookback + p->settle + p->width + p->first, 0, "times");
	is_int(p->nchanges, 1, "one query");
	is_str(p->changes[0].name, "changes[0]", "its name");
	is_str(p->changes[0].method, "GET", "its method");
	is_str(p->changes[0].rows, "", "its rows are the answer");
	is_str(load(BASE), "", "a base alone");
	is_str(config->source[0].pull.lacks,
	    "there is no changes, all or command, and no preset of them", "is "
	    "prepared only");
	is_str(load("\"command\":[\"a\",\"b\"]"), "", "a command");
	p = &config->source[0].pull;
	is_str(p->command[1], "b", "its arguments");
	is_str(p->key, "/external_id", "its key");
	is_int(p->timeout, 3600, "its timeout");
}

static void
test_all(void)
{
	const struct source_pull *p;
	const struct pull_query *q;

	is_str(load(BASE ",\"auth\":\"basic\",\"user\":\"u\",\"secret\":\"s\","
	    "\"secrets\":[\"k\"],\"settings\":{\"v\":\"1\"},\"headers\":{\"X\":"
	    "\"{v}\"},\"first\":\"2026-01-01\",\"lookback\":1,\"settle\":2,"
	    "\"window\":60,\"tries\":2,\"pause\":0,\"time\":{\"format\":"
	    "\"DD.MM.YYYY\",\"zone\":\"-02:30\"},\"session\":{\"cookies\":true,"
	    "\"header\":\"X-T\"},\"gone\":\"version\",\"error\":{\"code\":"
	    "\"/e\",\"halve\":[\"A\",\"B\"]},\"one\":{\"url\":\"{base}/{key}\","
	    "\"key\":\"/id\"},\"changes\":[{\"url\":\"{base}/\",\"body\":{"
	    "\"k\":\"{k}\"},\"keys\":true,\"key\":\"/id\",\"offset\":{"
	    "\"limit\":9,\"total\":\"/n\"}}],\"all\":[{\"url\":\"{base}\","
	    "\"body\":\"<a/>\",\"xml\":true,\"rows\":\"A/B\",\"pages\":\"/A/P\""
	    "}]"), "", "everything");
	p = &config->source[0].pull;
	is_int(p->auth, PULL_AUTH_BASIC, "auth");
	is_str(p->hidden_secret[0], "crm.k", "a secret's name");
	is_int(zone_offset(p->zone, 0) / 60 / CLOCK_SECOND, -150, "zone");
	is_int(p->error[PULL_HALVE].n, 2, "words");
	is_int(p->gone, PULL_GONE_VERSION, "gone");
	q = &p->changes[0];
	is_str(q->method, "POST", "a body is posted");
	is_str(q->type, "application/json", "as JSON");
	is_int(q->limit, 9, "limit");
	is_int(q->keys, 1, "keys");
	is_str(p->all[0].type, "text/xml; charset=utf-8", "or as XML");
	is_int(p->all[0].body_place, TEMPLATE_XML, "and escaped so");
	load(BASE ",\"all\":[{\"url\":\"{base}\",\"body\":\"a={base}\","
	    "\"type\":\"application/x-www-form-urlencoded\"},{\"url\":"
	    "\"{base}\",\"body\":\"[]\",\"type\":\"application/a+json\"}]");
	p = &config->source[0].pull;
	is_int(p->all[0].body_place, TEMPLATE_URL, "or as a form");
	is_int(p->all[1].body_place, TEMPLATE_JSON, "or as JSON in a text");
}

static const char *const bad[][2] = {
	{ "\"x\":1", "pull" },
	{ "\"changes\":[" Q "]", "pull: there is no base" },
	{ "\"base\":\"ftp://a\"", "pull.base: 'ftp://a': " },
	{ "\"base\":\"https://a/?b\"", "pull.base: it has a query" },
	{ BASE ",\"auth\":\"digest\"", "pull.auth: " },
	{ BASE ",\"user\":\"a:b\",\"auth\":\"basic\"",
	    "pull.user: a user name cannot contain a colon" },
	{ BASE ",\"secret\":\"a b\"", "not the name of a secret" },
	{ BASE ",\"settings\":{\"key\":\"1\"}",
	    "pull.settings.key: not a name" },
	{ BASE ",\"settings\":{\"A\":\"1\"}", "pull.settings.A: not a name" },
	{ BASE ",\"settings\":{\"a\":1}", "pull.settings.a: " },
	{ BASE ",\"settings\":[]", "pull.settings: not an object" },
	{ BASE ",\"headers\":[]",
	    "pull.headers: not an object of up to 32 texts" },
	{ BASE ",\"secrets\":[\"a\",\"since\"]",
	    "pull.secrets: element 2 is not a name: " },
	{ BASE ",\"secrets\":[\"Pa55w0rd!\"]",
	    "pull.secrets: element 1 is not a name: " },
	{ BASE ",\"first\":\"soon\"", "pull.first: not a time" },
	{ BASE ",\"lookback\":-1", "pull.lookback: " },
	{ BASE ",\"window\":1", "pull.window: " },
	{ BASE ",\"tries\":11", "pull.tries: " },
	{ BASE ",\"longest\":0", "pull.longest: " },
	{ BASE ",\"headers\":{\"a b\":\"\"}",
	    "pull.headers.a b: not the name" },
	{ BASE ",\"timeout\":0", "pull.timeout: " },
	{ BASE ",\"ca\":\"x\"", "pull.ca: not an absolute path" },
	{ BASE ",\"time\":{\"format\":\"DD\"}", "has no YYYY, MM or DD" },
	{ BASE ",\"time\":{\"zone\":\"IST\"}",
	    "pull.time.zone: there is no such zone in" },
	{ BASE ",\"quota\":{\"header\":\"X\"}", "header and key are both" },
	{ BASE ",\"session\":{\"header\":\"a b\"}",
	    "not the name of a header" },
	{ BASE ",\"error\":{\"code\":\"x\"}", "'x' is not a JSON Pointer" },
	{ BASE ",\"error\":{\"soon\":\"x\"}", "pull.error.soon" },
	{ BASE ",\"gone\":\"yes\"", "pull.gone: " },
	{ BASE ",\"changes\":[]", "not a list of up to 16 queries" },
	{ BASE ",\"changes\":[{}]", "pull.changes[0]: there is no url" },
	{ BASE ",\"changes\":[{\"url\":\"https://b/\"}]",
	    "it does not begin with {base}" },
	{ BASE ",\"changes\":[{\"url\":\"{base}{x}\"}]",
	    "{x}: there is no such name" },
	{ BASE ",\"changes\":[{\"url\":\"{base}\",\"rows\":\"x\"}]",
	    "not a JSON Pointer" },
	{ BASE ",\"changes\":[{\"url\":\"{base}\",\"xml\":true}]",
	    "with xml, 'rows' is needed" },
	{ BASE ",\"changes\":[{\"url\":\"{base}\",\"xml\":true,\"rows\":"
	    "\"/a\"}]", "not a path of local names" },
	{ BASE ",\"changes\":[{\"url\":\"{base}\",\"done\":\"/d\"}]",
	    "it needs 'next'" },
	{ BASE ",\"changes\":[{\"url\":\"{base}\",\"offset\":{}}]",
	    "there is no limit" },
	{ BASE ",\"changes\":[{\"url\":\"{base}\",\"offset\":{\"limit\":1},"
	    "\"next\":\"/n\"}]", "not together with next or pages" },
	{ BASE ",\"changes\":[{\"url\":\"{base}\",\"ok\":{\"from\":\"/s\"}}]",
	    "from and is are both needed" },
	{ BASE ",\"changes\":[{\"url\":\"{base}\",\"keys\":true}]",
	    "'keys' needs 'key'" },
	{ BASE ",\"changes\":[{\"url\":\"{base}\",\"keys\":true,\"key\":"
	    "\"/k\"}]", "a query with 'keys' needs 'one'" },
	{ BASE ",\"one\":{\"url\":\"{base}\"}", "pull.one: there is no 'key'" },
	{ BASE ",\"changes\":[{\"url\":\"{base}\",\"key\":\"@id\"}]",
	    "pull.changes[0].key: not a pointer" },
	{ BASE ",\"changes\":[{\"url\":\"{base}\",\"key\":\"/a/[b]\"}]",
	    "pull.changes[0].key: a step in brackets is [NAME=TEXT]" },
	{ BASE ",\"one\":{\"url\":\"{base}\",\"key\":\"/k\",\"keys\":true}",
	    "pull.one: its rows are the records: 'keys' has no meaning here" },
	{ BASE ",\"changes\":[{\"url\":\"{base}\",\"params\":[]}]",
	    "pull.changes[0].params: not an object of up to 32 texts" },
	{ BASE ",\"changes\":[{\"url\":\"{base}\",\"ago\":-1}]",
	    "pull.changes[0].ago: " },
	{ BASE ",\"parts\":{}", "it needs 'one', the record" },
	{ BASE ONE ",\"parts\":{\"of\":\"/a\"}",
	    "of, name, into and query are all needed" },
	{ BASE ONE ",\"parts\":{\"of\":\"a\",\"name\":\"/n\",\"into\":\"/i\","
	    "\"query\":{\"url\":\"{base}\"}}",
	    "of and name must be JSON Pointers" },
	{ BASE ONE ",\"parts\":{\"of\":\"/a\",\"name\":\"/n\",\"into\":\"\","
	    "\"query\":{\"url\":\"{base}\"}}",
	    "pull.parts.into: not a JSON Pointer of plain names" },
	{ BASE ONE ",\"parts\":{\"of\":\"/a\",\"name\":\"/n\",\"into\":\"/i\","
	    "\"query\":{\"url\":\"{base}\",\"key\":\"/k\",\"keys\":true}}",
	    "pull.parts.query: its rows are the parts: 'keys' has no meaning "
	    "here" },
	{ BASE ",\"some\":{\"most\":2}", "most and query are both needed" },
	{ BASE ",\"some\":{\"most\":2,\"query\":{\"url\":\"{base}\"}}",
	    "pull.some.query: there is no 'key'" },
	{ BASE ONE ",\"some\":{\"most\":2,\"query\":{\"url\":\"{base}\","
	    "\"key\":\"/k\",\"keys\":true}}", "its rows are the records: "
	    "'keys' has no meaning here" },
	{ BASE ",\"missed\":[{\"name\":\"a\"}]", "there is no 'some'" },
	{ BASE ONE SOME ",\"index\":[" Q "]", "pull.index: each query needs "
	    "key and stamp" },
	{ BASE SOME ",\"index\":[{\"url\":\"{base}\",\"key\":\"/k\",\"stamp\":"
	    "\"/s\"}]", "pull.index: it needs 'some' and 'one'" },
	{ BASE ONE SOME ",\"index\":[{\"url\":\"{base}\",\"key\":\"/k\","
	    "\"stamp\":\"/s\",\"keys\":true}]",
	    "pull.index: its rows are keys anyway: leave 'keys' out" },
	{ BASE SOME ",\"missed\":[{\"name\":\"a\",\"covered\":\"/c\","
	    "\"query\":{\"url\":\"{base}\",\"key\":\"/k\",\"keys\":true}}]",
	    "pull.missed[0].query: its rows are keys anyway: leave 'keys' "
	    "out" },
	{ BASE ONE ",\"parts\":{\"of\":\"/a\",\"name\":\"/n\",\"into\":\"/i\","
	    "\"query\":{\"url\":\"{base}\",\"key\":\"/k\"}}" SOME,
	    "pull.some: not with 'parts': a record with parts is read by "
	    "'one'" },
	{ BASE SOME ",\"missed\":[]", "not a list of up to 8 lists" },
	{ BASE SOME ",\"missed\":[{}]", "it needs a name" },
	{ BASE SOME ",\"missed\":[{\"name\":\"a\"}]",
	    "query and covered are both needed" },
	{ BASE SOME ",\"missed\":[{\"name\":\"a\",\"covered\":\"/c\","
	    "\"query\":{\"url\":\"{base}\"}}]",
	    "pull.missed[0].query: there is no 'key'" },
	{ BASE SOME ",\"missed\":[{\"name\":\"a\",\"covered\":\"c\"}]",
	    "pull.missed[0].covered: not a JSON Pointer" },
	{ BASE SOME ",\"missed\":[{\"name\":\"a\",\"covered\":\"/c\","
	    "\"every\":60}]", "pull.missed[0].every: " },
	{ BASE SOME ",\"missed\":[{\"name\":\"a\",\"covered\":\"/c\","
	    "\"query\":{\"url\":\"{base}\",\"key\":\"\"}},"
	    "{\"name\":\"a\",\"covered\":\"/c\","
	    "\"query\":{\"url\":\"{base}\",\"key\":\"\"}}]",
	    "pull.missed[1]: another list has this name" },
	{ BASE ",\"changes\":[{\"url\":\"{base}\",\"method\":\"PUT\"}]",
	    "pull.changes[0].method: " },
	{ "\"command\":[]", "pull.command: " },
	{ "\"command\":[\"\"]", "pull.command: empty command" },
	{ "\"command\":\"a\"", "pull.command: not a list" },
	{ "\"command\":[\"a\"],\"base\":\"https://a\"", "pull.base" },
	{ "\"command\":[\"a\"],\"key\":\"x\"", "pull.key: not a JSON Pointer" },
};

int
main(void)
{
	size_t i;
	const char *said;

	test_defaults();
	test_all();
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		said = load(bad[i][0]);
		if (!ok(strstr(said, bad[i][1]) != NULL &&
		    strncmp(said, "sources/crm.json:1:", 19) == 0,
		    "refused: %s", bad[i][0]))
			printf("# said %s\n", said);
	}
	config_free(config);
	return done_testing();
}
