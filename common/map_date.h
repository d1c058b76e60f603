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
 * format NULL: what clock_parse() reads, or /Date(MILLISECONDS)/.  Else the
 * text has exactly that form, where YYYY MM DD HH mm ss stand for digits.
 * A time that names no zone is one of zone.  0 and *t, or -1.
 */
int map_date_read(const char *s, size_t len, const char *format,
    const struct zone *, int64_t *t);

/* The same of a day: *t is its midnight in UTC where it was written, no zone
 * moves it. */
int map_date_read_day(const char *s, size_t len, const char *format,
    int64_t *t);

/* Whether a format can be read: NULL, or a constant phrase. */
const char *map_date_format_fault(const char *format);

/*
 * The other way: t as a format writes it where zone is kept.  "epoch_s" and
 * "epoch_ms" are a number, "odata" is /Date(MILLISECONDS)/.  Whether it can be
 * written: NULL, or a constant phrase.  out has room for MAP_DATE_TEXT.
 */
enum { MAP_DATE_TEXT = 64 };
const char *map_date_write_fault(const char *format);
void map_date_write(int64_t t, const char *format, const struct zone *,
    char *out);

#endif
