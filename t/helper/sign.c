/*
 * Print the headers that sign standard input by Standard Webhooks 1.0:
 *
 *	sign SECRET ID [TIME]
 *
 * It uses only libsodium, not loya's own webhook.c, which is under test.
 */
#include <err.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void
update(crypto_auth_hmacsha256_state *state, const char *p, size_t n)
{
	crypto_auth_hmacsha256_update(state, (const unsigned char *)p, n);
}

int
main(int argc, char **argv)
{
	crypto_auth_hmacsha256_state state;
	unsigned char key[256], sum[crypto_auth_hmacsha256_BYTES];
	char at[32], out[64], part[65536];
	const char *secret;
	size_t n;

	if (argc < 3 || sodium_init() < 0)
		errx(64, "usage: sign SECRET ID [TIME]");
	snprintf(at, sizeof at, "%lld", (long long)time(NULL));
	if (argc > 3)
		snprintf(at, sizeof at, "%s", argv[3]);
	secret = argv[1];
	if (strncmp(secret, "whsec_", 6) == 0)
		secret += 6;
	if (sodium_base642bin(key, sizeof key, secret, strlen(secret), NULL,
	    &n, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
		errx(65, "the secret is not base64");
	crypto_auth_hmacsha256_init(&state, key, n);
	update(&state, argv[2], strlen(argv[2]));
	update(&state, ".", 1);
	update(&state, at, strlen(at));
	update(&state, ".", 1);
	while ((n = fread(part, 1, sizeof part, stdin)) > 0)
		update(&state, part, n);
	crypto_auth_hmacsha256_final(&state, sum);
	sodium_bin2base64(out, sizeof out, sum, sizeof sum,
	    sodium_base64_VARIANT_ORIGINAL);
	printf("webhook-id: %s\nwebhook-timestamp: %s\n"
	    "webhook-signature: v1,%s\n", argv[2], at, out);
	return 0;
}
