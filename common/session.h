/*
 * The HTTP server and the receive engine joined: what both ways of running
 * loya-recv share.  Add connections to s->http, poll it, session_run(); what
 * that returns must be stored with receive_commit() and come back to
 * session_settle().
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
};

/* Without a receiver set fault: every request is answered with 503, and the
 * connection closed. */
int session_init(struct session *, struct receiver *,
    const struct httpd_limits *, const struct httpd_tls *, struct outlet *,
    struct err *);

/* Nothing may be away. */
void session_release(struct session *);

/* Serve what is ready.  Returns what there is to store, or NULL. */
struct delivery *session_run(struct session *);

/* The counted refusals that wait for nothing any more, or NULL. */
struct delivery *session_rest(struct session *);

/* They went through receive_commit(): print, answer. */
void session_settle(struct session *, struct delivery *);

/* Milliseconds that may pass before session_run(); -1: any. */
int session_timeout(struct session *);

#endif
