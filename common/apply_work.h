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

/* A transaction takes no more events than this, and none once it has worked
 * for so many microseconds (loya-store(5)). */
enum { APPLY_BATCH = 400, APPLY_LONG = 10000 };

/* A backlog of this many rows is worth a thread to map them (ahead.h). */
enum { APPLY_BACKLOG = 2 * APPLY_BATCH };

/* Inbox rows to be looked at again in this batch. */
struct again {
	int64_t *seq;
	size_t n, cap;
	size_t done;		/* how many of them were */
};

/* Another event that is waiting, and its changes (n 0: none any more). */
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
	int dry, begun;		/* begun: the one transaction of a dry run */
	int inbox_begun;	/* the same for the inbox file */
	int ready;		/* members are in line with the rules */
	int64_t authority, match;	/* fingerprints of the rules that they
					 * were last in line with */
	int outdated;		/* another process has applied other rules */
	struct arena arena;	/* what one event needs */
	struct buf detail;	/* of the audit row being written */
	struct buf output;	/* committed lines */
	struct buf lines;	/* lines of the batch under way */
	struct buf repeats;	/* lines about events that were there before */
	struct buf notes;	/* warnings of the batch, each with its NUL */
	struct buf news;	/* the same for news, which -q suppresses */
	struct again again;
	struct arena incoming_arena;
	struct row *incoming;	/* lines without an inbox row */
	size_t nincoming, incoming_cap;
	struct json json;	/* scratch of apply_line() */
	int looking;		/* between apply_lines_begin() and _end() */
	struct buf told;	/* scratch: the line for a row */
	int64_t refused, held;		/* events, committed */
	int64_t batch_refused, batch_held;
	int64_t told_refused, told_held;	/* apply_tell.c */
	struct seldom to_tell;
	struct seldom failed;	/* failed events that apply_step.c warns of */
	int64_t next_due;
	int64_t refusals_taken_at;	/* monotonic time of the last look */
	int careful;		/* each event under a savepoint */
	struct ahead *ahead;	/* while there is a backlog, or NULL */
	int64_t committed;	/* member_writes() before this transaction */
	/* Lists of seqs, as JSON arrays in the making: plain rows of event, and
	 * of outbox for each source of config, are written with one statement
	 * per batch. */
	struct buf applied, *owed;
	struct other other[APPLY_OTHERS];
	size_t next_other;	/* the one to be replaced next */
	int64_t waiting;	/* rows in pending: as many when the batch
				 * began, and those added since */
	int erasures;		/* there are tombstones; then their key: */
	unsigned char tombstone_key[TOMBSTONE_KEY];
};

enum apply_turn { TURN_FIRST, TURN_AGAIN, TURN_DUE };

/* One event being applied, and what has become of it so far. */
struct work {
	struct apply *ap;
	const struct row *row;
	const struct foreseen *foreseen;	/* if it is a single change;
						 * or NULL */
	const struct change *change;	/* all of its changes */
	size_t nchange;
	const struct twin *twin;	/* see apply_twins() */
	int64_t now;
	enum apply_turn turn;
	struct snapshot snapshot;	/* it is a row of; num 0: of none */
	int named;		/* the new link already names the snapshot */
	int64_t due;		/* it has come due: what was due before this
				 * time was applied then; 0: nothing was */
	enum event_state state;	/* the gravest so far */
	int64_t due_at;
	const char *why;
	struct err *e;
};

/* apply.c: a transaction of the engine.  A dry run has one for everything. */
int apply_ready(struct apply *, struct err *);
int apply_begin(struct apply *, struct err *);
int apply_commit(struct apply *, struct err *);
void apply_undo(struct apply *);

/* apply_step.c: apply row seq; then the rows that this allows to go on. */
int apply_one_seq(struct apply *, int64_t seq, enum apply_turn,
    struct err *);
int apply_again(struct apply *, int *did, struct err *);

/* apply_record.c: one thing that happened, recorded as an audit row, a line and
 * outbox rows. */
struct record {
	const char *type;	/* "member.suspended": audit kind, line type */
	const char *member;	/* id, or NULL */
	int64_t prev;		/* newest audit row about the member so far */
	int quiet;		/* no line and no delivery */
	const char *source;	/* if no inbox row stands behind it */
	const char *mark;	/* claims_mark() of the new claims; NULL if the
				 * claims do not change */
};

/* The record type for a decision. */
const char *record_type(enum outcome);

/* Begin the detail: an open object that already has external_id. */
void record_begin(struct work *, struct jsonw *, const char *external_id);

/* Close the detail and write everything; *seq is the new audit row. */
int record_end(struct work *, struct jsonw *, const struct record *,
    int64_t *seq);

/* The same with a detail that is already complete, for an event's first try;
 * seal is the detail's, or NULL. */
int record_whole(struct work *, const struct buf *detail,
    const struct audit_seal *, const struct record *, int64_t *seq);

/* Note what becomes of the event; of several changes the gravest counts. */
void record_state(struct work *, enum event_state, const char *why);

/* Refuse (or hold) a change, with a sentence for people.  m may be NULL; if the
 * member is known, the row becomes part of its chain. */
int record_refusal(struct work *, enum event_state, const char *why,
    const char *detail, const char *external_id, struct member *m);

/* The same in two parts; members can be added to the detail in between. */
void record_refusal_begin(struct work *, struct jsonw *, const char *why,
    const char *detail, const char *external_id);
int record_refusal_end(struct work *, struct jsonw *, enum event_state,
    const char *why, struct member *m);

/* An event that was here before: write only a line. */
void record_duplicate(struct apply *, const struct row *);

/* apply_late.c: collect rows to be written at the end of the batch; write them;
 * forget them. */
void late_applied(struct apply *, int64_t seq);
void late_owed(struct apply *, size_t source, int64_t audit);
int late_write(struct apply *, struct err *);
void late_forget(struct apply *);
void late_release(struct apply *);

/* apply_event.c: map a row, apply its changes, and note what became of it.
 * mapped: the mapping, if it was done ahead, or NULL. */
int apply_row(struct apply *, const struct row *, const struct mapped *,
    enum apply_turn, struct err *);

/* apply_erased.c: look up, once a transaction, whether there are tombstones;
 * hold a change about a person who was erased: 1 if so, 0, <0. */
int apply_tombstones(struct apply *, struct err *);
int apply_erased(struct work *, const struct change *);
/* Whether a person who was erased had this id in the event's source. */
int apply_was_erased(struct work *, const char *id);

/* apply_member.c, apply_hold.c */
int apply_member(struct work *, struct change *);
int apply_hold(struct work *, const struct change *);

/* Find the member that a change is about: 0; E_NOTFOUND: nobody yet, or no such
 * id. */
int apply_whom(struct work *, const struct change *, int64_t *num,
    size_t *slot);

/* Record and store what was decided about a known member. */
int apply_decided(struct work *, const struct change *, struct member *,
    size_t slot, const struct decision *);

/* What is known about the member that the change is about. */
struct known {
	struct member m;
	int is;			/* the member is there */
	size_t slot;		/* its link, or m.claims.n for a new one */
	const char *const *by;	/* what a member that was there is linked by
				 * now, NULL-terminated, or NULL */
};

/* apply_stop.c: refuse or put off a change that was worked out, where a rule
 * wants that: 1, or 0 if it may be applied; <0. */
int apply_is_stopped(struct work *, const struct change *, struct known *,
    struct decision *);

/* apply_merged.c: after a decision, hold a change that says a record was merged
 * into another one if that leaves points with a closed member. */
int apply_merged(struct work *, const struct change *, struct member *,
    const struct decision *);

/* apply_snapshot.c: the begin and the end of a snapshot.  For its rows:
 * enter the snapshot, note that it names a record, count the row once
 * it is applied. */
int apply_snapshot(struct work *, const struct change *);
int apply_snapshot_enter(struct work *, const char *id);
int apply_snapshot_name(struct work *, const struct change *);
int apply_snapshot_count(struct work *);

/* Count a change of a member that only the snapshot brought to light. */
int apply_snapshot_repair(struct work *, const struct snapshot *);

/* Refuse (or hold) a snapshot's end, whichever row is being applied,
 * and warn. */
int apply_snapshot_refuse(struct work *, const struct snapshot *,
    enum event_state, const char *why, const char *detail);

/* apply_absent.c: look through some more links of a complete snapshot; *did
 * grows by one if there was something to do. */
int apply_absent(struct apply *, int *did, struct err *);
/* Whether a decision about a record of a member with these claims says that it
 * is in use, although it passed for one that is not, or was not known: the
 * inbox row behind which a snapshot began that may have skipped it; or -1.
 * Then, once that is stored, what such a snapshot says of the record. */
int64_t apply_absent_skipped(const struct work *, const struct change *,
    const struct claims *, const struct decision *);
int apply_absent_late(struct work *, const char *external_id, int64_t member,
    size_t slot, int64_t after);

/* apply_pending.c: rows that wait, by the record they are about.  Rows
 * that wait for a record to become known get their turn (struct again)
 * once it is. */
int apply_wait(struct work *, const char *external_id);
/* Nobody is known by this id yet: hold the event until a source names the
 * record, or refuse it if the id is loya's own. */
int apply_wait_for(struct work *, const struct change *);
int apply_release(struct work *, const char *external_id);
/* Whether an event about the same id is held because more than one member
 * matches: 1, 0, <0. */
int apply_unsettled(struct work *, const char *external_id);
/* Forget what the event waits for, to find it out afresh; and the same for the
 * event of another row that waits by this id, which gets its turn after this
 * one. */
int apply_wait_over(struct work *);
int apply_wait_again(struct work *, const struct row *,
    const char *external_id);

/* apply_points.c */
int apply_points(struct work *, const struct change *);

/* apply_other.c: the event at seq, mapped, for the event being applied.  It
 * stays valid until three others have been asked for.  0, <0. */
int apply_other(struct work *, int64_t seq, struct other **);
void apply_others_forget(struct apply *);
void apply_others_release(struct apply *);

/*
 * apply_within.c: which changes of an event are about the same record (NULL: no
 * need to know, because none has an effective_at or there is only one).  Then
 * whether change i has anything left to say; it loses the fields that other
 * changes say in its place.
 */
struct twin;
struct twin *apply_twins(struct work *, const struct change *, size_t n);
int apply_still_says(const struct work *, struct change *, size_t i);
/* Whether change i comes behind the others: a removal that holds from a later
 * time than one that the event says behind it. */
int apply_comes_last(const struct work *, size_t i);
/* Whether another change of the event is about the record of change i and says
 * something that its source may decide. */
int apply_says_more(const struct work *, size_t i);
/* Whether another change of the event will tell which member the record of
 * change i belongs to, and cannot tell yet: 1, 0, <0. */
int apply_awaits_twin(struct work *, size_t i);

/* apply_schedule.c: schedule a change whose time has not come; take out of it
 * what newer scheduled changes, that came before its time did, will say: 0, or
 * 1 if one of them says all of it, which is recorded; <0. */
int apply_schedule(struct work *, struct change *);
int apply_unschedule(struct work *, struct change *,
    const char ***superseded, size_t *n);
/* Nothing of a scheduled event is left to say: record that it is superseded. */
int apply_overtaken(struct work *, const struct change *);

/* apply_waited.c: where the snapshot began that this link is missing from, if
 * the change waited for its time and that came after the begin; 0 otherwise;
 * <0.  And note, once such a change is decided, that a snapshot under way which
 * began before its time names the record. */
int64_t apply_waited_behind(struct work *, const struct change *,
    const struct claims *, size_t slot);
int apply_waited_name(struct work *, const struct change *,
    const struct decision *);

/* apply_match.c: the index over e-mail addresses and match rules.  Find
 * the members that the rules of the source match, up to max; returns
 * how many, <0. */
struct match {
	int64_t num;
	const char *const *by;	/* fields of the first rule that found it,
				 * NULL-terminated */
};
int match_candidates(struct work *, const struct change *,
    struct match *, int max);

/* Hold a change that n members match; later changes about the same record wait
 * for it.  At most MATCH_NAMED of the members are named.  Returns 1, or <0. */
enum { MATCH_NAMED = 8 };
int match_ambiguous(struct work *, const struct change *,
    const struct match *, int n);

/* Write the fields of a rule as "by" into an open object. */
void match_by(struct jsonw *, const char *const *by);
/* Whether all rules of the source could be tried: the change has every field
 * that they compare. */
int match_asked(const struct work *, const struct change *);
int match_note(struct apply *, int64_t num, const struct difference *,
    size_t ndiff, const struct profile *, struct err *);
/* Whether another member has this e-mail address: 1, 0, <0. */
int match_email_shared(struct apply *, int64_t num, const struct value *,
    struct err *);

/* apply_event.c: the only record that the event names: its id in *id, or NULL
 * if there is none, or several, or its member was erased.  1: *m is the member
 * linked by it; 0; <0. */
int apply_named(struct work *, const struct source *, const char **id,
    struct member *);

/* apply_rules.c: bring all members in line with changed rules.  After that, in
 * every transaction: E_CONF if another process has since done so by other
 * rules. */
int apply_rules(struct apply *, struct err *);
int apply_rules_kept(struct apply *, struct err *);

#endif
