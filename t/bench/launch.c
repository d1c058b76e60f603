/*
 * launch N COMMAND [ARGUMENT]...: start it N times, one after the other, each
 * time with standard input from its beginning, output discarded.  Prints "MS
 * MIB": the median time from fork to exit, and the largest memory use.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/die.h"
#include "common/options.h"

enum { MAX = 1000 };

extern char **environ;

static int64_t
launch(char **argv, const posix_spawn_file_actions_t *files)
{
	int64_t began = clock_mono();
	int rc, status;
	pid_t pid;

	/* A pipe cannot be rewound. */
	if (lseek(STDIN_FILENO, 0, SEEK_SET) < 0 && errno != ESPIPE)
		die(E_IO, "standard input: %s", strerror(errno));
	if ((rc = posix_spawnp(&pid, argv[0], files, NULL, argv, environ)) !=
	    0)
		die(E_IO, "%s: %s", argv[0], strerror(rc));
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			die(E_IO, "waitpid: %s", strerror(errno));
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		die(E_IO, "%s: it ended with status %#x", argv[0], status);
	return clock_mono() - began;
}

static int
compare(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

int
main(int argc, char **argv)
{
	posix_spawn_file_actions_t files;
	static int64_t took[MAX];
	struct rusage r;
	int64_t i, n;

	die_init(argv[0]);
	if (argc < 3 || options_number(argv[1], 1, MAX, &n) != 0)
		die(E_USAGE, "usage: launch n command [argument]...");
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null",
	    O_WRONLY, 0);
	for (i = 0; i < n; i++)
		took[i] = launch(argv + 2, &files);
	posix_spawn_file_actions_destroy(&files);
	qsort(took, (size_t)n, sizeof took[0], compare);
	getrusage(RUSAGE_CHILDREN, &r);
	printf("%.3f %.3f\n", (double)took[n / 2] / 1000.0,
	    (double)r.ru_maxrss / 1024.0);
	return 0;
}
