/* A command that prints the records, one per line. */
#include "common/pull_work.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/command.h"
#include "common/die.h"
#include "common/lines.h"
#include "common/receive.h"

/* How many lines of one record are told apart. */
enum { PLACES = 100 };

struct running {
	pid_t pid;
	int fd;
	int64_t end;
	struct lines lines;
	struct err lost;	/* a line that no row can be made of */
};

static int
begin(const struct source_pull *c, struct running *r, struct err *e)
{
	int fd[2];

	if (pipe2(fd, O_CLOEXEC) != 0)
		return err_set(e, E_IO, "pipe: %s", strerror(errno));
	r->pid = command_spawn(c->command, -1, fd[1], 0);
	if (r->pid < 0)
		err_set(e, E_CONF, "'%s': %s", c->command[0],
		    strerror(errno));
	close(fd[1]);
	r->fd = fd[0];
	return r->pid < 0 ? E_CONF : 0;
}

static int
too_long(const struct source_pull *c, struct err *e)
{
	return err_set(e, E_BUSY, "'%s' did not end within %lld s",
	    c->command[0], (long long)c->timeout);
}

/* Read more of its output: 1, 0 at the end, or <0.  While it prints nothing,
 * store what waits. */
static int
fill(struct pull *p, struct running *r, struct err *e)
{
	struct pollfd fd = { .fd = r->fd, .events = POLLIN };
	int rc;

	if (!pull_odd_only(p) && poll(&fd, 1, 0) == 0 &&
	    (rc = pull_flush(p, 0, e)) != 0)
		return rc;
	/* A command that prints without end has only this much time, too. */
	do
		if (clock_mono() >= r->end)
			return too_long(p->conf, e);
	while (poll(&fd, 1, 100) <= 0);
	rc = lines_fill(&r->lines, r->fd);
	return rc < 0 ? err_set(e, E_IO, "reading from '%s' failed",
	    p->conf->command[0]) : rc;
}

static int
take(struct pull *p, struct running *r, struct err *e)
{
	const char *line;
	size_t n;
	int rc;

	while ((rc = lines_next(&r->lines, &line, &n)) != 0) {
		/* It is not stored, so every run reports it again. */
		if (rc < 0 && r->lost.code == 0)
			err_set(&r->lost, E_IO, "line %lld: longer than 4 "
			    "MiB", (long long)r->lines.number);
		if (rc == 1 && (rc = pull_line(p, r->lines.number, line, n,
		    e)) != 0)
			return rc;
	}
	return 0;
}

/* Judge how it ended: E_BUSY if it said "later", or had to be killed. */
static int
verdict(const struct source_pull *c, int status, struct err *e)
{
	const char *name = c->command[0];

	if (status < 0)
		return too_long(c, e);
	if (WIFSIGNALED(status))
		return err_set(e, E_IO, "'%s' was ended by signal %d", name,
		    WTERMSIG(status));
	if (WEXITSTATUS(status) == 0)
		return 0;
	return err_set(e, WEXITSTATUS(status) == EXIT_LATER ? E_BUSY : E_IO,
	    "'%s' ended with %d", name, WEXITSTATUS(status));
}

/* Its exit status, or -1 if it had to be killed. */
static int
end(struct running *r, int failed)
{
	int status = 0;
	pid_t rc;

	/* One that has closed its output may still run. */
	while (!failed && (rc = waitpid(r->pid, &status, WNOHANG)) != r->pid) {
		if (rc < 0 && errno != EINTR)
			abort();
		failed = clock_mono() > r->end;
		poll(NULL, 0, 2);
	}
	if (!failed)
		return status;
	kill(-r->pid, SIGKILL);
	while (waitpid(r->pid, &status, 0) < 0 && errno == EINTR)
		;
	return -1;
}

/*
 * All states of a record in one run are changes: which one is valid cannot be
 * told here, because a map may have versions.  So none is left out, and each is
 * compared with the one in the same place in the previous run, the first line
 * with the first: otherwise the same output would be new changes in every run.
 */
void
pull_command_record(struct pull *p, const char *key)
{
	struct buf b = { NULL, 0, 0 };

	p->place = 1;
	if (!pull_know(p, key))
		return;
	if (p->again++ == 0)
		p->again_line = p->line;
	buf_adds(&b, key);
	do {
		/* No id contains this character. */
		buf_adds(&b, "\036");
	} while (++p->place < PLACES && pull_know(p, buf_str(&b)));
	buf_release(&b);
}

static void
tell_again(const struct pull *p)
{
	static const char what[] = "an earlier line has the same record";

	if (p->again == 1)
		warn("source '%s': line %lld: %s", p->source->name,
		    (long long)p->again_line, what);
	else if (p->again > 1)
		warn("source '%s': line %lld: %s; there are %lld such lines",
		    p->source->name, (long long)p->again_line, what,
		    (long long)p->again);
}

int
pull_command(struct pull *p, struct err *e)
{
	struct running r = { .fd = -1 };
	int rc, status;

	p->rows_here = p->odd_here = 0;
	r.end = clock_mono() + p->conf->timeout * CLOCK_SECOND;
	lines_init(&r.lines, RECEIVE_LINE);
	if ((rc = begin(p->conf, &r, e)) != 0)
		goto out;
	while ((rc = fill(p, &r, e)) > 0)
		if ((rc = take(p, &r, e)) != 0)
			break;
	if (rc == 0)
		rc = take(p, &r, e);
	status = end(&r, rc != 0);
	if (rc == 0)
		rc = verdict(p->conf, status, e);
	if (rc == 0)
		rc = pull_flush(p, 0, e);
	if (rc == 0 && (rc = r.lost.code) != 0)
		*e = r.lost;
out:
	tell_again(p);
	if (r.fd >= 0)
		close(r.fd);
	lines_release(&r.lines);
	return rc;
}
