/*
 * What loya says happened, as a CloudEvent (loya-event(5)): the line that
 * loya-apply prints, and the same text again when it is delivered.
 */
#ifndef COMMON_NOTICE_H
#define COMMON_NOTICE_H

#include <stddef.h>
#include <stdint.h>

#include "common/jsonw.h"

/* A mark of the member's claims may stand last in detail: it is for the record
 * alone, and left out here. */
#define NOTICE_MARK "claims"

struct notice {
	const char *id;
	const char *type;	/* "loya.member.enrolled" */
	const char *member;	/* id, or NULL */
	int64_t at;
	/* The event that caused it; seq 0: loya by itself. */
	const char *source, *event_id;
	int64_t seq;
	const char *data;	/* JSON */
	size_t len;
};

/* Write it as an object. */
void notice_write(struct jsonw *, const struct notice *);

/* Whether events of this type are delivered: those that loya-apply prints.  One
 * that no row of the record stands behind is printed only, but is of a type
 * that others are delivered of. */
int notice_delivered(const char *type);

/* "loya." and kind (of a row of the record) into out, cut to size, which is
 * more than 5. */
char *notice_type(const char *kind, char *out, size_t size);

#endif
