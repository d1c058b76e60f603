#include "common/prune.h"

#include <string.h>

#include "common/audit.h"
#include "common/clock.h"
#include "common/inbox.h"
#include "common/jsonw.h"
#include "common/progress.h"

/* Rows per transaction, and about how long one may work (loya-store(5)). */
enum { ROWS = 200 };
static const int64_t enough = 10000;

struct pruning {
	struct store *store;
	int64_t before, at;	/* at: the last row that was looked at */
	int refused, begun;
	int again;		/* some of these can be tried again */
	int64_t seq[ROWS];	/* to be taken away next */
	int64_t bytes[ROWS];	/* of each body */
	size_t n;
	struct prune_receipt *r;
	struct err *e;
};

/* Whether nothing more will be done with the event, unless somebody retries a
 * refused one: 1, 0, <0. */
static int
is_done(struct pruning *p, int64_t seq)
{
	struct event_row ev;
	int rc;

	if ((rc = event_get(p->store, seq, &ev, p->e)) != 0)
		return rc;
	p->again |= ev.state == EV_REFUSED;
	return ev.state == EV_APPLIED || (ev.state == EV_REFUSED &&
	    ev.due_at == 0 && (p->refused ||
	    strcmp(ev.why, "dismissed") == 0 ||
	    strcmp(ev.why, "erased") == 0));
}

/* Gather the next rows; none at the end. */
static int
gather(struct pruning *p)
{
	static const char sql[] = "SELECT seq, coalesce(length(body), 0) "
	    "FROM inbox WHERE seq > :after AND received_at < :before "
	    "AND (body IS NOT NULL OR head IS NOT NULL) ORDER BY seq";
	struct stmt *st;
	int rc = 0, done;

	p->n = 0;
	p->again = 0;
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
	for (; from < to; from++)
		if (p->seq[from] == 0) {
			p->r->kept++;
		} else {
			p->r->bodies++;
			p->r->bytes += p->bytes[from];
		}
}

/* If events could be retried meanwhile, keep everybody from that until this is
 * over: a retried event would wait then, and lose its body. */
static int
begin(struct pruning *p)
{
	int rc = p->again ? store_begin(p->store, STORE_MAIN, p->e) : 0;

	if (rc == 0 && (rc = store_begin(p->store, STORE_INBOX, p->e)) != 0)
		store_rollback(p->store, STORE_MAIN);
	return rc;
}

/* Take row k, unless it was retried since it was looked at: then it does not
 * belong here any more. */
static int
take(struct pruning *p, size_t k)
{
	int done = p->again ? is_done(p, p->seq[k]) : 1;

	if (done == 1)
		return inbox_prune(p->store, p->seq[k], p->e);
	p->seq[k] = 0;
	return done;
}

/* Remove rows from i on, as many as fit into one transaction; counted once that
 * is done. */
static int
some(struct pruning *p, size_t *i)
{
	int64_t start;
	size_t k;
	int rc;

	if ((rc = begin(p)) != 0)
		return rc;
	start = clock_mono();
	for (k = *i; k < p->n && rc == 0 && clock_mono() - start < enough; k++)
		rc = take(p, k);
	if (rc != 0)
		store_rollback(p->store, STORE_INBOX);
	else if ((rc = store_commit(p->store, STORE_INBOX, p->e)) == 0)
		count(p, *i, k);
	store_rollback(p->store, STORE_MAIN);
	*i = k;
	return rc;
}

/* Record it: before the first body goes, so that a run that is killed leaves a
 * trace; and after the last, how many went. */
static int
note(const struct pruning *p, const char *kind, int ended)
{
	struct buf detail = { NULL, 0, 0 };
	char text[CLOCK_TEXT];
	struct jsonw w;
	int rc;

	jsonw_init(&w, &detail);
	jsonw_object(&w);
	jsonw_kstring(&w, "received_before", clock_format(p->before, text));
	if (p->refused)
		jsonw_kstring(&w, "state", "refused");
	if (ended) {
		jsonw_kint(&w, "bodies", p->r->bodies);
		jsonw_kint(&w, "bytes", p->r->bytes);
	}
	jsonw_close(&w, '}');
	if ((rc = store_begin(p->store, STORE_MAIN, p->e)) == 0) {
		rc = audit_note(p->store, kind, NULL, &detail, p->e);
		rc = store_end(p->store, STORE_MAIN, rc, p->e);
	}
	buf_release(&detail);
	return rc;
}

/* Remove everything that gather() finds. */
static int
take_away(struct pruning *p)
{
	size_t i;
	int rc;

	while ((rc = gather(p)) == 0 && p->n > 0) {
		if (!p->begun && (rc = note(p, "prune.begun", 0)) != 0)
			return rc;
		p->begun = 1;
		for (i = 0; i < p->n && rc == 0;)
			rc = some(p, &i);
		if (rc != 0)
			return rc;
	}
	return rc != 0 || !p->begun ? rc : note(p, "prune.ended", 1);
}

int
prune(struct store *s, int64_t before, int refused, int dry,
    struct prune_receipt *r, struct err *e)
{
	struct pruning p = { .store = s, .before = before, .r = r,
	    .refused = refused, .e = e };
	int rc;

	memset(r, 0, sizeof *r);
	if (!dry)
		return (rc = take_away(&p)) != 0 ? rc :
		    store_empty_log(s, STORE_INBOX, e);
	while ((rc = gather(&p)) == 0 && p.n > 0)
		count(&p, 0, p.n);
	return rc;
}
