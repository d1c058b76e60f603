/*
 * What a request is answered with, as plain data.  Errors are problem details
 * (RFC 9457).  The texts of an answer live in the request's arena or for ever.
 */
#ifndef COMMON_ANSWER_H
#define COMMON_ANSWER_H

#include <stddef.h>

#include "common/arena.h"
#include "common/http.h"

enum { ANSWER_HEADERS = 3 };

struct answer {
	int status;
	const char *type;	/* Content-Type; NULL: there is no body */
	const char *body;
	size_t len;
	struct http_header header[ANSWER_HEADERS];
	size_t nheader;
	int close;		/* the connection cannot be used any more */
	/* An answer that is given many times unchanged: the server keeps what
	 * it made of it here, until answer_release(). */
	int constant;
	void *made;
	void (*unmake)(void *made);
};

/* Empty it and set the status. */
void answer_init(struct answer *, int status);

/* One header more; at most ANSWER_HEADERS. */
void answer_header(struct answer *, const char *name, const char *value);

/* A JSON body; text is kept, not copied. */
void answer_json(struct answer *, int status, const char *text, size_t len);

/* Problem details with the status's own title and this detail, made in the
 * arena. */
void answer_problem(struct answer *, struct arena *, int status,
    const char *detail);

/* The standard phrase of a status that loya uses ("Not Found"). */
const char *answer_title(int status);

/* Only needed for a constant one.  NULL is allowed. */
void answer_release(struct answer *);

#endif
