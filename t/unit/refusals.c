/* Counting failed authentications. */
#include "common/refusals.h"

#include <stdlib.h>

#include "common/clock.h"
#include "t/unit/tap.h"

int
main(void)
{
	const int64_t minute = 60 * CLOCK_SECOND, t = 1000 * minute;
	struct refusals r = { NULL, 0, 0, 0 };
	struct refusal_count *x;
	size_t n;
	int i, first = 0;

	is_int(refusals_count(&r, "a", "stale", t), 1, "the first of a kind");
	ok(refusals_take(&r, t, &n) == NULL, "is not counted here");
	for (i = 0; i < 1000; i++)
		refusals_count(&r, "a", "stale", t + i);
	is_int(refusals_count(&r, "a", "missing", t), 1, "another reason");
	is_int(refusals_count(&r, "b", "stale", t), 1, "another source");
	is_int(refusals_count(&r, "a", "stale", t + minute), 1,
	    "another minute");
	x = refusals_take(&r, t + minute, &n);
	is_int(n, 1, "only what was counted is taken");
	is_int(x[0].n, 1000, "all of it");
	is_int(x[0].minute, 1000, "with its minute");
	is_int(refusals_count(&r, "a", "stale", t + minute), 0,
	    "this minute is still known");
	is_int(refusals_count(&r, "a", "stale", t), 1,
	    "the one before is not");
	refusals_back(&r, x, n);
	is_int(r.pending, 1001, "what could not be stored is counted again");
	free(x);
	x = refusals_take(&r, t, &n);
	is_int(n, 2, "and taken again");
	free(x);
	for (i = 2; i < 1000; i++)
		first += refusals_count(&r, "a", "stale", t + i * minute);
	is_int(first, 998, "one each minute is the first each time");
	ok(r.n < 3, "and none of them is kept for ever");
	refusals_release(&r);
	return done_testing();
}
