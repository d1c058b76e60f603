/*
 * Words of a peer made fit for a message: it was sent secrets, and some peers
 * say again what they were sent.  Add every secret of a request, then let
 * whatever the peer says pass through redact_text().
 */
#ifndef COMMON_REDACT_H
#define COMMON_REDACT_H

#include <stddef.h>

struct redact_secret {
	char *p;		/* crypt_alloc()ed */
	size_t len;
};

enum { REDACT_PAIRS = 512 };

/* Zero-initialise one. */
struct redact {
	struct redact_secret *secret;
	size_t n;
	unsigned char *pair;	/* crypt_alloc()ed: bits of hashed pairs of
				 * bytes that secrets have in them */
};

/* A copy is kept, also in the forms that bodies of requests give it. */
void redact_add(struct redact *, const void *, size_t);
void redact_release(struct redact *);

/*
 * Copy a text into out, as one line that is terminated and fits.  A secret, or
 * six bytes in a row that are part of one, becomes "***", whatever their
 * case, and with + for a blank; a control character becomes a blank, and what
 * is not UTF-8 a question mark.  Where it is too long it ends with "...".
 * Returns out.
 */
char *redact_text(const struct redact *, const char *, size_t, char *out,
    size_t size);

#endif
