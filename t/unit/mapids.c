/* Who an event is about, even if something else is wrong with it. */
#include "t/unit/tap.h"

#include "t/unit/conf_dir.h"

#include "common/map.h"

#define TYPE "application/json"
#define LINE "application/cloudevents+json"

static const struct {
	const char *what, *map, *type, *body, *want;
} cases[] = {
	{ "an id", "{\"external_id\":\"/id\"}", TYPE, "{\"id\":\"7\"}",
	    "7 " },
	{ "an id that is converted",
	    "{\"external_id\":{\"from\":\"/id\",\"as\":[\"trim\",\"lower\"]}}",
	    TYPE, "{\"id\":\" AB \"}", "ab " },
	{ "although a field is refused", "{\"external_id\":\"/id\","
	    "\"fields\":{\"birthdate\":\"/b\"}}", TYPE,
	    "{\"id\":\"7\",\"b\":\"never\"}", "7 " },
	{ "although it is thin",
	    "{\"external_id\":\"/id\",\"thin\":true}", TYPE, "{\"id\":7}",
	    "7 " },
	{ "all of several, except those that name no one",
	    "{\"each\":\"/e\",\"external_id\":\"/id\"}", TYPE,
	    "{\"e\":[{\"id\":1},{},{\"id\":{}},{\"id\":\"2\"}]}", "1 2 " },
	{ "a single element of several",
	    "{\"each\":\"/e\",\"external_id\":\"/id\"}", TYPE,
	    "{\"e\":{\"id\":1}}", "1 " },
	{ "a list of ids", "{\"external_id\":\"/ids\"}", TYPE,
	    "{\"ids\":[\"a\",\"b\"]}", "a b " },
	{ "none", "{\"external_id\":\"/id\"}", TYPE, "{\"x\":1}", "" },
	{ "none where each leads nowhere",
	    "{\"each\":\"/e\",\"external_id\":\"/id\"}", TYPE,
	    "{\"id\":1}", "" },
	{ "loya's own line", "{\"external_id\":\"/id\"}", LINE,
	    "{\"specversion\":\"1.0\",\"type\":\"loya.member\",\"data\":"
	    "{\"external_id\":\"E1\",\"birthdate\":\"never\"}}", "E1 " },
	{ "by loya's id", "{\"external_id\":\"/id\"}", LINE,
	    "{\"specversion\":\"1.0\",\"type\":\"loya.hold\",\"data\":"
	    "{\"member\":\"m\",\"hold\":7}}", "m " },
	{ "an unknown type", "{\"external_id\":\"/id\"}", LINE,
	    "{\"specversion\":\"1.0\",\"type\":\"loya.x\",\"data\":"
	    "{\"external_id\":\"E1\"}}", "E1 " },
	{ "what cannot be read", "{\"external_id\":\"/id\"}", TYPE, "{\"id\":",
	    "unreadable" },
	{ "a form that does not fit is not used", "{\"external_id\":\"/id\","
	    "\"when\":{\"from\":\"/kind\",\"is\":\"x\"}}", TYPE,
	    "{\"id\":\"7\"}", "" },
};

static const char *
ids(const struct source *s, const char *type, const char *body)
{
	static char out[256];
	struct arena a = { NULL };
	struct row row = { 1, "x", "e", 1, type, NULL, body, strlen(body) };
	const char **id;
	size_t n, i;

	out[0] = '\0';
	if (map_ids(s, &row, &a, &id, &n) != 0)
		strcpy(out, "unreadable");
	for (i = 0; i < n; i++)
		snprintf(out + strlen(out), sizeof out - strlen(out), "%s ",
		    id[i]);
	arena_release(&a);
	return out;
}

int
main(void)
{
	struct config *c;
	char file[512];
	size_t i;

	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		conf_dir_begin();
		snprintf(file, sizeof file, "{\"map\":%s}", cases[i].map);
		conf_file("sources/x.json", file);
		is_str(conf_dir_load(&c), "", "the map is read");
		is_str(ids(config_source(c, "x"), cases[i].type,
		    cases[i].body), cases[i].want, "%s", cases[i].what);
		config_free(c);
		conf_dir_end();
	}
	is_str(ids(NULL, LINE, "{\"specversion\":\"1.0\",\"type\":"
	    "\"loya.hold\",\"data\":{\"external_id\":\"E1\"}}"), "E1 ",
	    "a line of the source local");
	return done_testing();
}
