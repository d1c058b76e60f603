/* loya-push(1): deliver what the systems are owed. */
#include <stdio.h>
#include <unistd.h>

#include "common/courier.h"
#include "common/crypt.h"
#include "common/deliver.h"
#include "common/die.h"
#include "common/options.h"
#include "common/source.h"
#include "common/store.h"

enum { IDS = 256 };

static const struct option_def option[] = {
	{ 'b', NULL, "only what is due, then end (cron)" },
	{ 'w', NULL, "what is due, then wait for more; read no lines" },
	{ 'r', "ID", "send a dead delivery again" },
	{ 'u', NULL, "turn the sources on again that said 410" },
	{ 0, NULL, NULL }
};

static const struct program program = {
	"[-b | -w] [-nqv] [-s STORE] [-c DIR] [SOURCE ...]\n"
	"-r ID [-r ID ...] [-qv] [-s STORE] [-c DIR]\n"
	"-u [-qv] [-s STORE] [-c DIR] SOURCE ...",
	option
};

struct run {
	struct options o;
	enum courier_mode mode;
	int chosen, on;		/* the letter of a mode, or 0; -u */
	int64_t id[IDS];
	size_t nid;
	struct deliver *d;
};

static void
read_options(struct run *r, int argc, char **argv)
{
	static const char only[] = "only one of -b, -w, -r and -u";
	int c;

	while ((c = options_next(&program, &r->o, argc, argv)) != -1) {
		if (r->chosen && c != r->chosen)
			options_usage(&program, "%s", only);
		r->chosen = c;
		r->mode = c == 'w' ? COURIER_WATCH : COURIER_BACKLOG;
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
	if (r->o.dry && (r->on || r->nid > 0 || r->mode == COURIER_WATCH))
		options_usage(&program, "-n is not for -w, -r and -u");
	if (!r->chosen && isatty(STDIN_FILENO))
		r->mode = COURIER_BACKLOG;
}

static void
print(void *ctx, const struct buf *b)
{
	(void)ctx;
	fwrite(b->p, 1, b->len, stdout);
}

static int
show_all(struct run *r)
{
	const char *p;
	struct err e;

	if (deliver_show(r->d, print, NULL, &e) != 0)
		die_err(&e);
	while ((p = deliver_complaint(r->d)) != NULL)
		warn("%s", p);
	return deliver_count(r->d)->faulty > 0 ? EXIT_CONFIG : EXIT_DONE;
}

static int
deliver_all(struct run *r)
{
	struct err e;
	size_t i;
	int status;

	courier_hold();
	if (r->on && deliver_on(r->d, &e) != 0)
		die_err(&e);
	for (i = 0; i < r->nid; i++)
		if (deliver_again(r->d, r->id[i], &e) != 0)
			die_err(&e);
	if (courier_run(r->d, r->mode, !r->o.quiet && isatty(STDERR_FILENO),
	    &status, &e) != 0)
		die_err(&e);
	return status;
}

int
main(int argc, char **argv)
{
	static struct run r;
	struct config *config;
	struct store *store;
	struct err e;
	int status;

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
	status = r.o.dry ? show_all(&r) : deliver_all(&r);
	deliver_free(r.d);
	store_close(store);
	config_free(config);
	die_flush_exit(status);
}
