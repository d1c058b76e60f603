/*
 * The fence around nettle, only for SHA-256: libsodium does not use the
 * processor's SHA instructions; nettle does, and is four times faster with them
 * (0.4 instead of 1.8 microseconds for 600 bytes where this was measured).
 * Used by crypt.c, which everybody else calls.
 */
#ifndef COMMON_SHA256_H
#define COMMON_SHA256_H

#include "common/crypt.h"

void sha256_parts(unsigned char out[CRYPT_SHA256], const struct crypt_part *,
    size_t n);

/* HMAC-SHA256 (RFC 2104), any key length.  The state is wiped. */
void sha256_hmac(unsigned char out[CRYPT_SHA256], const void *key,
    size_t keylen, const struct crypt_part *, size_t n);

#endif
