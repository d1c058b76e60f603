/*
 * When a failed delivery is tried again: the schedule of Standard Webhooks with
 * jitter, and what Retry-After asks for.  Pure.
 */
#ifndef COMMON_BACKOFF_H
#define COMMON_BACKOFF_H

#include <stdint.h>

/* After this many attempts it is dead: 75 and a half hours after the first. */
enum { BACKOFF_TRIES = 10 };

/* The longest wait, in microseconds: a day and a tenth.  A wait that is longer
 * was begun while the clock was wrong, and is over. */
#define BACKOFF_LONGEST (INT64_C(27) * 3600 * 1000000)

/*
 * Microseconds from attempt number tries (from 1), which failed, to the next
 * one; -1: there is none.  Up to a tenth is added, derived from a hash of
 * spread: deliveries that failed together do not all come back at once, and a
 * replay gets the same delays.
 */
int64_t backoff_delay(int64_t tries, uint64_t spread);

/*
 * The value of Retry-After (RFC 9110 section 10.2.3) as microseconds from now:
 * either seconds, or a date in any of the three forms of section 5.6.7.
 * Anything above a day counts as a day; a date that has passed is 0; -1: it is
 * neither.
 */
int64_t backoff_after(const char *value, int64_t now);

/* Read a date in any of these forms (as in the Date header): 0 and *t, or -1.
 * now decides the century of a two-digit year. */
int backoff_date(const char *value, int64_t now, int64_t *t);

#endif
