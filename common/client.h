/*
 * The room of the systems that may ask loya for tokens (client).  It holds only
 * keyed hashes of their secrets.
 */
#ifndef COMMON_CLIENT_H
#define COMMON_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#include "common/scope.h"
#include "common/store.h"
#include "common/token.h"

enum { CLIENT_NAME = 65, CLIENT_HASH = 32 };

struct client {
	char id[TOKEN_ID];
	char name[CLIENT_NAME];		/* for people; unique among live ones */
	char scope[SCOPE_TEXT];	/* what it may ask for */
	unsigned char secret[CLIENT_HASH], older[CLIENT_HASH];
	int has_older;			/* older is accepted as well */
	int64_t created_at, changed_at;	/* changed_at: of the secret */
	int64_t revoked_at;		/* 0: it is not */
};

/* Get a client by its id, a live one by its name, or the one of that name that
 * was revoked last: 0, E_NOTFOUND, or another failure. */
int client_get(struct store *, const char *id, struct client *, struct err *);
int client_find(struct store *, const char *name, struct client *,
    struct err *);
int client_revoked(struct store *, const char *name, struct client *,
    struct err *);

/* Inside a transaction of STORE_MAIN.  add: E_NO if a live client has the name.
 * put: write the secrets, changed_at and revoked_at of c. */
int client_add(struct store *, const struct client *, struct err *);
int client_put(struct store *, const struct client *, struct err *);

/* Inside a transaction of STORE_MAIN: revoke every client that is not revoked;
 * *n is how many. */
int client_revoke_all(struct store *, int64_t at, int64_t *n, struct err *);

/* All clients, ordered by name.  A value other than 0 from fn ends the walk and
 * is returned. */
typedef int client_fn(void *ctx, const struct client *);
int client_walk(struct store *, client_fn *, void *ctx, struct err *);

#endif
