#include "common/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"

static const int64_t patience = 5 * CLOCK_SECOND;

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
		/* Made by root, it is for whoever has the file. */
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

int
lock_try(int fd, const char *file, struct err *e)
{
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno == EWOULDBLOCK || errno == EINTR)
		return E_BUSY;
	return err_set(e, E_IO, "%s-lock: %s", file, strerror(errno));
}

/*
 * A short sleep of random length between tries: measured fairer than a
 * blocking flock, and it can give up.
 */
int
lock_share(int fd, const char *file, struct err *e)
{
	while (flock(fd, LOCK_SH) != 0)
		if (errno != EINTR)
			return err_set(e, E_IO, "%s-lock: %s", file,
			    strerror(errno));
	return 0;
}

int
lock_take(int fd, const char *file, struct err *e)
{
	struct timespec nap = { 0, 0 };
	int64_t start, waited = 0;
	unsigned spread;
	int rc;

	start = clock_mono();
	spread = (unsigned)start;
	while ((rc = lock_try(fd, file, e)) != 0) {
		if (rc != E_BUSY)
			return rc;
		waited = clock_mono() - start;
		if (waited > patience)
			return err_set(e, E_BUSY, "%s: somebody has held its "
			    "lock for %d s", file,
			    (int)(patience / CLOCK_SECOND));
		spread = spread * 1103515245u + 12345u;
		nap.tv_nsec = waited > 100000 ? 2000000 :
		    100000 + (long)(spread >> 16 & 0xffff) * 6;
		nanosleep(&nap, NULL);
	}
	return 0;
}

void
lock_give(int fd)
{
	flock(fd, LOCK_UN);
}
