/*
 * What a target is given.  The window of requests at the same time grows by
 * one with each success until there is a failure, as TCP begins.  From then on
 * it follows Postfix's scheduler: it grows by one for each window of successes
 * and shrinks by one with a failure; as many failures in a row as the window
 * is wide, and the target rests: its deliveries are not tried meanwhile.
 */
#include "common/deliver_work.h"

#include <string.h>

#include "common/clock.h"
#include "common/crypt.h"

enum { ONE = 1000, MILLION = 1000000, REST_FIRST = 5, REST_MOST = 300 };

static int
begins(const struct secret *s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s->len >= n && memcmp(s->p, prefix, n) == 0;
}

/* Whether it signs as Standard Webhooks do, as a plain key, or both; NULL, or
 * why it cannot.  It becomes ours where it is a plain key. */
static const char *
take_secret(struct lane *l, struct secret *s, struct secret *plain)
{
	int standard = begins(s, "whsec_") || begins(s, "whsk_");
	const char *fault;

	if (l->source->push.hmac == NULL || standard) {
		fault = webhook_key_read(&l->key[l->nkey], s->p, s->len);
		if (fault != NULL)
			return fault;
		l->nkey++;
	}
	if (l->source->push.hmac == NULL)
		return NULL;
	if (begins(s, "whsk_"))
		return "whsk_ is private, and hmac is for what both know";
	*plain = *s;
	memset(s, 0, sizeof *s);
	return NULL;
}

static int
read_secrets(struct lane *l, struct secret slot[SECRET_SLOTS],
    struct err *e)
{
	const struct source *s = l->source;
	const char *fault;
	int i;

	for (i = 0; i < SECRET_SLOTS; i++) {
		if (slot[i].p == NULL)
			continue;
		redact_add(&l->clean, slot[i].p, slot[i].len);
		fault = take_secret(l, &slot[i], &l->plain[i]);
		if (fault != NULL)
			return err_set(e, E_CONF, "source '%s': its secret "
			    "%s: %s", s->name, s->push.secret, fault);
	}
	return 0;
}

int
lane_key(struct deliver *d, struct err *e)
{
	/* Where it comes by a pipe it cannot be had a second time. */
	if (d->key != NULL && secret_key_check(d->store, d->key, 0, NULL) == 0)
		return 0;
	crypt_free(d->key);
	d->key = NULL;
	return secret_key_open(d->store, d->confdir, &d->key, e);
}

/* The key may be changed between the two looks. */
static int
open_secret(struct deliver *d, const char *name,
    struct secret slot[SECRET_SLOTS], struct err *e)
{
	int rc, tries = 0;

	do {
		if ((rc = lane_key(d, e)) != 0)
			return rc;
		rc = secret_get(d->store, d->key, name, slot, e);
	} while (rc == E_KEY && ++tries < 2);
	return rc;
}

int
lane_keys(struct deliver *d, struct lane *l, struct err *e)
{
	struct secret slot[SECRET_SLOTS] = { { 0 }, { 0 } };
	const struct source *s = l->source;
	int rc;

	if (s->push.kind != PUSH_WEBHOOK)
		return 0;
	lane_release(l);
	rc = open_secret(d, s->push.secret, slot, e);
	if (rc == E_NOTFOUND)
		return err_set(e, E_CONF, "source '%s': its secret is not "
		    "set; loya-token set %s sets it", s->name,
		    s->push.secret);
	if (rc == 0)
		rc = read_secrets(l, slot, e);
	if (l->token.text != NULL)
		redact_add(&l->clean, l->token.text, strlen(l->token.text));
	secret_release(slot);
	return rc;
}

void
lane_release(struct lane *l)
{
	redact_release(&l->clean);
	crypt_wipe(l->key, sizeof l->key);
	secret_release(l->plain);
	l->nkey = 0;
}

int
lane_open(const struct deliver *d, const struct lane *l, int64_t now)
{
	return !d->stopping && !l->off && l->rest_until <= now;
}

int
lane_may_send(const struct deliver *d, struct lane *l, int64_t now)
{
	return lane_open(d, l, now) && token_good(l, now);
}

int64_t
lane_credit(struct lane *l)
{
	int64_t rate = l->source->push.rate, now, most;

	if (rate == 0)
		return 0;
	/* A tenth of a second's worth may come at once. */
	most = rate >= 10 ? rate * MILLION / 10 : MILLION;
	now = clock_mono();
	l->credit += (now - l->credit_at) * rate;
	l->credit_at = now;
	if (l->credit > most)
		l->credit = most;
	return l->credit >= MILLION ? 0 :
	    (MILLION - l->credit) / rate / 1000 + 1;
}

size_t
lane_wants(const struct lane *l)
{
	const struct push *p = &l->source->push;
	int64_t want = 16 * (l->window / ONE);

	want = want < 16 ? 16 : want;
	if (p->kind == PUSH_EXEC)
		want = p->batch;
	if (p->rate != 0 && want > p->rate * 10)
		want = p->rate * 10;
	return want > LANE_QUEUE ? LANE_QUEUE : (size_t)want;
}

void
lane_worked(struct lane *l)
{
	l->failures = 0;
	l->rests = 0;
	l->renewed = 0;
	l->window += l->slowed ? ONE * ONE / l->window : ONE;
	if (l->window > l->source->push.concurrency * ONE)
		l->window = l->source->push.concurrency * ONE;
}

void
lane_slower(struct lane *l)
{
	l->slowed = 1;
	l->window = l->window > 2 * ONE ? l->window - ONE : ONE;
}

void
lane_failed(struct lane *l, struct job *j, int64_t now)
{
	int64_t s = REST_FIRST;
	int i;

	l->failures++;
	if (j->after > 0 && (j->status == 429 || j->status == 503))
		j->rest_until = now + j->after;
	/* Those that were under way with the one that made it rest fail as
	 * well: that is no further trouble. */
	if (l->failures * ONE >= l->window && j->rest_until == 0 &&
	    l->rest_until <= now) {
		for (i = 0; i < l->rests && s < REST_MOST; i++)
			s *= 2;
		j->rest_until = now + (s < REST_MOST ? s : REST_MOST) *
		    CLOCK_SECOND;
		l->rests++;
	}
	if (j->rest_until > l->rest_until)
		l->rest_until = j->rest_until;
	lane_slower(l);
}
