/*
 * What accompanies the record: the ledger and the inbox file, which are walked
 * alongside, and what waits.
 */
#include "common/verify_part.h"

#include <string.h>

static int
ledger_next(struct verify *v)
{
	int64_t seq;
	int rc;

	if ((rc = stmt_step(v->ledger, v->e)) < 0)
		return rc;
	if (rc == 0) {
		v->ledger = NULL;
		v->ledger_audit = INT64_MAX;
		return 0;
	}
	seq = stmt_get_int(v->ledger, 0);
	v->ledger_audit = stmt_get_int(v->ledger, 1);
	if (seq != v->ledger_seq + 1)
		verify_row(v, "ledger", v->ledger_seq + 1, "is missing");
	v->ledger_seq = seq;
	v->result->entries++;
	return 0;
}

int
verify_ledger_begin(struct verify *v)
{
	static const char sql[] =
	    "SELECT seq, audit, member, source, reference, kind, points, "
	    "balance, reverses, inbox, at FROM ledger ORDER BY seq";

	v->ledger = db_stmt(store_db(v->store, STORE_MAIN), sql);
	return ledger_next(v);
}

int
verify_same(struct verify *v, struct stmt *st, int col, const char *s)
{
	const char *t = verify_text(v, st, col);

	return t == NULL || s == NULL ? t == s : strcmp(t, s) == 0;
}

static int
said_text(struct verify *v, const char *key, int col)
{
	uint32_t i = json_get(&v->sums.json, 0, key);
	const char *s = verify_text(v, v->ledger, col);

	if (i == JSON_NONE || s == NULL)
		return i == JSON_NONE && s == NULL;
	return json_is(&v->sums.json, i, s);
}

static int
said_int(struct verify *v, const char *key, int col)
{
	uint32_t i = json_get(&v->sums.json, 0, key);
	int64_t n;

	return i != JSON_NONE && json_int(&v->sums.json, i, &n) == 0 &&
	    n == stmt_get_int(v->ledger, col);
}

/* Compare the present entry with the row that posted it. */
static void
check_entry(struct verify *v, const struct verify_row *row)
{
	const struct audit_row *r = &row->r;
	struct stmt *st = v->ledger;
	struct trail *t;
	int64_t balance;

	if (!verify_same(v, st, 2, r->member) ||
	    !verify_same(v, st, 3, r->source) ||
	    stmt_get_int(st, 9) != r->inbox || stmt_get_int(st, 10) != r->at)
		verify_row(v, "ledger", v->ledger_seq, "is not the entry that "
		    "row %lld of audit posted", (long long)r->seq);
	else if (v->readable && (!said_text(v, "kind", 5) ||
	    !said_int(v, "points", 6) || !said_int(v, "balance", 7) ||
	    !said_text(v, "reference", 4) || !said_text(v, "reverses", 8)))
		verify_row(v, "ledger", v->ledger_seq, "kind, points, balance "
		    "or reference is not what row %lld of audit says",
		    (long long)r->seq);
	if (r->member == NULL)
		return;
	t = verify_trail(v, row->key, 1);
	balance = stmt_get_int(st, 7);
	if ((int64_t)((uint64_t)t->points + (uint64_t)stmt_get_int(st, 6)) !=
	    balance)
		verify_row(v, "ledger", v->ledger_seq, "the balance is not "
		    "the one before it and its points");
	t->points = balance;
}

static void
unposted(struct verify *v)
{
	verify_row(v, "ledger", v->ledger_seq, "row %lld of audit did not "
	    "post it", (long long)v->ledger_audit);
}

int
verify_ledger_row(struct verify *v, const struct verify_row *row)
{
	const struct audit_row *r = &row->r;
	int posted = strcmp(r->kind, "points.posted") == 0;
	int rc;

	while (v->ledger_audit < r->seq) {
		unposted(v);
		if ((rc = ledger_next(v)) != 0)
			return rc;
	}
	if (v->ledger_audit > r->seq) {
		if (posted)
			verify_row(v, "audit", r->seq, "posted points that "
			    "are not in the ledger");
		return 0;
	}
	if (posted)
		check_entry(v, row);
	else
		unposted(v);
	return ledger_next(v);
}

int
verify_ledger_end(struct verify *v)
{
	int rc = 0;

	while (rc == 0 && v->ledger != NULL) {
		unposted(v);
		rc = ledger_next(v);
	}
	return rc;
}

static int
inbox_next(struct verify *v)
{
	int64_t seq, want = v->inbox_seq + 1;
	int rc;

	if ((rc = stmt_step(v->inbox, v->e)) < 0)
		return rc;
	if (rc == 0) {
		v->inbox = NULL;
		v->inbox_seq = INT64_MAX;
		return 0;
	}
	seq = stmt_get_int(v->inbox, 0);
	if (seq != want)
		verify_row(v, "inbox", want, "is missing");
	v->inbox_seq = seq;
	v->result->inbox = seq;
	return 0;
}

int
verify_inbox_begin(struct verify *v)
{
	static const char sql[] =
	    "SELECT seq, source, event_id FROM inbox ORDER BY seq";

	v->inbox = db_stmt(store_db(v->store, STORE_INBOX), sql);
	return inbox_next(v);
}

/* The record names the event that a row is about: the inbox must have that
 * event there.  Most rows are in the order of the inbox. */
int
verify_inbox_row(struct verify *v, const struct audit_row *r)
{
	static const char sql[] =
	    "SELECT seq, source, event_id FROM inbox WHERE seq = :seq";
	struct stmt *st;
	int rc = 0;

	if (r->inbox <= 0)
		return 0;
	while (v->inbox_seq < r->inbox)
		if ((rc = inbox_next(v)) != 0)
			return rc;
	st = v->inbox;
	if (st == NULL || v->inbox_seq != r->inbox) {
		st = db_stmt(store_db(v->store, STORE_INBOX), sql);
		stmt_int(st, 1, r->inbox);
		if ((rc = stmt_step(st, v->e)) < 0)
			return rc;
		if (rc == 0) {
			verify_row(v, "audit", r->seq, "speaks of inbox row "
			    "%lld, which is not there", (long long)r->inbox);
			return 0;
		}
	}
	if (!verify_same(v, st, 1, r->source) ||
	    !verify_same(v, st, 2, r->event_id))
		verify_row(v, "inbox", r->inbox, "source or event_id is not "
		    "what row %lld of audit says", (long long)r->seq);
	if (st != v->inbox)
		stmt_reset(st);
	return 0;
}

int
verify_inbox_end(struct verify *v)
{
	int rc = 0;

	while (rc == 0 && v->inbox != NULL)
		rc = inbox_next(v);
	return rc;
}

/* Report every row of a statement as a fault. */
static int
each(struct verify *v, struct stmt *st, const char *table, const char *what)
{
	int rc;

	while ((rc = stmt_step(st, v->e)) == 1)
		verify_row(v, table, stmt_get_int(st, 0), "%s", what);
	return rc;
}

int
verify_queues(struct verify *v)
{
	static const char event[] =
	    "SELECT seq FROM event WHERE seq > :last OR seq < 1 ORDER BY seq";
	/* Only rows after the last one are new: nobody will look at a gap. */
	static const char gap[] = "SELECT before + 1 FROM (SELECT seq, "
	    "lag(seq, 1, 0) OVER (ORDER BY seq) AS before FROM event "
	    "WHERE (SELECT count(*) FROM event) <> "
	    "(SELECT max(seq) FROM event)) WHERE seq > before + 1";
	static const char pending[] = "SELECT seq FROM pending "
	    "WHERE seq NOT IN (SELECT seq FROM event) ORDER BY seq";
	static const char tombstone[] = "SELECT t.member FROM tombstone t "
	    "LEFT JOIN member m ON m.num = t.member "
	    "WHERE m.claims IS NOT '[]' GROUP BY t.member";
	static const char keyless[] = "SELECT DISTINCT member FROM tombstone "
	    "WHERE NOT EXISTS (SELECT 1 FROM meta WHERE key = 'tombstone_key') "
	    "ORDER BY member";
	struct db *db = store_db(v->store, STORE_MAIN);
	struct stmt *st;
	int rc;

	st = db_stmt(db, event);
	stmt_int(st, 1, v->result->inbox);
	if ((rc = each(v, st, "event", "its inbox row is not there: the inbox "
	    "file is older than the store")) != 0 ||
	    (rc = each(v, db_stmt(db, gap), "event", "is missing: this row of "
	    "the inbox would never be looked at")) != 0 ||
	    (rc = each(v, db_stmt(db, keyless), "tombstone", "has no key: "
	    "nothing keeps this erased member from coming back")) != 0 ||
	    (rc = each(v, db_stmt(db, pending), "pending", "waits for an event "
	    "that was not looked at")) != 0)
		return rc;
	return each(v, db_stmt(db, tombstone), "tombstone", "is of a member "
	    "that was not erased");
}
