/* The schedule of deliveries, and Retry-After in all its forms. */
#include "common/backoff.h"
#include "t/unit/tap.h"

#include "common/clock.h"

#define S CLOCK_SECOND
#define DAY (86400 * S)

static void
test_schedule(void)
{
	static const int64_t wait[] = { 5, 300, 1800, 7200, 18000, 36000,
	    50400, 72000, 86400 };
	int64_t us, sum = 0;
	uint64_t k;
	int i, within = 1, spread = 0;

	for (i = 0; i < 9; i++) {
		for (k = 0; k < 1000; k++) {
			us = backoff_delay(i + 1, k);
			within &= us >= wait[i] * S && us < wait[i] * S * 11 /
			    10;
			spread += us > wait[i] * S * 105 / 100;
		}
		sum += wait[i];
	}
	ok(within, "never earlier, no more than a tenth later");
	ok(spread > 4000 && spread < 5000, "spread evenly");
	is_int(sum, ((75 * 60) + 35) * 60 + 5, "75 h 35 min 5 s");
	is_int(backoff_delay(10, 1), -1, "the tenth was the last");
	is_int(backoff_delay(3, 7), backoff_delay(3, 7), "it repeats");
}

static const struct {
	const char *value;
	int64_t wait;
} after[] = {
	{ "0", 0 }, { "120", 120 * S }, { "007", 7 * S }, { "86400", DAY },
	{ "86401", DAY }, { "99999999999999999999999", DAY },
	{ "Mon, 23 Nov 2026 10:00:30 GMT", 30 * S },
	{ "Monday, 23-Nov-26 10:00:30 GMT", 30 * S },
	{ "Mon Nov 23 10:00:30 2026", 30 * S },
	{ "Sun, 06 Nov 1994 08:49:37 GMT", 0 },
	{ "Sunday, 06-Nov-94 08:49:37 GMT", 0 },
	{ "Sun Nov  6 08:49:37 1994", 0 },
	{ "Wed, 23 Nov 2050 10:00:30 GMT", DAY },
	{ "", -1 }, { "-1", -1 }, { "1.5", -1 }, { "soon", -1 }, { "1 ", -1 },
	{ "Mon, 23 Nov 2026 10:00:30", -1 },
	{ "Mon, 23 Nov 2026 10:00:30 GMTx", -1 },
	{ "Mon, 23 Nov 2026 25:00:30 GMT", -1 },
	{ "Mon, 31 Feb 2026 10:00:30 GMT", -1 },
	{ "Mon, 23 ovD 2026 10:00:30 GMT", -1 },
};

int
main(void)
{
	int64_t now;
	size_t i;

	test_schedule();
	clock_parse("2026-11-23T10:00:00Z", 20, &now);
	for (i = 0; i < sizeof after / sizeof after[0]; i++)
		is_int(backoff_after(after[i].value, now), after[i].wait,
		    "'%s'", after[i].value);
	return done_testing();
}
