/*
 * A system's answers to a request of three rows, and requests made from
 * arbitrary documents.  The first line: status.  Every row gets an end; a URL
 * stays below its base, and a body is JSON.
 */
#include "common/json.h"
#include "common/rest.h"
#include "common/source.h"

#include <sys/stat.h>

#include "t/fuzz/fuzz.h"

enum { ROWS = 3 };

#define FILE_TEXT "{\"push\":{\"kind\":\"rest\",\"rest\":{\"base\":" \
    "\"https://a\",\"answer\":{\"results\":\"/d\",\"index\":\"/i\",\"ok\":" \
    "{\"from\":\"/s\",\"is\":\"OK\"},\"error\":[\"/e/0/c\",\"/c\"],\"fault\":" \
    "\"/c\",\"message\":[\"/m\",\"/e/0/m\"],\"final\":{\"from\":\"/m\"," \
    "\"contains\":\"never\"},\"done\":\"D\",\"transient\":[\"T\",\"420\"]," \
    "\"token\":\"K\",\"quota\":\"Q\"},\"requests\":{\"rows\":{\"on\":\"*\"," \
    "\"url\":\"{base}/t\",\"batch\":3,\"body\":{\"rows\":{\"a\":\"/a\"}}}," \
    "\"one\":{\"on\":\"*\",\"url\":\"{base}/t/{/a}?b={/b}\",\"answer\":" \
    "{\"results\":null,\"index\":null},\"body\":{\"a\":\"/a\",\"b\":[\"/b\"," \
    "{\"text\":\"x('{/c}')\",\"escape\":\"quote\"}],\"c\":{\"from\":\"/c\"," \
    "\"write\":\"odata\",\"invalid\":\"omit\"},\"d\":{\"from\":\"/b\"," \
    "\"as\":\"absolute\",\"invalid\":\"null\"}}}}}}}"

static const struct rest *
file(void)
{
	static struct config *config;
	struct err e;

	if (config == NULL) {
		char path[64];

		snprintf(path, sizeof path, "%s/sources", fuzz_dir());
		if (mkdir(path, 0700) != 0)
			fuzz_wrong("no folder");
		fuzz_file("sources/crm.json", FILE_TEXT,
		    sizeof FILE_TEXT - 1);
		if (config_load(&config, fuzz_dir(), &e) != 0)
			fuzz_wrong(e.msg);
	}
	return config->source[0].push.rest;
}

static void
end_ok(const struct rest_verdict *v, const char *body, size_t len)
{
	if (v->end >= REST_STRANGE && v->end != REST_TOKEN &&
	    v->end != REST_QUOTA)
		fuzz_wrong("a row without an end");
	if (v->text != NULL && (v->text < body ||
	    v->text + v->len > body + len))
		fuzz_wrong("a text of another answer");
}

static void
answer(const struct rest_request *q, int status, const char *body, size_t len,
    size_t n)
{
	struct rest_verdict all, v[ROWS];
	struct arena a = { NULL };
	size_t i;

	rest_judge(&q->answer, status, body, len, &a, &all, v, n);
	if (all.end == REST_EACH && (status < 200 || status > 299))
		fuzz_wrong("rows of what is no success");
	if (all.end == REST_OK && n > 1)
		fuzz_wrong("one word for several rows");
	for (i = 0; all.end == REST_EACH && i < n; i++)
		end_ok(&v[i], body, len);
	arena_release(&a);
}

/* The values filled into a URL are not part of its shape. */
static void
address(const char *url)
{
	const char *s = url + sizeof "https://a/t/" - 1;

	if (strncmp(url, "https://a/t/", sizeof "https://a/t/" - 1) != 0 ||
	    strspn(s, ".") == strcspn(s, "?") ||
	    strchr(s, '/') != NULL || strchr(s, '#') != NULL ||
	    strchr(s, '&') != NULL || strchr(strchr(s, '?') + 1, '?') != NULL)
		fuzz_wrong("an address of another shape");
}

static void
request(const struct rest_request *q, const char *doc, size_t len)
{
	struct map_made made = { { NULL, 0, 0 }, NULL, 0 };
	struct arena a = { NULL };
	struct buf url = { NULL, 0, 0 };
	struct json j = { 0 };
	struct map_sight *s;
	struct err e;

	if (map_sight_open(&s, doc, len, &a, &e) == 0) {
		if (map_text_fill(q->url, s, &url, &e) == 0)
			address(buf_str(&url));
		if (map_body_fill(q->body, s, NULL, &made, &e) == 0 &&
		    json_parse(&j, made.text.p, made.text.len) != 0)
			fuzz_wrong("a body that is no JSON");
		map_sight_close(s);
	}
	json_release(&j);
	buf_release(&url);
	map_made_release(&made);
	arena_release(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const struct rest *r = file();
	char *head = fuzz_line(&p, &n), *body;
	int status;

	if (head == NULL)
		return 0;
	status = atoi(head) % 1000;
	/* Allocated to its exact size, so that reading beyond it is noticed. */
	body = malloc(n + 1);
	memcpy(body, p, n);
	answer(&r->request[0], status, body, n, ROWS);
	answer(&r->request[1], status, body, n, 1);
	request(&r->request[1], body, n);
	free(body);
	free(head);
	return 0;
}
