/*
 * The room of how far loya-pull has read each source, in the inbox file beside
 * the rows: table cursor, table seen (what was read last of records that carry
 * no stamp), table read_back (thin events whose record was read back).  What
 * writes stands inside a transaction of STORE_INBOX.
 */
#ifndef COMMON_CURSOR_H
#define COMMON_CURSOR_H

#include <stdint.h>

#include "common/store.h"

/* A cursor as microseconds: 1 and *t, 0 when there is none, <0. */
int cursor_get(struct store *, const char *source, const char *name,
    int64_t *t, struct err *);
int cursor_put(struct store *, const char *source, const char *name,
    int64_t t, struct err *);

/*
 * A record of this key has this content now, both as hashes: the number of the
 * change, from 1, and it is noted; 0 when that is what was read last; <0.
 */
int64_t cursor_seen(struct store *, int64_t key, int64_t content,
    struct err *);

/* The same from elsewhere: where it is not what was read last, whatever is read
 * next is a change. */
int cursor_unseen(struct store *, int64_t key, int64_t content, struct err *);

/* Note that the record of thin row seq is in the inbox; and whether: 1, 0,
 * <0. */
int cursor_read_back(struct store *, int64_t seq, struct err *);
int cursor_was_read_back(struct store *, int64_t seq, struct err *);

#endif
