/*
 * Dates and times in the forms that HR and CRM systems write.
 */
#ifndef COMMON_MAP_DATE_H
#define COMMON_MAP_DATE_H

#include <stddef.h>
#include <stdint.h>

#include "common/clock.h"

/* No zone moves the time: what is written is taken as UTC. */
enum { MAP_ZONE_AS_WRITTEN = 1 << 20 };

/*
 * format NULL: what clock_parse() reads, or /Date(MILLISECONDS)/.  Else the
 * text has exactly that form, where YYYY MM DD HH mm ss stand for digits.
 * A time that names no zone is one of zone (minutes east of UTC).  0 and *t, or
 * -1.
 */
int map_date_read(const char *s, size_t len, const char *format, int zone,
    int64_t *t);

/* Whether a format can be read: NULL, or a constant phrase. */
const char *map_date_format_fault(const char *format);

/* "Z", "UTC", "+05:30" to minutes; 0, or -1. */
int map_date_zone(const char *, int *minutes);

#endif
