/*
 * How fast it went, by source, day and stage: computed once, shown by the verb
 * latency and by report.  Zero-initialise, collect, release.
 */
#ifndef COMMON_REPORT_LATENCY_H
#define COMMON_REPORT_LATENCY_H

#include "common/clock.h"
#include "common/report_part.h"

/* From the source's time to receipt, from there to the record, from there to
 * delivery (source: the target). */
enum stage { STAGE_RECEIVED, STAGE_APPLIED, STAGE_DELIVERED, STAGES };

extern const char *const report_stage_name[STAGES];

enum { LATENCY_SLOWEST = 3, LATENCY_BLOCK = 4096 };

#define LATENCY_DAY (INT64_C(86400) * CLOCK_SECOND)

struct latency_group {
	const char *source;
	int64_t day;		/* since 1970, UTC, of the row of the record */
	enum stage stage;
	int64_t *us;		/* one each; sorted once collecting is done */
	size_t n, cap;
	struct {
		int64_t us, seq;	/* row of the record */
	} slow[LATENCY_SLOWEST];
	size_t nslow;
};

struct latency {
	struct latency_group *group;
	size_t n, cap;
	struct arena arena;
	struct latency_cursor {
		struct stmt *st;	/* is at row seq; NULL: not begun */
		int64_t seq;
	} inbox, made;		/* events; audit rows that deliveries are of */
	struct latency_block {
		int is_read;
		unsigned char again[LATENCY_BLOCK / 8];
	} *block;		/* of event, by seq */
	size_t nblock;
	int64_t last;		/* of event */
};

/* Collect for the source and time range of r; rows that had to wait for
 * something other than loya are left out.  Groups are ordered by source, day
 * and stage. */
int report_latency_collect(const struct report *, struct latency *,
    struct err *);
void report_latency_release(struct latency *);

#endif
