/*
 * nostore STORE CONFDIR: loya-recv without storing.  The same HTTP,
 * authentication and parsing, the same answers, in one thread without handing
 * anything over: the limit that group commit is compared with.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "common/crypt.h"
#include "common/die.h"
#include "common/httpd.h"
#include "common/listen.h"
#include "common/receive.h"

static const struct httpd_limits limits = {
	4 << 20, 64 << 20, 16 << 10, 512, 30, 60
};

static void
on_head(void *ctx, struct httpd_request *q)
{
	struct receiver *r = ctx;
	struct delivery *d;

	d = arena_alloc(&q->arena, sizeof *d);
	memset(d, 0, sizeof *d);
	d->http = &q->http;
	d->arena = &q->arena;
	d->owner = q;
	q->user = d;
	if (receive_head(r, d) == 1)
		httpd_answer(q, d->answer);
}

/* As if it had been committed. */
static void
on_whole(void *ctx, struct httpd_request *q)
{
	struct receiver *r = ctx;
	struct delivery *d = q->user;

	if (receive_request(r, d) == 0)
		receive_finish(r, d);
	httpd_answer(q, d->answer);
}

static void
on_over(void *ctx, struct httpd_request *q)
{
	(void)ctx;
	receive_over(q->user);
}

static void
take_connections(struct httpd *h, const struct listener *l)
{
	struct peer p;
	int fd;

	while (!httpd_full(h) && (fd = listen_accept(l, &p)) >= 0)
		httpd_add(h, fd, &p);
}

static void
on_refused(void *ctx, const struct http_request *r, int status)
{
	(void)ctx;
	(void)r;
	(void)status;
}

static void
serve(struct httpd *h, const struct listener *l)
{
	struct pollfd p[] = {
		{ l->fd, POLLIN, 0 }, { httpd_fd(h), POLLIN, 0 }
	};

	say("listening on %s", l->name);
	for (;;) {
		if (poll(p, 2, httpd_timeout(h)) < 0)
			die(E_BUG, "poll: %s", strerror(errno));
		if (p[0].revents != 0)
			take_connections(h, l);
		httpd_run(h);
	}
}

int
main(int argc, char **argv)
{
	struct httpd_handler handler = { on_head, on_whole, on_over,
	    on_refused, NULL };
	struct listeners l = { NULL, 0 };
	struct receiver *receiver;
	struct store *store;
	struct httpd *h;
	struct err e;

	die_init(argv[0]);
	crypt_init();
	if (argc != 3)
		die(E_USAGE, "usage: nostore STORE CONFDIR");
	if (listen_add(&l, "127.0.0.1:0", &e) != 0 ||
	    store_open(&store, argv[1], ROLE_RECV, STORE_READ, &e) != 0 ||
	    receive_new(&receiver, argv[2], store, 0, 0, &e) != 0)
		die_err(&e);
	handler.ctx = receiver;
	if (httpd_new(&h, &handler, &limits, NULL, &e) != 0)
		die_err(&e);
	serve(h, l.at);
}
