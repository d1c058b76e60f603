/*
 * From one HTTP request to the events in it: native bodies, CloudEvents 1.0 in
 * structured, binary and batch mode (HTTP binding section 3), and bodies that
 * hold several events (receive.each).  Pure: no store, no socket.
 *
 * The id of an event, by which a repeat is recognised, is the first of these:
 *   - the first way of receive.id whose parts are all there and not empty.
 *     If all parts are headers they name the delivery: if it holds several
 *     events, the number of the element is appended.  In a batch of
 *     CloudEvents, which have ids, headers are not used;
 *   - a CloudEvent's id if its source is the name of the hook, else its
 *     source, a blank and its id;
 *   - a new id: equal bodies may be different events.
 * An id of more than ENVELOPE_ID bytes or with control characters becomes
 * "sha256:" and the hash in hexadecimal.
 */
#ifndef COMMON_ENVELOPE_H
#define COMMON_ENVELOPE_H

#include <stddef.h>

#include "common/arena.h"
#include "common/http.h"
#include "common/row.h"
#include "common/source.h"
#include "common/status.h"

enum { ENVELOPE_ID = 512, ENVELOPE_EVENTS = 10000 };

/* The answer to a request that cannot be accepted. */
struct problem {
	int status;		/* 400, 401, 411, 413, 415 */
	char detail[256];
};

/*
 * The events of the request, in order, as rows without seq: slices of the body,
 * with their ids (made up for a source without ids).  Returns 0 and *row in the
 * arena (*n may be 0: an empty batch), or E_DATA and *p: 400 malformed, 401
 * receive.organization does not match, 413 more than ENVELOPE_EVENTS, 415 a
 * type that the source does not accept.  The request must already be
 * authenticated, except for receive.organization, which is checked here.  Rows
 * also point into the request.
 */
int envelope_rows(const struct source *, const struct http_request *,
    struct arena *, struct row **row, size_t *n, struct problem *p);

#endif
