/*
 * The engine of tokens that loya issues to others (RFC 6749 4.4, 6750, 7662,
 * 7009): the rooms of clients, tokens and secrets together.  No HTTP here.
 *
 * Calls that read clients use the main file of the store, calls about tokens
 * its inbox file only: loya-recv makes the latter in its committing thread.
 */
#ifndef COMMON_ISSUER_H
#define COMMON_ISSUER_H

#include <stddef.h>
#include <stdint.h>

#include "common/store.h"
#include "common/token.h"

struct issuer;

enum { ISSUER_SCOPE = 1024, ISSUER_NAME = 64 };

/* What is known of a token; no secret. */
struct issued {
	char id[TOKEN_ID];
	char client[TOKEN_ID];		/* "": issued by hand */
	char scope[ISSUER_SCOPE];	/* words with one blank between */
	int64_t created_at, expires_at;	/* expires_at 0: never */
};

/* With the pepper of the store, opened with the key; the pepper stays in
 * locked memory, the key does not.  make: a store that has none gets one
 * (ROLE_TOKEN, own transaction), else that is E_NOTFOUND. */
int issuer_new(struct issuer **, struct store *, const unsigned char *key,
    int make, struct err *);
void issuer_free(struct issuer *);

/* A client by its id and secret: 0 and what it may ask for, or E_NO (never
 * says which part); constant time over what is secret.  Main file. */
int issuer_client(struct issuer *, struct store *, const char *id,
    const char *secret, size_t len, char scope[ISSUER_SCOPE], struct err *);

/*
 * Inside a transaction of STORE_INBOX.  issue: a new token for the client
 * (NULL: by hand) and its text, to be shown once; seconds 0: it does not
 * expire.  find: 0 when the token is good at that time, else E_NO; notes its
 * use, at most once a minute.  revoke: E_NO when it is not a good one of this
 * client (NULL: of anybody).
 */
int issuer_issue(struct issuer *, struct store *, const char *client,
    const char *scope, int64_t now, int64_t seconds, char text[TOKEN_TEXT],
    struct issued *, struct err *);
int issuer_find(struct issuer *, struct store *, const char *text, size_t len,
    int64_t now, struct issued *, struct err *);
int issuer_revoke(struct issuer *, struct store *, const char *client,
    const char *text, size_t len, int64_t now, struct err *);

/* Whether every word of want stands in have; and whether a text is a list of
 * words (RFC 6749 3.3) at all. */
int issuer_scope_within(const char *want, const char *have);
int issuer_scope_ok(const char *scope);

/* Inside a transaction of STORE_MAIN: take over into the record what happened
 * to tokens since the last time.  Returns how much, or a negative code. */
int issuer_record(struct store *, struct err *);

#endif
