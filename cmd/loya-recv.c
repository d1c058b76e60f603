/* loya-recv(8): receive webhooks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/crypt.h"
#include "common/die.h"
#include "common/hooks.h"
#include "common/httpd_tls.h"
#include "common/inetd.h"
#include "common/options.h"
#include "common/owners.h"
#include "common/ready.h"
#include "common/receive.h"
#include "common/server.h"
#include "common/store.h"

static const struct option_def option[] = {
	{ 'l', "ADDRESS", "listen: host:port, [v6]:port, unix:/path or fd; "
	    "may be repeated" },
	{ 'C', "CERT", "TLS: certificate chain, PEM" },
	{ 'K', "KEY", "TLS: its key, PEM" },
	{ 'A', "CA", "TLS: the CA that signs client certificates, PEM" },
	{ 'b', "BYTES", "largest body (4194304)" },
	{ 'H', "BYTES", "largest request head (16384)" },
	{ 'm', "NUMBER", "connections at once (512)" },
	{ 't', "SECONDS", "for a whole request (30)" },
	{ 'i', "SECONDS", "between two requests (60)" },
	{ 'B', "EVENTS", "backlog from which /health fails (0: any)" },
	{ 0, NULL, NULL }
};

static const struct program program = {
	"[-l ADDRESS]... [-C CERT -K KEY [-A CA]] [-b BYTES]\n"
	"  [-H BYTES] [-m NUMBER] [-t SECONDS] [-i SECONDS]\n"
	"  [-B EVENTS] [-nqv] [-s STORE] [-c DIR]",
	option, "l"
};

enum { MIB = 1024 * 1024, BODIES = 64 * MIB };

struct run {
	struct options o;
	struct httpd_limits limits;
	int64_t backlog;
	const char **address;
	size_t naddress;
	const char *cert, *key, *ca;
	struct httpd_tls tls;
	struct listeners listeners;
};

static int64_t
number(int letter, int64_t min, int64_t max)
{
	int64_t v;

	if (options_number(optarg, min, max, &v) != 0)
		options_usage(&program, "-%c needs a number from %lld to %lld",
		    letter, (long long)min, (long long)max);
	return v;
}

static void
own_option(struct run *r, int c)
{
	switch (c) {
	case 'l':
		r->address = xrealloc(r->address, r->naddress + 1,
		    sizeof *r->address);
		r->address[r->naddress++] = optarg;
		break;
	case 'C':
		r->cert = optarg;
		break;
	case 'K':
		r->key = optarg;
		break;
	case 'A':
		r->ca = optarg;
		break;
	case 'b':
		r->limits.body = (size_t)number(c, 1, BODIES);
		break;
	case 'H':
		r->limits.head = (size_t)number(c, 1024, MIB);
		break;
	case 'm':
		r->limits.connections = (unsigned)number(c, 1, 65536);
		break;
	case 't':
		r->limits.request = (int)number(c, 1, 3600);
		break;
	case 'i':
		r->limits.idle = (int)number(c, 1, 3600);
		break;
	case 'B':
		r->backlog = number(c, 0, INT64_MAX);
		break;
	}
}

static void
read_options(struct run *r, int argc, char **argv)
{
	int c;

	memset(r, 0, sizeof *r);
	r->limits.body = 4 * MIB;
	r->limits.bodies = BODIES;
	r->limits.head = 16 * 1024;
	r->limits.connections = 512;
	r->limits.request = 30;
	r->limits.idle = 60;
	while ((c = options_next(&program, &r->o, argc, argv)) != -1)
		own_option(r, c);
	if (optind < argc)
		options_usage(&program, "unexpected argument '%s'",
		    argv[optind]);
	if ((r->cert == NULL) != (r->key == NULL))
		options_usage(&program, "-C and -K belong together");
	if (r->ca != NULL && r->cert == NULL)
		options_usage(&program, "-A needs -C and -K");
}

/* -n: check the set-up and report it.  Nothing is created, so without a store
 * there are no secrets to look at. */
static void
check(const struct run *r)
{
	struct store *store;
	struct config *config;
	struct hooks *hooks;
	struct err e;
	int rc;

	if (config_load(&config, r->o.conf, &e) != 0)
		die_err(&e);
	rc = store_open(&store, r->o.store, ROLE_RECV, STORE_READ, &e);
	if (rc == E_NOSTORE) {
		warn("%s; no secret was looked at", e.msg);
		hooks_tell_lacks(config, r->ca != NULL);
	} else if (rc != 0 || hooks_load(&hooks, r->o.conf, store,
	    r->ca != NULL, &e) != 0) {
		die_err(&e);
	} else {
		hooks_drop(hooks);
	}
	if (ready_check(config, rc == 0 ? store : NULL, &e) != 0)
		die_err(&e);
	store_close(store);
	owners_print(config);
	config_free(config);
	die_flush_exit(EXIT_DONE);
}

/* Leave no socket file behind that nobody listens on. */
static void
give_up(struct run *r, const struct err *e)
{
	listen_release(&r->listeners);
	if (e->code == E_USAGE)
		options_usage(&program, "%s", e->msg);
	die_err(e);
}

static void
open_listeners(struct run *r)
{
	struct err e;
	size_t i;

	for (i = 0; i < r->naddress; i++)
		if (listen_add(&r->listeners, r->address[i], &e) != 0)
			give_up(r, &e);
}

static int
serve(struct run *r, struct store *store, struct receiver *receiver)
{
	struct httpd_tls *tls = r->cert != NULL ? &r->tls : NULL;
	struct server_setup setup = { store, receiver, &r->listeners,
	    &r->limits, tls, STDOUT_FILENO };
	struct err e;
	int rc;

	if (r->naddress == 0)
		return inetd_run(store, receiver, &r->limits, tls,
		    STDIN_FILENO, STDOUT_FILENO);
	if ((rc = server_run(&setup, &e)) < 0)
		give_up(r, &e);
	return rc;
}

int
main(int argc, char **argv)
{
	struct run r;
	struct store *store = NULL;
	struct receiver *receiver = NULL;
	struct err e;
	int rc;

	die_init(argv[0]);
	/* Even a wrong option is not for the peer, if there is one. */
	if (!options_any(&program, "ln", argc, argv))
		inetd_begin(STDIN_FILENO);
	read_options(&r, argc, argv);
	crypt_init();
	if (r.cert != NULL &&
	    httpd_tls_load(&r.tls, r.cert, r.key, r.ca, &e) != 0)
		die_err(&e);
	if (r.o.dry)
		check(&r);
	crypt_private();
	if (r.naddress > 0)
		server_hold_signals();
	open_listeners(&r);
	if (store_open(&store, r.o.store, ROLE_RECV, STORE_CREATE, &e) != 0 ||
	    receive_new(&receiver, r.o.conf, store, r.backlog, r.ca != NULL,
	    &e) != 0) {
		if (r.naddress == 0)
			inetd_unavailable(&e, &r.limits, r.cert != NULL ?
			    &r.tls : NULL, STDIN_FILENO, STDOUT_FILENO);
		give_up(&r, &e);
	}
	rc = serve(&r, store, receiver);
	receive_free(receiver);
	store_close(store);
	listen_release(&r.listeners);
	httpd_tls_release(&r.tls);
	free(r.address);
	return rc;
}
