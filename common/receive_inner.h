/*
 * What the files of the receive engine share; nobody else includes it.
 */
#ifndef COMMON_RECEIVE_INNER_H
#define COMMON_RECEIVE_INNER_H

#include "common/receive.h"

/* What was learnt about the store last, for /health. */
struct health {
	int known;
	int64_t at;		/* clock_mono() */
	int rc;
	int failed;		/* of a write: E_FULL or E_IO, else 0 */
	int64_t failed_at;
	int64_t last;		/* newest row of the inbox */
};

struct receiver {
	char *confdir;
	struct store *store;
	struct hooks *hooks;
	struct refusals refusals;
	struct delivery due;	/* counted refusals on their way */
	int due_away;
	int64_t due_at;
	int64_t backlog;	/* limit, 0: none */
	struct health health;
};

/* Answer with problem details: 1. */
int receive_problem(struct delivery *, int status, const char *detail);

/* OPTIONS and GET, like receive_request(). */
int receive_handshake(struct receiver *, struct delivery *);
int receive_health(struct receiver *, struct delivery *);

/* Learn from the outcome of a commit. */
void receive_note(struct receiver *, const struct delivery *);
void receive_health_answer(struct receiver *, struct delivery *);

#endif
