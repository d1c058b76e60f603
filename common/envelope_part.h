/*
 * Shared by the files of the envelope (envelope*.c).  Nobody else includes
 * this.
 */
#ifndef COMMON_ENVELOPE_PART_H
#define COMMON_ENVELOPE_PART_H

#include <stddef.h>

#include "common/envelope.h"
#include "common/json.h"
#include "common/place.h"

struct envelope {
	const struct source *s;
	const struct http_request *r;
	struct arena *a;
	struct problem *p;
	struct row *row;
	size_t n;
	int slices;		/* the rows are elements of one body */
	struct scene *whole;	/* that body, once an id has needed it */
};

/* Fill the problem; always E_DATA. */
int envelope_refuse(struct envelope *, int status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Parse strictly; on failure 400 with line, column and reason. */
int envelope_parse(struct envelope *, struct json *, const char *, size_t);

/* Make n rows, complete but for head, body and id; 413 if there are too
 * many. */
int envelope_make(struct envelope *, size_t n, const char *content_type);

/* Make row.head: the kept headers, after the n attributes of a binary
 * CloudEvent.  NULL if there are none. */
struct envelope_attribute {
	const char *name, *value;
	size_t len;
};

const char *envelope_head(struct envelope *,
    const struct envelope_attribute *, size_t n);

/* Give row i its id: its own, else fallback, else a new one. */
void envelope_id(struct envelope *, size_t i, const char *fallback);

/* 401 if receive.organization is set and a row does not match it. */
int envelope_organization(struct envelope *, const struct row *);

/* CloudEvents: one whole event; several; attributes in headers.  binary makes
 * the head and the id of the one row, whose body is there already. */
int envelope_structured(struct envelope *);
int envelope_batch(struct envelope *);
int envelope_is_binary(const struct http_request *);
int envelope_binary(struct envelope *, const char **head, const char **id);

#endif
