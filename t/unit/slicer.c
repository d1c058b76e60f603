/* Extracting an array from a text, in whatever pieces it comes. */
#include "common/slicer.h"
#include "common/status.h"
#include "t/unit/mutate.h"
#include "t/unit/tap.h"

static char got[4096];
static int limit;

static int
row(void *ctx, const char *s, size_t n)
{
	(void)ctx;
	strncat(got, s, n);
	strcat(got, "|");
	return limit > 0 && --limit == 0 ? -99 : 0;
}

/* The rows and then the frame, or why not; fed in pieces of n bytes. */
static const char *
cut(const char *pointer, const char *text, size_t n)
{
	struct slicer s;
	size_t at, k, len = strlen(text);
	int rc = 0;

	got[0] = '\0';
	slicer_init(&s, pointer, row, NULL);
	for (at = 0; at < len && rc == 0; at += k) {
		k = len - at < n ? len - at : n;
		rc = slicer_feed(&s, text + at, k);
	}
	if (rc == 0)
		rc = slicer_end(&s);
	if (rc == 0 && !s.found)
		strcat(got, "not found ");
	if (rc == 0)
		strncat(got, s.frame.p, s.frame.len);
	else
		sprintf(got + strlen(got), "%d %s", rc, s.why ? s.why : "-");
	slicer_release(&s);
	return got;
}

static const struct {
	const char *pointer, *text, *want;
} cases[] = {
	{ "/r", "{\"a\":1,\"r\":[{\"x\":[1,{}]},{}],\"b\":2}",
	    "{\"x\":[1,{}]}|{}|{\"a\":1,\"r\":[],\"b\":2}" },
	{ "", " [1, \"a]\\\"\" ,null,[[]] ] ", "1|\"a]\\\"\"|null|[[]]| [] " },
	{ "", "{\"a\":\"}\"}", "{\"a\":\"}\"}|null" },
	{ "/r", "{\"r\":{\"a\":1},\"b\":2}", "{\"a\":1}|{\"r\":null,\"b\":2}" },
	{ "/r", "{\"r\":[]}", "{\"r\":[]}" },
	{ "/r", "{\"r\":[ ]}", "{\"r\":[]}" },
	{ "/d/results", "{\"results\":[9],\"d\":{\"x\":{\"results\":[8]},"
	    "\"results\":[7]},\"z\":[6]}", "7|{\"results\":[9],\"d\":{\"x\":"
	    "{\"results\":[8]},\"results\":[]},\"z\":[6]}" },
	{ "/1/r", "[{\"r\":[1]},{\"r\":[2]}]", "2|[{\"r\":[1]},{\"r\":[]}]" },
	{ "/a~1b", "{\"a/b\":[1]}", "1|{\"a/b\":[]}" },
	{ "/r", "{\"q\":[1],\"s\":\"r\"}",
	    "not found {\"q\":[1],\"s\":\"r\"}" },
	{ "/r", "{\"r\":null}", "not found {\"r\":null}" },
	{ "/r", "{\"r\":\"[1]\"}", "not found {\"r\":\"[1]\"}" },
	/* Texts without such an array. */
	{ "/r", "<html><body>[1]</body></html>", "-4 not a value" },
	{ "/r", "", "-4 the text ends too early" },
	{ "/r", "{\"r\":[1,2", "1|-4 it ends within its rows" },
	{ "/r", "{\"r\":[{\"a\":", "-4 it ends within its rows" },
	{ "/r", "{\"r\":[1,2]", "1|2|-4 the text ends too early" },
	{ "/r", "{\"r\":[1,]}", "1|-4 its rows are not separated by commas" },
	{ "/r", "{\"r\":[,1]}", "-4 its rows are not separated by commas" },
	{ "/r", "{\"r\":[{}{}]}",
	    "{}|-4 its rows are not separated by commas" },
	{ "/r", "{\"r\":[1],\"r\":[2]}", "1|-4 the same key twice" },
	{ "/r", "{\"r\":[1]}}", "1|-4 there is text after the end of the "
	    "value" },
	{ "/r", "{\"r\":[1]]",
	    "1|-4 a comma or a closing bracket was expected" },
};

static void
test_cases(void)
{
	size_t i, n;
	int bad;

	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		is_str(cut(cases[i].pointer, cases[i].text, 4096),
		    cases[i].want, "%s of %s", cases[i].pointer,
		    cases[i].text);
		bad = 0;
		for (n = 1; n < 8; n++)
			bad += strcmp(cut(cases[i].pointer, cases[i].text, n),
			    cases[i].want) != 0;
		is_int(bad, 0, "... however it is cut");
	}
}

static void
test_limits(void)
{
	static char big[SLICER_FRAME + 64];
	struct slicer s;
	size_t i;
	int rc = 0;

	limit = 2;
	is_str(cut("/r", "{\"r\":[1,2,3]}", 3), "1|2|-99 -",
	    "who takes the rows can end it");
	limit = 0;
	memset(big, ' ', sizeof big);
	slicer_init(&s, "/r", row, NULL);
	is_int(slicer_feed(&s, big, sizeof big), E_DATA, "too much around");
	slicer_release(&s);
	slicer_init(&s, "/r", row, NULL);
	slicer_feed(&s, "{\"r\":[\"", 7);
	memset(big, 'x', sizeof big);
	for (i = 0; i < 5 && rc == 0; i++)
		rc = slicer_feed(&s, big, SLICER_FRAME);
	is_int(rc, E_DATA, "a row that is too long");
	slicer_release(&s);
	slicer_init(&s, "/r", row, NULL);
	memset(big, '[', 200);
	is_int(slicer_feed(&s, big, 200), E_DATA, "nested too deeply");
	slicer_release(&s);
}

/* What came out of a text: how many rows, a sum of them, and whether all of
 * it is JSON. */
struct sum {
	int rows, bad;
	uint32_t hash;
};

static int
sum_row(void *ctx, const char *s, size_t n)
{
	struct sum *sum = ctx;
	struct json j = { 0 };

	sum->bad |= json_parse(&j, s, n) != 0;
	json_release(&j);
	sum->rows++;
	for (; n > 0; n--)
		sum->hash = sum->hash * 31 + (unsigned char)*s++;
	return 0;
}

static struct sum
sum_of(const char *text, size_t len, size_t piece, int *found)
{
	struct sum sum = { 0, 0, 0 };
	struct slicer s;
	size_t at, k;
	int rc = 0;

	slicer_init(&s, "/r", sum_row, &sum);
	for (at = 0; at < len && rc == 0; at += k) {
		k = len - at < piece ? len - at : piece;
		rc = slicer_feed(&s, text + at, k);
	}
	sum.bad |= rc != 0 || slicer_end(&s) != 0;
	*found = s.found;
	slicer_release(&s);
	return sum;
}

/* The slices are JSON if and only if the whole text is, and there are
 * as many. */
static int
agrees(const struct mutate *m)
{
	struct json j = { 0 };
	struct sum one, other;
	int whole, found, again, there, rows = 0;
	uint32_t t = 0;

	whole = json_parse(&j, m->text, m->len) == 0;
	there = whole && json_pointer(&j, 0, "/r", &t) &&
	    json_type(&j, t) >= JSON_ARRAY;
	if (there)
		rows = json_type(&j, t) == JSON_OBJECT ? 1 :
		    (int)j.tok[t].count;
	json_release(&j);
	one = sum_of(m->text, m->len, m->len + 1, &found);
	other = sum_of(m->text, m->len, 3, &again);
	if (one.bad == whole || one.rows != other.rows ||
	    one.hash != other.hash || one.bad != other.bad)
		return 0;
	return !whole || (found == there && (!there || one.rows == rows));
}

static void
test_mutated(void)
{
	static const char *const seed[] = {
		"{\"a\":1,\"r\":[{\"x\":[1,{}]},\"a\\\"]\",null],\"b\":[2]}",
		"{\"r\":{\"r\":[1]},\"s\":\"]\"}", "[{\"r\":[]}]", NULL };
	static const char *const word[] = { "\"r\":", "[", "]", "{", "}", ",",
		"\"", "\\", "1", "true", " ", "{\"r\":[", NULL };
	struct mutate m = { .state = 1, .seed = seed, .word = word };
	int i, bad = 0;

	for (i = 0; i < 100000 && bad < 3; i++) {
		mutate_next(&m);
		if (agrees(&m))
			continue;
		bad++;
		printf("# %.*s\n", (int)m.len, m.text);
	}
	is_int(bad, 0, "100,000 texts, taken apart and as a whole");
}

int
main(void)
{
	test_mutated();
	test_cases();
	test_limits();
	return done_testing();
}
