#include "common/cursor.h"

#include <assert.h>
#include <string.h>

#include "common/clock.h"

int
cursor_get(struct store *s, const char *source, const char *name, int64_t *t,
    struct err *e)
{
	static const char sql[] = "SELECT value FROM cursor "
	    "WHERE source = :source AND name = :name";
	struct stmt *st = db_stmt(store_db(s, STORE_INBOX), sql);
	const char *v;
	size_t n;
	int rc;

	*t = 0;
	stmt_text(st, 1, source);
	stmt_text(st, 2, name);
	if ((rc = stmt_step(st, e)) != 1)
		return rc;
	v = stmt_get_text(st, 0, &n);
	rc = clock_parse(v, n, t) == 0 ? 1 : err_set(e, E_NOTSTORE,
	    "source '%s': its cursor is not a time", source);
	stmt_reset(st);
	return rc;
}

int
cursor_put(struct store *s, const char *source, const char *name, int64_t t,
    struct err *e)
{
	static const char sql[] = "INSERT INTO cursor(source, name, value, at) "
	    "VALUES (:source, :name, :value, :at) ON CONFLICT DO UPDATE "
	    "SET value = excluded.value, at = excluded.at";
	struct db *db = store_db(s, STORE_INBOX);
	struct stmt *st = db_stmt(db, sql);
	char text[CLOCK_TEXT];

	assert(db_in_transaction(db));
	stmt_text(st, 1, source);
	stmt_text(st, 2, name);
	stmt_text(st, 3, clock_format(t, text));
	stmt_int(st, 4, clock_now());
	return stmt_run(st, e);
}

int64_t
cursor_seen(struct store *s, int64_t key, int64_t content, struct err *e)
{
	static const char ask[] = "SELECT content, count FROM seen "
	    "WHERE key = :key";
	static const char note[] = "INSERT INTO seen(key, content, count) "
	    "VALUES (:key, :content, :count) ON CONFLICT DO UPDATE "
	    "SET content = excluded.content, count = excluded.count";
	struct db *db = store_db(s, STORE_INBOX);
	struct stmt *st = db_stmt(db, ask);
	int64_t count = 0;
	int rc;

	assert(db_in_transaction(db));
	stmt_int(st, 1, key);
	if ((rc = stmt_step(st, e)) < 0)
		return rc;
	if (rc == 1) {
		if (stmt_get_int(st, 0) == content)
			count = -1;
		else
			count = stmt_get_int(st, 1);
		stmt_reset(st);
	}
	if (count < 0)
		return 0;
	st = db_stmt(db, note);
	stmt_int(st, 1, key);
	stmt_int(st, 2, content);
	stmt_int(st, 3, count + 1);
	rc = stmt_run(st, e);
	return rc != 0 ? rc : count + 1;
}

int
cursor_unseen(struct store *s, int64_t key, int64_t content, struct err *e)
{
	/* The count stays, because it is a part of row ids. */
	static const char sql[] = "UPDATE seen SET content = 0 "
	    "WHERE key = :key AND content != :content";
	struct db *db = store_db(s, STORE_INBOX);
	struct stmt *st = db_stmt(db, sql);

	assert(db_in_transaction(db));
	stmt_int(st, 1, key);
	stmt_int(st, 2, content);
	return stmt_run(st, e);
}

/* In the table seen, content is the row and count the time: the newest, as that
 * counts where lines are applied. */
int
cursor_mark(struct store *s, int64_t key, int64_t seq, int64_t at,
    struct err *e)
{
	static const char sql[] = "INSERT INTO seen(key, content, count) "
	    "VALUES (:key, :seq, :at) ON CONFLICT DO UPDATE "
	    "SET content = excluded.content, "
	    "count = max(count, excluded.count)";
	struct db *db = store_db(s, STORE_INBOX);
	struct stmt *st = db_stmt(db, sql);

	assert(db_in_transaction(db));
	stmt_int(st, 1, key);
	stmt_int(st, 2, seq);
	stmt_int(st, 3, at);
	return stmt_run(st, e);
}

int
cursor_marked(struct store *s, int64_t key, int64_t *seq, int64_t *at,
    struct err *e)
{
	static const char sql[] = "SELECT content, count FROM seen "
	    "WHERE key = :key AND content != 0";
	struct stmt *st = db_stmt(store_db(s, STORE_INBOX), sql);
	int rc;

	stmt_int(st, 1, key);
	if ((rc = stmt_step(st, e)) != 1)
		return rc;
	*seq = stmt_get_int(st, 0);
	*at = stmt_get_int(st, 1);
	stmt_reset(st);
	return 1;
}

int
cursor_unmark(struct store *s, int64_t key, struct err *e)
{
	return cursor_unseen(s, key, 0, e);
}

int
cursor_read_back(struct store *s, int64_t seq, struct err *e)
{
	static const char sql[] = "INSERT OR IGNORE INTO read_back(seq, at) "
	    "VALUES (:seq, :at)";
	struct db *db = store_db(s, STORE_INBOX);
	struct stmt *st = db_stmt(db, sql);

	assert(db_in_transaction(db));
	stmt_int(st, 1, seq);
	stmt_int(st, 2, clock_now());
	return stmt_run(st, e);
}

int
cursor_was_read_back(struct store *s, int64_t seq, struct err *e)
{
	static const char sql[] = "SELECT 1 FROM read_back WHERE seq = :seq";
	struct stmt *st = db_stmt(store_db(s, STORE_INBOX), sql);
	int rc;

	stmt_int(st, 1, seq);
	rc = stmt_step(st, e);
	stmt_reset(st);
	return rc;
}
