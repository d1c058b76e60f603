/*
 * The engine of loya-recv: from a request to rows that are safe on the disk,
 * and to the answer.  No socket, no loop, no thread.  For each request:
 *
 *   receive_head()      may already refuse it
 *   receive_request()   1: answer; 0: it has something for the store
 *   receive_commit()    any number of deliveries in one transaction; the only
 *                       call that another thread may make
 *   receive_finish()    the answer, after the commit
 *   receive_lines()     what is new, for a reader of standard output
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

/* A change to a token, for the committing thread to write. */
struct token_job {
	enum { TOKEN_ISSUE, TOKEN_REVOKE, TOKEN_USE } what;
	const struct issuer *issuer;
	struct issued token;
	int64_t at;
	int64_t recorded;	/* the record has all changes up to this */
	char text[TOKEN_TEXT];	/* TOKEN_ISSUE: the result; to be wiped */
};

/* What a request has for the store, or what the engine itself has. */
struct delivery {
	/* filled by the caller */
	const struct http_request *http;
	struct arena *arena;	/* lives until receive_over() */
	void *owner;

	/* for the commit */
	struct row *row;
	size_t nrow;
	unsigned char *fresh;	/* per row: it is new */
	const unsigned char *compact;	/* per row: its body is JSON without
				 * white space between tokens; or NULL */
	struct refusal_count *refusal;
	size_t nrefusal;
	struct token_job *job;	/* or NULL */
	int probe;		/* find out whether the store can be written */
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
	int wipe;		/* the request has a secret in the clear */
	const char *token;	/* id of the one it came with, or NULL */
	char *secret;		/* crypt_alloc()ed body of the answer */
	int guess;		/* a secret was wrong: a server that cannot
				 * count failures answers slowly */
	struct answer *good;	/* the hook's answer, once it is committed */
	struct answer *answer;	/* own, or one of the hook's */
	struct answer own;
	struct delivery *next;	/* in whichever list it is */
};

/* Load the hooks (hooks_load(), asked as there).  backlog: how many events may
 * wait before /health reports it; 0: any number.  Only the main file of the
 * store is used, and only for reading. */
int receive_new(struct receiver **, const char *confdir, struct store *,
    int64_t backlog, int asked, struct err *);
void receive_free(struct receiver *);

/* Read configuration and secrets again; if that fails the old ones stay. */
int receive_reload(struct receiver *, struct err *);

/* Its present hooks; hooks_take() those that are to outlive a reload. */
struct hooks *receive_hooks(struct receiver *);

/* d must be zero except for what the caller fills in.  Returns 1 with
 * d->answer: a wrong path or method; 0: accept the body. */
int receive_head(struct receiver *, struct delivery *d);

/* Instead of all other calls, if there is no receiver because of rc: d is as
 * above, and d->answer is a 503 that reveals no more about us than /health. */
void receive_closed(struct delivery *d, int rc);

/* Authenticate the request and split it into events.  1: d->answer is there; 0:
 * d must go through receive_commit() and receive_finish(). */
int receive_request(struct receiver *, struct delivery *d);

/* What is kept from one commit to the next; zero at first. */
struct commits {
	int64_t safe;		/* the newest row known to be durable */
	struct seldom refused;	/* deliveries that people are warned of */
};

/*
 * Store a list of deliveries: as many as is reasonable in one transaction,
 * never part of one.  Each gets its rc; warns of those not stored, once a
 * minute.  Returns 0, or E_IO if it is unknown what is on the disk: then the
 * program must end once it has answered.
 */
int receive_commit(struct store *, struct delivery *list, struct commits *);

/* After the last commit: warns of what was not reported yet. */
void receive_committed(struct commits *);

/* Set d->answer by its rc. */
void receive_finish(struct receiver *, struct delivery *d);

/*
 * What the engine itself has for the store at time now (counted refusals); it
 * still belongs to the engine, and goes through receive_commit() and
 * receive_finish().  NULL: nothing is due.  all: everything there is, not only
 * what is due.
 */
struct delivery *receive_due(struct receiver *, int64_t now, int all);

/* Milliseconds until something will be due; -1: nothing is waiting. */
int receive_due_in(const struct receiver *, int64_t now);

/* A line for each new row of d (loya-event(5)), one after the other.  If there
 * is no hook, rows that hold a line of loya's own are printed as that line. */
void receive_lines(const struct delivery *d, struct buf *);

/* Whether a line is byte for byte the one for a row whose body is compact JSON.
 * The buffer is scratch space. */
int receive_is_line(const struct row *, const char *line, size_t n,
    struct buf *);

/* Release what a delivery holds, and wipe secrets that came with it.  d may be
 * in its own arena, and is then gone. */
void receive_over(struct delivery *d);

#endif
