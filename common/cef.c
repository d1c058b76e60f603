#include "common/cef.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/glyph.h"

static void
header(struct buf *b, const char *s)
{
	size_t k, n = strlen(s);

	for (; n > 0; n -= k > 0 ? k : 1, s += k > 0 ? k : 1) {
		k = glyph_control(s, n);
		if (*s == '\\' || *s == '|')
			buf_addc(b, '\\');
		buf_addc(b, k > 0 ? '?' : *s);
	}
	buf_addc(b, '|');
}

void
cef_begin(struct buf *b, const char *version, const char *class,
    const char *name, int severity, int64_t at)
{
	char digits[32];

	buf_adds(b, "CEF:0|");
	header(b, "loya");
	header(b, "loya");
	header(b, version);
	header(b, class);
	header(b, name);
	snprintf(digits, sizeof digits, "%d", severity);
	header(b, digits);
	snprintf(digits, sizeof digits, "rt=%" PRId64, at / 1000);
	buf_adds(b, digits);
}

static void
key_of(struct buf *b, const char *key)
{
	buf_addc(b, ' ');
	buf_adds(b, key);
	buf_addc(b, '=');
}

static void
value(struct buf *b, const char *s, size_t n)
{
	size_t i, k;

	for (i = 0; i < n; i += k > 0 ? k : 1) {
		k = glyph_control(s + i, n - i);
		switch (s[i]) {
		case '\\':
		case '=':
			buf_addc(b, '\\');
			buf_addc(b, s[i]);
			break;
		case '\n':
			buf_adds(b, "\\n");
			break;
		case '\r':
			buf_adds(b, "\\r");
			break;
		default:
			buf_addc(b, k > 0 ? '?' : s[i]);
		}
	}
}

void
cef_text(struct buf *b, const char *key, const char *s, size_t n, size_t max)
{
	static const char more[] = "...";
	int cut = n > max;

	if (s == NULL)
		return;
	key_of(b, key);
	if (cut) {
		n = max - (sizeof more - 1);
		/* Do not cut inside a character. */
		while (n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80)
			n--;
	}
	value(b, s, n);
	if (cut)
		buf_adds(b, more);
}

void
cef_int(struct buf *b, const char *key, int64_t v)
{
	char digits[24];

	key_of(b, key);
	snprintf(digits, sizeof digits, "%" PRId64, v);
	buf_adds(b, digits);
}
