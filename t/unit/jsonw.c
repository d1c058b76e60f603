#include "common/jsonw.h"

#include "t/unit/tap.h"

static struct buf b;
static struct jsonw w;

static void
fresh(void)
{
	buf_clear(&b);
	jsonw_init(&w, &b);
}

static void
canonical(const char *text, const char *want)
{
	struct json j = { 0 };

	fresh();
	is_int(json_parse(&j, text, strlen(text)), 0, "parse %.30s", text);
	jsonw_canonical(&w, &j, 0);
	is_str(buf_str(&b), want, "canonical form");
	json_release(&j);
}

static void
strings(void)
{
	fresh();
	jsonw_string(&w, "\"\\/\b\f\n\r\t\x01\x1f\x7f");
	is_str(buf_str(&b), "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\"",
	    "the shortest escapes");
	fresh();
	jsonw_string(&w, "\xe2\x82\xac\xf0\x9f\x98\x80");
	is_str(buf_str(&b), "\"\xe2\x82\xac\xf0\x9f\x98\x80\"",
	    "UTF-8 stays as it is");
	fresh();
	jsonw_string(&w, "a\xff\xc0\xa0z\xe2\x82");
	is_str(buf_str(&b), "\"a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz"
	    "\xef\xbf\xbd\xef\xbf\xbd\"", "what is not becomes U+FFFD");
	fresh();
	jsonw_stringn(&w, "a\0b", 3);
	is_str(buf_str(&b), "\"a\xef\xbf\xbd" "b\"", "NUL becomes U+FFFD");
}

int
main(void)
{
	struct json j = { 0 };
	static const char text[] =
	    " { \"a b\" : [ 1 , \" \\\" \" ] ,\n\t\"c\" : { } } ";

	fresh();
	jsonw_object(&w);
	jsonw_kstring(&w, "a", "x");
	jsonw_kstring(&w, "no", NULL);
	jsonw_kint(&w, "b", INT64_MIN);
	jsonw_key(&w, "c");
	jsonw_array(&w);
	jsonw_bool(&w, 1);
	jsonw_null(&w);
	jsonw_int(&w, INT64_MAX);
	jsonw_object(&w);
	jsonw_close(&w, '}');
	jsonw_close(&w, ']');
	jsonw_ktime(&w, "t", 0);
	jsonw_kraw(&w, "r", "[]", 2);
	jsonw_close(&w, '}');
	jsonw_line(&w);
	is_str(buf_str(&b), "{\"a\":\"x\",\"b\":-9223372036854775808,"
	    "\"c\":[true,null,9223372036854775807,{}],"
	    "\"t\":\"1970-01-01T00:00:00.000000Z\",\"r\":[]}\n",
	    "commas stand where they belong");
	strings();
	canonical("{ \"b\" : 1.50, \"a\" : [ \"\\u0041\\/\", {} ],\"\":null }",
	    "{\"\":null,\"a\":[\"A/\",{}],\"b\":1.50}");
	canonical("{\"\\u00e9\":1,\"z\":2,\"za\":3,\"\\u0079\":4}",
	    "{\"y\":4,\"z\":2,\"za\":3,\"\xc3\xa9\":1}");
	canonical("{\"averylongname2\":1,\"averylongname\":2,"
	    "\"averylongname1\":3}", "{\"averylongname\":2,"
	    "\"averylongname1\":3,\"averylongname2\":1}");
	fresh();
	is_int(json_parse(&j, text, sizeof text - 1), 0, "parse");
	jsonw_compact(&w, &j, 0);
	is_str(buf_str(&b), "{\"a b\":[1,\" \\\" \"],\"c\":{}}",
	    "compact takes out the blanks between tokens only");
	json_release(&j);
	buf_release(&b);
	return done_testing();
}
