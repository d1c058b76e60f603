/*
 * The parts of the HTTP client: httpc.c asks and waits, httpc_many.c asks many
 * at a time, httpc_easy.c tells libcurl what is asked, httpc_answer.c takes the
 * answer.
 */
#ifndef COMMON_HTTPC_INNER_H
#define COMMON_HTTPC_INNER_H

#include <netinet/in.h>

#include "common/httpc.h"

enum { HTTPC_DETAIL = 256 };
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
	char peer[INET6_ADDRSTRLEN];
	char *text;		/* the request's headers, crypt_alloc()ed */
	struct curl_slist *list;	/* over them */
	char detail[HTTPC_DETAIL];	/* libcurl's words */
};

/*
 * Make ready an easy handle (CURL *, whose name only the fence knows) for the
 * request of a zeroed struct; and, after libcurl gave a CURLcode, take the
 * answer's status and make the handle ready for another one.  Whatever begin
 * returns, the answer wants its release; after its failure there is no end.
 */
int httpc_begin(void *easy, struct httpc_running *, struct err *);
int httpc_end(void *easy, struct httpc_running *, int code, struct err *);

/* Empty the answer; and what libcurl calls with what came, ctx being the
 * struct httpc_running.  They return how much they took: all, or 0 to end the
 * call. */
void httpc_answer_init(struct httpc_running *);
size_t httpc_take_body(char *, size_t size, size_t n, void *ctx);
size_t httpc_take_header(char *, size_t size, size_t n, void *ctx);

#endif
