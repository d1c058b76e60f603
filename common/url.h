/*
 * URLs of other systems as source files give them: which are accepted, and
 * which parts may appear in a message.  Text only; nothing is looked up.
 */
#ifndef COMMON_URL_H
#define COMMON_URL_H

#include <stddef.h>

/*
 * Why loya does not accept this as a URL to send requests to; or NULL.  It
 * needs https:// (or http:// to a loopback address or localhost; what a name
 * resolves to is checked by httpc.h), a host, and may have a port, a path and a
 * query of printable ASCII.  No user name, no fragment.
 */
const char *url_fault(const char *url);

/* The same, but http:// may lead anywhere: for URLs that need only be
 * well-formed. */
const char *url_unformed(const char *url);

/* The beginning of a URL, valid or not, for a message, with anything in front
 * of an '@', such as a user's name and password, replaced by "***".  Returns
 * out. */
enum { URL_TOLD = 61 };
char *url_told(const char *url, char out[URL_TOLD]);

/* Host and port of a valid URL, cut to size. */
char *url_host(const char *url, char *out, size_t size);

/* Whether it is plain http. */
int url_plain(const char *url);

/* Whether both lead to the same host with the same scheme and port (RFC 6454
 * section 4); false if one is not a URL.  The default port of a scheme may be
 * left out. */
int url_same_peer(const char *, const char *);

/* Whether its host is written as a private address (net.h).  A name may resolve
 * to one, too: that is checked on connecting. */
int url_private(const char *url);

/* The byte that "%xx" at s stands for (RFC 3986 section 2.1), or -1; s is
 * terminated or has at least three bytes. */
int url_escape(const char *s);

/* Write n bytes as a value of application/x-www-form-urlencoded (a blank
 * becomes +); out has room for 3n.  Returns the length; there is no NUL. */
size_t url_encode(const void *, size_t n, char *out);

/* The same as part of a path or query: RFC 3986 section 2.1, a blank becomes
 * %20. */
size_t url_encode_part(const void *, size_t n, char *out);

#endif
