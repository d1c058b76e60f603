/*
 * push.rest as it was read: which request an event is sent with, and what an
 * answer says about each row that was sent.  Pure.
 */
#ifndef COMMON_REST_H
#define COMMON_REST_H

#include <stddef.h>
#include <stdint.h>

#include "common/map_template.h"

/* The longest value of a header. */
enum { REST_HEADER = 1024 };

struct rest_header {
	const char *name;
	struct map_text *value;
};

struct rest_codes {
	const char **code;
	size_t n;
};

/* How an answer is judged.  REST_QUOTA_REST is the default of quota_rest. */
enum { REST_QUOTA_REST = 900 };

struct rest_answer {
	const char *results;	/* pointer to an array with an element for each
				 * row; NULL: the answer itself is the result */
	struct value *index;	/* of a result: which row it is about; NULL:
				 * they are in the order of the rows */
	struct cond *ok;	/* of a result; NULL: 2xx is enough */
	struct value *error;	/* the code of a result */
	struct value *fault;	/* the code of an answer as a whole */
	struct value *message;	/* the words of either */
	struct cond *final;	/* of an answer: trying again is useless */
	struct rest_codes done, transient, token, quota;
	int64_t quota_rest;	/* seconds */
};

struct rest_request {
	const char *name;
	const char **on;	/* types of events */
	size_t non;
	struct cond *when;	/* or NULL */
	const char *method;
	struct map_text *url;
	struct rest_header *header;
	size_t nheader;
	struct map_body *body;	/* NULL: none */
	int64_t batch;		/* most rows in a request */
	int echo;		/* also what came from this system */
	int create;		/* also for members without a link */
	int coalesce;		/* the newest state covers older events */
	struct rest_answer answer;
};

struct rest {
	struct rest_request *request;
	size_t n;
	const char *links;	/* the source whose external ids are used */
	const char *base;	/* of pull, which an answer with a token may
				 * replace; NULL: what addresses say holds */
	const char *user;	/* Basic authentication, or NULL */
	const char *header;	/* in which a secret is sent: Authorization for
				 * Basic; NULL: none is */
	const char *prefix;	/* in front of it there */
	const char *credential;	/* the name of that secret, or password */
	const char **secret;	/* names of secrets in bodies, for loya-token */
	size_t nsecret;
	int unlinked_dead;
};

/* The first request for this type of event whose condition holds, or NULL. */
const struct rest_request *rest_choose(const struct rest *, const char *type,
    const struct map_sight *);

/* Whether every event of this type is sent with this request, whatever
 * it says. */
int rest_same(const struct rest *, const struct rest_request *,
    const char *type);

/* The number of rows in its largest request. */
int64_t rest_batch(const struct rest *);

/*
 * What an answer says.  REST_EACH: something different about each row.
 * REST_STATUS: nothing beyond its status.  REST_STRANGE: a success that is not
 * in the promised form.  REST_UNKNOWN: nothing about this row.
 */
enum rest_end {
	REST_OK, REST_TRANSIENT, REST_DEAD, REST_UNKNOWN, REST_STRANGE,
	REST_TOKEN, REST_QUOTA, REST_STATUS, REST_EACH
};

struct rest_verdict {
	enum rest_end end;
	const char *code, *message;	/* NULL: none */
	const char *text;	/* the result as it came, or NULL */
	size_t len;
};

/* Judge an answer to n rows.  v[n] is filled if the result is REST_EACH.
 * Strings are in the arena or point into the body. */
void rest_judge(const struct rest_answer *, int status, const char *body,
    size_t len, struct arena *, struct rest_verdict *answer,
    struct rest_verdict *v, size_t n);

#endif
