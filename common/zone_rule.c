/* The rule of a zone for all times to come, as POSIX writes TZ (RFC 9636 3.3):
 * "CET-1CEST,M3.5.0,M10.5.0/3". */
#include "common/zone_inner.h"

#include <string.h>

#include "common/clock.h"

enum { DAY = 86400, HOUR = 3600 };

/* What is left of the text. */
struct text {
	const char *s, *end;
};

static int
next(const struct text *t)
{
	return t->s < t->end ? (unsigned char)*t->s : -1;
}

static int
is(struct text *t, int c)
{
	if (next(t) != c)
		return 0;
	t->s++;
	return 1;
}

/* Digits within bounds: the number, or -1. */
static int
number(struct text *t, int low, int high)
{
	int v = 0, c, n = 0;

	for (; (c = next(t)) >= '0' && c <= '9' && n < 4; n++, t->s++)
		v = v * 10 + c - '0';
	return n == 0 || v < low || v > high ? -1 : v;
}

/* A name: letters, or anything in <>. */
static int
name(struct text *t)
{
	const char *from = t->s;
	int c;

	if (is(t, '<')) {
		while ((c = next(t)) != -1 && c != '>')
			t->s++;
		return is(t, '>');
	}
	while (((c = next(t)) >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
		t->s++;
	return t->s - from >= 3;
}

/* [+-]hh[:mm[:ss]] in seconds; 0, or -1. */
static int
hours(struct text *t, int most, int64_t *out)
{
	int sign = is(t, '-') ? -1 : 1, h, m = 0, s = 0;

	if (sign == 1)
		is(t, '+');
	if ((h = number(t, 0, most)) < 0)
		return -1;
	if (is(t, ':')) {
		if ((m = number(t, 0, 59)) < 0)
			return -1;
		if (is(t, ':') && (s = number(t, 0, 59)) < 0)
			return -1;
	}
	*out = (int64_t)sign * (h * HOUR + m * 60 + s);
	return 0;
}

/* ",M3.5.0/2" */
static int
date(struct text *t, struct zone_date *d)
{
	if (!is(t, ','))
		return -1;
	d->time = 2 * HOUR;
	if (is(t, 'M')) {
		d->kind = 'M';
		if ((d->m = number(t, 1, 12)) < 0 || !is(t, '.') ||
		    (d->w = number(t, 1, 5)) < 0 || !is(t, '.') ||
		    (d->d = number(t, 0, 6)) < 0)
			return -1;
	} else {
		d->kind = is(t, 'J') ? 'J' : '0';
		if ((d->d = number(t, d->kind == 'J', 365)) < 0)
			return -1;
	}
	return is(t, '/') ? hours(t, 167, &d->time) : 0;
}

int
zone_rule_read(struct zone_rule *r, const char *s, size_t n)
{
	struct text t = { s, s + n };
	int64_t west;

	memset(r, 0, sizeof *r);
	if (!name(&t) || hours(&t, 24, &west) != 0)
		return -1;
	r->standard = -west;
	if (t.s == t.end)
		return 0;
	r->has_summer = 1;
	r->summer = r->standard + HOUR;
	if (!name(&t))
		return -1;
	if (next(&t) != ',' && next(&t) != -1) {
		if (hours(&t, 24, &west) != 0)
			return -1;
		r->summer = -west;
	}
	if (date(&t, &r->begin) != 0 || date(&t, &r->end) != 0)
		return -1;
	return t.s == t.end ? 0 : -1;
}

/* The first day of a year, as days since 1970. */
static int64_t
first(int64_t year)
{
	int64_t y = year - 1;

	return (year - 1970) * 365 + (y / 4 - y / 100 + y / 400) -
	    (1969 / 4 - 1969 / 100 + 1969 / 400);
}

static int
leap(int64_t y)
{
	return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
}

/* "M": day d of week w, of which the fifth is the last, of month m. */
static int64_t
weekday(const struct zone_date *d, int64_t year)
{
	static const int begin[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243,
	    273, 304, 334, 365 };
	int64_t month, days;
	int first_of, at;

	month = first(year) + begin[d->m - 1] + (d->m > 2 && leap(year));
	days = begin[d->m] - begin[d->m - 1] + (d->m == 2 && leap(year));
	/* 1970-01-01 was a Thursday. */
	first_of = (int)(((month + 4) % 7 + 7) % 7);
	at = (d->d - first_of + 7) % 7 + 7 * (d->w - 1);
	return month + (at >= days ? at - 7 : at);
}

/* When that is in a year, in local time before the change. */
static int64_t
moment(const struct zone_date *d, int64_t year)
{
	int64_t day;

	if (d->kind == 'M')
		day = weekday(d, year);
	else if (d->kind == 'J')
		day = first(year) + d->d - 1 + (d->d > 59 && leap(year));
	else
		day = first(year) + d->d;
	return day * DAY + d->time;
}

int64_t
zone_rule_offset(const struct zone_rule *r, int64_t t)
{
	int64_t year, begin, end, day;

	/* Outside the years of clock.h there is no summer time. */
	if (!r->has_summer || t < -INT64_C(62135596800) ||
	    t > INT64_C(253402300799))
		return r->standard;
	day = t + r->standard;
	day = day / DAY - (day % DAY < 0);
	year = 1970 + day / 366;
	while (first(year + 1) <= day)
		year++;
	while (first(year) > day)
		year--;
	begin = moment(&r->begin, year) - r->standard;
	end = moment(&r->end, year) - r->summer;
	if (begin < end)
		return begin <= t && t < end ? r->summer : r->standard;
	return end <= t && t < begin ? r->standard : r->summer;
}
