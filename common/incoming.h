/*
 * A CloudEvents line on standard input, as the row of the inbox that it would
 * be: what loya-recv and loya-pull print, and what anybody else writes.
 */
#ifndef COMMON_INCOMING_H
#define COMMON_INCOMING_H

#include "common/arena.h"
#include "common/json.h"
#include "common/row.h"
#include "common/status.h"

/* source and event_id, and the event's type, of a parsed line; texts live in
 * the arena.  E_DATA: it is no CloudEvent 1.0, or has none that could stand in
 * a column or a message. */
int incoming_event(const struct json *, struct arena *, struct row *,
    const char **type, struct err *);

/* content_type, head and body of a loya.received line (data as JSON or as text,
 * or data_base64), likewise. */
int incoming_body(const struct json *, struct arena *, struct row *,
    struct err *);

#endif
