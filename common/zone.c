/* Compiled time zones (RFC 9636), and local time by them. */
#include "common/zone_inner.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/clock.h"

#ifndef ZONEINFO
#define ZONEINFO "/usr/share/zoneinfo"
#endif

enum { FILE_MAX = 256 * 1024, HEAD = 44, TYPE = 6, NAME_MAX_LEN = 64,
    TIMES = 10000, TYPES = 256, MORE = 65536 };
static const int64_t day = 86400 * CLOCK_SECOND;

/* The counts of a header, in its order. */
enum { ISUT, ISSTD, LEAP, TIME, TYPE_COUNT, CHARS, COUNTS };

static int64_t
number(const unsigned char *p, int bytes)
{
	uint64_t v = 0;
	int i;

	for (i = 0; i < bytes; i++)
		v = v << 8 | p[i];
	return bytes == 4 ? (int32_t)(uint32_t)v : (int64_t)v;
}

/* Read a header at p: the length of the block after it, whose times have this
 * many bytes; -1. */
static int64_t
head(const unsigned char *p, size_t len, int bytes, int64_t count[COUNTS])
{
	int i;

	if (len < HEAD || memcmp(p, "TZif", 4) != 0 || p[4] < '2')
		return -1;
	for (i = 0; i < COUNTS; i++) {
		count[i] = number(p + 20 + 4 * i, 4);
		if (count[i] < 0 || count[i] > MORE)
			return -1;
	}
	return count[TIME] * (bytes + 1) + count[TYPE_COUNT] * TYPE +
	    count[CHARS] + count[LEAP] * (bytes + 4) + count[ISSTD] +
	    count[ISUT];
}

/* Read the transitions and what each leads to. */
static int
transitions(struct zone *z, const unsigned char *p, const int64_t *count,
    struct arena *a)
{
	const unsigned char *index = p + 8 * count[TIME];
	const unsigned char *type = index + count[TIME], *of;
	size_t i;

	z->n = (size_t)count[TIME];
	z->at = arena_alloc(a, (z->n + 1) * sizeof *z->at);
	z->offset = arena_alloc(a, (z->n + 1) * sizeof *z->offset);
	z->before = number(type, 4);
	for (i = 0; i < z->n; i++) {
		if (index[i] >= count[TYPE_COUNT])
			return -1;
		of = type + TYPE * index[i];
		z->at[i] = number(p + 8 * i, 8);
		z->offset[i] = number(of, 4);
		/* RFC 9636 section 3.2: ascending, and less than 26 hours. */
		if ((i > 0 && z->at[i] <= z->at[i - 1]) ||
		    z->offset[i] <= -90000 || z->offset[i] >= 93600)
			return -1;
	}
	return z->before <= -90000 || z->before >= 93600 ? -1 : 0;
}

/* Read "\nTZ\n" at the end of the file; if it is empty, the last type
 * goes on. */
static int
footer(struct zone *z, const unsigned char *p, size_t len)
{
	const unsigned char *end;

	if (len < 2 || p[0] != '\n' ||
	    (end = memchr(p + 1, '\n', len - 1)) == NULL)
		return -1;
	z->has_rule = end > p + 1;
	return !z->has_rule ? 0 : zone_rule_read(&z->rule,
	    (const char *)p + 1, (size_t)(end - p - 1));
}

int
zone_decode(const void *data, size_t len, struct arena *a,
    const struct zone **out, const char **why)
{
	const unsigned char *p = data;
	int64_t count[COUNTS], n;
	struct zone *z;

	*out = NULL;
	*why = "its file is not one of the zone database (TZif version 2)";
	if ((n = head(p, len, 4, count)) < 0 ||
	    (size_t)n + HEAD > len)
		return -1;
	p += HEAD + n;
	len -= (size_t)n + HEAD;
	if ((n = head(p, len, 8, count)) < 0 || (size_t)n + HEAD > len ||
	    count[TIME] > TIMES || count[TYPE_COUNT] < 1 ||
	    count[TYPE_COUNT] > TYPES)
		return -1;
	if (count[LEAP] > 0) {
		*why = "its file counts leap seconds";
		return -1;
	}
	z = arena_alloc(a, sizeof *z);
	memset(z, 0, sizeof *z);
	if (transitions(z, p + HEAD, count, a) != 0 ||
	    footer(z, p + HEAD + n, len - HEAD - (size_t)n) != 0)
		return -1;
	*out = z;
	*why = NULL;
	return 0;
}

/* Read the whole file of a zone: its length, or -1. */
static ssize_t
slurp(const char *name, unsigned char *out)
{
	char path[sizeof ZONEINFO + NAME_MAX_LEN + 2];
	ssize_t n, len = 0;
	int fd;

	snprintf(path, sizeof path, "%s/%s", ZONEINFO, name);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) < 0)
		return -1;
	while (len < FILE_MAX && (n = read(fd, out + len,
	    (size_t)(FILE_MAX - len))) > 0)
		len += n;
	if (len == FILE_MAX || n < 0)
		len = -1;
	close(fd);
	return len;
}

/* Whether it names a zone of the database, and no other file. */
static int
name_ok(const char *s)
{
	return s[0] != '\0' && s[0] != '/' && strlen(s) <= NAME_MAX_LEN &&
	    strchr(s, '.') == NULL && strspn(s, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-/") == strlen(s);
}

static const struct zone *
fixed(int minutes, struct arena *a)
{
	struct zone *z = arena_alloc(a, sizeof *z);

	memset(z, 0, sizeof *z);
	z->before = minutes * 60;
	return z;
}

int
zone_get(const char *name, struct arena *a, const struct zone **out,
    const char **why)
{
	unsigned char *bytes;
	ssize_t n;
	int minutes, rc;

	*out = NULL;
	*why = "neither UTC nor a difference such as +05:30 nor a name such "
	    "as Europe/Berlin";
	if (zone_minutes(name, &minutes) == 0) {
		*out = minutes == 0 ? NULL : fixed(minutes, a);
		return 0;
	}
	if (!name_ok(name))
		return -1;
	bytes = xmalloc(FILE_MAX);
	if ((n = slurp(name, bytes)) < 0) {
		*why = "there is no such zone in " ZONEINFO;
		rc = -1;
	} else {
		rc = zone_decode(bytes, (size_t)n, a, out, why);
	}
	free(bytes);
	return rc;
}

static int
two(const char *s)
{
	return s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9' ? -1 :
	    (s[0] - '0') * 10 + (s[1] - '0');
}

int
zone_minutes(const char *s, int *minutes)
{
	int h, m;

	*minutes = 0;
	if (strcmp(s, "Z") == 0 || strcmp(s, "UTC") == 0)
		return 0;
	if (strlen(s) != 6 || (s[0] != '+' && s[0] != '-') || s[3] != ':')
		return -1;
	h = two(s + 1);
	m = two(s + 4);
	if (h < 0 || h > 14 || m < 0 || m > 59)
		return -1;
	*minutes = (s[0] == '-' ? -1 : 1) * (h * 60 + m);
	return 0;
}

/* Seconds east of UTC at time t, in seconds. */
static int64_t
offset(const struct zone *z, int64_t t)
{
	size_t low = 0, high = z->n, mid;

	if (z->n > 0 && t >= z->at[z->n - 1])
		return z->has_rule ? zone_rule_offset(&z->rule, t) :
		    z->offset[z->n - 1];
	if (z->n == 0 && z->has_rule)
		return zone_rule_offset(&z->rule, t);
	/* Find the first transition after t. */
	while (low < high) {
		mid = low + (high - low) / 2;
		if (z->at[mid] <= t)
			low = mid + 1;
		else
			high = mid;
	}
	return low == 0 ? z->before : z->offset[low - 1];
}

int64_t
zone_offset(const struct zone *z, int64_t t)
{
	int64_t s = t / CLOCK_SECOND - (t % CLOCK_SECOND < 0);

	return z == NULL ? 0 : offset(z, s) * CLOCK_SECOND;
}

int64_t
zone_shown(const struct zone *z, int64_t t)
{
	return t + zone_offset(z, t);
}

int64_t
zone_time(const struct zone *z, int64_t shown)
{
	int64_t before, after, t;

	if (z == NULL)
		return shown;
	/* No zone is a whole day from UTC, or changes twice within two days. */
	before = zone_offset(z, shown - day);
	after = zone_offset(z, shown + day);
	t = shown - (before > after ? before : after);
	if (zone_shown(z, t) == shown)
		return t;
	t = shown - (before > after ? after : before);
	if (zone_shown(z, t) == shown)
		return t;
	return shown - before;
}

int64_t
zone_next_day(const struct zone *z, int64_t t)
{
	int64_t shown = zone_shown(z, t), rest = shown % day;

	return zone_time(z, shown - (rest < 0 ? rest + day : rest) + day);
}
