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

/* The event of a parsed loya.received line as a row without seq, its texts in
 * the arena: 1; 0: the line has not the form, which is for loya-apply to
 * say. */
int readback_row(const struct json *, struct arena *, struct row *);

/* Store the row, unless its event was there before, and make the line of what
 * then stands in the inbox; row->seq is set.  0 or enum status. */
int readback_store(struct store *, struct row *, struct buf *line,
    struct err *);

#endif
