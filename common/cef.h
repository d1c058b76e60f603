/*
 * A line in the Common Event Format, version 0, for a SIEM:
 *
 *   CEF:0|vendor|product|version|class|name|severity|key=value key=value
 *
 * cef_begin(), then the fields; the caller adds the line feed.  Escaped is what
 * the standard says: backslash and pipe in the header; backslash, equals sign
 * and line ends (as \n and \r) in values.  It has no escape for other control
 * characters, nor for line ends in the header: they become '?'.
 */
#ifndef COMMON_CEF_H
#define COMMON_CEF_H

#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"

/* Write the header, and the time as the first field; severity is 0 to 10. */
void cef_begin(struct buf *, const char *version, const char *class,
    const char *name, int severity, int64_t at);

/*
 * Add a field to the extension; key is one of ours.  A NULL value adds nothing.
 * max: how many bytes the standard allows the value (before escaping); a longer
 * one is cut at a character boundary and ends in "...".
 */
void cef_text(struct buf *, const char *key, const char *, size_t len,
    size_t max);
void cef_int(struct buf *, const char *key, int64_t);

#endif
