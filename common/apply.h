/*
 * The apply engine: works off the inbox by the rules of applying (loya(7)).  An
 * event, its audit rows, its outbox rows and its event row are committed
 * together.  It knows nothing of stdin, stdout and main loops.
 *
 *	apply_new(), then as often as you like:
 *	apply_line() for lines that came, apply_step() until it did nothing,
 *	print apply_output() and empty it;
 *	apply_free().
 */
#ifndef COMMON_APPLY_H
#define COMMON_APPLY_H

#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/source.h"
#include "common/store.h"

struct apply;

/*
 * The store must be open in ROLE_APPLY.  Nothing is written before the first
 * step, which also recomputes the members if the rules of matching or of
 * authority have changed since the last run.  dry: everything from the first
 * step on happens in one transaction, which apply_give_back() rolls back; other
 * programs that write to the store wait until then (loya-recv only if there
 * were lines).
 */
struct apply *apply_new(struct store *, const struct config *, int dry);
void apply_free(struct apply *);

/* Between steps: switch to another configuration, which takes effect as in
 * apply_new().  The old one is not used any more. */
void apply_use(struct apply *, const struct config *);

/*
 * Whether the last step ended with E_CONF because another process has meanwhile
 * brought the members in line with other rules.  To go on, read the files again
 * and give them to apply_use().  If they still say what they said before, the
 * next step fails the same way: two processes are working from different files.
 */
int apply_is_outdated(const struct apply *);

/*
 * Take a line (a CloudEvent, without its line feed).  If an inbox row stands
 * behind it, it is only a wake-up; otherwise it gets a row, which is durable
 * after the next apply_step().  E_DATA with *e if the line is not in the
 * promised form.
 */
int apply_line(struct apply *, const char *line, size_t len, struct err *);

/* Put these around many lines that are at hand: their rows are looked up in one
 * transaction.  In between, call nothing but apply_line(). */
int apply_lines_begin(struct apply *, struct err *);
void apply_lines_end(struct apply *);

/*
 * Do one batch of what is waiting: due events, then new inbox rows.  *did is
 * the number of events decided, 0 if nothing was waiting.  On an error nothing
 * of the batch has happened.
 */
int apply_step(struct apply *, int *did, struct err *);

/* Whether a complete snapshot has yet to be searched for missing members, which
 * apply_step() does when everything else is done: 1, 0, <0. */
int apply_snapshot_waits(struct apply *, struct err *);

/* What a person decides about an event: to dismiss it, or to retry a held,
 * refused or unread one. */
struct apply_choice {
	int64_t seq;
	int dismiss;
};

/*
 * Do the first of n > 0 choices, as many as a transaction may take; *did is how
 * many, at least one.  On an error *did is 0 and nothing has happened; it is
 * about the first of them.  E_NO if its state does not allow it, E_NOTFOUND if
 * there is no such event.
 */
int apply_choices(struct apply *, const struct apply_choice *, size_t n,
    size_t *did, struct err *);

/* Lines (with line feeds) about what is committed.  The caller empties the
 * buffer. */
struct buf *apply_output(struct apply *);

/* End a dry run: nobody else has to wait any more. */
void apply_give_back(struct apply *);

/* How many events have been refused or held so far; any makes the exit status
 * 1. */
int64_t apply_refusals(const struct apply *);

/*
 * Tell people, as news, how many events were refused and held since this was
 * last told, and where they are listed: a second after the first of them, then
 * at most once a minute, and whatever is left when last is set.  Call after
 * each step.
 */
void apply_tell(struct apply *, int last);

/* When the next scheduled event is due; INT64_MAX: never. */
int64_t apply_next_due(const struct apply *);

#endif
