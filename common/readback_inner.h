/*
 * What the parts of the filter share.  Nobody else includes this.
 */
#ifndef COMMON_READBACK_INNER_H
#define COMMON_READBACK_INNER_H

#include "common/arena.h"
#include "common/buf.h"
#include "common/json.h"
#include "common/row.h"
#include "common/store.h"

/* The event of a parsed loya.received line as a row without seq, its strings in
 * the arena: 1; 0: the line is not in the right form, which loya-apply will
 * report. */
int readback_row(const struct json *, struct arena *, struct row *);

/* Store the row, unless its event is there already, and make the line for the
 * row that is then in the inbox; row->seq is set.  0 or <0. */
int readback_store(struct store *, struct row *, struct buf *line,
    struct err *);

#endif
