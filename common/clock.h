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

/* The present time.  A malformed LOYA_NOW ends the program with 78. */
int64_t clock_now(void);

/* Monotonic microseconds, only for measuring; LOYA_NOW does not stop it. */
int64_t clock_mono(void);

/* at - from, for any two values: limited to what an int64_t can hold. */
int64_t clock_since(int64_t at, int64_t from);

enum { CLOCK_TEXT = 28 };	/* "2026-11-23T11:14:30.123456Z" and a NUL */

/* t as RFC 3339 in UTC with microseconds.  The year has four digits: a time
 * before the year 0000 or after 9999 becomes the first or last that can be
 * written. */
char *clock_format(int64_t t, char out[CLOCK_TEXT]);

/* t as HTTP writes it (RFC 9110 section 5.6.7). */
enum { CLOCK_HTTP = 30 };	/* "Mon, 23 Nov 2026 11:14:30 GMT" and a NUL */
char *clock_http(int64_t t, char out[CLOCK_HTTP]);

/*
 * Read a time as outside systems write it: RFC 3339 with any fraction and with
 * Z, +05:30, +0530 or +05 behind it, a blank for the T; a date alone is its
 * midnight; a time without a zone is UTC.  Returns 0, or E_DATA if the text is
 * anything else or the date does not exist.  The year as written is 1900 to
 * 9999; in UTC the time may be some hours outside of that.
 */
int clock_parse(const char *s, size_t len, int64_t *t);

/* Convert a proleptic Gregorian date to days since 1970-01-01; -1 if the date
 * does not exist.  For parsers of other date formats. */
int clock_days(int year, int month, int day, int64_t *days);

#endif
