/*
 * The fence around libcurl: the requests that loya makes of others.
 *
 *   httpc_new, httpc_call ..., httpc_free
 *
 * HTTPS only; plain http is taken when the address that is really connected to
 * is this machine's own.  Redirects are not followed, certificates are always
 * checked, and nothing is taken from the environment (no proxy).  A connection
 * is kept for the next call to the same peer.  libcurl is loaded when the first
 * request is made.
 *
 * A request is plain data of the caller, a client holds no request between two
 * calls and an answer belongs to no client: httpc_many.h is the form of the
 * call that does not wait.
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

/* Nothing of it is copied but what libcurl needs while it is sent: the caller
 * keeps what is secret in crypt_alloc() memory. */
struct httpc_request {
	const char *method;
	const char *url;	/* without fault (url.h) */
	const struct http_header *header;
	size_t nheader;
	const char *body;	/* NULL: none */
	size_t len;
	const char *ca;		/* PEM file of the CAs that count instead of
				 * the system's, or NULL */
	int64_t connect_ms, total_ms;	/* 0: as above */
	size_t max;		/* bytes of the answer's body; 0: as above */
	size_t keep;		/* so many of them are given, the rest is read
				 * and dropped; 0: all */
	/* What comes of the body of a 2xx answer goes here and is not kept, at
	 * any length; other than 0 ends the call (E_NO).  NULL: it is kept.
	 * total_ms is then how long the peer may be silent, or nearly, and
	 * whole_ms how long all of it may last (0: a day). */
	int (*take)(void *ctx, const char *, size_t);
	void *take_ctx;
	int64_t whole_ms;
	int public_only;	/* E_CONF where the address connected to is a
				 * private one (net.h), also when kept */
	const atomic_int *stop;	/* once it is not 0 any more the request is
				 * given up within a second, E_BUSY; or NULL */
	int ordinary;		/* nothing of it or its answer is a secret:
				 * no locked memory, which costs time */
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

/* Load libcurl now, before what is to be sent is taken up; once a process, and
 * else done by the first call.  E_CONF: it is not there, or not one that can be
 * used. */
int httpc_load(struct err *);

void httpc_new(struct httpc **);
void httpc_free(struct httpc *);

/*
 * Ask and wait for the whole answer, whatever its status; release it with
 * httpc_answer_release(), also after a failure.  E_BUSY: no connection, no
 * answer in time, or not all of it; E_CONF: plain http to another machine, a
 * private address where that is refused, a certificate that is not accepted, a
 * CA file that is none, no libcurl; E_DATA: not HTTP, or too long; E_NO: take
 * ended it.
 * The status is that of the answer as far as it came, else 0.  *e begins with
 * the host and has no part of the request else, but may have words of the peer.
 */
int httpc_call(struct httpc *, const struct httpc_request *,
    struct httpc_answer *, struct err *);
void httpc_answer_release(struct httpc_answer *);

/* The value of a header of the answer, the first of that name; or NULL. */
const char *httpc_header(const struct httpc_answer *, const char *name);

#endif
