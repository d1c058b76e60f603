/*
 * The inbox and what became of it.  The rows are in one file, their states in
 * the other: both are walked side by side.
 */
#include "common/report_part.h"

#include <stdlib.h>
#include <string.h>

#include "common/progress.h"

static const struct table_column columns[] = {
	{ "seq", TABLE_RIGHT },
	{ "received_at", 0 },
	{ "source", 0 },
	{ "event_id", TABLE_NAME },
	{ "state", 0 },
	{ "why", TABLE_FOLD },
	{ "due_at", 0 },
	{ "tries", TABLE_RIGHT | TABLE_SPARE },
	{ "content_type", TABLE_ONLY_JSON },
	{ "bytes", TABLE_ONLY_JSON },
};

struct seqs {
	int64_t *seq;
	size_t n, cap;
};

struct walk {
	const struct report *r;
	struct table *t;
	enum event_state want;
	int any;		/* state */
	int dismissed;		/* only these of the refused ones */
	int64_t left;		/* of the limit; <0: no limit */
	int64_t at;		/* the row before the next */
	struct report_batch batch;
	struct seqs newest;	/* found, when these are wanted */
	struct err *e;
};

static int
state_of(const char *word, enum event_state *state, int *dismissed)
{
	int i;

	*dismissed = strcmp(word, "dismissed") == 0;
	if (*dismissed) {
		*state = EV_REFUSED;
		return 0;
	}
	for (i = EV_NEW; i <= EV_REFUSED; i++)
		if (strcmp(word, event_state_name((enum event_state)i)) == 0) {
			*state = (enum event_state)i;
			return 0;
		}
	return -1;
}

/* The filters, as the first parameters of a statement. */
#define FILTERS "(:source IS NULL OR source = :source) " \
	"AND (:event IS NULL OR event_id = :event) " \
	"AND received_at >= :since AND received_at < :until "

static struct stmt *
filtered(const struct report *r, const char *sql)
{
	struct stmt *st;

	st = db_stmt(store_db(r->store, STORE_INBOX), sql);
	stmt_text(st, 1, r->source);
	stmt_text(st, 2, r->event);
	stmt_int(st, 3, r->since);
	stmt_int(st, 4, r->until != 0 ? r->until : INT64_MAX);
	return st;
}

/* The inbox row of this seq if it passes the filters, else NULL. */
static struct stmt *
find(struct walk *w, int64_t seq, int *rc)
{
	static const char sql[] = "SELECT received_at, source, event_id, "
	    "content_type, length(body) FROM inbox WHERE " FILTERS
	    "AND seq = :seq";
	struct stmt *st = filtered(w->r, sql);

	stmt_int(st, 5, seq);
	*rc = stmt_step(st, w->e);
	return *rc == 1 ? st : NULL;
}

static int
print(struct walk *w, struct stmt *st, const struct event_row *ev)
{
	struct table *t = w->t;

	table_int(t, ev->seq);
	table_time(t, stmt_get_int(st, 0));
	table_text(t, stmt_get_text(st, 1, NULL));
	table_text(t, stmt_get_text(st, 2, NULL));
	table_text(t, event_state_name(ev->state));
	table_text(t, ev->why[0] != '\0' ? ev->why : NULL);
	table_time(t, ev->due_at);
	table_int(t, ev->tries);
	table_text(t, stmt_get_text(st, 3, NULL));
	table_int(t, stmt_get_int(st, 4));
	return table_end(t);
}

/* An event with several records can be held or refused and scheduled as
 * well. */
static int
is_in(const struct event_row *ev, enum event_state want)
{
	return ev->state == want || (want == EV_SCHEDULED && ev->due_at != 0);
}

/* Whoever asks for refused events wants to do something about them: leave out
 * those put aside by a person or because their body is gone. */
static int
is_wanted(const struct walk *w, const struct event_row *ev)
{
	if (w->any || !is_in(ev, w->want))
		return w->any;
	if (w->want != EV_REFUSED)
		return 1;
	if (strcmp(ev->why, "dismissed") == 0)
		return w->dismissed;
	return !w->dismissed && strcmp(ev->why, "erased") != 0;
}

static void
add(struct seqs *l, int64_t seq)
{
	if (l->n == l->cap) {
		l->cap = l->cap * 2 + 64;
		l->seq = xrealloc(l->seq, l->cap, sizeof *l->seq);
	}
	l->seq[l->n++] = seq;
}

/* Print a row, or keep its place.  1: enough. */
static int
look(struct walk *w, int64_t seq, int keep)
{
	struct event_row ev;
	struct stmt *st;
	int rc;

	if (w->left == 0)
		return 1;
	if ((rc = event_get(w->r->store, seq, &ev, w->e)) != 0)
		return rc;
	if (!is_wanted(w, &ev))
		return 0;
	if ((st = find(w, seq, &rc)) == NULL)
		return rc;
	w->left -= w->left > 0;
	if (keep)
		add(&w->newest, seq);
	rc = keep ? 0 : print(w, st, &ev) != 0;
	stmt_reset(st);
	return rc;
}

/* The same where no statement is open. */
static int
look_alone(struct walk *w, int64_t seq, int keep)
{
	int rc = look(w, seq, keep);

	if (rc == 0 && report_full(&w->batch))
		rc = !report_write(w->r, &w->batch);
	return rc;
}

static int
backwards(const struct walk *w)
{
	return w->r->reverse || w->r->limit != 0;
}

/* Events in open states are few and have an index, but not in this order: they
 * are found once, not for each batch.  Other states have none. */
static int
find_open(struct walk *w, struct seqs *found)
{
#define OPEN "SELECT seq FROM event WHERE state = :state " \
	"AND state <> 'applied' UNION ALL SELECT seq FROM event " \
	"WHERE state IN ('held', 'refused') AND state <> 'applied' " \
	"AND due_at IS NOT NULL AND :scheduled "
	static const char up[] = OPEN "ORDER BY seq";
	static const char down[] = OPEN "ORDER BY seq DESC";
	struct stmt *st;
	int rc;

	st = db_stmt(store_db(w->r->store, STORE_MAIN),
	    backwards(w) ? down : up);
	stmt_text(st, 1, event_state_name(w->want));
	stmt_int(st, 2, w->want == EV_SCHEDULED);
	while ((rc = stmt_step(st, w->e)) == 1)
		add(found, stmt_get_int(st, 0));
	return rc;
}

static int
walk_open(struct walk *w, int keep)
{
	struct seqs found = { NULL, 0, 0 };
	size_t i;
	int rc = find_open(w, &found);

	for (i = 0; i < found.n && rc == 0; i++)
		rc = look_alone(w, found.seq[i], keep);
	free(found.seq);
	return rc;
}

static struct stmt *
all_rows(struct walk *w)
{
#define ALL "SELECT seq FROM inbox WHERE " FILTERS
	static const char up[] = ALL "AND seq > :at ORDER BY seq";
	static const char down[] = ALL "AND seq < :at ORDER BY seq DESC";
	struct stmt *st;

	st = filtered(w->r, backwards(w) ? down : up);
	stmt_int(st, 5, w->at);
	return st;
}

/* Look at a batch of rows: 1 if there may be more, 0, <0. */
static int
some(struct walk *w, int keep)
{
	int rc = 0, stop = 0, full = 0;
	struct stmt *st = all_rows(w);

	while (!full && (rc = stmt_step(st, w->e)) == 1) {
		w->at = stmt_get_int(st, 0);
		if ((stop = look(w, w->at, keep)) != 0)
			break;
		full = report_full(&w->batch);
	}
	stmt_reset(st);
	if (rc < 0 || stop < 0)
		return rc < 0 ? rc : stop;
	return full ? report_write(w->r, &w->batch) : 0;
}

static int
walk_all(struct walk *w, int keep)
{
	int rc;

	w->at = backwards(w) ? INT64_MAX : 0;
	while ((rc = some(w, keep)) == 1)
		;
	return rc;
}

static int
walk(struct walk *w)
{
	int keep = w->r->limit != 0 && !w->r->reverse, rc;
	struct seqs *l = &w->newest;

	rc = w->any || w->want == EV_NEW || w->want == EV_APPLIED ?
	    walk_all(w, keep) : walk_open(w, keep);
	w->left = -1;
	for (rc = rc < 0 ? rc : 0; rc == 0 && l->n > 0; )
		rc = look_alone(w, l->seq[--l->n], 0);
	return rc < 0 ? rc : 0;
}

int
report_inbox(const struct report *r, int *any, struct err *e)
{
	struct walk w;
	int rc;

	*any = 0;
	memset(&w, 0, sizeof w);
	w.r = r;
	w.e = e;
	w.any = r->state == NULL;
	w.left = r->limit != 0 ? r->limit : -1;
	if (!w.any && state_of(r->state, &w.want,
	    &w.dismissed) != 0)
		return err_set(e, E_USAGE, "'%s' is not a state: new, unread, "
		    "scheduled, held, applied, refused or dismissed",
		    r->state);
	w.t = table_new(r->out, r->mode, TABLE_ROWS, columns,
	    sizeof columns / sizeof columns[0]);
	rc = walk(&w);
	free(w.newest.seq);
	*any = table_rows(w.t) > 0;
	table_free(w.t);
	return rc;
}
