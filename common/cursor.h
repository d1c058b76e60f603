/*
 * The room of how far loya-pull has read each source, in the inbox file beside
 * the rows.  Tables: cursor; seen (the last content read of records that carry
 * no stamp; which ones passed for gone, or could not be read); read_back (thin
 * events whose record was read back).  Writers need a transaction of
 * STORE_INBOX.
 */
#ifndef COMMON_CURSOR_H
#define COMMON_CURSOR_H

#include <stdint.h>

#include "common/store.h"

/* A cursor as microseconds: 1 and *t, 0 if there is none, <0. */
int cursor_get(struct store *, const char *source, const char *name,
    int64_t *t, struct err *);
int cursor_put(struct store *, const char *source, const char *name,
    int64_t t, struct err *);

/*
 * The record of this key has this content now (both are hashes).  If that is
 * news, note it and return the number of the change, from 1; 0 if it is what
 * was read last; <0.
 */
int64_t cursor_seen(struct store *, int64_t key, int64_t content,
    struct err *);

/* The content also came in another way: if it is not what was read last,
 * whatever is read next counts as a change. */
int cursor_unseen(struct store *, int64_t key, int64_t content, struct err *);

/*
 * Mark a key (a hash) with an inbox row that says something of its record, and
 * a time.  Get both: 1, 0, <0.  It is over.
 */
int cursor_mark(struct store *, int64_t key, int64_t seq, int64_t at,
    struct err *);
int cursor_marked(struct store *, int64_t key, int64_t *seq, int64_t *at,
    struct err *);
int cursor_unmark(struct store *, int64_t key, struct err *);

/* Note that the record of thin row seq is in the inbox; ask whether it is: 1,
 * 0, <0. */
int cursor_read_back(struct store *, int64_t seq, struct err *);
int cursor_was_read_back(struct store *, int64_t seq, struct err *);

#endif
