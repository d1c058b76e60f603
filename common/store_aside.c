/* The thread that copies a log while others write. */
#include "common/store_inner.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/clock.h"
#include "common/lock.h"

struct aside {
	struct store *store;
	enum store_file f;
	pthread_t thread;

	/* These belong to the thread. */
	struct db *db;
	int lock, held;

	pthread_mutex_t mutex;	/* guards what follows */
	pthread_cond_t some, done;
	enum store_due due;
	int wants;		/* the lock, or has it */
	int busy, stop, rc;
	struct err e;
};

static void
want(struct aside *a, int wants)
{
	pthread_mutex_lock(&a->mutex);
	a->wants = wants;
	pthread_cond_signal(&a->done);
	pthread_mutex_unlock(&a->mutex);
}

/* A process that commits all the time releases the lock only for an instant,
 * which nobody else would ever catch: see store_aside_let(). */
static int
take(struct aside *a, struct err *e)
{
	int rc;

	want(a, 1);
	rc = store_take_lock(a->store, a->lock, a->db, e);
	a->held = rc == 0;
	if (rc != 0)
		want(a, 0);
	return rc;
}

static void
leave(void *ctx)
{
	struct aside *a = ctx;

	lock_give(a->lock);
	a->held = 0;
	want(a, 0);
}

static int
back(void *ctx)
{
	struct err ignored;

	return take(ctx, &ignored);
}

/*
 * Copy again as long as copying took so long that much may have been written
 * meanwhile: on a slow disk a whole copy takes seconds.
 */
static int
copy_beside(struct aside *a, struct err *e)
{
	const struct db_aside aside = { leave, back, a };
	const int64_t moment = CLOCK_SECOND / 20;
	enum { TIMES = 10 };
	int64_t began;
	int i, rc;

	for (i = 0; i < TIMES; i++) {
		began = clock_mono();
		rc = db_checkpoint_aside(a->db, store_kind[a->f].pace, &aside,
		    e);
		if (rc != 0 || !a->held || clock_mono() - began < moment)
			return rc;
	}
	return 0;
}

/*
 * What was written while the others did not wait is still in the log, and a log
 * that is not empty never restarts.  So that little rest is copied while they
 * wait.
 */
static int
copy(struct aside *a, enum store_due how, struct err *e)
{
	int rc;

	if ((rc = take(a, e)) != 0)
		return rc;
	rc = copy_beside(a, e);
	if (rc == 0 && a->held)
		rc = store_checkpoint(a->store, a->f, a->db, how, e);
	if (a->held)
		leave(a);
	return rc;
}

/* What to do next; STORE_SHORT: end. */
static enum store_due
next(struct aside *a)
{
	enum store_due how;

	pthread_mutex_lock(&a->mutex);
	a->busy = 0;
	pthread_cond_signal(&a->done);
	while (a->due == STORE_SHORT && !a->stop)
		pthread_cond_wait(&a->some, &a->mutex);
	how = a->stop ? STORE_SHORT : a->due;
	a->due = STORE_SHORT;
	a->busy = how != STORE_SHORT;
	pthread_mutex_unlock(&a->mutex);
	return how;
}

static void *
run(void *arg)
{
	struct aside *a = arg;
	enum store_due how;
	struct err e;
	int rc = 0;

	while (rc == 0 && (how = next(a)) != STORE_SHORT)
		/* If it is busy, the next copy will do. */
		if ((rc = copy(a, how, &e)) == E_BUSY)
			rc = 0;
		else
			rc = store_copied(rc, &e);
	if (rc == 0)
		return NULL;
	pthread_mutex_lock(&a->mutex);
	a->busy = 0;
	a->rc = rc;
	a->e = e;
	pthread_cond_signal(&a->done);
	pthread_mutex_unlock(&a->mutex);
	return NULL;
}

/* Signals are for the program's own threads. */
static int
start(struct aside *a)
{
	sigset_t all, was;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &was);
	rc = pthread_create(&a->thread, NULL, run, a);
	pthread_sigmask(SIG_SETMASK, &was, NULL);
	return rc;
}

static void
release(struct aside *a)
{
	db_close(a->db);
	if (a->lock >= 0)
		close(a->lock);
	pthread_mutex_destroy(&a->mutex);
	pthread_cond_destroy(&a->some);
	pthread_cond_destroy(&a->done);
	free(a);
}

int
store_copy_aside(struct store *s, enum store_file f, struct err *e)
{
	struct aside *a;
	int rc;

	assert(s->file[f].aside == NULL && s->file[f].lock >= 0);
	a = xcalloc(1, sizeof *a);
	a->store = s;
	a->f = f;
	pthread_mutex_init(&a->mutex, NULL);
	pthread_cond_init(&a->some, NULL);
	pthread_cond_init(&a->done, NULL);
	/* Open it now: later there may be no descriptors left. */
	rc = lock_open(db_path(s->file[f].db), &a->lock, e);
	if (rc == 0)
		rc = db_open(&a->db, db_path(s->file[f].db), 0, e);
	if (rc == 0 && (rc = start(a)) != 0)
		rc = err_set(e, E_IO, "thread: %s", strerror(rc));
	if (rc != 0)
		release(a);
	else
		s->file[f].aside = a;
	return rc;
}

void
store_aside_wake(struct aside *a, enum store_due how)
{
	pthread_mutex_lock(&a->mutex);
	a->due = how;
	pthread_cond_signal(&a->some);
	pthread_mutex_unlock(&a->mutex);
}

/* A process that writes faster than the log is copied has to wait once another
 * copy is due. */
int
store_aside_let(struct aside *a, struct err *e)
{
	int rc;

	pthread_mutex_lock(&a->mutex);
	while (a->wants || (a->busy && a->due != STORE_SHORT))
		pthread_cond_wait(&a->done, &a->mutex);
	rc = a->rc;
	if (rc != 0)
		*e = a->e;
	pthread_mutex_unlock(&a->mutex);
	return rc;
}

int
store_aside_stop(struct aside *a)
{
	int rc;

	pthread_mutex_lock(&a->mutex);
	a->stop = 1;
	pthread_cond_signal(&a->some);
	pthread_mutex_unlock(&a->mutex);
	pthread_join(a->thread, NULL);
	rc = a->rc;
	release(a);
	return rc;
}
