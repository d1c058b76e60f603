/*
 * The room of what loya holds as a client of other systems: one credential a
 * source, its access token and, where the grant has them, its chain of refresh
 * tokens.  What is secret is sealed under the key (key.h) as one JSON object,
 *
 *   {"access_token", "refresh_token", "token_type", "instance_url", "asked"}
 *
 * with XChaCha20-Poly1305; the source's name is bound in.  When it was obtained
 * and until when it is good stands beside it.
 */
#ifndef COMMON_CREDENTIAL_H
#define COMMON_CREDENTIAL_H

#include <stddef.h>
#include <stdint.h>

#include "common/json.h"
#include "common/store.h"

enum { CREDENTIAL_TOKEN = 16384 };	/* bytes of one token at most */

/* Texts are crypt_alloc()ed and terminated, or NULL. */
struct credential {
	char *access, *refresh;
	char *type;		/* token_type as the peer said it */
	char *instance;		/* the peer's base address, when it gave one */
	char *asked;		/* a mark of what was asked for: with another
				 * one the access token is somebody else's */
	int64_t obtained_at;	/* when the request was sent */
	int64_t expires_at;	/* 0: nobody said */
	int64_t seed;		/* created_at of the secret that the chain
				 * began with, 0: there is no chain */
};

/* E_NOTFOUND: none; E_KEY: it does not open.  Release it in any case. */
int credential_get(struct store *, const unsigned char *key,
    const char *source, struct credential *, struct err *);
void credential_release(struct credential *);

/* Inside a transaction of STORE_MAIN: in place of what was there. */
int credential_put(struct store *, const unsigned char *key,
    const char *source, const struct credential *, struct err *);

/* Inside a transaction of STORE_MAIN: seal all of them under another key.
 * E_KEY when one does not open; then roll back. */
int credential_reseal(struct store *, const unsigned char *from,
    const unsigned char *to, struct err *);

/* Inside a transaction of STORE_MAIN: forget that of a source; E_NOTFOUND. */
int credential_drop(struct store *, const char *source, struct err *);

/* All of them by source, without what is sealed; no key is needed.  What fn
 * returns other than 0 ends the walk and is returned.  expires_at 0: nobody
 * said. */
typedef int credential_fn(void *ctx, const char *source, int64_t obtained_at,
    int64_t expires_at);
int credential_walk(struct store *, credential_fn *, void *ctx,
    struct err *);

/* Inside a transaction of STORE_MAIN: forget all of them. */
int credential_drop_all(struct store *, struct err *);

/* A string of a parsed text, crypt_alloc()ed and terminated, without a copy
 * left anywhere; NULL when i is no string, or has more than max bytes. */
char *credential_text(const struct json *, uint32_t i, size_t max);

#endif
