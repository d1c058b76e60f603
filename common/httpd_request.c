/* A request from its head to its answer. */
#include "common/httpd_inner.h"

#include <assert.h>
#include <stdio.h>

#include "common/clock.h"

enum { FIRST_BODY = 1024 };

static const unsigned own_limit = 3600;	/* seconds; it is not reached */
static const uint64_t throw_away = 16 * 1024 * 1024;

static void
refuse(struct work *w, int status, const char *detail, int shut)
{
	struct answer a;

	answer_problem(&a, &w->pub.arena, status, detail);
	a.close = shut;
	httpd_tell(w->conn, status);
	httpd_answer(&w->pub, &a);
}

/*
 * Make room for n bytes of body, within the limits: 0, or the request was
 * refused.  A small body always gets room: otherwise a few peers who announce
 * large ones and never send them would keep everybody else out.
 */
static int
make_room(struct work *w, uint64_t n)
{
	struct httpd *h = w->conn->h;
	struct answer a;
	char text[64];

	if (n > h->limits.body) {
		snprintf(text, sizeof text, "the body has more than %zu bytes",
		    h->limits.body);
		refuse(w, 413, text, 0);
		return -1;
	}
	if (n > HTTPD_SMALL && n > w->counted && h->bodies +
	    (n - w->counted) > h->limits.bodies) {
		answer_problem(&a, &w->pub.arena, 503,
		    "too many large bodies are being received at once");
		answer_header(&a, "Retry-After", "1");
		httpd_tell(w->conn, 503);
		httpd_answer(&w->pub, &a);
		return -1;
	}
	buf_reserve(&w->body, (size_t)n - w->body.len);
	if (w->body.cap > HTTPD_SMALL && w->body.cap > w->counted) {
		h->bodies += w->body.cap - w->counted;
		w->counted = w->body.cap;
	}
	return 0;
}

/* The length of a body in chunks is not known yet. */
static uint64_t
first_room(const struct work *w)
{
	size_t most = w->conn->h->limits.body;

	if (w->framing.has_length)
		return w->framing.length;
	if (!w->framing.chunked)
		return 0;
	return most < FIRST_BODY ? most : FIRST_BODY;
}

static void
judge_head(struct work *w, const char *method, const char *version)
{
	struct httpd *h = w->conn->h;
	const char *why;
	int status, hidden;

	status = 400;
	why = HTTPD_NUL;
	hidden = httpd_head_read(w, method, version);
	if (!httpd_head_fits(w)) {
		httpd_abort(w->conn, 431, "the request line and the headers "
		    "are too large");
		return;
	}
	if (hidden == 0)
		status = framing_check(&w->pub.http, version, &w->framing,
		    &why);
	if (status != 0) {
		refuse(w, status, why, 1);
		return;
	}
	w->head_seen = 1;
	h->handler.head(h->handler.ctx, &w->pub);
	if (!w->has_answer)
		make_room(w, first_room(w));
}

static void
unmake(void *made)
{
	MHD_destroy_response(made);
}

static struct MHD_Response *
response_of(struct answer *a)
{
	struct MHD_Response *r;
	size_t i;

	if (a->made != NULL)
		return a->made;
	r = MHD_create_response_from_buffer(a->len,
	    (void *)(uintptr_t)a->body, MHD_RESPMEM_PERSISTENT);
	assert(r != NULL);
	if (a->type != NULL)
		MHD_add_response_header(r, "Content-Type", a->type);
	for (i = 0; i < a->nheader; i++)
		MHD_add_response_header(r, a->header[i].name,
		    a->header[i].value);
	if (a->close)
		MHD_add_response_header(r, "Connection", "close");
	if (a->constant) {
		a->made = r;
		a->unmake = unmake;
	}
	return r;
}

/*
 * libmicrohttpd accepts a bare LF as the end of a chunk's line, even after an
 * extension, and does not tell; a front door may not (RFC 9112 section 7.1),
 * and pass on as one request what is two here.  So nothing is read after a
 * chunked body.  The connection is closed, and the answer must say so, or the
 * sender's next request is lost with it.
 */
static void
end_behind(struct answer *a)
{
	a->close = 1;
	/* What was made for the constant answer belongs to others. */
	a->constant = 0;
	a->made = NULL;
}

/*
 * When a connection is resumed, the library reads first, and hangs up if its
 * peer has ended meanwhile, which then gets no answer.  But those that have
 * their own time limit it handles earlier.
 */
static void
go_first(struct conn *c, int yes)
{
	MHD_set_connection_option(c->mc, MHD_CONNECTION_OPTION_TIMEOUT,
	    yes ? own_limit : 0u);
}

static enum MHD_Result
queue(struct work *w)
{
	struct conn *c = w->conn;
	struct MHD_Response *r;
	enum MHD_Result ok;

	if (c->phase == P_REPLY)
		go_first(c, 0);
	if (w->framing.chunked || c->h->draining)
		end_behind(&w->answer);
	r = response_of(&w->answer);
	c->phase = P_REPLY;
	httpd_deadline(c, c->h->limits.request);
	w->queued = 1;
	ok = MHD_queue_response(c->mc, (unsigned)w->answer.status, r);
	if (w->answer.made == NULL)
		MHD_destroy_response(r);
	return ok;
}

/* The head is there.  A refusal waits for the rest of the request, because
 * closing a connection with unread data loses the answer; unless the peer is
 * waiting too, or has too much to send. */
static enum MHD_Result
first_call(struct work *w, const char *method, const char *version)
{
	int body;

	judge_head(w, method, version);
	w->begun = 1;
	if (w->conn->phase == P_DEAD)
		return MHD_YES;
	w->conn->phase = P_BODY;
	if (!w->has_answer)
		return MHD_YES;
	body = w->framing.chunked || w->framing.length > 0;
	if (w->answer.close || (body && (w->framing.expects ||
	    w->framing.length > throw_away)))
		return queue(w);
	return MHD_YES;
}

static enum MHD_Result
more_body(struct work *w, const char *data, size_t n)
{
	/* Also where there is room: there may be more than is allowed. */
	if (!w->has_answer && make_room(w, w->body.len + n) == 0) {
		buf_add(&w->body, data, n);
		return MHD_YES;
	}
	w->thrown += n;
	if (w->thrown > throw_away)
		httpd_abort(w->conn, w->answer.status,
		    "the request was refused, and is too long to be read to "
		    "its end");
	return MHD_YES;
}

static enum MHD_Result
last_call(struct work *w)
{
	struct httpd *h = w->conn->h;

	if (!w->has_answer) {
		w->pub.http.body = buf_str(&w->body);
		w->pub.http.len = w->body.len;
		w->pub.http.received = clock_now();
		h->handler.whole(h->handler.ctx, &w->pub);
	}
	if (w->has_answer)
		return queue(w);
	w->conn->phase = P_REST;
	w->conn->deadline = 0;
	MHD_suspend_connection(w->conn->mc);
	return MHD_YES;
}

enum MHD_Result
httpd_cb_access(void *cls, struct MHD_Connection *mc, const char *url,
    const char *method, const char *version, const char *data, size_t *size,
    void **con_cls)
{
	struct httpd *h = cls;
	struct work *w = *con_cls;
	enum MHD_Result ok = MHD_YES;

	(void)mc;
	(void)url;
	h->called = 1;
	w->conn->unread = 0;
	if (w->conn->phase == P_DEAD) {
		/* It is answered: swallow the body, then close. */
		ok = *size > 0 ? MHD_YES : MHD_NO;
		*size = 0;
		return ok;
	}
	if (!w->begun)
		return first_call(w, method, version);
	if (*size > 0) {
		ok = more_body(w, data, *size);
		*size = 0;
		return ok;
	}
	return w->queued ? MHD_YES : last_call(w);
}

void
httpd_cb_over(void *cls, struct MHD_Connection *mc, void **con_cls,
    enum MHD_RequestTerminationCode how)
{
	struct httpd *h = cls;
	struct work *w = *con_cls;
	struct conn *c;

	(void)mc;
	if (w == NULL)
		return;
	*con_cls = NULL;
	c = w->conn;
	/* Over TLS the library is the first to know.  It has not shut the
	 * connection down yet. */
	if (how == MHD_REQUEST_TERMINATED_CLIENT_ABORT)
		httpd_conn_cut(c);
	httpd_work_over(c);
	if (c->phase == P_DEAD)
		return;
	c->phase = P_IDLE;
	httpd_deadline(c, h->draining ? 0 : h->limits.idle);
}

void
httpd_answer(struct httpd_request *r, struct answer *a)
{
	struct work *w = (struct work *)r;

	assert(!w->has_answer);
	/* Make the response of a constant answer here, so that it is kept. */
	if (a->constant)
		response_of(a);
	w->answer = *a;
	w->has_answer = 1;
	if (w->conn->phase != P_REST)
		return;
	w->conn->phase = P_REPLY;
	go_first(w->conn, 1);
	MHD_resume_connection(w->conn->mc);
}
