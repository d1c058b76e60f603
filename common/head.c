#include "common/head.h"

#include <string.h>

static void
read_head(struct stmt *st, struct head *h)
{
	h->seq = stmt_get_int(st, 0);
	h->size = stmt_get_int(st, 1);
	h->note = stmt_get_text(st, 2, &h->len);
}

/* Get the only row of a statement, its note kept in b. */
static int
one(struct stmt *st, struct head *h, struct buf *b, struct err *e)
{
	int rc;

	memset(h, 0, sizeof *h);
	buf_clear(b);
	if ((rc = stmt_step(st, e)) != 1)
		return rc < 0 ? rc : E_NOTFOUND;
	read_head(st, h);
	buf_add(b, h->note, h->len);
	h->note = buf_str(b);
	stmt_reset(st);
	return 0;
}

int
head_last(struct store *s, struct head *h, struct buf *b, struct err *e)
{
	static const char sql[] = "SELECT seq, size, note FROM head "
	    "ORDER BY seq DESC LIMIT 1";

	return one(db_stmt(store_db(s, STORE_MAIN), sql), h, b, e);
}

static int
walk(struct stmt *st, head_fn *fn, void *ctx, struct err *e)
{
	struct head h;
	int rc, stop;

	while ((rc = stmt_step(st, e)) == 1) {
		read_head(st, &h);
		if ((stop = fn(ctx, &h)) != 0) {
			stmt_reset(st);
			return stop;
		}
	}
	return rc;
}

int
head_walk_back(struct store *s, head_fn *fn, void *ctx, struct err *e)
{
	static const char sql[] = "SELECT seq, size, note FROM head "
	    "ORDER BY seq DESC";

	return walk(db_stmt(store_db(s, STORE_MAIN), sql), fn, ctx, e);
}

int
head_add(struct store *s, struct head *h, struct err *e)
{
	static const char sql[] = "INSERT INTO head(seq, size, note) "
	    "SELECT coalesce(max(seq), 0) + 1, :size, :note FROM head";
	struct stmt *st = db_stmt(store_db(s, STORE_MAIN), sql);

	stmt_int(st, 1, h->size);
	stmt_textn(st, 2, h->note, h->len);
	return stmt_run(st, e);
}

int
head_key_last(struct store *s, struct note_key *k, struct err *e)
{
	static const char sql[] = "SELECT vkey FROM head_key "
	    "ORDER BY seq DESC LIMIT 1";
	struct stmt *st = db_stmt(store_db(s, STORE_MAIN), sql);
	const char *text;
	size_t n;
	int rc;

	if ((rc = stmt_step(st, e)) != 1)
		return rc < 0 ? rc : E_NOTFOUND;
	text = stmt_get_text(st, 0, &n);
	rc = note_key_parse(k, text, n) == 0 && k->kind == NOTE_ED25519 ? 0 :
	    err_set(e, E_NOTSTORE, "%s: head_key: the newest is not a key for "
	    "heads", store_path(s));
	stmt_reset(st);
	return rc;
}

int
head_key_walk(struct store *s, head_key_fn *fn, void *ctx, struct err *e)
{
	static const char sql[] = "SELECT vkey, audit FROM head_key "
	    "ORDER BY seq";
	struct stmt *st = db_stmt(store_db(s, STORE_MAIN), sql);
	int rc, stop;

	while ((rc = stmt_step(st, e)) == 1) {
		stop = fn(ctx, stmt_get_text(st, 0, NULL),
		    stmt_get_int(st, 1));
		if (stop != 0) {
			stmt_reset(st);
			return stop;
		}
	}
	return rc;
}

int
head_key_add(struct store *s, const char *vkey, int64_t audit, struct err *e)
{
	static const char sql[] = "INSERT INTO head_key(seq, vkey, audit) "
	    "SELECT coalesce(max(seq), 0) + 1, :vkey, :audit "
	    "FROM head_key";
	struct stmt *st = db_stmt(store_db(s, STORE_MAIN), sql);

	stmt_text(st, 1, vkey);
	stmt_int(st, 2, audit);
	return stmt_run(st, e);
}

int
head_witness_walk(struct store *s, int64_t head, head_witness_fn *fn,
    void *ctx, struct err *e)
{
	static const char sql[] = "SELECT head, witness, line, at "
	    "FROM cosignature WHERE head BETWEEN :from AND :to "
	    "ORDER BY head, witness";
	struct stmt *st = db_stmt(store_db(s, STORE_MAIN), sql);
	int rc, stop;

	stmt_int(st, 1, head != 0 ? head : INT64_MIN);
	stmt_int(st, 2, head != 0 ? head : INT64_MAX);
	while ((rc = stmt_step(st, e)) == 1) {
		stop = fn(ctx, stmt_get_int(st, 0), stmt_get_text(st, 1, NULL),
		    stmt_get_text(st, 2, NULL), stmt_get_int(st, 3));
		if (stop != 0) {
			stmt_reset(st);
			return stop;
		}
	}
	return rc;
}

int
head_witness_add(struct store *s, int64_t head, const char *vkey,
    const char *line, size_t len, int64_t at, struct err *e)
{
	static const char sql[] =
	    "INSERT INTO cosignature(head, witness, at, line) "
	    "VALUES (:head, :witness, :at, :line) "
	    "ON CONFLICT(head, witness) DO UPDATE "
	    "SET at = excluded.at, line = excluded.line "
	    "WHERE excluded.at > cosignature.at";
	struct db *db = store_db(s, STORE_MAIN);
	struct stmt *st = db_stmt(db, sql);
	int rc;

	stmt_int(st, 1, head);
	stmt_text(st, 2, vkey);
	stmt_int(st, 3, at);
	stmt_textn(st, 4, line, len);
	rc = stmt_run(st, e);
	return rc == 0 ? db_changes(db) > 0 : rc;
}
