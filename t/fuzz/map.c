/*
 * Mapping whatever comes: bodies through the map of every product and one
 * that uses every conversion; and maps themselves, as source files.  What
 * comes out has to keep the rules of its fields.
 *
 * clang -g -O1 -fsanitize=fuzzer,address,undefined -D_GNU_SOURCE -I. \
 *     -Ibuild -o build/fuzz-map t/fuzz/map.c common/map*.c common/conf*.c \
 *     common/place.c common/scene.c common/change.c common/field.c \
 *     common/json*.c common/names.c common/xml*.c common/data.c \
 *     common/crypt.c common/sha256.c common/buf.c common/arena.c \
 *     common/clock.c common/die.c common/status.c -ljansson -lexpat -lsodium \
 *     -lnettle
 *
 * With gcc: -DFUZZ_MAIN, as t/fuzz/json.c says.
 */
#include "common/conf.h"
#include "common/json.h"
#include "common/map.h"

#include "t/fuzz/fuzz.h"

#define CDC "{\"payload\":{\"ChangeEventHeader\":{\"entityName\":\"User\"," \
    "\"recordIds\":[\"003Zz00000LoyA1IAJ\",\"0031x00000loya2\"]," \
    "\"changeType\":\"UPDATE\",\"changedFields\":[\"Name.FirstName\"," \
    "\"IsActive\"],\"nulledFields\":[\"Email\"],\"diffFields\":[]," \
    "\"sequenceNumber\":1,\"commitTimestamp\":1772601967000}," \
    "\"Name\":{\"FirstName\":\"M\"},\"IsActive\":false,\"Email\":null}}"
#define DBX "{\"event\":\"employee.updated\",\"effective_date\":\"01-12-2026" \
    "\",\"employee\":{\"employee_id\":\"E1\",\"company_email_id\":\" A@B \"," \
    "\"employee_status\":\"Inactive\",\"date_of_exit\":\"30-11-2026\"," \
    "\"latest_modified_timestamp\":\"23-11-2026 16:44:30\"}}"
#define OWN "{\"e\":[{\"id\":7,\"d\":\"/Date(1767225600000+0000)/\",\"p\":" \
    "\"+44 (0)20 79460958\",\"n\":\" 0.5e3 \",\"b\":\"Yes\",\"s\":[\"b\"," \
    "\"a\",\"b\"],\"j\":[\"x\",1,true],\"t\":1772601967,\"c\":\"w;v;\"}]}"
#define LINE "{\"specversion\":\"1.0\",\"type\":\"loya.member\",\"time\":" \
    "\"2026-03-04T05:06:07Z\",\"data\":{\"external_id\":\"E\",\"tags\":" \
    "[\"b\",\"a\"],\"version\":[7,1],\"ended_at\":\"2026-03-04T05:06:07Z\"," \
    "\"attributes\":{\"grade\":1}}}"
#define POINTS "{\"specversion\":\"1.0\",\"type\":\"loya.points\",\"data\":" \
    "{\"external_id\":\"E\",\"kind\":\"earn\",\"points\":5,\"reference\":" \
    "\"r\"}}"
#define XML "<Notification><Id>04l</Id><sObject a:type='sf:C'><Id>" \
    "003Zz00000LoyA1</Id><Email>a@b</Email><SystemModstamp>" \
    "2026-03-04T05:06:07.000Z</SystemModstamp></sObject></Notification>"
#define MAP "{\"map\":{\"each\":\"/e\",\"zone\":\"+05:30\",\"country\":\"91\"" \
    ",\"external_id\":[\"/id\",\"^/id\"],\"version\":{\"join\":[{\"from\":" \
    "\"/t\",\"as\":\"epoch_s\"},\"/n\"]},\"time\":{\"from\":\"/d\",\"as\":" \
    "\"datetime\"},\"deleted\":{\"from\":\"/x\",\"is\":[\"y\",\"z\"]}," \
    "\"thin\":[{\"all\":[\"/a\",{\"from\":\"/b\",\"there\":false}]}]," \
    "\"fields\":{\"birthdate\":{\"from\":\"/d\",\"as\":\"date\"}," \
    "\"phone_number\":{\"from\":\"/p\",\"as\":[\"trim\",\"e164\"]," \
    "\"invalid\":\"omit\"},\"fte\":{\"from\":\"/n\",\"as\":\"number\"}," \
    "\"vip\":{\"from\":\"/b\",\"as\":\"bool\",\"default\":false},\"tags\":" \
    "{\"from\":[\"/s\",\"/c\"],\"as\":\"set\",\"separator\":\";\"}," \
    "\"name\":{\"from\":[\"/j\",\"/c\"],\"as\":[\"join\",\"upper\"]}," \
    "\"ended_at\":{\"from\":\"/t\",\"as\":[\"epoch_s\",\"date\"]}," \
    "\"status\":[{\"from\":\"/x\",\"values\":{\"y\":\"closed\"},\"invalid\":" \
    "\"omit\"},{\"from\":\"/b\",\"values\":{\"*\":\"active\"}}]}}}"

static const char *const fuzz_seed[] =
    { CDC, DBX, OWN, LINE, POINTS, XML, MAP, NULL };
static const char *const fuzz_word[] = { "null", "true", "7", "\"\"", "[]",
    "{}", "-", "\"a\"", "9223372036854775808", "1e400", "\\u0000",
    "\\ud83d\\ude00", "\xc3\xa9", "0x", "*", "GAP_", "\"/\"", "~0", "^", "$",
    "@id", "/Date(", ")/", "<a/>", "&amp;", "loya.hold", "loya.snapshot",
    "\"from\":", "\"forms\":", "\"as\":", "\"values\":", NULL };

static const char *const product[] = { "{\"profile\":\"salesforce\"}",
    "{\"profile\":\"darwinbox\"}", "{\"profile\":\"plain\"}", MAP };
enum { MAPS = sizeof product / sizeof product[0] };

/* The map of a source file; NULL when the file is refused. */
static struct map *
map_of(const char *text, size_t n, struct arena *a)
{
	struct conf *c;
	struct node root, at;
	struct map *map = NULL;
	struct err e;

	if (conf_open_text(&c, "fuzz", text, n, 1, &e) != 0)
		return NULL;
	conf_root(c, &root);
	if (conf_get(&root, "map", &at))
		map = map_conf(&at, a);
	if (conf_fault(c, &e) != 0)
		map = NULL;
	conf_close(c);
	return map;
}

static void
judge(const struct change *c)
{
	struct json j = { 0 };
	size_t i;

	for (i = 0; i < c->nfield; i++) {
		if (json_parse(&j, c->field[i].json, c->field[i].len) != 0 ||
		    field_fault(c->field[i].name, c->field[i].json,
		    c->field[i].len) != NULL) {
			fprintf(stderr, "%s is %.*s\n", c->field[i].name,
			    (int)c->field[i].len, c->field[i].json);
			abort();
		}
	}
	json_release(&j);
}

static void
apply(struct map *map, const char *type, const char *head, const char *body,
    size_t n)
{
	static struct arena a;
	struct source s = { 0 };
	struct row row =
	    { 1, "x", "event-1", 1, type, head, body, n };
	struct refusal why = { NULL, "" };
	struct change *c;
	size_t k, i;

	s.name = "x";
	s.map = map;
	arena_reset(&a);
	if (map_row(map != NULL ? &s : NULL, &row, &a, &c, &k, &why) ==
	    MAP_REFUSED && (why.why == NULL || *why.detail == '\0' ||
	    !json_utf8(why.detail, strlen(why.detail))))
		abort();
	for (i = 0; i < k; i++)
		judge(&c[i]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct arena kept, fresh;
	static struct map *map[MAPS];
	const char *text = (const char *)p;
	size_t i;

	for (i = 0; i < MAPS; i++) {
		if (map[i] == NULL)
			map[i] = map_of(product[i], strlen(product[i]), &kept);
		if (map[i] == NULL)
			abort();
		apply(map[i], "application/json", NULL, text, n);
	}
	apply(map[0], "text/xml", NULL, text, n);
	apply(map[2], ROW_CLOUDEVENT, NULL, text, n);
	apply(NULL, ROW_CLOUDEVENT, NULL, text, n);
	arena_reset(&fresh);
	apply(map_of(text, n, &fresh), "application/json", NULL, OWN,
	    strlen(OWN));
	return 0;
}

FUZZ_DEFINE_MAIN
