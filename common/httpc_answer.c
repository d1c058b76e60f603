/* The answer of a call: as it comes in, and as the caller gets it. */
#include "common/httpc_inner.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/crypt.h"

/* At first, and at most. */
enum { FIRST = 16, HEADERS = 100, HEADER_BYTES = 64 * 1024, BODY = 4096 };

void
httpc_answer_init(struct httpc_running *k)
{
	struct httpc_answer *a = k->answer;
	size_t keep = k->request->keep;

	memset(a, 0, sizeof *a);
	k->cap = k->max < BODY ? k->max : BODY;
	if (keep != 0 && keep < k->cap)
		k->cap = keep;
	a->ordinary = k->request->ordinary;
	a->body = a->ordinary ? xmalloc(k->cap + 1) : crypt_alloc(k->cap + 1);
	a->body[0] = '\0';
	a->memory = xcalloc(1, sizeof(struct arena));
	a->header = xmalloc(FIRST * sizeof *a->header);
}

static void
free_body(struct httpc_answer *a)
{
	if (a->ordinary)
		free(a->body);
	else
		crypt_free(a->body);
}

static void
grow(struct httpc_running *k, size_t cap)
{
	struct httpc_answer *a = k->answer;
	char *more;

	more = a->ordinary ? xmalloc(cap + 1) : crypt_alloc(cap + 1);
	memcpy(more, a->body, a->len);
	free_body(a);
	a->body = more;
	k->cap = cap;
}

size_t
httpc_take_body(char *p, size_t size, size_t n, void *ctx)
{
	struct httpc_running *k = ctx;
	struct httpc_answer *a = k->answer;
	size_t cap = k->cap, keep = k->request->keep, want;

	n *= size;
	if (k->request->take != NULL && k->good) {
		k->stopped = k->request->take(k->request->take_ctx, p, n) != 0;
		return k->stopped ? 0 : n;
	}
	if (n > k->max - k->got) {
		k->over = 1;
		return 0;
	}
	k->got += n;
	want = keep != 0 && n > keep - a->len ? keep - a->len : n;
	while (cap < a->len + want)
		cap *= 2;
	if (cap > k->cap)
		grow(k, cap);
	memcpy(a->body + a->len, p, want);
	a->len += want;
	a->body[a->len] = '\0';
	return n;
}

static void
add_header(struct httpc_answer *a, const char *p, size_t n)
{
	const char *colon = memchr(p, ':', n), *end = p + n, *v;
	struct http_header *h;

	if (colon == NULL || memchr(p, '\0', n) != NULL)
		return;
	for (v = colon + 1; v < end && (*v == ' ' || *v == '\t'); v++)
		;
	while (end > v && strchr(" \t\r\n", end[-1]) != NULL)
		end--;
	if (a->nheader == FIRST)
		a->header = xrealloc(a->header, HEADERS, sizeof *a->header);
	h = &a->header[a->nheader++];
	h->name = arena_dup(a->memory, p, (size_t)(colon - p));
	h->value = arena_dup(a->memory, v, (size_t)(end - v));
}

/* Whether a status line says 2xx. */
static int
is_good(const char *p, size_t n)
{
	const char *blank = memchr(p, ' ', n);

	return blank != NULL && blank + 1 < p + n && blank[1] == '2';
}

size_t
httpc_take_header(char *p, size_t size, size_t n, void *ctx)
{
	struct httpc_running *k = ctx;

	n *= size;
	k->headers += n;
	if (k->headers > HEADER_BYTES || k->answer->nheader == HEADERS) {
		k->over = 1;
		return 0;
	}
	/* A new status line: what came before was a 100 Continue.  Fields after
	 * the blank line are trailers, not headers (RFC 9110 section 6.5). */
	if (n > 5 && memcmp(p, "HTTP/", 5) == 0) {
		k->answer->nheader = 0;
		k->good = is_good(p, n);
		k->trailing = 0;
	} else if (*p == '\r' || *p == '\n') {
		k->trailing = 1;
	} else if (!k->trailing) {
		add_header(k->answer, p, n);
	}
	return n;
}

void
httpc_answer_release(struct httpc_answer *a)
{
	free_body(a);
	if (a->memory != NULL)
		arena_release(a->memory);
	free(a->memory);
	free(a->header);
	memset(a, 0, sizeof *a);
}

const char *
httpc_header(const struct httpc_answer *a, const char *name)
{
	size_t i;

	for (i = 0; i < a->nheader; i++)
		if (strcasecmp(a->header[i].name, name) == 0)
			return a->header[i].value;
	return NULL;
}
