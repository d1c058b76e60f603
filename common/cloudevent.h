/*
 * CloudEvents 1.0: which attributes an event may have, and how HTTP headers
 * carry them.  Pure rules, for the envelope and for lines.
 */
#ifndef COMMON_CLOUDEVENT_H
#define COMMON_CLOUDEVENT_H

#include <stddef.h>

#include "common/arena.h"
#include "common/json.h"
#include "common/status.h"

/* The attributes that every event must have. */
enum cloudevent_required { CE_ID, CE_SOURCE, CE_TYPE, CE_SPECVERSION,
    CE_REQUIRED };

const char *cloudevent_required_name(enum cloudevent_required);	/* "id" ... */

/* The required attributes of an event; NULL: not there yet. */
struct cloudevent {
	const char *text[CE_REQUIRED];
};

/* Note an attribute if it is required. */
void cloudevent_note(struct cloudevent *, const char *name, const char *text);

/* 0, or E_DATA: one is missing. */
int cloudevent_complete(const struct cloudevent *, struct err *);

/* Judge value t as an event in the JSON format, except for its data: 0 and its
 * required attributes, which are in the arena; or E_DATA. */
int cloudevent_judge(const struct json *, uint32_t t, struct arena *,
    struct cloudevent *, struct err *);

/* Whether it may have the data that it has: data and data_base64 exclude each
 * other, and data that is not JSON is a string (JSON format 3.1).  0, or
 * E_DATA. */
int cloudevent_payload(const struct json *, uint32_t t, struct arena *,
    struct err *);

/* Whether the specification gives the attribute a type that JSON represents as
 * a string; extensions may also be integers and booleans. */
int cloudevent_is_string(const char *name);

/* Whether a name is valid: lower-case letters and digits, and not "data". */
int cloudevent_name_ok(const char *, size_t);

/* Whether a text is of type String: UTF-8 without control characters and
 * noncharacters. */
int cloudevent_text_ok(const char *, size_t);

/* Whether a text is strictly RFC 3339: a date that exists, a T, a zone. */
int cloudevent_time_ok(const char *, size_t);

/* What is wrong with the text of attribute name, as a constant phrase to follow
 * the name ("is empty"); or NULL.  text is terminated. */
const char *cloudevent_fault(const char *name, const char *text, size_t len);

/*
 * Decode a ce- header to the attribute it carries (HTTP binding 3.1.3.2): first
 * a quoted string is unquoted, then percent-encoding is decoded, once.  *text
 * is in the arena.  NULL, or what is wrong, as a phrase like above.
 */
const char *cloudevent_header(const char *value, struct arena *,
    const char **text, size_t *len);

#endif
