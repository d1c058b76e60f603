/*
 * The room of what became of each inbox row (table event), and of the events
 * that wait for a time or for a record to become known (table pending).
 */
#ifndef COMMON_PROGRESS_H
#define COMMON_PROGRESS_H

#include <stdint.h>

#include "common/store.h"

enum event_state { EV_NEW, EV_UNREAD, EV_SCHEDULED, EV_HELD, EV_APPLIED,
    EV_REFUSED };

const char *event_state_name(enum event_state);	/* "new", "unread" ... */

struct event_row {
	int64_t seq;
	enum event_state state;
	int64_t due_at;		/* when its next change is due; 0: none is
				 * scheduled */
	char why[32];		/* "" if there is nothing to say */
	int64_t tries;
};

/* What became of row seq; EV_NEW if nobody has looked at it. */
int event_get(struct store *, int64_t seq, struct event_row *, struct err *);

/* Note what became of it: added, or updated with one more try.  why NULL:
 * nothing to say. */
int event_put(struct store *, int64_t seq, enum event_state, int64_t due_at,
    const char *why, struct err *);

/* Note that new rows, a JSON array of their seqs, were applied, with nothing
 * more to say. */
int event_put_applied(struct store *, const char *seqs, size_t len,
    struct err *);

/* The newest row that was looked at: all later ones are new. */
int64_t event_last(struct store *, struct err *);

/* The event that has been due longest, even if part of it is held or refused:
 * its seq, 0 if none is due at time now, <0.  *next is when the next one is due
 * (INT64_MAX: never). */
int64_t event_due(struct store *, int64_t now, int64_t *next, struct err *);

/* The first unread event after seq `after`, or the last one before: its seq, 0
 * if there is none, <0. */
int64_t event_unread(struct store *, int64_t after, struct err *);
int64_t event_unread_before(struct store *, int64_t before, struct err *);

/* Inside a transaction of STORE_MAIN: the record of row seq was read back; a
 * row that is not waiting for that stays as it is. */
int event_read(struct store *, int64_t seq, struct err *);

/* Let row seq wait by the id of a record; end that. */
int pending_add(struct store *, const char *source, const char *external_id,
    int64_t seq, struct err *);
int pending_drop(struct store *, const char *source, const char *external_id,
    int64_t seq, struct err *);

/* End it for all records that row seq waits by; walks over everything that
 * waits. */
int pending_drop_all(struct store *, int64_t seq, struct err *);

/* How many rows wait; <0. */
int64_t pending_count(struct store *, struct err *);

/* The first waiting row of (source, external id) after seq `after`, 0 if there
 * is none, <0. */
int64_t pending_next(struct store *, const char *source,
    const char *external_id, int64_t after, struct err *);

#endif
