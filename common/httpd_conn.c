/* How connections end: too late, too long idle, or by their peers. */
#include "common/httpd_inner.h"

#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "common/clock.h"
#include "common/die.h"

/* In seconds.  How long a connection may go on sending after its last answer,
 * so that the answer is not lost in a reset; how long one must have been idle
 * to be closed when others are waiting; how much time there is for an answer
 * when we are stopping. */
enum { LINGER = 2, RESTED = 1, LAST = 1 };

enum { EVENTS = 64 };

/* After this many fruitless runs that left bytes unread, a connection
 * is deaf. */
enum { UNREAD_RUNS = 32 };

void
httpd_deadline(struct conn *c, int seconds)
{
	struct httpd *h = c->h;
	int64_t left = h->drain_end - h->now, span = seconds * CLOCK_SECOND;

	if (left < LAST * CLOCK_SECOND)
		left = LAST * CLOCK_SECOND;
	c->deadline = h->now + (h->draining && span > left ? left : span);
	if (c->deadline < h->sweep_at)
		h->sweep_at = c->deadline;
}

static void *
session_of(const struct conn *c)
{
	const union MHD_ConnectionInfo *i;

	i = MHD_get_connection_info(c->mc, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	return i != NULL ? i->tls_session : NULL;
}

static void
say_and_shut(struct conn *c, const char *p, size_t n)
{
	void *session = session_of(c);

	if (session != NULL)
		httpd_tls_last_words(session, p, n);
	else if (n > 0 && send(c->fd, p, n, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		debug(2, "%s: left before its answer", c->peer.text);
	shutdown(c->fd, SHUT_WR);
}

void
httpd_tell(struct conn *c, int status)
{
	struct httpd_handler *h = &c->h->handler;
	struct http_request none;

	memset(&none, 0, sizeof none);
	none.peer = c->peer.text;
	if (c->work == NULL)
		h->refused(h->ctx, &none, status);
	else if (!c->work->has_answer)
		h->refused(h->ctx, &c->work->pub.http, status);
}

void
httpd_abort(struct conn *c, int status, const char *detail)
{
	struct arena m = { NULL };
	char head[256], date[CLOCK_HTTP];
	const char *later = status == 503 ? "Retry-After: 5\r\n" : "";
	struct answer a;
	struct buf b = { NULL, 0, 0 };
	int n;

	httpd_tell(c, status);
	answer_problem(&a, &m, status, detail);
	n = snprintf(head, sizeof head, "HTTP/1.1 %d %s\r\nDate: %s\r\n"
	    "Connection: close\r\n%sContent-Type: %s\r\n"
	    "Content-Length: %zu\r\n\r\n", status, answer_title(status),
	    clock_http(clock_now(), date), later, a.type, a.len);
	buf_add(&b, head, (size_t)n);
	buf_add(&b, a.body, a.len);
	say_and_shut(c, b.p, b.len);
	buf_release(&b);
	arena_release(&m);
	c->phase = P_DEAD;
	httpd_deadline(c, LINGER);
}

/* libmicrohttpd closes a connection that is shut down, unless it is deaf
 * (httpd_timeout) and has removed the socket from its epoll set, as it does for
 * one that has rested once; but it always heeds its own time limit. */
static void
hang_up(struct conn *c)
{
	c->phase = P_DEAD;
	c->deadline = 0;
	shutdown(c->fd, SHUT_RDWR);
	MHD_set_connection_option(c->mc, MHD_CONNECTION_OPTION_TIMEOUT, 1U);
}

/* How many bytes came, or -1: the system counts those of TCP, from Linux 4.1
 * on. */
static int64_t
received(const struct conn *c)
{
	const size_t known = offsetof(struct tcp_info, tcpi_bytes_received) +
	    sizeof(uint64_t);
	struct tcp_info i;
	socklen_t n = sizeof i;

	return getsockopt(c->fd, IPPROTO_TCP, TCP_INFO, &i, &n) == 0 &&
	    n >= known ? (int64_t)i.tcpi_bytes_received : -1;
}

/*
 * Whether nobody has asked for anything yet.  Some front doors open connections
 * in advance, and would take anything said on one now for the answer to their
 * next request.
 */
static int
is_unused(const struct conn *c)
{
	void *session = session_of(c);
	int64_t n = received(c);

	return c->phase == P_NEW && (n == 0 || (n < 0 && !c->heard) ||
	    (session != NULL && httpd_tls_unused(session)));
}

/* End a connection whose deadline has passed. */
static void
too_late(struct conn *c)
{
	if (is_unused(c)) {
		hang_up(c);
		return;
	}
	switch (c->phase) {
	case P_NEW:
	case P_HEAD:
	case P_BODY:
		/* We are stopping, so it is we who do not wait. */
		if (c->h->draining)
			httpd_abort(c, 503, "the server is shutting down");
		else
			httpd_abort(c, 408, "the request took too long to "
			    "arrive");
		break;
	default:
		hang_up(c);
	}
}

/* There are at most a few hundred connections. */
void
httpd_conn_sweep(struct httpd *h)
{
	struct conn *c;

	if (h->now < h->sweep_at)
		return;
	h->sweep_at = INT64_MAX;
	for (c = h->conns; c != NULL; c = c->next) {
		if (c->deadline != 0 && c->deadline <= h->now)
			too_late(c);
		if (c->deadline != 0 && c->deadline < h->sweep_at)
			h->sweep_at = c->deadline;
	}
}

static void
watch(struct conn *c, int op, unsigned events)
{
	struct epoll_event ev;

	memset(&ev, 0, sizeof ev);
	ev.events = events | EPOLLRDHUP | EPOLLET;
	ev.data.ptr = c;
	if (epoll_ctl(c->h->watch, op, c->fd, &ev) != 0)
		debug(1, "epoll: %s", strerror(errno));
}

/*
 * libmicrohttpd 0.9.75 misses the end of a peer's data if it comes together
 * with the last of it (edge-triggered epoll and a short read).  So ends are
 * watched for here, and the first bytes if the system does not count them.
 */
void
httpd_conn_watch(struct conn *c)
{
	watch(c, EPOLL_CTL_ADD, received(c) < 0 ? EPOLLIN : 0);
}

static void
note(struct conn *c, unsigned events)
{
	if ((events & EPOLLIN) != 0 && !c->heard) {
		c->heard = 1;
		watch(c, EPOLL_CTL_MOD, 0);
	}
	if ((events & ~(unsigned)EPOLLIN) != 0 && !c->ended) {
		c->ended = 1;
		c->h->ended++;
	}
}

static void
note_events(struct httpd *h)
{
	struct epoll_event ev[EVENTS];
	int i, n;

	n = epoll_wait(h->watch, ev, EVENTS, 0);
	for (i = 0; i < n; i++)
		if (ev[i].data.ptr != NULL)
			note(ev[i].data.ptr, ev[i].events);
}

/* Whether TLS has decrypted bytes that were not read yet: the system does not
 * know about them. */
static int
has_rest(const struct conn *c)
{
	void *session = session_of(c);

	return session != NULL && httpd_tls_rest(session);
}

/* Whether everything that the peer sent has been read. */
static int
is_drained(const struct conn *c)
{
	char byte;

	return recv(c->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0 &&
	    !has_rest(c);
}

void
httpd_conn_cut(struct conn *c)
{
	if (c->phase == P_HEAD || c->phase == P_BODY)
		httpd_abort(c, 400, "the connection ended before the request "
		    "was complete");
}

void
httpd_conn_settle(struct httpd *h)
{
	struct conn *c;

	if (h->ended == 0)
		return;
	for (c = h->conns; c != NULL; c = c->next) {
		if (!c->ended || c->phase == P_REST || c->phase == P_REPLY ||
		    c->phase == P_DEAD || !is_drained(c))
			continue;
		httpd_conn_cut(c);
		if (c->phase != P_DEAD)
			hang_up(c);
	}
}

void
httpd_conn_ends(struct httpd *h)
{
	note_events(h);
	httpd_conn_settle(h);
}

/* Whether nothing has come that is still unread. */
static int
is_silent(const struct conn *c)
{
	char byte;

	return recv(c->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0 &&
	    !has_rest(c);
}

/*
 * Find the connections that the library ignores, after many fruitless runs.  A
 * connection that it listens to cannot have bytes unread after each of many
 * runs without any piece of a body having come in between.
 */
void
httpd_conn_deaf(struct httpd *h)
{
	struct conn *c;

	for (c = h->conns; c != NULL; c = c->next) {
		if (c->phase != P_BODY || is_silent(c))
			c->unread = 0;
		else if (++c->unread > UNREAD_RUNS)
			httpd_abort(c, 400, "the chunk extensions or "
			    "trailers are too long");
	}
}

/* Whether it has been between two requests for a while. */
static int
is_resting(const struct conn *c)
{
	int64_t since = c->deadline - c->h->limits.idle * CLOCK_SECOND;

	return c->phase == P_IDLE && c->deadline != 0 &&
	    c->h->now - since >= RESTED * CLOCK_SECOND && is_silent(c);
}

void
httpd_make_room(struct httpd *h)
{
	struct conn *c;

	h->now = clock_mono();
	for (c = h->conns; c != NULL; c = c->next)
		if (is_resting(c))
			hang_up(c);
}

void
httpd_drain(struct httpd *h, int seconds)
{
	struct conn *c;

	h->now = clock_mono();
	h->draining = 1;
	h->drain_end = h->now + seconds * CLOCK_SECOND;
	for (c = h->conns; c != NULL; c = c->next) {
		if ((c->phase == P_IDLE || c->phase == P_NEW) &&
		    is_silent(c)) {
			hang_up(c);
		} else if (c->phase != P_REST && (c->deadline == 0 ||
		    c->deadline > h->drain_end)) {
			httpd_deadline(c, seconds);
		}
	}
}
