/*
 * An index from 64-bit hashes to numbers that is cheap to write when the
 * hashes come in no order.  A B-tree touches a page for every random key; here
 * new pairs are appended to runs (hash_run: one hot page), kept in memory as
 * well, and, when there are many, merged into the B-tree hash_key in the order
 * of the hash, a slice at each commit, so that a page takes many of them at
 * once.  All of it is in the same transaction as the rows it indexes; a crash
 * leaves a merge to be taken up by the next writer.
 *
 * Hashes may collide: the caller looks at the row behind each number.
 */
#ifndef COMMON_HASHINDEX_H
#define COMMON_HASHINDEX_H

#include <stddef.h>
#include <stdint.h>

#include "common/store.h"

/* Remember hash -> num; inside a transaction of the file. */
int hashindex_add(struct store *, enum store_file, int64_t hash, int64_t num,
    struct err *);

/* The numbers noted for a hash, each once, at most max; how many, or <0.
 * Inside a transaction of the file, or in a role that only reads. */
int hashindex_find(struct store *, enum store_file, int64_t hash,
    int64_t *num, int max, struct err *);

/* All of them, in their order: *num is malloced, NULL for none. */
int hashindex_all(struct store *, enum store_file, int64_t hash,
    int64_t **num, struct err *);

/* Whether nothing is noted at all: 1, 0, <0. */
int hashindex_empty(struct store *, enum store_file, struct err *);

/* The hashes noted for a number, each once: *hash is malloced, *n of them.  All
 * of the index is read: not inside a transaction. */
int hashindex_of(struct store *, enum store_file, int64_t num, int64_t **hash,
    size_t *n, struct err *);

/* Forget that these hashes meant num; inside a transaction of the file. */
int hashindex_drop(struct store *, enum store_file, const int64_t *hash,
    size_t n, int64_t num, struct err *);

#endif
