#include "common/prune.h"

#include <string.h>

#include "common/clock.h"
#include "common/inbox.h"
#include "common/progress.h"

/* Rows a transaction, and about as long as one may work (loya-store(5)). */
enum { ROWS = 200 };
static const int64_t enough = 10000;

struct pruning {
	struct store *store;
	int64_t before, at;	/* at: the last row that was looked at */
	int refused;
	int64_t seq[ROWS];	/* to be taken away next */
	int64_t bytes[ROWS];	/* of each body */
	size_t n;
	struct prune_receipt *r;
	struct err *e;
};

/* Whether nothing will be done with the event any more: 1, 0, <0. */
static int
is_done(struct pruning *p, int64_t seq)
{
	struct event_row ev;
	int rc;

	if ((rc = event_get(p->store, seq, &ev, p->e)) != 0)
		return rc;
	return ev.state == EV_APPLIED || (ev.state == EV_REFUSED &&
	    (p->refused || strcmp(ev.why, "dismissed") == 0 ||
	    strcmp(ev.why, "erased") == 0));
}

/* The next rows; none at the end. */
static int
gather(struct pruning *p)
{
	static const char sql[] = "SELECT seq, coalesce(length(body), 0) "
	    "FROM inbox WHERE seq > :after AND received_at < :before "
	    "AND (body IS NOT NULL OR head IS NOT NULL) ORDER BY seq";
	struct stmt *st;
	int rc = 0, done;

	p->n = 0;
	st = db_stmt(store_db(p->store, STORE_INBOX), sql);
	stmt_int(st, 1, p->at);
	stmt_int(st, 2, p->before);
	while (p->n < ROWS && (rc = stmt_step(st, p->e)) == 1) {
		p->at = stmt_get_int(st, 0);
		if ((done = is_done(p, p->at)) < 0) {
			rc = done;
			break;
		}
		if (!done) {
			p->r->kept++;
			continue;
		}
		p->bytes[p->n] = stmt_get_int(st, 1);
		p->seq[p->n++] = p->at;
	}
	stmt_reset(st);
	return rc < 0 ? rc : 0;
}

static void
count(struct pruning *p, size_t from, size_t to)
{
	for (; from < to; from++) {
		p->r->bodies++;
		p->r->bytes += p->bytes[from];
	}
}

/* Rows from i on, as many as go into one transaction: counted once it is
 * done. */
static int
some(struct pruning *p, size_t *i)
{
	int64_t start = clock_mono();
	size_t k;
	int rc;

	if ((rc = store_begin(p->store, STORE_INBOX, p->e)) != 0)
		return rc;
	for (k = *i; k < p->n && rc == 0 && clock_mono() - start < enough; k++)
		rc = inbox_prune(p->store, p->seq[k], p->e);
	if (rc != 0) {
		store_rollback(p->store, STORE_INBOX);
		return rc;
	}
	if ((rc = store_commit(p->store, STORE_INBOX, p->e)) == 0)
		count(p, *i, k);
	*i = k;
	return rc;
}

int
prune(struct store *s, int64_t before, int refused, int dry,
    struct prune_receipt *r, struct err *e)
{
	struct pruning p = { .store = s, .before = before, .r = r,
	    .refused = refused, .e = e };
	size_t i;
	int rc;

	memset(r, 0, sizeof *r);
	while ((rc = gather(&p)) == 0 && p.n > 0) {
		for (i = 0; i < p.n && rc == 0 && !dry;)
			rc = some(&p, &i);
		if (rc != 0)
			return rc;
		if (dry)
			count(&p, 0, p.n);
	}
	return rc != 0 || dry ? rc : store_empty_log(s, STORE_INBOX, e);
}
