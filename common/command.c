#include "common/command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/crypt.h"

extern char **environ;

pid_t
command_spawn(const char *const *argv, int in, int out, int both)
{
	posix_spawn_file_actions_t fa;
	posix_spawnattr_t at;
	sigset_t none, ours;
	pid_t pid;

	sigemptyset(&none);
	sigemptyset(&ours);
	sigaddset(&ours, SIGPIPE);
	sigaddset(&ours, SIGXFSZ);
	posix_spawn_file_actions_init(&fa);
	if (in >= 0)
		posix_spawn_file_actions_adddup2(&fa, in, 0);
	else
		posix_spawn_file_actions_addopen(&fa, 0, "/dev/null",
		    O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&fa, out, 1);
	if (both)
		posix_spawn_file_actions_adddup2(&fa, out, 2);
	/* Libraries have sockets that an exec leaves open. */
	posix_spawn_file_actions_addclosefrom_np(&fa, 3);
	posix_spawnattr_init(&at);
	posix_spawnattr_setflags(&at, POSIX_SPAWN_SETPGROUP |
	    POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setpgroup(&at, 0);
	posix_spawnattr_setsigdefault(&at, &ours);
	posix_spawnattr_setsigmask(&at, &none);
	errno = posix_spawnp(&pid, argv[0], &fa, &at, (char *const *)argv,
	    environ);
	posix_spawnattr_destroy(&at);
	posix_spawn_file_actions_destroy(&fa);
	return errno == 0 ? pid : -1;
}

/* How long it may run. */
struct limit {
	int64_t most, end;	/* so long; monotonic */
	const atomic_int *stop;	/* or NULL */
};

static int
given_up(const struct limit *l)
{
	return l->stop != NULL && atomic_load(l->stop) != 0;
}

static int
too_late(const struct limit *l)
{
	return clock_mono() > l->end || given_up(l);
}

/* Read to the end, or until there is more than room: 0; -1: it took too
 * long. */
static int
read_until(int fd, const struct limit *l, char *p, size_t room, size_t *len)
{
	enum { LOOK_MS = 100 };
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	ssize_t n;

	while (*len < room) {
		if (too_late(l))
			return -1;
		if (poll(&pfd, 1, LOOK_MS) <= 0)
			continue;
		n = read(fd, p + *len, room - *len);
		if (n == 0 || (n < 0 && errno != EINTR))
			break;
		*len += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

/* Its status from waitpid(2); -1: it took too long. */
static int
reap(pid_t pid, const struct limit *l)
{
	static const struct timespec nap = { 0, 2000000 };
	int status;
	pid_t rc;

	while ((rc = waitpid(pid, &status, WNOHANG)) != pid) {
		if (rc < 0 && errno != EINTR)
			abort();
		if (too_late(l))
			return -1;
		nanosleep(&nap, NULL);
	}
	return status;
}

static void
end_group(pid_t pid)
{
	int status;

	kill(-pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
}

static int
judge(const char *name, int status, struct err *e)
{
	if (WIFSIGNALED(status))
		return err_set(e, E_CONF, "'%s' was ended by signal %d", name,
		    WTERMSIG(status));
	if (WEXITSTATUS(status) == EXIT_LATER)
		return err_set(e, E_BUSY, "'%s' ended with %d: later", name,
		    EXIT_LATER);
	if (WEXITSTATUS(status) != 0)
		return err_set(e, E_CONF, "'%s' ended with %d", name,
		    WEXITSTATUS(status));
	return 0;
}

/* Run it to its end: its output goes to p, terminated. */
static int
run(const char *const *argv, int fd[2], const struct limit *limit, char *p,
    size_t max, size_t *len, struct err *e)
{
	int status = -1, late;
	pid_t pid;

	if ((pid = command_spawn(argv, -1, fd[1], 0)) < 0)
		return err_set(e, E_CONF, "'%s': %s", argv[0],
		    strerror(errno));
	close(fd[1]);
	fd[1] = -1;
	late = read_until(fd[0], limit, p, max + 2, len);
	if (*len > 0 && p[*len - 1] == '\n')
		--*len;
	p[*len] = '\0';
	if (late == 0 && *len <= max)
		status = reap(pid, limit);
	if (status >= 0)
		return judge(argv[0], status, e);
	end_group(pid);
	if (*len > max)
		return err_set(e, E_CONF, "'%s' printed more than %zu bytes",
		    argv[0], max);
	if (given_up(limit))
		return err_set(e, E_BUSY, "'%s' was stopped: loya is shutting "
		    "down", argv[0]);
	return err_set(e, E_BUSY, "'%s' did not end within %d s", argv[0],
	    (int)(limit->most / CLOCK_SECOND));
}

int
command_output(const char *const *argv, size_t max, int64_t limit,
    const atomic_int *stop, char **out, size_t *len, struct err *e)
{
	struct limit until = { limit, clock_mono() + limit, stop };
	char *p = crypt_alloc(max + 3);
	int fd[2], rc;

	*out = NULL;
	*len = 0;
	if (pipe2(fd, O_CLOEXEC) != 0) {
		crypt_free(p);
		return err_set(e, E_IO, "pipe: %s", strerror(errno));
	}
	rc = run(argv, fd, &until, p, max, len, e);
	close(fd[0]);
	if (fd[1] >= 0)
		close(fd[1]);
	if (rc != 0) {
		crypt_free(p);
		*len = 0;
		return rc;
	}
	*out = p;
	return 0;
}
