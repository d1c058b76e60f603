/*
 * The parts of the HTTP client: httpc.c makes a request and waits, httpc_many.c
 * makes many at a time, httpc_easy.c describes a request to libcurl,
 * httpc_headers.c makes its headers, httpc_answer.c takes the answer,
 * httpc_sockets.c knows which sockets to wait for.
 */
#ifndef COMMON_HTTPC_INNER_H
#define COMMON_HTTPC_INNER_H

#include <netinet/in.h>

#include "common/httpc.h"

enum { HTTPC_DETAIL = 256, HTTPC_URL = 512 };
enum httpc_refused { REFUSED_NOT, REFUSED_PLAIN, REFUSED_PRIVATE };

/* A call under way. */
struct httpc_running {
	const struct httpc_request *request;
	struct httpc_answer *answer;
	size_t max, got, cap, headers;
	int plain;		/* http: loopback only */
	enum httpc_refused refused;	/* why we ended it */
	int over;		/* we ended it: the answer is too long */
	int stopped;		/* we ended it: take has enough */
	int good;		/* the status line says 2xx */
	int trailing;		/* the header section has ended */
	char peer[INET6_ADDRSTRLEN];
	char *text;		/* the request's headers, crypt_alloc()ed */
	struct curl_slist *list;	/* over them */
	struct httpc_sockets *sockets;	/* of httpc_many.c, or NULL */
	char detail[HTTPC_DETAIL];	/* libcurl's words */
};

/*
 * What a handle has been set up for and still is.  Most requests of a handle
 * are like the one before, and setting everything again costs as much as
 * reading the answer.  For ordinary requests only.
 */
struct httpc_ready {
	int is;
	char url[HTTPC_URL];
	void *address;		/* the URL, parsed: CURLU */
	struct httpc_request like;	/* the request, but for its URL */
	char method[16];
	char ca[HTTPC_URL];
};

/* Make the headers of the request, in memory that is wiped unless the request
 * is ordinary; httpc_end() frees it.  E_DATA: one of them is not a valid
 * header. */
int httpc_make_headers(struct httpc_running *, struct err *);

/* From here on, memory that libcurl frees is wiped. */
void httpc_secret(void);

/*
 * begin sets up an easy handle (CURL *; only the fence knows that name) for the
 * request of a zeroed struct.  end, after libcurl returned a CURLcode, takes
 * the status of the answer and makes the handle ready for another request.
 * Release the answer whatever begin returns; if it failed, do not call end.
 *
 * The struct httpc_ready is zeroed for a new handle, comes with the same struct
 * httpc_running each time, and is released after the handle; or it is NULL.
 */
int httpc_begin(void *easy, struct httpc_running *, struct httpc_ready *,
    struct err *);
int httpc_end(void *easy, struct httpc_running *, struct httpc_ready *,
    int code, struct err *);
/* Whether the whole answer is there, in HTTP/2, though libcurl goes on. */
int httpc_rests(void *easy, const struct httpc_running *);
void httpc_ready_release(struct httpc_ready *);

/*
 * The epoll of httpc_many.c; new returns NULL with errno on failure.  Report
 * every socket that is opened and closed (s may be NULL for both).  want:
 * events are those of epoll, 0 for none any more; -1 with errno.  For each
 * socket that epoll reports, ask whether it is wanted; if not, it will not be
 * reported again.
 */
struct httpc_sockets;
struct httpc_sockets *httpc_sockets_new(void);
void httpc_sockets_free(struct httpc_sockets *);
int httpc_sockets_fd(const struct httpc_sockets *);
void httpc_sockets_opened(struct httpc_sockets *, int fd);
void httpc_sockets_closed(struct httpc_sockets *, int fd);
int httpc_sockets_want(struct httpc_sockets *, int fd, unsigned events);
int httpc_sockets_wanted(struct httpc_sockets *, int fd);

/* Empty the answer; then libcurl's callbacks for what has come, ctx being the
 * struct httpc_running.  They return how many bytes they took: all, or 0 to end
 * the call. */
void httpc_answer_init(struct httpc_running *);
size_t httpc_take_body(char *, size_t size, size_t n, void *ctx);
size_t httpc_take_header(char *, size_t size, size_t n, void *ctx);

#endif
