#include "common/store.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/crypt.h"
#include "common/data.h"
#include "common/lock.h"
#include "common/role.h"

/* What differs between the two files. */
static const struct {
	const char *suffix, *schema;
	int64_t application_id;
	int64_t wal_limit;	/* frames: about 4 and about 40 MiB */
} kind[STORE_FILES] = {
	[STORE_INBOX] = { "-inbox", "schema/inbox-%d.sql", 0x6c6f7969, 1000 },
	[STORE_MAIN] = { "", "schema/store-%d.sql", 0x6c6f7973, 10000 },
};

enum { VERSION = 1, HASH_KEY = 16 };

struct room {
	const struct store_room *room;
	enum store_file file;
	void *state;
};

/* One of the two files. */
struct file {
	struct db *db;
	int lock;
	int held;
	int64_t seen;		/* data_version at the end of our last use */
	int64_t checkpoint_at;	/* frames at which the next one is due */
	unsigned char hash_key[HASH_KEY];
};

struct store {
	char *path;
	enum role role;
	struct file file[STORE_FILES];
	struct room room[STORE_SLOTS];
};

struct guard {
	enum role role;
	enum store_file file;
};

static int
allow(void *ctx, enum db_action action, const char *table, const char *column)
{
	const struct guard *g = ctx;

	return role_allows(g->role, g->file, action, table, column);
}

/* A guard for each role and file, constant for the life of the program. */
static struct guard *
guard(enum role role, enum store_file f)
{
	static struct guard all[ROLE_TOKEN + 1][STORE_FILES];

	all[role][f].role = role;
	all[role][f].file = f;
	return &all[role][f];
}

/* What the file says it is: its schema version, 0 for a new one. */
static int
version_of(struct db *db, enum store_file f, int64_t *version, struct err *e)
{
	int64_t id;
	int rc;

	*version = 0;
	/* The first real read: a file that is no database shows here. */
	if ((rc = db_exec(db, "SELECT count(*) FROM sqlite_schema;", e)) != 0)
		return rc;
	id = db_number(db, "PRAGMA application_id;");
	*version = db_number(db, "PRAGMA user_version;");
	if (id == 0 && *version == 0 &&
	    db_number(db, "SELECT count(*) FROM sqlite_schema;") == 0)
		return 0;
	if (id != kind[f].application_id)
		return err_set(e, E_NOTSTORE, "%s: this is not loya's %s",
		    db_path(db), f == STORE_MAIN ? "store" : "inbox file");
	if (*version > VERSION)
		return err_set(e, E_NEWER, "%s: version %d, made by a newer "
		    "loya; this one knows %d", db_path(db), (int)*version,
		    VERSION);
	return 0;
}

/* A secret number that outside data cannot foresee, made with the file. */
static int
make_hash_key(struct db *db, struct err *e)
{
	static const char sql[] =
	    "INSERT INTO meta(key, value) VALUES ('hash_key', :value)";
	unsigned char key[HASH_KEY];
	struct stmt *s;

	crypt_random(key, sizeof key);
	s = db_stmt(db, sql);
	stmt_blob(s, 1, key, sizeof key);
	return stmt_run(s, e);
}

/* One step of the schema and its version number, in one transaction. */
static int
migrate_step(struct db *db, enum store_file f, int to, struct err *e)
{
	char name[64];
	const char *sql;
	int rc;

	snprintf(name, sizeof name, kind[f].schema, to);
	sql = data_get(name);
	assert(sql != NULL);
	if ((rc = db_exec(db, "BEGIN IMMEDIATE;", e)) != 0)
		return rc;
	rc = db_exec(db, sql, e);
	if (rc == 0 && to == 1)
		rc = make_hash_key(db, e);
	if (rc == 0)
		rc = db_exec(db, "COMMIT;", e);
	if (rc != 0)
		db_exec(db, "ROLLBACK;", NULL);
	return rc;
}

/* Bring the file to VERSION under its lock; another process may have done it
 * while we waited. */
static int
migrate(struct file *fp, enum store_file f, struct err *e)
{
	int64_t version;
	int rc;

	if ((rc = version_of(fp->db, f, &version, e)) != 0 ||
	    version == VERSION)
		return rc;
	if ((rc = lock_take(fp->lock, db_path(fp->db), e)) != 0)
		return rc;
	rc = version_of(fp->db, f, &version, e);
	for (; rc == 0 && version < VERSION; version++)
		rc = migrate_step(fp->db, f, (int)version + 1, e);
	lock_give(fp->lock);
	return rc;
}

static int
load_hash_key(struct file *fp, struct err *e)
{
	static const char sql[] =
	    "SELECT value FROM meta WHERE key = 'hash_key'";
	struct stmt *s;
	const void *p;
	size_t n;
	int rc;

	s = db_stmt(fp->db, sql);
	if ((rc = stmt_step(s, e)) < 0)
		return rc;
	p = rc == 1 ? stmt_get_blob(s, 0, &n) : NULL;
	if (p == NULL || n != HASH_KEY)
		rc = err_set(e, E_NOTSTORE, "%s: its hash_key is gone",
		    db_path(fp->db));
	else
		rc = (memcpy(fp->hash_key, p, n), 0);
	stmt_reset(s);
	return rc;
}

/* Open for reading only: nothing is made, locked or migrated. */
static int
open_reader(struct file *fp, enum store_file f, const char *path,
    struct err *e)
{
	int64_t version;
	int rc;

	if ((rc = db_open(&fp->db, path, DB_READONLY, e)) != 0 ||
	    (rc = version_of(fp->db, f, &version, e)) != 0)
		return rc;
	if (version < VERSION)
		return err_set(e, E_NOSTORE, "%s: made by an older loya; run "
		    "loya-apply -b once to bring it up to date", path);
	return 0;
}

static int
open_writer(struct file *fp, enum store_file f, const char *path, int flags,
    struct err *e)
{
	int rc;

	if (!(flags & STORE_CREATE) && access(path, F_OK) != 0)
		return err_set(e, E_NOSTORE, "%s: %s", path, strerror(errno));
	if (access(path, F_OK) == 0 && access(path, W_OK) != 0)
		return err_set(e, E_READONLY, "%s: cannot be written: %s",
		    path, strerror(errno));
	if ((rc = lock_open(path, &fp->lock, e)) != 0 ||
	    (rc = db_open(&fp->db, path,
	    flags & STORE_CREATE ? DB_CREATE : 0, e)) != 0)
		return rc;
	return migrate(fp, f, e);
}

/*
 * A role that may not write the store opens it for reading, but makes it when
 * it is the first to come.
 */
static int
open_file(struct store *s, enum store_file f, int flags, struct err *e)
{
	struct file *fp = &s->file[f];
	char path[4096];
	int n, rc, reader;

	n = snprintf(path, sizeof path, "%s%s", s->path, kind[f].suffix);
	if (n < 0 || (size_t)n >= sizeof path)
		return err_set(e, E_NOSTORE, "%s: name too long", s->path);
	fp->checkpoint_at = kind[f].wal_limit;
	reader = (flags & STORE_READ) || (f == STORE_MAIN &&
	    s->role == ROLE_RECV && access(path, F_OK) == 0);
	rc = reader ? open_reader(fp, f, path, e) :
	    open_writer(fp, f, path, flags, e);
	if (rc == 0)
		rc = load_hash_key(fp, e);
	if (rc != 0)
		return rc;
	/* The receiver only appends: a large cache would be memory alone. */
	if (s->role == ROLE_RECV)
		rc = db_exec(fp->db, "PRAGMA cache_size = -2000;", e);
	if (rc != 0)
		return rc;
	fp->seen = db_number(fp->db, "PRAGMA data_version;");
	db_guard(fp->db, allow, guard(s->role, f));
	return 0;
}

int
store_open(struct store **out, const char *path, enum role role, int flags,
    struct err *e)
{
	struct store *s;
	mode_t mask;
	int f, rc = 0;

	*out = NULL;
	crypt_init();
	/* What is made here holds people's data: nothing for others. */
	mask = umask(0);
	umask(mask | 0007);
	s = xcalloc(1, sizeof *s);
	s->path = xstrdup(path);
	s->role = role;
	for (f = 0; f < STORE_FILES; f++)
		s->file[f].lock = -1;
	/* The store first: an inbox beside a file that is no store is not
	 * made. */
	rc = open_file(s, STORE_MAIN, flags, e);
	if (rc == 0)
		rc = open_file(s, STORE_INBOX, flags, e);
	umask(mask);
	if (rc != 0) {
		store_close(s);
		return rc;
	}
	*out = s;
	return 0;
}

void
store_close(struct store *s)
{
	int i;

	if (s == NULL)
		return;
	for (i = 0; i < STORE_SLOTS; i++)
		if (s->room[i].room != NULL)
			s->room[i].room->close(s->room[i].state);
	for (i = 0; i < STORE_FILES; i++) {
		if (s->file[i].held)
			store_rollback(s, (enum store_file)i);
		db_close(s->file[i].db);
		if (s->file[i].lock >= 0)
			close(s->file[i].lock);
	}
	free(s->path);
	free(s);
}

struct db *
store_db(struct store *s, enum store_file f)
{
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

/* Another process wrote since our last transaction: memory of rooms is old. */
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

int
store_begin(struct store *s, enum store_file f, struct err *e)
{
	static const char begin[] = "BEGIN IMMEDIATE";
	struct file *fp = &s->file[f];
	int rc;

	assert(!fp->held && fp->lock >= 0);
	if ((rc = lock_take(fp->lock, db_path(fp->db), e)) != 0)
		return rc;
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

/* Still under the lock, so that no writer is there (SQLite's WAL-reset race).
 * A reader may keep the log from being copied whole: then wait for as much
 * again before the next try. */
static int
checkpoint(struct file *fp, enum store_file f, struct err *e)
{
	int64_t frames = db_wal_frames(fp->db);

	if (frames < kind[f].wal_limit)
		fp->checkpoint_at = kind[f].wal_limit;
	if (frames < fp->checkpoint_at)
		return 0;
	fp->checkpoint_at = frames + kind[f].wal_limit;
	return db_checkpoint(fp->db, e);
}

int
store_commit(struct store *s, enum store_file f, struct err *e)
{
	static const char commit[] = "COMMIT";
	struct file *fp = &s->file[f];
	struct err ignored;
	int rc;

	assert(fp->held);
	rc = flush(s, f, e);
	if (rc == 0)
		rc = stmt_run(db_stmt(fp->db, commit), e);
	if (rc != 0) {
		store_rollback(s, f);
		return rc;
	}
	/* The commit stands; a checkpoint that fails is tried again. */
	checkpoint(fp, f, &ignored);
	fp->held = 0;
	lock_give(fp->lock);
	return 0;
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
	fp->held = 0;
	lock_give(fp->lock);
}

int
store_mark(struct store *s, struct err *e)
{
	static const char sql[] = "SAVEPOINT mark";
	int rc;

	/* What rooms remember up to here must survive the way back. */
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
