/*
 * Preloaded into a program under test: kills it at the Nth call that changes
 * something on disk or on the network (KILL_AT=N), before the call is made.
 * The program's own code is unchanged.
 */
#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static void
count(void)
{
	static long left = -1;
	const char *at;

	if (left < 0) {
		at = getenv("KILL_AT");
		left = at != NULL ? atol(at) : 0;
	}
	if (left > 0 && --left == 0)
		kill(getpid(), SIGKILL);
}

#define WRAP(type, name, params, args) \
type name params; \
type \
name params \
{ \
	static type (*real) params; \
	if (real == NULL) \
		*(void **)&real = dlsym(RTLD_NEXT, #name); \
	count(); \
	return real args; \
}

WRAP(ssize_t, write, (int fd, const void *p, size_t n), (fd, p, n))
WRAP(ssize_t, pwrite, (int fd, const void *p, size_t n, off_t o),
    (fd, p, n, o))
WRAP(ssize_t, pwrite64, (int fd, const void *p, size_t n, off64_t o),
    (fd, p, n, o))
WRAP(ssize_t, sendmsg, (int fd, const struct msghdr *m, int f), (fd, m, f))
WRAP(ssize_t, send, (int fd, const void *p, size_t n, int f), (fd, p, n, f))
WRAP(int, fsync, (int fd), (fd))
WRAP(int, fdatasync, (int fd), (fd))
WRAP(int, ftruncate, (int fd, off_t n), (fd, n))
WRAP(int, ftruncate64, (int fd, off64_t n), (fd, n))
WRAP(int, link, (const char *from, const char *to), (from, to))
WRAP(int, unlink, (const char *path), (path))
WRAP(int, rename, (const char *from, const char *to), (from, to))
