/*
 * Whether everybody reads the head of a request the same way: anything that a
 * front door and loya might split into different requests (request smuggling)
 * is refused before anything else is looked at.  Pure.
 */
#ifndef COMMON_FRAMING_H
#define COMMON_FRAMING_H

#include <stddef.h>
#include <stdint.h>

#include "common/http.h"

struct framing {
	int chunked;
	int has_length;
	uint64_t length;	/* of the body, as announced */
	int expects;		/* Expect: 100-continue */
};

/*
 * 0, or the status of the refusal with *why, a constant sentence.  version is
 * that of the request line ("HTTP/1.1").  400: control characters, a header
 * name that is not a token, a wrong Host (RFC 9112 section 3.2), Content-Length
 * or Transfer-Encoding that is wrong, repeated, or given together with the
 * other (section 6.3), a target that is not printable; 411: a POST that
 * announces no body.
 */
int framing_check(const struct http_request *, const char *version,
    struct framing *, const char **why);

/* Check a Content-Length: 0, 400, or 413 for an absurdly large number; *why
 * says what is wrong. */
int framing_length(const char *value, const char **why);

/*
 * The path of a target without its query, also if the target is in absolute
 * form (RFC 9112 section 3.2.2): where it begins, and *len.
 */
const char *framing_path(const char *target, size_t *len);

#endif
