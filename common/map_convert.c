#include "common/map_inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/jsonw.h"
#include "common/map_date.h"

/* A converter replaces the value by its result; NULL, or why it cannot. */
typedef const char *convert_fn(struct mapper *, const struct way *,
    struct got *);

/* The value as text: a number keeps its digits. */
static const char *
to_text(struct mapper *m, const struct way *w, struct got *g)
{
	char *t;

	(void)w;
	if (g->kind == GOT_TEXT)
		return NULL;
	if (g->kind == GOT_TIME) {
		t = arena_alloc(m->arena, CLOCK_TEXT);
		g->s = clock_format(g->time, t);
		g->len = strlen(t);
	} else if (g->s[0] == '{' || g->s[0] == '[') {
		return "is not a single value";
	}
	g->kind = GOT_TEXT;
	return NULL;
}

/* ASCII only: enough for e-mail addresses and words of a code list. */
static const char *
fold(struct mapper *m, struct got *g, char from, char to)
{
	const char *fault;
	char *t;
	size_t i;

	if ((fault = to_text(m, NULL, g)) != NULL)
		return fault;
	t = arena_dup(m->arena, g->s, g->len);
	for (i = 0; i < g->len; i++)
		if (t[i] >= from && t[i] <= from + 25)
			t[i] = (char)(t[i] - from + to);
	g->s = t;
	return NULL;
}

static const char *
lower(struct mapper *m, const struct way *w, struct got *g)
{
	(void)w;
	return fold(m, g, 'A', 'a');
}

static const char *
upper(struct mapper *m, const struct way *w, struct got *g)
{
	(void)w;
	return fold(m, g, 'a', 'A');
}

static int
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static const char *
trim(struct mapper *m, const struct way *w, struct got *g)
{
	const char *fault, *s;
	size_t n;

	if ((fault = to_text(m, w, g)) != NULL)
		return fault;
	s = g->s;
	n = g->len;
	while (n > 0 && is_blank(*s)) {
		s++;
		n--;
	}
	while (n > 0 && is_blank(s[n - 1]))
		n--;
	g->s = arena_dup(m->arena, s, n);
	g->len = n;
	if (n == 0 && w != NULL && w->empty_null)
		g->kind = GOT_NULL;
	return NULL;
}

/* Extract the digits, and a leading plus sign, from a telephone number with
 * punctuation, at most size characters: returns how many, or 0 if it is not a
 * telephone number. */
static size_t
dialled(const char *s, size_t len, char *t, size_t size)
{
	size_t i, n = 0;

	for (i = 0; i < len; i++) {
		if (is_blank(s[i]) || strchr("-./()", s[i]) != NULL)
			continue;
		if (n == size || !((s[i] >= '0' && s[i] <= '9') ||
		    (s[i] == '+' && n == 0)))
			return 0;
		/* This is not dialled from abroad. */
		if (i > 0 && n > 1 && strncmp(s + i - 1, "(0)", 3) == 0 &&
		    (t[0] == '+' || (t[0] == '0' && t[1] == '0')))
			continue;
		t[n++] = s[i];
	}
	return n;
}

/* E.164: a plus sign and up to 15 digits.  A number without + or 00 in front
 * belongs to w->country, where a single leading 0 is a dialling prefix. */
static const char *
e164(struct mapper *m, const struct way *w, struct got *g)
{
	static const char wrong[] = "is not a telephone number";
	const char *fault, *country = "";
	char t[24], out[32];
	size_t n, lead;

	if ((fault = to_text(m, w, g)) != NULL || g->len > 64)
		return fault != NULL ? fault : wrong;
	if ((n = dialled(g->s, g->len, t, sizeof t)) < 2)
		return wrong;
	lead = t[0] == '+' ? 1 : t[0] == '0' && t[1] == '0' ? 2 : 0;
	if (lead == 0) {
		if ((country = w->country) == NULL)
			return "is not an international number, and no country "
			    "is set";
		lead = t[0] == '0';
	}
	n = (size_t)snprintf(out, sizeof out, "+%s%.*s", country,
	    (int)(n - lead), t + lead);
	if (n < 8 || n > 16 || out[1] == '0')
		return wrong;
	g->s = arena_dup(m->arena, out, n);
	g->len = n;
	return NULL;
}

/* The end of the digits that begin at p. */
static const char *
digits(const char *p, const char *end)
{
	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return p;
}

/* RFC 8259 section 6. */
static int
number_ok(const char *s, size_t n)
{
	const char *end = s + n, *from = s + (n > 0 && *s == '-');
	const char *p = digits(from, end);

	if (p == from || (*from == '0' && p > from + 1))
		return 0;
	if (p < end && *p == '.') {
		from = p + 1;
		if ((p = digits(from, end)) == from)
			return 0;
	}
	if (p < end && (*p | 0x20) == 'e') {
		from = p + 1;
		from += from < end && (*from == '+' || *from == '-');
		if ((p = digits(from, end)) == from)
			return 0;
	}
	return p == end;
}

static const char *
number(struct mapper *m, const struct way *w, struct got *g)
{
	if (g->kind == GOT_TEXT)
		trim(m, NULL, g);
	(void)w;
	if ((g->kind != GOT_TEXT && g->kind != GOT_JSON) ||
	    !number_ok(g->s, g->len))
		return "is not a number";
	if (!field_number_ok(g->s, g->len))
		return "is too large a number to store";
	g->kind = GOT_JSON;
	return NULL;
}

/* Remove the sign: some systems express it by a separate word. */
static const char *
absolute(struct mapper *m, const struct way *w, struct got *g)
{
	const char *fault = number(m, w, g);

	if (fault == NULL && *g->s == '-') {
		g->s++;
		g->len--;
	}
	return fault;
}

static const char *
boolean(struct mapper *m, const struct way *w, struct got *g)
{
	static const char *const words[] =
	    { "false", "true", "0", "1", "no", "yes", "n", "y", "off", "on" };
	size_t i;

	(void)m;
	(void)w;
	if (g->kind == GOT_TEXT || g->kind == GOT_JSON)
		for (i = 0; i < sizeof words / sizeof words[0]; i++)
			if (strcasecmp(g->s, words[i]) == 0) {
				g->s = words[i % 2];
				g->len = strlen(g->s);
				g->kind = GOT_JSON;
				return NULL;
			}
	return "is neither true nor false";
}

/* The three characters that keep an id of 15 unique when case is lost: five
 * bits each, one for each capital in a group of five. */
static void
salesforce_check(const char *s, char out[3])
{
	static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
	int g, k, v;

	for (g = 0; g < 3; g++) {
		for (v = 0, k = 0; k < 5; k++)
			if (s[g * 5 + k] >= 'A' && s[g * 5 + k] <= 'Z')
				v |= 1 << k;
		out[g] = digit[v];
	}
}

static const char *
salesforce_id(struct mapper *m, const struct way *w, struct got *g)
{
	char id[18];
	size_t i;

	(void)w;
	if (g->kind != GOT_TEXT || (g->len != 15 && g->len != 18))
		return "is not a Salesforce id of 15 or 18 characters";
	for (i = 0; i < g->len; i++)
		if (strchr("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		    "abcdefghijklmnopqrstuvwxyz", g->s[i]) == NULL)
			return "is not a Salesforce id of letters and digits";
	memcpy(id, g->s, 15);
	salesforce_check(id, id + 15);
	if (g->len == 18 && strncasecmp(id + 15, g->s + 15, 3) != 0)
		return "is a Salesforce id with wrong check characters";
	g->s = arena_dup(m->arena, id, 18);
	g->len = 18;
	return NULL;
}

const char *
map_convert(struct mapper *m, const struct way *w, enum as as, struct got *g)
{
	/* join and set were done when the value was read. */
	static convert_fn *const table[] = {
		[AS_LOWER] = lower, [AS_UPPER] = upper, [AS_TRIM] = trim,
		[AS_DATE] = map_convert_date,
		[AS_DATETIME] = map_convert_datetime, [AS_E164] = e164,
		[AS_STRING] = to_text, [AS_NUMBER] = number,
		[AS_BOOL] = boolean, [AS_EPOCH_MS] = map_convert_epoch_ms,
		[AS_EPOCH_S] = map_convert_epoch_s,
		[AS_SALESFORCE_ID] = salesforce_id, [AS_ABSOLUTE] = absolute,
		[AS_DAY_AFTER] = map_convert_day_after
	};

	if (as == AS_JOIN || as == AS_SET)
		return NULL;
	return table[as](m, w, g);
}

const char *
map_write(struct mapper *m, const struct way *w, struct got *g)
{
	char t[MAP_DATE_TEXT];
	const char *fault;

	if (!g->timed && (fault = map_convert_datetime(m, w, g)) != NULL)
		return fault;
	map_date_write(g->time, w->write, w->zone, t);
	g->len = strlen(t);
	g->s = arena_dup(m->arena, t, g->len);
	g->timed = 0;
	g->kind = strncmp(w->write, "epoch", 5) == 0 ? GOT_JSON : GOT_TEXT;
	return NULL;
}

void
map_emit(struct mapper *m, struct got *g)
{
	struct jsonw w;
	size_t i;
	char *t;

	if (g->kind == GOT_TIME)
		to_text(m, NULL, g);
	if (g->kind != GOT_TEXT)
		return;
	for (i = 0; i < g->len; i++)
		if ((unsigned char)g->s[i] < 0x20 || g->s[i] == '"' ||
		    g->s[i] == '\\')
			break;
	if (i == g->len) {
		/* There is nothing to escape; it was UTF-8 when it was read,
		 * and no conversion cuts inside a character. */
		t = arena_alloc(m->arena, g->len + 3);
		t[0] = t[g->len + 1] = '"';
		memcpy(t + 1, g->s, g->len);
		t[g->len + 2] = '\0';
		g->s = t;
		g->len += 2;
	} else {
		buf_clear(&m->scratch);
		jsonw_init(&w, &m->scratch);
		jsonw_stringn(&w, g->s, g->len);
		g->len = m->scratch.len;
		g->s = arena_dup(m->arena, m->scratch.p, g->len);
	}
	g->kind = GOT_JSON;
}

void
map_unquote(struct mapper *m, struct got *g)
{
	struct json j = { 0 };

	if (g->kind != GOT_JSON || g->s[0] != '"')
		return;
	if (json_parse(&j, g->s, g->len) == 0) {
		g->s = json_string(&j, 0, m->arena, &g->len);
		g->kind = GOT_TEXT;
	}
	json_release(&j);
}

static int
by_bytes(const void *a, const void *b)
{
	const struct got *x = a, *y = b;
	int c;

	/* Compare what is between the quotes: a closing quote would sort after
	 * a blank. */
	c = memcmp(x->s + 1, y->s + 1,
	    (x->len < y->len ? x->len : y->len) - 2);
	if (c != 0)
		return c;
	return x->len < y->len ? -1 : x->len > y->len;
}

void
map_set(struct mapper *m, const char **text, size_t n, struct got *g)
{
	struct got *e, one;
	struct jsonw w;
	size_t i, k = 0;

	e = arena_alloc(m->arena, (n + 1) * sizeof *e);
	for (i = 0; i < n; i++) {
		memset(&one, 0, sizeof one);
		one.kind = GOT_TEXT;
		one.s = text[i];
		one.len = strlen(text[i]);
		trim(m, NULL, &one);
		if (one.len == 0)
			continue;
		map_emit(m, &one);
		e[k++] = one;
	}
	if (k > 1)
		qsort(e, k, sizeof *e, by_bytes);
	buf_clear(&m->scratch);
	jsonw_init(&w, &m->scratch);
	jsonw_array(&w);
	for (i = 0; i < k; i++)
		if (i == 0 || by_bytes(&e[i - 1], &e[i]) != 0)
			jsonw_raw(&w, e[i].s, e[i].len);
	jsonw_close(&w, ']');
	g->kind = GOT_JSON;
	g->len = m->scratch.len;
	g->s = arena_dup(m->arena, m->scratch.p, g->len);
}
