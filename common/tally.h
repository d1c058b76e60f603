/*
 * How many rows of the record there are of each hour, kind and source: counted
 * in memory while rows are added, then added to table tally in one statement
 * each.  The record's own room does so with each commit; the verifier counts
 * everything again and compares.
 */
#ifndef COMMON_TALLY_H
#define COMMON_TALLY_H

#include <stddef.h>
#include <stdint.h>

#include "common/store.h"

#define TALLY_HOUR (INT64_C(3600) * 1000000)	/* in microseconds */

struct tally;

/* history: rows can be taken back. */
struct tally *tally_new(int history);
void tally_free(struct tally *);

/* One more row; source NULL is none. */
void tally_add(struct tally *, int64_t at, const char *kind,
    const char *source);

/* Only the first n rows since the last tally_clear() stand. */
void tally_cut(struct tally *, size_t n);
void tally_clear(struct tally *);

/* Add what was counted to the table, inside a transaction of STORE_MAIN. */
int tally_put(struct store *, const struct tally *, struct err *);

/*
 * Compare it with the table; fn gets each difference: how many the table says
 * there are, and how many were counted.
 */
typedef void tally_fn(void *ctx, int64_t hour, const char *kind,
    const char *source, int64_t table, int64_t counted);
int tally_compare(struct store *, struct tally *, tally_fn *, void *ctx,
    struct err *);

#endif
