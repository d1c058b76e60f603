/*
 * Who decides which field, as a configuration says it.
 */
#ifndef COMMON_OWNERS_H
#define COMMON_OWNERS_H

#include "common/source.h"

/* Print a line of JSON to standard output for each core field, for each
 * attribute that a source maps or a rule names, and for all others ("*"): the
 * owner and everybody who may decide it. */
void owners_print(const struct config *);

#endif
