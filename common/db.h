/*
 * The fence around SQLite: one connection, its statements prepared once and
 * kept, its errors turned into enum status.  Only the store's own modules use
 * it; for opening, locking and transactions see store.h.
 */
#ifndef COMMON_DB_H
#define COMMON_DB_H

#include <stddef.h>
#include <stdint.h>

#include "common/status.h"

struct db;
struct stmt;

/* What the authorizer allows: asked for each table (NULL: none) and each action
 * of a statement when it is prepared.  Returns 1 or 0. */
enum db_action { DB_READ, DB_INSERT, DB_UPDATE, DB_DELETE, DB_OTHER };
typedef int db_allow_fn(void *ctx, enum db_action, const char *table,
    const char *column);

/*
 * DB_OWNER: the triggers of the schema do not run for this connection.  All
 * they do is refuse, to keep other programs out; loya's own modules obey the
 * same rules themselves, and triggers would double the cost of a statement.
 */
enum { DB_CREATE = 1, DB_READONLY = 2, DB_OWNER = 4 };

/*
 * Open a file with loya's pragmas (WAL, FULL, foreign keys, recursive triggers,
 * no trusted schema, secure delete, no automatic checkpoint, defensive).
 * E_NOSTORE if it does not exist (without DB_CREATE) or cannot be opened,
 * E_NOTSTORE if it is not a database, E_READONLY, E_BUSY.
 */
int db_open(struct db **, const char *path, int flags, struct err *);

/* Close without a checkpoint.  NULL is allowed. */
void db_close(struct db *);

/* Have allow asked about every statement prepared from here on. */
void db_guard(struct db *, db_allow_fn *allow, void *ctx);

const char *db_path(const struct db *);

/* Run constant SQL (several statements); for schema, pragmas and BEGIN. */
int db_exec(struct db *, const char *sql, struct err *);

/* The integer that a statement returns; NULL and no row count as 0.  For
 * one-off questions; prepared statements are cheaper. */
int db_number(struct db *, const char *sql, int64_t *v, struct err *);

/*
 * A prepared statement for this constant text.  It is kept: a second call with
 * the same pointer is cheap.  SQL that does not compile means a bug or a store
 * that was tampered with, and ends the program.  The statement is reset but
 * keeps its old bindings: bind every parameter.  Do not call it while walking
 * the rows of the same statement.
 */
struct stmt *db_stmt(struct db *, const char *sql);

/*
 * Bind parameter n (from 1).  Texts and blobs are not copied: they must live
 * until the statement is reset.  A NULL pointer binds NULL, and so does 0 in
 * stmt_int_null().
 */
void stmt_int(struct stmt *, int n, int64_t);
void stmt_int_null(struct stmt *, int n, int64_t);
void stmt_text(struct stmt *, int n, const char *);
void stmt_textn(struct stmt *, int n, const char *, size_t);
void stmt_blob(struct stmt *, int n, const void *, size_t);
void stmt_null(struct stmt *, int n);

/* 1: a row; 0: no more rows; <0: failure, with *e.  In the last two cases the
 * statement is reset. */
int stmt_step(struct stmt *, struct err *);

/* The integer of a statement that returns at most one row: 1 and *v; 0 and *v 0
 * if there is no row or it holds NULL; <0.  The statement is then reset. */
int stmt_one(struct stmt *, int64_t *v, struct err *);

/* The same for a value that is never negative, such as a seq or a count:
 * returned directly, 0 if there is no row or it holds NULL; <0. */
int64_t stmt_count(struct stmt *, struct err *);

/* Run a statement that returns no rows.  0, or <0 with *e. */
int stmt_run(struct stmt *, struct err *);

/* End a walk early.  Columns read so far become invalid. */
void stmt_reset(struct stmt *);

/* Column n (from 0) of the row.  Pointers are valid until the next step or
 * reset.  A NULL column reads as NULL and 0. */
int64_t stmt_get_int(struct stmt *, int n);
const char *stmt_get_text(struct stmt *, int n, size_t *len);
const void *stmt_get_blob(struct stmt *, int n, size_t *len);
int stmt_is_null(struct stmt *, int n);

/* The same as stmt_get_text(), but a copy in the arena. */
struct arena;
char *stmt_keep_text(struct stmt *, int n, struct arena *);

/* How many rows the last statement changed. */
int64_t db_changes(struct db *);

/* How many frames the write-ahead log had after the last commit. */
int64_t db_wal_frames(const struct db *);

/*
 * Copy the log into the database as far as readers allow.  Call it under the
 * lock.  pace: sync after every so many bytes, so that others who sync wait
 * less; 0: once, at the end.  wait: how many ms at most to wait for readers
 * that still need an older part of the log; 0: do not wait.
 */
int db_checkpoint(struct db *, int pace, int wait, struct err *);

/*
 * The same without keeping others waiting: leave() is called before the first
 * page is copied, and back() when all are copied and synced.  That all of the
 * log was copied is reported only after back(), and not at all if back() fails;
 * this function then returns 0.  If others appended to the log meanwhile, only
 * part of it was copied, and a writer that knows this cannot restart it.
 */
struct db_aside {
	void (*leave)(void *ctx);
	int (*back)(void *ctx);
	void *ctx;
};
int db_checkpoint_aside(struct db *, int pace, const struct db_aside *,
    struct err *);

/* The same for all of it, then truncate the log to nothing.  E_BUSY at
 * once if a reader holds on to it.  Call it under the lock, outside of
 * a transaction. */
int db_empty_log(struct db *, int pace, struct err *);

/* Outside of a transaction: commits from here on are not synced (on), or are
 * again.  They cannot be torn, nor lost if the process is killed; but a power
 * failure can take them, with all that came after them. */
int db_soft(struct db *, int on, struct err *);

/* From here on a log that restarts is truncated to this many frames, or to
 * those that the commit needs: one that grew because of a slow reader gives its
 * space back. */
int db_limit_log(struct db *, int64_t frames, struct err *);

/*
 * For a connection that only reads, and reads everything: from here on its
 * pages are mapped, not copied (the first 2 GiB).  If the disk cannot read a
 * page, or somebody truncates the file, there is then no error but a SIGBUS:
 * see die_on_bus().
 */
int db_map(struct db *, struct err *);

/* Whether the path now names another file, or none. */
int db_moved(struct db *);

/* Whether a transaction is open. */
int db_in_transaction(const struct db *);

#endif
