/* The answer of a token endpoint (RFC 6749 sections 5.1 and 5.2), and what some
 * peers send instead. */
#include "common/oauth_inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/crypt.h"
#include "common/url.h"

enum { TYPE_MAX = 64, URL_MAX = 2000, WORDS = 320 };

/* No token is valid for longer; keeps the sum below in bounds. */
static const int64_t forever = INT64_C(10) * 366 * 86400;

/* Whether a text can be in a header as it is: VCHAR. */
static int
visible(const char *s)
{
	if (*s == '\0')
		return 0;
	for (; *s > ' ' && *s <= '~'; s++)
		;
	return *s == '\0';
}

/* A member that is a visible text, else NULL. */
static char *
member(const struct json *j, const char *key, size_t max)
{
	uint32_t at = json_get(j, 0, key);
	char *s = at != JSON_NONE ? credential_text(j, at, max) : NULL;

	if (s != NULL && !visible(s)) {
		crypt_free(s);
		s = NULL;
	}
	return s;
}

/* A number with an exponent, as Java writes ten million and more; 0: it is not
 * one. */
static int64_t
with_exponent(const char *s, size_t n)
{
	char text[40], *end;
	double d;

	if (n >= sizeof text)
		return 0;
	memcpy(text, s, n);
	text[n] = '\0';
	if (strspn(text, "0123456789.eE+-") != n)
		return 0;	/* strtod() takes more */
	d = strtod(text, &end);
	if (end != text + n || !(d > 0))
		return 0;
	return d < (double)forever ? (int64_t)d : forever;
}

/*
 * expires_in: a number, or a number in quotes, also with a fraction.  Anything
 * else counts as not said.  An answer is never refused because of it: the
 * refresh token that was sent may be used up, and the next one is in this
 * answer.
 */
static int64_t
expires_in(const struct json *j)
{
	uint32_t at = json_get(j, 0, "expires_in"), i, n;
	int64_t v = 0;
	const char *s;

	if (at == JSON_NONE || (json_type(j, at) != JSON_NUMBER &&
	    json_type(j, at) != JSON_STRING))
		return 0;
	s = json_text(j, at);
	n = j->tok[at].len;
	for (i = 0; i < n && s[i] >= '0' && s[i] <= '9'; i++)
		v = v < forever ? v * 10 + (s[i] - '0') : v;
	if (i == 0)
		return 0;
	if (memchr(s, 'e', n) != NULL || memchr(s, 'E', n) != NULL)
		return with_exponent(s, n);
	if (i < n && s[i] != '.')
		return 0;
	return v < forever ? v : forever;
}

/* The token, from where the source says it is; or NULL. */
static char *
token(const struct source_oauth *o, const struct json *j)
{
	char *s = NULL;
	uint32_t at;
	size_t i;

	for (i = 0; i < o->nplace && s == NULL; i++)
		if (json_pointer(j, 0, o->place[i], &at))
			s = credential_text(j, at, CREDENTIAL_TOKEN);
	return s;
}

/* Whether there is a token, but a longer one than is taken. */
static int
too_long(const struct source_oauth *o, const struct json *j)
{
	uint32_t at;
	char *s;
	size_t i;
	int found = 0;

	for (i = 0; i < o->nplace && !found; i++) {
		s = json_pointer(j, 0, o->place[i], &at) ?
		    credential_text(j, at, HTTPC_MAX) : NULL;
		found = s != NULL && strlen(s) > CREDENTIAL_TOKEN;
		crypt_free(s);
	}
	return found;
}

/* A body that is not JSON may be the token itself, if the source says so: its
 * length without the line end, or 0. */
static size_t
bare_length(const struct source_oauth *o, const struct httpc_answer *a)
{
	size_t i, n = a->len;

	for (i = 0; i < o->nplace && *o->place[i] != '\0'; i++)
		;
	while (n > 0 && (a->body[n - 1] == '\n' || a->body[n - 1] == '\r'))
		n--;
	return i == o->nplace || n == 0 ||
	    strchr("<{[\"", a->body[0]) != NULL ? 0 : n;
}

static char *
bare_token(const struct source_oauth *o, const struct httpc_answer *a)
{
	size_t n = bare_length(o, a);
	char *s;

	if (n == 0 || n > CREDENTIAL_TOKEN)
		return NULL;
	s = crypt_alloc(n + 1);
	memcpy(s, a->body, n);
	s[n] = '\0';
	if (strlen(s) == n && visible(s))
		return s;
	crypt_free(s);
	return NULL;
}

/* Read everything of a good answer except the token. */
static void
read_rest(const struct source_oauth *o, const struct json *j, int64_t sent,
    struct credential *c)
{
	int64_t seconds = 0;

	if (j != NULL) {
		c->refresh = member(j, "refresh_token", CREDENTIAL_TOKEN);
		c->type = member(j, "token_type", TYPE_MAX);
		c->instance = member(j, "instance_url", URL_MAX);
		seconds = expires_in(j);
	}
	if (c->instance != NULL && url_fault(c->instance) != NULL) {
		crypt_free(c->instance);
		c->instance = NULL;
	}
	if (seconds == 0)
		seconds = o->lifetime;
	c->obtained_at = sent;
	c->expires_at = seconds > 0 ? sent + seconds * CLOCK_SECOND : 0;
}

/* The first of these members of an object that is a text, crypt_alloc()ed
 * because it may repeat what was sent. */
static char *
first_text(const struct json *j, uint32_t i, const char *const *names)
{
	char *s = NULL;
	uint32_t at;

	for (; *names != NULL && s == NULL; names++)
		if (json_pointer(j, i, *names, &at))
			s = credential_text(j, at, HTTPC_MAX);
	return s;
}

/* Copy what first_text() finds to out, cleaned; if it finds nothing, leave out
 * unchanged. */
static void
clean_text(const struct json *j, uint32_t i, const char *const *names,
    const struct redact *clean, char *out, size_t size)
{
	char *s = first_text(j, i, names);

	if (s != NULL)
		redact_text(clean, s, strlen(s), out, size);
	crypt_free(s);
}

/* An error code stays in the record for ever: it must really be one. */
static int
is_word(const char *s)
{
	return strlen(s) <= 48 && strspn(s, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.:") == strlen(s);
}

/* Read the peer's error word: what it means, and a form that may be shown. */
static void
read_word(const struct json *j, uint32_t i, const struct redact *clean,
    struct oauth_refusal *r)
{
	static const char *const code[] = { "/error", "/error/code",
	    "/errorCode", "/error/status", NULL };
	static const char *const later[] = { "temporarily_unavailable",
	    "server_error", "slow_down", "rate_limit_exceeded", NULL };
	char *s = first_text(j, i, code);
	int k;

	if (s == NULL)
		return;
	for (k = 0; later[k] != NULL; k++)
		r->later |= strcmp(s, later[k]) == 0;
	r->spent = strcmp(s, "invalid_grant") == 0;
	redact_text(clean, s, strlen(s), r->word, sizeof r->word);
	if (!is_word(r->word))
		strcpy(r->word, "other");
	crypt_free(s);
}

/*
 * Read the peer's message, cleaned: RFC 6749 section 5.2, Salesforce
 * ([{"errorCode", "message"}]), SuccessFactors ({"errorHttpCode",
 * "errorMessage"}), OData ({"error": {"code", "message": {"value"}}}).
 */
static void
peer_words(const struct json *j, const struct redact *clean,
    struct oauth_refusal *r, char words[WORDS])
{
	static const char *const text[] = { "/error_description",
	    "/errorMessage", "/error/message/value", "/error/message",
	    "/message", "/detail", NULL };
	static const char *const more[] = { "/error_uri", NULL };
	uint32_t i = json_type(j, 0) == JSON_ARRAY && j->tok[0].count > 0;
	char said[160] = "", uri[80] = "";

	read_word(j, i, clean, r);
	clean_text(j, i, text, clean, said, sizeof said);
	clean_text(j, i, more, clean, uri, sizeof uri);
	snprintf(words, WORDS, "%s%s%s%s%s%s", r->word,
	    r->word[0] != '\0' && said[0] != '\0' ? ": " : "", said,
	    uri[0] != '\0' ? " (" : "", uri, uri[0] != '\0' ? ")" : "");
}

/* The code for each status and each word of a refusal. */
static int
refusal_code(const struct oauth_refusal *r)
{
	if (r->later || r->status >= 500 || r->status == 408 ||
	    r->status == 425 || r->status == 429)
		return E_BUSY;
	if (r->status / 100 == 3)
		return E_CONF;
	/* There is no such endpoint, unless the peer gives a reason. */
	if ((r->status == 404 || r->status == 405) && r->word[0] == '\0')
		return E_CONF;
	return r->status / 100 == 2 && r->word[0] == '\0' ? E_DATA : E_NO;
}

static int
is_page(const struct httpc_answer *a)
{
	return a->body[strspn(a->body, " \t\r\n")] == '<';
}

/* Use a body that is not JSON as the message; a page of HTML means nothing to
 * anybody here. */
static void
plain_words(const struct httpc_answer *a, const struct redact *clean,
    char words[WORDS])
{
	if (is_page(a))
		snprintf(words, WORDS, "a page instead of JSON");
	else
		redact_text(clean, a->body, a->len, words, 120);
}

/* When to try again, according to the peer. */
static void
retry_after(const struct httpc_answer *a, char out[64])
{
	const char *s = httpc_header(a, "retry-after");

	out[0] = '\0';
	if (s != NULL && strlen(s) < 10 && *s != '\0' &&
	    strspn(s, "0123456789") == strlen(s))
		snprintf(out, 64, "; again after %s s", s);
}

/* Where a redirect leads, for people: its host, unless that repeats something
 * that was sent. */
static const char *
moved_to(const struct httpc_answer *a, const struct redact *clean,
    char out[200])
{
	const char *where = httpc_header(a, "location");
	char host[200];

	if (where == NULL || url_unformed(where) != NULL)
		return "another place";
	url_host(where, host, sizeof host);
	return redact_text(clean, host, strlen(host), out, 200);
}

static int
refuse(const struct source *s, const struct httpc_answer *a,
    const struct redact *clean, const char *words, struct oauth_refusal *r,
    struct err *e)
{
	char host[200], again[64], to[200];
	int code = refusal_code(r);

	url_host(s->oauth.url, host, sizeof host);
	retry_after(a, again);
	if (a->status / 100 == 3)
		return err_set(e, code, "source '%s': %s answers %d: the "
		    "redirect to %s is not followed; set oauth.url",
		    s->name, host, a->status, moved_to(a, clean, to));
	/* Its body may be the token, so it is not shown. */
	if (code == E_DATA)
		return err_set(e, code, "source '%s': the answer of %s has no "
		    "token: %s", s->name, host, *words != '\0' ? words :
		    "nothing is at oauth.token_place");
	return err_set(e, code, "source '%s': asked for a token, %s answers "
	    "%d%s%s%s", s->name, host, a->status, *words != '\0' ? ": " : "",
	    words, code == E_BUSY ? again : "");
}

/* Why a good answer has no token, as far as that is the peer's doing. */
static void
no_token(const struct source_oauth *o, const struct httpc_answer *a,
    const struct json *j, int is_json, char words[WORDS])
{
	*words = '\0';
	if (is_json ? too_long(o, j) : bare_length(o, a) > CREDENTIAL_TOKEN)
		snprintf(words, WORDS, "it is longer than %d bytes",
		    CREDENTIAL_TOKEN);
	else if (!is_json)
		snprintf(words, WORDS, "%s", is_page(a) ?
		    "a page instead of JSON" : j->why);
}

/* A token that does not fit into a header is not one. */
static int
check_token(const struct source *s, struct credential *c, struct err *e)
{
	char host[200];

	if (visible(c->access))
		return 0;
	return err_set(e, E_DATA, "source '%s': the token of %s has a "
	    "character that no header can carry", s->name,
	    url_host(s->oauth.url, host, sizeof host));
}

int
oauth_answer_read(const struct source *s, const struct httpc_answer *a,
    const struct redact *clean, int64_t sent, struct credential *c,
    struct oauth_refusal *r, struct err *e)
{
	struct json j = { 0 };
	char words[WORDS] = "";
	int good = a->status / 100 == 2, rc, is_json;

	memset(c, 0, sizeof *c);
	memset(r, 0, sizeof *r);
	r->status = a->status;
	is_json = json_parse(&j, a->body, a->len) == 0;
	if (good)
		c->access = is_json ? token(&s->oauth, &j) :
		    bare_token(&s->oauth, a);
	if (c->access != NULL) {
		read_rest(&s->oauth, is_json ? &j : NULL, sent, c);
		rc = check_token(s, c, e);
	} else {
		if (is_json)
			peer_words(&j, clean, r, words);
		else if (!good)
			plain_words(a, clean, words);
		if (good && r->word[0] == '\0') {
			no_token(&s->oauth, a, &j, is_json, words);
			if (is_json)
				read_rest(&s->oauth, &j, sent, c);
		}
		rc = refuse(s, a, clean, words, r, e);
	}
	json_release(&j);
	return rc;
}
