/*
 * An HTTP request as the rules see it, whoever parsed it: plain data, no
 * library behind it.  Nothing here is owned; it lives as long as the request
 * is being answered.
 */
#ifndef COMMON_HTTP_H
#define COMMON_HTTP_H

#include <stddef.h>
#include <stdint.h>

struct http_header {
	const char *name, *value;
};

struct http_request {
	const char *method;
	const char *target;	/* path and query as they came, undecoded */
	const struct http_header *header;
	size_t nheader;
	const char *body;	/* exact bytes, may hold NUL */
	size_t len;
	int64_t received;	/* clock_now() when the body was complete */
	int tls;		/* it came over our own TLS */
	int secure;		/* no network saw it in the clear: TLS, or the
				 * connection is of this machine alone */
	/* Of the peer; or of the client, where the peer is a proxy that may
	 * speak for him (proxy.h). */
	int loopback;		/* he is on this machine */
	const char *peer;	/* his address as text, or "-" */
	const char *cert;	/* SHA-256 of his verified certificate,
				 * lower-case hex, or NULL */
	const char *cert_name;	/* its subject (RFC 4514), or NULL */
};

/* The value of a header, matched without regard to case (RFC 9110 5.1); NULL
 * when there is none or when there is more than one of it. */
const char *http_header(const struct http_request *, const char *name);

/* Whether a text is the name of a header: a token (RFC 9110 5.6.2). */
int http_name_ok(const char *);

/* Whether a text is all printable ASCII, as the headers are that we send. */
int http_value_ok(const char *, size_t);

/* How often the header stands in the request. */
size_t http_header_count(const struct http_request *, const char *name);

/* Whether the body is in a coding (RFC 9110 8.4) other than identity. */
int http_is_coded(const struct http_request *);

/* The media type of a Content-Type value: lower case, without parameters and
 * blanks, into out; 0, or -1 when it is missing or does not fit. */
int http_media_type(const char *value, char *out, size_t size);

/* Whether a Content-Type value names JSON: application/json, text/json, or a
 * subtype that ends in +json (RFC 6839 3.1). */
int http_is_json(const char *value);

#endif
