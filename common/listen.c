#include "common/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/net.h"
#include "common/options.h"

enum { BACKLOG = 1024, FIRST_PASSED = 3, MOST_PASSED = 64 };

static void
add(struct listeners *l, int fd, const char *name, const char *path)
{
	struct listener *x;

	l->at = xrealloc(l->at, l->n + 1, sizeof *l->at);
	x = &l->at[l->n++];
	x->fd = fd;
	snprintf(x->name, sizeof x->name, "%s", name);
	x->path = path != NULL ? xstrdup(path) : NULL;
}

/* The address that a socket is bound to, for people. */
static void
bound_name(int fd, char *out, size_t size)
{
	union {
		struct sockaddr_storage all;
		struct sockaddr any;
		struct sockaddr_un local;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} a;
	socklen_t len = sizeof a;
	char host[INET6_ADDRSTRLEN];

	memset(&a, 0, sizeof a);
	snprintf(out, size, "fd %d", fd);
	if (getsockname(fd, &a.any, &len) != 0)
		return;
	switch (a.any.sa_family) {
	case AF_UNIX:
		snprintf(out, size, "unix:%.108s", a.local.sun_path);
		break;
	case AF_INET:
		inet_ntop(AF_INET, &a.v4.sin_addr, host, sizeof host);
		snprintf(out, size, "%s:%d", host, ntohs(a.v4.sin_port));
		break;
	case AF_INET6:
		inet_ntop(AF_INET6, &a.v6.sin6_addr, host, sizeof host);
		snprintf(out, size, "[%s]:%d", host, ntohs(a.v6.sin6_port));
		break;
	}
}

static int
unusable(const char *address, int fd, struct err *e)
{
	int saved = errno;

	if (fd >= 0)
		close(fd);
	return err_set(e, E_CONF, "%s: cannot listen: %s", address,
	    strerror(saved));
}

/* Remove a socket file without a listener, which a killed server left
 * behind. */
static void
remove_stale(const struct sockaddr_un *a)
{
	struct stat st;
	int fd;

	if (lstat(a->sun_path, &st) != 0 || !S_ISSOCK(st.st_mode))
		return;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	if (connect(fd, (const struct sockaddr *)a, sizeof *a) != 0 &&
	    errno == ECONNREFUSED)
		unlink(a->sun_path);
	close(fd);
}

static int
add_unix(struct listeners *l, const char *address, struct err *e)
{
	struct sockaddr_un a;
	const char *path = address + strlen("unix:");
	int fd;

	memset(&a, 0, sizeof a);
	a.sun_family = AF_UNIX;
	if (*path != '/' || strlen(path) >= sizeof a.sun_path)
		return err_set(e, E_USAGE, "%s: needs an absolute path of at "
		    "most %zu bytes", address, sizeof a.sun_path - 1);
	strcpy(a.sun_path, path);
	remove_stale(&a);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a) != 0 ||
	    listen(fd, BACKLOG) != 0)
		return unusable(address, fd, e);
	add(l, fd, address, path);
	return 0;
}

int
listen_is_listener(int fd)
{
	int on = 0;
	socklen_t len = sizeof on;

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &on, &len) == 0 &&
	    on != 0;
}

/* The sockets that systemd opened for this process, and only for it. */
static int
add_passed(struct listeners *l, const char *address, struct err *e)
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
	char name[128];
	int64_t v, n, i;
	int fd, flags;

	if (pid == NULL || fds == NULL ||
	    options_number(pid, 1, INT32_MAX, &v) != 0 || v != getpid() ||
	    options_number(fds, 1, MOST_PASSED, &n) != 0)
		return err_set(e, E_CONF, "%s: no socket was handed over to "
		    "this process (LISTEN_PID, LISTEN_FDS)", address);
	for (i = 0; i < n; i++) {
		fd = FIRST_PASSED + (int)i;
		flags = fcntl(fd, F_GETFL);
		if (flags < 0 ||
		    fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 ||
		    fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
			return unusable(address, -1, e);
		bound_name(fd, name, sizeof name);
		if (!listen_is_listener(fd))
			return err_set(e, E_CONF, "%s: %s is not a socket "
			    "that listens (a connection, of Accept=yes, is "
			    "served without -l)", address, name);
		add(l, fd, name, NULL);
	}
	return 0;
}

/* "host:port" and "[v6]:port" taken apart: 0, or -1. */
static int
split(const char *address, char *host, size_t size, const char **port)
{
	const char *end, *from = address;
	int64_t n;

	if (*from == '[') {
		from++;
		end = strchr(from, ']');
		if (end == NULL || end[1] != ':')
			return -1;
		*port = end + 2;
	} else {
		end = strchr(from, ':');
		if (end == NULL || strchr(end + 1, ':') != NULL)
			return -1;
		*port = end + 1;
	}
	if (end == from || (size_t)(end - from) >= size ||
	    options_number(*port, 0, 65535, &n) != 0)
		return -1;
	memcpy(host, from, (size_t)(end - from));
	host[end - from] = '\0';
	return 0;
}

/* Whether we listen there already: a name may resolve to one address twice, or
 * to one that is given as well. */
static int
is_ours(const struct listeners *l, const struct addrinfo *a)
{
	struct sockaddr_storage at;
	socklen_t len;
	size_t i;

	for (i = 0; i < l->n; i++) {
		memset(&at, 0, sizeof at);
		len = sizeof at;
		if (getsockname(l->at[i].fd, (struct sockaddr *)&at,
		    &len) == 0 && len == a->ai_addrlen &&
		    memcmp(&at, a->ai_addr, len) == 0)
			return 1;
	}
	return 0;
}

/* A socket that listens at an address; -1 with errno. */
static int
listen_at(const struct addrinfo *a)
{
	int fd, saved, on = 1;

	fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    0);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (a->ai_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	/* Connections inherit this: answers are small and shall be sent at
	 * once. */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	if (bind(fd, a->ai_addr, a->ai_addrlen) == 0 &&
	    listen(fd, BACKLOG) == 0)
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

/* Listen at each of the addresses that this machine has; if it has none, that
 * is a fault. */
static int
add_all(struct listeners *l, const char *address, const struct addrinfo *all,
    struct err *e)
{
	const struct addrinfo *a;
	char name[128];
	int fd, found = 0, lack = 0;

	for (a = all; a != NULL; a = a->ai_next) {
		if (is_ours(l, a)) {
			found = 1;
			continue;
		}
		if ((fd = listen_at(a)) >= 0) {
			bound_name(fd, name, sizeof name);
			add(l, fd, name, NULL);
			found = 1;
			continue;
		}
		if (errno != EADDRNOTAVAIL && errno != EAFNOSUPPORT)
			return unusable(address, -1, e);
		lack = errno;
	}
	errno = lack;
	return found ? 0 : unusable(address, -1, e);
}

static int
add_inet(struct listeners *l, const char *address, struct err *e)
{
	struct addrinfo hint, *a;
	char host[256];
	const char *port;
	int rc;

	if (split(address, host, sizeof host, &port) != 0)
		return err_set(e, E_USAGE, "%s: not host:port, [v6]:port, "
		    "unix:/path or fd", address);
	memset(&hint, 0, sizeof hint);
	hint.ai_socktype = SOCK_STREAM;
	hint.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
	hint.ai_family = *address == '[' ? AF_INET6 : AF_UNSPEC;
	rc = getaddrinfo(host, port, &hint, &a);
	if (rc != 0)
		return err_set(e, E_CONF, "%s: cannot listen: %s", address,
		    gai_strerror(rc));
	rc = add_all(l, address, a, e);
	freeaddrinfo(a);
	return rc;
}

int
listen_add(struct listeners *l, const char *address, struct err *e)
{
	if (strcmp(address, "fd") == 0)
		return add_passed(l, address, e);
	if (strncmp(address, "unix:", 5) == 0)
		return add_unix(l, address, e);
	return add_inet(l, address, e);
}

void
listen_release(struct listeners *l)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		if (l->at[i].path != NULL)
			unlink(l->at[i].path);
		free(l->at[i].path);
		close(l->at[i].fd);
	}
	free(l->at);
	l->at = NULL;
	l->n = 0;
}

/* Set text and loopback of an address from its bytes. */
static void
describe(struct peer *p)
{
	const struct sockaddr_in *v4 = (const void *)&p->addr;
	const struct sockaddr_in6 *v6 = (const void *)&p->addr;
	struct net_addr a;

	switch (p->addr.ss_family) {
	case AF_INET:
		inet_ntop(AF_INET, &v4->sin_addr, p->text, sizeof p->text);
		break;
	case AF_INET6:
		inet_ntop(AF_INET6, &v6->sin6_addr, p->text, sizeof p->text);
		break;
	}
	p->loopback = net_addr_parse(&a, p->text, strlen(p->text)) == 0 &&
	    net_is_loopback(&a);
	p->local |= p->loopback;
}

int
listen_accept(const struct listener *l, struct peer *p)
{
	int fd;

	memset(p, 0, sizeof *p);
	p->len = sizeof p->addr;
	do {
		fd = accept4(l->fd, (struct sockaddr *)&p->addr, &p->len,
		    SOCK_NONBLOCK | SOCK_CLOEXEC);
	} while (fd < 0 && (errno == EINTR || errno == ECONNABORTED));
	if (fd < 0)
		return -1;
	if (p->addr.ss_family == AF_UNIX) {
		p->loopback = p->local = 1;
		strcpy(p->text, "unix");
	} else {
		describe(p);
	}
	return fd;
}

/* The address given by the program that started us: tcpserver(1),
 * systemd.socket(5) and CGI, stunnel(8). */
static void
told_peer(struct peer *p)
{
	static const char *const name[] =
	    { "TCPREMOTEIP", "REMOTE_ADDR", "REMOTE_HOST", NULL };
	struct sockaddr_in *v4 = (void *)&p->addr;
	struct sockaddr_in6 *v6 = (void *)&p->addr;
	const char *s = NULL;
	int i;

	for (i = 0; s == NULL && name[i] != NULL; i++)
		s = getenv(name[i]);
	if (s == NULL)
		return;
	if (inet_pton(AF_INET, s, &v4->sin_addr) == 1) {
		p->addr.ss_family = AF_INET;
		p->len = sizeof *v4;
	} else if (inet_pton(AF_INET6, s, &v6->sin6_addr) == 1) {
		p->addr.ss_family = AF_INET6;
		p->len = sizeof *v6;
	}
	describe(p);
}

void
listen_peer(int fd, struct peer *p)
{
	memset(p, 0, sizeof *p);
	strcpy(p->text, "-");
	p->len = sizeof p->addr;
	/* A local socket here was put in between by stunnel or socat: it says
	 * nothing about where the peer is. */
	if (getpeername(fd, (struct sockaddr *)&p->addr, &p->len) == 0 &&
	    p->addr.ss_family != AF_UNIX) {
		describe(p);
		return;
	}
	memset(&p->addr, 0, sizeof p->addr);
	p->addr.ss_family = AF_UNIX;
	p->len = sizeof p->addr.ss_family;
	p->local = 1;
	told_peer(p);
}
