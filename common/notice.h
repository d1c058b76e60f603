/*
 * What loya says happened, as a CloudEvent (loya-event(5)): the line that
 * loya-apply prints, and the same text again when it is delivered.
 */
#ifndef COMMON_NOTICE_H
#define COMMON_NOTICE_H

#include <stddef.h>
#include <stdint.h>

#include "common/jsonw.h"

/* The last member of detail may be a mark of the member's claims: it is only
 * for the record, and left out here. */
#define NOTICE_MARK "claims"

struct notice {
	const char *id;
	const char *type;	/* "loya.member.enrolled" */
	const char *member;	/* id, or NULL */
	int64_t at;
	/* The event that caused it; seq 0: loya itself did. */
	const char *source, *event_id;
	int64_t seq;
	const char *data;	/* JSON */
	size_t len;
};

/* Write the event as an object. */
void notice_write(struct jsonw *, const struct notice *);

/* Whether events of this type, one that loya-apply prints, are delivered.  An
 * event without a row in the record is only printed, although its type may be
 * one of these. */
int notice_delivered(const char *type);

/* "loya." and the kind of an audit row, written to out and cut to size, which
 * is more than 5. */
char *notice_type(const char *kind, char *out, size_t size);

#endif
