/*
 * The engine of deliveries: the outbox, the record, the HTTP client and the
 * commands of exec targets together.  It knows no standard input, no output
 * and no main loop.
 *
 *	deliver_new(), deliver_join(), then as often as you like
 *	deliver_step(), print deliver_output() and empty it;
 *	deliver_stop() and more steps until deliver_idle(); deliver_free().
 *
 * No transaction is open while anybody is waited for.  What ends together is
 * recorded in one transaction.  Whatever happens in between, a delivery is
 * sent again and not lost: the lease ends, and its id is the same.
 */
#ifndef COMMON_DELIVER_H
#define COMMON_DELIVER_H

#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/source.h"
#include "common/store.h"

struct deliver;
struct pollfd;

struct deliver_count {
	int64_t sent, deferred, dead;
	int64_t waiting;	/* not done, as of deliver_survey() */
	int resting, off;	/* targets: in trouble, and turned off, that
				 * something waits for */
	int later;		/* targets: that something waits for which was
				 * tried, by whomever */
	int orphans;		/* of deliver_orphans() */
	int64_t orphaned;	/* what waits for them; not in waiting */
	int asked;		/* deliveries of deliver_again(); of these: */
	int asked_dead, asked_off, asked_waiting;	/* off: their target
				 * is */
	int targets, faulty;	/* all, and those that are none, lack something
				 * or whose secret is not set or none */
};

/*
 * For these sources, or for all that have a push (n 0).  The store must be
 * open as ROLE_PUSH; confdir is where the key is looked for.  E_KEY.  A source
 * that is not there or has no push, or has not all that it takes, or whose
 * secret is not set or none, keeps nobody else from being delivered to: it is a
 * complaint, and counted (faulty); it alone is E_CONF.
 */
int deliver_new(struct deliver **, struct store *, const struct config *,
    const char *confdir, char *const *name, size_t n, struct err *);
void deliver_free(struct deliver *);

/*
 * Say that this process delivers, for as long as it lives; when no other one
 * does, take back what those had leased that were killed.  Once, in front of
 * the first deliver_step().  While another one does, that waits for the end of
 * the leases.  E_BUSY: the store is; call again.
 */
int deliver_join(struct deliver *, struct err *);

/*
 * Record what ended, lease and send what is due, then wait for answers or for
 * one of the descriptors, no longer than ms; with -1 not at all once it is
 * idle.  E_BUSY: the store is; nothing is lost, call again.
 */
int deliver_step(struct deliver *, struct pollfd *, size_t n, int ms,
    struct err *);

/* There may be new deliveries: look at once. */
void deliver_wake(struct deliver *);

/* store_stands() of its store. */
int deliver_stands(const struct deliver *, struct err *);

/* Lease and send no more; what is under way goes on to its end. */
void deliver_stop(struct deliver *);

/* Nothing is under way and nothing is due (or, after deliver_stop(), held). */
int deliver_idle(const struct deliver *);

/* The target of a delivery, for deliver_new(); E_NOTFOUND. */
enum { DELIVER_TARGET = 65 };
int deliver_target(struct store *, int64_t seq, char target[DELIVER_TARGET],
    struct err *);

/* Let dead deliveries wait again, all or none; deliver_survey() tells what
 * became of them.  The caller keeps seq.  E_NO: one is not dead; E_CONF: the
 * target of one is none of this engine's; E_NOTFOUND. */
int deliver_again(struct deliver *, const int64_t *seq, size_t n,
    struct err *);

/* Turn the targets on that said 410, end their rest, and let all that is put
 * off be due.  After an error some of it is; call again. */
int deliver_on(struct deliver *, struct err *);

/*
 * Give up what waits now for a target that has no push any more: it is dead,
 * "dismissed", and the record says so.  Many rows a transaction; whenever it
 * ends, what is left is in order and the next call goes on.  No engine is
 * wanted.  E_NO: the target has push, and force is 0.
 * E_CONF: there is no source at all, and force is 0.  E_NOTFOUND: there is no
 * such source and never was.  What another process has
 * leased is left to it, and counted.
 */
struct deliver_dismissed {
	int64_t n, under_way;
};
int deliver_dismiss(struct store *, const struct config *,
    const char *target, int force, struct deliver_dismissed *, struct err *);

/* What would be sent now, as text with secrets masked, in pieces to fn; then
 * deliver_complaint() has which targets are off, and those of
 * deliver_orphans(), and deliver_resting() those that rest. */
int deliver_show(struct deliver *, void (*fn)(void *ctx, const struct buf *),
    void *ctx, struct err *);

/* The next of what people are to be told, or NULL: that a target has no token,
 * or cannot be sent to at all, and why; that one is off, once; how many
 * deliveries of one are dead, once a minute.  It is good
 * until the next call. */
const char *deliver_complaint(struct deliver *);

/* Targets that something waits for and that no source with a push is, where
 * all are delivered to: each is a complaint, and they are counted. */
int deliver_orphans(struct deliver *, struct err *);

/* Nothing more is done: what people would have been told later are complaints
 * now. */
void deliver_conclude(struct deliver *);

/* Lines (with line feeds) about what is recorded.  The caller empties it. */
struct buf *deliver_output(struct deliver *);

/* What was done so far. */
const struct deliver_count *deliver_count(const struct deliver *);

/* Count what waits: for people, costs a walk over an index.  A target that is
 * off and that something waits for is a complaint. */
int deliver_survey(struct deliver *, struct err *);

/* Behind deliver_survey() or deliver_show(): the next target of those that
 * something waits for and that rested then, and until when; NULL at the end.
 * *i is 0 at first. */
const char *deliver_resting(const struct deliver *, size_t *i,
    int64_t *until);

#endif
