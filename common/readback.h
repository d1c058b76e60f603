/*
 * The filter of loya-pull -r: lines pass from standard input to standard
 * output; each thin event is replaced by its record.  Records are read back by
 * a thread with its own store, so that no line waits for them.
 */
#ifndef COMMON_READBACK_H
#define COMMON_READBACK_H

#include <stddef.h>

#include "common/source.h"
#include "common/store.h"

/* Run until the end of the input.  0, or the gravest failure with a line or a
 * record; each is reported on standard error, and the line passed on unchanged.
 * If standard input or output fails the program ends. */
int readback_run(struct store *, const struct config *, const char *confdir,
    const struct source *const *, size_t n);

#endif
