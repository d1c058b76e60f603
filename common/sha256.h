/*
 * The fence around nettle, for SHA-256 alone: libsodium has no use for the
 * processor's SHA instructions, nettle has, and is four times faster with them
 * (1.8 against 0.4 microseconds for 600 bytes where this was measured).  Used
 * by crypt.c, which everybody else calls.
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
