/*
 * The store: two SQLite files and the rules around them (loya-store(5)).
 *
 *   STORE-inbox   what arrived: inbox, cursor, token, refusal
 *   STORE         what became of it
 *
 * Open it in a role, begin, write through the rooms, commit.  Every write
 * transaction and every checkpoint holds an flock on FILE-lock: the wait is
 * fair, and SQLite's WAL-reset race (releases before 3.51.3) cannot happen.
 * Reading needs no lock.
 */
#ifndef COMMON_STORE_H
#define COMMON_STORE_H

#include <stdint.h>

#include "common/db.h"
#include "common/status.h"

enum role { ROLE_RECV, ROLE_PULL, ROLE_APPLY, ROLE_PUSH, ROLE_AUDIT,
    ROLE_TOKEN, ROLE_HEAD, ROLE_ERASE };

enum store_file { STORE_INBOX, STORE_MAIN, STORE_FILES };

struct store;

/*
 * Flags.  STORE_CREATE: make it if it does not exist (for commands that write).
 * STORE_READ: only read; no lock file is needed and nothing is migrated: an old
 * store is E_NOSTORE, with the advice to run a command that writes.
 * STORE_ALONE: do not open the inbox file, for readers that do not need it.
 * STORE_AS_IS: do not migrate, for a writer that will roll everything back; an
 * old store is refused as for readers.  STORE_ANEW: make a store even if the
 * inbox file of a lost one is there.
 */
enum { STORE_CREATE = 1, STORE_READ = 2, STORE_ALONE = 4, STORE_AS_IS = 8,
    STORE_ANEW = 16 };

/*
 * Open both files, making or migrating them.  E_NOSTORE, E_NOTSTORE, E_NEWER,
 * E_READONLY, E_BUSY, E_FULL, E_IO with *e naming the file.  A role table
 * decides what each role may do to each table (role.h).
 */
int store_open(struct store **, const char *path, enum role, int flags,
    struct err *);
void store_close(struct store *);

/* For programs that read everything and write nothing: from here on pages are
 * mapped, which saves a call and a copy for each.  Once per program it also
 * calls die_on_bus(). */
int store_map(struct store *, struct err *);

/* Not for a file that was not opened (STORE_ALONE). */
struct db *store_db(struct store *, enum store_file);
const char *store_path(const struct store *);

/* From here on no lock is waited for beyond this time (clock_mono()), so that
 * the program ends by then.  Any thread may call it. */
void store_hurry(struct store *, int64_t until);

/*
 * Take the lock (waits up to 5 s, then E_BUSY) and begin; commit.  If a commit
 * fails it has rolled back.  After E_IO from a commit, or from the checkpoint
 * after it, the outcome is unknown: end the program.  Warns if a checkpoint
 * fails in another way, since it will be tried again.
 */
int store_begin(struct store *, enum store_file, struct err *);
int store_commit(struct store *, enum store_file, struct err *);
void store_rollback(struct store *, enum store_file);

/* Commit if rc, the result of the work, is 0, else roll back: returns rc, or
 * why the commit failed. */
int store_end(struct store *, enum store_file, int rc, struct err *);

/* The same, and call fn after the commit with the lock still held, so that
 * nobody else writes in between.  Returns what fn returns. */
typedef int store_behind_fn(void *ctx, struct err *);
int store_commit_and(struct store *, enum store_file, store_behind_fn *,
    void *ctx, struct err *);

/* For callers that have nothing to write, and so no store_begin() to tell them:
 * E_IO if one of the files was moved or replaced while it was open. */
int store_stands(const struct store *, struct err *);

/*
 * For programs whose commits somebody waits for: from here on a thread of the
 * store copies the log of this file, through its own connection, while others
 * go on writing.  It holds the lock when it begins and when it ends, not while
 * it writes and syncs pages.  Even so SQLite's race cannot happen: nobody
 * resets a log that was not copied, and that it was copied is announced under
 * the lock.  If one of its checkpoints ends with E_IO, so does the next
 * store_begin().
 */
int store_copy_aside(struct store *, enum store_file, struct err *);

/* Like store_begin(), for data that may be lost in a power failure, but not
 * when a process is killed: its commit is not synced.  It cannot be torn, and
 * is lost only together with everything after it. */
int store_begin_soft(struct store *, enum store_file, struct err *);

/*
 * A thread of this program that reads STORE_MAIN through its own connection, in
 * its own transactions, would keep a checkpoint from copying all of the log.
 * fn is called before each checkpoint with quiet 1, and after it with 0; in
 * between the thread must not be in a transaction that it began before.  fn
 * runs in whichever thread makes the checkpoint.  NULL: there is no such thread
 * any more.
 */
typedef void store_quiet_fn(void *ctx, int quiet);
void store_on_checkpoint(struct store *, store_quiet_fn *, void *ctx);

/* Begin a read-only transaction; end it (also if there is none). */
int store_look(struct store *, enum store_file, struct err *);
void store_look_end(struct store *, enum store_file);

/*
 * Copy all of the log into the file and empty it, so that neither holds
 * anything that was changed or deleted.  Waits up to 5 s for readers that hold
 * on to the log, then E_BUSY; the lock is not held while waiting.
 */
int store_empty_log(struct store *, enum store_file, struct err *);

/* Make durable everything that can be read, including rows of a process that
 * was killed between writing its commit and syncing it.  Needed before telling
 * anybody that a row written by another process is safe. */
int store_sync(struct store *, enum store_file, struct err *);

/* A savepoint inside a transaction. */
int store_mark(struct store *, struct err *);
int store_mark_drop(struct store *, struct err *);
void store_mark_undo(struct store *);

/*
 * A room that keeps something in memory registers once per store.  flush runs
 * inside store_commit() of its file, before the commit; forget after a
 * rollback, after store_mark_undo(), and in store_begin() if another process
 * has written since; close in store_close().  forget must be cheap.  flush and
 * forget may be NULL.
 */
enum store_slot { SLOT_AUDIT, SLOT_HASH_INBOX, SLOT_HASH_MAIN, SLOT_MEMBER,
    SLOT_INBOX, SLOT_SNAPSHOT, STORE_SLOTS };

struct store_room {
	int (*flush)(struct store *, void *state, struct err *);
	void (*forget)(struct store *, void *state);
	void (*close)(void *state);
};

/* state is the room's own, and released by its close. */
void store_room_set(struct store *, enum store_slot, enum store_file,
    const struct store_room *, void *state);

/* NULL before store_room_set(). */
void *store_room_get(struct store *, enum store_slot);

/* The 16-byte key for hashes that outsiders must not be able to predict; made
 * with the file. */
const unsigned char *store_hash_key(struct store *, enum store_file);

/* Named integers of the store (table meta).  E_NOTFOUND if there is none. */
int store_meta_get(struct store *, enum store_file, const char *key,
    int64_t *v);
int store_meta_put(struct store *, enum store_file, const char *key,
    int64_t v, struct err *);

#endif
