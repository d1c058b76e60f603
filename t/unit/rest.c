/* How requests are built and answers are read, by source files. */
#include "common/rest.h"
#include "common/source.h"
#include "t/unit/conf_dir.h"
#include "t/unit/tap.h"

static struct config *config;
static struct arena arena;

/* The only request of a file with these members. */
static const struct rest_request *
request(const char *url, const char *members)
{
	char text[4096];
	const char *fault;

	snprintf(text, sizeof text, "{\"pull\":{\"base\":\"https://a\"},"
	    "\"push\":{\"kind\":\"rest\",\"rest\":{\"settings\":{\"t\":"
	    "\"a b\"},\"requests\":{\"r\":{\"on\":\"*\",\"url\":"
	    "\"{base}/%s\",%s}}}}}", url, members);
	config_free(config);
	config = NULL;
	conf_dir_begin();
	conf_file("sources/x.json", text);
	fault = conf_dir_load(&config);
	conf_dir_end();
	if (*fault != '\0') {
		printf("# %s\n", fault);
		exit(1);
	}
	return &config->source[0].push.rest->request[0];
}

static const char *
filled(const struct rest_request *q, const char *doc, int body)
{
	static struct buf out;
	struct map_made made = { { NULL, 0, 0 }, NULL, 0 };
	struct map_sight *s;
	struct err e;
	int rc;

	buf_clear(&out);
	if (map_sight_open(&s, doc, strlen(doc), &arena, &e) != 0)
		return "no JSON";
	rc = body ? map_body_fill(q->body, s, NULL, &made, &e) :
	    map_text_fill(q->url, s, &out, &e);
	if (rc != 0) {
		buf_clear(&out);
		buf_adds(&out, e.msg);
	} else if (body) {
		buf_add(&out, made.text.p, made.text.len);
	}
	map_made_release(&made);
	map_sight_close(s);
	return buf_str(&out);
}

static const struct {
	const char *body, *doc, *want;
} bodies[] = {
	{ "{\"a\":\"/x\",\"b\":\"/y\"}", "{\"x\":1}", "{\"a\":1}" },
	{ "{\"a\":\"/x\"}", "{\"x\":null}", "{\"a\":null}" },
	{ "[\"/x\",\"/y\",true,null,\"/z\"]", "{\"x\":\"q\\\"\",\"z\":[1]}",
	    "[\"q\\\"\",null,true,null,[1]]" },
	{ "{\"a\":{\"from\":\"/x\",\"required\":true}}", "{\"y\":1}",
	    "a: /x is not in the event" },
	{ "{\"a\":{\"from\":\"/x\",\"default\":\"d\"}}", "{}",
	    "{\"a\":\"d\"}" },
	{ "{\"a\":{\"from\":\"/x\",\"values\":{\"1\":\"one\"}}}", "{\"x\":2}",
	    "a: '2' (/x) is not listed in its values" },
	{ "{\"{t}\":{\"text\":\"<{/x}>{t}\"}}", "{\"x\":7}",
	    "{\"a b\":\"<7>a b\"}" },
	{ "{\"a\":{\"text\":\"{/x}\"}}", "{}", "'/x' is missing" },
	{ "{\"a\":{\"text\":\"{/x}\"}}", "{\"x\":{}}",
	    "'/x' is not a single value" },
	{ "{\"a\":{\"text\":\"T('{/x}')\",\"escape\":\"quote\"}}",
	    "{\"x\":\"o'b\"}", "{\"a\":\"T('o''b')\"}" },
	{ "{\"a\":{\"text\":\"{/x}\",\"escape\":\"url\"}}",
	    "{\"x\":\"a+b/\\u00e9\"}", "{\"a\":\"a%2Bb%2F%C3%A9\"}" },
	{ "{\"object\":{\"from\":\"/x\",\"text\":\"/x\"}}", "{\"x\":1}",
	    "{\"from\":1,\"text\":1}" },
	{ "{\"a\":{\"from\":\"/x\",\"write\":\"odata\"}}",
	    "{\"x\":\"2026-01-01T00:00:00Z\"}",
	    "{\"a\":\"/Date(1767225600000)/\"}" },
	{ "{\"a\":{\"from\":\"/x\",\"write\":\"epoch_s\"}}",
	    "{\"x\":\"1969-12-31T23:59:59.5Z\"}", "{\"a\":-1}" },
	{ "{\"a\":{\"from\":\"/x\",\"write\":\"DD-MM-YYYY HH:mm:ss\","
	    "\"zone\":\"+05:30\"}}", "{\"x\":\"2025-12-31T20:00:00Z\"}",
	    "{\"a\":\"01-01-2026 01:30:00\"}" },
	{ "{\"a\":{\"from\":\"/x\",\"as\":\"date\",\"write\":\"DD.MM.YYYY\","
	    "\"zone\":\"+05:30\"}}", "{\"x\":\"1990-02-28\"}",
	    "{\"a\":\"28.02.1990\"}" },
	{ "{\"a\":{\"from\":\"/x\",\"write\":\"epoch_ms\"}}",
	    "{\"x\":\"soon\"}", "a: 'soon' (/x) is not a time" },
	{ "{\"a\":{\"from\":\"/x\",\"as\":\"absolute\"}}", "{\"x\":-5}",
	    "{\"a\":5}" },
	{ "{\"a\":{\"from\":\"/x\",\"as\":\"absolute\"}}", "{\"x\":\"b\"}",
	    "a: 'b' (/x) is not a number" },
};

static void
test_bodies(void)
{
	const struct rest_request *q;
	char members[512];
	size_t i;

	for (i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
		snprintf(members, sizeof members, "\"body\":%s",
		    bodies[i].body);
		q = request("t", members);
		is_str(filled(q, bodies[i].doc, 1), bodies[i].want, "%s",
		    bodies[i].body);
	}
	q = request("t/{t}/{/id}", "\"batch\":1");
	is_str(filled(q, "{\"id\":\"a/b\"}", 0), "https://a/t/a%20b/a%2Fb",
	    "an address");
	is_str(filled(q, "{\"id\":\"..\"}", 0),
	    "'/id': '..' cannot be part of a URL", "dots alone");
	is_str(filled(q, "{\"id\":\"\"}", 0),
	    "'/id': '' cannot be part of a URL", "an empty part");
}

/* The verdict as text: of the answer, or of each of n rows. */
static const char *
judged(const struct rest_request *q, int status, const char *body, size_t n)
{
	static const char *const word[] = { "ok", "transient", "dead",
	    "unknown", "strange", "token", "quota", "status", "each" };
	static char out[256];
	struct rest_verdict all, v[8];
	size_t i;

	rest_judge(&q->answer, status, body, strlen(body), &arena, &all, v,
	    n);
	snprintf(out, sizeof out, "%s", word[all.end]);
	for (i = 0; i < n && all.end == REST_EACH; i++) {
		strcat(out, " ");
		strcat(out, word[v[i].end]);
	}
	return out;
}

#define ANSWER "\"answer\":{\"ok\":\"/ok\",\"error\":\"/e\"," \
	"\"fault\":\"/f\",\"final\":{\"from\":\"/m\",\"contains\":\"never\"}," \
	"\"done\":\"D\",\"transient\":[\"T\",\"420\"],\"token\":\"K\"," \
	"\"quota\":[\"Q\",\"429\"]"
#define ROWS "\"batch\":8,\"body\":{\"rows\":1}," \
	ANSWER ",\"results\":\"/r\"}"
#define INDEX "\"batch\":8,\"body\":{\"rows\":1}," \
	ANSWER ",\"results\":\"/r\",\"index\":\"/i\"}"

static const struct {
	int status;
	const char *body, *want;
} singles[] = {
	{ 200, "{\"ok\":true}", "ok" }, { 201, "{\"ok\":1}", "ok" },
	{ 204, "", "ok" }, { 200, "", "strange" },
	{ 200, "<html>", "strange" }, { 200, "{}", "dead" },
	{ 200, "{\"ok\":false,\"e\":\"D\"}", "ok" },
	{ 200, "{\"ok\":false,\"e\":\"T\"}", "transient" },
	{ 200, "{\"ok\":false,\"e\":\"K\"}", "token" },
	{ 200, "{\"ok\":false,\"e\":\"Q\"}", "quota" },
	{ 200, "{\"ok\":false,\"e\":\"X\"}", "dead" },
	{ 200, "{\"f\":\"K\"}", "token" },
	{ 300, "", "dead" }, { 301, "", "status" }, { 400, "", "status" },
	{ 400, "{\"f\":\"T\"}", "transient" }, { 400, "{\"f\":\"D\"}", "ok" },
	{ 400, "{\"f\":\"X\"}", "status" }, { 401, "{\"f\":\"K\"}", "token" },
	{ 401, "{\"m\":\"it never will\",\"f\":\"K\"}", "dead" },
	{ 403, "{\"f\":\"Q\"}", "quota" }, { 420, "no", "transient" },
	{ 429, "", "quota" }, { 503, "{\"f\":7}", "status" },
};

static const struct {
	int status;
	const char *body, *want;
} several[] = {
	{ 200, "{\"r\":[{\"ok\":1},{\"e\":\"X\"},{\"e\":\"T\"}]}",
	    "each ok dead transient" },
	{ 200, "{\"r\":[{\"ok\":1}]}", "each ok unknown unknown" },
	{ 200, "{\"r\":[]}", "each unknown unknown unknown" },
	{ 200, "{\"r\":[{\"ok\":1},{\"ok\":1},{\"ok\":1},{\"e\":\"X\"}]}",
	    "each ok ok ok" },
	{ 200, "{\"r\":[1,null,\"a\"]}", "each dead dead dead" },
	{ 200, "{\"r\":{}}", "strange" }, { 200, "[]", "strange" },
	{ 204, "", "strange" }, { 400, "{\"f\":\"D\"}", "status" },
	{ 400, "{\"f\":\"T\"}", "transient" },
};

static const char *const placed[][2] = {
	{ "{\"r\":[{\"i\":2,\"ok\":1},{\"i\":0,\"e\":\"X\"}]}",
	    "each dead unknown ok" },
	{ "{\"r\":[{\"i\":1,\"ok\":1},{\"i\":1,\"e\":\"X\"}]}",
	    "each unknown unknown unknown" },
	{ "{\"r\":[{\"i\":3,\"ok\":1},{\"i\":-1,\"ok\":1},{\"ok\":1},"
	    "{\"i\":\"1x\",\"ok\":1}]}", "each unknown unknown unknown" },
};

static void
test_answers(void)
{
	const struct rest_request *q;
	size_t i;

	q = request("t", ANSWER "}");
	for (i = 0; i < sizeof singles / sizeof singles[0]; i++)
		is_str(judged(q, singles[i].status, singles[i].body, 1),
		    singles[i].want, "%d %s", singles[i].status,
		    singles[i].body);
	q = request("t", ROWS);
	for (i = 0; i < sizeof several / sizeof several[0]; i++)
		is_str(judged(q, several[i].status, several[i].body, 3),
		    several[i].want, "of three: %d %s", several[i].status,
		    several[i].body);
	q = request("t", INDEX);
	for (i = 0; i < sizeof placed / sizeof placed[0]; i++)
		is_str(judged(q, 200, placed[i][0], 3), placed[i][1],
		    "by its index: %s", placed[i][0]);
}

int
main(void)
{
	test_bodies();
	test_answers();
	config_free(config);
	arena_release(&arena);
	return done_testing();
}
