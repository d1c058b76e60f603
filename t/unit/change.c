/* The order of versions, names of fields, and values of fields. */
#include "t/unit/tap.h"

#include "common/change.h"

static int
sign(int v)
{
	return v < 0 ? -1 : v > 0;
}

static void
versions(void)
{
	static const struct {
		const char *what;
		struct version a, b;
		int want;
	} t[] = {
		{ "equal versions are equal", { 1, 7, "", 0 },
		    { 1, 7, "", 0 }, 0 },
		{ "the greater number is newer", { 1, 9, "", 0 },
		    { 1, 10, "", 0 }, -1 },
		{ "a version of the source beats a time", { 1, 1, "", 0 },
		    { 0, INT64_MAX, "", 0 }, 1 },
		{ "two times go by their numbers", { 0, 5, "", 0 },
		    { 0, 4, "", 0 }, 1 },
		{ "texts go by their bytes", { 1, 0, "a9", 0 },
		    { 1, 0, "b1", 0 }, -1 },
		{ "texts that are times go by the time",
		    { 1, 0, "2026-03-05T12:00:00.5Z", 0 },
		    { 1, 0, "2026-03-05T12:00:00Z", 0 }, 1 },
		{ "of two zones too", { 1, 0, "2026-03-05T12:00:00+05:30", 0 },
		    { 1, 0, "2026-03-05T11:00:00Z", 0 }, -1 },
		{ "what is finer than they are kept counts",
		    { 1, 0, "2026-03-05T12:00:00.1234569Z", 0 },
		    { 1, 0, "2026-03-05T12:00:00.1234561Z", 0 }, 1 },
		{ "a date with a revision is a text",
		    { 1, 0, "2026-03-05", 0 },
		    { 1, 0, "2026-03-05-2", 0 }, -1 },
		{ "what is not a time is older than every time",
		    { 1, 0, "W/7", 0 },
		    { 1, 0, "2026-03-05T12:00:00Z", 0 }, -1 },
		{ "the second part decides last", { 1, 7, "", 2 },
		    { 1, 7, "", 1 }, 1 },
		{ "the number goes before the second part", { 1, 6, "", 9 },
		    { 1, 7, "", 1 }, -1 },
		{ "extreme numbers do not overflow", { 1, INT64_MIN, "", 0 },
		    { 1, INT64_MAX, "", 0 }, -1 },
		{ "no text is an empty text", { 1, 1, NULL, 0 },
		    { 1, 1, "", 0 }, 0 },
	};
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		is_int(sign(version_compare(&t[i].a, &t[i].b)), t[i].want,
		    "%s", t[i].what);
		is_int(sign(version_compare(&t[i].b, &t[i].a)), -t[i].want,
		    "%s, the other way round", t[i].what);
	}
}

static void
faults(void)
{
	static const struct {
		const char *name, *json, *fault;
	} t[] = {
		{ "email", "null", NULL },
		{ "email", "\"a@example.org\"", NULL },
		{ "email", "7", "is not a text" },
		{ "email", "[\"a\"]", "is not a text" },
		{ "status", "\"active\"", NULL },
		{ "status", "\"gone\"",
		    "is not pending, active, suspended or closed" },
		{ "status", "true", "is not a text" },
		{ "tags", "[]", NULL },
		{ "tags", "[\"a\",\"b\"]", NULL },
		{ "tags", "[\"a\",\"a b\",\"ab\"]", NULL },
		{ "tags", "[\"b\",\"a\"]",
		    "is not sorted, or has an element twice" },
		{ "tags", "[\"a\",\"a\"]",
		    "is not sorted, or has an element twice" },
		{ "tags", "[\"a\",1]",
		    "has an element that is not a text" },
		{ "tags", "\"a\"", "is not a list" },
		{ "birthdate", "\"1990-02-28\"", NULL },
		{ "birthdate", "\"1990-02-30\"",
		    "is not a date (YYYY-MM-DD)" },
		{ "birthdate", "\"1990-02-28T00:00:00Z\"",
		    "is not a date (YYYY-MM-DD)" },
		{ "enrolled_at", "\"2026-03-04T05:06:07Z\"", NULL },
		{ "enrolled_at", "\"2026-03-04\"", NULL },
		{ "ended_at", "\"soon\"",
		    "is not a time (RFC 3339) or date" },
		{ "ended_at", "1772601967", "is not a text" },
		{ "address", "{\"locality\":\"Pune\"}", NULL },
		{ "address", "\"Pune\"", NULL },
		{ "address", "7", "is neither an object nor a text" },
		{ "grade", "7.5", NULL },
		{ "grade", "true", NULL },
		{ "grade", "\"\"", NULL },
		{ "grade", "{}", "is not a single value" },
		{ "grade", "[1]", "is not a single value" },
	};
	char big[5000];
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++)
		is_str(field_fault(t[i].name, t[i].json, strlen(t[i].json)),
		    t[i].fault, "%s %s", t[i].name, t[i].json);
	memset(big, 'x', sizeof big);
	big[0] = big[1025] = '"';
	is_str(field_fault("name", big, 1026), NULL, "1,024 bytes of name");
	big[1025] = 'x';
	big[1026] = '"';
	is_str(field_fault("name", big, 1027), "is too long",
	    "1,025 bytes of name");
	big[1026] = 'x';
	big[4097] = '"';
	is_str(field_fault("note", big, 4098), NULL,
	    "4,096 bytes of an attribute");
	big[4097] = 'x';
	big[4098] = '"';
	is_str(field_fault("note", big, 4099), "is too long",
	    "4,097 bytes of an attribute");
}

static void
names(void)
{
	static const char *const word[] = { "attributes", "deleted",
	    "effective_at", "external_id", "hold", "member", "points",
	    "version", NULL };
	int i;

	for (i = 0; i < F_CORE; i++)
		is_int(core_field_find(core_field_name((enum core_field)i),
		    strlen(core_field_name((enum core_field)i))), i,
		    "%s is found", core_field_name((enum core_field)i));
	is_int(core_field_find("given", 5), F_CORE, "half a name is not a "
	    "name");
	ok(attribute_name_ok("cost-centre.1_A", 15), "letters and signs");
	ok(!attribute_name_ok("", 0), "an empty name is not an attribute");
	ok(!attribute_name_ok("a b", 3), "a blank is not a letter");
	ok(!attribute_name_ok("a\0b", 3), "nor is NUL");
	ok(!attribute_name_ok("email", 5), "a core field is not an attribute");
	for (i = 0; word[i] != NULL; i++)
		ok(!attribute_name_ok(word[i], strlen(word[i])),
		    "nor is a word of a line: %s", word[i]);
	ok(!attribute_name_ok("12345678901234567890123456789012345678901234"
	    "567890123456789012345", 65), "65 characters are too many");
	is_int(member_status_find("closed", 6), ST_CLOSED, "closed");
	is_int(member_status_find("Closed", 6), -1, "words have their case");
	is_str(member_status_name(ST_PENDING), "pending", "pending");
}

int
main(void)
{
	versions();
	faults();
	names();
	return done_testing();
}
