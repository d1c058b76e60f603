#include "common/receive.h"

#include "common/clock.h"
#include "common/die.h"
#include "common/inbox.h"

/* A transaction ends when it has this much in it: it shall hold the lock for
 * only some milliseconds. */
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

/* Tokens that expired this long ago are deleted. */
static const int64_t month = 30 * 86400 * CLOCK_SECOND;

static int
do_job(struct store *s, struct token_job *j, struct err *e)
{
	int rc;

	switch (j->what) {
	case TOKEN_ISSUE:
		rc = issuer_issue(j->issuer, s, &j->token, j->text, e);
		return rc != 0 ? rc : issued_forget(s, j->at - month,
		    j->recorded, e);
	case TOKEN_REVOKE:
		/* Somebody else may have been faster; then it is revoked
		 * anyway. */
		rc = issued_revoke(s, j->token.seq, j->at,
		    j->token.revoked_by, e);
		return rc == E_NOTFOUND ? 0 : rc;
	default:
		return issued_use(s, j->token.seq, j->at, e);
	}
}

static int
add(struct store *s, struct delivery *d, struct err *e)
{
	const struct refusal_count *r;
	size_t i;
	int rc;

	rc = add_rows(s, d, e);
	if (rc == 0 && d->job != NULL)
		rc = do_job(s, d->job, e);
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

/* Whether the commit wrote anything, and the newest row that it refers to. */
static int
wrote(const struct delivery *d, const struct delivery *end, int64_t *newest)
{
	size_t i;
	int any = 0;

	*newest = 0;
	for (; d != end; d = d->next) {
		any |= d->nrefusal > 0 || (d->job != NULL &&
		    d->job->what == TOKEN_ISSUE);
		for (i = 0; i < d->nrow; i++) {
			any |= d->fresh[i];
			if (d->row[i].seq > *newest)
				*newest = d->row[i].seq;
		}
	}
	return any;
}

/*
 * A commit that wrote was synced, and with it everything written before.  One
 * that only met repeats was not, and their rows may come from a process that
 * was killed before it could sync them.
 */
static int
make_safe(struct store *s, const struct delivery *list,
    const struct delivery *end, int64_t *safe, struct err *e)
{
	int64_t newest;
	int rc = 0;

	if (!wrote(list, end, &newest) && newest > *safe)
		rc = store_sync(s, STORE_INBOX, e);
	if (rc == 0 && newest > *safe)
		*safe = newest;
	return rc;
}

/* Store the deliveries from list up to end, all or none; *unknown is set if it
 * is not known which. */
static int
transaction(struct store *s, struct delivery *list, struct delivery *end,
    int64_t *safe, int *unknown, struct err *e)
{
	struct delivery *d;
	int rc;

	rc = store_begin(s, STORE_INBOX, e);
	if (rc != 0) {
		*unknown = rc == E_IO;
		return rc;
	}
	for (d = list; d != end && rc == 0; d = d->next)
		rc = add(s, d, e);
	if (rc != 0) {
		store_rollback(s, STORE_INBOX);
		return rc;
	}
	rc = store_commit(s, STORE_INBOX, e);
	if (rc == 0)
		rc = make_safe(s, list, end, safe, e);
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

static void
warn_more(int64_t n)
{
	warn("inbox: %lld more not stored", (long long)n);
}

/* Warn seldom: a full disk must not have its log filled too. */
static void
tell(struct commits *c, const struct delivery *list,
    const struct delivery *end, int rc, const struct err *e)
{
	char of[SELDOM_TEXT];
	int64_t n = 0, now = clock_mono();

	for (; list != end && rc != 0; list = list->next)
		n++;
	seldom_add(&c->refused, n, now, 0);
	n = seldom_take(&c->refused, now);
	if (n > 0 && rc != 0)
		warn("inbox: %s%s", e->msg, seldom_text(n, of));
	else if (n > 0)
		warn_more(n);
}

void
receive_committed(struct commits *c)
{
	int64_t n = seldom_rest(&c->refused);

	if (n > 0)
		warn_more(n);
}

/* Whether it may be the fault of one delivery, not of the store. */
static int
is_single(int rc)
{
	return rc == E_DATA || rc == E_BUG || rc == E_NO;
}

int
receive_commit(struct store *s, struct delivery *list, struct commits *c)
{
	struct delivery *end;
	struct err e = { 0, "" };
	int rc = 0, unknown = 0;

	for (; list != NULL; list = end) {
		end = share(list);
		/* If one has waited in vain for the lock, all have. */
		rc = unknown ? E_IO : rc == E_BUSY ? E_BUSY :
		    transaction(s, list, end, &c->safe, &unknown, &e);
		if (is_single(rc) && list->next != end) {
			/* One cannot be stored: it shall not take the others
			 * along. */
			end = list->next;
			rc = transaction(s, list, end, &c->safe, &unknown,
			    &e);
		}
		tell(c, list, end, rc, &e);
		settle(list, end, rc);
	}
	return unknown ? E_IO : 0;
}
