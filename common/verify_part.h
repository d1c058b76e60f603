/*
 * What the parts of the verifier share.  Nobody else includes this.
 */
#ifndef COMMON_VERIFY_PART_H
#define COMMON_VERIFY_PART_H

#include "common/arena.h"
#include "common/audit.h"
#include "common/buf.h"
#include "common/change.h"
#include "common/claims.h"
#include "common/json.h"
#include "common/note.h"
#include "common/slots.h"
#include "common/tally.h"
#include "common/verify.h"

/*
 * A member as the log leaves it.  sum adds up keyed hashes of its fields and
 * values: a change subtracts the old one and adds the new one, so that the
 * order does not matter and no value has to be kept.
 */
struct trail {
	uint64_t key;		/* keyed hash of the id; 0: free */
	uint64_t sum;
	int64_t points;		/* balance of the ledger */
	uint64_t last : 60;	/* newest row about it */
	uint64_t erased : 1, seen : 1;
	uint64_t gone : 1;	/* erased as a whole */
	uint64_t kept : 1;	/* and that was not lifted */
	uint64_t mark;		/* hash of its claims' mark; 0: none yet */
};

/* What sums are computed with; each thread has its own. */
struct verify_sums {
	unsigned char key[16];	/* of all hashes; a new one each time */
	struct json json;	/* a detail */
};

/* A copied row of the record, and what was computed from it. */
enum verify_sealed { SEALED_GOOD, SEALED_ERASED, SEALED_NONE, SEALED_HALF,
    SEALED_WRONG };

struct verify_row {
	struct audit_row r;
	const void *salt, *commitment;
	size_t salt_len, commitment_len;

	enum verify_sealed sealed;
	unsigned char leaf[MERKLE_HASH];
	uint64_t key;		/* of its member's trail; 0: none */
	uint64_t sum;		/* what its changes add to that */
	uint64_t mark;		/* of its claims; 0: unchanged */
	int64_t delivery;	/* that it is about; 0: none */
	uint64_t attempt;	/* hash of what was tried; 0: nothing */
	int late;		/* by a loya-push that had lost its lease:
				 * nothing came of that */
	int readable;		/* detail is JSON */
};

struct verify_sheet {
	struct verify_row row[MERKLE_WIDTH];
	size_t n;
	struct arena arena;
};

/* A delivery as it is in the outbox, and as its newest row in the record and
 * the one before leave it: a loya-push that lost its lease still records what
 * it did, and older releases did not mark that as late. */
struct verify_tried {
	uint64_t left, said, before;
};

struct verify {
	struct store *store;
	const struct verify_options *o;
	int64_t total;		/* rows in the present walk, about */
	verify_fault_fn *fault;
	void *ctx;
	struct verify_result *result;
	struct err *e;
	struct verify_sums sums;	/* json: detail of the present row */
	struct verify_ahead *ahead;
	struct verify_sound *sound;

	struct slots trail;	/* of struct trail */

	struct merkle tree;	/* recomputed */
	struct tally *tally;	/* counted again */
	unsigned char tile[MERKLE_TILE];	/* stored: level 0 */
	int64_t tile_no, tile_n;	/* which, how many hashes */

	struct events *events;	/* what became of them */
	struct buf noted;	/* rows for verify_facts(), a JSON array */
	int64_t kept;		/* the newest erasure.kept; 0: none */

	struct signed_head *head;	/* ordered by size */
	size_t nhead, met;	/* how many of them the tree has passed */
	struct note_keys keys, told;	/* of the table, of the record */
	int64_t *added;		/* audit row that is said to have added a key */

	struct stmt *ledger, *inbox, *outbox;	/* walked alongside */
	int64_t ledger_audit, ledger_seq;	/* where; INT64_MAX: at the
						 * end */
	int64_t inbox_seq;
	int64_t outbox_seq, outbox_audit;
	unsigned char *outbox_said;	/* a byte for each, up to the last */
	struct verify_tried *tried;	/* the same */
	int64_t outbox_last;
	int outbox_silent;	/* rows about deliveries were emptied */
	int64_t alone;		/* first emptied row that names no member; 0:
				 * none */
	int gone;		/* somebody was erased */
	int unmatched;		/* the index of members cannot be read */

	int readable;		/* sums.json holds the detail */
	struct json scratch;
	char unlike[2 * MERKLE_HASH + 1];
	struct buf buf;
	struct arena arena;
};

/* verify.c: report a fault of row n, or of a row that has a name. */
void verify_row(struct verify *, const char *table, int64_t n,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void verify_named(struct verify *, const char *table, const char *row,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/*
 * The highest number in a table whose rows are numbered without gaps, and how
 * many rows there are: a higher number than that is a fault, and rows beyond it
 * are skipped.
 */
int verify_last(struct verify *, const char *table, const char *last_sql,
    const char *count_sql, int64_t *last);

/* Report progress. */
void verify_progress(struct verify *, const char *table, int64_t n);

/* A text of the store as a string.  A NUL inside it would hide what follows:
 * such a text is replaced by one that equals no other. */
const char *verify_text(struct verify *, struct stmt *, int col);

/*
 * verify_ahead.c: the thread.  Get an empty sheet to fill (NULL: there is none,
 * take one first) and give it; take the oldest computed one (NULL: none is
 * left), and say when it is finished with.
 */
int verify_ahead_start(struct verify *);
struct verify_sheet *verify_ahead_empty(struct verify *);
void verify_ahead_give(struct verify *);
struct verify_sheet *verify_ahead_take(struct verify *);
void verify_ahead_taken(struct verify *);
void verify_ahead_stop(struct verify *);

/* verify_sound.c: begin to check the files; report what was found. */
int verify_sound_start(struct verify *);
int verify_sound_end(struct verify *);

/* verify_trail.c: the entry of a member by the key of its id; if there is none,
 * one is made (make) or NULL returned.  Valid until the next one is made. */
uint64_t verify_trail_key(const struct verify_sums *, const char *id,
    size_t len);
struct trail *verify_trail(struct verify *, uint64_t key, int make);

/* What the changes in a detail (in json) add to a sum. */
uint64_t verify_changes(struct verify_sums *);

/* A row says that the member was erased: only its status remains. */
void verify_gone(const struct verify_sums *, struct trail *);

/* The hash of the claims' mark in a detail, 0 if it has none; and of a mark. */
uint64_t verify_marked(struct verify_sums *);
uint64_t verify_mark(const struct verify_sums *, const char *);

/* The hash of a field and its canonical value; 0 for null. */
uint64_t verify_value(const struct verify_sums *, const char *field,
    size_t flen, const char *json, size_t len);

/* verify_schema.c: check tables and triggers against those that loya makes. */
int verify_schema(struct verify *);

/* verify_record.c, verify_books.c, verify_outbox.c: 0 or <0. */
int verify_record(struct verify *);
int verify_ledger_row(struct verify *, const struct verify_row *);
int verify_ledger_begin(struct verify *);
int verify_ledger_end(struct verify *);
int verify_inbox_row(struct verify *, const struct audit_row *);
int verify_inbox_begin(struct verify *);
int verify_inbox_end(struct verify *);
int verify_outbox_begin(struct verify *);
int verify_outbox_row(struct verify *, const struct verify_row *);
int verify_outbox_end(struct verify *);

/*
 * verify_attempt.c: a hash of what was tried for a delivery; 0: nothing.  From
 * an audit row, with its detail in json, and from the outbox row.
 */
uint64_t verify_attempt(struct verify_sums *, const char *kind,
    struct arena *);
uint64_t verify_attempted(struct verify *, struct stmt *, int waits);

/* verify_books.c: whether a column equals this text, or both are NULL. */
int verify_same(struct verify *, struct stmt *, int col, const char *);
int verify_queues(struct verify *);

/* verify_member.c: the members, and whom the record names: 0 or <0. */
int verify_members(struct verify *);

/*
 * verify_event.c, verify_state.c: what the record says became of the events.
 * Take in a row; at the end, compare the tables event and pending with it.
 */
int verify_events_begin(struct verify *);
void verify_event_row(struct verify *, const struct verify_row *);
int verify_events_end(struct verify *);
void verify_events_release(struct verify *);

/* verify_facts.c: note a row of one of the rare kinds; at the end, compare
 * these rows with the tables that they are about. */
void verify_note_row(struct verify *, const struct audit_row *);
int verify_facts(struct verify *);

/*
 * verify_guard.c: whether the guard against replays has the rows of the inbox;
 * whether this member, if it is in the random sample, is found by its e-mail
 * address.
 */
int verify_guard(struct verify *);
int verify_noted(struct verify *, uint64_t key, int64_t num, const char *id,
    const char *email);

/* verify_token.c: the tokens in the inbox file. */
int verify_tokens(struct verify *);

/*
 * verify_heads.c: read heads and keys; compare the heads that the tree has
 * reached; note the key added by an audit row (its detail in sums.json); at the
 * end, check the heads that the tree did not reach, and the witnesses.
 */
int verify_heads_begin(struct verify *);
void verify_heads_meet(struct verify *);
void verify_heads_key(struct verify *, int64_t seq);
int verify_heads_end(struct verify *);
void verify_heads_release(struct verify *);

/* verify_claims.c: compare a member's claims with the n fields that they
 * decided; *sum adds up its links.  Then compare all bindings with that sum. */
struct member_text;
void verify_claims(struct verify *, int64_t num, const char *id,
    const struct member_text *, const struct field *, size_t n,
    uint64_t *sum);
int verify_bindings(struct verify *, uint64_t sum);

/* verify_fields.c: a member's fields are not what the log says: find out which,
 * and report them. */
int verify_explain(struct verify *, const char *id, int64_t newest,
    const struct field *, size_t n);

#endif
