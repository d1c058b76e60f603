/* Finding a value: every kind of place, in every kind of event. */
#include "t/unit/tap.h"

#include "common/place.h"

static struct arena arena;

static void
faults(void)
{
	static const struct {
		const char *place;
		int good;
	} t[] = {
		{ "", 1 }, { "/", 1 }, { "/a/b~0~1", 1 }, { "^", 1 },
		{ "^/a", 1 }, { "$", 1 }, { "$/a", 1 }, { "@id", 1 },
		{ "@x-github-event", 1 }, { "a", 0 }, { "/a~", 0 },
		{ "/a~2", 0 }, { "^a", 0 }, { "@", 0 }, { "@Id", 0 },
		{ "@a/b", 0 }, { "@data", 0 }, { "@data_base64", 0 },
		{ "$a", 0 }, { "^^/a", 0 }, { "/a/[b=c]", 1 },
		{ "/[b=]/d", 1 }, { "/a/[b]", 0 }, { "/a/[=c]", 0 },
		{ "/a/[b=c", 0 }, { "/a/[b=c]d/e", 0 },
	};
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++)
		is_int(place_fault(t[i].place) == NULL, t[i].good, "'%s' is "
		    "%s", t[i].place, t[i].good ? "a place" : "none");
}

/* The text at a place, "(nothing)", or "(type N)" for what is no text. */
static const char *
at(struct scene *s, const char *place)
{
	static char out[64];
	const char *text;
	struct found f;

	if (!place_find(s, place, &f))
		return "(nothing)";
	text = place_text(s, &f);
	if (text != NULL)
		return text;
	snprintf(out, sizeof out, "(type %d)", place_type(&f));
	return out;
}

static void
open_scene(struct scene *s, struct row *row, const char *type,
    const char *head, const char *body, const char *root)
{
	struct err e;

	memset(row, 0, sizeof *row);
	row->event_id = "e-1";
	row->received_at = 0;
	row->content_type = type;
	row->head = head;
	row->body = body;
	row->len = strlen(body);
	if (scene_open(s, row, &root, root != NULL, &arena, &e) != 0)
		printf("# %s\n", e.msg);
}

static void
native(void)
{
	struct row row;
	struct scene s;
	struct found f;
	size_t len;

	open_scene(&s, &row, "application/json", "{\"x-kind\":\"k\"}",
	    "{\"w\":{\"a\":\"A\\u00e9\",\"n\":-1.50,\"t\":true,\"f\":false,"
	    "\"z\":null,\"l\":[1,{\"b\":2}]},\"o\":\"out\"}", "/w");
	is_str(at(&s, "/a"), "A\xc3\xa9", "a text, unescaped");
	is_str(at(&s, "^/a"), "A\xc3\xa9", "the same from the base");
	is_str(at(&s, "/n"), "-1.50", "a number to the letter");
	is_str(at(&s, "/t"), "true", "true");
	is_str(at(&s, "/f"), "false", "false");
	is_str(at(&s, "/z"), "(type 0)", "null has no text");
	is_str(at(&s, "/l"), "(type 5)", "nor has an array");
	is_str(at(&s, "/l/1/b"), "2", "an element by its number");
	is_str(at(&s, "/l/2"), "(nothing)", "beyond the last");
	is_str(at(&s, "/l/-"), "(nothing)", "the element after the last");
	is_str(at(&s, "/o"), "(nothing)", "outside the root");
	is_str(at(&s, "$/o"), "out", "but in the body");
	is_str(at(&s, "@x-kind"), "k", "a header that was kept");
	is_str(at(&s, "@event_id"), "e-1", "the event's id");
	is_str(at(&s, "@received_at"), "1970-01-01T00:00:00.000000Z",
	    "the time of receipt");
	is_str(at(&s, "@type"), "(nothing)", "no attribute");
	ok(place_find(&s, "/l", &f), "the list is there");
	is_str(place_canonical(&s, &f, &len), "[1,{\"b\":2}]",
	    "its canonical form");
	is_int(len, 11, "and how long that is");
	ok(place_find(&s, "@event_id", &f), "the id is there");
	is_str(place_canonical(&s, &f, &len), "\"e-1\"", "quoted");
	ok(scene_root(&s, (const char *const []){ "/none" }, 1) == 0,
	    "a root that leads nowhere");
	is_str(at(&s, "/o"), "out", "leaves the body itself");
	scene_close(&s);
}

static void
events(void)
{
	struct row row;
	struct scene s;

	open_scene(&s, &row, ROW_CLOUDEVENT, NULL,
	    "{\"specversion\":\"1.0\",\"id\":\"7\",\"loyaseq\":9,"
	    "\"data\":{\"a\":1}}", NULL);
	is_int(s.cloudevent, 1, "a structured CloudEvent");
	is_str(at(&s, "@id"), "7", "its id");
	is_str(at(&s, "@loyaseq"), "9", "an extension that is a number");
	is_str(at(&s, "/a"), "1", "its data");
	is_str(at(&s, "/id"), "(nothing)", "data knows no attribute");
	scene_close(&s);
	open_scene(&s, &row, ROW_CLOUDEVENT,
	    "{\"x-kind\":\"k\",\"id\":\"h\"}",
	    "{\"specversion\":\"1.0\",\"id\":\"7\"}", NULL);
	is_str(at(&s, "@x-kind"), "k", "a header beside a structured one");
	is_str(at(&s, "@id"), "7", "after its attributes");
	scene_close(&s);
	open_scene(&s, &row, "application/json",
	    "{\"specversion\":\"1.0\",\"id\":\"8\"}", "{\"a\":2}", NULL);
	is_int(s.cloudevent, 1, "a binary CloudEvent");
	is_str(at(&s, "@id"), "8", "its id");
	is_str(at(&s, "/a"), "2", "its data");
	scene_close(&s);
	open_scene(&s, &row, "application/soap+xml; charset=utf-8", NULL,
	    "<n:a xmlns:n='u'><b>x</b></n:a>", NULL);
	is_int(s.cloudevent, 0, "XML is not a CloudEvent");
	is_str(at(&s, "/a/b"), "x", "it is read as its tree");
	scene_close(&s);
	open_scene(&s, &row, "text/plain", NULL, "Ping test", NULL);
	is_str(at(&s, ""), "(nothing)", "a text has no places");
	is_str(at(&s, "@event_id"), "e-1", "but an id");
	scene_close(&s);
}

static void
refusals(void)
{
	static const struct {
		const char *type, *head, *body, *want;
	} t[] = {
		{ "application/json", NULL, "{",
		    "body: line 1, column 2: a key was expected" },
		{ "application/json", NULL, "",
		    "body: line 1, column 1: the text ends too early" },
		{ "application/json", "{", "{}",
		    "head: line 1, column 2: a key was expected" },
		{ ROW_CLOUDEVENT, NULL, "[]", "body: not a CloudEvent" },
		{ ROW_CLOUDEVENT, NULL, "{\"data_base64\":\"*\"}",
		    "body: data_base64 is not base64" },
		{ ROW_CLOUDEVENT, NULL, "{\"datacontenttype\":\"text/xml\","
		    "\"data\":{}}", "body: data must be a string" },
		{ "application/json", NULL, NULL, "body: no longer kept" },
	};
	struct row row;
	struct scene s;
	struct err e;
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		memset(&row, 0, sizeof row);
		row.content_type = t[i].type;
		row.head = t[i].head;
		row.body = t[i].body;
		row.len = t[i].body != NULL ? strlen(t[i].body) : 0;
		is_int(scene_open(&s, &row, NULL, 0, &arena, &e), E_DATA,
		    "refused: %s", t[i].want);
		is_str(e.msg, t[i].want, "in these words");
	}
}

static void
chosen(void)
{
	struct scene s;
	struct row row;

	open_scene(&s, &row, "application/json", NULL,
	    "{\"p\":[{\"n\":\"a\",\"v\":1},{\"n\":\"b/c\",\"v\":2},"
	    "{\"n\":\"b/c\",\"v\":3},{\"n\":7,\"v\":4},5,"
	    "{\"n\":true,\"v\":8}],"
	    "\"one\":{\"n\":\"a\",\"v\":{\"w\":[{\"@t\":\"\",\"x\":6}]}}}",
	    NULL);
	is_str(at(&s, "/p/[n=a]/v"), "1", "the element with a text");
	is_str(at(&s, "/p/[n=b~1c]/v"), "2", "the first of several");
	is_str(at(&s, "/p/[n=7]/v"), "4", "a number by its digits");
	is_str(at(&s, "/p/[n=true]/v"), "8", "and true");
	is_str(at(&s, "/p/[n=x]/v"), "(nothing)", "there is none");
	is_str(at(&s, "/p/[n=a]"), "(type 6)", "the element itself");
	is_str(at(&s, "/one/[n=a]/v/w/[@t=]/x"), "6",
	    "a single object, and a second step");
	is_str(at(&s, "/one/[n=b]/v"), "(nothing)", "it is another one");
	is_str(at(&s, "/none/[n=a]/v"), "(nothing)", "nothing to choose from");
	is_str(at(&s, "$/p/[n=a]/v"), "1", "from the body");
	scene_close(&s);
}

int
main(void)
{
	faults();
	native();
	chosen();
	events();
	refusals();
	arena_release(&arena);
	return done_testing();
}
