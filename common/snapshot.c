#include "common/snapshot.h"

#include <string.h>

#include "common/clock.h"

#define COLUMNS "source, id, num, begin_seq, end_seq, count, rows, state, " \
	"complete_at, position, present, missing, forced"

static const char *const states[] = { "open", "counting", "acting", "done",
    "refused", "superseded" };

static const char *
keep(struct arena *a, struct stmt *st, int col)
{
	const char *s;
	size_t n;

	s = stmt_get_text(st, col, &n);
	return arena_dup(a, s, n);
}

/* The row that the statement stands on; the statement is then done with. */
static void
take(struct stmt *st, struct arena *a, struct snapshot *s)
{
	const char *state;
	int i;

	memset(s, 0, sizeof *s);
	s->source = keep(a, st, 0);
	s->id = keep(a, st, 1);
	s->num = stmt_get_int(st, 2);
	s->begin = stmt_get_int(st, 3);
	s->end = stmt_get_int(st, 4);
	s->count = stmt_get_int(st, 5);
	s->rows = stmt_get_int(st, 6);
	state = stmt_get_text(st, 7, NULL);
	for (i = SNAPSHOT_OPEN; i <= SNAPSHOT_SUPERSEDED; i++)
		if (strcmp(state, states[i]) == 0)
			s->state = (enum snapshot_state)i;
	s->complete_at = stmt_get_int(st, 8);
	s->position = keep(a, st, 9);
	s->present = stmt_get_int(st, 10);
	s->missing = stmt_get_int(st, 11);
	s->forced = stmt_get_int(st, 12) != 0;
	stmt_reset(st);
}

/* What a statement finds: 1, 0, <0. */
static int
find(struct stmt *st, struct arena *a, struct snapshot *s, struct err *e)
{
	int rc;

	if ((rc = stmt_step(st, e)) == 1)
		take(st, a, s);
	return rc;
}

static int
look_up(struct store *s, const char *source, const char *id, struct arena *a,
    struct snapshot *out, struct err *e)
{
	static const char sql[] = "SELECT " COLUMNS " FROM snapshot "
	    "WHERE source = :source AND id = :id";
	struct stmt *st;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, source);
	stmt_text(st, 2, id);
	return find(st, a, out, e);
}

int
snapshot_get(struct store *s, const char *source, const char *id,
    struct arena *a, struct snapshot *out, struct err *e)
{
	static const char sql[] = "INSERT INTO snapshot(source, id, num) "
	    "VALUES (:source, :id, "
	    "(SELECT coalesce(max(num), 0) + 1 FROM snapshot))";
	struct stmt *st;
	int rc;

	if ((rc = look_up(s, source, id, a, out, e)) != 0)
		return rc < 0 ? rc : 0;
	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, source);
	stmt_text(st, 2, id);
	if ((rc = stmt_run(st, e)) != 0)
		return rc;
	rc = look_up(s, source, id, a, out, e);
	return rc == 0 ? err_set(e, E_BUG, "snapshot '%s': is not there", id) :
	    rc < 0 ? rc : 0;
}

static void
bind_some(struct stmt *st, int n, int64_t v)
{
	if (v != 0)
		stmt_int(st, n, v);
	else
		stmt_null(st, n);
}

int
snapshot_put(struct store *s, const struct snapshot *v, struct err *e)
{
	static const char sql[] = "UPDATE snapshot SET begin_seq = :begin, "
	    "end_seq = :end, count = :count, rows = :rows, state = :state, "
	    "complete_at = :complete_at, position = :position, "
	    "present = :present, missing = :missing, forced = :forced "
	    "WHERE source = :source AND id = :id";
	struct stmt *st;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	bind_some(st, 1, v->begin);
	bind_some(st, 2, v->end);
	if (v->end != 0)
		stmt_int(st, 3, v->count);
	else
		stmt_null(st, 3);
	stmt_int(st, 4, v->rows);
	stmt_text(st, 5, states[v->state]);
	bind_some(st, 6, v->complete_at);
	stmt_text(st, 7, v->position);
	stmt_int(st, 8, v->present);
	stmt_int(st, 9, v->missing);
	stmt_int(st, 10, v->forced);
	stmt_text(st, 11, v->source);
	stmt_text(st, 12, v->id);
	return stmt_run(st, e);
}

int
snapshot_forget(struct store *s, const char *source, const char *external_id,
    struct err *e)
{
	static const char sql[] = "UPDATE snapshot SET position = "
	    "coalesce((SELECT max(external_id) FROM binding "
	    "WHERE source = :source AND external_id < :id), '') "
	    "WHERE source = :source AND position = :id";
	struct stmt *st;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, source);
	stmt_text(st, 2, external_id);
	return stmt_run(st, e);
}

#define BUSY "FROM snapshot WHERE state = 'counting' OR state = 'acting' " \
	"ORDER BY source, begin_seq LIMIT 1"

int
snapshot_next(struct store *s, struct arena *a, struct snapshot *out,
    struct err *e)
{
	static const char sql[] = "SELECT " COLUMNS " " BUSY;

	return find(db_stmt(store_db(s, STORE_MAIN), sql), a, out, e);
}

static int
is_there(struct stmt *st, struct err *e)
{
	int rc;

	if ((rc = stmt_step(st, e)) == 1)
		stmt_reset(st);
	return rc;
}

int
snapshot_busy(struct store *s, struct err *e)
{
	static const char sql[] = "SELECT 1 " BUSY;

	return is_there(db_stmt(store_db(s, STORE_MAIN), sql), e);
}

int
snapshot_older(struct store *s, const char *source, int64_t seq,
    struct arena *a, struct snapshot *out, struct err *e)
{
	static const char sql[] = "SELECT " COLUMNS " FROM snapshot "
	    "WHERE source = :source AND begin_seq < :seq AND "
	    "(state = 'open' OR state = 'counting' OR state = 'acting') "
	    "ORDER BY num LIMIT 1";
	struct stmt *st;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, source);
	stmt_int(st, 2, seq);
	return find(st, a, out, e);
}

int
snapshot_earlier(struct store *s, const struct snapshot *v, struct err *e)
{
	static const char sql[] = "SELECT 1 FROM snapshot "
	    "WHERE source = :source AND begin_seq < :begin AND "
	    "complete_at IS NOT NULL LIMIT 1";
	struct stmt *st;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, v->source);
	stmt_int(st, 2, v->begin);
	return is_there(st, e);
}

static int64_t
day_of(int64_t at)
{
	return at / (86400 * CLOCK_SECOND);
}

int
snapshot_repaired(struct store *s, const char *source, int64_t at,
    struct err *e)
{
	static const char sql[] = "INSERT INTO repair(source, day, count) "
	    "VALUES (:source, :day, 1) ON CONFLICT DO UPDATE "
	    "SET count = count + 1";
	struct stmt *st;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, source);
	stmt_int(st, 2, day_of(at));
	return stmt_run(st, e);
}

int
snapshot_repairs(struct store *s, int64_t from, snapshot_repair_fn *fn,
    void *ctx, struct err *e)
{
	static const char sql[] = "SELECT source, day, count FROM repair "
	    "WHERE day >= :from ORDER BY source, day";
	struct stmt *st;
	int rc;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_int(st, 1, day_of(from));
	while ((rc = stmt_step(st, e)) == 1)
		if ((rc = fn(ctx, stmt_get_text(st, 0, NULL),
		    stmt_get_int(st, 1), stmt_get_int(st, 2))) != 0) {
			stmt_reset(st);
			break;
		}
	return rc;
}
