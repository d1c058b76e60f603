/*
 * One received event, as it stands in the inbox.  Plain data.
 */
#ifndef COMMON_ROW_H
#define COMMON_ROW_H

#include <stddef.h>
#include <stdint.h>

struct row {
	int64_t seq;		/* its place in the order of receipt; from 1 */
	const char *source;	/* name of a source, or "local" */
	const char *event_id;
	int64_t received_at;	/* microseconds */
	const char *content_type;	/* media type as it came */
	const char *head;	/* JSON object of what was not in the body:
				 * CloudEvents attributes in binary mode, the
				 * headers that the source keeps; or NULL */
	const char *body;	/* exact bytes */
	size_t len;
};

/* Content types that loya itself tells apart. */
#define ROW_CLOUDEVENT "application/cloudevents+json"

#endif
