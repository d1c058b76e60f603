/*
 * The room of systems that may ask loya for tokens (table client).  It sees
 * keyed hashes of their secrets only.
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
	char name[CLIENT_NAME];		/* for people; one live client has it */
	char scope[SCOPE_TEXT];	/* what it may ask for */
	unsigned char secret[CLIENT_HASH], older[CLIENT_HASH];
	int has_older;			/* older is good as well */
	int64_t created_at, changed_at;	/* changed_at: of the secret */
	int64_t revoked_at;		/* 0: it is not */
};

/* By id, or by name, a live one or the last that was revoked: 0, E_NOTFOUND, or
 * what went wrong. */
int client_get(struct store *, const char *id, struct client *, struct err *);
int client_find(struct store *, const char *name, struct client *,
    struct err *);
int client_revoked(struct store *, const char *name, struct client *,
    struct err *);

/* Inside a transaction of STORE_MAIN.  add: E_NO when a live client has the
 * name.  put: secrets, changed_at and revoked_at as they are in c now. */
int client_add(struct store *, const struct client *, struct err *);
int client_put(struct store *, const struct client *, struct err *);

/* Inside a transaction of STORE_MAIN: revoke every one that is not; *n: how
 * many. */
int client_revoke_all(struct store *, int64_t at, int64_t *n, struct err *);

/* All in the order of their names.  What fn returns other than 0 ends the
 * walk and is returned. */
typedef int client_fn(void *ctx, const struct client *);
int client_walk(struct store *, client_fn *, void *ctx, struct err *);

#endif
