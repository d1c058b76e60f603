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

/* Rows that a target may hold leased and not begun; characters of an answer
 * that are recorded. */
enum { LANE_QUEUE = 512, JOB_ANSWER = 200, JOB_HEADERS = 6, JOB_ID = 33 };

/* Why a target cannot be sent to: a secret that is set may help, or only
 * another file. */
enum lane_fault { LANE_WELL, LANE_SECRET, LANE_FILE };

/* A target on its way. */
struct lane {
	const struct source *source;
	enum lane_fault fault;
	size_t number;		/* of d->lane and of the lanes of a turn */
	int64_t window;		/* in thousandths of a request */
	int slowed;		/* there was a failure */
	int64_t failures;	/* one after the other */
	int rests;		/* one after the other */
	int64_t active;
	int64_t rest_until;	/* 0: it does not rest */
	int64_t resting;	/* the same, as of deliver_survey(), where
				 * something waits for it */
	int off;
	int told;		/* people know that it is */
	struct seldom dead;	/* deliveries that people are told of */
	int dead_status;	/* what was answered to the last of them */
	int64_t heard;		/* how often one of these two came by an
				 * answer */
	int64_t noted;		/* of these, how many the store has */
	int64_t looked_at;	/* monotonic time of the last lane_look() */
	int look;		/* the outbox may have something for it */
	int64_t next_due;
	struct outbox_row queue[LANE_QUEUE];
	size_t head, n;
	int64_t credit, credit_at;	/* millionths of a request; monotonic */
	int claim, claimed;	/* where there is a rate: its lock, or -1; and
				 * whether it is ours */
	int64_t claim_at;	/* monotonic time of the last try */
	struct webhook_key key[SECRET_SLOTS];
	size_t nkey;
	struct secret plain[SECRET_SLOTS];	/* where hmac signs with them */
	struct redact clean;
	size_t nclean;		/* of it, without tokens */
	int ntoken;		/* tokens in it */
	char *credential;	/* value of a header, crypt_alloc()ed */
	char *secret[MAP_SECRETS];	/* as JSON strings, likewise */
	/* Where it wants a token: */
	struct oauth_token token;
	int have_token;
	int64_t token_until;	/* then another one is asked for; 0: never */
	int again;		/* this one was refused */
	int renewed;		/* for that it was got, and has not worked */
	int64_t serial;		/* of the token */
	struct token_ask *ask;	/* under way, or NULL */
};

/* How it ended for one row. */
struct ending {
	enum outbox_end end;
	const char *why;	/* a word: why it is dead, or was not sent */
	int now;		/* it is to be tried again at once */
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
	int64_t *covers;	/* up to this row of audit the body has it */
	/* How it ended. */
	struct ending all;	/* for all rows, or: */
	struct ending *each;
	int is_noted;		/* in this turn the outbox has it */
	struct job *alike;	/* in this turn the next that ended so */
	int off;		/* it said 410 */
	int64_t rest_until;	/* the target is to rest */
	int status;		/* of HTTP, or the exit status */
	int64_t took;
	int64_t after;		/* Retry-After; -1: none */
};

/* What a turn does for one target.  rows: those to be given back, or (want)
 * room for those that are leased. */
struct turn_lane {
	const struct source *source;
	size_t back, want, got;
	struct outbox_row *row;
	int more;		/* there may be more to lease */
	int look;		/* something has got its turn */
	struct job *run, *last;	/* those that ended alike, first and last */
	int64_t heard;		/* of the lane, as the turn began */
	int turned_off;		/* by this turn */
	int known;		/* what the store says of the target: */
	int off;
	int64_t rest_until;
};

/*
 * One transaction of the record: what ended is recorded, what is due is leased.
 * It is made in a thread with a store of its own, so that nothing that is sent
 * waits for the disk.  From turn_begin() to turn_end() all of it is that
 * thread's, and so are the jobs in it.
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
	struct store *store;	/* here it is only read while it delivers */
	const char *confdir;
	unsigned char *key;
	int64_t stamp;		/* of the secrets */
	int64_t stamp_at;	/* monotonic time of the last look */
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
	int turning;		/* it is under way */
	int looking;		/* look_begin() */
	int all;		/* every target has a lane */
	const int64_t *asked;	/* of deliver_again() */
	size_t nasked;
	int stopping;
	atomic_int give_up;	/* the same, for the threads */
	struct arena arena;
	struct buf detail, output;
	struct buf complaint;	/* texts, each with its NUL */
	size_t complained;	/* where the first is that was not told */
	int wake;		/* eventfd that threads write */
	int alive;		/* the lock of deliver_join(), or -1 */
	struct deliver_count count;
};

/* deliver_secret.c: what it signs with and proves itself by.  First: have
 * d->key. */
int lane_key(struct deliver *, struct err *);
int lane_keys(struct deliver *, struct lane *, struct err *);
void lane_release(struct lane *);

/* deliver.c: keep a text for deliver_complaint(); "source 'NAME': text"; and
 * that it is off. */
void deliver_tell(struct deliver *, const char *text);
void deliver_complain(struct deliver *, const struct lane *,
    const char *text, const char *why);
void deliver_off(struct deliver *, struct lane *);

/* deliver_open.c: deliver_join() without targets; *fd is its lock, or -1 as
 * long as it was not opened. */
int alive_join(struct store *, int *fd, struct err *);

/* deliver_dead.c: one more is dead, as far as its job goes; people are told of
 * those that are, of a target once a minute at most. */
void dead_add(struct job *);
void dead_tell(struct deliver *);

/* deliver_lane.c: what a target is given and allowed.  lane_look(): whether
 * somebody turned it on again or ended its rest, once a second; lane_learn():
 * what the store says of it, and that it is off is told.  lane_judge(): what it
 * means for the target that rc came of looking at its file or its secrets; what
 * concerns it alone is told and becomes 0. */
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

/* deliver_job.c: rows that go together. */
struct job *job_new(struct lane *, size_t nrow);
void job_free(struct job *);

/* Its body.  0; E_NOTFOUND, without *e: nothing is left to be sent, for which
 * job_erased() is.  Of several rows such are taken out and are done. */
int job_make(struct deliver *, struct job *, struct err *);
void job_erased(struct deliver *, struct job *);

/* An event as an object, with this id or (NULL) that of its row of audit; and
 * the id of row i, by the commitment of that row. */
void job_event(const struct audit_row *, const char *id, struct buf *);
void job_id(struct job *, size_t i, const unsigned char *commitment);

/* Row i as a job of its own. */
struct job *job_split(const struct job *, size_t i);

/* Note what was answered, without secrets. */
void job_words(struct job *, struct ending *, const char *, size_t);

/* What an attempt that failed leads to; and how it ended for row i. */
void job_defer(struct job *, int64_t now, int trouble);
void job_ending(const struct job *, size_t i, struct ending *);
void job_done(struct deliver *, struct job *);

/* Nothing of what ended is to be recorded. */
void job_forget(struct deliver *);

/* deliver_send.c: requests, and those of webhook targets. */
int job_start(struct deliver *, struct job *, struct err *);
void job_sign(struct job *);
void job_answered(struct job *, const struct httpc_done *, int64_t now);

/* One more header; the token, if the target wants one; what every request
 * has; what an answer means by its status alone. */
void job_header(struct job *, const char *name, const char *value);
void job_token(struct job *);
void job_request(struct job *, const char *method, const char *url);
void job_judge(struct job *, int64_t now);

/* deliver_exec.c: jobs of exec targets. */
int exec_start(struct job *, struct err *);
int exec_ended(struct job *, int64_t now);

/* deliver_rest.c: the next job of a rest target from its queue, with all that
 * is sent; NULL: nothing is left of it.  What is not sent at all has ended. */
int rest_take(struct deliver *, struct lane *, struct job **, struct err *);

/* Whether rest_take() would end this row and send nothing: 1, 0, <0. */
int rest_ends(struct deliver *, struct lane *, const struct outbox_row *,
    struct err *);

/* deliver_request.c: what a row adds to a request (E_DATA: this one cannot be
 * sent, and nothing was added), what all of them become, and how it is sent
 * and shown. */
int rest_add(struct job *, const struct rest_request *, struct map_sight *,
    struct err *);
int rest_finish(struct job *, struct err *);
int rest_start(struct deliver *, struct job *, struct err *);
void rest_show(const struct job *, struct buf *);

/* deliver_answer.c: what was answered. */
void rest_answered(struct job *, const struct httpc_answer *, int64_t now);

/* deliver_token.c: ask for the token of a target; take what has come; whether
 * there is a good one; whether a 401 means that another one is wanted. */
int token_begin(struct deliver *, struct lane *, struct err *);
void token_collect(struct deliver *);
int token_good(struct lane *, int64_t now);
int token_refused(struct job *);
void token_release(struct lane *);

/* deliver_row.c: audit row, line and state of one attempt; those that went with
 * it too. */
int record_row(struct turn *, const struct job *, size_t i, int64_t now,
    struct err *);

/* The same of the outbox alone, for all jobs of the turn that share a statement
 * with others.  E_NO: one of them lost its lease; roll back, and do
 * without. */
int record_sent(struct turn *, struct err *);

/* deliver_record.c: the transaction; on failure nothing of it was done. */
int record_turn(struct turn *, struct err *);

/*
 * deliver_turn.c: hand the record what ended and what the targets want, while
 * none is turning; take what has come of it, if it is done (*leased: something
 * is to be sent, or may be); wait for its end and be done with it.  On failure
 * all is as it was before the turn.  turn_fd() is readable when it is done.
 */
int turn_begin(struct deliver *, struct err *);
int turn_end(struct deliver *, int *leased, struct err *);
int turn_fd(const struct deliver *);
void turn_free(struct deliver *);

/* A transaction that only reads, for all that is made until look_end(): each by
 * itself would take and leave the store's locks. */
int look_begin(struct deliver *, struct err *);
void look_end(struct deliver *);

#endif
