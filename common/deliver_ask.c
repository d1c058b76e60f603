/* What people want of deliveries: send again, turn on, count, see what became
 * of them. */
#include "common/deliver_work.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/audit.h"
#include "common/clock.h"
#include "common/target.h"

enum { HASTENED = 256 };	/* deliveries a transaction */

static int
note(struct deliver *d, const char *kind, const char *target, int64_t seq,
    struct err *e)
{
	struct jsonw w;

	buf_clear(&d->detail);
	jsonw_init(&w, &d->detail);
	jsonw_object(&w);
	if (seq != 0)
		jsonw_kint(&w, "delivery", seq);
	jsonw_close(&w, '}');
	return audit_note(d->store, kind, target, &d->detail, e);
}

int
deliver_target(struct store *s, int64_t seq, char target[DELIVER_TARGET],
    struct err *e)
{
	char state[OUTBOX_STATE];

	return outbox_find(s, seq, state, target, e);
}

static int
has_lane(const struct deliver *d, const char *name)
{
	size_t i;

	for (i = 0; i < d->nlane; i++)
		if (strcmp(d->lane[i].source->name, name) == 0)
			return 1;
	return 0;
}

int
deliver_again(struct deliver *d, const int64_t *seq, size_t n, struct err *e)
{
	char target[OUTBOX_TARGET];
	int64_t now = clock_now();
	size_t i;
	int rc;

	if ((rc = store_begin(d->store, STORE_MAIN, e)) != 0)
		return rc;
	for (i = 0; i < n && rc == 0; i++) {
		rc = outbox_again(d->store, seq[i], now, target, e);
		if (rc == 0 && !has_lane(d, target))
			rc = err_set(e, E_CONF, "delivery %" PRId64 ": '%s' "
			    "has no source file with push", seq[i], target);
		if (rc == 0)
			rc = note(d, "delivery.again", target, seq[i], e);
	}
	if ((rc = store_end(d->store, STORE_MAIN, rc, e)) == 0) {
		d->asked = seq;
		d->nasked = n;
		deliver_wake(d);
	}
	return rc;
}

/* Make due what was put off while the target was down, at most HASTENED
 * of it. */
static int
hasten(struct deliver *d, const char *target, size_t *n, struct err *e)
{
	int64_t seq[HASTENED];
	size_t i;
	int rc;

	if ((rc = store_begin(d->store, STORE_MAIN, e)) != 0)
		return rc;
	rc = outbox_hasten(d->store, target, clock_now(), HASTENED, seq, n,
	    e);
	for (i = 0; i < *n && rc == 0; i++)
		rc = note(d, "delivery.again", target, seq[i], e);
	return store_end(d->store, STORE_MAIN, rc, e);
}

int
deliver_on(struct deliver *d, struct err *e)
{
	const char *name;
	size_t i, n;
	int rc;

	if ((rc = store_begin(d->store, STORE_MAIN, e)) != 0)
		return rc;
	for (i = 0; i < d->nlane && rc == 0; i++) {
		name = d->lane[i].source->name;
		rc = target_on(d->store, name, e);
		if (rc == 0)
			rc = note(d, "target.on", name, 0, e);
		else if (rc == E_NO)
			rc = 0;
	}
	rc = store_end(d->store, STORE_MAIN, rc, e);
	for (i = 0; i < d->nlane && rc == 0; i++)
		do
			rc = hasten(d, d->lane[i].source->name, &n, e);
		while (rc == 0 && n == HASTENED);
	return rc;
}

/* What became of those that were to be sent again. */
static int
survey_asked(struct deliver *d, struct err *e)
{
	char state[OUTBOX_STATE], target[OUTBOX_TARGET];
	struct deliver_count *c = &d->count;
	struct target_row t;
	size_t i;
	int rc, open;

	c->asked = (int)d->nasked;
	c->asked_dead = c->asked_off = c->asked_waiting = 0;
	for (i = 0; i < d->nasked; i++) {
		if ((rc = outbox_find(d->store, d->asked[i], state, target,
		    e)) != 0 || (rc = target_get(d->store, target, &t, e)) !=
		    0)
			return rc;
		open = strcmp(state, "waiting") == 0 ||
		    strcmp(state, "leased") == 0;
		c->asked_dead += strcmp(state, "dead") == 0;
		c->asked_off += open && t.off_at != 0;
		c->asked_waiting += open;
	}
	return 0;
}

int
deliver_survey(struct deliver *d, struct err *e)
{
	struct deliver_count *c = &d->count;
	struct target_row t;
	const char *name;
	int64_t n, now = clock_now();
	size_t i;
	int rc;

	c->waiting = 0;
	c->resting = c->off = c->later = 0;
	for (i = 0; i < d->nlane; i++) {
		name = d->lane[i].source->name;
		if ((n = outbox_count(d->store, name, e)) < 0)
			return (int)n;
		if ((rc = target_get(d->store, name, &t, e)) != 0 ||
		    (rc = outbox_later(d->store, name, now, e)) < 0)
			return rc;
		c->later += rc;
		c->waiting += n;
		c->off += n > 0 && t.off_at != 0;
		if (n > 0 && t.off_at != 0)
			deliver_off(d, &d->lane[i]);
		d->lane[i].resting = n > 0 && t.off_at == 0 &&
		    t.rest_until > now ? t.rest_until : 0;
		c->resting += d->lane[i].resting != 0;
	}
	return survey_asked(d, e);
}

const char *
deliver_resting(const struct deliver *d, size_t *i, int64_t *until)
{
	const struct lane *l;

	while (*i < d->nlane) {
		l = &d->lane[(*i)++];
		*until = l->resting;
		if (l->resting != 0)
			return l->source->name;
	}
	return NULL;
}

int
deliver_orphans(struct deliver *d, struct err *e)
{
	char target[OUTBOX_TARGET] = "", text[OUTBOX_TARGET + 100];
	int64_t n;
	int rc = 0;

	d->count.orphans = 0;
	d->count.orphaned = 0;
	while (d->all && (rc = outbox_target(d->store, target, target,
	    e)) == 1) {
		if (has_lane(d, target))
			continue;
		if ((n = outbox_count(d->store, target, e)) < 0)
			return (int)n;
		snprintf(text, sizeof text, "%" PRId64 " %s for '%s', which "
		    "has no source file with push (-d dismisses them)",
		    n, n == 1 ?
		    "delivery waits" : "deliveries wait", target);
		deliver_tell(d, text);
		d->count.orphans++;
		d->count.orphaned += n;
	}
	return rc;
}
