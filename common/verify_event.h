/*
 * What verify_event.c, verify_waiting.c, verify_over.c and verify_erased.c
 * share: what the record says became of the events.  Nobody else includes this.
 */
#ifndef COMMON_VERIFY_EVENT_H
#define COMMON_VERIFY_EVENT_H

#include "common/progress.h"
#include "common/slots.h"
#include "common/verify_part.h"

/* An event of which there is more to say than that it was applied. */
struct said {
	int64_t seq;		/* of the inbox; the key */
	int64_t try;		/* that its newest row is of, as rows say */
	int64_t at;		/* of its newest row */
	int64_t timed;		/* the try that said last what waits for its
				 * time; 0: none */
	int less;		/* some of that was replaced since */
	int replaced;		/* ever: it may wait again, without a word,
				 * once what replaced it was applied */
	enum event_state state;	/* in the newest try */
	char why[32];		/* "": nothing to say */
	unsigned ever;		/* a bit for each state that it was in */
	int silent;		/* a row was emptied */
	unsigned hidden;	/* as ever, by such rows: in whichever try */
	int otherwise;		/* it may well be in another state */
};

/* A row says that an event waits: for a time, or (due 0) for somebody; or may
 * do so again (ANY_TIME). */
enum { ANY_TIME = -1 };

struct waits {
	int64_t seq, due, try;
	int64_t audit;		/* the row that says so */
	uint64_t whom;
	uint64_t member;	/* key of its trail; 0: nobody is known */
	int of_two;		/* two match: releases before did not note it */
};

/* What is known of a row of the inbox: a row of the record is about it; there
 * is more to say; table event says more than "applied", too. */
enum { SPOKEN = 1, ODD = 2, SEEN = 4 };

struct events {
	int64_t last;		/* of event: behind it everything is new */
	unsigned char *mark;	/* by row of the inbox */
	struct slots said;	/* of struct said */
	struct waits *wait;
	size_t nwait, cap_wait;
};

/* What is said of event seq; NULL: no more than that it was applied, or
 * nothing. */
struct said *verify_said(struct events *, int64_t seq);

/* A hash of a source and an external id. */
uint64_t verify_whom(const struct verify *, const char *source,
    const char *external_id);

/* verify_erased.c: whether somebody whom row seq of the record names, and who
 * was no member then, was erased since: 1, 0, <0. */
int verify_was_erased(struct verify *, int64_t seq);

/* verify_over.c: whether event seq is the end of a snapshot that a newer one
 * superseded, or that ended once more, which settles what was held (releases
 * before emptied rows that say so); whether one that was held as incomplete
 * was complete after all.  What comes of that the record has once everybody
 * was looked at, or not at all, when a newer one came before: 1, 0, <0. */
int verify_is_over(struct verify *, int64_t seq);
int verify_is_complete(struct verify *, const struct said *);

#endif
