/*
 * When a delivery that failed is tried again: the schedule of Standard Webhooks
 * with jitter, and what Retry-After asks for.  Pure.
 */
#ifndef COMMON_BACKOFF_H
#define COMMON_BACKOFF_H

#include <stdint.h>

/* So many attempts, then it is dead: 75 hours and a half after the first. */
enum { BACKOFF_TRIES = 10 };

/* No wait is longer, in microseconds: a day and a tenth.  One that is was begun
 * while the clock was wrong, and is over. */
#define BACKOFF_LONGEST (INT64_C(27) * 3600 * 1000000)

/*
 * Microseconds from attempt number tries (from 1), which failed, to the next
 * one; -1: there is none.  Up to a tenth is added, by what is hashed from
 * spread: deliveries that failed together do not come back together, and a
 * replay gives the same.
 */
int64_t backoff_delay(int64_t tries, uint64_t spread);

/*
 * The value of Retry-After (RFC 9110 10.2.3) as microseconds from now: seconds,
 * or a date in any of the three forms of RFC 9110 5.6.7.  No more than a day
 * is believed; a date that has passed is 0; -1: it is neither.
 */
int64_t backoff_after(const char *value, int64_t now);

/* A date in any of these forms (Date and its like): 0 and *t, or -1.  now
 * decides the century of a year of two digits. */
int backoff_date(const char *value, int64_t now, int64_t *t);

#endif
