#include "common/json.h"

#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/json_inner.h"

/* Initial number of tokens: most texts have fewer, and malloc(3) is fastest up
 * to 1 kB. */
enum { FIRST = 48 };

struct parser {
	struct json *j;
	const unsigned char *p, *start, *end;
	uint32_t open[JSON_DEPTH];	/* containers that p is in */
	int depth;
};

static int
fail(struct parser *ps, const char *why)
{
	ps->j->bad = (size_t)(ps->p - ps->start);
	ps->j->why = why;
	return E_DATA;
}

static void
grow(struct json *j)
{
	j->cap = j->cap == 0 ? FIRST : j->cap * 2;
	j->tok = xrealloc(j->tok, j->cap, sizeof *j->tok);
}

static inline uint32_t
token(struct parser *ps, int type)
{
	struct json *j = ps->j;

	if (j->n == j->cap)
		grow(j);
	j->tok[j->n] = (struct json_tok){ .type = (uint8_t)type,
	    .off = (uint32_t)(ps->p - ps->start) };
	return j->n++;
}

/* The byte at p; at the end 0. */
static inline unsigned char
peek(const struct parser *ps)
{
	return ps->p < ps->end ? *ps->p : 0;
}

static void
blank(struct parser *ps)
{
	while (ps->p < ps->end && (*ps->p == ' ' || *ps->p == '\n' ||
	    *ps->p == '\r' || *ps->p == '\t')) {
		ps->p++;
		ps->j->blanks++;
	}
}

/* Take an escape; p is at the backslash. */
static int
escape(struct parser *ps)
{
	int v;

	if (ps->end - ps->p < 2)
		return fail(ps, "string does not end");
	if (ps->p[1] != 'u') {
		if (strchr("\"\\/bfnrt", ps->p[1]) == NULL || ps->p[1] == '\0')
			return fail(ps, "no such escape");
		ps->p += 2;
		return 0;
	}
	v = json_hex4(ps->p + 2, ps->end);
	if (v < 0)
		return fail(ps, "\\u wants four hexadecimal digits");
	if (v == 0)
		return fail(ps, "NUL character");
	if (v >= 0xd800 && v < 0xe000) {
		if (v >= 0xdc00 || ps->end - ps->p < 12 ||
		    ps->p[6] != '\\' || ps->p[7] != 'u')
			return fail(ps, "surrogate without its pair");
		v = json_hex4(ps->p + 8, ps->end);
		if (v < 0xdc00 || v > 0xdfff)
			return fail(ps, "surrogate without its pair");
		ps->p += 6;
	}
	ps->p += 6;
	return 0;
}

/* Take a string; p is at its opening quote. */
static int
string(struct parser *ps)
{
	uint32_t t;
	size_t n;
	int rc;

	ps->p++;
	t = token(ps, JSON_STRING);
	for (;;) {
		ps->p += json_plain_run((const char *)ps->p,
		    (size_t)(ps->end - ps->p));
		if (ps->p == ps->end)
			return fail(ps, "string does not end");
		if (*ps->p == '"')
			break;
		if (*ps->p == '\\') {
			ps->j->tok[t].escaped = 1;
			if ((rc = escape(ps)) != 0)
				return rc;
		} else if (*ps->p < 0x20) {
			return fail(ps, "control character in a string");
		} else {
			if ((n = json_sequence(ps->p, ps->end)) == 0)
				return fail(ps, "not UTF-8");
			ps->p += n;
		}
	}
	ps->j->tok[t].len =
	    (uint32_t)(ps->p - ps->start) - ps->j->tok[t].off;
	ps->j->tok[t].next = ps->j->n;
	ps->p++;
	return 0;
}

static int
run_of_digits(struct parser *ps)
{
	const unsigned char *from = ps->p;

	while (ps->p < ps->end && *ps->p >= '0' && *ps->p <= '9')
		ps->p++;
	return ps->p > from;
}

static int
number(struct parser *ps)
{
	uint32_t t;
	int integer = 1;

	t = token(ps, JSON_NUMBER);
	if (*ps->p == '-')
		ps->p++;
	if (ps->p < ps->end && *ps->p == '0')
		ps->p++;
	else if (!run_of_digits(ps))
		return fail(ps, "not a value");
	if (ps->p < ps->end && *ps->p == '.') {
		ps->p++;
		integer = 0;
		if (!run_of_digits(ps))
			return fail(ps, "no digit after the decimal point");
	}
	if (ps->p < ps->end && (*ps->p | 0x20) == 'e') {
		ps->p++;
		integer = 0;
		if (ps->p < ps->end && (*ps->p == '+' || *ps->p == '-'))
			ps->p++;
		if (!run_of_digits(ps))
			return fail(ps, "no digit in the exponent");
	}
	ps->j->tok[t].integer = (uint8_t)integer;
	ps->j->tok[t].len =
	    (uint32_t)(ps->p - ps->start) - ps->j->tok[t].off;
	ps->j->tok[t].next = ps->j->n;
	return 0;
}

static int
word(struct parser *ps, const char *s, int type)
{
	size_t n = strlen(s);
	uint32_t t;

	if ((size_t)(ps->end - ps->p) < n || memcmp(ps->p, s, n) != 0)
		return fail(ps, "not a value");
	t = token(ps, type);
	ps->p += n;
	ps->j->tok[t].len = (uint32_t)n;
	ps->j->tok[t].next = ps->j->n;
	return 0;
}

/* Take a key and its colon. */
static int
member_key(struct parser *ps)
{
	int rc;

	blank(ps);
	if (ps->p == ps->end || *ps->p != '"')
		return fail(ps, "a key was expected");
	if ((rc = string(ps)) != 0)
		return rc;
	blank(ps);
	if (ps->p == ps->end || *ps->p != ':')
		return fail(ps, "a colon was expected");
	ps->p++;
	return 0;
}

/* End container t: set its length, and for an object check that no key occurs
 * twice. */
static int
container_end(struct parser *ps, uint32_t t)
{
	struct json_tok *tok = &ps->j->tok[t];
	uint32_t twice;

	ps->p++;
	tok->len = (uint32_t)(ps->p - ps->start) - tok->off;
	tok->next = ps->j->n;
	if (tok->type != JSON_OBJECT)
		return 0;
	twice = json_repeated(ps->j, t);
	if (twice == JSON_NONE)
		return 0;
	ps->p = ps->start + ps->j->tok[twice].off;
	return fail(ps, "the same key twice");
}

/* A value of container t comes, with a key in front of it in an object: 1. */
static int
element(struct parser *ps, uint32_t t)
{
	int rc;

	if (ps->j->tok[t].type == JSON_OBJECT && (rc = member_key(ps)) != 0)
		return rc;
	return 1;
}

static int
is_end(const struct parser *ps, uint32_t t)
{
	return peek(ps) == (ps->j->tok[t].type == JSON_OBJECT ? '}' : ']');
}

/* Open a container: 1, or 0 if it is empty and so complete. */
static int
container(struct parser *ps, int type)
{
	uint32_t t;

	if (ps->depth == JSON_DEPTH)
		return fail(ps, "nested too deeply");
	t = token(ps, type);
	ps->p++;
	blank(ps);
	if (is_end(ps, t))
		return container_end(ps, t);
	ps->open[ps->depth++] = t;
	return element(ps, t);
}

/* Take a scalar or an empty container: 0; or the opening bracket of another
 * one: 1. */
static int
value(struct parser *ps)
{
	if (ps->p == ps->end)
		return fail(ps, "the text ends too early");
	switch (*ps->p) {
	case '{':
		return container(ps, JSON_OBJECT);
	case '[':
		return container(ps, JSON_ARRAY);
	case '"':
		return string(ps);
	case 't':
		return word(ps, "true", JSON_TRUE);
	case 'f':
		return word(ps, "false", JSON_FALSE);
	case 'n':
		return word(ps, "null", JSON_NULL);
	default:
		return number(ps);
	}
}

/* A value is complete, and with it perhaps those that it is in: 1 if another
 * one comes, 0 if that was all. */
static int
complete(struct parser *ps)
{
	uint32_t t;
	int rc;

	for (; ps->depth > 0; ps->depth--) {
		t = ps->open[ps->depth - 1];
		ps->j->tok[t].count++;
		blank(ps);
		if (peek(ps) == ',') {
			ps->p++;
			return element(ps, t);
		}
		if (!is_end(ps, t))
			return fail(ps, ps->p == ps->end ?
			    "the text ends too early" :
			    "a comma or a closing bracket was expected");
		if ((rc = container_end(ps, t)) != 0)
			return rc;
	}
	return 0;
}

/* Parse the whole text.  Outside data decides how deep it is: no recursion. */
static int
document(struct parser *ps)
{
	int rc;

	do {
		blank(ps);
		if ((rc = value(ps)) == 0)
			rc = complete(ps);
	} while (rc == 1);
	return rc;
}

int
json_parse(struct json *j, const char *text, size_t len)
{
	struct parser ps;
	int rc;

	j->text = text;
	j->len = len;
	j->n = 0;
	j->blanks = 0;
	j->bad = 0;
	j->why = NULL;
	ps.j = j;
	ps.depth = 0;
	ps.start = ps.p = (const unsigned char *)text;
	ps.end = ps.start + len;
	if (len >= UINT32_MAX)
		return fail(&ps, "too long");
	if ((rc = document(&ps)) != 0)
		return rc;
	blank(&ps);
	if (ps.p != ps.end)
		return fail(&ps, "there is text after the end of the value");
	return 0;
}

void
json_release(struct json *j)
{
	if (j == NULL)
		return;
	free(j->tok);
	memset(j, 0, sizeof *j);
}
