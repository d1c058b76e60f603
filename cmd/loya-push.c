/* loya-push(1): deliver what the systems are owed. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/crypt.h"
#include "common/deliver.h"
#include "common/die.h"
#include "common/options.h"
#include "common/outlet.h"
#include "common/source.h"
#include "common/store.h"

enum { IDS = 256, WATCH_MS = 100, IDLE_MS = 1000, PATIENCE_MS = 1000,
    FINISH_MS = 5000, PROGRESS_MS = 500 };

static const struct option_def option[] = {
	{ 'b', NULL, "only what is due, then end (cron)" },
	{ 'w', NULL, "what is due, then wait for more; read no lines" },
	{ 'r', "ID", "send a dead delivery again" },
	{ 'u', NULL, "turn the sources on again that said 410" },
	{ 0, NULL, NULL }
};

static const struct program program = {
	"[-b | -w] [-nqv] [-s STORE] [-c DIR] [SOURCE ...]\n"
	"-r ID ... [-qv] [-s STORE] [-c DIR]\n"
	"-u [-qv] [-s STORE] [-c DIR] SOURCE ...",
	option
};

enum mode { LINES, BACKLOG, WATCH };

struct run {
	struct options o;
	enum mode mode;
	int chosen, on;		/* a mode was given; -u */
	int64_t id[IDS];
	size_t nid;
	struct deliver *d;
	struct outlet out;
	int signals, ended, stopped;
	int progress, shown;
	int64_t began, drawn, looked;	/* monotonic */
};

static void
read_options(struct run *r, int argc, char **argv)
{
	static const char only[] = "only one of -b, -w, -r and -u";
	int c;

	while ((c = options_next(&program, &r->o, argc, argv)) != -1) {
		if (r->chosen && (c != 'r' || r->nid == 0))
			options_usage(&program, "%s", only);
		r->chosen = 1;
		r->mode = c == 'w' ? WATCH : BACKLOG;
		r->on = c == 'u';
		if (c != 'r')
			continue;
		if (r->nid == IDS)
			options_usage(&program, "more than %d deliveries", IDS);
		if (options_number(optarg, 1, INT64_MAX, &r->id[r->nid++]) !=
		    0)
			options_usage(&program, "'%s' is not a number of a "
			    "delivery", optarg);
	}
	if (r->nid > 0 && optind < argc)
		options_usage(&program, "'%s' is not wanted", argv[optind]);
	if (r->on && optind == argc)
		options_usage(&program, "-u: which SOURCE?");
	if (r->o.dry && (r->on || r->nid > 0 || r->mode == WATCH))
		options_usage(&program, "-n is not for -w, -r and -u");
	if (!r->chosen && isatty(STDIN_FILENO))
		r->mode = BACKLOG;
}

/* What is under way shall end in order: signals are read, not taken. */
static void
take_signals(struct run *r)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	r->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (r->signals < 0)
		die(E_IO, "signalfd: %s", strerror(errno));
}

/* Something else is to be on the line of the progress. */
static void
clear(struct run *r)
{
	fputs(r->shown ? "\r\033[K" : "", stderr);
	r->shown = 0;
}

static void
draw(struct run *r, int last)
{
	const struct deliver_count *c = deliver_count(r->d);
	int64_t now = clock_mono(), ms = (now - r->began) / 1000 + 1;
	struct err e;

	if (!r->progress || ms < PROGRESS_MS || (!last &&
	    now - r->drawn < 1000 * PROGRESS_MS) ||
	    deliver_survey(r->d, &e) != 0)
		return;
	fprintf(stderr, "\r%s: %lld sent, %lld deferred, %lld dead, "
	    "%lld waiting, %lld/s\033[K%s", die_name(), (long long)c->sent,
	    (long long)c->deferred, (long long)c->dead,
	    (long long)c->waiting, (long long)(c->sent * 1000 / ms),
	    last ? "\n" : "");
	r->shown = 1;
	r->drawn = clock_mono();
}

/* Lines are wake-ups: the store is the fact. */
static void
read_lines(struct run *r)
{
	char p[65536];
	ssize_t n;

	n = read(STDIN_FILENO, p, sizeof p);
	if (n < 0 && errno != EINTR && errno != EAGAIN)
		die(E_IO, "standard input: %s", strerror(errno));
	r->ended = n == 0;
	deliver_wake(r->d);
}

static void
read_signal(struct run *r)
{
	struct signalfd_siginfo si;

	if (read(r->signals, &si, sizeof si) != (ssize_t)sizeof si)
		return;
	/* The second one means it. */
	if (r->stopped) {
		signal((int)si.ssi_signo, SIG_DFL);
		sigprocmask(SIG_SETMASK, &(sigset_t){ 0 }, NULL);
		raise((int)si.ssi_signo);
	}
	r->stopped = 1;
	deliver_stop(r->d);
}

/* One step, and what it leaves for others to see. */
static void
step(struct run *r, struct pollfd *p, nfds_t n)
{
	struct buf *b = deliver_output(r->d);
	const char *complaint;
	struct err e;
	int rc;

	/* The last step of a backlog finds nothing, and nobody waits. */
	rc = deliver_step(r->d, p, n, r->mode == WATCH ? WATCH_MS :
	    r->mode == BACKLOG ? -1 : IDLE_MS, &e);
	complaint = deliver_complaint(r->d);
	if (rc != 0 || complaint != NULL || (b->len > 0 &&
	    isatty(STDOUT_FILENO)))
		clear(r);
	if (rc == E_BUSY && r->mode != BACKLOG) {
		warn("%s; trying again", e.msg);
		poll(NULL, 0, PATIENCE_MS);
	} else if (rc != 0) {
		die_err(&e);
	}
	if (complaint != NULL)
		warn("%s", complaint);
	outlet_add(&r->out, b->p, b->len);
	buf_clear(b);
	outlet_write(&r->out);
	draw(r, 0);
}

static void
loop(struct run *r)
{
	struct pollfd p[3];
	int64_t every = r->mode == WATCH ? WATCH_MS : IDLE_MS;
	int more = r->mode != BACKLOG;
	nfds_t n;

	while ((more && !r->stopped) || !deliver_idle(r->d)) {
		memset(p, 0, sizeof p);
		p[0] = (struct pollfd){ .fd = r->signals, .events = POLLIN };
		n = 1;
		if (r->mode == LINES && !r->ended)
			p[n++] = (struct pollfd){ .fd = STDIN_FILENO,
			    .events = POLLIN };
		if (outlet_wants(&r->out))
			p[n++] = (struct pollfd){ .fd = STDOUT_FILENO,
			    .events = POLLOUT };
		step(r, p, n);
		if (p[0].revents != 0)
			read_signal(r);
		if (n > 1 && p[1].fd == STDIN_FILENO && p[1].revents != 0)
			read_lines(r);
		/* Whatever no line told of. */
		if (more && clock_mono() - r->looked > every * 1000) {
			r->looked = clock_mono();
			deliver_wake(r->d);
		}
		more = r->mode == WATCH || (r->mode == LINES && !r->ended);
	}
}

static int
verdict(struct run *r)
{
	const struct deliver_count *c = deliver_count(r->d);
	struct err e;
	int status;

	if (deliver_survey(r->d, &e) != 0)
		die_err(&e);
	status = c->dead > 0 || c->off > 0 ? EXIT_NO :
	    (c->deferred > 0 && c->waiting > 0) || c->resting > 0 ?
	    EXIT_LATER : EXIT_DONE;
	draw(r, 1);
	if (c->off > 0)
		warn("%d of the sources said 410 and are off; -u turns them "
		    "on again", c->off);
	if (status != EXIT_DONE && !r->shown)
		say("%lld sent, %lld deferred, %lld dead; %lld waiting",
		    (long long)c->sent, (long long)c->deferred,
		    (long long)c->dead, (long long)c->waiting);
	return r->stopped ? EXIT_DONE : status;
}

static void
print(void *ctx, const struct buf *b)
{
	(void)ctx;
	fwrite(b->p, 1, b->len, stdout);
}

static int
deliver_all(struct run *r)
{
	struct err e;
	size_t i;

	if (deliver_join(r->d, &e) != 0)
		die_err(&e);
	take_signals(r);
	outlet_init(&r->out, STDOUT_FILENO);
	r->began = clock_mono();
	r->progress = !r->o.quiet && isatty(STDERR_FILENO);
	if (r->on && deliver_on(r->d, &e) != 0)
		die_err(&e);
	for (i = 0; i < r->nid; i++)
		if (deliver_again(r->d, r->id[i], &e) != 0)
			die_err(&e);
	loop(r);
	outlet_finish(&r->out, FINISH_MS);
	outlet_release(&r->out);
	return verdict(r);
}

int
main(int argc, char **argv)
{
	static struct run r;
	struct config *config;
	struct store *store;
	struct err e;
	int status = EXIT_DONE;

	die_init(argv[0]);
	read_options(&r, argc, argv);
	crypt_init();
	if (config_load(&config, r.o.conf, &e) != 0 ||
	    store_open(&store, r.o.store, ROLE_PUSH, r.o.dry ? 0 :
	    STORE_CREATE, &e) != 0)
		die_err(&e);
	crypt_private();
	if (deliver_new(&r.d, store, config, r.o.conf, argv + optind,
	    (size_t)(argc - optind), &e) != 0)
		die_err(&e);
	if (r.o.dry && deliver_show(r.d, print, NULL, &e) != 0)
		die_err(&e);
	if (!r.o.dry)
		status = deliver_all(&r);
	deliver_free(r.d);
	store_close(store);
	config_free(config);
	die_flush_exit(status);
}
