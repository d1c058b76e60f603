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

/* flags: make it when it is not there (a command that writes does); only read
 * (no lock file is needed, nothing is migrated: an old store is E_NOSTORE
 * with the advice to run a command that writes); leave the inbox file alone,
 * for who only reads and needs none of it; leave it as it is, for who writes
 * what he takes back: an old one is refused as of who only reads; make
 * another even beside the inbox file of one that was lost. */
enum { STORE_CREATE = 1, STORE_READ = 2, STORE_ALONE = 4, STORE_AS_IS = 8,
    STORE_ANEW = 16 };

/*
 * Open both files, make or migrate them.  E_NOSTORE, E_NOTSTORE, E_NEWER,
 * E_READONLY, E_BUSY, E_FULL, E_IO with *e naming the file.  The store's own
 * role table decides what each role may do to each table.
 */
int store_open(struct store **, const char *path, enum role, int flags,
    struct err *);
void store_close(struct store *);

/* For who reads all of it and writes nothing: from here on pages are mapped,
 * which spares a call and a copy for each.  Once in a program it also calls
 * die_on_bus(). */
int store_map(struct store *, struct err *);

/* Not of a file that was left alone. */
struct db *store_db(struct store *, enum store_file);
const char *store_path(const struct store *);

/* Take the lock (waits up to 5 s, then E_BUSY) and begin; and the end of it.
 * A commit that fails has rolled back.  After E_IO from a commit, or from the
 * checkpoint behind it, the outcome is unknown: end the program.  Warns of a
 * checkpoint that fails otherwise, for that is tried again. */
int store_begin(struct store *, enum store_file, struct err *);
int store_commit(struct store *, enum store_file, struct err *);

/* The same, and fn once it stands, with the lock still held: nobody else writes
 * in between.  What fn returns is returned. */
typedef int store_behind_fn(void *ctx, struct err *);
int store_commit_and(struct store *, enum store_file, store_behind_fn *,
    void *ctx, struct err *);

/* For who has nothing to write, and so no store_begin() that tells: E_IO when
 * one of the files was moved or replaced while it was open. */
int store_stands(const struct store *, struct err *);

/*
 * For who has people waiting for a commit: from here on the log of this file is
 * copied by a thread of the store's own, through a connection of its own, while
 * others go on writing.  It has the lock where the copying begins and where it
 * ends, not while pages are written and synced, so that SQLite's race cannot
 * happen here either: nothing resets a log that was not copied, and that it was
 * is said under the lock.  When one of its checkpoints ends with E_IO, the next
 * store_begin() does.
 */
int store_copy_aside(struct store *, enum store_file, struct err *);

/* As store_begin(), for what may be lost when the power fails, but not when a
 * process is killed: its commit is not synced.  It is never torn, and lost only
 * together with all that came behind it. */
int store_begin_soft(struct store *, enum store_file, struct err *);
void store_rollback(struct store *, enum store_file);

/*
 * A thread of this program that reads STORE_MAIN through a connection of its
 * own, in transactions that it begins and ends, would keep a checkpoint from
 * copying all of the log.  fn is called in front of each checkpoint with
 * quiet 1, and behind it with 0; in between the thread must not read what it
 * began to read before.  NULL: there is none any more.  fn runs in whatever
 * thread makes the checkpoint.
 */
typedef void store_quiet_fn(void *ctx, int quiet);
void store_on_checkpoint(struct store *, store_quiet_fn *, void *ctx);

/* A transaction that only reads, and its end (also when there is none). */
int store_look(struct store *, enum store_file, struct err *);
void store_look_end(struct store *, enum store_file);

/*
 * Copy all of the log into the file and empty it, so that nothing that was
 * changed or deleted stands in either any more.  Waits up to 5 s for readers
 * that hold on to the log, then E_BUSY; the lock is not held that long.
 */
int store_empty_log(struct store *, enum store_file, struct err *);

/* Make durable what can be read: rows of a process that was killed between
 * writing its commit and syncing it.  Needed before somebody is told that a
 * row which another process wrote is safe. */
int store_sync(struct store *, enum store_file, struct err *);

/* A point inside a transaction to go back to. */
int store_mark(struct store *, struct err *);
int store_mark_drop(struct store *, struct err *);
void store_mark_undo(struct store *);

/*
 * A room that keeps something in memory registers once per store: flush runs
 * inside store_commit() of its file, before the commit; forget after a
 * rollback, a store_mark_undo(), and at store_begin() when another process
 * has written since; close at store_close().  forget must be cheap.  flush and
 * forget may be NULL.
 */
enum store_slot { SLOT_AUDIT, SLOT_HASH_INBOX, SLOT_HASH_MAIN, SLOT_MEMBER,
    SLOT_INBOX, SLOT_SNAPSHOT, STORE_SLOTS };

struct store_room {
	int (*flush)(struct store *, void *state, struct err *);
	void (*forget)(struct store *, void *state);
	void (*close)(void *state);
};

void store_room_set(struct store *, enum store_slot, enum store_file,
    const struct store_room *, void *state);

/* NULL before store_room_set(). */
void *store_room_get(struct store *, enum store_slot);

/* The 16-byte key for hashes that outside data must not foresee; made with
 * the file. */
const unsigned char *store_hash_key(struct store *, enum store_file);

/* Named integers and texts of the store: meta.  E_NOTFOUND when there is none.
 * The text lives until the next call. */
int store_meta_get(struct store *, enum store_file, const char *key,
    int64_t *v);
int store_meta_put(struct store *, enum store_file, const char *key,
    int64_t v, struct err *);

#endif
