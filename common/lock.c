#include "common/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"

/* Older headers do not have this name. */
#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

int
lock_open(const char *file, int *fd, struct err *e)
{
	return lock_open_like(file, file, fd, e);
}

int
lock_open_like(const char *file, const char *like, int *fd, struct err *e)
{
	char path[4096];
	struct stat st;
	int n;

	*fd = -1;
	memset(&st, 0, sizeof st);
	n = snprintf(path, sizeof path, "%s-lock", file);
	if (n < 0 || (size_t)n >= sizeof path)
		return err_set(e, E_NOSTORE, "%s: name too long", file);
	/* Whoever may write the file must be able to take its lock. */
	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
	    stat(like, &st) == 0 ? st.st_mode & 0666 : 0644);
	if (*fd >= 0) {
		/* If root makes it, it belongs to the owner of the file. */
		if (geteuid() == 0 && st.st_uid != 0 &&
		    fchown(*fd, st.st_uid, st.st_gid) != 0)
			return err_set(e, E_IO, "%s: %s", path,
			    strerror(errno));
		return 0;
	}
	return err_set(e, errno == ENOENT ? E_NOSTORE : errno == ENOSPC ?
	    E_FULL : errno == EACCES || errno == EROFS ? E_READONLY : E_IO,
	    "%s: %s", path, strerror(errno));
}

static int
fault(const char *file, struct err *e)
{
	return err_set(e, E_IO, "%s-lock: %s", file, strerror(errno));
}

int
lock_try(int fd, const char *file, struct err *e)
{
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno == EWOULDBLOCK || errno == EINTR)
		return E_BUSY;
	return fault(file, e);
}

int
lock_share(int fd, const char *file, struct err *e)
{
	while (flock(fd, LOCK_SH) != 0)
		if (errno != EINTR)
			return fault(file, e);
	return 0;
}

/* A timer that ends a wait with a signal to the waiting thread. */
struct limit {
	timer_t timer;
	sigset_t mask;		/* of before */
};

/* Its arrival is all that is needed. */
static void
on_alarm(int sig)
{
	(void)sig;
}

/* The first signal may come before the wait begins, so others follow. */
static int
limit_begin(struct limit *l, int64_t patience)
{
	const struct itimerspec when = { { 0, 10000000 },
	    { patience / CLOCK_SECOND, patience % CLOCK_SECOND * 1000 } };
	struct sigaction on = { .sa_handler = on_alarm };
	struct sigevent to = { .sigev_notify = SIGEV_THREAD_ID,
	    .sigev_signo = SIGALRM };
	sigset_t alarm;

	to.sigev_notify_thread_id = gettid();
	if (sigaction(SIGALRM, &on, NULL) != 0 ||
	    timer_create(CLOCK_MONOTONIC, &to, &l->timer) != 0)
		return -1;
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	pthread_sigmask(SIG_UNBLOCK, &alarm, &l->mask);
	timer_settime(l->timer, 0, &when, NULL);
	return 0;
}

static void
limit_end(struct limit *l)
{
	timer_delete(l->timer);
	pthread_sigmask(SIG_SETMASK, &l->mask, NULL);
}

static int
is_busy(const char *file, int64_t patience, struct err *e)
{
	if (patience < LOCK_PATIENCE)
		return err_set(e, E_BUSY, "%s: another process holds its lock",
		    file);
	return err_set(e, E_BUSY, "%s: another process has held its lock for "
	    "%d s", file, (int)(LOCK_PATIENCE / CLOCK_SECOND));
}

static int
wait_for(int fd, const char *file, int64_t patience, struct err *e)
{
	int64_t start = clock_mono();

	while (flock(fd, LOCK_EX) != 0) {
		if (errno != EINTR)
			return fault(file, e);
		if (clock_mono() - start >= patience)
			return is_busy(file, patience, e);
	}
	return 0;
}

/*
 * Processes that wait in flock(2) are woken one by one, in the order in which
 * they came, and cost nothing meanwhile.  Trying again and again instead would
 * be a lottery that newcomers win.  A process that takes the lock again at
 * once, before anybody has woken up, still gets it.
 */
int
lock_take(int fd, const char *file, struct err *e)
{
	return lock_take_for(fd, file, LOCK_PATIENCE, e);
}

int
lock_take_for(int fd, const char *file, int64_t patience, struct err *e)
{
	struct limit l;
	int rc;

	if ((rc = lock_try(fd, file, e)) != E_BUSY)
		return rc;
	if (patience <= 0)
		return is_busy(file, patience, e);
	if (limit_begin(&l, patience) != 0)
		return err_set(e, E_BUSY, "%s-lock: timer: %s", file,
		    strerror(errno));
	rc = wait_for(fd, file, patience, e);
	limit_end(&l);
	return rc;
}

void
lock_give(int fd)
{
	flock(fd, LOCK_UN);
}
