/*
 * The signature of Standard Webhooks 1.0 on what loya sends: HMAC-SHA256 (v1)
 * with a whsec_ secret, Ed25519 (v1a) with a whsk_ one.  Pure.
 */
#ifndef COMMON_WEBHOOK_H
#define COMMON_WEBHOOK_H

#include <stddef.h>
#include <stdint.h>

enum { WEBHOOK_SIGNATURE = 96 };	/* "v1a," and base64 of 64 bytes */

/* The key of one secret. */
struct webhook_key {
	int asymmetric;
	size_t len;
	unsigned char p[75];	/* the longest v1 key */
};

/* Read a secret: NULL, or what is wrong with it, a constant phrase.  The caller
 * wipes the key. */
const char *webhook_key_read(struct webhook_key *, const void *, size_t);

/*
 * Sign ID.SECONDS.BODY: "v1,BASE64" or "v1a,BASE64", terminated.  id must not
 * contain a full stop.
 */
void webhook_sign(const struct webhook_key *, const char *id, int64_t seconds,
    const void *body, size_t len, char out[WEBHOOK_SIGNATURE]);

#endif
