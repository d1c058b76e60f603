/* loya-push(1): deliver what the systems are owed. */
#include <stdio.h>
#include <string.h>
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
	{ 'u', NULL, "these sources work again: send what waits now" },
	{ 'd', NULL, "dismiss what waits for sources that are gone" },
	{ 'D', NULL, "the same, even for sources that still exist" },
	{ 0, NULL, NULL }
};

static const struct program program = {
	"[-b | -w] [-nqv] [-s STORE] [-c DIR] [SOURCE ...]\n"
	"-r ID [-r ID ...] [-qv] [-s STORE] [-c DIR]\n"
	"-u [-qv] [-s STORE] [-c DIR] SOURCE ...\n"
	"-d | -D [-qv] [-s STORE] [-c DIR] SOURCE ...",
	option, "r"
};

struct run {
	struct options o;
	enum courier_mode mode;
	int chosen;		/* the letter of a mode, or 0 */
	int64_t id[IDS];	/* of -r, and their targets */
	char target[IDS][DELIVER_TARGET], *name[IDS];
	size_t nid;
	struct deliver *d;
};

/* The numbers of one -r, with blanks, line ends or commas between them. */
static void
read_ids(struct run *r, const char *list)
{
	static const char sep[] = ", \t\n";
	char text[24];
	size_t n;

	for (list += strspn(list, sep); *list != '\0';
	    list += strspn(list, sep)) {
		n = strcspn(list, sep);
		if (r->nid == IDS)
			options_usage(&program, "more than %d deliveries", IDS);
		snprintf(text, sizeof text, "%.*s", (int)(n < sizeof text ?
		    n : sizeof text), list);
		if (n >= sizeof text || options_number(text, 1, INT64_MAX,
		    &r->id[r->nid++]) != 0)
			options_usage(&program, "'%.*s' is not the number of a "
			    "delivery", (int)(n < 200 ? n : 200), list);
		list += n;
	}
}

static void
read_options(struct run *r, int argc, char **argv)
{
	static const char only[] = "only one of -b, -w, -r, -u, -d and -D";
	int c;

	while ((c = options_next(&program, &r->o, argc, argv)) != -1) {
		if (r->chosen && c != r->chosen)
			options_usage(&program, "%s", only);
		r->chosen = c;
		r->mode = c == 'w' ? COURIER_WATCH : COURIER_BACKLOG;
		if (c == 'r')
			read_ids(r, optarg);
	}
	if (r->chosen == 'r' && optind < argc)
		options_usage(&program, "'%s': unexpected "
		    "argument", argv[optind]);
	if (r->chosen != 0 && strchr("udD", r->chosen) != NULL &&
	    optind == argc)
		options_usage(&program, "-%c: SOURCE is missing", r->chosen);
	if (r->o.dry && r->chosen != 0 && r->chosen != 'b')
		options_usage(&program, "-n does not go with -%c", r->chosen);
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
	courier_say_resting(r->d);
	return deliver_count(r->d)->faulty > 0 ? EXIT_CONFIG : EXIT_DONE;
}

static int
deliver_all(struct run *r)
{
	struct err e;
	int status;

	courier_hold();
	if (r->chosen == 'u' && deliver_on(r->d, &e) != 0)
		die_err(&e);
	if (r->nid > 0 && deliver_again(r->d, r->id, r->nid, &e) != 0)
		die_err(&e);
	if (courier_run(r->d, r->mode, !r->o.quiet && isatty(STDERR_FILENO),
	    &status, &e) != 0)
		die_err(&e);
	return status;
}

static int
dismiss_all(const struct run *r, struct store *store,
    const struct config *config, char **name)
{
	struct deliver_dismissed n;
	int status = EXIT_DONE;
	struct err e;

	for (; *name != NULL; name++) {
		if (deliver_dismiss(store, config, *name, r->chosen == 'D',
		    &n, &e) != 0)
			die_err(&e);
		say("source '%s': dismissed %lld", *name, (long long)n.n);
		if (n.under_way == 0)
			continue;
		warn("source '%s': another loya-push has %lld in hand",
		    *name, (long long)n.under_way);
		status = EXIT_LATER;
	}
	return status;
}

static int
deliver(struct run *r, struct store *store, const struct config *config,
    char **name, size_t n)
{
	struct err e;
	size_t i;
	int status;

	for (i = 0; i < r->nid; i++) {
		r->name[i] = r->target[i];
		if (deliver_target(store, r->id[i], r->target[i], &e) != 0)
			die_err(&e);
	}
	if (r->nid > 0) {
		name = r->name;
		n = r->nid;
	}
	if (deliver_new(&r->d, store, config, r->o.conf, name, n, &e) != 0)
		die_err(&e);
	status = r->o.dry ? show_all(r) : deliver_all(r);
	deliver_free(r->d);
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
	/* An empty list of dead deliveries: there is nothing to do, and no
	 * other delivery is to be tried instead. */
	if (r.chosen == 'r' && r.nid == 0)
		die_flush_exit(EXIT_DONE);
	crypt_init();
	if (config_load(&config, r.o.conf, &e) != 0 ||
	    store_open(&store, r.o.store, ROLE_PUSH, r.o.dry ?
	    STORE_AS_IS : STORE_CREATE, &e) != 0)
		die_err(&e);
	crypt_private();
	argv += optind;
	status = r.chosen == 'd' || r.chosen == 'D' ?
	    dismiss_all(&r, store, config, argv) :
	    deliver(&r, store, config, argv, (size_t)(argc - optind));
	store_close(store);
	config_free(config);
	die_flush_exit(status);
}
