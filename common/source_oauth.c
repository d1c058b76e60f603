/* oauth: how loya gets a token from this system. */
#include "common/source_inner.h"

#include <stdio.h>
#include <string.h>

#include "common/http.h"
#include "common/json.h"
#include "common/url.h"

static const char *const keys[] = { "grant", "url", "client_id", "auth",
    "encode", "secret", "refresh", "scope", "params", "body", "assertion",
    "token_place", "lifetime", "early", "timeout", "send", "ca", NULL };

/* In the order of enum oauth_grant. */
static const char *const grants[] = { "client_credentials", "refresh_token",
    "jwt-bearer", "saml2-bearer", NULL };
static const char *const auths[] = { "basic", "body", "none", NULL };

#define BASE "{base}"

static int
by_assertion(const struct source_oauth *o)
{
	return o->grant == OAUTH_JWT_BEARER || o->grant == OAUTH_SAML2_BEARER;
}

static void
address_ok(const struct node *n, const char *key, const char *url)
{
	const char *fault = url_fault(url);
	char told[URL_TOLD];

	if (fault != NULL)
		conf_bad_at(n, key, "'%s': %s", url_told(url, told), fault);
}

/* Read url, where a leading {base} stands for pull.base. */
static void
address(const struct node *root, const struct node *n, struct arena *a,
    struct source_oauth *o)
{
	const char *base = NULL, *behind;
	struct node pull;
	size_t len;
	char *out;

	if (!conf_string(n, "url", a, &o->url)) {
		source_missing(n, a, &o->lacks, "there is no url");
		return;
	}
	if (strncmp(o->url, BASE, sizeof BASE - 1) != 0) {
		address_ok(n, "url", o->url);
		return;
	}
	if (!conf_get(root, "pull", &pull) ||
	    !conf_string(&pull, "base", a, &base)) {
		source_missing(n, a, &o->lacks, "url needs pull.base, but "
		    "there is none");
		return;
	}
	address_ok(&pull, "base", base);
	behind = o->url + sizeof BASE - 1;
	len = strlen(base);
	if (len > 0 && base[len - 1] == '/' && *behind == '/')
		len--;
	out = arena_alloc(a, len + strlen(behind) + 1);
	memcpy(out, base, len);
	strcpy(out + len, behind);
	o->url = out;
	address_ok(n, "url", out);
}

/* The name of a secret: as in the file, or the source's name and a word. */
static const char *
secret_of(const struct node *n, const char *key, const char *word,
    struct arena *a, struct source *s)
{
	const char *name = NULL;
	char made[80];

	if (conf_string(n, key, a, &name)) {
		if (!source_secret_name(name))
			conf_bad_at(n, key, "not the name of a secret");
		return name;
	}
	snprintf(made, sizeof made, "%s.%s", s->name, word);
	if (!source_secret_name(made))
		source_missing(n, a, &s->oauth.lacks, "the source's name is "
		    "too long for the names of its secrets: give secret or "
		    "refresh");
	return arena_str(a, made);
}

/* Refuse keys that have no meaning with this grant or auth. */
static void
contradictions(const struct node *n, const struct source_oauth *o)
{
	struct node child;

	if (o->grant != OAUTH_REFRESH_TOKEN && conf_get(n, "refresh", &child))
		conf_bad(&child, "only with oauth.grant 'refresh_token'");
	if (!by_assertion(o) && conf_get(n, "assertion", &child))
		conf_bad(&child, "only with a grant by assertion");
	if (o->auth == OAUTH_AUTH_NONE && conf_get(n, "secret", &child))
		conf_bad(&child, "not with oauth.auth none");
	if (o->auth != OAUTH_AUTH_BASIC && conf_get(n, "encode", &child))
		conf_bad(&child, "only with oauth.auth basic");
}

/* With null the profile leaves it to the file: some systems require a client_id
 * even with an assertion. */
static void
client_id(const struct node *n, struct arena *a, struct source_oauth *o)
{
	struct node id;

	if (conf_get(n, "client_id", &id) && conf_type(&id) != CONF_NULL) {
		conf_string(n, "client_id", a, &o->client_id);
		if (*o->client_id == '\0')
			conf_bad_at(n, "client_id", "empty");
	} else if (id.value != NULL || !by_assertion(o) ||
	    o->auth != OAUTH_AUTH_NONE) {
		source_missing(n, a, &o->lacks, "there is no client_id");
	}
}

/* Who the client is, and how it proves it. */
static void
client(const struct node *n, struct arena *a, struct source *s)
{
	struct source_oauth *o = &s->oauth;
	int auth;

	/* RFC 7521 section 4.1: with an assertion the client need not
	 * say more. */
	auth = by_assertion(o) ? OAUTH_AUTH_NONE : OAUTH_AUTH_BASIC;
	conf_word(n, "auth", auths, &auth);
	o->auth = (enum oauth_auth)auth;
	o->encode = 1;
	conf_bool(n, "encode", &o->encode);
	client_id(n, a, o);
	if (o->auth == OAUTH_AUTH_BASIC && !o->encode && o->client_id != NULL &&
	    strchr(o->client_id, ':') != NULL)
		conf_bad_at(n, "client_id", "it has a colon, so 'encode' must "
		    "be true");
	if (o->auth != OAUTH_AUTH_NONE)
		o->secret = secret_of(n, "secret", "oauth", a, s);
	if (o->grant == OAUTH_REFRESH_TOKEN)
		o->refresh = secret_of(n, "refresh", "refresh", a, s);
}

/* A member of params that the profile leaves to the file. */
static const char *
lacking(const char *key, struct arena *a)
{
	char text[100];

	snprintf(text, sizeof text, "there is no params.%.60s", key);
	return arena_str(a, text);
}

/* params: additional members, none of those that loya makes itself. */
static void
params(const struct node *n, struct arena *a, struct source_oauth *o)
{
	static const char *const ours[] = { "grant_type", "client_id",
	    "client_secret", "refresh_token", "assertion", "scope", NULL };
	struct oauth_param *p;
	struct node list, item;
	size_t i, k;

	if (!conf_get(n, "params", &list))
		return;
	if (conf_type(&list) != CONF_OBJECT) {
		conf_bad(&list, "not an object");
		return;
	}
	o->param = arena_alloc(a,
	    (conf_count(&list) + 1) * sizeof *o->param);
	for (i = 0; i < conf_count(&list); i++) {
		conf_item(&list, i, &item);
		if (conf_type(&item) == CONF_NULL) {
			source_missing(n, a, &o->lacks, lacking(item.key, a));
			continue;
		}
		p = &o->param[o->nparam++];
		p->name = arena_str(a, item.key);
		p->value = conf_text(&item, a);
		for (k = 0; ours[k] != NULL; k++)
			if (strcmp(item.key, ours[k]) == 0)
				conf_bad(&item, "a parameter that loya sets "
				    "itself");
	}
}

static void
assertion(const struct node *n, struct arena *a, struct source_oauth *o)
{
	if (by_assertion(o) &&
	    !source_command(n, "assertion", a, &o->assertion))
		source_missing(n, a, &o->lacks, "there is no assertion");
}

/* token_place: where the token is in the answer. */
static void
places(const struct node *n, struct arena *a, struct source_oauth *o)
{
	static const char *usual[] = { "/access_token" };
	size_t i;

	if (!conf_texts(n, "token_place", a, &o->place, &o->nplace)) {
		o->place = usual;
		o->nplace = 1;
	}
	for (i = 0; i < o->nplace; i++)
		if (!json_pointer_ok(o->place[i]))
			conf_bad_at(n, "token_place", "'%s' is not a JSON "
			    "Pointer", o->place[i]);
}

/* send: the header that carries a token, and what precedes it there. */
static void
sending(const struct node *n, struct arena *a, struct source_oauth *o)
{
	static const char *const known[] = { "header", "prefix", NULL };
	struct node send;

	o->header = "Authorization";
	o->prefix = "Bearer ";
	if (!conf_get(n, "send", &send) || !conf_known(&send, known))
		return;
	o->any_type = 1;
	if (!source_header_name(&send, "header", a, &o->header))
		conf_bad(&send, "there is no header");
	o->prefix = "";
	conf_string(&send, "prefix", a, &o->prefix);
	if (!http_value_ok(o->prefix, strlen(o->prefix)))
		conf_bad_at(&send, "prefix", "not printable ASCII");
}

static void
numbers(const struct node *n, struct source_oauth *o)
{
	enum { DAY = 24 * 60 * 60 };

	o->early = 60;
	o->timeout = 30;
	conf_int(n, "lifetime", 1, 366 * DAY, &o->lifetime);
	conf_int(n, "early", 0, DAY, &o->early);
	conf_int(n, "timeout", 1, 300, &o->timeout);
}

/* RFC 6749 section 3.3: words of printable characters, but not " and \. */
static void
scope(const struct node *n, struct arena *a, struct source_oauth *o)
{
	const char *s;

	if (!conf_string(n, "scope", a, &o->scope))
		return;
	for (s = o->scope; *s >= ' ' && *s <= '~' && *s != '"' && *s != '\\';
	    s++)
		;
	if (*s != '\0' || s == o->scope)
		conf_bad_at(n, "scope", "not a list of words");
}

void
oauth_conf(const struct node *root, struct arena *a, struct source *s)
{
	static const char *const bodies[] = { "form", "json", NULL };
	struct source_oauth *o = &s->oauth;
	struct node n;
	int grant = -1;

	if (!conf_get(root, "oauth", &n) || !conf_known(&n, keys))
		return;
	if (!conf_word(&n, "grant", grants, &grant))
		source_missing(&n, a, &o->lacks, "there is no grant");
	o->grant = (enum oauth_grant)(grant + 1);
	address(root, &n, a, o);
	client(&n, a, s);
	contradictions(&n, o);
	scope(&n, a, o);
	params(&n, a, o);
	conf_word(&n, "body", bodies, &o->json);
	assertion(&n, a, o);
	places(&n, a, o);
	sending(&n, a, o);
	numbers(&n, o);
	if (conf_string(&n, "ca", a, &o->ca) && *o->ca != '/')
		conf_bad_at(&n, "ca", "not an absolute path");
}
