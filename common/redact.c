#include "common/redact.h"

#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/crypt.h"
#include "common/json.h"
#include "common/redact_inner.h"
#include "common/url.h"

/* This many consecutive bytes reveal too much; the longest text looked at. */
enum { RUN = 6, TEXT = 2048, ODD = 20, CODED = 8 };

/* A blank is + in a form, and some decoders forget that. */
static int
fold(char c)
{
	if (c == '+')
		return ' ';
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

static size_t
pair_of(const char *p)
{
	return ((unsigned char)fold(p[0]) * 37U + (unsigned char)fold(p[1])) %
	    (8 * REDACT_PAIRS);
}

/* Note the byte pairs of secrets: at most places of a text, no secret contains
 * that pair, and none has to be compared. */
static void
note_pairs(struct redact *r, const char *p, size_t n)
{
	size_t i, at;

	if (r->pair == NULL) {
		r->pair = crypt_alloc(REDACT_PAIRS);
		memset(r->pair, 0, REDACT_PAIRS);
	}
	if (n == 1)
		memset(r->pair, 0xff, REDACT_PAIRS);
	for (i = 0; i + 1 < n; i++) {
		at = pair_of(p + i);
		r->pair[at / 8] |= (unsigned char)(1U << at % 8);
	}
}

static int
may_begin(const struct redact *r, const char *p, size_t n)
{
	size_t at;

	if (r->n == 0 || n < 2)
		return r->n != 0;
	at = pair_of(p);
	return r->pair[at / 8] >> at % 8 & 1;
}

static void
keep(struct redact *r, const char *p, size_t n)
{
	struct redact_secret *s;
	size_t i;

	for (i = 0; i < r->n; i++)
		if (r->secret[i].len == n &&
		    memcmp(r->secret[i].p, p, n) == 0)
			return;
	r->secret = xrealloc(r->secret, r->n + 1, sizeof *r->secret);
	s = &r->secret[r->n++];
	s->p = crypt_alloc(n);
	s->len = n;
	memcpy(s->p, p, n);
	note_pairs(r, p, n);
}

/* Put a backslash before quotes, backslashes and slashes, as most JSON writers
 * do; returns the length. */
static size_t
escape(const char *p, size_t n, const char *which, char *out)
{
	size_t i, len = 0;

	for (i = 0; i < n; i++) {
		if (p[i] != '\0' && strchr(which, p[i]) != NULL)
			out[len++] = '\\';
		out[len++] = p[i];
	}
	return len;
}

/* Keep it in hex, and in base64 of either alphabet, with 0 to 2 other bytes
 * before it. */
static void
keep_coded(struct redact *r, const char *p, size_t n)
{
	char *form, *c;
	size_t skip;

	form = crypt_alloc(2 * n + 1);
	crypt_hex(p, n, form);
	keep(r, form, 2 * n);
	for (skip = 0; skip < 3; skip++) {
		crypt_base64(p + skip, n - skip, form);
		keep(r, form, strlen(form));
		for (c = form; *c != '\0'; c++)
			if (*c == '+' || *c == '/')
				*c = *c == '+' ? '-' : '_';
		keep(r, form, strlen(form));
	}
	crypt_free(form);
}

void
redact_add(struct redact *r, const void *p, size_t n)
{
	char *form;

	if (n == 0)
		return;
	form = crypt_alloc(3 * n);
	keep(r, p, n);
	keep(r, form, url_encode(p, n, form));
	keep(r, form, escape(p, n, "\"\\", form));
	keep(r, form, escape(p, n, "\"\\/", form));
	crypt_free(form);
	if (n >= CODED)
		keep_coded(r, p, n);
}

void
redact_cut(struct redact *r, size_t n)
{
	size_t i;

	while (r->n > n)
		crypt_free(r->secret[--r->n].p);
	if (r->pair != NULL)
		memset(r->pair, 0, REDACT_PAIRS);
	for (i = 0; i < r->n; i++)
		note_pairs(r, r->secret[i].p, r->secret[i].len);
}

void
redact_release(struct redact *r)
{
	redact_cut(r, 0);
	free(r->secret);
	crypt_free(r->pair);
	memset(r, 0, sizeof *r);
}

/* How many bytes both have in common at the beginning. */
static size_t
alike(const char *a, size_t n, const char *b, size_t m)
{
	size_t i;

	for (i = 0; i < n && i < m && fold(a[i]) == fold(b[i]); i++)
		;
	return i;
}

/* How much of the beginning of a text belongs to a secret. */
static size_t
secret_here(const struct redact *r, const char *p, size_t n)
{
	const struct redact_secret *s;
	size_t i, k, m, best = 0, need;

	if (!may_begin(r, p, n))
		return 0;
	for (i = 0; i < r->n; i++) {
		s = &r->secret[i];
		need = s->len < RUN ? s->len : RUN;
		for (k = 0; k + need <= s->len; k++) {
			m = alike(p, n, s->p + k, s->len - k);
			if (m >= need && m > best)
				best = m;
		}
	}
	return best;
}

/* The length of the first character of a text if it may be shown, or 0.  C1
 * controls (C2 80 to C2 9F) control terminals too. */
static size_t
printable(const char *p, size_t n)
{
	const unsigned char *s = (const unsigned char *)p;
	size_t len;

	if (s[0] < 0x80)
		return s[0] >= ' ' && s[0] != 0x7f;
	len = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	if (len > n || !json_utf8(p, len) || (s[0] == 0xc2 && s[1] < 0xa0))
		return 0;
	return len;
}

/* A run that contains a secret of ours may contain more of it, written in ways
 * that nobody can list. */
static int
is_odd(const char *s, size_t n)
{
	int lower = 0, upper = 0, digit = 0, ours = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		lower |= s[i] >= 'a' && s[i] <= 'z';
		upper |= s[i] >= 'A' && s[i] <= 'Z';
		digit |= s[i] >= '0' && s[i] <= '9';
		digit |= strchr("%&;+=\\", s[i]) != NULL ? 2 : 0;
		ours |= n - i >= 3 && memcmp(s + i, "***", 3) == 0;
	}
	return ours && n >= ODD && (digit > 1 || lower + upper + digit > 1);
}

static void
hide_odd(const char *s, char *hide)
{
	const char *from;
	size_t n, at;

	for (from = s; *from != '\0'; from += n + (from[n] == ' ')) {
		n = strcspn(from, " ");
		if (!is_odd(from, n))
			continue;
		/* Keep scheme and host of a URL. */
		at = 0;
		if (strncmp(from, "https://", 8) == 0)
			at = 8 + strcspn(from + 8, "/?# ");
		memset(hide + (from - s) + at, 1, n - at);
	}
}

/* This works in place, so nothing may get longer. */
static void
mask(char *s)
{
	char hide[2 * TEXT + 16] = { 0 };
	size_t i, n, stars, to = 0;

	hide_odd(s, hide);
	redact_label(s, hide);
	redact_shape(s, hide);
	for (i = 0; s[i] != '\0'; i += n) {
		n = 1;
		if (!hide[i]) {
			s[to++] = s[i];
			continue;
		}
		while (s[i + n] != '\0' && hide[i + n])
			n++;
		stars = n < 3 ? n : 3;
		memset(s + to, '*', stars);
		to += stars;
	}
	s[to] = '\0';
}

char *
redact_text(const struct redact *r, const char *p, size_t n, char *out,
    size_t size)
{
	size_t i = 0, to = 0, take;
	int cut = n > TEXT, masked = 0;

	for (n = cut ? TEXT : n; i < n; i += take) {
		if (to + 8 > size) {
			cut = 1;
			break;
		}
		if ((take = secret_here(r, p + i, n - i)) > 0) {
			memcpy(out + to, "***", masked ? 0 : 3);
			to += masked ? 0 : 3;
			masked = 1;
			continue;
		}
		masked = 0;
		if ((take = printable(p + i, n - i)) == 0) {
			out[to++] = p[i] & 0x80 ? '?' : ' ';
			take = 1;
			continue;
		}
		memcpy(out + to, p + i, take);
		to += take;
	}
	memcpy(out + to, "...", cut ? 3 : 0);
	out[to + (cut ? 3 : 0)] = '\0';
	mask(out);
	return out;
}
