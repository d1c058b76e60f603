#include "common/backoff.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/clock.h"

#define DAY (24 * 3600 * CLOCK_SECOND)

int64_t
backoff_delay(int64_t tries, uint64_t spread)
{
	/* Seconds before attempt 2, 3 ... */
	static const int64_t wait[BACKOFF_TRIES] = { 5, 300, 1800, 7200,
	    18000, 36000, 50400, 72000, 86400, -1 };
	uint64_t h = spread + (uint64_t)tries;
	int64_t us;

	if (tries < 1 || tries >= BACKOFF_TRIES)
		return -1;
	/* The finalizer of splitmix64: it spreads neighbours far apart. */
	h = (h + UINT64_C(0x9e3779b97f4a7c15)) * UINT64_C(0xbf58476d1ce4e5b9);
	h = (h ^ (h >> 27)) * UINT64_C(0x94d049bb133111eb);
	h ^= h >> 31;
	us = wait[tries - 1] * CLOCK_SECOND;
	return us + (int64_t)(h % (uint64_t)(us / 10));
}

static int
month_of(const char *s)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	const char *at = strstr(names, s);

	return strlen(s) != 3 || at == NULL || (at - names) % 3 != 0 ? 0 :
	    (int)(at - names) / 3 + 1;
}

/* A year of two digits is the one within fifty years of now. */
static int
full_year(int year, int64_t now)
{
	char text[CLOCK_TEXT];
	int this;

	if (sscanf(clock_format(now, text), "%4d", &this) != 1)
		return year;
	year += this / 100 * 100;
	return year > this + 50 ? year - 100 : year;
}

struct date {
	int year, day, hour, minute, second;
	char month[4];
};

/* In one of the three forms of RFC 9110 section 5.6.7, the old ones last. */
static int
read_date(const char *s, int64_t now, struct date *d)
{
	int n = 0;

	if (sscanf(s, "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT%n",
	    &d->day, d->month, &d->year, &d->hour, &d->minute, &d->second,
	    &n) == 6 && n > 0)
		return s[n] == '\0' ? 0 : -1;
	if (sscanf(s, "%*9[A-Za-z], %2d-%3[A-Za-z]-%2d %2d:%2d:%2d GMT%n",
	    &d->day, d->month, &d->year, &d->hour, &d->minute, &d->second,
	    &n) == 6 && n > 0) {
		d->year = full_year(d->year, now);
		return s[n] == '\0' ? 0 : -1;
	}
	return sscanf(s, "%*3[A-Za-z] %3[A-Za-z] %2d %2d:%2d:%2d %4d%n",
	    d->month, &d->day, &d->hour, &d->minute, &d->second, &d->year,
	    &n) == 6 && n > 0 && s[n] == '\0' ? 0 : -1;
}

int
backoff_date(const char *s, int64_t now, int64_t *t)
{
	struct date d = { 0 };
	int64_t days;

	if (read_date(s, now, &d) != 0 || d.hour < 0 || d.hour > 23 ||
	    d.minute < 0 || d.minute > 59 || d.second < 0 || d.second > 60 ||
	    clock_days(d.year, month_of(d.month), d.day, &days) != 0)
		return -1;
	*t = (days * 86400 + d.hour * 3600 + d.minute * 60 + d.second) *
	    CLOCK_SECOND;
	return 0;
}

int64_t
backoff_after(const char *value, int64_t now)
{
	int64_t t;
	size_t n = strlen(value);

	if (n > 0 && strspn(value, "0123456789") == n) {
		/* It has more digits than a day's seconds. */
		while (*value == '0' && n > 1) {
			value++;
			n--;
		}
		if (n > 5 || sscanf(value, "%" SCNd64, &t) != 1)
			return DAY;
		t *= CLOCK_SECOND;
	} else if (backoff_date(value, now, &t) == 0) {
		t -= now;
	} else {
		return -1;
	}
	return t < 0 ? 0 : t > DAY ? DAY : t;
}
