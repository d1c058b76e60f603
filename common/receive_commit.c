#include "common/receive.h"

#include "common/clock.h"
#include "common/die.h"
#include "common/inbox.h"

/* A transaction is closed when it has so much in it: it shall hold the lock
 * for some milliseconds only. */
enum { ROWS = 500, BYTES = 4 * 1024 * 1024 };

static int
add_rows(struct store *s, struct delivery *d, struct err *e)
{
	size_t i;
	int rc;

	for (i = 0; i < d->nrow; i++) {
		rc = inbox_add(s, &d->row[i], e);
		if (rc < 0)
			return rc;
		d->fresh[i] = rc == 1;
	}
	return 0;
}

static int
add(struct store *s, struct delivery *d, struct err *e)
{
	const struct refusal_count *r;
	size_t i;
	int rc;

	rc = add_rows(s, d, e);
	for (i = 0; i < d->nrefusal && rc == 0; i++) {
		r = &d->refusal[i];
		rc = refusal_add(s, r->source, r->why,
		    r->minute * 60 * CLOCK_SECOND, r->n, e);
	}
	if (rc == 0 && d->probe) {
		d->last = inbox_last(s, e);
		rc = d->last < 0 ? (int)d->last : 0;
	}
	return rc;
}

/* The deliveries from list up to end: none or all; *unknown is set when that
 * cannot be said. */
static int
transaction(struct store *s, struct delivery *list, struct delivery *end,
    int *unknown, struct err *e)
{
	struct delivery *d;
	int rc;

	rc = store_begin(s, STORE_INBOX, e);
	if (rc != 0)
		return rc;
	for (d = list; d != end && rc == 0; d = d->next)
		rc = add(s, d, e);
	if (rc != 0) {
		store_rollback(s, STORE_INBOX);
		return rc;
	}
	rc = store_commit(s, STORE_INBOX, e);
	if (rc == E_IO)
		*unknown = 1;
	return rc;
}

/* How far from list one transaction reaches. */
static struct delivery *
share(struct delivery *list)
{
	struct delivery *d = list;
	size_t rows = 0, bytes = 0, i;

	do {
		rows += d->nrow;
		for (i = 0; i < d->nrow; i++)
			bytes += d->row[i].len;
		d = d->next;
	} while (d != NULL && rows < ROWS && bytes < BYTES);
	return d;
}

static void
settle(struct delivery *list, struct delivery *end, int rc)
{
	for (; list != end; list = list->next)
		list->rc = rc;
}

/* Whether it may be the fault of one delivery, not of the store. */
static int
is_single(int rc)
{
	return rc == E_DATA || rc == E_BUG || rc == E_NO;
}

int
receive_commit(struct store *s, struct delivery *list)
{
	struct delivery *end;
	struct err e = { 0, "" };
	int rc, unknown = 0;

	for (; list != NULL; list = end) {
		end = share(list);
		rc = unknown ? E_IO : transaction(s, list, end, &unknown, &e);
		if (is_single(rc) && list->next != end) {
			/* One cannot be stored: it shall not take the others
			 * along. */
			end = list->next;
			rc = transaction(s, list, end, &unknown, &e);
		}
		if (rc != 0)
			warn("inbox: %s", e.msg);
		settle(list, end, rc);
	}
	return unknown ? E_IO : 0;
}
