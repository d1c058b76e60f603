/*
 * What the parts of the store share.  Nobody else includes this.
 */
#ifndef COMMON_STORE_INNER_H
#define COMMON_STORE_INNER_H

#include "common/store.h"

/* What differs between the two files. */
struct store_kind {
	const char *suffix, *schema;
	int64_t application_id;
	int64_t wal_limit;	/* frames: about 4 and about 40 MiB */
};

extern const struct store_kind store_kind[STORE_FILES];

enum { STORE_VERSION = 4, STORE_HASH_KEY = 16 };

struct room {
	const struct store_room *room;
	enum store_file file;
	void *state;
};

/* One of the two files. */
struct file {
	struct db *db;
	int lock;
	int soft;		/* its commit is not to be synced */
	int held;
	int deferred;		/* checkpoints, to store_tend() */
	int failed;		/* to write: the log is left as it is */
	int64_t seen;		/* data_version at the end of our last use */
	int64_t checkpoint_at;	/* frames at which the next one is due */
	unsigned char hash_key[STORE_HASH_KEY];
};

struct store {
	char *path;
	enum role role;
	struct file file[STORE_FILES];
	struct room room[STORE_SLOTS];
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

/* store.c.  Before it is closed: copy a log that we have written to and that
 * is not quite short, and cut it, when nobody else is at it.  Warns. */
void store_tidy(struct file *, enum store_file);

#endif
