/* Versions, which put the changes of a record in order: numbers and texts. */
#include "common/map_inner.h"

#include <stdlib.h>
#include <string.h>

/* A whole number within int64_t. */
static int
integer(const char *s, size_t len, int64_t *v)
{
	size_t i, neg = len > 0 && s[0] == '-';
	uint64_t u = 0, d;

	*v = 0;
	if (len == neg)
		return 0;
	for (i = neg; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return 0;
		d = (uint64_t)(s[i] - '0');
		if (u > (INT64_MAX - d) / 10)
			return 0;
		u = u * 10 + d;
	}
	*v = neg ? -(int64_t)u : (int64_t)u;
	return 1;
}

/* The length of a number that is too large for an int64_t. */
enum { LARGE = 32 };

/* A whole number that is too large sorts after all others; it is padded so that
 * texts sort by its size. */
static int
large(struct mapper *m, const char *s, size_t len, struct version *v)
{
	char t[LARGE + 1];
	size_t i;

	if (len == 0 || len > LARGE)
		return 0;
	for (i = 0; i < len; i++)
		if (s[i] < '0' || s[i] > '9')
			return 0;
	memset(t, '0', LARGE - len);
	memcpy(t + LARGE - len, s, len);
	v->num = INT64_MAX;
	v->text = arena_dup(m->arena, t, LARGE);
	return 1;
}

/* A number as digits, of which `whole` are before its point; that may be
 * negative or more than there are. */
struct digits {
	char d[64];
	int n, whole;
};

/* Most zeros after a point. */
enum { FAR = 200 };

/* Split the JSON number at s: 1, or 0 if it is too long. */
static int
split(const char *s, size_t len, struct digits *x)
{
	size_t i = s[0] == '-';
	int point = 0;
	long exp;

	x->n = x->whole = 0;
	for (; i < len && s[i] != 'e' && s[i] != 'E'; i++) {
		if (s[i] == '.') {
			point = 1;
		} else if (x->n == 0 && s[i] == '0') {
			x->whole -= point;
		} else {
			if (x->n == (int)sizeof x->d)
				return 0;
			x->d[x->n++] = s[i];
			x->whole += !point;
		}
	}
	exp = i < len ? strtol(s + i + 1, NULL, 10) : 0;
	while (x->n > 0 && x->d[x->n - 1] == '0')
		x->n--;
	if (x->n == 0)
		exp = x->whole = 0;
	x->whole += exp < -FAR ? -FAR : exp > FAR ? FAR : (int)exp;
	return x->whole > -FAR / 2;
}

/* The fraction as a text; for a negative number it is what the next lower whole
 * number lacks, so that texts sort by its size. */
static const char *
fraction(struct mapper *m, const struct digits *x, int negative)
{
	char *t = arena_alloc(m->arena, FAR / 2 + sizeof x->d + 2), *p = t;
	int i;

	*p++ = '.';
	for (i = x->whole; i < x->n; i++)
		*p++ = i < 0 ? '0' : x->d[i];
	*p = '\0';
	for (i = 1; negative && t[i] != '\0'; i++)
		t[i] = (char)('0' + '9' - t[i] + (t[i + 1] == '\0'));
	return t;
}

static const char *
joined(struct mapper *m, const char *a, const char *b)
{
	size_t n = strlen(a), len = strlen(b);
	char *t = arena_alloc(m->arena, n + len + 1);

	memcpy(t, a, n);
	memcpy(t + n, b, len + 1);
	return t;
}

/* The same for one written in another way. */
static int
large_decimal(struct mapper *m, const struct digits *x, struct version *v)
{
	char t[LARGE];
	int i;

	if (x->whole > LARGE)
		return 0;
	for (i = 0; i < x->whole; i++)
		t[i] = i < x->n ? x->d[i] : '0';
	if (!large(m, t, (size_t)x->whole, v))
		return 0;
	if (x->n > x->whole)
		v->text = joined(m, v->text, fraction(m, x, 0));
	return 1;
}

/* A number that is not written as a whole one: 1, or 0 if it is out of
 * range. */
static int
decimal(struct mapper *m, const char *s, size_t len, struct version *v)
{
	struct digits x;
	int64_t num = 0, d;
	int i, negative = s[0] == '-';

	if (!split(s, len, &x))
		return 0;
	for (i = 0; i < x.whole; i++) {
		d = i < x.n ? x.d[i] - '0' : 0;
		if (num > (INT64_MAX - 1 - d) / 10)
			return !negative && large_decimal(m, &x, v);
		num = num * 10 + d;
	}
	v->num = negative ? -num : num;
	if (x.n > (x.whole > 0 ? x.whole : 0)) {
		v->num -= negative;
		v->text = fraction(m, &x, negative);
	}
	return 1;
}

/* Without the quotes of a JSON string. */
static const char *
bare(const struct got *g, size_t *len)
{
	size_t quoted = g->kind == GOT_JSON && g->s[0] == '"';

	*len = g->len - 2 * quoted;
	return g->s + quoted;
}

static int
first_part(struct mapper *m, const struct got *g, struct version *v)
{
	int is_number = g->kind == GOT_JSON && g->s[0] != '"';
	const char *s;
	size_t len;

	if (g->kind == GOT_TIME || g->timed) {
		v->num = g->time;
		return 0;
	}
	if (g->kind == GOT_JSON && strchr("[{tf", g->s[0]) != NULL)
		return map_refuse(m, "bad_field",
		    "version: is neither a number nor a text");
	s = bare(g, &len);
	if (integer(s, len, &v->num) || large(m, s, len, v) ||
	    (is_number && decimal(m, s, len, v)))
		return 0;
	if (is_number)
		return map_refuse(m, "bad_field", "version: '%.*s' is "
		    "out of range", map_shown(s, len), s);
	v->text = arena_dup(m->arena, s, len);
	return 0;
}

int
map_version(struct mapper *m, const struct got *num, const struct got *sub,
    struct version *v)
{
	const char *s;
	size_t len;

	memset(v, 0, sizeof *v);
	v->text = "";
	if (num->kind == GOT_NOTHING || num->kind == GOT_NULL)
		return 0;
	v->given = 1;
	if (first_part(m, num, v) != 0)
		return -1;
	if (sub->kind == GOT_NOTHING || sub->kind == GOT_NULL)
		return 0;
	s = bare(sub, &len);
	if (sub->kind == GOT_TIME || !integer(s, len, &v->sub))
		return map_refuse(m, "bad_field",
		    "version: its second part is not a whole number");
	return 0;
}
