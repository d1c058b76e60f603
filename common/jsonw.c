#include "common/jsonw.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/json_inner.h"
#include "common/names.h"

/* U+FFFD, for invalid characters; also for NUL, which json.h refuses. */
#define REPLACEMENT "\xef\xbf\xbd"

void
jsonw_init(struct jsonw *w, struct buf *b)
{
	w->b = b;
	w->depth = 0;
	w->comma = 0;
}

void
jsonw_resume(struct jsonw *w, struct buf *b)
{
	w->b = b;
	w->depth = 1;
	w->comma = 1;
}

static void
lead(struct jsonw *w)
{
	if (w->comma)
		buf_addc(w->b, ',');
	w->comma = 1;
}

static void
begin(struct jsonw *w, char c)
{
	lead(w);
	buf_addc(w->b, c);
	w->comma = 0;
	w->depth++;
}

void
jsonw_object(struct jsonw *w)
{
	begin(w, '{');
}

void
jsonw_array(struct jsonw *w)
{
	begin(w, '[');
}

void
jsonw_close(struct jsonw *w, char c)
{
	assert(w->depth > 0);
	buf_addc(w->b, c);
	w->comma = 1;
	w->depth--;
}

static void
escaped(struct buf *b, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	const char *f;

	buf_addc(b, '\\');
	f = strchr(from, c);
	if (f != NULL) {
		buf_addc(b, to[f - from]);
		return;
	}
	buf_add(b, "u00", 3);
	buf_addc(b, hex[c >> 4]);
	buf_addc(b, hex[c & 15]);
}

int
jsonw_plain(const char *s, size_t n)
{
	return json_plain_run(s, n) == n;
}

/* The rest of a string from its first byte that is not plain. */
static void
quoted_rest(struct buf *b, const char *s, size_t n)
{
	const unsigned char *end = (const unsigned char *)s + n;
	size_t i = 0, k;

	while (i < n) {
		if ((k = json_plain_run(s + i, n - i)) > 0) {
			buf_add(b, s + i, k);
		} else if (s[i] == '\0' || (k = json_sequence(
		    (const unsigned char *)s + i, end)) == 0) {
			buf_adds(b, REPLACEMENT);
			k = 1;
		} else if (k == 1) {
			escaped(b, (unsigned char)s[i]);
		} else {
			buf_add(b, s + i, k);
		}
		i += k;
	}
}

static void
quoted(struct buf *b, const char *s, size_t n)
{
	size_t k;
	char *p;

	k = json_plain_run(s, n);
	p = buf_reserve(b, k + 2);
	*p++ = '"';
	if (k > 0)	/* s may be NULL when n is 0 */
		memcpy(p, s, k);
	b->len += k + 1;
	if (k < n)
		quoted_rest(b, s + k, n - k);
	buf_addc(b, '"');
}

void
jsonw_keyn(struct jsonw *w, const char *key, size_t n)
{
	lead(w);
	quoted(w->b, key, n);
	buf_addc(w->b, ':');
	w->comma = 0;
}

void
jsonw_key(struct jsonw *w, const char *key)
{
	size_t n = strlen(key);
	char *p;

	p = buf_reserve(w->b, n + 4);
	if (w->comma)
		*p++ = ',';
	*p++ = '"';
	memcpy(p, key, n);
	memcpy(p + n, "\":", 2);
	w->b->len = (size_t)(p + n + 2 - w->b->p);
	w->comma = 0;
}

void
jsonw_stringn(struct jsonw *w, const char *s, size_t n)
{
	lead(w);
	quoted(w->b, s, n);
}

void
jsonw_string(struct jsonw *w, const char *s)
{
	if (s != NULL)
		jsonw_stringn(w, s, strlen(s));
	else
		jsonw_null(w);
}

void
jsonw_int(struct jsonw *w, int64_t v)
{
	char d[BUF_DECIMAL];

	lead(w);
	buf_add(w->b, d, buf_decimal(d, v));
}

void
jsonw_bool(struct jsonw *w, int v)
{
	lead(w);
	buf_adds(w->b, v ? "true" : "false");
}

void
jsonw_null(struct jsonw *w)
{
	lead(w);
	buf_add(w->b, "null", 4);
}

void
jsonw_raw(struct jsonw *w, const char *s, size_t n)
{
	lead(w);
	buf_add(w->b, s, n);
}

void
jsonw_kstring(struct jsonw *w, const char *key, const char *s)
{
	if (s == NULL)
		return;
	jsonw_key(w, key);
	jsonw_string(w, s);
}

void
jsonw_kstring_null(struct jsonw *w, const char *key, const char *s)
{
	jsonw_key(w, key);
	jsonw_string(w, s);
}

void
jsonw_kint(struct jsonw *w, const char *key, int64_t v)
{
	jsonw_key(w, key);
	jsonw_int(w, v);
}

void
jsonw_ktime(struct jsonw *w, const char *key, int64_t us)
{
	char t[CLOCK_TEXT];

	jsonw_kstring(w, key, clock_format(us, t));
}

void
jsonw_ktime_null(struct jsonw *w, const char *key, int64_t us)
{
	char t[CLOCK_TEXT];

	jsonw_kstring_null(w, key, us != 0 ? clock_format(us, t) : NULL);
}

void
jsonw_kraw(struct jsonw *w, const char *key, const char *s, size_t n)
{
	jsonw_key(w, key);
	jsonw_raw(w, s, n);
}

void
jsonw_klist(struct jsonw *w, const char *key, const char *const *s)
{
	jsonw_key(w, key);
	jsonw_array(w);
	for (; *s != NULL; s++)
		jsonw_string(w, *s);
	jsonw_close(w, ']');
}

/* The characters of a key or string: as they are, or unescaped into *own, which
 * the caller frees. */
static const char *
characters(const struct json *j, uint32_t i, char **own, size_t *len)
{
	*own = NULL;
	*len = j->tok[i].len;
	if (!j->tok[i].escaped)
		return json_text(j, i);
	*own = xmalloc(*len);
	*len = json_unescape(j, i, *own);
	return *own;
}

static void
string_token(struct jsonw *w, const struct json *j, uint32_t i)
{
	const char *s;
	char *own;
	size_t n;

	s = characters(j, i, &own, &n);
	jsonw_stringn(w, s, n);
	free(own);
}

static void
sorted_members(struct jsonw *w, const struct json *j, uint32_t i)
{
	struct name *m;
	char **own;
	const char *s;
	uint32_t count = j->tok[i].count, n = 0;
	size_t len;

	m = xmalloc(count * (sizeof *m + sizeof *own));
	own = (char **)(void *)(m + count);
	for (JSON_EACH(j, i, key)) {
		s = characters(j, key, &own[n], &len);
		name_set(&m[n++], s, (uint32_t)len, key);
	}
	names_sort(m, n);
	jsonw_object(w);
	for (n = 0; n < count; n++) {
		jsonw_keyn(w, m[n].p, m[n].len);
		jsonw_canonical(w, j, m[n].index + 1);
	}
	jsonw_close(w, '}');
	for (n = 0; n < count; n++)
		free(own[n]);
	free(m);
}

/* Recursion is bounded by JSON_DEPTH, which the reader enforces. */
void
jsonw_canonical(struct jsonw *w, const struct json *j, uint32_t i)
{
	switch (json_type(j, i)) {
	case JSON_STRING:
		string_token(w, j, i);
		break;
	case JSON_OBJECT:
		sorted_members(w, j, i);
		break;
	case JSON_ARRAY:
		jsonw_array(w);
		for (JSON_EACH(j, i, k))
			jsonw_canonical(w, j, k);
		jsonw_close(w, ']');
		break;
	default:
		jsonw_raw(w, json_text(j, i), j->tok[i].len);
	}
}

void
jsonw_compact(struct jsonw *w, const struct json *j, uint32_t i)
{
	const char *s, *end, *from;
	size_t n;
	int in = 0;

	s = json_source(j, i, &n);
	lead(w);
	buf_reserve(w->b, n);
	for (end = s + n, from = s; s < end; s++) {
		if (in) {
			if (*s == '\\')
				s++;
			else if (*s == '"')
				in = 0;
		} else if (*s == '"') {
			in = 1;
		} else if (*s == ' ' || *s == '\n' || *s == '\r' ||
		    *s == '\t') {
			buf_add(w->b, from, (size_t)(s - from));
			from = s + 1;
		}
	}
	buf_add(w->b, from, (size_t)(s - from));
}

void
jsonw_line(struct jsonw *w)
{
	assert(w->depth == 0);
	buf_addc(w->b, '\n');
	w->comma = 0;
}
