/*
 * requests [-w] N MEMBERS STATUS FILE <SECRET
 *
 * N signed requests, each with its own id, all of the same length, one after
 * the other; the length goes to stdout.  Request i is about a random one of
 * MEMBERS, or, if MEMBERS is 0, about member i.  The id ends in i.  Standard
 * Webhooks v1; -w signs as Debian's webhook can check it (a hash of the body
 * alone).
 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/crypt.h"
#include "common/die.h"
#include "common/options.h"
#include "t/bench/body.h"

struct signer {
	unsigned char key[128];
	size_t keylen;
	int plain;		/* -w */
};

/* "whsec_" and base64, with or without a line feed. */
static void
read_secret(struct signer *s)
{
	char line[256];
	size_t skip = strlen("whsec_");
	long n;

	if (fgets(line, sizeof line, stdin) == NULL)
		die(E_USAGE, "no secret on standard input");
	line[strcspn(line, "\n")] = '\0';
	n = strlen(line) > skip ? crypt_unbase64(line + skip,
	    strlen(line) - skip, 1, s->key, sizeof s->key) : -1;
	if (n <= 0)
		die(E_USAGE, "the secret is not whsec_ and base64");
	s->keylen = (size_t)n;
}

static void
sign(const struct signer *s, const char *id, const char *when,
    const struct buf *body, struct buf *out)
{
	unsigned char mac[CRYPT_SHA512];
	char text[2 * CRYPT_SHA512 + 1];
	struct crypt_part part[] = {
		{ id, strlen(id) }, { ".", 1 }, { when, strlen(when) },
		{ ".", 1 }, { body->p, body->len }
	};
	size_t n;

	if (s->plain) {
		n = crypt_hmac(CRYPT_ALG_SHA256, s->key, s->keylen, part + 4,
		    1, mac);
		crypt_hex(mac, n, text);
		buf_adds(out, "x-signature: ");
	} else {
		n = crypt_hmac(CRYPT_ALG_SHA256, s->key, s->keylen, part, 5,
		    mac);
		crypt_base64(mac, n, text);
		buf_adds(out, "webhook-signature: v1,");
	}
	buf_adds(out, text);
	buf_adds(out, "\r\n");
}

static void
request(const struct signer *s, const struct buf *body, long i,
    struct buf *out)
{
	unsigned char chance[12];
	char hex[2 * sizeof chance + 1], id[64], when[24], head[300];

	crypt_random(chance, sizeof chance);
	crypt_hex(chance, sizeof chance, hex);
	snprintf(id, sizeof id, "msg_%s%08ld", hex, i);
	snprintf(when, sizeof when, "%lld",
	    (long long)(clock_now() / CLOCK_SECOND));
	snprintf(head, sizeof head, "POST /hooks/hr HTTP/1.1\r\n"
	    "host: 127.0.0.1\r\ncontent-type: application/json\r\n"
	    "content-length: %zu\r\nwebhook-id: %s\r\n"
	    "webhook-timestamp: %s\r\n", body->len, id, when);
	buf_clear(out);
	buf_adds(out, head);
	sign(s, id, when, body, out);
	buf_adds(out, "\r\n");
	buf_add(out, body->p, body->len);
}

int
main(int argc, char **argv)
{
	struct buf body = { NULL, 0, 0 }, out = { NULL, 0, 0 };
	static struct signer s;
	int64_t n, members, i;
	FILE *f;

	die_init(argv[0]);
	crypt_init();
	s.plain = argc > 1 && strcmp(argv[1], "-w") == 0;
	argv += s.plain;
	argc -= s.plain;
	if (argc != 5 || options_number(argv[1], 1, 99999999, &n) != 0 ||
	    options_number(argv[2], 0, 9999999, &members) != 0)
		die(E_USAGE, "usage: requests [-w] N MEMBERS STATUS FILE");
	read_secret(&s);
	srandom((unsigned)clock_now());
	if ((f = fopen(argv[4], "w")) == NULL)
		die(E_IO, "%s: %s", argv[4], strerror(errno));
	for (i = 0; i < n; i++) {
		body_write(&body, members > 0 ? random() % members : i,
		    clock_now(), argv[3]);
		request(&s, &body, i, &out);
		fwrite(out.p, 1, out.len, f);
	}
	if (fclose(f) != 0)
		die(E_IO, "%s: %s", argv[4], strerror(errno));
	printf("%zu\n", out.len);
	buf_release(&body);
	buf_release(&out);
	die_flush_exit(0);
}
