/*
 * Times as people type them, in a zone with summer time.
 */
#include "common/when.h"
#include "t/unit/tap.h"

#include <stdlib.h>
#include <string.h>

#include "common/clock.h"

static const char *
when_at(const char *time, const char *s)
{
	static char text[CLOCK_TEXT];
	int64_t now, t;

	clock_parse(time, strlen(time), &now);
	if (when_parse(s, now, &t) != 0)
		return t == 0 ? "bad" : "bad and not empty";
	return clock_format(t, text);
}

/* What s means on Thursday, 2026-11-26, 09:30 in Berlin. */
static const char *
when(const char *s)
{
	return when_at("2026-11-26T08:30:00Z", s);
}

static const struct {
	const char *s, *t;
} rows[] = {
	{ "now", "2026-11-26T08:30:00.000000Z" },
	{ "2026-11-23T08:00:00Z", "2026-11-23T08:00:00.000000Z" },
	{ "2026-11-23T08:00:00-05:00", "2026-11-23T13:00:00.000000Z" },
	{ "2026-11-23T08:00:00+0530", "2026-11-23T02:30:00.000000Z" },
	{ "2026-11-23T08:00:00.25", "2026-11-23T07:00:00.250000Z" },
	{ "2026-11-23 08:00", "2026-11-23T07:00:00.000000Z" },
	{ "2026-07-23 08:00", "2026-07-23T06:00:00.000000Z" },
	{ "2026-11-23", "2026-11-22T23:00:00.000000Z" },
	{ "1960-01-01T00:00:00.5", "1959-12-31T23:00:00.500000Z" },
	{ "today", "2026-11-25T23:00:00.000000Z" },
	{ "yesterday", "2026-11-24T23:00:00.000000Z" },
	{ "yesterday 14:30", "2026-11-25T13:30:00.000000Z" },
	{ "today 07:00:01", "2026-11-26T06:00:01.000000Z" },
	{ "2h", "2026-11-26T06:30:00.000000Z" },
	{ "2 hours ago", "2026-11-26T06:30:00.000000Z" },
	{ "2h ago", "2026-11-26T06:30:00.000000Z" },
	{ "1 day", "2026-11-25T08:30:00.000000Z" },
	{ "90m", "2026-11-26T07:00:00.000000Z" },
	{ "30s", "2026-11-26T08:29:30.000000Z" },
	{ "1w", "2026-11-19T08:30:00.000000Z" },
	{ "0d", "2026-11-26T08:30:00.000000Z" },
	{ "", "bad" },
	{ "h", "bad" },
	{ "2", "bad" },
	{ "2x", "bad" },
	{ "2h later", "bad" },
	{ "2 h ago ", "bad" },
	{ "-2h", "bad" },
	{ "9999999h", "bad" },
	{ "todays", "bad" },
	{ "today 7", "bad" },
	{ "today 07", "bad" },
	{ "today 24:00", "bad" },
	{ "today 07:00:00:00", "bad" },
	{ "yesterday-ish", "bad" },
	{ "2026-13-01", "bad" },
	{ "2026-11-23T08:00:00 CET", "bad" },
};

int
main(void)
{
	static const char long_day[] = "2026-10-25T12:00:00Z";
	size_t i;

	setenv("TZ", "Europe/Berlin", 1);
	if (strcmp(when_at(long_day, "today"),
	    "2026-10-25T00:00:00.000000Z") == 0)
		setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		is_str(when(rows[i].s), rows[i].t, "'%s'", rows[i].s);
	is_str(when_at(long_day, "today"), "2026-10-24T22:00:00.000000Z",
	    "the midnight of a long day");
	setenv("TZ", "UTC", 1);
	is_str(when("today"), "2026-11-26T00:00:00.000000Z", "TZ decides");
	return done_testing();
}
