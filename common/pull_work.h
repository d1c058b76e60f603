/*
 * What the parts of the pull engine share.  Nobody else includes this.
 */
#ifndef COMMON_PULL_WORK_H
#define COMMON_PULL_WORK_H

#include "common/arena.h"
#include "common/httpc.h"
#include "common/id.h"
#include "common/json.h"
#include "common/oauth.h"
#include "common/pull.h"
#include "common/redact.h"
#include "common/row.h"
#include "common/secret.h"
#include "common/slicer.h"
#include "common/slots.h"

enum { PULL_BATCH = 1000, PULL_BATCH_BYTES = 1024 * 1024, PULL_ID = 40,
    PULL_VALUES = 128, PULL_COOKIES = 16, PULL_TIME = 64, PULL_SOME = 1000 };

/* Records that cannot be read, one after the other, before no more are asked
 * for (of thin events, from each end): perhaps every request is wrong, and each
 * costs one of the quota. */
enum { PULL_IN_A_ROW = 10 };

/* A row that waits for its transaction. */
struct pull_row {
	const char *fault;	/* what is wrong with it, in batch.arena; NULL:
				 * nothing */
	size_t body, len;	/* in batch.text */
	int lost;
	const char *head;	/* in batch.arena; or NULL */
	unsigned char compact;	/* JSON without white space between tokens */
	const char *type;
	char id[PULL_ID];	/* "": made from key and content */
	const char *own_id;	/* instead of id, in batch.arena; or NULL */
	int64_t key, content;
	int64_t who;		/* pull_who() of a record that may pass for
				 * gone; or 0 */
	int64_t asked_at;	/* p->asked_at of its answer */
	int64_t mark_at;	/* the record was not found: as of then it is
				 * gone; or 0 */
	int unread;		/* it could not be read: it waits, as of
				 * then */
};

struct pull_batch {
	struct buf text;
	struct arena arena;
	struct pull_row row[PULL_BATCH];
	size_t n;
};

struct pull_cookie {
	char *name, *value;	/* malloc()ed, crypt_alloc()ed */
};

/* A record that a list of pull.missed names, asked for with "some". */
struct pull_asked {
	const char *key, *deleted;
	int there;
};

/* An answer that was read. */
struct pull_page {
	int64_t rows;
	int64_t hash;		/* of all rows, in their order */
	char *next;		/* where the next page is, malloc()ed; NULL */
	int64_t pages, total;	/* if the query says where to find them */
};

/* How far a query has got. */
struct pull_at {
	const struct pull_query *q;
	const char *key;	/* for one, or NULL */
	const char *part;	/* for parts, or NULL */
	int64_t page, offset;
};

struct pull {
	struct store *store;
	const struct config *config;
	const char *confdir;
	pull_fn *fn;
	void *ctx;
	struct oauth *oauth;
	struct httpc *http;
	int masked;		/* secrets are not read: *** stands for them */

	/* of the present source */
	const struct source *source;
	const struct source_pull *conf;
	struct pull_count count;
	struct oauth_token token;
	int have_token;
	struct secret password[SECRET_SLOTS], (*hidden)[SECRET_SLOTS];
	struct template_value value[PULL_VALUES];
	char since[PULL_TIME], until[PULL_TIME];
	char page[24], offset[24], limit[24];
	struct redact clean;
	struct pull_cookie cookie[PULL_COOKIES];
	char *session;		/* crypt_alloc()ed, or NULL */
	int64_t server;		/* the peer's time in the first answer since
				 * this was set to 0 */
	int64_t began;		/* the same in the very first answer, 0: none */
	int64_t asked_at;	/* the inbox had rows up to here when the
				 * present page, or record, was asked for */
	int64_t quota_begin;	/* used in the first answer, -1: not known */
	struct err quota;	/* why nothing more is asked, or code 0 */
	enum pull_verdict verdict;	/* on the last answer */
	int refused;		/* it concerned only a record that was asked
				 * for by its id */
	struct err alone;	/* of pull_one_of_many(), or code 0 */
	int in_a_row;		/* faults of it, one after the other */
	struct err put_off;	/* the first of pull_put_off(), or code 0 */
	int64_t nput_off;

	/* of its rows */
	struct pull_batch batch;
	struct buf lines, canonical;
	struct json json;
	char snapshot_id[ID_TEXT];
	const char *snapshot;	/* the same if they belong to one, or NULL */
	int64_t total;		/* how many rows it has, -1: not known yet */
	int64_t rows_here, odd_here;	/* rows of this answer */
	int lone;		/* its row is where an array might be */
	int64_t line;		/* of a command, 0: none */
	int64_t place;		/* number of the line within its record, from
				 * 1 */
	int64_t again, again_line;	/* how many lines belong to a record of
					 * an earlier line, and the first */
	const char *key;	/* only this record is expected, or NULL */
	int64_t matched;	/* rows that are it */
	int64_t thin;		/* the thin row that is read back, or 0 */
	int64_t read_back;	/* the same, if this is all it names */
	const struct source *covered_of;	/* its changes were read from */
	int64_t covered;	/* here on, */
	int64_t covered_at;	/* and this is when */
	const struct source *answers_of;	/* its records were read that
						 * are in here, */
	struct slots answers;	/* by the hashes of their keys, */
	int64_t answers_for;	/* when the inbox had rows up to here */
	const struct row *row;	/* of pull_thin_row() */
	struct buf keys;	/* keys of a page, each with its NUL; of missed
				 * also when it was deleted */
	const struct pull_missed *missed;	/* the present list, or NULL */
	int64_t complete, earliest;	/* what it said, 0: nothing */
	const struct pull_query *listing;	/* of index, or NULL */
	int64_t listed;		/* its records, -1: none is asked for */
	int64_t passed;		/* then: changes does not find any more what was
				 * stamped before this; 0: it will find all */
	struct pull_asked asked[PULL_SOME];
	size_t nasked;
	struct buf whole;	/* a record without its parts */
	struct buf part;	/* rows of one of its parts, with commas */
	struct slots known;	/* hashes of keys that were read */
};

/* pull_open.c: begin and end with a source: its secrets and values. */
int pull_open(struct pull *, const struct source *, struct err *);
void pull_close(struct pull *);

/* pull.c: pull_open(), and check that the file has this way of reading. */
int pull_ready(struct pull *, const struct source *, enum pull_way,
    struct err *);

/*
 * pull_values.c: the values of templates.  The base address, which may come
 * with a token; a range of times in the source's format, and in that of a query
 * of changes; the place of a query; and a template filled in, crypt_alloc()ed.
 */
void pull_base(struct pull *);
void pull_range(struct pull *, int64_t since, int64_t until);
void pull_range_of(struct pull *, const struct pull_query *, int64_t since,
    int64_t until);
void pull_place(struct pull *, const struct pull_at *);
char *pull_fill(struct pull *, const struct template *, enum template_place);

/* pull_request.c: one request, made from the query or for a URL. */
struct pull_request {
	struct httpc_request http;
	struct http_header header[80];
	char *owned[160];	/* crypt_alloc()ed texts */
	size_t nowned;
};
void pull_request_make(struct pull *, const struct pull_at *, const char *url,
    struct pull_request *);
void pull_request_release(struct pull_request *);

/* pull_session.c: take what an answer's headers say (cookies, the time, the
 * quota); the cookies for a request, crypt_alloc()ed, or NULL. */
void pull_session_take(struct pull *, const struct httpc_answer *);
char *pull_session_cookie(const struct pull *);

/* pull_ask.c: ask, as often as it takes, and pass the rows to pull_row().  The
 * caller frees page->next. */
int pull_ask(struct pull *, const struct pull_at *, const char *url,
    struct pull_page *, struct err *);

/* pull_judge.c: what an answer that is not a page means: p->verdict and *e. */
int pull_judge(struct pull *, const struct pull_query *,
    const struct httpc_answer *, struct err *);
/* The same for an answer with a good status, by its frame. */
int pull_judge_frame(struct pull *, const struct pull_query *,
    const struct json *, struct err *);

/* pull_pages.c: read all pages of a query from where at is, or from the first;
 * read one record. */
int pull_pages_from(struct pull *, struct pull_at *, struct err *);
int pull_pages(struct pull *, const struct pull_query *, struct err *);
int pull_one(struct pull *, const char *key, struct err *);

/* Whether a fault with a record that was asked for by its id concerns it alone,
 * as a bad answer does, and a refusal of it. */
int pull_is_alone(const struct pull *, int rc);

/* Read a record of many.  A fault that concerns it alone is put off if changes,
 * or a thin event, named it; otherwise it is kept, and is that of pull_alone()
 * once the others are read. */
int pull_one_of_many(struct pull *, const char *key, struct err *);
/* The same, unless it was read in this run already, or waits. */
int pull_one_named(struct pull *, const char *key, struct err *);
int pull_alone(struct pull *, struct err *);

/* Keep a key that a page names in p->keys, with its NUL. */
int pull_name(struct pull *, const char *, struct err *);

/* The hash of a key, never 0. */
uint64_t pull_hash(struct pull *, const char *key);

/* Whether a key was read in this run, or for changes in this window; the same,
 * and note it. */
int pull_knows(struct pull *, const char *key);
int pull_know(struct pull *, const char *key);

/* Add a row that says that a record is gone as of a time; said: the system says
 * so, and not that it was not found. */
int pull_gone(struct pull *, const char *key, int64_t at, int said,
    struct err *);

/* The hash by which a record is recognised that may pass for gone; or one that
 * could not be read and waits. */
int64_t pull_who(struct pull *, const char *key, int unread);

/*
 * pull_put_off.c: a record that changes named, or an event with others, and
 * that cannot be read for this reason, waits as a thin event, which holds up
 * nobody.  Whether one (pull_who) still waits: 1, 0, <0; it needs no other.  At
 * the end of a run, tell how many there were.
 */
int pull_put_off(struct pull *, const char *key, const struct err *why,
    struct err *);
int pull_is_put_off(struct pull *, int64_t who, struct err *);
void pull_put_off_told(struct pull *);

/*
 * pull_missed.c: read what changes may have missed, from the lists of missed,
 * up to p->began.  Note that nothing before a time was missed, because a
 * snapshot has read everything but what was still open.  Whether a list is due
 * (1, 0, <0), and its range; since is 0 if there is no cursor yet.  Take a row
 * of a list.  Note that some has answered with a record.
 */
int pull_missed(struct pull *, struct err *);
int pull_missed_due(struct pull *, const struct pull_missed *, int64_t now,
    int64_t *since, int64_t *until, struct err *);
int pull_missed_nothing(struct pull *, int64_t as_of, struct err *);
int pull_missed_row(struct pull *, const char *key, const char *deleted,
    struct err *);
int pull_missed_take(struct pull *, const char *key, struct err *);

/* Read the records whose keys are in p->keys with some, and empty that. */
int pull_missed_read(struct pull *, struct err *);

/* pull_lead.c: read what changed within pull.lead days, once a day; all: this
 * run has already read everything.  Whether that is due, and from when on: 1,
 * 0, <0. */
int pull_lead(struct pull *, int all, struct err *);
int pull_lead_due(struct pull *, int64_t now, int64_t *since, struct err *);

/* pull_index.c: compare with what the source lists; take a row of the list;
 * read the rows of a page that differ.  Whether changes has passed a record
 * with this stamp, or one that is gone (NULL), without finding it. */
int pull_compare(struct pull *, struct err *);
int pull_index_row(struct pull *, const char *key, const char *stamp,
    struct err *);
int pull_index_page(struct pull *, struct err *);
int pull_index_lost(const struct pull *, const char *stamp);

/*
 * pull_rows.c: take a record as it was answered.  pull_head(): what a row says
 * outside its body (of which snapshot it is, that no event told of it, or as of
 * when it passed for gone).  pull_whole_row(): a record that has its parts.
 * pull_new_row(), pull_keep(), pull_room(), pull_state_id(): a new row, text
 * for it that is taken from a buffer, room for the next, the id of the state in
 * p->canonical; pull_id(): an id from any parts.  pull_own_row(): a line with
 * an id of its own; pull_gone_id(): the id of one that says that a record is
 * gone.  pull_event(): begin such a line, up to its type; pull_event_end():
 * close its data and itself, add it, and release the buffer.
 */
int pull_row(struct pull *, const struct pull_query *, const char *, size_t,
    struct err *);
const char *pull_head(struct pull *, int lost, int64_t back);
const char *pull_keep(struct pull *, struct buf *);
int pull_whole_row(struct pull *, const char *, size_t, struct err *);
struct pull_row *pull_new_row(struct pull *, const char *body, size_t,
    const char *type);
int pull_room(struct pull *, struct err *);
void pull_state_id(struct pull *, const char *key, const char *again,
    char id[PULL_ID]);
struct pull_row *pull_own_row(struct pull *, const char *id, const char *body,
    size_t);
struct jsonw;
void pull_event(const struct pull *, struct jsonw *, struct buf *,
    const char *id, const char *type);
struct pull_row *pull_event_end(struct pull *, struct jsonw *,
    const char *id);
void pull_gone_id(struct pull *, const char *key, int64_t at,
    char id[PULL_ID]);
struct crypt_part;
void pull_id(const struct crypt_part *, size_t n, char id[PULL_ID]);

/* pull_store.c: store what waits, and the cursor if it is not 0; forget it. */
int pull_flush(struct pull *, int64_t cursor, struct err *);
void pull_forget(struct pull *);

/* pull_parts.c: keep a row of a part; add the record in p->whole with all its
 * parts as a row. */
int pull_part(struct pull *, const char *, size_t, struct err *);
int pull_parts(struct pull *, struct err *);

/* pull_window.c: read what changed from the cursor on; or from a time on, which
 * does not move the cursor; the same with the latest, of which there may still
 * be more; how far an answer of now lets the cursor go. */
int pull_catch_up(struct pull *, struct err *);
int pull_from(struct pull *, int64_t since, struct err *);
int pull_latest(struct pull *, int64_t since, struct err *);
int64_t pull_settled(const struct pull *, int64_t until);

/* pull_full.c, pull_thin.c */
int pull_snapshot(struct pull *, struct err *);
int pull_thin_waiting(struct pull *, struct err *);
int pull_thin_row(struct pull *, struct err *);

/* pull_command.c: read what the command prints; note that its present line
 * belongs to this record (p->place). */
int pull_command(struct pull *, struct err *);
void pull_command_record(struct pull *, const char *key);

/* pull_line.c: take a line of a command, and its number: a record, or a
 * loya.member line. */
int pull_line(struct pull *, int64_t number, const char *, size_t,
    struct err *);

/*
 * pull_odd.c: store what is not a record as a row all the same, with this media
 * type; why, a sentence, is told once the row is durable.  E_IO if an answer,
 * or the output of a command, begins with nothing but such rows.
 * pull_odd_rest(): at the end of a run, tell how many more there were.
 */
int pull_odd(struct pull *, const char *type, const char *s, size_t n,
    struct err *, const char *why, ...)
    __attribute__((format(printf, 6, 7)));
/* Whether this answer had nothing else so far: such rows may still have to be
 * withdrawn, and are not stored yet. */
int pull_odd_only(const struct pull *);
void pull_odd_stored(struct pull *, const struct pull_row *);
void pull_odd_rest(const struct pull *);

/* pull_record.c: add an audit row about this source, why may be NULL; and one
 * about a failure. */
int pull_record(struct pull *, const char *kind, const char *why,
    struct err *);
void pull_failed(struct pull *, const struct err *);

#endif
