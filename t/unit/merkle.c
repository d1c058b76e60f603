/*
 * The tree against the test vectors of RFC 6962 and against the definition
 * written out plainly, with the tiles in memory.
 */
#include "common/merkle.h"

#include <stdlib.h>

#include "t/unit/tap.h"

enum { MOST = 70000, TILES = 300 };

static struct {
	unsigned char hashes[MERKLE_TILE];
	size_t n;
} store[3][TILES];

static unsigned char leaf[MOST][MERKLE_HASH];
static int fail_put, nput;

static int
get(void *ctx, int level, int64_t tile, unsigned char *hashes, size_t n,
    struct err *e)
{
	(void)ctx;
	if (store[level][tile].n < n)
		return err_set(e, E_NOTFOUND, "short");
	memcpy(hashes, store[level][tile].hashes, n * MERKLE_HASH);
	return 0;
}

static int
put(void *ctx, int level, int64_t tile, const unsigned char *hashes, size_t n,
    struct err *e)
{
	(void)ctx;
	nput++;
	if (fail_put)
		return err_set(e, E_FULL, "full");
	memcpy(store[level][tile].hashes, hashes, n * MERKLE_HASH);
	store[level][tile].n = n;
	return 0;
}

/* MTH, written exactly as in RFC 6962 section 2.1. */
static void
naive(unsigned char *out, size_t from, size_t n)
{
	unsigned char l[MERKLE_HASH], r[MERKLE_HASH];
	size_t k = 1;

	if (n == 0) {
		crypt_sha256(out, NULL, 0);
		return;
	}
	if (n == 1) {
		memcpy(out, leaf[from], MERKLE_HASH);
		return;
	}
	while (k * 2 < n)
		k *= 2;
	naive(l, from, k);
	naive(r, from + k, n - k);
	merkle_node(out, l, r);
}

static const struct {
	const char *data;
	size_t len;
	const char *root;	/* of the tree up to and with this leaf */
} vector[] = {
	{ "", 0, "6e340b9cffb37a989ca544e6bb780a2c"
	    "78901d3fb33738768511a30617afa01d" },
	{ "\x00", 1, "fac54203e7cc696cf0dfcb42c92a1d9d"
	    "baf70ad9e621f4bd8d98662f00e3c125" },
	{ "\x10", 1, "aeb6bcfe274b70a14fb067a5e5578264"
	    "db0fa9b51af5e0ba159158f329e06e77" },
	{ "\x20\x21", 2, "d37ee418976dd95753c1c73862b9398f"
	    "a2a2cf9b4ff0fdfe8b30cd95209614b7" },
	{ "\x30\x31", 2, "4e3bbb1f7b478dcfe71fb631631519a3"
	    "bca12c9aefca1612bfce4c13a86264d4" },
	{ "\x40\x41\x42\x43", 4, "76e67dadbcdf1e10e1b74ddc608abd2f"
	    "98dfb16fbce75277b5232a127f2087ef" },
	{ "\x50\x51\x52\x53\x54\x55\x56\x57", 8,
	    "ddb89be403809e325750d3d263cd7892"
	    "9c2942b7942a34b77e122c9594a74c8c" },
	{ "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
	    16, "5dc9da79a70659a9ad559cb701ded9a2"
	    "ab9d823aad2f4960cfe370eff4604328" },
};

static void
root_hex(const struct merkle *m, char out[65])
{
	unsigned char root[MERKLE_HASH];

	merkle_root(m, root);
	crypt_hex(root, sizeof root, out);
}

static void
test_vectors(struct merkle *m)
{
	unsigned char h[MERKLE_HASH];
	char hex[65];
	struct err e;
	size_t i;

	merkle_load(m, 0, get, NULL, &e);
	root_hex(m, hex);
	is_str(hex, "e3b0c44298fc1c149afbf4c8996fb924"
	    "27ae41e4649b934ca495991b7852b855", "the empty tree");
	for (i = 0; i < sizeof vector / sizeof vector[0]; i++) {
		merkle_leaf(h, vector[i].data, vector[i].len);
		merkle_add(m, h, put, NULL, &e);
		root_hex(m, hex);
		is_str(hex, vector[i].root, "RFC 6962 vector of size %zu",
		    i + 1);
	}
	merkle_leaf(h, "\x40\x41\x42\x43", 4);
	crypt_hex(h, sizeof h, hex);
	is_str(hex, "4271a26be0d8a84f0bd54c8c302e7cb3"
	    "a3b5d1fa6780a40bcce2873477dab658", "leaf hash 5");
}

/* Whether the tree, built in batches, equals the plain one at size n, both in
 * memory and when read back. */
static int
same(struct merkle *m, struct merkle *again, size_t n)
{
	unsigned char a[MERKLE_HASH], b[MERKLE_HASH], c[MERKLE_HASH];
	struct err e;

	merkle_root(m, a);
	naive(b, 0, n);
	if (merkle_load(again, (int64_t)n, get, NULL, &e) != 0)
		return 0;
	merkle_root(again, c);
	return memcmp(a, b, sizeof a) == 0 && memcmp(a, c, sizeof a) == 0;
}

static void
test_sizes(struct merkle *m, struct merkle *again)
{
	struct err e;
	size_t i, bad = 0, old = 0;

	memset(store, 0, sizeof store);
	merkle_load(m, 0, get, NULL, &e);
	for (i = 0; i <= 600; i++) {
		if (!same(m, again, i))
			bad++;
		merkle_add(m, leaf[i], put, NULL, &e);
		merkle_flush(m, put, NULL, &e);
	}
	is_int(bad, 0, "sizes 0 to 600 equal the definition");
	for (i = 0; i <= 600; i++) {
		unsigned char a[MERKLE_HASH], b[MERKLE_HASH];

		naive(a, 0, i);
		if (merkle_load(again, (int64_t)i, get, NULL, &e) != 0)
			old++;
		merkle_root(again, b);
		old += memcmp(a, b, sizeof a) != 0;
	}
	is_int(old, 0, "every older size can be read from the newer tiles");
}

static void
test_large(struct merkle *m, struct merkle *again)
{
	struct err e;
	size_t i;

	memset(store, 0, sizeof store);
	merkle_load(m, 0, get, NULL, &e);
	for (i = 0; i < MOST; i++) {
		merkle_add(m, leaf[i], put, NULL, &e);
		if (i % 97 == 0)
			merkle_flush(m, put, NULL, &e);
	}
	merkle_flush(m, put, NULL, &e);
	ok(same(m, again, MOST), "70,000 leaves in batches of 97");
	is_int(store[0][272].n, 256, "tile 272 of level 0 is full");
	is_int(store[0][273].n, 112, "the last one of level 0 holds 112");
	is_int(store[1][1].n, 17, "the last one of level 1 holds 17");
	is_int(store[2][0].n, 1, "level 2 holds one");
}

static void
test_faults(struct merkle *m)
{
	struct err e;
	int i;

	memset(store, 0, sizeof store);
	memset(m, 255, sizeof *m);
	is_int(merkle_load(m, 5, get, NULL, &e), E_NOTFOUND,
	    "a missing tile is reported");
	is_int(m->size, 0, "and nothing is loaded");
	nput = 0;
	merkle_flush(m, put, NULL, &e);
	is_int(nput, 0, "nor to be written");
	merkle_load(m, 0, get, NULL, &e);
	merkle_add(m, leaf[0], put, NULL, &e);
	fail_put = 1;
	is_int(merkle_flush(m, put, NULL, &e), E_FULL,
	    "a tile that cannot be written is reported");
	fail_put = 0;
	is_int(merkle_flush(m, put, NULL, &e), 0, "and can be tried again");
	is_int(store[0][0].n, 1, "then it is there");
	nput = 0;
	merkle_flush(m, put, NULL, &e);
	is_int(nput, 0, "and not to be written again");
	for (i = 1; i < MERKLE_WIDTH; i++)
		merkle_add(m, leaf[i], put, NULL, &e);
	merkle_flush(m, put, NULL, &e);
	is_int(nput, 2, "a full tile is written once, and what is above it");
}

/* Vectors of transparency-dev/merkle; the leaves are those of
 * test_vectors(). */
static void
test_proof_vectors(struct merkle *m)
{
	static const char *const path[] = {
		"vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=",
		"yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=",
		"037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=" };
	static const char *const growth[] = {
		"DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o=",
		"yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=",
		"037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=" };
	struct merkle_proof p;
	char text[64];
	struct err e;
	size_t i;

	memset(store, 0, sizeof store);
	merkle_load(m, 0, get, NULL, &e);
	for (i = 0; i < sizeof vector / sizeof vector[0]; i++) {
		unsigned char h[MERKLE_HASH];

		merkle_leaf(h, vector[i].data, vector[i].len);
		merkle_add(m, h, put, NULL, &e);
	}
	merkle_flush(m, put, NULL, &e);
	merkle_inclusion(&p, 5, 8, get, NULL, &e);
	is_int(p.n, 3, "leaf 5 of 8 has a path of three");
	for (i = 0; i < 3; i++) {
		crypt_base64(p.hash[i], MERKLE_HASH, text);
		is_str(text, path[i], "inclusion vector, hash %zu", i);
	}
	merkle_consistency(&p, 6, 8, get, NULL, &e);
	is_int(p.n, 3, "6 to 8 has three hashes");
	for (i = 0; i < 3; i++) {
		crypt_base64(p.hash[i], MERKLE_HASH, text);
		is_str(text, growth[i], "consistency vector, hash %zu", i);
	}
}

/* Whether a proof is refused with any hash changed, one hash too few or too
 * many, or either root changed. */
static int
refused_row(struct merkle_proof *p, int64_t i, int64_t n,
    const unsigned char *root)
{
	size_t k, bad = 0;

	for (k = 0; k < p->n; k++) {
		p->hash[k][7] ^= 1;
		bad += merkle_check_inclusion(p, i, n, leaf[i], root) == 0;
		p->hash[k][7] ^= 1;
	}
	bad += merkle_check_inclusion(p, i, n, leaf[i + 1], root) == 0;
	if (p->n > 0) {
		p->n--;
		bad += merkle_check_inclusion(p, i, n, leaf[i], root) == 0;
		p->n++;
	}
	p->n++;
	bad += merkle_check_inclusion(p, i, n, leaf[i], root) == 0;
	p->n--;
	return bad == 0;
}

static int
refused_growth(struct merkle_proof *p, int64_t old, int64_t n,
    const unsigned char *a, const unsigned char *b)
{
	unsigned char other[MERKLE_HASH];
	size_t k, bad = 0;

	for (k = 0; k < p->n; k++) {
		p->hash[k][31] ^= 128;
		bad += merkle_check_consistency(p, old, n, a, b) == 0;
		p->hash[k][31] ^= 128;
	}
	bad += merkle_check_consistency(p, old, n, b, a) == 0 && old != n;
	memcpy(other, a, sizeof other);
	other[0] ^= 1;
	bad += merkle_check_consistency(p, old, n, other, b) == 0;
	memcpy(other, b, sizeof other);
	other[0] ^= 1;
	bad += merkle_check_consistency(p, old, n, a, other) == 0;
	p->n++;
	bad += merkle_check_consistency(p, old, n, a, b) == 0;
	p->n--;
	if (p->n > 0) {
		p->n--;
		bad += merkle_check_consistency(p, old, n, a, b) == 0;
		p->n++;
	}
	return bad == 0;
}

static void
proofs_of_size(int64_t n, size_t *wrong, size_t *passed)
{
	unsigned char root[MERKLE_HASH], old[MERKLE_HASH];
	static struct merkle_proof p;
	struct err e;
	int64_t i;

	naive(root, 0, (size_t)n);
	for (i = 0; i < n; i++) {
		*wrong += merkle_inclusion(&p, i, n, get, NULL, &e) != 0 ||
		    merkle_check_inclusion(&p, i, n, leaf[i], root) != 0;
		*passed += !refused_row(&p, i, n, root);
	}
	for (i = 1; i <= n; i++) {
		naive(old, 0, (size_t)i);
		*wrong += merkle_consistency(&p, i, n, get, NULL, &e) != 0 ||
		    merkle_check_consistency(&p, i, n, old, root) != 0;
		*passed += !refused_growth(&p, i, n, old, root);
	}
}

static void
test_proofs(struct merkle *m)
{
	static const int64_t large[] = { 255, 256, 257, 600 };
	size_t wrong = 0, passed = 0, i;
	struct err e;

	memset(store, 0, sizeof store);
	merkle_load(m, 0, get, NULL, &e);
	for (i = 0; i < 600; i++)
		merkle_add(m, leaf[i], put, NULL, &e);
	merkle_flush(m, put, NULL, &e);
	for (i = 1; i <= 40; i++)
		proofs_of_size((int64_t)i, &wrong, &passed);
	for (i = 0; i < sizeof large / sizeof large[0]; i++)
		proofs_of_size(large[i], &wrong, &passed);
	is_int(wrong, 0, "every proof of 1 to 40 and some larger ones holds");
	is_int(passed, 0, "and no changed one does");
}

/* The numbers of a proof are untrusted. */
static void
test_strange_proofs(void)
{
	static struct merkle_proof p;
	unsigned char root[MERKLE_HASH];

	merkle_empty(root);
	is_int(merkle_check_consistency(&p, 0, 0, root, root), 0,
	    "from nothing to nothing");
	is_int(merkle_check_consistency(&p, 0, 5, root, leaf[0]), 0,
	    "from nothing to anything");
	is_int(merkle_check_consistency(&p, 0, 5, leaf[0], leaf[0]), E_NO,
	    "an empty tree has one root");
	is_int(merkle_check_consistency(&p, 6, 5, root, root), E_NO,
	    "backwards");
	is_int(merkle_check_consistency(&p, -1, 5, root, root), E_NO,
	    "from below nothing");
	is_int(merkle_check_consistency(&p, 3, 5, root, root), E_NO,
	    "without a hash");
	is_int(merkle_check_inclusion(&p, 0, 1, leaf[0], leaf[0]), 0,
	    "the only leaf");
	is_int(merkle_check_inclusion(&p, 1, 1, leaf[0], leaf[0]), E_NO,
	    "beyond the end");
	is_int(merkle_check_inclusion(&p, -1, 1, leaf[0], leaf[0]), E_NO,
	    "before the beginning");
	is_int(merkle_check_inclusion(&p, 0, INT64_MAX, leaf[0], leaf[0]),
	    E_NO, "of very many");
	p.n = MERKLE_PROOF;
	is_int(merkle_check_inclusion(&p, 0, INT64_MAX, leaf[0], leaf[0]),
	    E_NO, "of very many with very many");
}

int
main(void)
{
	struct merkle *m, *again;
	size_t i;

	crypt_init();
	m = malloc(sizeof *m);
	again = malloc(sizeof *again);
	for (i = 0; i < MOST; i++)
		merkle_leaf(leaf[i], &i, sizeof i);
	test_vectors(m);
	test_sizes(m, again);
	test_large(m, again);
	test_faults(m);
	test_proof_vectors(m);
	test_proofs(m);
	test_strange_proofs();
	free(m);
	free(again);
	return done_testing();
}
