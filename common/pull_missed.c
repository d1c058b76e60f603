/*
 * A second source of changes: lists in which the system itself says what was
 * changed or deleted, and up to which time a list is complete.  That time waits
 * for the oldest transaction still open, so a change that became visible long
 * after its stamp, beyond every look-back, is in the list all the same.
 *
 * What a list names is read again; what was read before is not added, by its
 * id.  So only what changes had missed becomes a row.
 */
#include "common/pull_work.h"

#include <string.h>

#include "common/clock.h"
#include "common/cursor.h"
#include "common/map_date.h"
#include "common/member.h"

static const int64_t minute = 60 * CLOCK_SECOND;
static const int64_t day = 24 * 60 * 60 * CLOCK_SECOND;

static int64_t
whole_minute(int64_t t)
{
	return t - t % minute;
}

/* Keep a row of a list: a key and when it was deleted, each with its NUL. */
int
pull_missed_row(struct pull *p, const char *key, const char *deleted,
    struct err *e)
{
	if (deleted == NULL)
		return err_set(e, E_IO, "%s: a row has no '%s'",
		    p->missed->cursor, p->missed->deleted);
	buf_add(&p->keys, key, strlen(key) + 1);
	return pull_name(p, deleted, e);
}

/* A row that some has answered with must be one that was asked for.  It may
 * have been asked for several times, because a list names a record as often as
 * it was deleted. */
int
pull_missed_take(struct pull *p, const char *key, struct err *e)
{
	int found = 0;
	size_t i;

	for (i = 0; i < p->nasked; i++)
		if (strcmp(p->asked[i].key, key) == 0)
			found = p->asked[i].there = 1;
	return found ? 0 : err_set(e, E_IO, "some: the answer has a record "
	    "that was not asked for");
}

/* The record was deleted and cannot be read any more.  If nobody has heard of
 * it there is nothing to say: the list also names records that are not of our
 * query. */
static int
deleted(struct pull *p, const struct pull_asked *k, struct err *e)
{
	int64_t at, num;
	size_t slot;
	int rc;

	if (p->missed == NULL || p->missed->deleted == NULL ||
	    p->conf->gone == PULL_GONE_NEVER)
		return 0;
	if (map_date_read(k->deleted, strlen(k->deleted), NULL, 0, &at) != 0)
		return err_set(e, E_IO, "%s: '%s' is not a time",
		    p->missed->cursor, p->missed->deleted);
	rc = binding_get(p->store, p->source->name, k->key, &num, &slot, e);
	if (rc == 0)
		return pull_gone(p, k->key, at, 1, e);
	return rc == E_NOTFOUND ? 0 : rc;
}

/* Read a number of records of a list; *at moves behind them. */
static int
read_some(struct pull *p, const struct buf *list, size_t *at, struct err *e)
{
	struct pull_asked *k = p->asked;
	struct buf keys = { NULL, 0, 0 };
	size_t i;
	int rc;

	for (p->nasked = 0; p->nasked < (size_t)p->conf->some->most &&
	    *at < list->len; k = &p->asked[++p->nasked]) {
		k->key = list->p + *at;
		*at += strlen(k->key) + 1;
		k->deleted = list->p + *at;
		*at += strlen(k->deleted) + 1;
		k->there = 0;
		buf_add(&keys, k->key, strlen(k->key) + 1);
	}
	p->value[PULL_KEYS].p = keys.p;
	p->value[PULL_KEYS].len = keys.len - 1;
	p->value[PULL_KEYS].list = 1;
	rc = pull_pages(p, &p->conf->some->query, e);
	for (i = 0; i < p->nasked && rc == 0; i++)
		if (!p->asked[i].there)
			rc = deleted(p, &p->asked[i], e);
	p->value[PULL_KEYS].len = 0;
	p->nasked = 0;
	buf_release(&keys);
	return rc;
}

int
pull_missed_read(struct pull *p, struct err *e)
{
	struct buf list = p->keys;
	size_t at = 0;
	int rc = 0;

	memset(&p->keys, 0, sizeof p->keys);
	while (rc == 0 && at < list.len)
		rc = read_some(p, &list, &at, e);
	buf_release(&list);
	return rc;
}

/* Read a list from since to until: p->keys. */
static int
list(struct pull *p, int64_t since, int64_t until, struct err *e)
{
	int rc;

	p->complete = p->earliest = 0;
	pull_range_of(p, &p->missed->query, since, until);
	rc = pull_pages(p, &p->missed->query, e);
	if (rc == 0 && p->complete == 0)
		rc = err_set(e, E_IO, "%s: there is no time at '%s'",
		    p->missed->cursor, p->missed->covered);
	if (rc == 0 && p->earliest > since) {
		p->verdict = PULL_LOST;
		rc = E_NO;
	}
	return rc;
}

/* The same, and the records in it. */
static int
span(struct pull *p, int64_t since, int64_t until, struct err *e)
{
	int rc;

	if ((rc = list(p, since, until, e)) == 0)
		return pull_missed_read(p, e);
	buf_clear(&p->keys);
	return rc;
}

/* Report a gap in the lists: only a full read can tell what is missing. */
static int
lost(const struct pull *p, int64_t since, struct err *e)
{
	char text[CLOCK_TEXT];

	return err_set(e, E_NO, "%s: changes since %.19sZ can no longer be "
	    "asked for: -i or -f finds them", p->missed->cursor,
	    clock_format(since, text));
}

static int
put(struct pull *p, const struct pull_missed *m, int64_t t, struct err *e)
{
	int rc;

	if ((rc = pull_flush(p, 0, e)) != 0 ||
	    (rc = store_begin(p->store, STORE_INBOX, e)) != 0)
		return rc;
	rc = cursor_put(p->store, p->source->name, m->cursor, t, e);
	return store_end(p->store, STORE_INBOX, rc, e);
}

static int
walk(struct pull *p, int64_t since, int64_t end, struct err *e)
{
	int64_t width = end - since, until, next;
	int rc;

	while (since < end) {
		/* A rest of a minute is too short to be asked for. */
		until = end - since > width + minute ? since + width : end;
		if ((rc = span(p, since, until, e)) != 0) {
			if (p->verdict == PULL_LOST)
				return lost(p, since, e);
			if (p->verdict != PULL_HALVE || width < 4 * minute)
				return rc;
			width = whole_minute(width / 2);
			continue;
		}
		/* What was answered is kept; the part where the list is not
		 * complete yet is asked for again. */
		next = p->complete < until ? whole_minute(p->complete) : until;
		if (next > since && (rc = put(p, p->missed, next, e)) != 0)
			return rc;
		if (next < until)
			return pull_flush(p, 0, e);
		since = next;
	}
	return 0;
}

int
pull_missed_due(struct pull *p, const struct pull_missed *m, int64_t now,
    int64_t *since, int64_t *until, struct err *e)
{
	int rc;

	*until = whole_minute(now);
	rc = cursor_get(p->store, p->source->name, m->cursor, since, e);
	return rc != 1 ? rc : *until - *since >= m->every * CLOCK_SECOND;
}

/* Read one list.  Its end is the peer's time from before anything was read. */
static int
one(struct pull *p, const struct pull_missed *m, int64_t now, struct err *e)
{
	int64_t since, end;
	int rc;

	p->missed = m;
	if ((rc = pull_missed_due(p, m, now, &since, &end, e)) < 0)
		return rc;
	if (since == 0)
		return put(p, m, whole_minute(now - p->conf->lookback *
		    CLOCK_SECOND), e);
	if (rc == 0)
		return 0;
	if (now - since > m->reach * CLOCK_SECOND)
		return lost(p, since, e);
	return walk(p, since, end, e);
}

int
pull_missed(struct pull *p, struct err *e)
{
	int64_t now = p->began;
	size_t i;
	int rc = 0;

	/* Nothing was asked: there is no time to go by. */
	if (now == 0)
		return 0;
	for (i = 0; i < p->conf->nmissed && rc == 0; i++)
		rc = one(p, &p->conf->missed[i], now, e);
	p->missed = NULL;
	return rc;
}

/* Whether a list cannot be asked for from this time on.  If it does not answer,
 * that is for the next run to see. */
static int
is_lost(struct pull *p, const struct pull_missed *m, int64_t since)
{
	struct err e;
	int rc;

	if (p->began - since > m->reach * CLOCK_SECOND)
		return 1;
	p->missed = m;
	rc = list(p, since, whole_minute(p->began), &e);
	p->missed = NULL;
	buf_clear(&p->keys);
	return rc != 0 && p->verdict == PULL_LOST;
}

/* From when on a list is still to be asked for.  A transaction that was open
 * while everything was read is in the list once it has ended, with a time from
 * before; none is open for a day. */
static int64_t
still_open(struct pull *p, const struct pull_missed *m, int64_t since,
    int64_t as_of)
{
	int64_t open = whole_minute(as_of - day);

	if (since == 0)
		return as_of;
	if (open < since)
		open = since;
	return open < as_of && is_lost(p, m, open) ? as_of : open;
}

int
pull_missed_nothing(struct pull *p, int64_t as_of, struct err *e)
{
	const struct pull_missed *m;
	int64_t since, from;
	size_t i;
	int rc = 0;

	for (i = 0; i < p->conf->nmissed && rc >= 0; i++) {
		m = &p->conf->missed[i];
		if ((rc = cursor_get(p->store, p->source->name, m->cursor,
		    &since, e)) < 0)
			break;
		from = still_open(p, m, since, whole_minute(as_of));
		if (from > since)
			rc = put(p, m, from, e);
	}
	return rc < 0 ? rc : 0;
}
