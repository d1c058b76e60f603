#include "common/progress.h"

#include <stdio.h>
#include <string.h>

static const char *const names[] = {
	"new", "unread", "scheduled", "held", "applied", "refused"
};

const char *
event_state_name(enum event_state s)
{
	return names[s];
}

int
event_get(struct store *s, int64_t seq, struct event_row *r, struct err *e)
{
	static const char sql[] = "SELECT state, due_at, why, tries "
	    "FROM event WHERE seq = :seq";
	struct stmt *st;
	const char *t;
	int rc, i;

	memset(r, 0, sizeof *r);
	r->seq = seq;
	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_int(st, 1, seq);
	if ((rc = stmt_step(st, e)) != 1)
		return rc;
	t = stmt_get_text(st, 0, NULL);
	for (i = EV_UNREAD; i <= EV_REFUSED; i++)
		if (strcmp(t, names[i]) == 0)
			r->state = (enum event_state)i;
	r->due_at = stmt_get_int(st, 1);
	t = stmt_get_text(st, 2, NULL);
	snprintf(r->why, sizeof r->why, "%s", t != NULL ? t : "");
	r->tries = stmt_get_int(st, 3);
	stmt_reset(st);
	return 0;
}

int
event_put(struct store *s, int64_t seq, enum event_state state, int64_t due_at,
    const char *why, struct err *e)
{
	static const char sql[] = "INSERT INTO event(seq, state, due_at, why) "
	    "VALUES (:seq, :state, :due_at, :why) ON CONFLICT(seq) DO UPDATE "
	    "SET state = excluded.state, due_at = excluded.due_at, "
	    "why = excluded.why, tries = tries + 1";
	struct stmt *st;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_int(st, 1, seq);
	stmt_text(st, 2, names[state]);
	stmt_int_null(st, 3, due_at);
	stmt_text(st, 4, why);
	return stmt_run(st, e);
}

int
event_put_applied(struct store *s, const char *seqs, size_t len,
    struct err *e)
{
	static const char sql[] = "INSERT INTO event(seq, state) "
	    "SELECT value, 'applied' FROM json_each(:seqs)";
	struct stmt *st;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_textn(st, 1, seqs, len);
	return stmt_run(st, e);
}

int64_t
event_last(struct store *s, struct err *e)
{
	static const char sql[] = "SELECT max(seq) FROM event";

	return stmt_count(db_stmt(store_db(s, STORE_MAIN), sql), e);
}

/* Each is the first row of its part of index event_open. */
#define FIRST_DUE(state) "SELECT * FROM (SELECT seq, due_at FROM event " \
	"WHERE state = '" state "' AND state <> 'applied' " \
	"AND due_at IS NOT NULL ORDER BY due_at, seq LIMIT 1)"

int64_t
event_due(struct store *s, int64_t now, int64_t *next, struct err *e)
{
	static const char sql[] = "SELECT seq, due_at FROM ("
	    FIRST_DUE("scheduled") " UNION ALL " FIRST_DUE("held")
	    " UNION ALL " FIRST_DUE("refused")
	    ") ORDER BY due_at, seq LIMIT 1";
	struct stmt *st;
	int64_t seq;
	int rc;

	*next = INT64_MAX;
	st = db_stmt(store_db(s, STORE_MAIN), sql);
	if ((rc = stmt_step(st, e)) != 1)
		return rc;
	seq = stmt_get_int(st, 0);
	*next = stmt_get_int(st, 1);
	stmt_reset(st);
	return *next <= now ? seq : 0;
}

/* No unread event has a time: index event_open is searched up to seq, and not
 * walked from its first unread one for each. */
int64_t
event_unread(struct store *s, int64_t after, struct err *e)
{
	static const char sql[] = "SELECT min(seq) FROM event "
	    "WHERE state = 'unread' AND state <> 'applied' "
	    "AND due_at IS NULL AND seq > :after";
	struct stmt *st;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_int(st, 1, after);
	return stmt_count(st, e);
}

int64_t
event_unread_before(struct store *s, int64_t before, struct err *e)
{
	static const char sql[] = "SELECT max(seq) FROM event "
	    "WHERE state = 'unread' AND state <> 'applied' "
	    "AND due_at IS NULL AND seq < :before";
	struct stmt *st;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_int(st, 1, before);
	return stmt_count(st, e);
}

int
event_read(struct store *s, int64_t seq, struct err *e)
{
	static const char sql[] = "UPDATE event SET state = 'applied', "
	    "why = 'read' WHERE seq = :seq AND state = 'unread'";
	struct stmt *st;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_int(st, 1, seq);
	return stmt_run(st, e);
}

int
pending_add(struct store *s, const char *source, const char *external_id,
    int64_t seq, struct err *e)
{
	static const char sql[] = "INSERT OR IGNORE INTO pending(source, "
	    "external_id, seq) VALUES (:source, :external_id, :seq)";
	struct stmt *st;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, source);
	stmt_text(st, 2, external_id);
	stmt_int(st, 3, seq);
	return stmt_run(st, e);
}

int
pending_drop(struct store *s, const char *source, const char *external_id,
    int64_t seq, struct err *e)
{
	static const char sql[] = "DELETE FROM pending WHERE source = :source "
	    "AND external_id = :external_id AND seq = :seq";
	struct stmt *st;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, source);
	stmt_text(st, 2, external_id);
	stmt_int(st, 3, seq);
	return stmt_run(st, e);
}

int
pending_drop_all(struct store *s, int64_t seq, struct err *e)
{
	static const char sql[] = "DELETE FROM pending WHERE seq = :seq";
	struct stmt *st;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_int(st, 1, seq);
	return stmt_run(st, e);
}

int64_t
pending_count(struct store *s, struct err *e)
{
	static const char sql[] = "SELECT count(*) FROM pending";

	return stmt_count(db_stmt(store_db(s, STORE_MAIN), sql), e);
}

int64_t
pending_next(struct store *s, const char *source, const char *external_id,
    int64_t after, struct err *e)
{
	static const char sql[] = "SELECT seq FROM pending "
	    "WHERE source = :source AND external_id = :external_id "
	    "AND seq > :after ORDER BY seq LIMIT 1";
	struct stmt *st;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, source);
	stmt_text(st, 2, external_id);
	stmt_int(st, 3, after);
	return stmt_count(st, e);
}
