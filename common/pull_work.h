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

/* A row that waits for its transaction. */
struct pull_row {
	const char *fault;	/* what is wrong with it, in batch.arena; NULL:
				 * nothing */
	size_t body, len;	/* in batch.text */
	size_t head;		/* the same, terminated; 0: none */
	unsigned char compact;	/* JSON without white space between tokens */
	const char *type;
	char id[PULL_ID];	/* "": it goes by key and content */
	const char *own_id;	/* instead of id, in batch.arena; or NULL */
	int64_t key, content;
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

/* A record of a list of pull.missed that some reads. */
struct pull_asked {
	const char *key, *deleted;
	int there;
};

/* An answer that was read. */
struct pull_page {
	int64_t rows;
	int64_t hash;		/* of all of them, in their order */
	char *next;		/* where the next one is, malloc()ed; NULL */
	int64_t pages, total;	/* where the query says where they stand */
};

/* Where a query has come to. */
struct pull_at {
	const struct pull_query *q;
	const char *key;	/* of one, or NULL */
	const char *part;	/* of parts, or NULL */
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
	int masked;		/* *** stands for secrets, which are not read */

	/* of the source under way */
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
	int64_t server;		/* the peer's time as of the first answer since
				 * it was 0 */
	int64_t began;		/* the same of the first answer of all, 0 */
	int64_t quota_begin;	/* used as of the first answer, -1 */
	struct err quota;	/* why nothing more is asked, or code 0 */
	enum pull_verdict verdict;	/* of the last answer */

	/* of its rows */
	struct pull_batch batch;
	struct buf lines, canonical;
	struct json json;
	char snapshot_id[ID_TEXT];
	const char *snapshot;	/* the same when they belong to one, or NULL */
	int64_t total;		/* how many those are, -1: not known yet */
	int64_t rows_here, odd_here;	/* rows of this answer */
	int lone;		/* its row stands where an array might */
	int64_t line;		/* of a command, 0: none */
	int64_t place;		/* which of the lines of its record it is, from
				 * 1 */
	int64_t again, again_line;	/* of its lines, those of a record that
					 * an earlier one has, and the first */
	const char *key;	/* it has to be this record, or NULL */
	int64_t matched;	/* rows of that */
	int64_t thin;		/* the thin row that they are read for, or 0 */
	int64_t read_back;	/* the same, when nothing of it is left */
	int64_t covered;	/* changes were read from here on, 0: none, */
	int64_t covered_at;	/* and this was the time */
	const struct row *row;	/* of pull_thin_row() */
	struct buf keys;	/* of a page: texts, each with its NUL; of
				 * missed also when it was deleted */
	const struct pull_missed *missed;	/* the list under way, or
						 * NULL */
	int64_t complete, earliest;	/* what it said, 0: nothing */
	const struct pull_query *listing;	/* of index, or NULL */
	int64_t listed;		/* its records, -1: none is asked for */
	int64_t passed;		/* then: what was stamped before this, changes
				 * does not find any more; 0: all of it is
				 * still to be read */
	struct pull_asked asked[PULL_SOME];
	size_t nasked;
	struct buf whole;	/* a record without its parts */
	struct buf part;	/* rows of one of them, commas between */
	struct slots known;	/* hashes of keys that were read */
};

/* pull_open.c: begin and end a source: its secrets and values. */
int pull_open(struct pull *, const struct source *, struct err *);
void pull_close(struct pull *);

/* pull.c: the same, and whether its file has this way to read it. */
int pull_ready(struct pull *, const struct source *, enum pull_way,
    struct err *);

/* pull_values.c: what templates are filled with.  The address, which a token
 * may come with; a time as the source wants
 * it, and as a query of changes does; and a text filled in, crypt_alloc()ed. */
void pull_base(struct pull *);
void pull_range(struct pull *, int64_t since, int64_t until);
void pull_range_of(struct pull *, const struct pull_query *, int64_t since,
    int64_t until);
void pull_place(struct pull *, const struct pull_at *);
char *pull_fill(struct pull *, const struct template *, enum template_place);

/* pull_request.c: one request as it stands, made of the query or to a url. */
struct pull_request {
	struct httpc_request http;
	struct http_header header[80];
	char *owned[160];	/* crypt_alloc()ed texts */
	size_t nowned;
};
void pull_request_make(struct pull *, const struct pull_at *, const char *url,
    struct pull_request *);
void pull_request_release(struct pull_request *);

/* pull_session.c: what an answer says in its headers (cookies, the time, the
 * quota); and the cookies for a request, crypt_alloc()ed, or NULL. */
void pull_session_take(struct pull *, const struct httpc_answer *);
char *pull_session_cookie(const struct pull *);

/* pull_ask.c: ask, as often as it takes; give the rows to pull_row().
 * page->next is the caller's to free. */
int pull_ask(struct pull *, const struct pull_at *, const char *url,
    struct pull_page *, struct err *);

/* pull_judge.c: what an answer means that is no page: p->verdict and *e. */
int pull_judge(struct pull *, const struct pull_query *,
    const struct httpc_answer *, struct err *);
/* The same of a good status, by its frame. */
int pull_judge_frame(struct pull *, const struct pull_query *,
    const struct json *, struct err *);

/* pull_pages.c: all pages of a query, from where at is; the same from the
 * first one; and one record. */
int pull_pages_from(struct pull *, struct pull_at *, struct err *);
int pull_pages(struct pull *, const struct pull_query *, struct err *);
int pull_one(struct pull *, const char *key, struct err *);

/* A text of what a page names, kept with its NUL in p->keys. */
int pull_name(struct pull *, const char *, struct err *);

/* Whether a key is known in this run, of changes in this window; and note it:
 * the same. */
int pull_knows(struct pull *, const char *key);
int pull_know(struct pull *, const char *key);

/* That a record is gone as of a time, as a row. */
int pull_gone(struct pull *, const char *key, int64_t at, struct err *);

/* pull_missed.c: what changes may have missed, by the lists of missed, up to
 * p->began; note that there is nothing of before a time, for a snapshot has
 * read all of it.  Whether a list is due (1, 0, <0), and from when to when;
 * since is 0 when there is no cursor yet.  A row of a list; and that some has
 * answered with a record. */
int pull_missed(struct pull *, struct err *);
int pull_missed_due(struct pull *, const struct pull_missed *, int64_t now,
    int64_t *since, int64_t *until, struct err *);
int pull_missed_nothing(struct pull *, int64_t as_of, struct err *);
int pull_missed_row(struct pull *, const char *key, const char *deleted,
    struct err *);
int pull_missed_take(struct pull *, const char *key, struct err *);

/* The records of the list in p->keys, which is emptied, by some. */
int pull_missed_read(struct pull *, struct err *);

/* pull_lead.c: what changed within pull.lead days, the first time on a day;
 * all: this run has read everything already.  And whether it is due, and from
 * when on: 1, 0, <0. */
int pull_lead(struct pull *, int all, struct err *);
int pull_lead_due(struct pull *, int64_t now, int64_t *since, struct err *);

/* pull_index.c: compare with what the source lists; a row of it; and the rows
 * of a page that differ.  Whether changes has passed a record of this stamp,
 * or one that is gone (NULL), and did not find it. */
int pull_compare(struct pull *, struct err *);
int pull_index_row(struct pull *, const char *key, const char *stamp,
    struct err *);
int pull_index_page(struct pull *, struct err *);
int pull_index_lost(const struct pull *, const char *stamp);

/* pull_rows.c: a record as it was answered; what a row says outside its
 * body: of which snapshot it is, or that no event told of it; a line of our
 * own; the id of one that says that a record is gone.  And what they are made
 * of: a row that waits, a text beside it, room for the next one, the id of a
 * state whose text is in p->canonical.  Then store what waits, with the
 * cursor where it is not 0.  A record is whole when its parts are in it. */
int pull_row(struct pull *, const struct pull_query *, const char *, size_t,
    struct err *);
size_t pull_head(struct pull *, int lost);
int pull_whole_row(struct pull *, const char *, size_t, struct err *);
struct pull_row *pull_new_row(struct pull *, const char *body, size_t,
    const char *type);
size_t pull_keep(struct pull *, const char *, size_t);
int pull_room(struct pull *, struct err *);
void pull_state_id(struct pull *, const char *key, const char *again,
    char id[PULL_ID]);
int pull_own_row(struct pull *, const char *id, const char *body, size_t,
    struct err *);
void pull_gone_id(struct pull *, const char *key, int64_t at,
    char id[PULL_ID]);
int pull_flush(struct pull *, int64_t cursor, struct err *);
void pull_forget(struct pull *);

/* pull_parts.c: a row of a part, which is kept; and the record in p->whole with
 * all its parts as a row. */
int pull_part(struct pull *, const char *, size_t, struct err *);
int pull_parts(struct pull *, struct err *);

/* pull_window.c: what changed from the cursor on; from a time on, which moves
 * no cursor; and where the cursor goes behind an answer of now. */
int pull_catch_up(struct pull *, struct err *);
int pull_from(struct pull *, int64_t since, struct err *);
int64_t pull_settled(const struct pull *, int64_t until);

/* pull_full.c, pull_thin.c */
int pull_snapshot(struct pull *, struct err *);
int pull_thin_waiting(struct pull *, struct err *);
int pull_thin_row(struct pull *, struct err *);

/* pull_command.c: what it prints; and that the line under way is of this
 * record: p->place. */
int pull_command(struct pull *, struct err *);
void pull_command_record(struct pull *, const char *key);

/* pull_line.c: a line of a command, and its number: a record, or a loya.member
 * line. */
int pull_line(struct pull *, int64_t number, const char *, size_t,
    struct err *);

/* pull_odd.c: what is no record is a row all the same, of this media type, and
 * why, a sentence, is told once it is durable; E_IO where an answer, or what a
 * command prints, begins with nothing else.  And how many more
 * were told nothing of, at the end of a run. */
int pull_odd(struct pull *, const char *type, const char *s, size_t n,
    struct err *, const char *why, ...)
    __attribute__((format(printf, 6, 7)));
/* Whether there was nothing else in this answer: such rows may still have to
 * be taken back, and are not stored yet. */
int pull_odd_only(const struct pull *);
void pull_odd_stored(struct pull *, const struct pull_row *);
void pull_odd_rest(const struct pull *);

/* pull_record.c: a row of the record about this source, why may be NULL; and
 * about a failure. */
int pull_record(struct pull *, const char *kind, const char *why,
    struct err *);
void pull_failed(struct pull *, const struct err *);

#endif
