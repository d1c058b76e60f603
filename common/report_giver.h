/*
 * The row of the record that gave a field its value, and the event or whatever
 * else stands behind it.  For report_why_at.c (a time that is over) and
 * report_why.c (now).
 */
#ifndef COMMON_REPORT_GIVER_H
#define COMMON_REPORT_GIVER_H

#include "common/report_part.h"

struct jsonw;

struct report_giver {
	int64_t seq, at, inbox, received_at;
	const char *kind, *source, *event_id, *actor;
	/* Of its detail, NULL: it has none of them. */
	const char *external_id, *time, *why, *snapshot;
};

/* Row seq, its texts in the arena: 0, <0. */
int report_giver_get(const struct report *, int64_t seq, struct arena *,
    struct report_giver *, struct err *);

/* What was done: "of event h2 of hr about E1", "the authority was changed by
 * user:ops". */
void report_giver_cause(struct buf *, const struct report_giver *);

/* The members of an object that are the same wherever it is told. */
void report_giver_json(struct jsonw *, const struct report_giver *);

#endif
