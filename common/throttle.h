/*
 * Slowing down whoever guesses: failures counted by key (a peer and whom it
 * says to be), and how long the next try has to wait.  Some are free, for
 * people mistype; then the wait doubles with each failure up to a minute.  A
 * success, or a quarter of an hour without a failure, clears the count.  No
 * more than THROTTLE_KEYS are kept: the quietest gives way.
 */
#ifndef COMMON_THROTTLE_H
#define COMMON_THROTTLE_H

#include <stddef.h>
#include <stdint.h>

enum { THROTTLE_KEYS = 1024, THROTTLE_FREE = 5, THROTTLE_MOST = 60 };

struct throttle {
	struct throttle_key {
		uint64_t hash;
		int failures;
		int64_t last;		/* failure */
	} *at;
	size_t n;
};

/* Times are microseconds of any clock that only goes forward; the hash of a
 * key is the caller's, keyed so that nobody can aim at another's. */

/* Seconds that a try at time now would have to wait; 0: none. */
int throttle_wait(const struct throttle *, uint64_t hash, int64_t now);

/* How a try ended. */
void throttle_failed(struct throttle *, uint64_t hash, int64_t now);
void throttle_passed(struct throttle *, uint64_t hash);

void throttle_release(struct throttle *);

#endif
