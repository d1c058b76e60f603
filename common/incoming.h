/*
 * A CloudEvents line from standard input, as the inbox row that it would be:
 * either printed by loya-recv or loya-pull, or written by anybody else.
 */
#ifndef COMMON_INCOMING_H
#define COMMON_INCOMING_H

#include "common/arena.h"
#include "common/json.h"
#include "common/row.h"
#include "common/status.h"

/* Get source and event_id, and the type of the event, from a parsed line;
 * strings are in the arena.  E_DATA: its attributes are not those of a
 * CloudEvent 1.0, or source or id is too long to be shown in columns and
 * messages. */
int incoming_event(const struct json *, struct arena *, struct row *,
    const char **type, struct err *);

/* The longest content type of a line. */
enum { INCOMING_TYPE = 256 };

/* Get content_type, head and body of a loya.received line (data as JSON or
 * text, or data_base64), likewise. */
int incoming_body(const struct json *, struct arena *, struct row *,
    struct err *);

#endif
