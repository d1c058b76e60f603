/*
 * Requests of every type: each resulting event lies inside the body and has an
 * id that can be a key.
 *
 * The first byte chooses the type; the text up to the first line feed is the
 * value of two headers.
 */
#include "t/fuzz/fuzz.h"

#include "common/cloudevent.h"
#include "common/crypt.h"
#include "common/envelope.h"

static const char *const path[] = { "/id" };
static const char *const json_root[] = { "", "/Body" };
static const char *const kept[] = { "x-id" };

static void
check(const struct row *row, const struct http_request *r)
{
	size_t n = strlen(row->event_id);

	if (row->body < r->body || row->body + row->len > r->body + r->len ||
	    n == 0 || n > ENVELOPE_ID || !cloudevent_text_ok(row->event_id, n))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const types[] = { "application/json",
	    "application/cloudevents+json",
	    "application/cloudevents-batch+json",
	    "text/xml", "application/json" };
	struct http_header h[] = { { "content-type", NULL }, { "x-id", NULL },
	    { "ce-id", NULL }, { "ce-source", "/" }, { "ce-type", "t" },
	    { "ce-specversion", "1.0" } };
	struct id_way way = { (const char **)path, 1, 0 };
	struct source s = { 0 };
	struct http_request r = { 0 };
	struct arena a = { 0 };
	struct problem p;
	struct row *row;
	const uint8_t *line;
	size_t i, k;

	if (n < 2 || (line = memchr(data, '\n', n)) == NULL)
		return 0;
	k = data[0] % 5;
	h[0].value = types[k];
	h[1].value = h[2].value = arena_dup(&a, data + 1,
	    line > data ? (size_t)(line - data - 1) : 0);
	s.name = "fuzz";
	s.receive.xml = 1;
	s.receive.each = k == 3 ? "Envelope/Body" : "/each";
	s.receive.id = &way;
	s.receive.nid = 1;
	s.receive.root = (const char **)json_root;
	s.receive.nroot = 2;
	s.receive.headers = (const char **)kept;
	s.receive.nheaders = 1;
	r.header = h;
	r.nheader = k == 4 ? 6 : 2;
	r.body = (const char *)line + 1;
	r.len = n - (size_t)(line + 1 - data);
	if (envelope_rows(&s, &r, &a, &row, &n, &p) == 0)
		for (i = 0; i < n; i++)
			check(&row[i], &r);
	else if (p.status < 400 || p.status > 415 || p.detail[0] == '\0')
		abort();
	arena_release(&a);
	return 0;
}
