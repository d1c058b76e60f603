#include "common/when.h"

#include <ctype.h>
#include <string.h>
#include <time.h>

#include "common/clock.h"
#include "common/status.h"

static const struct unit {
	const char *name;
	int64_t seconds;
} units[] = {
	{ "s", 1 }, { "sec", 1 }, { "second", 1 }, { "seconds", 1 },
	{ "m", 60 }, { "min", 60 }, { "minute", 60 }, { "minutes", 60 },
	{ "h", 3600 }, { "hour", 3600 }, { "hours", 3600 },
	{ "d", 86400 }, { "day", 86400 }, { "days", 86400 },
	{ "w", 604800 }, { "week", 604800 }, { "weeks", 604800 },
};

enum { COUNT_DIGITS = 6 };	/* of what is counted back */

/* Local time: the day of t, moved by this many days, at this second of
 * the day. */
static int64_t
local(int64_t t, int days, int second)
{
	time_t s = (time_t)(t / CLOCK_SECOND);
	struct tm tm;

	tzset();
	localtime_r(&s, &tm);
	tm.tm_mday += days;
	tm.tm_hour = second / 3600;
	tm.tm_min = second / 60 % 60;
	tm.tm_sec = second % 60;
	tm.tm_isdst = -1;
	return (int64_t)mktime(&tm) * CLOCK_SECOND;
}

/* "14:30" or "14:30:15"; an empty one is midnight. */
static int
time_of_day(const char *s, int *second)
{
	int part[3] = { 0, 0, 0 }, n = 0;

	*second = 0;
	if (*s == '\0')
		return 0;
	if (*s++ != ' ')
		return E_DATA;
	for (;;) {
		if (!isdigit((unsigned char)s[0]) ||
		    !isdigit((unsigned char)s[1]))
			return E_DATA;
		part[n++] = (s[0] - '0') * 10 + s[1] - '0';
		s += 2;
		if (*s == '\0' && n > 1)
			break;
		if (*s++ != ':' || n == 3)
			return E_DATA;
	}
	if (part[0] > 23 || part[1] > 59 || part[2] > 59)
		return E_DATA;
	*second = (part[0] * 60 + part[1]) * 60 + part[2];
	return 0;
}

static int
day(const char *s, int64_t now, int64_t *t)
{
	int days = 0, second;

	if (strncmp(s, "today", 5) == 0) {
		s += 5;
	} else if (strncmp(s, "yesterday", 9) == 0) {
		s += 9;
		days = -1;
	} else {
		return E_DATA;
	}
	if (time_of_day(s, &second) != 0)
		return E_DATA;
	*t = local(now, days, second);
	return 0;
}

/* "2h", "2 hours ago" */
static int
before(const char *s, int64_t now, int64_t *t)
{
	int64_t n = 0;
	size_t i, len;

	for (i = 0; isdigit((unsigned char)s[i]); i++)
		if (i == COUNT_DIGITS)
			return E_DATA;
		else
			n = n * 10 + s[i] - '0';
	if (i == 0)
		return E_DATA;
	s += i;
	s += *s == ' ';
	len = strcspn(s, " ");
	if (s[len] != '\0' && strcmp(s + len, " ago") != 0)
		return E_DATA;
	for (i = 0; i < sizeof units / sizeof units[0]; i++)
		if (strlen(units[i].name) == len &&
		    strncmp(s, units[i].name, len) == 0) {
			*t = now - n * units[i].seconds * CLOCK_SECOND;
			return 0;
		}
	return E_DATA;
}

/* Whether a time that clock_parse() can read has a zone. */
static int
has_zone(const char *s)
{
	size_t n = strlen(s);

	return n > 10 && (s[n - 1] == 'Z' || s[n - 1] == 'z' ||
	    strpbrk(s + 10, "+-") != NULL);
}

/* Turn a time that was read as UTC into local time. */
static void
relocate(int64_t *t)
{
	time_t s = (time_t)(*t / CLOCK_SECOND), local_s;
	int64_t us = *t % CLOCK_SECOND;
	struct tm tm;

	if (us < 0) {
		us += CLOCK_SECOND;
		s--;
	}
	tzset();
	gmtime_r(&s, &tm);
	tm.tm_isdst = -1;
	local_s = mktime(&tm);
	*t = (int64_t)local_s * CLOCK_SECOND + us;
}

int
when_parse(const char *s, int64_t now, int64_t *t)
{
	*t = 0;
	if (strcmp(s, "now") == 0) {
		*t = now;
		return 0;
	}
	if (clock_parse(s, strlen(s), t) == 0) {
		if (!has_zone(s))
			relocate(t);
		return 0;
	}
	if (day(s, now, t) == 0 || before(s, now, t) == 0)
		return 0;
	*t = 0;
	return E_DATA;
}
