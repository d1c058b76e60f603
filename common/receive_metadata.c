/* What loya is as an authorization server (RFC 8414). */
#include "common/receive_inner.h"

#include <string.h>

#include "common/buf.h"
#include "common/jsonw.h"

/* host, host:port or [v6]:port, and nothing that could end the URL. */
static int
is_host(const char *s)
{
	return *s != '\0' && strspn(s, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:[]") == strlen(s);
}

/* Our own URL: as configured, else from the request.  A peer that is not on
 * this machine came over TLS, ours or that of a front door. */
static int
issuer(struct delivery *d, struct buf *b)
{
	const char *host = http_header(d->http, "host");

	if (d->hooks->config->oauth.issuer != NULL) {
		buf_adds(b, d->hooks->config->oauth.issuer);
		return 0;
	}
	if (host == NULL || !is_host(host))
		return -1;
	buf_adds(b, d->http->tls || !d->http->loopback ? "https://" :
	    "http://");
	buf_adds(b, host);
	return 0;
}

static void
endpoint(struct jsonw *w, const char *key, const struct buf *url,
    const char *path)
{
	struct buf b = { NULL, 0, 0 };

	buf_add(&b, url->p, url->len);
	buf_adds(&b, path);
	jsonw_key(w, key);
	jsonw_stringn(w, b.p, b.len);
	buf_release(&b);
}

static void
describe(struct jsonw *w, const struct buf *url)
{
	static const char *const grants[] = { "client_credentials", NULL };
	static const char *const none[] = { NULL };
	static const char *const ways[] = { "client_secret_basic",
	    "client_secret_post", NULL };

	jsonw_object(w);
	endpoint(w, "issuer", url, "");
	endpoint(w, "token_endpoint", url, "/oauth/token");
	endpoint(w, "introspection_endpoint", url, "/oauth/introspect");
	endpoint(w, "revocation_endpoint", url, "/oauth/revoke");
	jsonw_klist(w, "grant_types_supported", grants);
	jsonw_klist(w, "response_types_supported", none);
	jsonw_klist(w, "token_endpoint_auth_methods_supported", ways);
	jsonw_klist(w, "introspection_endpoint_auth_methods_supported", ways);
	jsonw_klist(w, "revocation_endpoint_auth_methods_supported", ways);
	jsonw_close(w, '}');
	jsonw_line(w);
}

int
receive_oauth_metadata(struct receiver *r, struct delivery *d)
{
	struct buf url = { NULL, 0, 0 }, b = { NULL, 0, 0 };
	struct jsonw w;

	(void)r;
	if (issuer(d, &url) != 0) {
		buf_release(&url);
		return receive_problem(d, 400, "Host is not a valid host name "
		    "or address");
	}
	jsonw_init(&w, &b);
	describe(&w, &url);
	receive_json(d, 200, &b);
	answer_header(&d->own, "Cache-Control", "max-age=3600");
	buf_release(&url);
	return 1;
}
