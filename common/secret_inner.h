/*
 * Shared by secret.c (the rows) and secret_key.c (the key they are sealed
 * under); nobody else includes it.
 */
#ifndef COMMON_SECRET_INNER_H
#define COMMON_SECRET_INNER_H

#include "common/secret.h"

enum { SECRET_NAME = 64 };

/* Seal s for a name; returns the length, s->len + CRYPT_SEAL_EXTRA bytes. */
size_t secret_seal(const unsigned char *key, const char *name,
    const struct secret *s, unsigned char *out);

/* Open a sealed text: 0, or -1 and *out is not filled. */
int secret_unseal(const unsigned char *key, const char *name,
    const unsigned char *sealed, size_t n, struct secret *out);

#endif
