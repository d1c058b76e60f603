/*
 * loya-recv for one connection that somebody else accepted: inetd, systemd
 * with Accept=yes, tcpserver, stunnel, socat, or a plain pipe.
 */
#ifndef COMMON_INETD_H
#define COMMON_INETD_H

#include "common/httpd.h"
#include "common/receive.h"

/*
 * Serve the peer on in (and out, if in is not a socket) until it ends or has
 * been idle too long.  Returns the exit status: EXIT_DONE, or that of the
 * trouble with the store for which a peer got a 503.
 */
int inetd_run(struct store *, struct receiver *, const struct httpd_limits *,
    const struct httpd_tls *, int in, int out);

/* Call before printing anything: if standard error is the peer's socket, as
 * inetd(8) makes it, messages go to syslog(3). */
void inetd_begin(int in);

/* Print the error, answer the peer with 503 as long as it asks within the
 * limits, and exit with the status that belongs to the error. */
void inetd_unavailable(const struct err *, const struct httpd_limits *,
    const struct httpd_tls *, int in, int out) __attribute__((noreturn));

#endif
