/*
 * The fence around libmicrohttpd: connections in, requests out, answers back.
 * It has no thread and no loop of its own: poll httpd_fd() (and wait no longer
 * than httpd_timeout()), then call httpd_run(), which calls the handler.
 * Everything here belongs to one thread.
 */
#ifndef COMMON_HTTPD_H
#define COMMON_HTTPD_H

#include <stddef.h>
#include <stdint.h>

#include "common/answer.h"
#include "common/arena.h"
#include "common/http.h"
#include "common/listen.h"
#include "common/status.h"

struct httpd;
struct httpd_tls;		/* common/httpd_tls.h */

/* A request, from when its head has come to the end of its answer. */
struct httpd_request {
	struct http_request http;
	struct arena arena;	/* for whatever lives as long */
	void *user;		/* the handler's own */
};

struct httpd_handler {
	/* The head is there, the body is not (http.body is NULL).  May refuse
	 * it with httpd_answer(). */
	void (*head)(void *ctx, struct httpd_request *);
	/* The request is complete.  Call httpd_answer() now, or return and call
	 * it later: until then the connection rests. */
	void (*whole)(void *ctx, struct httpd_request *);
	/* The answer was sent, or the peer is gone: the last call for every
	 * request that head was called for.  Never while the request rests. */
	void (*over)(void *ctx, struct httpd_request *);
	/* The server answered by itself: the request, as far as it is known
	 * (method or target may be NULL), and the status. */
	void (*refused)(void *ctx, const struct http_request *, int status);
	void *ctx;
};

struct httpd_limits {
	size_t body;		/* bytes of one body; more: 413 */
	size_t bodies;		/* bytes of all large bodies held at once; more:
				 * 503 */
	size_t head;		/* request line and headers; more: 431 or 414 */
	unsigned connections;
	int request;		/* seconds for a whole request; more: 408 */
	int idle;		/* seconds between two requests */
};

/* tls may be NULL; it must live as long as the server. */
int httpd_new(struct httpd **, const struct httpd_handler *,
    const struct httpd_limits *, const struct httpd_tls *tls, struct err *);

/* No request may be resting any more.  NULL is allowed. */
void httpd_free(struct httpd *);

/* Serve a connected socket; it is closed in any case.  0, or -1 if there is no
 * room. */
int httpd_add(struct httpd *, int fd, const struct peer *);

/* Becomes readable when there is something to do. */
int httpd_fd(const struct httpd *);

/* How many milliseconds may pass before httpd_run() must be called; -1: any
 * number. */
int httpd_timeout(struct httpd *);
void httpd_run(struct httpd *);

/* Give the answer.  It is copied, except for the body, which must live until
 * over is called (the request's arena does). */
void httpd_answer(struct httpd_request *, struct answer *);

/* How many connections are open; whether one more would be too many. */
unsigned httpd_open(const struct httpd *);
int httpd_full(const struct httpd *);

/* Somebody is waiting to be accepted: close the connections that have been idle
 * for a second.  Otherwise a proxy that keeps its connections would hold all of
 * them. */
void httpd_make_room(struct httpd *);

/* From here on close every connection that is between two requests, unless the
 * next request has come, and give the requests under way this many seconds, and
 * a second more for an answer that comes at their end. */
void httpd_drain(struct httpd *, int seconds);

#endif
