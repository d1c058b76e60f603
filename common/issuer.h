/*
 * The engine of tokens that loya issues to others (RFC 6749 section 4.4): it
 * joins the rooms of tokens, of clients and of the record, and holds the secret
 * under which token texts are hashed (HMAC-SHA256).  No HTTP here.
 *
 * Everything about tokens is written to the inbox file, so that loya-recv can
 * do it in its committing thread.
 */
#ifndef COMMON_ISSUER_H
#define COMMON_ISSUER_H

#include <stddef.h>
#include <stdint.h>

#include "common/client.h"
#include "common/issued.h"
#include "common/store.h"

struct issuer;

/*
 * An issuer with the hashing secret of the store, which is opened with the
 * store's key; the secret stays in locked memory, the key does not.
 * E_NOTFOUND: the store has none yet; with make (inside a transaction of
 * STORE_MAIN, ROLE_TOKEN) it gets one.  E_KEY.
 */
int issuer_new(struct issuer **, struct store *, const unsigned char *key,
    int make, struct err *);
void issuer_free(struct issuer *);

/* Whether the store's hashing secret is still this one: 1, 0, or a failure. */
int issuer_is(const struct issuer *, struct store *,
    const unsigned char *key, struct err *);

/* Give a client a new secret: text is to be shown once and wiped; its hash
 * becomes c->secret, and the previous one c->older. */
void issuer_secret(const struct issuer *, struct client *c,
    char text[TOKEN_TEXT]);

/* Find a client by its id and secret: 0 and *c, or E_NO, which does not tell
 * which of them is wrong or whether the client was revoked.  Then only the id
 * in *c is set, if the client is known, and only for the record. */
int issuer_client(const struct issuer *, struct store *, const char *id,
    const char *secret, size_t len, struct client *c, struct err *);

/* Inside a transaction of STORE_INBOX: issue a token for what the caller has
 * set in t (client, scope, times, issued_by); fills the rest of t, and text,
 * which is to be shown once and wiped. */
int issuer_issue(const struct issuer *, struct store *, struct issued *t,
    char text[TOKEN_TEXT], struct err *);

/* Look up a token (reading both files): 0 if it is valid at time now; else E_NO
 * with the reason, and *t is filled if it was a token once (t->seq > 0). */
int issuer_find(const struct issuer *, struct store *, const char *text,
    size_t len, int64_t now, struct issued *t, struct err *);

/* Whether a use at that time is to be noted (issued_use()), which is done at
 * most once a minute. */
int issuer_notes(const struct issued *t, int64_t now);

/* Revoke all tokens of a client, or of everybody (NULL), in transactions of its
 * own. */
int issuer_revoke_all(struct store *, const char *client, const char *by,
    struct err *);

/* Inside a transaction of STORE_MAIN: copy into the record what happened to
 * tokens since the last time.  *did is increased. */
int issuer_record(struct store *, int *did, struct err *);

/* Whether there is anything to copy: 1, 0, or a failure. */
int issuer_waits(struct store *, struct err *);

/* The last change of a token that the record has. */
int64_t issuer_recorded(struct store *);

#endif
