/* One request, from a query of the configuration. */
#include "common/pull_work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/crypt.h"

static char *
own(struct pull_request *r, char *s)
{
	if (r->nowned == sizeof r->owned / sizeof r->owned[0])
		abort();
	return r->owned[r->nowned++] = s;
}

static void
header(struct pull_request *r, const char *name, const char *value)
{
	size_t i;

	/* A header is sent once: the last one counts. */
	for (i = 0; i < r->http.nheader; i++)
		if (strcasecmp(r->header[i].name, name) == 0)
			break;
	if (i == sizeof r->header / sizeof r->header[0])
		abort();
	r->header[i].name = name;
	r->header[i].value = value;
	if (i == r->http.nheader)
		r->http.nheader++;
}

static char *
join(const char *a, const char *b)
{
	char *out = crypt_alloc(strlen(a) + strlen(b) + 1);

	strcpy(out, a);
	strcat(out, b);
	return out;
}

/* Write the name of a parameter, leaving characters that mean nothing there,
 * because OData's $filter is written like that. */
static size_t
param_name(const char *s, char *out)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		if (strchr("$@:!*", *s) != NULL)
			out[n++] = *s;
		else
			n += template_escape(TEMPLATE_URL, s, 1, out + n);
	return n;
}

/* Make the URL with its parameters, whose values are escaped as a whole. */
static char *
make_url(struct pull *p, const struct pull_query *q)
{
	char *url = pull_fill(p, &q->url, TEMPLATE_URL), *text, *more, *out;
	size_t i, n;

	for (i = 0; i < q->nparam; i++) {
		text = pull_fill(p, &q->param[i].value, TEMPLATE_TEXT);
		n = strlen(q->param[i].name);
		more = crypt_alloc(3 * n + 3 * strlen(text) + 3);
		more[0] = strchr(url, '?') == NULL ? '?' : '&';
		n = 1 + param_name(q->param[i].name, more + 1);
		more[n++] = '=';
		n += template_escape(TEMPLATE_URL, text, strlen(text),
		    more + n);
		more[n] = '\0';
		out = join(url, more);
		crypt_free(url);
		crypt_free(text);
		crypt_free(more);
		url = out;
	}
	return url;
}

static void
templates(struct pull *p, struct pull_request *r, const struct pull_pair *h,
    size_t n)
{
	for (; n > 0; n--, h++)
		header(r, h->name, own(r, pull_fill(p, &h->value,
		    TEMPLATE_TEXT)));
}

/* Basic authentication (RFC 7617). */
static char *
basic(const struct pull *p)
{
	const struct secret *s = &p->password[0];
	size_t n = strlen(p->conf->user) + 1 + s->len;
	char *text = crypt_alloc(n + 1), *coded, *out;

	strcpy(text, p->conf->user);
	strcat(text, ":");
	if (s->len > 0)
		memcpy(text + n - s->len, s->p, s->len);
	coded = crypt_alloc(crypt_base64_len(n));
	crypt_base64(text, n, coded);
	out = join("Basic ", coded);
	crypt_free(text);
	crypt_free(coded);
	return out;
}

static void
credentials(struct pull *p, struct pull_request *r)
{
	char *cookie;

	if (p->masked && p->conf->auth != PULL_AUTH_NONE)
		header(r, p->conf->auth == PULL_AUTH_OAUTH ?
		    p->source->oauth.header : "Authorization", "***");
	else if (p->conf->auth == PULL_AUTH_BASIC)
		header(r, "Authorization", own(r, basic(p)));
	else if (p->conf->auth == PULL_AUTH_OAUTH && p->have_token)
		header(r, p->token.header, own(r, join(p->token.prefix,
		    p->token.text)));
	if (p->session != NULL)
		header(r, p->conf->session, p->session);
	if ((cookie = pull_session_cookie(p)) != NULL)
		header(r, "Cookie", own(r, cookie));
}

void
pull_request_make(struct pull *p, const struct pull_at *at, const char *url,
    struct pull_request *r)
{
	const struct pull_query *q = at->q;

	memset(r, 0, sizeof *r);
	pull_place(p, at);
	r->http.header = r->header;
	r->http.method = url == NULL ? q->method : "GET";
	r->http.url = own(r, url != NULL ? join(url, "") : make_url(p, q));
	header(r, "Accept", q->xml ? "text/xml, application/xml" :
	    "application/json");
	if (url == NULL && q->body.n > 0) {
		header(r, "Content-Type", q->type);
		r->http.body = own(r, pull_fill(p, &q->body, q->body_place));
		r->http.len = strlen(r->http.body);
	}
	templates(p, r, p->conf->header, p->conf->nheader);
	templates(p, r, q->header, q->nheader);
	credentials(p, r);
	r->http.ca = p->conf->ca;
	r->http.total_ms = p->conf->timeout * 1000;
	r->http.whole_ms = p->conf->longest * 1000;
	r->http.keep = 64 * 1024;
}

void
pull_request_release(struct pull_request *r)
{
	while (r->nowned > 0)
		crypt_free(r->owned[--r->nowned]);
}
