/*
 * The files of a database as loya writes them: a shim over SQLite's own VFS.
 *
 * SQLite writes every page on its own, to the write-ahead log as two writes,
 * one of 24 bytes.  Here what is written into a log one behind the other is
 * put together and written when there is much of it, or before anybody can
 * miss it: before the file is read or synced, before its size is asked or
 * changed, before a lock is given up, and before the index of the log is shown
 * to others.
 *
 * What goes into a database has no bytes that nothing points to (db_page.h).
 *
 * A checkpoint syncs a database once, at its end.  When it is large, everybody
 * who wants to sync something else waits for the disk as long.  DB_VFS_PACE, a
 * file control with an int *, lets a database be synced each time when so many
 * bytes were written; 0, as it is first: only when SQLite says so.
 *
 * A commit that is not synced must not be put together either: what cannot be
 * written is told to who commits only by the write itself.  DB_VFS_APART, a
 * file control with an int *: 1, the log is written as SQLite writes it; 0, as
 * above.
 *
 * DB_VFS_ASIDE, a file control with a struct db_aside *: what is done around
 * the writes and the last sync of a checkpoint.  With NULL, behind it: nothing
 * any more; what it wrote and did not sync is synced first.
 */
#ifndef COMMON_DB_VFS_H
#define COMMON_DB_VFS_H

enum { DB_VFS_PACE = 0x6c6f7961, DB_VFS_APART, DB_VFS_ASIDE };

/* Its name for sqlite3_open_v2(), after making it known once. */
const char *db_vfs(void);

/* errno of this thread's last write that failed, for a message about that. */
int db_vfs_errno(void);

#endif
