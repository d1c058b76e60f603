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

static const char *name = "loya";
static int verbose, quiet, to_syslog, deaf;

void
die_init(const char *argv0)
{
	const char *slash;
	int fd;

	if (argv0 != NULL && *argv0 != '\0') {
		slash = strrchr(argv0, '/');
		name = slash != NULL ? slash + 1 : argv0;
	}
	/* A store opened on descriptor 2 would be written over by messages. */
	do {
		fd = open("/dev/null", O_RDWR);
		deaf |= fd == STDOUT_FILENO;
	} while (fd >= 0 && fd <= 2);
	if (fd > 2)
		close(fd);
	signal(SIGPIPE, SIG_IGN);
	/* A file at its limit is a fault that is told, like a full disk. */
	signal(SIGXFSZ, SIG_IGN);
	/* Whoever started us may have it ignored, and it is inherited. */
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

static void
message(const char *fmt, va_list ap)
{
	char line[1024];
	size_t n;
	int k;

	k = snprintf(line, sizeof line - 1, "%s: ", name);
	n = k > 0 ? (size_t)k : 0;
	vsnprintf(line + n, sizeof line - 1 - n, fmt, ap);
	n = glyph_mask(line, strlen(line));
	line[n] = '\0';
	if (to_syslog) {
		syslog(LOG_WARNING, "%s", line + strlen(name) + 2);
		return;
	}
	line[n++] = '\n';
	/* One write, so that two processes on one terminal do not mix. */
	if (write(STDERR_FILENO, line, n) < 0)
		return;
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
