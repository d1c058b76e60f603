/* Proofs of RFC 6962 section 2.1, made from tiles; checked as RFC 9162 says. */
#include "common/merkle.h"

#include <string.h>

/* The root of a perfect tree of 2^height leaves, the index-th of its kind. */
static int
perfect(unsigned char out[MERKLE_HASH], int height, int64_t index,
    merkle_get_fn *get, void *ctx, struct err *e)
{
	unsigned char tile[MERKLE_TILE];
	int64_t at = index << height % 8;
	size_t first = (size_t)at % MERKLE_WIDTH, n = (size_t)1 << height % 8;
	int rc;

	rc = get(ctx, height / 8, at / MERKLE_WIDTH, tile, first + n, e);
	if (rc == 0)
		merkle_perfect(out, tile + first * MERKLE_HASH, n);
	return rc;
}

/*
 * The root of n leaves from the from-th on.  RFC 6962 only ever splits so that
 * from is a multiple of a power of two that is not below n: a row of perfect
 * trees, the largest first, joined from the right.
 */
static int
range(unsigned char out[MERKLE_HASH], int64_t from, int64_t n,
    merkle_get_fn *get, void *ctx, struct err *e)
{
	unsigned char peak[MERKLE_HASH];
	int height, first = 1, rc;

	for (height = 0; n > 0; height++) {
		if (!(n >> height & 1))
			continue;
		n -= (int64_t)1 << height;
		rc = perfect(peak, height, (from + n) >> height, get, ctx, e);
		if (rc != 0)
			return rc;
		if (first)
			memcpy(out, peak, MERKLE_HASH);
		else
			merkle_node(out, peak, out);
		first = 0;
	}
	return 0;
}

/* The largest power of two below n, n > 1. */
static int64_t
split(int64_t n)
{
	int64_t k = 1;

	while (k * 2 < n)
		k *= 2;
	return k;
}

/* The other side of each split on the way down, the last one first. */
struct way {
	int64_t from[MERKLE_PROOF], n[MERKLE_PROOF];
	size_t len;
};

static void
turn(struct way *w, int64_t from, int64_t n)
{
	w->from[w->len] = from;
	w->n[w->len++] = n;
}

static int
write_way(const struct way *w, struct merkle_proof *p, merkle_get_fn *get,
    void *ctx, struct err *e)
{
	size_t i;
	int rc;

	p->n = 0;
	for (i = w->len; i-- > 0; p->n++) {
		rc = range(p->hash[p->n], w->from[i], w->n[i], get, ctx, e);
		if (rc != 0)
			return rc;
	}
	return 0;
}

int
merkle_inclusion(struct merkle_proof *p, int64_t index, int64_t size,
    merkle_get_fn *get, void *ctx, struct err *e)
{
	struct way w = { .len = 0 };
	int64_t from = 0, n = size, k;

	while (n > 1) {
		k = split(n);
		if (index - from < k) {
			turn(&w, from + k, n - k);
			n = k;
		} else {
			turn(&w, from, k);
			from += k;
			n -= k;
		}
	}
	return write_way(&w, p, get, ctx, e);
}

int
merkle_consistency(struct merkle_proof *p, int64_t old, int64_t size,
    merkle_get_fn *get, void *ctx, struct err *e)
{
	struct way w = { .len = 0 };
	int64_t from = 0, n = size, k;

	p->n = 0;
	if (old == 0)
		return 0;
	while (old - from != n) {
		k = split(n);
		if (old - from <= k) {
			turn(&w, from + k, n - k);
			n = k;
		} else {
			turn(&w, from, k);
			from += k;
			n -= k;
		}
	}
	/* A tree that is the whole old tree is already known. */
	if (from > 0)
		turn(&w, from, n);
	return write_way(&w, p, get, ctx, e);
}

int
merkle_check_inclusion(const struct merkle_proof *p, int64_t index,
    int64_t size, const unsigned char leaf[MERKLE_HASH],
    const unsigned char root[MERKLE_HASH])
{
	unsigned char r[MERKLE_HASH];
	int64_t fn = index, sn = size - 1;
	size_t i;

	if (index < 0 || index >= size)
		return E_NO;
	memcpy(r, leaf, sizeof r);
	for (i = 0; i < p->n; i++) {
		if (sn == 0)
			return E_NO;
		if (fn % 2 == 1 || fn == sn) {
			merkle_node(r, p->hash[i], r);
			while (fn % 2 == 0 && fn != 0) {
				fn /= 2;
				sn /= 2;
			}
		} else {
			merkle_node(r, r, p->hash[i]);
		}
		fn /= 2;
		sn /= 2;
	}
	return sn == 0 && memcmp(r, root, sizeof r) == 0 ? 0 : E_NO;
}

/* RFC 9162 section 2.1.4.2; fr is the old root, sr the new one. */
static int
follow(const unsigned char (*hash)[MERKLE_HASH], size_t n, int64_t fn,
    int64_t sn, unsigned char *fr, unsigned char *sr)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (sn == 0)
			return E_NO;
		if (fn % 2 == 1 || fn == sn) {
			merkle_node(fr, hash[i], fr);
			merkle_node(sr, hash[i], sr);
			while (fn % 2 == 0 && fn != 0) {
				fn /= 2;
				sn /= 2;
			}
		} else {
			merkle_node(sr, sr, hash[i]);
		}
		fn /= 2;
		sn /= 2;
	}
	return sn == 0 ? 0 : E_NO;
}

int
merkle_check_consistency(const struct merkle_proof *p, int64_t old,
    int64_t size, const unsigned char old_root[MERKLE_HASH],
    const unsigned char root[MERKLE_HASH])
{
	unsigned char fr[MERKLE_HASH], sr[MERKLE_HASH];
	int64_t fn = old - 1, sn = size - 1;
	size_t used = 0;

	if (old < 0 || old > size)
		return E_NO;
	/* Every tree extends the empty tree. */
	if (old == 0 || old == size) {
		merkle_empty(fr);
		return p->n == 0 && memcmp(old == 0 ? fr : root, old_root,
		    MERKLE_HASH) == 0 ? 0 : E_NO;
	}
	while (fn % 2 == 1) {
		fn /= 2;
		sn /= 2;
	}
	/* A perfect old tree is where the path begins. */
	if ((old & (old - 1)) == 0) {
		memcpy(fr, old_root, sizeof fr);
	} else {
		if (p->n == 0)
			return E_NO;
		memcpy(fr, p->hash[used++], sizeof fr);
	}
	memcpy(sr, fr, sizeof sr);
	if (follow(p->hash + used, p->n - used, fn, sn, fr, sr) != 0)
		return E_NO;
	return memcmp(fr, old_root, sizeof fr) == 0 &&
	    memcmp(sr, root, sizeof sr) == 0 ? 0 : E_NO;
}
