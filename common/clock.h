/*
 * Time.  Inside loya a time is an int64_t: microseconds since
 * 1970-01-01T00:00:00Z.  There is one clock; LOYA_NOW (an RFC 3339 time in the
 * environment) stops it at that time, for tests and replays.
 */
#ifndef COMMON_CLOCK_H
#define COMMON_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#define CLOCK_SECOND INT64_C(1000000)

/* The time now.  A LOYA_NOW that cannot be read ends the program with 78. */
int64_t clock_now(void);

/* Monotonic microseconds, for measuring only; LOYA_NOW does not stop it. */
int64_t clock_mono(void);

/* How long after `from` that is, whatever both are: as far as an int64_t goes.
 */
int64_t clock_since(int64_t at, int64_t from);

enum { CLOCK_TEXT = 28 };	/* "2026-11-23T11:14:30.123456Z" and a NUL */

/* t as RFC 3339 in UTC with microseconds.  A year has four digits there: what
 * is before 0000 or behind 9999 is the first or the last time of these. */
char *clock_format(int64_t t, char out[CLOCK_TEXT]);

/*
 * Read a time as outside systems write it: RFC 3339 with any fraction and with
 * Z, +05:30, +0530 or +05 behind it, a blank for the T; a date alone is its
 * midnight; a time without zone is UTC.  Returns 0, or E_DATA when the text is
 * anything else or not a date that exists.  Years 1900 to 9999, where it was
 * written: in UTC it may be some hours beyond.
 */
int clock_parse(const char *s, size_t len, int64_t *t);

/* A proleptic Gregorian date to days since 1970-01-01; -1 when there is no
 * such date.  For readers of other date forms. */
int clock_days(int year, int month, int day, int64_t *days);

#endif
