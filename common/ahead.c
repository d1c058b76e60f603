#include "common/ahead.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/inbox.h"

enum { ROWS = 64, BYTES = 1024 * 1024, CHUNKS = 8 };

/* A chunk of rows with all their memory, handed from the thread to its
 * owner. */
struct chunk {
	struct chunk *next;
	struct arena arena;
	struct mapped row[ROWS];
	size_t n, bytes;
};

struct ahead {
	struct store *store;	/* the thread's own */
	struct store *owner;	/* whose checkpoints it keeps out of */
	const struct config *config;
	const struct authority_view *view;
	pthread_t thread;
	int64_t from;		/* the thread's: last row it has read */
	struct chunk *filling;	/* the thread's */
	int64_t seen;		/* the thread's: what its reading has seen */
	struct buf scratch;	/* the thread's */
	struct chunk *taking;	/* the owner's */
	size_t taken;
	int64_t position;	/* the owner's */

	pthread_mutex_t lock;	/* guards what follows */
	pthread_cond_t some, room;
	struct chunk *first, **end;
	struct chunk *spare;	/* empty ones, to be filled again */
	size_t n;
	int64_t committed;	/* writes of the owner */
	int reading;		/* the thread is inside a transaction */
	int quiet;		/* it must not begin one */
	int stop, ended, rc;
	struct err e;
};

static void
chunk_free(struct chunk *c)
{
	if (c == NULL)
		return;
	arena_release(&c->arena);
	free(c);
}

/* Copy and map one row; returns 1 if the chunk is full. */
static int
fill(void *ctx, const struct row *r)
{
	struct ahead *h = ctx;
	struct chunk *c = h->filling;
	struct mapped *m = &c->row[c->n++];
	const struct source *s;

	m->row = *r;
	m->row.source = arena_str(&c->arena, r->source);
	m->row.event_id = arena_str(&c->arena, r->event_id);
	m->row.content_type = arena_str(&c->arena, r->content_type);
	m->row.head = arena_str(&c->arena, r->head);
	if (r->body != NULL)
		m->row.body = arena_dup(&c->arena, r->body, r->len);
	s = config_source(h->config, m->row.source);
	m->known = s != NULL || strcmp(m->row.source, "local") == 0;
	if (m->known && r->body != NULL)
		m->result = map_row(s, &m->row, &c->arena, &m->change, &m->n,
		    &m->why);
	m->foreseen = NULL;
	if (m->known && r->body != NULL && m->result == MAP_CHANGES &&
	    m->n == 1)
		m->foreseen = foresee(h->store, h->seen, &m->row, m->change,
		    h->view, &c->arena, &h->scratch);
	h->from = r->seq;
	c->bytes += r->len;
	return c->n == ROWS || c->bytes >= BYTES;
}

/* Hand over the chunk, waiting if there are many; 0 to go on. */
static int
hand_over(struct ahead *h, int rc, const struct err *e)
{
	int stop;

	pthread_mutex_lock(&h->lock);
	while (h->n >= CHUNKS && !h->stop)
		pthread_cond_wait(&h->room, &h->lock);
	if (rc != 0 || h->filling->n == 0) {
		h->ended = 1;
		h->rc = rc;
		if (rc != 0)
			h->e = *e;
		chunk_free(h->filling);
	} else {
		*h->end = h->filling;
		h->end = &h->filling->next;
		h->n++;
	}
	h->filling = NULL;
	stop = h->stop || h->ended;
	pthread_cond_broadcast(&h->some);
	pthread_mutex_unlock(&h->lock);
	return stop;
}

/* An empty chunk, reused if possible. */
static struct chunk *
fresh(struct ahead *h)
{
	struct chunk *c;

	pthread_mutex_lock(&h->lock);
	c = h->spare;
	if (c != NULL)
		h->spare = c->next;
	pthread_mutex_unlock(&h->lock);
	if (c == NULL)
		return xcalloc(1, sizeof *c);
	arena_reset(&c->arena);
	c->next = NULL;
	c->n = c->bytes = 0;
	return c;
}

/* Begin a read transaction, but not during a checkpoint.  It certainly sees
 * what was committed before. */
static int
look(struct ahead *h, struct err *e)
{
	pthread_mutex_lock(&h->lock);
	while (h->quiet && !h->stop)
		pthread_cond_wait(&h->room, &h->lock);
	h->reading = 1;
	h->seen = h->committed;
	pthread_mutex_unlock(&h->lock);
	return store_look(h->store, STORE_MAIN, e);
}

static void
look_end(struct ahead *h)
{
	store_look_end(h->store, STORE_MAIN);
	pthread_mutex_lock(&h->lock);
	h->reading = 0;
	pthread_cond_broadcast(&h->some);
	pthread_mutex_unlock(&h->lock);
}

/* Around a checkpoint of the owner. */
static void
quiet(void *ctx, int on)
{
	struct ahead *h = ctx;

	pthread_mutex_lock(&h->lock);
	h->quiet = on;
	while (on && h->reading)
		pthread_cond_wait(&h->some, &h->lock);
	pthread_cond_signal(&h->room);
	pthread_mutex_unlock(&h->lock);
}

static void *
run(void *arg)
{
	struct ahead *h = arg;
	struct err e;
	int rc;

	do {
		h->filling = fresh(h);
		if ((rc = look(h, &e)) == 0)
			rc = inbox_walk(h->store, h->from, fill, h, &e);
		look_end(h);
	} while (hand_over(h, rc, &e) == 0);
	return NULL;
}

int
ahead_start(struct ahead **out, struct store *s, const struct config *c,
    const struct authority_view *view, int64_t after, int64_t writes,
    struct err *e)
{
	struct ahead *h;
	int rc;

	*out = NULL;
	h = xcalloc(1, sizeof *h);
	h->config = c;
	h->view = view;
	h->owner = s;
	h->committed = writes;
	h->from = h->position = after;
	h->end = &h->first;
	rc = store_open(&h->store, store_path(s), ROLE_AUDIT, STORE_READ, e);
	if (rc != 0) {
		free(h);
		return rc;
	}
	pthread_mutex_init(&h->lock, NULL);
	pthread_cond_init(&h->some, NULL);
	pthread_cond_init(&h->room, NULL);
	if ((rc = pthread_create(&h->thread, NULL, run, h)) != 0) {
		store_close(h->store);
		free(h);
		return err_set(e, E_IO, "thread: %s", strerror(rc));
	}
	store_on_checkpoint(s, quiet, h);
	*out = h;
	return 0;
}

void
ahead_committed(struct ahead *h, int64_t writes)
{
	pthread_mutex_lock(&h->lock);
	h->committed = writes;
	pthread_mutex_unlock(&h->lock);
}

/* Exchange a finished chunk for the next, waiting for it; NULL at the end. */
static struct chunk *
take(struct ahead *h, struct chunk *done)
{
	struct chunk *c;

	pthread_mutex_lock(&h->lock);
	if (done != NULL) {
		done->next = h->spare;
		h->spare = done;
	}
	while (h->first == NULL && !h->ended)
		pthread_cond_wait(&h->some, &h->lock);
	c = h->first;
	if (c != NULL) {
		h->first = c->next;
		if (h->first == NULL)
			h->end = &h->first;
		h->n--;
		pthread_cond_signal(&h->room);
	}
	pthread_mutex_unlock(&h->lock);
	return c;
}

int
ahead_next(struct ahead *h, struct mapped **out, struct err *e)
{
	*out = NULL;
	if (h->taking == NULL || h->taken == h->taking->n) {
		h->taken = 0;
		h->taking = take(h, h->taking);
		/* The thread is done when there is nothing left to take. */
		if (h->taking == NULL && h->rc != 0)
			return err_set(e, h->rc, "%s", h->e.msg);
		if (h->taking == NULL)
			return 0;
	}
	*out = &h->taking->row[h->taken++];
	h->position = (*out)->row.seq;
	return 1;
}

int64_t
ahead_position(const struct ahead *h)
{
	return h->position;
}

void
ahead_stop(struct ahead *h)
{
	struct chunk *c;

	if (h == NULL)
		return;
	pthread_mutex_lock(&h->lock);
	h->stop = 1;
	pthread_cond_signal(&h->room);
	pthread_mutex_unlock(&h->lock);
	pthread_join(h->thread, NULL);
	store_on_checkpoint(h->owner, NULL, NULL);
	chunk_free(h->taking);
	*h->end = h->spare;
	while ((c = h->first) != NULL) {
		h->first = c->next;
		chunk_free(c);
	}
	pthread_mutex_destroy(&h->lock);
	pthread_cond_destroy(&h->some);
	pthread_cond_destroy(&h->room);
	store_close(h->store);
	buf_release(&h->scratch);
	free(h);
}
