/*
 * Figures in the text exposition format of Prometheus, version 0.0.4, for a
 * textfile collector:
 *
 *   # HELP name text
 *   # TYPE name counter
 *   name{label="value"} 42
 *
 * metrics_family(), then all samples of that family.
 */
#ifndef COMMON_METRICS_H
#define COMMON_METRICS_H

#include <stdint.h>

#include "common/buf.h"

/* type is "counter" or "gauge"; name and help are ours, on one line. */
void metrics_family(struct buf *, const char *name, const char *type,
    const char *help);

/*
 * A sample of the family: labels are n pairs of a name (ours) and a value (from
 * anywhere: escaped; NULL leaves the label out).
 */
struct metrics_label {
	const char *name, *value;
};
void metrics_int(struct buf *, const char *name,
    const struct metrics_label *, int n, int64_t v);

/* The same for a time or a duration, shown in seconds. */
void metrics_seconds(struct buf *, const char *name,
    const struct metrics_label *, int n, int64_t us);

#endif
