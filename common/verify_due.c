/* The times that events wait for, as the record says them. */
#include "common/verify_event.h"

#include <stdlib.h>
#include <string.h>

static int
by_whom(const void *a, const void *b)
{
	const struct waits *x = a, *y = b;

	if (x->seq != y->seq)
		return x->seq < y->seq ? -1 : 1;
	return x->whom < y->whom ? -1 : x->whom > y->whom;
}

void
verify_waits_sort(struct waits *w, size_t n)
{
	if (n > 0)
		qsort(w, n, sizeof *w, by_whom);
}

/* The place of the first entry of seq and whom, or after it. */
static size_t
place_of(const struct waits *w, size_t n, int64_t seq, uint64_t whom)
{
	const struct waits key = { .seq = seq, .whom = whom };
	size_t low = 0, high = n, i;

	while (low < high) {
		i = low + (high - low) / 2;
		if (by_whom(&w[i], &key) < 0)
			low = i + 1;
		else
			high = i;
	}
	return low;
}

int
verify_waits_has(const struct waits *w, size_t n, int64_t seq, uint64_t whom)
{
	size_t i = place_of(w, n, seq, whom);

	return i < n && w[i].seq == seq && w[i].whom == whom;
}

/* The entries of event seq, which are consecutive, and how many they are. */
static const struct waits *
waits_of(const struct events *all, int64_t seq, size_t *n)
{
	size_t first = place_of(all->wait, all->nwait, seq, 0), end = first;

	while (end < all->nwait && all->wait[end].seq == seq)
		end++;
	*n = end - first;
	return *n > 0 ? &all->wait[first] : NULL;
}

int
verify_is_to_come(const struct waits *w, const struct said *s)
{
	return w->try == s->timed && w->due > s->at;
}

/* A try in which part of an event came due leaves out what is still to come;
 * any other says all of it again. */
int64_t
verify_next_due(const struct events *all, const struct said *s)
{
	const struct waits *w;
	int64_t due = 0;
	size_t n;
	int came = s->timed == s->try;

	for (w = waits_of(all, s->seq, &n); n > 0; w++, n--) {
		if (verify_is_to_come(w, s) && (due == 0 || w->due < due))
			due = w->due;
		came |= w->try == s->timed && w->due != ANY_TIME &&
		    w->due <= s->at;
	}
	return came ? due : 0;
}

int
verify_is_due_at(const struct events *all, const struct said *s, int64_t due)
{
	const struct waits *w;
	size_t n;

	for (w = waits_of(all, s->seq, &n); n > 0; w++, n--)
		if (verify_is_to_come(w, s) && w->due == due)
			return 1;
	return 0;
}

int
verify_was_due_at(const struct events *all, int64_t seq, int64_t due)
{
	const struct waits *w;
	size_t n;

	for (w = waits_of(all, seq, &n); n > 0; w++, n--)
		if (w->due == due)
			return 1;
	return 0;
}

/* A try that failed, or in which the event could not be mapped any more, waits
 * for no time. */
int
verify_is_whole(const struct said *s)
{
	static const char *const by_record[] = { "ambiguous", "denied",
	    "merged", "unknown_member" };
	size_t i;

	if (s->timed == s->try || s->state == EV_APPLIED ||
	    s->state == EV_SCHEDULED)
		return 1;
	for (i = 0; i < sizeof by_record / sizeof by_record[0]; i++)
		if (strcmp(s->why, by_record[i]) == 0)
			return 1;
	return 0;
}
