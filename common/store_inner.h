/*
 * What the parts of the store share.  Nobody else includes this.
 */
#ifndef COMMON_STORE_INNER_H
#define COMMON_STORE_INNER_H

#include "common/store.h"

#include <pthread.h>
#include <stdatomic.h>

/* What differs between the two files. */
struct store_kind {
	const char *suffix, *schema;
	int64_t application_id;
	int64_t wal_limit;	/* frames: about 4 and about 40 MiB */
	/* Bytes between two syncs in a checkpoint, 0: one sync at the end.  A
	 * commit waits for the disk no longer than for these. */
	int pace;
};

extern const struct store_kind store_kind[STORE_FILES];

enum { STORE_VERSION = 4, STORE_HASH_KEY = 16 };

struct room {
	const struct store_room *room;
	enum store_file file;
	void *state;
};

/* One of the two files. */
/* What the authorizer of a file goes by. */
struct guard {
	enum role role;
	enum store_file file;
};

struct file {
	struct db *db;
	struct guard guard;
	int lock;
	int soft;		/* its commit is not to be synced */
	int held;
	struct aside *aside;	/* thread that copies its log, or NULL: whoever
				 * commits does */
	int failed;		/* to write: the log is left as it is */
	int64_t seen;		/* data_version at the end of our last use */
	int64_t checkpoint_at;	/* frames at which the next one is due */
	unsigned char hash_key[STORE_HASH_KEY];
};

struct store {
	char *path;		/* with links resolved */
	char *given;		/* as given; NULL: the same */
	enum role role;
	struct file file[STORE_FILES];
	struct room room[STORE_SLOTS];
	_Atomic int64_t hurry;	/* no lock is waited for beyond this, 0: none */
	pthread_mutex_t quiet_lock;	/* guards what follows */
	store_quiet_fn *quiet;
	void *quiet_ctx;
};

/* store_schema.c.  The schema version that the file has, 0 for a new one;
 * E_NOTSTORE, E_NEWER. */
int store_version(struct db *, enum store_file, int64_t *version,
    struct err *);

/* Bring the file to STORE_VERSION under its lock; another process may have done
 * so while we waited. */
int store_migrate(struct file *, enum store_file, struct err *);

/* Read the key of store_hash_key(): 0 or <0. */
int store_load_key(struct file *, struct err *);

/* Wait for the lock fd of a file, as long as there is time for that. */
int store_take_lock(const struct store *, int fd, const struct db *,
    struct err *);

/* store_log.c.  Whether a checkpoint is due, and whether the log has become
 * long. */
enum store_due { STORE_SHORT, STORE_DUE, STORE_LONG };

/* After a commit, under the lock: copy a log that is due, or have it copied.
 * Returns only E_IO, as store_commit() does; warns of other failures. */
int store_keep_short(struct store *, enum store_file, struct err *);

/* Truncate a log that has become long when it restarts. */
int store_limit_log(struct file *, enum store_file, struct err *);

/*
 * The checkpoint itself, through a connection of whoever holds the lock; then
 * what to do about its result: warns, and returns only E_IO.  After a failed
 * sync nobody knows what the log holds on the disk, and later commits would
 * build on it; after any other failure it is tried again.
 */
int store_checkpoint(struct store *, enum store_file, struct db *,
    enum store_due, struct err *);
int store_copied(int rc, const struct err *);

/*
 * store_aside.c: the thread of store_copy_aside().  Have it copy the log; give
 * it the lock if it wants it, before we take that; end it.  The last two return
 * 0, or E_IO if one of its checkpoints ended so.
 */
void store_aside_wake(struct aside *, enum store_due);
int store_aside_let(struct aside *, struct err *);
int store_aside_stop(struct aside *);

/* Before the file is closed: copy and truncate a log that we have written to
 * and that is not quite short, unless somebody else is at it.  Warns. */
void store_tidy(struct file *, enum store_file);

#endif
