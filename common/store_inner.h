/*
 * What the parts of the store share.  Nobody else includes this.
 */
#ifndef COMMON_STORE_INNER_H
#define COMMON_STORE_INNER_H

#include "common/store.h"

#include <pthread.h>

/* What differs between the two files. */
struct store_kind {
	const char *suffix, *schema;
	int64_t application_id;
	int64_t wal_limit;	/* frames: about 4 and about 40 MiB */
	/* Bytes a sync in a checkpoint, 0 for one at the end: a commit waits
	 * for the disk no longer than for these. */
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
	struct aside *aside;	/* who copies its log; NULL: who commits */
	int failed;		/* to write: the log is left as it is */
	int64_t seen;		/* data_version at the end of our last use */
	int64_t checkpoint_at;	/* frames at which the next one is due */
	unsigned char hash_key[STORE_HASH_KEY];
};

struct store {
	char *path;		/* with its links followed */
	char *given;		/* as it was given; NULL: the same */
	enum role role;
	struct file file[STORE_FILES];
	struct room room[STORE_SLOTS];
	pthread_mutex_t quiet_lock;	/* guards what follows */
	store_quiet_fn *quiet;
	void *quiet_ctx;
};

/* store_schema.c.  What the file says it is: its schema version, 0 for a new
 * one; E_NOTSTORE, E_NEWER. */
int store_version(struct db *, enum store_file, int64_t *version,
    struct err *);

/* Bring the file to STORE_VERSION under its lock; another process may have
 * done it while we waited. */
int store_migrate(struct file *, enum store_file, struct err *);

int store_load_key(struct file *, struct err *);

/* store_log.c.  Whether a checkpoint is due, and whether the log got long. */
enum store_due { STORE_SHORT, STORE_DUE, STORE_LONG };

/* Behind a commit, under the lock: copy a log that is due, or have it copied.
 * Only E_IO is told, as store_commit() tells it; warns of the rest. */
int store_keep_short(struct store *, enum store_file, struct err *);

/* What a log that got long gives back when it begins anew. */
int store_limit_log(struct file *, enum store_file, struct err *);

/* The checkpoint itself, through a connection of who has the lock; and what is
 * to be said of how it ended: warns, and leaves E_IO.  Behind a sync that
 * failed nobody knows what the log holds on the disk, and what comes next would
 * stand on it; all else is tried again. */
int store_checkpoint(struct store *, enum store_file, struct db *,
    enum store_due, struct err *);
int store_copied(int rc, const struct err *);

/*
 * store_aside.c: the thread of store_copy_aside().  Have it copy the log; let
 * it have the lock when it wants it, in front of taking that; end it.  The last
 * two return 0, or E_IO when a checkpoint of it ended so.
 */
void store_aside_wake(struct aside *, enum store_due);
int store_aside_let(struct aside *, struct err *);
int store_aside_stop(struct aside *);

/* Before it is closed: copy a log that we have written to and that
 * is not quite short, and cut it, when nobody else is at it.  Warns. */
void store_tidy(struct file *, enum store_file);

#endif
