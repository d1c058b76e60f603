/* The head of a request: its headers, and whose it is. */
#include "common/httpd_inner.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What libmicrohttpd notes of a header beside its text, and what the head of
 * an answer may need. */
enum { HEADER_NOTE = 64, ANSWER_HEAD = 512 };

enum { EMPTY_LINE = 2 };

/* The state of collecting: the headers, and how far the raw head was
 * understood. */
struct collect {
	struct work *w;
	struct http_header *header;
	size_t n, cap;
	const char *at;		/* the next line should begin here */
	int hidden;		/* the head has bytes nobody told us of */
};

/*
 * libmicrohttpd before 0.9.76 reads headers as C strings and joins folded lines
 * to the name: a NUL hides the rest of a line.  It leaves the lines where they
 * came in, with NULs as delimiters; so each must begin where the one before
 * ended.
 */
static void
follow(struct collect *k, const char *name, const char *value)
{
	const char *p = name + strlen(name) + 1;

	if (k->at == NULL)
		return;
	while (p < value && (*p == ' ' || *p == '\t'))
		p++;
	if (name != k->at || p != value) {
		k->hidden = 1;
		k->at = NULL;
		return;
	}
	p += strlen(p) + 1;
	k->at = *p == '\0' ? p + 1 : p;
}

static enum MHD_Result
collect_one(void *cls, enum MHD_ValueKind kind, const char *name,
    const char *value)
{
	struct collect *k = cls;
	struct http_header *h;
	size_t n;

	(void)kind;
	if (name == httpd_cookie)
		return MHD_YES;
	if (k->n == k->cap) {
		k->cap = k->cap == 0 ? 16 : k->cap * 2;
		h = arena_alloc(&k->w->pub.arena, k->cap * sizeof *h);
		if (k->n > 0)
			memcpy(h, k->header, k->n * sizeof *h);
		k->header = h;
	}
	h = &k->header[k->n++];
	h->name = name;
	h->value = value != NULL ? value : "";
	follow(k, name, h->value);
	n = strlen(h->value);
	if (n == 0 || (h->value[n - 1] != ' ' && h->value[n - 1] != '\t'))
		return MHD_YES;
	/* Blanks after a value are not part of it (RFC 9110 section 5.5).  A
	 * library that passes them on does not recognize the coding then. */
	if (strcasecmp(name, "Transfer-Encoding") == 0)
		return MHD_YES;
	while (n > 0 && (h->value[n - 1] == ' ' || h->value[n - 1] == '\t'))
		n--;
	h->value = arena_dup(&k->w->pub.arena, h->value, n);
	return MHD_YES;
}

/*
 * After the last header comes only the empty line.  The library also takes a
 * line that begins with a colon or a NUL for it.
 */
static int
is_at_end(const struct collect *k, const char *method)
{
	const union MHD_ConnectionInfo *i;

	i = MHD_get_connection_info(k->w->conn->mc,
	    MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	return method + i->header_size - k->at <= EMPTY_LINE;
}

static int
collect_headers(struct work *w, const char *method, const char *version)
{
	struct collect k = { w, NULL, 0, 0, NULL, 0 };

	if (strcmp(MHD_get_version(), "0.9.76") < 0) {
		k.at = version + strlen(version) + 1;
		if (*k.at == '\0')
			k.at++;
		/* The version must follow right after the target. */
		k.hidden = version != w->raw + w->raw_len + 1;
	}
	MHD_get_connection_values(w->conn->mc, MHD_HEADER_KIND, collect_one,
	    &k);
	if (k.at != NULL && !is_at_end(&k, method))
		k.hidden = 1;
	w->pub.http.header = k.header;
	w->pub.http.nheader = k.n;
	return k.hidden ? -1 : 0;
}

/* Once per connection: get the certificate that its client proved to own. */
static void
ask_cert(struct conn *c)
{
	const union MHD_ConnectionInfo *i;
	struct cert *x;

	c->asked_cert = 1;
	i = MHD_get_connection_info(c->mc, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	x = xmalloc(sizeof *x);
	if (httpd_tls_peer(i->tls_session, x->sum, x->name))
		c->cert = x;
	else
		free(x);
}

static void
describe_peer(struct work *w)
{
	struct http_request *r = &w->pub.http;
	struct conn *c = w->conn;

	r->loopback = c->peer.loopback;
	r->tls = c->h->tls != NULL;
	r->secure = r->tls || c->peer.local;
	if (c->h->tls == NULL || c->h->tls->trust == NULL)
		return;
	if (!c->asked_cert)
		ask_cert(c);
	if (c->cert != NULL) {
		r->cert = c->cert->sum;
		r->cert_name = c->cert->name;
	}
}

int
httpd_head_read(struct work *w, const char *method, const char *version)
{
	w->pub.http.method = method;
	describe_peer(w);
	return collect_headers(w, method, version);
}

/* The library would take it all the same, and hang up when it comes to the
 * answer: too late, for the events are stored then. */
int
httpd_head_fits(const struct work *w)
{
	const union MHD_ConnectionInfo *i;

	i = MHD_get_connection_info(w->conn->mc,
	    MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	return i->header_size + w->pub.http.nheader * HEADER_NOTE +
	    ANSWER_HEAD <= w->conn->h->limits.head + HTTPD_HEAD_EXTRA;
}
