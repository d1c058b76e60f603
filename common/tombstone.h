/*
 * The room of people who were erased: keyed hashes of the (source, external id)
 * that they were known by, so that their next event does not bring them back.
 * The key is the store's own (table meta), made with the first of them.
 */
#ifndef COMMON_TOMBSTONE_H
#define COMMON_TOMBSTONE_H

#include <stdint.h>

#include "common/store.h"

enum { TOMBSTONE_KEY = 32, TOMBSTONE_HASH = 32, TOMBSTONE_MARK = 33 };

/* Get the key: 0, E_NOTFOUND (without *e).  With make, inside a transaction of
 * STORE_MAIN, it is made if need be. */
int tombstone_key(struct store *, int make, unsigned char key[TOMBSTONE_KEY],
    struct err *);

/* A name for the key, for the record: half of its SHA-256, in hexadecimal. */
void tombstone_mark(const unsigned char key[TOMBSTONE_KEY],
    char mark[TOMBSTONE_MARK]);

/* The hash of a source's external id. */
void tombstone_hash(const unsigned char key[TOMBSTONE_KEY],
    const char *source, const char *external_id,
    unsigned char hash[TOMBSTONE_HASH]);

/* Inside a transaction of STORE_MAIN: note that this was member num; delete all
 * tombstones of a member, *n of them. */
int tombstone_add(struct store *, const unsigned char hash[TOMBSTONE_HASH],
    int64_t num, struct err *);
int tombstone_drop(struct store *, int64_t num, int64_t *n, struct err *);

/* Which member had this: 0 and *num, E_NOTFOUND (without *e). */
int tombstone_get(struct store *, const unsigned char hash[TOMBSTONE_HASH],
    int64_t *num, struct err *);

/* Whether there are any: 1, 0, <0. */
int tombstone_any(struct store *, struct err *);

/* All tombstones of a member; a value other than 0 from fn ends the walk and is
 * returned. */
typedef int tombstone_fn(void *ctx, const unsigned char *hash);
int tombstone_walk(struct store *, int64_t num, tombstone_fn *, void *ctx,
    struct err *);

#endif
