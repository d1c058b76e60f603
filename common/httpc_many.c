#include "common/httpc_many.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "common/buf.h"
#include "common/clock.h"
#include "common/httpc_inner.h"
#include "common/httpc_lib.h"

/* Most descriptors of the caller; events taken from the epoll at once;
 * milliseconds that libcurl has to see that a whole answer has ended. */
enum { FDS = 256, EVENTS = 64, GRACE = 20 };

/* One request and its handle, which is used again. */
struct one {
	struct one *next, *before;	/* of those under way; next: idle */
	CURL *easy;
	struct httpc_running k;
	struct httpc_ready ready;
	struct httpc_answer answer;
	void *ctx;
	int64_t began;
	int64_t whole;		/* when its whole answer was there, or 0 */
};

/*
 * We tell libcurl which sockets are ready, from an epoll: if it had to find out
 * itself, it would ask the system about each of them, every time.
 */
struct httpc_many {
	CURLM *multi;		/* NULL until the first request */
	struct httpc_sockets *sockets;
	int64_t wake;		/* monotonic time that libcurl wants to be
				 * called at; INT64_MAX: none */
	struct one *idle, *running;
	size_t count;
	int rests;		/* one has its whole answer and has not ended */
};

static int
on_socket(CURL *easy, curl_socket_t fd, int what, void *ctx, void *unused)
{
	struct httpc_many *m = ctx;

	(void)easy, (void)unused;
	if (what == CURL_POLL_REMOVE)
		what = 0;
	return httpc_sockets_want(m->sockets, fd,
	    (what & CURL_POLL_IN ? EPOLLIN : 0U) |
	    (what & CURL_POLL_OUT ? EPOLLOUT : 0U));
}

static int
on_timer(CURLM *multi, long ms, void *ctx)
{
	struct httpc_many *m = ctx;

	(void)multi;
	m->wake = ms < 0 ? INT64_MAX : clock_mono() + ms * 1000;
	return 0;
}

int
httpc_many_new(struct httpc_many **out, struct err *e)
{
	struct httpc_many *m;
	struct httpc_sockets *sockets;

	*out = NULL;
	if ((sockets = httpc_sockets_new()) == NULL)
		return err_set(e, E_IO, "epoll: %s", strerror(errno));
	m = xcalloc(1, sizeof *m);
	m->sockets = sockets;
	m->wake = INT64_MAX;
	*out = m;
	return 0;
}

static int
ready(struct httpc_many *m, struct err *e)
{
	int rc;

	if (m->multi != NULL)
		return 0;
	if ((rc = httpc_load(e)) != 0)
		return rc;
	if ((m->multi = curl_multi_init()) == NULL)
		abort();
	curl_multi_setopt(m->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(m->multi, CURLMOPT_SOCKETDATA, m);
	curl_multi_setopt(m->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(m->multi, CURLMOPT_TIMERDATA, m);
	return 0;
}

static void
free_one(struct one *o)
{
	curl_easy_cleanup(o->easy);
	httpc_ready_release(&o->ready);
	free(o);
}

/* Remove a request from the list of those under way. */
static void
unlink_one(struct httpc_many *m, struct one *o)
{
	*(o->before != NULL ? &o->before->next : &m->running) = o->next;
	if (o->next != NULL)
		o->next->before = o->before;
	m->count--;
}

/* Take the end of a request as libcurl reports it. */
static int
finish(struct httpc_many *m, struct one *o, CURLcode code, struct err *e)
{
	curl_multi_remove_handle(m->multi, o->easy);
	unlink_one(m, o);
	return httpc_end(o->easy, &o->k, &o->ready, (int)code, e);
}

void
httpc_many_free(struct httpc_many *m)
{
	struct one *o, *next;

	if (m == NULL)
		return;
	for (o = m->running; o != NULL; o = next) {
		next = o->next;
		curl_multi_remove_handle(m->multi, o->easy);
		httpc_end(o->easy, &o->k, &o->ready,
		    CURLE_ABORTED_BY_CALLBACK, NULL);
		httpc_answer_release(&o->answer);
		free_one(o);
	}
	for (o = m->idle; o != NULL; o = next) {
		next = o->next;
		free_one(o);
	}
	if (m->multi != NULL)
		curl_multi_cleanup(m->multi);
	httpc_sockets_free(m->sockets);
	free(m);
}

static struct one *
take_idle(struct httpc_many *m)
{
	struct one *o = m->idle;

	if (o != NULL) {
		m->idle = o->next;
		return o;
	}
	o = xcalloc(1, sizeof *o);
	if ((o->easy = curl_easy_init()) == NULL)
		abort();
	return o;
}

static void
give_idle(struct httpc_many *m, struct one *o)
{
	o->next = m->idle;
	m->idle = o;
}

int
httpc_many_start(struct httpc_many *m, const struct httpc_request *r,
    void *ctx, struct err *e)
{
	struct one *o;
	int rc;

	if ((rc = ready(m, e)) != 0)
		return rc;
	o = take_idle(m);
	memset(&o->k, 0, sizeof o->k);
	o->k.request = r;
	o->k.answer = &o->answer;
	o->k.sockets = m->sockets;
	o->ctx = ctx;
	o->began = clock_mono();
	o->whole = 0;
	if ((rc = httpc_begin(o->easy, &o->k, &o->ready, e)) != 0) {
		httpc_answer_release(&o->answer);
		give_idle(m, o);
		return rc;
	}
	curl_easy_setopt(o->easy, CURLOPT_PRIVATE, o);
	/* Prefer one HTTP/2 connection to many; whether it is one is known
	 * after the first answer. */
	curl_easy_setopt(o->easy, CURLOPT_PIPEWAIT, (long)!o->k.plain);
	o->before = NULL;
	if ((o->next = m->running) != NULL)
		o->next->before = o;
	m->running = o;
	m->count++;
	if (curl_multi_add_handle(m->multi, o->easy) != CURLM_OK)
		abort();
	return 0;
}

static CURLMcode
act(struct httpc_many *m, curl_socket_t fd, int mask, int *running)
{
	return curl_multi_socket_action(m->multi, fd, mask, running);
}

/* Do what is due by libcurl's own timer, including what was just started. */
static CURLMcode
on_time(struct httpc_many *m, int *running)
{
	CURLMcode code = CURLM_OK;

	/* It may want to be called again at once, but not for ever. */
	if (m->wake <= clock_mono()) {
		m->wake = INT64_MAX;
		code = act(m, CURL_SOCKET_TIMEOUT, 0, running);
	}
	return code;
}

static CURLMcode
on_sockets(struct httpc_many *m, int *running)
{
	struct epoll_event ev[EVENTS];
	CURLMcode code = CURLM_OK;
	int i, n, mask;

	n = epoll_wait(httpc_sockets_fd(m->sockets), ev, EVENTS, 0);
	for (i = 0; i < n && code == CURLM_OK; i++) {
		if (!httpc_sockets_wanted(m->sockets, ev[i].data.fd))
			continue;
		mask = (ev[i].events & EPOLLIN ? CURL_CSELECT_IN : 0) |
		    (ev[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
		    (ev[i].events & (EPOLLERR | EPOLLHUP) ?
		    CURL_CSELECT_ERR : 0);
		code = act(m, ev[i].data.fd, mask, running);
	}
	return code;
}

static int
sooner(const struct httpc_many *m, int ms)
{
	int64_t left;

	if (m->rests && ms > GRACE)
		ms = GRACE;
	if (m->wake == INT64_MAX)
		return ms;
	left = (m->wake - clock_mono() + 999) / 1000;
	return left < 0 ? 0 : left < ms ? (int)left : ms;
}

int
httpc_many_wait(struct httpc_many *m, struct pollfd *p, size_t n, int ms,
    struct err *e)
{
	struct pollfd all[FDS + 1];
	int running = (int)m->count;
	CURLMcode code;

	if (n > FDS)
		abort();
	if (n > 0)
		memcpy(all, p, n * sizeof *p);
	all[n] = (struct pollfd){ .fd = httpc_sockets_fd(m->sockets),
	    .events = POLLIN };
	/* Send what was just started before waiting for anything. */
	code = on_time(m, &running);
	if (poll(all, (nfds_t)n + 1, running < (int)m->count ? 0 :
	    sooner(m, ms)) < 0)
		all[n].revents = POLLIN;
	if (code == CURLM_OK && all[n].revents != 0)
		code = on_sockets(m, &running);
	if (code == CURLM_OK)
		code = on_time(m, &running);
	if (code != CURLM_OK)
		return err_set(e, E_IO, "waiting for answers: %s",
		    curl_multi_strerror(code));
	if (n > 0)
		memcpy(p, all, n * sizeof *p);
	return 0;
}

/* A request that libcurl says has ended, and how. */
static struct one *
ended(struct httpc_many *m, CURLcode *code)
{
	CURLMsg *msg;
	char *p;
	int left;

	do {
		if ((msg = curl_multi_info_read(m->multi, &left)) == NULL)
			return NULL;
	} while (msg->msg != CURLMSG_DONE);
	*code = msg->data.result;
	curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &p);
	return (struct one *)(void *)p;
}

/* A request whose end libcurl does not see. */
static struct one *
resting(struct httpc_many *m)
{
	struct one *o;

	m->rests = 0;
	for (o = m->running; o != NULL; o = o->next) {
		if (!httpc_rests(o->easy, &o->k))
			continue;
		if (o->whole == 0)
			o->whole = clock_mono();
		else if (clock_mono() - o->whole >= GRACE * 1000)
			return o;
		m->rests = 1;
	}
	return NULL;
}

int
httpc_many_done(struct httpc_many *m, struct httpc_done *d)
{
	CURLcode code = CURLE_OK;
	struct one *o;

	if (m->multi == NULL ||
	    ((o = ended(m, &code)) == NULL && (o = resting(m)) == NULL))
		return 0;
	memset(d, 0, sizeof *d);
	d->ctx = o->ctx;
	d->took = clock_mono() - o->began;
	d->rc = finish(m, o, code, &d->e);
	d->answer = o->answer;
	give_idle(m, o);
	return 1;
}
