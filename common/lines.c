#include "common/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/status.h"

enum { CHUNK = 64 * 1024, WIDE = 1024 * 1024 };

void
lines_init(struct lines *l, size_t max)
{
	memset(l, 0, sizeof *l);
	l->max = max;
}

void
lines_release(struct lines *l)
{
	buf_release(&l->b);
}

void
lines_widen(int fd)
{
#ifdef F_SETPIPE_SZ
	fcntl(fd, F_SETPIPE_SZ, WIDE);
#else
	(void)fd;
#endif
}

int
lines_over(int fd)
{
	struct pollfd p = { .fd = fd };
	struct stat st;

	if (fstat(fd, &st) == 0 && !S_ISFIFO(st.st_mode) &&
	    !S_ISSOCK(st.st_mode))
		return 1;
	return poll(&p, 1, 0) == 1 && (p.revents & POLLHUP) != 0;
}

int
lines_fill(struct lines *l, int fd)
{
	ssize_t n;

	if (l->start > 0) {
		memmove(l->b.p, l->b.p + l->start, l->b.len - l->start);
		l->b.len -= l->start;
		l->start = 0;
	}
	do {
		n = read(fd, buf_reserve(&l->b, CHUNK), CHUNK);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return E_IO;
	if (n == 0)
		l->ended = 1;
	l->b.len += (size_t)n;
	return n > 0;
}

/* The end of the line that begins at start, or NULL. */
static char *
line_end(struct lines *l)
{
	char *nl;
	size_t from = l->start + l->seen;

	if (from == l->b.len)
		nl = NULL;
	else
		nl = memchr(l->b.p + from, '\n', l->b.len - from);
	l->seen = nl != NULL ? 0 : l->b.len - l->start;
	return nl;
}

int
lines_next(struct lines *l, const char **line, size_t *len)
{
	char *nl;
	size_t n;

	for (;;) {
		nl = line_end(l);
		n = (nl != NULL ? (size_t)(nl - l->b.p) : l->b.len) - l->start;
		if (nl == NULL && !l->ended) {
			if (n <= l->max)
				return 0;
			/* Drop what there is of it, up to its line feed. */
			l->start = l->b.len;
			l->seen = 0;
			if (l->skipping)
				return 0;
			l->skipping = 1;
			l->number++;
			return E_DATA;
		}
		if (nl == NULL && n == 0)
			return 0;
		*line = l->b.p + l->start;
		*len = n;
		l->start += n + (nl != NULL);
		l->seen = 0;
		if (l->skipping) {
			l->skipping = 0;
			continue;
		}
		l->number++;
		if (n > l->max)
			return E_DATA;
		if (n > 0)
			return 1;
	}
}
