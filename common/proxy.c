#include "common/proxy.h"

#include <string.h>
#include <strings.h>

#include "common/crypt.h"
#include "common/forwarded.h"
#include "common/httpd_tls.h"
#include "common/proxy_part.h"

static int
is_proxy(const struct proxies *p, const char *peer)
{
	struct net_addr a;
	size_t i;

	if (strcmp(peer, "unix") == 0)
		return p->local;
	if (net_addr_parse(&a, peer, strlen(peer)) != 0)
		return 0;
	for (i = 0; i < p->nfrom; i++)
		if (net_has(&p->from[i], &a))
			return 1;
	return 0;
}

/* Whether there is a header that only proxies write: then the peer is not the
 * sender. */
static int
has_trace(const struct http_request *r)
{
	static const char *const trace[] = { "Forwarded", "X-Forwarded-For",
	    "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP", "Via",
	    NULL };
	size_t i;

	for (i = 0; trace[i] != NULL; i++)
		if (http_header_count(r, trace[i]) > 0)
			return 1;
	return 0;
}

/* Get a header: *value NULL: it is not there.  -1: it occurs twice. */
static int
once(const struct http_request *r, const char *name, const char **value)
{
	*value = name != NULL ? http_header(r, name) : NULL;
	return name != NULL && *value == NULL &&
	    http_header_count(r, name) > 0 ? -1 : 0;
}

static const char *
address(const struct proxies *p, struct http_request *r, struct arena *a,
    int near)
{
	struct forwarded f;
	const char *value;
	char text[NET_TEXT];
	int rc;

	if (once(r, p->address, &value) != 0)
		return "the proxy's header with the client's address is given "
		    "more than once";
	if (value == NULL)
		return NULL;
	rc = strcasecmp(p->address, "Forwarded") == 0 ?
	    forwarded_rfc7239(&f, value, p->from, p->nfrom, near) :
	    forwarded_for(&f, value, p->from, p->nfrom, near);
	if (rc != 0)
		return "the proxy's header with the client's address is "
		    "malformed";
	r->loopback = f.near;
	r->peer = "-";
	if (f.known) {
		net_addr_text(&f.addr, text);
		r->peer = arena_str(a, text);
	}
	return NULL;
}

/* What nginx and Apache say about a certificate: 1 it is valid, 0 there is no
 * valid one, -1 it makes no sense. */
static int
is_verified(const char *word, const char *cert)
{
	if (word == NULL || strcmp(word, "NONE") == 0)
		return cert == NULL ? 0 : -1;
	if (strcmp(word, "SUCCESS") == 0)
		return cert != NULL ? 1 : -1;
	return strcmp(word, "FAILED") == 0 ||
	    strncmp(word, "FAILED:", 7) == 0 ? 0 : -1;
}

/* Set the same data that httpd_tls_peer() gives for a client of our own. */
static int
take(struct http_request *r, struct arena *a, const unsigned char *der,
    size_t len)
{
	struct crypt_part part = { der, len };
	unsigned char sum[CRYPT_SHA256];
	char *cert, *name;

	cert = arena_alloc(a, TLS_FINGERPRINT);
	name = arena_alloc(a, TLS_SUBJECT);
	if (httpd_tls_subject(der, len, name) != 0)
		return -1;
	crypt_sha256(sum, &part, 1);
	crypt_hex(sum, sizeof sum, cert);
	r->cert = cert;
	r->cert_name = name;
	return 0;
}

static const char *
certificate(const struct proxies *p, struct http_request *r, struct arena *a)
{
	const char *cert, *word;
	const unsigned char *der;
	size_t len;
	int good;

	if (once(r, p->certificate, &cert) != 0 ||
	    once(r, p->verified, &word) != 0)
		return "the proxy's header with the client's certificate is "
		    "given more than once";
	good = p->verified != NULL ? is_verified(word, cert) : cert != NULL;
	if (good < 0)
		return "the proxy's headers contradict each other about the "
		    "client's certificate";
	if (good == 0)
		return NULL;
	der = proxy_cert(cert, p->verified != NULL, a, &len);
	if (der == NULL || take(r, a, der, len) != 0)
		return "the proxy's header with the client's certificate is "
		    "malformed";
	return NULL;
}

int
proxy_judge(const struct proxies *p, struct http_request *r, struct arena *a,
    const char **why)
{
	int near = r->loopback;

	*why = NULL;
	if (!is_proxy(p, r->peer)) {
		r->loopback = near && !has_trace(r);
		return 0;
	}
	r->loopback = 0;
	/* A proxy that is believed about certificates is believed to have
	 * spoken TLS. */
	r->secure = 1;
	r->cert = r->cert_name = NULL;
	*why = address(p, r, a, near);
	if (*why == NULL)
		*why = certificate(p, r, a);
	return *why == NULL ? 0 : -1;
}
