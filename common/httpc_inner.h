/*
 * The parts of the HTTP client: httpc.c asks and waits, httpc_many.c asks many
 * at a time, httpc_easy.c tells libcurl what is asked, httpc_headers.c makes
 * its headers, httpc_answer.c takes the answer, httpc_sockets.c knows which
 * sockets are waited for.
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
	int over;		/* the same: it is too long */
	int stopped;		/* the same: take has enough */
	int good;		/* the status line says 2xx */
	int trailing;		/* the headers have ended */
	char peer[INET6_ADDRSTRLEN];
	char *text;		/* the request's headers, crypt_alloc()ed */
	struct curl_slist *list;	/* over them */
	struct httpc_sockets *sockets;	/* that has its own, or NULL */
	char detail[HTTPC_DETAIL];	/* libcurl's words */
};

/*
 * What a handle was made ready for and still is.  Most requests of a handle are
 * like the one before, and to say all of it again costs as much as to read the
 * answer.  Only for those that are ordinary.
 */
struct httpc_ready {
	int is;
	char url[HTTPC_URL];
	void *address;		/* the same, read: CURLU */
	struct httpc_request like;	/* its address apart */
	char method[16];
	char ca[HTTPC_URL];
};

/* The headers of the request, in memory that is wiped when they are not
 * ordinary; httpc_end() gives it back.  E_DATA: one that cannot be a header. */
int httpc_make_headers(struct httpc_running *, struct err *);

/* From here on what libcurl gives back is wiped. */
void httpc_secret(void);

/*
 * Make ready an easy handle (CURL *, whose name only the fence knows) for the
 * request of a zeroed struct; and, after libcurl gave a CURLcode, take the
 * answer's status and make the handle ready for another one.  Whatever begin
 * returns, the answer wants its release; after its failure there is no end.
 * The struct httpc_ready is zeroed for a new handle, and goes with the same
 * struct httpc_running each time; or NULL.  It is released behind the handle.
 */
int httpc_begin(void *easy, struct httpc_running *, struct httpc_ready *,
    struct err *);
int httpc_end(void *easy, struct httpc_running *, struct httpc_ready *,
    int code, struct err *);
void httpc_ready_release(struct httpc_ready *);

/*
 * The epoll of httpc_many.c; NULL with errno.  A socket that was told to be
 * opened must be told to be closed (s may be NULL for both).  events are of
 * epoll, 0: none any more; -1 with errno.  Ask of each socket that epoll names
 * whether it is wanted: if not, it is not named again.
 */
struct httpc_sockets;
struct httpc_sockets *httpc_sockets_new(void);
void httpc_sockets_free(struct httpc_sockets *);
int httpc_sockets_fd(const struct httpc_sockets *);
void httpc_sockets_opened(struct httpc_sockets *, int fd);
void httpc_sockets_closed(struct httpc_sockets *, int fd);
int httpc_sockets_want(struct httpc_sockets *, int fd, unsigned events);
int httpc_sockets_wanted(struct httpc_sockets *, int fd);

/* Empty the answer; and what libcurl calls with what came, ctx being the
 * struct httpc_running.  They return how much they took: all, or 0 to end the
 * call. */
void httpc_answer_init(struct httpc_running *);
size_t httpc_take_body(char *, size_t size, size_t n, void *ctx);
size_t httpc_take_header(char *, size_t size, size_t n, void *ctx);

#endif
