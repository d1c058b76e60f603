/*
 * The apply engine: works off the inbox by the rules of applying (loya(7)),
 * one event in one transaction with its audit rows, its outbox rows and its
 * event row.  It knows nothing of stdin, stdout and main loops.
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
 * step, which also brings the members in line when the rules of matching or of
 * authority changed since the last time.  dry: everything, from the first step
 * on, is done in one transaction that apply_free() rolls back; others that
 * write the store wait as long (loya-recv only when there were lines).
 */
struct apply *apply_new(struct store *, const struct config *, int dry);
void apply_free(struct apply *);

/* Between steps: from here on by another configuration, which is as with
 * apply_new(); that of before is not needed any more. */
void apply_use(struct apply *, const struct config *);

/* Whether the last step ended with E_CONF because another process has brought
 * the members in line with other rules meanwhile: what the files say now, given
 * to apply_use(), goes on from there.  When that is what they said before, the
 * next step ends so, too: somebody works by other files. */
int apply_is_outdated(const struct apply *);

/*
 * Take a line (a CloudEvent, without its line feed).  One that an inbox row
 * stands behind is only a wake-up; any other gets a row, durable with the next
 * apply_step().  E_DATA with *e when it is not in the promised form.
 */
int apply_line(struct apply *, const char *line, size_t len, struct err *);

/* Around many lines that are at hand: what is known of rows is read in one
 * transaction.  Between them nothing but apply_line(). */
int apply_lines_begin(struct apply *, struct err *);
void apply_lines_end(struct apply *);

/*
 * Do one batch of what waits: due events, new inbox rows.  *did is how many
 * events were decided, 0 when nothing was waiting.  On an error nothing of the
 * batch has happened.
 */
int apply_step(struct apply *, int *did, struct err *);

/* Whether of a complete snapshot it is still to be looked at who is missing,
 * which apply_step() does when all else is done: 1, 0, <0. */
int apply_snapshot_waits(struct apply *, struct err *);

/* Try a held, refused or unread event again; dismiss one.  E_NO when its state
 * does not allow it, E_NOTFOUND. */
int apply_retry(struct apply *, int64_t seq, struct err *);
int apply_dismiss(struct apply *, int64_t seq, struct err *);

/* Lines (with line feeds) about what is committed.  The caller empties it. */
struct buf *apply_output(struct apply *);

/* How many events were refused or held so far: an exit status of 1. */
int64_t apply_refusals(const struct apply *);

/*
 * Say, as news, how many were refused and held of which that was not said yet,
 * and where they are listed: at the last call, and before that a second after
 * the first of them and once a minute.  Call after each step.
 */
void apply_tell(struct apply *, int last);

/* When the next scheduled event is due; INT64_MAX: never. */
int64_t apply_next_due(const struct apply *);

#endif
