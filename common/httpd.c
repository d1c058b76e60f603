#include "common/httpd.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/die.h"
#include "common/httpd_inner.h"

/* After its last answer a connection may go on sending for so long, so that
 * the answer is not lost in a reset. */
enum { LINGER = 2, ENDS = 64 };

void
httpd_deadline(struct conn *c, int seconds)
{
	struct httpd *h = c->h;

	if (h->draining && seconds > h->drain_limit)
		seconds = h->drain_limit;
	c->deadline = h->now + seconds * CLOCK_SECOND;
	if (c->deadline < h->sweep_at)
		h->sweep_at = c->deadline;
}

static void *
session_of(struct conn *c)
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
		debug(2, "%s: gone before its answer", c->peer.text);
	shutdown(c->fd, SHUT_WR);
}

void
httpd_abort(struct conn *c, int status, const char *detail)
{
	struct arena m = { NULL };
	struct answer a;
	char head[256];
	struct buf b = { NULL, 0, 0 };
	int n;

	answer_problem(&a, &m, status, detail);
	n = snprintf(head, sizeof head, "HTTP/1.1 %d %s\r\nConnection: close"
	    "\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n", status,
	    answer_title(status), a.type, a.len);
	buf_add(&b, head, (size_t)n);
	buf_add(&b, a.body, a.len);
	say_and_shut(c, b.p, b.len);
	buf_release(&b);
	arena_release(&m);
	c->phase = P_DEAD;
	httpd_deadline(c, LINGER);
}

/* What a deadline that has passed means. */
static void
too_late(struct conn *c)
{
	switch (c->phase) {
	case P_NEW:
	case P_HEAD:
	case P_BODY:
		httpd_abort(c, 408, "the request took too long to arrive");
		break;
	default:
		c->deadline = 0;
		c->phase = P_DEAD;
		shutdown(c->fd, SHUT_RDWR);
	}
}

/* Look at all deadlines; there are at most some hundred. */
static void
sweep(struct httpd *h)
{
	struct conn *c;

	h->sweep_at = INT64_MAX;
	for (c = h->conns; c != NULL; c = c->next) {
		if (c->deadline != 0 && c->deadline <= h->now)
			too_late(c);
		if (c->deadline != 0 && c->deadline < h->sweep_at)
			h->sweep_at = c->deadline;
	}
}

/*
 * libmicrohttpd 0.9.75 misses the end of a peer's data when it comes together
 * with the last of it (edge-triggered epoll and a short read).  So the ends are
 * watched for here.
 */
static void
watch(struct conn *c)
{
	struct epoll_event ev;

	memset(&ev, 0, sizeof ev);
	ev.events = EPOLLRDHUP | EPOLLET;
	ev.data.ptr = c;
	if (epoll_ctl(c->h->watch, EPOLL_CTL_ADD, c->fd, &ev) != 0)
		debug(1, "epoll: %s", strerror(errno));
}

static void
note_ends(struct httpd *h)
{
	struct epoll_event ev[ENDS];
	struct conn *c;
	int i, n;

	n = epoll_wait(h->watch, ev, ENDS, 0);
	for (i = 0; i < n; i++) {
		c = ev[i].data.ptr;
		if (c != NULL && !c->ended) {
			c->ended = 1;
			h->ended++;
		}
	}
}

/* Whether everything that the peer sent has been read. */
static int
is_drained(const struct conn *c)
{
	char byte;

	return recv(c->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/* Peers that have ended get no more than the answer they wait for. */
static void
settle_ends(struct httpd *h)
{
	struct conn *c;

	for (c = h->conns; c != NULL; c = c->next) {
		if (!c->ended || c->phase == P_REST || c->phase == P_REPLY ||
		    c->phase == P_DEAD || !is_drained(c))
			continue;
		if (c->phase == P_HEAD || c->phase == P_BODY) {
			httpd_abort(c, 400, "the request is not whole");
		} else {
			c->phase = P_DEAD;
			c->deadline = 0;
			shutdown(c->fd, SHUT_RDWR);
		}
	}
}

static void
conn_begin(struct httpd *h, struct MHD_Connection *mc, void **ctx)
{
	const union MHD_ConnectionInfo *i;
	struct conn *c;

	c = xcalloc(1, sizeof *c);
	c->h = h;
	c->mc = mc;
	i = MHD_get_connection_info(mc, MHD_CONNECTION_INFO_CONNECTION_FD);
	c->fd = i->connect_fd;
	c->next = h->conns;
	if (c->next != NULL)
		c->next->prev = c;
	h->conns = c;
	h->open++;
	watch(c);
	httpd_deadline(c, h->limits.request);
	*ctx = c;
}

static void
conn_end(struct conn *c)
{
	if (c->prev != NULL)
		c->prev->next = c->next;
	else
		c->h->conns = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	epoll_ctl(c->h->watch, EPOLL_CTL_DEL, c->fd, NULL);
	c->h->open--;
	c->h->ended -= (unsigned)c->ended;
	free(c->cert);
	free(c);
}

static void
cb_connection(void *cls, struct MHD_Connection *mc, void **ctx,
    enum MHD_ConnectionNotificationCode what)
{
	if (what == MHD_CONNECTION_NOTIFY_STARTED)
		conn_begin(cls, mc, ctx);
	else if (*ctx != NULL)
		conn_end(*ctx);
}

/*
 * libmicrohttpd before 0.9.76 answers a Content-Length that is no number with
 * two heads in front of one body.  It says something to its log first: that is
 * the moment to answer instead of it.
 */
static void
refuse_lengths(struct httpd *h)
{
	const char *text, *why;
	struct conn *c;
	int status;

	for (c = h->conns; c != NULL; c = c->next) {
		if (c->phase != P_HEAD)
			continue;
		text = MHD_lookup_connection_value(c->mc, MHD_HEADER_KIND,
		    "Content-Length");
		status = text != NULL ? framing_length(text, &why) : 0;
		if (status != 0)
			httpd_abort(c, status, why);
	}
}

/* What the library has to say is about single peers: for the curious. */
__attribute__((format(printf, 2, 0)))
static void
cb_log(void *cls, const char *fmt, va_list ap)
{
	char line[512];

	if (strcmp(MHD_get_version(), "0.9.76") < 0)
		refuse_lengths(cls);
	vsnprintf(line, sizeof line, fmt, ap);
	line[strcspn(line, "\n")] = '\0';
	debug(2, "%s", line);
}

static size_t
cb_keep(void *cls, struct MHD_Connection *mc, char *s)
{
	(void)cls;
	(void)mc;
	return strlen(s);
}

/* The pool of a connection holds its head and, twice over, what the library
 * makes of it. */
static struct MHD_Daemon *
start(struct httpd *h)
{
	struct MHD_OptionItem tls[5];
	unsigned flags, n = 0;

	flags = MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET |
	    MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
	memset(tls, 0, sizeof tls);
	if (h->tls != NULL) {
		flags |= MHD_USE_TLS;
		tls[n].option = MHD_OPTION_HTTPS_MEM_CERT;
		tls[n++].ptr_value = h->tls->cert;
		tls[n].option = MHD_OPTION_HTTPS_MEM_KEY;
		tls[n++].ptr_value = h->tls->key;
		tls[n].option = MHD_OPTION_HTTPS_PRIORITIES;
		tls[n++].ptr_value = (void *)(uintptr_t)TLS_PRIORITY;
		if (h->tls->trust != NULL) {
			tls[n].option = MHD_OPTION_HTTPS_MEM_TRUST;
			tls[n++].ptr_value = h->tls->trust;
		}
	}
	tls[n].option = MHD_OPTION_END;
	return MHD_start_daemon(flags, 0, NULL, NULL, httpd_cb_access, h,
	    MHD_OPTION_EXTERNAL_LOGGER, cb_log, h,
	    MHD_OPTION_URI_LOG_CALLBACK, httpd_cb_line, h,
	    MHD_OPTION_UNESCAPE_CALLBACK, cb_keep, h,
	    MHD_OPTION_NOTIFY_COMPLETED, httpd_cb_over, h,
	    MHD_OPTION_NOTIFY_CONNECTION, cb_connection, h,
	    MHD_OPTION_CONNECTION_LIMIT, h->limits.connections,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, h->limits.head + 2048,
	    MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
	    MHD_OPTION_ARRAY, tls,
	    MHD_OPTION_END);
}

static int
watch_library(struct httpd *h)
{
	const union MHD_DaemonInfo *i;
	struct epoll_event ev;

	memset(&ev, 0, sizeof ev);
	ev.events = EPOLLIN;
	i = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	return epoll_ctl(h->watch, EPOLL_CTL_ADD, i->epoll_fd, &ev);
}

int
httpd_new(struct httpd **out, const struct httpd_handler *handler,
    const struct httpd_limits *limits, const struct httpd_tls *tls,
    struct err *e)
{
	struct httpd *h;

	*out = NULL;
	h = xcalloc(1, sizeof *h);
	h->handler = *handler;
	h->limits = *limits;
	h->tls = tls;
	h->now = clock_mono();
	h->sweep_at = INT64_MAX;
	h->watch = epoll_create1(EPOLL_CLOEXEC);
	h->daemon = h->watch >= 0 ? start(h) : NULL;
	if (h->daemon == NULL || watch_library(h) != 0) {
		httpd_free(h);
		return err_set(e, E_IO, "libmicrohttpd does not start");
	}
	*out = h;
	return 0;
}

void
httpd_free(struct httpd *h)
{
	if (h == NULL)
		return;
	if (h->daemon != NULL)
		MHD_stop_daemon(h->daemon);
	if (h->watch >= 0)
		close(h->watch);
	httpd_spare_release(h);
	free(h);
}

int
httpd_add(struct httpd *h, int fd, const struct peer *p)
{
	struct conn *first = h->conns;

	h->now = clock_mono();
	/* Closes fd when it fails.  The new connection is the first one. */
	if (MHD_add_connection(h->daemon, fd,
	    (const struct sockaddr *)&p->addr, p->len) != MHD_YES)
		return -1;
	assert(h->conns != NULL && h->conns != first);
	h->conns->peer = *p;
	return 0;
}

int
httpd_fd(const struct httpd *h)
{
	return h->watch;
}

int
httpd_timeout(struct httpd *h)
{
	MHD_UNSIGNED_LONG_LONG ms;
	int64_t left;

	if (MHD_get_timeout(h->daemon, &ms) == MHD_YES && ms == 0)
		return 0;
	if (h->sweep_at == INT64_MAX)
		return -1;
	left = h->sweep_at - clock_mono();
	return left <= 0 ? 0 : (int)(left / 1000) + 1;
}

void
httpd_run(struct httpd *h)
{
	h->now = clock_mono();
	if (h->now >= h->sweep_at)
		sweep(h);
	note_ends(h);
	/* Before the library sees an end, and hangs up without a word. */
	if (h->ended > 0)
		settle_ends(h);
	MHD_run(h->daemon);
	if (h->ended > 0)
		settle_ends(h);
}

unsigned
httpd_open(const struct httpd *h)
{
	return h->open;
}

int
httpd_full(const struct httpd *h)
{
	return h->open >= h->limits.connections;
}

void
httpd_drain(struct httpd *h, int seconds)
{
	struct conn *c;

	h->now = clock_mono();
	h->draining = 1;
	h->drain_limit = seconds;
	for (c = h->conns; c != NULL; c = c->next) {
		if (c->phase == P_IDLE || c->phase == P_NEW) {
			c->phase = P_DEAD;
			shutdown(c->fd, SHUT_RDWR);
		} else if (c->phase != P_REST) {
			httpd_deadline(c, seconds);
		}
	}
}
