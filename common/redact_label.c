/*
 * Credentials recognised by what precedes them: the name of a header, of a
 * parameter, of a member in JSON or of an element in XML.
 */
#include "common/redact_inner.h"

#include <string.h>
#include <strings.h>

/* How names end; _ is any of "_-. " or nothing. */
static const char *const name[] = {
	"authorization", "token", "secret", "password", "passwd", "pwd",
	"passphrase", "passcode", "api_key", "hapikey", "access_key",
	"private_key", "secret_key", "signature", "assertion", "credential",
	"credentials", "cookie", "session_id", "session_key", "code_verifier",
	"bearer", "auth", "sig", "sid", "jwt", "otp",
};
enum { SHORT = 4 };	/* such are ends of many words */

/* INVALID_SESSION_ID: is a kind of error, and so is "unexpected token: x". */
static const char *const kind[] = {
	"invalid_", "missing_", "expired_", "unknown_", "unsupported_",
	"incorrect_", "bad_", "no_", "unexpected token",
};

/* Ordinary words after Bearer. */
static const char *const prose[] = {
	"token", "tokens", "authentication", "authorization", "auth", "realm",
	"error", "scheme", "is", "was", "not", "or", "and", "access",
	"credentials", "credential", "header", "with", "for", "required",
	"has", "must", "in",
};

static int
ends_with(const char *text, size_t at, const char *what)
{
	size_t n = strlen(what);

	while (n > 0) {
		if (what[n - 1] == '_') {
			at -= at > 0 && strchr("_-. ", text[at - 1]) != NULL;
			n--;
			continue;
		}
		if (at == 0 || strncasecmp(text + at - 1, what + n - 1, 1) != 0)
			return 0;
		at--;
		n--;
	}
	return strlen(what) > SHORT || at == 0 || !redact_letter(text[at - 1]);
}

static int
is_kind(const char *text, size_t at)
{
	size_t i, from = at;

	while (from > 0 && (redact_alnum(text[from - 1]) ||
	    strchr("_-", text[from - 1]) != NULL))
		from--;
	if (from >= 11 && strncasecmp(text + from - 11, "unexpected ", 11) == 0)
		from -= 11;
	for (i = 0; i < sizeof kind / sizeof kind[0]; i++)
		if (strncasecmp(text + from, kind[i], strlen(kind[i])) == 0)
			return 1;
	return 0;
}

/* The name that ends here, or NULL. */
static const char *
name_before(const char *text, size_t at)
{
	size_t i;

	if (at == 0 || !redact_letter(text[at - 1]) || redact_alnum(text[at]))
		return NULL;
	for (i = 0; i < sizeof name / sizeof name[0]; i++)
		if (ends_with(text, at, name[i]))
			return is_kind(text, at) ? NULL : name[i];
	return NULL;
}

/* The length of a quotation mark with its backslashes, or of one in the
 * notation of HTML or URLs; or 0. */
static size_t
quote(const char *s)
{
	static const char *const written[] = { "&quot;", "&#34;", "&apos;",
	    "&#39;", "%22", "%27" };
	size_t i, n = strspn(s, "\\");

	if (s[n] == '"' || s[n] == '\'')
		return n + 1;
	for (i = 0; i < sizeof written / sizeof written[0]; i++)
		if (strncmp(s, written[i], strlen(written[i])) == 0)
			return strlen(written[i]);
	return 0;
}

/* The length of a colon or an equals sign, also in the notation of URLs, once
 * or repeated; or 0. */
static size_t
joint(const char *s)
{
	size_t n = 1;

	if (*s == ':' || *s == '=')
		return 1;
	if (*s != '%')
		return 0;
	while (strncmp(s + n, "25", 2) == 0)
		n += 2;
	return strncasecmp(s + n, "3A", 2) == 0 ||
	    strncasecmp(s + n, "3D", 2) == 0 ? n + 2 : 0;
}

/* The length up to a quotation mark written like the opening one. */
static size_t
quoted(const char *mark, size_t len)
{
	const char *s = mark + len;
	size_t n;

	for (; *s != '\0'; s += n) {
		n = quote(s);
		if (n == len && s[n - 1] == mark[len - 1])
			break;
		n = n > 0 ? n : 1;
	}
	return (size_t)(s - mark) - len;
}

static size_t
letters(const char *s)
{
	size_t n = 0;

	while (redact_letter(s[n]))
		n++;
	return n;
}

/* Whether it goes on like a sentence: "password: must be set". */
static int
is_sentence(const char *s, size_t n)
{
	size_t i;

	for (i = 1; i < n; i++)
		if (s[i] >= 'A' && s[i] <= 'Z')
			return 0;
	return letters(s) == n && s[n] == ' ' && redact_letter(s[n + 1]);
}

/* The text of the element whose name or attributes end here; or NULL. */
static const char *
element(const char *text, const char *s)
{
	const char *b = s, *end;

	while (b > text && (redact_alnum(b[-1]) || b[-1] == ':'))
		b--;
	if (b == text || b[-1] != '<')
		return NULL;
	end = s + strcspn(s, "<>");
	return *end == '>' && end[-1] != '/' ? end + 1 : NULL;
}

static size_t
cookies(const char *s)
{
	size_t n = strcspn(s, " \"'");

	while (n > 0 && s[n - 1] == ';' && s[n] == ' ')
		n += 1 + strcspn(s + n + 1, " \"'");
	return n;
}

/* Skip the scheme of the header, which is not secret. */
static const char *
unscheme(const char *s)
{
	size_t n = letters(s);

	return n > 0 && s[n] == ' ' ? s + n + 1 : s;
}

/* What has to be hidden after a colon or an equals sign: begins at *from;
 * returns its length. */
static size_t
bare(const char *what, const char *s, int blank, const char **from)
{
	size_t n;

	if (strcmp(what, "cookie") == 0)
		return cookies(s);
	if (strcmp(what, "authorization") == 0)
		s = *from = unscheme(s);
	n = strcspn(s, " &,;<>\"')}]");
	if ((blank && is_sentence(s, n)) || *s == '[' || *s == '{' ||
	    (n == 4 && strncmp(s, "null", n) == 0) ||
	    (n == 4 && strncmp(s, "true", n) == 0) ||
	    (n == 5 && strncmp(s, "false", n) == 0))
		return 0;
	return n;
}

/* The contents of an element, also in CDATA. */
static size_t
content(const char **from)
{
	static const char begin[] = "<![CDATA[";
	const char *end;

	if (strncmp(*from, begin, strlen(begin)) != 0)
		return strcspn(*from, "<");
	*from += strlen(begin);
	end = strstr(*from, "]]>");
	return end != NULL ? (size_t)(end - *from) : strlen(*from);
}

/* Hide the texts in a list or an object, except names and sentences: remarks
 * about a password may be in a list, too. */
static void
inside(const char *text, const char *s, char *hide)
{
	const char *p;
	size_t n, len;
	int deep = 0;

	do {
		deep += *s == '[' || *s == '{';
		deep -= *s == ']' || *s == '}';
		if ((n = quote(s)) == 0) {
			s++;
			continue;
		}
		len = quoted(s, n);
		p = s + n;
		s = p + len + quote(p + len);
		if (*(s + strspn(s, " ")) != ':' && strcspn(p, " ") >= len)
			memset(hide + (p - text), 1, len);
	} while (*s != '\0' && deep > 0);
}

static size_t
value(const char *text, const char *what, const char *s, const char **from)
{
	const char *p = s + quote(s), *q;
	size_t n;

	if ((*from = element(text, s)) != NULL)
		return content(from);
	q = p + strspn(p, " ");
	if (joint(q) > 0) {
		while ((n = *q == '>' ? 1 : joint(q)) > 0)
			q += n;
		p = q + strspn(q, " ");
	} else if (p != s || q == p || quote(q) == 0)
		return 0;
	else
		p = q;
	*from = p;
	if ((n = quote(p)) > 0) {
		*from = p + n;
		return quoted(p, n);
	}
	return bare(what, p, p != q, from);
}

/* How much of what follows Bearer or Basic is a credential.  Basic is part of
 * many names; base64 of a name and a password never looks like a word. */
static size_t
scheme(const char *text, const char *s, const char **from)
{
	size_t i, n, at = (size_t)(s - text);
	int basic = ends_with(text, at, "basic");

	if ((!basic && !ends_with(text, at, "bearer")) || *s != ' ')
		return 0;
	*from = s + strspn(s, " ");
	n = strcspn(*from, " ,;<>\"'\\)}]");
	n -= n > 0 && strchr(".:", (*from)[n - 1]) != NULL;
	for (i = 1; i < n && (*from)[i] >= 'a' && (*from)[i] <= 'z'; i++)
		;
	if (basic && (i >= n || n < 8))
		return 0;
	for (i = 0; i < sizeof prose / sizeof prose[0]; i++)
		if (strcspn(*from, " =.:,;<>\"'\\)}]") == strlen(prose[i]) &&
		    strncasecmp(*from, prose[i], strlen(prose[i])) == 0)
			return 0;
	return n;
}

/* https://name:password@host */
static size_t
userinfo(const char *s, const char **from)
{
	size_t n;

	if (strncmp(s, "://", 3) != 0)
		return 0;
	*from = s + 3;
	n = strcspn(*from, "@/?# \"");
	return (*from)[n] == '@' ? n : 0;
}

void
redact_label(const char *text, char *hide)
{
	const char *s, *from, *what;
	size_t n;

	for (s = text; *s != '\0'; s++) {
		what = NULL;
		if ((n = userinfo(s, &from)) == 0)
			n = scheme(text, s, &from);
		if (n == 0 &&
		    (what = name_before(text, (size_t)(s - text))) != NULL)
			n = value(text, what, s, &from);
		if (n == 0 && what != NULL && from != NULL &&
		    (*from == '[' || *from == '{'))
			inside(text, from, hide);
		if (n > 0)
			memset(hide + (from - text), 1, n);
	}
}
