/* How records that say what is valid when are mapped: the status on the day of
 * receipt, 2026-03-04 in all of them, and later changes. */
#include "t/unit/tap.h"
#include "t/unit/mapped.h"

#define FILE_OF(zone, more) "{\"map\":{\"external_id\":\"/id\"," \
	"\"empty\":\"null\",\"zone\":\"" zone "\"," more \
	"\"fields\":{\"name\":\"/name\"},\"timeline\":{" \
	"\"each\":\"/jobs\",\"slices\":\"/slices\",\"from\":\"/from\"," \
	"\"until\":\"/until\",\"sequence\":\"/n\",\"status\":{\"from\":" \
	"\"/is\",\"values\":{\"A\":\"active\",\"T\":\"closed\"," \
	"\"S\":\"suspended\",\"L\":\"leave\"}},\"fields\":{\"job\":\"/job\"}" \
	"}}}"

static const char plain[] = FILE_OF("UTC", "");

#define JOBS(list) "{\"id\":\"P1\",\"jobs\":[" list "]}"
#define JOB(slices) "{\"slices\":[" slices "]}"
#define SLICE(from, until, is) "{\"from\":\"" from "\",\"until\":\"" until \
	"\",\"is\":\"" is "\"}"

#define WITH(from, job) "{\"from\":\"" from "\",\"is\":\"A\",\"job\":" \
	"\"" job "\"}"

static const struct {
	const char *what, *body, *want;
} rows[] = {
	{ "one employment without an end",
	    JOBS(JOB(SLICE("2020-01-01", "", "A"))), "P1 status=\"active\"" },
	{ "future hire: pending, and active on the first day",
	    JOBS(JOB(SLICE("2026-04-01", "", "A"))), "P1 status=\"pending\" | "
	    "P1 eff=2026-04-01T00:00:00.000000Z status=\"active\"" },
	{ "future termination: active through the last working day",
	    JOBS(JOB(SLICE("2020-01-01", "2026-03-31", "A"))),
	    "P1 status=\"active\" | "
	    "P1 eff=2026-04-01T00:00:00.000000Z status=\"suspended\"" },
	{ "the last working day is today: not a day early",
	    JOBS(JOB(SLICE("2020-01-01", "2026-03-04", "A"))),
	    "P1 status=\"active\" | "
	    "P1 eff=2026-03-05T00:00:00.000000Z status=\"suspended\"" },
	{ "it was yesterday", JOBS(JOB(SLICE("2020-01-01", "2026-03-03",
	    "A"))), "P1 status=\"suspended\"" },
	{ "slices past, today and future",
	    JOBS(JOB(SLICE("2020-01-01", "2025-12-31", "S") ","
	    SLICE("2026-06-01", "9999-12-31", "T") ","
	    SLICE("2026-01-01", "2026-05-31", "A"))), "P1 status=\"active\" | "
	    "P1 eff=2026-06-01T00:00:00.000000Z status=\"closed\"" },
	{ "conversion: two employments, the old one first",
	    JOBS(JOB(SLICE("2020-01-01", "2026-02-28", "T")) ","
	    JOB(SLICE("2026-03-01", "", "A"))), "P1 status=\"active\"" },
	{ "and last: position says nothing",
	    JOBS(JOB(SLICE("2026-03-01", "", "A")) ","
	    JOB(SLICE("2020-01-01", "", "T"))), "P1 status=\"active\"" },
	{ "concurrent jobs: active while any is",
	    JOBS(JOB(SLICE("2020-01-01", "2026-03-31", "A")) ","
	    JOB(SLICE("2021-01-01", "2026-05-31", "A"))),
	    "P1 status=\"active\" | "
	    "P1 eff=2026-06-01T00:00:00.000000Z status=\"suspended\"" },
	{ "rehire to come: suspended until then",
	    JOBS(JOB(SLICE("2020-01-01", "2026-01-31", "A")) ","
	    JOB(SLICE("2026-09-01", "", "A"))), "P1 status=\"suspended\" | "
	    "P1 eff=2026-09-01T00:00:00.000000Z status=\"active\"" },
	{ "rehire, with the end of the first time still there",
	    JOBS(JOB(SLICE("2026-02-01", "2025-06-30", "A"))),
	    "P1 status=\"active\"" },
	{ "leave of absence is not inactive",
	    JOBS(JOB(SLICE("2020-01-01", "", "L"))), "P1 status=\"active\"" },
	{ "two slices begin on one day: the higher sequence is in force",
	    JOBS(JOB("{\"from\":\"2026-01-01\",\"n\":\"2\",\"is\":\"S\"},"
	    "{\"from\":\"2026-01-01\",\"n\":\"1\",\"is\":\"A\"}")),
	    "P1 status=\"suspended\"" },
	{ "a slice that begins later replaces one that goes on",
	    JOBS(JOB(SLICE("2026-01-01", "", "S") ","
	    SLICE("2020-01-01", "", "A"))), "P1 status=\"suspended\"" },
	{ "fields of the slice that is in force",
	    JOBS(JOB("{\"from\":\"2020-01-01\",\"until\":\"2025-12-31\","
	    "\"is\":\"A\",\"job\":\"old\"},{\"from\":\"2026-01-01\","
	    "\"is\":\"A\",\"job\":\"new\"}")),
	    "P1 status=\"active\" job=\"new\"" },
	{ "each slice brings its fields, on its first day",
	    JOBS(JOB(WITH("2026-01-01", "clerk") "," WITH("2026-06-01",
	    "manager") "," WITH("2026-07-01", "manager"))),
	    "P1 status=\"active\" job=\"clerk\" | "
	    "P1 eff=2026-06-01T00:00:00.000000Z job=\"manager\"" },
	{ "a future hire, with the status",
	    JOBS(JOB(WITH("2026-06-01", "clerk"))), "P1 status=\"pending\" | "
	    "P1 eff=2026-06-01T00:00:00.000000Z status=\"active\" "
	    "job=\"clerk\"" },
	{ "one that does not name a field leaves it as it was",
	    JOBS(JOB(WITH("2025-01-01", "clerk") ","
	    SLICE("2026-01-01", "2026-05-31", "A") ","
	    WITH("2026-06-01", "clerk") "," WITH("2026-07-01", "boss"))),
	    "P1 status=\"active\" job=\"clerk\" | "
	    "P1 eff=2026-07-01T00:00:00.000000Z job=\"boss\"" },
	{ "one that goes on counts again after a shorter one",
	    JOBS(JOB(WITH("2024-01-01", "trainee") ","
	    "{\"from\":\"2025-01-01\",\"until\":\"2026-01-31\","
	    "\"is\":\"A\",\"job\":\"clerk\"}")),
	    "P1 status=\"active\" job=\"trainee\"" },
	{ "so does the end of all", JOBS(JOB("{\"from\":\"2025-01-01\","
	    "\"until\":\"2026-01-31\",\"is\":\"A\",\"job\":"
	    "\"clerk\"}")), "P1 status=\"suspended\" job=\"clerk\"" },
	{ "null clears it", JOBS(JOB(WITH("2025-01-01", "clerk") ","
	    "{\"from\":\"2026-06-01\",\"is\":\"A\",\"job\":null}")),
	    "P1 status=\"active\" job=\"clerk\" | "
	    "P1 eff=2026-06-01T00:00:00.000000Z job=null" },
	{ "the employment that lets do more brings the fields",
	    JOBS(JOB("{\"from\":\"2026-06-01\",\"is\":\"L\","
	    "\"job\":\"away\"}") "," JOB("{\"from\":\"2020-01-01\","
	    "\"until\":\"2026-06-30\",\"is\":\"S\",\"job\":"
	    "\"one\"}")), "P1 status=\"suspended\" job=\"one\" | "
	    "P1 eff=2026-06-01T00:00:00.000000Z status=\"active\" "
	    "job=\"away\"" },
	{ "what was in force before and cannot be read says nothing",
	    JOBS(JOB("{\"from\":\"2020-01-01\","
	    "\"until\":\"2020-12-31\",\"is\":\"X\",\"job\":\"old\"},"
	    SLICE("2021-01-01", "", "A"))), "P1 status=\"active\"" },
	{ "no employment at all", JOBS(""), "P1 status=\"suspended\"" },
	{ "an element that is alone (XML)", "{\"id\":\"P1\",\"jobs\":"
	    "{\"slices\":{\"from\":\"2020-01-01\",\"is\":\"A\"}}}",
	    "P1 status=\"active\"" },
	{ "dates of OData", JOBS(JOB(SLICE("/Date(1577836800000)/",
	    "/Date(1774915200000)/", "A"))), "P1 status=\"active\" | "
	    "P1 eff=2026-04-01T00:00:00.000000Z status=\"suspended\"" },
	{ "employments that were not read do not mean \"none\"",
	    "{\"id\":\"P1\"}",
	    "missing: timeline: /jobs is not in the event" },
	{ "nor slices", "{\"id\":\"P1\",\"jobs\":[{}]}",
	    "missing: timeline: /slices is not in the event" },
	{ "an employment without a slice is not one that is over",
	    JOBS(JOB(SLICE("2020-01-01", "2020-12-31", "A")) "," JOB("")),
	    "missing: timeline: /slices is empty" },
	{ "a status that is not listed is refused",
	    JOBS(JOB(SLICE("2020-01-01", "", "X"))), "bad_field: "
	    "timeline.status: 'X' (/is) is not listed in its values" },
	{ "but not one of long ago",
	    JOBS(JOB(SLICE("2020-01-01", "2020-12-31", "X") ","
	    SLICE("2021-01-01", "", "A"))), "P1 status=\"active\"" },
	{ "an invalid day", JOBS(JOB(SLICE("soon", "", "A"))),
	    "bad_field: timeline.from: 'soon' (/from) is not a date" },
};

static void
table(void)
{
	size_t i;

	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		is_str(mapped_by(plain, "application/json", rows[i].body),
		    rows[i].want, "%s", rows[i].what);
}

static void
zones(void)
{
	static const char body[] =
	    JOBS(JOB(SLICE("2020-01-01", "2026-03-31", "A")));

	is_str(mapped_by(FILE_OF("+05:30", ""), "application/json", body),
	    "P1 status=\"active\" | P1 eff=2026-03-31T18:30:00.000000Z "
	    "status=\"suspended\"", "the day is over when it is over in India");
	is_str(mapped_by(FILE_OF("-08:00", ""), "application/json", body),
	    "P1 status=\"active\" | P1 eff=2026-04-01T08:00:00.000000Z "
	    "status=\"suspended\"", "and later on the Pacific coast");
	is_str(mapped_by(FILE_OF("UTC", "\"leave\":\"suspended\","),
	    "application/json", JOBS(JOB(SLICE("2020-01-01", "", "L")))),
	    "P1 status=\"suspended\"", "what leave means, the file says");
	is_str(mapped_by("{\"map\":{\"external_id\":\"/id\",\"effective_at\":"
	    "{\"from\":\"/last\",\"as\":[\"date\",\"day-after\"]},"
	    "\"zone\":\"+05:30\",\"fields\":{\"status\":{\"from\":\"/s\"},"
	    "\"ended_at\":\"/last\"}}}", "application/json",
	    "{\"id\":\"1\",\"last\":\"2026-12-31\",\"s\":\"suspended\"}"),
	    "1 eff=2026-12-31T18:30:00.000000Z status=\"suspended\" "
	    "ended_at=\"2026-12-31\"", "the day after a last day");
}

/* A record that takes effect later than its parts begin or end. */
static void
waits(void)
{
	static const char file[] = FILE_OF("UTC", "\"effective_at\":\"/eff\",");

#define EFFECTIVE(eff, slices) "{\"id\":\"P1\",\"eff\":\"" eff "\"," \
	"\"name\":\"N\",\"jobs\":[" JOB(slices) "]}"
	is_str(mapped_by(file, "application/json", EFFECTIVE("2026-04-05",
	    SLICE("2020-01-01", "2026-03-31", "A"))),
	    "P1 eff=2026-04-05T00:00:00.000000Z name=\"N\" "
	    "status=\"suspended\" | P1 eff=2026-04-01T00:00:00.000000Z "
	    "status=\"suspended\"", "who has left by then is not active");
	is_str(mapped_by(file, "application/json", EFFECTIVE("2026-04-05",
	    WITH("2026-04-01", "x") "," WITH("2026-05-01", "y"))),
	    "P1 eff=2026-04-05T00:00:00.000000Z name=\"N\" "
	    "status=\"active\" job=\"x\" | "
	    "P1 eff=2026-04-01T00:00:00.000000Z status=\"active\" "
	    "job=\"x\" | P1 eff=2026-05-01T00:00:00.000000Z job=\"y\"",
	    "nor pending who has begun");
	is_str(mapped_by(file, "application/json", EFFECTIVE("2026-03-01",
	    SLICE("2020-01-01", "2026-03-03", "A"))),
	    "P1 eff=2026-03-01T00:00:00.000000Z name=\"N\" "
	    "status=\"suspended\"", "of one that holds already it is today");
}

/* This many slices of one day each, active and suspended in turn. */
static const char *
many(int n)
{
	static char body[65536];
	int i, len;

	len = sprintf(body, "{\"id\":\"P1\",\"jobs\":[{\"slices\":[");
	for (i = 0; i < n; i++)
		len += sprintf(body + len, "%s{\"from\":\"2027-%02d-%02d\","
		    "\"until\":\"2027-%02d-%02d\",\"is\":\"%s\"}",
		    i > 0 ? "," : "", 1 + i / 28, 1 + i % 28, 1 + i / 28,
		    1 + i % 28, i % 2 ? "S" : "A");
	sprintf(body + len, "]}]}");
	return body;
}

/* Days that are given in the file. */
static void
constants(void)
{
	static const char file[] = "{\"map\":{\"external_id\":\"/id\","
	    "\"timeline\":{\"from\":{\"from\":\"/f\",\"default\":"
	    "\"2026-04-01\"},\"until\":{\"from\":\"/u\",\"as\":\"date\","
	    "\"values\":{\"2026-12-31\":\"2026-05-31\",\"*\":null}},"
	    "\"status\":\"/s\"}}}";

	is_str(mapped_by(file, "application/json",
	    "{\"id\":1,\"s\":\"active\"}"), "1 status=\"pending\" | "
	    "1 eff=2026-04-01T00:00:00.000000Z status=\"active\"",
	    "a first day by default");
	is_str(mapped_by(file, "application/json", "{\"id\":1,\"s\":"
	    "\"active\",\"f\":\"2026-01-01\",\"u\":\"2026-12-31\"}"),
	    "1 status=\"active\" | "
	    "1 eff=2026-06-01T00:00:00.000000Z status=\"suspended\"",
	    "a last day that stands for another");
	is_str(mapped_by("{\"map\":{\"external_id\":\"/id\",\"timeline\":{"
	    "\"from\":{\"from\":\"/f\",\"default\":\"soon\"},"
	    "\"status\":\"/s\"}}}", "application/json",
	    "{\"id\":1,\"s\":\"active\"}"), "bad_field: timeline.from: "
	    "'soon' is not a time", "a default that is not a day");
}

static void
limits(void)
{
	is_str(mapped_by(plain, "application/json", many(201)), "bad_field: "
	    "timeline: more than 200 parts", "a record of 201 slices");
	is_str(mapped_by(plain, "application/json", many(100)), "bad_field: "
	    "timeline: more than 64 changes to come", "100 changes to come");
	is_str(mapped_by(plain, "application/json", many(65)), "bad_field: "
	    "timeline: more than 64 changes to come", "66 of them");
	ok(strstr(mapped_by(plain, "application/json", many(64)),
	    "P1 status=\"pending\" | ") != NULL, "64 are taken");
}

static void
files(void)
{
	static const struct {
		const char *file, *want;
	} t[] = {
		{ "{\"map\":{\"external_id\":\"/i\",\"timeline\":{}}}",
		    "sources/x.json:1:39: map.timeline: there is no status" },
		{ "{\"map\":{\"external_id\":\"/i\",\"timeline\":{\"status\":"
		    "\"/s\",\"from\":{\"from\":\"/f\",\"as\":\"lower\"}}}}",
		    "sources/x.json:1:61: map.timeline.from: 'as' must have "
		    "'date'" },
		{ "{\"map\":{\"external_id\":\"/i\",\"timeline\":{\"status\":"
		    "\"/s\",\"after\":\"gone\"}}}", "sources/x.json:1:62: "
		    "map.timeline.after: not pending, active, suspended or "
		    "closed" },
		{ "{\"map\":{\"external_id\":\"/i\",\"timeline\":{\"status\":"
		    "{\"from\":\"/s\",\"values\":{\"A\":\"here\"}}}}}",
		    "sources/x.json:1:49: map.timeline.status: one of its "
		    "values is not pending, active, suspended or closed" },
		{ "{\"map\":{\"external_id\":\"/i\",\"leave\":\"maybe\"}}",
		    "sources/x.json:1:36: map.leave: not one of active, "
		    "suspended, pending, closed" },
		{ "{\"map\":{\"canonical\":true,\"timeline\":{\"status\":"
		    "\"/s\"}}}", "sources/x.json:1:21: map.canonical: not "
		    "together with fields, timeline or version" },
	};
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++)
		is_str(mapped_by(t[i].file, "application/json", "{}"),
		    t[i].want, "%s", strchr(t[i].want, ' ') + 1);
}

int
main(void)
{
	table();
	zones();
	waits();
	constants();
	limits();
	files();
	return done_testing();
}
