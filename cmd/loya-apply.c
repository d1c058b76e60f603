/* loya-apply(1): apply what was received. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/applier.h"
#include "common/clock.h"
#include "common/crypt.h"
#include "common/die.h"
#include "common/lines.h"
#include "common/options.h"

enum { LINE_MAX_BYTES = 4 * 1024 * 1024, SEQS = 256, WATCH_MS = 100,
    IDLE_MS = 1000, PATIENCE_MS = 1000, READS = 16 };

static const struct option_def option[] = {
	{ 'b', NULL, "only the backlog, then end (cron)" },
	{ 'w', NULL, "the backlog, then wait for more; read no lines" },
	{ 'r', "SEQ", "try a held or refused event again" },
	{ 'd', "SEQ", "dismiss a held or refused event" },
	{ 0, NULL, NULL }
};

static const struct program program = {
	"[-b | -w] [-nqv] [-s STORE] [-c DIR]\n"
	"-r SEQ | -d SEQ [-r SEQ | -d SEQ ...] [-nqv] [-s STORE] [-c DIR]",
	option, "rd"
};

enum mode { LINES, BACKLOG, WATCH, SEQUENCES };

struct run {
	struct options o;
	enum mode mode;
	struct apply_choice chosen[SEQS];
	size_t nchosen;
	struct applier a;
	int bad_line;
	int left_out;		/* of those that were chosen */
};

static void
read_options(struct run *r, int argc, char **argv)
{
	enum mode mode;
	int c;

	r->mode = LINES;
	while ((c = options_next(&program, &r->o, argc, argv)) != -1) {
		mode = c == 'b' ? BACKLOG : c == 'w' ? WATCH : SEQUENCES;
		if (r->mode != LINES && r->mode != mode)
			options_usage(&program, "only one of -b, -w, -r and "
			    "-d");
		r->mode = mode;
		if (mode != SEQUENCES)
			continue;
		if (r->nchosen == SEQS)
			options_usage(&program, "more than %d events", SEQS);
		r->chosen[r->nchosen].dismiss = c == 'd';
		if (options_number(optarg, 1, INT64_MAX,
		    &r->chosen[r->nchosen++].seq) != 0)
			options_usage(&program, "'%s' is not the number of an "
			    "event", optarg);
	}
	if (optind < argc)
		options_usage(&program, "'%s': unexpected "
		    "argument", argv[optind]);
	if (r->mode == WATCH && r->o.dry)
		options_usage(&program, "-w with -n would never end");
	if (r->mode == LINES && isatty(STDIN_FILENO))
		r->mode = BACKLOG;
}

/* Die, but first tell people what was done before. */
static void
fail(struct run *r, const struct err *e)
{
	applier_finish(&r->a);
	die_err(e);
}

static void
take_lines(struct run *r, struct lines *l)
{
	const char *line;
	struct err e;
	size_t len;
	int rc;

	if (apply_lines_begin(r->a.apply, &e) != 0)
		fail(r, &e);
	while ((rc = lines_next(l, &line, &len)) != 0) {
		if (rc == 1)
			rc = apply_line(r->a.apply, line, len, &e);
		else
			err_set(&e, rc, "longer than %d bytes",
			    LINE_MAX_BYTES);
		if (rc == 0)
			continue;
		if (rc != E_DATA)
			fail(r, &e);
		warn("standard input: line %lld: %s", (long long)l->number,
		    e.msg);
		r->bad_line = 1;
	}
	apply_lines_end(r->a.apply);
}

/*
 * Take the lines that come within ms, and those right behind them; 1 if there
 * were any.  There is a limit, since work must not wait for ever; but the
 * writer of the lines should not have to wait for us either, because what they
 * are about is already in the store.
 */
static int
take(struct run *r, struct lines *l, int ms)
{
	struct pollfd p = { STDIN_FILENO, POLLIN, 0 };
	int rc, n;

	for (n = 0; n < READS && !l->ended; n++) {
		rc = poll(&p, 1, n == 0 ? ms : 0);
		if (rc < 0 && errno != EINTR)
			die(E_IO, "poll: %s", strerror(errno));
		if (rc <= 0)
			break;
		if (lines_fill(l, STDIN_FILENO) < 0)
			die(E_IO, "standard input: %s", strerror(errno));
		take_lines(r, l);
	}
	return n > 0;
}

/* Whether this run is to go on until it is killed or its input ends. */
static int
lasts(const struct run *r, const struct lines *l)
{
	return r->mode == WATCH || (l != NULL && !l->ended &&
	    !lines_over(STDIN_FILENO));
}

/* Do everything that is waiting.  If the store is busy, try again, unless this
 * run is to end by itself. */
static void
work(struct run *r, struct lines *l)
{
	struct err e;
	int did, more, rc;

	do {
		rc = applier_step(&r->a, &did, &e);
		if (rc == E_BUSY && lasts(r, l)) {
			warn("%s; trying again", e.msg);
			poll(NULL, 0, PATIENCE_MS);
			did = 1;
		} else if (rc != 0) {
			fail(r, &e);
		}
		applier_print(&r->a);
		if (r->mode == LINES || r->mode == WATCH)
			apply_tell(r->a.apply, 0);
		/* The writer of the lines must not have to wait for us. */
		more = rc == 0 && l != NULL && take(r, l, 0);
	} while (did > 0 || more);
}

static int
time_to_wait(struct run *r)
{
	int64_t ms;

	ms = apply_next_due(r->a.apply);
	if (ms == INT64_MAX)
		return IDLE_MS;
	ms = (ms - clock_now()) / 1000 + 1;
	return ms < 0 ? 0 : ms > IDLE_MS ? IDLE_MS : (int)ms;
}

static void
pipe_loop(struct run *r)
{
	struct lines l;

	lines_init(&l, LINE_MAX_BYTES);
	lines_widen(STDIN_FILENO);
	if (!r->o.dry)
		work(r, &l);
	while (!l.ended) {
		take(r, &l, time_to_wait(r));
		/* A dry run holds the locks once it has begun to look: read
		 * everything first. */
		if (!r->o.dry || l.ended)
			work(r, &l);
	}
	lines_release(&l);
}

/* An event whose state does not allow it does not hold up the others. */
static void
sequences(struct run *r)
{
	size_t i, did;
	struct err e;
	int rc;

	for (i = 0; i < r->nchosen; i += did) {
		rc = apply_choices(r->a.apply, r->chosen + i, r->nchosen - i,
		    &did, &e);
		if (rc == E_NO || rc == E_NOTFOUND) {
			warn("%s", e.msg);
			r->left_out = 1;
			did = 1;
		} else if (rc != 0) {
			fail(r, &e);
		}
		applier_print(&r->a);
	}
	/* The end of a snapshot may be believed now: then act on it now. */
	if ((rc = apply_snapshot_waits(r->a.apply, &e)) < 0)
		fail(r, &e);
	if (rc == 1)
		work(r, NULL);
}

static int
verdict(const struct run *r)
{
	if (r->bad_line)
		return EXIT_DATA;
	if (r->a.no_output)
		return EXIT_IO;
	return apply_refusals(r->a.apply) > 0 || r->left_out ? EXIT_NO :
	    EXIT_DONE;
}

int
main(int argc, char **argv)
{
	static struct run r;
	struct err e;
	int status;

	die_init(argv[0]);
	read_options(&r, argc, argv);
	crypt_init();
	if (applier_open(&r.a, &r.o, r.mode == LINES || r.mode == WATCH,
	    &e) != 0)
		die_err(&e);
	switch (r.mode) {
	case LINES:
		pipe_loop(&r);
		break;
	case BACKLOG:
		work(&r, NULL);
		break;
	case WATCH:
		for (;;) {
			work(&r, NULL);
			poll(NULL, 0, WATCH_MS);
		}
	case SEQUENCES:
		sequences(&r);
		break;
	}
	applier_finish(&r.a);
	status = verdict(&r);
	applier_close(&r.a);
	return status;
}
