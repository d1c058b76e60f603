/* Questions about deliveries, and sending one again or never. */
#include "common/outbox_inner.h"

#include <stdio.h>
#include <string.h>

int
outbox_find(struct store *s, int64_t seq, char state[OUTBOX_STATE],
    char target[OUTBOX_TARGET], struct err *e)
{
	static const char sql[] =
	    "SELECT state, target FROM outbox WHERE seq = :seq";
	struct stmt *st;
	int rc;

	stmt_int(st = db_stmt(store_db(s, STORE_MAIN), sql), 1, seq);
	if ((rc = stmt_step(st, e)) < 0)
		return rc;
	if (rc == 0)
		return err_set(e, E_NOTFOUND, "delivery %lld: there is no such "
		    "delivery", (long long)seq);
	snprintf(state, OUTBOX_STATE, "%s", stmt_get_text(st, 0, NULL));
	snprintf(target, OUTBOX_TARGET, "%s", stmt_get_text(st, 1, NULL));
	stmt_reset(st);
	return 0;
}

int
outbox_again(struct store *s, int64_t seq, int64_t now,
    char target[OUTBOX_TARGET], struct err *e)
{
	static const char sql[] = "UPDATE outbox SET state = 'waiting', "
	    "tries = 0, due_at = :now, behind = NULL, alone = 0 "
	    "WHERE seq = :seq";
	char state[OUTBOX_STATE];
	struct stmt *st;
	int rc;

	if ((rc = outbox_find(s, seq, state, target, e)) != 0)
		return rc;
	if (strcmp(state, "dead") != 0)
		return err_set(e, E_NO, "delivery %lld: it is not dead, but "
		    "%s", (long long)seq, state);
	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_int(st, 1, now);
	stmt_int(st, 2, seq);
	return stmt_run(st, e);
}

static int
due_now(struct store *s, int64_t seq, int64_t now, struct err *e)
{
	static const char sql[] =
	    "UPDATE outbox SET tries = 0, due_at = :now WHERE seq = :seq";
	struct stmt *st;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_int(st, 1, now);
	stmt_int(st, 2, seq);
	return stmt_run(st, e);
}

int
outbox_hasten(struct store *s, const char *target, int64_t now, size_t max,
    int64_t *seq, size_t *n, struct err *e)
{
	static const char sql[] = "SELECT seq FROM outbox "
	    "INDEXED BY outbox_due WHERE target = :target "
	    "AND state = 'waiting' AND behind = 0 AND due_at > :now "
	    "ORDER BY due_at LIMIT :max";
	struct stmt *st;
	size_t i;
	int rc;

	*n = 0;
	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, target);
	stmt_int(st, 2, now);
	stmt_int(st, 3, (int64_t)max);
	while ((rc = stmt_step(st, e)) == 1)
		seq[(*n)++] = stmt_get_int(st, 0);
	for (i = 0; i < *n && rc == 0; i++)
		rc = due_now(s, seq[i], now, e);
	return rc;
}

/* Have those of the same member and target that wait behind others looked at
 * afresh. */
static int
look_anew(struct store *s, int64_t seq, struct err *e)
{
	static const char sql[] = "UPDATE outbox INDEXED BY outbox_open "
	    "SET behind = NULL WHERE (target, member) = "
	    "(SELECT target, member FROM outbox WHERE seq = :seq) "
	    "AND behind IS NOT NULL AND state <> 'sent' AND state <> 'dead' "
	    "AND behind > 0";
	struct stmt *st;

	stmt_int(st = db_stmt(store_db(s, STORE_MAIN), sql), 1, seq);
	return stmt_run(st, e);
}

int
outbox_bury(struct store *s, int64_t seq, struct err *e)
{
	static const char sql[] = "UPDATE outbox SET answer = NULL, "
	    "lease_until = NULL, behind = 0, state = CASE state "
	    "WHEN 'sent' THEN state ELSE 'dead' END WHERE seq = :seq";
	struct stmt *st;
	int rc;

	stmt_int(st = db_stmt(store_db(s, STORE_MAIN), sql), 1, seq);
	rc = stmt_run(st, e);
	return rc != 0 ? rc : look_anew(s, seq, e);
}

int64_t
outbox_count(struct store *s, const char *target, struct err *e)
{
	/* An index alone answers each half. */
	static const char sql[] = "SELECT (SELECT count(*) FROM outbox "
	    "INDEXED BY outbox_new WHERE target = :target "
	    "AND behind IS NULL) + (SELECT count(*) FROM outbox "
	    "INDEXED BY outbox_open WHERE target = :target "
	    "AND behind IS NOT NULL AND state <> 'sent' "
	    "AND state <> 'dead')";
	struct stmt *st;

	stmt_text(st = db_stmt(store_db(s, STORE_MAIN), sql), 1, target);
	return stmt_count(st, e);
}

int
outbox_target(struct store *s, const char *after, char target[OUTBOX_TARGET],
    struct err *e)
{
	/* One seek in each half, however many rows wait. */
	static const char sql[] = "SELECT min(target) FROM (SELECT * FROM "
	    "(SELECT target FROM outbox INDEXED BY outbox_new "
	    "WHERE target > :after AND behind IS NULL "
	    "ORDER BY target LIMIT 1) UNION ALL SELECT * FROM "
	    "(SELECT target FROM outbox INDEXED BY outbox_open "
	    "WHERE target > :after AND behind IS NOT NULL "
	    "AND state <> 'sent' AND state <> 'dead' "
	    "ORDER BY target LIMIT 1))";
	struct stmt *st;
	const char *p;
	int rc;

	stmt_text(st = db_stmt(store_db(s, STORE_MAIN), sql), 1, after);
	if ((rc = stmt_step(st, e)) != 1)
		return rc;
	if ((p = stmt_get_text(st, 0, NULL)) != NULL)
		snprintf(target, OUTBOX_TARGET, "%s", p);
	rc = p != NULL;
	stmt_reset(st);
	return rc;
}

int
outbox_later(struct store *s, const char *target, int64_t now, struct err *e)
{
	static const char sql[] = "SELECT seq FROM outbox "
	    "INDEXED BY outbox_due WHERE target = :target "
	    "AND state = 'waiting' AND behind = 0 AND due_at > :now "
	    "AND due_at <= :far LIMIT 1";
	struct stmt *st;
	int64_t seq;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, target);
	stmt_int(st, 2, now);
	stmt_int(st, 3, outbox_far(now));
	return stmt_one(st, &seq, e);
}

/* The state of a walk: what keeps rows from being leased, member by member. */
struct walk {
	int64_t now;
	char member[OUTBOX_MEMBER];
	int held;		/* one before it is not done */
};

/* Whether it is the turn of a row of walk_sql. */
static int
has_turn(struct walk *w, struct stmt *st, const struct outbox_row *r)
{
	int64_t at = stmt_get_int(st, 6);
	int is_due;

	if (r->member[0] == '\0' || strcmp(r->member, w->member) != 0)
		w->held = 0;
	memcpy(w->member, r->member, sizeof w->member);
	is_due = strcmp(stmt_get_text(st, 5, NULL), "waiting") == 0 &&
	    (at <= w->now || at > outbox_far(w->now));
	/* A row that was given its turn keeps it, whatever was made to wait
	 * since. */
	if (!stmt_is_null(st, 7) && stmt_get_int(st, 7) == 0)
		w->held = 0;
	is_due &= !w->held;
	w->held = 1;
	return is_due;
}

static const char walk_sql[] = "SELECT seq, audit, tries, member, alone, "
    "state, due_at, behind FROM outbox INDEXED BY outbox_open "
    "WHERE target = :target AND behind IS NOT NULL AND state <> 'sent' "
    "AND state <> 'dead' UNION ALL SELECT seq, audit, tries, member, alone, "
    "state, due_at, behind FROM outbox INDEXED BY outbox_new "
    "WHERE target = :target AND behind IS NULL ORDER BY member, seq";

int
outbox_walk(struct store *s, const char *target, int64_t now, outbox_fn *fn,
    void *ctx, struct err *e)
{
	struct walk w = { .now = now };
	struct outbox_row r;
	struct stmt *st;
	int rc;

	st = db_stmt(store_db(s, STORE_MAIN), walk_sql);
	stmt_text(st, 1, target);
	while ((rc = stmt_step(st, e)) == 1) {
		outbox_row_read(st, &r);
		if (!has_turn(&w, st, &r))
			continue;
		if ((rc = fn(ctx, &r, e)) < 0)
			break;
		w.held = rc == 0;
	}
	stmt_reset(st);
	return rc;
}

int
outbox_follower(struct store *s, const char *target,
    const struct outbox_row *r, int64_t after, struct outbox_row *next,
    char *kind, size_t size, struct err *e)
{
	static const char sql[] = "SELECT o.seq, o.audit, o.state, a.kind "
	    "FROM outbox o INDEXED BY outbox_open "
	    "JOIN audit a ON a.seq = o.audit WHERE o.target = :target "
	    "AND o.member = :member AND o.seq > :after "
	    "AND o.behind IS NOT NULL AND o.state <> 'sent' "
	    "AND o.state <> 'dead' ORDER BY o.seq LIMIT 1";
	struct stmt *st;
	int rc;

	*next = *r;
	if (r->member[0] == '\0')
		return 0;
	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, target);
	stmt_text(st, 2, r->member);
	stmt_int(st, 3, after);
	if ((rc = stmt_step(st, e)) != 1)
		return rc;
	next->seq = stmt_get_int(st, 0);
	next->audit = stmt_get_int(st, 1);
	rc = strcmp(stmt_get_text(st, 2, NULL), "waiting") == 0;
	snprintf(kind, size, "%s", stmt_get_text(st, 3, NULL));
	stmt_reset(st);
	return rc;
}

int
outbox_went_with(struct store *s, const struct outbox_row *r,
    const char *answer, struct err *e)
{
	static const char sql[] = "UPDATE outbox SET state = 'sent', "
	    "answer = :answer WHERE seq = :seq AND state = 'waiting'";
	struct stmt *st;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, answer);
	stmt_int(st, 2, r->seq);
	return stmt_run(st, e);
}
