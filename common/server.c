#include "common/server.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/committer.h"
#include "common/die.h"
#include "common/files.h"
#include "common/httpd_tls.h"
#include "common/session.h"

enum {
	ACCEPT_TURN = 64,	/* connections taken at once */
	PAUSE = 200,		/* ms without accepting when out of
				 * descriptors */
	FINISH = 4,		/* seconds for what is under way at the end, */
	END = 5,		/* and for everything */
	LAST_LINES = 2000,	/* ms for the reader of them, */
	LEAST = 100,		/* and if there is no time left */
	EXPIRY = 24 * 60 * 60,	/* seconds between two words about that, */
	LOOK = 60 * 60 * 1000,	/* ms between two looks without traffic */
	OWN_FILES = 48		/* descriptors besides connections */
};

enum { SIGNAL, WAKE, HTTP, OUT, LISTEN };

struct server {
	const struct server_setup *setup;
	struct session session;
	struct outlet outlet;
	struct committer *committer;
	int signal_fd, wake_fd;
	struct pollfd *poll;
	int64_t accept_at;	/* not before */
	int64_t expiry_at;	/* of the certificate, or to be told again */
	int stopping, broken;
};

static void
block_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGHUP);
	sigprocmask(SIG_BLOCK, set, NULL);
}

void
server_hold_signals(void)
{
	sigset_t set;

	block_signals(&set);
}

/* Allow a descriptor for each connection, as far as the system lets us.
 * Returns how many connections there can be: they must not take the descriptors
 * of the store. */
static unsigned
raise_files(unsigned connections)
{
	uint64_t want = connections + OWN_FILES, most = files_raise(want);

	if (most >= want)
		return connections;
	want = most > OWN_FILES ? most - OWN_FILES : 1;
	warn("only %llu descriptors: %llu connections at once, not %u",
	    (unsigned long long)most, (unsigned long long)want, connections);
	return (unsigned)want;
}

/* When to tell of the certificate next: it was told just now. */
static int64_t
next_expiry(const struct httpd_tls *tls)
{
	int64_t now = clock_now();

	if (tls == NULL)
		return INT64_MAX;
	return tls->good_until > now ? tls->good_until :
	    now + EXPIRY * CLOCK_SECOND;
}

static int
start(struct server *s, struct err *e)
{
	const struct server_setup *p = s->setup;
	struct httpd_limits limits = *p->limits;
	sigset_t set;
	int rc;

	limits.connections = raise_files(limits.connections);
	block_signals(&set);
	s->signal_fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	s->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (s->signal_fd < 0 || s->wake_fd < 0)
		return err_set(e, E_IO, "descriptors: %s", strerror(errno));
	outlet_init(&s->outlet, p->out_fd);
	rc = session_init(&s->session, p->receiver, &limits, p->tls,
	    &s->outlet, e);
	if (rc != 0)
		return rc;
	s->expiry_at = next_expiry(p->tls);
	s->poll = xcalloc(LISTEN + p->listeners->n, sizeof *s->poll);
	return committer_start(&s->committer, p->store, s->wake_fd, e);
}

static void
settle(struct server *s)
{
	session_settle(&s->session, committer_take(s->committer, &s->broken));
}

static void
release(struct server *s)
{
	committer_stop(s->committer);
	if (s->committer != NULL)
		settle(s);
	committer_free(s->committer);
	session_release(&s->session);
	outlet_release(&s->outlet);
	free(s->poll);
	if (s->signal_fd >= 0)
		close(s->signal_fd);
	if (s->wake_fd >= 0)
		close(s->wake_fd);
}

static void
tell_expired(struct server *s)
{
	if (s->setup->tls != NULL)
		httpd_tls_tell(s->setup->tls);
	s->expiry_at = next_expiry(s->setup->tls);
}

static void
reload(struct server *s)
{
	struct err e;

	tell_expired(s);
	if (receive_reload(s->setup->receiver, &e) == 0)
		say("configuration read again");
	else
		warn("%s; the old configuration stays", e.msg);
}

static void
read_signals(struct server *s)
{
	struct signalfd_siginfo info;

	while (read(s->signal_fd, &info, sizeof info) == sizeof info) {
		if (info.ssi_signo == SIGHUP)
			reload(s);
		else
			s->stopping = 1;
	}
}

static void
read_wake(struct server *s)
{
	uint64_t n;

	if (read(s->wake_fd, &n, sizeof n) == sizeof n)
		settle(s);
}

/* Accept all that are waiting at one listener. */
static void
accept_from(struct server *s, const struct listener *l)
{
	struct peer p;
	int fd, i;

	for (i = 0; i < ACCEPT_TURN && !httpd_full(s->session.http); i++) {
		fd = listen_accept(l, &p);
		if (fd < 0 && errno == EAGAIN)
			return;
		if (fd < 0 || httpd_add(s->session.http, fd, &p) != 0) {
			/* We are out of something, usually descriptors, which
			 * idle connections can give up.  Trying again at once
			 * would only waste time. */
			debug(1, "%s: accept: %s", l->name, strerror(errno));
			httpd_make_room(s->session.http);
			s->accept_at = clock_mono() + PAUSE * 1000;
			return;
		}
	}
}

static void
arm(struct server *s, int i, int fd, short events)
{
	s->poll[i].fd = fd;
	s->poll[i].events = events;
	s->poll[i].revents = 0;
}

/* There is no room, and the listeners are not polled: is anybody waiting? */
static int
is_awaited(struct server *s)
{
	const struct listeners *l = s->setup->listeners;
	size_t i;

	for (i = 0; i < l->n; i++)
		arm(s, LISTEN + (int)i, l->at[i].fd, POLLIN);
	return poll(s->poll + LISTEN, l->n, 0) > 0;
}

static int
may_accept(const struct server *s)
{
	return !httpd_full(s->session.http) && s->accept_at <= clock_mono();
}

static void
wait_for_work(struct server *s)
{
	const struct listeners *l = s->setup->listeners;
	int ms = session_timeout(&s->session), accepting = may_accept(s);
	size_t i;

	if (httpd_full(s->session.http) && l->n > 0 && is_awaited(s))
		httpd_make_room(s->session.http);
	arm(s, SIGNAL, s->signal_fd, POLLIN);
	arm(s, WAKE, s->wake_fd, POLLIN);
	arm(s, HTTP, httpd_fd(s->session.http), POLLIN);
	arm(s, OUT, outlet_wants(&s->outlet) ? s->outlet.fd : -1, POLLOUT);
	for (i = 0; i < l->n; i++)
		arm(s, LISTEN + (int)i, accepting ? l->at[i].fd : -1, POLLIN);
	if (!accepting && (ms < 0 || ms > PAUSE))
		ms = PAUSE;
	if (s->setup->tls != NULL && (ms < 0 || ms > LOOK))
		ms = LOOK;
	if (poll(s->poll, LISTEN + l->n, ms) < 0 && errno != EINTR)
		die(E_BUG, "poll: %s", strerror(errno));
}

static void
turn(struct server *s)
{
	const struct listeners *l = s->setup->listeners;
	size_t i;

	wait_for_work(s);
	if (s->expiry_at <= clock_now())
		tell_expired(s);
	if (s->poll[SIGNAL].revents != 0)
		read_signals(s);
	if (s->poll[WAKE].revents != 0)
		read_wake(s);
	for (i = 0; i < l->n; i++)
		if (s->poll[LISTEN + i].revents != 0)
			accept_from(s, &l->at[i]);
	committer_put(s->committer, session_run(&s->session));
	if (s->poll[OUT].revents != 0)
		outlet_write(&s->outlet);
}

/* The reader may take twice as long if it has half a line. */
static int
for_lines(int64_t end)
{
	int64_t ms = (end - clock_mono()) / 1000 / 2;

	return ms < LEAST ? LEAST : ms < LAST_LINES ? (int)ms : LAST_LINES;
}

/* Accept no more connections; requests under way get their answer. */
static void
finish(struct server *s)
{
	int64_t now = clock_mono();

	listen_release(s->setup->listeners);
	store_hurry(s->setup->store, now + FINISH * CLOCK_SECOND);
	httpd_drain(s->session.http, FINISH);
	while (httpd_open(s->session.http) > 0 || s->session.away > 0)
		turn(s);
	committer_put(s->committer, session_rest(&s->session));
	committer_stop(s->committer);
	settle(s);
	outlet_finish(&s->outlet, for_lines(now + END * CLOCK_SECOND));
}

int
server_run(const struct server_setup *setup, struct err *e)
{
	struct server s;
	size_t i;
	int rc;

	memset(&s, 0, sizeof s);
	s.setup = setup;
	s.signal_fd = s.wake_fd = -1;
	rc = start(&s, e);
	if (rc == 0) {
		for (i = 0; i < setup->listeners->n; i++)
			say("listening on %s", setup->listeners->at[i].name);
		while (!s.stopping && !s.broken)
			turn(&s);
		finish(&s);
		rc = s.broken ? EXIT_IO : EXIT_DONE;
	}
	release(&s);
	return rc;
}
