/* Texts with places; no value can break out of its place. */
#include "common/template.h"
#include "t/unit/tap.h"

static struct arena arena;

static int
number(void *ctx, const char *name, size_t n)
{
	(void)ctx;
	return n == 1 && *name >= 'a' && *name <= 'd' ? *name - 'a' : -1;
}

/* The text filled in with a value for {a}; {b} is "B" and plain. */
static const char *
fill(const char *text, enum template_place place, const char *a)
{
	static char out[1024];
	struct template_value v[4] = { { a, strlen(a), 0, 0 },
	    { "B&\"", 3, 1, 0 }, { NULL, 0, 0, 0 }, { "1\0'2", 4, 0, 1 } };
	const char *fault, *bad = NULL;
	struct template t;
	size_t n;

	fault = template_read(&t, text, number, NULL, &arena, &bad);
	if (fault != NULL) {
		snprintf(out, sizeof out, "%s: %s", bad, fault);
		return out;
	}
	n = template_write(&t, place, v, out);
	out[n] = '\0';
	if (n > template_room(&t, v))
		return "it does not fit";
	return out;
}

static const struct {
	const char *text;
	enum template_place place;
	const char *value, *want;
} cases[] = {
	{ "x", TEMPLATE_TEXT, "v", "x" },
	{ "", TEMPLATE_TEXT, "v", "" },
	{ "{a}", TEMPLATE_TEXT, "v", "v" },
	{ "1{a}2{a}3", TEMPLATE_TEXT, "v", "1v2v3" },
	{ "{\"x\":{\"y\":\"{a}\"}}", TEMPLATE_JSON, "v",
	    "{\"x\":{\"y\":\"v\"}}" },
	{ "{c}|", TEMPLATE_URL, "v", "|" },
	{ "{b}", TEMPLATE_URL, "v", "B&\"" },
	{ "/{a}", TEMPLATE_URL, "a b/?&=%+\xc3\xa9~",
	    "/a%20b%2F%3F%26%3D%25%2B%C3%A9~" },
	{ "\"{a}\"", TEMPLATE_JSON, "x\",\"y\":\"\\\n\xc3\xa9",
	    "\"x\\\",\\\"y\\\":\\\"\\\\\\u000a\xc3\xa9\"" },
	{ "<a>{a}</a>", TEMPLATE_XML, "</a>&'\"\x01",
	    "<a>&#60;/a&#62;&#38;&#39;&#34;?</a>" },
	{ "'{a:soql}'", TEMPLATE_TEXT, "x' OR Id != '\\",
	    "'x\\' OR Id != \\'\\\\'" },
	{ "'{a:soql}'", TEMPLATE_URL, "'", "'%5C%27'" },
	{ "'{a:odata}'", TEMPLATE_TEXT, "O'Dell\n", "'O''Dell'" },
	{ "{d}", TEMPLATE_TEXT, "v", "1,'2" },
	{ "'{d:soql}'", TEMPLATE_TEXT, "v", "'1','\\'2'" },
	{ "'{d:odata}'", TEMPLATE_URL, "v", "'1%27%2C%27%27%272'" },
	{ "{e}", TEMPLATE_TEXT, "v", "{e}: there is no such name" },
	{ "x{a:sql}", TEMPLATE_TEXT, "v",
	    "{a:sql}: its filter is neither soql nor odata" },
	{ "{a:}", TEMPLATE_TEXT, "v", "{a:}: no filter after the colon" },
	{ "{A} { a} {a", TEMPLATE_TEXT, "v", "{A} { a} {a" },
};

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
		is_str(fill(cases[i].text, cases[i].place, cases[i].value),
		    cases[i].want, "%s", cases[i].text);
	arena_release(&arena);
	return done_testing();
}
