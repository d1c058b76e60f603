/*
 * The fence around SQLite: one connection, its statements prepared once and
 * kept, its errors turned into enum status.  Only the rooms of the store use
 * it; opening, locking and transactions are in store.h.
 */
#ifndef COMMON_DB_H
#define COMMON_DB_H

#include <stddef.h>
#include <stdint.h>

#include "common/status.h"

struct db;
struct stmt;

/* What the authorizer lets pass: asked for each table (NULL: none) and each
 * action of a statement when it is prepared.  Returns 1 or 0. */
enum db_action { DB_READ, DB_INSERT, DB_UPDATE, DB_DELETE, DB_OTHER };
typedef int db_allow_fn(void *ctx, enum db_action, const char *table,
    const char *column);

/*
 * DB_OWNER: the schema's triggers do not run for this connection.  They do
 * nothing but refuse, and keep other programs out; where the rooms see to the
 * same themselves they are half of what a statement costs.
 */
enum { DB_CREATE = 1, DB_READONLY = 2, DB_OWNER = 4 };

/*
 * Open a file with loya's pragmas (WAL, FULL, foreign keys, recursive triggers,
 * no trusted schema, secure delete, no automatic checkpoint, defensive).
 * E_NOSTORE when it is not there (without DB_CREATE) or cannot be opened,
 * E_NOTSTORE when it is no database, E_READONLY, E_BUSY.
 */
int db_open(struct db **, const char *path, int flags, struct err *);

/* Close without a checkpoint.  NULL is allowed. */
void db_close(struct db *);

/* Ask allow for every statement prepared from here on. */
void db_guard(struct db *, db_allow_fn *allow, void *ctx);

const char *db_path(const struct db *);

/* Run constant SQL (several statements); for schema, pragmas and begin. */
int db_exec(struct db *, const char *sql, struct err *);

/* The one integer that a statement gives, NULL and no row being 0.  For what is
 * asked once; prepared statements are cheaper. */
int db_number(struct db *, const char *sql, int64_t *v, struct err *);

/*
 * A prepared statement for this constant text.  It is kept: a second call with
 * the same pointer is cheap.  SQL that does not compile is a bug, or a store
 * that was tampered with: ends the program.  The statement is reset, its old
 * bindings stay: bind every parameter.  Not for use inside its own walk.
 */
struct stmt *db_stmt(struct db *, const char *sql);

/* Bind parameter n (from 1).  Texts and blobs are not copied: they must live
 * until the statement is reset.  A NULL pointer binds NULL. */
void stmt_int(struct stmt *, int n, int64_t);
void stmt_text(struct stmt *, int n, const char *);
void stmt_textn(struct stmt *, int n, const char *, size_t);
void stmt_blob(struct stmt *, int n, const void *, size_t);
void stmt_null(struct stmt *, int n);

/* 1: a row; 0: no more (the statement is then reset); <0: enum status, *e
 * says what; also then it is reset. */
int stmt_step(struct stmt *, struct err *);

/* The one integer of a statement that gives one row at most: 1 and *v; 0 and *v
 * 0: there is no row, or NULL in it; <0.  It is then reset. */
int stmt_one(struct stmt *, int64_t *v, struct err *);

/* The same of what is never below 0, a seq or a count: no row is 0, as NULL
 * is; <0. */
int64_t stmt_count(struct stmt *, struct err *);

/* Step a statement that returns nothing. 0 or enum status. */
int stmt_run(struct stmt *, struct err *);

/* Leave a walk early.  Columns read so far become invalid. */
void stmt_reset(struct stmt *);

/* Column n (from 0) of the row.  Pointers hold until the next step or reset.
 * A NULL column is NULL and 0. */
int64_t stmt_get_int(struct stmt *, int n);
const char *stmt_get_text(struct stmt *, int n, size_t *len);
const void *stmt_get_blob(struct stmt *, int n, size_t *len);
int stmt_is_null(struct stmt *, int n);

/* Rows that the last statement changed. */
int64_t db_changes(struct db *);

/* Frames in the write-ahead log after the last commit. */
int64_t db_wal_frames(const struct db *);

/* Copy the log into the file as far as readers allow. Call under the lock.
 * pace: sync it each time when so many bytes were written, so that others who
 * sync wait less; 0: once, at the end.  wait: so many ms at most for those who
 * read what is not the end of the log; 0: for nobody. */
int db_checkpoint(struct db *, int pace, int wait, struct err *);

/*
 * The same, by who does not keep others waiting: leave() is called in front of
 * the first page that is copied, and back() when all are copied and synced.
 * That all of the log was copied is told behind back(), and not at all when
 * that gives an error; this returns 0 then.  A log that others wrote behind
 * meanwhile was copied in part, and who knows that cannot begin it anew.
 */
struct db_aside {
	void (*leave)(void *ctx);
	int (*back)(void *ctx);
	void *ctx;
};
int db_checkpoint_aside(struct db *, int pace, const struct db_aside *,
    struct err *);

/* The same for all of it, and cut the log to nothing.  E_BUSY at once when a
 * reader holds on to it.  Call under the lock, outside of a transaction. */
int db_empty_log(struct db *, int pace, struct err *);

/* Outside of a transaction: commits from here on are not synced (on), or are
 * again.  They are not torn and not lost by a process that is killed; the
 * power can take them, with all that came behind them. */
int db_soft(struct db *, int on, struct err *);

/* From here on a log that begins anew is cut to so many frames, or to those
 * that the commit needs: one that grew in front of a reader gives its room
 * back. */
int db_limit_log(struct db *, int64_t frames, struct err *);

/*
 * For a connection that only reads, and reads all of it: its pages are mapped
 * from here on, not copied, the first 2 GiB of them.  Where the disk cannot
 * read one, or the file is cut by somebody else, there is no error then but a
 * SIGBUS: see die_on_bus().
 */
int db_map(struct db *, struct err *);

/* Whether another file, or none, stands under its name by now. */
int db_moved(struct db *);

/* Whether a transaction is open. */
int db_in_transaction(const struct db *);

#endif
