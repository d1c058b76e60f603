/*
 * A Merkle tree of RFC 6962 section 2.1 (SHA-256), kept as the tiles of C2SP
 * tlog-tiles: tile n of level l holds up to 256 hashes, each the root of 256^l
 * leaves; only the last tile of a level is partial.  Pure: the caller provides
 * two functions that read and write tiles.
 *
 * merkle_load() a tree of some size, merkle_add() leaf hashes, merkle_flush()
 * what changed; merkle_root() at any time.  The struct holds the last tile of
 * each level and the roots of the perfect trees in it: 41 KiB, whatever the
 * size of the tree.
 */
#ifndef COMMON_MERKLE_H
#define COMMON_MERKLE_H

#include <stddef.h>
#include <stdint.h>

#include "common/crypt.h"
#include "common/status.h"

enum { MERKLE_HASH = CRYPT_SHA256, MERKLE_WIDTH = 256,
    MERKLE_TILE = MERKLE_WIDTH * MERKLE_HASH, MERKLE_LEVELS = 5,
    MERKLE_BITS = 8 };

/* Read the first n hashes of a tile: 0, or <0 with *e, also if the tile is
 * missing or shorter. */
typedef int merkle_get_fn(void *ctx, int level, int64_t tile,
    unsigned char *hashes, size_t n, struct err *);

/* Write a tile of n hashes, replacing what was there. */
typedef int merkle_put_fn(void *ctx, int level, int64_t tile,
    const unsigned char *hashes, size_t n, struct err *);

struct merkle {
	int64_t size;		/* leaves */
	/* Roots of the tile's perfect trees of 1, 2, 4 ... hashes, one for each
	 * bit set in its width. */
	unsigned char peak[MERKLE_LEVELS][MERKLE_BITS][MERKLE_HASH];
	unsigned char tile[MERKLE_LEVELS][MERKLE_TILE];
	unsigned char dirty[MERKLE_LEVELS];	/* not written yet */
};

/* SHA-256(0x00 || data) and SHA-256(0x01 || left || right). */
void merkle_leaf(unsigned char out[MERKLE_HASH], const void *, size_t);
void merkle_node(unsigned char out[MERKLE_HASH],
    const unsigned char left[MERKLE_HASH],
    const unsigned char right[MERKLE_HASH]);

/* The tree as it was at size leaves; tiles may have grown since. */
int merkle_load(struct merkle *, int64_t size, merkle_get_fn *, void *ctx,
    struct err *);

/* Add a leaf hash.  put is called only for tiles that become full. */
int merkle_add(struct merkle *, const unsigned char hash[MERKLE_HASH],
    merkle_put_fn *, void *ctx, struct err *);

/* Write the partial tiles that changed since they were last written. */
int merkle_flush(struct merkle *, merkle_put_fn *, void *ctx, struct err *);

/* The root; for the empty tree, SHA-256 of nothing. */
void merkle_root(const struct merkle *, unsigned char out[MERKLE_HASH]);

/* The root of n hashes, n a power of two up to MERKLE_WIDTH; the root of no
 * leaves. */
void merkle_perfect(unsigned char out[MERKLE_HASH],
    const unsigned char *hashes, size_t n);
void merkle_empty(unsigned char out[MERKLE_HASH]);

/*
 * Proofs (merkle_proof.c).  Inclusion of a leaf: the hashes beside its path to
 * the root, lowest first.  Consistency: that the first old leaves of a tree are
 * those of the older tree.  Requires 0 <= index < size, 0 <= old <= size, and
 * tiles that reach as far; a value other than 0 from get is returned.
 */
enum { MERKLE_PROOF = 63 };

struct merkle_proof {
	unsigned char hash[MERKLE_PROOF][MERKLE_HASH];
	size_t n;
};

/* Make a proof; hashes that it needs are asked of get. */
int merkle_inclusion(struct merkle_proof *, int64_t index, int64_t size,
    merkle_get_fn *, void *ctx, struct err *);
int merkle_consistency(struct merkle_proof *, int64_t old, int64_t size,
    merkle_get_fn *, void *ctx, struct err *);

/* 0 if it is proven, else E_NO.  Any numbers are allowed. */
int merkle_check_inclusion(const struct merkle_proof *, int64_t index,
    int64_t size, const unsigned char leaf[MERKLE_HASH],
    const unsigned char root[MERKLE_HASH]);
int merkle_check_consistency(const struct merkle_proof *, int64_t old,
    int64_t size, const unsigned char old_root[MERKLE_HASH],
    const unsigned char root[MERKLE_HASH]);

#endif
