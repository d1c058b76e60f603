#include "common/outbox_inner.h"

#include <assert.h>
#include <string.h>

#include "common/backoff.h"

int
outbox_add(struct store *s, const char *target, const char *audits,
    size_t len, int64_t due_at, struct err *e)
{
	static const char sql[] = "INSERT INTO outbox(target, audit, member, "
	    "due_at) SELECT :target, a.seq, a.member, :due_at "
	    "FROM json_each(:audits) j JOIN audit a ON a.seq = j.value";
	struct stmt *st;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, target);
	stmt_int(st, 2, due_at);
	stmt_textn(st, 3, audits, len);
	return stmt_run(st, e);
}

int64_t
outbox_far(int64_t now)
{
	return now < INT64_MAX - BACKOFF_LONGEST ? now + BACKOFF_LONGEST :
	    INT64_MAX;
}

int
outbox_ready(struct store *s, const char *target, int64_t now, int64_t *next,
    struct err *e)
{
	static const char fresh[] = "SELECT seq FROM outbox "
	    "INDEXED BY outbox_new WHERE target = :target AND behind IS NULL "
	    "LIMIT 1";
	static const char due[] = "SELECT due_at FROM outbox "
	    "INDEXED BY outbox_due WHERE target = :target "
	    "AND state = 'waiting' AND behind = 0 ORDER BY due_at LIMIT 1";
	static const char astray[] = "SELECT seq FROM outbox "
	    "INDEXED BY outbox_due WHERE target = :target "
	    "AND state = 'waiting' AND behind = 0 AND due_at > :far LIMIT 1";
	static const char lost[] = "SELECT seq FROM outbox "
	    "INDEXED BY outbox_lease WHERE state = 'leased' "
	    "AND lease_until <= :now LIMIT 1";
	struct db *db = store_db(s, STORE_MAIN);
	struct stmt *st;
	int64_t v;
	int rc;

	*next = INT64_MAX;
	stmt_text(st = db_stmt(db, due), 1, target);
	if ((rc = stmt_one(st, &v, e)) < 0)
		return rc;
	if (rc == 1 && v <= now)
		return 1;
	if (rc == 1) {
		*next = v;
		stmt_text(st = db_stmt(db, astray), 1, target);
		stmt_int(st, 2, outbox_far(now));
		if ((rc = stmt_one(st, &v, e)) != 0)
			return rc;
	}
	stmt_text(st = db_stmt(db, fresh), 1, target);
	if ((rc = stmt_one(st, &v, e)) != 0)
		return rc;
	stmt_int(st = db_stmt(db, lost), 1, now);
	return stmt_one(st, &v, e);
}

int
outbox_reclaim(struct store *s, int64_t now, struct err *e)
{
	static const char sql[] = "UPDATE outbox INDEXED BY outbox_lease "
	    "SET state = 'waiting', lease_until = NULL "
	    "WHERE state = 'leased' AND lease_until <= :now";
	struct stmt *st;

	stmt_int(st = db_stmt(store_db(s, STORE_MAIN), sql), 1, now);
	return stmt_run(st, e);
}

void
outbox_row_read(struct stmt *st, struct outbox_row *r)
{
	const char *member;
	size_t len;

	member = stmt_get_text(st, 3, &len);
	memset(r, 0, sizeof *r);
	r->seq = stmt_get_int(st, 0);
	r->audit = stmt_get_int(st, 1);
	r->tries = stmt_get_int(st, 2);
	if (member != NULL)
		memcpy(r->member, member, len < sizeof r->member ? len :
		    sizeof r->member - 1);
	r->alone = (int)stmt_get_int(st, 4);
}

int
outbox_set_behind(struct store *s, int64_t seq, int64_t behind, struct err *e)
{
	static const char sql[] =
	    "UPDATE outbox SET behind = :behind WHERE seq = :seq";
	struct stmt *st;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_int(st, 1, behind);
	stmt_int(st, 2, seq);
	return stmt_run(st, e);
}

/* Give its turn to the delivery behind it that is now the first. */
static int
give_turn(struct store *s, const char *target, const struct outbox_row *r,
    int *next, struct err *e)
{
	static const char sql[] = "SELECT seq, behind FROM outbox "
	    "INDEXED BY outbox_open WHERE target = :target "
	    "AND member = :member AND behind IS NOT NULL "
	    "AND state <> 'sent' AND state <> 'dead' ORDER BY seq LIMIT 1";
	struct stmt *st;
	int64_t seq, behind;
	int rc;

	if (r->member[0] == '\0')
		return 0;
	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, target);
	stmt_text(st, 2, r->member);
	if ((rc = stmt_step(st, e)) != 1)
		return rc;
	seq = stmt_get_int(st, 0);
	behind = stmt_get_int(st, 1);
	stmt_reset(st);
	if (behind == 0)
		return 0;
	*next = 1;
	return outbox_set_behind(s, seq, 0, e);
}

int
outbox_end(struct store *s, const char *target, const struct outbox_row *r,
    enum outbox_end end, int64_t due_at, const char *answer, int *next,
    struct err *e)
{
	static const char sql[] = "UPDATE outbox SET state = :state, "
	    "tries = tries + :tried, due_at = coalesce(:due_at, due_at), "
	    "answer = coalesce(:answer, answer), lease_until = NULL, "
	    "alone = :alone WHERE seq = :seq AND state = 'leased' "
	    "AND lease_until = :lease";
	static const char *const state[] = { [OUTBOX_SENT] = "sent",
	    [OUTBOX_DEFERRED] = "waiting", [OUTBOX_DEAD] = "dead",
	    [OUTBOX_BACK] = "waiting" };
	struct db *db = store_db(s, STORE_MAIN);
	struct stmt *st;
	int rc;

	st = db_stmt(db, sql);
	stmt_text(st, 1, state[end]);
	stmt_int(st, 2, end != OUTBOX_BACK);
	if (end == OUTBOX_DEFERRED)
		stmt_int(st, 3, due_at);
	else
		stmt_null(st, 3);
	stmt_text(st, 4, answer);
	stmt_int(st, 5, r->alone);
	stmt_int(st, 6, r->seq);
	stmt_int(st, 7, r->lease_until);
	if ((rc = stmt_run(st, e)) != 0)
		return rc;
	if (db_changes(db) == 0)
		return E_NO;
	return end == OUTBOX_SENT || end == OUTBOX_DEAD ?
	    give_turn(s, target, r, next, e) : 0;
}

int
outbox_give_turns(struct store *s, const char *target, const char *seqs,
    size_t len, int *next, struct err *e)
{
	static const char sql[] = "UPDATE outbox NOT INDEXED SET behind = 0 "
	    "WHERE seq IN (SELECT (SELECT p.seq FROM outbox p "
	    "INDEXED BY outbox_open WHERE p.target = :target "
	    "AND p.member = o.member AND p.behind IS NOT NULL "
	    "AND p.state <> 'sent' AND p.state <> 'dead' "
	    "ORDER BY p.seq LIMIT 1) FROM json_each(:seqs) j "
	    "CROSS JOIN outbox o NOT INDEXED ON o.seq = j.value) "
	    "AND behind > 0";
	struct db *db = store_db(s, STORE_MAIN);
	struct stmt *st;
	int rc;

	stmt_text(st = db_stmt(db, sql), 1, target);
	stmt_textn(st, 2, seqs, len);
	if ((rc = stmt_run(st, e)) == 0 && db_changes(db) > 0)
		*next = 1;
	return rc;
}

int
outbox_sent(struct store *s, const char *target, const char *seqs, size_t len,
    int64_t n, int64_t lease_until, const char *answer, int *next,
    struct err *e)
{
	static const char sql[] = "UPDATE outbox NOT INDEXED SET "
	    "state = 'sent', tries = tries + 1, answer = :answer, "
	    "lease_until = NULL, alone = 0 "
	    "WHERE seq IN (SELECT value FROM json_each(:seqs)) "
	    "AND state = 'leased' AND lease_until = :lease";
	struct db *db = store_db(s, STORE_MAIN);
	struct stmt *st;
	int rc;

	st = db_stmt(db, sql);
	stmt_text(st, 1, answer);
	stmt_textn(st, 2, seqs, len);
	stmt_int(st, 3, lease_until);
	if ((rc = stmt_run(st, e)) != 0)
		return rc;
	return db_changes(db) != n ? E_NO :
	    outbox_give_turns(s, target, seqs, len, next, e);
}
