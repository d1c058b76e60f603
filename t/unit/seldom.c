/* One line at once, one a minute later, and no line is lost. */
#include "common/seldom.h"

#include "t/unit/tap.h"

enum { SECOND = 1000000, MINUTE = 60 * SECOND };

static void
test_at_once(void)
{
	struct seldom s = { 0, 0 };

	is_int(seldom_take(&s, 5), 0, "nothing happened, nothing is reported");
	seldom_add(&s, 1, 1000, 0);
	is_int(seldom_take(&s, 1000), 1, "the first is reported at once");
	is_int(seldom_take(&s, 1001), 0, "once");
	seldom_add(&s, 2, 2000, 0);
	seldom_add(&s, 3, 3000, 0);
	is_int(seldom_take(&s, 1000 + MINUTE - 1), 0,
	    "more of them are not, for a minute");
	is_int(seldom_take(&s, 1000 + MINUTE), 5, "then all of them are");
	seldom_add(&s, 1, 1001 + MINUTE, 0);
	is_int(seldom_take(&s, 1000 + 2 * MINUTE - 1), 0,
	    "and the next minute begins");
	is_int(seldom_take(&s, 1000 + 2 * MINUTE), 1, "and ends");
	seldom_add(&s, 1, 9 * (int64_t)MINUTE, 0);
	is_int(seldom_take(&s, 9 * (int64_t)MINUTE), 1,
	    "after a quiet hour the next is reported at once");
}

static void
test_together(void)
{
	struct seldom s = { 0, 0 };

	seldom_add(&s, 1, 1000, SECOND);
	is_int(seldom_take(&s, 999 + SECOND), 0, "the first waits for more");
	seldom_add(&s, 1, 900 + SECOND, SECOND);
	is_int(seldom_take(&s, 1000 + SECOND), 2,
	    "which do not make it wait longer");
	seldom_add(&s, 1, 2 * SECOND, SECOND);
	is_int(seldom_take(&s, 3 * SECOND), 0, "the next ones wait a minute");
	is_int(seldom_take(&s, 1000 + SECOND + MINUTE), 1, "and no longer");
	seldom_add(&s, 0, 9 * (int64_t)MINUTE, SECOND);
	is_int(seldom_take(&s, 10 * (int64_t)MINUTE), 0,
	    "none more is nothing to tell");
	seldom_add(&s, 1, 10 * (int64_t)MINUTE, SECOND);
	is_int(seldom_take(&s, 10 * (int64_t)MINUTE), 0,
	    "nor does it count as the first");
}

static void
test_rest(void)
{
	struct seldom s = { 0, 0 };

	is_int(seldom_rest(&s), 0, "where nothing is left");
	seldom_add(&s, 4, 1000, SECOND);
	is_int(seldom_rest(&s), 4, "the rest is reported early");
	is_int(seldom_take(&s, MINUTE), 0, "and not again");
}

int
main(void)
{
	char t[SELDOM_TEXT];

	test_at_once();
	test_together();
	test_rest();
	is_str(seldom_text(1, t), "", "one alone is not counted");
	is_str(seldom_text(2, t), " (the last of 2)", "two are");
	return done_testing();
}
