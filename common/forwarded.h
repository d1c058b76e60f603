/*
 * Who a request is from when proxies stand between: the list of addresses that
 * they pass on, X-Forwarded-For or Forwarded (RFC 7239).  Each proxy adds the
 * peer that it has seen at the end.  So the list is believed from the end, as
 * far as those who wrote it are trusted; what stands before is whatever the
 * client liked to send.
 */
#ifndef COMMON_FORWARDED_H
#define COMMON_FORWARDED_H

#include <stddef.h>

#include "common/net.h"

/* Elements of one Forwarded header; more are malformed. */
enum { FORWARDED_MOST = 64 };

struct forwarded {
	int known;		/* 0: "unknown", or a name that hides it */
	struct net_addr addr;	/* when it is known */
	/* The client and all proxies that the walk has passed are on one
	 * machine.  127.0.0.1 in the word of a proxy on another machine is
	 * that machine. */
	int near;
};

/*
 * The first address from the end of the list that is in none of the n
 * networks, else the first of the list.  near tells whether the peer who gave
 * us the header is on this machine.  0, or -1: the list is not of its form as
 * far as it was read.  forwarded_for() reads addresses with commas between
 * (IPv6 may be in brackets, a port may follow), and only as far as it must;
 * forwarded_rfc7239() reads the whole, because a quotation mark of the client
 * would move the border of what comes behind it.
 */
int forwarded_for(struct forwarded *, const char *value, const struct net *,
    size_t n, int near);
int forwarded_rfc7239(struct forwarded *, const char *value,
    const struct net *, size_t n, int near);

#endif
