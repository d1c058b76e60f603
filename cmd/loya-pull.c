/* loya-pull(1): read what changed from a system's API. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/crypt.h"
#include "common/die.h"
#include "common/options.h"
#include "common/pull.h"
#include "common/readback.h"
#include "common/source.h"
#include "common/store.h"

enum { PROGRESS_MS = 500 };

static const struct option_def option[] = {
	{ 'f', NULL, "everything, as a snapshot" },
	{ 'i', NULL, "only what differs from the list of everything" },
	{ 'r', NULL, "pass lines on, thin ones as the record read back" },
	{ 0, NULL, NULL }
};

static const struct program program = {
	"[-f | -i | -r] [-nqv] [-s STORE] [-c DIR] SOURCE ...",
	option, NULL
};

struct run {
	struct options o;
	int full, index, filter;
	const struct source **source;
	size_t n;
	const char *name;	/* of the source under way */
	int progress;
	int64_t began, drawn;	/* monotonic */
};

static void
read_options(struct run *r, int argc, char **argv)
{
	int c;

	while ((c = options_next(&program, &r->o, argc, argv)) != -1) {
		r->full |= c == 'f';
		r->index |= c == 'i';
		r->filter |= c == 'r';
	}
	if (r->full + r->index + r->filter > 1)
		options_usage(&program, "only one of -f, -i and -r");
	if (r->filter && r->o.dry)
		options_usage(&program, "-n does not go with -r");
	if (optind == argc)
		options_usage(&program, "SOURCE is missing");
}

static void
draw(struct run *r, const struct pull_count *c, int last)
{
	int64_t now = clock_mono(), s;
	char until[CLOCK_TEXT];

	if (!r->progress || now - r->began < 1000 * PROGRESS_MS ||
	    (!last && now - r->drawn < 1000 * PROGRESS_MS))
		return;
	s = (now - r->began) / 1000 + 1;
	fprintf(stderr, "\r%s: %s: %lld rows, %lld new, %lld pages, %lld/s",
	    die_name(), r->name, (long long)c->rows, (long long)c->fresh,
	    (long long)c->pages, (long long)(c->rows * 1000 / s));
	if (c->until != 0)
		fprintf(stderr, ", up to %.19sZ",
		    clock_format(c->until, until));
	fprintf(stderr, "\033[K%s", last ? "\n" : "");
	r->drawn = now;
}

/* Print lines about rows that are durable.  If nobody reads them any more, the
 * rows are in the inbox all the same; the failure counts at the end. */
static void
tell(void *ctx, const char *lines, size_t n, const struct pull_count *c)
{
	struct run *r = ctx;

	if (n > 0) {
		fwrite(lines, 1, n, stdout);
		fflush(stdout);
	}
	draw(r, c, 0);
}

/* Look up the named sources.  A name without a file does not keep the others
 * from being read, but it is reported and decides the exit status. */
static int
find_sources(struct run *r, const struct config *c, char **name, int n)
{
	static const struct source *found[256];
	int i, status = EXIT_DONE;

	if (n > (int)(sizeof found / sizeof found[0]))
		die(E_USAGE, "more than %d sources",
		    (int)(sizeof found / sizeof found[0]));
	for (i = 0; i < n; i++) {
		if ((found[r->n] = config_source(c, name[i])) != NULL) {
			r->n++;
			continue;
		}
		warn("source '%s': there is no file %s/sources/%s.json",
		    name[i], c->dir, name[i]);
		status = EXIT_CONFIG;
	}
	r->source = found;
	if (n > 0 && r->n == 0)
		exit(status);
	return status;
}

static int
dry(struct run *r, struct pull *p, const struct source *s, struct err *e)
{
	struct buf b = { NULL, 0, 0 };
	int rc = pull_show(p, s, r->full ? PULL_EVERYTHING : r->index ?
	    PULL_DIFFERENCES : PULL_CHANGES, &b, e);

	if (b.len > 0)
		fwrite(b.p, 1, b.len, stdout);
	buf_release(&b);
	if (rc != 0)
		warn("%s", e->msg);
	return rc;
}

/* How it ended: the exit status. */
static int
one(struct run *r, struct pull *p, const struct source *s, struct err *e)
{
	int64_t odd = 0;
	int rc = 0, alone = EXIT_DONE;

	r->name = s->name;
	r->began = clock_mono();
	if (r->o.dry)
		return status_exit(dry(r, p, s, e));
	if (s->pull.command == NULL) {
		rc = pull_waiting(p, s, e);
		odd = pull_counts(p)->odd;
		alone = status_exit(pull_counts(p)->alone);
	}
	if (rc == 0) {
		rc = r->full ? pull_everything(p, s, e) : r->index ?
		    pull_differences(p, s, e) : pull_changes(p, s, e);
		odd += pull_counts(p)->odd;
		alone = pull_graver(alone, status_exit(pull_counts(p)->alone));
		draw(r, pull_counts(p), 1);
	}
	if (rc != 0)
		warn("%s", e->msg);
	/* Things that are not records were reported when they were stored. */
	if (rc == 0 && odd > 0)
		rc = E_NO;
	return pull_graver(alone, status_exit(rc));
}

static int
pull_all(struct run *r, struct store *store, const struct config *c)
{
	int status = EXIT_DONE;
	struct pull *p;
	struct err e;
	size_t i;

	r->progress = !r->o.quiet && isatty(STDERR_FILENO);
	pull_new(&p, store, c, r->o.conf, tell, r);
	for (i = 0; i < r->n; i++)
		status = pull_graver(status, one(r, p, r->source[i], &e));
	pull_free(p);
	return status;
}

int
main(int argc, char **argv)
{
	static struct run r;
	struct config *config;
	struct store *store;
	struct err e;
	int status, missing;

	die_init(argv[0]);
	read_options(&r, argc, argv);
	crypt_init();
	if (config_load(&config, r.o.conf, &e) != 0)
		die_err(&e);
	missing = find_sources(&r, config, argv + optind, argc - optind);
	if (store_open(&store, r.o.store, ROLE_PULL, r.o.dry ? STORE_READ :
	    STORE_CREATE, &e) != 0)
		die_err(&e);
	crypt_private();
	if (r.filter)
		status = status_exit(readback_run(store, config, r.o.conf,
		    r.source, r.n));
	else
		status = pull_all(&r, store, config);
	store_close(store);
	config_free(config);
	die_flush_exit(pull_graver(missing, status));
}
