/*
 * The deliveries: the row that each is made from, and whether one that is sent
 * or dead has an audit row that says so.  They are in the order of the rows
 * that they are made from, and are walked alongside.
 */
#include "common/verify_part.h"

#include <stdlib.h>
#include <string.h>

enum { IS_SENT = 1, IS_DEAD = 2, SAID_SENT = 4, SAID_DEAD = 8 };

static int
next(struct verify *v)
{
	unsigned char bit;
	const char *state;
	uint64_t left;
	int64_t seq;
	int rc;

	if ((rc = stmt_step(v->outbox, v->e)) < 0)
		return rc;
	if (rc == 0) {
		v->outbox = NULL;
		v->outbox_audit = INT64_MAX;
		return 0;
	}
	seq = stmt_get_int(v->outbox, 0);
	v->outbox_audit = stmt_get_int(v->outbox, 1);
	if (seq != v->outbox_seq + 1)
		verify_row(v, "outbox", v->outbox_seq + 1, "is missing");
	v->outbox_seq = seq;
	state = verify_text(v, v->outbox, 3);
	if (seq <= 0 || seq > v->outbox_last || state == NULL)
		return 0;
	bit = strcmp(state, "sent") == 0 ? IS_SENT :
	    strcmp(state, "dead") == 0 ? IS_DEAD : 0;
	if (bit == 0 && strcmp(state, "waiting") != 0 &&
	    strcmp(state, "leased") != 0)
		verify_row(v, "outbox", seq, "has an impossible state");
	v->outbox_said[seq] |= bit;
	left = verify_attempted(v, v->outbox, bit == 0);
	if (left != 0)
		v->tried[seq].left = left;
	return 0;
}

int
verify_outbox_begin(struct verify *v)
{
	static const char sql[] =
	    "SELECT seq, audit, member, state, target, tries, due_at, answer "
	    "FROM outbox ORDER BY seq";
	struct db *db = store_db(v->store, STORE_MAIN);
	int rc;

	rc = verify_last(v, "outbox", "SELECT max(seq) FROM outbox",
	    "SELECT count(*) FROM outbox", &v->outbox_last);
	if (rc != 0)
		return rc;
	v->outbox_said = xcalloc((size_t)v->outbox_last + 1, 1);
	v->tried = xcalloc((size_t)v->outbox_last + 1, sizeof *v->tried);
	v->outbox = db_stmt(db, sql);
	return next(v);
}

/* Check a row that is out of order, or whose audit row is missing. */
static int
stray(struct verify *v)
{
	static const char sql[] = "SELECT member FROM audit WHERE seq = :seq";
	struct stmt *st;
	const char *whose;
	int rc;

	st = db_stmt(store_db(v->store, STORE_MAIN), sql);
	stmt_int(st, 1, v->outbox_audit);
	if ((rc = stmt_step(st, v->e)) < 0)
		return rc;
	whose = rc == 1 ? verify_text(v, st, 0) : NULL;
	if (rc == 0 || !verify_same(v, v->outbox, 2, whose))
		verify_row(v, "outbox", v->outbox_seq, "names no row of audit, "
		    "or one about another member");
	stmt_reset(st);
	return next(v);
}

/* Note what an audit row says about a delivery. */
static void
said(struct verify *v, const struct verify_row *row)
{
	struct verify_tried *t;
	unsigned char bit = 0;

	if (row->r.member != NULL || strncmp(row->r.kind, "delivery.", 9) != 0)
		return;
	if (row->r.detail == NULL)
		v->outbox_silent = 1;
	if (row->r.detail == NULL || row->late)
		return;
	if (strcmp(row->r.kind, "delivery.sent") == 0 ||
	    strcmp(row->r.kind, "delivery.skipped") == 0)
		bit = SAID_SENT;
	else if (strcmp(row->r.kind, "delivery.dead") == 0)
		bit = SAID_DEAD;
	if (row->delivery > 0 && row->delivery <= v->outbox_last) {
		if (strcmp(row->r.kind, "delivery.again") == 0)
			v->outbox_said[row->delivery] &= IS_SENT | IS_DEAD;
		v->outbox_said[row->delivery] |= bit;
		t = &v->tried[row->delivery];
		t->before = row->attempt == 0 ? 0 : t->said;
		t->said = row->attempt;
	} else if (bit != 0)
		verify_row(v, "audit", row->r.seq, "names delivery %lld, which "
		    "is not there", (long long)row->delivery);
}

int
verify_outbox_row(struct verify *v, const struct verify_row *row)
{
	int rc = 0;

	said(v, row);
	while (rc == 0 && v->outbox_audit < row->r.seq)
		rc = stray(v);
	while (rc == 0 && v->outbox_audit == row->r.seq) {
		if (!verify_same(v, v->outbox, 2, row->r.member))
			verify_row(v, "outbox", v->outbox_seq, "names no row "
			    "of audit, or one about another member");
		rc = next(v);
	}
	return rc;
}

/* What was owed about an erased person is dead without a row saying so.  A row
 * that names no member may have been about somebody who was not one yet. */
static int
buried(struct verify *v, int64_t seq)
{
	static const char sql[] = "SELECT member FROM outbox WHERE seq = :seq";
	const struct trail *t = NULL;
	const char *whose;
	struct stmt *st;
	int rc;

	st = db_stmt(store_db(v->store, STORE_MAIN), sql);
	stmt_int(st, 1, seq);
	if ((rc = stmt_step(st, v->e)) < 0)
		return rc;
	whose = rc == 1 ? verify_text(v, st, 0) : NULL;
	if (whose != NULL)
		t = verify_trail(v, verify_trail_key(&v->sums, whose,
		    strlen(whose)), 0);
	stmt_reset(st);
	return whose == NULL ? v->gone : t != NULL && t->gone;
}

/* Report what is sent or dead without a row that says so, or the reverse. */
static int
unsaid(struct verify *v, int64_t seq, int s)
{
	int sent = (s & IS_SENT) && !(s & SAID_SENT), rc;

	if ((s & (SAID_SENT | SAID_DEAD)) && !(s & (IS_SENT | IS_DEAD)))
		verify_row(v, "outbox", seq, "is still to be sent, but a row "
		    "of audit says that it was sent or given up");
	if (!sent && (!(s & IS_DEAD) || (s & SAID_DEAD)))
		return 0;
	if ((!sent || v->outbox_silent) && (rc = buried(v, seq)) != 0)
		return rc < 0 ? rc : 0;
	verify_row(v, "outbox", seq, "is %s, but no row of audit says so",
	    sent ? "sent" : "dead");
	return 0;
}

/* What is left of an attempt must agree with the record. */
static int
untrue(struct verify *v, int64_t seq)
{
	const struct verify_tried *t = &v->tried[seq];
	int rc;

	if (t->left == t->said || (t->said != 0 && t->left == t->before))
		return 0;
	if ((rc = buried(v, seq)) != 0)
		return rc < 0 ? rc : 0;
	verify_row(v, "outbox", seq, "audit, target, tries, due_at or answer "
	    "is not what the newest row of audit about it says");
	return 0;
}

/* A delivery that waits behind nothing is never given a turn: it would never be
 * sent. */
static int
stuck(struct verify *v)
{
	static const char sql[] = "SELECT o.seq FROM outbox o "
	    "INDEXED BY outbox_open WHERE o.behind > 0 "
	    "AND o.behind IS NOT NULL AND o.state <> 'sent' "
	    "AND o.state <> 'dead' AND NOT EXISTS (SELECT 1 FROM outbox p "
	    "INDEXED BY outbox_open WHERE p.target = o.target "
	    "AND p.member = o.member AND p.behind IS NOT NULL "
	    "AND p.state <> 'sent' AND p.state <> 'dead' AND p.seq < o.seq)";
	struct stmt *st = db_stmt(store_db(v->store, STORE_MAIN), sql);
	int rc;

	while ((rc = stmt_step(st, v->e)) == 1)
		verify_row(v, "outbox", stmt_get_int(st, 0), "waits for an "
		    "earlier one, but is the first of its member: it would "
		    "never be sent");
	return rc;
}

/* Rows emptied because a person was erased may have said it. */
int
verify_outbox_end(struct verify *v)
{
	int64_t i;
	int rc = 0;

	while (rc == 0 && v->outbox != NULL)
		rc = stray(v);
	for (i = 1; i <= v->outbox_last && rc == 0; i++)
		if ((rc = unsaid(v, i, v->outbox_said[i])) == 0)
			rc = untrue(v, i);
	return rc != 0 ? rc : stuck(v);
}
