/*
 * The filter of loya-pull -r: lines pass from standard input to standard
 * output; in the place of a thin event comes its record.  Records are read
 * back by a thread with a store of its own, so that no line waits for them.
 */
#ifndef COMMON_READBACK_H
#define COMMON_READBACK_H

#include <stddef.h>

#include "common/source.h"
#include "common/store.h"

/* Until the end of the input.  0, or the gravest of what went wrong with a
 * line or a record, which is told on standard error, the line passed on.  When
 * standard input or output fails the program ends. */
int readback_run(struct store *, const struct config *, const char *confdir,
    const struct source *const *, size_t n);

#endif
