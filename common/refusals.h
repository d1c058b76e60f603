/*
 * Failed authentications, and authenticated requests that could not be read, on
 * their way to the store: counted by source, minute and reason, so that a flood
 * of them costs one number a second, not a row each.
 *
 * A reason is a word, or a word, a slash and the id of a client that loya knows
 * ("client/c_..."): never text from a stranger, so that there are no more
 * reasons than clients.
 */
#ifndef COMMON_REFUSALS_H
#define COMMON_REFUSALS_H

#include <stddef.h>
#include <stdint.h>

enum { REFUSAL_WHY = 48 };

struct refusal_count {
	char source[65];
	char why[REFUSAL_WHY];
	int64_t minute;		/* since 1970 */
	int64_t n;		/* not stored yet */
};

struct refusals {
	struct refusal_count *at;
	size_t n, cap;
	int64_t pending;	/* sum of all n */
};

/*
 * Count one at time at.  Returns 1 if it is the first of its kind in its minute
 * (the caller shall store it before answering, and it is not counted here), 0
 * if it was only counted.
 */
int refusals_count(struct refusals *, const char *source, const char *why,
    int64_t at);

/* Take what is counted: an array of *n that the caller frees, or NULL.  Kinds
 * of minutes before the present one are forgotten. */
struct refusal_count *refusals_take(struct refusals *, int64_t now, size_t *n);

/* Count again what could not be stored. */
void refusals_back(struct refusals *, const struct refusal_count *, size_t n);

void refusals_release(struct refusals *);

#endif
