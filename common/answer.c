#include "common/answer.h"

#include <assert.h>
#include <string.h>

#include "common/buf.h"
#include "common/jsonw.h"

static const struct {
	int status;
	const char *title;
} titles[] = {
	{ 200, "OK" },
	{ 202, "Accepted" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 408, "Request Timeout" },
	{ 411, "Length Required" },
	{ 413, "Content Too Large" },
	{ 415, "Unsupported Media Type" },
	{ 429, "Too Many Requests" },
	{ 431, "Request Header Fields Too Large" },
	{ 500, "Internal Server Error" },
	{ 503, "Service Unavailable" },
};

const char *
answer_title(int status)
{
	size_t i;

	for (i = 0; i < sizeof titles / sizeof titles[0]; i++)
		if (titles[i].status == status)
			return titles[i].title;
	return status < 400 ? "OK" : "Error";
}

void
answer_init(struct answer *a, int status)
{
	memset(a, 0, sizeof *a);
	a->status = status;
}

void
answer_header(struct answer *a, const char *name, const char *value)
{
	assert(a->nheader < ANSWER_HEADERS);
	a->header[a->nheader].name = name;
	a->header[a->nheader].value = value;
	a->nheader++;
}

void
answer_json(struct answer *a, int status, const char *text, size_t len)
{
	answer_init(a, status);
	a->type = "application/json";
	a->body = text;
	a->len = len;
}

void
answer_problem(struct answer *a, struct arena *m, int status,
    const char *detail)
{
	struct buf b = { NULL, 0, 0 };
	struct jsonw w;

	jsonw_init(&w, &b);
	jsonw_object(&w);
	jsonw_kstring(&w, "type", "about:blank");
	jsonw_kstring(&w, "title", answer_title(status));
	jsonw_kint(&w, "status", status);
	jsonw_kstring(&w, "detail", detail);
	jsonw_close(&w, '}');
	jsonw_line(&w);
	answer_init(a, status);
	a->type = "application/problem+json";
	a->body = arena_dup(m, b.p, b.len);
	a->len = b.len;
	buf_release(&b);
}

void
answer_release(struct answer *a)
{
	if (a == NULL || a->made == NULL)
		return;
	a->unmake(a->made);
	a->made = NULL;
}
