/*
 * The engine of loya-recv: from a request to rows that are safe on the disk,
 * and to the answer.  No socket, no loop, no thread.  For each request:
 *
 *   receive_head()      may refuse already
 *   receive_request()   1: answer; 0: it has something for the store
 *   receive_commit()    any number of deliveries in one transaction; the only
 *                       call that may be made by another thread
 *   receive_finish()    the answer, after the commit
 *   receive_lines()     what is new, for whoever reads along
 *   receive_over()      always
 */
#ifndef COMMON_RECEIVE_H
#define COMMON_RECEIVE_H

#include <stddef.h>
#include <stdint.h>

#include "common/answer.h"
#include "common/hooks.h"
#include "common/refusals.h"
#include "common/row.h"
#include "common/seldom.h"
#include "common/store.h"

struct buf;
struct receiver;
struct route;

enum { RECEIVE_LINE = 4 * 1024 * 1024 };	/* bytes of a line */

/* Something about a token that the committing thread writes. */
struct token_job {
	enum { TOKEN_ISSUE, TOKEN_REVOKE, TOKEN_USE } what;
	const struct issuer *issuer;
	struct issued token;
	int64_t at;
	int64_t recorded;	/* changes up to here are in the record */
	char text[TOKEN_TEXT];	/* TOKEN_ISSUE: what came of it; wiped */
};

/* What one request brings, or what the engine itself has for the store. */
struct delivery {
	/* filled by the caller */
	const struct http_request *http;
	struct arena *arena;	/* lives until receive_over() */
	void *owner;

	/* for the commit */
	struct row *row;
	size_t nrow;
	unsigned char *fresh;	/* per row: it was not there before */
	const unsigned char *compact;	/* per row: its body is JSON without
				 * white space between tokens; or NULL */
	struct refusal_count *refusal;
	size_t nrefusal;
	struct token_job *job;	/* or NULL */
	int probe;		/* try whether the store can be written */
	int64_t last;		/* newest row; only for a probe */
	int rc;			/* of its transaction */

	/* the engine's own */
	struct hooks *hooks;
	struct hook *hook;
	const struct route *route;
	enum {
		DENY_SIGNATURE, DENY_PLAIN, DENY_TOKEN, DENY_SCOPE, DENY_CLIENT,
		DENY_BODY
	} denied;
	int status;		/* of DENY_BODY, and why */
	const char *detail;
	int wipe;		/* the request holds a secret in the clear */
	const char *token;	/* id of the one it came with, or NULL */
	char *secret;		/* crypt_alloc()ed body of the answer */
	int guess;		/* a secret was wrong: who cannot count
				 * failures answers slowly */
	struct answer *good;	/* the hook's, when it is committed */
	struct answer *answer;	/* own, or one of the hook's */
	struct answer own;
	struct delivery *next;	/* in whatever list it is in */
};

/* Load the hooks (hooks_load()).  backlog: events that may wait before
 * /health says so; 0: any number.  The store is only read, and only its main
 * file. */
int receive_new(struct receiver **, const char *confdir, struct store *,
    int64_t backlog, struct err *);
void receive_free(struct receiver *);

/* Read configuration and secrets again; when that fails the old ones stay. */
int receive_reload(struct receiver *, struct err *);

struct hooks *receive_hooks(struct receiver *);

/* d must be zero besides what the caller fills.  Returns 1 with d->answer: a
 * wrong path, method or place; 0: let the body come. */
int receive_head(struct receiver *, struct delivery *d);

/* Instead of all other calls, where there is no receiver, because of rc: d is
 * as above, and d->answer is a 503 which tells no more of us than /health. */
void receive_closed(struct delivery *d, int rc);

/* Authenticate and take apart.  1: d->answer is there; 0: d must go through
 * receive_commit() and receive_finish(). */
int receive_request(struct receiver *, struct delivery *d);

/* What is known from one commit to the next; zero at first. */
struct commits {
	int64_t safe;		/* the newest row that is known to be durable */
	struct seldom refused;	/* deliveries, of which people are told */
};

/*
 * Store a list of deliveries: as many as reasonable in one transaction, each
 * whole.  Every one gets its rc; warns of those that are not stored, once a
 * minute.  Returns 0, or E_IO when it is unknown what the disk holds: then the
 * program must end once it has answered.
 */
int receive_commit(struct store *, struct delivery *list, struct commits *);

/* Behind the last one: warns of what was not told yet. */
void receive_committed(struct commits *);

/* d->answer from its rc. */
void receive_finish(struct receiver *, struct delivery *d);

/* What the engine has for the store by itself (counted refusals), at time now;
 * it belongs to the engine, goes through receive_commit() and comes back to
 * receive_finish().  NULL: nothing is due.  all: whatever there is, not only
 * what is due. */
struct delivery *receive_due(struct receiver *, int64_t now, int all);

/* Milliseconds until something will be due; -1: nothing is waiting. */
int receive_due_in(const struct receiver *, int64_t now);

/* A line for each new row of d (loya-event(5)), one behind the other.  Without
 * a hook rows that are lines of loya's own are told as these. */
void receive_lines(const struct delivery *d, struct buf *);

/* Whether a line is the one that a row of a JSON body in compact form is told
 * as, byte for byte.  The buffer is room for parts of it. */
int receive_is_line(const struct row *, const char *line, size_t n,
    struct buf *);

void receive_over(struct delivery *d);

#endif
