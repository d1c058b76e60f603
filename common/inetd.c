#include "common/inetd.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/die.h"
#include "common/session.h"

/* libmicrohttpd talks only to sockets.  If the peer is a pipe or a file, a
 * socket pair is put in between, and this carries the bytes. */
struct relay {
	int in, out;		/* the peer's side; in -1: it has ended */
	int fd;			/* our end of the pair, -1: none */
	char up[4096], down[PIPE_BUF];
	size_t nup, ndown;	/* bytes on their way */
	int64_t patience;	/* how long down may wait for the peer, and */
	int64_t until;		/* until when: monotonic */
	int failed;		/* reading or writing did */
};

enum { IN, PAIR, OUT, HTTP, FDS };

static int
is_socket(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode);
}

/* Returns the end of the pair that the server gets, or -1. */
static int
relay_open(struct relay *r, int in, int out)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
	    pair) != 0)
		return -1;
	r->in = in;
	r->out = out;
	r->fd = pair[0];
	return pair[1];
}

static void
relay_close(struct relay *r)
{
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
}

static void
arm(struct pollfd *p, int fd, short events)
{
	p->fd = events != 0 ? fd : -1;
	p->events = events;
	p->revents = 0;
}

static void
relay_arm(const struct relay *r, struct pollfd *p)
{
	short pair = 0;

	if (r->nup > 0)
		pair |= POLLOUT;
	if (r->ndown == 0)
		pair |= POLLIN;
	arm(&p[IN], r->in, r->in >= 0 && r->nup == 0 ? POLLIN : 0);
	arm(&p[PAIR], r->fd, r->fd >= 0 ? pair : 0);
	arm(&p[OUT], r->out, r->ndown > 0 ? POLLOUT : 0);
}

/* A peer that is gone is not a fault: over a socket we would often not notice
 * it either. */
static void
failed(struct relay *r, const char *what)
{
	if (errno == EPIPE || errno == ECONNRESET)
		return;
	warn("standard %s: %s", what, strerror(errno));
	r->failed = 1;
}

static void
move(char *p, size_t *n, size_t done)
{
	*n -= done;
	memmove(p, p + done, *n);
}

/* Whether a call that has just failed may succeed later. */
static int
is_for_later(void)
{
	return errno == EAGAIN || errno == EINTR;
}

/* From the peer to the server. */
static void
carry_up(struct relay *r, const struct pollfd *p)
{
	ssize_t k;

	if (p[IN].revents != 0) {
		k = read(r->in, r->up, sizeof r->up);
		if (k > 0) {
			r->nup = (size_t)k;
		} else if (k == 0 || !is_for_later()) {
			if (k < 0)
				failed(r, "input");
			r->in = -1;
			shutdown(r->fd, SHUT_WR);
		}
	}
	if (r->nup > 0) {
		k = send(r->fd, r->up, r->nup, MSG_NOSIGNAL);
		if (k > 0)
			move(r->up, &r->nup, (size_t)k);
		else if (!is_for_later())
			r->nup = 0;
	}
}

/* From the server to the peer.  0 once there will be no more, or the peer
 * accepts no more. */
static int
carry_down(struct relay *r, const struct pollfd *p)
{
	ssize_t k;

	if ((p[PAIR].revents & (POLLIN | POLLHUP)) != 0 && r->ndown == 0) {
		k = recv(r->fd, r->down, sizeof r->down, 0);
		if (k == 0 || (k < 0 && !is_for_later()))
			return 0;
		if (k > 0) {
			r->ndown = (size_t)k;
			r->until = clock_mono() + r->patience;
		}
	}
	if (p[OUT].revents != 0 && r->ndown > 0) {
		k = write(r->out, r->down, r->ndown);
		if (k < 0 && !is_for_later()) {
			failed(r, "output");
			return 0;
		}
		if (k > 0)
			move(r->down, &r->ndown, (size_t)k);
	}
	return r->ndown == 0 || clock_mono() < r->until;
}

/* How long to wait if the server would wait ms (-1: for ever). */
static int
relay_timeout(const struct relay *r, int ms)
{
	int64_t left;

	if (r->fd < 0 || r->ndown == 0)
		return ms;
	left = (r->until - clock_mono()) / 1000 + 1;
	if (left < 0)
		left = 0;
	return ms < 0 || left < ms ? (int)left : ms;
}

/* Store at once: with one connection there is nobody to wait for. */
static void
store(struct session *s, struct store *st, struct delivery *d,
    struct commits *c, int *rc)
{
	/* Processes with one connection each cannot count failures together. */
	static const struct timespec pause = { 1, 0 };
	struct delivery *x;
	int guess = 0;

	if (d == NULL)
		return;
	receive_commit(st, d, c);
	for (x = d; x != NULL; x = x->next) {
		if (x->rc != 0)
			*rc = x->rc;
		guess |= x->guess;
	}
	if (guess)
		nanosleep(&pause, NULL);
	session_settle(s, d);
}

static int
serve(struct session *s, struct relay *r, struct store *st)
{
	struct pollfd p[FDS];
	struct commits commits = { 0 };
	struct delivery *d;
	int rc = 0, ms, more = r->fd >= 0;

	while (httpd_open(s->http) > 0 || more) {
		ms = relay_timeout(r, httpd_open(s->http) > 0 ?
		    session_timeout(s) : -1);
		arm(&p[HTTP], httpd_fd(s->http), POLLIN);
		relay_arm(r, p);
		if (poll(p, FDS, ms) < 0 && errno != EINTR)
			die(E_BUG, "poll: %s", strerror(errno));
		if (more && r->fd >= 0) {
			carry_up(r, p);
			more = carry_down(r, p);
			if (!more)
				relay_close(r);
		}
		while ((d = session_run(s)) != NULL)
			store(s, st, d, &commits, &rc);
	}
	store(s, st, session_rest(s), &commits, &rc);
	receive_committed(&commits);
	return rc;
}

static int
connection(struct session *s, struct store *st,
    const struct httpd_limits *limits, int in, int out)
{
	struct relay r = { .in = -1, .out = -1, .fd = -1,
	    .patience = limits->request * CLOCK_SECOND };
	struct peer peer;
	int fd, rc;

	listen_peer(in, &peer);
	fd = is_socket(in) ? fcntl(in, F_DUPFD_CLOEXEC, 3) :
	    relay_open(&r, in, out);
	if (fd < 0)
		die(E_IO, "socket: %s", strerror(errno));
	if (httpd_add(s->http, fd, &peer) != 0)
		die(E_IO, "the connection cannot be served");
	rc = serve(s, &r, st);
	session_release(s);
	relay_close(&r);
	return rc == 0 && r.failed ? E_IO : rc;
}

int
inetd_run(struct store *st, struct receiver *rv,
    const struct httpd_limits *limits, const struct httpd_tls *tls, int in,
    int out)
{
	struct session s;
	struct err e;

	if (listen_is_listener(in))
		die(E_CONF, "standard input is a socket that listens, not a "
		    "connection (nowait in inetd.conf, Accept=yes)");
	if (session_init(&s, rv, limits, tls, NULL, &e) != 0)
		die_err(&e);
	return status_exit(connection(&s, st, limits, in, out));
}

void
inetd_unavailable(const struct err *why, const struct httpd_limits *limits,
    const struct httpd_tls *tls, int in, int out)
{
	struct session s;
	struct err e;

	warn("%s", why->msg);
	if (!listen_is_listener(in)) {
		if (session_init(&s, NULL, limits, tls, NULL, &e) != 0)
			die_err(&e);
		s.fault = why->code;
		connection(&s, NULL, limits, in, out);
	}
	exit(status_exit(why->code));
}

void
inetd_begin(int in)
{
	struct stat peer, err;
	int null;

	if (fstat(in, &peer) != 0 || !S_ISSOCK(peer.st_mode) ||
	    fstat(STDERR_FILENO, &err) != 0 || err.st_dev != peer.st_dev ||
	    err.st_ino != peer.st_ino)
		return;
	die_to_syslog();
	null = open("/dev/null", O_WRONLY);
	if (null >= 0) {
		dup2(null, STDERR_FILENO);
		close(null);
	}
}
