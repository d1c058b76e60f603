/* Time zones: files of the zone database made here, and the real ones where
 * this machine has them. */
#include <stdlib.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/zone.h"
#include "t/unit/tap.h"

static struct arena arena;

static void
be(struct buf *b, int64_t v, int bytes)
{
	while (bytes-- > 0)
		buf_addc(b, (char)((uint64_t)v >> 8 * bytes));
}

static void
head(struct buf *b, int times, int types)
{
	buf_add(b, "TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20);
	be(b, 0, 4);
	be(b, 0, 4);
	be(b, 0, 4);
	be(b, times, 4);
	be(b, types, 4);
	be(b, 4, 4);
}

/* Two transitions, 1000 and 2000: 0, then an hour, then two hours east. */
static void
make(struct buf *b, const char *footer)
{
	static const int64_t east[] = { 0, 3600, 7200 };
	int i;

	buf_clear(b);
	head(b, 0, 1);
	be(b, 0, 6);
	be(b, 0, 4);
	head(b, 2, 3);
	be(b, 1000, 8);
	be(b, 2000, 8);
	be(b, 0x0102, 2);
	for (i = 0; i < 3; i++) {
		be(b, east[i], 4);
		be(b, 0, 2);
	}
	buf_add(b, "ABC", 4);
	buf_adds(b, footer);
}

static int64_t
seconds(const struct zone *z, int64_t t)
{
	return zone_offset(z, t * CLOCK_SECOND) / CLOCK_SECOND;
}

static void
test_file(void)
{
	struct buf b = { NULL, 0, 0 };
	const struct zone *z;
	const char *why;
	size_t i;

	make(&b, "\n\n");
	ok(zone_decode(b.p, b.len, &arena, &z, &why) == 0, "a file");
	is_int(seconds(z, 999), 0, "before the first transition");
	is_int(seconds(z, 1000), 3600, "from it on");
	is_int(seconds(z, 1999), 3600, "up to the next");
	is_int(seconds(z, 99999999), 7200,
	    "after the last one without a rule");
	make(&b, "\nXXX-1\n");
	zone_decode(b.p, b.len, &arena, &z, &why);
	is_int(seconds(z, 99999999), 3600, "and with one");
	for (i = 0; i < b.len; i++)
		if (zone_decode(b.p, i, &arena, &z, &why) == 0)
			break;
	is_int(i, b.len, "every shorter file is refused");
	b.p[44 + 10 + 44 + 16] = 3;
	ok(zone_decode(b.p, b.len, &arena, &z, &why) != 0,
	    "a type that is not");
	make(&b, "\nXXX-1\n");
	b.p[44 + 10 + 44 + 6] = 9;
	ok(zone_decode(b.p, b.len, &arena, &z, &why) != 0,
	    "transitions that do not ascend");
	make(&b, "\nXXX-1\n");
	b.p[44 + 10 + 31] = 1;
	ok(zone_decode(b.p, b.len, &arena, &z, &why) != 0, "leap seconds");
	make(&b, "\nXXX-1\n");
	b.p[4] = 0;
	ok(zone_decode(b.p, b.len, &arena, &z, &why) != 0, "version 1");
	buf_release(&b);
}

/* A zone that is only a rule. */
static const struct zone *
rule(const char *text)
{
	struct buf b = { NULL, 0, 0 };
	const struct zone *z;
	const char *why;

	head(&b, 0, 1);
	be(&b, 0, 6);
	be(&b, 0, 4);
	head(&b, 0, 1);
	be(&b, 0, 6);
	be(&b, 0, 4);
	buf_adds(&b, "\n");
	buf_adds(&b, text);
	buf_adds(&b, "\n");
	zone_decode(b.p, b.len, &arena, &z, &why);
	buf_release(&b);
	return z;
}

static int64_t
at(const char *text)
{
	int64_t t;

	if (clock_parse(text, strlen(text), &t) != 0)
		abort();
	return t;
}

static const struct {
	const char *rule, *time;
	int east;		/* minutes */
} rules[] = {
	{ "CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29T00:59:59Z", 60 },
	{ "CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29T01:00:00Z", 120 },
	{ "CET-1CEST,M3.5.0,M10.5.0/3", "2026-10-25T00:59:59Z", 120 },
	{ "CET-1CEST,M3.5.0,M10.5.0/3", "2026-10-25T01:00:00Z", 60 },
	{ "CET-1CEST,M3.5.0,M10.5.0/3", "2400-07-01T00:00:00Z", 120 },
	{ "EST5EDT,M3.2.0,M11.1.0", "2028-03-12T06:59:59Z", -300 },
	{ "EST5EDT,M3.2.0,M11.1.0", "2028-03-12T07:00:00Z", -240 },
	{ "EST5EDT,M3.2.0,M11.1.0", "2028-11-05T06:00:00Z", -300 },
	/* South of the equator the year begins in summer. */
	{ "AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-01-01T00:00:00Z", 660 },
	{ "AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-04-04T15:59:59Z", 660 },
	{ "AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-04-04T16:00:00Z", 600 },
	{ "AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-10-03T16:00:00Z", 660 },
	/* Half an hour, names in brackets, hours in front of midnight. */
	{ "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2026-01-01T00:00:00Z", 660 },
	{ "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2026-07-01T00:00:00Z", 630 },
	{ "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T00:59:59Z", -120 },
	{ "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T01:00:00Z", -60 },
	{ "IST-2IDT,M3.4.4/26,M10.5.0", "2026-03-26T23:59:59Z", 120 },
	{ "IST-2IDT,M3.4.4/26,M10.5.0", "2026-03-27T00:00:00Z", 180 },
	/* Days of the year. */
	{ "XXX3EDT4,0/0,J365/23", "2026-01-01T03:00:00Z", -240 },
	{ "XXX3EDT4,0/0,J365/23", "2026-07-01T00:00:00Z", -240 },
	{ "AAA0BBB,J60/0,J61/0", "2028-03-01T00:00:00Z", 60 },
	{ "AAA0BBB,59/0,60/0", "2028-02-29T00:00:00Z", 60 },
	{ "AAA0BBB,J60/0,J61/0", "2028-02-29T12:00:00Z", 0 },
	{ "<+0545>-5:45", "2026-03-01T00:00:00Z", 345 },
	{ "XXX-1:02:03", "1960-03-01T00:00:00Z", 62 }
};

static const char *const no_rule[] = { "CE-1", "CET", "CET-25", "CET-1CEST",
    "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M1.1.1",
    "CET-1CEST,M3.5.7,M1.1.1", "CET-1CEST,J0,J1", "CET-1CEST,366,1", "<+01-1",
    "CET-1CEST,M3.5.0,M10.5.0/168", "CET-1CEST,M3.5.0,M10.5.0x", "CET-1:60" };

static void
test_rules(void)
{
	size_t i;

	for (i = 0; i < sizeof rules / sizeof rules[0]; i++)
		is_int(zone_offset(rule(rules[i].rule), at(rules[i].time)) /
		    CLOCK_SECOND / 60, rules[i].east, "%s at %s",
		    rules[i].rule, rules[i].time);
	for (i = 0; i < sizeof no_rule / sizeof no_rule[0]; i++)
		ok(rule(no_rule[i]) == NULL, "no rule: %s", no_rule[i]);
}

static const char *
text(int64_t t)
{
	static char out[CLOCK_TEXT];

	clock_format(t, out);
	strcpy(out + 19, "Z");
	return out;
}

/* From what clocks show to times; and days. */
static void
test_clocks(void)
{
	const struct zone *berlin = rule("CET-1CEST,M3.5.0,M10.5.0/3");
	/* Cuba: 0:00 becomes 1:00, and 1:00 becomes 0:00. */
	const struct zone *havana = rule("CST5CDT,M3.2.0/0,M11.1.0/1");
	/* Once in Brazil: 24:00 becomes 23:00 of the same day. */
	const struct zone *brazil = rule("<-03>3<-02>,M10.3.0/0,M2.3.0/0");

	is_str(text(zone_time(berlin, at("2026-03-29T02:30:00Z"))),
	    "2026-03-29T01:30:00Z", "an hour that is left out");
	is_str(text(zone_time(berlin, at("2026-10-25T02:30:00Z"))),
	    "2026-10-25T00:30:00Z", "one that comes twice is the first");
	is_str(text(zone_time(havana, at("2026-03-08T00:00:00Z"))),
	    "2026-03-08T05:00:00Z", "a midnight that is left out");
	is_str(text(zone_time(havana, at("2026-11-01T00:00:00Z"))),
	    "2026-11-01T04:00:00Z", "one that comes twice");
	is_str(text(zone_time(brazil, at("2026-02-15T00:00:00Z"))),
	    "2026-02-15T03:00:00Z", "a day of 25 hours ends when it is over");
	is_str(text(zone_next_day(berlin, at("2026-03-28T23:00:00Z"))),
	    "2026-03-29T22:00:00Z", "a day of 23 hours");
	is_str(text(zone_next_day(berlin, at("2026-10-24T22:00:00Z"))),
	    "2026-10-25T23:00:00Z", "a day of 25 hours");
	is_str(text(zone_next_day(havana, at("2026-03-08T05:00:00Z"))),
	    "2026-03-09T04:00:00Z", "a day without its midnight");
	is_str(text(zone_next_day(NULL, at("1969-12-31T12:00:00Z"))),
	    "1970-01-01T00:00:00Z", "UTC, before 1970");
	is_str(text(zone_shown(berlin, at("2026-06-30T23:00:00Z"))),
	    "2026-07-01T01:00:00Z", "what clocks show");
}

static void
test_names(void)
{
	static const char *const bad[] = { "", "IST", "+5:30", "/etc/passwd",
	    "../passwd", "Europe/Berlin.", "+15:00", "Europe\\Berlin" };
	const struct zone *z;
	const char *why;
	size_t i;

	ok(zone_get("UTC", &arena, &z, &why) == 0 && z == NULL, "UTC");
	ok(zone_get("-03:30", &arena, &z, &why) == 0 &&
	    seconds(z, 0) == -12600, "a difference");
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ok(zone_get(bad[i], &arena, &z, &why) != 0, "not '%s'", bad[i]);
	zone_get("Europe/Nowhere", &arena, &z, &why);
	is_str(why, "there is no such zone in /usr/share/zoneinfo",
	    "a zone that is not there");
	if (zone_get("Europe/Berlin", &arena, &z, &why) != 0)
		return;
	is_int(seconds(z, 1751328000), 7200, "Berlin in summer");
	is_int(seconds(z, 1767225600), 3600, "in winter");
	is_int(seconds(z, 4086115200), 7200, "in 2099");
	is_int(seconds(z, -2524521600), 3208, "in 1890");
}

int
main(void)
{
	test_file();
	test_rules();
	test_clocks();
	test_names();
	arena_release(&arena);
	return done_testing();
}
