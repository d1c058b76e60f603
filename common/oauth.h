/*
 * The engine of tokens that others issue to loya (RFC 6749 as a client): the
 * rooms of credentials and secrets, the configured grant and the HTTP client
 * together.  Across any number of processes there is one refresh: lock, look
 * again, ask, store, use.  No transaction is open while a peer is asked.
 *
 *   oauth_new, oauth_get ..., oauth_free
 */
#ifndef COMMON_OAUTH_H
#define COMMON_OAUTH_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/source.h"
#include "common/store.h"

struct oauth;

/* What a request is made with: a header of that name, its value prefix and
 * text.  Release with oauth_token_release(). */
struct oauth_token {
	char *text;		/* crypt_alloc()ed */
	const char *header, *prefix;	/* the source's */
	char *instance;		/* the peer's own idea of its base address
				 * (Salesforce: instance_url), or NULL */
	int64_t expires_at;	/* 0: the peer did not say and nothing is set */
};

/* Flags of oauth_get(): the last one was refused, get another (only when the
 * one that is stored is still that one). */
enum { OAUTH_AGAIN = 1 };

/* The store is open as ROLE_TOKEN, ROLE_PULL or ROLE_PUSH and stays so;
 * confdir is where the key is looked for when it is needed, and is copied.
 * Nothing is looked at yet. */
void oauth_new(struct oauth **, struct store *, const char *confdir);
void oauth_free(struct oauth *);

/* Take this key before one is looked for; a copy is kept. */
void oauth_use_key(struct oauth *, const unsigned char *key);

/* Once this is not 0 any more, wait no longer: E_BUSY.  But a request that
 * uses a refresh token up is waited for: what it brings cannot be had again. */
void oauth_stop_by(struct oauth *, const atomic_int *);

/*
 * A valid token for the source, from the store or from its peer.  refused:
 * with OAUTH_AGAIN the text that the peer answered 401 to, or NULL for
 * whatever is stored; else it does not count.  A caller asks again once for
 * each of its requests, and then gives up.
 *
 * E_CONF: the source has no oauth, what it says is not so, or its command
 * fails; E_NOTFOUND: a secret is not set; E_NO: the peer refuses (its words
 * are in *e, no secret ever is); E_BUSY: the peer is down, or another process
 * has been asking it for too long; E_DATA: the answer has no token; E_KEY,
 * E_IO and those of the store.  No transaction may be open.  Tells on standard
 * error that a refusal could not be recorded, nothing else.
 */
int oauth_get(struct oauth *, const struct source *, int flags,
    const char *refused, struct oauth_token *, struct err *);
void oauth_token_release(struct oauth_token *);

/* The address to ask with the token: what its peer has named, else base.  Who
 * may name another address must not make it an open one: where base is https
 * plain http is not taken. */
const char *oauth_base(const struct oauth_token *, const char *base);

/*
 * What oauth_get() would ask now, as text with its secrets masked, added to
 * out; nothing when a stored token would do.  Asks nobody, runs no command,
 * writes nothing.
 */
int oauth_show(struct oauth *, const struct source *, int flags,
    const char *refused, struct buf *out, struct err *);

#endif
