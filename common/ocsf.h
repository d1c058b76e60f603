/*
 * Rows of the record in the Open Cybersecurity Schema Framework, version
 * 1.9.0-dev: Entity Management (class 3004) if a member was changed, Base Event
 * (class 0) for everything else.
 */
#ifndef COMMON_OCSF_H
#define COMMON_OCSF_H

#include <stddef.h>
#include <stdint.h>

#include "common/jsonw.h"

struct ocsf_event {
	int64_t seq, at;
	const char *kind;	/* of the row */
	const char *source;	/* or NULL */
	const char *event_id;	/* or NULL */
	int64_t inbox;		/* 0: none */
	const char *member;	/* its id, or NULL */
	const char *actor;
	const char *why;	/* or NULL */
	int failed;		/* it records a refusal or failure */
	const char *message;
	size_t message_len;
	const char *detail;	/* JSON; NULL: erased */
	size_t detail_len;
};

/* Write one object; the caller ends the line. */
void ocsf_write(struct jsonw *, const struct ocsf_event *);

#endif
