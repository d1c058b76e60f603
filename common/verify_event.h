/*
 * Shared by verify_event.c, verify_state.c, verify_due.c, verify_pending.c,
 * verify_over.c and verify_erased.c: what the record says became of the events.
 * Nobody else includes this.
 */
#ifndef COMMON_VERIFY_EVENT_H
#define COMMON_VERIFY_EVENT_H

#include "common/progress.h"
#include "common/slots.h"
#include "common/verify_part.h"

/* An event about which there is more to say than that it was applied. */
struct said {
	int64_t seq;		/* inbox row; the key */
	int64_t try;		/* number of its newest try, as rows say */
	int64_t at;		/* time of its newest row */
	int64_t timed;		/* the last try in which something of it was
				 * scheduled; 0: none */
	int part_replaced;	/* some of that has been replaced since */
	int ever_replaced;	/* something of it was, in any try: it may wait
				 * again, with no row, once what replaced it was
				 * applied */
	enum event_state state;	/* in the newest try */
	char why[32];		/* "": nothing to say */
	unsigned ever;		/* a bit for each state that it was in */
	int silent;		/* a row was emptied */
	unsigned hidden;	/* as ever, by such rows, in some try */
	int otherwise;		/* it may well be in another state */
};

/* A row says that an event waits: for a time, or (due 0) for a record to become
 * known; or (ANY_TIME) that it may do so again. */
enum { ANY_TIME = -1 };

struct waits {
	int64_t seq, due, try;
	int64_t audit;		/* the row that says so */
	uint64_t whom;
	uint64_t member;	/* key of its trail; 0: not known */
	int of_two;		/* two match: not noted by old releases */
};

/* Marks of an inbox row: an audit row is about it; there is more to say about
 * it; table event, too, says more than "applied". */
enum { SPOKEN = 1, ODD = 2, SEEN = 4 };

struct events {
	int64_t last;		/* of event: all later rows are new */
	unsigned char *mark;	/* by row of the inbox */
	struct slots said;	/* of struct said */
	struct waits *wait;
	size_t nwait, cap_wait;
};

/* What is said about event seq; NULL: nothing, or only that it was applied. */
struct said *verify_said(struct events *, int64_t seq);

/* A hash of a source and an external id. */
uint64_t verify_whom(const struct verify *, const char *source,
    const char *external_id);

/*
 * verify_due.c: put entries in the order of event and person; whether a list in
 * this order has an entry of both.  The functions that take struct events want
 * its list to be in this order.
 */
void verify_waits_sort(struct waits *, size_t n);
int verify_waits_has(const struct waits *, size_t n, int64_t seq,
    uint64_t whom);

/* Whether an entry still waits for its time: noted by the last try that said
 * so, and later than the newest row. */
int verify_is_to_come(const struct waits *, const struct said *);

/* When an event with several times is due next, after its last try; 0: never.
 * Whether a part of it is still to come at that time; whether any audit row
 * says that it was. */
int64_t verify_next_due(const struct events *, const struct said *);
int verify_is_due_at(const struct events *, const struct said *, int64_t due);
int verify_was_due_at(const struct events *, int64_t seq, int64_t due);

/* Whether the newest try went through the changes of the event one by one. */
int verify_is_whole(const struct said *);

/* verify_pending.c: table pending: 0 or <0. */
int verify_pending(struct verify *);

/* verify_erased.c: whether a person named in audit row seq, who was not a
 * member then, has since been erased: 1, 0, <0. */
int verify_was_erased(struct verify *, int64_t seq);

/*
 * verify_over.c: whether event seq is the end of a snapshot that a newer one
 * superseded, or that ended a second time, which settles what was held (rows
 * saying so were emptied by earlier releases); and whether one that was held as
 * incomplete was complete after all.  The record has the consequences once all
 * members were looked at, or never if a newer one came first: 1, 0, <0.
 */
int verify_is_over(struct verify *, int64_t seq);
int verify_is_complete(struct verify *, const struct said *);

#endif
