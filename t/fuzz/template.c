/*
 * Templates and conditions as an administrator may write them, applied to
 * arbitrary records.  Lines: a condition in JSON; a URL of push.rest after its
 * base; a text of pull; a value for it; then the record.  No value breaks out
 * of its place, a URL stays below its base, and a condition gives the same
 * answer twice.
 */
#include <sys/stat.h>

#include "common/buf.h"
#include "common/json.h"
#include "common/jsonw.h"
#include "common/rest.h"
#include "common/source.h"
#include "common/template.h"
#include "t/fuzz/fuzz.h"

enum { LINES = 4 };

#define BASE "https://a/x/"

static int
number(void *ctx, const char *name, size_t n)
{
	(void)ctx;
	return n == 1 && (*name == 'a' || *name == 'b') ? *name - 'a' : -1;
}

static void
as_url(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strchr("/?#&=+ \"<>'", s[i]) != NULL || s[i] <= ' ' ||
		    (s[i] == '%' && i + 2 >= n))
			fuzz_wrong("a value that is more than a part of a URL");
}

static void
as_json(const char *s, size_t n)
{
	struct buf b = { NULL, 0, 0 };
	struct json j = { 0 };

	buf_addc(&b, '"');
	buf_add(&b, s, n);
	buf_addc(&b, '"');
	if (json_utf8(s, n) && (json_parse(&j, b.p, b.len) != 0 || j.n != 1))
		fuzz_wrong("a value that is more than a JSON string");
	json_release(&j);
	buf_release(&b);
}

static void
as_xml(const char *s, size_t n)
{
	if (memchr(s, '<', n) != NULL || memchr(s, '>', n) != NULL ||
	    memchr(s, '"', n) != NULL || memchr(s, '\'', n) != NULL)
		fuzz_wrong("a value that is more than XML text");
}

/* A value between two quotes of the language cannot end the quoted text. */
static void
as_string(enum template_filter filter, const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (filter == TEMPLATE_SOQL && s[i] == '\\')
			i++;
		else if (filter == TEMPLATE_ODATA && s[i] == '\'' &&
		    (++i == n || s[i] != '\''))
			fuzz_wrong("a quote that ends an OData string");
		else if (filter == TEMPLATE_SOQL && s[i] == '\'')
			fuzz_wrong("a quote that ends a SOQL string");
		if (i == n)
			fuzz_wrong("a string that swallows its quote");
	}
}

static void
place(struct template_part *part, enum template_place where,
    const struct template_value *v)
{
	struct template one = { part, 1 };
	size_t room = template_room(&one, v), n;
	char *out = malloc(room);

	n = template_write(&one, where, v, out);
	if (n >= room)
		fuzz_wrong("a text without room");
	if (where == TEMPLATE_URL)
		as_url(out, n);
	else if (where == TEMPLATE_JSON)
		as_json(out, n);
	else if (where == TEMPLATE_XML)
		as_xml(out, n);
	else if (part->filter != TEMPLATE_AS_IS)
		as_string(part->filter, out, n);
	free(out);
}

static void
pull(const char *text, const char *value)
{
	struct template_value v[2] = { { .p = value, .len = strlen(value) },
	    { .p = "b", .len = 1 } };
	struct arena a = { NULL };
	struct template t;
	const char *bad = NULL;
	size_t i, w;

	if (template_read(&t, text, number, NULL, &a, &bad) != NULL) {
		if (bad == NULL || *bad != '{')
			fuzz_wrong("a fault without its place");
	} else {
		for (i = 0; i < t.n; i++)
			for (w = TEMPLATE_TEXT; t.part[i].text == NULL &&
			    w <= TEMPLATE_XML; w++)
				place(&t.part[i], (enum template_place)w, v);
	}
	arena_release(&a);
}

/* A source whose request has this condition and this address. */
static int
load(const char *when, const char *url, struct config **c)
{
	static int made;
	struct buf b = { NULL, 0, 0 }, u = { NULL, 0, 0 };
	struct jsonw w;
	char sources[64];
	struct err e = { 0 };
	int rc;

	snprintf(sources, sizeof sources, "%s/sources", fuzz_dir());
	if (!made && mkdir(sources, 0700) != 0)
		fuzz_wrong("no folder");
	made = 1;
	buf_adds(&u, "{base}/x/");
	buf_adds(&u, url);
	buf_adds(&b, "{\"push\":{\"kind\":\"rest\",\"rest\":{\"base\":"
	    "\"https://a\",\"requests\":{\"one\":{\"on\":\"*\",\"when\":");
	buf_adds(&b, when);
	buf_adds(&b, ",\"url\":");
	jsonw_init(&w, &b);
	jsonw_stringn(&w, buf_str(&u), u.len);
	buf_adds(&b, "}}}}}");
	fuzz_file("sources/crm.json", b.p, b.len);
	if ((rc = config_load(c, fuzz_dir(), &e)) != 0 &&
	    strstr(e.msg, ".json") == NULL)
		fuzz_wrong(e.msg);
	buf_release(&b);
	buf_release(&u);
	return rc;
}

static void
push(const struct rest *r, const char *doc, size_t len)
{
	const struct rest_request *q = &r->request[0];
	struct buf url = { NULL, 0, 0 };
	struct arena a = { NULL };
	struct map_sight *s;
	struct err e;

	if (map_sight_open(&s, doc, len, &a, &e) == 0) {
		if (q->when != NULL && map_sight_holds(s, q->when) !=
		    map_sight_holds(s, q->when))
			fuzz_wrong("a condition that changes its mind");
		if (map_text_fill(q->url, s, &url, &e) == 0 &&
		    strncmp(buf_str(&url), BASE, sizeof BASE - 1) != 0)
			fuzz_wrong("an address elsewhere");
		map_sight_close(s);
	}
	buf_release(&url);
	arena_release(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	char *line[LINES] = { NULL }, *doc;
	struct config *c;
	size_t i;

	for (i = 0; i < LINES && (line[i] = fuzz_line(&p, &n)) != NULL; i++)
		;
	if (i == LINES) {
		pull(line[2], line[3]);
		/* Allocated to its exact size, so that reading beyond it is
		 * noticed. */
		doc = malloc(n + (n == 0));
		memcpy(doc, p, n);
		if (load(line[0], line[1], &c) == 0) {
			if (c->source[0].push.rest != NULL)
				push(c->source[0].push.rest, doc, n);
			config_free(c);
		}
		free(doc);
	}
	for (i = 0; i < LINES; i++)
		free(line[i]);
	return 0;
}
