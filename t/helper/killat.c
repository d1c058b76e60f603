/*
 * Preloaded into a program under test: kills it at the Nth call that changes
 * something on disk or on the network (KILL_AT=N), before the call is made; or
 * makes the Nth write write only half of its data (SHORT_AT=N).  When the
 * program ends, the number of its calls goes to the file KILL_COUNT.  The
 * program itself is unchanged.
 */
#include <dlfcn.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long calls;

static long
number(const char *name)
{
	const char *at = getenv(name);

	return at != NULL ? atol(at) : 0;
}

/* Count a call; whether it is the one to cut short. */
static int
count(void)
{
	static long kill_at = -1, short_at;
	long n = atomic_fetch_add(&calls, 1) + 1;

	if (kill_at < 0) {
		short_at = number("SHORT_AT");
		kill_at = number("KILL_AT");
	}
	if (n == kill_at)
		kill(getpid(), SIGKILL);
	return n == short_at;
}

__attribute__((destructor))
static void
tell(void)
{
	const char *path = getenv("KILL_COUNT");
	FILE *f = path != NULL ? fopen(path, "w") : NULL;

	if (f == NULL)
		return;
	fprintf(f, "%ld\n", atomic_load(&calls));
	fclose(f);
}

#define WRAP(type, name, params, args, before) \
type name params; \
type \
name params \
{ \
	static type (*real) params; \
	if (real == NULL) \
		*(void **)&real = dlsym(RTLD_NEXT, #name); \
	before; \
	return real args; \
}
#define WHOLE	count()
/* An eventfd takes its eight bytes or nothing. */
#define HALF	if (count() && n > 8) n /= 2

WRAP(ssize_t, write, (int fd, const void *p, size_t n), (fd, p, n), HALF)
WRAP(ssize_t, pwrite, (int fd, const void *p, size_t n, off_t o),
    (fd, p, n, o), HALF)
WRAP(ssize_t, pwrite64, (int fd, const void *p, size_t n, off64_t o),
    (fd, p, n, o), HALF)
WRAP(ssize_t, sendmsg, (int fd, const struct msghdr *m, int f), (fd, m, f),
    WHOLE)
WRAP(ssize_t, send, (int fd, const void *p, size_t n, int f), (fd, p, n, f),
    HALF)
WRAP(int, fsync, (int fd), (fd), WHOLE)
WRAP(int, fdatasync, (int fd), (fd), WHOLE)
WRAP(int, ftruncate, (int fd, off_t n), (fd, n), WHOLE)
WRAP(int, ftruncate64, (int fd, off64_t n), (fd, n), WHOLE)
WRAP(int, link, (const char *from, const char *to), (from, to), WHOLE)
WRAP(int, linkat, (int d, const char *from, int e, const char *to, int f),
    (d, from, e, to, f), WHOLE)
WRAP(int, unlink, (const char *path), (path), WHOLE)
WRAP(int, rename, (const char *from, const char *to), (from, to), WHOLE)
