#include "common/courier.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/deliver.h"
#include "common/die.h"
#include "common/lines.h"
#include "common/outlet.h"

enum { WATCH_MS = 100, IDLE_MS = 1000, PATIENCE_MS = 1000, FINISH_MS = 5000,
    PROGRESS_MS = 500 };

struct courier {
	struct deliver *d;
	enum courier_mode mode;
	struct outlet out;
	int signals, ended, stopped;
	int progress, shown;
	int64_t began, drawn, looked;	/* monotonic */
};

/* Whether there may be more to do than what is due now. */
static int
more(const struct courier *c)
{
	const struct deliver_count *n = deliver_count(c->d);

	/* There is no target left that could be delivered to. */
	if (n->faulty > 0 && n->faulty == n->targets)
		return 0;
	return !c->stopped && (c->mode == COURIER_WATCH ||
	    (c->mode == COURIER_LINES && !c->ended));
}

static void
to_end(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
}

void
courier_hold(void)
{
	sigset_t set;

	to_end(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

/* Deliveries under way shall end in order: signals are read, not caught. */
static int
take_signals(struct courier *c, struct err *e)
{
	sigset_t set;

	to_end(&set);
	c->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return c->signals >= 0 ? 0 : err_set(e, E_IO, "signalfd: %s",
	    strerror(errno));
}

/* Clear the progress line for something else. */
static void
clear(struct courier *c)
{
	fputs(c->shown ? "\r\033[K" : "", stderr);
	c->shown = 0;
}

/* Includes what waits for targets that are gone. */
static long long
waiting(const struct deliver_count *n)
{
	return (long long)(n->waiting + n->orphaned);
}

static void
draw(struct courier *c, int last)
{
	const struct deliver_count *n = deliver_count(c->d);
	int64_t now = clock_mono(), ms = (now - c->began) / 1000 + 1;
	struct err e;

	if (!c->progress || ms < PROGRESS_MS || (!last &&
	    now - c->drawn < 1000 * PROGRESS_MS) ||
	    deliver_survey(c->d, &e) != 0)
		return;
	fprintf(stderr, "\r%s: %lld sent, %lld deferred, %lld dead, "
	    "%lld waiting, %lld/s\033[K%s", die_name(), (long long)n->sent,
	    (long long)n->deferred, (long long)n->dead,
	    waiting(n), (long long)(n->sent * 1000 / ms),
	    last ? "\n" : "");
	c->shown = 1;
	c->drawn = clock_mono();
}

/* Lines are only wake-ups: the store has the facts. */
static int
read_lines(struct courier *c, struct err *e)
{
	char p[65536];
	ssize_t n;

	n = read(STDIN_FILENO, p, sizeof p);
	if (n < 0 && errno != EINTR && errno != EAGAIN)
		return err_set(e, E_IO, "standard input: %s",
		    strerror(errno));
	c->ended = n == 0;
	deliver_wake(c->d);
	return 0;
}

static void
read_signal(struct courier *c)
{
	struct signalfd_siginfo si;

	if (read(c->signals, &si, sizeof si) != (ssize_t)sizeof si)
		return;
	/* A second signal ends us at once. */
	if (c->stopped) {
		signal((int)si.ssi_signo, SIG_DFL);
		sigprocmask(SIG_SETMASK, &(sigset_t){ 0 }, NULL);
		raise((int)si.ssi_signo);
	}
	c->stopped = 1;
	deliver_stop(c->d);
}

/* Print complaints for people. */
static void
complain(struct courier *c)
{
	const char *p;

	while ((p = deliver_complaint(c->d)) != NULL) {
		clear(c);
		warn("%s", p);
	}
}

/* Whether this run is to go on until it is told to end or its input ends. */
static int
lasts(const struct courier *c)
{
	return c->mode == COURIER_WATCH || (c->mode == COURIER_LINES &&
	    !c->ended && !lines_over(STDIN_FILENO));
}

/* If the store is busy, try again, unless this run is to end by itself. */
static int
again(struct courier *c, int rc, const struct err *e)
{
	struct pollfd p = { .fd = c->signals, .events = POLLIN };
	int later = lasts(c);

	if (rc != E_BUSY)
		return rc;
	if (later)
		warn("%s; trying again", e->msg);
	if (poll(&p, 1, later ? PATIENCE_MS : 0) == 1)
		read_signal(c);
	return later ? 0 : rc;
}

static int
join(struct courier *c, struct err *e)
{
	int rc;

	while ((rc = deliver_join(c->d, e)) != 0 && !c->stopped)
		if ((rc = again(c, rc, e)) != 0)
			break;
	/* We were told to end before anything was begun. */
	return c->stopped ? 0 : rc;
}

/* Do one step and print what came of it. */
static int
step(struct courier *c, struct pollfd *p, nfds_t n, struct err *e)
{
	struct buf *b = deliver_output(c->d);
	int rc;

	/* In the last step there is nothing to do and nothing to wait for. */
	rc = deliver_step(c->d, p, n, !more(c) ? -1 :
	    c->mode == COURIER_WATCH ? WATCH_MS : IDLE_MS, e);
	complain(c);
	if (rc != 0 || (b->len > 0 && isatty(STDOUT_FILENO)))
		clear(c);
	if ((rc = again(c, rc, e)) != 0)
		return rc;
	outlet_add(&c->out, b->p, b->len);
	buf_clear(b);
	outlet_write(&c->out);
	draw(c, 0);
	return 0;
}

/* Look at the descriptors that are not the engine's. */
static int
look_at(struct courier *c, const struct pollfd *p, nfds_t n, struct err *e)
{
	int64_t every = c->mode == COURIER_WATCH ? WATCH_MS : IDLE_MS;
	int rc = 0;

	if (p[0].revents != 0)
		read_signal(c);
	if (n > 1 && p[1].fd == STDIN_FILENO && p[1].revents != 0)
		rc = read_lines(c, e);
	/* Look for deliveries that no line told us about. */
	if (more(c) && clock_mono() - c->looked > every * 1000) {
		c->looked = clock_mono();
		deliver_wake(c->d);
		if (rc == 0)
			rc = deliver_stands(c->d, e);
	}
	return rc;
}

static int
loop(struct courier *c, struct err *e)
{
	struct pollfd p[3];
	int rc = 0;
	nfds_t n;

	while (rc == 0 && (more(c) || !deliver_idle(c->d))) {
		memset(p, 0, sizeof p);
		p[0] = (struct pollfd){ .fd = c->signals, .events = POLLIN };
		n = 1;
		if (c->mode == COURIER_LINES && !c->ended)
			p[n++] = (struct pollfd){ .fd = STDIN_FILENO,
			    .events = POLLIN };
		if (outlet_wants(&c->out))
			p[n++] = (struct pollfd){ .fd = STDOUT_FILENO,
			    .events = POLLOUT };
		if ((rc = step(c, p, n, e)) == 0)
			rc = look_at(c, p, n, e);
	}
	return rc;
}

/* If deliveries were to be sent again, these decide the status. */
static int
status_of(const struct deliver_count *n)
{
	if (n->faulty > 0)
		return EXIT_CONFIG;
	if (n->asked > 0)
		return n->asked_dead > 0 || n->asked_off > 0 ? EXIT_NO :
		    n->asked_waiting > 0 ? EXIT_LATER : EXIT_DONE;
	if (n->dead > 0 || n->off > 0 || n->orphans > 0)
		return EXIT_NO;
	return (n->deferred > 0 && n->waiting > 0) || n->resting > 0 ||
	    n->later > 0 ? EXIT_LATER : EXIT_DONE;
}

/* Nothing needs to be done; but people who look for what waits shall know. */
void
courier_say_resting(const struct deliver *d)
{
	char text[CLOCK_TEXT];
	const char *name;
	int64_t until;
	size_t i = 0;

	while ((name = deliver_resting(d, &i, &until)) != NULL) {
		/* Round up to whole seconds: by then it has ended. */
		until += CLOCK_SECOND - 1;
		say("source '%s': rests until %.19sZ", name,
		    clock_format(until, text));
	}
}

static int
verdict(struct courier *c, int *status, struct err *e)
{
	const struct deliver_count *n = deliver_count(c->d);
	int shown, rc;

	if ((rc = deliver_survey(c->d, e)) != 0 ||
	    (rc = deliver_orphans(c->d, e)) != 0)
		return rc;
	*status = status_of(n);
	draw(c, 1);
	shown = c->shown;
	deliver_conclude(c->d);
	complain(c);
	if (!c->stopped)
		courier_say_resting(c->d);
	if (*status != EXIT_DONE && !shown)
		say("%lld sent, %lld deferred, %lld dead; %lld waiting",
		    (long long)n->sent, (long long)n->deferred,
		    (long long)n->dead, waiting(n));
	if (c->stopped)
		*status = EXIT_DONE;
	if (c->out.failed)
		*status = EXIT_IO;
	return 0;
}

int
courier_run(struct deliver *d, enum courier_mode mode, int progress,
    int *status, struct err *e)
{
	struct courier c = { .d = d, .mode = mode, .progress = progress };
	int rc;

	if ((rc = take_signals(&c, e)) != 0)
		return rc;
	outlet_init(&c.out, STDOUT_FILENO);
	c.began = clock_mono();
	if ((rc = join(&c, e)) == 0 && (rc = loop(&c, e)) == 0) {
		outlet_finish(&c.out, FINISH_MS);
		rc = verdict(&c, status, e);
	}
	outlet_release(&c.out);
	close(c.signals);
	return rc;
}
