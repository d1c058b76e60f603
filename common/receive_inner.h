/*
 * What the files of the receive engine share; nobody else includes it.
 */
#ifndef COMMON_RECEIVE_INNER_H
#define COMMON_RECEIVE_INNER_H

#include "common/receive.h"
#include "common/throttle.h"

/* What was learnt about the store last, for /health. */
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
	struct store *reader;	/* both files, for reading here; or NULL */
	struct throttle throttle;
	unsigned char throttle_key[16];
	int64_t issuer_at;	/* looked for last, */
	int issuer_rc;		/* and what came of it */
	struct seldom tokens;	/* that could not be looked at */
	int64_t stamp, stamp_at;	/* of the secrets; looked at last */
	int64_t told;			/* the stamp that was warned about */
	struct hooks *hooks;
	struct refusals refusals;
	struct delivery due;	/* counted refusals on their way */
	int due_away;
	int64_t due_at;
	int64_t backlog;	/* limit, 0: none */
	struct health health;
};

/* Answer with problem details: 1. */
int receive_problem(struct delivery *, int status, const char *detail);

/*
 * Refuse for a reason that is counted (source: whose hook, or "loya"); the
 * first of its kind in a minute is stored before it is answered.  Returns as
 * receive_request().
 */
int receive_refuse(struct receiver *, struct delivery *, const char *source,
    const char *why);

/* The answer to it, by d->denied: 1. */
int receive_denied(struct delivery *);

/* The store cannot be asked or written (d->rc): 503, come again. */
int receive_unavailable(struct delivery *);

/* Nothing can be received at all (d->rc): 503, come again in a while. */
void receive_shut(struct delivery *);

/* The issuer and a store to read in this thread: 0, and *is may be NULL where
 * no token was ever issued; or what went wrong. */
int receive_issuer(struct receiver *, struct delivery *,
    const struct issuer **is);

/* receive_bearer.c: a request that is not authenticated by its hook's own
 * scheme may carry a token of ours.  1: it does and may post; 0: it carries
 * none; <0: enum status, E_NO for a token that is not good and E_NOTFOUND for
 * one without the scope, d->denied says so. */
int receive_bearer(struct receiver *, struct delivery *);

/* Refuse with the challenge of RFC 6750 3: 1. */
int receive_bearer_answer(struct delivery *, int status, const char *detail,
    const char *word);

/* receive_oauth.c: the routes, like receive_request(), and their answers. */
int receive_oauth_token(struct receiver *, struct delivery *);
int receive_oauth_introspect(struct receiver *, struct delivery *);
int receive_oauth_revoke(struct receiver *, struct delivery *);
int receive_oauth_metadata(struct receiver *, struct delivery *);
void receive_oauth_finish(struct delivery *);
void receive_oauth_denied(struct delivery *);

/* OPTIONS and GET, like receive_request(). */
int receive_handshake(struct receiver *, struct delivery *);
int receive_health(struct receiver *, struct delivery *);

/* Learn from the outcome of a commit. */
void receive_note(struct receiver *, const struct delivery *);
void receive_health_answer(struct receiver *, struct delivery *);

/* /health where there is no receiver (d->rc). */
void receive_health_closed(struct delivery *);

#endif
