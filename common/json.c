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

/* Take a scalar, or the opening bracket of a container. */
static int
value(struct parser *ps)
{
	if (ps->p == ps->end)
		return fail(ps, "the text ends too early");
	switch (*ps->p) {
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

/*
 * Parse the whole text, with a stack of open containers instead of recursion,
 * because outside data decides the depth.
 */
static int
document(struct parser *ps)
{
	uint32_t open[JSON_DEPTH], t;
	int depth = 0, rc, fresh;
	unsigned char c;

	for (;;) {
		blank(ps);
		c = ps->p < ps->end ? *ps->p : 0;
		fresh = c == '{' || c == '[';
		if (fresh) {
			if (depth == JSON_DEPTH)
				return fail(ps, "nested too deeply");
			t = token(ps, c == '{' ? JSON_OBJECT : JSON_ARRAY);
			open[depth++] = t;
			ps->p++;
			blank(ps);
		} else if ((rc = value(ps)) != 0) {
			return rc;
		}
		/* A value is complete (or a container empty): what follows? */
		for (;;) {
			if (depth == 0)
				return 0;
			t = open[depth - 1];
			if (!fresh) {
				ps->j->tok[t].count++;
				blank(ps);
			}
			c = ps->p < ps->end ? *ps->p : 0;
			if (c == (ps->j->tok[t].type == JSON_OBJECT
			    ? '}' : ']')) {
				if ((rc = container_end(ps, t)) != 0)
					return rc;
				depth--;
				fresh = 0;
				continue;
			}
			if (!fresh) {
				if (c != ',')
					return fail(ps, ps->p == ps->end ?
					    "the text ends too early" :
					    "a comma or a closing bracket "
					    "was expected");
				ps->p++;
			}
			break;
		}
		if (ps->j->tok[t].type == JSON_OBJECT &&
		    (rc = member_key(ps)) != 0)
			return rc;
	}
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
