/* The write-ahead log: how long it is, when it is copied, whether it is
 * synced. */
#include "common/db_inner.h"

#include <stdio.h>

#include "common/db_vfs.h"

int64_t
db_wal_frames(const struct db *db)
{
	return db->wal_frames;
}

int
db_checkpoint(struct db *db, int pace, int wait, struct err *e)
{
	int rc, log, done;

	sqlite3_file_control(db->c, "main", DB_VFS_PACE, &pace);
	sqlite3_busy_timeout(db->c, wait);
	rc = sqlite3_wal_checkpoint_v2(db->c, NULL, wait > 0 ?
	    SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE, &log, &done);
	sqlite3_busy_timeout(db->c, DB_BUSY_MS);
	/* Busy: a reader holds on to the log; the next checkpoint will do. */
	if (rc != SQLITE_OK && (rc & 0xff) != SQLITE_BUSY)
		return db_fault(db, e);
	return 0;
}

int
db_checkpoint_aside(struct db *db, int pace, const struct db_aside *aside,
    struct err *e)
{
	int rc;

	sqlite3_file_control(db->c, "main", DB_VFS_ASIDE,
	    (void *)(uintptr_t)aside);
	rc = db_checkpoint(db, pace, 0, e);
	if (sqlite3_file_control(db->c, "main", DB_VFS_ASIDE, NULL) !=
	    SQLITE_OK && rc == 0)
		rc = err_set(e, E_IO, "%s: cannot be synced", db_path(db));
	return rc;
}

int
db_empty_log(struct db *db, int pace, struct err *e)
{
	int rc;

	sqlite3_file_control(db->c, "main", DB_VFS_PACE, &pace);
	sqlite3_busy_timeout(db->c, 0);
	rc = sqlite3_wal_checkpoint_v2(db->c, NULL, SQLITE_CHECKPOINT_TRUNCATE,
	    NULL, NULL);
	sqlite3_busy_timeout(db->c, DB_BUSY_MS);
	if (rc != SQLITE_OK)
		return db_fault(db, e);
	db->wal_frames = 0;
	return 0;
}

int
db_limit_log(struct db *db, int64_t frames, struct err *e)
{
	enum { HEAD = 32, FRAME = 24 + 4096 };
	char sql[64];

	snprintf(sql, sizeof sql, "PRAGMA journal_size_limit = %lld;",
	    (long long)(HEAD + frames * FRAME));
	return db_exec(db, sql, e);
}

int
db_soft(struct db *db, int on, struct err *e)
{
	int rc;

	rc = sqlite3_file_control(db->c, "main", DB_VFS_APART, &on);
	if (rc != SQLITE_OK)
		return err_set(e, E_IO, "%s: %s", db_path(db),
		    sqlite3_errstr(rc));
	return db_exec(db, on ? "PRAGMA synchronous = NORMAL;" :
	    "PRAGMA synchronous = FULL;", e);
}

int
db_moved(struct db *db)
{
	int moved = 0;

	sqlite3_file_control(db->c, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
	return moved;
}
