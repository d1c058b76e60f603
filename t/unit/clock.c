/* The earliest and latest times that can be written. */
#include "common/clock.h"
#include "t/unit/tap.h"

#include <string.h>

static const char *
format(int64_t t)
{
	static char text[CLOCK_TEXT];

	return clock_format(t, text);
}

static const char *
http(int64_t t)
{
	static char text[CLOCK_HTTP];

	return clock_http(t, text);
}

static void
test_http(void)
{
	is_str(http(INT64_C(1795803377) * CLOCK_SECOND + 999999),
	    "Fri, 27 Nov 2026 18:16:17 GMT", "a time as HTTP has it");
	is_str(http(0), "Thu, 01 Jan 1970 00:00:00 GMT", "the first of Unix");
	is_str(http(-1), "Wed, 31 Dec 1969 23:59:59 GMT", "and before it");
	is_str(http(INT64_MAX), "Fri, 31 Dec 9999 23:59:59 GMT", "the last");
	is_str(http(INT64_MIN), "Sat, 01 Jan 0000 00:00:00 GMT", "the first");
}

int
main(void)
{
	const char *const last = "9999-12-31T23:59:59.999999Z";
	int64_t t;

	is_int(clock_parse(last, strlen(last), &t), 0, "the last time");
	is_str(format(t), last, "is written as it is read");
	is_str(format(t + 1), last, "the one after it as the last");
	is_str(format(INT64_MAX), last, "and so is the last of all");
	is_str(format(INT64_MIN), "0000-01-01T00:00:00.000000Z",
	    "the first of all as the first");
	is_int(clock_parse("9999-12-31T23:59:59-08:00", 25, &t), 0,
	    "one that is beyond only in UTC is a time");
	is_str(format(t), last, "and is written as the last, too");
	is_int(clock_parse("1900-01-01T00:00:00+14:00", 25, &t), 0,
	    "the first, wherever it is");
	is_str(format(t), "1899-12-31T10:00:00.000000Z", "is written in UTC");
	test_http();
	return done_testing();
}
