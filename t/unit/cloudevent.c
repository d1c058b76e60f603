#include "common/cloudevent.h"

#include <stdlib.h>

#include "t/unit/post.h"

#define NO_TIME "attribute 'time' is not an RFC 3339 time, such as " \
    "2026-01-31T09:30:00Z"

static void
structured(void)
{
	static const struct {
		const char *body, *why;
	} bad[] = {
		{ "[]", "not a JSON object" },
		{ "{\"id\":\"7\",\"source\":\"/crm\",\"type\":\"t\"}",
		    "attribute 'specversion' is missing" },
		{ "{\"specversion\":\"1.0\",\"source\":\"/\",\"type\":\"t\"}",
		    "attribute 'id' is missing" },
		{ "{\"specversion\":\"1.0\",\"id\":null,\"source\":\"/\","
		    "\"type\":\"t\"}", "attribute 'id' is missing" },
		{ "{\"specversion\":\"1.0\",\"id\":\"\",\"source\":\"/\","
		    "\"type\":\"t\"}", "attribute 'id' is empty" },
		{ "{\"specversion\":\"1.0\",\"id\":7,\"source\":\"/\","
		    "\"type\":\"t\"}", "attribute 'id' is not a string" },
		{ "{\"specversion\":\"0.3\",\"id\":\"7\",\"source\":\"/\","
		    "\"type\":\"t\"}", "attribute 'specversion' is not 1.0" },
		{ "{\"specversion\":\"1.0\",\"id\":\"7\",\"source\":\"a b\","
		    "\"type\":\"t\"}",
		    "attribute 'source' is not a URI reference" },
		{ "{\"specversion\":\"1.0\",\"id\":\"7\",\"source\":\"/\","
		    "\"type\":\"a\\tb\"}", "attribute 'type' holds a character "
		    "that is not allowed" },
		{ "{" EVENT ",\"time\":\"2026-02-30T00:00:00Z\"}",
		    NO_TIME },
		{ "{" EVENT ",\"time\":\"2026-02-03\"}",
		    NO_TIME },
		{ "{" EVENT ",\"subject\":\"\"}",
		    "attribute 'subject' is empty" },
		{ "{" EVENT ",\"dataschema\":\"x\"}",
		    "attribute 'dataschema' is not an absolute URI" },
		{ "{" EVENT ",\"My_ext\":\"x\"}", "'My_ext' is not the name of "
		    "an attribute: these have only lower-case letters and "
		    "digits" },
		{ "{" EVENT ",\"ext\":{}}", "attribute 'ext' must be a string, "
		    "an integer or a boolean" },
		{ "{" EVENT ",\"ext\":2147483648}",
		    "attribute 'ext' must be an integer of 32 bits" },
		{ "{" EVENT ",\"ext\":1.5}",
		    "attribute 'ext' must be an integer of 32 bits" },
		{ "{" EVENT ",\"ext\":\"\xef\xbf\xbf\"}", "attribute 'ext' "
		    "holds a character that is not allowed" },
		{ "{" EVENT ",\"data\":null,\"data_base64\":\"\"}",
		    "data and data_base64 must not both be given" },
		{ "{" EVENT ",\"data_base64\":1}",
		    "data_base64 is not a string" },
		{ "{" EVENT ",\"data_base64\":\"e30\"}",
		    "body: data_base64 is not base64" },
		{ "{" EVENT ",\"data_base64\":\"*\"}",
		    "body: data_base64 is not base64" },
		{ "{" EVENT ",\"data_base64\":\"e30=e30=\"}",
		    "body: data_base64 is not base64" },
		{ "{" EVENT ",\"data_base64\":\"eyJ4Og==\"}",
		    "body: line 1, column 5: string does not end" },
		{ "{" EVENT ",\"datacontenttype\":\"text/plain\",\"data\":{}}",
		    "data must be a string, because datacontenttype is "
		    "'text/plain', which is not JSON" },
		{ "{" EVENT ",\"datacontenttype\":\"json\"}",
		    "attribute 'datacontenttype' is not a media type" },
		{ "{" EVENT "", "line 1 column 57: the text ends too early" },
	};
	static const char good[] = " {" EVENT ",\"time\":"
	    "\"1985-04-12t23:20:50.52-08:00\",\"subject\":null,\"n\":-1,"
	    "\"b\":true,\"data\":{\"a\":1}} ";
	size_t i;

	source();
	is_int(post(good, type(CE "; charset=utf-8")), 0, "an event is taken");
	ok(nrow == 1 && body_is(0, good), "... as it came");
	is_str(row[0].content_type, CE, "... under the plain type");
	is_str(row[0].event_id, "/crm 7", "... source and id are its id");
	is_int(post("{\"specversion\":\"1.0\",\"id\":\"7\",\"source\":\"crm\","
	    "\"type\":\"t\"}", type("Application/CloudEvents+JSON")), 0,
	    "an event without data is taken");
	is_str(row[0].event_id, "7", "... the hook's own id stands alone");
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
		refused(post(bad[i].body, type(CE)), 400, bad[i].why);
}

static void
batch(void)
{
	char *many;
	size_t i;

	source();
	is_int(post("[]", type(BATCH)), 0, "an empty batch is taken");
	is_int(nrow, 0, "... and holds nothing");
	is_int(post("[ {" EVENT "} , {\"id\":\"8\",\"type\":\"t\",\"source\":"
	    "\"crm\",\"specversion\":\"1.0\"}]", type(BATCH)), 0,
	    "a batch is taken");
	is_int(nrow, 2, "... event by event");
	ok(body_is(0, "{" EVENT "}"), "... each its exact slice");
	is_str(row[0].event_id, "/crm 7", "... with its id");
	is_str(row[1].event_id, "8", "... each by the rule");
	is_str(row[1].content_type, CE, "... as an event of its own");
	refused(post("{" EVENT "}", type(BATCH)), 400,
	    "a batch of CloudEvents must be a JSON array");
	refused(post("[{" EVENT "},{\"id\":\"8\"}]", type(BATCH)), 400,
	    "event 2: attribute 'source' is missing");
	refused(post("[{" EVENT "},1]", type(BATCH)), 400,
	    "event 2: not a JSON object");
	many = malloc(2 * ENVELOPE_EVENTS + 4);
	many[0] = '[';
	for (i = 0; i <= ENVELOPE_EVENTS; i++)
		memcpy(many + 1 + 2 * i, "1,", 2);
	memcpy(many + 2 * i, "]", 2);
	refused(post(many, type(BATCH)), 413,
	    "the request holds 10001 events; at most 10000 are accepted");
	free(many);
}

static void
binary(void)
{
	source()->xml = 1;
	is_int(post(" {}", type(JSON), BINARY, "ce-subject",
	    "Euro%20%E2%82%AC%20%F0%9F%98%80", "ce-q", "\"a \\\"%62\\\\\""), 0,
	    "a binary event is taken");
	is_str(row[0].head, "{\"specversion\":\"1.0\",\"id\":\"7\","
	    "\"source\":\"/crm\",\"type\":\"t\",\"subject\":"
	    "\"Euro \xe2\x82\xac \xf0\x9f\x98\x80\",\"q\":\"a \\\"b\\\\\"}",
	    "... its attributes decoded");
	ok(body_is(0, " {}"), "... its body as it came");
	is_str(row[0].content_type, JSON, "... under its type");
	is_str(row[0].event_id, "/crm 7", "... with its id");
	is_int(post("<a/>", type("text/xml"), BINARY), 0, "also with XML");
	is_int(post("{}", type(JSON), BINARY, "ce-x", "100%2525 %c3%a9"), 0,
	    "decoding is done once, hexadecimal in either case");
	ok(strstr(row[0].head, "\"x\":\"100%25 \xc3\xa9\"") != NULL,
	    "... and no more");
	is_int(post("{}", BINARY, "X", "y"), 0, "... and without a type");
	refused(post("{", type(JSON), BINARY), 400,
	    "line 1 column 2: a key was expected");
	refused(post("{}", type(JSON), BINARY, "ce-x", "%C0%A0"), 400,
	    "attribute 'x' is not UTF-8");
	refused(post("{}", type(JSON), BINARY, "ce-x", "\xff"), 400,
	    "attribute 'x' is not UTF-8");
	refused(post("{}", type(JSON), BINARY, "ce-x", "%00"), 400,
	    "attribute 'x' is not UTF-8");
	refused(post("{}", type(JSON), BINARY, "ce-x", "%0A"), 400,
	    "attribute 'x' holds a character that is not allowed");
	refused(post("{}", type(JSON), BINARY, "ce-x", "5%"), 400,
	    "attribute 'x' has a % that two hexadecimal digits do not "
	    "follow");
	refused(post("{}", type(JSON), BINARY, "ce-x", "%2g"), 400,
	    "attribute 'x' has a % that two hexadecimal digits do not "
	    "follow");
	refused(post("{}", type(JSON), BINARY, "ce-x", "\"a"), 400,
	    "attribute 'x' is a quoted string that does not end");
	refused(post("{}", type(JSON), BINARY, "ce-x", "\"a\\"), 400,
	    "attribute 'x' is a quoted string that does not end");
	refused(post("{}", type(JSON), BINARY, "ce-x", "\"a\"b"), 400,
	    "attribute 'x' is a quoted string that does not end");
	refused(post("{}", type(JSON), BINARY, "ce-datacontenttype", JSON), 400,
	    "header 'ce-datacontenttype' is not allowed: Content-Type says "
	    "this");
	refused(post("{}", type(JSON), BINARY, "ce-my-ext", "x"), 400,
	    "header 'ce-my-ext' does not name an attribute (letters and "
	    "digits, not 'data')");
	refused(post("{}", type(JSON), BINARY, "ce-data", "x"), 400,
	    "header 'ce-data' does not name an attribute (letters and "
	    "digits, not 'data')");
	refused(post("{}", type(JSON), BINARY, "CE-ID", "8"), 400,
	    "header 'Ce-Id' is given more than once");
	refused(post("{}", type(JSON), BINARY, "ce-time", "now"), 400,
	    NO_TIME);
	refused(post("{}", type(JSON), "ce-id", "7"), 400,
	    "attribute 'source' is missing");
	refused(post("{}", type(JSON), "ce-id", "", "ce-source", "/"), 400,
	    "attribute 'id' is empty");
	/* CloudEvents' rules for webhooks (section 2.1) permit no request
	 * without a payload. */
	refused(post("", type(JSON), BINARY), 400, "the body is empty");
	is_int(post("{}", type(JSON), "ce-x", "%"), 0,
	    "a foreign ce- header makes no event");
}

/* The rules by themselves. */
static void
rules(void)
{
	static const struct {
		const char *text;
		int good;
	} time[] = {
		{ "2026-11-23T11:14:30Z", 1 },
		{ "2026-11-23t11:14:30.123456789z", 1 },
		{ "2024-02-29T23:59:60+23:59", 1 },
		{ "0001-01-01T00:00:00Z", 1 },
		{ "2026-11-23T11:14:30", 0 }, { "2026-11-23 11:14:30Z", 0 },
		{ "2026-11-23T11:14Z", 0 }, { "2026-11-23T11:14:30.Z", 0 },
		{ "2026-11-23T24:00:00Z", 0 }, { "2025-02-29T00:00:00Z", 0 },
		{ "2026-11-23T11:14:30+0530", 0 },
		{ "2026-11-23T11:14:30+24:00", 0 },
		{ "2026-11-23T11:14:30Zx", 0 }, { "", 0 }
	};
	static const char *const odd[] = { "\x1f", "\x7f", "\xc2\x80",
	    "\xc2\x9f", "\xef\xb7\x90", "\xef\xb7\xaf", "\xef\xbf\xbe",
	    "\xf0\x9f\xbf\xbf", "\xf4\x8f\xbf\xbe", "\xed\xa0\x80" };
	static const char fine[] = "a\xc2\xa0\xef\xb7\x8f\xef\xb7\xb0"
	    "\xef\xbf\xbd\xf0\x9f\x98\x80";
	size_t i;

	for (i = 0; i < sizeof time / sizeof time[0]; i++)
		is_int(cloudevent_time_ok(time[i].text, strlen(time[i].text)),
		    time[i].good, "time '%s'", time[i].text);
	for (i = 0; i < sizeof odd / sizeof odd[0]; i++)
		ok(!cloudevent_text_ok(odd[i], strlen(odd[i])),
		    "no String holds character %zu", i);
	ok(cloudevent_text_ok(fine, strlen(fine)), "... and their neighbours "
	    "may be there");
	ok(cloudevent_name_ok("abc09", 5) && !cloudevent_name_ok("", 0) &&
	    !cloudevent_name_ok("aB", 2) && !cloudevent_name_ok("data", 4) &&
	    !cloudevent_name_ok("a_b", 3), "names are letters and digits");
}

int
main(void)
{
	crypt_init();
	structured();
	batch();
	binary();
	rules();
	arena_release(&arena);
	return done_testing();
}
