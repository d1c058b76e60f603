/*
 * Comparing with a list of ids and stamps.  Everything is listed, but very
 * little is read or stored: nothing for what is here with the same stamp, the
 * record for everything else.  What is here but not in the list is asked for by
 * its id, and is gone if it is not there either.
 */
#include "common/pull_work.h"

#include <string.h>

#include "common/clock.h"
#include "common/cursor.h"
#include "common/map_date.h"
#include "common/member.h"

enum { BATCH = 200, GONE = 16 * 1024 * 1024 };

/* Find the link of a record here: 1, 0, <0. */
static int
link_of(struct pull *p, const char *key, struct arena *a, struct member *m,
    const struct link **out, struct err *e)
{
	int64_t num;
	size_t slot;
	int rc;

	rc = binding_get(p->store, p->source->name, key, &num, &slot, e);
	if (rc == 0)
		rc = member_get(p->store, num, a, m, e);
	if (rc != 0)
		return rc == E_NOTFOUND ? 0 : rc;
	if (slot >= m->claims.n)
		return 0;
	*out = &m->claims.link[slot];
	return 1;
}

/* Whether the record is here with this stamp: 1, 0, <0. */
static int
same(struct pull *p, const char *key, int64_t stamp, struct err *e)
{
	struct arena a = { NULL };
	const struct link *l;
	struct member m;
	int rc, found = 0;
	size_t i;

	if ((rc = link_of(p, key, &a, &m, &l, e)) == 1)
		for (i = 0; i < l->nevent && !found; i++)
			found = l->event[i].version.given &&
			    l->event[i].version.num == stamp;
	arena_release(&a);
	return rc < 0 ? rc : found;
}

int
pull_index_row(struct pull *p, const char *key, const char *stamp,
    struct err *e)
{
	int64_t t, seq, at;
	int rc;

	if (stamp == NULL || map_date_read(stamp, strlen(stamp), NULL, 0,
	    &t) != 0)
		return err_set(e, E_IO, "index: the stamp of a row is not a "
		    "time");
	p->listed += !pull_know(p, key);
	rc = cursor_marked(p->store, pull_who(p, key, 0), &seq, &at, e);
	if (rc == 1 || (rc == 0 && (rc = same(p, key, t, e)) == 0)) {
		buf_add(&p->keys, key, strlen(key) + 1);
		rc = pull_name(p, "", e);
	}
	return rc < 0 ? rc : 0;
}

int
pull_index_page(struct pull *p, struct err *e)
{
	int rc = pull_missed_read(p, e);

	if (p->batch.n == 0)
		pull_forget(p);
	return rc;
}

int
pull_index_lost(const struct pull *p, const char *stamp)
{
	int64_t t = 0;

	if (p->listed < 0 || p->passed == 0)
		return 0;
	return stamp == NULL || (map_date_read(stamp, strlen(stamp), NULL, 0,
	    &t) == 0 && t < p->passed);
}

/* Walk links after an id: those not listed are kept in *out, unless they are
 * known to be gone.  1, 0: there are no more, <0. */
static int
unlisted(struct pull *p, struct buf *at, struct buf *out, int64_t *used,
    struct err *e)
{
	struct arena a = { NULL };
	struct unnamed_links all;
	struct member m;
	const struct link *l;
	const char *id;
	size_t i;
	int rc;

	rc = binding_unnamed(p->store, p->source->name, buf_str(at), -1, BATCH,
	    &a, &all, e);
	for (i = 0; i < all.n && rc == 0; i++) {
		id = all.link[i].external_id;
		if (pull_knows(p, id)) {
			++*used;
			continue;
		}
		rc = link_of(p, id, &a, &m, &l, e);
		if (rc == 1 && claims_field(l, CLAIM_DELETED, "deleted") ==
		    NULL) {
			++*used;
			buf_add(out, id, strlen(id) + 1);
		}
		rc = rc < 0 ? rc : 0;
	}
	buf_clear(at);
	if (rc == 0 && all.last != NULL)
		buf_adds(at, all.last);
	rc = rc < 0 ? rc : all.last != NULL;
	arena_release(&a);
	return rc;
}

/* Ask for each one that was not listed, unless there are too many to be
 * true. */
static int
ask(struct pull *p, const struct buf *keys, int64_t used, struct err *e)
{
	int64_t n = 0;
	const char *k;
	int rc = 0;

	for (k = keys->p; k < keys->p + keys->len; k += strlen(k) + 1)
		n++;
	if ((double)(used - n) < p->source->snapshot.least * (double)used)
		return err_set(e, E_NO, "index: it lists only %lld of %lld "
		    "records, less than the share %.9g (snapshot.least)",
		    (long long)(used - n), (long long)used,
		    p->source->snapshot.least);
	for (k = keys->p; k < keys->p + keys->len && rc == 0; k +=
	    strlen(k) + 1)
		rc = pull_one_of_many(p, k, e);
	return rc != 0 ? rc : pull_alone(p, e);
}

static int
others(struct pull *p, struct err *e)
{
	struct buf at = { NULL, 0, 0 }, keys = { NULL, 0, 0 };
	int64_t used = 0;
	int rc;

	do {
		rc = unlisted(p, &at, &keys, &used, e);
		if (rc > 0 && keys.len > GONE)
			rc = err_set(e, E_NO, "index: too many records are "
			    "missing from it");
	} while (rc > 0);
	if (rc == 0 && keys.len > 0)
		rc = ask(p, &keys, used, e);
	buf_release(&at);
	buf_release(&keys);
	return rc;
}

int
pull_compare(struct pull *p, struct err *e)
{
	size_t i;
	int rc;

	rc = cursor_get(p->store, p->source->name, "changes", &p->passed, e);
	if (rc < 0)
		return rc;
	p->passed = rc == 0 ? 0 : p->passed - p->conf->lookback *
	    CLOCK_SECOND;
	p->listed = 0;
	pull_range(p, 0, clock_now());
	for (i = 0, rc = 0; i < p->conf->nindex && rc == 0; i++) {
		p->listing = &p->conf->index[i];
		rc = pull_pages(p, p->listing, e);
	}
	p->listing = NULL;
	if (rc == 0)
		rc = others(p, e);
	if (rc == 0)
		rc = pull_flush(p, 0, e);
	if (rc == 0)
		rc = pull_missed_nothing(p, p->began - p->conf->lookback *
		    CLOCK_SECOND, e);
	return rc != 0 ? rc : pull_record(p, "pull.compared", NULL, e);
}
