/* Lines to a reader that may be slow or gone. */
#include "common/outlet.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/die.h"
#include "t/unit/tap.h"

enum { LINE = 50000 };

static char *
make_line(char c)
{
	char *s;

	s = xmalloc(LINE + 1);
	memset(s, c, LINE - 1);
	s[LINE - 1] = '\n';
	s[LINE] = '\0';
	return s;
}

/* Everything that can be read without waiting. */
static size_t
drain(int fd, struct buf *b)
{
	char part[65536];
	size_t n = 0;
	ssize_t k;

	while ((k = read(fd, part, sizeof part)) > 0) {
		buf_add(b, part, (size_t)k);
		n += (size_t)k;
	}
	return n;
}

static void
test_slow(void)
{
	struct outlet o;
	struct buf got = { NULL, 0, 0 };
	char *line = make_line('x');
	int fd[2], i, whole = 1;
	size_t p;

	if (pipe(fd) != 0)
		return;
	fcntl(fd[0], F_SETFL, O_NONBLOCK);
	outlet_init(&o, fd[1]);
	for (i = 0; i < 100; i++) {
		outlet_add(&o, line, LINE);
		outlet_write(&o);
	}
	ok(!outlet_open(&o), "a reader that does not read gets no more lines");
	ok(o.b.len < 2 * 1024 * 1024, "what is kept for it has a limit");
	do
		outlet_write(&o);
	while (drain(fd[0], &got) > 0);
	ok(outlet_open(&o), "once it has read everything it gets lines again");
	ok(got.len > 0 && got.len % LINE == 0, "it got whole lines");
	for (p = LINE - 1; p < got.len; p += LINE)
		whole &= got.p[p] == '\n';
	ok(whole, "each with its end");
	buf_clear(&got);
	outlet_add(&o, "a\nb\n", 4);
	outlet_finish(&o, 1000);
	drain(fd[0], &got);
	is_str(buf_str(&got), "a\nb\n", "the last lines are written");
	close(fd[0]);
	outlet_add(&o, "c\n", 2);
	outlet_write(&o);
	ok(!outlet_open(&o), "a reader that is gone is noticed");
	outlet_add(&o, "d\n", 2);
	ok(!outlet_wants(&o), "and nothing is kept for it");
	outlet_release(&o);
	close(fd[1]);
	buf_release(&got);
	free(line);
}

/* A reader that reads in bursts. */
static void
test_fits(void)
{
	struct outlet o;
	struct buf got = { NULL, 0, 0 };
	char *line = make_line('x'), talk[4096];
	int fd[2], err[2], was, i, fits = 0;
	ssize_t n;

	if (pipe(fd) != 0 || pipe(err) != 0)
		return;
	fcntl(fd[0], F_SETFL, O_NONBLOCK);
	was = dup(STDERR_FILENO);
	dup2(err[1], STDERR_FILENO);
	die_verbosity(0, 0);
	outlet_init(&o, fd[1]);
	while (fits < 5) {
		for (i = 0; i < 100 && outlet_open(&o); i++)
			outlet_add(&o, line, LINE);
		fits += !outlet_open(&o);
		do
			outlet_write(&o);
		while (drain(fd[0], &got) > 0);
	}
	die_verbosity(0, 1);
	dup2(was, STDERR_FILENO);
	n = read(err[0], talk, sizeof talk - 1);
	talk[n > 0 ? n : 0] = '\0';
	is_str(talk, "outlet: standard output: the reader is slow; it misses "
	    "lines\n",
	    "a reader that is slow again and again is reported once");
	outlet_release(&o);
	buf_release(&got);
	free(line);
	for (i = 0; i < 2; i++) {
		close(fd[i]);
		close(err[i]);
	}
	close(was);
}

/* Closing while the reader does not read. */
static void
test_end(void)
{
	static const char line[] = "a line as most of them are\n";
	struct outlet o;
	struct buf got = { NULL, 0, 0 };
	int fd[2], i;

	if (pipe(fd) != 0)
		return;
	fcntl(fd[0], F_SETFL, O_NONBLOCK);
	outlet_init(&o, fd[1]);
	for (i = 0; i < 10000; i++)
		outlet_add(&o, line, sizeof line - 1);
	outlet_finish(&o, 10);
	drain(fd[0], &got);
	ok(got.len > 10000 && got.len < 10000 * (sizeof line - 1),
	    "what has room is written at the end");
	ok(got.len % (sizeof line - 1) == 0, "it is whole lines");
	outlet_release(&o);
	buf_release(&got);
	close(fd[0]);
	close(fd[1]);
}

/* A reader that starts late and reads to the end; its status says whether it
 * got lines. */
static void
read_late(int fd)
{
	char part[4096], last = 0;
	ssize_t n;

	usleep(700000);
	while ((n = read(fd, part, sizeof part)) > 0)
		last = part[n - 1];
	_exit(last != '\n');
}

static void
test_begun(void)
{
	struct outlet o;
	char *line = make_line('x');
	int fd[2], i, status = -1;
	pid_t pid;

	if (pipe(fd) != 0 || (pid = fork()) < 0)
		return;
	if (pid == 0) {
		close(fd[1]);
		read_late(fd[0]);
	}
	close(fd[0]);
	outlet_init(&o, fd[1]);
	for (i = 0; i < 3; i++)
		outlet_add(&o, line, LINE);
	outlet_finish(&o, 500);
	outlet_release(&o);
	close(fd[1]);
	waitpid(pid, &status, 0);
	is_int(status, 0, "a long line that was begun gets its end");
	free(line);
}

static void
test_none(void)
{
	struct outlet o;
	int fd;

	outlet_init(&o, -1);
	ok(!outlet_open(&o), "no descriptor, no reader");
	fd = open("/dev/null", O_WRONLY);
	outlet_init(&o, fd);
	ok(!outlet_open(&o), "/dev/null is no reader");
	close(fd);
}

int
main(int argc, char **argv)
{
	(void)argc;
	die_init(argv[0]);
	die_verbosity(0, 1);
	test_slow();
	test_fits();
	test_end();
	test_begun();
	test_none();
	return done_testing();
}
