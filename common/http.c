#include "common/http.h"

#include <string.h>
#include <strings.h>

size_t
http_header_count(const struct http_request *r, const char *name)
{
	size_t i, n = 0;

	for (i = 0; i < r->nheader; i++)
		n += strcasecmp(r->header[i].name, name) == 0;
	return n;
}

int
http_name_ok(const char *s)
{
	static const char more[] = "!#$%&'*+-.^_`|~";
	const char *p;

	/* Mostly letters and '-'; strspn() would build a table each time. */
	for (p = s; *p != '\0'; p++)
		if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
		    *p == '-' || (*p >= '0' && *p <= '9') ||
		    strchr(more, *p) != NULL))
			return 0;
	return p > s;
}

int
http_value_ok(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (s[i] < ' ' || s[i] > '~')
			return 0;
	return 1;
}

int
http_has_control(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if ((unsigned char)s[i] < ' ' || s[i] == 0x7f)
			return 1;
	return 0;
}

const char *
http_header(const struct http_request *r, const char *name)
{
	const char *found = NULL;
	size_t i;

	for (i = 0; i < r->nheader; i++) {
		if (strcasecmp(r->header[i].name, name) != 0)
			continue;
		if (found != NULL)
			return NULL;
		found = r->header[i].value;
	}
	return found;
}

/* A list (RFC 9110 section 5.6.1); some send it empty. */
static int
has_coding(const char *s)
{
	static const char none[] = "identity";
	size_t n;

	for (; *s != '\0'; s += n) {
		s += strspn(s, ", \t");
		n = strcspn(s, ", \t");
		if (n > 0 && (n != sizeof none - 1 ||
		    strncasecmp(s, none, n) != 0))
			return 1;
	}
	return 0;
}

int
http_is_coded(const struct http_request *r)
{
	size_t i;

	for (i = 0; i < r->nheader; i++)
		if (strcasecmp(r->header[i].name, "content-encoding") == 0 &&
		    has_coding(r->header[i].value))
			return 1;
	return 0;
}

int
http_media_type(const char *value, char *out, size_t size)
{
	size_t n = 0;

	if (size == 0)
		return -1;
	out[0] = '\0';
	if (value == NULL)
		return -1;
	value += strspn(value, " \t");
	for (; *value != '\0' && *value != ';' && *value != ' ' &&
	    *value != '\t'; value++) {
		if (n + 1 == size)
			return -1;
		out[n++] = (char)(*value >= 'A' && *value <= 'Z' ?
		    *value + 32 : *value);
	}
	out[n] = '\0';
	return n > 0 ? 0 : -1;
}

int
http_is_json(const char *value)
{
	char type[128];
	size_t n;

	if (http_media_type(value, type, sizeof type) != 0)
		return 0;
	n = strlen(type);
	return strcmp(type, "application/json") == 0 ||
	    strcmp(type, "text/json") == 0 ||
	    (n > 5 && strcmp(type + n - 5, "+json") == 0);
}
