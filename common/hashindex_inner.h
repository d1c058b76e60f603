/*
 * What the parts of the hash index share.  Nobody else includes this.
 */
#ifndef COMMON_HASHINDEX_INNER_H
#define COMMON_HASHINDEX_INNER_H

#include "common/hashindex.h"

enum {
	RUN = 240,		/* pairs a run: its row just fits a page */
	TAIL = 65536,		/* pairs in runs before a merge begins */
	SLICE = 32,		/* pairs merged a commit, at the least */
	DROP = 4		/* merged runs deleted a commit, at the least */
};

struct pair {
	int64_t hash, num;
};

/*
 * The pairs that are in runs, oldest first.  During a merge the first `merging`
 * of them are sorted by hash, and the first `merged` of those are already in
 * hash_key.
 */
struct hashindex {
	enum store_file file;
	int loaded;
	struct pair *pair;
	size_t n, cap;
	size_t written;		/* of pair: in a run already */
	size_t merging, merged;
	uint32_t *slot;		/* open addressing: index into pair, + 1 */
	size_t nslot;
	int64_t run;		/* id of the newest run, 0: none */
	size_t run_n;		/* pairs in it */
	int64_t drop_to;	/* runs up to here are merged: delete them */
	int64_t last_run;	/* of the merge under way */
	int keys;		/* hash_key holds anything */
};

/* The index of a file, loaded. */
int hashindex_get(struct store *, enum store_file, struct hashindex **,
    struct err *);

/* The slot where the search for a hash begins. */
size_t hashindex_home(const struct hashindex *, int64_t hash);

#endif
