/*
 * Slowing down whoever guesses secrets: counts failures by key (a peer and whom
 * it claims to be), and says how long the next try has to wait.  The first few
 * are free, because people mistype; then the wait doubles with each failure up
 * to a minute.  A success, or a quarter of an hour without a failure, clears
 * the count.  At most THROTTLE_KEYS are kept: the one whose last failure is
 * oldest gives way.
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

/* Times are microseconds of any clock that never goes back.  The hash of a key
 * is the caller's; it is keyed, so that nobody can aim at somebody else's. */

/* How many seconds a try at time now has to wait; 0: none. */
int throttle_wait(const struct throttle *, uint64_t hash, int64_t now);

/* Report how a try ended. */
void throttle_failed(struct throttle *, uint64_t hash, int64_t now);
void throttle_passed(struct throttle *, uint64_t hash);

void throttle_release(struct throttle *);

#endif
