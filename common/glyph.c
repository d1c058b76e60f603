#include "common/glyph.h"

#include <stdint.h>
#include <string.h>

#include "common/json.h"

struct range {
	uint32_t from, to;
};

/* Characters that move or turn what is shown: C0, DEL, C1, line and paragraph
 * separators, directional marks, overrides and isolates; and two noncharacters
 * that XML does not allow. */
static const struct range unsafe[] = {
	{ 0x00, 0x1f }, { 0x7f, 0x9f }, { 0x61c, 0x61c }, { 0x200e, 0x200f },
	{ 0x2028, 0x202e }, { 0x2066, 0x206f }, { 0xfff9, 0xfffb },
	{ 0xfffe, 0xffff }, { 0xe0000, 0xe007f },
};

/* Characters that take no cell of their own: the common combining blocks. */
static const struct range joined[] = {
	{ 0x300, 0x36f }, { 0x483, 0x489 }, { 0x591, 0x5bd }, { 0x610, 0x61a },
	{ 0x64b, 0x65f }, { 0x6d6, 0x6dc }, { 0x900, 0x902 }, { 0x93c, 0x93c },
	{ 0x941, 0x948 }, { 0x94d, 0x94d }, { 0xe31, 0xe31 }, { 0xe34, 0xe3a },
	{ 0xe47, 0xe4e }, { 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff },
	{ 0x200b, 0x200d }, { 0x20d0, 0x20ff }, { 0xfe00, 0xfe0f },
	{ 0xfe20, 0xfe2f }, { 0xfeff, 0xfeff }, { 0x1f3fb, 0x1f3ff },
	{ 0xe0100, 0xe01ef },
};

/* East Asian wide and full-width characters, and pictures (UAX 11, roughly). */
static const struct range wide[] = {
	{ 0x1100, 0x115f }, { 0x2e80, 0x303e }, { 0x3041, 0x33ff },
	{ 0x3400, 0x4dbf }, { 0x4e00, 0x9fff }, { 0xa000, 0xa4cf },
	{ 0xa960, 0xa97c }, { 0xac00, 0xd7a3 }, { 0xf900, 0xfaff },
	{ 0xfe30, 0xfe6f }, { 0xff00, 0xff60 }, { 0xffe0, 0xffe6 },
	{ 0x1f300, 0x1f64f }, { 0x1f680, 0x1f6ff }, { 0x1f900, 0x1f9ff },
	{ 0x20000, 0x3fffd },
};

static int
within(const struct range *r, size_t n, uint32_t c)
{
	size_t i;

	for (i = 0; i < n && c >= r[i].from; i++)
		if (c <= r[i].to)
			return 1;
	return 0;
}

#define WITHIN(r, c) within(r, sizeof(r) / sizeof((r)[0]), c)

/* Decode the character at s; returns its length, 0 if it is not valid. */
static size_t
decode(const char *s, size_t n, uint32_t *c)
{
	const unsigned char *u = (const unsigned char *)s;
	size_t k, i;

	*c = u[0];
	if (u[0] < 0x80)
		return 1;
	k = u[0] >= 0xf0 ? 4 : u[0] >= 0xe0 ? 3 : 2;
	if (k > n || !json_utf8(s, k))
		return 0;
	*c = u[0] & (0x7fu >> k);
	for (i = 1; i < k; i++)
		*c = *c << 6 | (u[i] & 0x3f);
	return k;
}

static size_t
cells(uint32_t c)
{
	if (c < 0x300)
		return 1;
	return WITHIN(joined, c) ? 0 : WITHIN(wide, c) ? 2 : 1;
}

/* The length of the character at s; 0 if it must not be shown.  *k is how many
 * bytes to advance, at least 1. */
static size_t
shown(const char *s, size_t n, uint32_t *c, size_t *k)
{
	size_t len = decode(s, n, c);

	*k = len > 0 ? len : 1;
	return len == 0 || WITHIN(unsafe, *c) ? 0 : len;
}

size_t
glyph_clean(struct buf *b, const char *s, size_t n)
{
	size_t i = 0, k, width = 0;
	uint32_t c;

	while (i < n) {
		if (shown(s + i, n - i, &c, &k)) {
			buf_add(b, s + i, k);
			width += cells(c);
		} else {
			buf_addc(b, '?');
			width++;
		}
		i += k;
	}
	return width;
}

size_t
glyph_mask(char *s, size_t n)
{
	size_t i = 0, to = 0, k;
	uint32_t c;

	while (i < n) {
		if (shown(s + i, n - i, &c, &k)) {
			memmove(s + to, s + i, k);
			to += k;
		} else {
			s[to++] = '?';
		}
		i += k;
	}
	return to;
}

static int
digit(const char *s, size_t n, size_t i)
{
	return i < n && s[i] >= '0' && s[i] <= '9';
}

int
glyph_breaks(const char *s, size_t n, size_t i)
{
	if (i == 0 || i >= n)
		return i >= n;
	if (s[i] == ' ')
		return !digit(s, n, i - 1) || !digit(s, n, i + 1);
	if (s[i - 1] == ' ' || s[i - 1] == ',')
		return i < 2 || !digit(s, n, i - 2) || !digit(s, n, i);
	return s[i - 1] == ':' && i > 1 && s[i - 2] == '"';
}

static const char ellipsis[] = "\xe2\x80\xa6";

size_t
glyph_fit(const char *s, size_t n, size_t width, size_t *used)
{
	size_t i = 0, k;
	uint32_t c;

	*used = 0;
	while (i < n) {
		k = decode(s + i, n - i, &c);
		if (k == 0 || *used + cells(c) > width)
			break;
		*used += cells(c);
		i += k;
	}
	return i;
}

void
glyph_cut(struct buf *b, const char *s, size_t n, size_t width)
{
	size_t used;

	buf_add(b, s, glyph_fit(s, n, width - 1, &used));
	buf_adds(b, ellipsis);
	for (used++; used < width; used++)
		buf_addc(b, ' ');
}

void
glyph_pinch(struct buf *b, const char *s, size_t n, size_t all, size_t width)
{
	size_t used, gone, from, more = 0, skip;

	buf_add(b, s, glyph_fit(s, n, width / 2, &used));
	buf_adds(b, ellipsis);
	skip = all - (width - 1 - used);
	from = glyph_fit(s, n, skip, &gone);
	/* Leave out a wide character that would be cut in half. */
	if (gone < skip)
		from += glyph_fit(s + from, n - from, 2, &more);
	buf_add(b, s + from, n - from);
	for (used += 1 + all - gone - more; used < width; used++)
		buf_addc(b, ' ');
}

size_t
glyph_control(const char *s, size_t n)
{
	static const struct range control[] = {
		{ 0x00, 0x1f }, { 0x7f, 0x9f }, { 0x2028, 0x2029 },
	};
	uint32_t c;
	size_t k;

	k = n > 0 ? decode(s, n, &c) : 0;
	return k > 0 && WITHIN(control, c) ? k : 0;
}
