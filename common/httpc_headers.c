/* The headers of a request, in the form that libcurl needs. */
#include "common/httpc_inner.h"

#include <string.h>
#include <strings.h>

#include "common/buf.h"
#include "common/crypt.h"
#include "common/httpc_lib.h"

static int
header_fault(const struct http_header *h)
{
	return !http_name_ok(h->name) ||
	    http_has_control(h->value, strlen(h->value));
}

/* "Name: value"; an empty header is written "Name;".  Returns the end, after
 * its NUL. */
static char *
write_header(char *p, const struct http_header *h)
{
	size_t name = strlen(h->name), value = strlen(h->value);

	memcpy(p, h->name, name);
	p += name;
	*p++ = value != 0 ? ':' : ';';
	if (value != 0)
		*p++ = ' ';
	memcpy(p, h->value, value + 1);
	return p + value + 1;
}

/* libcurl sends these once if given as headers, but twice if set as options.
 * "Expect:" removes the one that it would add. */
static char agent[] = "User-Agent: loya/" LOYA_VERSION, expect[] = "Expect:",
    nothing[] = "Content-Length: 0";

/* RFC 9110 section 8.6: if the method gives a body a meaning, say that there is
 * none; some peers answer 411 otherwise. */
static int
says_nothing(const struct httpc_request *r)
{
	return r->body == NULL && (strcmp(r->method, "POST") == 0 ||
	    strcmp(r->method, "PUT") == 0 || strcmp(r->method, "PATCH") == 0);
}

static struct curl_slist *
add(struct curl_slist *at, char *line)
{
	at->data = line;
	at->next = at + 1;
	return at + 1;
}

/* A line feed in a header would make it two. */
int
httpc_make_headers(struct httpc_running *k, struct err *e)
{
	const struct httpc_request *r = k->request;
	struct curl_slist *at;
	size_t i, n = 0;
	int named = 0;
	char *p;

	for (i = 0; i < r->nheader; i++) {
		if (header_fault(&r->header[i]))
			return err_set(e, E_DATA, "the header '%.80s' of the "
			    "request has a character that no header can have",
			    r->header[i].name);
		n += strlen(r->header[i].name) + strlen(r->header[i].value) +
		    3;
		named |= strcasecmp(r->header[i].name, "User-Agent") == 0;
	}
	k->text = p = r->ordinary ? xmalloc(n) : crypt_alloc(n);
	k->list = at = xcalloc(r->nheader + 3, sizeof *k->list);
	for (i = 0; i < r->nheader; i++) {
		at = add(at, p);
		p = write_header(p, &r->header[i]);
	}
	if (!named)
		at = add(at, agent);
	if (says_nothing(r))
		at = add(at, nothing);
	at->data = expect;
	return 0;
}
