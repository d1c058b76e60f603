/* The thread that records, and what is handed to it and taken back. */
#include "common/deliver_work.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "common/clock.h"

struct recorder {
	pthread_t thread;
	int fd;			/* eventfd: the turn is done */
	struct turn *turn;
	pthread_mutex_t reading;	/* held while look_begin() has read */
	pthread_mutex_t lock;	/* guards what follows */
	pthread_cond_t some;
	int given, done, quit;
};

static void *
run(void *ctx)
{
	static const uint64_t one = 1;
	struct recorder *r = ctx;

	pthread_mutex_lock(&r->lock);
	for (;;) {
		while (!r->given && !r->quit)
			pthread_cond_wait(&r->some, &r->lock);
		if (!r->given)
			break;
		r->given = 0;
		pthread_mutex_unlock(&r->lock);
		r->turn->rc = record_turn(r->turn, &r->turn->e);
		pthread_mutex_lock(&r->lock);
		r->done = 1;
		if (write(r->fd, &one, sizeof one) != sizeof one)
			abort();
	}
	pthread_mutex_unlock(&r->lock);
	return NULL;
}

/*
 * A read transaction that began before the last commit would keep the
 * checkpoint from copying all of the log.  One that begins from here on sees
 * the end of the log, because nobody writes meanwhile.
 */
static void
quiet(void *ctx, int on)
{
	struct recorder *r = ctx;

	if (!on)
		return;
	pthread_mutex_lock(&r->reading);
	pthread_mutex_unlock(&r->reading);
}

/* Start the thread, with signals blocked: another thread waits for them. */
static int
start(struct recorder *r)
{
	sigset_t all, was;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &was);
	rc = pthread_create(&r->thread, NULL, run, r);
	pthread_sigmask(SIG_SETMASK, &was, NULL);
	return rc;
}

static void
free_turn(struct turn *t)
{
	struct job *j;
	size_t i;

	while ((j = t->ended) != NULL) {
		t->ended = j->next;
		job_free(j);
	}
	store_close(t->store);
	for (i = 0; i < t->nlane; i++)
		free(t->lane[i].row);
	free(t->lane);
	buf_release(&t->detail);
	buf_release(&t->output);
	memset(t, 0, sizeof *t);
}

static void
make_lanes(struct deliver *d)
{
	struct turn *t = &d->turn;
	size_t i;

	t->nlane = d->nlane;
	t->lane = xcalloc(t->nlane + 1, sizeof *t->lane);
	for (i = 0; i < t->nlane; i++) {
		t->lane[i].source = d->lane[i].source;
		t->lane[i].row = xcalloc(LANE_QUEUE, sizeof *t->lane[i].row);
	}
}

/* Open the recorder, with the first turn. */
static int
open_recorder(struct deliver *d, struct err *e)
{
	struct recorder *r;
	int fd, rc;

	rc = store_open(&d->turn.store, store_path(d->store), ROLE_PUSH, 0, e);
	if (rc != 0)
		return rc;
	if ((fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) < 0) {
		free_turn(&d->turn);
		return err_set(e, E_IO, "eventfd: %s", strerror(errno));
	}
	make_lanes(d);
	r = xcalloc(1, sizeof *r);
	r->fd = fd;
	r->turn = &d->turn;
	pthread_mutex_init(&r->reading, NULL);
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->some, NULL);
	store_on_checkpoint(d->turn.store, quiet, r);
	if (start(r) != 0) {
		close(fd);
		free(r);
		free_turn(&d->turn);
		return err_set(e, E_IO, "cannot start a thread");
	}
	d->recorder = r;
	return 0;
}

/* Give back all that the queue holds. */
static void
give_back(struct lane *l, struct turn_lane *w)
{
	size_t i;

	w->back = l->n;
	for (i = 0; i < l->n; i++)
		w->row[i] = l->queue[(l->head + i) % LANE_QUEUE];
	l->n = 0;
	l->look = 1;
}

static void
want(const struct deliver *d, struct lane *l, struct turn_lane *w,
    int64_t now)
{
	size_t most;

	w->back = w->want = w->got = 0;
	w->more = w->look = w->known = w->turned_off = 0;
	w->heard = l->heard;
	if (!lane_may_send(d, l, now)) {
		if (l->n > 0)
			give_back(l, w);
		return;
	}
	most = lane_wants(l);
	if (l->look && l->n <= most / 2)
		w->want = most - l->n;
}

int
turn_begin(struct deliver *d, struct err *e)
{
	struct turn *t = &d->turn;
	struct recorder *r;
	int64_t now = clock_now();
	size_t i;
	int rc;

	if (d->recorder == NULL && (rc = open_recorder(d, e)) != 0)
		return rc;
	r = d->recorder;
	t->ended = d->ended;
	t->nended = d->nended;
	t->ended_at = d->ended_at;
	t->covered = 0;
	d->ended = NULL;
	d->ended_tail = &d->ended;
	d->nended = 0;
	for (i = 0; i < d->nlane; i++)
		want(d, &d->lane[i], &t->lane[i], now);
	d->turning = 1;
	pthread_mutex_lock(&r->lock);
	r->given = 1;
	pthread_cond_signal(&r->some);
	pthread_mutex_unlock(&r->lock);
	return 0;
}

/* Nothing of the turn was done: treat what ended as if it had ended
 * only now. */
static void
take_back(struct deliver *d)
{
	struct turn *t = &d->turn;
	struct turn_lane *w;
	struct lane *l;
	struct job **at;
	size_t i;

	for (at = &t->ended; *at != NULL; )
		at = &(*at)->next;
	*at = d->ended;
	if (t->ended != NULL) {
		if (d->ended == NULL)
			d->ended_tail = at;
		d->ended = t->ended;
		d->ended_at = t->ended_at;
		d->nended += t->nended;
	}
	buf_clear(&t->output);
	for (i = 0; i < d->nlane; i++) {
		l = &d->lane[i];
		w = &t->lane[i];
		if (w->back == 0)
			continue;
		memcpy(l->queue, w->row, w->back * sizeof *w->row);
		l->head = 0;
		l->n = w->back;
	}
}

static void
count(struct deliver_count *c, struct job *j)
{
	struct ending g;
	size_t i;

	for (i = 0; i < j->nrow; i++) {
		job_ending(j, i, &g);
		c->sent += g.end == OUTBOX_SENT && g.why == NULL;
		c->deferred += g.end == OUTBOX_DEFERRED;
		c->dead += g.end == OUTBOX_DEAD;
		if (g.end == OUTBOX_DEAD)
			dead_add(j);
	}
}

static void
forget_ended(struct deliver *d)
{
	struct turn *t = &d->turn;
	struct job *j;

	while ((j = t->ended) != NULL) {
		t->ended = j->next;
		count(&d->count, j);
		job_free(j);
	}
	d->count.sent += t->covered;
	buf_add(&d->output, t->output.p, t->output.len);
	buf_clear(&t->output);
}

static void
settle(struct deliver *d, struct lane *l, const struct turn_lane *w)
{
	size_t i;

	if (w->turned_off) {
		l->told = 0;
		deliver_off(d, l);
	}
	l->noted = w->heard;
	/* What answers have said since is not in the store yet. */
	if (w->known && w->heard == l->heard)
		lane_learn(d, l, w->off, w->rest_until);
	for (i = 0; i < w->got; i++)
		l->queue[(l->head + l->n + i) % LANE_QUEUE] = w->row[i];
	l->n += w->got;
	l->look |= w->look;
}

/* Whether the turn is ours again.  Taking the lock makes its memory visible to
 * us. */
static int
is_done(struct recorder *r)
{
	uint64_t n;
	int done;

	if (read(r->fd, &n, sizeof n) < 0)
		return 0;
	pthread_mutex_lock(&r->lock);
	done = r->done;
	r->done = 0;
	pthread_mutex_unlock(&r->lock);
	return done;
}

int
turn_end(struct deliver *d, int *leased, struct err *e)
{
	const struct turn_lane *w = d->turn.lane;
	size_t i;

	*leased = 0;
	if (!d->turning || !is_done(d->recorder))
		return 0;
	d->turning = 0;
	if (d->turn.rc != 0) {
		take_back(d);
		*e = d->turn.e;
		return d->turn.rc;
	}
	forget_ended(d);
	for (i = 0; i < d->nlane; i++) {
		settle(d, &d->lane[i], &w[i]);
		*leased |= w[i].got > 0 || w[i].more || w[i].back > 0;
	}
	return 0;
}

int
turn_fd(const struct deliver *d)
{
	return d->turning ? d->recorder->fd : -1;
}

void
turn_free(struct deliver *d)
{
	struct recorder *r = d->recorder;

	if (r == NULL)
		return;
	pthread_mutex_lock(&r->lock);
	r->quit = 1;
	pthread_cond_signal(&r->some);
	pthread_mutex_unlock(&r->lock);
	pthread_join(r->thread, NULL);
	pthread_mutex_destroy(&r->reading);
	pthread_mutex_destroy(&r->lock);
	pthread_cond_destroy(&r->some);
	close(r->fd);
	free(r);
	free_turn(&d->turn);
	d->recorder = NULL;
}

int
look_begin(struct deliver *d, struct err *e)
{
	int rc;

	if (d->looking)
		return 0;
	if (d->recorder != NULL)
		pthread_mutex_lock(&d->recorder->reading);
	if ((rc = store_look(d->store, STORE_MAIN, e)) == 0)
		d->looking = 1;
	else if (d->recorder != NULL)
		pthread_mutex_unlock(&d->recorder->reading);
	return rc;
}

void
look_end(struct deliver *d)
{
	if (!d->looking)
		return;
	d->looking = 0;
	store_look_end(d->store, STORE_MAIN);
	if (d->recorder != NULL)
		pthread_mutex_unlock(&d->recorder->reading);
}
