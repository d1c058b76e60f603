#include "common/sha256.h"

#include <nettle/hmac.h>
#include <nettle/sha2.h>

void
sha256_parts(unsigned char out[CRYPT_SHA256], const struct crypt_part *part,
    size_t n)
{
	struct sha256_ctx c;
	size_t i;

	sha256_init(&c);
	for (i = 0; i < n; i++)
		sha256_update(&c, part[i].len, part[i].p);
	sha256_digest(&c, CRYPT_SHA256, out);
}

void
sha256_hmac(unsigned char out[CRYPT_SHA256], const void *key, size_t keylen,
    const struct crypt_part *part, size_t n)
{
	struct hmac_sha256_ctx c;
	size_t i;

	hmac_sha256_set_key(&c, keylen, key);
	for (i = 0; i < n; i++)
		hmac_sha256_update(&c, part[i].len, part[i].p);
	hmac_sha256_digest(&c, CRYPT_SHA256, out);
	crypt_wipe(&c, sizeof c);
}
