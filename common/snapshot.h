/*
 * The room of snapshots: reads of everything a source has.
 */
#ifndef COMMON_SNAPSHOT_H
#define COMMON_SNAPSHOT_H

#include <stdint.h>

#include "common/store.h"

int snapshot_begin(struct store *, const char *source, const char *id,
    int64_t seq, struct err *);
int snapshot_end(struct store *, const char *source, const char *id,
    int64_t seq, int64_t count, struct err *);

/* Count a row of it; returns the seq where it began, 0 when its begin has not
 * been seen, <0. */
int64_t snapshot_row(struct store *, const char *source, const char *id,
    struct err *);

#endif
