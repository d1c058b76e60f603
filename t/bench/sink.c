/*
 * sink MS: a receiver of webhooks on a free port of loopback that answers 204
 * after MS milliseconds, or never (-1).  Says "listening on ADDRESS" on
 * standard error.  SIGTERM ends it; then it prints "P50 P99 MAX N": how many
 * milliseconds after the time named in its event a request arrived.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/clock.h"
#include "common/die.h"
#include "common/options.h"

enum { CONNS = 1024, IN = 65536, EVENTS = 64 };

struct conn {
	int fd;			/* -1: none */
	size_t n;
	char in[IN + 1];
};

/* Answers that are due, in order: each waits the same time. */
struct answer {
	int64_t at;
	int fd;
};

struct sink {
	int64_t delay;		/* microseconds, <0: never */
	int epoll, listener, timer, signals;
	struct conn *conn;
	struct answer due[CONNS];
	size_t head, ndue;
	int64_t *lag;
	size_t n, cap;
};

static void
watch(struct sink *s, int fd, int64_t what)
{
	struct epoll_event ev;

	memset(&ev, 0, sizeof ev);
	ev.events = EPOLLIN;
	ev.data.u64 = (uint64_t)what;
	if (epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &ev) != 0)
		die(E_IO, "epoll: %s", strerror(errno));
}

/* The timer rings when the first answer is due. */
static void
set_timer(struct sink *s)
{
	struct itimerspec t;
	int64_t left;

	memset(&t, 0, sizeof t);
	if (s->ndue > 0) {
		left = s->due[s->head].at - clock_mono();
		left = left < 1 ? 1 : left;
		t.it_value.tv_sec = left / CLOCK_SECOND;
		t.it_value.tv_nsec = left % CLOCK_SECOND * 1000;
	}
	timerfd_settime(s->timer, 0, &t, NULL);
}

static void
send_due(struct sink *s)
{
	static const char ok[] = "HTTP/1.1 204 No Content\r\n\r\n";
	int64_t now = clock_mono();

	while (s->ndue > 0 && s->due[s->head].at <= now) {
		if (send(s->due[s->head].fd, ok, sizeof ok - 1,
		    MSG_NOSIGNAL | MSG_DONTWAIT) < 0 && errno != EPIPE &&
		    errno != ECONNRESET)
			die(E_IO, "send: %s", strerror(errno));
		s->head = (s->head + 1) % CONNS;
		s->ndue--;
	}
	set_timer(s);
}

static void
note_lag(struct sink *s, const char *body)
{
	static const char key[] = "\"time\":\"";
	const char *t = strstr(body, key), *end;
	int64_t at;

	if (t == NULL || (end = strchr(t += sizeof key - 1, '"')) == NULL ||
	    clock_parse(t, (size_t)(end - t), &at) != 0)
		return;
	if (s->n == s->cap) {
		s->cap = s->cap == 0 ? 4096 : 2 * s->cap;
		s->lag = xrealloc(s->lag, s->cap, sizeof *s->lag);
	}
	s->lag[s->n++] = clock_now() - at;
}

static void
owe(struct sink *s, struct conn *c)
{
	struct answer *a = &s->due[(s->head + s->ndue) % CONNS];

	if (s->delay < 0)
		return;
	if (s->ndue++ == CONNS)
		die(E_IO, "more requests than connections");
	a->at = clock_mono() + s->delay;
	a->fd = c->fd;
	if (s->ndue == 1)
		set_timer(s);
}

/* Complete requests, one after the other. */
static void
take(struct sink *s, struct conn *c)
{
	const char *body, *len;
	size_t all;

	for (;;) {
		c->in[c->n] = '\0';
		if ((body = strstr(c->in, "\r\n\r\n")) == NULL)
			return;
		body += 4;
		len = strcasestr(c->in, "content-length:");
		all = (size_t)(body - c->in) + (len != NULL && len < body ?
		    strtoul(len + 15, NULL, 10) : 0);
		if (all > IN)
			die(E_DATA, "a request is too long");
		if (c->n < all)
			return;
		note_lag(s, body);
		owe(s, c);
		memmove(c->in, c->in + all, c->n -= all);
	}
}

static void
on_data(struct sink *s, struct conn *c)
{
	ssize_t n = read(c->fd, c->in + c->n, IN - c->n);

	if (n > 0) {
		c->n += (size_t)n;
		take(s, c);
	} else if (n == 0 || errno != EINTR) {
		close(c->fd);
		c->fd = -1;
	}
}

static void
on_connection(struct sink *s)
{
	int one = 1, fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC);
	size_t i;

	for (i = 0; i < CONNS && s->conn[i].fd >= 0; i++)
		;
	if (fd < 0 || i == CONNS)
		die(E_IO, "accept: %s", fd < 0 ? strerror(errno) :
		    "too many connections");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	s->conn[i].fd = fd;
	s->conn[i].n = 0;
	watch(s, fd, (int64_t)i);
}

static int
by_size(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void
report(struct sink *s)
{
	if (s->n == 0) {
		puts("0 0 0 0");
		return;
	}
	qsort(s->lag, s->n, sizeof *s->lag, by_size);
	printf("%.2f %.2f %.2f %zu\n", (double)s->lag[s->n / 2] / 1000,
	    (double)s->lag[s->n * 99 / 100] / 1000,
	    (double)s->lag[s->n - 1] / 1000, s->n);
}

static void
open_all(struct sink *s)
{
	struct sockaddr_in a;
	socklen_t n = sizeof a;
	sigset_t set;
	size_t i;

	memset(&a, 0, sizeof a);
	a.sin_family = AF_INET;
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (s->listener < 0 || bind(s->listener, (void *)&a, sizeof a) != 0 ||
	    listen(s->listener, CONNS) != 0 ||
	    getsockname(s->listener, (void *)&a, &n) != 0)
		die(E_IO, "listen: %s", strerror(errno));
	s->conn = xcalloc(CONNS, sizeof *s->conn);
	for (i = 0; i < CONNS; i++)
		s->conn[i].fd = -1;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	s->signals = signalfd(-1, &set, SFD_CLOEXEC);
	s->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (s->signals < 0 || s->timer < 0 || s->epoll < 0)
		die(E_IO, "%s", strerror(errno));
	watch(s, s->listener, CONNS);
	watch(s, s->timer, CONNS + 1);
	watch(s, s->signals, CONNS + 2);
	fprintf(stderr, "listening on 127.0.0.1:%d\n", ntohs(a.sin_port));
}

int
main(int argc, char **argv)
{
	struct epoll_event ev[EVENTS];
	static struct sink s;
	int64_t ms;
	int i, n;

	die_init(argv[0]);
	if (argc != 2 || (strcmp(argv[1], "-1") != 0 &&
	    options_number(argv[1], 0, 60000, &ms) != 0))
		die(E_USAGE, "usage: sink MS");
	s.delay = strcmp(argv[1], "-1") == 0 ? -1 : ms * 1000;
	open_all(&s);
	for (;;) {
		n = epoll_wait(s.epoll, ev, EVENTS, -1);
		for (i = 0; i < n; i++)
			if (ev[i].data.u64 < CONNS)
				on_data(&s, &s.conn[ev[i].data.u64]);
			else if (ev[i].data.u64 == CONNS)
				on_connection(&s);
			else if (ev[i].data.u64 == CONNS + 2)
				goto out;
		send_due(&s);
	}
out:
	report(&s);
	return 0;
}
