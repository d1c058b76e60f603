/*
 * The fence around libcurl: the requests that loya makes.
 *
 *   httpc_new, httpc_call ..., httpc_free
 *
 * HTTPS only; plain http only if the address actually connected to is this
 * machine.  Redirects are not followed, certificates are always checked, and
 * nothing is taken from the environment (no proxy).  A connection is kept for
 * the next call to the same peer.  libcurl is loaded by the first request.
 *
 * A request is plain data of the caller.  The client keeps no request between
 * two calls, and an answer does not depend on the client.  For calls that do
 * not block see httpc_many.h.
 */
#ifndef COMMON_HTTPC_H
#define COMMON_HTTPC_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "common/http.h"
#include "common/status.h"

struct httpc;

enum { HTTPC_MAX = 1024 * 1024, HTTPC_CONNECT_MS = 10000,
    HTTPC_TOTAL_MS = 30000 };

/* Nothing of it is copied except what libcurl needs while sending: the caller
 * keeps secrets in crypt_alloc() memory. */
struct httpc_request {
	const char *method;
	const char *url;	/* valid as in url.h */
	const struct http_header *header;
	size_t nheader;
	const char *body;	/* NULL: none */
	size_t len;
	const char *ca;		/* PEM file of the CAs to trust instead of the
				 * system's, or NULL */
	int64_t connect_ms, total_ms;	/* 0: as above */
	size_t max;		/* bytes of the answer's body; 0: as above */
	size_t keep;		/* return only this many of them: the rest is
				 * read and dropped; 0: all */
	/*
	 * If set, take is called with each piece of the body of a 2xx answer,
	 * which is then not kept and may have any length; a value other than 0
	 * ends the call (E_NO).  total_ms then limits how long the peer may be
	 * silent, or nearly, and whole_ms how long all of it may last (0: a
	 * day).
	 */
	int (*take)(void *ctx, const char *, size_t);
	void *take_ctx;
	int64_t whole_ms;
	int public_only;	/* E_CONF if the address connected to is private
				 * (net.h), also on a kept connection */
	const atomic_int *stop;	/* once it is nonzero the request is given up
				 * within a second, E_BUSY; or NULL */
	int ordinary;		/* neither request nor answer is secret: no
				 * locked memory, which costs time */
};

struct httpc_answer {
	int status;
	struct http_header *header;
	size_t nheader;
	char *body;		/* crypt_alloc()ed, terminated; NULL only
				 * after the release */
	size_t len;
	int ordinary;		/* body is malloc()ed */
	void *memory;		/* where the headers live */
};

/* Load libcurl now, before taking up what is to be sent; otherwise the first
 * call does it, once a process.  E_CONF: it is not there, or cannot be used. */
int httpc_load(struct err *);

/* A client keeps its connection for the next request; it is for one thread at a
 * time.  NULL may be freed. */
void httpc_new(struct httpc **);
void httpc_free(struct httpc *);

/*
 * Send the request and wait for the whole answer, whatever its status; release
 * it with httpc_answer_release(), also after a failure.  E_BUSY: no connection,
 * no answer in time, or an incomplete one; E_CONF: plain http to another
 * machine, a private address if that is refused, a certificate that is not
 * accepted, an invalid CA file, no libcurl; E_DATA: not HTTP, or too long;
 * E_NO: ended by take.
 *
 * The status is that of the answer as far as it came, else 0.  *e begins with
 * the host and contains nothing else of the request, but may quote the peer.
 */
int httpc_call(struct httpc *, const struct httpc_request *,
    struct httpc_answer *, struct err *);
void httpc_answer_release(struct httpc_answer *);

/* The value of the first header of this name in the answer; or NULL. */
const char *httpc_header(const struct httpc_answer *, const char *name);

#endif
