#include "common/httpc_many.h"

#include <curl/curl.h>
#include <poll.h>
#include <stdlib.h>

#include "common/buf.h"
#include "common/clock.h"
#include "common/httpc_inner.h"

enum { FDS = 256 };

/* One request and its handle, which is used again. */
struct one {
	struct one *next, *before;	/* of those under way; next: idle */
	CURL *easy;
	struct httpc_running k;
	struct httpc_answer answer;
	void *ctx;
	int64_t began;
};

struct httpc_many {
	CURLM *multi;
	struct one *idle, *running;
	size_t count;
};

int
httpc_many_new(struct httpc_many **out, struct err *e)
{
	struct httpc_many *m;
	int rc;

	*out = NULL;
	if ((rc = httpc_start(e)) != 0)
		return rc;
	m = xcalloc(1, sizeof *m);
	if ((m->multi = curl_multi_init()) == NULL)
		abort();
	*out = m;
	return 0;
}

static void
free_one(struct one *o)
{
	curl_easy_cleanup(o->easy);
	free(o);
}

/* Out of the list of those under way. */
static void
unlink_one(struct httpc_many *m, struct one *o)
{
	*(o->before != NULL ? &o->before->next : &m->running) = o->next;
	if (o->next != NULL)
		o->next->before = o->before;
	m->count--;
}

/* Its end as libcurl tells it. */
static int
finish(struct httpc_many *m, struct one *o, CURLcode code, struct err *e)
{
	curl_multi_remove_handle(m->multi, o->easy);
	unlink_one(m, o);
	return httpc_end(o->easy, &o->k, (int)code, e);
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
		httpc_end(o->easy, &o->k, CURLE_ABORTED_BY_CALLBACK, NULL);
		httpc_answer_release(&o->answer);
		free_one(o);
	}
	for (o = m->idle; o != NULL; o = next) {
		next = o->next;
		free_one(o);
	}
	curl_multi_cleanup(m->multi);
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
	struct one *o = take_idle(m);
	int rc;

	memset(&o->k, 0, sizeof o->k);
	o->k.request = r;
	o->k.answer = &o->answer;
	o->ctx = ctx;
	o->began = clock_mono();
	if ((rc = httpc_begin(o->easy, &o->k, e)) != 0) {
		httpc_answer_release(&o->answer);
		give_idle(m, o);
		return rc;
	}
	curl_easy_setopt(o->easy, CURLOPT_PRIVATE, o);
	/* Rather one connection of HTTP/2 than many: known after the first. */
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

int
httpc_many_wait(struct httpc_many *m, struct pollfd *p, size_t n, int ms,
    struct err *e)
{
	struct curl_waitfd fd[FDS];
	CURLMcode code;
	int running;
	size_t i;

	if (n > FDS)
		abort();
	for (i = 0; i < n; i++) {
		fd[i].fd = p[i].fd;
		fd[i].events = (short)((p[i].events & POLLIN ?
		    CURL_WAIT_POLLIN : 0) | (p[i].events & POLLOUT ?
		    CURL_WAIT_POLLOUT : 0));
		fd[i].revents = 0;
	}
	/* What was just started goes out before anything is waited for. */
	code = curl_multi_perform(m->multi, &running);
	if (code == CURLM_OK && running == (int)m->count)
		code = curl_multi_poll(m->multi, fd, (unsigned)n, ms, NULL);
	if (code == CURLM_OK)
		code = curl_multi_perform(m->multi, &running);
	if (code != CURLM_OK)
		return err_set(e, E_IO, "waiting for answers: %s",
		    curl_multi_strerror(code));
	/* libcurl gives no POLLHUP: ask again. */
	if (n > 0)
		poll(p, (nfds_t)n, 0);
	return 0;
}

int
httpc_many_done(struct httpc_many *m, struct httpc_done *d)
{
	CURLMsg *msg;
	CURLcode code;
	struct one *o;
	char *p;
	int left;

	do {
		if ((msg = curl_multi_info_read(m->multi, &left)) == NULL)
			return 0;
	} while (msg->msg != CURLMSG_DONE);
	code = msg->data.result;
	curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &p);
	o = (struct one *)(void *)p;
	memset(d, 0, sizeof *d);
	d->ctx = o->ctx;
	d->took = clock_mono() - o->began;
	d->rc = finish(m, o, code, &d->e);
	d->answer = o->answer;
	give_idle(m, o);
	return 1;
}

size_t
httpc_many_count(const struct httpc_many *m)
{
	return m->count;
}
