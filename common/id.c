#include "common/id.h"

#include <stdlib.h>
#include <string.h>

#include "common/crypt.h"

/* Places in the text of an id. */
enum { VERSION_AT = 14, THIRD_DASH = 18 };

static int64_t last = -1;	/* number of the newest id */

/* 62 random bits; from SplitMix64 if LOYA_SEED asks for repeatable ones. */
static uint64_t
chance(void)
{
	static uint64_t state;
	static int seeded = -1;
	const char *seed;
	uint64_t z;

	if (seeded < 0) {
		seed = getenv("LOYA_SEED");
		seeded = seed != NULL && *seed != '\0';
		if (seeded)
			state = strtoull(seed, NULL, 10);
	}
	if (!seeded) {
		crypt_random(&z, sizeof z);
		return z;
	}
	z = state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static void
hex(char *out, uint64_t v, int n)
{
	for (; n > 0; n--) {
		out[n - 1] = "0123456789abcdef"[v & 15];
		v >>= 4;
	}
}

char *
id_new(int64_t now, char out[ID_TEXT])
{
	int64_t n;
	uint64_t r;

	n = (now / 1000) << 12;
	if (n <= last)
		n = last + 1;
	last = n;
	r = chance();
	memcpy(out, "00000000-0000-7000-8000-000000000000", ID_TEXT);
	hex(out, (uint64_t)n >> 28, 8);
	hex(out + 9, (uint64_t)n >> 12 & 0xffff, 4);
	hex(out + 15, (uint64_t)n & 0xfff, 3);
	hex(out + 19, 0x8000 | (r >> 48 & 0x3fff), 4);
	hex(out + 24, r & UINT64_C(0xffffffffffff), 12);
	return out;
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The digits before the third dash, without the version. */
int64_t
id_number(const char *id)
{
	int64_t v = 0;
	int i, c;

	if (strlen(id) != ID_TEXT - 1 || id[VERSION_AT] != '7')
		return -1;
	for (i = 0; i < ID_TEXT - 1; i++) {
		if (i == 8 || i == 13 || i == THIRD_DASH || i == 23) {
			if (id[i] != '-')
				return -1;
			continue;
		}
		if ((c = hex_value(id[i])) < 0)
			return -1;
		if (i < THIRD_DASH && i != VERSION_AT)
			v = v << 4 | c;
	}
	return v;
}

void
id_after(int64_t n)
{
	if (n > last)
		last = n;
}
