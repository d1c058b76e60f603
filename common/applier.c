#include "common/applier.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "common/die.h"
#include "common/inbox.h"

static volatile sig_atomic_t hung_up;

static void
on_hangup(int sig)
{
	hung_up = sig;
}

static void
listen_for_hangup(void)
{
	struct sigaction sa;

	if (sigaction(SIGHUP, NULL, &sa) != 0 || sa.sa_handler == SIG_IGN)
		return;
	memset(&sa, 0, sizeof sa);
	sa.sa_handler = on_hangup;
	sigaction(SIGHUP, &sa, NULL);
}

int
applier_open(struct applier *a, const struct options *o, int goes_on,
    struct err *e)
{
	int rc;

	memset(a, 0, sizeof *a);
	a->dir = o->conf;
	a->dry = o->dry;
	if ((rc = config_load(&a->config, a->dir, e)) != 0 ||
	    (rc = store_open(&a->store, o->store, ROLE_APPLY, o->dry ?
	    STORE_AS_IS : STORE_CREATE, e)) != 0 || (!o->dry &&
	    ((rc = inbox_guard(a->store, e)) != 0 ||
	    (rc = store_copy_aside(a->store, STORE_MAIN, e)) != 0)))
		return rc;
	a->apply = apply_new(a->store, a->config, o->dry);
	if (goes_on)
		listen_for_hangup();
	return 0;
}

void
applier_close(struct applier *a)
{
	apply_free(a->apply);
	store_close(a->store);
	config_free(a->config);
}

/* Read the files again. */
static int
read_again(struct applier *a, struct err *e)
{
	struct config *c;
	int rc;

	if ((rc = config_load(&c, a->dir, e)) != 0)
		return rc;
	apply_use(a->apply, c);
	config_free(a->config);
	a->config = c;
	say("configuration read again");
	return 0;
}

static void
heed_hangup(struct applier *a)
{
	struct err e;

	if (!hung_up)
		return;
	hung_up = 0;
	if (read_again(a, &e) != 0)
		warn("%s; the old configuration stays", e.msg);
}

int
applier_step(struct applier *a, int *did, struct err *e)
{
	int rc;

	heed_hangup(a);
	rc = apply_step(a->apply, did, e);
	if (rc == E_CONF && apply_is_outdated(a->apply) &&
	    (rc = read_again(a, e)) == 0)
		rc = apply_step(a->apply, did, e);
	/* If the store was moved away, there would never be anything new. */
	return rc == 0 && *did == 0 ? store_stands(a->store, e) : rc;
}

/* Write, or only as much as the reader has room for. */
static void
print(struct applier *a, int wait)
{
	struct pollfd p = { STDOUT_FILENO, POLLOUT, 0 };
	struct buf *b = apply_output(a->apply);
	size_t size;
	ssize_t n;

	while (!a->no_output && a->printed < b->len) {
		size = b->len - a->printed;
		if (!wait && size > PIPE_BUF)
			size = PIPE_BUF;
		if (!wait && poll(&p, 1, 0) <= 0)
			return;
		n = write(STDOUT_FILENO, b->p + a->printed, size);
		if (n > 0) {
			a->printed += (size_t)n;
		} else if (n < 0 && errno == EAGAIN) {
			poll(&p, 1, -1);
		} else if (n < 0 && errno != EINTR) {
			warn("standard output: %s; going on without it",
			    strerror(errno));
			a->no_output = 1;
		}
	}
	buf_clear(b);
	a->printed = 0;
}

void
applier_print(struct applier *a)
{
	print(a, !a->dry);
}

void
applier_finish(struct applier *a)
{
	apply_give_back(a->apply);
	apply_tell(a->apply, 1);
	print(a, 1);
}
