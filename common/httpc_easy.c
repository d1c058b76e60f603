/* Describing one request to libcurl, and judging its end. */
#include "common/httpc_inner.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/crypt.h"
#include "common/httpc_lib.h"
#include "common/net.h"
#include "common/url.h"

enum { SMALL = 1024 };	/* the least that CURLOPT_BUFFERSIZE takes */
enum { TOO_LARGE = 100 };	/* CURLE_TOO_LARGE, which older headers lack */

_Static_assert(HTTPC_DETAIL >= CURL_ERROR_SIZE, "libcurl's words fit");

/* Convert the address, also to text. */
static int
address_of(struct httpc_running *k, const struct sockaddr *sa,
    struct net_addr *a)
{
	const struct sockaddr_in6 *six = (const void *)sa;
	const struct sockaddr_in *four = (const void *)sa;

	k->peer[0] = '\0';
	if (sa->sa_family == AF_INET)
		inet_ntop(AF_INET, &four->sin_addr, k->peer, sizeof k->peer);
	else if (sa->sa_family == AF_INET6)
		inet_ntop(AF_INET6, &six->sin6_addr, k->peer, sizeof k->peer);
	return net_addr_parse(a, k->peer, strlen(k->peer));
}

/* Whether we may connect to this address; if not, note why. */
static int
allowed(struct httpc_running *k, const struct net_addr *a)
{
	if (k->plain && !net_is_loopback(a))
		k->refused = REFUSED_PLAIN;
	else if (k->request->public_only && net_is_private(a))
		k->refused = REFUSED_PRIVATE;
	return !k->refused;
}

/* A name may resolve to anything: what counts is the address. */
static curl_socket_t
open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct httpc_running *k = ctx;
	struct net_addr addr;
	int fd;

	(void)purpose;
	if (address_of(k, &a->addr, &addr) != 0 || !allowed(k, &addr))
		return CURL_SOCKET_BAD;
	fd = socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
	httpc_sockets_opened(k->sockets, fd);
	return fd;
}

static int
close_socket(void *ctx, curl_socket_t fd)
{
	httpc_sockets_closed(ctx, fd);
	return close(fd);
}

/* The same for a kept connection: it may have been opened under another
 * rule. */
static int
before_request(void *ctx, char *peer, char *here, int port, int local)
{
	struct httpc_running *k = ctx;
	struct net_addr addr;

	(void)here;
	(void)port;
	(void)local;
	if (net_addr_parse(&addr, peer, strlen(peer)) == 0 &&
	    allowed(k, &addr))
		return CURL_PREREQFUNC_OK;
	snprintf(k->peer, sizeof k->peer, "%s", peer);
	return CURL_PREREQFUNC_ABORT;
}

static int
given_up(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	const struct httpc_running *k = ctx;

	(void)a, (void)b, (void)c, (void)d;
	return atomic_load(k->request->stop) != 0;
}

/*
 * If an answer is passed on as it comes in, it lasts as long as the caller
 * needs, who may be waiting for somebody else: only the peer must not be
 * silent.
 */
static void
set_patience(CURL *h, const struct httpc_request *r)
{
	enum { BYTES = 100, DAY_MS = 86400 * 1000 };
	long ms = (long)(r->total_ms != 0 ? r->total_ms : HTTPC_TOTAL_MS);

	if (r->take != NULL) {
		curl_easy_setopt(h, CURLOPT_LOW_SPEED_LIMIT, (long)BYTES);
		curl_easy_setopt(h, CURLOPT_LOW_SPEED_TIME, (ms + 999) / 1000);
		ms = r->whole_ms != 0 ? (long)r->whole_ms : DAY_MS;
	}
	curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, ms);
}

/* Options that are the same for every request. */
static void
set_rules(CURL *h, const struct httpc_request *r)
{
	curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "https,http");
	curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(h, CURLOPT_PROXY, "");
	curl_easy_setopt(h, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(h, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
	/* Servers of names that do not answer keep a thread of libcurl's, which
	 * cannot be ended: nobody waits for it, nor do the other requests. */
	curl_easy_setopt(h, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(h, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(h, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(h, CURLOPT_SSL_VERIFYHOST, 2L);
	if (r->ca != NULL) {
		curl_easy_setopt(h, CURLOPT_CAINFO, r->ca);
		curl_easy_setopt(h, CURLOPT_CAPATH, NULL);
	}
	curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS, (long)
	    (r->connect_ms != 0 ? r->connect_ms : HTTPC_CONNECT_MS));
	set_patience(h, r);
}

/* Options that differ each time. */
static void
set_content(CURL *h, const struct httpc_running *k)
{
	const struct httpc_request *r = k->request;

	curl_easy_setopt(h, CURLOPT_HTTPHEADER, k->list);
	if (r->body != NULL) {
		curl_easy_setopt(h, CURLOPT_POSTFIELDS, r->body);
		curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)r->len);
	}
}

static void
set_request(CURL *h, const struct httpc_running *k)
{
	const struct httpc_request *r = k->request;

	curl_easy_setopt(h, CURLOPT_URL, r->url);
	if (strcmp(r->method, "HEAD") == 0)
		curl_easy_setopt(h, CURLOPT_NOBODY, 1L);
	else
		curl_easy_setopt(h, CURLOPT_CUSTOMREQUEST, r->method);
}

static void
set_answer(CURL *h, struct httpc_running *k)
{
	curl_easy_setopt(h, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(h, CURLOPT_OPENSOCKETDATA, k);
	curl_easy_setopt(h, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
	curl_easy_setopt(h, CURLOPT_CLOSESOCKETDATA, k->sockets);
	curl_easy_setopt(h, CURLOPT_PREREQFUNCTION, before_request);
	curl_easy_setopt(h, CURLOPT_PREREQDATA, k);
	curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, httpc_take_body);
	curl_easy_setopt(h, CURLOPT_WRITEDATA, k);
	curl_easy_setopt(h, CURLOPT_HEADERFUNCTION, httpc_take_header);
	curl_easy_setopt(h, CURLOPT_HEADERDATA, k);
	if (k->request->take == NULL)
		curl_easy_setopt(h, CURLOPT_MAXFILESIZE_LARGE,
		    (curl_off_t)k->max);
	/* libcurl allocates this buffer for each request, and malloc() has
	 * small ones at hand. */
	if (k->request->keep != 0)
		curl_easy_setopt(h, CURLOPT_BUFFERSIZE, (long)SMALL);
	curl_easy_setopt(h, CURLOPT_ERRORBUFFER, k->detail);
	if (k->request->stop == NULL)
		return;
	curl_easy_setopt(h, CURLOPT_XFERINFOFUNCTION, given_up);
	curl_easy_setopt(h, CURLOPT_XFERINFODATA, k);
	curl_easy_setopt(h, CURLOPT_NOPROGRESS, 0L);
}

static const struct fault {
	CURLcode code;
	int status;
	const char *text;
	int detail;		/* libcurl's words tell more */
} faults[] = {
	{ CURLE_COULDNT_RESOLVE_HOST, E_BUSY, "the host is not known", 0 },
	{ CURLE_COULDNT_CONNECT, E_BUSY, "no connection", 1 },
	{ CURLE_OPERATION_TIMEDOUT, E_BUSY, "no answer in time", 0 },
	{ CURLE_GOT_NOTHING, E_BUSY, "it closed the connection without an "
	    "answer", 0 },
	{ CURLE_ABORTED_BY_CALLBACK, E_BUSY, "it was stopped", 0 },
	{ CURLE_RECV_ERROR, E_BUSY, "the connection was lost", 0 },
	{ CURLE_SEND_ERROR, E_BUSY, "the connection was lost", 0 },
	{ CURLE_PARTIAL_FILE, E_BUSY, "it closed the connection in the middle "
	    "of its answer", 0 },
	{ CURLE_HTTP2, E_BUSY, "the connection was lost", 0 },
	{ CURLE_HTTP2_STREAM, E_BUSY, "the connection was lost", 0 },
	{ CURLE_SSL_CONNECT_ERROR, E_BUSY, "no TLS connection", 1 },
	{ CURLE_PEER_FAILED_VERIFICATION, E_CONF,
	    "its certificate is not accepted", 1 },
	{ CURLE_SSL_CACERT_BADFILE, E_CONF, "the CA file cannot be used",
	    1 },
	{ CURLE_URL_MALFORMAT, E_CONF, "its address is not valid", 0 },
	{ CURLE_FILESIZE_EXCEEDED, E_DATA, "its answer is too long", 0 },
	/* This means a line of 100 KiB; newer versions have a code of its own
	 * for that. */
	{ CURLE_OUT_OF_MEMORY, E_DATA, "its answer is too long", 0 },
	{ (CURLcode)TOO_LARGE, E_DATA, "its answer is too long", 0 },
	/* The scheme was checked: what is left is "HTTP/0.9". */
	{ CURLE_UNSUPPORTED_PROTOCOL, E_DATA, "its answer is not HTTP",
	    0 },
	{ CURLE_WEIRD_SERVER_REPLY, E_DATA, "its answer is not HTTP", 0 },
};

/* GnuTLS knows more about a certificate than libcurl says; its names for these
 * bits belong to the other fence. */
static void
certificate_fault(CURL *h, struct httpc_running *k)
{
	enum { UNKNOWN_SIGNER = 1 << 6, NOT_YET = 1 << 9, EXPIRED = 1 << 10 };
	const char *tls = curl_version_info(CURLVERSION_NOW)->ssl_version;
	long bits = 0;

	curl_easy_getinfo(h, CURLINFO_SSL_VERIFYRESULT, &bits);
	if (tls == NULL || strncmp(tls, "GnuTLS/", 7) != 0)
		return;
	if (bits & UNKNOWN_SIGNER)
		strcpy(k->detail, "it is not signed by a trusted CA");
	else if (bits & EXPIRED)
		strcpy(k->detail, "it has expired");
	else if (bits & NOT_YET)
		strcpy(k->detail, "it is not valid yet");
}

/* libcurl's own words would only repeat the address. */
static void
connection_fault(CURL *h, struct httpc_running *k)
{
	long error = 0;

	curl_easy_getinfo(h, CURLINFO_OS_ERRNO, &error);
	if (error != 0)
		snprintf(k->detail, sizeof k->detail, "%s",
		    strerror((int)error));
}

/* Report why there is no answer. */
static int
fault(const struct httpc_running *k, CURLcode code, struct err *e)
{
	char host[300];
	size_t i;

	url_host(k->request->url, host, sizeof host);
	if (k->refused == REFUSED_PLAIN)
		return err_set(e, E_CONF, "%s: %s is not this machine, so only "
		    "https is allowed", host, k->peer);
	if (k->refused == REFUSED_PRIVATE)
		return err_set(e, E_CONF, "%s: %s is a private address", host,
		    k->peer);
	if (k->stopped)
		return err_set(e, E_NO, "%s: its answer was not read to the "
		    "end", host);
	if (k->over)
		return err_set(e, E_DATA, "%s: its answer is too long", host);
	if (code == CURLE_SSL_CACERT_BADFILE && k->request->ca != NULL)
		return err_set(e, E_CONF, "%s: the CA file cannot be used: %s",
		    host, k->request->ca);
	for (i = 0; i < sizeof faults / sizeof faults[0]; i++)
		if (faults[i].code == code)
			return err_set(e, faults[i].status, "%s: %s%s%s", host,
			    faults[i].text, faults[i].detail &&
			    k->detail[0] != '\0' ? ": " : "",
			    faults[i].detail ? k->detail : "");
	return err_set(e, E_IO, "%s: %s", host, curl_easy_strerror(code));
}

/* Whether only the content has to be set. */
static int
is_like(const struct httpc_ready *d, const struct httpc_request *r)
{
	const struct httpc_request *was = &d->like;

	return d->is && r->ordinary && strcmp(r->url, d->url) == 0 &&
	    strcmp(r->method, d->method) == 0 &&
	    strcmp(r->ca != NULL ? r->ca : "", d->ca) == 0 &&
	    (r->body != NULL) == (was->body != NULL) &&
	    r->connect_ms == was->connect_ms && r->total_ms == was->total_ms &&
	    r->max == was->max && r->keep == was->keep &&
	    r->take == NULL && r->stop == NULL;
}

/* Parse the URL once; libcurl would parse the text for each request.  If it
 * does not like the URL, it says so when the request is made. */
static void
set_address(CURL *h, struct httpc_ready *d)
{
	if (d->address == NULL && (d->address = curl_url()) == NULL)
		abort();
	if (curl_url_set(d->address, CURLUPART_URL, d->url,
	    CURLU_NON_SUPPORT_SCHEME | CURLU_DISALLOW_USER) == CURLUE_OK)
		curl_easy_setopt(h, CURLOPT_CURLU, d->address);
}

/* Keep the handle as it is for the next request, if it can be noted what it is
 * set up for. */
static void
note_ready(CURL *easy, struct httpc_ready *d, const struct httpc_request *r)
{
	d->is = r->ordinary && r->take == NULL && r->stop == NULL &&
	    strlen(r->url) < sizeof d->url &&
	    strlen(r->method) < sizeof d->method &&
	    (r->ca == NULL || strlen(r->ca) < sizeof d->ca);
	if (!d->is)
		return;
	strcpy(d->url, r->url);
	strcpy(d->method, r->method);
	strcpy(d->ca, r->ca != NULL ? r->ca : "");
	d->like = *r;
	set_address(easy, d);
}

void
httpc_ready_release(struct httpc_ready *d)
{
	if (d->address != NULL)
		curl_url_cleanup(d->address);
	d->address = NULL;
}

int
httpc_begin(void *easy, struct httpc_running *k, struct httpc_ready *d,
    struct err *e)
{
	const struct httpc_request *r = k->request;
	int rc;

	if (!r->ordinary)
		httpc_secret();
	k->max = r->max != 0 ? r->max : HTTPC_MAX;
	k->plain = url_plain(r->url);
	httpc_answer_init(k);
	if ((rc = httpc_make_headers(k, e)) != 0)
		return rc;
	if (d == NULL || !is_like(d, r)) {
		if (d != NULL && d->is)
			curl_easy_reset(easy);
		set_rules(easy, r);
		set_request(easy, k);
		set_answer(easy, k);
		if (d != NULL)
			note_ready(easy, d, r);
	}
	set_content(easy, k);
	return 0;
}

/* Whether the answer is known to be complete without the end of the stream. */
static int
whole(const struct httpc_running *k, long status)
{
	const char *length = httpc_header(k->answer, "Content-Length");
	char got[24];

	if (status < 200 || !k->trailing)
		return 0;
	snprintf(got, sizeof got, "%zu", k->got);
	return status == 204 || (length != NULL && strcmp(length, got) == 0);
}

/*
 * A peer may answer before it has read the whole request (RFC 9113 section
 * 8.1).  libcurl 7.88 may then wait for what never comes, until its timeout.
 */
int
httpc_rests(void *easy, const struct httpc_running *k)
{
	long status = 0, version = 0;

	if (k->plain || !k->trailing)
		return 0;
	curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &version);
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	return version == CURL_HTTP_VERSION_2_0 && whole(k, status);
}

int
httpc_end(void *easy, struct httpc_running *k, struct httpc_ready *d,
    int code, struct err *e)
{
	long status = 0;

	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	if (code == CURLE_PEER_FAILED_VERIFICATION)
		certificate_fault(easy, k);
	if (code == CURLE_COULDNT_CONNECT)
		connection_fault(easy, k);
	/* This keeps the connection and forgets everything else. */
	if (d == NULL || !d->is)
		curl_easy_reset(easy);
	/* If what follows the status line is not HTTP, neither is that. */
	k->answer->status = code != CURLE_WEIRD_SERVER_REPLY ? (int)status : 0;
	if (k->request->ordinary)
		free(k->text);
	else
		crypt_free(k->text);
	free(k->list);
	k->text = NULL;
	k->list = NULL;
	/* To libcurl what was cut off in its headers is all of it. */
	if (code == CURLE_OK && !k->trailing)
		code = CURLE_PARTIAL_FILE;
	/* Or it resets the stream then, which libcurl takes for a failure. */
	if (code == CURLE_OK ||
	    (code == CURLE_HTTP2_STREAM && whole(k, status)))
		return 0;
	return fault(k, (CURLcode)code, e);
}
