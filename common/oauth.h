/*
 * The engine of tokens that others issue to loya (RFC 6749 as a client): the
 * room of credentials, the configured grant and the HTTP client together.
 * Across any number of processes there is one refresh: lock, look again, ask,
 * store, use.  No transaction is open while a peer is asked.
 */
#ifndef COMMON_OAUTH_H
#define COMMON_OAUTH_H

#include <stddef.h>
#include <stdint.h>

#include "common/source.h"
#include "common/store.h"

struct oauth;

/* What a request is made with.  text is crypt_alloc()ed, without its scheme;
 * release with oauth_token_release(). */
struct oauth_token {
	char *text;
	const char *scheme;	/* "Bearer"; constant */
	char *instance;		/* the peer's own idea of its base address
				 * (Salesforce: instance_url), or NULL */
	int64_t expires_at;	/* 0: the peer did not say and nothing is set */
};

/* Flags of oauth_get(): the last one was refused, get another (only when the
 * one that is stored is still that one). */
enum { OAUTH_AGAIN = 1 };

/* The store is open as ROLE_TOKEN, ROLE_PULL or ROLE_PUSH.  key is copied.
 * Nothing is looked at yet. */
int oauth_new(struct oauth **, struct store *, const unsigned char *key,
    struct err *);
void oauth_free(struct oauth *);

/*
 * A valid token for the source, from the store or from its peer.  refused:
 * the text that the peer answered 401 to, with OAUTH_AGAIN, else NULL.
 * E_CONF: the source has no oauth section; E_NOTFOUND: a secret is not set;
 * E_NO: the peer refuses (its error words are in *e, no secret ever is);
 * E_BUSY: the peer is down, or another process has been asking it for too
 * long; E_IO; E_KEY; E_DATA: the answer is none.
 */
int oauth_get(struct oauth *, const struct source *, int flags,
    const char *refused, struct oauth_token *, struct err *);
void oauth_token_release(struct oauth_token *);

#endif
