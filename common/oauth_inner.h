/*
 * The parts of the client: oauth.c decides, oauth_ask.c asks the peer and
 * stores its answer, oauth_request.c makes the request and oauth_answer.c reads
 * the answer.
 */
#ifndef COMMON_OAUTH_INNER_H
#define COMMON_OAUTH_INNER_H

#include "common/credential.h"
#include "common/httpc.h"
#include "common/oauth.h"
#include "common/redact.h"

enum { OAUTH_MARK = 65, OAUTH_ASSERTION = 64 * 1024, OAUTH_WORD = 64 };

/* How many seconds a command may take to print an assertion. */
enum { OAUTH_COMMAND = 30 };

struct oauth {
	struct store *store;
	char *confdir;
	unsigned char *key;	/* NULL: not opened yet */
	const atomic_int *stop;	/* or NULL */
	struct httpc *http;	/* NULL: nobody has been asked yet */
};

/* One oauth_get(). */
struct oauth_turn {
	struct oauth *o;
	const struct source *source;
	int again;
	char *refused;		/* this one will not do, crypt_alloc()ed */
	struct credential had;	/* what is stored; all empty: nothing */
	int64_t created;	/* of the secret that begins a chain, or 0 */
	char asked[OAUTH_MARK];	/* mark of what the source asks for */
};

/* Some bytes, crypt_alloc()ed. */
struct oauth_bytes {
	char *p;
	size_t len;
};

/* What a request is made of besides the source. */
struct oauth_parts {
	struct oauth_bytes secret, refresh, assertion;
};

/* A request, crypt_alloc()ed; members that it does not have are NULL. */
struct oauth_request {
	char *basic;		/* value of Authorization */
	const char *type;
	struct oauth_bytes body;
};

/* What an answer says besides the token. */
struct oauth_refusal {
	int status;		/* 0: there was no answer */
	char word[OAUTH_WORD];	/* the peer's error word, cleaned, or "" */
	int later;		/* the word means that the peer is busy */
	int spent;		/* the word means that the grant is used up */
};

/* oauth.c: load o->key; again: the store's present one, as it may have
 * changed. */
int oauth_key(struct oauth *, int again, struct err *);

/* oauth_ask.c: ask the peer, store what it grants, put it into t->had.  Hold
 * the lock of the source. */
int oauth_ask(struct oauth_turn *, struct err *);

/* oauth_ask.c: get the parts of the next request; the assertion only with run.
 * *seed: what the chain began with.  Release them in any case. */
int oauth_parts_get(struct oauth_turn *, int run, struct oauth_parts *,
    int64_t *seed, struct err *);
void oauth_parts_release(struct oauth_parts *);

/* oauth_request.c: pure.  masked: write "***" for secrets.  Release it in any
 * case. */
int oauth_request_make(const struct source_oauth *,
    const struct oauth_parts *, int masked, struct oauth_request *,
    struct err *);
void oauth_request_release(struct oauth_request *);

/* The same as text for people, masked. */
int oauth_request_show(const struct source_oauth *,
    const struct oauth_parts *, struct buf *out, struct err *);

/* The grant_type of a grant; its word in source files. */
const char *oauth_grant_type(enum oauth_grant);
const char *oauth_grant_word(enum oauth_grant);

/*
 * oauth_answer.c: pure.  Turn an answer into a credential (without asked and
 * seed; refresh is NULL if there is none) or into an error.  sent: when the
 * request was sent.  E_NO, E_BUSY, E_CONF, E_DATA; r is filled in any case.
 */
int oauth_answer_read(const struct source *, const struct httpc_answer *,
    const struct redact *, int64_t sent, struct credential *,
    struct oauth_refusal *r, struct err *);

#endif
