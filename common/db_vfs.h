/*
 * How loya writes the files of a database: a shim over SQLite's own VFS.
 *
 * SQLite writes every page separately, to the write-ahead log even as two
 * writes, one of them 24 bytes.  Here consecutive writes to the log are
 * collected and written once there is enough, or before anybody can miss them:
 * before the file is read or synced, before its size is asked or changed,
 * before a lock is given up, and before the index of the log is shown to
 * others.
 *
 * Pages that go into a database hold no bytes that nothing points to
 * (db_page.h).
 *
 * A checkpoint syncs the database once, at its end.  If that is a lot,
 * everybody else who syncs waits for the disk as long.  DB_VFS_PACE, a file
 * control with an int *, has a database synced after every so many bytes; 0,
 * the default: only when SQLite says so.
 *
 * Commits that are not synced must not be collected: only the write itself can
 * tell the committer that it failed.  DB_VFS_APART, a file control with an int
 * *: 1, the log is written as SQLite writes it; 0, as above.
 *
 * DB_VFS_ASIDE, a file control with a struct db_aside *: what to call around
 * the writes and the last sync of a checkpoint.  With NULL, after the
 * checkpoint: no more of that; what it wrote and did not sync is synced first.
 */
#ifndef COMMON_DB_VFS_H
#define COMMON_DB_VFS_H

enum { DB_VFS_PACE = 0x6c6f7961, DB_VFS_APART, DB_VFS_ASIDE };

/* The name of the VFS for sqlite3_open_v2(); registers it once. */
const char *db_vfs(void);

/* errno of this thread's last failed write, for a message about it. */
int db_vfs_errno(void);

#endif
