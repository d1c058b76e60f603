#include "t/unit/post.h"
#include "t/unit/soap.h"

static const char *const one_path[] = { "/id" };
static const char *const two_paths[] = { "/a", "/b" };
static const char *const by_header[] = { "@x-id" };
static struct id_way ways[] = {
	{ (const char **)one_path, 1, 0 }, { (const char **)two_paths, 2, 1 },
	{ (const char **)by_header, 1, 0 }
};

static void
media_types(void)
{
	char long_type[258];

	memset(long_type, 'x', 257);
	memcpy(long_type, JSON " ;", sizeof JSON + 1);
	long_type[257] = '\0';
	source();
	is_int(post("{}", type(JSON)), 0, "JSON is taken");
	ok(nrow == 1 && body_is(0, "{}"), "... as it came");
	is_str(row[0].content_type, JSON, "... with its type");
	is_str(row[0].source, "crm", "... from its source");
	ok(row[0].head == NULL && row[0].received_at ==
	    INT64_C(1790000000000000), "... at its time");
	ok(id_number(row[0].event_id) > 0, "... under an id of loya");
	is_int(post("[1]", type(" Application/Scim+JSON ; charset=utf-8 ")), 0,
	    "any +json is taken");
	is_str(row[0].content_type, "Application/Scim+JSON ; charset=utf-8",
	    "... and kept as it came");
	is_int(post("{}", "X", "y"), 0, "JSON without a type is taken");
	is_str(row[0].content_type, JSON, "... as JSON");
	refused(post("x=1", "X", "y"), 415, "Content-Type is missing, "
	    "and the body is not JSON");
	refused(post("{}", type("text/plain")), 415,
	    "this Content-Type is not accepted here");
	refused(post("{}", type("x+json")), 415,
	    "this Content-Type is not accepted here");
	is_int(post("{}", type("a/b+json; x=\"\xc2\x85\"")), 415,
	    "a type that no line can have is not taken");
	is_int(post("{}", type(long_type)), 415, "nor is one of 257 bytes");
	long_type[256] = '\0';
	is_int(post("{}", type(long_type)), 0, "one of 256 is");
	is_int(post("payload=%7B%7D",
	    type("application/x-www-form-urlencoded")), 415,
	    "a form is not taken");
	is_int(post("<a/>", type("text/xml")), 415, "XML is not taken");
	is_int(post("{}", type("application/cloudevents+avro")), 415,
	    "CloudEvents in another format are not taken");
	is_int(post("{}", type("application/cloudevents")), 415,
	    "... nor without one");
	is_int(post("{}", type(JSON), "Content-Encoding", "gzip"), 415,
	    "a coded body is not taken");
	is_int(post("{}", type(JSON), "content-encoding", "identity"), 0,
	    "identity is not a coding");
	is_int(post("{}", type(JSON), "Content-Encoding", ""), 0,
	    "nor is an empty one");
	is_int(post("{}", type(JSON), "Content-Encoding", ", Identity,"), 0,
	    "nor is a list of that");
	is_int(post("{}", type(JSON), "Content-Encoding", "identity,br"), 415,
	    "a list with another one is one");
	refused(post("{}", type(JSON), type(JSON)), 400,
	    "Content-Type is given more than once");
	refused(post("", type(JSON)), 400, "the body is empty");
	refused(post("{\"a\":1,\n \"a\":2}", type(JSON)), 400,
	    "line 2 column 3: the same key twice");
	refused(post("{} x", type(JSON)), 400,
	    "line 1 column 4: there is text after the end of the value");
	refused(post_n("{\"a\":\"\0\"}", 9, type(JSON), NULL), 400,
	    "line 1 column 7: control character in a string");
	ok(row == NULL && nrow == 0, "nothing comes of a refused request");
	source()->text = 1;
	is_int(post("ping", type("text/plain")), 0, "a text is taken if asked");
	refused(post("\xff", type("text/plain")), 400,
	    "the body is not UTF-8");
}

static void
headers(void)
{
	static const char *const kept[] = { "x-id", "subject", "x-none" };
	struct receive *r = source();

	r->headers = (const char **)kept;
	r->nheaders = 3;
	is_int(post("{}", type(JSON), "X-Id", "5", "x-other", "n"), 0, "post");
	is_str(row[0].head, "{\"x-id\":\"5\"}", "asked headers are kept");
	post("{}", type(JSON), "X-Id", "5", "x-id", "\xff\"6");
	is_str(row[0].head, "{\"x-id\":\"5, \xef\xbf\xbd\\\"6\"}",
	    "... as a list, as UTF-8");
	post("{}", type(JSON));
	is_str(row[0].head, NULL, "... or nothing");
	post("{}", type(JSON), BINARY, "ce-subject", "s", "Subject", "h",
	    "X-Id", "5");
	is_str(row[0].head, "{\"specversion\":\"1.0\",\"id\":\"7\","
	    "\"source\":\"/crm\",\"type\":\"t\",\"subject\":\"s\","
	    "\"x-id\":\"5\"}", "... after the attributes, which go first");
	post("{" EVENT "}", type(CE), "x-id", "5");
	is_str(row[0].head, "{\"x-id\":\"5\"}", "... also for a whole event");
}

static void
ids(void)
{
	static const char *const kept[] = { "x-id" };
	struct receive *r = source();
	char text[700];

	r->id = ways;
	r->nid = 3;
	r->headers = (const char **)kept;
	r->nheaders = 1;
	post("{\"id\":\"e1\",\"a\":1,\"b\":2}", type(JSON));
	is_str(row[0].event_id, "e1", "the first way is taken");
	post("{\"id\":\"\",\"a\":12345678901234567890,\"b\":true}", type(JSON));
	is_str(row[0].event_id, "join-a9e0848b64a45a90ed2fa9cd9d9ce750",
	    "... else the next, a hash of its parts");
	post("{\"id\":{},\"a\":1}", type(JSON), "x-id", "h1");
	is_str(row[0].event_id, "h1", "... else a header");
	post("{}", type(JSON));
	ok(id_number(row[0].event_id) > 0, "... else one is made");
	post("{" EVENT ",\"data\":{\"id\":\"e1\"}}", type(CE));
	is_str(row[0].event_id, "e1", "an event's data is looked into");
	post("{" EVENT ",\"data\":{}}", type(CE));
	is_str(row[0].event_id, "/crm 7", "... else it has its own id");
	post("{" EVENT ",\"data\":{}}", type(CE), "X-Id", "h1");
	is_str(row[0].event_id, "h1", "... but not before a header");
	post("{" EVENT ",\"xid\":\"x\",\"data\":{}}", type(CE), "x-id", "h1");
	is_str(row[0].event_id, "h1", "... whatever attributes it has");
	post("[{" EVENT "},{" EVENT "}]", type(BATCH), "x-id", "h1");
	ok(nrow == 2 && strcmp(row[1].event_id, "/crm 7") == 0,
	    "... and not in a batch, whose header names the delivery");
	is_str(row[1].head, "{\"x-id\":\"h1\"}", "... but is kept");
	post("{\"id\":\"a\\nb\"}", type(JSON));
	is_str(row[0].event_id, "sha256:7e18f737311b2dc3b2f269dd78396b03"
	    "51f14fb66efa879f768cb23181883c78",
	    "control characters become a hash");
	memset(text, 'x', sizeof text);
	memcpy(text, "{\"id\":\"", 7);
	memcpy(text + 7 + ENVELOPE_ID, "\"}", 3);
	post(text, type(JSON));
	is_int(strlen(row[0].event_id), ENVELOPE_ID, "512 bytes stay an id");
	memcpy(text + 8 + ENVELOPE_ID, "\"}", 3);
	text[7 + ENVELOPE_ID] = 'x';
	post(text, type(JSON));
	ok(strlen(row[0].event_id) == 71 &&
	    strncmp(row[0].event_id, "sha256:", 7) == 0, "513 become a hash");
}

/* One change in the four forms that it may come in. */
static void
wrappers(void)
{
#define CDC "{\"ChangeEventHeader\":{\"transactionKey\":\"0000ab12\"," \
	"\"sequenceNumber\":1}}"
	static const char *const root[] = { "/data/payload", "/payload",
	    "/detail/payload" };
	static const char *const part[] = { "/ChangeEventHeader/transactionKey",
	    "/ChangeEventHeader/sequenceNumber" };
	static const char *const body[] = { CDC, "{\"payload\":" CDC "}",
	    "{\"data\":{\"payload\":" CDC "},\"channel\":\"/data\"}",
	    "{\"id\":\"x\",\"detail\":{\"payload\":" CDC "}}" };
	struct id_way way = { (const char **)part, 2, 1 };
	struct receive *r = source();
	size_t i;

	r->root = (const char **)root;
	r->nroot = 3;
	r->id = &way;
	r->nid = 1;
	for (i = 0; i < 4; i++) {
		post(body[i], type(JSON));
		is_str(row[0].event_id, "join-0e00549b8f595b7fca45bdaa58b1c5a7",
		    "change in wrapper %d", (int)i + 1);
	}
}

static void
each_json(void)
{
	struct receive *r = source();
	static const char *const kept[] = { "x-id" };

	r->each = "/events";
	r->id = ways;
	r->nid = 3;
	r->headers = (const char **)kept;
	r->nheaders = 1;
	is_int(post("{\"events\":[ {\"id\":\"1\"} ,{\"id\" : 2}, 3]}",
	    type(JSON), "x-id", "h"), 0, "a body of several events is taken");
	is_int(nrow, 3, "... element by element");
	ok(body_is(0, "{\"id\":\"1\"}") && body_is(1, "{\"id\" : 2}") &&
	    body_is(2, "3"), "... each its exact slice");
	is_str(row[0].event_id, "1", "... with its own id");
	is_str(row[1].event_id, "2", "... each");
	is_str(row[2].event_id, "h 3", "... or the delivery's and its place");
	is_str(row[1].head, "{\"x-id\":\"h\"}", "... and the headers");
	post("{\"events\":{\"id\":\"1\"}}", type(JSON));
	ok(nrow == 1 && body_is(0, "{\"id\":\"1\"}"), "an object is one");
	is_int(post("{\"events\":[]}", type(JSON)), 0, "none is fine");
	is_int(nrow, 0, "... and makes no row");
	post("{\"id\":\"p\"}", type(JSON));
	ok(nrow == 1 && body_is(0, "{\"id\":\"p\"}"),
	    "a body without the list is one event");
	is_str(row[0].event_id, "p", "... with its id");
	post("{" EVENT ",\"data\":{\"events\":[1,2]}}", type(CE));
	is_int(nrow, 1, "a CloudEvent is one event");
	post("{\"events\":[1,2]}", type(JSON), BINARY);
	is_int(nrow, 1, "... in binary mode, too");
	r->each = "";
	post(" [{\"id\":\"1\"} , 2]", type(JSON));
	ok(nrow == 2 && body_is(0, "{\"id\":\"1\"}") && body_is(1, "2"),
	    "a body that is the list");
	is_str(row[0].event_id, "1", "... with its ids");
	post("{\"id\":\"p\"}", type(JSON));
	ok(nrow == 1 && body_is(0, "{\"id\":\"p\"}"), "... or is not a list");
}

static void
each_xml(void)
{
	static const char *const root[] = { "/Notification" };
	static const char *const part[] = { "/Id" };
	struct id_way way = { (const char **)part, 1, 0 };
	struct receive *r = source();

	r->xml = 1;
	r->each = "Envelope/Body/notifications/Notification";
	r->root = (const char **)root;
	r->nroot = 1;
	r->id = &way;
	r->nid = 1;
	r->org_place = "/Envelope/Body/notifications/OrganizationId";
	r->org_value = "00DZz0000000LoYMAU";
	r->org_prefix = 15;
	is_int(post(soap_outbound, type("text/xml; charset=UTF-8")), 0,
	    "an outbound message is taken");
	is_int(nrow, 2, "... notification by notification");
	is_str(row[0].event_id, "04lZz00000LoyaNIAR", "... with its id");
	is_str(row[1].event_id, "04lZz00000LoyaOIAR", "... each");
	ok(strncmp(row[1].body, "<Notification><Id>04l", 21) == 0 &&
	    strncmp(row[1].body + row[1].len - 15, "</Notification>", 15) == 0,
	    "... and its exact slice");
	is_str(row[1].content_type, "text/xml; charset=UTF-8",
	    "... under the same type");
	r->org_value = "00DZz0000000LoX";
	refused(post(soap_outbound, type("application/soap+xml")), 401,
	    "not authenticated");
	refused(post("<Envelope/>", type("text/xml")), 401,
	    "not authenticated");
	r->org_place = NULL;
	refused(post("<!DOCTYPE a><a/>", type("application/xml")), 400,
	    "line 1 column 12: a document type declaration is not "
	    "allowed");
	refused(post("<a>", type("text/xml")), 400,
	    "line 1 column 4: no element found");
	refused(post("<?xml version='1.0' encoding='ISO-8859-1'?><a/>",
	    type("text/xml")), 415,
	    "line 1 column 1: cannot be cut: not in UTF-8");
	post("<Envelope/>", type("text/xml"));
	is_int(nrow, 1, "a message without notifications is one event");
}

static void
organization(void)
{
	struct receive *r = source();

	r->org_place = "/org";
	r->org_value = "a1";
	is_int(post("{\"org\":\"a1\"}", type(JSON)), 0, "the right one");
	is_int(post("{\"org\":\"a12\"}", type(JSON)), 401, "a longer one");
	is_int(post("{\"org\":\"A1\"}", type(JSON)), 401, "another one");
	is_int(post("{\"org\":[\"a1\"]}", type(JSON)), 401, "two of them");
	is_int(post("{}", type(JSON)), 401, "none at all");
	is_int(post("{\"org\":\"a1\"", type(JSON)), 400, "half of it");
	is_int(post("{" EVENT ",\"data\":{\"org\":\"a1\"}}", type(CE)), 0,
	    "in an event's data");
	is_int(post("[{" EVENT ",\"data\":{\"org\":\"a1\"}},{" EVENT "}]",
	    type(BATCH)), 401, "in each event of a batch");
	r->each = "/e";
	is_int(post("{\"org\":\"a1\",\"e\":[1,2]}", type(JSON)), 0,
	    "once for a body of several");
	is_int(post("{\"e\":[{\"org\":\"a1\"}]}", type(JSON)), 401,
	    "... and not in one of them");
}

/* For a source whose XML bodies alone say where they come from. */
static void
organization_xml(void)
{
	struct receive *r = source();

	r->xml = r->org_xml = 1;
	r->org_place = "/r/org";
	r->org_value = "a1";
	is_int(post("<r><org>a1</org></r>", type("text/xml")), 0,
	    "XML, the right one");
	is_int(post("<r><org>a2</org></r>", type("text/xml")), 401,
	    "XML, another one");
	is_int(post("{}", type(JSON)), 0, "JSON is not asked");
	is_int(post("{" EVENT ",\"data\":{}}", type(CE)), 0,
	    "nor is an event of JSON");
	is_int(post("[{" EVENT ",\"data\":{}}]", type(BATCH)), 0,
	    "nor are several");
	is_int(post("{" EVENT ",\"datacontenttype\":\"text/xml\",\"data\":"
	    "\"<r><org>a1</org></r>\"}", type(CE)), 0,
	    "an event of XML, the right one");
	is_int(post("{" EVENT ",\"datacontenttype\":\"text/xml\",\"data\":"
	    "\"<r><org>a2</org></r>\"}", type(CE)), 401,
	    "an event of XML, another one");
}

int
main(void)
{
	crypt_init();
	media_types();
	headers();
	ids();
	wrappers();
	each_json();
	each_xml();
	organization();
	organization_xml();
	arena_release(&arena);
	return done_testing();
}
