/*
 * Time zone files: an accepted one has an offset of less than 26 hours at any
 * time, and what its clocks show maps back to a time at which they show the
 * same.
 */
#include "t/fuzz/fuzz.h"

#include "common/arena.h"
#include "common/clock.h"
#include "common/zone.h"

static void
look(const struct zone *z, int64_t t)
{
	int64_t shown = zone_shown(z, t), next = zone_next_day(z, t);

	if (shown - t <= -26 * 3600 * CLOCK_SECOND ||
	    shown - t >= 27 * 3600 * CLOCK_SECOND)
		fuzz_wrong("an offset of more than a day");
	if (next < t - 60 * 3600 * CLOCK_SECOND ||
	    next > t + 100 * 3600 * CLOCK_SECOND)
		fuzz_wrong("the next day is another one");
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a = { NULL };
	const struct zone *z;
	const char *why;
	int64_t t;

	if (zone_decode(p, n, &a, &z, &why) == 0)
		for (t = -3000000000; t < 6000000000; t += 12345678)
			look(z, t * CLOCK_SECOND);
	else if (why == NULL)
		fuzz_wrong("refused without a reason");
	arena_release(&a);
	return 0;
}
