/* The lock of a file, and processes that wait for it. */
#include "common/lock.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
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
	/* An answer is sent between two writes. */
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
	is_int(lock_take(one, path, &e), 0, "and by a process that ends");
	close(one);
}

/* A process that may use the file may use its lock. */
static void
test_open(const char *path)
{
	char lock[80], big[5000];
	struct stat st;
	struct err e;
	int fd;

	snprintf(lock, sizeof lock, "%s-lock", path);
	close(open(path, O_WRONLY | O_CREAT, 0600));
	ok(chmod(path, 0660) == 0 && (geteuid() != 0 ||
	    chown(path, 12, 34) == 0), "a file");
	umask(0);
	close(open_lock(path));
	umask(022);
	stat(lock, &st);
	is_int(st.st_mode & 0777, 0660, "its lock has its mode");
	ok(geteuid() != 0 || (st.st_uid == 12 && st.st_gid == 34),
	    "made by root, and its owner");
	ok(unlink(lock) == 0 && symlink(path, lock) == 0 &&
	    lock_open(path, &fd, &e) == E_IO, "a link is not a lock");
	unlink(lock);
	unlink(path);
	memset(big, 'x', sizeof big - 1);
	big[sizeof big - 1] = '\0';
	is_int(lock_open(big, &fd, &e), E_NOSTORE, "a name that is too long");
	is_int(lock_open("/none/none", &fd, &e), E_NOSTORE, "no folder");
}

/* Who has less time to wait waits less. */
static void
test_patience(const char *path)
{
	int one = open_lock(path), other = open_lock(path);
	int64_t began;
	struct err e;

	lock_take(one, path, &e);
	began = clock_mono();
	is_int(lock_take_for(other, path, 30000, &e), E_BUSY, "a short wait");
	ok(clock_mono() - began >= 30000, "has its time");
	is_str(strstr(e.msg, ": another"), ": another process holds its lock",
	    "and says no other");
	is_int(lock_take_for(other, path, -1, &e), E_BUSY, "or none at all");
	lock_give(one);
	is_int(lock_take_for(other, path, -1, &e), 0, "a free lock needs none");
	close(one);
	close(other);
}

static void
test_share(const char *path)
{
	struct err e;
	int one = open_lock(path), other = open_lock(path);

	is_int(lock_share(one, path, &e), 0, "a lock that is shared");
	is_int(lock_try(other, path, &e), E_BUSY, "cannot be taken alone");
	is_int(flock(other, LOCK_SH | LOCK_NB), 0, "others may share it");
	close(one);
	close(other);
}

/* Whether SIGALRM is blocked. */
static int
is_blocked(void)
{
	sigset_t now;

	pthread_sigmask(SIG_BLOCK, NULL, &now);
	return sigismember(&now, SIGALRM);
}

/* Threads that have all signals blocked wait, too. */
static void
test_signals(const char *path)
{
	int fd = open_lock(path), held[2];
	sigset_t set, was;
	struct err e;
	char c;

	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	pthread_sigmask(SIG_BLOCK, &set, &was);
	if (pipe(held) != 0)
		abort();
	if (fork() == 0) {
		lock_take(open_lock(path), path, &e);
		c = '\0';
		_exit(write(held[1], &c, 1) != 1 || usleep(10000) != 0);
	}
	if (read(held[0], &c, 1) != 1)
		abort();
	is_int(lock_take(fd, path, &e), 0, "a lock that was waited for");
	ok(is_blocked(), "what was blocked before still is afterwards");
	pthread_sigmask(SIG_SETMASK, &was, NULL);
	wait(NULL);
	close(held[0]);
	close(held[1]);
	close(fd);
}

/* Without a timer there is no waiting. */
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

/* Each process takes it again a moment after it has released it. */
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
	test_open(path);
	test_two(path);
	test_patience(path);
	test_share(path);
	test_signals(path);
	test_timer(path);
	test_greedy(path);
	snprintf(path, sizeof path, "%s/file-lock", dir);
	unlink(path);
	rmdir(dir);
	return done_testing();
}
