/*
 * What the parts of the delivery engine share.  Nobody else includes this.
 */
#ifndef COMMON_DELIVER_WORK_H
#define COMMON_DELIVER_WORK_H

#include "common/arena.h"
#include "common/audit.h"
#include "common/auth.h"
#include "common/command_feed.h"
#include "common/deliver.h"
#include "common/httpc_many.h"
#include "common/jsonw.h"
#include "common/oauth.h"
#include "common/outbox.h"
#include "common/redact.h"
#include "common/rest.h"
#include "common/secret.h"
#include "common/seldom.h"
#include "common/webhook.h"

/* How many rows of a target may be leased and not begun; how much of an answer
 * is recorded, in characters; most headers of a request; room for an id. */
enum { LANE_QUEUE = 512, JOB_ANSWER = 200, JOB_HEADERS = 6, JOB_ID = 33 };

/* Why a target cannot be sent to: setting a secret may help, or only changing
 * its file. */
enum lane_fault { LANE_WELL, LANE_SECRET, LANE_FILE };

/* The state of one target. */
struct lane {
	const struct source *source;
	enum lane_fault fault;
	size_t number;		/* index in d->lane and in turn.lane */
	int64_t window;		/* in thousandths of a request */
	int slowed;		/* there was a failure */
	int64_t failures;	/* in a row */
	int rests;		/* in a row */
	int64_t active;
	int64_t rest_until;	/* 0: it does not rest */
	int64_t resting;	/* the same, as of deliver_survey(), if
				 * something waits for it */
	int off;
	int told;		/* people know that it is off */
	struct seldom dead;	/* deliveries that people are told of */
	int dead_status;	/* what was answered to the last of them */
	int64_t heard;		/* how often an answer changed off or rest */
	int64_t noted;		/* how many of these are in the store */
	int64_t looked_at;	/* monotonic time of the last lane_look() */
	int look;		/* the outbox may have something for it */
	int64_t next_due;
	struct outbox_row queue[LANE_QUEUE];
	size_t head, n;
	int64_t credit, credit_at;	/* millionths of a request; monotonic */
	int claim, claimed;	/* if there is a rate: its lock, or -1, and
				 * whether we hold it */
	int64_t claim_at;	/* monotonic time of the last try */
	struct webhook_key key[SECRET_SLOTS];
	size_t nkey;
	struct secret plain[SECRET_SLOTS];	/* if hmac signs with them */
	struct redact clean;
	size_t nclean;		/* secrets in it that are not tokens */
	int ntoken;		/* tokens in it */
	char *credential;	/* value of a header, crypt_alloc()ed */
	char *secret[MAP_SECRETS];	/* as JSON strings, likewise */
	/* If it wants a token: */
	struct oauth_token token;
	int have_token;
	int64_t token_until;	/* then a new one is asked for; 0: never */
	int again;		/* this one was refused */
	int renewed;		/* got after a refusal; has not worked yet */
	int64_t serial;		/* of the token */
	struct token_ask *ask;	/* under way, or NULL */
};

/* How an attempt ended for one row. */
struct ending {
	enum outbox_end end;
	const char *why;	/* a word: why it is dead, or was not sent */
	int now;		/* try it again at once */
	int alone;		/* and by itself */
	char answer[JOB_ANSWER];
};

/* One request, or one run of a command: from the queue to the record. */
struct job {
	struct job *next;
	struct lane *lane;
	struct outbox_row *row;
	char (*id)[JOB_ID];	/* of each row */
	size_t nrow;
	struct buf body;
	struct httpc_request request;
	struct http_header *header;
	char stamp[24];
	char signature[SECRET_SLOTS * WEBHOOK_SIGNATURE];
	struct buf hmac;
	char *bearer;		/* crypt_alloc()ed, or NULL */
	int64_t serial;		/* of that token */
	struct command_feed *feed;
	/* Of a rest target: */
	const struct rest_request *rest;
	struct buf url, rows;
	struct buf *value;	/* of its headers */
	struct map_made made;
	char *sealed;		/* the body with its secrets, crypt_alloc()ed */
	int64_t *covers;	/* newest audit row that the body covers */
	/* How it ended. */
	struct ending all;	/* for all rows, or: */
	struct ending *each;
	int is_noted;		/* this turn's outbox update includes it */
	struct job *alike;	/* next in this turn that ended alike */
	int off;		/* it answered 410 */
	int64_t rest_until;	/* the target shall rest; or 0 */
	int status;		/* of HTTP, or the exit status */
	int64_t took;
	int64_t after;		/* Retry-After; -1: none */
};

/* What a turn does for one target.  row: the rows to be given back (back), or
 * room for those to be leased (want). */
struct turn_lane {
	const struct source *source;
	size_t back, want, got;
	struct outbox_row *row;
	int more;		/* there may be more to lease */
	int look;		/* something has become due */
	struct job *run, *last;	/* those that ended alike, first and last */
	int64_t heard;		/* that of the lane as the turn began */
	int turned_off;		/* by this turn */
	int known;		/* what the store says about the target: */
	int off;
	int64_t rest_until;
};

/*
 * One transaction: what ended is recorded, what is due is leased.  It runs in a
 * thread with its own store, so that sending never waits for the disk.  From
 * turn_begin() to turn_end() all of this, and the jobs in it, belong to that
 * thread.
 */
struct turn {
	struct store *store;
	struct job *ended;
	size_t nended;
	int64_t ended_at;
	struct turn_lane *lane;
	size_t nlane;
	struct buf detail, output;
	int64_t covered;	/* deliveries that went with others */
	int rc;
	struct err e;
};

struct deliver {
	struct store *store;	/* only read while it delivers */
	const char *confdir;
	unsigned char *key;
	int64_t stamp;		/* of the secrets in use */
	int64_t stamp_at;	/* monotonic time it was last looked up */
	struct lane *lane;
	size_t nlane;
	struct httpc_many *http;
	struct job *running;	/* commands only */
	struct job *ended, **ended_tail;
	size_t nended;
	int64_t ended_at;	/* monotonic time of the first of them */
	int64_t active;
	struct recorder *recorder;
	struct turn turn;
	int turning;		/* a turn is under way */
	int looking;		/* between look_begin() and look_end() */
	int all;		/* every target has a lane */
	const int64_t *asked;	/* of deliver_again() */
	size_t nasked;
	int stopping;
	atomic_int give_up;	/* the same, for threads */
	struct arena arena;
	struct buf detail, output;
	struct buf complaint;	/* texts, each with its NUL */
	size_t complained;	/* offset of the first not yet told */
	int wake;		/* eventfd that threads write to */
	int alive;		/* the lock of deliver_join(), or -1 */
	struct deliver_count count;
};

/* deliver_secret.c: keys and credentials of a target.  First load d->key. */
int lane_key(struct deliver *, struct err *);
int lane_keys(struct deliver *, struct lane *, struct err *);
void lane_release(struct lane *);

/* deliver.c: keep a text for deliver_complaint(); the same as "source 'NAME':
 * text"; and that a target is off. */
void deliver_tell(struct deliver *, const char *text);
void deliver_complain(struct deliver *, const struct lane *,
    const char *text, const char *why);
void deliver_off(struct deliver *, struct lane *);

/* deliver_open.c: deliver_join() without targets; *fd is its lock, -1 while it
 * is not open. */
int alive_join(struct store *, int *fd, struct err *);

/* deliver_dead.c: a row of the job is dead; tell people about dead deliveries,
 * at most once a minute for each target. */
void dead_add(struct job *);
void dead_tell(struct deliver *);

/*
 * deliver_lane.c: what a target may be sent.  lane_look(): once a second,
 * whether somebody has turned it on again or ended its rest.  lane_learn():
 * take over what the store says about it; tells that it is off.  lane_judge():
 * take over rc, the result of looking at its file or its secrets: what concerns
 * this target alone is told, and becomes 0.
 */
int lane_claim(const struct deliver *, struct lane *, struct err *);
int lane_open(const struct deliver *, const struct lane *, int64_t now);
int lane_look(struct deliver *, struct lane *, struct err *);
int lane_judge(struct deliver *, struct lane *, enum lane_fault, int rc,
    const struct err *);
void lane_learn(struct deliver *, struct lane *, int off, int64_t rest_until);
int lane_may_send(const struct deliver *, struct lane *, int64_t now);
int64_t lane_credit(struct lane *);	/* ms until it may send, 0: now */
size_t lane_wants(const struct lane *);
void lane_worked(struct lane *);
void lane_slower(struct lane *);
void lane_failed(struct lane *, struct job *, int64_t now);

/* deliver_job.c: rows that are sent together. */
struct job *job_new(struct lane *, size_t nrow);
void job_free(struct job *);

/* Make the body.  0; E_NOTFOUND, without *e: nothing is left to send, and
 * job_erased() ends the job.  Of several rows, those with nothing left are
 * taken out and are done. */
int job_make(struct deliver *, struct job *, struct err *);
void job_erased(struct deliver *, struct job *);

/* An event as an object, with this id or (NULL) that of its audit row; the id
 * of row i, from the commitment of that row. */
void job_event(const struct audit_row *, const char *id, struct buf *);
void job_id(struct job *, size_t i, const unsigned char *commitment);

/* Row i as a job of its own. */
struct job *job_split(const struct job *, size_t i);

/* Keep what was answered, with secrets masked. */
void job_words(struct job *, struct ending *, const char *, size_t);

/* What a failed attempt leads to; and how it ended for row i. */
void job_defer(struct job *, int64_t now, int trouble);
void job_ending(const struct job *, size_t i, struct ending *);
void job_done(struct deliver *, struct job *);

/* Record nothing of what has ended. */
void job_forget(struct deliver *);

/* deliver_send.c: starting any request; signing and ending those of
 * webhooks. */
int job_start(struct deliver *, struct job *, struct err *);
void job_sign(struct job *);
void job_answered(struct job *, const struct httpc_done *, int64_t now);

/* Add a header; the token, if the target wants one; what every request has;
 * judge an answer by its status alone. */
void job_header(struct job *, const char *name, const char *value);
void job_token(struct job *);
void job_request(struct job *, const char *method, const char *url);
void job_judge(struct job *, int64_t now);

/* deliver_show.c: a header as a line of text. */
void job_header_text(struct buf *, const char *name, const char *value);

/* deliver_exec.c: jobs of exec targets. */
int exec_start(struct job *, struct err *);
int exec_ended(struct job *, int64_t now);

/* deliver_rest.c: the next job of a rest target from its queue, complete; NULL:
 * no row is left.  Rows that are not sent at all are ended. */
int rest_take(struct deliver *, struct lane *, struct job **, struct err *);

/* Whether rest_take() would end this row and send nothing: 1, 0, <0. */
int rest_ends(struct deliver *, struct lane *, const struct outbox_row *,
    struct err *);

/* deliver_request.c: add a row to a request (E_DATA: this row cannot be
 * sent, and nothing was added), finish the request from all rows, send
 * it, show it. */
int rest_add(struct job *, const struct rest_request *, struct map_sight *,
    struct err *);
int rest_finish(struct job *, struct err *);
int rest_start(struct deliver *, struct job *, struct err *);
void rest_show(const struct job *, struct buf *);

/* deliver_answer.c: what the answer means for each row. */
void rest_answered(struct job *, const struct httpc_answer *, int64_t now);

/* deliver_token.c: ask for a target's token; collect those that have come;
 * whether it has a good one; whether a 401 means that it needs another one. */
int token_begin(struct deliver *, struct lane *, struct err *);
void token_collect(struct deliver *);
int token_good(struct lane *, int64_t now);
int token_refused(struct job *);
void token_release(struct lane *);

/* deliver_row.c: write the audit row, the line and the state of one attempt,
 * and of deliveries that it covered. */
int record_row(struct turn *, const struct job *, size_t i, int64_t now,
    struct err *);

/* The same for the outbox alone, for all jobs of the turn that share a
 * statement.  E_NO: one of them has lost its lease; roll back, and do without
 * this. */
int record_sent(struct turn *, struct err *);

/* deliver_record.c: the transaction; if it fails nothing of it was done. */
int record_turn(struct turn *, struct err *);

/*
 * deliver_turn.c: begin a turn with what ended and what the targets want, if
 * none is under way; take its results, if it is done (*leased: there is or may
 * be something to send); wait for its end and free it.  On failure all is as it
 * was before the turn.  turn_fd() is readable when it is done.
 */
int turn_begin(struct deliver *, struct err *);
int turn_end(struct deliver *, int *leased, struct err *);
int turn_fd(const struct deliver *);
void turn_free(struct deliver *);

/* One read-only transaction for everything up to look_end(): separate ones
 * would each take and release the store's locks. */
int look_begin(struct deliver *, struct err *);
void look_end(struct deliver *);

#endif
