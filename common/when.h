/*
 * Times as people type them.  Beside what clock_parse() reads:
 *
 *   now, today, yesterday       the last two are midnight, and may have a
 *                               time of day behind them: "yesterday 14:30"
 *   2h, "2 hours ago"           before now, in s m h d w or these words
 *
 * What names no zone is local time, that of TZ; "today" begins where it does
 * there.  A day is 24 hours when it is counted back.
 */
#ifndef COMMON_WHEN_H
#define COMMON_WHEN_H

#include <stdint.h>

/* The time that s means when it is now: 0, or E_DATA. */
int when_parse(const char *s, int64_t now, int64_t *t);

/* The midnight, local time, that the day of t began with. */
int64_t when_midnight(int64_t t);

#endif
