/*
 * Talk raw HTTP: http ADDRESS [-n N] [-s] [-e] [-p MS] <REQUEST
 *
 * Sends standard input unchanged to host:port, [v6]:port or unix:/path and
 * prints what comes back, until N answers (1) are complete or the peer closes;
 * waits 15 s.
 *
 *   -s     say nothing more after the request (half close)
 *   -p MS  a byte every MS milliseconds, until an answer comes
 *   -e     wait for the peer to close, whatever the answers say
 *
 *   http -f             a port of loopback on which nobody listens
 *   http -l ADDRESS     whether somebody listens there: 0 or 1
 *
 * In C because the tests ask more than a thousand times: an interpreter takes
 * longer to start than the answer takes to come.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { WAIT = 15000 };

struct text {
	char *p;
	size_t n, cap;
};

static void
add(struct text *t, const char *p, size_t n)
{
	if (t->cap - t->n <= n) {
		t->cap = 2 * t->cap + n + 65536;
		t->p = realloc(t->p, t->cap);
		if (t->p == NULL)
			err(1, NULL);
	}
	memcpy(t->p + t->n, p, n);
	t->n += n;
	t->p[t->n] = '\0';
}

/* 0 at the end, or after a reset. */
static int
take(struct text *t, int fd)
{
	char part[65536];
	ssize_t n = read(fd, part, sizeof part);

	if (n <= 0)
		return 0;
	add(t, part, (size_t)n);
	return 1;
}

static int
local(const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (strlen(path) >= sizeof un.sun_path)
		errx(1, "%s: too long", path);
	strcpy(un.sun_path, path);
	return connect(fd, (struct sockaddr *)&un, sizeof un) == 0 ? fd : -1;
}

/* A connection, or -1. */
static int
reach(const char *where)
{
	static const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	char host[256];
	const char *port = strrchr(where, ':');
	struct addrinfo *ai;
	int fd, n, v6 = where[0] == '[';

	if (strncmp(where, "unix:", 5) == 0)
		return local(where + 5);
	if (port == NULL || port - where >= (int)sizeof host)
		errx(1, "%s: not an address", where);
	n = (int)(port - where) - 2 * v6;
	snprintf(host, sizeof host, "%.*s", n, where + v6);
	n = getaddrinfo(host, port + 1, &hints, &ai);
	if (n != 0)
		errx(1, "%s: %s", where, gai_strerror(n));
	fd = socket(ai->ai_family, ai->ai_socktype, 0);
	if (connect(fd, ai->ai_addr, ai->ai_addrlen) != 0) {
		close(fd);
		fd = -1;
	}
	freeaddrinfo(ai);
	return fd;
}

static int
free_port(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	socklen_t n = sizeof in;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&in, sizeof in) != 0 ||
	    getsockname(fd, (struct sockaddr *)&in, &n) != 0)
		err(1, "bind");
	printf("%d\n", ntohs(in.sin_port));
	return 0;
}

/* The length of the body after a head of this length. */
static size_t
body_of(const char *head, size_t n)
{
	static const char name[] = "\ncontent-length: ";
	size_t i;

	for (i = 0; i + sizeof name < n; i++)
		if (strncasecmp(head + i, name, sizeof name - 1) == 0)
			return strtoul(head + i + sizeof name - 1, NULL, 10);
	return 0;
}

/* How many answers are complete. */
static int
whole(const struct text *got, int no_body)
{
	const char *p = got->p, *end;
	size_t n, body;
	int count = 0;

	while (p != NULL && strncmp(p, "HTTP/1.1 ", 9) == 0 &&
	    (end = strstr(p, "\r\n\r\n")) != NULL) {
		n = (size_t)(end + 4 - p);
		if (strncmp(p + 9, "100", 3) == 0) {
			p += n;
			continue;
		}
		body = no_body ? 0 : body_of(p, n);
		if ((size_t)(got->p + got->n - p) < n + body)
			break;
		p += n + body;
		count++;
	}
	return count;
}

static void
say(int fd, const struct text *request)
{
	size_t at = 0;
	ssize_t n;

	while (at < request->n) {
		n = write(fd, request->p + at, request->n - at);
		if (n < 0)
			return;
		at += (size_t)n;
	}
}

/* Send byte by byte until an answer comes: 0 if the peer has closed. */
static int
say_slowly(int fd, const struct text *request, struct text *got, int pace)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	size_t at;

	for (at = 0; at < request->n; at++) {
		if (write(fd, request->p + at, 1) != 1)
			return 1;
		if (poll(&p, 1, pace) > 0)
			return take(got, fd);
	}
	return 1;
}

static long
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int
main(int argc, char **argv)
{
	struct text request = { 0 }, got = { 0 };
	struct pollfd p = { .events = POLLIN };
	const char *where = argv[1];
	int c, want = 1, half = 0, pace = 0, to_end = 0, open = 1;
	long until;

	if (argc == 2 && strcmp(where, "-f") == 0)
		return free_port();
	if (argc == 3 && strcmp(where, "-l") == 0)
		return reach(argv[2]) < 0;
	for (optind = 2; (c = getopt(argc, argv, "n:sp:e")) != -1; )
		switch (c) {
		case 'n': want = atoi(optarg); break;
		case 's': half = 1; break;
		case 'p': pace = atoi(optarg); break;
		case 'e': to_end = 1; break;
		default: return 64;
		}
	signal(SIGPIPE, SIG_IGN);
	while (take(&request, STDIN_FILENO))
		;
	p.fd = reach(where);
	if (p.fd < 0)
		err(1, "%s", where);
	if (pace > 0)
		open = say_slowly(p.fd, &request, &got, pace);
	else
		say(p.fd, &request);
	if (half)
		shutdown(p.fd, SHUT_WR);
	until = now() + WAIT;
	while (open && (to_end || whole(&got, request.n >= 5 &&
	    memcmp(request.p, "HEAD ", 5) == 0) < want)) {
		if (poll(&p, 1, (int)(until - now())) <= 0) {
			add(&got, "http: timed out\n", 16);
			break;
		}
		open = take(&got, p.fd);
	}
	fwrite(got.p, 1, got.n, stdout);
	if (!open && to_end)
		puts("http: closed");
	return 0;
}
