#include "common/framing.h"

#include <string.h>
#include <strings.h>

/* RFC 9110 section 5.6.2. */
static int
is_token(const char *s)
{
	static const char marks[] = "!#$%&'*+-.^_`|~";

	if (*s == '\0')
		return 0;
	for (; *s != '\0'; s++)
		if (!((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') ||
		    (*s >= '0' && *s <= '9') || strchr(marks, *s) != NULL))
			return 0;
	return 1;
}

/* RFC 9110 section 5.5: visible characters, blanks, tabs, and bytes above
 * ASCII. */
static int
is_value(const char *s)
{
	for (; *s != '\0'; s++)
		if (((unsigned char)*s < 0x20 && *s != '\t') || *s == 0x7f)
			return 0;
	return 1;
}

static int
is_target(const char *s)
{
	if (*s == '\0')
		return 0;
	for (; *s != '\0'; s++)
		if (*s <= 0x20 || *s == 0x7f)
			return 0;
	return 1;
}

static const char no_number[] = "Content-Length must be given once, "
    "as decimal digits and nothing else";

/* Digits only; more than any body's length has are cut off. */
static int
parse_length(const char *s, uint64_t *out)
{
	uint64_t v = 0;

	if (*s == '\0')
		return -1;
	for (; *s != '\0'; s++) {
		if (*s < '0' || *s > '9')
			return -1;
		if (v < UINT64_MAX / 100)
			v = v * 10 + (uint64_t)(*s - '0');
	}
	*out = v;
	return 0;
}

int
framing_length(const char *value, const char **why)
{
	uint64_t n;

	*why = no_number;
	if (parse_length(value, &n) != 0)
		return 400;
	if (n < UINT64_MAX / 1000)
		return 0;
	*why = "the body is too large";
	return 413;
}

/* What the headers say about the body, with how often they say it. */
struct seen {
	size_t length, coding, host;
	const char *length_text, *coding_text;
};

static const char *
look(const struct http_request *r, struct seen *seen, struct framing *f)
{
	const struct http_header *h;
	size_t i;

	for (i = 0; i < r->nheader; i++) {
		h = &r->header[i];
		if (!is_token(h->name))
			return "the name of a header holds a character that "
			    "is not allowed there";
		if (!is_value(h->value))
			return "the value of a header holds a control "
			    "character";
		if (strcasecmp(h->name, "content-length") == 0) {
			seen->length++;
			seen->length_text = h->value;
		} else if (strcasecmp(h->name, "transfer-encoding") == 0) {
			seen->coding++;
			seen->coding_text = h->value;
		} else if (strcasecmp(h->name, "host") == 0) {
			seen->host++;
		} else if (strcasecmp(h->name, "expect") == 0) {
			f->expects = strcasecmp(h->value, "100-continue") == 0;
		}
	}
	return NULL;
}

static const char *
judge(const struct seen *seen, const char *version, struct framing *f)
{
	int old = strcmp(version, "HTTP/1.0") == 0;

	if (seen->host > 1 || (seen->host == 0 && !old))
		return "Host must be given exactly once";
	if (seen->length > 0 && seen->coding > 0)
		return "Content-Length and Transfer-Encoding must not both be "
		    "given";
	if (seen->length > 1 || (seen->length == 1 &&
	    parse_length(seen->length_text, &f->length) != 0))
		return no_number;
	if (seen->coding > 1 || (seen->coding == 1 &&
	    (old || strcasecmp(seen->coding_text, "chunked") != 0)))
		return "Transfer-Encoding must be given once, as 'chunked', "
		    "and not in HTTP/1.0";
	f->has_length = seen->length == 1;
	f->chunked = seen->coding == 1;
	return NULL;
}

int
framing_check(const struct http_request *r, const char *version,
    struct framing *f, const char **why)
{
	struct seen seen;

	memset(&seen, 0, sizeof seen);
	memset(f, 0, sizeof *f);
	*why = "the request target holds a blank or a control character";
	if (!is_target(r->target))
		return 400;
	*why = look(r, &seen, f);
	if (*why == NULL)
		*why = judge(&seen, version, f);
	if (*why != NULL)
		return 400;
	if (strcmp(r->method, "POST") == 0 && !f->has_length && !f->chunked) {
		*why = "a POST needs a Content-Length or Transfer-Encoding: "
		    "chunked";
		return 411;
	}
	return 0;
}

const char *
framing_path(const char *target, size_t *len)
{
	if (strncasecmp(target, "http://", 7) == 0 ||
	    strncasecmp(target, "https://", 8) == 0) {
		target = strstr(target, "//") + 2;
		target += strcspn(target, "/?");
	}
	*len = strcspn(target, "?");
	return target;
}
