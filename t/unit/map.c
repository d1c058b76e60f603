/* The mapping language, setting by setting: every one, and every refusal. */
#include "t/unit/tap.h"
#include "t/unit/mapped.h"

struct mapping {
	const char *what, *map, *body, *want;
};

/* The id and one field, to say the map of a field in one line. */
#define FIELD(f) "{\"external_id\":\"/id\",\"fields\":{" f "}}"

static const struct mapping places[] = {
	{ "a field is a pointer", FIELD("\"email\":\"/mail\""),
	    "{\"id\":\"7\",\"mail\":\"a@b.example\"}",
	    "7 email=\"a@b.example\"" },
	{ "what is absent says nothing", FIELD("\"email\":\"/mail\""),
	    "{\"id\":\"7\"}", "7" },
	{ "null clears", FIELD("\"email\":\"/mail\""),
	    "{\"id\":\"7\",\"mail\":null}", "7 email=null" },
	{ "an id may be a number", FIELD("\"email\":\"/mail\""),
	    "{\"id\":9007199254740993}", "9007199254740993" },
	{ "of a list the first that is there and not null counts",
	    FIELD("\"phone_number\":[\"/a\",\"/b\",\"/c\"]"),
	    "{\"id\":\"7\",\"b\":null,\"c\":\"+1\"}",
	    "7 phone_number=\"+1\"" },
	{ "where all of a list are null the field is cleared",
	    FIELD("\"phone_number\":[\"/a\",\"/b\"]"),
	    "{\"id\":\"7\",\"b\":null}", "7 phone_number=null" },
	{ "each walks over an array, ^ looks at the base",
	    "{\"each\":\"/e\",\"external_id\":\"/id\",\"fields\":"
	    "{\"grade\":\"^/g\",\"name\":\"/n\"}}",
	    "{\"g\":3,\"e\":[{\"id\":1,\"n\":\"A\"},{\"id\":2,\"n\":\"B\"}]}",
	    "1 grade=3 name=\"A\" | 2 grade=3 name=\"B\"" },
	{ "what is wrong with one of them says which it is",
	    "{\"each\":\"/e\",\"external_id\":\"/id\"}",
	    "{\"e\":[{\"id\":1},{\"n\":\"B\"},{\"id\":2}]}",
	    "missing: /e/1: external_id: /id is not in the event" },
	{ "a single element is as good as an array of one",
	    "{\"each\":\"/e\",\"external_id\":\"/id\"}",
	    "{\"e\":{\"id\":1}}", "1" },
	{ "an empty each makes no change",
	    "{\"each\":\"/e\",\"external_id\":\"/id\"}", "{\"e\":[]}", "" },
	{ "each that is not there is missing",
	    "{\"each\":\"/e\",\"external_id\":\"/id\"}", "{\"f\":[]}",
	    "missing: each: /e is not in the event" },
	{ "the first root that leads somewhere is the base, $ the body",
	    "{\"root\":[\"/x\",\"/y\"],\"external_id\":\"/id\",\"fields\":"
	    "{\"grade\":\"$/g\"}}",
	    "{\"g\":3,\"x\":null,\"y\":{\"id\":1}}", "1 grade=3" },
	{ "a list of ids is a change for each",
	    "{\"external_id\":\"/ids\",\"fields\":{\"grade\":\"/g\"}}",
	    "{\"g\":3,\"ids\":[\"a\",2]}", "a grade=3 | 2 grade=3" },
	{ "an empty list of ids is missing", "{\"external_id\":\"/ids\"}",
	    "{\"ids\":[]}", "missing: external_id: /ids is empty" },
	{ "no id is missing", "{\"external_id\":\"/id\"}", "{\"ID\":1}",
	    "missing: external_id: /id is not in the event" },
	{ "nor is an empty one an id", "{\"external_id\":\"/id\"}",
	    "{\"id\":\"\"}", "missing: external_id: /id is not in the event" },
	{ "an object is not an id", "{\"external_id\":\"/id\"}",
	    "{\"id\":{\"a\":1}}",
	    "bad_field: external_id: '{\"a\":1}' (/id) is not a single value" },
	{ "an id may be one that the file lists, or its default",
	    "{\"each\":\"\",\"external_id\":{\"from\":\"/id\",\"values\":"
	    "{\"1\":\"A\\u00e91\",\"2\":7},\"default\":\"none\"}}",
	    "[{\"id\":1},{\"id\":\"2\"},{}]", "A\xc3\xa9" "1 | 7 | none" },
	{ "a pointer's escapes are undone", FIELD("\"grade\":\"/a~1b/c~0\""),
	    "{\"id\":1,\"a/b\":{\"c~\":4}}", "1 grade=4" },
	{ "the event id is always there",
	    "{\"external_id\":\"@event_id\"}", "{}", "event-1" },
	{ "so is the time of receipt",
	    "{\"external_id\":\"/id\",\"time\":\"@received_at\"}",
	    "{\"id\":1}", "1 t=2026-03-04T05:26:10.000000Z" },
	{ "values are canonical", FIELD("\"address\":\"/a\""),
	    "{\"id\":1,\"a\":{\"z\": \"\\u0041\", \"b\":1}}",
	    "1 address={\"b\":1,\"z\":\"A\"}" },
};

static const struct mapping conversions[] = {
	{ "trim and lower, one after the other",
	    FIELD("\"email\":{\"from\":\"/e\",\"as\":[\"trim\",\"lower\"]}"),
	    "{\"id\":1,\"e\":\" A@B.Example \"}", "1 email=\"a@b.example\"" },
	{ "upper", FIELD("\"locale\":{\"from\":\"/e\",\"as\":\"upper\"}"),
	    "{\"id\":1,\"e\":\"en-\xc3\xa9\"}", "1 locale=\"EN-\xc3\xa9\"" },
	{ "string of a number",
	    FIELD("\"name\":{\"from\":\"/e\",\"as\":\"string\"}"),
	    "{\"id\":1,\"e\":12345678901234567890}",
	    "1 name=\"12345678901234567890\"" },
	{ "number of a text",
	    FIELD("\"fte\":{\"from\":\"/e\",\"as\":\"number\"}"),
	    "{\"id\":1,\"e\":\" 0.80 \"}", "1 fte=0.80" },
	{ "no number", FIELD("\"fte\":{\"from\":\"/e\",\"as\":\"number\"}"),
	    "{\"id\":1,\"e\":\"08\"}",
	    "bad_field: fte: '08' (/e) is not a number" },
	{ "of a list the place at which it stands is named",
	    FIELD("\"fte\":{\"from\":[\"/a\",\"/b\",\"/c\"],\"as\":"
	    "\"number\"}"), "{\"id\":1,\"a\":null,\"b\":\"x\"}",
	    "bad_field: fte: 'x' (/b) is not a number" },
	{ "also where all of them are read",
	    FIELD("\"tags\":{\"from\":[\"/a\",\"/b\",\"/c\"],\"as\":"
	    "\"set\"}"), "{\"id\":1,\"a\":\"x\",\"b\":{},\"c\":\"y\"}",
	    "bad_field: tags: '' (/b) is not a text or a list of texts" },
	{ "a number beyond all doubles",
	    FIELD("\"fte\":{\"from\":\"/e\",\"as\":\"number\"}"),
	    "{\"id\":1,\"e\":\"1e400\"}", "bad_field: fte: '1e400' (/e) is too "
	    "large a number to store" },
	{ "also below all, and as it stands", FIELD("\"fte\":\"/e\""),
	    "{\"id\":1,\"e\":-1e400}", "bad_field: fte: -1e400 is too large a "
	    "number to store" },
	{ "the largest, the smallest, and all the digits",
	    FIELD("\"a\":\"/a\",\"b\":\"/b\",\"c\":\"/c\""),
	    "{\"id\":1,\"a\":1.7E308,\"b\":1e-400,"
	    "\"c\":9007199254740993}",
	    "1 a=1.7E308 b=1e-400 c=9007199254740993" },
	{ "bool of a word",
	    FIELD("\"vip\":{\"from\":\"/e\",\"as\":\"bool\"}"),
	    "{\"id\":1,\"e\":\"Yes\"}", "1 vip=true" },
	{ "no bool", FIELD("\"vip\":{\"from\":\"/e\",\"as\":\"bool\"}"),
	    "{\"id\":1,\"e\":2}",
	    "bad_field: vip: '2' (/e) is neither true nor false" },
	{ "a date as it stands",
	    FIELD("\"birthdate\":{\"from\":\"/e\",\"as\":\"date\"}"),
	    "{\"id\":1,\"e\":\"1990-02-28\"}", "1 birthdate=\"1990-02-28\"" },
	{ "the date of a time is the one that was written",
	    FIELD("\"birthdate\":{\"from\":\"/e\",\"as\":\"date\"}"),
	    "{\"id\":1,\"e\":\"1990-02-28T23:30:00-05:00\"}",
	    "1 birthdate=\"1990-02-28\"" },
	{ "a date in a form of its own",
	    FIELD("\"ended_at\":{\"from\":\"/e\",\"as\":\"date\","
	    "\"format\":\"DD-MM-YYYY\"}"),
	    "{\"id\":1,\"e\":\"31-12-2026\"}", "1 ended_at=\"2026-12-31\"" },
	{ "and nothing but that form",
	    FIELD("\"ended_at\":{\"from\":\"/e\",\"as\":\"date\","
	    "\"format\":\"DD-MM-YYYY\"}"),
	    "{\"id\":1,\"e\":\"2026-12-31\"}",
	    "bad_field: ended_at: '2026-12-31' (/e) is not a date" },
	{ "a day that does not exist",
	    FIELD("\"ended_at\":{\"from\":\"/e\",\"as\":\"date\","
	    "\"format\":\"DD-MM-YYYY\"}"),
	    "{\"id\":1,\"e\":\"29-02-2026\"}",
	    "bad_field: ended_at: '29-02-2026' (/e) is not a date" },
	{ "no day comes after the last one, so it has no end",
	    FIELD("\"ended_at\":{\"from\":\"/e\",\"as\":[\"date\","
	    "\"day-after\"]},\"name\":\"/n\""),
	    "{\"id\":1,\"e\":\"9999-12-31\",\"n\":\"A\"}",
	    "1 ended_at=null name=\"A\"" },
	{ "but one comes after the last but one",
	    FIELD("\"ended_at\":{\"from\":\"/e\",\"as\":[\"date\","
	    "\"day-after\"]}"),
	    "{\"id\":1,\"e\":\"9999-12-30\"}",
	    "1 ended_at=\"9999-12-31\"" },
	{ "what takes effect never does not take effect now",
	    "{\"external_id\":\"/id\",\"effective_at\":{\"from\":\"/e\","
	    "\"as\":[\"date\",\"day-after\"]}}",
	    "{\"id\":1,\"e\":\"9999-12-31\"}",
	    "bad_field: effective_at: the day after 9999-12-31 cannot be "
	    "stored, and without a day the change would apply now" },
	{ "unless the file says so",
	    "{\"external_id\":\"/id\",\"effective_at\":{\"from\":\"/e\","
	    "\"as\":[\"date\",\"day-after\"],\"invalid\":\"null\"}}",
	    "{\"id\":1,\"e\":\"9999-12-31\"}", "1" },
	{ "/Date()/ of OData",
	    FIELD("\"ended_at\":{\"from\":\"/e\",\"as\":\"date\"}"),
	    "{\"id\":1,\"e\":\"/Date(1767225600000+0000)/\"}",
	    "1 ended_at=\"2026-01-01\"" },
	{ "before the epoch too",
	    FIELD("\"birthdate\":{\"from\":\"/e\",\"as\":\"date\"}"),
	    "{\"id\":1,\"e\":\"/Date(-1000)/\"}",
	    "1 birthdate=\"1969-12-31\"" },
	{ "a time of REST, with an offset that has no colon",
	    FIELD("\"enrolled_at\":{\"from\":\"/e\",\"as\":\"datetime\"}"),
	    "{\"id\":1,\"e\":\"2026-03-04T05:06:07.000+0000\"}",
	    "1 enrolled_at=\"2026-03-04T05:06:07.000000Z\"" },
	{ "a time without zone is one of the zone that is set",
	    "{\"zone\":\"+05:30\",\"external_id\":\"/id\",\"fields\":{"
	    "\"enrolled_at\":{\"from\":\"/e\",\"as\":\"datetime\"}}}",
	    "{\"id\":1,\"e\":\"2026-03-04T05:36:07\"}",
	    "1 enrolled_at=\"2026-03-04T00:06:07.000000Z\"" },
	{ "so it is of a field that nothing is done to",
	    "{\"zone\":\"+05:30\",\"external_id\":\"/id\",\"fields\":{"
	    "\"enrolled_at\":\"/e\",\"ended_at\":[{\"from\":\"/x\"},"
	    "{\"from\":\"/f\",\"zone\":\"Europe/Berlin\"}]}}",
	    "{\"id\":1,\"e\":\"2026-03-04T05:36:07\","
	    "\"f\":\"2026-07-01 02:00:00\"}",
	    "1 enrolled_at=\"2026-03-04T00:06:07.000000Z\" "
	    "ended_at=\"2026-07-01T00:00:00.000000Z\"" },
	{ "which a day and a time of another zone are not moved by",
	    "{\"zone\":\"+05:30\",\"external_id\":\"/id\",\"fields\":{"
	    "\"enrolled_at\":\"/e\",\"ended_at\":\"/f\"}}",
	    "{\"id\":1,\"e\":\"2026-03-04\","
	    "\"f\":\"2026-03-04T05:36:07+01:00\"}",
	    "1 enrolled_at=\"2026-03-04\" "
	    "ended_at=\"2026-03-04T04:36:07.000000Z\"" },
	{ "a field's own zone goes first",
	    "{\"zone\":\"+05:30\",\"external_id\":\"/id\",\"fields\":{"
	    "\"enrolled_at\":{\"from\":\"/e\",\"as\":\"datetime\","
	    "\"zone\":\"-01:00\"}}}",
	    "{\"id\":1,\"e\":\"2026-03-04T05:06:07\"}",
	    "1 enrolled_at=\"2026-03-04T06:06:07.000000Z\"" },
	{ "epoch_ms of a number and of a text",
	    FIELD("\"enrolled_at\":{\"from\":\"/e\",\"as\":\"epoch_ms\"},"
	    "\"ended_at\":{\"from\":\"/f\",\"as\":\"epoch_ms\"}"),
	    "{\"id\":1,\"e\":1772601967123,\"f\":\"0\"}",
	    "1 enrolled_at=\"2026-03-04T05:26:07.123000Z\" "
	    "ended_at=\"1970-01-01T00:00:00.000000Z\"" },
	{ "epoch_s, then its date in the zone",
	    "{\"zone\":\"+05:30\",\"external_id\":\"/id\",\"fields\":{"
	    "\"ended_at\":{\"from\":\"/e\",\"as\":[\"epoch_s\",\"date\"]}}}",
	    "{\"id\":1,\"e\":1767209400}", "1 ended_at=\"2026-01-01\"" },
	{ "an epoch beyond all years",
	    FIELD("\"ended_at\":{\"from\":\"/e\",\"as\":\"epoch_s\"}"),
	    "{\"id\":1,\"e\":999999999999999999}",
	    "bad_field: ended_at: '999999999999999999' (/e) is not a number of "
	    "seconds or milliseconds since 1970" },
	{ "times of one moment are one text", FIELD("\"ended_at\":\"/e\""),
	    "{\"id\":1,\"e\":\"2026-03-04T10:36:07+05:30\"}",
	    "1 ended_at=\"2026-03-04T05:06:07.000000Z\"" },
	{ "an international number",
	    FIELD("\"phone_number\":{\"from\":\"/e\",\"as\":\"e164\"}"),
	    "{\"id\":1,\"e\":\"+44 (0)20 7946-0958\"}",
	    "1 phone_number=\"+442079460958\"" },
	{ "00 is a plus sign",
	    FIELD("\"phone_number\":{\"from\":\"/e\",\"as\":\"e164\"}"),
	    "{\"id\":1,\"e\":\"0044 20 7946 0958\"}",
	    "1 phone_number=\"+442079460958\"" },
	{ "a national number gets its country",
	    "{\"country\":\"91\",\"external_id\":\"/id\",\"fields\":{"
	    "\"phone_number\":{\"from\":\"/e\",\"as\":\"e164\"}}}",
	    "{\"id\":1,\"e\":\"098765 43210\"}",
	    "1 phone_number=\"+919876543210\"" },
	{ "loses its 0 also where signs stand around that",
	    "{\"country\":\"49\",\"each\":\"\",\"external_id\":\"/id\","
	    "\"fields\":{\"phone_number\":{\"from\":\"/e\","
	    "\"as\":\"e164\"}}}",
	    "[{\"id\":1,\"e\":\"(089) 123 45 67\"},"
	    "{\"id\":2,\"e\":\"(0)89/1234567\"}]",
	    "1 phone_number=\"+49891234567\" | "
	    "2 phone_number=\"+49891234567\"" },
	{ "and a plus sign may follow one",
	    "{\"country\":\"49\",\"each\":\"\",\"external_id\":\"/id\","
	    "\"fields\":{\"phone_number\":{\"from\":\"/e\","
	    "\"as\":\"e164\"}}}",
	    "[{\"id\":1,\"e\":\"(0049) 89 123-4567\"},"
	    "{\"id\":2,\"e\":\"(+49) 89 123-4567\"},"
	    "{\"id\":3,\"e\":\"00 49 (0)89 123.4567\"}]",
	    "1 phone_number=\"+49891234567\" | "
	    "2 phone_number=\"+49891234567\" | "
	    "3 phone_number=\"+49891234567\"" },
	{ "a plus sign further on is refused",
	    "{\"country\":\"49\",\"external_id\":\"/id\",\"fields\":{"
	    "\"phone_number\":{\"from\":\"/e\",\"as\":\"e164\"}}}",
	    "{\"id\":1,\"e\":\"89+1234567\"}",
	    "bad_field: phone_number: '89+1234567' (/e) is not a telephone "
	    "number" },
	{ "and cannot be read without one",
	    FIELD("\"phone_number\":{\"from\":\"/e\",\"as\":\"e164\"}"),
	    "{\"id\":1,\"e\":\"98765 43210\"}",
	    "bad_field: phone_number: '98765 43210' (/e) is not an "
	    "international number, and no country is set" },
	{ "words are not a number",
	    FIELD("\"phone_number\":{\"from\":\"/e\",\"as\":\"e164\"}"),
	    "{\"id\":1,\"e\":\"+44 ask\"}",
	    "bad_field: phone_number: '+44 ask' (/e) is not a telephone "
	    "number" },
	{ "join of several places",
	    FIELD("\"name\":{\"from\":[\"/a\",\"/b\",\"/c\"],\"as\":\"join\"}"),
	    "{\"id\":1,\"a\":\"Mira\",\"b\":\"\",\"c\":\"Dell\"}",
	    "1 name=\"Mira Dell\"" },
	{ "join of empty texts is one",
	    FIELD("\"name\":{\"from\":[\"/a\",\"/b\"],\"as\":\"join\"}"),
	    "{\"id\":1,\"a\":\"\",\"b\":\"\"}", "1 name=\"\"" },
	{ "which is null where the file says so",
	    "{\"empty\":\"null\",\"external_id\":\"/id\",\"fields\":{"
	    "\"name\":{\"from\":[\"/a\",\"/b\"],\"as\":\"join\"}}}",
	    "{\"id\":1,\"a\":\"\",\"b\":\"\"}", "1 name=null" },
	{ "join of an array, with a separator",
	    FIELD("\"team\":{\"from\":\"/a\",\"as\":\"join\","
	    "\"separator\":\"/\"}"),
	    "{\"id\":1,\"a\":[\"x\",\"y\"]}", "1 team=\"x/y\"" },
	{ "set is sorted and has nothing twice",
	    FIELD("\"tags\":{\"from\":\"/a\",\"as\":\"set\"}"),
	    "{\"id\":1,\"a\":[\"vip\",\" gold\",\"vip\",\"\"]}",
	    "1 tags=[\"gold\",\"vip\"]" },
	{ "set of a text with a separator",
	    FIELD("\"tags\":{\"from\":\"/a\",\"as\":\"set\","
	    "\"separator\":\";\"}"),
	    "{\"id\":1,\"a\":\"vip; gold;\"}", "1 tags=[\"gold\",\"vip\"]" },
	{ "of an array each element is cut",
	    FIELD("\"tags\":{\"from\":\"/a\",\"as\":\"set\","
	    "\"separator\":\";\"}"),
	    "{\"id\":1,\"a\":[\"x;y\",\"z\"]}", "1 tags=[\"x\",\"y\",\"z\"]" },
	{ "tags are a set by default",
	    FIELD("\"tags\":\"/a\""), "{\"id\":1,\"a\":[\"b\",\"a\",\"b\"]}",
	    "1 tags=[\"a\",\"b\"]" },
	{ "an empty array is an empty set",
	    FIELD("\"tags\":{\"from\":\"/a\",\"as\":\"set\"}"),
	    "{\"id\":1,\"a\":[]}", "1 tags=[]" },
	{ "and null is null",
	    FIELD("\"tags\":{\"from\":[\"/a\",\"/b\"],\"as\":\"set\"}"),
	    "{\"id\":1,\"a\":null}", "1 tags=null" },
	{ "an element of tags that is not a text", FIELD("\"tags\":\"/a\""),
	    "{\"id\":1,\"a\":[\"b\",{}]}",
	    "bad_field: tags: [\"b\",{}] has an element that is not a text" },
	{ "an id of 15 characters gets its 18",
	    "{\"external_id\":{\"from\":\"/id\",\"as\":\"salesforce-id\"}}",
	    "{\"id\":[\"003Zz00000LoyA1\",\"0031x00000loya2\","
	    "\"00DZz0000000LoY\",\"04lZz00000LoyaNIAR\",\"0lMZz00000LOYAL\"]}",
	    "003Zz00000LoyA1IAJ | 0031x00000loya2AAA | 00DZz0000000LoYMAU | "
	    "04lZz00000LoyaNIAR | 0lMZz00000LOYALMA5" },
	{ "an id with wrong check characters",
	    "{\"external_id\":{\"from\":\"/id\",\"as\":\"salesforce-id\"}}",
	    "{\"id\":\"003Zz00000LoyA1IAK\"}",
	    "bad_field: external_id: '003Zz00000LoyA1IAK' (/id) is a "
	    "Salesforce id with wrong check characters" },
	{ "an id of another length",
	    "{\"external_id\":{\"from\":\"/id\",\"as\":\"salesforce-id\"}}",
	    "{\"id\":\"003*\"}",
	    "bad_field: external_id: '003*' (/id) is not a Salesforce id of "
	    "15 or 18 characters" },
	{ "a control character never gets into a sentence",
	    FIELD("\"fte\":{\"from\":\"/e\",\"as\":\"number\"}"),
	    "{\"id\":1,\"e\":\"a\\nb\"}",
	    "bad_field: fte: 'a?b' (/e) is not a number" },
};

static const struct mapping values[] = {
	{ "a value that is listed",
	    FIELD("\"status\":{\"from\":\"/s\",\"as\":\"lower\",\"values\":"
	    "{\"here\":\"active\",\"gone\":\"closed\",\"?\":null}}"),
	    "{\"id\":1,\"s\":\"GONE\"}", "1 status=\"closed\"" },
	{ "a listed null clears",
	    FIELD("\"status\":{\"from\":\"/s\",\"values\":{\"?\":null}}"),
	    "{\"id\":1,\"s\":\"?\"}", "1 status=null" },
	{ "numbers and booleans are looked up by their text",
	    FIELD("\"status\":{\"from\":\"/s\",\"values\":{\"true\":"
	    "\"active\",\"0\":\"closed\"}}"),
	    "{\"id\":1,\"s\":true}", "1 status=\"active\"" },
	{ "a value that is not listed",
	    FIELD("\"status\":{\"from\":\"/s\",\"values\":{\"a\":\"active\"}}"),
	    "{\"id\":1,\"s\":\"b\"}",
	    "bad_field: status: 'b' (/s) is not listed in its values" },
	{ "* is every other",
	    FIELD("\"status\":{\"from\":\"/s\",\"values\":{\"a\":\"active\","
	    "\"*\":\"suspended\"}}"),
	    "{\"id\":1,\"s\":\"b\"}", "1 status=\"suspended\"" },
	{ "the empty name is null and the empty text",
	    FIELD("\"status\":{\"from\":\"/s\",\"values\":{\"\":\"active\","
	    "\"*\":\"closed\"}}"),
	    "{\"id\":1,\"s\":null}", "1 status=\"active\"" },
	{ "null stays null where it is not listed",
	    FIELD("\"status\":{\"from\":\"/s\",\"values\":{\"*\":\"closed\"}}"),
	    "{\"id\":1,\"s\":null}", "1 status=null" },
	{ "default when nothing is there",
	    FIELD("\"locale\":{\"from\":\"/l\",\"default\":\"en-IN\"}"),
	    "{\"id\":1}", "1 locale=\"en-IN\"" },
	{ "but not for null",
	    FIELD("\"locale\":{\"from\":\"/l\",\"default\":\"en-IN\"}"),
	    "{\"id\":1,\"l\":null}", "1 locale=null" },
	{ "required",
	    FIELD("\"locale\":{\"from\":\"/l\",\"required\":true}"),
	    "{\"id\":1}", "missing: locale: /l is not in the event" },
	{ "invalid can be left out",
	    FIELD("\"fte\":{\"from\":\"/f\",\"as\":\"number\","
	    "\"invalid\":\"omit\"}"),
	    "{\"id\":1,\"f\":\"x\"}", "1" },
	{ "or be null",
	    FIELD("\"fte\":{\"from\":\"/f\",\"as\":\"number\","
	    "\"invalid\":\"null\"}"),
	    "{\"id\":1,\"f\":\"x\"}", "1 fte=null" },
	{ "or leave it to the next way",
	    FIELD("\"status\":[{\"from\":\"/t\",\"values\":{\"left\":"
	    "\"closed\"},\"invalid\":\"omit\"},{\"from\":\"/s\","
	    "\"values\":{\"a\":\"active\"}}]"),
	    "{\"id\":1,\"t\":\"moved\",\"s\":\"a\"}", "1 status=\"active\"" },
	{ "also what does not suit its field",
	    FIELD("\"name\":{\"from\":\"/n\",\"invalid\":\"omit\"},"
	    "\"birthdate\":{\"from\":\"/b\",\"invalid\":\"null\"},"
	    "\"locale\":[{\"from\":\"/l\",\"invalid\":\"omit\"},\"/m\"],"
	    "\"tags\":{\"from\":\"/t\",\"invalid\":\"null\"},"
	    "\"ended_at\":{\"from\":\"/e\",\"invalid\":\"omit\"}"),
	    "{\"id\":1,\"n\":7,\"b\":\"1899-12-31\",\"l\":{},\"m\":\"de\","
	    "\"t\":[[]],\"e\":\"2026-03-04T05:06:07Z\"}",
	    "1 birthdate=null locale=\"de\" tags=null "
	    "ended_at=\"2026-03-04T05:06:07.000000Z\"" },
	{ "empty texts are kept", FIELD("\"name\":\"/n\""),
	    "{\"id\":1,\"n\":\"\"}", "1 name=\"\"" },
	{ "or are null",
	    "{\"empty\":\"null\",\"external_id\":\"/id\",\"fields\":"
	    "{\"name\":\"/n\",\"email\":{\"from\":\"/e\",\"as\":\"trim\"}}}",
	    "{\"id\":1,\"n\":\"\",\"e\":\" \"}", "1 name=null email=null" },
	{ "every value passes the rules of its field",
	    FIELD("\"status\":\"/s\""), "{\"id\":1,\"s\":\"gone\"}",
	    "bad_field: status: \"gone\" is not pending, active, suspended or "
	    "closed" },
};

static const struct mapping orders[] = {
	{ "a version that is a number",
	    "{\"external_id\":\"/id\",\"version\":\"/v\"}",
	    "{\"id\":1,\"v\":9007199254740993}", "1 v1:9007199254740993.0" },
	{ "digits of a text are a number too",
	    "{\"external_id\":\"/id\",\"version\":\"/v\"}",
	    "{\"id\":1,\"v\":\"10\"}", "1 v1:10.0" },
	{ "another text stays one",
	    "{\"external_id\":\"/id\",\"version\":\"/v\"}",
	    "{\"id\":1,\"v\":\"W/7\"}", "1 v1:0/W/7.0" },
	{ "two parts, one of them a time",
	    "{\"external_id\":\"/id\",\"version\":{\"join\":[{\"from\":\"/t\","
	    "\"as\":\"epoch_ms\"},\"/n\"]}}",
	    "{\"id\":1,\"t\":1772601967000,\"n\":3}",
	    "1 v1:1772601967000000.3" },
	{ "a second part that is not a number",
	    "{\"external_id\":\"/id\",\"version\":{\"join\":[\"/t\",\"/n\"]}}",
	    "{\"id\":1,\"t\":1,\"n\":\"x\"}",
	    "bad_field: version: its second part is not a whole number" },
	{ "a fraction comes after its whole number",
	    "{\"external_id\":\"/id\",\"version\":\"/v\"}",
	    "{\"id\":1,\"v\":9.50}", "1 v1:9/.5.0" },
	{ "zeros after the point count",
	    "{\"external_id\":\"/id\",\"version\":\"/v\"}",
	    "{\"id\":1,\"v\":0.05}", "1 v1:0/.05.0" },
	{ "below zero it goes before it",
	    "{\"external_id\":\"/id\",\"version\":\"/v\"}",
	    "{\"id\":1,\"v\":-1.25}", "1 v1:-2/.75.0" },
	{ "an exponent is worked out",
	    "{\"external_id\":\"/id\",\"version\":\"/v\"}",
	    "{\"id\":1,\"v\":1.05e3}", "1 v1:1050.0" },
	{ "a small one too",
	    "{\"external_id\":\"/id\",\"version\":\"/v\"}",
	    "{\"id\":1,\"v\":25e-3}", "1 v1:0/.025.0" },
	{ "a point without a fraction is invalid",
	    "{\"external_id\":\"/id\",\"version\":\"/v\"}",
	    "{\"id\":1,\"v\":-7.000}", "1 v1:-7.0" },
	{ "nothing is nothing",
	    "{\"external_id\":\"/id\",\"version\":\"/v\"}",
	    "{\"id\":1,\"v\":-0.0e9}", "1 v1:0.0" },
	{ "the largest number",
	    "{\"external_id\":\"/id\",\"version\":\"/v\"}",
	    "{\"id\":1,\"v\":9223372036854775806e0}",
	    "1 v1:9223372036854775806.0" },
	{ "a larger one with an exponent",
	    "{\"external_id\":\"/id\",\"version\":\"/v\"}",
	    "{\"id\":1,\"v\":1e19}",
	    "1 v1:9223372036854775807/"
	    "00000000000010000000000000000000.0" },
	{ "and then goes by its fraction",
	    "{\"external_id\":\"/id\",\"version\":\"/v\"}",
	    "{\"id\":1,\"v\":12345678901234567890.50}",
	    "1 v1:9223372036854775807/"
	    "00000000000012345678901234567890.5.0" },
	{ "as many digits as there may be",
	    "{\"external_id\":\"/id\",\"version\":\"/v\"}",
	    "{\"id\":1,\"v\":12345678901234567890123456789012.5}",
	    "1 v1:9223372036854775807/"
	    "12345678901234567890123456789012.5.0" },
	{ "one of more digits is not a number",
	    "{\"external_id\":\"/id\",\"version\":\"/v\"}",
	    "{\"id\":1,\"v\":1e33}",
	    "bad_field: version: '1e33' is out of range" },
	{ "nor is true",
	    "{\"external_id\":\"/id\",\"version\":\"/v\"}",
	    "{\"id\":1,\"v\":true}",
	    "bad_field: version: is neither a number nor a text" },
	{ "nearly nothing",
	    "{\"external_id\":\"/id\",\"version\":\"/v\"}",
	    "{\"id\":1,\"v\":1e-300}", 
	    "bad_field: version: '1e-300' is out of range" },
	{ "a text with a point is a text",
	    "{\"external_id\":\"/id\",\"version\":\"/v\"}",
	    "{\"id\":1,\"v\":\"9.5\"}", "1 v1:0/9.5.0" },
	{ "a version of many digits comes after those of few",
	    "{\"external_id\":\"/id\",\"version\":\"/v\"}",
	    "{\"id\":1,\"v\":99999999999999999999}",
	    "1 v1:9223372036854775807/"
	    "00000000000099999999999999999999.0" },
	{ "a time and a time to take effect",
	    "{\"zone\":\"+05:30\",\"external_id\":\"/id\",\"time\":\"/t\","
	    "\"effective_at\":\"/e\"}",
	    "{\"id\":1,\"t\":\"2026-03-04T05:06:07Z\",\"e\":\"2026-04-01\"}",
	    "1 t=2026-03-04T05:06:07.000000Z "
	    "eff=2026-03-31T18:30:00.000000Z" },
	{ "an invalid time",
	    "{\"external_id\":\"/id\",\"time\":\"/t\"}",
	    "{\"id\":1,\"t\":\"now\"}",
	    "bad_field: time: 'now' is not a time" },
	{ "deleted by what is true",
	    "{\"external_id\":\"/id\",\"deleted\":\"/d\",\"fields\":"
	    "{\"name\":\"/n\"}}",
	    "{\"id\":1,\"d\":\"true\",\"n\":\"x\"}", "1 deleted" },
	{ "false in words is false",
	    "{\"external_id\":\"/id\",\"deleted\":\"/d\"}",
	    "{\"id\":1,\"d\":\"False\"}", "1" },
	{ "nor by 0, however it is written",
	    "{\"each\":\"\",\"external_id\":\"/id\",\"deleted\":\"/d\"}",
	    "[{\"id\":1,\"d\":0},{\"id\":2,\"d\":0.0},{\"id\":3,\"d\":-0},"
	    "{\"id\":4,\"d\":0.0e1},{\"id\":5,\"d\":0.01},"
	    "{\"id\":6,\"d\":1e0}]",
	    "1 | 2 | 3 | 4 | 5 deleted | 6 deleted" },
	{ "deleted by a word",
	    "{\"external_id\":\"/id\",\"deleted\":{\"from\":\"/d\",\"is\":"
	    "[\"gone\",\"left\"]}}", "{\"id\":1,\"d\":\"left\"}",
	    "1 deleted" },
	{ "thin whatever it holds", "{\"external_id\":\"/id\",\"thin\":true}",
	    "{\"id\":1}", "thin" },
	{ "thin when a condition holds",
	    "{\"external_id\":\"/id\",\"thin\":[{\"from\":\"/t\",\"begins\":"
	    "\"GAP_\"},{\"all\":[\"/a\",{\"from\":\"/b\",\"there\":false}]}]}",
	    "{\"id\":1,\"t\":\"NO\",\"a\":1}", "thin" },
	{ "not thin when it does not",
	    "{\"external_id\":\"/id\",\"thin\":[{\"from\":\"/t\",\"begins\":"
	    "\"GAP_\"},{\"all\":[\"/a\",{\"from\":\"/b\",\"there\":false}]}]}",
	    "{\"id\":1,\"t\":\"NO\",\"a\":1,\"b\":2}", "1" },
	{ "not", "{\"external_id\":\"/id\",\"thin\":{\"from\":\"/t\",\"is\":"
	    "\"full\",\"not\":true}}", "{\"id\":1,\"t\":\"short\"}", "thin" },
	{ "an echo", "{\"external_id\":\"/id\",\"echo\":{\"from\":\"/o\","
	    "\"contains\":\"loya\"}}", "{\"id\":1,\"o\":\"by loya;\"}",
	    "echo" },
};

#define ONLY "{\"external_id\":\"/id\",\"only\":{\"changed\":[\"/c\",\"/z\"]," \
    "\"cleared\":\"/z\"},\"fields\":{\"given_name\":\"/N/First\"," \
    "\"email\":\"/E\",\"phone_number\":[\"/M\",\"/P\"],\"address\":\"/A\"}}"

#define REQUIRED "{\"external_id\":\"/id\",\"only\":{\"changed\":\"/c\"}," \
    "\"fields\":{\"name\":{\"from\":\"/N\",\"required\":true}," \
    "\"email\":\"/E\"}}"

static const struct mapping onlys[] = {
	{ "only what is named counts", ONLY,
	    "{\"id\":1,\"c\":[\"E\"],\"E\":\"a\",\"N\":{\"First\":\"M\"}}",
	    "1 email=\"a\"" },
	{ "dots stand for slashes", ONLY,
	    "{\"id\":1,\"c\":[\"N.First\"],\"N\":{\"First\":\"M\"}}",
	    "1 given_name=\"M\"" },
	{ "what lies below a name is named", ONLY,
	    "{\"id\":1,\"c\":[\"N\"],\"N\":{\"First\":\"M\"}}",
	    "1 given_name=\"M\"" },
	{ "a name is more than its first letters", ONLY,
	    "{\"id\":1,\"c\":[\"N.Fir\",\"EE\"],\"N\":{\"First\":\"M\"},"
	    "\"E\":\"a\"}", "1" },
	{ "a cleared field is null, in the body or not", ONLY,
	    "{\"id\":1,\"c\":[\"E\",\"N.First\"],\"z\":[\"E\",\"N.First\"],"
	    "\"E\":null}", "1 given_name=null email=null" },
	{ "nulls of what did not change say nothing", ONLY,
	    "{\"id\":1,\"c\":[\"N.First\"],\"z\":[],\"E\":null,\"M\":null,"
	    "\"P\":null,\"N\":{\"First\":\"M\"}}", "1 given_name=\"M\"" },
	{ "without the lists every value counts, but no null", ONLY,
	    "{\"id\":1,\"E\":null,\"N\":{\"First\":\"M\"},\"P\":\"+1\"}",
	    "1 given_name=\"M\" phone_number=\"+1\"" },
	{ "an empty set is no null",
	    "{\"external_id\":\"/id\",\"only\":{\"changed\":\"/c\"},"
	    "\"fields\":{\"tags\":{\"from\":\"/t\",\"as\":\"set\"}}}",
	    "{\"id\":1,\"t\":[]}", "1 tags=[]" },
	{ "of several places the first that is named decides", ONLY,
	    "{\"id\":1,\"c\":[\"M\"],\"M\":\"+2\",\"P\":null}",
	    "1 phone_number=\"+2\"" },
	{ "where an unnamed place goes before, the event is thin", ONLY,
	    "{\"id\":1,\"c\":[\"P\"],\"P\":\"+1\"}", "thin" },
	{ "unless it is in the event", ONLY,
	    "{\"id\":1,\"c\":[\"P\"],\"M\":\"+2\",\"P\":\"+1\"}",
	    "1 phone_number=\"+2\"" },
	{ "part of a compound value makes it thin", ONLY,
	    "{\"id\":1,\"c\":[\"A.City\"],\"A\":{\"City\":\"Pune\"}}",
	    "thin" },
	{ "named but not in the event makes it thin", ONLY,
	    "{\"id\":1,\"c\":[\"E\"]}", "thin" },
	{ "what is not named cannot be missing", REQUIRED,
	    "{\"id\":1,\"c\":[\"E\"],\"E\":\"a\"}", "1 email=\"a\"" },
	{ "but what is named can", REQUIRED,
	    "{\"id\":1,\"c\":[\"N\"],\"N\":null}",
	    "missing: name: /N is not in the event" },
	{ "and where the lists are absent all", REQUIRED,
	    "{\"id\":1,\"E\":\"a\"}",
	    "missing: name: /N is not in the event" },
};

/* Bodies that cannot be mapped at all. */
static void
bodies(void)
{
	static const struct {
		const char *what, *map, *type, *body, *want;
	} t[] = {
		{ "invalid JSON", "{\"external_id\":\"/id\"}",
		    "application/json", "{\"id\":1",
		    "malformed: body: line 1, column 8: the text ends too "
		    "early" },
		{ "a text is not mapped", "{\"external_id\":\"/id\"}",
		    "text/plain", "Ping test",
		    "unmapped: the event has no data to map" },
		{ "XML is read as its tree", "{\"external_id\":\"/a/b\"}",
		    "text/xml", "<a><b>x</b></a>", "x" },
		{ "a form for each kind of body",
		    "{\"fields\":{\"name\":\"/n\"},\"forms\":{\"one\":{"
		    "\"when\":{\"from\":\"/k\",\"is\":\"1\"},"
		    "\"external_id\":\"/a\"},"
		    "\"two\":{\"root\":\"/w\",\"external_id\":\"/b\","
		    "\"fields\":{\"grade\":\"/g\"}}}}", "application/json",
		    "{\"w\":{\"b\":5,\"n\":\"N\",\"g\":1}}",
		    "5 name=\"N\" grade=1" },
		{ "no form fits",
		    "{\"forms\":{\"one\":{\"when\":\"/k\",\"external_id\":"
		    "\"/a\"}}}", "application/json", "{\"a\":1}",
		    "unmapped: the source file does not say how to map such "
		    "an event" },
		{ "data of a CloudEvent is mapped, its time counts",
		    "{\"external_id\":\"/id\",\"fields\":{\"team\":\"@type\"}}",
		    "application/cloudevents+json; charset=utf-8",
		    "{\"specversion\":\"1.0\",\"type\":\"t\",\"source\":\"s\","
		    "\"id\":\"1\",\"time\":\"2026-03-04T05:06:07Z\","
		    "\"data\":{\"id\":4}}",
		    "4 t=2026-03-04T05:06:07.000000Z team=\"t\"" },
		{ "data as base64", "{\"external_id\":\"/id\"}",
		    "application/cloudevents+json",
		    "{\"specversion\":\"1.0\",\"type\":\"t\",\"source\":\"s\","
		    "\"id\":\"1\",\"datacontenttype\":\"application/json\","
		    "\"data_base64\":\"eyJpZCI6NX0=\"}", "5" },
		{ "XML as data", "{\"external_id\":\"/a\"}",
		    "application/cloudevents+json",
		    "{\"specversion\":\"1.0\",\"type\":\"t\",\"source\":\"s\","
		    "\"id\":\"1\",\"datacontenttype\":\"text/xml\","
		    "\"data\":\"<a>9</a>\"}", "9" },
		{ "no data", "{\"external_id\":\"/a\"}",
		    "application/cloudevents+json",
		    "{\"specversion\":\"1.0\",\"type\":\"t\",\"source\":\"s\","
		    "\"id\":\"1\"}", "unmapped: the event has no data to map" },
	};
	char file[1024];
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		snprintf(file, sizeof file, "{\"map\":%s}", t[i].map);
		is_str(mapped_by(file, t[i].type, t[i].body), t[i].want, "%s",
		    t[i].what);
	}
}

/* A file that overrides its profile, and a form that overrides what the forms
 * have in common. */
static void
merged(void)
{
	static const struct {
		const char *what, *file, *body, *want;
	} t[] = {
		{ "a value's null is not the merge patch's",
		    "{\"profile\":\"darwinbox\",\"map\":{\"fields\":{\"tier\":{"
		    "\"from\":\"/T\",\"values\":{\"A\":1,\"B\":null}}}}}",
		    "{\"employee_id\":7,\"T\":\"B\"}",
		    "7 employee_number=\"7\" tier=null" },
		{ "nor is its default",
		    "{\"profile\":\"darwinbox\",\"map\":{\"fields\":{\"tier\":{"
		    "\"from\":\"/T\",\"default\":null}}}}",
		    "{\"employee_id\":7}",
		    "7 employee_number=\"7\" tier=null" },
		{ "not in a form either",
		    "{\"map\":{\"external_id\":\"/id\",\"forms\":{\"a\":{"
		    "\"fields\":{\"tier\":{\"from\":\"/T\",\"values\":"
		    "{\"B\":null}}}}}}}",
		    "{\"id\":1,\"T\":\"B\"}", "1 tier=null" },
		{ "what else is null in a value is not there",
		    "{\"profile\":\"darwinbox\",\"map\":{\"fields\":{"
		    "\"email\":{\"from\":\"/T\",\"as\":null}}}}",
		    "{\"employee_id\":7,\"T\":\"B\"}",
		    "7 email=\"B\" employee_number=\"7\"" },
		{ "another 'from' of a timeline leaves the rest of it",
		    "{\"profile\":\"darwinbox\",\"map\":{\"timeline\":{"
		    "\"from\":{\"from\":\"/doj\",\"as\":\"date\",\"format\":"
		    "\"DD-MM-YYYY\"}}}}",
		    "{\"employee_id\":\"7\",\"employee_status\":\"Active\","
		    "\"doj\":\"01-02-2020\",\"date_of_exit\":\"01-02-2021\"}",
		    "7 ended_at=\"2021-02-01\" employee_number=\"7\" "
		    "status=\"suspended\"" },
		{ "an attribute of that name leaves the other fields",
		    "{\"profile\":\"darwinbox\",\"map\":{\"fields\":{\"from\":"
		    "\"/f\"}}}", "{\"employee_id\":\"7\",\"full_name\":\"A\","
		    "\"employee_status\":\"Active\",\"f\":1}",
		    "7 name=\"A\" employee_number=\"7\" from=1 "
		    "status=\"active\"" },
	};
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++)
		is_str(mapped_by(t[i].file, "application/json", t[i].body),
		    t[i].want, "%s", t[i].what);
}

static void
table(const struct mapping *t, size_t n)
{
	char file[1024];
	size_t i;

	for (i = 0; i < n; i++) {
		snprintf(file, sizeof file, "{\"map\":%s}", t[i].map);
		is_str(mapped_by(file, "application/json", t[i].body),
		    t[i].want, "%s", t[i].what);
	}
}

#define TABLE(t) table(t, sizeof t / sizeof t[0])

int
main(void)
{
	TABLE(places);
	TABLE(conversions);
	TABLE(values);
	TABLE(orders);
	TABLE(onlys);
	bodies();
	merged();
	return done_testing();
}
