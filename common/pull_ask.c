/* A request and its answer, repeated as often as it takes. */
#include "common/pull_work.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/backoff.h"
#include "common/clock.h"
#include "common/crypt.h"
#include "common/die.h"
#include "common/inbox.h"
#include "common/map_date.h"
#include "common/url.h"
#include "common/xml.h"

/* Most bytes of an answer in XML, which is read as a whole; the longest wait
 * within a run. */
enum { XML_PAGE = 64 * 1024 * 1024 };
static const int64_t patience = 60 * CLOCK_SECOND;

/* An answer that is coming in. */
struct coming {
	struct pull *p;
	const struct pull_query *q;
	struct slicer slicer;
	struct buf xml;
	int64_t rows, hash;
	int rc;
	struct err e;
};

static int
take_row(void *ctx, const char *s, size_t n)
{
	struct coming *k = ctx;
	struct crypt_part c[2] = { { &k->hash, sizeof k->hash }, { s, n } };

	k->p->rows_here = ++k->rows;
	k->p->lone = !k->q->xml && !k->slicer.begun;
	k->hash = crypt_shorthash(store_hash_key(k->p->store, STORE_INBOX),
	    c, 2);
	k->rc = pull_row(k->p, k->q, s, n, &k->e);
	return k->rc;
}

static int
take(void *ctx, const char *s, size_t n)
{
	struct coming *k = ctx;
	int rc;

	if (k->q->xml) {
		if (k->xml.len + n > XML_PAGE)
			return k->rc = err_set(&k->e, E_IO, "%s: its answer is "
			    "too long", k->q->name);
		buf_add(&k->xml, s, n);
		return 0;
	}
	rc = slicer_feed(&k->slicer, s, n);
	if (rc == E_DATA && k->rc == 0)
		k->rc = err_set(&k->e, E_IO, "%s: unexpected answer: %s",
		    k->q->name, k->slicer.why);
	return rc;
}

/* The rows of an XML page, each as JSON; then its frame is all of it. */
static int
xml_rows(struct coming *k)
{
	struct xml_slice *slice = NULL;
	struct buf b = { NULL, 0, 0 };
	size_t i, n = 0;
	int rc;

	rc = xml_slices(k->xml.p, k->xml.len, k->q->rows, &slice, &n, &k->e);
	for (i = 0; i < n && rc == 0; i++) {
		buf_clear(&b);
		rc = xml_to_json(k->xml.p + slice[i].off, slice[i].len,
		    SLICER_ROW, &b, &k->e);
		if (rc == 0 && (rc = take_row(k, b.p, b.len)) != 0)
			break;
	}
	free(slice);
	buf_release(&b);
	if (rc == 0)
		rc = xml_to_json(k->xml.p, k->xml.len, XML_PAGE,
		    &k->slicer.frame, &k->e);
	return k->rc != 0 ? k->rc : rc == E_DATA ? E_IO : rc;
}

/* Whether the XML document has the right root.  If it has no rows, nothing else
 * tells a page without rows from another document. */
static int
rooted(const struct coming *k)
{
	char root[XML_NAME + 1];

	snprintf(root, sizeof root, "%.*s", (int)strcspn(k->q->rows, "/"),
	    k->q->rows);
	return json_get(&k->slicer.json, 0, root) != JSON_NONE;
}

/* Check the complete answer. */
static int
whole(struct coming *k, struct err *e)
{
	int rc = 0;

	if (k->q->xml && k->xml.len > 0 && (rc = xml_rows(k)) != 0) {
		/* An error of a row already has the query's name. */
		if (k->rc == 0)
			return err_set(e, rc, "%s: unexpected answer: %s",
			    k->q->name, k->e.msg);
		*e = k->e;
		e->code = rc;
		return rc;
	}
	if (slicer_end(&k->slicer) != 0)
		return err_set(e, E_IO, "%s: unexpected answer: %s",
		    k->q->name, k->slicer.why);
	if ((rc = pull_judge_frame(k->p, k->q, &k->slicer.json, e)) != 0)
		return rc;
	if (!k->slicer.found && !k->q->xml)
		return err_set(e, E_IO, "%s: unexpected answer: there are no "
		    "rows at '%s'", k->q->name,
		    k->q->rows);
	if (k->q->xml && !rooted(k))
		return err_set(e, E_IO, "%s: unexpected answer: there is no "
		    "'%.*s'", k->q->name,
		    (int)strcspn(k->q->rows, "/"), k->q->rows);
	return 0;
}

/* The URL of the next page: on this host, or not followed.  SuccessFactors
 * writes the port 443 into it. */
static int
next_url(struct pull *p, const char *s, char **out, struct err *e)
{
	const char *base = p->value[PULL_BASE].p;
	size_t n = p->value[PULL_BASE].len, host;
	struct buf b = { NULL, 0, 0 };
	const char *slash;

	slash = memchr(base + 8, '/', n - 8);
	host = slash != NULL ? (size_t)(slash - base) : n;
	if (s[0] == '/' && s[1] != '/') {
		buf_add(&b, base, host);
		buf_adds(&b, s);
	} else if (url_same_peer(s, base)) {
		buf_adds(&b, s);
	} else {
		return err_set(e, E_IO, "the next page is on another host");
	}
	*out = buf_str(&b);
	if (url_fault(*out) == NULL)
		return 0;
	free(*out);
	*out = NULL;
	return err_set(e, E_IO, "the address of the next page is not valid");
}

/* A number that must be there, because it tells how many pages there are. */
static int
number(const struct coming *k, const char *pointer, int64_t *v, struct err *e)
{
	const struct json *j = &k->slicer.json;
	struct arena a = { NULL };
	const char *s;
	uint32_t t;
	long long n;
	int end, rc = E_DATA;

	*v = 0;
	if (json_pointer(j, 0, pointer, &t))
		rc = json_int(j, t, v);
	/* In XML a number is a text. */
	if (rc != 0 && json_pointer(j, 0, pointer, &t) &&
	    (s = json_string(j, t, &a, NULL)) != NULL &&
	    sscanf(s, "%15lld %n", &n, &end) == 1 && s[end] == '\0') {
		*v = n;
		rc = 0;
	}
	arena_release(&a);
	return rc == 0 && *v >= 0 ? 0 : err_set(e, E_IO, "%s: unexpected "
	    "answer: there is no number at '%s'", k->q->name,
	    pointer);
}

static int64_t
time_at(const struct json *j, const char *pointer)
{
	struct arena a = { NULL };
	const char *s;
	int64_t at = 0;
	uint32_t t;
	size_t n;

	if (pointer != NULL && json_pointer(j, 0, pointer, &t) &&
	    (s = json_string(j, t, &a, &n)) != NULL &&
	    map_date_read(s, n, NULL, 0, &at) != 0)
		at = 0;
	arena_release(&a);
	return at;
}

/* The URL of the next page.  With done, an answer must say that there is none;
 * without, it just does not give one. */
static int
read_next(struct coming *k, struct pull_page *page, struct err *e)
{
	const struct json *j = &k->slicer.json;
	const struct pull_query *q = k->q;
	struct arena a = { NULL };
	const char *s;
	uint32_t t;
	int rc;

	if (q->done != NULL && json_pointer(j, 0, q->done, &t) &&
	    json_type(j, t) == JSON_TRUE)
		return 0;
	if (!json_pointer(j, 0, q->next, &t) ||
	    json_type(j, t) == JSON_NULL || json_is(j, t, ""))
		return q->done == NULL ? 0 : err_set(e, E_IO, "%s: unexpected "
		    "answer: '%s' is not true, but there is no '%s'",
		    q->name, q->done, q->next);
	if ((s = json_string(j, t, &a, NULL)) == NULL)
		rc = err_set(e, E_IO, "%s: '%s' is not a text",
		    q->name, q->next);
	else
		rc = next_url(k->p, s, &page->next, e);
	arena_release(&a);
	return rc;
}

static int
read_frame(struct coming *k, struct pull_page *page, struct err *e)
{
	const struct json *j = &k->slicer.json;
	const struct pull_query *q = k->q;
	int rc = 0;

	page->rows = k->rows;
	page->hash = k->hash;
	if (k->p->missed != NULL && q == &k->p->missed->query) {
		k->p->complete = time_at(j, k->p->missed->covered);
		k->p->earliest = time_at(j, k->p->missed->earliest);
	}
	if (q->next != NULL)
		return read_next(k, page, e);
	if (q->pages != NULL)
		rc = number(k, q->pages, &page->pages, e);
	if (rc == 0 && q->total != NULL)
		rc = number(k, q->total, &page->total, e);
	return rc;
}

/* What came of a call that ended with rc. */
static int
outcome(struct pull *p, struct coming *k, const struct httpc_answer *a,
    int rc, struct pull_page *page, struct err *e)
{
	if (k->rc != 0) {
		*e = k->e;
		return k->rc;
	}
	if (rc == 0 || a->status >= 300)
		pull_session_take(p, a);
	if (rc == 0 && (a->status < 200 || a->status > 299))
		return pull_judge(p, k->q, a, e);
	if (rc == 0 && (rc = whole(k, e)) == 0)
		return read_frame(k, page, e);
	return rc == E_DATA ? E_IO : rc;
}

/* Ask once: 0 and the page; else *wait is how long the peer wants us to wait,
 * or -1. */
static int
attempt(struct pull *p, const struct pull_at *at, const char *url,
    struct pull_page *page, int64_t *wait, struct err *e)
{
	struct coming k = { .p = p, .q = at->q };
	struct httpc_answer a = { 0 };
	struct pull_request r;
	const char *after;
	int rc;

	*wait = -1;
	p->rows_here = p->odd_here = 0;
	p->refused = 0;
	debug(1, "source '%s': %s: request %lld of this run", p->source->name,
	    at->q->name, (long long)++p->count.requests);
	slicer_init(&k.slicer, at->q->rows, take_row, &k);
	pull_request_make(p, at, url, &r);
	r.http.take = take;
	r.http.take_ctx = &k;
	rc = httpc_call(p->http, &r.http, &a, e);
	p->verdict = rc == E_BUSY ? PULL_LATER : PULL_GOOD;
	rc = outcome(p, &k, &a, rc, page, e);
	if ((after = httpc_header(&a, "Retry-After")) != NULL)
		*wait = backoff_after(after, clock_now());
	pull_request_release(&r);
	httpc_answer_release(&a);
	slicer_release(&k.slicer);
	buf_release(&k.xml);
	return rc;
}

/* Get a token if the source needs one; again: the last one was refused. */
static int
token(struct pull *p, int again, struct err *e)
{
	char *refused = NULL;
	int rc;

	if (p->conf->auth != PULL_AUTH_OAUTH || (p->have_token && !again))
		return 0;
	if (again) {
		refused = p->token.text;
		p->token.text = NULL;
	}
	oauth_token_release(&p->token);
	p->have_token = 0;
	pull_base(p);
	rc = oauth_get(p->oauth, p->source, again ? OAUTH_AGAIN : 0, refused,
	    &p->token, e);
	crypt_free(refused);
	if (rc == 0) {
		p->have_token = 1;
		redact_add(&p->clean, p->token.text, strlen(p->token.text));
		oauth_mask(p->oauth, p->source, &p->clean);
		pull_base(p);
	}
	/* A final refusal means that the credentials are wrong. */
	return rc == E_NO || rc == E_NOTFOUND ? E_CONF : rc;
}

/* How long to wait for the next try; -1: it is not worth it. */
static int64_t
pause_of(const struct pull *p, int64_t try, int64_t wait)
{
	int64_t own = p->conf->pause * CLOCK_SECOND << (try - 1);

	if (p->verdict != PULL_LATER || try >= p->conf->tries ||
	    wait > patience)
		return -1;
	return wait > own ? wait : own < patience ? own : patience;
}

static void
release(struct pull_page *page)
{
	free(page->next);
	memset(page, 0, sizeof *page);
}

/* Note how far the inbox went when a page was asked for; a record is as old as
 * its first part. */
static int
asked(struct pull *p, const struct pull_at *at, struct err *e)
{
	int64_t last;

	if (p->conf->one == NULL || at->part != NULL)
		return 0;
	if ((last = inbox_last(p->store, e)) < 0)
		return (int)last;
	p->asked_at = last;
	return 0;
}

int
pull_ask(struct pull *p, const struct pull_at *at, const char *url,
    struct pull_page *page, struct err *e)
{
	const int64_t matched = p->matched;
	const size_t part = p->part.len;
	int64_t try = 1, wait;
	int rc, renewed = 0, again = 0;

	memset(page, 0, sizeof *page);
	/* Forget the verdict on the last answer. */
	p->verdict = PULL_GOOD;
	if (p->quota.code != 0) {
		*e = p->quota;
		return e->code;
	}
	for (;;) {
		release(page);
		/* After an answer that was cut off, the same rows come
		 * again. */
		p->matched = matched;
		p->part.len = part;
		if ((rc = token(p, again, e)) != 0 ||
		    (rc = asked(p, at, e)) != 0 ||
		    (rc = attempt(p, at, url, page, &wait, e)) == 0)
			return rc;
		again = p->verdict == PULL_TOKEN && !renewed &&
		    p->conf->auth == PULL_AUTH_OAUTH;
		if (again) {
			renewed = 1;
			continue;
		}
		if (p->verdict == PULL_TOKEN)
			return e->code = E_CONF;
		if ((wait = pause_of(p, try++, wait)) < 0)
			return rc;
		poll(NULL, 0, (int)(wait / 1000));
	}
}
