/* The request line, just before the library works on it. */
#include "common/httpd_inner.h"

#include <string.h>

const char httpd_cookie[] = "Cookie";

/*
 * libmicrohttpd splits the query and the first Cookie header into its pool.
 * Nobody needs that; and if one of them has more parts than fit, releases such
 * as 0.9.75 go on as if they had not refused the request: they send a second
 * head, or hang up without an answer and without reporting that the request is
 * over.  So they get to see an empty query, changed in their own buffer, and a
 * Cookie of one part in front of those that come.
 */
static void
hide_query(const char *uri)
{
	char *query = strchr(uri, '?');

	if (query != NULL && query[1] != '\0')
		query[1] = '\0';
}

static void
hide_cookies(struct MHD_Connection *mc)
{
	/* If there is no room for it, there is none for a header either. */
	(void)MHD_set_connection_value(mc, MHD_HEADER_KIND, httpd_cookie, "-");
}

static struct conn *
conn_of(struct MHD_Connection *mc)
{
	const union MHD_ConnectionInfo *i;

	i = MHD_get_connection_info(mc, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	return i->socket_context;
}

/* The request line has come, and is about to be split. */
void *
httpd_cb_line(void *cls, const char *uri, struct MHD_Connection *mc)
{
	struct conn *c = conn_of(mc);
	struct work *w;

	(void)cls;
	w = c->work = httpd_work_new(c);
	w->pub.http.peer = c->peer.text;
	if (uri == NULL)
		uri = "";
	w->raw = uri;
	w->raw_len = strlen(uri);
	w->pub.http.target = arena_dup(&w->pub.arena, uri, w->raw_len);
	hide_query(uri);
	hide_cookies(mc);
	if (c->phase == P_IDLE)
		httpd_deadline(c, c->h->limits.request);
	if (c->phase != P_DEAD)
		c->phase = P_HEAD;
	return w;
}

/*
 * Something is about to be unescaped in place: the target, as far as we have
 * read it, or a part of the query.  The latter was hidden, except one after a
 * NUL, where our reading ends and the library's does not.
 */
size_t
httpd_cb_unescape(void *cls, struct MHD_Connection *mc, char *s)
{
	struct conn *c = conn_of(mc);

	(void)cls;
	if (c->phase == P_HEAD && s != c->work->raw) {
		httpd_abort(c, 400, HTTPD_NUL);
		c->h->forestalled = 1;
	}
	return strlen(s);
}
