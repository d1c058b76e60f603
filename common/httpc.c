#include "common/httpc_inner.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <malloc.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "common/buf.h"
#include "common/crypt.h"
#include "common/url.h"

struct httpc {
	CURL *easy;
	char detail[CURL_ERROR_SIZE];
};

/*
 * libcurl gives memory back by these: requests and answers pass through
 * buffers of its own.
 */
static void
wipe_free(void *p)
{
	if (p != NULL)
		crypt_wipe(p, malloc_usable_size(p));
	free(p);
}

static void *
wipe_realloc(void *p, size_t n)
{
	size_t had = p != NULL ? malloc_usable_size(p) : 0;
	void *out = malloc(n);

	if (out == NULL)
		return NULL;
	if (p != NULL)
		memcpy(out, p, had < n ? had : n);
	wipe_free(p);
	return out;
}

/* Once a process. */
static int
start(struct err *e)
{
	static int started;

	if (started)
		return 0;
	/* GnuTLS would write the keys of every connection to that file. */
	unsetenv("SSLKEYLOGFILE");
	if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, malloc, wipe_free,
	    wipe_realloc, strdup, calloc) != CURLE_OK)
		return err_set(e, E_BUG, "libcurl does not start");
	started = 1;
	return 0;
}

int
httpc_new(struct httpc **out, struct err *e)
{
	struct httpc *c;
	int rc;

	*out = NULL;
	if ((rc = start(e)) != 0)
		return rc;
	c = xcalloc(1, sizeof *c);
	if ((c->easy = curl_easy_init()) == NULL)
		abort();
	*out = c;
	return 0;
}

void
httpc_free(struct httpc *c)
{
	if (c == NULL)
		return;
	curl_easy_cleanup(c->easy);
	free(c);
}

/* Note an address as text; whether it is this machine's own. */
static int
loopback(struct httpc_running *k, const struct sockaddr *sa)
{
	const struct sockaddr_in6 *six = (const void *)sa;
	const struct sockaddr_in *four = (const void *)sa;
	const unsigned char *a;

	k->peer[0] = '\0';
	if (sa->sa_family == AF_INET) {
		inet_ntop(AF_INET, &four->sin_addr, k->peer, sizeof k->peer);
		return (ntohl(four->sin_addr.s_addr) >> 24) == 127;
	}
	if (sa->sa_family != AF_INET6)
		return 0;
	inet_ntop(AF_INET6, &six->sin6_addr, k->peer, sizeof k->peer);
	a = six->sin6_addr.s6_addr;
	return IN6_IS_ADDR_LOOPBACK(&six->sin6_addr) ||
	    (IN6_IS_ADDR_V4MAPPED(&six->sin6_addr) && a[12] == 127);
}

/* A name may lead anywhere: what counts is the address. */
static curl_socket_t
open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct httpc_running *k = ctx;

	(void)purpose;
	if (k->plain && !loopback(k, &a->addr)) {
		k->refused = 1;
		return CURL_SOCKET_BAD;
	}
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

static int
header_fault(const struct http_header *h)
{
	const char *s;

	for (s = h->name; *s > ' ' && *s <= '~' && *s != ':'; s++)
		;
	if (*s != '\0' || s == h->name)
		return 1;
	for (s = h->value; *s != '\0'; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return 1;
	return 0;
}

/*
 * The headers as libcurl wants them, in memory that is wiped.  A line feed in
 * one would make it two.  "Name;" is how an empty one is written, "Expect:"
 * takes away what libcurl adds on its own.
 */
static int
make_headers(struct httpc_running *k, struct err *e)
{
	const struct httpc_request *r = k->request;
	size_t i, n = 16;
	char *p;

	for (i = 0; i < r->nheader; i++) {
		if (header_fault(&r->header[i]))
			return err_set(e, E_DATA, "a header of the request "
			    "has a character that no header can have");
		n += strlen(r->header[i].name) + strlen(r->header[i].value) +
		    3;
	}
	k->text = p = crypt_alloc(n);
	k->list = xcalloc(r->nheader + 1, sizeof *k->list);
	for (i = 0; i < r->nheader; i++) {
		k->list[i].data = p;
		k->list[i].next = &k->list[i + 1];
		p += 1 + sprintf(p, r->header[i].value[0] != '\0' ? "%s: %s" :
		    "%s;%s", r->header[i].name, r->header[i].value);
	}
	strcpy(p, "Expect:");
	k->list[i].data = p;
	return 0;
}

/* What holds for every request. */
static void
set_rules(CURL *h, const struct httpc_request *r)
{
	curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "https,http");
	curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(h, CURLOPT_PROXY, "");
	curl_easy_setopt(h, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(h, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(h, CURLOPT_USERAGENT, "loya/" LOYA_VERSION);
	curl_easy_setopt(h, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(h, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(h, CURLOPT_SSL_VERIFYHOST, 2L);
	if (r->ca != NULL) {
		curl_easy_setopt(h, CURLOPT_CAINFO, r->ca);
		curl_easy_setopt(h, CURLOPT_CAPATH, NULL);
	}
	curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS, (long)
	    (r->connect_ms != 0 ? r->connect_ms : HTTPC_CONNECT_MS));
	curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, (long)
	    (r->total_ms != 0 ? r->total_ms : HTTPC_TOTAL_MS));
}

static void
set_request(CURL *h, const struct httpc_running *k)
{
	const struct httpc_request *r = k->request;

	curl_easy_setopt(h, CURLOPT_URL, r->url);
	curl_easy_setopt(h, CURLOPT_HTTPHEADER, k->list);
	if (r->body != NULL) {
		curl_easy_setopt(h, CURLOPT_POSTFIELDS, r->body);
		curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)r->len);
	}
	if (strcmp(r->method, "HEAD") == 0)
		curl_easy_setopt(h, CURLOPT_NOBODY, 1L);
	else
		curl_easy_setopt(h, CURLOPT_CUSTOMREQUEST, r->method);
}

static void
set_answer(CURL *h, struct httpc_running *k, char *detail)
{
	curl_easy_setopt(h, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(h, CURLOPT_OPENSOCKETDATA, k);
	curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, httpc_take_body);
	curl_easy_setopt(h, CURLOPT_WRITEDATA, k);
	curl_easy_setopt(h, CURLOPT_HEADERFUNCTION, httpc_take_header);
	curl_easy_setopt(h, CURLOPT_HEADERDATA, k);
	curl_easy_setopt(h, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)k->max);
	curl_easy_setopt(h, CURLOPT_ERRORBUFFER, detail);
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
	{ CURLE_GOT_NOTHING, E_BUSY, "it hung up without an answer", 0 },
	{ CURLE_RECV_ERROR, E_BUSY, "the connection was lost", 0 },
	{ CURLE_SEND_ERROR, E_BUSY, "the connection was lost", 0 },
	{ CURLE_PARTIAL_FILE, E_BUSY, "it hung up within its answer", 0 },
	{ CURLE_HTTP2, E_BUSY, "the connection was lost", 0 },
	{ CURLE_HTTP2_STREAM, E_BUSY, "the connection was lost", 0 },
	{ CURLE_SSL_CONNECT_ERROR, E_BUSY, "no TLS connection", 1 },
	{ CURLE_PEER_FAILED_VERIFICATION, E_CONF,
	    "its certificate is not accepted", 1 },
	{ CURLE_SSL_CACERT_BADFILE, E_CONF, "the file of CAs cannot be used",
	    1 },
	{ CURLE_URL_MALFORMAT, E_CONF, "its address is none", 0 },
	{ CURLE_FILESIZE_EXCEEDED, E_DATA, "its answer is too long", 0 },
	/* The scheme was checked: what is left is "HTTP/0.9". */
	{ CURLE_UNSUPPORTED_PROTOCOL, E_DATA, "what it answers is not HTTP",
	    0 },
	{ CURLE_WEIRD_SERVER_REPLY, E_DATA, "what it answers is not HTTP", 0 },
};

/* GnuTLS knows more of a certificate than libcurl says; its names for these
 * bits stand behind the other fence. */
static void
certificate_fault(struct httpc *c)
{
	enum { UNKNOWN_SIGNER = 1 << 6, NOT_YET = 1 << 9, EXPIRED = 1 << 10 };
	const char *tls = curl_version_info(CURLVERSION_NOW)->ssl_version;
	long bits = 0;

	curl_easy_getinfo(c->easy, CURLINFO_SSL_VERIFYRESULT, &bits);
	if (tls == NULL || strncmp(tls, "GnuTLS/", 7) != 0)
		return;
	if (bits & UNKNOWN_SIGNER)
		strcpy(c->detail, "no CA that counts stands for it");
	else if (bits & EXPIRED)
		strcpy(c->detail, "it has expired");
	else if (bits & NOT_YET)
		strcpy(c->detail, "it is not valid yet");
}

/* libcurl's words are the address once more. */
static void
connection_fault(struct httpc *c)
{
	long error = 0;

	curl_easy_getinfo(c->easy, CURLINFO_OS_ERRNO, &error);
	if (error != 0)
		snprintf(c->detail, sizeof c->detail, "%s",
		    strerror((int)error));
}

/* Say why there is no answer. */
static int
fault(const struct httpc *c, const struct httpc_running *k, CURLcode code,
    struct err *e)
{
	char host[300];
	size_t i;

	url_host(k->request->url, host, sizeof host);
	if (code == CURLE_OUT_OF_MEMORY)
		abort();
	if (k->refused)
		return err_set(e, E_CONF, "%s: %s is another machine, and that "
		    "is asked by https only", host, k->peer);
	if (k->over)
		return err_set(e, E_DATA, "%s: its answer is too long", host);
	for (i = 0; i < sizeof faults / sizeof faults[0]; i++)
		if (faults[i].code == code)
			return err_set(e, faults[i].status, "%s: %s%s%s", host,
			    faults[i].text, faults[i].detail ? ": " : "",
			    faults[i].detail ? c->detail : "");
	return err_set(e, E_IO, "%s: %s", host, curl_easy_strerror(code));
}

int
httpc_call(struct httpc *c, const struct httpc_request *r,
    struct httpc_answer *a, struct err *e)
{
	struct httpc_running k = { .request = r, .answer = a };
	CURLcode code;
	long status = 0;
	int rc;

	k.max = r->max != 0 ? r->max : HTTPC_MAX;
	k.plain = url_plain(r->url);
	httpc_answer_init(&k);
	if ((rc = make_headers(&k, e)) != 0)
		goto out;
	c->detail[0] = '\0';
	set_rules(c->easy, r);
	set_request(c->easy, &k);
	set_answer(c->easy, &k, c->detail);
	code = curl_easy_perform(c->easy);
	curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
	if (code == CURLE_PEER_FAILED_VERIFICATION)
		certificate_fault(c);
	if (code == CURLE_COULDNT_CONNECT)
		connection_fault(c);
	/* Keeps the connection, forgets everything else. */
	curl_easy_reset(c->easy);
	a->status = (int)status;
	rc = code == CURLE_OK ? 0 : fault(c, &k, code, e);
out:
	crypt_free(k.text);
	free(k.list);
	return rc;
}
