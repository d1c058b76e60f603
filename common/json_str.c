#include "common/json_inner.h"

#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/names.h"

enum { FEW = 16 };

/* Whether a byte needs no escape in a string: all of ASCII except control
 * characters, the quote and the backslash. */
static inline int
plain(unsigned char c)
{
	return (unsigned char)(c - 0x20) < 0x60 && c != '"' && c != '\\';
}

static inline int
little_endian(void)
{
	const union { uint16_t n; unsigned char first; } order = { 1 };

	return order.first;
}

/*
 * How many bytes from s on need no escape, eight at a time: the classic test
 * for a byte below, above or equal to n.  Its borrow can mark a byte wrongly,
 * but only above one that is marked rightly; so in little-endian order the
 * lowest mark is right.
 */
size_t
json_plain_run(const char *s, size_t n)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), high = ones << 7;
	uint64_t v, q, b;
	size_t i = 0;

	for (; i + 8 <= n; i += 8) {
		memcpy(&v, s + i, 8);
		q = v ^ ones * '"';
		b = v ^ ones * '\\';
		v = ((v - ones * 0x20) | (q - ones) | (b - ones) | v) & high;
		if (v != 0 && little_endian())
			return i + (size_t)__builtin_ctzll(v) / 8;
		if (v != 0)
			break;
	}
	while (i < n && plain((unsigned char)s[i]))
		i++;
	return i;
}

/* Unicode 15, table 3-7: no overlong forms, no surrogates, nothing above
 * U+10FFFF. */
size_t
json_sequence(const unsigned char *p, const unsigned char *end)
{
	size_t n, i;
	unsigned char lo = 0x80, hi = 0xbf;

	if (*p < 0x80)
		return 1;
	if (*p < 0xc2 || *p > 0xf4)
		return 0;
	n = *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : 4;
	if ((size_t)(end - p) < n)
		return 0;
	if (*p == 0xe0)
		lo = 0xa0;
	else if (*p == 0xed)
		hi = 0x9f;
	else if (*p == 0xf0)
		lo = 0x90;
	else if (*p == 0xf4)
		hi = 0x8f;
	if (p[1] < lo || p[1] > hi)
		return 0;
	for (i = 2; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return n;
}

int
json_utf8(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s, *end = p + len;
	size_t n;

	for (; p < end; p += n)
		if (*p == 0 || (n = json_sequence(p, end)) == 0)
			return 0;
	return 1;
}

int
json_hex4(const unsigned char *p, const unsigned char *end)
{
	int i, v = 0, c;

	if (end - p < 4)
		return -1;
	for (i = 0; i < 4; i++) {
		c = p[i];
		if (c >= '0' && c <= '9')
			c -= '0';
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			c = (c | 0x20) - 'a' + 10;
		else
			return -1;
		v = v * 16 + c;
	}
	return v;
}

/* Write a character as UTF-8: returns the end. */
static char *
write_utf8(char *o, int32_t v)
{
	if (v < 0x80) {
		*o++ = (char)v;
	} else if (v < 0x800) {
		*o++ = (char)(0xc0 | v >> 6);
		*o++ = (char)(0x80 | (v & 0x3f));
	} else if (v < 0x10000) {
		*o++ = (char)(0xe0 | v >> 12);
		*o++ = (char)(0x80 | (v >> 6 & 0x3f));
		*o++ = (char)(0x80 | (v & 0x3f));
	} else {
		*o++ = (char)(0xf0 | v >> 18);
		*o++ = (char)(0x80 | (v >> 12 & 0x3f));
		*o++ = (char)(0x80 | (v >> 6 & 0x3f));
		*o++ = (char)(0x80 | (v & 0x3f));
	}
	return o;
}

size_t
json_unescape(const struct json *j, uint32_t i, char *out)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	const unsigned char *p, *end;
	char *o = out;
	const char *f;
	int32_t v;

	p = (const unsigned char *)json_text(j, i);
	end = p + j->tok[i].len;
	while (p < end) {
		if (*p != '\\') {
			*o++ = (char)*p++;
			continue;
		}
		if (p[1] != 'u') {
			f = strchr(from, p[1]);
			*o++ = f != NULL ? to[f - from] : (char)p[1];
			p += 2;
			continue;
		}
		v = json_hex4(p + 2, end);
		p += 6;
		if (v >= 0xd800 && v < 0xdc00) {
			v = 0x10000 + ((v - 0xd800) << 10) +
			    (json_hex4(p + 2, end) - 0xdc00);
			p += 6;
		}
		o = write_utf8(o, v);
	}
	return (size_t)(o - out);
}

int
json_equals(const struct json *j, uint32_t i, const char *s, size_t n)
{
	const struct json_tok *t = &j->tok[i];
	char *un;
	size_t m;
	int eq;

	if (!t->escaped)
		return t->len == n && memcmp(j->text + t->off, s, n) == 0;
	un = xmalloc((size_t)t->len + 1);
	m = json_unescape(j, i, un);
	eq = m == n && memcmp(un, s, n) == 0;
	free(un);
	return eq;
}

const char *
json_string(const struct json *j, uint32_t i, struct arena *a, size_t *len)
{
	const struct json_tok *t = &j->tok[i];
	char *s;
	size_t n;

	if (len != NULL)
		*len = 0;
	if (t->type != JSON_STRING)
		return NULL;
	if (t->escaped) {
		s = arena_alloc(a, (size_t)t->len + 1);
		n = json_unescape(j, i, s);
		s[n] = '\0';
	} else {
		n = t->len;
		s = arena_dup(a, json_text(j, i), n);
	}
	if (len != NULL)
		*len = n;
	return s;
}

int
json_is(const struct json *j, uint32_t i, const char *s)
{
	return json_type(j, i) == JSON_STRING &&
	    json_equals(j, i, s, strlen(s));
}

/* Compare a few plain keys in pairs. */
static uint32_t
repeated_few(const struct json *j, uint32_t i)
{
	uint32_t key[FEW], n = j->tok[i].count, k, m, a;
	const struct json_tok *x, *y;

	for (k = i + 1, m = 0; m < n; k = j->tok[k + 1].next) {
		x = &j->tok[k];
		for (a = 0; a < m; a++) {
			y = &j->tok[key[a]];
			/* Most keys of the same length differ in the first
			 * byte; an empty one has a quote there. */
			if (x->len == y->len &&
			    j->text[x->off] == j->text[y->off] &&
			    memcmp(j->text + x->off, j->text + y->off,
			    x->len) == 0)
				return k;
		}
		key[m++] = k;
	}
	return JSON_NONE;
}

/* Sort many keys, or escaped ones (each unescaped once, into room): the sender
 * chooses how many there are, and their bytes. */
static uint32_t
repeated_many(const struct json *j, uint32_t i, size_t room)
{
	uint32_t n = j->tok[i].count, k, m, found = JSON_NONE;
	struct name *name;
	char *text, *to;
	size_t len;

	name = xmalloc(n * sizeof *name);
	to = text = xmalloc(room + 1);
	for (k = i + 1, m = 0; m < n; k = j->tok[k + 1].next, m++) {
		if (j->tok[k].escaped) {
			len = json_unescape(j, k, to);
			name_set(&name[m], to, (uint32_t)len, k);
			to += len;
		} else {
			name_set(&name[m], json_text(j, k), j->tok[k].len, k);
		}
	}
	names_sort(name, n);
	for (m = 1; m < n && found == JSON_NONE; m++)
		if (name_same(&name[m - 1], &name[m]))
			found = name[m].index;
	free(text);
	free(name);
	return found;
}

uint32_t
json_repeated(const struct json *j, uint32_t i)
{
	uint32_t n = j->tok[i].count, k, m;
	size_t room = 0;

	if (n < 2)
		return JSON_NONE;
	for (k = i + 1, m = 0; m < n; k = j->tok[k + 1].next, m++)
		if (j->tok[k].escaped)
			room += j->tok[k].len + 1;
	return n <= FEW && room == 0 ? repeated_few(j, i) :
	    repeated_many(j, i, room);
}
