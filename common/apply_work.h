/*
 * What the parts of the apply engine share.  Nobody else includes this.
 */
#ifndef COMMON_APPLY_WORK_H
#define COMMON_APPLY_WORK_H

#include "common/ahead.h"
#include "common/apply.h"
#include "common/arena.h"
#include "common/decide.h"
#include "common/foresee.h"
#include "common/jsonw.h"
#include "common/map.h"
#include "common/member.h"
#include "common/progress.h"
#include "common/row.h"
#include "common/seldom.h"
#include "common/snapshot.h"
#include "common/tombstone.h"

enum { APPLY_BATCH = 400 };

/* So many rows behind, it is worth a thread to map them. */
enum { APPLY_BACKLOG = 2 * APPLY_BATCH };

/* A list of inbox rows to be looked at again in this batch. */
struct again {
	int64_t *seq;
	size_t n, cap;
	size_t done;		/* of these */
};

/* Another event that waits, and what it says (n 0: nothing any more). */
struct other {
	int64_t seq;		/* 0: none */
	struct arena arena;
	struct row row;
	struct change *change;
	size_t n;
};

enum { APPLY_OTHERS = 4 };

struct apply {
	struct store *store;
	const struct config *config;
	struct authority_view view;
	int dry, begun;		/* begun: a dry run's one transaction */
	int inbox_begun;	/* the same for the inbox file */
	int ready;		/* members are in line with the rules */
	int64_t authority, match;	/* prints of the rules they were in
					 * line with last */
	int outdated;		/* now they are with others */
	struct arena arena;	/* what one event needs */
	struct buf detail;	/* of the audit row being made */
	struct buf output;	/* committed lines */
	struct buf lines;	/* lines of the batch under way */
	struct buf repeats;	/* lines about what was there before */
	struct buf notes;	/* for people, each with its NUL, likewise */
	struct buf news;	/* the same, unless they want it quiet */
	struct again again;
	struct arena incoming_arena;
	struct row *incoming;	/* lines without an inbox row */
	size_t nincoming, incoming_cap;
	struct json json;	/* scratch of apply_line() */
	int looking;		/* between apply_lines_begin() and _end() */
	struct buf told;	/* a line as its row is told */
	int64_t refused, held;		/* events, committed */
	int64_t batch_refused, batch_held;
	int64_t told_refused, told_held;	/* apply_tell.c */
	struct seldom to_tell;
	struct seldom failed;	/* events, of which apply_step.c warns */
	int64_t next_due;
	int64_t refusals_taken_at;	/* monotonic time of the last look */
	int careful;		/* each event under a savepoint */
	struct ahead *ahead;	/* while there is a backlog, or NULL */
	int64_t committed;	/* member_writes() before this transaction */
	/* Seqs as JSON arrays under way: plain rows of event, and of outbox by
	 * source of config, are written by one statement each a batch. */
	struct buf applied, *owed;
	struct other other[APPLY_OTHERS];
	size_t next_other;	/* the one that makes room */
	int64_t waiting;	/* rows of pending, as this batch began */
	int erasures;		/* there are tombstones; their key */
	unsigned char tombstone_key[TOMBSTONE_KEY];
};

enum apply_turn { TURN_FIRST, TURN_AGAIN, TURN_DUE };

/* One event on its way: what happened to it so far. */
struct work {
	struct apply *ap;
	const struct row *row;
	const struct foreseen *foreseen;	/* of its only change,
						 * or NULL */
	const struct change *change;	/* all of it */
	size_t nchange;
	const struct twin *twin;	/* see apply_twins() */
	int64_t now;
	enum apply_turn turn;
	struct snapshot snapshot;	/* of which it is a row; num 0: none */
	int named;		/* the link was made with its number */
	int64_t due;		/* its time has come: what was due before that
				 * was applied; 0: nothing was */
	enum event_state state;	/* the gravest so far */
	int64_t due_at;
	const char *why;
	struct err *e;
};

/* apply.c: a transaction of the engine.  A dry run has one for all. */
int apply_ready(struct apply *, struct err *);
int apply_begin(struct apply *, struct err *);
int apply_commit(struct apply *, struct err *);
void apply_undo(struct apply *);

/* apply_step.c: row seq, and then those that its end lets go on. */
int apply_one_seq(struct apply *, int64_t seq, enum apply_turn,
    struct err *);
int apply_again(struct apply *, int *did, struct err *);

/* apply_record.c: the audit row, the line and the outbox rows of one thing
 * that happened. */
struct record {
	const char *type;	/* "member.suspended": kind and type */
	const char *member;	/* id, or NULL */
	int64_t prev;		/* newest audit row about the member so far */
	int quiet;		/* no line and no delivery */
	const char *source;	/* when no row stands behind it, or NULL */
	const char *mark;	/* claims_mark() of what it leaves, or NULL when
				 * claims stay as they were */
};

/* The type of a row about a decision. */
const char *record_type(enum outcome);

/* Begin detail: an object that has external_id already. */
void record_begin(struct work *, struct jsonw *, const char *external_id);

/* Close detail and write everything; *seq is the audit row. */
int record_end(struct work *, struct jsonw *, const struct record *,
    int64_t *seq);

/* The same with a detail that is whole already, of a first try; its seal, or
 * NULL. */
int record_whole(struct work *, const struct buf *detail,
    const struct audit_seal *, const struct record *, int64_t *seq);

/* Note how grave the event's end is; the gravest of its changes counts. */
void record_state(struct work *, enum event_state, const char *why);

/* Refuse (or hold) a change, with a sentence.  m may be NULL; a known member's
 * chain gets the row. */
int record_refusal(struct work *, enum event_state, const char *why,
    const char *detail, const char *external_id, struct member *m);

/* The same in two parts, between which more can be said. */
void record_refusal_begin(struct work *, struct jsonw *, const char *why,
    const char *detail, const char *external_id);
int record_refusal_end(struct work *, struct jsonw *, enum event_state,
    const char *why, struct member *m);

/* A repeat of something that was done: only a line. */
void record_duplicate(struct apply *, const struct row *);

/* apply_late.c: note a row for the end of the batch; write what was noted;
 * forget it. */
void late_applied(struct apply *, int64_t seq);
void late_owed(struct apply *, size_t source, int64_t audit);
int late_write(struct apply *, struct err *);
void late_forget(struct apply *);
void late_release(struct apply *);

/* apply_event.c: map a row and apply its changes, note what became of it.
 * mapped: what its mapping is, when that was done already, or NULL. */
int apply_row(struct apply *, const struct row *, const struct mapped *,
    enum apply_turn, struct err *);

/* apply_erased.c: whether there are tombstones, asked once a transaction; a
 * change about somebody who was erased is held: 1, 0, <0. */
int apply_tombstones(struct apply *, struct err *);
int apply_erased(struct work *, const struct change *);
/* Whether somebody who was erased had this id of the event's source. */
int apply_was_erased(struct work *, const char *id);

/* apply_member.c, apply_hold.c */
int apply_member(struct work *, struct change *);
int apply_hold(struct work *, const struct change *);

/* By what a change names whom it is about. */
const char *apply_link_id(const struct change *);

/* Who a change is about: 0, E_NOTFOUND (nobody yet, or no such id). */
int apply_whom(struct work *, const struct change *, int64_t *num,
    size_t *slot);

/* What was decided about a member that is known: the record, the member. */
int apply_decided(struct work *, const struct change *, struct member *,
    size_t slot, const struct decision *);

/* apply_merged.c: hold a change, behind what was decided, that says that a
 * record was merged into another one and leaves points with a closed member. */
int apply_merged(struct work *, const struct change *, struct member *,
    const struct decision *);

/* apply_snapshot.c: begin and end of a snapshot; for its rows: enter it, note
 * that it names a record, and count the row when it was applied. */
int apply_snapshot(struct work *, const struct change *);
int apply_snapshot_enter(struct work *, const char *id);
int apply_snapshot_name(struct work *, const struct change *);
int apply_snapshot_count(struct work *);

/* A change of a member that only the snapshot told of. */
int apply_snapshot_repair(struct work *, const struct snapshot *);

/* Refuse (or hold) its end, whichever row is under way, and tell people. */
int apply_snapshot_refuse(struct work *, const struct snapshot *,
    enum event_state, const char *why, const char *detail);

/* apply_absent.c: look through some more links of a complete snapshot; *did is
 * one more when there was something to do. */
int apply_absent(struct apply *, int *did, struct err *);

/* apply_pending.c: rows that wait by whom they are about.  Rows that wait for
 * somebody to be known have their turn (struct again) once they are. */
int apply_wait(struct work *, const char *external_id);
/* Nobody is known by this id yet: the event is held until a source names them,
 * or refused where it gives loya's own. */
int apply_wait_for(struct work *, const struct change *);
int apply_release(struct work *, const char *external_id);
/* Whether an event about the same id is held that more than one member matches:
 * 1, 0, <0. */
int apply_unsettled(struct work *, const char *external_id);
/* What the event waits for is asked anew; and the event of another row, which
 * waits by this id, is looked at again behind this one. */
int apply_wait_over(struct work *);
int apply_wait_again(struct work *, const struct row *,
    const char *external_id);

/* apply_points.c */
int apply_points(struct work *, const struct change *);

/* apply_other.c: an event by its place in the inbox, for the event under way;
 * it stays as it is until three more were asked for.  0, <0. */
int apply_other(struct work *, int64_t seq, struct other **);
void apply_others_forget(struct apply *);
void apply_others_release(struct apply *);

/* apply_within.c: which changes of an event are about one record (NULL: none
 * has a time from which it holds, and all are said); and whether there is
 * anything left to say in change i, which loses the fields that others say. */
struct twin;
struct twin *apply_twins(struct work *, const struct change *, size_t n);
int apply_still_says(const struct work *, struct change *, size_t i);
/* Whether nothing else of the event is about the same record as change i. */
int apply_is_only(const struct work *, size_t i);
/* Whether something else of the event is about the same record as change i, and
 * its source may decide that. */
int apply_says_more(const struct work *, size_t i);
/* Whether another change of the event is to say whose record it is that change
 * i is about, and cannot yet: 1, 0, <0. */
int apply_awaits_twin(struct work *, size_t i);

/* apply_schedule.c: a change whose time has not come; and, when it has, what
 * scheduled changes that are newer take away from it. */
int apply_schedule(struct work *, struct change *);
int apply_come_due(const struct work *, const struct change *);
int apply_unschedule(struct work *, struct change *,
    const char ***superseded, size_t *n);
/* Nothing of what was scheduled is left to say: the record shows its end. */
int apply_overtaken(struct work *, const struct change *);

/* apply_match.c: the index over e-mail addresses and match rules.  How many
 * members the rules of the source find, <0. */
struct match {
	int64_t num;
	const char *const *by;	/* fields of the first rule that found it,
				 * NULL-terminated */
};
int match_candidates(struct work *, const struct change *,
    struct match *, int max);

/* Hold a change that may be about so many members; what comes after it about
 * the same record waits for it.  So many of them are named.  1, <0. */
enum { MATCH_NAMED = 8 };
int match_ambiguous(struct work *, const struct change *,
    const struct match *, int n);

/* The fields of a rule, as "by" of an object that is open. */
void match_by(struct jsonw *, const char *const *by);
/* Whether all rules of the source could be asked: the change has what they
 * compare. */
int match_asked(const struct work *, const struct change *);
int match_note(struct apply *, int64_t num, const struct difference *,
    size_t ndiff, const struct profile *, struct err *);
/* Whether another member has this e-mail: 1, 0, <0. */
int match_email_shared(struct apply *, int64_t num, const struct value *,
    struct err *);

/* apply_event.c: whom the event names, when that is one only: *id, or NULL.  1:
 * *m is linked by it; 0, <0. */
int apply_named(struct work *, const struct source *, const char **id,
    struct member *);

/* apply_rules.c: bring all members in line with changed rules.  Then, in every
 * transaction: E_CONF when another process did so by other ones since. */
int apply_rules(struct apply *, struct err *);
int apply_rules_kept(struct apply *, struct err *);

#endif
