#include "common/webhook.h"

#include <string.h>

#include "common/buf.h"
#include "common/crypt.h"

/* The specification says 24 to 64 bytes; what auth_standard.c accepts is
 * accepted here. */
enum { KEY_MIN = 16, KEY_MAX = 75, PAIR = 64 };

const char *
webhook_key_read(struct webhook_key *k, const void *secret, size_t n)
{
	const char *s = secret;
	long got;

	memset(k, 0, sizeof *k);
	if (n > 6 && memcmp(s, "whsec_", 6) == 0) {
		got = crypt_unbase64(s + 6, n - 6, 1, k->p, KEY_MAX);
		if (got < KEY_MIN)
			return "whsec_ must be base64 of 16 to 75 bytes";
	} else if (n > 5 && memcmp(s, "whsk_", 5) == 0) {
		k->asymmetric = 1;
		got = crypt_unbase64(s + 5, n - 5, 1, k->p, PAIR);
		if (got != PAIR)
			return "whsk_ must be base64 of 64 bytes";
	} else {
		return "it must begin with whsec_ (v1) or whsk_ (v1a)";
	}
	k->len = (size_t)got;
	return NULL;
}

/* Ed25519 signs only one contiguous piece. */
static void
sign_ed25519(const struct webhook_key *k, const struct crypt_part *part,
    size_t n, unsigned char sig[64])
{
	struct buf b = { NULL, 0, 0 };
	size_t i;

	for (i = 0; i < n; i++)
		buf_add(&b, part[i].p, part[i].len);
	crypt_ed25519_sign(k->p, b.p, b.len, sig);
	buf_release(&b);
}

void
webhook_sign(const struct webhook_key *k, const char *id, int64_t seconds,
    const void *body, size_t len, char out[WEBHOOK_SIGNATURE])
{
	unsigned char sig[CRYPT_SHA512];
	struct crypt_part part[3] = { { id, strlen(id) }, { NULL, 0 },
	    { body, len } };
	char time[BUF_DECIMAL + 2] = ".";

	part[1].p = time;
	part[1].len = 1 + buf_decimal(time + 1, seconds);
	time[part[1].len++] = '.';
	if (k->asymmetric) {
		sign_ed25519(k, part, 3, sig);
		strcpy(out, "v1a,");
		crypt_base64(sig, 64, out + 4);
	} else {
		crypt_hmac(CRYPT_ALG_SHA256, k->p, k->len, part, 3, sig);
		strcpy(out, "v1,");
		crypt_base64(sig, CRYPT_SHA256, out + 3);
	}
}
