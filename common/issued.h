/*
 * The room of access tokens that loya issued (table token of the inbox file).
 * It sees keyed hashes only; what a text hashes to is the issuer's business.
 */
#ifndef COMMON_ISSUED_H
#define COMMON_ISSUED_H

#include <stddef.h>
#include <stdint.h>

#include "common/scope.h"
#include "common/store.h"
#include "common/token.h"

enum { ISSUED_HASH = 32, ISSUED_ACTOR = 80 };

/* What is known of a token; nothing in it is secret. */
struct issued {
	int64_t seq;
	char id[TOKEN_ID];
	char client[TOKEN_ID];		/* "": issued by hand */
	char scope[SCOPE_TEXT];	/* words with one blank between */
	int64_t created_at;
	int64_t expires_at;		/* 0: never */
	int64_t used_at;		/* to the minute; 0: not yet */
	int64_t revoked_at;		/* 0: it is not */
	int64_t change;			/* of its issue or revocation */
	char issued_by[ISSUED_ACTOR], revoked_by[ISSUED_ACTOR];
};

/* Inside a transaction of STORE_INBOX: a new one; seq and change are set. */
int issued_add(struct store *, struct issued *,
    const unsigned char hash[ISSUED_HASH], struct err *);

/* By its hash, by its id: 0, E_NOTFOUND, or what went wrong. */
int issued_get(struct store *, const unsigned char hash[ISSUED_HASH],
    struct issued *, struct err *);
int issued_find(struct store *, const char *id, struct issued *,
    struct err *);

/* Inside a transaction of STORE_INBOX: note that it was used then,
 * to the minute. */
int issued_use(struct store *, int64_t seq, int64_t at, struct err *);

/* Inside a transaction of STORE_INBOX: revoke it, once (E_NOTFOUND: there is
 * no such token, or it was revoked before). */
int issued_revoke(struct store *, int64_t seq, int64_t at, const char *by,
    struct err *);

/*
 * Inside a transaction of STORE_INBOX: delete some that ended before that
 * time, and no change of which is newer than change; so the table does not
 * grow for ever.  A few at a time: each call does little.
 */
int issued_forget(struct store *, int64_t before, int64_t change,
    struct err *);

/* All in the order of their issue; or those that changed behind change after,
 * in the order of the changes.  What fn returns other than 0 ends the walk and
 * is returned. */
typedef int issued_fn(void *ctx, const struct issued *);
int issued_walk(struct store *, issued_fn *, void *ctx, struct err *);
int issued_changes(struct store *, int64_t after, issued_fn *, void *ctx,
    struct err *);

#endif
