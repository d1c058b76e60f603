/*
 * The row of the record that gave a field its value, and the event or whatever
 * else caused it.  For report_why_at.c (a past time) and report_why.c (now).
 */
#ifndef COMMON_REPORT_GIVER_H
#define COMMON_REPORT_GIVER_H

#include "common/report_part.h"

struct jsonw;

struct report_giver {
	int64_t seq, at, inbox, received_at;
	const char *kind, *source, *event_id, *actor;
	/* From its detail; NULL: not there. */
	const char *external_id, *time, *why, *snapshot;
};

/* Get row seq, its strings in the arena: 0, <0. */
int report_giver_get(const struct report *, int64_t seq, struct arena *,
    struct report_giver *, struct err *);

/* What happened: "of event h2 of hr about E1", "the authority was changed by
 * user:ops". */
void report_giver_cause(struct buf *, const struct report_giver *);

/* The members of a JSON object that are the same wherever it is shown. */
void report_giver_json(struct jsonw *, const struct report_giver *);

#endif
