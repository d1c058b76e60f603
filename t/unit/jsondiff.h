/*
 * Our JSON reader and writer compared with jansson: the same texts are
 * accepted, and what jsonw writes of them is the same value.  Known
 * differences:
 *
 *   - we refuse more than JSON_DEPTH levels, jansson more than 2,048;
 *   - jansson refuses integers beyond 64 bits and reals beyond a double, which
 *     are only digits to us;
 *   - to jansson a NUL byte after the value is the end of the text.
 */
#ifndef T_JSONDIFF_H
#define T_JSONDIFF_H

/* Both headers want these names; only jansson's functions are needed here. */
#define json_type jansson_type
#define json_string jansson_string
#define JSON_OBJECT JANSSON_OBJECT
#define JSON_ARRAY JANSSON_ARRAY
#define JSON_STRING JANSSON_STRING
#define JSON_TRUE JANSSON_TRUE
#define JSON_FALSE JANSSON_FALSE
#define JSON_NULL JANSSON_NULL
#include <jansson.h>
#undef json_type
#undef json_string
#undef JSON_OBJECT
#undef JSON_ARRAY
#undef JSON_STRING
#undef JSON_TRUE
#undef JSON_FALSE
#undef JSON_NULL

#include <stdio.h>
#include <string.h>

#include "common/buf.h"
#include "common/json.h"
#include "common/jsonw.h"

static json_t *
jsondiff_load(const char *p, size_t n, json_error_t *e)
{
	return json_loadb(p, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, e);
}

/* What is wrong with the writer's output for the text, or NULL. */
static const char *
jsondiff_written(const struct json *j, json_t *want, int canonical)
{
	struct json again = { 0 };
	struct jsonw w;
	struct buf a = { 0 }, b = { 0 };
	json_error_t e;
	json_t *got;
	const char *wrong = NULL;

	jsonw_init(&w, &a);
	if (canonical)
		jsonw_canonical(&w, j, 0);
	else
		jsonw_compact(&w, j, 0);
	got = jsondiff_load(a.p, a.len, &e);
	if (got == NULL || !json_equal(got, want))
		wrong = canonical ? "canonical form is another value" :
		    "compact form is another value";
	jsonw_init(&w, &b);
	if (wrong == NULL && json_parse(&again, a.p, a.len) != 0)
		wrong = "we refuse what we wrote";
	if (wrong == NULL && canonical) {
		jsonw_canonical(&w, &again, 0);
		if (a.len != b.len || memcmp(a.p, b.p, a.len) != 0)
			wrong = "canonical form of the canonical form differs";
	}
	json_decref(got);
	json_release(&again);
	buf_release(&a);
	buf_release(&b);
	return wrong;
}

/* NULL if both agree about the text, else the difference. */
static const char *
jsondiff(const char *p, size_t n)
{
	struct json j = { 0 };
	json_error_t e;
	json_t *theirs;
	const char *wrong = NULL;
	int rc;

	rc = json_parse(&j, p, n);
	theirs = jsondiff_load(p, n, &e);
	if (rc == 0 && theirs == NULL) {
		if (json_error_code(&e) != json_error_numeric_overflow)
			wrong = "jansson refuses what we take";
	} else if (rc != 0 && theirs != NULL) {
		if (strcmp(j.why, "nested too deeply") != 0 &&
		    memchr(p, '\0', n) == NULL)
			wrong = "jansson takes what we refuse";
	} else if (rc == 0) {
		wrong = jsondiff_written(&j, theirs, 1);
		if (wrong == NULL)
			wrong = jsondiff_written(&j, theirs, 0);
	}
	json_decref(theirs);
	json_release(&j);
	return wrong;
}

/* Seeds, and pieces to insert. */
static const char *const jsondiff_seed[] = {
	"{\"a\":1,\"b\":[true,false,null],\"c\":{\"d\":\"e\"}}",
	"[0,-1,1.5,1e10,-0.0,2E-3,123456789012345678]",
	" { \"x\" : \"\\u00e9\\n\\\"\\\\\\/\" , \"y\" : \"\\ud83d\\ude00\" } ",
	"[\"\xc3\xa9\",\"\xe2\x82\xac\",\"\xf0\x9f\x98\x80\",\"\x7f\"]",
	"{\"\":\"\",\"k\\u0041\":1,\"kB\":2,\"kC\":[{}],\"kD\":[[]]}",
	"{\"a\":0,\"b\":0,\"c\":0,\"d\":0,\"e\":0,\"f\":0,\"g\":0,\"h\":0,"
	    "\"i\":0,\"j\":0,\"k\":0,\"l\":0,\"m\":0,\"n\":0,\"o\":0,"
	    "\"p\":0,\"q\":0,\"averylongname1\":0,\"averylongname2\":0}",
	"\"\\b\\f\\n\\r\\t \\u001f\"", "true", "null", "-12", "1e999",
	"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
	    "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
	NULL
};

static const char *const jsondiff_word[] = {
	"\"", "\\", "\\u", "\\u0061", "\\ud83d", "\\ude00", "\\u0000", "{",
	"}", "[", "]", ",", ":", "\"a\":", "\"b\"", "0", "-", ".", "e", "+1",
	"99999999999999999999", "true", "nul", " ", "\n", "\xc0\xa0",
	"\xed\xa0\x80", "\xf4\x90\x80\x80", "\xef\xbf\xbf", "\xef\xbb\xbf",
	"\x01", "\xf0\x9f", "{\"a\":1}", "[[", "]]", NULL
};

#endif
