/*
 * Records of comma-separated values, RFC 4180: fields that hold a comma, a
 * quote or a line end stand in quotes, a quote inside is doubled, lines end
 * with CR LF.
 */
#ifndef COMMON_CSV_H
#define COMMON_CSV_H

#include <stddef.h>

#include "common/buf.h"

/* Add a field; first: it begins a record.  NULL is an empty field. */
void csv_field(struct buf *, int first, const char *, size_t);

/* What follows the last field of a record. */
#define CSV_END "\r\n"

#endif
