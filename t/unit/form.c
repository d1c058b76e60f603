/*
 * Forms (RFC 6749 appendix B), and slowing down guessing.
 */
#include "common/form.h"
#include "t/unit/tap.h"

#include <stdio.h>
#include <string.h>

#include "common/json.h"
#include "common/throttle.h"
#include "t/unit/mutate.h"

#define BADLY "bad: a field of the form is not percent-encoded UTF-8"
#define TWICE "bad: a field of the form is given more than once"

static struct arena arena;

/* The value of a field of a body; "none" when it is not there, "bad: why". */
static const char *
get(const char *body, size_t len, const char *name)
{
	static char text[200];
	const char *why, *v;
	struct form f;

	if (form_parse(&f, body, len, &arena, &why) != 0) {
		snprintf(text, sizeof text, "bad: %s", why);
		return text;
	}
	v = form_get(&f, name);
	return v != NULL ? v : "none";
}

#define GET(body, name) get(body, sizeof body - 1, name)

static void
test_form(void)
{
	is_str(GET("a=b&c=d", "c"), "d", "two fields");
	is_str(GET("", "a"), "none", "nothing");
	is_str(GET("&&a=b&", "a"), "b", "empty fields do not count");
	is_str(GET("a=", "a"), "none", "no value: not there");
	is_str(GET("a", "a"), "none", "not even a sign");
	is_str(GET("a=b=c", "a"), "b=c", "the first sign counts");
	is_str(GET("a=x+y%20z", "a"), "x y z", "blanks");
	is_str(GET("%61=%C3%A9%2b", "a"), "\xc3\xa9+",
	    "escapes, of both cases");
	/* RFC 6749 appendix B: U+0020, %, &, +, U+00A3, U+20AC */
	is_str(GET("a=+%25%26%2B%C2%A3%E2%82%AC", "a"),
	    " %&+\xc2\xa3\xe2\x82\xac", "the example of the RFC");
	is_str(GET("a=%", "a"), BADLY,
	    "a cut escape");
	is_str(GET("a=%4", "a"), BADLY,
	    "half of one");
	is_str(GET("a=%g0", "a"), BADLY,
	    "no digit");
	is_str(GET("a=%00", "a"), BADLY, "a NUL");
	is_str(GET("a=\0", "a"), BADLY,
	    "a NUL that is not escaped");
	is_str(GET("a=%ff", "a"), BADLY,
	    "no UTF-8");
	is_str(GET("a=b&%61=c", "a"), TWICE, "a repeat");
	is_str(GET("a=&a=c", "a"), "c", "what is not there does not repeat");
}

static void
test_many(void)
{
	char body[FORM_FIELDS * 8 + 8];
	size_t n = 0;
	int i;

	for (i = 0; i < FORM_FIELDS; i++)
		n += (size_t)snprintf(body + n, sizeof body - n, "n%d=1&", i);
	is_str(get(body, n, "n63"), "1", "as many as there may be");
	n += (size_t)snprintf(body + n, sizeof body - n, "x=1");
	is_str(get(body, n, "x"), "bad: the form has too many fields",
	    "one more");
}

/* Any input: reading ends, and stays within its memory. */
static void
test_noise(void)
{
	static const char *const seed[] = { "a=b&c=d", "grant_type=x&scope=a+b",
	    "%61=%C3%A9", NULL };
	static const char *const word[] = { "%", "&", "=", "+", "%00", "%ff",
	    "%C3", NULL };
	struct mutate m = { 1, seed, word, "", 0 };
	int i, good = 0;

	for (i = 0; i < 20000; i++) {
		mutate_next(&m);
		good += strncmp(get(m.text, m.len, "a"), "bad", 3) != 0;
		arena_reset(&arena);
	}
	ok(good > 0 && good < 20000, "noise: some is a form, some is not");
}

/* A form as JSON, or "bad: why". */
static const char *
tree(const char *body)
{
	static struct buf b;
	const char *why;

	buf_clear(&b);
	if (form_json(body, strlen(body), &arena, &b, &why) != 0) {
		buf_clear(&b);
		buf_adds(&b, "bad: ");
		buf_adds(&b, why);
	}
	return buf_str(&b);
}

static void
test_tree(void)
{
	static const char bad[] = "bad: a field of the form is malformed, "
	    "or given more than once";
	static const char *const none[] = { "a=1&a=2", "a=1&a[b]=2",
	    "a[b]=1&a=2", "a[=1", "a]=1", "a[b]c=1", "a[b]]=1", "a[[b]]=1",
	    "[a]=1", "=1", "a=%", "a=%00", "a[b=1", "a[b][=1",
	    "a[1]=x&a[]=y", "a[1][2][3][4][5][6][7][8]=1", NULL };
	static const char *const seed[] = { "a[b]=1&a[c][]=2&d=%20", NULL };
	struct mutate m = { 1, seed, none, "", 0 };
	struct json j = { 0 };
	char many[8000] = "";
	int i, good = 0;

	is_str(tree(""), "{}", "an empty form");
	is_str(tree("a=b&&c="), "{\"a\":\"b\",\"c\":\"\"}", "texts");
	is_str(tree("a[b]=1&c=2&a[d]=3"),
	    "{\"a\":{\"b\":\"1\",\"d\":\"3\"},\"c\":\"2\"}", "an object");
	is_str(tree("a[]=x&a[]=y"), "{\"a\":[\"x\",\"y\"]}", "an array");
	is_str(tree("a[0][b]=x&a[1]=y"), "{\"a\":[{\"b\":\"x\"},\"y\"]}",
	    "one with an object in it");
	is_str(tree("a[1]=x&a[0]=y"), "{\"a\":{\"1\":\"x\",\"0\":\"y\"}}",
	    "in another order it is not equal");
	is_str(tree("0=x"), "{\"0\":\"x\"}", "the whole never is");
	is_str(tree("a%5Bb%5D=%22"), "{\"a\":{\"b\":\"\\\"\"}}", "escaped");
	is_str(tree("%22%01=x"), "{\"\\\"\\u0001\":\"x\"}",
	    "a name that has to be, too");
	for (i = 0; none[i] != NULL; i++)
		is_str(tree(none[i]), bad, "%s", none[i]);
	for (i = 0; i <= 1000; i++)
		sprintf(many + strlen(many), "%da=&", i);
	is_str(tree(many), "bad: the form has too many fields", "1,001 fields");
	for (i = 0; i < 20000; i++) {
		mutate_next(&m);
		m.text[m.len] = '\0';
		if (strncmp(tree(m.text), "bad", 3) == 0)
			continue;
		good += json_parse(&j, tree(m.text), strlen(tree(m.text))) ==
		    0 ? 1 : -1000000;
		arena_reset(&arena);
	}
	json_release(&j);
	ok(good > 0, "noise: what is a form is JSON");
}

static void
test_throttle(void)
{
	const int64_t s = 1000000;
	struct throttle t = { NULL, 0 };
	uint64_t i;

	is_int(throttle_wait(&t, 1, 0), 0, "no client waits at first");
	for (i = 0; i < THROTTLE_FREE - 1; i++)
		throttle_failed(&t, 1, 0);
	is_int(throttle_wait(&t, 1, 0), 0, "some failures are free");
	throttle_failed(&t, 1, 0);
	is_int(throttle_wait(&t, 1, 0), 1, "then it is a second");
	is_int(throttle_wait(&t, 1, s), 0, "which passes");
	throttle_failed(&t, 1, s);
	is_int(throttle_wait(&t, 1, s), 2, "then two");
	is_int(throttle_wait(&t, 1, s + 1), 2, "rounded up");
	is_int(throttle_wait(&t, 2, s), 0, "others do not wait");
	for (i = 0; i < 100; i++)
		throttle_failed(&t, 1, 2 * s);
	is_int(throttle_wait(&t, 1, 2 * s), THROTTLE_MOST, "at most a minute");
	is_int(throttle_wait(&t, 1, 903 * s), 0, "after a quarter of an hour");
	throttle_failed(&t, 1, 903 * s);
	is_int(throttle_wait(&t, 1, 903 * s), 0, "one begins again");
	for (i = 0; i < 10; i++)
		throttle_failed(&t, 3, 904 * s);
	throttle_passed(&t, 3);
	is_int(throttle_wait(&t, 3, 904 * s), 0, "a success clears it");
	for (i = 0; i < 10; i++)
		throttle_failed(&t, 4, 1000 * s);
	for (i = 0; i < 2 * THROTTLE_KEYS; i++)
		throttle_failed(&t, 1000 + i, 905 * s);
	is_int(t.n, THROTTLE_KEYS, "there is room for that many");
	ok(throttle_wait(&t, 4, 1000 * s) > 0, "the quietest gave way");
	throttle_release(&t);
}

int
main(void)
{
	test_form();
	test_many();
	test_noise();
	test_tree();
	test_throttle();
	arena_release(&arena);
	return done_testing();
}
