#include "common/die.h"

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "common/glyph.h"

enum { LINE = 1024 };

static const char *name = "loya";
static int verbose, quiet, to_syslog, deaf;
static char bus[LINE];
static size_t bus_len;

void
die_init(const char *argv0)
{
	const char *slash;
	int fd;

	if (argv0 != NULL && *argv0 != '\0') {
		slash = strrchr(argv0, '/');
		name = slash != NULL ? slash + 1 : argv0;
	}
	/* Messages would overwrite a store that was opened on descriptor 2. */
	do {
		fd = open("/dev/null", O_RDWR);
		deaf |= fd == STDOUT_FILENO;
	} while (fd >= 0 && fd <= 2);
	if (fd > 2)
		close(fd);
	signal(SIGPIPE, SIG_IGN);
	/* A file that has reached its limit is an error to be reported, like a
	 * full disk. */
	signal(SIGXFSZ, SIG_IGN);
	/* Whoever started us may be ignoring it, which is inherited. */
	signal(SIGCHLD, SIG_DFL);
}

void
die_by_pipe(void)
{
	signal(SIGPIPE, SIG_DFL);
}

void
die_pipe(void)
{
	signal(SIGPIPE, SIG_DFL);
	raise(SIGPIPE);
	exit(EXIT_IO);	/* whoever started us blocks it */
}

int
die_deaf(void)
{
	return deaf;
}

const char *
die_name(void)
{
	return name;
}

void
die_verbosity(int v, int q)
{
	verbose = v;
	quiet = q;
}

void
die_to_syslog(void)
{
	openlog(name, LOG_PID, LOG_DAEMON);
	to_syslog = 1;
}

/* Make a line in `line`, which has size bytes; returns its length. */
static size_t
make_line(char *line, size_t size, const char *fmt, va_list ap)
{
	size_t n;
	int k;

	k = snprintf(line, size - 1, "%s: ", name);
	n = k > 0 ? (size_t)k : 0;
	vsnprintf(line + n, size - 1 - n, fmt, ap);
	n = glyph_mask(line, strlen(line));
	line[n++] = '\n';
	return n;
}

static void
message(const char *fmt, va_list ap)
{
	char line[LINE];
	size_t n = make_line(line, sizeof line, fmt, ap);

	if (to_syslog) {
		syslog(LOG_WARNING, "%.*s", (int)(n - 1 - strlen(name) - 2),
		    line + strlen(name) + 2);
		return;
	}
	/* One write, so that two processes on one terminal do not mix. */
	if (write(STDERR_FILENO, line, n) < 0)
		return;
}

static void
on_bus(int sig)
{
	ssize_t n = write(STDERR_FILENO, bus, bus_len);

	(void)n;
	(void)sig;
	_exit(EXIT_IO);
}

void
die_on_bus(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	bus_len = make_line(bus, sizeof bus, fmt, ap);
	va_end(ap);
	signal(SIGBUS, on_bus);
}

void
warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	message(fmt, ap);
	va_end(ap);
}

void
say(const char *fmt, ...)
{
	va_list ap;

	if (quiet)
		return;
	va_start(ap, fmt);
	message(fmt, ap);
	va_end(ap);
}

void
debug(int level, const char *fmt, ...)
{
	va_list ap;

	if (verbose < level)
		return;
	va_start(ap, fmt);
	message(fmt, ap);
	va_end(ap);
}

void
die(int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	message(fmt, ap);
	va_end(ap);
	exit(status_exit(code));
}

void
die_err(const struct err *e)
{
	die(e->code, "%s", e->msg[0] != '\0' ? e->msg : status_text(e->code));
}

void
die_flush_exit(int status)
{
	if (fflush(stdout) != 0 || ferror(stdout)) {
		warn("standard output: writing failed");
		status = EXIT_IO;
	}
	exit(status);
}
