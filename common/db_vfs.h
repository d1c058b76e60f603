/*
 * The files of a database as loya writes them: a shim over SQLite's own VFS.
 *
 * SQLite writes every page on its own, to the write-ahead log as two writes,
 * one of 24 bytes.  Here what is written one behind the other is put together
 * and written when there is much of it, or before anybody can miss it: before
 * the file is read or synced, before its size is asked or changed, before a
 * lock is given up, and before the index of the log is shown to others.
 *
 * A checkpoint syncs a database once, at its end.  When it is large, everybody
 * who wants to sync something else waits for the disk as long.  DB_VFS_PACE, a
 * file control with an int *, lets a database be synced each time when so many
 * bytes were written; 0, as it is first: only when SQLite says so.
 */
#ifndef COMMON_DB_VFS_H
#define COMMON_DB_VFS_H

enum { DB_VFS_PACE = 0x6c6f7961 };

/* Its name for sqlite3_open_v2(), after making it known once. */
const char *db_vfs(void);

#endif
