/*
 * The answer to a request, as plain data.  Errors are problem details (RFC
 * 9457).  The strings of an answer live in the request's arena or are
 * constants.
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
	/* An answer that is given many times unchanged: the server caches what
	 * it built from it here, until answer_release(). */
	int constant;
	void *made;
	void (*unmake)(void *made);
};

/* Empty it and set the status. */
void answer_init(struct answer *, int status);

/* Add a header; at most ANSWER_HEADERS. */
void answer_header(struct answer *, const char *name, const char *value);

/* Set a JSON body; text is kept, not copied. */
void answer_json(struct answer *, int status, const char *text, size_t len);

/* Set problem details with this detail and the title of the status, built in
 * the arena. */
void answer_problem(struct answer *, struct arena *, int status,
    const char *detail);

/* The standard phrase of a status that loya uses ("Not Found"). */
const char *answer_title(int status);

/* Needed only for a constant answer.  NULL is allowed. */
void answer_release(struct answer *);

#endif
