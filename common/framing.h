/*
 * Whether the head of a request is one that everybody reads the same way: what
 * a front door and loya might cut into different requests (smuggling) is
 * refused before anything else is looked at.  Pure.
 */
#ifndef COMMON_FRAMING_H
#define COMMON_FRAMING_H

#include <stddef.h>
#include <stdint.h>

#include "common/http.h"

struct framing {
	int chunked;
	int has_length;
	uint64_t length;	/* of the body that is announced */
	int expects;		/* Expect: 100-continue */
};

/*
 * 0, or the status of the refusal with *why, a constant sentence.  version is
 * the one of the request line ("HTTP/1.1").  400: control characters, a name
 * that is no token, a wrong Host (RFC 9112 3.2), Content-Length or
 * Transfer-Encoding that are wrong, repeated or both there (6.3), a target
 * that is not printable; 411: a POST that announces no body.
 */
int framing_check(const struct http_request *, const char *version,
    struct framing *, const char **why);

/* What is wrong with a Content-Length: 0, 400, or 413 for a number that is
 * beyond all measure; then *why says it. */
int framing_length(const char *value, const char **why);

/*
 * The path of a target without its query, also of one in absolute form (RFC
 * 9112 3.2.2): where it begins, and *len.
 */
const char *framing_path(const char *target, size_t *len);

#endif
