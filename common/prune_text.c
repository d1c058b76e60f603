/*
 * What the record quotes of a body.  An event that could not be read is refused
 * with a sentence that has a piece of it ('birthdate: "..." is not a date'),
 * and names no external id, for none was read.  While the body is there, erase
 * finds the sentence by it.  Without it nobody could tell any more whom the
 * sentence is about, so it goes with the body: detail and salt, as erase takes
 * them; the row, its commitment and its leaf stay.
 */
#include "common/prune_inner.h"

#include <stdlib.h>

#include "common/audit.h"
#include "common/clock.h"
#include "common/inbox.h"

struct texts {
	struct pruning *p;
	int64_t *seq, *inbox;	/* of each row that may have to go */
	size_t n, cap;
	unsigned char *named;	/* by row of the inbox: some row of the record
				 * says whom it is about */
	int64_t last;
};

static void
add(struct texts *t, int64_t seq, int64_t inbox)
{
	if (t->n == t->cap) {
		t->cap = t->cap * 2 + 64;
		t->seq = xrealloc(t->seq, t->cap, sizeof *t->seq);
		t->inbox = xrealloc(t->inbox, t->cap, sizeof *t->inbox);
	}
	t->seq[t->n] = seq;
	t->inbox[t->n++] = inbox;
}

/* Rows with a sentence that name nobody; loya's own words quote nothing. */
static int
walk_record(struct texts *t)
{
	static const char sql[] = "SELECT seq, inbox, CASE "
	    "WHEN member IS NOT NULL THEN 1 "
	    "WHEN NOT json_valid(detail) THEN 0 "
	    "WHEN detail ->> 'external_id' IS NOT NULL THEN 1 "
	    "WHEN kind NOT IN ('event.refused', 'event.held') "
	    "OR detail ->> 'detail' IS NULL "
	    "OR detail ->> 'why' IN ('dismissed', 'erased', 'pruned') THEN 0 "
	    "ELSE 2 END FROM audit WHERE inbox IS NOT NULL ORDER BY seq";
	struct stmt *st;
	int64_t inbox;
	int rc, what;

	st = db_stmt(store_db(t->p->store, STORE_MAIN), sql);
	while ((rc = stmt_step(st, t->p->e)) == 1) {
		inbox = stmt_get_int(st, 1);
		what = (int)stmt_get_int(st, 2);
		if (inbox <= 0 || inbox > t->last)
			continue;
		if (what == 1)
			t->named[inbox] = 1;
		else if (what == 2)
			add(t, stmt_get_int(st, 0), inbox);
	}
	return rc;
}

/* Whether the body of this event is gone, or would be: 1, 0, <0. */
static int
is_gone(struct texts *t, int64_t inbox)
{
	static const char sql[] = "SELECT body IS NULL AND head IS NULL, "
	    "received_at < :before FROM inbox WHERE seq = :seq";
	struct stmt *st;
	int rc, gone, old;

	st = db_stmt(store_db(t->p->store, STORE_INBOX), sql);
	stmt_int(st, 1, t->p->before);
	stmt_int(st, 2, inbox);
	if ((rc = stmt_step(st, t->p->e)) <= 0)
		return rc;
	gone = stmt_get_int(st, 0) != 0;
	old = stmt_get_int(st, 1) != 0;
	stmt_reset(st);
	if (gone || !t->p->dry || !old)
		return gone;
	return prune_is_done(t->p, inbox);
}

static int
order(const void *a, const void *b)
{
	int64_t l = *(const int64_t *)a, r = *(const int64_t *)b;

	return (l > r) - (l < r);
}

/* A delivery that is still to be made is made from its row: that goes the next
 * time.  Such rows have no inbox row then. */
static int
leave_owed(struct texts *t)
{
	static const char sql[] = "SELECT audit FROM outbox "
	    "WHERE member IS NULL AND (state = 'waiting' OR state = 'leased')";
	int64_t audit, *row;
	struct stmt *st;
	int rc;

	if (t->n == 0)
		return 0;
	st = db_stmt(store_db(t->p->store, STORE_MAIN), sql);
	while ((rc = stmt_step(st, t->p->e)) == 1) {
		audit = stmt_get_int(st, 0);
		row = bsearch(&audit, t->seq, t->n, sizeof *t->seq, order);
		if (row != NULL)
			t->inbox[row - t->seq] = 0;
	}
	return rc;
}

/* Keep those of the list that have to go. */
static int
sieve(struct texts *t)
{
	size_t i, n = 0;
	int rc;

	for (i = 0; i < t->n; i++) {
		if (t->inbox[i] == 0 || t->named[t->inbox[i]])
			continue;
		if ((rc = is_gone(t, t->inbox[i])) < 0)
			return rc;
		if (rc == 1)
			t->seq[n++] = t->seq[i];
	}
	t->n = n;
	return 0;
}

/* Rows from i on, as many as go into one transaction. */
static int
some(struct texts *t, size_t *i)
{
	struct pruning *p = t->p;
	int64_t start = clock_mono();
	size_t k;
	int rc;

	if ((rc = store_begin(p->store, STORE_MAIN, p->e)) != 0)
		return rc;
	for (k = *i; k < t->n && k - *i < PRUNE_ROWS && rc == 0 &&
	    clock_mono() - start < PRUNE_ENOUGH; k++)
		rc = audit_erase(p->store, t->seq[k], p->e);
	if (rc != 0) {
		store_rollback(p->store, STORE_MAIN);
		return rc;
	}
	if ((rc = store_commit(p->store, STORE_MAIN, p->e)) == 0)
		p->r->texts += (int64_t)(k - *i);
	*i = k;
	return rc;
}

static int
take_away(struct texts *t)
{
	size_t i = 0;
	int rc = 0;

	if (t->p->dry) {
		t->p->r->texts = (int64_t)t->n;
		return 0;
	}
	if (t->n > 0)
		rc = prune_begin(t->p);
	while (i < t->n && rc == 0)
		rc = some(t, &i);
	return rc;
}

int
prune_texts(struct pruning *p)
{
	struct texts t = { .p = p };
	int rc;

	if ((t.last = inbox_last(p->store, p->e)) < 0)
		return (int)t.last;
	t.named = xcalloc((size_t)t.last + 1, 1);
	if ((rc = walk_record(&t)) == 0 && (rc = leave_owed(&t)) == 0 &&
	    (rc = sieve(&t)) == 0)
		rc = take_away(&t);
	free(t.named);
	free(t.seq);
	free(t.inbox);
	return rc;
}
