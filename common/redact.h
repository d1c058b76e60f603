/*
 * Words of a peer made fit for a message: it was sent secrets, and some peers
 * say again what they were sent.  Add every secret of a request, then let
 * whatever the peer says pass through redact_text().  Credentials of others
 * are masked where they look like one; names, ids and words stay, as they say
 * what has to be set right.
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

/* A copy is kept, also in the forms that bodies of requests give it, and from
 * eight bytes on in hex and base64. */
void redact_add(struct redact *, const void *, size_t);
void redact_release(struct redact *);

/* Forget what was added since there were n (r->n). */
void redact_cut(struct redact *, size_t n);

/*
 * Copy a text into out, as one line that is terminated and fits.  A secret, or
 * six bytes in a row that are part of one, becomes "***", whatever their
 * case, and with + for a blank; a control character becomes a blank, and what
 * is not UTF-8 a question mark.  Where it is too long it ends with "...".
 *
 * Also masked: what stands without a blank around such a secret, where it is
 * long and no plain word; the value behind a name such as password, token,
 * api_key or Authorization; what follows Bearer and Basic; a name and password
 * in an address; what begins like a well-known kind of token; and twenty or
 * more letters and digits that are no words, or are mostly written as escapes.
 * A UUID and an id of up to 19 characters stay.  Returns out.
 */
char *redact_text(const struct redact *, const char *, size_t, char *out,
    size_t size);

#endif
