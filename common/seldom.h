/*
 * Messages about things that can happen any number of times: one line now and
 * one a minute later, each with a count, instead of a line for each.
 * seldom_add() what happened; print a message when seldom_take() returns a
 * number; at the end, seldom_rest().  Zero-initialise one.
 */
#ifndef COMMON_SELDOM_H
#define COMMON_SELDOM_H

#include <stdint.h>

struct seldom {
	int64_t n;		/* not reported yet */
	int64_t due;		/* not to be reported before this time */
};

/* Times are those of clock_mono(). */

/* Add n at time now.  Things that happen together are reported together: the
 * first of them waits for this many microseconds. */
void seldom_add(struct seldom *, int64_t n, int64_t now, int64_t wait);

/* How many to report now, 0: none; after that, none for a minute. */
int64_t seldom_take(struct seldom *, int64_t now);

/* Those that are left, at any time. */
int64_t seldom_rest(struct seldom *);

enum { SELDOM_TEXT = 40 };

/* " (the last of 312)", or "" if n is 1. */
const char *seldom_text(int64_t n, char out[SELDOM_TEXT]);

/* One more happens now, and waits for nothing: what to write behind a message
 * about it, as above, or NULL if there is to be no message. */
const char *seldom_now(struct seldom *, char out[SELDOM_TEXT]);

#endif
