#include "common/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "common/buf.h"

#define COLUMNS "source, id, num, begin_seq, end_seq, count, rows, state, " \
	"complete_at, position, present, missing, forced"

static const char *const states[] = { "open", "counting", "acting", "done",
    "refused", "superseded" };

/*
 * The snapshot that was read last, kept up to date: each row of a large one
 * asks for it and adds itself to the count.  The new count is written at the
 * end of the transaction, and before anybody else reads it.
 */
struct last {
	struct arena arena;	/* its texts */
	struct snapshot v;	/* source NULL: there is none */
	int unwritten;		/* v.rows */
	int earlier;		/* of v: snapshot_earlier(), or -1 */
	char *idle;		/* a source of which none is under way, or
				 * NULL */
};

/* One may be under way again. */
static void
wake(struct last *k)
{
	free(k->idle);
	k->idle = NULL;
}

static void
forget(struct store *s, void *state)
{
	struct last *k = state;

	(void)s;
	k->v.source = NULL;
	k->unwritten = 0;
	wake(k);
}

static void
release(void *state)
{
	struct last *k = state;

	arena_release(&k->arena);
	wake(k);
	free(k);
}

/* Read the row that the statement is at, and reset the statement. */
static void
take(struct stmt *st, struct arena *a, struct snapshot *s)
{
	const char *state;
	int i;

	memset(s, 0, sizeof *s);
	s->source = stmt_keep_text(st, 0, a);
	s->id = stmt_keep_text(st, 1, a);
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
	s->position = stmt_keep_text(st, 9, a);
	s->present = stmt_get_int(st, 10);
	s->missing = stmt_get_int(st, 11);
	s->forced = stmt_get_int(st, 12) != 0;
	stmt_reset(st);
}

/* Read the row that a statement finds: 1, 0 if there is none, <0. */
static int
find(struct stmt *st, struct arena *a, struct snapshot *s, struct err *e)
{
	int rc;

	if ((rc = stmt_step(st, e)) == 1)
		take(st, a, s);
	return rc;
}

static void
copy(struct snapshot *to, const struct snapshot *from, struct arena *a)
{
	*to = *from;
	to->source = arena_str(a, from->source);
	to->id = arena_str(a, from->id);
	to->position = arena_str(a, from->position);
}

static int
write_rows(struct store *s, void *state, struct err *e)
{
	static const char sql[] = "UPDATE snapshot SET rows = :rows "
	    "WHERE source = :source AND id = :id";
	struct last *k = state;
	struct stmt *st;
	int rc;

	if (!k->unwritten)
		return 0;
	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_int(st, 1, k->v.rows);
	stmt_text(st, 2, k->v.source);
	stmt_text(st, 3, k->v.id);
	if ((rc = stmt_run(st, e)) == 0)
		k->unwritten = 0;
	return rc;
}

static struct last *
last_of(struct store *s)
{
	static const struct store_room verbs = { write_rows, forget, release };
	struct last *k;

	k = store_room_get(s, SLOT_SNAPSHOT);
	if (k == NULL) {
		k = xcalloc(1, sizeof *k);
		store_room_set(s, SLOT_SNAPSHOT, STORE_MAIN, &verbs, k);
	}
	return k;
}

static int
is_last(const struct last *k, const char *source, const char *id)
{
	return k->v.source != NULL && strcmp(k->v.source, source) == 0 &&
	    strcmp(k->v.id, id) == 0;
}

/* Remember another one; anything unwritten of the one before has been
 * written. */
static void
remember(struct last *k, const struct snapshot *v)
{
	struct arena a = { NULL };

	/* v may be a copy that shares texts with what is remembered. */
	copy(&k->v, v, &a);
	arena_release(&k->arena);
	k->arena = a;
	k->earlier = -1;
}

/* Write what is unwritten, for a statement that reads the table. */
static int
settle(struct store *s, struct err *e)
{
	return write_rows(s, last_of(s), e);
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
	struct last *k = last_of(s);
	struct stmt *st;
	int rc;

	if (is_last(k, source, id)) {
		copy(out, &k->v, a);
		return 0;
	}
	if ((rc = settle(s, e)) != 0 ||
	    (rc = look_up(s, source, id, a, out, e)) < 0)
		return rc;
	if (rc == 1) {
		remember(k, out);
		return 0;
	}
	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, source);
	stmt_text(st, 2, id);
	if ((rc = stmt_run(st, e)) != 0)
		return rc;
	rc = look_up(s, source, id, a, out, e);
	return rc == 0 ? err_set(e, E_BUG, "snapshot '%s': is not there", id) :
	    rc < 0 ? rc : 0;
}

int64_t
snapshot_place(int64_t begin, int64_t row)
{
	return begin != 0 ? begin : row;
}

int
snapshot_place_of(struct store *s, const char *source, const char *id,
    int64_t row, int64_t *place, struct err *e)
{
	static const char sql[] = "SELECT coalesce(begin_seq, 0) FROM snapshot "
	    "WHERE source = :source AND id = :id";
	struct stmt *st;
	int64_t begin;
	int rc;

	*place = 0;
	if (id == NULL)
		return 0;
	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, source);
	stmt_text(st, 2, id);
	if ((rc = stmt_one(st, &begin, e)) < 0)
		return rc;
	*place = snapshot_place(begin, row);
	return 0;
}

static int
same_but_rows(const struct snapshot *a, const struct snapshot *b)
{
	return a->num == b->num && a->begin == b->begin && a->end == b->end &&
	    a->count == b->count && a->state == b->state &&
	    a->complete_at == b->complete_at && a->present == b->present &&
	    a->missing == b->missing && a->forced == b->forced &&
	    strcmp(a->position, b->position) == 0;
}

static int
write_all(struct store *s, const struct snapshot *v, struct err *e)
{
	static const char sql[] = "UPDATE snapshot SET begin_seq = :begin, "
	    "end_seq = :end, count = :count, rows = :rows, state = :state, "
	    "complete_at = :complete_at, position = :position, "
	    "present = :present, missing = :missing, forced = :forced "
	    "WHERE source = :source AND id = :id";
	struct stmt *st;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_int_null(st, 1, v->begin);
	stmt_int_null(st, 2, v->end);
	if (v->end != 0)
		stmt_int(st, 3, v->count);
	else
		stmt_null(st, 3);
	stmt_int(st, 4, v->rows);
	stmt_text(st, 5, states[v->state]);
	stmt_int_null(st, 6, v->complete_at);
	stmt_text(st, 7, v->position);
	stmt_int(st, 8, v->present);
	stmt_int(st, 9, v->missing);
	stmt_int(st, 10, v->forced);
	stmt_text(st, 11, v->source);
	stmt_text(st, 12, v->id);
	return stmt_run(st, e);
}

int
snapshot_put(struct store *s, const struct snapshot *v, struct err *e)
{
	struct last *k = last_of(s);
	int rc;

	if (is_last(k, v->source, v->id) && same_but_rows(&k->v, v)) {
		k->unwritten |= k->v.rows != v->rows;
		k->v.rows = v->rows;
		return 0;
	}
	wake(k);
	if ((rc = settle(s, e)) != 0 || (rc = write_all(s, v, e)) != 0)
		return rc;
	remember(k, v);
	return 0;
}

int
snapshot_forget(struct store *s, const char *source, const char *external_id,
    struct err *e)
{
	static const char sql[] = "UPDATE snapshot SET position = "
	    "coalesce((SELECT max(external_id) FROM binding "
	    "WHERE source = :source AND external_id < :id), '') "
	    "WHERE source = :source AND position = :id";
	struct last *k = last_of(s);
	struct stmt *st;
	int rc;

	if ((rc = settle(s, e)) != 0)
		return rc;
	forget(s, k);
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
	int rc;

	if ((rc = settle(s, e)) != 0)
		return rc;
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
	int rc;

	if ((rc = settle(s, e)) != 0)
		return rc;
	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, source);
	stmt_int(st, 2, seq);
	return find(st, a, out, e);
}

int
snapshot_under_way(struct store *s, const char *source, struct arena *a,
    struct snapshot *out, struct err *e)
{
	struct last *k = last_of(s);
	int rc;

	if (k->idle != NULL && strcmp(k->idle, source) == 0)
		return 0;
	rc = snapshot_older(s, source, INT64_MAX, a, out, e);
	if (rc == 0) {
		wake(k);
		k->idle = xstrdup(source);
	}
	return rc;
}

int
snapshot_without(struct store *s, const char *source, const char *external_id,
    int64_t after, struct arena *a, struct snapshot *out, struct err *e)
{
	static const char sql[] = "SELECT " COLUMNS " FROM snapshot "
	    "WHERE source = :source AND begin_seq > :after AND "
	    "complete_at IS NOT NULL AND "
	    "(state = 'done' OR (state = 'acting' AND position >= :id)) "
	    "AND num > coalesce((SELECT b.snapshot FROM binding b "
	    "WHERE b.source = :source AND b.external_id = :id), 0) "
	    "ORDER BY begin_seq DESC LIMIT 1";
	struct stmt *st;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, source);
	stmt_int(st, 2, after);
	stmt_text(st, 3, external_id);
	return find(st, a, out, e);
}

int
snapshot_earlier(struct store *s, const struct snapshot *v, struct err *e)
{
	static const char sql[] = "SELECT 1 FROM snapshot "
	    "WHERE source = :source AND begin_seq < :begin AND "
	    "complete_at IS NOT NULL LIMIT 1";
	struct last *k = last_of(s);
	int own = is_last(k, v->source, v->id) && k->v.begin == v->begin, rc;
	struct stmt *st;

	if (own && k->earlier >= 0)
		return k->earlier;
	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, v->source);
	stmt_int(st, 2, v->begin);
	if ((rc = is_there(st, e)) >= 0 && own)
		k->earlier = rc;
	return rc;
}
