#include "common/crypt.h"

#include <pthread.h>
#include <sodium.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "common/buf.h"
#include "common/die.h"
#include "common/sha256.h"

#define AEAD(x) crypto_aead_xchacha20poly1305_ietf_##x

_Static_assert(CRYPT_KEY == AEAD(KEYBYTES), "key size");
_Static_assert(CRYPT_SEAL_EXTRA == AEAD(NPUBBYTES) + AEAD(ABYTES), "extra");
_Static_assert(crypto_shorthash_KEYBYTES == 16, "short hash key size");

/*
 * A stock of random bytes.  Every audit row needs 16 of them, and a system call
 * for each would be noticeable.  Each thread has its own, so that two threads
 * never hand out the same bytes; a child of fork(2) throws its copy away.
 */
enum { STOCK = 4096 };

static _Thread_local unsigned char stock[STOCK];
static _Thread_local size_t stocked;	/* bytes left, at the front */

static void
stock_drop(void)
{
	sodium_memzero(stock, sizeof stock);
	stocked = 0;
}

static void
start(void)
{
	if (sodium_init() < 0)
		die(E_BUG, "libsodium cannot start");
	if (pthread_atfork(NULL, NULL, stock_drop) != 0)
		die(E_IO, "out of memory");
}

void
crypt_init(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, start);
}

void
crypt_random(void *out, size_t n)
{
	if (n > STOCK / 4) {
		randombytes_buf(out, n);
		return;
	}
	if (stocked < n) {
		randombytes_buf(stock, sizeof stock);
		stocked = sizeof stock;
	}
	stocked -= n;
	memcpy(out, stock + stocked, n);
	/* What was handed out may be a key: keep no other copy. */
	sodium_memzero(stock + stocked, n);
}

void
crypt_private(void)
{
	static const struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	/* The leak sanitizer must be able to look into its process. */
#ifndef __SANITIZE_ADDRESS__
	prctl(PR_SET_DUMPABLE, 0);
#endif
}

void
crypt_sha256(unsigned char out[CRYPT_SHA256], const struct crypt_part *part,
    size_t n)
{
	sha256_parts(out, part, n);
}

static void
sha512(unsigned char out[CRYPT_SHA512], const struct crypt_part *part,
    size_t n)
{
	crypto_hash_sha512_state st;
	size_t i;

	crypto_hash_sha512_init(&st);
	for (i = 0; i < n; i++)
		crypto_hash_sha512_update(&st, part[i].p, part[i].len);
	crypto_hash_sha512_final(&st, out);
}

size_t
crypt_hash(enum crypt_alg alg, const struct crypt_part *part, size_t n,
    unsigned char out[CRYPT_SHA512])
{
	if (alg == CRYPT_ALG_SHA512) {
		sha512(out, part, n);
		return CRYPT_SHA512;
	}
	crypt_sha256(out, part, n);
	return CRYPT_SHA256;
}

static size_t
hmac512(const void *key, size_t keylen, const struct crypt_part *part,
    size_t n, unsigned char out[CRYPT_SHA512])
{
	crypto_auth_hmacsha512_state st;
	size_t i;

	crypto_auth_hmacsha512_init(&st, key, keylen);
	for (i = 0; i < n; i++)
		crypto_auth_hmacsha512_update(&st, part[i].p, part[i].len);
	crypto_auth_hmacsha512_final(&st, out);
	sodium_memzero(&st, sizeof st);
	return CRYPT_SHA512;
}

size_t
crypt_hmac(enum crypt_alg alg, const void *key, size_t keylen,
    const struct crypt_part *part, size_t n, unsigned char out[CRYPT_SHA512])
{
	if (alg == CRYPT_ALG_SHA512)
		return hmac512(key, keylen, part, n, out);
	sha256_hmac(out, key, keylen, part, n);
	return CRYPT_SHA256;
}

int
crypt_ed25519_verify(const unsigned char pk[32], const void *msg, size_t len,
    const unsigned char sig[64])
{
	return crypto_sign_verify_detached(sig, msg, len, pk) == 0 ? 0 : -1;
}

void
crypt_ed25519_sign(const unsigned char sk[64], const void *msg, size_t len,
    unsigned char sig[64])
{
	crypto_sign_detached(sig, NULL, msg, len, sk);
}

void
crypt_ed25519_pair(const unsigned char seed[32], unsigned char pk[32],
    unsigned char sk[64])
{
	crypto_sign_seed_keypair(pk, sk, seed);
}

int
crypt_equal(const void *a, size_t alen, const void *b, size_t blen)
{
	return alen == blen && sodium_memcmp(a, b, alen) == 0;
}

int64_t
crypt_shorthash(const unsigned char key[16], const struct crypt_part *part,
    size_t n)
{
	unsigned char hash[crypto_shorthash_BYTES];
	char near[256];
	struct buf far = { 0 };
	const void *text = near;
	uint64_t v = 0;
	size_t i = 0, len = 0;

	/* libsodium has no multi-part form of it. */
	if (n == 1) {
		text = part->p;
		len = part->len;
		i = n;
	}
	for (; i < n && part[i].len <= sizeof near - len; i++) {
		if (part[i].len > 0)
			memcpy(near + len, part[i].p, part[i].len);
		len += part[i].len;
	}
	if (i < n) {
		for (i = 0; i < n; i++)
			buf_add(&far, part[i].p, part[i].len);
		text = far.p;
		len = far.len;
	}
	crypto_shorthash(hash, text, len, key);
	buf_release(&far);
	for (i = sizeof hash; i > 0; i--)
		v = v << 8 | hash[i - 1];
	return (int64_t)v;
}

void *
crypt_alloc(size_t n)
{
	void *p = sodium_malloc(n);

	if (p == NULL)
		die(E_IO, "out of memory");
	return p;
}

void
crypt_free(void *p)
{
	sodium_free(p);
}

void
crypt_wipe(void *p, size_t n)
{
	sodium_memzero(p, n);
}

void
crypt_seal(const unsigned char key[CRYPT_KEY], const void *ad, size_t adlen,
    const void *text, size_t n, unsigned char *out)
{
	/* With 24 random bytes, nonces need not be remembered. */
	randombytes_buf(out, AEAD(NPUBBYTES));
	AEAD(encrypt)(out + AEAD(NPUBBYTES), NULL, text, n, ad, adlen, NULL,
	    out, key);
}

int
crypt_open(const unsigned char key[CRYPT_KEY], const void *ad, size_t adlen,
    const unsigned char *sealed, size_t n, unsigned char *out)
{
	if (n < CRYPT_SEAL_EXTRA)
		return -1;
	return AEAD(decrypt)(out, NULL, NULL, sealed + AEAD(NPUBBYTES),
	    n - AEAD(NPUBBYTES), ad, adlen, sealed, key) == 0 ? 0 : -1;
}

void
crypt_hex(const void *p, size_t n, char *out)
{
	sodium_bin2hex(out, 2 * n + 1, p, n);
}

/* Whether the digits have one case only: a signature shall have one text, not
 * 2^40. */
static int
hex_uniform(const char *s, size_t n)
{
	int lower = 0, upper = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		lower |= s[i] >= 'a' && s[i] <= 'f';
		upper |= s[i] >= 'A' && s[i] <= 'F';
	}
	return !(lower && upper);
}

long
crypt_unhex(const char *s, size_t n, unsigned char *out, size_t max)
{
	size_t got;

	if (n % 2 != 0 || n / 2 > max || !hex_uniform(s, n) ||
	    sodium_hex2bin(out, max, s, n, NULL, &got, NULL) != 0)
		return -1;
	return (long)got;
}

size_t
crypt_base64_len(size_t n)
{
	return sodium_base64_encoded_len(n, sodium_base64_VARIANT_ORIGINAL);
}

void
crypt_base64(const void *p, size_t n, char *out)
{
	sodium_bin2base64(out, crypt_base64_len(n), p, n,
	    sodium_base64_VARIANT_ORIGINAL);
}

long
crypt_unbase64(const char *s, size_t n, int lax, unsigned char *out,
    size_t max)
{
	size_t got, i;

	/* sodium_base642bin() of 1.0.18 takes '+' | 0x80 for '+'. */
	for (i = 0; i < n; i++)
		if ((unsigned char)s[i] >= 0x80)
			return -1;
	if (sodium_base642bin(out, max, s, n, NULL, &got, NULL,
	    sodium_base64_VARIANT_ORIGINAL) == 0)
		return (long)got;
	if (lax && sodium_base642bin(out, max, s, n, NULL, &got, NULL,
	    sodium_base64_VARIANT_ORIGINAL_NO_PADDING) == 0)
		return (long)got;
	return -1;
}
