/*
 * rate [-p] PORT FILE LENGTH RATE SECONDS CONNECTIONS
 *
 * Requests at a fixed rate, whatever the server does (an open loop): request i
 * is due at start + i / RATE, and its latency counts from then, even if no
 * connection was free to send it.  FILE holds requests of LENGTH bytes each
 * (requests.c).  With -p the latency ends not with the answer but with the line
 * on standard input that says that the member of request i was suspended
 * (loya-apply's).  Prints "P50 P99 MAX ERRORS", times in milliseconds.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/die.h"
#include "common/json.h"
#include "common/lines.h"
#include "common/options.h"

enum { ANSWER = 8192, EVENTS = 64, PATIENCE = 120 * 1000 * 1000,
    LINE = 4 * 1024 * 1024, INPUT = -1 };

struct conn {
	int fd;
	int busy;
	long i;			/* the request it is busy with */
	size_t sent, n;
	char in[ANSWER + 1];
};

struct load {
	const char *request;
	size_t length;
	int64_t port, rate, total, nconn;
	int64_t start;
	long begun, answered, seen, errors;
	int64_t *latency;	/* microseconds, by request; -1: none */
	struct conn *conn, **idle;
	long nidle;
	int epoll, pipe;
	struct lines lines;
};

static int64_t
due(const struct load *l, long i)
{
	return l->start + i * CLOCK_SECOND / l->rate;
}

static void
map_requests(struct load *l, const char *path)
{
	struct stat st;
	int fd;

	if ((fd = open(path, O_RDONLY)) < 0 || fstat(fd, &st) != 0)
		die(E_IO, "%s: %s", path, strerror(errno));
	if ((size_t)st.st_size / l->length < (size_t)l->total)
		die(E_CONF, "%s: fewer than %lld requests", path,
		    (long long)l->total);
	l->request = mmap(NULL, (size_t)st.st_size, PROT_READ,
	    MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (l->request == MAP_FAILED)
		die(E_IO, "%s: %s", path, strerror(errno));
	close(fd);
}

static void
watch(struct load *l, int fd, int64_t what, uint32_t events)
{
	struct epoll_event ev;

	memset(&ev, 0, sizeof ev);
	ev.events = events;
	ev.data.u64 = (uint64_t)what;
	if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &ev) != 0)
		die(E_IO, "epoll: %s", strerror(errno));
}

static void
connect_one(struct load *l, struct conn *c)
{
	struct sockaddr_in a;
	int one = 1;

	memset(&a, 0, sizeof a);
	a.sin_family = AF_INET;
	a.sin_port = htons((uint16_t)l->port);
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&a, sizeof a) != 0)
		die(E_IO, "connect: %s", strerror(errno));
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	fcntl(c->fd, F_SETFL, O_NONBLOCK);
	c->busy = 0;
	l->idle[l->nidle++] = c;
	watch(l, c->fd, c - l->conn, EPOLLIN | EPOLLOUT | EPOLLET);
}

/* The answer is complete, or there will be none. */
static void
over(struct load *l, struct conn *c, int ok, int keep)
{
	l->answered++;
	if (!ok)
		l->errors++;
	else if (!l->pipe)
		l->latency[c->i] = clock_mono() - due(l, c->i);
	if (keep) {
		c->busy = 0;
		l->idle[l->nidle++] = c;
		return;
	}
	close(c->fd);
	connect_one(l, c);
}

static void
send_more(struct load *l, struct conn *c)
{
	const char *p = l->request + (size_t)c->i * l->length;
	ssize_t n;

	while (c->busy && c->sent < l->length) {
		n = write(c->fd, p + c->sent, l->length - c->sent);
		if (n < 0 && errno == EAGAIN)
			return;
		if (n < 0) {
			over(l, c, 0, 0);
			return;
		}
		c->sent += (size_t)n;
	}
}

/* Whether a complete answer is there. */
static int
whole(const struct conn *c)
{
	const char *end = strstr(c->in, "\r\n\r\n"), *len;

	if (end == NULL)
		return 0;
	len = strcasestr(c->in, "\r\ncontent-length:");
	if (len == NULL || len > end)
		return 1;
	return c->n >= (size_t)(end + 4 - c->in) +
	    strtoul(len + strlen("\r\ncontent-length:"), NULL, 10);
}

static void
receive(struct load *l, struct conn *c)
{
	ssize_t n;

	for (;;) {
		n = read(c->fd, c->in + c->n, ANSWER - c->n);
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0) {
			if (c->busy)
				over(l, c, 0, 0);
			else
				die(E_IO, "the server went away");
			return;
		}
		c->n += (size_t)n;
		c->in[c->n] = '\0';
		if (whole(c))
			over(l, c, strncmp(c->in, "HTTP/1.1 2", 10) == 0, 1);
	}
}

static void
begin(struct load *l, struct conn *c)
{
	c->busy = 1;
	c->i = l->begun++;
	c->sent = c->n = 0;
	send_more(l, c);
}

/* "hr/msg_..." followed by the eight digits of the request's number. */
static void
take_line(struct load *l, const char *line, size_t len)
{
	static struct json j;
	const char *cause;
	uint32_t at;
	long i;

	if (json_parse(&j, line, len) != 0)
		die(E_DATA, "standard input: %s", j.why);
	if (!json_is(&j, json_get(&j, 0, "type"), "loya.member.suspended"))
		return;
	at = json_get(&j, 0, "loyacause");
	if (at == JSON_NONE || j.tok[at].len < 8)
		die(E_DATA, "standard input: no cause");
	cause = json_text(&j, at);
	i = strtol(cause + j.tok[at].len - 8, NULL, 10);
	if (i < 0 || i >= l->total || l->latency[i] >= 0)
		die(E_DATA, "standard input: an unknown cause");
	l->latency[i] = clock_mono() - due(l, i);
	l->seen++;
}

static void
take_lines(struct load *l)
{
	const char *line;
	size_t len;

	if (lines_fill(&l->lines, STDIN_FILENO) <= 0)
		die(E_IO, "the lines on standard input ended");
	while (lines_next(&l->lines, &line, &len) == 1)
		take_line(l, line, len);
}

static void
wait_and_serve(struct load *l, int64_t until)
{
	struct epoll_event ev[EVENTS];
	struct timespec ts;
	int64_t us = until - clock_mono(), what;
	int i, n;

	us = us < 0 ? 0 : us;
	ts.tv_sec = us / CLOCK_SECOND;
	ts.tv_nsec = us % CLOCK_SECOND * 1000;
	n = epoll_pwait2(l->epoll, ev, EVENTS, &ts, NULL);
	for (i = 0; i < n; i++) {
		what = (int64_t)ev[i].data.u64;
		if (what == INPUT) {
			take_lines(l);
			continue;
		}
		if (ev[i].events & EPOLLOUT)
			send_more(l, &l->conn[what]);
		if (ev[i].events & ~(uint32_t)EPOLLOUT)
			receive(l, &l->conn[what]);
	}
}

static void
run(struct load *l)
{
	int64_t end = due(l, l->total) + PATIENCE, until;

	while (l->answered < l->total ||
	    (l->pipe && l->seen + l->errors < l->total)) {
		while (l->begun < l->total && l->nidle > 0 &&
		    due(l, l->begun) <= clock_mono())
			begin(l, l->idle[--l->nidle]);
		until = l->begun < l->total && l->nidle > 0 ?
		    due(l, l->begun) : end;
		if (clock_mono() > end)
			break;
		wait_and_serve(l, until);
	}
}

static int
by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Requests that never ended count as errors. */
static void
report(struct load *l)
{
	long i, n = 0;

	for (i = 0; i < l->total; i++)
		if (l->latency[i] >= 0)
			l->latency[n++] = l->latency[i];
	if (n == 0)
		die(E_IO, "nothing was answered");
	qsort(l->latency, (size_t)n, sizeof *l->latency, by_value);
	printf("%.3f %.3f %.3f %ld\n", (double)l->latency[n / 2] / 1e3,
	    (double)l->latency[(n - 1) * 99 / 100] / 1e3,
	    (double)l->latency[n - 1] / 1e3, (long)l->total - n);
}

static void
setup(struct load *l, char **argv)
{
	int64_t i, length, seconds;

	if (options_number(argv[0], 1, 65535, &l->port) != 0 ||
	    options_number(argv[2], 1, 65536, &length) != 0 ||
	    options_number(argv[3], 1, 10000000, &l->rate) != 0 ||
	    options_number(argv[4], 1, 3600, &seconds) != 0 ||
	    options_number(argv[5], 1, 10000, &l->nconn) != 0)
		die(E_USAGE, "not a number, or out of range");
	l->length = (size_t)length;
	l->total = l->rate * seconds;
	map_requests(l, argv[1]);
	l->latency = xcalloc((size_t)l->total, sizeof *l->latency);
	for (i = 0; i < l->total; i++)
		l->latency[i] = -1;
	if ((l->epoll = epoll_create1(EPOLL_CLOEXEC)) < 0)
		die(E_IO, "epoll: %s", strerror(errno));
	l->conn = xcalloc((size_t)l->nconn, sizeof *l->conn);
	l->idle = xcalloc((size_t)l->nconn, sizeof *l->idle);
	for (i = 0; i < l->nconn; i++)
		connect_one(l, &l->conn[i]);
	lines_init(&l->lines, LINE);
	if (l->pipe)
		watch(l, STDIN_FILENO, INPUT, EPOLLIN);
}

int
main(int argc, char **argv)
{
	static struct load l;

	die_init(argv[0]);
	l.pipe = argc > 1 && strcmp(argv[1], "-p") == 0;
	argv += l.pipe;
	argc -= l.pipe;
	if (argc != 7)
		die(E_USAGE, "usage: rate [-p] PORT FILE LENGTH RATE SECONDS "
		    "CONNECTIONS");
	prctl(PR_SET_TIMERSLACK, 1L, 0L, 0L, 0L);
	setup(&l, argv + 1);
	l.start = clock_mono() + CLOCK_SECOND / 10;
	run(&l);
	report(&l);
	die_flush_exit(0);
}
