/* One lock a file, and those who wait for it. */
#include "common/lock.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/die.h"

#include "t/unit/tap.h"

enum { ALL = 4, TIMES = 2000 };

static int
open_lock(const char *path)
{
	struct err e;
	int fd;

	if (lock_open(path, &fd, &e) != 0)
		die_err(&e);
	return fd;
}

static void
use(int fd, const char *path)
{
	int64_t begun;
	struct err e;

	if (lock_take(fd, path, &e) != 0)
		die_err(&e);
	begun = clock_mono();
	while (clock_mono() - begun < 200)
		continue;
	lock_give(fd);
	/* An answer is sent before there is more to write. */
	usleep(200);
}

static void
test_two(const char *path)
{
	struct err e;
	int one = open_lock(path), other = open_lock(path);

	is_int(lock_take(one, path, &e), 0, "a lock that is free");
	is_int(lock_try(other, path, &e), E_BUSY, "is not for two");
	lock_give(one);
	is_int(lock_try(other, path, &e), 0, "it is given back");
	close(other);
	is_int(lock_take(one, path, &e), 0, "and by whoever goes");
	close(one);
}

/* A wait needs a timer. */
static void
test_timer(const char *path)
{
	struct rlimit was, none;
	struct err e;
	int one = open_lock(path), other = open_lock(path);

	getrlimit(RLIMIT_SIGPENDING, &was);
	none = was;
	none.rlim_cur = 0;
	setrlimit(RLIMIT_SIGPENDING, &none);
	is_int(lock_take(one, path, &e), 0, "without timers: a free lock");
	is_int(lock_take(other, path, &e), E_BUSY, "one that is not free");
	ok(strstr(e.msg, "-lock: timer: ") != NULL, "says why");
	setrlimit(RLIMIT_SIGPENDING, &was);
	close(one);
	close(other);
}

/* Each wants it again a moment after it has given it back. */
static void
test_greedy(const char *path)
{
	int *times, i, fd, least = TIMES;
	pid_t pid[ALL];

	times = mmap(NULL, (ALL + 1) * sizeof *times, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (times == MAP_FAILED)
		abort();
	for (i = 0; i < ALL; i++) {
		if ((pid[i] = fork()) != 0)
			continue;
		for (fd = open_lock(path); times[ALL] < TIMES; times[i]++) {
			use(fd, path);
			__sync_fetch_and_add(&times[ALL], 1);
		}
		_exit(0);
	}
	for (i = 0; i < ALL; i++)
		waitpid(pid[i], NULL, 0);
	for (i = 0; i < ALL; i++)
		least = times[i] < least ? times[i] : least;
	ok(least > TIMES / ALL / 5, "of four that want it again and again none "
	    "has it far less often than the others (%d of %d times)", least,
	    TIMES);
}

int
main(int argc, char **argv)
{
	char dir[] = "/tmp/loya-lock.XXXXXX", path[64];

	(void)argc;
	die_init(argv[0]);
	if (mkdtemp(dir) == NULL)
		abort();
	snprintf(path, sizeof path, "%s/file", dir);
	test_two(path);
	test_timer(path);
	test_greedy(path);
	snprintf(path, sizeof path, "%s/file-lock", dir);
	unlink(path);
	rmdir(dir);
	return done_testing();
}
