/*
 * Words of a peer made fit for a message: it was sent secrets, and some peers
 * repeat what they were sent.  Add every secret of a request, then pass
 * whatever the peer says through redact_text().  What looks like a credential
 * of somebody else is masked too; names, ids and words stay, because they say
 * what has to be put right.
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
	unsigned char *pair;	/* crypt_alloc()ed: a bit for each hashed pair
				 * of bytes that occurs in a secret */
};

/* Add a secret.  A copy is kept, also in the forms that it takes in bodies of
 * requests, and if it has eight bytes or more in hex and base64. */
void redact_add(struct redact *, const void *, size_t);
void redact_release(struct redact *);

/* Forget the secrets added since there were n (r->n). */
void redact_cut(struct redact *, size_t n);

/*
 * Copy a text to out as one line that is terminated and fits.  A secret, or six
 * consecutive bytes of one, becomes "***", whatever their case, also with + for
 * a blank; a control character becomes a blank, and anything that is not UTF-8
 * a question mark.  A text that is too long ends in "...".
 *
 * Also masked: the characters around such a secret up to the next blank, if
 * they are many and not a plain word; the value after a name such as password,
 * token, api_key or Authorization; what follows Bearer and Basic; a name and
 * password in a URL; anything that begins like a well-known kind of token; and
 * runs of twenty or more letters and digits that are no words, or mostly
 * consist of escapes.  A UUID and an id of up to 19 characters stay.  Returns
 * out.
 */
char *redact_text(const struct redact *, const char *, size_t, char *out,
    size_t size);

#endif
