/* Source files and loya.json: what they mean, and every complaint with its
 * place. */
#include "t/unit/tap.h"
#include "t/unit/conf_dir.h"

#include "common/json.h"
#include "common/map.h"

/* What is wrong with one source file x.json. */
static const char *
fault(const char *text)
{
	static char out[512];
	struct config *c;

	conf_dir_begin();
	conf_file("sources/x.json", text);
	snprintf(out, sizeof out, "%s", conf_dir_load(&c));
	if (*out == '\0')
		config_free(c);
	conf_dir_end();
	return out;
}

#define AUTH(more) "{\"receive\":{\"auth\":{" more "}}}"
#define HOOK(more) \
    "{\"receive\":{\"auth\":{\"kind\":\"bearer\"}," more "}}"
#define MAP(more) "{\"map\":{\"external_id\":\"/id\"," more "}}"

static const struct {
	const char *text, *fault;
} files[] = {
	{ "{}", "" },
	{ "{", "sources/x.json:1:2: a key was expected" },
	{ "[]", "sources/x.json:1:1: not an object" },
	{ "{\"profile\":\"plain\",\n \"profile\":\"plain\"}",
	    "sources/x.json:2:3: the same key twice" },
	{ "{\"profile\":\"none\"}",
	    "sources/x.json:1:12: profile: there is no profile 'none'" },
	{ "{\"profile\":\"_auth\"}",
	    "sources/x.json:1:12: profile: not the name of a profile" },
	{ "{\"profile\":7}",
	    "sources/x.json:1:12: profile: not the name of a profile" },
	{ "{\n\t\"recieve\": {}\n}",
	    "sources/x.json:2:13: recieve: no such key" },
	{ "{\"description\":[]}",
	    "sources/x.json:1:16: description: not a text" },
	{ "{\"pull\":7}", "sources/x.json:1:9: pull: not an object" },
	{ "{\"receive\":{}}", "sources/x.json:1:12: receive: a hook needs "
	    "authentication: 'auth', here or in the profile" },
	{ "{\"profile\":\"salesforce\"}", "" },
	{ "{\"profile\":\"salesforce\",\"receive\":{\"rate\":60}}",
	    "sources/x.json:1:35: receive: a hook needs authentication: "
	    "'auth', here or in the profile" },
	{ "{\"profile\":\"salesforce\",\"receive\":null}", "" },
	{ AUTH("\"kind\":\"magic\""), "sources/x.json:1:28: "
	    "receive.auth.kind: not one of none, hmac, standard-webhooks, "
	    "bearer, basic, header, mtls" },
	{ AUTH("\"header\":\"X\""),
	    "sources/x.json:1:20: receive.auth: there is no kind" },
	{ AUTH("\"preset\":\"acme\""), "sources/x.json:1:30: "
	    "receive.auth.preset: there is no such preset" },
	{ AUTH("\"preset\":\"github\",\"tolerance\":\"5\""),
	    "sources/x.json:1:51: receive.auth.tolerance: not a number" },
	{ AUTH("\"kind\":\"bearer\",\"header\":\"X\""),
	    "sources/x.json:1:46: receive.auth.header: no such key" },
	{ AUTH("\"kind\":\"hmac\""),
	    "sources/x.json:1:20: receive.auth: there is no header" },
	{ AUTH("\"kind\":\"hmac\",\"header\":\"a b\""),
	    "sources/x.json:1:44: receive.auth.header: not the name of a "
	    "header" },
	{ AUTH("\"kind\":\"hmac\",\"header\":\"X\",\"signed\":[\"id\"]"),
	    "sources/x.json:1:57: receive.auth.signed: the body is not "
	    "signed" },
	{ AUTH("\"kind\":\"hmac\",\"header\":\"X\",\"signed\":[\"body\","
	    "\".\"]"),
	    "sources/x.json:1:65: receive.auth.signed[1]: not one of "
	    "body, timestamp, id, method, url, secret; a fixed text is "
	    "{\"text\": \"...\"}" },
	{ AUTH("\"kind\":\"hmac\",\"header\":\"X\",\"signed\":[\"body\","
	    "\"timestamp\"]"),
	    "sources/x.json:1:57: receive.auth.signed: it has timestamp, but "
	    "there is no timestamp or timestamp_field" },
	{ AUTH("\"kind\":\"hmac\",\"header\":\"X\",\"timestamp\":\"T\""),
	    "sources/x.json:1:20: receive.auth.signed: the timestamp is "
	    "not signed" },
	{ AUTH("\"kind\":\"hmac\",\"header\":\"X\",\"tolerance\":60"),
	    "sources/x.json:1:60: receive.auth.tolerance: it needs timestamp "
	    "or timestamp_field" },
	{ AUTH("\"kind\":\"hmac\",\"header\":\"X\",\"algorithm\":"
	    "\"plain-sha256\""),
	    "sources/x.json:1:20: receive.auth.signed: a plain hash without "
	    "the secret is not a signature" },
	{ AUTH("\"kind\":\"hmac\",\"header\":\"X\",\"algorithm\":\"md5\""),
	    "sources/x.json:1:60: receive.auth.algorithm: not one of sha256, "
	    "sha512, plain-sha256" },
	{ AUTH("\"preset\":\"hubspot-v3\""),
	    "sources/x.json:1:20: receive.auth.signed: it has url, but there "
	    "is no 'url'" },
	{ AUTH("\"preset\":\"hubspot-v3\",\"url\":\"https://l.example/\""),
	    "sources/x.json:1:49: receive.auth.url: it ends in a slash, and "
	    "the path after it begins with one" },
	{ AUTH("\"preset\":\"hubspot-v3\",\"url\":\"l.example\""),
	    "sources/x.json:1:49: receive.auth.url: 'l.example': it does not "
	    "begin with https://" },
	{ AUTH("\"kind\":\"hmac\",\"header\":\"X\",\"field\":\"v1=\""),
	    "sources/x.json:1:56: receive.auth.field: 'v1=' is not the name of "
	    "a field" },
	{ AUTH("\"preset\":\"stripe\",\"timestamp_field\":\"t=\""),
	    "sources/x.json:1:57: receive.auth.timestamp_field: 't=' is not "
	    "the name of a field" },
	{ AUTH("\"kind\":\"basic\",\"user\":\"a:b\""),
	    "sources/x.json:1:43: receive.auth.user: a user name cannot "
	    "contain a colon" },
	{ AUTH("\"kind\":\"header\",\"header\":\"X\",\"query\":\"q\""),
	    "sources/x.json:1:20: receive.auth: exactly one of header, query "
	    "and pointer is needed" },
	{ AUTH("\"kind\":\"mtls\",\"certificate\":\"AB\""),
	    "sources/x.json:1:49: receive.auth.certificate: not a "
	    "SHA-256 in lower-case hexadecimal" },
	{ AUTH("\"kind\":\"mtls\",\"subject\":\"\""),
	    "sources/x.json:1:45: receive.auth.subject: empty" },
	{ AUTH("\"kind\":\"standard-webhooks\",\"tolerance\":0"),
	    "sources/x.json:1:60: receive.auth.tolerance: not from 1 to "
	    "86400" },
	{ HOOK("\"text\":\"some\""),
	    "sources/x.json:1:45: receive.text: not one of any" },
	{ HOOK("\"text\":7"),
	    "sources/x.json:1:45: receive.text: not true or false" },
	{ HOOK("\"id\":\"event_id\""),
	    "sources/x.json:1:43: receive.id: 'event_id': not a place: a "
	    "JSON Pointer begins with / and has ~ only as ~0 and ~1" },
	{ HOOK("\"id\":{\"join\":[]}"),
	    "sources/x.json:1:51: receive.id.join: an empty list" },
	{ HOOK("\"each\":\"/a/~\""),
	    "sources/x.json:1:45: receive.each: not a JSON Pointer (JSON "
	    "bodies), nor a path of names (XML bodies)" },
	{ HOOK("\"each\":\"a/b\""),
	    "sources/x.json:1:45: receive.each: not a JSON Pointer (JSON "
	    "bodies), nor a path of names (XML bodies)" },
	{ HOOK("\"xml\":true,\"each\":\"a/b\""), "" },
	{ HOOK("\"each\":\"\""), "" },
	{ HOOK("\"headers\":[\"X-Id\"]"),
	    "sources/x.json:1:48: receive.headers: 'X-Id' is not the "
	    "lower-case name of a header" },
	{ HOOK("\"headers\":[\"authorization\"]"),
	    "sources/x.json:1:48: receive.headers: 'authorization' holds "
	    "a secret and is not kept" },
	{ HOOK("\"headers\":[\"x-a\",\"x-b\",\"x-a\"]"),
	    "sources/x.json:1:48: receive.headers: 'x-a' is listed twice" },
	{ "{\"receive\":{\"auth\":{\"kind\":\"header\",\"header\":"
	    "\"X-Key\"},\"headers\":[\"x-id\",\"x-key\"]}}",
	    "sources/x.json:1:65: receive.headers: 'x-key' holds a secret and "
	    "is not kept" },
	{ "{\"profile\":\"plain\",\"receive\":{\"headers\":[\"x-a\"],"
	    "\"auth\":{\"kind\":\"bearer\"}}}", "" },
	{ HOOK("\"status\":404"),
	    "sources/x.json:1:47: receive.status: not from 200 to 299" },
	{ HOOK("\"answer\":{\"type\":\"text/xml\"}"),
	    "sources/x.json:1:47: receive.answer: type and body are both "
	    "needed" },
	{ HOOK("\"answer\":{\"type\":\"text/xml\",\"body\":\"<a/>\",\"other\":{"
	    "\"holds\":\"\",\"body\":\"<b/>\"}}"),
	    "sources/x.json:1:88: receive.answer.other: holds and body are "
	    "both needed" },
	{ HOOK("\"fault\":\"<x/>\""),
	    "sources/x.json:1:46: receive.fault: it needs 'answer'" },
	{ HOOK("\"organization\":{\"value\":\"1\"}"),
	    "sources/x.json:1:53: receive.organization: there is no place" },
	{ HOOK("\"organization\":{\"place\":\"/o\",\"value\":\"1\","
	    "\"prefix\":15}"),
	    "sources/x.json:1:75: receive.organization.value: empty, or "
	    "shorter than 'prefix'" },
	{ HOOK("\"secret\":\"a b\""),
	    "sources/x.json:1:47: receive.secret: not the name of a "
	    "secret" },
	{ HOOK("\"rate\":0"),
	    "sources/x.json:1:45: receive.rate: not from 1 to 1000000" },
	{ "{\"map\":{}}", "sources/x.json:1:8: map: there is no external_id" },
	{ "{\"map\":{\"external_id\":\"id\"}}", "sources/x.json:1:23: "
	    "map.external_id: 'id': not a place: a JSON Pointer begins with "
	    "/ and has ~ only as ~0 and ~1" },
	{ MAP("\"fields\":{\"member\":\"/m\"}"),
	    "sources/x.json:1:48: map.fields.member: neither a core "
	    "field nor a name that an attribute may have" },
	{ MAP("\"fields\":{\"email\":{\"as\":\"lower\"}}"),
	    "sources/x.json:1:47: map.fields.email: there is no 'from'" },
	{ MAP("\"fields\":{\"email\":{\"from\":\"/e\",\"as\":\"lowercase\"}}"),
	    "sources/x.json:1:65: map.fields.email.as: there is no conversion "
	    "'lowercase'" },
	{ MAP("\"fields\":{\"email\":{\"from\":\"/e\",\"to\":\"/f\"}}"),
	    "sources/x.json:1:65: map.fields.email.to: no such key" },
	{ MAP("\"fields\":{\"status\":{\"from\":\"/e\",\"values\":"
	    "{\"1\":\"on\"}}}"),
	    "sources/x.json:1:48: map.fields.status: one of its values "
	    "is not pending, active, suspended or closed" },
	{ MAP("\"fields\":{\"status\":{\"from\":\"/e\",\"default\":\"on\"}}"),
	    "sources/x.json:1:48: map.fields.status: its default is not "
	    "pending, active, suspended or closed" },
	{ MAP("\"fields\":{\"ended_at\":{\"from\":\"/e\",\"as\":\"date\","
	    "\"format\":\"D.M.Y\"}}"),
	    "sources/x.json:1:84: map.fields.ended_at.format: not made of YYYY "
	    "MM DD HH mm ss and separators" },
	{ MAP("\"fields\":{\"name\":{\"from\":\"/e\",\"format\":"
	    "\"YYYY\"}}"),
	    "sources/x.json:1:68: map.fields.name.format: only with date and "
	    "datetime" },
	{ MAP("\"fields\":{\"name\":{\"from\":\"/e\",\"separator\":\";\"}}"),
	    "sources/x.json:1:71: map.fields.name.separator: only with join "
	    "and set, and not empty" },
	{ MAP("\"fields\":{\"name\":[]}"),
	    "sources/x.json:1:46: map.fields.name: an empty list" },
	{ MAP("\"zone\":\"Asia/Nowhere\""),
	    "sources/x.json:1:36: map.zone: there is no such zone in "
	    "/usr/share/zoneinfo" },
	{ MAP("\"zone\":\"5:30\""), "sources/x.json:1:36: map.zone: neither "
	    "UTC nor a difference such as +05:30 nor a name such as "
	    "Europe/Berlin" },
	{ MAP("\"country\":\"+91\""),
	    "sources/x.json:1:39: map.country: not a country's calling code in "
	    "digits" },
	{ MAP("\"only\":{\"cleared\":\"/c\"}"),
	    "sources/x.json:1:36: map.only: there is no 'changed'" },
	{ MAP("\"thin\":{\"from\":\"/a\",\"is\":\"b\",\"ends\":\"c\"}"),
	    "sources/x.json:1:36: map.thin: a condition has only one test" },
	{ MAP("\"thin\":{\"is\":\"b\"}"),
	    "sources/x.json:1:36: map.thin: a condition needs 'from'" },
	{ MAP("\"thin\":[]"),
	    "sources/x.json:1:36: map.thin: not a list of conditions" },
	{ MAP("\"each\":\"@id\""),
	    "sources/x.json:1:36: map.each: not a JSON Pointer" },
	{ MAP("\"version\":{\"join\":[\"/a\"]}"),
	    "sources/x.json:1:47: map.version.join: not a list of two "
	    "values" },
	{ MAP("\"version\":\"@x-foo\""),
	    "sources/x.json:1:39: map.version: '@x-foo' is not a CloudEvents "
	    "attribute, and receive.headers does not keep it" },
	{ MAP("\"version\":{\"join\":[\"/a\",\"@x-foo\"]}"),
	    "sources/x.json:1:39: map.version: '@x-foo' is not a CloudEvents "
	    "attribute, and receive.headers does not keep it" },
	{ MAP("\"fields\":{\"name\":\"/n\",\"email\":[\"/e\",\"@x_e\"]}"),
	    "sources/x.json:1:59: map.fields.email: '@x_e' is not a "
	    "CloudEvents attribute, and receive.headers does not keep it" },
	{ MAP("\"thin\":{\"all\":[\"/a\",{\"from\":\"@x-t\",\"is\":\"1\"}]}"),
	    "sources/x.json:1:36: map.thin: '@x-t' is not a CloudEvents "
	    "attribute, and receive.headers does not keep it" },
	{ MAP("\"only\":{\"changed\":\"/c\",\"cleared\":\"@x-c\"}"),
	    "sources/x.json:1:36: map.only: '@x-c' is not a CloudEvents "
	    "attribute, and receive.headers does not keep it" },
	{ MAP("\"timeline\":{\"status\":\"/s\",\"ahead\":\"@x-a\"}"),
	    "sources/x.json:1:63: map.timeline.ahead: '@x-a' is not a "
	    "CloudEvents attribute, and receive.headers does not keep it" },
	{ MAP("\"timeline\":{\"status\":\"/s\",\"until\":\"@x-u\"}"),
	    "sources/x.json:1:63: map.timeline.until: '@x-u' is not a "
	    "CloudEvents attribute, and receive.headers does not keep it" },
	{ "{\"map\":{\"forms\":{\"a\":{\"external_id\":\"@x-i\"}}}}",
	    "sources/x.json:1:37: map.forms.a.external_id: '@x-i' is not a "
	    "CloudEvents attribute, and receive.headers does not keep it" },
	{ MAP("\"version\":\"@loyaseq\",\"time\":\"@received_at\""), "" },
	{ "{\"receive\":{\"auth\":{\"kind\":\"none\"},\"headers\":[\"x-foo\"]},"
	    "\"map\":{\"external_id\":\"/i\",\"version\":\"@x-foo\"}}", "" },
	{ MAP("\"fields\":{\"ended_at\":{\"from\":\"/e\","
	    "\"as\":\"day-after\"}}"),
	    "sources/x.json:1:68: map.fields.ended_at.as: 'date' must come "
	    "before 'day-after'" },
	{ "{\"profile\":\"plain\",\"match\":[[\"name\",\"email\",\"name\"]]}",
	    "sources/x.json:1:45: match[0][2]: 'name' is in this rule twice" },
	{ MAP("\"canonical\":true,\"fields\":{\"name\":\"/n\"}"),
	    "sources/x.json:1:41: map.canonical: not together with fields, "
	    "timeline or version" },
	{ "{\"map\":{\"forms\":{\"a\":{\"forms\":{}}}}}",
	    "sources/x.json:1:31: map.forms.a.forms: a form cannot have "
	    "forms" },
	{ "{\"map\":{\"forms\":{\"a\":{\"external_id\":\"/i\",\n\"fields\":"
	    "{\"name\":7}}}}}",
	    "sources/x.json:2:18: map.forms.a.fields.name: not a text" },
	{ "{\"profile\":\"plain\",\"match\":[[\"grade\"]]}", "" },
	{ "{\"profile\":\"darwinbox\",\"match\":[[\"shoe\"]]}",
	    "sources/x.json:1:34: match[0][0]: 'shoe' is not a field that this "
	    "source maps" },
	{ "{\"profile\":\"darwinbox\",\"match\":[[\"status\"]]}",
	    "sources/x.json:1:34: match[0][0]: 'status' cannot identify a "
	    "person" },
	{ "{\"snapshot\":{\"missing\":\"suspend\",\"least\":1}}", "" },
	{ "{\"snapshot\":[]}", "sources/x.json:1:13: snapshot: not an object" },
	{ "{\"snapshot\":{\"missing\":\"close\"}}", "sources/x.json:1:24: "
	    "snapshot.missing: not one of list, suspend" },
	{ "{\"snapshot\":{\"least\":1.5}}", "sources/x.json:1:22: "
	    "snapshot.least: not from 0 to 1" },
	{ "{\"snapshot\":{\"least\":\"1\"}}", "sources/x.json:1:22: "
	    "snapshot.least: not a number" },
	{ "{\"snapshot\":{\"most\":1}}", "sources/x.json:1:21: "
	    "snapshot.most: no such key" },
	{ "{\"match\":[[1,2,3,4,5,6,7,8,9]]}",
	    "sources/x.json:1:11: match[0]: has more than 8 fields" },
	{ "{\"match\":[[]]}",
	    "sources/x.json:1:11: match[0]: not a list of field names" },
	{ "{\"push\":{\"kind\":\"mail\",\"on\":\"*\"}}",
	    "sources/x.json:1:17: push.kind: not one of webhook, rest, exec" },
	{ "{\"push\":{\"kind\":\"webhook\"}}",
	    "sources/x.json:1:9: push: there is no 'on'" },
	{ "{\"push\":{\"kind\":\"webhook\",\"on\":\"*\",\"exec\":{}}}",
	    "sources/x.json:1:43: push.exec: only with push.kind 'exec'" },
	{ "{\"profile\":\"darwinbox\",\"map\":{\"fields\":{\"email\":{\"as\":"
	    "\"e-mail\"}}}}",
	    "sources/x.json:1:55: map.fields.email.as: there is no conversion "
	    "'e-mail'" },
	{ "{\"receive\":{\"auth\":7}}",
	    "sources/x.json:1:20: receive.auth: not an object" },
	{ AUTH("\"kind\":\"hmac\",\"header\":\"X\",\"signed\":\"body\""),
	    "sources/x.json:1:57: receive.auth.signed: not a list of what "
	    "is signed" },
	{ AUTH("\"kind\":\"hmac\",\"header\":\"X\",\"signed\":[\"body\",{"
	    "\"text\":\"a\",\"header\":\"b\"}]"),
	    "sources/x.json:1:65: receive.auth.signed[1]: one of text and "
	    "header is needed, not both" },
	{ AUTH("\"kind\":\"hmac\",\"header\":\"X\",\"signed\":[\"timestamp\","
	    "\"body\"],\"timestamp_field\":\"t\""),
	    "sources/x.json:1:96: receive.auth.timestamp_field: it needs "
	    "'field'" },
	{ AUTH("\"kind\":\"header\",\"pointer\":\"a\""),
	    "sources/x.json:1:47: receive.auth.pointer: not a JSON Pointer" },
	{ HOOK("\"organization\":{\"place\":\"o\",\"value\":\"1\"}"),
	    "sources/x.json:1:62: receive.organization.place: 'o': not a "
	    "place: a JSON Pointer begins with / and has ~ only as ~0 and "
	    "~1" },
	{ HOOK("\"status\":204,\"answer\":{\"type\":\"a/b\",\"body\":\"x\"}"),
	    "sources/x.json:1:60: receive.answer: an answer of status 204 "
	    "has no body" },
	{ HOOK("\"root\":\"a\""), "sources/x.json:1:45: receive.root: 'a' is "
	    "not a JSON Pointer" },
	{ HOOK("\"origin\":[\"\"]"),
	    "sources/x.json:1:47: receive.origin: an empty name" },
	{ MAP("\"root\":\"a\""), "sources/x.json:1:36: map.root: 'a' is not "
	    "a JSON Pointer" },
	{ MAP("\"only\":{\"changed\":\"c\"}"), "sources/x.json:1:36: "
	    "map.only: not a place: a JSON Pointer begins with / and has ~ "
	    "only as ~0 and ~1" },
	{ MAP("\"fields\":[]"),
	    "sources/x.json:1:38: map.fields: not an object" },
	{ "{\"map\":{\"forms\":[]}}",
	    "sources/x.json:1:17: map.forms: not an object of forms" },
	{ "{\"map\":{\"forms\":{}}}",
	    "sources/x.json:1:17: map.forms: not an object of forms" },
	{ MAP("\"timeline\":{\"status\":\"/s\",\"each\":\"@id\"}"),
	    "sources/x.json:1:62: map.timeline.each: not a JSON Pointer" },
	{ MAP("\"timeline\":{\"status\":\"/s\",\"ahead\":{\"from\":\"/s\","
	    "\"values\":{\"*\":\"soon\"}}}"), "sources/x.json:1:63: "
	    "map.timeline.ahead: one of its values is not pending, active, "
	    "suspended or closed" },
	{ MAP("\"thin\":{\"from\":\"a\",\"is\":\"b\"}"), "sources/x.json:1:44: "
	    "map.thin.from: 'a': not a place: a JSON Pointer begins with / "
	    "and has ~ only as ~0 and ~1" },
	{ MAP("\"thin\":{\"all\":[\"/a\"],\"not\":true}"), "sources/x.json:1:36"
	    ": map.thin: 'all' must stand alone" },
	{ MAP("\"thin\":{\"from\":\"/a\",\"is\":\"b\",\"there\":true}"),
	    "sources/x.json:1:36: map.thin: a condition has only one test" },
	{ MAP("\"thin\":[[[[[[[[[[\"/a\"]]]]]]]]]]"), "sources/x.json:1:45: "
	    "map.thin[0][0][0][0][0][0][0][0][0]: conditions are nested too "
	    "deeply" },
	{ MAP("\"fields\":{\"name\":{\"from\":\"/e\",\"as\":[\"trim\","
	    "\"join\"]}}"), "sources/x.json:1:64: map.fields.name.as: 'join' "
	    "must come first" },
	{ MAP("\"fields\":{\"tags\":{\"from\":\"/e\",\"as\":[\"set\","
	    "\"trim\"]}}"), "sources/x.json:1:64: map.fields.tags.as: nothing "
	    "may follow 'set'" },
	{ MAP("\"fields\":{\"name\":{\"from\":\"/e\",\"values\":[]}}"),
	    "sources/x.json:1:68: map.fields.name.values: not an object of "
	    "values" },
	{ MAP("\"fields\":{\"name\":{\"from\":\"/e\",\"values\":{}}}"),
	    "sources/x.json:1:68: map.fields.name.values: not an object of "
	    "values" },
	{ MAP("\"fields\":{\"name\":{\"from\":\"/e\",\"values\":{\"a\":[]}}}"),
	    "sources/x.json:1:73: map.fields.name.values.a: not a single "
	    "value" },
	{ MAP("\"fields\":{\"ended_at\":{\"from\":\"/e\",\"as\":\"date\","
	    "\"zone\":\"IST\"}}"), "sources/x.json:1:82: "
	    "map.fields.ended_at.zone: there is no such zone in "
	    "/usr/share/zoneinfo" },
	{ MAP("\"fields\":{\"phone_number\":{\"from\":\"/e\",\"as\":\"e164\","
	    "\"country\":\"0049\"}}"), "sources/x.json:1:89: "
	    "map.fields.phone_number.country: not a country's calling code in "
	    "digits" },
	{ "{\"profile\":\"plain\",\"match\":\"email\"}",
	    "sources/x.json:1:28: match: not a list of rules" },
};

/* Which layers a file was made of. */
static void
layers(void)
{
	struct config *c;
	const struct receive *r;

	conf_dir_begin();
	conf_file("sources/gh.json", "{\"profile\":\"darwinbox\",\"receive\":"
	    "{\"auth\":{\"preset\":\"stripe\",\"tolerance\":60,"
	    "\"prefix\":\"x\"},\"secret\":\"other\",\"id\":null}}");
	conf_file("sources/.hidden.json", "{");
	conf_file("sources/notes.txt", "{");
	is_str(conf_dir_load(&c), "", "other files are not read");
	is_int(c->nsource, 1, "one source");
	r = &config_source(c, "gh")->receive;
	is_int(r->hook, 1, "it has a hook");
	is_int(r->auth.kind, AUTH_HMAC, "a preset replaces the profile's auth");
	is_str(r->auth.header, "Stripe-Signature", "its header");
	is_str(r->auth.field, "v1", "its field");
	is_int(r->auth.npart, 3, "three parts are signed");
	is_str(r->auth.part[1].text, ".", "the second is a text");
	is_int(r->auth.tolerance, 60, "what the file says goes before");
	is_str(r->secret, "other", "another secret");
	is_int(r->nid, 0, "null removes what the profile has");
	is_int(r->status, 202, "202 unless said");
	ok(config_source(c, "hidden") == NULL, "no other source");
	config_free(c);
	conf_dir_end();
}

/* What a preset sets in receive besides auth. */
static void
preset_beside(void)
{
	const struct receive *r;
	struct config *c;

	conf_dir_begin();
	conf_file("sources/a.json", AUTH("\"preset\":\"hibob\""));
	conf_file("sources/b.json", "{\"receive\":{\"auth\":{\"preset\":"
	    "\"hibob\"},\"status\":204,\"text\":false}}");
	is_str(conf_dir_load(&c), "", "hibob and its hook");
	r = &c->source[0].receive;
	is_int(r->status, 200, "its status");
	is_int(r->text, TEXT_ANY, "its texts");
	r = &c->source[1].receive;
	is_int(r->status, 204, "what the file says goes before");
	is_int(r->text, TEXT_NONE, "... for each");
	config_free(c);
	conf_dir_end();
}

static void
presets(void)
{
	static const struct {
		const char *name, *more;
		enum auth_kind kind;
		int64_t tolerance;
	} t[] = {
		{ "bamboohr", "", AUTH_HMAC, 300 },
		{ "deel", "", AUTH_HMAC, 0 },
		{ "dynamics", "", AUTH_HEADER, 0 },
		{ "github", "", AUTH_HMAC, 0 },
		{ "greenhouse", "", AUTH_HMAC, 0 },
		{ "hibob", "", AUTH_HMAC, 0 },
		{ "hubspot-v1", "", AUTH_HMAC, 0 },
		{ "hubspot-v2", ",\"url\":\"https://l.example\"", AUTH_HMAC,
		    0 },
		{ "hubspot-v3", ",\"url\":\"https://l.example\"", AUTH_HMAC,
		    300 },
		{ "personio", "", AUTH_HEADER, 0 },
		{ "salesforce-data-360", "", AUTH_HMAC, 0 },
		{ "shopify", "", AUTH_HMAC, 0 },
		{ "slack", "", AUTH_HMAC, 300 },
		{ "standard-webhooks", "", AUTH_STANDARD, 300 },
		{ "stripe", "", AUTH_HMAC, 300 },
		{ "zoho", "", AUTH_HEADER, 0 },
	};
	struct config *c;
	char text[256];
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		snprintf(text, sizeof text,
		    AUTH("\"preset\":\"%s\"%s"), t[i].name, t[i].more);
		conf_dir_begin();
		conf_file("sources/x.json", text);
		is_str(conf_dir_load(&c), "", "preset %s is read", t[i].name);
		is_int(c->source[0].receive.auth.kind, t[i].kind,
		    "%s: its kind", t[i].name);
		is_int(c->source[0].receive.auth.tolerance, t[i].tolerance,
		    "%s: how old it may be", t[i].name);
		config_free(c);
		conf_dir_end();
	}
}

static const struct {
	const char *name, *text;
} built_in[] = {
#include "data.inc"
};

static int
is_profile(const char *name)
{
	return strncmp(name, "profiles/", 9) == 0 && name[9] != '_';
}

static void
profiles(void)
{
	const char *name;
	char text[256];
	size_t i, n = 0;

	for (i = 0; i < sizeof built_in / sizeof built_in[0]; i++) {
		name = built_in[i].name;
		if (!is_profile(name))
			continue;
		snprintf(text, sizeof text, "{\"profile\":\"%.*s\",\"receive\":"
		    "{\"auth\":{\"kind\":\"bearer\"}}}",
		    (int)strlen(name) - 14, name + 9);
		is_str(fault(text), "", "%s is read", name);
		n++;
	}
	is_int(n, 8, "all of them");
}

/* Every preset is valid, and lacks at most a setting. */
static void
push_presets(void)
{
	const char *name, *own;
	struct arena a = { NULL };
	struct json j = { 0 };
	char text[256];
	uint32_t t;
	size_t i, n = 0;

	for (i = 0; i < sizeof built_in / sizeof built_in[0]; i++) {
		name = built_in[i].name;
		own = built_in[i].text;
		if (!is_profile(name) ||
		    json_parse(&j, own, strlen(own)) != 0 ||
		    !json_pointer(&j, 0, "/push/presets", &t))
			continue;
		for (JSON_EACH(&j, t, k)) {
			if (json_is(&j, k, "*"))
				continue;
			snprintf(text, sizeof text, "{\"profile\":\"%.*s\","
			    "\"receive\":null,\"push\":{\"preset\":\"%s\"}}",
			    (int)strlen(name) - 14, name + 9,
			    json_string(&j, k, &a, NULL));
			is_str(fault(text), "", "%s", text);
			n++;
		}
	}
	is_int(n, 9, "presets of push");
	json_release(&j);
	arena_release(&a);
}

#define AB "{\"map\":{\"external_id\":\"/i\",\"fields\":{\"email\":\"/e\"," \
    "\"grade\":\"/g\"}}}"
#define C "{\"map\":{\"external_id\":\"/i\",\"fields\":{\"name\":\"/n\"," \
    "\"team\":\"/t\"}}}"

/* A source that is only written to, at the address of its pull; and the same
 * one, also read. */
#define TARGET(more) "{\"pull\":{\"base\":\"https://c.example\"" more \
    "},\"push\":{\"kind\":\"rest\",\"rest\":{\"requests\":{\"m\":{" \
    "\"on\":\"*\",\"url\":\"{base}/m\"}}}}}"

/* Sources a, b (which map the same) and c, and loya.json. */
static const struct {
	const char *b, *c, *loya, *fault, *field, *owners;
} rules[] = {
	{ NULL, C, NULL, "", "email", "a" },
	{ NULL, C, NULL, "", "team", "c" },
	{ NULL, C, NULL, "", "birthdate", "" },
	{ NULL, TARGET(""), NULL, "", "birthdate", "a" },
	{ NULL, TARGET(",\"all\":[{\"url\":\"{base}/m\",\"key\":\"/i\"}]"),
	    NULL, "", "birthdate", "" },
	{ AB, NULL, NULL, "sources/b.json:1:8: map: sources/a.json maps "
	    "email, grade as well, but loya.json has no authority for them",
	    NULL, NULL },
	{ AB, NULL, "{\"authority\":{\"email\":[\"b\",\"a\"]}}",
	    "sources/b.json:1:8: map: sources/a.json maps grade as well, but "
	    "loya.json has no authority for it", NULL, NULL },
	{ AB, NULL, "{\"authority\":{\"email\":[\"b\",\"a\"],"
	    "\"grade\":[\"a\"]}}", "", "email", "b a" },
	{ AB, C, "{\"authority\":{\"email\":[\"b\",\"a\"],\"*\":[\"a\",\"c\","
	    "\"local\"]}}", "", "team", "a c local" },
	{ AB, NULL, "{\"authority\":{\"email\":[],\"*\":[\"a\"]}}", "",
	    "email", "" },
	{ NULL, NULL, "{\"authority\":{\"email\":[\"z\"]}}",
	    "loya.json:1:24: authority.email[0]: there is no source 'z'",
	    NULL, NULL },
	{ NULL, NULL, "{\"authority\":{\"shoe\":[\"a\"]}}",
	    "loya.json:1:22: authority.shoe: neither a core field nor an "
	    "attribute that a source maps", NULL, NULL },
	{ NULL, NULL, "{\"authority\":{\"shoe\":[\"a\",\"local\"]}}", "",
	    "shoe", "a local" },
	{ NULL, NULL, "{\"authority\":{\"a shoe\":[\"local\"]}}",
	    "loya.json:1:24: authority.a shoe: neither a core field nor an "
	    "attribute that a source maps", NULL, NULL },
	{ NULL, NULL, "{\"authority\":{\"email\":[\"a\",\"a\"]}}",
	    "loya.json:1:28: authority.email[1]: 'a' is listed twice",
	    NULL, NULL },
	{ NULL, NULL, "{\"authority\":{\"email\":\"a\"}}",
	    "loya.json:1:23: authority.email: not a list of sources", NULL,
	    NULL },
	{ NULL, NULL, "{\"authorities\":{}}",
	    "loya.json:1:16: authorities: no such key", NULL, NULL },
	{ NULL, NULL, "{\"authority\":[]}",
	    "loya.json:1:14: authority: not an object", NULL, NULL },
};

static const char *
owners(const struct config *c, const char *field)
{
	static char out[128];
	const char *const *l;

	out[0] = '\0';
	for (l = config_authority(c, field); *l != NULL; l++) {
		strcat(out, *out != '\0' ? " " : "");
		strcat(out, *l);
	}
	return out;
}

static void
authority(void)
{
	struct config *c;
	size_t i;

	for (i = 0; i < sizeof rules / sizeof rules[0]; i++) {
		conf_dir_begin();
		conf_file("sources/a.json", AB);
		if (rules[i].b != NULL)
			conf_file("sources/b.json", rules[i].b);
		if (rules[i].c != NULL)
			conf_file("sources/c.json", rules[i].c);
		if (rules[i].loya != NULL)
			conf_file("loya.json", rules[i].loya);
		is_str(conf_dir_load(&c), rules[i].fault, "rules %zu", i);
		if (*rules[i].fault == '\0') {
			is_str(owners(c, rules[i].field), rules[i].owners,
			    "%s of rules %zu", rules[i].field, i);
			config_free(c);
		}
		conf_dir_end();
	}
}

#define REMOVES "{\"map\":{\"external_id\":\"/i\",\"deleted\":\"/d\"," \
    "\"fields\":{\"name\":\"/n\"}}}"
#define SHOP "{\"push\":{\"on\":\"*\",\"kind\":\"exec\",\"exec\":" \
    "{\"command\":[\"cat\"]}}}"

/* Fields that a map does not name: sources a and b. */
static const struct {
	const char *a, *b, *fault, *field, *owners;
} unnamed[] = {
	{ "{}", NULL, "", "email", "a" },
	{ "{}", SHOP, "", "status", "a" },
	{ C, SHOP, "", "tags", "a" },
	{ C, SHOP, "", "shoe", "a" },
	{ SHOP, NULL, "", "email", "" },
	{ "{}", "{}", "", "email", "" },
	{ REMOVES, AB, "", "status", "a" },
	{ REMOVES, AB, "", "tags", "" },
	{ REMOVES, "{\"map\":{\"external_id\":\"/i\",\"deleted\":\"/d\"}}",
	    "sources/b.json:1:8: map: sources/a.json has 'deleted' and so "
	    "decides status as well, but loya.json has no authority for it",
	    NULL, NULL },
	{ REMOVES, "{\"map\":{\"external_id\":\"/i\",\"deleted\":\"/d\","
	    "\"fields\":{\"status\":\"/s\"}}}", "", "status", "b" },
};

static void
unmapped(void)
{
	struct config *c;
	size_t i;

	for (i = 0; i < sizeof unnamed / sizeof unnamed[0]; i++) {
		conf_dir_begin();
		conf_file("sources/a.json", unnamed[i].a);
		if (unnamed[i].b != NULL)
			conf_file("sources/b.json", unnamed[i].b);
		is_str(conf_dir_load(&c), unnamed[i].fault, "unmapped %zu", i);
		if (*unnamed[i].fault == '\0') {
			is_str(owners(c, unnamed[i].field), unnamed[i].owners,
			    "%s of unmapped %zu", unnamed[i].field, i);
			config_free(c);
		}
		conf_dir_end();
	}
}

static void
alone(void)
{
	struct config *c;
	int i;

	conf_dir_begin();
	conf_file("sources/hr.json", "{\"profile\":\"plain\",\"match\":"
	    "[[\"employee_number\"],[\"email\",\"birthdate\"]]}");
	is_str(conf_dir_load(&c), "", "one source");
	for (i = 0; i < F_CORE; i++)
		is_str(config_owner(c, core_field_name((enum core_field)i)),
		    "hr", "it owns %s",
		    core_field_name((enum core_field)i));
	is_str(config_owner(c, "whatever"), "hr", "and every attribute");
	is_int(config_rank(c, "email", "hr"), 0, "rank 0 is the owner");
	is_int(config_rank(c, "email", "local"), -1, "local owns nothing");
	is_str(config_match_text(c), "{\"hr\":[[\"employee_number\"],"
	    "[\"email\",\"birthdate\"]]}", "the match rules as a text");
	ok(strstr(config_authority_text(c), "\"email\":[\"hr\"]") != NULL,
	    "the authority as a text");
	config_free(c);
	conf_dir_end();
	conf_dir_begin();
	is_str(conf_dir_load(&c), "", "no source at all");
	is_int(c->nsource, 0, "none");
	ok(config_owner(c, "email") == NULL, "no field has an owner");
	config_free(c);
	rmdir(conf_dir);
	conf_dir_end();
	is_str(conf_dir_load(&c), " there is no such folder; -c names another, "
	    "loya-token init makes it", "a folder that is not there");
	ok(c == NULL, "is not a configuration");
}

static void
names(void)
{
	static const char *const bad[] = { "sources/HR.json",
	    "sources/local.json", "sources/loya.json", "sources/-a.json",
	    "sources/a b.json" };
	struct config *c;
	size_t i;

	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		conf_dir_begin();
		conf_file(bad[i], "{}");
		ok(strncmp(conf_dir_load(&c), bad[i], strlen(bad[i])) == 0,
		    "%s is no name of a source", bad[i]);
		conf_dir_end();
	}
}

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof files / sizeof files[0]; i++)
		is_str(fault(files[i].text), files[i].fault, "%s",
		    files[i].text);
	layers();
	presets();
	preset_beside();
	profiles();
	push_presets();
	authority();
	unmapped();
	alone();
	names();
	return done_testing();
}
