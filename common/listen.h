/*
 * Where a server listens, and who connects.  An address is "host:port",
 * "[v6]:port", "unix:/path", or "fd" for the sockets that systemd hands over
 * (sd_listen_fds(3): LISTEN_PID, LISTEN_FDS).
 */
#ifndef COMMON_LISTEN_H
#define COMMON_LISTEN_H

#include <stddef.h>
#include <sys/socket.h>

#include "common/status.h"

enum { PEER_TEXT = 64 };

struct listener {
	int fd;			/* non-blocking, close-on-exec */
	char name[128];		/* the actual one: "127.0.0.1:40213" */
	char *path;		/* of a socket file that we made, or NULL */
};

struct listeners {
	struct listener *at;
	size_t n;
};

/* Who is at the other end of a connection. */
struct peer {
	struct sockaddr_storage addr;
	socklen_t len;
	int loopback;		/* it is on this machine */
	int local;		/* the connection does not leave this machine,
				 * whoever is behind it */
	char text[PEER_TEXT];	/* "192.0.2.7", "unix" */
};

/*
 * Add the sockets of an address.  E_USAGE: not of the form above; E_CONF: it is
 * not possible to listen there, *e says why.  A socket file that nobody listens
 * on any more is replaced; [::] means IPv6 only; a name stands for all of its
 * addresses that this machine has.
 */
int listen_add(struct listeners *, const char *address, struct err *);

/* Whether this descriptor accepts connections, rather than being one. */
int listen_is_listener(int fd);

/* Close all; socket files that we made are removed. */
void listen_release(struct listeners *);

/*
 * Accept the next waiting connection: a descriptor (non-blocking,
 * close-on-exec), or -1 with errno: EAGAIN if there is none, EMFILE or similar
 * if there are too many.
 */
int listen_accept(const struct listener *, struct peer *);

/*
 * The peer of a connection that was handed to us on fd (inetd).  If fd has no
 * internet address (a pipe, a socket of stunnel or socat), it is what the
 * program that started us put in TCPREMOTEIP, REMOTE_ADDR or REMOTE_HOST, else
 * "-", which never counts as this machine.
 */
void listen_peer(int fd, struct peer *);

#endif
