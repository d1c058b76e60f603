/*
 * What httpd.c (the library and the loop's side), httpd_conn.c (how
 * connections end) and httpd_request.c (requests and answers) share; nobody
 * else includes it.
 */
#ifndef COMMON_HTTPD_INNER_H
#define COMMON_HTTPD_INNER_H

#include <microhttpd.h>

#include "common/buf.h"
#include "common/framing.h"
#include "common/httpd.h"
#include "common/httpd_tls.h"

#define HTTPD_NUL "the head holds a NUL, a folded line or a header without " \
    "a name"

/* A body of at most so many bytes is not counted in httpd.bodies, and its
 * memory may be kept for the next one. */
enum { HTTPD_SMALL = 64 * 1024 };

/* Where a connection stands. */
enum phase {
	P_NEW,		/* nothing whole has come yet */
	P_IDLE,		/* between two requests */
	P_HEAD,		/* a request line is there */
	P_BODY,		/* the head is there */
	P_REST,		/* waits for the handler's answer */
	P_REPLY,	/* the answer is on its way */
	P_DEAD		/* told to go away; what comes is thrown away */
};

struct conn {
	struct httpd *h;
	struct conn *prev, *next;
	struct MHD_Connection *mc;
	int fd;
	enum phase phase;
	int64_t deadline;	/* clock_mono(); 0: none */
	int unread;		/* runs in vain that left bytes of it unread */
	int ended;		/* the peer has said that it sends no more */
	int heard;		/* something came, where nobody counts it */
	struct peer peer;
	int asked_cert;
	struct cert *cert;	/* NULL: it has none */
	struct work *work;	/* its request that is under way, or NULL */
};

/* The verified certificate of a client. */
struct cert {
	char sum[TLS_FINGERPRINT], name[TLS_SUBJECT];
};

/* The whole of a request; its public part is first. */
struct work {
	struct httpd_request pub;
	struct conn *conn;
	struct work *next;	/* in the free list */
	int begun;		/* its head was judged */
	int head_seen;		/* the handler knows it */
	struct framing framing;
	struct buf body;
	size_t counted;		/* of body.cap, in httpd.bodies */
	uint64_t thrown;	/* bytes of a refused body */
	const char *raw;	/* where the target stands in the head */
	size_t raw_len;
	struct answer answer;
	int has_answer, queued;
};

struct httpd {
	struct MHD_Daemon *daemon;
	struct httpd_handler handler;
	struct httpd_limits limits;
	const struct httpd_tls *tls;
	int watch;		/* epoll: the library's, and peers that end */
	struct conn *conns;
	unsigned open, ended;
	struct work *spare;
	unsigned nspare, works;	/* requests: spare, and in use */
	size_t bodies;
	int64_t now;		/* of this run */
	int64_t sweep_at;	/* the next deadline is not before */
	int called;		/* this run had something for us */
	int vain;		/* runs in a row that had nothing */
	int forestalled;	/* what the library says next was answered */
	int draining;
	int drain_limit;	/* seconds */
};

/* Set the time until which something must have happened. */
void httpd_deadline(struct conn *, int seconds);

/* Answer outside of libmicrohttpd and throw away what still comes, for a
 * request that is not whole. */
void httpd_abort(struct conn *, int status, const char *detail);

/* The end of connections, in every turn: deadlines that have passed, then the
 * peers who have ended, then those among them who got their answer. */
void httpd_conn_sweep(struct httpd *);
void httpd_conn_ends(struct httpd *);
void httpd_conn_settle(struct httpd *);

/* After a run in vain: refuse whom the library does not listen to. */
void httpd_conn_deaf(struct httpd *);

/* Tell the handler of an answer that is none of its own; once for each request:
 * not of one that is answered already. */
void httpd_tell(struct conn *, int status);

/* Learn of the end of a new connection's peer, and of its first word. */
void httpd_conn_watch(struct conn *);

/* httpd_line.c: what the library shall not see of a request is hidden by this
 * name of a header, which is compared by its address. */
extern const char httpd_cookie[];
void *httpd_cb_line(void *cls, const char *uri, struct MHD_Connection *);
size_t httpd_cb_unescape(void *cls, struct MHD_Connection *, char *s);

/* libmicrohttpd's callbacks that httpd_request.c has. */
enum MHD_Result httpd_cb_access(void *cls, struct MHD_Connection *,
    const char *url, const char *method, const char *version,
    const char *data, size_t *size, void **con_cls);
void httpd_cb_over(void *cls, struct MHD_Connection *, void **con_cls,
    enum MHD_RequestTerminationCode);

/* httpd_work.c: a request of a connection, empty; and the end of the one that a
 * connection has, if any, which the handler learns of. */
struct work *httpd_work_new(struct conn *);
void httpd_work_over(struct conn *);
void httpd_spare_release(struct httpd *);

#endif
