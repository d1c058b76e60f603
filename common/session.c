#include "common/session.h"

#include <string.h>

#include "common/clock.h"
#include "common/die.h"
#include "common/framing.h"
#include "common/proxy.h"

/* Seconds allowed for the rest of a request that cannot be served. */
enum { LAST = 5 };

/* With -v a line for each request, without its query, because some senders put
 * the secret there. */
static void
tell(void *ctx, const struct http_request *r, int status)
{
	const char *path = "-";
	size_t n = 1;

	(void)ctx;
	if (r->target != NULL)
		path = framing_path(r->target, &n);
	debug(1, "%s%s%s%s: %s %.*s: %d", r->peer,
	    r->cert_name != NULL ? " (" : "",
	    r->cert_name != NULL ? r->cert_name : "",
	    r->cert_name != NULL ? ")" : "",
	    r->method != NULL ? r->method : "-",
	    n < 128 ? (int)n : 128, path, status);
}

static void
give(struct httpd_request *q, struct answer *a)
{
	tell(NULL, &q->http, a->status);
	httpd_answer(q, a);
}

/* All requests of a proxy that was set up wrongly are refused, and their
 * senders cannot help it. */
static void
tell_proxy(struct session *s, const char *peer, const char *why)
{
	char of[SELDOM_TEXT];
	const char *more = seldom_now(&s->proxy, of);

	if (more != NULL)
		warn("proxy %s: %s%s", peer, why, more);
}

/* Heed what a proxy says, before anything is judged by it.  1: it makes no
 * sense, and the request was answered. */
static int
refuse_proxy(struct session *s, struct httpd_request *q)
{
	const struct config *c = receive_hooks(s->receiver)->config;
	const char *peer = q->http.peer, *why;
	struct answer a;

	if (proxy_judge(&c->proxies, &q->http, &q->arena, &why) == 0)
		return 0;
	tell_proxy(s, peer, why);
	answer_problem(&a, &q->arena, 400, why);
	give(q, &a);
	return 1;
}

static void
on_head(void *ctx, struct httpd_request *q)
{
	struct session *s = ctx;
	struct delivery *d;

	d = arena_alloc(&q->arena, sizeof *d);
	memset(d, 0, sizeof *d);
	d->http = &q->http;
	d->arena = &q->arena;
	d->owner = q;
	q->user = d;
	if (s->receiver == NULL) {
		receive_closed(d, s->fault);
		httpd_drain(s->http, LAST);
		give(q, d->answer);
	} else if (refuse_proxy(s, q) == 0 &&
	    receive_head(s->receiver, d) == 1) {
		give(q, d->answer);
	}
}

static void
queue(struct session *s, struct delivery *d)
{
	*s->end = d;
	s->end = &d->next;
	s->away++;
}

static void
on_whole(void *ctx, struct httpd_request *q)
{
	struct session *s = ctx;
	struct delivery *d = q->user;

	if (receive_request(s->receiver, d) == 1)
		give(q, d->answer);
	else
		queue(s, d);
}

static void
on_over(void *ctx, struct httpd_request *q)
{
	(void)ctx;
	receive_over(q->user);
}

int
session_init(struct session *s, struct receiver *r,
    const struct httpd_limits *limits, const struct httpd_tls *tls,
    struct outlet *outlet, struct err *e)
{
	struct httpd_handler handler = { on_head, on_whole, on_over,
	    tell, s };

	memset(s, 0, sizeof *s);
	s->receiver = r;
	s->outlet = outlet;
	s->end = &s->first;
	return httpd_new(&s->http, &handler, limits, tls, e);
}

void
session_release(struct session *s)
{
	int64_t n = seldom_rest(&s->proxy);

	if (n > 0)
		warn("proxy: %lld more request%s refused", (long long)n,
		    n == 1 ? "" : "s");
	httpd_free(s->http);
	buf_release(&s->lines);
	memset(s, 0, sizeof *s);
}

static struct delivery *
handed_over(struct session *s)
{
	struct delivery *d = s->first;

	s->first = NULL;
	s->end = &s->first;
	return d;
}

/* Queue the refusals that are due, or all that were counted. */
static void
queue_due(struct session *s, int all)
{
	struct delivery *due = NULL;

	if (s->receiver != NULL)
		due = receive_due(s->receiver, clock_mono(), all);
	if (due != NULL)
		queue(s, due);
}

struct delivery *
session_run(struct session *s)
{
	httpd_run(s->http);
	queue_due(s, 0);
	return handed_over(s);
}

struct delivery *
session_rest(struct session *s)
{
	queue_due(s, 1);
	return handed_over(s);
}

void
session_settle(struct session *s, struct delivery *d)
{
	struct delivery *next;

	for (; d != NULL; d = next) {
		next = d->next;
		s->away--;
		receive_finish(s->receiver, d);
		if (d->owner == NULL)
			continue;
		if (s->outlet != NULL && outlet_open(s->outlet)) {
			buf_clear(&s->lines);
			receive_lines(d, &s->lines);
			outlet_add(s->outlet, s->lines.p, s->lines.len);
		}
		give(d->owner, d->answer);
	}
}

int
session_timeout(struct session *s)
{
	int ms = httpd_timeout(s->http), due;

	if (s->receiver == NULL)
		return ms;
	due = receive_due_in(s->receiver, clock_mono());
	return due >= 0 && (ms < 0 || due < ms) ? due : ms;
}
