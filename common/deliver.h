/*
 * The delivery engine: joins the outbox, the record, the HTTP client and the
 * commands of exec targets.  It knows no standard input, no output and no main
 * loop.
 *
 *	deliver_new(), deliver_join(), then as often as you like
 *	deliver_step(), print deliver_output() and empty it;
 *	deliver_stop() and more steps until deliver_idle(); deliver_free().
 *
 * No transaction is open while it waits for anybody.  What ends together is
 * recorded in one transaction.  A crash in between never loses a delivery but
 * may send it again: its lease runs out, and it keeps its id.
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
	int resting, off;	/* targets in trouble, and turned off, that
				 * something waits for */
	int later;		/* targets with something waiting that has been
				 * tried before, by any process */
	int orphans;		/* of deliver_orphans() */
	int64_t orphaned;	/* what waits for them; not in waiting */
	int asked;		/* deliveries of deliver_again(); of these: */
	int asked_dead, asked_off, asked_waiting;	/* off: their target
				 * is */
	int targets, faulty;	/* all, and those that cannot be used: not
				 * there, incomplete, without a secret or with
				 * one of the wrong form */
};

/*
 * An engine for these sources, or for all that have a push (n 0).  The store
 * must be open as ROLE_PUSH; the key is looked for in confdir.  E_KEY.  A
 * source that does not exist, has no push or an incomplete one, or whose secret
 * is missing or of the wrong form does not keep others from being delivered to:
 * it is reported as a complaint and counted (faulty).  If it is the only one:
 * E_CONF.
 */
int deliver_new(struct deliver **, struct store *, const struct config *,
    const char *confdir, char *const *name, size_t n, struct err *);
void deliver_free(struct deliver *);

/*
 * Register this process as one that delivers, for as long as it lives; if no
 * other process does, take back what killed ones had leased.  Call once, before
 * the first deliver_step().  While another process is delivering, such leases
 * are only taken back when they run out.  E_BUSY: the store is busy; call
 * again.
 */
int deliver_join(struct deliver *, struct err *);

/*
 * Record what ended, lease and send what is due, then wait for answers or for
 * one of the descriptors, at most ms; with -1 for any time, but not at all once
 * it is idle.  E_BUSY: the store is busy; nothing is lost, call again.
 */
int deliver_step(struct deliver *, struct pollfd *, size_t n, int ms,
    struct err *);

/* There may be new deliveries: look for them at once. */
void deliver_wake(struct deliver *);

/* store_stands() of its store. */
int deliver_stands(const struct deliver *, struct err *);

/* Lease and send nothing more; what is under way runs to its end. */
void deliver_stop(struct deliver *);

/* Whether nothing is under way and nothing is due (after deliver_stop(): and
 * nothing is still held). */
int deliver_idle(const struct deliver *);

/* The target of delivery seq, for deliver_new(); E_NOTFOUND. */
enum { DELIVER_TARGET = 65 };
int deliver_target(struct store *, int64_t seq, char target[DELIVER_TARGET],
    struct err *);

/*
 * Let dead deliveries wait again, all or none; deliver_survey() counts what
 * became of them.  seq remains the caller's and must stay.  E_NO: one is not
 * dead; E_CONF: the target of one does not belong to this engine; E_NOTFOUND.
 */
int deliver_again(struct deliver *, const int64_t *seq, size_t n,
    struct err *);

/* Turn on the targets that answered 410, end all rests, and make everything
 * that was put off due.  After an error some of it is done; call again. */
int deliver_on(struct deliver *, struct err *);

/*
 * Give up what now waits for a target that has no push any more: it becomes
 * dead, "dismissed", and the record says so.  It takes many rows per
 * transaction; whenever it ends, what is left is in order, and the next call
 * goes on.  No engine is needed.  E_NO: the target has a push, and force is 0.
 * E_CONF: there are no sources at all, and force is 0.  E_NOTFOUND: there is no
 * such source and never was.  What another process has leased is left to it,
 * and counted.
 */
struct deliver_dismissed {
	int64_t n, under_way;
};
int deliver_dismiss(struct store *, const struct config *,
    const char *target, int force, struct deliver_dismissed *, struct err *);

/* Pass to fn, in pieces, what would be sent now, as text with secrets masked.
 * Afterwards deliver_complaint() has the targets that are off and those of
 * deliver_orphans(), and deliver_resting() those that rest. */
int deliver_show(struct deliver *, void (*fn)(void *ctx, const struct buf *),
    void *ctx, struct err *);

/*
 * The next thing that people are to be told, or NULL: that a target has no
 * token, or cannot be sent to at all, and why; once, that a target is off; once
 * a minute, how many deliveries to a target are dead.  Valid until the next
 * call.
 */
const char *deliver_complaint(struct deliver *);

/* Count the targets that something waits for but that are not a source with a
 * push, and complain about each; only if the engine is for all targets. */
int deliver_orphans(struct deliver *, struct err *);

/* Nothing more will be done: what people would have been told later becomes a
 * complaint now. */
void deliver_conclude(struct deliver *);

/* Lines (with line feeds) about what is recorded.  The caller empties the
 * buffer. */
struct buf *deliver_output(struct deliver *);

/* What has been done so far. */
const struct deliver_count *deliver_count(const struct deliver *);

/* Count what waits, for people; costs a walk over an index.  A target that is
 * off while something waits for it is a complaint. */
int deliver_survey(struct deliver *, struct err *);

/* After deliver_survey() or deliver_show(): the next target that something
 * waited for and that was resting, and until when; NULL at the end.  *i is 0 at
 * first. */
const char *deliver_resting(const struct deliver *, size_t *i,
    int64_t *until);

#endif
