/*
 * An index from 64-bit hashes to numbers that is cheap to write when the hashes
 * come in random order.  A B-tree would touch a page for every key.  Here new
 * pairs are appended to runs (hash_run: one hot page), and kept in memory as
 * well.  When there are many, they are merged into the B-tree hash_key in the
 * order of their hashes, a slice at each commit, so that a page takes many of
 * them at once.  All of it is in the same transaction as the rows it indexes;
 * after a crash the next writer goes on with the merge.
 *
 * Hashes may collide: the caller looks at the row that each number stands for.
 */
#ifndef COMMON_HASHINDEX_H
#define COMMON_HASHINDEX_H

#include <stddef.h>
#include <stdint.h>

#include "common/store.h"

/* Add hash -> num; inside a transaction of the file. */
int hashindex_add(struct store *, enum store_file, int64_t hash, int64_t num,
    struct err *);

/* The numbers stored for a hash, each once, at most max; returns how many, or
 * <0.  Inside a transaction of the file, or in a role that only reads. */
int hashindex_find(struct store *, enum store_file, int64_t hash,
    int64_t *num, int max, struct err *);

/* All of them, in order: *num is malloc()ed, or NULL if there are none.
 * Returns how many, or <0. */
int hashindex_all(struct store *, enum store_file, int64_t hash,
    int64_t **num, struct err *);

/* Whether the index is empty: 1, 0, <0. */
int hashindex_empty(struct store *, enum store_file, struct err *);

/* The hashes stored for a number, each once: *hash is malloc()ed, *n of them.
 * This reads the whole index: not inside a transaction. */
int hashindex_of(struct store *, enum store_file, int64_t num, int64_t **hash,
    size_t *n, struct err *);

/* Delete the pairs of these hashes and num; inside a transaction of the
 * file. */
int hashindex_drop(struct store *, enum store_file, const int64_t *hash,
    size_t n, int64_t num, struct err *);

#endif
