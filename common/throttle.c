#include "common/throttle.h"

#include <stdlib.h>
#include <string.h>

#include "common/buf.h"

static const int64_t second = 1000000, quiet = 15 * 60 * INT64_C(1000000);

static struct throttle_key *
find(const struct throttle *t, uint64_t hash)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (t->at[i].hash == hash)
			return &t->at[i];
	return NULL;
}

/* When the next try may be made. */
static int64_t
until(const struct throttle_key *k)
{
	int over = k->failures - THROTTLE_FREE, wait = 1;

	if (over < 0)
		return k->last;
	while (over-- > 0 && wait < THROTTLE_MOST)
		wait *= 2;
	return k->last + second * (wait < THROTTLE_MOST ? wait :
	    THROTTLE_MOST);
}

int
throttle_wait(const struct throttle *t, uint64_t hash, int64_t now)
{
	const struct throttle_key *k = find(t, hash);

	if (k == NULL || now - k->last > quiet || until(k) <= now)
		return 0;
	return (int)((until(k) - now + second - 1) / second);
}

/* A place for another key: a free one, or that of the quietest. */
static struct throttle_key *
make(struct throttle *t)
{
	struct throttle_key *k;
	size_t i;

	if (t->at == NULL)
		t->at = xcalloc(THROTTLE_KEYS, sizeof *t->at);
	if (t->n < THROTTLE_KEYS)
		return &t->at[t->n++];
	k = &t->at[0];
	for (i = 1; i < t->n; i++)
		if (t->at[i].last < k->last)
			k = &t->at[i];
	return k;
}

void
throttle_failed(struct throttle *t, uint64_t hash, int64_t now)
{
	struct throttle_key *k = find(t, hash);

	if (k == NULL) {
		k = make(t);
		k->hash = hash;
		k->failures = 0;
	} else if (now - k->last > quiet) {
		k->failures = 0;
	}
	if (k->failures < THROTTLE_FREE + 30)
		k->failures++;
	k->last = now;
}

void
throttle_passed(struct throttle *t, uint64_t hash)
{
	struct throttle_key *k = find(t, hash);

	if (k != NULL)
		*k = t->at[--t->n];
}

void
throttle_release(struct throttle *t)
{
	free(t->at);
	memset(t, 0, sizeof *t);
}
