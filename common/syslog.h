/*
 * A line in the syslog format of RFC 5424, facility 13 (log audit):
 *
 *   <PRI>1 TIME HOST APP - MSGID [SD-ID name="value" ...] BOM TEXT
 *
 * syslog_begin(), the parameters, syslog_end(); the caller adds the line feed.
 * In a value only quote, backslash and closing bracket are escaped.  The
 * standard has no escape for control characters, which would end a line or
 * worse: they become '?'.
 */
#ifndef COMMON_SYSLOG_H
#define COMMON_SYSLOG_H

#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"

enum syslog_severity { SYSLOG_WARNING = 4, SYSLOG_NOTICE = 5,
    SYSLOG_INFO = 6 };

/* sd is an SD-ID of our own.  Characters not allowed in host, app or msgid
 * become '?'; too long a text is cut; an empty one is "-". */
void syslog_begin(struct buf *, enum syslog_severity, int64_t at,
    const char *host, const char *app, const char *msgid, const char *sd);

/* name is one of ours.  A NULL value adds nothing. */
void syslog_text(struct buf *, const char *name, const char *, size_t);
void syslog_int(struct buf *, const char *name, int64_t);

/* The end of the parameters, and the text. */
void syslog_end(struct buf *, const char *text, size_t);

#endif
