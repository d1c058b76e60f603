/*
 * Mapping arbitrary input: bodies through the map of every product and one that
 * uses every conversion; and maps themselves, as source files.  The result must
 * keep the rules of its fields.
 */
#include "common/conf.h"
#include "common/json.h"
#include "common/map.h"

#include <sys/mman.h>
#include <unistd.h>

#include "t/fuzz/fuzz.h"

#define OWN "{\"e\":[{\"id\":7,\"d\":\"/Date(1767225600000+0000)/\",\"p\":" \
    "\"+44 (0)20 79460958\",\"n\":\" 0.5e3 \",\"b\":\"Yes\",\"s\":[\"b\"," \
    "\"a\",\"b\"],\"j\":[\"x\",1,true],\"t\":1772601967,\"c\":\"w;v;\"}]}"
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

static const char *const product[] = { "{\"profile\":\"salesforce\"}",
    "{\"profile\":\"darwinbox\"}", "{\"profile\":\"plain\"}", MAP };
enum { MAPS = sizeof product / sizeof product[0] };

/* The text as a file that can be opened by its name. */
static int
open_text(struct conf **c, const char *text, size_t n)
{
	char path[32];
	struct err e;
	int fd, rc;

	fd = memfd_create("fuzz", 0);
	if (fd < 0 || write(fd, text, n) != (ssize_t)n)
		abort();
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	rc = conf_open(c, path, 1, &e);
	close(fd);
	return rc;
}

/* The map of a source file; NULL if the file is refused. */
static struct map *
map_of(const char *text, size_t n, struct arena *a)
{
	struct conf *c;
	struct node root, at;
	struct map *map = NULL;
	struct err e;

	if (open_text(&c, text, n) != 0)
		return NULL;
	conf_root(c, &root);
	if (conf_get(&root, "map", &at))
		map = map_conf(&at, NULL, 0, a);
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
