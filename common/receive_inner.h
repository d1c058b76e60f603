/*
 * Shared by the files of the receive engine; nobody else includes it.
 */
#ifndef COMMON_RECEIVE_INNER_H
#define COMMON_RECEIVE_INNER_H

#include "common/receive.h"
#include "common/throttle.h"

/* What was last learnt about the store, for /health. */
struct health {
	int known;
	int64_t at;		/* clock_mono() */
	int rc;
	int failed;		/* of a write: E_FULL or E_IO, else 0 */
	int64_t failed_at;
	int64_t last, last_at;	/* newest row of the inbox, and when it was */
};

struct receiver {
	char *confdir;
	struct store *store;
	struct store *reader;	/* both files, read in this thread; NULL */
	struct throttle throttle;
	unsigned char throttle_key[16];
	int64_t issuer_at;	/* when it was last looked for, */
	int issuer_rc;		/* and the result */
	struct seldom tokens;	/* that could not be looked up */
	int64_t stamp, stamp_at;	/* of the secrets; when looked at */
	int64_t told;			/* the stamp that was warned about */
	struct hooks *hooks;
	struct refusals refusals;
	struct delivery due;	/* counted refusals, being stored */
	int due_away;
	int64_t due_at;
	int64_t backlog;	/* limit, 0: none */
	int asked;		/* clients, for a certificate */
	struct health health;
};

/* Answer with problem details; returns 1. */
int receive_problem(struct delivery *, int status, const char *detail);

/* Answer with a JSON text, which is copied, and release it; returns 1. */
int receive_json(struct delivery *, int status, struct buf *);

/*
 * Refuse for a reason that is counted (source: whose hook, or "loya"); the
 * first of its kind in a minute is stored before it is answered.  Returns as
 * receive_request() does.
 */
int receive_refuse(struct receiver *, struct delivery *, const char *source,
    const char *why);

/* The answer to that, by d->denied; returns 1. */
int receive_denied(struct delivery *);

/* The store cannot be read or written (d->rc): 503, try again. */
int receive_unavailable(struct delivery *);

/* Nothing at all can be received (d->rc): 503, try again in a while. */
void receive_shut(struct delivery *);

/* The issuer, and a store to read in this thread: 0, and *is may be NULL if no
 * token was ever issued; or a failure. */
int receive_issuer(struct receiver *, struct delivery *,
    const struct issuer **is);

/*
 * receive_bearer.c: a request that its hook's own scheme does not authenticate,
 * or that needs no authentication, may carry a token of ours.  1: it does, and
 * may post; 0: it carries none; <0: E_NO for an invalid token and E_NOTFOUND
 * for one without the scope, as d->denied says too; or another failure.
 */
int receive_bearer(struct receiver *, struct delivery *);

/* Refuse with the challenge of RFC 6750 section 3; returns 1. */
int receive_bearer_answer(struct delivery *, int status, const char *detail,
    const char *word);

/* receive_oauth.c: the routes, as receive_request(), and their answers. */
int receive_oauth_token(struct receiver *, struct delivery *);
int receive_oauth_introspect(struct receiver *, struct delivery *);
int receive_oauth_revoke(struct receiver *, struct delivery *);
void receive_oauth_finish(struct delivery *);
void receive_oauth_denied(struct delivery *);

/* receive_metadata.c: where these routes are (RFC 8414), as above. */
int receive_oauth_metadata(struct receiver *, struct delivery *);

/* OPTIONS and GET, as receive_request(). */
int receive_handshake(struct receiver *, struct delivery *);
int receive_health(struct receiver *, struct delivery *);

/* Learn from the result of a commit. */
void receive_note(struct receiver *, const struct delivery *);
void receive_health_answer(struct receiver *, struct delivery *);

/* /health if there is no receiver (d->rc). */
void receive_health_closed(struct delivery *);

#endif
