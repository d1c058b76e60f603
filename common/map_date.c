#include "common/map_date.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/zone.h"

enum { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, PARTS };

static const struct {
	const char *name;
	size_t len;
} part[PARTS] = {
	{ "YYYY", 4 }, { "MM", 2 }, { "DD", 2 }, { "HH", 2 }, { "mm", 2 },
	{ "ss", 2 }
};

/* The part with which a format continues; PARTS for a literal character. */
static int
part_at(const char *format)
{
	int i;

	for (i = 0; i < PARTS; i++)
		if (strncmp(format, part[i].name, part[i].len) == 0)
			break;
	return i;
}

const char *
map_date_format_fault(const char *format)
{
	int seen[PARTS] = { 0 }, i;
	const char *p;

	for (p = format; *p != '\0'; ) {
		i = part_at(p);
		if (i == PARTS) {
			if (strchr("YMDHms", *p) != NULL)
				return "not made of YYYY MM DD HH mm ss and "
				    "separators";
			p++;
		} else {
			if (seen[i]++)
				return "names a part twice";
			p += part[i].len;
		}
	}
	if (!seen[YEAR] || !seen[MONTH] || !seen[DAY])
		return "has no YYYY, MM or DD";
	return NULL;
}

static int
digits(const char *s, size_t n)
{
	int v = 0;

	for (; n > 0; n--, s++) {
		if (*s < '0' || *s > '9')
			return -1;
		v = v * 10 + (*s - '0');
	}
	return v;
}

static int
by_format(const char *s, size_t len, const char *format, int64_t *t)
{
	int v[PARTS] = { 0 }, i;
	const char *end = s + len;
	int64_t days;

	while (*format != '\0') {
		i = part_at(format);
		if (i == PARTS) {
			if (s == end || *s++ != *format++)
				return -1;
			continue;
		}
		if ((size_t)(end - s) < part[i].len ||
		    (v[i] = digits(s, part[i].len)) < 0)
			return -1;
		s += part[i].len;
		format += part[i].len;
	}
	if (s != end || v[YEAR] < 1900 || v[HOUR] > 23 || v[MINUTE] > 59 ||
	    v[SECOND] > 60 ||
	    clock_days(v[YEAR], v[MONTH], v[DAY], &days) != 0)
		return -1;
	*t = (((days * 24 + v[HOUR]) * 60 + v[MINUTE]) * 60 + v[SECOND]) *
	    CLOCK_SECOND;
	return 0;
}

/* /Date(1767225600000)/ and /Date(1767225600000+0000)/: OData version 2. The
 * offset only says how to show it. */
static int
odata(const char *s, size_t len, int64_t *t)
{
	const char *p = s + 6, *end = s + len;
	int64_t v = 0;
	int neg;

	if (len < 9 || memcmp(s, "/Date(", 6) != 0 ||
	    memcmp(end - 2, ")/", 2) != 0)
		return -1;
	neg = *p == '-';
	p += neg;
	if (*p < '0' || *p > '9')
		return -1;
	for (; *p >= '0' && *p <= '9'; p++) {
		if (v > INT64_C(253402300799999) / 10)
			return -1;
		v = v * 10 + (*p - '0');
	}
	if (end - p != 2 && !((*p == '+' || *p == '-') && end - p == 7 &&
	    digits(p + 1, 4) >= 0))
		return -1;
	*t = (neg ? -v : v) * 1000;
	return 0;
}

/* Whether an RFC 3339 text says its zone. */
static int
has_zone(const char *s, size_t len)
{
	size_t i;

	if (len == 0 || s[len - 1] == 'Z' || s[len - 1] == 'z')
		return 1;
	for (i = 11; i < len; i++)
		if (s[i] == '+' || s[i] == '-')
			return 1;
	return 0;
}

/* A date of XML Schema, which may name its zone. */
static int
is_zoned_date(const char *s, size_t len)
{
	int minutes;
	char zone[8];

	if (len == 11)
		return s[10] == 'Z';
	if (len != 16)
		return 0;
	memcpy(zone, s + 10, 6);
	zone[6] = '\0';
	return zone_minutes(zone, &minutes) == 0;
}

int
map_date_read(const char *s, size_t len, const char *format,
    const struct zone *zone, int64_t *t)
{
	*t = 0;
	if (format != NULL) {
		if (by_format(s, len, format, t) != 0)
			return -1;
	} else if (len > 0 && s[0] == '/') {
		return odata(s, len, t);
	} else if (clock_parse(s, len, t) != 0) {
		return -1;
	} else if (has_zone(s, len)) {
		return 0;
	}
	*t = zone_time(zone, *t);
	return 0;
}

int
map_date_read_day(const char *s, size_t len, const char *format, int64_t *t)
{
	if (format != NULL || len <= 10 || s[0] == '/')
		return map_date_read(s, len, format, NULL, t);
	/* The day where it was written. */
	if (!is_zoned_date(s, len) && clock_parse(s, len, t) != 0)
		return -1;
	return clock_parse(s, 10, t);
}

/* Formats that are written as a number, and what surrounds it. */
static const struct {
	const char *name, *form;
	int64_t unit;
} number[] = {
	{ "epoch_s", "%" PRId64, CLOCK_SECOND },
	{ "epoch_ms", "%" PRId64, CLOCK_SECOND / 1000 },
	{ "odata", "/Date(%" PRId64 ")/", CLOCK_SECOND / 1000 }
};

enum { NUMBERS = sizeof number / sizeof number[0] };

static int
number_of(const char *format)
{
	int i;

	for (i = 0; i < NUMBERS; i++)
		if (strcmp(format, number[i].name) == 0)
			break;
	return i;
}

const char *
map_date_write_fault(const char *format)
{
	if (number_of(format) < NUMBERS)
		return NULL;
	if (strlen(format) > MAP_DATE_TEXT / 2)
		return "is too long";
	return map_date_format_fault(format);
}

/* Rounded down, also before 1970. */
static int64_t
whole(int64_t t, int64_t unit)
{
	return t / unit - (t % unit < 0);
}

void
map_date_write(int64_t t, const char *format, const struct zone *zone,
    char *out)
{
	/* The offset of each part in RFC 3339. */
	static const int at[PARTS] = { 0, 5, 8, 11, 14, 17 };
	char text[CLOCK_TEXT];
	int i = number_of(format);

	if (i < NUMBERS) {
		snprintf(out, MAP_DATE_TEXT, number[i].form,
		    whole(t, number[i].unit));
		return;
	}
	clock_format(zone_shown(zone, t), text);
	while (*format != '\0') {
		if ((i = part_at(format)) == PARTS) {
			*out++ = *format++;
			continue;
		}
		memcpy(out, text + at[i], part[i].len);
		out += part[i].len;
		format += part[i].len;
	}
	*out = '\0';
}
