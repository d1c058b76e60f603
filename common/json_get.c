#include "common/json_inner.h"

#include <string.h>

const char *
json_source(const struct json *j, uint32_t i, size_t *len)
{
	int quoted = j->tok[i].type == JSON_STRING;

	*len = (size_t)j->tok[i].len + (quoted ? 2 : 0);
	return j->text + j->tok[i].off - quoted;
}

static uint32_t
member(const struct json *j, uint32_t i, const char *key, size_t n)
{
	const struct json_tok *t;
	uint32_t k, end;

	if (j->tok[i].type != JSON_OBJECT)
		return JSON_NONE;
	end = j->tok[i].next;
	for (k = i + 1; k < end; k = j->tok[k + 1].next) {
		t = &j->tok[k];
		if (t->escaped ? json_equals(j, k, key, n) : t->len == n &&
		    memcmp(j->text + t->off, key, n) == 0)
			return k + 1;
	}
	return JSON_NONE;
}

uint32_t
json_get(const struct json *j, uint32_t i, const char *key)
{
	return member(j, i, key, strlen(key));
}

const char *
json_get_string(const struct json *j, uint32_t i, const char *key,
    struct arena *a, size_t *len)
{
	uint32_t k = json_get(j, i, key);

	return k != JSON_NONE ? json_string(j, k, a, len) : NULL;
}

/* RFC 6901 section 4: an index has no sign and no leading zero. */
static uint32_t
element(const struct json *j, uint32_t i, const char *s, size_t n)
{
	uint32_t k, index = 0;
	size_t a;

	if (n == 0 || n > 9 || (n > 1 && s[0] == '0'))
		return JSON_NONE;
	for (a = 0; a < n; a++) {
		if (s[a] < '0' || s[a] > '9')
			return JSON_NONE;
		index = index * 10 + (uint32_t)(s[a] - '0');
	}
	if (index >= j->tok[i].count)
		return JSON_NONE;
	for (k = i + 1; index > 0; index--)
		k = j->tok[k].next;
	return k;
}

/* Decode ~0 and ~1 in a reference token: s itself, or a copy in out. */
static const char *
reference(const char *s, size_t n, char *out, size_t *len)
{
	size_t i, m = 0;

	*len = n;
	if (memchr(s, '~', n) == NULL)
		return s;
	for (i = 0; i < n; i++) {
		if (s[i] == '~' && i + 1 < n) {
			out[m++] = s[i + 1] == '1' ? '/' : '~';
			i++;
		} else {
			out[m++] = s[i];
		}
	}
	*len = m;
	return out;
}

int
json_pointer(const struct json *j, uint32_t i, const char *p, uint32_t *out)
{
	char own[256];
	const char *name;
	size_t n, m;

	*out = JSON_NONE;
	while (*p == '/') {
		p++;
		for (n = 0; p[n] != '\0' && p[n] != '/'; n++)
			;
		if (n > sizeof own)
			return 0;
		name = reference(p, n, own, &m);
		if (json_type(j, i) == JSON_OBJECT)
			i = member(j, i, name, m);
		else if (json_type(j, i) == JSON_ARRAY)
			i = element(j, i, name, m);
		else
			return 0;
		if (i == JSON_NONE)
			return 0;
		p += n;
	}
	if (*p != '\0')
		return 0;
	*out = i;
	return 1;
}

int
json_pointer_ok(const char *p)
{
	if (*p != '\0' && *p != '/')
		return 0;
	for (; *p != '\0'; p++)
		if (*p == '~' && p[1] != '0' && p[1] != '1')
			return 0;
	return 1;
}

int
json_int(const struct json *j, uint32_t i, int64_t *v)
{
	const struct json_tok *t = &j->tok[i];
	const char *s = json_text(j, i);
	uint64_t u = 0, d;
	size_t k;
	int neg;

	*v = 0;
	if (t->type != JSON_NUMBER || !t->integer)
		return E_DATA;
	neg = s[0] == '-';
	for (k = (size_t)neg; k < t->len; k++) {
		d = (uint64_t)(s[k] - '0');
		if (u > (UINT64_MAX - d) / 10)
			return E_DATA;
		u = u * 10 + d;
	}
	if (u > (uint64_t)INT64_MAX + (uint64_t)neg)
		return E_DATA;
	*v = neg ? (int64_t)(0 - u) : (int64_t)u;
	return 0;
}

void
json_place(const char *text, size_t off, size_t *line, size_t *column)
{
	size_t i, start = 0;

	*line = 1;
	for (i = 0; i < off; i++)
		if (text[i] == '\n') {
			++*line;
			start = i + 1;
		}
	*column = off - start + 1;
}
