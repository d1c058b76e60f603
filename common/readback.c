#include "common/readback.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/clock.h"
#include "common/die.h"
#include "common/inbox.h"
#include "common/lines.h"
#include "common/json.h"
#include "common/pull.h"
#include "common/receive.h"
#include "common/seldom.h"

/* Thin lines that may wait for their records: what comes then is passed on as
 * it is, and read back by the next loya-pull. */
enum { WAITING = 1000, WAITING_BYTES = 16 * 1024 * 1024 };

struct thin {
	struct thin *next;
	const struct source *source;
	int64_t seq;
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
	int rc;			/* of the loop itself */

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
	if (r->worst == 0 || r->worst == E_BUSY ||
	    (r->worst == E_NO && rc != E_BUSY))
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

/* What the engine prints: it is told through the lines of one thin event. */
struct said {
	struct readback *r;
	size_t n;
	struct seldom failed;
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

/* Where the peer is down it is all of them. */
static void
tell(struct said *s, int64_t seq, const struct err *e)
{
	char of[SELDOM_TEXT];
	int64_t n, now = clock_mono();

	seldom_add(&s->failed, 1, now, 0);
	if ((n = seldom_take(&s->failed, now)) > 0)
		warn("inbox %lld: %s%s", (long long)seq, e->msg,
		    seldom_text(n, of));
}

static void
tell_rest(struct said *s)
{
	int64_t n = seldom_rest(&s->failed);

	if (n > 0)
		warn("inbox: %lld more not read back", (long long)n);
}

/* One thin event.  Where nothing comes of it its own line is the wake-up. */
static void
read_one(struct readback *r, struct store *store, struct pull *p,
    struct said *s, const struct thin *t)
{
	struct arena a = { NULL };
	struct row row;
	struct err e;
	int rc;

	s->n = 0;
	if ((rc = inbox_get(store, t->seq, &a, &row, &e)) == 0)
		rc = pull_read_back(p, t->source, &row, &e);
	if (rc != 0)
		tell(s, t->seq, &e);
	arena_release(&a);
	if (rc != 0 || s->n == 0)
		give(r, t->line, t->len);
	if (rc == 0 && pull_counts(p)->odd > 0)
		rc = E_NO;
	pthread_mutex_lock(&r->lock);
	if (rc != 0)
		worse(r, rc);
	r->waiting--;
	r->bytes -= t->len;
	pthread_mutex_unlock(&r->lock);
}

/* What has waited since before this filter began. */
static void
read_waiting(struct readback *r, struct pull *p)
{
	struct err e;
	size_t i;
	int rc;

	for (i = 0; i < r->nsource; i++) {
		if (r->source[i]->pull.command != NULL)
			continue;
		if ((rc = pull_waiting(p, r->source[i], &e)) != 0)
			warn("%s", e.msg);
		else if (pull_counts(p)->odd > 0)
			rc = E_NO;
		else
			continue;
		pthread_mutex_lock(&r->lock);
		worse(r, rc);
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
	struct said s = { r, 0, { 0, 0 } };
	struct store *store = NULL;
	struct pull *p = NULL;
	struct thin *t;
	struct err e;

	/* What was opened a moment ago does not open again. */
	if (store_open(&store, store_path(r->store), ROLE_PULL, 0, &e) != 0)
		die_err(&e);
	pull_new(&p, store, r->config, r->confdir, said, &s);
	read_waiting(r, p);
	while ((t = next(r)) != NULL) {
		read_one(r, store, p, &s, t);
		free(t);
		give(r, "", 0);
	}
	tell_rest(&s);
	pull_free(p);
	store_close(store);
	return NULL;
}

/* The source that a line of the inbox is of, and its row; NULL: of none that
 * is read here. */
static const struct source *
source_of(struct readback *r, const char *line, size_t n, int64_t *seq)
{
	struct json *j = &r->json;
	uint32_t i;
	size_t k;

	if (json_parse(j, line, n) != 0 || json_type(j, 0) != JSON_OBJECT ||
	    (i = json_get(j, 0, "type")) == JSON_NONE ||
	    !json_is(j, i, "loya.received") ||
	    (i = json_get(j, 0, "loyaseq")) == JSON_NONE ||
	    json_int(j, i, seq) != 0 ||
	    (i = json_get(j, 0, "source")) == JSON_NONE)
		return NULL;
	for (k = 0; k < r->nsource; k++)
		if (json_is(j, i, r->source[k]->name))
			return r->source[k];
	return NULL;
}

/* Whether the row that the line names is the one it means, and thin. */
static int
is_thin(struct readback *r, const struct source *s, int64_t seq)
{
	struct arena a = { NULL };
	struct row row;
	uint32_t i = json_get(&r->json, 0, "id");
	int thin;

	thin = i != JSON_NONE &&
	    inbox_get(r->store, seq, &a, &row, NULL) == 0 &&
	    strcmp(row.source, s->name) == 0 &&
	    json_is(&r->json, i, row.event_id) && pull_is_thin(s, &row);
	arena_release(&a);
	return thin;
}

/* Let it wait for its record: 1; 0: there is no room. */
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
	if (s != NULL && is_thin(r, s, seq) && hold(r, s, seq, line, n))
		return;
	fwrite(line, 1, n, stdout);
	putchar('\n');
}

/* What the thread has given, printed; whether it has nothing left. */
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
			abort();
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
		die(E_IO, "no thread can be made");
	/* Without the pipe what is being read is not worth waiting for; to be
	 * killed is safe. */
	if (loop(&r, &e) != 0)
		die_err(&e);
	pthread_mutex_lock(&r.lock);
	r.ended = 1;
	pthread_cond_signal(&r.some);
	pthread_mutex_unlock(&r.lock);
	pthread_join(r.thread, NULL);
	close(r.wake);
	json_release(&r.json);
	return r.worst;
}
