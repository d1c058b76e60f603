/*
 * The room of signed heads: the keys that sign them, the heads, and what
 * witnesses signed of them.  Rows are only added.
 */
#ifndef COMMON_HEAD_H
#define COMMON_HEAD_H

#include <stdint.h>

#include "common/buf.h"
#include "common/note.h"
#include "common/store.h"

struct head {
	int64_t seq, size;
	const char *note;	/* valid during the call, terminated */
	size_t len;
};

/* Called for each row; a value other than 0 ends the walk and is returned. */
typedef int head_fn(void *ctx, const struct head *);
typedef int head_key_fn(void *ctx, const char *vkey, int64_t audit);
typedef int head_witness_fn(void *ctx, int64_t head, const char *vkey,
    const char *line, int64_t at);

/* The newest head, its note in b: 0, E_NOTFOUND without *e, <0. */
int head_last(struct store *, struct head *, struct buf *b, struct err *);

/* All heads, newest first. */
int head_walk_back(struct store *, head_fn *, void *ctx, struct err *);

/* Inside a transaction of STORE_MAIN; sets seq. */
int head_add(struct store *, struct head *, struct err *);

/* The newest key: 0, E_NOTFOUND without *e, <0. */
int head_key_last(struct store *, struct note_key *, struct err *);

/* All keys, oldest first; add a key (inside a transaction), which audit row
 * `audit` recorded. */
int head_key_walk(struct store *, head_key_fn *, void *ctx, struct err *);
int head_key_add(struct store *, const char *vkey, int64_t audit,
    struct err *);

/* What witnesses signed of a head (0: of all heads).  Add a signature,
 * replacing an older one by the same witness: 1 if it is new, else 0. */
int head_witness_walk(struct store *, int64_t head, head_witness_fn *,
    void *ctx, struct err *);
int head_witness_add(struct store *, int64_t head, const char *vkey,
    const char *line, size_t len, int64_t at, struct err *);

#endif
