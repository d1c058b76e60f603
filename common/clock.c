#include "common/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/die.h"

int64_t
clock_now(void)
{
	struct timespec ts;
	const char *fixed;
	int64_t t;

	fixed = getenv("LOYA_NOW");
	if (fixed != NULL && *fixed != '\0') {
		if (clock_parse(fixed, strlen(fixed), &t) != 0)
			die(E_CONF, "LOYA_NOW: '%s' is not a time", fixed);
		return t;
	}
	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec * CLOCK_SECOND + ts.tv_nsec / 1000;
}

int64_t
clock_since(int64_t at, int64_t from)
{
	int64_t d;

	return !__builtin_sub_overflow(at, from, &d) ? d :
	    at < from ? INT64_MIN : INT64_MAX;
}

int64_t
clock_mono(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * CLOCK_SECOND + ts.tv_nsec / 1000;
}

/* Convert a day number to a date, by Howard Hinnant's civil_from_days. */
static void
civil(int64_t days, int *year, int *month, int *day)
{
	int64_t era, doe, yoe, doy, mp;

	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	doe = days - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	*day = (int)(doy - (153 * mp + 2) / 5 + 1);
	*month = (int)(mp < 10 ? mp + 3 : mp - 9);
	*year = (int)(yoe + era * 400 + (*month <= 2));
}

int
clock_days(int year, int month, int day, int64_t *days)
{
	static const int len[] =
	    { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int leap, max;
	int64_t y, era, yoe, doy, doe;

	if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1)
		return -1;
	leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	max = len[month - 1] + (month == 2 && leap);
	if (day > max)
		return -1;
	y = year - (month <= 2);
	era = y / 400;
	yoe = y - era * 400;
	doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
	*days = era * 146097 + doe - 719468;
	return 0;
}

/* n decimal digits, most significant first. */
static void
digits(char *p, int64_t v, int n)
{
	for (; n > 0; n--) {
		p[n - 1] = (char)('0' + v % 10);
		v /= 10;
	}
}

/* 0000-01-01T00:00:00Z, and 10000-01-01T00:00:00Z. */
#define FIRST (INT64_C(-719528) * 86400 * CLOCK_SECOND)
#define BEYOND (INT64_C(2932897) * 86400 * CLOCK_SECOND)

static int64_t
limited(int64_t t)
{
	return t < FIRST ? FIRST : t >= BEYOND ? BEYOND - 1 : t;
}

char *
clock_format(int64_t t, char out[CLOCK_TEXT])
{
	int64_t days, us;
	int y, m, d;

	t = limited(t);
	days = t / (86400 * CLOCK_SECOND);
	us = t % (86400 * CLOCK_SECOND);
	if (us < 0) {
		us += 86400 * CLOCK_SECOND;
		days--;
	}
	civil(days, &y, &m, &d);
	memcpy(out, "0000-00-00T00:00:00.000000Z", CLOCK_TEXT);
	digits(out, y, 4);
	digits(out + 5, m, 2);
	digits(out + 8, d, 2);
	digits(out + 20, us % CLOCK_SECOND, 6);
	us /= CLOCK_SECOND;
	digits(out + 11, us / 3600, 2);
	digits(out + 14, us / 60 % 60, 2);
	digits(out + 17, us % 60, 2);
	return out;
}

char *
clock_http(int64_t t, char out[CLOCK_HTTP])
{
	static const char week[] = "SatSunMonTueWedThuFri",
	    year[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char text[CLOCK_TEXT];
	int64_t day, month;

	clock_format(t, text);
	/* The first day is a Saturday. */
	day = (limited(t) - FIRST) / (86400 * CLOCK_SECOND) % 7;
	month = (text[5] - '0') * 10 + text[6] - '1';
	snprintf(out, CLOCK_HTTP, "%.3s, %.2s %.3s %.4s %.8s GMT",
	    week + 3 * day, text + 8, year + 3 * month, text, text + 11);
	return out;
}

/* Take n digits from *s; -1 when they are not all there. */
static int
take(const char **s, const char *end, int n)
{
	int v = 0;

	if (end - *s < n)
		return -1;
	for (; n > 0; n--, (*s)++) {
		if (**s < '0' || **s > '9')
			return -1;
		v = v * 10 + (**s - '0');
	}
	return v;
}

static int
skip(const char **s, const char *end, char c)
{
	if (*s == end || **s != c)
		return 0;
	(*s)++;
	return 1;
}

/* A fraction of a second, cut (not rounded) to microseconds. */
static int
fraction(const char **s, const char *end, int64_t *us)
{
	int64_t scale = 100000;
	const char *start = *s;

	for (; *s < end && **s >= '0' && **s <= '9'; (*s)++) {
		*us += (**s - '0') * scale;
		scale /= 10;
	}
	return *s > start ? 0 : -1;
}

/* Z, +hh:mm, +hhmm, +hh, or nothing; *off in minutes. */
static int
zone(const char **s, const char *end, int *off)
{
	int sign, h, m = 0;

	*off = 0;
	if (*s == end || skip(s, end, 'Z') || skip(s, end, 'z'))
		return *s == end ? 0 : -1;
	if (**s != '+' && **s != '-')
		return -1;
	sign = *(*s)++ == '-' ? -1 : 1;
	h = take(s, end, 2);
	if (*s < end) {
		skip(s, end, ':');
		m = take(s, end, 2);
	}
	if (h < 0 || h > 23 || m < 0 || m > 59 || *s != end)
		return -1;
	*off = sign * (h * 60 + m);
	return 0;
}

static int
date(const char **s, const char *end, int64_t *days)
{
	int y, m, d;

	y = take(s, end, 4);
	if (!skip(s, end, '-'))
		return -1;
	m = take(s, end, 2);
	if (!skip(s, end, '-'))
		return -1;
	d = take(s, end, 2);
	return y < 1900 ? -1 : clock_days(y, m, d, days);
}

static int
time_of_day(const char **s, const char *end, int64_t *us)
{
	int h, m, sec = 0;

	h = take(s, end, 2);
	if (!skip(s, end, ':'))
		return -1;
	m = take(s, end, 2);
	if (skip(s, end, ':'))
		sec = take(s, end, 2);
	/* 60 is a leap second, which lands on the next minute. */
	if (h < 0 || h > 23 || m < 0 || m > 59 || sec < 0 || sec > 60)
		return -1;
	*us = ((h * 60 + m) * 60 + sec) * CLOCK_SECOND;
	return skip(s, end, '.') ? fraction(s, end, us) : 0;
}

int
clock_parse(const char *s, size_t len, int64_t *t)
{
	const char *end = s + len;
	int64_t days, us = 0;
	int off = 0;

	*t = 0;
	if (date(&s, end, &days) != 0)
		return E_DATA;
	if (s < end) {
		if (!skip(&s, end, 'T') && !skip(&s, end, 't') &&
		    !skip(&s, end, ' '))
			return E_DATA;
		if (time_of_day(&s, end, &us) != 0 || zone(&s, end, &off) != 0)
			return E_DATA;
	}
	*t = (days * 24 * 60 - off) * 60 * CLOCK_SECOND + us;
	return 0;
}
