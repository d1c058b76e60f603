#include "t/unit/jsondiff.h"
#include "t/unit/mutate.h"
#include "t/unit/tap.h"


static struct json j;
static struct arena arena;

/* Check that the text is refused at this offset for this reason. */
static void
bad(const char *text, size_t n, size_t off, const char *why)
{
	int rc;

	rc = json_parse(&j, text, n);
	is_int(rc, E_DATA, "refused: %s", why);
	is_str(j.why, why, "... and says so");
	is_int(j.bad, off, "... and where");
}

#define BAD(text, off, why) bad(text, sizeof(text) - 1, off, why)

static void
good(const char *text)
{
	is_int(json_parse(&j, text, strlen(text)), 0, "taken: %.40s", text);
}

static void
refusals(void)
{
	BAD("", 0, "the text ends too early");
	BAD("  ", 2, "the text ends too early");
	BAD("{\"a\":1", 6, "the text ends too early");
	BAD("{\"a\":1 \"b\"", 7,
	    "a comma or a closing bracket was expected");
	BAD("[1,]", 3, "not a value");
	BAD("{\"a\":1,}", 7, "a key was expected");
	BAD("{\"a\" 1}", 5, "a colon was expected");
	BAD("{1:1}", 1, "a key was expected");
	BAD("[01]", 2, "a comma or a closing bracket was expected");
	BAD("[+1]", 1, "not a value");
	BAD("[1.]", 3, "no digit after the decimal point");
	BAD("[1e+]", 4, "no digit in the exponent");
	BAD("[-]", 2, "not a value");
	BAD("nul", 0, "not a value");
	BAD("NaN", 0, "not a value");
	BAD("'a'", 0, "not a value");
	BAD("\"a", 2, "string does not end");
	BAD("\"\\", 1, "string does not end");
	BAD("\"\\x41\"", 1, "no such escape");
	BAD("\"\\u12g4\"", 1, "\\u wants four hexadecimal digits");
	BAD("\"\\ud83d\"", 1, "surrogate without its pair");
	BAD("\"\\ude00\\ud83d\"", 1, "surrogate without its pair");
	BAD("\"\\ud83d\\u0041\"", 1, "surrogate without its pair");
	BAD("\"\\u0000\"", 1, "NUL character");
	BAD("\"a\0b\"", 2, "control character in a string");
	BAD("\"a\nb\"", 2, "control character in a string");
	BAD("\"\xc0\xa0\"", 1, "not UTF-8");
	BAD("\"\xed\xa0\x80\"", 1, "not UTF-8");
	BAD("\"\xf4\x90\x80\x80\"", 1, "not UTF-8");
	BAD("\"\xe2\x82\"", 1, "not UTF-8");
	BAD("\xef\xbb\xbf{}", 0, "not a value");
	BAD("{} {}", 3, "there is text after the end of the value");
	BAD("1\0", 1, "there is text after the end of the value");
	BAD("{\"a\":1,\"a\":2}", 8, "the same key twice");
	BAD("{\"a\":1,\"\\u0061\":2}", 8, "the same key twice");
	BAD("[{\"\":1,\"\":2}]", 8, "the same key twice");
}

/* Both ways to look for a key twice: few keys, many keys. */
static void
repeated(void)
{
	struct buf b = { 0 };
	char key[32];
	int n, i, rc;

	for (n = 2; n <= 40; n++) {
		buf_clear(&b);
		for (i = 0; i < n; i++) {
			snprintf(key, sizeof key, "%c\"long_name_%d\":%d",
			    i == 0 ? '{' : ',', i * 7 % n, i);
			buf_adds(&b, key);
		}
		buf_addc(&b, '}');
		rc = json_parse(&j, b.p, b.len);
		b.len--;
		buf_adds(&b, ",\"long_name_0\":0}");
		if (n % 7 != 0 && (rc != 0 ||
		    json_parse(&j, b.p, b.len) != E_DATA))
			break;
	}
	is_int(n, 41, "a repeated key is found among any number of keys");
	buf_release(&b);
}

static void
depth(void)
{
	char t[2 * JSON_DEPTH + 4];

	memset(t, '[', JSON_DEPTH + 1);
	memset(t + JSON_DEPTH, ']', JSON_DEPTH);
	is_int(json_parse(&j, t, 2 * JSON_DEPTH), 0, "64 levels are taken");
	memset(t, '[', JSON_DEPTH + 1);
	bad(t, JSON_DEPTH + 1, JSON_DEPTH, "nested too deeply");
}

static void
values(void)
{
	uint32_t i;
	size_t n;
	int64_t v;

	good(" { \"a\" : [ 1 , -2.50e1, \"x\\u00e9\\ud83d\\ude00\\n\" ] ,"
	    "\"k\\u0065y\":{\"\":null} }\r\n");
	is_int(json_type(&j, 0), JSON_OBJECT, "the whole is token 0");
	i = json_get(&j, 0, "a");
	is_int(j.tok[i].count, 3, "elements are counted");
	is_str(json_string(&j, i + 3, &arena, &n),
	    "x\xc3\xa9\xf0\x9f\x98\x80\n", "escapes are undone");
	is_int(n, 8, "... and the length is that of the bytes");
	ok(json_get(&j, 0, "key") != JSON_NONE, "an escaped key is found");
	is_int(json_get(&j, 0, "ke"), JSON_NONE, "... by its whole name");
	is_int(json_get(&j, i, "a"), JSON_NONE, "no member of an array");
	ok(memcmp(json_source(&j, i + 2, &n), "-2.50e1", 7) == 0 && n == 7,
	    "a number keeps its letters");
	ok(*json_source(&j, i + 3, &n) == '"' && n == 23,
	    "the source of a string has its quotes");
	is_int(json_int(&j, i + 2, &v), E_DATA, "-2.50e1 is not an integer "
	    "token");
	good("[9223372036854775807,-9223372036854775808,9223372036854775808,"
	    "-9223372036854775809,18446744073709551616]");
	ok(json_int(&j, 1, &v) == 0 && v == INT64_MAX, "the largest integer");
	ok(json_int(&j, 2, &v) == 0 && v == INT64_MIN, "the smallest integer");
	is_int(json_int(&j, 3, &v), E_DATA, "one more is refused");
	is_int(json_int(&j, 4, &v), E_DATA, "one less is refused");
	is_int(json_int(&j, 5, &v), E_DATA, "2^64 is refused");
	good("[[],{},[[]]]");
	n = 0;
	for (JSON_EACH(&j, 0, k))
		n++;
	is_int(n, 3, "elements are walked, not what is in them");
}

/* RFC 6901 section 5. */
static void
pointers(void)
{
	static const struct {
		const char *pointer;
		int64_t want;
	} t[] = {
		{ "/foo/1", 11 }, { "/", 0 }, { "/a~1b", 1 }, { "/c%d", 2 },
		{ "/e^f", 3 }, { "/g|h", 4 }, { "/i\\j", 5 }, { "/k\"l", 6 },
		{ "/ ", 7 }, { "/m~0n", 8 },
		{ "/foo/2", -1 }, { "/foo/01", -1 }, { "/foo/-", -1 },
		{ "/foo/", -1 }, { "/foo/1/0", -1 }, { "foo", -1 },
		{ "/foo/4294967296", -1 }
	};
	size_t i;
	uint32_t at;
	int64_t v;

	good("{\"foo\":[10,11],\"\":0,\"a/b\":1,\"c%d\":2,\"e^f\":3,"
	    "\"g|h\":4,\"i\\\\j\":5,\"k\\\"l\":6,\" \":7,\"m~n\":8}");
	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		v = -1;
		if (json_pointer(&j, 0, t[i].pointer, &at))
			json_int(&j, at, &v);
		is_int(v, t[i].want, "pointer %s", t[i].pointer);
	}
	ok(json_pointer(&j, 0, "", &at) && at == 0, "the empty pointer");
	ok(!json_pointer_ok("a") && !json_pointer_ok("/~") &&
	    !json_pointer_ok("/~2") && json_pointer_ok("/~01/"),
	    "malformed pointers are reported");
}

/* A hostile body costs about as much as a plain one.  If each key were compared
 * with each, this one would take minutes. */
static void
hostile(void)
{
	struct buf b = { 0 };
	char key[40];
	uint32_t i;

	for (i = 0; i < 250000; i++) {
		snprintf(key, sizeof key, "%c\"samesame%06x\":1",
		    i == 0 ? '{' : ',', i * 7919 & 0xffffff);
		buf_adds(&b, key);
	}
	buf_addc(&b, '}');
	is_int(json_parse(&j, b.p, b.len), 0, "250,000 keys are taken");
	buf_release(&b);
}

/* Whether a string of n bytes, with x and y at offset at, is read whole. */
static int
taken(size_t n, size_t at, int x, int y)
{
	char text[40];

	memset(text, 'a', sizeof text);
	text[0] = text[n + 1] = '"';
	text[1 + at] = (char)x;
	text[2 + at] = (char)y;
	return json_parse(&j, text, n + 2) == 0 && j.tok[0].len == n;
}

/* Whether the string ends at its quote, whatever follows. */
static int
ends(size_t n, int behind)
{
	char text[40];

	memset(text, 'a', sizeof text);
	text[0] = text[n + 1] = '"';
	text[n + 2] = (char)behind;
	return json_parse(&j, text, n + 12) == E_DATA && j.bad == n + 2 &&
	    strcmp(j.why, "there is text after the end of the value") == 0;
}

/* Strings are read eight bytes at a time. */
static void
places(void)
{
	int x, y, whole = 1, end = 1;
	size_t at;

	for (at = 0; at < 18; at++)
		for (x = 0x21; x < 0x100; x++)
			end &= ends(at, x);
	ok(end, "a string ends at its quote, in each place");
	for (at = 0; at < 16; at++)
		for (x = 0x20; x < 0x80; x++)
			for (y = 0x20; y < 0x80; y++)
				whole &= x == '"' || x == '\\' || y == '"' ||
				    y == '\\' || taken(18, at, x, y);
	ok(whole, "... and no byte that may stand in it is taken for one");
}

static void
against_jansson(void)
{
	static struct mutate m;
	const char *wrong = NULL;
	int i;

	m.state = 20261123;
	m.seed = jsondiff_seed;
	m.word = jsondiff_word;
	for (i = 0; i < 100000 && wrong == NULL; i++) {
		mutate_next(&m);
		wrong = jsondiff(m.text, m.len);
	}
	if (!ok(wrong == NULL, "100,000 mutated texts: as jansson has them"))
		printf("# %s: %.*s\n", wrong, (int)m.len, m.text);
}

int
main(void)
{
	size_t line, column;

	refusals();
	repeated();
	depth();
	values();
	pointers();
	hostile();
	places();
	against_jansson();
	json_place("a\nbc\nd", 3, &line, &column);
	ok(line == 2 && column == 2, "an offset as line and column");
	json_release(&j);
	arena_release(&arena);
	return done_testing();
}
