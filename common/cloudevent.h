/*
 * CloudEvents 1.0: which attributes an event may have, and how they stand in
 * HTTP headers.  Pure rules over texts; the envelope asks them.
 */
#ifndef COMMON_CLOUDEVENT_H
#define COMMON_CLOUDEVENT_H

#include <stddef.h>

#include "common/arena.h"

/* The attributes that every event has. */
enum cloudevent_required { CE_ID, CE_SOURCE, CE_TYPE, CE_SPECVERSION,
    CE_REQUIRED };

const char *cloudevent_required_name(enum cloudevent_required);

/* CE_REQUIRED for any other name. */
enum cloudevent_required cloudevent_required_find(const char *, size_t);

/* Whether the specification gives the attribute a type whose JSON form is a
 * string; extensions may be integers and truth values. */
int cloudevent_is_string(const char *name);

/* Lower-case letters and digits, not "data". */
int cloudevent_name_ok(const char *, size_t);

/* The type String: UTF-8 without control characters and noncharacters. */
int cloudevent_text_ok(const char *, size_t);

/* RFC 3339, to the letter: a date that exists, a T, a zone. */
int cloudevent_time_ok(const char *, size_t);

/* What is wrong with the text of attribute name, as a constant phrase that
 * follows its name ("is empty"), or NULL.  text is terminated. */
const char *cloudevent_fault(const char *name, const char *text, size_t len);

/*
 * The value of a ce- header as the attribute it carries (HTTP binding 3.1.3.2):
 * a quoted string is undone, then percent-encoding, once.  *text is in the
 * arena.  NULL, or what is wrong as such a phrase.
 */
const char *cloudevent_header(const char *value, struct arena *,
    const char **text, size_t *len);

#endif
