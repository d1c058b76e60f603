/*
 * What people are told of that can happen any number of times: a line now and
 * a line a minute later, each with how often it was, instead of a line for
 * each.  seldom_add() what happened; say it when seldom_take() has a number;
 * at the end, seldom_rest().  All zero is nothing yet.
 */
#ifndef COMMON_SELDOM_H
#define COMMON_SELDOM_H

#include <stdint.h>

struct seldom {
	int64_t n;		/* that nobody was told of */
	int64_t due;		/* not to be told before */
};

/* Times are those of clock_mono(). */

/* n more, at time now.  What happens together shall be told together: the
 * first of them waits for so many microseconds. */
void seldom_add(struct seldom *, int64_t n, int64_t now, int64_t wait);

/* How many are to be told of now, 0: none; then none for a minute. */
int64_t seldom_take(struct seldom *, int64_t now);

/* Those that are left, whatever the time is. */
int64_t seldom_rest(struct seldom *);

enum { SELDOM_TEXT = 40 };

/* " (the last of 312)", or nothing where it was one. */
const char *seldom_text(int64_t n, char out[SELDOM_TEXT]);

#endif
