/*
 * The token that a target needs.  Its peer may be slow or gone, and other
 * targets must not wait: a thread with its own store asks for it, and lives as
 * long as the question.
 */
#include "common/deliver_work.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/crypt.h"

/* How many tokens of a target are masked. */
enum { TOKENS = 64 };

struct token_ask {
	pthread_t thread;
	const struct source *source;
	const char *path, *confdir;
	const atomic_int *stop;
	unsigned char *key;	/* crypt_alloc()ed */
	int again;
	char *refused;		/* crypt_alloc()ed, or NULL */
	int wake;		/* where to say that it is done */
	atomic_int done;
	int rc;
	struct err e;
	struct oauth_token token;
};

static void *
ask(void *ctx)
{
	static const uint64_t one = 1;
	struct token_ask *q = ctx;
	struct store *store = NULL;
	struct oauth *o = NULL;

	q->rc = store_open(&store, q->path, ROLE_PUSH, 0, &q->e);
	if (q->rc == 0) {
		oauth_new(&o, store, q->confdir);
		oauth_use_key(o, q->key);
		oauth_stop_by(o, q->stop);
		q->rc = oauth_get(o, q->source, q->again ? OAUTH_AGAIN : 0,
		    q->refused, &q->token, &q->e);
	}
	oauth_free(o);
	store_close(store);
	atomic_store(&q->done, 1);
	if (write(q->wake, &one, sizeof one) < 0)
		abort();
	return NULL;
}

static void
ask_free(struct token_ask *q)
{
	crypt_free(q->refused);
	crypt_free(q->key);
	oauth_token_release(&q->token);
	free(q);
}

/* No token: the target rests, and people are told why. */
static void
failed(struct deliver *d, struct lane *l, const struct err *e)
{
	struct job *j = job_new(l, 0);
	char why[JOB_ANSWER];

	j->all.end = OUTBOX_BACK;
	job_words(j, &j->all, e->msg, strlen(e->msg));
	l->failures = l->source->push.concurrency;
	lane_failed(l, j, clock_now());
	strcpy(why, j->all.answer);
	job_done(d, j);
	deliver_complain(d, l, "no token: ", why);
}

int
token_begin(struct deliver *d, struct lane *l, struct err *e)
{
	struct token_ask *q;

	if (lane_key(d, e) != 0) {
		failed(d, l, e);
		return 0;
	}
	q = xcalloc(1, sizeof *q);
	q->key = crypt_alloc(CRYPT_KEY);
	memcpy(q->key, d->key, CRYPT_KEY);
	q->stop = &d->give_up;
	q->source = l->source;
	q->path = store_path(d->store);
	q->confdir = d->confdir;
	q->again = l->again;
	q->wake = d->wake;
	if (l->again && l->token.text != NULL) {
		q->refused = crypt_alloc(strlen(l->token.text) + 1);
		strcpy(q->refused, l->token.text);
	}
	if (pthread_create(&q->thread, NULL, ask, q) != 0) {
		ask_free(q);
		return err_set(e, E_IO, "cannot start a thread");
	}
	l->ask = q;
	return 0;
}

/*
 * Until when a token is used before another one is asked for.  One that expires
 * within the margin (early) may be all that can be had, because it is
 * short-lived or the peer is down, and asking each time would give the same
 * answer.
 */
static int64_t
use_until(const struct lane *l, int64_t now)
{
	int64_t early = l->source->oauth.early * CLOCK_SECOND;
	int64_t left = l->token.expires_at - now;

	if (l->token.expires_at == 0)
		return 0;
	left = left > early ? left - early : left / 2;
	return now + (left > CLOCK_SECOND ? left : CLOCK_SECOND);
}

/*
 * An answer still to come may repeat a token that was sent.  Only so many are
 * remembered: nobody waits for more answers, and a year's worth would not fit
 * into memory.
 */
static void
mask_token(struct lane *l, const char *was)
{
	if (l->active == 0 || l->ntoken == TOKENS) {
		redact_cut(&l->clean, l->nclean);
		l->ntoken = 0;
	}
	if (was != NULL)
		redact_add(&l->clean, was, strlen(was));
	redact_add(&l->clean, l->token.text, strlen(l->token.text));
	l->ntoken++;
}

static void
end(struct deliver *d, struct lane *l)
{
	struct token_ask *q = l->ask;
	struct oauth_token was = l->token;

	pthread_join(q->thread, NULL);
	l->ask = NULL;
	if (q->rc == 0) {
		l->token = q->token;
		memset(&q->token, 0, sizeof q->token);
		mask_token(l, was.text);
		oauth_token_release(&was);
		l->have_token = 1;
		l->token_until = use_until(l, clock_now());
		l->renewed = l->again;
		l->again = 0;
		l->serial++;
	} else if (!d->stopping || q->rc != E_BUSY) {
		failed(d, l, &q->e);
	}
	ask_free(q);
}

void
token_collect(struct deliver *d)
{
	uint64_t n;
	size_t i;

	for (i = 0; i < d->nlane; i++) {
		if (d->lane[i].ask == NULL ||
		    !atomic_load(&d->lane[i].ask->done))
			continue;
		if (read(d->wake, &n, sizeof n) < 0)
			n = 0;
		end(d, &d->lane[i]);
	}
}

int
token_good(struct lane *l, int64_t now)
{
	if (!l->source->push.oauth)
		return 1;
	if (l->have_token && l->token_until != 0 && now >= l->token_until)
		l->have_token = 0;
	return l->have_token;
}

/*
 * The peer answered 401.  If the token was renewed because of a 401 and has not
 * worked since, the delivery itself is refused.  Otherwise it is sent again at
 * once, when there is another token.
 */
int
token_refused(struct job *j)
{
	struct lane *l = j->lane;

	if (!l->source->push.oauth)
		return 0;
	if (j->serial == l->serial && l->have_token) {
		if (l->renewed)
			return 0;
		l->have_token = 0;
		l->again = 1;
	}
	return 1;
}

void
token_release(struct lane *l)
{
	if (l->ask != NULL) {
		pthread_join(l->ask->thread, NULL);
		ask_free(l->ask);
		l->ask = NULL;
	}
	oauth_token_release(&l->token);
}
