/* Loya's own lines, and what the profiles plain and cloudevents make of data:
 * every member of data, every refusal. */
#include "t/unit/tap.h"
#include "t/unit/mapped.h"

#define LINE(type, data) "{\"specversion\":\"1.0\",\"id\":\"1\"," \
    "\"source\":\"x\",\"type\":\"" type "\",\"data\":" data "}"

struct line {
	const char *what, *body, *want;
};

static const struct line members[] = {
	{ "every member of data", LINE("loya.member",
	    "{\"external_id\":\"E1\",\"given_name\":\"Asha\",\"email\":null,"
	    "\"status\":\"active\",\"tags\":[\"b\",\"a\"],\"version\":7,"
	    "\"effective_at\":\"2026-03-04T05:06:07+05:30\",\"attributes\":"
	    "{\"grade\":7,\"note\":\"x\"},\"deleted\":false}"),
	    "E1 v1:7.0 eff=2026-03-03T23:36:07.000000Z given_name=\"Asha\" "
	    "email=null status=\"active\" tags=[\"a\",\"b\"] grade=7 "
	    "note=\"x\"" },
	{ "a member by loya's id, removed", LINE("loya.member",
	    "{\"member\":\"m-1\",\"deleted\":true}"), "m-1 deleted" },
	{ "a version of two parts", LINE("loya.member",
	    "{\"external_id\":5,\"version\":[\"10\",3]}"), "5 v1:10.3" },
	{ "an unknown member", LINE("loya.member",
	    "{\"external_id\":\"E1\",\"Email\":\"x\"}"),
	    "bad_field: data has an unknown member 'Email'" },
	{ "an attribute outside attributes", LINE("loya.member",
	    "{\"external_id\":\"E1\",\"grade\":1}"),
	    "bad_field: data has an unknown member 'grade'" },
	{ "a core field inside attributes", LINE("loya.member",
	    "{\"external_id\":\"E1\",\"attributes\":{\"email\":\"x\"}}"),
	    "bad_field: attributes: 'email' is not the name of an attribute" },
	{ "attributes that are not an object", LINE("loya.member",
	    "{\"external_id\":\"E1\",\"attributes\":null}"),
	    "bad_field: attributes is not an object" },
	{ "an unknown status", LINE("loya.member",
	    "{\"external_id\":\"E1\",\"status\":\"gone\"}"),
	    "bad_field: status: \"gone\" is not pending, active, suspended or "
	    "closed" },
	{ "an object as version", LINE("loya.member",
	    "{\"external_id\":\"E1\",\"version\":{}}"),
	    "bad_field: version is neither a number nor a text" },
	{ "an invalid time to take effect", LINE("loya.member",
	    "{\"external_id\":\"E1\",\"effective_at\":\"soon\"}"),
	    "bad_field: effective_at: 'soon' is not a time" },
	{ "a long one, of which whole characters are shown", LINE("loya.member",
	    "{\"external_id\":\"E1\",\"birthdate\":\"0123456789012345678901234"
	    "567890123456789012345678901234567\u00e9\u00e9\u00e9\"}"),
	    "bad_field: birthdate: \"0123456789012345678901234567890123456789"
	    "012345678901234567...\" is not a date (YYYY-MM-DD)" },
	{ "deleted that says nothing", LINE("loya.member",
	    "{\"external_id\":\"E1\",\"deleted\":null}"), "E1" },
	{ "deleted in words", LINE("loya.member",
	    "{\"external_id\":\"E1\",\"deleted\":\"yes\"}"),
	    "bad_field: deleted: \"yes\" is neither true nor false" },
	{ "nobody", LINE("loya.member", "{\"email\":\"x\"}"),
	    "missing: data has neither external_id nor member" },
	{ "two ways to somebody", LINE("loya.member",
	    "{\"external_id\":\"E1\",\"member\":\"m\"}"),
	    "missing: data has both member and external_id: leave one of them "
	    "out" },
	{ "an empty id", LINE("loya.member", "{\"external_id\":\"\"}"),
	    "bad_field: external_id is empty" },
	{ "data that is not an object", LINE("loya.member", "[]"),
	    "missing: data is not an object" },
	{ "another type of loya's", LINE("loya.member.updated", "{}"),
	    "unmapped: type 'loya.member.updated' is not one that loya "
	    "accepts" },
	{ "a bad time", "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":"
	    "\"x\",\"type\":\"loya.member\",\"time\":\"noon\",\"data\":"
	    "{\"external_id\":\"E1\"}}",
	    "bad_field: time: 'noon' is not a time" },
	{ "time and snapshot of the envelope", "{\"specversion\":\"1.0\","
	    "\"id\":\"1\",\"source\":\"x\",\"type\":\"loya.member\",\"time\":"
	    "\"2026-03-04T05:06:07Z\",\"loyasnapshot\":\"s9\",\"data\":"
	    "{\"external_id\":\"E1\"}}",
	    "E1 t=2026-03-04T05:06:07.000000Z snapshot=s9" },
};

#define POINTS(more) LINE("loya.points", \
    "{\"external_id\":\"E1\",\"reference\":\"r1\"," more "}")

static const struct line points[] = {
	{ "earn", POINTS("\"kind\":\"earn\",\"points\":50"),
	    "E1 earn 50 ref=r1" },
	{ "earn takes nothing away", POINTS("\"kind\":\"earn\",\"points\":-5"),
	    "bad_points: points of kind earn is negative" },
	{ "redeem, written without a sign",
	    POINTS("\"kind\":\"redeem\",\"points\":20"),
	    "E1 redeem 20 ref=r1" },
	{ "expire, written with one",
	    POINTS("\"kind\":\"expire\",\"points\":-20"),
	    "E1 expire -20 ref=r1" },
	{ "adjust goes both ways",
	    POINTS("\"kind\":\"adjust\",\"points\":-3"),
	    "E1 adjust -3 ref=r1" },
	{ "reverse needs no amount",
	    POINTS("\"kind\":\"reverse\",\"reverses\":\"r0\""),
	    "E1 reverse ref=r1 reverses=r0" },
	{ "reverse needs to say what", POINTS("\"kind\":\"reverse\""),
	    "missing: data has no reverses" },
	{ "earn reverses nothing",
	    POINTS("\"kind\":\"earn\",\"points\":1,\"reverses\":\"r0\""),
	    "bad_field: reverses is only for the kind reverse" },
	{ "0 points", POINTS("\"kind\":\"adjust\",\"points\":0"),
	    "bad_points: points is 0" },
	{ "half a point", POINTS("\"kind\":\"earn\",\"points\":0.5"),
	    "bad_points: points: 0.5 is not a whole number" },
	{ "points in words", POINTS("\"kind\":\"earn\",\"points\":\"5\""),
	    "bad_points: points: \"5\" is not a whole number" },
	{ "too many points",
	    POINTS("\"kind\":\"earn\",\"points\":1000000000001"),
	    "bad_points: points is beyond 10^12" },
	{ "more than an integer holds",
	    POINTS("\"kind\":\"earn\",\"points\":99999999999999999999"),
	    "bad_points: points: 99999999999999999999 is beyond 10^12" },
	{ "no points", POINTS("\"kind\":\"earn\""),
	    "missing: data has no points" },
	{ "no kind", POINTS("\"points\":5"), "missing: data has no kind" },
	{ "an unknown kind", POINTS("\"kind\":\"gift\",\"points\":5"),
	    "bad_points: kind: \"gift\" is not one of earn, redeem, adjust, "
	    "expire, reverse" },
	{ "no reference", LINE("loya.points",
	    "{\"external_id\":\"E1\",\"kind\":\"earn\",\"points\":5}"),
	    "missing: data has no reference" },
	{ "an unknown member of data",
	    POINTS("\"kind\":\"earn\",\"points\":5,\"note\":\"x\""),
	    "bad_field: data has an unknown member 'note'" },
	{ "nobody", LINE("loya.points",
	    "{\"reference\":\"r\",\"kind\":\"earn\",\"points\":5}"),
	    "missing: data has neither external_id nor member" },
};

static const struct line locals[] = {
	{ "a hold", LINE("loya.hold", "{\"member\":\"m\",\"hold\":\"fraud\"}"),
	    "m hold=fraud" },
	{ "a hold is lifted by null",
	    LINE("loya.hold", "{\"external_id\":\"E1\",\"hold\":null}"),
	    "E1 hold=null" },
	{ "no hold", LINE("loya.hold", "{\"member\":\"m\"}"),
	    "missing: data has no hold" },
	{ "two words", LINE("loya.hold",
	    "{\"member\":\"m\",\"hold\":\"two words\"}"),
	    "bad_field: hold: \"two words\" is not one word" },
	{ "an unknown member of data", LINE("loya.hold",
	    "{\"member\":\"m\",\"hold\":\"x\",\"until\":1}"),
	    "bad_field: data has an unknown member 'until'" },
	{ "anything else", "{\"external_id\":\"E1\"}",
	    "unmapped: the source local may only send loya's own types of "
	    "event" },
	{ "a member", LINE("loya.member", "{\"member\":\"m\"}"), "m" },
};

static const struct line snapshots[] = {
	{ "begin", LINE("loya.snapshot",
	    "{\"phase\":\"begin\",\"snapshot\":\"s1\"}"),
	    "- begin count=0 snapshot=s1" },
	{ "end", LINE("loya.snapshot",
	    "{\"phase\":\"end\",\"snapshot\":\"s1\",\"count\":12}"),
	    "- end count=12 snapshot=s1" },
	{ "end without count", LINE("loya.snapshot",
	    "{\"phase\":\"end\",\"snapshot\":\"s1\"}"),
	    "missing: data has no count" },
	{ "no phase", LINE("loya.snapshot", "{\"snapshot\":\"s1\"}"),
	    "missing: data has no phase" },
	{ "no snapshot", LINE("loya.snapshot", "{\"phase\":\"begin\"}"),
	    "missing: data has no snapshot" },
	{ "another phase", LINE("loya.snapshot",
	    "{\"phase\":\"half\",\"snapshot\":\"s1\"}"),
	    "bad_field: phase is neither begin nor end" },
	{ "a negative count", LINE("loya.snapshot",
	    "{\"phase\":\"end\",\"snapshot\":\"s1\",\"count\":-1}"),
	    "bad_field: count: -1 is not a whole number of 0 or more" },
	{ "an unknown member of data", LINE("loya.snapshot",
	    "{\"phase\":\"begin\",\"snapshot\":\"s1\",\"of\":2}"),
	    "bad_field: data has an unknown member 'of'" },
	{ "a hold from a source", LINE("loya.hold",
	    "{\"external_id\":\"E1\",\"hold\":\"fraud\"}"),
	    "not_local: loya.hold may come only from the source local" },
};

static void
table(const struct source *s, const struct line *t, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		is_str(mapped(s, ROW_CLOUDEVENT, NULL, t[i].body), t[i].want,
		    "%s", t[i].what);
}

#define TABLE(s, t) table(s, t, sizeof t / sizeof t[0])

/* Bodies without an envelope, or in another system's. */
static void
profiles(const struct source *plain, const struct source *events)
{
	char body[1024];

	is_str(mapped(plain, "application/json", NULL,
	    "{\"external_id\":\"E1\",\"name\":\"A\",\"attributes\":"
	    "{\"grade\":1}}"), "E1 name=\"A\" grade=1",
	    "plain takes data alone");
	is_str(mapped(plain, "application/json", NULL, "{\"name\":\"A\"}"),
	    "missing: data has neither external_id nor member",
	    "as strictly as a line");
	is_str(mapped(plain, "application/json", "{\"specversion\":\"1.0\","
	    "\"type\":\"loya.points\",\"source\":\"x\",\"id\":\"1\"}",
	    "{\"external_id\":\"E1\",\"kind\":\"earn\",\"points\":5,"
	    "\"reference\":\"r\"}"), "E1 earn 5 ref=r",
	    "binary mode: the type stands outside the body");
	is_str(mapped(plain, "application/json", "{\"x-type\":\"loya.hold\","
	    "\"type\":\"loya.points\"}", "{\"external_id\":\"E1\"}"), "E1",
	    "headers that are not a CloudEvent make no line");
	is_str(mapped(events, ROW_CLOUDEVENT, NULL,
	    "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/crm\","
	    "\"type\":\"com.example.changed\",\"subject\":\"E9\",\"data\":"
	    "{\"name\":\"B\"}}"), "E9 name=\"B\"",
	    "cloudevents: the subject is the id where data has none");
	is_str(mapped(events, ROW_CLOUDEVENT, NULL,
	    "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/crm\","
	    "\"type\":\"com.example.changed\",\"subject\":\"E9\",\"data\":"
	    "{\"external_id\":\"E8\"}}"), "E8", "else data's");
	is_str(mapped(events, ROW_CLOUDEVENT, NULL,
	    "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/crm\","
	    "\"type\":\"com.example.changed\",\"data\":{}}"),
	    "missing: data has neither external_id nor member",
	    "neither of them");
	snprintf(body, sizeof body, "{\"specversion\":\"1.0\",\"id\":\"1\","
	    "\"source\":\"/crm\",\"type\":\"x\",\"subject\":\"%0513d\","
	    "\"data\":{}}", 7);
	is_str(mapped(events, ROW_CLOUDEVENT, NULL, body),
	    "bad_field: external_id is too long", "a subject of 513 bytes");
	is_str(mapped(events, ROW_CLOUDEVENT, NULL, "[1]"),
	    "malformed: body: not a CloudEvent",
	    "an array is not a CloudEvent");
}

int
main(void)
{
	struct config *c;
	const struct source *plain;

	conf_dir_begin();
	conf_file("sources/plain.json", "{\"profile\":\"plain\"}");
	conf_file("sources/events.json", "{\"profile\":\"cloudevents\"}");
	conf_file("loya.json",
	    "{\"authority\":{\"*\":[\"plain\",\"events\"]}}");
	is_str(conf_dir_load(&c), "", "the profiles are read");
	plain = config_source(c, "plain");
	TABLE(plain, members);
	TABLE(plain, points);
	TABLE(NULL, locals);
	TABLE(plain, snapshots);
	profiles(plain, config_source(c, "events"));
	config_free(c);
	conf_dir_end();
	return done_testing();
}
