/*
 * Dates and times in the forms that HR and CRM systems write.
 */
#ifndef COMMON_MAP_DATE_H
#define COMMON_MAP_DATE_H

#include <stddef.h>
#include <stdint.h>

#include "common/clock.h"

struct zone;			/* common/zone.h */

/*
 * format NULL: what clock_parse() reads, or /Date(MILLISECONDS)/.  Otherwise
 * the text must have exactly that form, where YYYY MM DD HH mm ss stand for
 * digits.  A time without a zone is taken to be in zone.  0 and *t, or -1.
 */
int map_date_read(const char *s, size_t len, const char *format,
    const struct zone *, int64_t *t);

/* The same for a day: *t is midnight UTC of the day as written; no zone moves
 * it. */
int map_date_read_day(const char *s, size_t len, const char *format,
    int64_t *t);

/* Whether a format can be used for reading: NULL, or a constant phrase. */
const char *map_date_format_fault(const char *format);

/*
 * The other direction: write t in a format, as local time of zone.  "epoch_s"
 * and "epoch_ms" give a number, "odata" gives /Date(MILLISECONDS)/.  Whether a
 * format can be used for writing: NULL, or a constant phrase.  out has room for
 * MAP_DATE_TEXT.
 */
enum { MAP_DATE_TEXT = 64 };
const char *map_date_write_fault(const char *format);
void map_date_write(int64_t t, const char *format, const struct zone *,
    char *out);

#endif
