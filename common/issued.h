/*
 * The room of access tokens that loya issued (table token of the inbox file).
 * It sees keyed hashes only; what they are hashes of is the issuer's business.
 */
#ifndef COMMON_ISSUED_H
#define COMMON_ISSUED_H

#include <stddef.h>
#include <stdint.h>

#include "common/scope.h"
#include "common/store.h"
#include "common/token.h"

enum { ISSUED_HASH = 32, ISSUED_ACTOR = 80 };

/* What is known about a token; nothing of it is secret. */
struct issued {
	int64_t seq;
	char id[TOKEN_ID];
	char client[TOKEN_ID];		/* "": issued by hand */
	char scope[SCOPE_TEXT];	/* words separated by one blank */
	int64_t created_at;
	int64_t expires_at;		/* 0: never */
	int64_t used_at;		/* to the minute; 0: not yet */
	int64_t revoked_at;		/* 0: it is not */
	int64_t change;			/* number of its issue or revocation */
	char issued_by[ISSUED_ACTOR], revoked_by[ISSUED_ACTOR];
};

/* Inside a transaction of STORE_INBOX: add a token; seq and change are set. */
int issued_add(struct store *, struct issued *,
    const unsigned char hash[ISSUED_HASH], struct err *);

/* Get a token by its hash, or by its id: 0, E_NOTFOUND, or another failure. */
int issued_get(struct store *, const unsigned char hash[ISSUED_HASH],
    struct issued *, struct err *);
int issued_find(struct store *, const char *id, struct issued *,
    struct err *);

/* Inside a transaction of STORE_INBOX: note, to the minute, when it was
 * used. */
int issued_use(struct store *, int64_t seq, int64_t at, struct err *);

/* Inside a transaction of STORE_INBOX: revoke it (E_NOTFOUND: there is no such
 * token, or it was revoked before). */
int issued_revoke(struct store *, int64_t seq, int64_t at, const char *by,
    struct err *);

/*
 * Inside a transaction of STORE_INBOX: delete some tokens that expired before
 * that time and whose last change is not newer than change, so that the table
 * does not grow for ever.  Each call deletes only a few.
 */
int issued_forget(struct store *, int64_t before, int64_t change,
    struct err *);

/* All tokens in the order of their issue; or those changed after change number
 * `after`, in the order of the changes.  A value other than 0 from fn ends the
 * walk and is returned. */
typedef int issued_fn(void *ctx, const struct issued *);
int issued_walk(struct store *, issued_fn *, void *ctx, struct err *);
int issued_changes(struct store *, int64_t after, issued_fn *, void *ctx,
    struct err *);

#endif
