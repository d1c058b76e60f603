#include "common/committer.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/die.h"

struct list {
	struct delivery *first, **end;
};

struct committer {
	pthread_t thread;
	struct store *store;
	int wake_fd;
	int joined;

	pthread_mutex_t lock;	/* guards what follows */
	pthread_cond_t some;
	struct list waiting, done;
	int stop, broken;
};

static void
append(struct list *l, struct delivery *d)
{
	if (d == NULL)
		return;
	*l->end = d;
	while (d->next != NULL)
		d = d->next;
	l->end = &d->next;
}

static struct delivery *
take_all(struct list *l)
{
	struct delivery *d = l->first;

	l->first = NULL;
	l->end = &l->first;
	return d;
}

/* Everything that waits; NULL when there is nothing and never will be. */
static struct delivery *
next_batch(struct committer *c, int *broken)
{
	struct delivery *d;

	pthread_mutex_lock(&c->lock);
	while (c->waiting.first == NULL && !c->stop)
		pthread_cond_wait(&c->some, &c->lock);
	d = take_all(&c->waiting);
	*broken = c->broken;
	pthread_mutex_unlock(&c->lock);
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
	/* Cannot fail before the counter is at 2^64 - 1. */
	if (write(c->wake_fd, &one, sizeof one) != sizeof one)
		die(E_BUG, "eventfd: cannot be written");
}

static void *
run(void *arg)
{
	struct committer *c = arg;
	struct delivery *batch, *d;
	int64_t safe = 0;
	int broken;

	while ((batch = next_batch(c, &broken)) != NULL) {
		if (broken)
			for (d = batch; d != NULL; d = d->next)
				d->rc = E_IO;
		else
			broken = receive_commit(c->store, batch,
			    &safe) != 0;
		give_back(c, batch, broken);
	}
	return NULL;
}

int
committer_start(struct committer **out, struct store *store, int wake_fd,
    struct err *e)
{
	struct committer *c;
	int rc;

	*out = NULL;
	c = xcalloc(1, sizeof *c);
	c->store = store;
	c->wake_fd = wake_fd;
	take_all(&c->waiting);
	take_all(&c->done);
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->some, NULL);
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
