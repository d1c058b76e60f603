#include "common/forwarded.h"

#include <string.h>
#include <strings.h>

/* A piece of text. */
struct piece {
	const char *p;
	size_t len;
};

struct walk {
	const struct net *net;
	size_t n;
	struct forwarded *f;
};

static int
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static int
is_trusted(const struct walk *w, const struct net_addr *a)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		if (net_has(&w->net[i], a))
			return 1;
	return 0;
}

/* 1 to 5 digits (RFC 7239 section 6.3), or with hidden an obfuscated port. */
static int
is_port(struct piece s, int hidden)
{
	static const char digits[] = "0123456789";
	static const char name[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
	const char *set = digits;
	size_t i;

	if (hidden && s.len > 1 && *s.p == '_')
		set = name;
	else if (s.len > 5)
		return 0;
	for (i = 0; i < s.len; i++)
		if (s.p[i] == '\0' || strchr(set, s.p[i]) == NULL)
			return 0;
	return s.len > 0;
}

static int
equals(struct piece s, const char *word)
{
	return s.len == strlen(word) && strncasecmp(s.p, word, s.len) == 0;
}

/* Cut the address out of "[v6]", "[v6]:port", "v4:port": 0, or -1. */
static int
cut_port(struct piece *s, int hidden)
{
	struct piece port = { NULL, 0 };
	const char *end;

	if (s->len > 0 && *s->p == '[') {
		end = memchr(s->p, ']', s->len);
		if (end == NULL)
			return -1;
		port.p = end + 1;
	} else {
		end = memchr(s->p, ':', s->len);
		if (end == NULL || memchr(end + 1, ':',
		    (size_t)(s->p + s->len - end) - 1) != NULL)
			return 0;
		port.p = end;
	}
	port.len = (size_t)(s->p + s->len - port.p);
	if (*s->p == '[')
		s->p++;
	s->len = (size_t)(end - s->p);
	if (port.len == 0)
		return 0;
	if (*port.p != ':')
		return -1;
	port.p++;
	port.len--;
	return is_port(port, hidden) ? 0 : -1;
}

/* Take one address: 1 the walk is finished, 0 go on to the one before, -1
 * malformed. */
static int
step(struct walk *w, struct piece s, int strict)
{
	struct forwarded *f = w->f;
	int bare = s.len > 0 && *s.p != '[';

	memset(&f->addr, 0, sizeof f->addr);
	f->known = 0;
	if (cut_port(&s, strict) != 0)
		return -1;
	if (equals(s, "unknown") ||
	    (s.len > 1 && *s.p == '_' && is_port(s, 1))) {
		f->near = 0;
		return 1;
	}
	if (net_addr_parse(&f->addr, s.p, s.len) != 0)
		return -1;
	/* RFC 7239 section 6: IPv6 is in brackets, and nothing else is. */
	if (strict && bare != (memchr(s.p, ':', s.len) == NULL))
		return -1;
	f->known = 1;
	f->near = f->near && net_is_loopback(&f->addr);
	return !is_trusted(w, &f->addr);
}

int
forwarded_for(struct forwarded *f, const char *value, const struct net *net,
    size_t n, int near)
{
	struct walk w = { net, n, f };
	const char *end = value + strlen(value), *from;
	struct piece s;
	int rc;

	memset(f, 0, sizeof *f);
	f->near = near;
	for (;; end = from - 1) {
		for (from = end; from > value && from[-1] != ','; from--)
			;
		s.p = from;
		s.len = (size_t)(end - from);
		for (; s.len > 0 && is_blank(*s.p); s.p++)
			s.len--;
		while (s.len > 0 && is_blank(s.p[s.len - 1]))
			s.len--;
		rc = step(&w, s, 0);
		if (rc != 0 || from == value)
			return rc < 0 ? -1 : 0;
	}
}

/* RFC 9110 section 5.6.2. */
static size_t
token(const char *s)
{
	return strspn(s, "!#$%&'*+-.^_`|~0123456789"
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
}

/* RFC 9110 section 5.6.4, from after the opening quote.  A node needs no
 * escapes, so none are allowed.  Returns the length, or -1. */
static long
quoted(const char *s)
{
	size_t i;

	for (i = 0; s[i] != '"'; i++)
		if (s[i] == '\\' || s[i] == '\x7f' ||
		    ((unsigned char)s[i] < ' ' && s[i] != '\t'))
			return -1;
	return (long)i;
}

/* Take name=value at *s; *node is the value of "for".  0, or -1. */
static int
pair(const char **s, struct piece *node)
{
	struct piece name = { *s, token(*s) }, value;
	const char *p = *s + name.len;
	long n;

	if (name.len == 0 || *p++ != '=')
		return -1;
	if (*p == '"') {
		n = quoted(++p);
		if (n < 0)
			return -1;
		value.p = p;
		value.len = (size_t)n;
		*s = p + n + 1;
	} else {
		value.p = p;
		value.len = token(p);
		*s = p + value.len;
	}
	if (value.len == 0)
		return -1;
	if (!equals(name, "for"))
		return 0;
	/* RFC 7239 section 4: not twice in one element. */
	if (node->p != NULL)
		return -1;
	*node = value;
	return 0;
}

/* Take one element at *s, up to a comma or the end.  Without "for" it hides
 * whom it is about. */
static int
element(const char **s, struct piece *node)
{
	static const char unknown[] = "unknown";

	node->p = NULL;
	for (;;) {
		if (pair(s, node) != 0)
			return -1;
		if (**s != ';')
			break;
		++*s;
	}
	if (node->p == NULL) {
		node->p = unknown;
		node->len = sizeof unknown - 1;
	}
	*s += strspn(*s, " \t");
	return **s == ',' || **s == '\0' ? 0 : -1;
}

int
forwarded_rfc7239(struct forwarded *f, const char *value,
    const struct net *net, size_t n, int near)
{
	struct walk w = { net, n, f };
	struct piece node[FORWARDED_MOST];
	size_t count = 0;
	int rc;

	memset(f, 0, sizeof *f);
	f->near = near;
	for (;; value++) {
		value += strspn(value, " \t");
		if (count == FORWARDED_MOST ||
		    element(&value, &node[count++]) != 0)
			return -1;
		if (*value == '\0')
			break;
	}
	do {
		rc = step(&w, node[--count], 1);
	} while (rc == 0 && count > 0);
	return rc < 0 ? -1 : 0;
}
