#include "common/merkle.h"

#include <string.h>

/* The byte in front keeps a leaf from being taken for a node. */
void
merkle_leaf(unsigned char out[MERKLE_HASH], const void *data, size_t n)
{
	const struct crypt_part part[] = { { "\0", 1 }, { data, n } };

	crypt_sha256(out, part, 2);
}

void
merkle_node(unsigned char out[MERKLE_HASH],
    const unsigned char left[MERKLE_HASH],
    const unsigned char right[MERKLE_HASH])
{
	unsigned char both[1 + 2 * MERKLE_HASH];
	const struct crypt_part part = { both, sizeof both };

	/* Hash one run of bytes: three small updates cost a tenth more. */
	both[0] = 1;
	memcpy(both + 1, left, MERKLE_HASH);
	memcpy(both + 1 + MERKLE_HASH, right, MERKLE_HASH);
	crypt_sha256(out, &part, 1);
}

void
merkle_perfect(unsigned char out[MERKLE_HASH], const unsigned char *hashes,
    size_t n)
{
	unsigned char half[MERKLE_TILE / 2];
	const unsigned char *from = hashes;
	size_t i;

	for (; n > 1; n /= 2) {
		for (i = 0; i < n / 2; i++)
			merkle_node(half + i * MERKLE_HASH,
			    from + 2 * i * MERKLE_HASH,
			    from + (2 * i + 1) * MERKLE_HASH);
		from = half;
	}
	memcpy(out, from, MERKLE_HASH);
}

void
merkle_empty(unsigned char out[MERKLE_HASH])
{
	crypt_sha256(out, NULL, 0);
}

/* How many hashes the last tile of a level holds; a full one counts as the
 * beginning of the next. */
static size_t
width(int64_t size, int level)
{
	return (size_t)(size >> 8 * level) & (MERKLE_WIDTH - 1);
}

static void
find_peaks(struct merkle *m, int level, size_t n)
{
	size_t bit;
	int b;

	for (b = 0; b < MERKLE_BITS; b++) {
		bit = (size_t)1 << b;
		if (!(n & bit))
			continue;
		n -= bit;
		merkle_perfect(m->peak[level][b], m->tile[level] +
		    n * MERKLE_HASH, bit);
	}
}

/* Add a hash after n hashes of a tile: it merges with the trees of the same
 * size on its left, as a carry runs through a number. */
static void
carry(struct merkle *m, int level, size_t n, unsigned char up[MERKLE_HASH])
{
	int b;

	for (b = 0; n >> b & 1; b++)
		merkle_node(up, m->peak[level][b], up);
	if (b < MERKLE_BITS)
		memcpy(m->peak[level][b], up, MERKLE_HASH);
}

int
merkle_load(struct merkle *m, int64_t size, merkle_get_fn *get, void *ctx,
    struct err *e)
{
	size_t n;
	int l, rc = 0;

	memset(m->dirty, 0, sizeof m->dirty);
	m->size = 0;
	for (l = 0; l < MERKLE_LEVELS && rc == 0; l++) {
		n = width(size, l);
		if (n > 0)
			rc = get(ctx, l, size >> 8 * (l + 1), m->tile[l], n, e);
		if (rc == 0)
			find_peaks(m, l, n);
	}
	if (rc == 0)
		m->size = size;
	return rc;
}

int
merkle_add(struct merkle *m, const unsigned char hash[MERKLE_HASH],
    merkle_put_fn *put, void *ctx, struct err *e)
{
	unsigned char up[MERKLE_HASH];
	size_t n;
	int l, rc;

	memcpy(up, hash, MERKLE_HASH);
	for (l = 0; l < MERKLE_LEVELS; l++) {
		n = width(m->size, l);
		memcpy(m->tile[l] + n * MERKLE_HASH, up, MERKLE_HASH);
		m->dirty[l] = n + 1 < MERKLE_WIDTH;
		if (n + 1 < MERKLE_WIDTH) {
			carry(m, l, n, up);
			break;
		}
		rc = put(ctx, l, m->size >> 8 * (l + 1), m->tile[l],
		    MERKLE_WIDTH, e);
		if (rc != 0)
			return rc;
		carry(m, l, n, up);
	}
	m->size++;
	return 0;
}

int
merkle_flush(struct merkle *m, merkle_put_fn *put, void *ctx, struct err *e)
{
	int l, rc;

	for (l = 0; l < MERKLE_LEVELS; l++) {
		if (!m->dirty[l])
			continue;
		rc = put(ctx, l, m->size >> 8 * (l + 1), m->tile[l],
		    width(m->size, l), e);
		if (rc != 0)
			return rc;
		m->dirty[l] = 0;
	}
	return 0;
}

/*
 * RFC 6962 splits at the largest power of two below the size, so the tree is a
 * row of perfect ones, the largest on the left, that are joined from the
 * right.  They are the bits of the size, eight of them in each level's tile.
 */
void
merkle_root(const struct merkle *m, unsigned char out[MERKLE_HASH])
{
	int l, b, first = 1;

	merkle_empty(out);
	for (l = 0; l < MERKLE_LEVELS; l++)
		for (b = 0; b < MERKLE_BITS; b++) {
			if (!(width(m->size, l) >> b & 1))
				continue;
			if (first)
				memcpy(out, m->peak[l][b], MERKLE_HASH);
			else
				merkle_node(out, m->peak[l][b], out);
			first = 0;
		}
}
