#include "common/httpd.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
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

/* How many runs in a row may be fruitless before there is a pause between them,
 * and the longest pause, in milliseconds. */
enum { VAIN_RUNS = 64, LONGEST_PAUSE = 50 };

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
	httpd_conn_watch(c);
	httpd_deadline(c, h->limits.request);
	*ctx = c;
}

static void
conn_end(struct conn *c)
{
	/* The library does not always report it: when it refuses a request for
	 * the second time, it silently hangs up. */
	httpd_work_over(c);
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
 * libmicrohttpd before 0.9.76 answers a Content-Length that is not a number
 * with two heads in front of one body.  It writes to its log first: that is the
 * moment to answer in its place.
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
		if (status == 0)
			continue;
		httpd_abort(c, status, why);
		h->forestalled = 1;
	}
}

/* The library has refused something by itself, and does not say whose
 * request. */
static void
tell_refused(struct httpd *h, unsigned status)
{
	struct http_request none;

	memset(&none, 0, sizeof none);
	none.peer = h->open == 1 ? h->conns->peer.text : "?";
	if (!h->forestalled)
		h->handler.refused(h->handler.ctx, &none, (int)status);
	h->forestalled = 0;
}

/* The library's messages are about single peers: print them only on request. */
__attribute__((format(printf, 2, 0)))
static void
cb_log(void *cls, const char *fmt, va_list ap)
{
	char line[512];
	unsigned status;

	if (strcmp(MHD_get_version(), "0.9.76") < 0)
		refuse_lengths(cls);
	vsnprintf(line, sizeof line, fmt, ap);
	line[strcspn(line, "\n")] = '\0';
	debug(2, "%s", line);
	if (sscanf(line, "Error processing request (HTTP response code is %u",
	    &status) == 1)
		tell_refused(cls, status);
}

/* The memory pool of a connection holds its head and, twice as large, what the
 * library makes of it. */
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
	    MHD_OPTION_UNESCAPE_CALLBACK, httpd_cb_unescape, h,
	    MHD_OPTION_NOTIFY_COMPLETED, httpd_cb_over, h,
	    MHD_OPTION_NOTIFY_CONNECTION, cb_connection, h,
	    MHD_OPTION_CONNECTION_LIMIT, h->limits.connections,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT,
	    h->limits.head + HTTPD_HEAD_EXTRA,
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
	assert(h->works == 0);
	httpd_spare_release(h);
	free(h);
}

int
httpd_add(struct httpd *h, int fd, const struct peer *p)
{
	struct conn *first = h->conns;

	h->now = clock_mono();
	/* On failure this closes fd.  The new connection is the first in the
	 * list. */
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

/*
 * A chunk extension, a trailer or a head that fills the pool completely makes
 * libmicrohttpd 0.9.75 deaf: it wants to be run at once, but neither reads nor
 * refuses.  It does not tell for which connection.  If the peer has more to
 * send, it is found (httpd_conn_deaf); otherwise its deadline ends it.  Until
 * then the fruitless runs come more and more slowly; anything else shows at
 * httpd_fd() and does not wait.
 */
int
httpd_timeout(struct httpd *h)
{
	MHD_UNSIGNED_LONG_LONG ms;
	int64_t left = INT64_MAX;

	if (MHD_get_timeout(h->daemon, &ms) != MHD_YES)
		ms = INT_MAX;
	if (ms == 0)
		return h->vain > VAIN_RUNS ? h->vain - VAIN_RUNS : 0;
	h->vain = 0;
	if (h->sweep_at != INT64_MAX)
		left = (h->sweep_at - clock_mono()) / 1000 + 1;
	if (left > (int64_t)ms)
		left = (int64_t)ms;
	return left == INT_MAX ? -1 : left < 0 ? 0 : (int)left;
}

/* A fruitful run shortens the pause; if there was none yet, it restarts the
 * count. */
static void
count_vain(struct httpd *h)
{
	if (h->called)
		h->vain = h->vain > VAIN_RUNS ? VAIN_RUNS : 0;
	else if (h->vain < VAIN_RUNS + LONGEST_PAUSE)
		h->vain++;
}

void
httpd_run(struct httpd *h)
{
	h->now = clock_mono();
	httpd_conn_sweep(h);
	/* Before the library notices an end, and silently hangs up. */
	httpd_conn_ends(h);
	h->forestalled = 0;
	h->called = 0;
	MHD_run(h->daemon);
	count_vain(h);
	if (h->vain > VAIN_RUNS)
		httpd_conn_deaf(h);
	httpd_conn_settle(h);
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
