/*
 * What the parts of zone share.  Nobody else includes this.
 */
#ifndef COMMON_ZONE_INNER_H
#define COMMON_ZONE_INNER_H

#include "common/zone.h"

/* When in a year clocks change (POSIX TZ): day n of the year from 0, the same
 * from 1 without counting 29 February, or day d of week w of month m. */
struct zone_date {
	char kind;		/* '0', 'J', 'M' */
	int m, w, d;		/* for the first two, the day is d */
	int64_t time;		/* seconds from midnight, may be negative */
};

/* The rule that holds after the last transition: the footer. */
struct zone_rule {
	int64_t standard, summer;	/* seconds east of UTC */
	int has_summer;
	struct zone_date begin, end;
};

struct zone {
	int64_t *at;		/* transitions, in seconds since 1970 */
	int64_t *offset;	/* seconds east of UTC from each of them on */
	size_t n;
	int64_t before;		/* the same before the first one */
	struct zone_rule rule;	/* after the last one */
	int has_rule;
};

/* zone_rule.c: read a footer of n bytes, 0 or -1; the offset at t. */
int zone_rule_read(struct zone_rule *, const char *, size_t n);
int64_t zone_rule_offset(const struct zone_rule *, int64_t t);

#endif
