/*
 * Addresses of other systems as source files give them: what is taken for one,
 * and what of it may stand in a message.  Text only; nothing is looked up.
 */
#ifndef COMMON_URL_H
#define COMMON_URL_H

#include <stddef.h>

/*
 * Why this is no address that loya asks, or NULL: https:// (or http:// to a
 * loopback address or localhost; where a name leads to is for httpc.h to see),
 * a host, perhaps a port, a path and a query of printable ASCII.  No user name,
 * no fragment.
 */
const char *url_fault(const char *url);

/* The same, but http:// may lead anywhere: for addresses that are only told
 * of. */
const char *url_unformed(const char *url);

/* The beginning of an address, which may be none, for a message: what stands
 * in front of an '@', as a user's name and password do, is "***".  Returns
 * out. */
enum { URL_TOLD = 61 };
char *url_told(const char *url, char out[URL_TOLD]);

/* Host and port of an address without fault, cut to size. */
char *url_host(const char *url, char *out, size_t size);

/* Whether it is one of plain http. */
int url_plain(const char *url);

/* Whether both lead to the same host by the same scheme and port (RFC 6454 4):
 * what is no address does not.  A port that is the scheme's own need not be
 * said. */
int url_same_peer(const char *, const char *);

/* Whether its host is written as an address that is private (net.h).  A name
 * may lead to one, too: that is seen when it is connected to. */
int url_private(const char *url);

/* The byte that "%xx" at s stands for (RFC 3986 2.1), or -1; s ends with a NUL
 * or has three bytes at least. */
int url_escape(const char *s);

/* Write n bytes as a value of application/x-www-form-urlencoded (a blank is
 * +); out has room for 3n.  Returns the length, there is no NUL. */
size_t url_encode(const void *, size_t n, char *out);

/* The same as a part of a path or of a query: RFC 3986 2.1, a blank is %20. */
size_t url_encode_part(const void *, size_t n, char *out);

#endif
