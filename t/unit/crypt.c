/*
 * The fence around libsodium: published vectors, strict text forms, sealing.
 */
#include "common/crypt.h"
#include "t/unit/tap.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#define PART(s) { s, sizeof s - 1 }

static void
is_hex(const void *p, size_t n, const char *want, const char *what)
{
	char hex[2 * CRYPT_SHA512 + 1];

	crypt_hex(p, n, hex);
	is_str(hex, want, "%s", what);
}

/* FIPS 180-4 examples, "abc" in two parts; RFC 4231 cases 2 and 6. */
static void
test_hashes(void)
{
	static const struct crypt_part abc[] = { PART("a"), PART(""),
	    PART("bc"), { NULL, 0 } };
	static const struct crypt_part jefe[] = { PART("what do ya want "),
	    PART("for nothing?") };
	static const struct crypt_part large = PART("Test Using Larger Than "
	    "Block-Size Key - Hash Key First");
	unsigned char out[CRYPT_SHA512], key[131];

	crypt_sha256(out, abc, 4);
	is_hex(out, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff"
	    "61f20015ad", "SHA-256 of abc");
	is_int(crypt_hash(CRYPT_ALG_SHA512, abc, 4, out), 64, "SHA-512 size");
	is_hex(out, 64, "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eee"
	    "e64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94"
	    "fa54ca49f", "SHA-512 of abc");
	is_int(crypt_hmac(CRYPT_ALG_SHA256, "Jefe", 4, jefe, 2, out), 32,
	    "HMAC-SHA256 size");
	is_hex(out, 32, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58"
	    "b964ec3843", "RFC 4231 case 2");
	crypt_hmac(CRYPT_ALG_SHA512, "Jefe", 4, jefe, 2, out);
	is_hex(out, 64, "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270c"
	    "d7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070"
	    "a38bce737", "RFC 4231 case 2, SHA-512");
	memset(key, 0xaa, sizeof key);
	crypt_hmac(CRYPT_ALG_SHA256, key, sizeof key, &large, 1, out);
	is_hex(out, 32, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c514054604"
	    "0f0ee37f54", "RFC 4231 case 6");
}

/* RFC 8032 7.1 test 2. */
static void
test_ed25519(void)
{
	unsigned char sk[64], sig[64];

	crypt_unhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4f"
	    "b8a6fb3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af"
	    "4660c", 128, sk, sizeof sk);
	crypt_ed25519_sign(sk, "r", 1, sig);
	is_hex(sig, 64, "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762"
	    "223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d29"
	    "1612bb0c00", "RFC 8032 test 2");
	is_int(crypt_ed25519_verify(sk + 32, "r", 1, sig), 0, "verifies");
	is_int(crypt_ed25519_verify(sk + 32, "s", 1, sig), -1,
	    "not over another message");
	sig[10] ^= 1;
	is_int(crypt_ed25519_verify(sk + 32, "r", 1, sig), -1,
	    "not when it was changed");
}

/* The vector of the SipHash paper: key 00..0f, message 00..0e. */
static void
test_shorthash(void)
{
	unsigned char key[16], msg[15], far[1000];
	struct crypt_part two[2] = { { msg, 5 }, { msg + 5, 10 } };
	struct crypt_part whole = { far, sizeof far };
	struct crypt_part split[2] = { { far, 300 }, { far + 300, 700 } };
	size_t i;

	for (i = 0; i < 16; i++)
		key[i] = (unsigned char)i;
	memcpy(msg, key, sizeof msg);
	memset(far, 'x', sizeof far);
	is_int(crypt_shorthash(key, two, 2),
	    (int64_t)UINT64_C(0xa129ca6149be45e5), "SipHash-2-4 vector");
	is_int(crypt_shorthash(key, split, 2), crypt_shorthash(key, &whole, 1),
	    "a long message in parts");
}

static void
test_hex(void)
{
	static const struct { const char *s; long want; } t[] = {
		{ "", 0 }, { "00ff", 2 }, { "00FF", 2 }, { "0aAb", -1 },
		{ "0", -1 }, { "0g", -1 }, { " 00", -1 }, { "00 1", -1 },
		{ "001122334455", -1 }, { "\xb0\xb0", -1 }, { "0x00", -1 }
	};
	unsigned char out[4];
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++)
		is_int(crypt_unhex(t[i].s, strlen(t[i].s), out, sizeof out),
		    t[i].want, "hex '%s'", t[i].s);
}

static void
test_base64(void)
{
	static const struct { const char *s; int lax; long want; } t[] = {
		{ "", 0, 0 }, { "Zg==", 0, 1 }, { "Zm8=", 0, 2 },
		{ "Zm9v", 0, 3 }, { "Zg", 0, -1 }, { "Zg", 1, 1 },
		{ "Zg=", 0, -1 }, { "Zg=", 1, -1 }, { "Zg==", 1, 1 },
		{ "Zh==", 0, -1 }, { "Zg===", 0, -1 }, { "Zg==Zg==", 0, -1 },
		{ "Z g==", 0, -1 }, { "Zg==\n", 0, -1 }, { "++//", 0, 3 },
		{ "--__", 0, -1 }, { "Zm9vYmFy", 0, -1 },
		{ "\xab\xab\xaf\xaf", 0, -1 }, { "Z", 1, -1 }, { "=", 1, -1 }
	};
	unsigned char out[4];
	char text[9];
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++)
		is_int(crypt_unbase64(t[i].s, strlen(t[i].s), t[i].lax, out,
		    sizeof out), t[i].want, "base64 '%s'%s", t[i].s,
		    t[i].lax ? ", lax" : "");
	is_int(crypt_base64_len(4), 9, "room for base64");
	crypt_base64("\xff\xfe" "ab", 4, text);
	is_str(text, "//5hYg==", "base64 of 4 bytes");
}

static void
test_equal(void)
{
	is_int(crypt_equal("abc", 3, "abc", 3), 1, "equal");
	is_int(crypt_equal("abc", 3, "abd", 3), 0, "different");
	is_int(crypt_equal("abc", 3, "ab", 2), 0, "shorter");
	is_int(crypt_equal("", 0, "", 0), 1, "nothing equals nothing");
}

static void
test_seal(void)
{
	unsigned char key[CRYPT_KEY], sealed[5 + CRYPT_SEAL_EXTRA], again[45];
	unsigned char text[5];
	size_t i;
	int taken = 0;

	crypt_random(key, sizeof key);
	crypt_seal(key, "name", 4, "hello", 5, sealed);
	is_int(crypt_open(key, "name", 4, sealed, sizeof sealed, text), 0,
	    "what was sealed opens");
	ok(memcmp(text, "hello", 5) == 0, "and is the same");
	is_int(crypt_open(key, "nam", 3, sealed, sizeof sealed, text), -1,
	    "not under another name");
	is_int(crypt_open(key, "name", 4, sealed, sizeof sealed - 1, text), -1,
	    "not when it was cut");
	is_int(crypt_open(key, "name", 4, sealed, 0, text), -1,
	    "not when there is nothing");
	for (i = 0; i < sizeof sealed; i++) {
		sealed[i] ^= 1;
		taken += crypt_open(key, "name", 4, sealed, sizeof sealed,
		    text) == 0;
		sealed[i] ^= 1;
	}
	is_int(taken, 0, "not with any byte changed");
	crypt_seal(key, "name", 4, "hello", 5, again);
	ok(memcmp(sealed, again, sizeof again) != 0,
	    "sealing twice gives two texts");
	key[0] ^= 1;
	is_int(crypt_open(key, "name", 4, sealed, sizeof sealed, text), -1,
	    "not under another key");
}

static void *
draw(void *out)
{
	crypt_random(out, 16);
	return NULL;
}

/* No two draws are equal: in a row, across a refill, in a thread, in a child
 * that has the parent's memory. */
static void
test_random(void)
{
	enum { DRAWS = 600 };
	static unsigned char all[DRAWS + 2][16], big[8192];
	pthread_t thread;
	int i, k, same = 0, fd[2];
	pid_t child;

	for (i = 0; i < DRAWS; i++)
		crypt_random(all[i], 16);
	pthread_create(&thread, NULL, draw, all[DRAWS]);
	pthread_join(thread, NULL);
	if (pipe(fd) != 0 || (child = fork()) < 0)
		return;
	if (child == 0) {
		draw(all[0]);
		_exit(write(fd[1], all[0], 16) != 16);
	}
	if (read(fd[0], all[DRAWS + 1], 16) != 16)
		same++;
	waitpid(child, NULL, 0);
	draw(all[0]);
	for (i = 0; i < DRAWS + 2; i++)
		for (k = 0; k < i; k++)
			same += memcmp(all[i], all[k], 16) == 0;
	is_int(same, 0, "%d draws, none twice", DRAWS + 2);
	crypt_random(big, sizeof big);
	for (i = 0, k = 0; i < (int)sizeof big; i++)
		k += big[i] == 0;
	ok(k < 200, "a large draw is filled");
}

int
main(void)
{
	crypt_init();
	crypt_init();
	test_hashes();
	test_ed25519();
	test_shorthash();
	test_hex();
	test_base64();
	test_equal();
	test_seal();
	test_random();
	return done_testing();
}
