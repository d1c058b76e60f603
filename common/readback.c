#include "common/readback.h"
#include "common/readback_inner.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/die.h"
#include "common/inbox.h"
#include "common/lines.h"
#include "common/json.h"
#include "common/pull.h"
#include "common/receive.h"
#include "common/seldom.h"

/* Most thin lines that may wait for their records: further ones are passed on
 * unchanged, and read back by the next loya-pull. */
enum { WAITING = 1000, WAITING_BYTES = 16 * 1024 * 1024 };

struct thin {
	struct thin *next;
	const struct source *source;
	int64_t seq;		/* 0: no row stands behind it yet */
	size_t len;
	char line[];
};

struct readback {
	struct store *store;
	const struct config *config;
	const char *confdir;
	const struct source *const *source;
	size_t nsource;
	struct json json;
	struct seldom unknown;	/* lines whose row could not be asked for */

	pthread_t thread;
	int wake;
	pthread_mutex_t lock;	/* guards what follows */
	pthread_cond_t some;
	struct thin *first, **end;
	size_t waiting, bytes;	/* the one being read counts */
	struct buf done;	/* lines to be printed */
	int ended, worst;
};

static void
worse(struct readback *r, int rc)
{
	int was = status_exit(r->worst), now = status_exit(rc);

	if (now != was && pull_graver(was, now) == now)
		r->worst = rc;
}

/* Lines for the other thread to print. */
static void
give(struct readback *r, const char *s, size_t n)
{
	static const uint64_t one = 1;

	pthread_mutex_lock(&r->lock);
	buf_add(&r->done, s, n);
	pthread_mutex_unlock(&r->lock);
	if (write(r->wake, &one, sizeof one) != (ssize_t)sizeof one)
		abort();
}

/* Where the engine's output for one thin event goes. */
struct said {
	struct readback *r;
	size_t n;
	struct seldom failed;
	struct json json;
};

static void
said(void *ctx, const char *lines, size_t n, const struct pull_count *c)
{
	struct said *s = ctx;

	(void)c;
	s->n += n;
	if (n > 0)
		give(s->r, lines, n);
}

static struct thin *
next(struct readback *r)
{
	struct thin *t;

	pthread_mutex_lock(&r->lock);
	while (r->first == NULL && !r->ended)
		pthread_cond_wait(&r->some, &r->lock);
	if ((t = r->first) != NULL && (r->first = t->next) == NULL)
		r->end = &r->first;
	pthread_mutex_unlock(&r->lock);
	return t;
}

/* If the peer is down this concerns all of them.  seq 0: it has no row yet. */
static void
tell(struct seldom *failed, int64_t seq, const struct err *e)
{
	char of[SELDOM_TEXT], row[40] = "standard input";
	const char *more = seldom_now(failed, of);

	if (more == NULL)
		return;
	if (seq > 0)
		snprintf(row, sizeof row, "inbox %lld", (long long)seq);
	warn("%s: %s%s", row, e->msg, more);
}

static void
tell_rest(struct seldom *failed)
{
	int64_t n = seldom_rest(failed);

	if (n > 0)
		warn("inbox: %lld more not read back", (long long)n);
}

/* Get the row of a thin line.  If there is none, add one, as loya-apply would:
 * so it is not lost, and is read once, however often it comes. */
static int
row_of(struct said *s, struct store *store, struct thin *t, struct arena *a,
    struct row *row, struct buf *line, struct err *e)
{
	int rc;

	if (t->seq == 0) {
		if (json_parse(&s->json, t->line, t->len - 1) != 0 ||
		    !readback_row(&s->json, a, row))
			die(E_BUG, "standard input: a line has changed");
		if ((rc = readback_store(store, row, line, e)) != 0)
			return rc;
		t->seq = row->seq;
	}
	return inbox_get(store, t->seq, a, row, e);
}

/* Read back one thin event.  If that gives nothing, its own line is the
 * wake-up. */
static void
read_one(struct readback *r, struct store *store, struct pull *p,
    struct said *s, struct thin *t)
{
	struct arena a = { NULL };
	struct buf line = { NULL, 0, 0 };
	struct row row;
	struct err e;
	int rc, alone;

	s->n = 0;
	if ((rc = row_of(s, store, t, &a, &row, &line, &e)) == 0)
		rc = pull_read_back(p, t->source, &row, &e);
	if (rc != 0)
		tell(&s->failed, t->seq, &e);
	if ((rc != 0 || s->n == 0) && line.len > 0)
		give(r, line.p, line.len);
	else if (rc != 0 || s->n == 0)
		give(r, t->line, t->len);
	if (rc == 0 && pull_counts(p)->odd > 0)
		rc = E_NO;
	alone = pull_counts(p)->alone;
	buf_release(&line);
	arena_release(&a);
	pthread_mutex_lock(&r->lock);
	worse(r, rc);
	worse(r, alone);
	r->waiting--;
	r->bytes -= t->len;
	pthread_mutex_unlock(&r->lock);
}

/* Read back what has been waiting since before this filter began. */
static void
read_waiting(struct readback *r, struct pull *p)
{
	struct err e;
	size_t i;
	int rc, alone;

	for (i = 0; i < r->nsource; i++) {
		if (r->source[i]->pull.command != NULL)
			continue;
		if ((rc = pull_waiting(p, r->source[i], &e)) != 0)
			warn("%s", e.msg);
		else if (pull_counts(p)->odd > 0)
			rc = E_NO;
		alone = pull_counts(p)->alone;
		pthread_mutex_lock(&r->lock);
		worse(r, rc);
		worse(r, alone);
		pthread_mutex_unlock(&r->lock);
	}
	pthread_mutex_lock(&r->lock);
	r->waiting--;
	pthread_mutex_unlock(&r->lock);
	give(r, "", 0);
}

static void *
work(void *ctx)
{
	struct readback *r = ctx;
	struct said s = { .r = r };
	struct store *store = NULL;
	struct pull *p = NULL;
	struct thin *t;
	struct err e;

	/* What was opened a moment ago now does not open. */
	if (store_open(&store, store_path(r->store), ROLE_PULL, 0, &e) != 0)
		die_err(&e);
	pull_new(&p, store, r->config, r->confdir, said, &s);
	read_waiting(r, p);
	while ((t = next(r)) != NULL) {
		read_one(r, store, p, &s, t);
		free(t);
		give(r, "", 0);
	}
	tell_rest(&s.failed);
	json_release(&s.json);
	pull_free(p);
	store_close(store);
	return NULL;
}

/* The source of a line, and the row that it names, or 0; NULL: no source that
 * is read here. */
static const struct source *
source_of(struct readback *r, const char *line, size_t n, int64_t *seq)
{
	struct json *j = &r->json;
	uint32_t i;
	size_t k;

	*seq = 0;
	if (json_parse(j, line, n) != 0 || json_type(j, 0) != JSON_OBJECT ||
	    (i = json_get(j, 0, "type")) == JSON_NONE ||
	    !(json_is(j, i, "loya.received") || (json_is(j, i, "loya.member") &&
	    json_get(j, 0, "loyaunread") != JSON_NONE)) ||
	    ((i = json_get(j, 0, "loyaseq")) != JSON_NONE &&
	    json_int(j, i, seq) != 0) ||
	    (i = json_get(j, 0, "source")) == JSON_NONE)
		return NULL;
	for (k = 0; k < r->nsource; k++)
		if (json_is(j, i, r->source[k]->name))
			return r->source[k];
	return NULL;
}

/* Get the row that the line names, if it is the one it means: 1, 0, <0. */
static int
named_row(struct readback *r, const struct source *s, int64_t seq,
    struct arena *a, struct row *row)
{
	uint32_t i = json_get(&r->json, 0, "id");
	struct err e;
	int rc;

	if (seq <= 0 || i == JSON_NONE)
		return 0;
	if ((rc = inbox_get(r->store, seq, a, row, &e)) == 0)
		return strcmp(row->source, s->name) == 0 &&
		    json_is(&r->json, i, row->event_id);
	if (rc == E_NOTFOUND)
		return 0;
	tell(&r->unknown, seq, &e);
	pthread_mutex_lock(&r->lock);
	worse(r, rc);
	pthread_mutex_unlock(&r->lock);
	return rc;
}

/* Whether the event is thin: judged by its row, or else by the line, and then
 * *seq is 0. */
static int
is_thin(struct readback *r, const struct source *s, int64_t *seq)
{
	struct arena a = { NULL };
	struct row row;
	int rc;

	rc = named_row(r, s, *seq, &a, &row);
	if (rc == 0) {
		*seq = 0;
		rc = readback_row(&r->json, &a, &row);
	}
	rc = rc == 1 && pull_is_thin(s, &row);
	arena_release(&a);
	return rc;
}

/* Let the line wait for its record: 1; 0: there is no room. */
static int
hold(struct readback *r, const struct source *s, int64_t seq,
    const char *line, size_t n)
{
	struct thin *t;
	int room;

	pthread_mutex_lock(&r->lock);
	room = r->waiting < WAITING && r->bytes + n < WAITING_BYTES;
	if (room) {
		t = xmalloc(sizeof *t + n + 1);
		t->next = NULL;
		t->source = s;
		t->seq = seq;
		t->len = n + 1;
		memcpy(t->line, line, n);
		t->line[n] = '\n';
		*r->end = t;
		r->end = &t->next;
		r->waiting++;
		r->bytes += t->len;
		pthread_cond_signal(&r->some);
	}
	pthread_mutex_unlock(&r->lock);
	return room;
}

static void
pass(struct readback *r, const char *line, size_t n)
{
	const struct source *s;
	int64_t seq;

	s = source_of(r, line, n, &seq);
	if (s != NULL && is_thin(r, s, &seq) && hold(r, s, seq, line, n))
		return;
	fwrite(line, 1, n, stdout);
	putchar('\n');
}

/* Print what the thread has handed over; returns whether it has nothing
 * left. */
static int
print(struct readback *r)
{
	struct buf b;
	uint64_t n;
	int idle;

	if (read(r->wake, &n, sizeof n) < 0 && errno != EAGAIN)
		abort();
	pthread_mutex_lock(&r->lock);
	b = r->done;
	memset(&r->done, 0, sizeof r->done);
	idle = r->waiting == 0;
	pthread_mutex_unlock(&r->lock);
	if (b.len > 0)
		fwrite(b.p, 1, b.len, stdout);
	buf_release(&b);
	fflush(stdout);
	return idle;
}

static int
take(struct readback *r, struct lines *l, struct err *e)
{
	const char *line;
	size_t n;
	int rc;

	if (lines_fill(l, STDIN_FILENO) < 0)
		return err_set(e, E_IO, "standard input: %s",
		    strerror(errno));
	while ((rc = lines_next(l, &line, &n)) != 0) {
		if (rc == 1) {
			pass(r, line, n);
			continue;
		}
		warn("line %lld: longer than 4 MiB", (long long)l->number);
		pthread_mutex_lock(&r->lock);
		worse(r, E_DATA);
		pthread_mutex_unlock(&r->lock);
	}
	return 0;
}

static int
loop(struct readback *r, struct err *e)
{
	struct lines l;
	struct pollfd fd[2];
	int rc = 0, idle = 0;

	lines_init(&l, RECEIVE_LINE);
	while (rc == 0 && (!l.ended || !idle)) {
		fd[0] = (struct pollfd){ .fd = r->wake, .events = POLLIN };
		fd[1] = (struct pollfd){ .fd = l.ended ? -1 : STDIN_FILENO,
		    .events = POLLIN };
		if (poll(fd, 2, -1) < 0 && errno != EINTR)
			die(E_IO, "poll: %s", strerror(errno));
		if (fd[1].revents != 0)
			rc = take(r, &l, e);
		idle = print(r);
		if (ferror(stdout))
			rc = err_set(e, E_IO, "standard output: writing "
			    "failed");
	}
	lines_release(&l);
	return rc;
}

int
readback_run(struct store *store, const struct config *c, const char *confdir,
    const struct source *const *source, size_t n)
{
	struct err e;
	struct readback r = { .store = store, .config = c,
	    .confdir = confdir, .source = source, .nsource = n };

	r.end = &r.first;
	r.waiting = 1;		/* read_waiting() */
	r.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (r.wake < 0)
		die(E_IO, "eventfd: %s", strerror(errno));
	pthread_mutex_init(&r.lock, NULL);
	pthread_cond_init(&r.some, NULL);
	if (pthread_create(&r.thread, NULL, work, &r) != 0)
		die(E_IO, "cannot start a thread");
	/* Without the pipe it is not worth waiting for what is being read;
	 * being killed is safe. */
	if (loop(&r, &e) != 0)
		die_err(&e);
	pthread_mutex_lock(&r.lock);
	r.ended = 1;
	pthread_cond_signal(&r.some);
	pthread_mutex_unlock(&r.lock);
	pthread_join(r.thread, NULL);
	tell_rest(&r.unknown);
	close(r.wake);
	json_release(&r.json);
	return r.worst;
}
