/*
 * The parts of the HTTP client: httpc.c asks, httpc_answer.c takes the answer.
 */
#ifndef COMMON_HTTPC_INNER_H
#define COMMON_HTTPC_INNER_H

#include <netinet/in.h>

#include "common/httpc.h"

/* A call under way. */
struct httpc_running {
	const struct httpc_request *request;
	struct httpc_answer *answer;
	size_t max, cap, headers;
	int plain;		/* http: loopback only */
	int refused, over;	/* why we ended it */
	char peer[INET6_ADDRSTRLEN];
	char *text;		/* the request's headers, crypt_alloc()ed */
	struct curl_slist *list;	/* over them */
};

/* Empty the answer; and what libcurl calls with what came, ctx being the
 * struct httpc_running.  They return how much they took: all, or 0 to end the
 * call. */
void httpc_answer_init(struct httpc_running *);
size_t httpc_take_body(char *, size_t size, size_t n, void *ctx);
size_t httpc_take_header(char *, size_t size, size_t n, void *ctx);

#endif
