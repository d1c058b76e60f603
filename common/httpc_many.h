/*
 * Many requests at a time (httpc.h), on connections that are kept; a peer that
 * has HTTP/2 gets them all on one connection.
 *
 *	httpc_many_new(), httpc_many_start() ..., then as often as you like
 *	httpc_many_wait() and httpc_many_done() until there is none;
 *	httpc_many_free().
 */
#ifndef COMMON_HTTPC_MANY_H
#define COMMON_HTTPC_MANY_H

#include "common/httpc.h"

struct httpc_many;
struct pollfd;

/* How one of them ended. */
struct httpc_done {
	void *ctx;
	int rc;			/* as of httpc_call() */
	struct err e;
	struct httpc_answer answer;	/* the caller's to release */
	int64_t took;		/* microseconds */
};

/* 0, or E_IO if the system gives no descriptor to wait on. */
int httpc_many_new(struct httpc_many **, struct err *);

/* Gives up requests that are still under way. */
void httpc_many_free(struct httpc_many *);

/* Start a request.  It and all that it points to must stay until it is done.
 * E_DATA: an invalid header, E_CONF: no libcurl; nothing was started then. */
int httpc_many_start(struct httpc_many *, const struct httpc_request *,
    void *ctx, struct err *);

/* Wait until something happens to a request or to one of the descriptors, at
 * most ms; then carry on with all requests. */
int httpc_many_wait(struct httpc_many *, struct pollfd *, size_t n, int ms,
    struct err *);

/* The next request that has ended: 1, or 0 if there is none. */
int httpc_many_done(struct httpc_many *, struct httpc_done *);

#endif
