#include "common/command_feed.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/clock.h"
#include "common/command.h"

struct command_feed {
	pid_t pid;		/* 0: it has ended */
	int in, out;		/* our ends, -1: closed */
	const char *p;
	size_t left;
	int64_t began, limit, took;
	int status;
	size_t len;
	char text[COMMAND_FEED_KEEP];
};

static void
shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

int
command_feed_start(struct command_feed **out, const char *const *argv,
    const void *p, size_t n, int64_t limit, struct err *e)
{
	struct command_feed *f;
	int in[2] = { -1, -1 }, back[2] = { -1, -1 }, rc = 0;

	*out = NULL;
	f = xcalloc(1, sizeof *f);
	f->p = p;
	f->left = n;
	f->began = clock_mono();
	f->limit = limit;
	if (pipe2(in, O_CLOEXEC) != 0 || pipe2(back, O_CLOEXEC) != 0)
		rc = err_set(e, E_IO, "pipe: %s", strerror(errno));
	else if ((f->pid = command_spawn(argv, in[0], back[1], 1)) < 0)
		rc = err_set(e, E_CONF, "'%s': %s", argv[0], strerror(errno));
	shut(&in[0]);
	shut(&back[1]);
	f->in = in[1];
	f->out = back[0];
	if (rc != 0) {
		f->pid = 0;
		command_feed_free(f);
		return rc;
	}
	fcntl(f->in, F_SETFL, O_NONBLOCK);
	fcntl(f->out, F_SETFL, O_NONBLOCK);
	*out = f;
	return 0;
}

void
command_feed_free(struct command_feed *f)
{
	if (f == NULL)
		return;
	if (f->pid != 0) {
		kill(-f->pid, SIGKILL);
		while (waitpid(f->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	shut(&f->in);
	shut(&f->out);
	free(f);
}

/* A command that does not read all of its input still has a status. */
static void
feed(struct command_feed *f)
{
	ssize_t n = 0;

	while (f->in >= 0 && f->left > 0) {
		n = write(f->in, f->p, f->left);
		if (n < 0)
			break;
		f->p += n;
		f->left -= (size_t)n;
	}
	if (f->left == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		shut(&f->in);
}

static void
drain(struct command_feed *f)
{
	char p[4096];
	ssize_t n;
	size_t want;

	while (f->out >= 0 && (n = read(f->out, p, sizeof p)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return;
		want = sizeof f->text - f->len;
		want = (size_t)n < want ? (size_t)n : want;
		memcpy(f->text + f->len, p, want);
		f->len += want;
	}
	shut(&f->out);
}

int
command_feed_step(struct command_feed *f)
{
	int status, late;
	pid_t rc;

	if (f->pid == 0)
		return 1;
	feed(f);
	drain(f);
	late = clock_mono() - f->began > f->limit;
	if (late)
		kill(-f->pid, SIGKILL);
	while ((rc = waitpid(f->pid, &status, late ? 0 : WNOHANG)) < 0)
		if (errno != EINTR)
			abort();
	if (rc == 0)
		return 0;
	drain(f);
	f->took = clock_mono() - f->began;
	f->pid = 0;
	f->status = late ? -1 : WIFEXITED(status) ? WEXITSTATUS(status) : -2;
	return 1;
}

size_t
command_feed_fds(const struct command_feed *f, struct pollfd *p)
{
	size_t n = 0;

	if (f->in >= 0) {
		p[n].fd = f->in;
		p[n++].events = POLLOUT;
	}
	if (f->out >= 0) {
		p[n].fd = f->out;
		p[n++].events = POLLIN;
	}
	return n;
}

int
command_feed_status(const struct command_feed *f)
{
	return f->status;
}

const char *
command_feed_text(const struct command_feed *f, size_t *len)
{
	*len = f->len;
	return f->text;
}

int64_t
command_feed_took(const struct command_feed *f)
{
	return f->took;
}
