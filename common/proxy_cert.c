/* A client's certificate in a header. */
#include "common/proxy_part.h"

#include <string.h>

#include "common/crypt.h"
#include "common/url.h"

/* Undo the escapes (RFC 3986 section 2.1).  Blanks and line feeds must be
 * escaped, and the result must be text.  NULL otherwise. */
static char *
unescape(const char *s, struct arena *a)
{
	char *out = arena_alloc(a, strlen(s) + 1), *p = out;
	int c;

	for (; *s != '\0'; s++) {
		*p = *s;
		if (*s == '%') {
			if ((c = url_escape(s)) < 0)
				return NULL;
			*p = (char)c;
			if ((*p < ' ' && *p != '\n' && *p != '\r') ||
			    *p == '\x7f')
				return NULL;
			s += 2;
		} else if (*s <= ' ' || *s == '\x7f') {
			return NULL;
		}
		p++;
	}
	*p = '\0';
	return out;
}

/* The text between the two lines of PEM (RFC 7468), without line feeds; in
 * place.  NULL if it is not exactly one certificate. */
static char *
pem_text(char *s)
{
	static const char begin[] = "-----BEGIN CERTIFICATE-----";
	static const char end[] = "-----END CERTIFICATE-----";
	char *from, *to, *p, *stop;

	if (strncmp(s, begin, sizeof begin - 1) != 0)
		return NULL;
	from = to = s + sizeof begin - 1;
	stop = strstr(from, end);
	if (stop == NULL)
		return NULL;
	p = stop + sizeof end - 1;
	if (p[strspn(p, "\r\n")] != '\0')
		return NULL;
	for (p = from; p < stop; p++)
		if (*p != '\n' && *p != '\r')
			*to++ = *p;
	*to = '\0';
	return from;
}

/* Whether a SEQUENCE (X.690 section 8.1.3) fills all of it: nothing may follow
 * the certificate that its hash would cover. */
static int
is_whole(const unsigned char *p, size_t len)
{
	size_t n = 0, i, bytes;

	if (len < 2 || p[0] != 0x30)
		return 0;
	if (p[1] < 0x80)
		return len == 2u + p[1];
	bytes = p[1] & 0x7f;
	if (bytes == 0 || bytes > 3 || len < 2 + bytes)
		return 0;
	for (i = 0; i < bytes; i++)
		n = n << 8 | p[2 + i];
	return len == 2 + bytes + n;
}

const unsigned char *
proxy_cert(const char *value, int escaped, struct arena *a, size_t *len)
{
	const char *text = NULL;
	unsigned char *der;
	char *pem;
	size_t n = strlen(value);
	long got;

	*len = 0;
	/* Escaped, a character takes three bytes. */
	if (n > 3 * 2 * PROXY_CERT)
		return NULL;
	if (n > 2 && value[0] == ':' && value[n - 1] == ':') {
		text = value + 1;
		n -= 2;
	} else if (escaped && (pem = unescape(value, a)) != NULL) {
		text = pem_text(pem);
		n = text != NULL ? strlen(text) : 0;
	}
	if (text == NULL)
		return NULL;
	der = arena_alloc(a, PROXY_CERT);
	got = crypt_unbase64(text, n, 0, der, PROXY_CERT);
	if (got <= 0 || !is_whole(der, (size_t)got))
		return NULL;
	*len = (size_t)got;
	return der;
}
