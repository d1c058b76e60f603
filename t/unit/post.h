/*
 * Requests for tests of the envelope, without HTTP: set up the source, post a
 * body with headers, look at the rows.
 */
#ifndef T_POST_H
#define T_POST_H

#include "common/crypt.h"
#include "common/envelope.h"
#include "common/id.h"
#include "t/unit/tap.h"

#define CE "application/cloudevents+json"
#define BATCH "application/cloudevents-batch+json"
#define JSON "application/json"
#define EVENT "\"specversion\":\"1.0\",\"id\":\"7\",\"source\":\"/crm\"," \
	"\"type\":\"t\""

#define BINARY "ce-specversion", "1.0", "Ce-Id", "7", "CE-Source", "/crm", \
	"ce-type", "t"

static struct arena arena;
static struct row *row;
static size_t nrow;
static struct problem problem;

/* The source; each test sets it up again. */
static struct source crm;

__attribute__((unused))
static struct receive *
source(void)
{
	memset(&crm, 0, sizeof crm);
	crm.name = "crm";
	return &crm.receive;
}

/* Post a body with headers (name, value ... NULL): 0, or the status with which
 * it is refused. */
static int
post_n(const char *body, size_t n, ...)
{
	struct http_header h[24];
	struct http_request r = { 0 };
	__builtin_va_list ap;
	int rc;

	r.method = "POST";
	r.target = "/hooks/crm";
	r.header = h;
	r.body = body;
	r.len = n;
	r.received = INT64_C(1790000000000000);
	__builtin_va_start(ap, n);
	for (; (h[r.nheader].name = __builtin_va_arg(ap, char *)) != NULL;
	    r.nheader++)
		h[r.nheader].value = __builtin_va_arg(ap, char *);
	__builtin_va_end(ap);
	rc = envelope_rows(&crm, &r, &arena, &row, &nrow, &problem);
	return rc == 0 ? 0 : problem.status;
}

#define post(body, ...) post_n((body), strlen(body), __VA_ARGS__, NULL)
#define type(t) "Content-Type", (t)

__attribute__((unused))
static void
refused(int got, int status, const char *detail)
{
	is_int(got, status, "refused with %d", status);
	is_str(problem.detail, detail, "... and says why");
}

__attribute__((unused))
static int
body_is(size_t i, const char *s)
{
	return row[i].len == strlen(s) &&
	    memcmp(row[i].body, s, row[i].len) == 0;
}

#endif
