/*
 * Times as people type them.  Besides what clock_parse() reads:
 *
 *   now, today, yesterday       the last two mean midnight, and a time of
 *                               day may follow: "yesterday 14:30"
 *   2h, "2 hours ago"           before now, in s m h d w or these words
 *
 * A time without a zone is local time (TZ), and "today" begins at local
 * midnight.  Counting back, a day is 24 hours.
 */
#ifndef COMMON_WHEN_H
#define COMMON_WHEN_H

#include <stdint.h>

/* The time that s means if it is now: 0, or E_DATA. */
int when_parse(const char *s, int64_t now, int64_t *t);

#endif
