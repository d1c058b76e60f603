/*
 * The room of what loya holds as a client of other systems: one credential per
 * source, consisting of its access token and, for grants that have them, its
 * chain of refresh tokens.  The secret part is sealed under the key (key.h) as
 * one JSON object,
 *
 *   {"access_token", "refresh_token", "token_type", "instance_url", "asked"}
 *
 * with XChaCha20-Poly1305, bound to the name of the source.  When it was
 * obtained and when it expires are stored beside it, in the clear.
 */
#ifndef COMMON_CREDENTIAL_H
#define COMMON_CREDENTIAL_H

#include <stddef.h>
#include <stdint.h>

#include "common/json.h"
#include "common/store.h"

enum { CREDENTIAL_TOKEN = 16384 };	/* bytes of one token at most */

/* Strings are crypt_alloc()ed and terminated, or NULL. */
struct credential {
	char *access, *refresh;
	char *type;		/* token_type as the peer sent it */
	char *instance;		/* the peer's base address, if it sent one */
	char *asked;		/* a mark of the request: if it differs now, the
				 * access token is not ours */
	int64_t obtained_at;	/* when the request was sent */
	int64_t expires_at;	/* 0: not known */
	int64_t seed;		/* created_at of the secret that began the
				 * chain; 0: there is no chain */
};

/* E_NOTFOUND: there is none; E_KEY: it does not open.  Release it in
 * any case. */
int credential_get(struct store *, const unsigned char *key,
    const char *source, struct credential *, struct err *);
void credential_release(struct credential *);

/* Inside a transaction of STORE_MAIN: replace the credential of a source. */
int credential_put(struct store *, const unsigned char *key,
    const char *source, const struct credential *, struct err *);

/* Inside a transaction of STORE_MAIN: seal all credentials under another key.
 * E_KEY if one does not open; then roll back. */
int credential_reseal(struct store *, const unsigned char *from,
    const unsigned char *to, struct err *);

/* Inside a transaction of STORE_MAIN: delete that of a source; E_NOTFOUND. */
int credential_drop(struct store *, const char *source, struct err *);

/* All credentials by source, without the sealed part, so no key is needed.  A
 * value other than 0 from fn ends the walk and is returned.  expires_at 0: not
 * known. */
typedef int credential_fn(void *ctx, const char *source, int64_t obtained_at,
    int64_t expires_at);
int credential_walk(struct store *, credential_fn *, void *ctx,
    struct err *);

/* Inside a transaction of STORE_MAIN: delete all of them. */
int credential_drop_all(struct store *, struct err *);

/* String i of a parsed text, crypt_alloc()ed and terminated, with no other copy
 * left anywhere; NULL if it is not a string or has more than max bytes. */
char *credential_text(const struct json *, uint32_t i, size_t max);

#endif
