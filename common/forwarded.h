/*
 * Who a request comes from if proxies are in between: the list of addresses
 * that they pass on, X-Forwarded-For or Forwarded (RFC 7239).  Each proxy
 * appends the peer it has seen.  So the list is believed from the end, as far
 * as those who wrote it are trusted; what stands before that is whatever the
 * client sent.
 */
#ifndef COMMON_FORWARDED_H
#define COMMON_FORWARDED_H

#include <stddef.h>

#include "common/net.h"

/* Most elements of a Forwarded header; more are malformed. */
enum { FORWARDED_MOST = 64 };

struct forwarded {
	int known;		/* 0: "unknown", or an obfuscated name */
	struct net_addr addr;	/* if it is known */
	/* The client and all proxies passed so far are on this machine.
	 * If a proxy on another machine says 127.0.0.1, it means that
	 * other machine. */
	int near;
};

/*
 * The last address of the list that is in none of the n networks, or else the
 * first of the list.  near: the peer that sent us the header is on this
 * machine.  0, or -1: the list is malformed, as far as it was read.
 * forwarded_for() reads addresses separated by commas (IPv6 may be in brackets,
 * a port may follow), and only as far as it must.  forwarded_rfc7239() reads
 * all of it, because a quotation mark sent by the client could shift where
 * later elements begin.
 */
int forwarded_for(struct forwarded *, const char *value, const struct net *,
    size_t n, int near);
int forwarded_rfc7239(struct forwarded *, const char *value,
    const struct net *, size_t n, int near);

#endif
