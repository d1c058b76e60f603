/*
 * The fence around libsodium.  Call crypt_init() before anything else.
 * Messages are passed as a list of parts, so that nothing has to be copied to
 * be signed.  Secrets are compared in constant time.
 */
#ifndef COMMON_CRYPT_H
#define COMMON_CRYPT_H

#include <stddef.h>
#include <stdint.h>

struct crypt_part {
	const void *p;
	size_t len;
};

enum { CRYPT_SHA256 = 32, CRYPT_SHA512 = 64, CRYPT_KEY = 32,
    CRYPT_SALT = 16, CRYPT_SEAL_EXTRA = 24 + 16 };

enum crypt_alg { CRYPT_ALG_SHA256, CRYPT_ALG_SHA512 };

/* Ends the program if libsodium cannot start.  May be called more than once. */
void crypt_init(void);

/*
 * Call before the process holds secrets: from here on it leaves no core,
 * whatever ulimit(1) or a core handler says, and no other process of its user
 * can look into it.  Open files by way of /dev/fd before.
 */
void crypt_private(void);

/* SHA-256 of n parts, as if they stood in one piece. */
void crypt_sha256(unsigned char out[CRYPT_SHA256], const struct crypt_part *,
    size_t n);

/* Hash or HMAC (RFC 2104, any key length) over the parts.  out has room for
 * CRYPT_SHA512; returns the number of bytes written. */
size_t crypt_hash(enum crypt_alg, const struct crypt_part *, size_t n,
    unsigned char out[CRYPT_SHA512]);
size_t crypt_hmac(enum crypt_alg, const void *key, size_t keylen,
    const struct crypt_part *, size_t n, unsigned char out[CRYPT_SHA512]);

/* Ed25519 (RFC 8032) over one message.  verify: 0 if the signature is good,
 * else -1.  sk is libsodium's 64 bytes: seed, then public key. */
int crypt_ed25519_verify(const unsigned char pk[32], const void *, size_t,
    const unsigned char sig[64]);
void crypt_ed25519_sign(const unsigned char sk[64], const void *, size_t,
    unsigned char sig[64]);
void crypt_ed25519_pair(const unsigned char seed[32], unsigned char pk[32],
    unsigned char sk[64]);

/* 1 if equal.  The lengths are compared first; they are not secret. */
int crypt_equal(const void *a, size_t alen, const void *b, size_t blen);

/* SipHash-2-4 under a 16-byte key: spreads well, resists chosen input. */
int64_t crypt_shorthash(const unsigned char key[16],
    const struct crypt_part *, size_t n);

/* Random bytes, from a stock that each thread keeps and wipes as it is used up;
 * a child of fork(2) starts with an empty one. */
void crypt_random(void *, size_t);

/* Secret memory: locked where the system allows, wiped by crypt_free(). */
void *crypt_alloc(size_t);
void crypt_free(void *);
void crypt_wipe(void *, size_t);

/* XChaCha20-Poly1305 (IETF draft).  Seal writes n + CRYPT_SEAL_EXTRA bytes:
 * nonce, then ciphertext and tag.  ad is bound in, so that a sealed text cannot
 * be moved to another name.  Open returns 0, or -1 and writes nothing. */
void crypt_seal(const unsigned char key[CRYPT_KEY], const void *ad,
    size_t adlen, const void *, size_t n, unsigned char *out);
int crypt_open(const unsigned char key[CRYPT_KEY], const void *ad,
    size_t adlen, const unsigned char *sealed, size_t n, unsigned char *out);

/*
 * Text forms.  Encoders write a terminated string.  Decoders are strict (the
 * whole text, hex digits of one case, base64 padded and without stray bits, so
 * that any bytes have only one text) and return the number of bytes, or -1
 * (also if it is more than max).
 */
void crypt_hex(const void *, size_t, char *out /* 2n + 1 */);
long crypt_unhex(const char *, size_t, unsigned char *out, size_t max);
size_t crypt_base64_len(size_t n);	/* with the NUL */
void crypt_base64(const void *, size_t, char *out);
/* Standard alphabet; missing padding is accepted if lax is set. */
long crypt_unbase64(const char *, size_t, int lax, unsigned char *out,
    size_t max);

#endif
