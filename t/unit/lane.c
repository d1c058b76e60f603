/* How many requests at a time a target gets, and when it rests. */
#include "common/deliver_work.h"
#include "t/unit/tap.h"

#include "common/clock.h"

static struct source source;
static struct lane lane;
static int64_t now;

static void
begin(int64_t concurrency)
{
	memset(&lane, 0, sizeof lane);
	source.push.concurrency = concurrency;
	lane.source = &source;
	lane.window = 5000;
	now = 1000 * CLOCK_SECOND;
}

/* An attempt fails with this status and a Retry-After of this many seconds: how
 * many seconds the target rests for it; -1: it does not rest. */
static int64_t
fails(int status, int64_t after)
{
	struct job j = { .lane = &lane, .status = status };

	j.after = after < 0 ? -1 : after * CLOCK_SECOND;
	lane_failed(&lane, &j, now);
	return j.rest_until == 0 ? -1 : (j.rest_until - now) / CLOCK_SECOND;
}

/* When it has ended, one that fails makes it rest again. */
static int64_t
again(void)
{
	now = lane.rest_until;
	return fails(503, -1);
}

static void
test_rests(void)
{
	static const int64_t seconds[] = { 10, 20, 40, 80, 160, 300, 300 };
	size_t i;

	begin(20);
	for (i = 0; i < 2; i++)
		is_int(fails(503, -1), -1, "one failure is not trouble");
	is_int(lane.window, 3000, "but there are fewer at a time");
	is_int(fails(503, -1), 5, "as many in a row as may be");
	is_int(lane.rest_until, now + 5 * CLOCK_SECOND, "so long");
	is_int(lane.heard, 1, "which is to be recorded");
	is_int(fails(503, -1), -1, "what was under way does not make it worse");
	is_int(lane.heard, 1, "nor to be recorded");
	for (i = 0; i < sizeof seconds / sizeof seconds[0]; i++)
		is_int(again(), seconds[i], "then twice as long, up to 300 s");
	lane_worked(&lane);
	is_int(again(), -1, "a success starts over");
	is_int(fails(503, -1), 5, "with two of them, and five seconds");
	lane.rests = 1000;
	is_int(again(), 300, "however often it has rested");
}

static void
test_after(void)
{
	begin(20);
	is_int(fails(503, 90), 90, "Retry-After of 503 is a rest");
	is_int(fails(429, 40), 40, "and of 429");
	is_int(lane.rest_until, now + 90 * CLOCK_SECOND,
	    "a shorter one does not end the longer");
	is_int(lane.heard, 1, "so there is nothing new");
	is_int(lane.rests, 0, "it does not double");
	begin(20);
	is_int(fails(502, 90), -1, "of another status it is not");
	is_int(fails(503, 0), -1, "nor is no time at all");
	is_int(fails(429, 7), 7, "also where it would rest by itself");
	is_int(lane.rests, 0, "which it then did not");
}

static void
test_window(void)
{
	begin(7);
	lane_worked(&lane);
	is_int(lane.window, 6000, "one more with each success");
	lane_worked(&lane);
	lane_worked(&lane);
	is_int(lane.window, 7000, "up to its concurrency");
	lane_slower(&lane);
	is_int(lane.window, 6000, "one less with a failure");
	lane_worked(&lane);
	is_int(lane.window, 6166, "then one for a window of successes");
	begin(7);
	lane.window = 1500;
	lane_slower(&lane);
	is_int(lane.window, 1000, "never less than one");
}

int
main(void)
{
	test_rests();
	test_after();
	test_window();
	return done_testing();
}
