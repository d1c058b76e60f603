/*
 * The engine of tokens that others issue to loya (RFC 6749, as a client): joins
 * the rooms of credentials and secrets, the configured grant and the HTTP
 * client.  Across any number of processes there is only one refresh at a time:
 * lock, look again, ask, store, use.  No transaction is open while a peer is
 * asked.
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
struct redact;

/* What a request needs: a header of this name, with prefix and text as its
 * value.  Release with oauth_token_release(). */
struct oauth_token {
	char *text;		/* crypt_alloc()ed */
	const char *header, *prefix;	/* the source's */
	char *instance;		/* what the peer calls its base address
				 * (Salesforce: instance_url), or NULL */
	int64_t expires_at;	/* 0: neither the peer nor the file says */
};

/* Flag of oauth_get(): the last token was refused, get another one (unless the
 * stored one already is another). */
enum { OAUTH_AGAIN = 1 };

/* The store is open as ROLE_TOKEN, ROLE_PULL or ROLE_PUSH and stays so.  The
 * key is looked for in confdir (copied) once it is needed.  Nothing is looked
 * at yet. */
void oauth_new(struct oauth **, struct store *, const char *confdir);
void oauth_free(struct oauth *);

/* Use a copy of this key instead of looking for one. */
void oauth_use_key(struct oauth *, const unsigned char *key);

/* Once this is nonzero, stop waiting: E_BUSY.  But a request that uses up a
 * refresh token is always waited for: its answer cannot be had again. */
void oauth_stop_by(struct oauth *, const atomic_int *);

/*
 * A valid token for the source, from the store or from its peer.  refused: with
 * OAUTH_AGAIN, the token that the peer answered 401 to, or NULL for whichever
 * is stored; otherwise ignored.  The caller tries again once per request, and
 * then gives up.
 *
 * E_CONF: the source has no oauth, its settings are wrong, or its command
 * fails; E_NOTFOUND: a secret is not set; E_NO: the peer refuses (its words are
 * in *e, but never a secret); E_BUSY: the peer is down, or another process has
 * been asking it for too long; E_DATA: the answer has no token; E_KEY, E_IO and
 * those of the store.  No transaction may be open.  Prints a warning if a
 * refusal could not be recorded, nothing else.
 */
int oauth_get(struct oauth *, const struct source *, int flags,
    const char *refused, struct oauth_token *, struct err *);
void oauth_token_release(struct oauth_token *);

/* After oauth_get(): vault_mask() with its key. */
void oauth_mask(struct oauth *, const struct source *, struct redact *);

/* The base address to ask with the token: the one its issuer has named, else
 * base.  If base is https, plain http is not accepted in its place.  *len: how
 * long it is without a slash at its end. */
const char *oauth_base(const struct oauth_token *, const char *base,
    size_t *len);

/*
 * Append to out what oauth_get() would ask for now, as text with its secrets
 * masked; nothing if a stored token would do.  Asks nobody, runs no command,
 * writes nothing.
 */
int oauth_show(struct oauth *, const struct source *, int flags,
    const char *refused, struct buf *out, struct err *);

#endif
