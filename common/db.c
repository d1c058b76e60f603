/* Connections, and what the errors of SQLite mean. */
#include "common/db_inner.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/db_uri.h"
#include "common/db_vfs.h"
#include "common/die.h"

int
db_code(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_OK:
		return OK;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return E_BUSY;
	case SQLITE_FULL:
		return E_FULL;
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return E_READONLY;
	case SQLITE_CANTOPEN:
		return E_NOSTORE;
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		return E_NOTSTORE;
	case SQLITE_CONSTRAINT:
		return E_DATA;
	case SQLITE_AUTH:
		return E_BUG;
	case SQLITE_NOMEM:
		die(E_IO, "out of memory");
	default:
		return E_IO;
	}
}

int
db_fault(struct db *db, struct err *e)
{
	int rc = sqlite3_extended_errcode(db->c), why = 0;

	/* A full file system shows like this when the log's shared memory
	 * grows. */
	if (rc == SQLITE_IOERR_SHMSIZE)
		rc = SQLITE_FULL;
	if ((rc & 0xff) == SQLITE_CANTOPEN &&
	    (why = sqlite3_system_errno(db->c)) != 0)
		return err_set(e, E_NOSTORE, "%s: it, its -wal or its -shm "
		    "cannot be opened: %s", db->path, strerror(why));
	if ((rc & 0xff) == SQLITE_READONLY)
		return err_set(e, E_READONLY, "%s: it, its -wal or its -shm "
		    "cannot be written or made", db->path);
	if (rc == SQLITE_IOERR_WRITE && db_vfs_errno() != EIO)
		why = db_vfs_errno();
	return err_set(e, db_code(rc) == OK ? E_IO : db_code(rc),
	    "%s: %s%s%s", db->path, sqlite3_errmsg(db->c),
	    why != 0 ? ": " : "", why != 0 ? strerror(why) : "");
}

static int
wal_hook(void *arg, sqlite3 *c, const char *name, int frames)
{
	struct db *db = arg;

	(void)c;
	(void)name;
	db->wal_frames = frames;
	return SQLITE_OK;
}

/* SQLite may keep a waiter 0.1 s and more; the lock file (store.c) is the
 * queue, and this wait is only for programs that do not know it. */
static int
configure(struct db *db, int flags, struct err *e)
{
	static const char pragmas[] =
	    "PRAGMA synchronous = FULL;"
	    "PRAGMA foreign_keys = ON;"
	    "PRAGMA recursive_triggers = ON;"
	    "PRAGMA trusted_schema = OFF;"
	    "PRAGMA secure_delete = ON;"
	    "PRAGMA temp_store = MEMORY;"
	    "PRAGMA wal_autocheckpoint = 0;"
	    "PRAGMA cache_size = -8000;"
	    /* The table behind json_each, which the schema uses, is made at its
	     * first use; later a guard (db_guard) would refuse that. */
	    "SELECT 1 FROM json_each('[]');";
	int rc;

	sqlite3_extended_result_codes(db->c, 1);
	sqlite3_busy_timeout(db->c, DB_BUSY_MS);
	sqlite3_db_config(db->c, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db->c, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_db_config(db->c, SQLITE_DBCONFIG_ENABLE_TRIGGER,
	    !(flags & DB_OWNER), NULL);
	sqlite3_db_config(db->c, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(db->c, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_limit(db->c, SQLITE_LIMIT_ATTACHED, 0);
	if (!(flags & DB_READONLY) &&
	    (rc = db_exec(db, "PRAGMA journal_mode = WAL;", e)) != 0)
		return rc;
	if ((rc = db_exec(db, pragmas, e)) != 0)
		return rc;
	/* After the pragmas, because wal_autocheckpoint removes the hook. */
	sqlite3_wal_hook(db->c, wal_hook, db);
	return 0;
}

/*
 * Before the first connection: no mutexes (each connection is used by one
 * thread at a time) and no memory statistics, which take one too.
 */
static void
configure_library(void)
{
	static int done;

	if (done)
		return;
	done = 1;
	sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* SQLite would silently fall back to reading, or say less. */
static int
can_open(const char *path, int flags, struct err *e)
{
	struct stat st;

	if (stat(path, &st) != 0 && !(flags & DB_CREATE))
		return err_set(e, errno == ENOENT ? E_NOSTORE : E_IO,
		    "%s: %s", path, strerror(errno));
	if (!(flags & DB_READONLY) && access(path, F_OK) == 0 &&
	    access(path, W_OK) != 0)
		return err_set(e, E_READONLY, "%s: cannot be written: %s",
		    path, strerror(errno));
	return 0;
}

int
db_open(struct db **out, const char *path, int flags, struct err *e)
{
	struct buf uri = { NULL, 0, 0 };
	const char *name = NULL;
	struct db *db;
	int how, rc;

	*out = NULL;
	if ((rc = can_open(path, flags, e)) != 0)
		return rc;
	configure_library();
	db = xcalloc(1, sizeof *db);
	db->path = xstrdup(path);
	how = flags & DB_READONLY ? SQLITE_OPEN_READONLY :
	    SQLITE_OPEN_READWRITE | (flags & DB_CREATE ?
	    SQLITE_OPEN_CREATE : 0);
	if ((flags & DB_READONLY) && (name = db_uri(&uri, path)) != NULL)
		how |= SQLITE_OPEN_URI;
	rc = sqlite3_open_v2(name != NULL ? name : path, &db->c,
	    how | SQLITE_OPEN_NOMUTEX, db_vfs());
	buf_release(&uri);
	rc = rc != SQLITE_OK ? db_fault(db, e) : configure(db, flags, e);
	if (rc != 0) {
		db_close(db);
		return rc;
	}
	*out = db;
	return 0;
}

void
db_close(struct db *db)
{
	size_t i;

	if (db == NULL)
		return;
	for (i = 0; i < db->nstmt; i++)
		sqlite3_finalize(db->stmt[i].s);
	sqlite3_close(db->c);
	free(db->path);
	free(db);
}

static int
authorize(void *arg, int action, const char *a, const char *b, const char *c,
    const char *trigger)
{
	struct db *db = arg;
	enum db_action what = DB_OTHER;
	const char *column = NULL;

	(void)c;
	/* What a trigger or a view does is the schema's own business. */
	if (trigger != NULL)
		return SQLITE_OK;
	switch (action) {
	case SQLITE_READ:
		what = DB_READ;
		column = b;
		break;
	case SQLITE_INSERT:
		what = DB_INSERT;
		break;
	case SQLITE_UPDATE:
		what = DB_UPDATE;
		column = b;
		break;
	case SQLITE_DELETE:
		what = DB_DELETE;
		break;
	case SQLITE_SELECT:
	case SQLITE_TRANSACTION:
	case SQLITE_SAVEPOINT:
	case SQLITE_FUNCTION:
	case SQLITE_RECURSIVE:
		return SQLITE_OK;
	case SQLITE_PRAGMA:
		return SQLITE_OK;
	default:
		a = NULL;
	}
	return db->allow(db->ctx, what, a, column) ? SQLITE_OK : SQLITE_DENY;
}

void
db_guard(struct db *db, db_allow_fn *allow, void *ctx)
{
	db->allow = allow;
	db->ctx = ctx;
	sqlite3_set_authorizer(db->c, allow != NULL ? authorize : NULL, db);
}

const char *
db_path(const struct db *db)
{
	return db->path;
}

int
db_exec(struct db *db, const char *sql, struct err *e)
{
	if (sqlite3_exec(db->c, sql, NULL, NULL, NULL) != SQLITE_OK)
		return db_fault(db, e);
	return 0;
}

int
db_number(struct db *db, const char *sql, int64_t *v, struct err *e)
{
	sqlite3_stmt *s;
	int rc;

	*v = 0;
	if (sqlite3_prepare_v2(db->c, sql, -1, &s, NULL) != SQLITE_OK)
		return db_fault(db, e);
	rc = sqlite3_step(s);
	if (rc == SQLITE_ROW)
		*v = sqlite3_column_int64(s, 0);
	rc = rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : db_fault(db, e);
	sqlite3_finalize(s);
	return rc;
}

int
db_map(struct db *db, struct err *e)
{
	return db_exec(db, "PRAGMA mmap_size = 0x7fff0000;", e);
}

int64_t
db_changes(struct db *db)
{
	return sqlite3_changes64(db->c);
}

int
db_in_transaction(const struct db *db)
{
	return !sqlite3_get_autocommit(db->c);
}
