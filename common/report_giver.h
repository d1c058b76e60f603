/*
 * The row of the record that gave a field its value, and the event or whatever
 * else caused it.  For report_why_at.c (a past time) and report_why.c (now).
 */
#ifndef COMMON_REPORT_GIVER_H
#define COMMON_REPORT_GIVER_H

#include "common/report_part.h"
#include "common/slots.h"

struct jsonw;

struct report_giver {
	int64_t seq, at, inbox;
	int64_t received_at;	/* its event; 0: the inbox file does not say,
				 * or was not asked */
	const char *kind, *source, *event_id, *actor;
	/* From its detail; NULL: not there. */
	const char *external_id, *time, *why, *snapshot;
};

/* The rows got so far: one row may have given a thousand fields, in a detail of
 * megabytes.  Zero-initialise, get, release. */
struct report_givers {
	struct slots row;	/* struct report_giver, by seq */
	struct arena arena;
};

/* Get row seq, its strings in the givers' arena; report_giver_receipt() then
 * asks the inbox file when its event was received: 0, <0. */
int report_giver_get(const struct report *, int64_t seq,
    struct report_givers *, struct report_giver *, struct err *);
int report_giver_receipt(const struct report *, struct report_giver *,
    struct err *);
void report_givers_release(struct report_givers *);

/* What happened: "of event h2 of hr about E1", "the authority was changed by
 * user:ops". */
void report_giver_cause(struct buf *, const struct report_giver *);

/* The members of a JSON object that are the same wherever it is shown. */
void report_giver_json(struct jsonw *, const struct report_giver *);

#endif
