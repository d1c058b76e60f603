/*
 * Shared by httpd.c (the library and the loop's side), httpd_conn.c (how
 * connections end), httpd_line.c and httpd_head.c (what comes first),
 * httpd_request.c (requests and answers) and httpd_work.c (their memory);
 * nobody else includes it.
 */
#ifndef COMMON_HTTPD_INNER_H
#define COMMON_HTTPD_INNER_H

#include <microhttpd.h>

#include "common/buf.h"
#include "common/framing.h"
#include "common/httpd.h"
#include "common/httpd_tls.h"

#define HTTPD_NUL "a line of the head holds a NUL, is folded, or has no name " \
    "before its colon"

/* A body of at most this many bytes is not counted in httpd.bodies, and its
 * memory may be kept for the next one. */
enum { HTTPD_SMALL = 64 * 1024 };

/* What the library gets for a head besides -H: for what it notes of each
 * header, and for the head of the answer. */
enum { HTTPD_HEAD_EXTRA = 2048 };

/* The state of a connection. */
enum phase {
	P_NEW,		/* nothing complete has come yet */
	P_IDLE,		/* between two requests */
	P_HEAD,		/* a request line has come */
	P_BODY,		/* the head has come */
	P_REST,		/* waits for the handler's answer */
	P_REPLY,	/* the answer is being sent */
	P_DEAD		/* told to go away; what it sends is thrown away */
};

struct conn {
	struct httpd *h;
	struct conn *prev, *next;
	struct MHD_Connection *mc;
	int fd;
	enum phase phase;
	int64_t deadline;	/* clock_mono(); 0: none */
	int unread;		/* fruitless runs that left its bytes unread */
	int ended;		/* the peer has said that it sends no more */
	int heard;		/* bytes came, where the system does not
				 * count them */
	struct peer peer;
	int asked_cert;
	struct cert *cert;	/* NULL: it has none */
	struct work *work;	/* its request under way, or NULL */
};

/* The verified certificate of a client. */
struct cert {
	char sum[TLS_FINGERPRINT], name[TLS_SUBJECT];
};

/* All of a request; its public part comes first. */
struct work {
	struct httpd_request pub;
	struct conn *conn;
	struct work *next;	/* in the free list */
	int begun;		/* its head has been judged */
	int head_seen;		/* the handler knows about it */
	struct framing framing;
	struct buf body;
	size_t counted;		/* bytes of body.cap counted in httpd.bodies */
	uint64_t thrown;	/* bytes of a refused body */
	const char *raw;	/* the target as it is in the head */
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
	int64_t now;		/* time of this run */
	int64_t sweep_at;	/* no deadline is earlier */
	int called;		/* this run had something for us */
	int vain;		/* fruitless runs in a row */
	int forestalled;	/* what the library says next was answered */
	int draining;
	int64_t drain_end;	/* clock_mono() */
};

/* Set how many seconds a connection has for its next step. */
void httpd_deadline(struct conn *, int seconds);

/* Answer without libmicrohttpd, for a request that is not complete, and throw
 * away whatever else comes. */
void httpd_abort(struct conn *, int status, const char *detail);

/* How connections end, in every turn: first those whose deadline has passed,
 * then those whose peer has ended, then those among the latter that got their
 * answer. */
void httpd_conn_sweep(struct httpd *);
void httpd_conn_ends(struct httpd *);
void httpd_conn_settle(struct httpd *);

/* The peer sends no more: refuse a request that is under way. */
void httpd_conn_cut(struct conn *);

/* After fruitless runs: refuse the connections that the library ignores. */
void httpd_conn_deaf(struct httpd *);

/* Tell the handler about an answer that is not its own; once for each request,
 * and not if the request is answered already. */
void httpd_tell(struct conn *, int status);

/* Watch a new connection for the end of its peer, and for its first bytes. */
void httpd_conn_watch(struct conn *);

/* httpd_line.c: parts of a request are hidden from the library under this
 * header name, which is recognised by its address. */
extern const char httpd_cookie[];
void *httpd_cb_line(void *cls, const char *uri, struct MHD_Connection *);
size_t httpd_cb_unescape(void *cls, struct MHD_Connection *, char *s);

/* httpd_head.c: take the method, the headers and who the peer is into pub.http:
 * 0, or -1 if the head has something that the library did not report.  And
 * whether the head leaves room for that of an answer. */
int httpd_head_read(struct work *, const char *method, const char *version);
int httpd_head_fits(const struct work *);

/* libmicrohttpd's callbacks that httpd_request.c has. */
enum MHD_Result httpd_cb_access(void *cls, struct MHD_Connection *,
    const char *url, const char *method, const char *version,
    const char *data, size_t *size, void **con_cls);
void httpd_cb_over(void *cls, struct MHD_Connection *, void **con_cls,
    enum MHD_RequestTerminationCode);

/* httpd_work.c: an empty request of a connection; end the request that a
 * connection has, if any, and tell the handler. */
struct work *httpd_work_new(struct conn *);
void httpd_work_over(struct conn *);
void httpd_spare_release(struct httpd *);

#endif
