#include "common/token.h"

#include <string.h>

#include "common/crypt.h"

static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "abcdefghijklmnopqrstuvwxyz";

static const struct {
	const char *prefix, *id;
} kinds[] = {
	[TOKEN_ACCESS] = { "loya_", "t_" },
	[TOKEN_SECRET] = { "loyas_", "c_" }
};

enum { BODY = 43, NAME = 16, SUM = TOKEN_SUM - 1 };

/* n random characters.  A byte beyond the last whole multiple of the alphabet's
 * size is thrown away, so that no character is more likely than others. */
static void
random_text(char *out, size_t n)
{
	unsigned char stock[64];
	size_t i = 0, at = sizeof stock;

	while (i < n) {
		if (at == sizeof stock) {
			crypt_random(stock, sizeof stock);
			at = 0;
		}
		if (stock[at] < 256 / 62 * 62)
			out[i++] = alphabet[stock[at] % 62];
		at++;
	}
	out[n] = '\0';
	crypt_wipe(stock, sizeof stock);
}

void
token_sum(const char *text, size_t len, char out[TOKEN_SUM])
{
	uint32_t crc = 0xffffffff;
	size_t i;
	int bit;

	for (i = 0; i < len; i++) {
		crc ^= (unsigned char)text[i];
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	crc = ~crc;
	for (i = SUM; i-- > 0; crc /= 62)
		out[i] = alphabet[crc % 62];
	out[SUM] = '\0';
}

void
token_make(enum token_kind kind, char text[TOKEN_TEXT])
{
	size_t n = strlen(kinds[kind].prefix);

	memcpy(text, kinds[kind].prefix, n);
	random_text(text + n, BODY);
	token_sum(text, n + BODY, text + n + BODY);
}

int
token_looks(enum token_kind kind, const char *text, size_t len)
{
	size_t n = strlen(kinds[kind].prefix);

	return len >= n && memcmp(text, kinds[kind].prefix, n) == 0;
}

/* n characters of the alphabet. */
static int
is_text(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (s[i] == '\0' || strchr(alphabet, s[i]) == NULL)
			return 0;
	return 1;
}

int
token_ok(enum token_kind kind, const char *text, size_t len)
{
	size_t n = strlen(kinds[kind].prefix);
	char sum[TOKEN_SUM];

	if (len != n + BODY + SUM || !token_looks(kind, text, len) ||
	    !is_text(text + n, BODY + SUM))
		return 0;
	token_sum(text, n + BODY, sum);
	return crypt_equal(sum, SUM, text + n + BODY, SUM);
}

void
token_id(enum token_kind kind, char id[TOKEN_ID])
{
	size_t n = strlen(kinds[kind].id);

	memcpy(id, kinds[kind].id, n);
	random_text(id + n, NAME);
}

int
token_id_ok(enum token_kind kind, const char *id)
{
	size_t n = strlen(kinds[kind].id);

	return strncmp(id, kinds[kind].id, n) == 0 &&
	    strlen(id + n) == NAME && is_text(id + n, NAME);
}
