/*
 * An HTTP request as the rules see it, whichever library parsed it: plain data.
 * Nothing here is owned; it lives as long as the request is being answered.
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
				 * connection does not leave this machine */
	/* Of the peer; or of the client, if the peer is a proxy that may speak
	 * for it (proxy.h). */
	int loopback;		/* it is on this machine */
	const char *peer;	/* its address as text, or "-" */
	const char *cert;	/* SHA-256 of its verified certificate,
				 * lower-case hex, or NULL */
	const char *cert_name;	/* its subject (RFC 4514), or NULL */
};

/* The value of a header, matched without regard to case (RFC 9110 section 5.1);
 * NULL if there is none or more than one. */
const char *http_header(const struct http_request *, const char *name);

/* Whether a text can be the name of a header: a token (RFC 9110 section
 * 5.6.2). */
int http_name_ok(const char *);

/* Whether a text is all printable ASCII, as every header that we send is. */
int http_value_ok(const char *, size_t);

/* Whether a text has a control character; no value of a header that we make has
 * one, not even a tab. */
int http_has_control(const char *, size_t);

/* How often a header occurs in the request. */
size_t http_header_count(const struct http_request *, const char *name);

/* Whether the body has a content coding (RFC 9110 section 8.4) other than
 * identity. */
int http_is_coded(const struct http_request *);

/* Write the media type of a Content-Type value to out: lower case, without
 * parameters and blanks; 0, or -1 if it is missing or does not fit. */
int http_media_type(const char *value, char *out, size_t size);

/* Whether a Content-Type value names JSON: application/json, text/json, or a
 * subtype ending in +json (RFC 6839 section 3.1). */
int http_is_json(const char *value);

#endif
