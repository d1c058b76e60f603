/*
 * Internet addresses and networks as values: read, compare, write.  An IPv4
 * address that is mapped into IPv6 (::ffff:192.0.2.7) is the IPv4 address, so
 * that it does not matter how a socket was opened.
 */
#ifndef COMMON_NET_H
#define COMMON_NET_H

#include <stddef.h>

enum { NET_TEXT = 46 };		/* of the longest address, with its NUL */

struct net_addr {
	unsigned char byte[16];	/* IPv4: the first four */
	int len;		/* 4 or 16 */
};

struct net {
	struct net_addr addr;
	int bits;		/* how many of them count */
};

/* Parse "192.0.2.7" or "2001:db8::7" (no zone), len bytes with nothing around
 * it: 0 or -1. */
int net_addr_parse(struct net_addr *, const char *, size_t len);

/* The same for a host in a URL, as resolvers read it: also "127.1",
 * "0x7f000001", and with a dot at the end. */
int net_addr_host(struct net_addr *, const char *, size_t len);

/* Parse "192.0.2.0/24", "2001:db8::/32", or an address, which is a network of
 * one.  NULL, or what is wrong with it: a constant phrase.  The network of
 * everybody (/0) is refused: no rule means that. */
const char *net_parse(struct net *, const char *);

/* Whether the address is in the network; IPv4 is never in one of IPv6. */
int net_has(const struct net *, const struct net_addr *);

/* 127.0.0.0/8 and ::1. */
int net_is_loopback(const struct net_addr *);

/* Whether it has no place on the internet: private, shared, link-local, this
 * machine, multicast, for documentation or benchmarks; or IPv6 that carries
 * such an IPv4 address (6to4, NAT64). */
int net_is_private(const struct net_addr *);

/* An address as people write it. */
void net_addr_text(const struct net_addr *, char out[NET_TEXT]);

#endif
