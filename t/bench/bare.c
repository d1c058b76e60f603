/*
 * bare PORT N CONNECTIONS LENGTH: N requests of LENGTH bytes to a server on
 * this machine, CONNECTIONS at a time, by libcurl's multi interface and nothing
 * else: what loya-push with its records is compared with.  Prints requests a
 * second.
 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/die.h"
#include "common/options.h"

enum { MOST = 1000, HEADERS = 5 };

struct load {
	CURLM *multi;
	CURL *easy[MOST];
	struct curl_slist *header;
	char url[64], *body;
	int64_t port, n, connections, length;
	int64_t begun, ended;
};

static size_t
drop(char *p, size_t size, size_t n, void *ctx)
{
	(void)p, (void)ctx;
	return size * n;
}

static void
add(struct load *l, CURL *h)
{
	if (l->begun++ < l->n && curl_multi_add_handle(l->multi, h) !=
	    CURLM_OK)
		die(E_IO, "libcurl takes no request");
}

static CURL *
make(struct load *l)
{
	CURL *h = curl_easy_init();

	if (h == NULL)
		abort();
	curl_easy_setopt(h, CURLOPT_URL, l->url);
	curl_easy_setopt(h, CURLOPT_HTTPHEADER, l->header);
	curl_easy_setopt(h, CURLOPT_POSTFIELDS, l->body);
	curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE,
	    (curl_off_t)l->length);
	curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, drop);
	curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
	return h;
}

/* What has ended makes room for the next. */
static void
next(struct load *l)
{
	CURLMsg *m;
	CURL *h;
	long status;
	int left;

	while ((m = curl_multi_info_read(l->multi, &left)) != NULL) {
		h = m->easy_handle;
		curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status);
		if (m->data.result != CURLE_OK || status / 100 != 2)
			die(E_IO, "a request failed: %s",
			    curl_easy_strerror(m->data.result));
		l->ended++;
		curl_multi_remove_handle(l->multi, h);
		add(l, h);
	}
}

static void
run(struct load *l)
{
	int64_t i, ended;
	int running;

	for (i = 0; i < l->connections; i++)
		add(l, l->easy[i] = make(l));
	while (l->ended < l->n) {
		ended = l->ended;
		if (curl_multi_perform(l->multi, &running) != CURLM_OK)
			die(E_IO, "libcurl failed");
		next(l);
		if (l->ended == ended && curl_multi_poll(l->multi, NULL, 0,
		    1000, NULL) != CURLM_OK)
			die(E_IO, "libcurl failed");
	}
}

int
main(int argc, char **argv)
{
	static const char *const header[HEADERS] = {
	    "Content-Type: application/cloudevents+json",
	    "webhook-id: 0123456789abcdef0123456789abcdef",
	    "webhook-timestamp: 1700000000",
	    "webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1"
	    "OE=", "Expect:" };
	static struct load l;
	int64_t began;
	int i;

	die_init(argv[0]);
	if (argc != 5 || options_number(argv[1], 1, 65535, &l.port) != 0 ||
	    options_number(argv[2], 1, 1 << 30, &l.n) != 0 ||
	    options_number(argv[3], 1, MOST, &l.connections) != 0 ||
	    options_number(argv[4], 1, 1 << 20, &l.length) != 0)
		die(E_USAGE, "usage: bare PORT N CONNECTIONS LENGTH");
	snprintf(l.url, sizeof l.url, "http://127.0.0.1:%d/in", (int)l.port);
	if ((l.body = malloc((size_t)l.length)) == NULL ||
	    curl_global_init(CURL_GLOBAL_DEFAULT) != 0 ||
	    (l.multi = curl_multi_init()) == NULL)
		abort();
	memset(l.body, 'x', (size_t)l.length);
	for (i = 0; i < HEADERS; i++)
		l.header = curl_slist_append(l.header, header[i]);
	began = clock_mono();
	run(&l);
	printf("%.0f\n", (double)l.n * CLOCK_SECOND /
	    (double)(clock_mono() - began));
	return 0;
}
