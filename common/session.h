/*
 * The HTTP server joined with the receive engine: what both ways of running
 * loya-recv share.  Add connections to s->http, poll it, session_run(); store
 * what that returns with receive_commit(), then give it to session_settle().
 */
#ifndef COMMON_SESSION_H
#define COMMON_SESSION_H

#include "common/httpd.h"
#include "common/outlet.h"
#include "common/receive.h"

struct session {
	struct httpd *http;
	struct receiver *receiver;	/* NULL: there is none, because */
	int fault;			/* of this */
	struct outlet *outlet;		/* for new events, or NULL */
	struct buf lines;
	struct delivery *first, **end;	/* of this turn */
	unsigned away;			/* not settled yet */
	struct seldom proxy;		/* requests refused for what one says */
};

/* If there is no receiver, set fault: every request is then answered with 503,
 * and its connection closed. */
int session_init(struct session *, struct receiver *,
    const struct httpd_limits *, const struct httpd_tls *, struct outlet *,
    struct err *);

/* No delivery may still be away. */
void session_release(struct session *);

/* Serve what is ready.  Returns what there is to store, or NULL. */
struct delivery *session_run(struct session *);

/* The counted refusals that wait for nothing more, or NULL. */
struct delivery *session_rest(struct session *);

/* Deliveries that went through receive_commit(): print and answer them. */
void session_settle(struct session *, struct delivery *);

/* How many milliseconds may pass before session_run(); -1: any number. */
int session_timeout(struct session *);

#endif
