#include "common/cloudevent.h"

#include <string.h>

#include "common/clock.h"
#include "common/http.h"
#include "common/json.h"
#include "common/url.h"

static const char *const required[CE_REQUIRED] = {
	"id", "source", "type", "specversion"
};

const char *
cloudevent_required_name(enum cloudevent_required i)
{
	return required[i];
}

void
cloudevent_note(struct cloudevent *c, const char *name, const char *text)
{
	int i;

	for (i = 0; i < CE_REQUIRED; i++)
		if (strcmp(required[i], name) == 0)
			c->text[i] = text;
}

int
cloudevent_complete(const struct cloudevent *c, struct err *e)
{
	int i;

	for (i = 0; i < CE_REQUIRED; i++)
		if (c->text[i] == NULL)
			return err_set(e, E_DATA, "attribute '%s' is missing",
			    required[i]);
	return 0;
}

int
cloudevent_is_string(const char *name)
{
	static const char *const core[] = { "id", "source", "type",
	    "specversion", "datacontenttype", "dataschema", "subject", "time" };
	size_t i;

	for (i = 0; i < sizeof core / sizeof core[0]; i++)
		if (strcmp(name, core[i]) == 0)
			return 1;
	return 0;
}

int
cloudevent_name_ok(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!(s[i] >= 'a' && s[i] <= 'z') &&
		    !(s[i] >= '0' && s[i] <= '9'))
			return 0;
	return n > 0 && !(n == 4 && memcmp(s, "data", 4) == 0);
}

/* Whether s begins with a noncharacter (U+FDD0 to U+FDEF, and the last two of
 * each plane) or a C1 control.  s is UTF-8. */
static int
no_character(const unsigned char *s)
{
	if (s[0] == 0xc2)
		return s[1] < 0xa0;
	if (s[0] == 0xef && s[1] == 0xb7)
		return s[2] >= 0x90 && s[2] <= 0xaf;
	if (s[0] == 0xef)
		return s[1] == 0xbf && s[2] >= 0xbe;
	return s[0] >= 0xf0 && (s[1] & 0x0f) == 0x0f && s[2] == 0xbf &&
	    s[3] >= 0xbe;
}

int
cloudevent_text_ok(const char *text, size_t n)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t i;

	if (!json_utf8(text, n))
		return 0;
	for (i = 0; i < n; i++)
		if (s[i] < 0x20 || s[i] == 0x7f ||
		    (s[i] >= 0xc2 && no_character(s + i)))
			return 0;
	return 1;
}

/* Whether s matches the shape: 9 is a digit, T and Z match either case,
 * everything else itself. */
static int
shaped(const char *s, const char *end, const char *shape)
{
	for (; *shape != '\0'; shape++, s++) {
		if (s == end)
			return 0;
		if (*shape == '9' ? *s < '0' || *s > '9' :
		    *s != *shape && (*shape != 'T' || *s != 't') &&
		    (*shape != 'Z' || *s != 'z'))
			return 0;
	}
	return 1;
}

static int
two(const char *s)
{
	return (s[0] - '0') * 10 + s[1] - '0';
}

/* "Z" or "+05:30", and nothing behind it. */
static int
is_offset(const char *s, const char *end)
{
	if (shaped(s, end, "Z"))
		return s + 1 == end;
	return (shaped(s, end, "+99:99") || shaped(s, end, "-99:99")) &&
	    two(s + 1) <= 23 && two(s + 4) <= 59 && s + 6 == end;
}

int
cloudevent_time_ok(const char *s, size_t n)
{
	const char *end = s + n, *p;
	int64_t days;

	if (!shaped(s, end, "9999-99-99T99:99:99"))
		return 0;
	if (clock_days(two(s) * 100 + two(s + 2), two(s + 5), two(s + 8),
	    &days) != 0 || two(s + 11) > 23 || two(s + 14) > 59 ||
	    two(s + 17) > 60)
		return 0;
	p = s + 19;
	if (shaped(p, end, ".9"))
		for (p++; p < end && *p >= '0' && *p <= '9'; p++)
			;
	return is_offset(p, end);
}

static int
is_1_0(const char *s, size_t n)
{
	(void)n;
	return strcmp(s, "1.0") == 0;
}

/* RFC 3986 allows no blank in any URI; international characters are
 * accepted. */
static int
reference_ok(const char *s, size_t n)
{
	(void)n;
	return strpbrk(s, " <>\"{}|\\^`") == NULL;
}

static int
absolute_ok(const char *s, size_t n)
{
	size_t scheme;

	scheme = strspn(s, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
	return ((s[0] | 0x20) >= 'a' && (s[0] | 0x20) <= 'z') &&
	    s[scheme] == ':' && reference_ok(s, n);
}

static int
media_ok(const char *s, size_t n)
{
	const char *slash = strchr(s, '/');

	(void)n;
	return slash != NULL && slash > s && slash[1] != '\0' &&
	    slash[1] != ';';
}

const char *
cloudevent_fault(const char *name, const char *text, size_t len)
{
	static const struct {
		const char *name, *fault;
		int (*ok)(const char *, size_t);
	} rule[] = {
		{ "specversion", "is not 1.0", is_1_0 },
		{ "time", "is not an RFC 3339 time, such as "
		    "2026-01-31T09:30:00Z", cloudevent_time_ok },
		{ "source", "is not a URI reference", reference_ok },
		{ "dataschema", "is not an absolute URI", absolute_ok },
		{ "datacontenttype", "is not a media type", media_ok }
	};
	size_t i;

	if (!cloudevent_text_ok(text, len))
		return "holds a character that is not allowed";
	if (len == 0 && cloudevent_is_string(name))
		return "is empty";
	for (i = 0; i < sizeof rule / sizeof rule[0]; i++)
		if (strcmp(name, rule[i].name) == 0)
			return rule[i].ok(text, len) ? NULL : rule[i].fault;
	return NULL;
}

/* A signed 32-bit integer, the only number that an attribute may be. */
static int
integer_ok(const struct json *j, uint32_t t)
{
	int64_t n;

	return json_int(j, t, &n) == 0 && n >= INT32_MIN && n <= INT32_MAX;
}

/* The attributes of loya's own lines may be more than others: the number of a
 * row has 64 bits, and what stood in headers any characters. */
static int
attribute(const struct json *j, uint32_t key, struct arena *a,
    struct cloudevent *c, struct err *e)
{
	const char *name, *text, *fault = NULL;
	uint32_t t = key + 1;
	size_t n;

	name = json_string(j, key, a, &n);
	if (!cloudevent_name_ok(name, n))
		return err_set(e, E_DATA, "'%.*s' is not the name of an "
		    "attribute: these have only lower-case letters and digits",
		    (int)(j->tok[key].len < 40 ? j->tok[key].len : 40),
		    json_text(j, key));
	switch (json_type(j, t)) {
	case JSON_NULL:
		return 0;	/* is not set */
	case JSON_STRING:
		text = json_string(j, t, a, &n);
		if (strcmp(name, "loyahead") != 0)
			fault = cloudevent_fault(name, text, n);
		cloudevent_note(c, name, text);
		break;
	case JSON_NUMBER:
		if (strcmp(name, "loyaseq") != 0 && !integer_ok(j, t))
			fault = "must be an integer of 32 bits";
		/* FALLTHROUGH */
	case JSON_TRUE:
	case JSON_FALSE:
		if (cloudevent_is_string(name))
			fault = "is not a string";
		break;
	default:
		fault = "must be a string, an integer or a boolean";
	}
	if (fault != NULL)
		return err_set(e, E_DATA, "attribute '%.40s' %s", name, fault);
	return 0;
}

int
cloudevent_judge(const struct json *j, uint32_t t, struct arena *a,
    struct cloudevent *c, struct err *e)
{
	int rc;

	memset(c, 0, sizeof *c);
	if (json_type(j, t) != JSON_OBJECT)
		return err_set(e, E_DATA, "not a JSON object");
	for (JSON_EACH(j, t, key)) {
		if (json_is(j, key, "data") || json_is(j, key, "data_base64"))
			continue;
		if ((rc = attribute(j, key, a, c, e)) != 0)
			return rc;
	}
	return cloudevent_complete(c, e);
}

int
cloudevent_payload(const struct json *j, uint32_t t, struct arena *a,
    struct err *e)
{
	uint32_t data, base64, type;
	const char *text;

	data = json_get(j, t, "data");
	base64 = json_get(j, t, "data_base64");
	if (data != JSON_NONE && base64 != JSON_NONE)
		return err_set(e, E_DATA, "data and data_base64 must not both "
		    "be given");
	if (base64 != JSON_NONE && json_type(j, base64) != JSON_STRING)
		return err_set(e, E_DATA, "data_base64 is not a string");
	type = json_get(j, t, "datacontenttype");
	if (data == JSON_NONE || json_type(j, data) == JSON_STRING ||
	    json_type(j, data) == JSON_NULL || type == JSON_NONE ||
	    (text = json_string(j, type, a, NULL)) == NULL ||
	    http_is_json(text))
		return 0;
	return err_set(e, E_DATA, "data must be a string, because "
	    "datacontenttype is '%.60s', which is not JSON", text);
}

/* Unquote a quoted string (RFC 9110 section 5.6.4) in place; -1 if it does not
 * end with the value. */
static int
unquote(char *s)
{
	char *o = s;

	if (*s != '"')
		return 0;
	for (s++; *s != '"'; s++) {
		if (*s == '\\')
			s++;
		if (*s == '\0')
			return -1;
		*o++ = *s;
	}
	if (s[1] != '\0')
		return -1;
	*o = '\0';
	return 0;
}

const char *
cloudevent_header(const char *value, struct arena *a, const char **text,
    size_t *len)
{
	char *s, *p, *o;
	size_t n;
	int c;

	*text = NULL;
	*len = 0;
	value += strspn(value, " \t");
	n = strlen(value);
	while (n > 0 && (value[n - 1] == ' ' || value[n - 1] == '\t'))
		n--;
	s = arena_dup(a, value, n);
	if (unquote(s) != 0)
		return "is a quoted string that does not end";
	for (p = o = s; *p != '\0'; p++) {
		if (*p != '%') {
			*o++ = *p;
			continue;
		}
		if ((c = url_escape(p)) < 0)
			return "has a % that two hexadecimal digits do not "
			    "follow";
		*o++ = (char)c;
		p += 2;
	}
	*o = '\0';
	if (!json_utf8(s, (size_t)(o - s)))
		return "is not UTF-8";
	*text = s;
	*len = (size_t)(o - s);
	return NULL;
}
