#include "common/change.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"

enum { CORE_MAX = 1024, ATTRIBUTE_MAX = 4096, TAGS_MAX = 65536,
    DIGITS_MAX = 300 };

/* The length of a canonical JSON string's text; every escape is one byte of
 * it (canonical JSON escapes nothing above U+001F but " and \). */
static size_t
text_length(const char *json, size_t len)
{
	size_t i, n = 0;

	for (i = 1; i + 1 < len; i++, n++)
		if (json[i] == '\\')
			i += json[i + 1] == 'u' ? 5 : 1;
	return n;
}

/* The end of the string that begins at s, behind its closing quote. */
static const char *
string_end(const char *s, const char *end)
{
	for (s++; s < end && *s != '"'; s++)
		if (*s == '\\')
			s++;
	return s + 1;
}

/* Compare the bytes between the quotes: negative, 0, positive. */
static int
compare(const char *a, size_t alen, const char *b, size_t blen)
{
	int c;

	c = memcmp(a, b, alen < blen ? alen : blen);
	if (c != 0)
		return c;
	return alen < blen ? -1 : alen > blen;
}

static const char *
tags_fault(const char *json, size_t len)
{
	const char *s, *end = json + len, *last = NULL, *next;
	size_t lastlen = 0, n;

	if (json[0] != '[')
		return "is not a list";
	if (len > TAGS_MAX)
		return "is too long";
	for (s = json + 1; s < end && *s != ']'; s = next) {
		if (*s == ',')
			s++;
		if (*s != '"')
			return "has an element that is not a text";
		next = string_end(s, end);
		n = (size_t)(next - s) - 2;
		if (last != NULL && compare(last, lastlen, s + 1, n) >= 0)
			return "is not sorted, or has an element twice";
		last = s + 1;
		lastlen = n;
	}
	return NULL;
}

/* Check for a date, or with times also a time. */
static const char *
time_fault(const char *json, size_t len, int times)
{
	int64_t t;

	if (json[0] != '"')
		return "is not a text";
	if (clock_parse(json + 1, len - 2, &t) != 0)
		return times ? "is not a time (RFC 3339) or date" :
		    "is not a date (YYYY-MM-DD)";
	if (!times && len != 12)
		return "is not a date (YYYY-MM-DD)";
	return NULL;
}

/* Every reader of a member turns a number into a double, as SQLite does. */
int
field_number_ok(const char *json, size_t len)
{
	char t[ATTRIBUTE_MAX + 1];

	/* Most are short, and short ones are never too large. */
	if (len < DIGITS_MAX && memchr(json, 'e', len) == NULL &&
	    memchr(json, 'E', len) == NULL)
		return 1;
	if (len > ATTRIBUTE_MAX)
		return 0;
	memcpy(t, json, len);
	t[len] = '\0';
	return isfinite(strtod(t, NULL));
}

static const char *
attribute_fault(const char *json, size_t len)
{
	if (json[0] == '[' || json[0] == '{')
		return "is not a single value";
	if (len > ATTRIBUTE_MAX && (json[0] != '"' ||
	    text_length(json, len) > ATTRIBUTE_MAX))
		return "is too long";
	if ((json[0] == '-' || (json[0] >= '0' && json[0] <= '9')) &&
	    !field_number_ok(json, len))
		return "is too large a number to store";
	return NULL;
}

const char *
field_fault(const char *name, const char *json, size_t len)
{
	enum core_field f;

	f = core_field_find(name, strlen(name));
	if (json[0] == 'n')
		return NULL;
	switch (f) {
	case F_CORE:
		return attribute_fault(json, len);
	case F_TAGS:
		return tags_fault(json, len);
	case F_BIRTHDATE:
	case F_ENROLLED_AT:
	case F_ENDED_AT:
		return time_fault(json, len, f != F_BIRTHDATE);
	case F_ADDRESS:
		if (json[0] == '{')
			return len > ATTRIBUTE_MAX ? "is too long" : NULL;
		break;
	default:
		break;
	}
	if (json[0] != '"')
		return f == F_ADDRESS ? "is neither an object nor a text" :
		    "is not a text";
	if (f == F_STATUS && member_status_find(json + 1, len - 2) < 0)
		return "is not pending, active, suspended or closed";
	if (len - 2 > CORE_MAX && text_length(json, len) > CORE_MAX)
		return "is too long";
	return NULL;
}
