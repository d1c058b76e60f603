/* Removing what was found, in short transactions. */
#include "common/erase_inner.h"

#include <stdlib.h>

#include "common/audit.h"
#include "common/clock.h"
#include "common/hashindex.h"
#include "common/inbox.h"
#include "common/outbox.h"
#include "common/progress.h"

/* Rows per transaction, and about how long one may work (loya-store(5)). */
enum { ROWS = 100 };
static const int64_t enough = 10000;

typedef int wipe_fn(struct store *, int64_t seq, struct err *);

/* Empty rows of the list from i on, as many as fit into one transaction. */
static int
some(struct erase *x, enum store_file f, const struct erase_list *l,
    size_t *i, wipe_fn *fn)
{
	int64_t start;
	size_t k;
	int rc;

	if ((rc = store_begin(x->store, f, x->e)) != 0)
		return rc;
	start = clock_mono();
	for (k = *i; k < l->n && k - *i < ROWS && rc == 0 &&
	    clock_mono() - start < enough; k++)
		rc = fn(x->store, l->v[k], x->e);
	if (rc != 0) {
		store_rollback(x->store, f);
		return rc;
	}
	*i = k;
	return store_commit(x->store, f, x->e);
}

/* If events could be retried meanwhile, keep everybody from that until their
 * bodies are gone and they are settled. */
static int
some_bodies(struct erase *x, enum store_file f, const struct erase_list *l,
    size_t *i, wipe_fn *fn)
{
	int rc;

	if (f != STORE_INBOX || !x->again)
		return some(x, f, l, i, fn);
	if ((rc = store_begin(x->store, STORE_MAIN, x->e)) != 0)
		return rc;
	return store_end(x->store, STORE_MAIN, some(x, f, l, i, fn), x->e);
}

static int
all(struct erase *x, enum store_file f, const struct erase_list *l,
    wipe_fn *fn, int64_t *count)
{
	size_t i = 0, was;
	int rc = 0;

	if (x->dry) {
		*count = (int64_t)l->n;
		return 0;
	}
	while (i < l->n && rc == 0) {
		was = i;
		rc = some_bodies(x, f, l, &i, fn);
		if (rc == 0)
			*count += (int64_t)(i - was);
	}
	return rc;
}

/* Settle an event as refused, unless it was applied meanwhile. */
static int
settle(struct store *s, int64_t seq, struct err *e)
{
	struct event_row ev;
	int rc;

	if ((rc = event_get(s, seq, &ev, e)) != 0 || ev.state == EV_APPLIED)
		return rc;
	return event_put(s, seq, EV_REFUSED, 0, "erased", e);
}

static int
wipe_body(struct store *s, int64_t seq, struct err *e)
{
	struct event_row ev;
	int rc;

	if ((rc = event_get(s, seq, &ev, e)) != 0)
		return rc;
	/* It had been refused and was retried since. */
	if ((ev.state == EV_HELD || ev.state == EV_SCHEDULED) &&
	    (rc = settle(s, seq, e)) != 0)
		return rc;
	return inbox_prune(s, seq, e);
}

/*
 * End the member's unfinished deliveries, and delete all answers.  Of
 * deliveries about the erasure itself only the answers go.
 */
int
erase_deliveries(struct erase *x)
{
	static const char sql[] = "SELECT seq FROM outbox WHERE member = :id "
	    "AND CASE WHEN audit < :before THEN answer IS NOT NULL "
	    "OR state = 'waiting' OR state = 'leased' "
	    "ELSE answer IS NOT NULL AND (state = 'sent' OR state = 'dead') "
	    "END ORDER BY seq";
	struct stmt *st;
	int rc;

	st = db_stmt(store_db(x->store, STORE_MAIN), sql);
	stmt_text(st, 1, x->id);
	stmt_int(st, 2, x->before);
	while ((rc = stmt_step(st, x->e)) == 1)
		erase_add(&x->outbox, stmt_get_int(st, 0));
	return rc != 0 ? rc : all(x, STORE_MAIN, &x->outbox, outbox_bury,
	    &x->receipt->deliveries);
}

static int
drop_hashes(struct erase *x)
{
	int64_t *hash;
	size_t n;
	int rc;

	rc = hashindex_of(x->store, STORE_MAIN, x->num, &hash, &n, x->e);
	if (rc == 0 && n > 0 && !x->dry &&
	    (rc = store_begin(x->store, STORE_MAIN, x->e)) == 0) {
		rc = hashindex_drop(x->store, STORE_MAIN, hash, n, x->num,
		    x->e);
		rc = store_end(x->store, STORE_MAIN, rc, x->e);
	}
	if (rc == 0)
		x->receipt->hashes = (int64_t)n;
	free(hash);
	return rc;
}

/*
 * Whatever a second run needs to find something is removed after it: first rows
 * that say nothing about the person, then the event, then the others.  The logs
 * come last, because they still hold everything.
 */
int
erase_wipe(struct erase *x)
{
	struct erase_receipt *r = x->receipt;
	int64_t blind = 0, unnamed = 0, waits = 0;
	struct err second;
	int rc, also;

	if ((rc = all(x, STORE_MAIN, &x->event, settle, &r->events)) != 0 ||
	    (rc = all(x, STORE_MAIN, &x->pending, pending_drop_all,
	    &waits)) != 0 ||
	    (rc = all(x, STORE_MAIN, &x->unnamed, outbox_bury,
	    &unnamed)) != 0 ||
	    (rc = all(x, STORE_MAIN, &x->blind, audit_erase, &blind)) != 0 ||
	    (rc = all(x, STORE_INBOX, &x->body, wipe_body,
	    &r->bodies)) != 0 ||
	    (rc = drop_hashes(x)) != 0 ||
	    (rc = all(x, STORE_MAIN, &x->audit, audit_erase, &r->audit)) != 0)
		return rc;
	r->audit += blind;
	r->deliveries += unnamed;
	if (x->dry)
		return 0;
	/* A reader of one file must not keep the other from being emptied. */
	rc = store_empty_log(x->store, STORE_MAIN, x->e);
	also = store_empty_log(x->store, STORE_INBOX, rc == 0 ? x->e :
	    &second);
	return rc != 0 ? rc : also;
}
