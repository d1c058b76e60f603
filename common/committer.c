#include "common/committer.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/clock.h"
#include "common/die.h"

/* A commit of fewer deliveries than this begins at the earliest so many
 * microseconds after the previous one; see wait_for_company(). */
enum { COMPANY = 8, MOMENT = 1500 };

struct list {
	struct delivery *first, **end;
	size_t n;
};

struct committer {
	pthread_t thread;
	struct store *store;
	int wake_fd;
	int joined;
	int64_t began;		/* clock_mono() at the commit before */

	pthread_mutex_t lock;	/* guards what follows */
	pthread_cond_t some;
	struct list waiting, done;
	size_t taken;		/* by the commit before */
	size_t enough;		/* that wait, to wake the thread */
	int stop, broken;
};

static void
append(struct list *l, struct delivery *d)
{
	if (d == NULL)
		return;
	*l->end = d;
	for (l->n++; d->next != NULL; l->n++)
		d = d->next;
	l->end = &d->next;
}

static struct delivery *
take_all(struct list *l)
{
	struct delivery *d = l->first;

	l->first = NULL;
	l->end = &l->first;
	l->n = 0;
	return d;
}

/* Wait until so many are waiting, or until that time. */
static void
wait_for(struct committer *c, size_t enough, int64_t until)
{
	struct timespec t = { until / CLOCK_SECOND,
	    until % CLOCK_SECOND * 1000 };
	int rc = 0;

	c->enough = enough;
	while (c->waiting.n < c->enough && !c->stop && rc != ETIMEDOUT)
		if (until == 0)
			pthread_cond_wait(&c->some, &c->lock);
		else
			rc = pthread_cond_timedwait(&c->some, &c->lock, &t);
}

/*
 * A sync costs as much for one delivery as for many, and what several senders
 * send at their own pace arrives within a moment: so commits of a few do not
 * begin closer together than that.  No more are expected than were around
 * during the previous commit: a sender that is alone, or in step with others,
 * and waits for each answer, is not kept waiting.
 */
static void
wait_for_company(struct committer *c, size_t about)
{
	wait_for(c, about < COMPANY ? about : COMPANY, c->began + MOMENT);
}

/* Take everything that waits; NULL if there is nothing and never will be. */
static struct delivery *
next_batch(struct committer *c, int *broken)
{
	struct delivery *d;
	size_t about;

	pthread_mutex_lock(&c->lock);
	about = c->taken + c->waiting.n;
	wait_for(c, 1, 0);
	wait_for_company(c, about);
	c->taken = c->waiting.n;
	d = take_all(&c->waiting);
	*broken = c->broken;
	pthread_mutex_unlock(&c->lock);
	c->began = clock_mono();
	return d;
}

static void
give_back(struct committer *c, struct delivery *d, int broken)
{
	static const uint64_t one = 1;

	pthread_mutex_lock(&c->lock);
	append(&c->done, d);
	c->broken |= broken;
	pthread_mutex_unlock(&c->lock);
	/* This cannot fail before the counter reaches 2^64 - 1. */
	if (write(c->wake_fd, &one, sizeof one) != sizeof one)
		die(E_BUG, "eventfd: cannot be written");
}

static void *
run(void *arg)
{
	struct committer *c = arg;
	struct delivery *batch, *d;
	struct commits commits = { 0 };
	int broken;

	while ((batch = next_batch(c, &broken)) != NULL) {
		if (broken)
			for (d = batch; d != NULL; d = d->next)
				d->rc = E_IO;
		else
			broken = receive_commit(c->store, batch,
			    &commits) != 0;
		give_back(c, batch, broken);
	}
	receive_committed(&commits);
	return NULL;
}

int
committer_start(struct committer **out, struct store *store, int wake_fd,
    struct err *e)
{
	struct committer *c;
	pthread_condattr_t attr;
	int rc;

	*out = NULL;
	c = xcalloc(1, sizeof *c);
	c->store = store;
	c->wake_fd = wake_fd;
	take_all(&c->waiting);
	take_all(&c->done);
	pthread_mutex_init(&c->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&c->some, &attr);
	pthread_condattr_destroy(&attr);
	rc = store_copy_aside(store, STORE_INBOX, e);
	if (rc == 0 && (rc = pthread_create(&c->thread, NULL, run, c)) != 0)
		rc = err_set(e, E_IO, "thread: %s", strerror(rc));
	if (rc != 0) {
		c->joined = 1;
		committer_free(c);
		return rc;
	}
	*out = c;
	return 0;
}

void
committer_put(struct committer *c, struct delivery *d)
{
	if (d == NULL)
		return;
	pthread_mutex_lock(&c->lock);
	append(&c->waiting, d);
	if (c->waiting.n >= c->enough)
		pthread_cond_signal(&c->some);
	pthread_mutex_unlock(&c->lock);
}

struct delivery *
committer_take(struct committer *c, int *broken)
{
	struct delivery *d;

	pthread_mutex_lock(&c->lock);
	d = take_all(&c->done);
	*broken = c->broken;
	pthread_mutex_unlock(&c->lock);
	return d;
}

void
committer_stop(struct committer *c)
{
	if (c == NULL || c->joined)
		return;
	pthread_mutex_lock(&c->lock);
	c->stop = 1;
	pthread_cond_signal(&c->some);
	pthread_mutex_unlock(&c->lock);
	pthread_join(c->thread, NULL);
	c->joined = 1;
}

void
committer_free(struct committer *c)
{
	if (c == NULL)
		return;
	committer_stop(c);
	pthread_mutex_destroy(&c->lock);
	pthread_cond_destroy(&c->some);
	free(c);
}
