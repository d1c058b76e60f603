/* Transactions, and what rooms keep in memory beside them. */
#include "common/store_inner.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/die.h"
#include "common/lock.h"

struct db *
store_db(struct store *s, enum store_file f)
{
	assert(s->file[f].db != NULL);
	return s->file[f].db;
}

const char *
store_path(const struct store *s)
{
	return s->path;
}

const unsigned char *
store_hash_key(struct store *s, enum store_file f)
{
	return s->file[f].hash_key;
}

void
store_room_set(struct store *s, enum store_slot slot, enum store_file f,
    const struct store_room *room, void *state)
{
	assert(s->room[slot].room == NULL);
	s->room[slot].room = room;
	s->room[slot].file = f;
	s->room[slot].state = state;
}

void *
store_room_get(struct store *s, enum store_slot slot)
{
	return s->room[slot].state;
}

static void
forget(struct store *s, enum store_file f)
{
	int i;

	for (i = 0; i < STORE_SLOTS; i++)
		if (s->room[i].room != NULL && s->room[i].file == f &&
		    s->room[i].room->forget != NULL)
			s->room[i].room->forget(s, s->room[i].state);
}

static int
flush(struct store *s, enum store_file f, struct err *e)
{
	int i, rc = 0;

	for (i = 0; i < STORE_SLOTS && rc == 0; i++)
		if (s->room[i].room != NULL && s->room[i].file == f &&
		    s->room[i].room->flush != NULL)
			rc = s->room[i].room->flush(s, s->room[i].state, e);
	return rc;
}

/* Whether the symbolic links in the path as given now lead elsewhere.  SQLite
 * only knows the path without them. */
static int
is_led_away(const struct store *s)
{
	struct stat now, then;

	return s->given != NULL && (stat(s->given, &now) != 0 ||
	    stat(s->path, &then) != 0 || now.st_ino != then.st_ino ||
	    now.st_dev != then.st_dev);
}

/* If a backup was restored while we run, the path is another file: whatever
 * goes into the old one is lost. */
static int
notice_moved(const struct store *s, enum store_file f, struct err *e)
{
	struct db *db = s->file[f].db;

	if (!db_moved(db) && !is_led_away(s))
		return 0;
	return err_set(e, E_IO, "%s: was moved or replaced while it was open",
	    db_path(db));
}

int
store_stands(const struct store *s, struct err *e)
{
	int f, rc = 0;

	for (f = 0; f < STORE_FILES && rc == 0; f++)
		if (s->file[f].db != NULL)
			rc = notice_moved(s, (enum store_file)f, e);
	return rc;
}

/* If another process has written since our last transaction, what rooms have in
 * memory is out of date. */
static int
notice_others(struct store *s, enum store_file f, struct err *e)
{
	static const char sql[] = "PRAGMA data_version";
	struct file *fp = &s->file[f];
	struct stmt *st;
	int64_t now;
	int rc;

	st = db_stmt(fp->db, sql);
	if ((rc = stmt_step(st, e)) < 0)
		return rc;
	now = stmt_get_int(st, 0);
	stmt_reset(st);
	if (now != fp->seen)
		forget(s, f);
	fp->seen = now;
	return 0;
}

/* From here on commits are synced again. */
static void
harden(struct file *fp)
{
	if (fp->soft && db_soft(fp->db, 0, NULL) != 0)
		abort();
	fp->soft = 0;
}

void
store_hurry(struct store *s, int64_t until)
{
	atomic_store(&s->hurry, until);
}

int
store_take_lock(const struct store *s, int fd, const struct db *db,
    struct err *e)
{
	int64_t until = atomic_load(&s->hurry), left = LOCK_PATIENCE;

	if (until != 0 && until - clock_mono() < left)
		left = until - clock_mono();
	return lock_take_for(fd, db_path(db), left, e);
}

int
store_begin(struct store *s, enum store_file f, struct err *e)
{
	static const char begin[] = "BEGIN IMMEDIATE";
	struct file *fp = &s->file[f];
	int rc;

	assert(!fp->held && fp->lock >= 0);
	if (fp->aside != NULL && (rc = store_aside_let(fp->aside, e)) != 0)
		return rc;
	if ((rc = store_take_lock(s, fp->lock, fp->db, e)) != 0)
		return rc;
	if ((rc = notice_moved(s, f, e)) == 0)
		rc = stmt_run(db_stmt(fp->db, begin), e);
	if (rc == 0) {
		fp->held = 1;
		if ((rc = notice_others(s, f, e)) != 0)
			store_rollback(s, f);
		return rc;
	}
	lock_give(fp->lock);
	return rc;
}

int
store_begin_soft(struct store *s, enum store_file f, struct err *e)
{
	int rc;

	/* SQLite does not change this level inside a transaction. */
	if ((rc = db_soft(s->file[f].db, 1, e)) != 0)
		return rc;
	s->file[f].soft = 1;
	if ((rc = store_begin(s, f, e)) != 0)
		harden(&s->file[f]);
	return rc;
}

int
store_look(struct store *s, enum store_file f, struct err *e)
{
	static const char sql[] = "BEGIN";

	return stmt_run(db_stmt(s->file[f].db, sql), e);
}

void
store_look_end(struct store *s, enum store_file f)
{
	static const char sql[] = "COMMIT";
	struct err ignored;

	if (db_in_transaction(s->file[f].db))
		stmt_run(db_stmt(s->file[f].db, sql), &ignored);
}

int
store_commit(struct store *s, enum store_file f, struct err *e)
{
	return store_commit_and(s, f, NULL, NULL, e);
}

int
store_commit_and(struct store *s, enum store_file f, store_behind_fn *fn,
    void *ctx, struct err *e)
{
	static const char commit[] = "COMMIT";
	struct file *fp = &s->file[f];
	int rc;

	assert(fp->held);
	rc = flush(s, f, e);
	if (rc == 0)
		rc = stmt_run(db_stmt(fp->db, commit), e);
	if (rc != 0) {
		fp->failed |= rc == E_IO;
		store_rollback(s, f);
		return rc;
	}
	/* The commit stands. */
	rc = store_keep_short(s, f, e);
	if (rc == 0 && fn != NULL)
		rc = fn(ctx, e);
	harden(fp);
	fp->held = 0;
	lock_give(fp->lock);
	return rc;
}

void
store_rollback(struct store *s, enum store_file f)
{
	struct file *fp = &s->file[f];

	if (!fp->held)
		return;
	if (db_in_transaction(fp->db))
		db_exec(fp->db, "ROLLBACK;", NULL);
	forget(s, f);
	harden(fp);
	fp->held = 0;
	lock_give(fp->lock);
}

int
store_end(struct store *s, enum store_file f, int rc, struct err *e)
{
	if (rc == 0)
		return store_commit(s, f, e);
	store_rollback(s, f);
	return rc;
}

int
store_sync(struct store *s, enum store_file f, struct err *e)
{
	char path[4096];
	int fd, n, rc = 0;

	n = snprintf(path, sizeof path, "%s-wal", db_path(s->file[f].db));
	if (n < 0 || (size_t)n >= sizeof path)
		return err_set(e, E_NOSTORE, "%s: name too long", s->path);
	/* Without a log everything is in the file, which the checkpoint synced.
	 * SQLite holds no lock on the log that closing would release. */
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : err_set(e, E_IO, "%s: %s", path,
		    strerror(errno));
	if (fdatasync(fd) != 0)
		rc = err_set(e, E_IO, "%s: %s", path, strerror(errno));
	close(fd);
	return rc;
}

int
store_mark(struct store *s, struct err *e)
{
	static const char sql[] = "SAVEPOINT mark";
	int rc;

	/* What rooms have in memory up to here must survive a rollback to this
	 * mark. */
	if ((rc = flush(s, STORE_MAIN, e)) != 0)
		return rc;
	return stmt_run(db_stmt(s->file[STORE_MAIN].db, sql), e);
}

int
store_mark_drop(struct store *s, struct err *e)
{
	static const char sql[] = "RELEASE mark";

	return stmt_run(db_stmt(s->file[STORE_MAIN].db, sql), e);
}

void
store_mark_undo(struct store *s)
{
	db_exec(s->file[STORE_MAIN].db, "ROLLBACK TO mark; RELEASE mark;",
	    NULL);
	forget(s, STORE_MAIN);
}

int
store_meta_get(struct store *s, enum store_file f, const char *key, int64_t *v)
{
	static const char sql[] = "SELECT value FROM meta WHERE key = :key";
	struct stmt *st;
	int rc;

	*v = 0;
	st = db_stmt(s->file[f].db, sql);
	stmt_text(st, 1, key);
	rc = stmt_step(st, NULL);
	if (rc != 1)
		return rc < 0 ? rc : E_NOTFOUND;
	*v = stmt_get_int(st, 0);
	stmt_reset(st);
	return 0;
}

int
store_meta_put(struct store *s, enum store_file f, const char *key, int64_t v,
    struct err *e)
{
	static const char sql[] = "INSERT INTO meta(key, value) "
	    "VALUES (:key, :value) "
	    "ON CONFLICT(key) DO UPDATE SET value = excluded.value";
	struct stmt *st;

	st = db_stmt(s->file[f].db, sql);
	stmt_text(st, 1, key);
	stmt_int(st, 2, v);
	return stmt_run(st, e);
}
