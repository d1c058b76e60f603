/* A request to a rest target, made and sent. */
#include "common/deliver_work.h"

#include <stdlib.h>
#include <string.h>

#include "common/crypt.h"
#include "common/http.h"
#include "common/url.h"

static int
header_value(const struct rest_header *h, struct map_sight *s, struct buf *b,
    struct err *e)
{
	int rc;

	if ((rc = map_text_fill(h->value, s, b, e)) != 0)
		return rc;
	if (b->len > REST_HEADER || !http_value_ok(b->p, b->len))
		return err_set(e, E_DATA, "%s: not up to %d characters of "
		    "printable ASCII", h->name, REST_HEADER);
	return 0;
}

/* Make URL and headers; s may be NULL if nothing in them depends on an
 * event. */
static int
around(struct job *j, const struct rest_request *q, struct map_sight *s,
    struct err *e)
{
	const char *fault;
	size_t i;
	int rc;

	if ((rc = map_text_fill(q->url, s, &j->url, e)) != 0)
		return rc;
	if ((fault = url_fault(buf_str(&j->url))) != NULL)
		return err_set(e, E_DATA, "its address: %s", fault);
	j->value = xcalloc(q->nheader + 1, sizeof *j->value);
	for (i = 0; i < q->nheader && rc == 0; i++)
		rc = header_value(&q->header[i], s, &j->value[i], e);
	return rc;
}

static void
forget(struct job *j)
{
	size_t i;

	for (i = 0; j->value != NULL && i < j->rest->nheader; i++)
		buf_release(&j->value[i]);
	free(j->value);
	j->value = NULL;
	buf_clear(&j->url);
	map_made_release(&j->made);
	j->rest = NULL;
}

static int
by_rows(const struct rest_request *q)
{
	return q->body != NULL && map_body_rows(q->body);
}

int
rest_add(struct job *j, const struct rest_request *q, struct map_sight *s,
    struct err *e)
{
	int rc;

	if (by_rows(q)) {
		if ((rc = map_body_row(q->body, s, &j->rows, e)) == 0)
			j->rest = q;
		return rc;
	}
	j->rest = q;
	rc = around(j, q, s, e);
	if (rc == 0 && q->body != NULL)
		rc = map_body_fill(q->body, s, NULL, &j->made, e);
	if (rc != 0)
		forget(j);
	return rc;
}

int
rest_finish(struct job *j, struct err *e)
{
	const struct rest_request *q = j->rest;
	int rc;

	if (!by_rows(q))
		return 0;
	if ((rc = around(j, q, NULL, e)) != 0)
		return rc;
	return map_body_fill(q->body, NULL, &j->rows, &j->made, e);
}

/* The body with its secrets, in memory of their own. */
static size_t
seal(struct job *j)
{
	const struct map_made *m = &j->made;
	char *const *secret = j->lane->secret;
	size_t i, n = m->text.len, from = 0;
	char *p;

	for (i = 0; i < m->ngap; i++)
		n += strlen(secret[m->gap[i].secret]);
	p = j->sealed = crypt_alloc(n + 1);
	for (i = 0; i < m->ngap; i++) {
		memcpy(p, m->text.p + from, m->gap[i].at - from);
		p += m->gap[i].at - from;
		from = m->gap[i].at;
		strcpy(p, secret[m->gap[i].secret]);
		p += strlen(p);
	}
	memcpy(p, m->text.p + from, m->text.len - from);
	return n;
}

/* Where the answer with the token has named another base, that is asked. */
static void
follow(struct job *j)
{
	const char *was = j->lane->source->push.rest->base, *now;
	struct buf b = { NULL, 0, 0 };
	size_t n, len;

	if (was == NULL || !j->lane->source->push.oauth)
		return;
	now = oauth_base(&j->lane->token, was, &len);
	n = strlen(was);
	if (now == was || strncmp(buf_str(&j->url), was, n) != 0 ||
	    j->url.p[n] != '/')
		return;
	buf_add(&b, now, len);
	buf_adds(&b, j->url.p + n);
	buf_release(&j->url);
	j->url = b;
}

int
rest_start(struct deliver *d, struct job *j, struct err *e)
{
	const struct rest_request *q = j->rest;
	struct httpc_request *r = &j->request;
	const struct rest *rest = j->lane->source->push.rest;
	const char *credential = j->lane->credential;
	size_t i;

	j->header = xcalloc(JOB_HEADERS + q->nheader, sizeof *j->header);
	if (q->body != NULL)
		job_header(j, "Content-Type", "application/json");
	job_header(j, "Accept", "application/json");
	for (i = 0; i < q->nheader; i++)
		job_header(j, q->header[i].name, buf_str(&j->value[i]));
	job_token(j);
	follow(j);
	if (credential != NULL) {
		/* A copy, because another secret may be set meanwhile. */
		j->bearer = crypt_alloc(strlen(credential) + 1);
		strcpy(j->bearer, credential);
		job_header(j, rest->header, j->bearer);
	}
	job_request(j, q->method, buf_str(&j->url));
	r->body = q->body == NULL ? NULL : j->made.text.p;
	r->len = j->made.text.len;
	if (j->made.ngap > 0) {
		r->len = seal(j);
		r->body = j->sealed;
		r->ordinary = 0;
	}
	return httpc_many_start(d->http, r, j, e);
}

static void
masked(struct buf *b, const char *name, const char *prefix)
{
	buf_adds(b, name);
	buf_adds(b, ": ");
	buf_adds(b, prefix);
	buf_adds(b, "***\n");
}

/* The body with its secrets masked. */
static void
show_body(const struct map_made *m, struct buf *b)
{
	size_t i, from = 0;

	for (i = 0; i < m->ngap; i++) {
		buf_add(b, m->text.p + from, m->gap[i].at - from);
		buf_adds(b, "\"***\"");
		from = m->gap[i].at;
	}
	buf_add(b, m->text.p + from, m->text.len - from);
	buf_adds(b, "\n\n");
}

void
rest_show(const struct job *j, struct buf *b)
{
	const struct rest_request *q = j->rest;
	const struct source *s = j->lane->source;
	size_t i;

	buf_adds(b, q->method);
	buf_addc(b, ' ');
	buf_add(b, j->url.p, j->url.len);
	buf_addc(b, '\n');
	if (q->body != NULL)
		job_header_text(b, "Content-Type", "application/json");
	job_header_text(b, "Accept", "application/json");
	for (i = 0; i < q->nheader; i++)
		job_header_text(b, q->header[i].name, buf_str(&j->value[i]));
	if (s->push.oauth)
		masked(b, s->oauth.header, s->oauth.prefix);
	else if (s->push.rest->header != NULL)
		masked(b, s->push.rest->header, s->push.rest->prefix);
	buf_addc(b, '\n');
	show_body(&j->made, b);
}
