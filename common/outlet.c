#include "common/outlet.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/die.h"

enum { KEEP = 1024 * 1024, TURNS = 64 };

void
outlet_init(struct outlet *o, int fd)
{
	struct stat st, null;

	memset(o, 0, sizeof *o);
	o->fd = fd;
	if (fd < 0 || fstat(fd, &st) != 0 ||
	    (stat("/dev/null", &null) == 0 && S_ISCHR(st.st_mode) &&
	    st.st_rdev == null.st_rdev))
		o->fd = -1;
	else
		o->socket = S_ISSOCK(st.st_mode);
}

void
outlet_release(struct outlet *o)
{
	buf_release(&o->b);
	o->fd = -1;
}

int
outlet_open(const struct outlet *o)
{
	return o->fd >= 0 && !o->dropping;
}

/* Warn seldom: otherwise a reader that is slow now and then would be reported
 * each time. */
static void
tell_slow(struct outlet *o)
{
	char of[SELDOM_TEXT];
	const char *more = seldom_now(&o->slow, of);

	if (more != NULL)
		say("standard output: the reader is slow; it misses lines%s",
		    more);
}

void
outlet_add(struct outlet *o, const char *p, size_t n)
{
	if (!outlet_open(o) || n == 0)
		return;
	if (o->b.len - o->sent > KEEP) {
		o->dropping = 1;
		tell_slow(o);
		return;
	}
	if (o->sent > KEEP) {
		memmove(o->b.p, o->b.p + o->sent, o->b.len - o->sent);
		o->b.len -= o->sent;
		o->sent = 0;
	}
	buf_add(&o->b, p, n);
}

int
outlet_wants(const struct outlet *o)
{
	return o->fd >= 0 && o->sent < o->b.len;
}

static int
room(const struct outlet *o, int ms)
{
	struct pollfd p = { o->fd, POLLOUT, 0 };

	return poll(&p, 1, ms) == 1;
}

static void
gone(struct outlet *o)
{
	if (errno == EPIPE) {
		say("standard output: the reader is gone");
	} else {
		warn("standard output: %s", strerror(errno));
		o->failed = 1;
	}
	outlet_release(o);
}

/* How many bytes to write next: whole lines, or part of one that is longer. */
static size_t
piece(const struct outlet *o)
{
	const char *p = o->b.p + o->sent, *end;
	size_t n = o->b.len - o->sent;

	if (n <= PIPE_BUF)
		return n;
	end = memrchr(p, '\n', PIPE_BUF);
	return end != NULL ? (size_t)(end - p) + 1 : PIPE_BUF;
}

static void
step(struct outlet *o)
{
	size_t n = piece(o);
	ssize_t k;

	k = o->socket ? send(o->fd, o->b.p + o->sent, n,
	    MSG_DONTWAIT | MSG_NOSIGNAL) : write(o->fd, o->b.p + o->sent, n);
	if (k < 0 && errno != EAGAIN && errno != EINTR)
		gone(o);
	if (k <= 0)
		return;
	o->sent += (size_t)k;
	o->begun = o->b.p[o->sent - 1] != '\n';
	if (o->sent < o->b.len)
		return;
	buf_clear(&o->b);
	o->sent = 0;
	o->dropping = 0;
}

void
outlet_write(struct outlet *o)
{
	int i;

	for (i = 0; i < TURNS && outlet_wants(o) && room(o, 0); i++)
		step(o);
}

void
outlet_finish(struct outlet *o, int ms)
{
	int64_t end = clock_mono() + (int64_t)ms * 1000, left;

	while (outlet_wants(o)) {
		left = end - clock_mono();
		if (o->begun)
			left += (int64_t)ms * 1000;
		if (left <= 0 || !room(o, (int)(left / 1000) + 1))
			break;
		step(o);
	}
}
