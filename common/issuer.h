/*
 * The engine of tokens that loya issues to others (RFC 6749 4.4): the rooms of
 * tokens, of clients and of the record together, and the secret under which
 * their texts are hashed (HMAC-SHA256).  No HTTP here.
 *
 * What is written about tokens is written to the inbox file: loya-recv does it
 * in its committing thread.
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
 * With the hashing secret of the store, opened with its key; it stays in
 * locked memory, the key does not.  E_NOTFOUND: the store has none yet; with
 * make (inside a transaction of STORE_MAIN, ROLE_TOKEN) it gets one.  E_KEY.
 */
int issuer_new(struct issuer **, struct store *, const unsigned char *key,
    int make, struct err *);
void issuer_free(struct issuer *);

/* Whether the store's hashing secret is still this one's: 1 or 0; or what went
 * wrong. */
int issuer_is(const struct issuer *, struct store *,
    const unsigned char *key, struct err *);

/* A new secret for a client: its text, to be shown once and wiped; what is
 * kept of it stands in c->secret, what was there is c->older. */
void issuer_secret(const struct issuer *, struct client *c,
    char text[TOKEN_TEXT]);

/* Who a client is by its id and secret: 0 and *c, or E_NO, which does not say
 * which of them is wrong or whether it was revoked; of *c there is the id then,
 * when the client is known, for the record alone. */
int issuer_client(const struct issuer *, struct store *, const char *id,
    const char *secret, size_t len, struct client *c, struct err *);

/* Inside a transaction of STORE_INBOX: a new token for what the caller has
 * filled in t (client, scope, times, issued_by); the rest of it, and the text,
 * to be shown once and wiped. */
int issuer_issue(const struct issuer *, struct store *, struct issued *t,
    char text[TOKEN_TEXT], struct err *);

/* Look a token up (reading both files): 0 when it is good at that time; E_NO
 * with the reason, and then *t is filled if it was one once (t->seq > 0). */
int issuer_find(const struct issuer *, struct store *, const char *text,
    size_t len, int64_t now, struct issued *t, struct err *);

/* Whether a use at that time is to be noted (issued_use()): at most one a
 * minute is. */
int issuer_notes(const struct issued *t, int64_t now);

/* Revoke all tokens of a client, or with NULL of everybody; in transactions of
 * its own. */
int issuer_revoke_all(struct store *, const char *client, const char *by,
    struct err *);

/* Inside a transaction of STORE_MAIN: take over into the record what happened
 * to tokens since the last time.  *did counts up. */
int issuer_record(struct store *, int *did, struct err *);

/* Whether there is something to take over: 1, 0 or what went wrong. */
int issuer_waits(struct store *, struct err *);

/* Up to which change of a token the record has taken over. */
int64_t issuer_recorded(struct store *);

#endif
