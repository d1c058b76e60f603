#include "common/url.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/net.h"

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* The rest after the scheme, or NULL. */
static const char *
behind_scheme(const char *url)
{
	if (strncmp(url, "https://", 8) == 0)
		return url + 8;
	return url_plain(url) ? url + 7 : NULL;
}

int
url_plain(const char *url)
{
	return strncmp(url, "http://", 7) == 0;
}

/* Length of the host at s, including brackets; 0: there is none. */
static size_t
host_length(const char *s)
{
	size_t n;

	if (*s != '[')
		return strspn(s, LETTERS DIGITS "-.");
	n = 1 + strspn(s + 1, "abcdefABCDEF" DIGITS ":.");
	return n > 2 && s[n] == ']' ? n + 1 : 0;
}

/* Length of ":PORT" at s, 0 without one, -1 for an invalid one. */
static int
port_length(const char *s)
{
	int n, v = 0;

	if (*s != ':')
		return 0;
	for (n = 1; s[n] >= '0' && s[n] <= '9' && n <= 5; n++)
		v = v * 10 + s[n] - '0';
	/* There must not be a sixth digit. */
	return n > 1 && v > 0 && v <= 65535 && (s[n] < '0' || s[n] > '9') ? n :
	    -1;
}

/* The host as an address, if it is written as one; s is after the scheme. */
static int
literal(const char *s, struct net_addr *a)
{
	size_t n = host_length(s);

	return *s == '[' ? net_addr_parse(a, s + 1, n - 2) :
	    net_addr_parse(a, s, n);
}

/* Whether the host claims to be this machine. */
static int
is_here(const char *s)
{
	struct net_addr a;

	if (literal(s, &a) == 0)
		return net_is_loopback(&a);
	return host_length(s) == 9 && strncasecmp(s, "localhost", 9) == 0;
}

/* The port after a host, or the default; -1: this cannot follow a host. */
static int
port_behind(const char *s, int plain)
{
	int i, v = 0, n = port_length(s);

	if (n < 0 || (s[n] != '\0' && s[n] != '/' && s[n] != '?'))
		return -1;
	for (i = 1; i < n; i++)
		v = v * 10 + s[i] - '0';
	return n > 0 ? v : plain ? 80 : 443;
}

int
url_same_peer(const char *a, const char *b)
{
	const char *s = behind_scheme(a), *t = behind_scheme(b);
	int plain = url_plain(a), port;
	size_t n;

	if (s == NULL || t == NULL || plain != url_plain(b))
		return 0;
	n = host_length(s);
	if (n == 0 || n != host_length(t) || strncasecmp(s, t, n) != 0)
		return 0;
	port = port_behind(s + n, plain);
	return port > 0 && port == port_behind(t + n, plain);
}

int
url_private(const char *url)
{
	const char *s = behind_scheme(url);
	struct net_addr a;

	return s != NULL && host_length(s) > 0 && (literal(s, &a) == 0 ||
	    net_addr_host(&a, s, host_length(s)) == 0) && net_is_private(&a);
}

const char *
url_fault(const char *url)
{
	const char *fault = url_unformed(url);

	if (fault == NULL && url_plain(url) && !is_here(behind_scheme(url)))
		fault = "http:// is for this machine itself: a loopback "
		    "address or localhost";
	return fault;
}

const char *
url_unformed(const char *url)
{
	const char *s;
	size_t n;
	int port;

	if ((s = behind_scheme(url)) == NULL)
		return "it does not begin with https://";
	if (strlen(url) > 2000)
		return "it has more than 2000 characters";
	/* user:password@host would end up where it is not expected. */
	if (memchr(s, '@', strcspn(s, "/?#")) != NULL)
		return "it has a user name in it";
	if ((n = host_length(s)) == 0 || n > 255)
		return "it has no host";
	if ((port = port_length(s + n)) < 0)
		return "its port is not valid";
	s += n + (size_t)port;
	if (*s != '\0' && *s != '/' && *s != '?')
		return "its host is not valid";
	for (; *s != '\0'; s++)
		if (*s <= ' ' || *s > '~' || *s == '#' || *s == '\\')
			return "it has a character that must be encoded";
	return NULL;
}

/* A password may have what ends it elsewhere, so the last '@' counts. */
char *
url_told(const char *url, char out[URL_TOLD])
{
	const char *s = strstr(url, "://"), *at = strrchr(url, '@');

	s = s != NULL ? s + 3 : url;
	if (at != NULL && at > s)
		snprintf(out, URL_TOLD, "%.*s***%s", (int)(s - url), url, at);
	else
		snprintf(out, URL_TOLD, "%s", url);
	return out;
}

char *
url_host(const char *url, char *out, size_t size)
{
	const char *s = behind_scheme(url);
	size_t n;

	if (s == NULL)
		s = url;
	n = strcspn(s, "/?#");
	if (n > size - 1)
		n = size - 1;
	memcpy(out, s, n);
	out[n] = '\0';
	return out;
}

/* Escape all characters except those in keep. */
static size_t
encode(const unsigned char *s, size_t n, const char *keep, char *to)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t i, k = 0;

	for (i = 0; i < n; i++) {
		if (s[i] != '\0' && strchr(keep, s[i]) != NULL) {
			to[k++] = (char)s[i];
		} else {
			to[k++] = '%';
			to[k++] = hex[s[i] >> 4];
			to[k++] = hex[s[i] & 15];
		}
	}
	return k;
}

size_t
url_encode(const void *p, size_t n, char *out)
{
	size_t i, k;

	k = encode(p, n, LETTERS DIGITS "-._ ", out);
	for (i = 0; i < k; i++)
		if (out[i] == ' ')
			out[i] = '+';
	return k;
}

size_t
url_encode_part(const void *p, size_t n, char *out)
{
	return encode(p, n, LETTERS DIGITS "-._~", out);
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int
url_escape(const char *s)
{
	if (s[0] != '%' || digit(s[1]) < 0 || digit(s[2]) < 0)
		return -1;
	return digit(s[1]) << 4 | digit(s[2]);
}
