/*
 * The sockets that libcurl waits for, in an epoll.  libcurl drops a
 * connection's socket after each answer and asks for it again with the next
 * request; here it simply stays, which saves two system calls for each.
 */
#include "common/httpc_inner.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "common/buf.h"

/* OWN: we learn when it is closed, which removes it from the epoll. */
enum { OWN = 1, WANTED = 2 };

struct state {
	unsigned flags;
	unsigned events;	/* as it stands in the epoll; 0: it does not */
};

struct httpc_sockets {
	int epoll;
	struct state *of;	/* by descriptor */
	size_t n;
};

struct httpc_sockets *
httpc_sockets_new(void)
{
	struct httpc_sockets *s;
	int fd;

	if ((fd = epoll_create1(EPOLL_CLOEXEC)) < 0)
		return NULL;
	s = xcalloc(1, sizeof *s);
	s->epoll = fd;
	return s;
}

void
httpc_sockets_free(struct httpc_sockets *s)
{
	if (s == NULL)
		return;
	close(s->epoll);
	free(s->of);
	free(s);
}

int
httpc_sockets_fd(const struct httpc_sockets *s)
{
	return s->epoll;
}

static struct state *
state_of(struct httpc_sockets *s, int fd)
{
	size_t n = s->n;

	if ((size_t)fd >= n) {
		while (n <= (size_t)fd)
			n = n == 0 ? 64 : 2 * n;
		s->of = xrealloc(s->of, n, sizeof *s->of);
		memset(s->of + s->n, 0, (n - s->n) * sizeof *s->of);
		s->n = n;
	}
	return &s->of[fd];
}

void
httpc_sockets_opened(struct httpc_sockets *s, int fd)
{
	if (s != NULL && fd >= 0)
		*state_of(s, fd) = (struct state){ .flags = OWN };
}

void
httpc_sockets_closed(struct httpc_sockets *s, int fd)
{
	if (s != NULL)
		memset(state_of(s, fd), 0, sizeof(struct state));
}

static void
leave(struct httpc_sockets *s, struct state *st, int fd)
{
	/* It is no error if it is already gone. */
	if (st->events != 0)
		epoll_ctl(s->epoll, EPOLL_CTL_DEL, fd, NULL);
	st->events = 0;
}

int
httpc_sockets_want(struct httpc_sockets *s, int fd, unsigned events)
{
	struct state *st = state_of(s, fd);
	struct epoll_event ev;

	st->flags &= ~(unsigned)WANTED;
	if (events == 0) {
		if (!(st->flags & OWN))
			leave(s, st, fd);
		return 0;
	}
	st->flags |= WANTED;
	if (st->events == events)
		return 0;
	memset(&ev, 0, sizeof ev);
	ev.data.fd = fd;
	ev.events = events;
	if (epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &ev) != 0 &&
	    (errno != EEXIST ||
	    epoll_ctl(s->epoll, EPOLL_CTL_MOD, fd, &ev) != 0))
		return -1;
	st->events = events;
	return 0;
}

int
httpc_sockets_wanted(struct httpc_sockets *s, int fd)
{
	struct state *st = state_of(s, fd);

	if (st->flags & WANTED)
		return 1;
	/* Most likely the peer has closed it: it would be reported for ever. */
	leave(s, st, fd);
	return 0;
}
