/*
 * How many rows the record has of each hour, kind and source: counted in memory
 * while rows are added, then added to table tally with one statement each.  The
 * room of the record does this with each commit; the verifier counts everything
 * again and compares.
 */
#ifndef COMMON_TALLY_H
#define COMMON_TALLY_H

#include <stddef.h>
#include <stdint.h>

#include "common/store.h"

#define TALLY_HOUR (INT64_C(3600) * 1000000)	/* in microseconds */

struct tally;

/* history: rows can be taken back with tally_cut(). */
struct tally *tally_new(int history);
void tally_free(struct tally *);

/* Count a row; source may be NULL. */
void tally_add(struct tally *, int64_t at, const char *kind,
    const char *source);

/* Keep only the first n rows counted since the last tally_clear(). */
void tally_cut(struct tally *, size_t n);
void tally_clear(struct tally *);

/* Add the counts to the table, inside a transaction of STORE_MAIN. */
int tally_put(struct store *, const struct tally *, struct err *);

/*
 * Compare the counts with the table; fn gets each difference: the number in the
 * table and the number counted.
 */
typedef void tally_fn(void *ctx, int64_t hour, const char *kind,
    const char *source, int64_t table, int64_t counted);
int tally_compare(struct store *, struct tally *, tally_fn *, void *ctx,
    struct err *);

#endif
