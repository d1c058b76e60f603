/*
 * Whatever can be computed from a row alone is computed by a thread while the
 * next rows are read: its hashes, and what its detail says.  The thread sees
 * copies and never the store.
 */
#include "common/verify_part.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "common/crypt.h"

/* Enough sheets in flight that neither side waits for the other's
 * slowest row. */
enum { SHEETS = 8 };

struct verify_ahead {
	struct verify_sheet sheet[SHEETS];
	size_t filled, taken;	/* the owner's: how many, all told */
	struct verify_sums sums;	/* the thread's */
	struct buf scratch;	/* the thread's */
	struct arena arena;	/* the thread's */
	pthread_t thread;

	pthread_mutex_t lock;	/* guards what follows */
	pthread_cond_t more, done;
	size_t given, ready;
	int stop;
};

/* Check the commitment of a row. */
static enum verify_sealed
commitment(const struct verify_row *r)
{
	unsigned char h[MERKLE_HASH];

	if (r->commitment == NULL || r->commitment_len != MERKLE_HASH)
		return SEALED_NONE;
	if (r->r.detail == NULL && r->salt == NULL)
		return SEALED_ERASED;
	if (r->r.detail == NULL || r->salt_len != CRYPT_SALT)
		return SEALED_HALF;
	audit_commitment(h, r->salt, r->salt_len, r->r.detail,
	    r->r.detail_len);
	return memcmp(h, r->commitment, sizeof h) == 0 ? SEALED_GOOD :
	    SEALED_WRONG;
}

static void
digest(struct verify_ahead *a, struct verify_row *r)
{
	static const unsigned char nothing[MERKLE_HASH];

	r->sealed = commitment(r);
	audit_leaf(r->leaf, &r->r, r->sealed == SEALED_NONE ? nothing :
	    r->commitment, &a->scratch);
	r->key = r->r.member == NULL ? 0 : verify_trail_key(&a->sums,
	    r->r.member, strlen(r->r.member));
	r->sum = r->mark = 0;
	r->delivery = 0;
	r->attempt = 0;
	r->late = 0;
	r->readable = r->r.detail != NULL &&
	    json_parse(&a->sums.json, r->r.detail, r->r.detail_len) == 0;
	if (!r->readable)
		return;
	if (r->r.member != NULL) {
		r->sum = verify_changes(&a->sums);
		r->mark = verify_marked(&a->sums);
	} else if (strncmp(r->r.kind, "delivery.", 9) == 0) {
		json_int(&a->sums.json, json_get(&a->sums.json, 0, "delivery"),
		    &r->delivery);
		r->attempt = verify_attempt(&a->sums, r->r.kind, &a->arena);
		r->late = json_get(&a->sums.json, 0, "late") != JSON_NONE;
		arena_reset(&a->arena);
	}
}

static void *
run(void *arg)
{
	struct verify_ahead *a = arg;
	struct verify_sheet *s;
	size_t i;

	pthread_mutex_lock(&a->lock);
	for (;;) {
		while (a->ready == a->given && !a->stop)
			pthread_cond_wait(&a->more, &a->lock);
		if (a->stop)
			break;
		s = &a->sheet[a->ready % SHEETS];
		pthread_mutex_unlock(&a->lock);
		for (i = 0; i < s->n; i++)
			digest(a, &s->row[i]);
		pthread_mutex_lock(&a->lock);
		a->ready++;
		pthread_cond_signal(&a->done);
	}
	pthread_mutex_unlock(&a->lock);
	return NULL;
}

int
verify_ahead_start(struct verify *v)
{
	struct verify_ahead *a = xcalloc(1, sizeof *a);
	int rc;

	memcpy(a->sums.key, v->sums.key, sizeof a->sums.key);
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->more, NULL);
	pthread_cond_init(&a->done, NULL);
	if ((rc = pthread_create(&a->thread, NULL, run, a)) != 0) {
		free(a);
		return err_set(v->e, E_IO, "thread: %s", strerror(rc));
	}
	v->ahead = a;
	return 0;
}

struct verify_sheet *
verify_ahead_empty(struct verify *v)
{
	struct verify_ahead *a = v->ahead;
	struct verify_sheet *s = &a->sheet[a->filled % SHEETS];

	if (a->filled - a->taken == SHEETS)
		return NULL;
	s->n = 0;
	arena_reset(&s->arena);
	return s;
}

void
verify_ahead_give(struct verify *v)
{
	struct verify_ahead *a = v->ahead;

	a->filled++;
	pthread_mutex_lock(&a->lock);
	a->given = a->filled;
	pthread_cond_signal(&a->more);
	pthread_mutex_unlock(&a->lock);
}

struct verify_sheet *
verify_ahead_take(struct verify *v)
{
	struct verify_ahead *a = v->ahead;

	if (a->taken == a->filled)
		return NULL;
	pthread_mutex_lock(&a->lock);
	while (a->ready == a->taken)
		pthread_cond_wait(&a->done, &a->lock);
	pthread_mutex_unlock(&a->lock);
	return &a->sheet[a->taken % SHEETS];
}

void
verify_ahead_taken(struct verify *v)
{
	v->ahead->taken++;
}

void
verify_ahead_stop(struct verify *v)
{
	struct verify_ahead *a = v->ahead;
	size_t i;

	if (a == NULL)
		return;
	pthread_mutex_lock(&a->lock);
	a->stop = 1;
	pthread_cond_signal(&a->more);
	pthread_mutex_unlock(&a->lock);
	pthread_join(a->thread, NULL);
	for (i = 0; i < SHEETS; i++)
		arena_release(&a->sheet[i].arena);
	pthread_mutex_destroy(&a->lock);
	pthread_cond_destroy(&a->more);
	pthread_cond_destroy(&a->done);
	json_release(&a->sums.json);
	buf_release(&a->scratch);
	arena_release(&a->arena);
	free(a);
	v->ahead = NULL;
}
