/* receive.auth: who may post. */
#include "common/source_inner.h"

#include <string.h>

#include "common/place.h"
#include "common/url.h"

static const char *const kinds[] = { "none", "hmac", "standard-webhooks",
    "bearer", "basic", "header", "mtls", NULL };
static const char *const hashes[] =
    { "sha256", "sha512", "plain-sha256", NULL };
static const char *const encodings[] = { "hex", "base64", NULL };
static const char *const units[] = { "s", "ms", "rfc3339", NULL };

/* The keys of each kind, besides kind and preset. */
static const char *const none_keys[] = { "kind", "preset", NULL };
static const char *const hmac_keys[] = { "kind", "preset", "algorithm",
    "header", "prefix", "field", "encoding", "signed", "timestamp",
    "timestamp_field", "unit", "tolerance", "id", "url", "url_decode", NULL };
static const char *const standard_keys[] =
    { "kind", "preset", "tolerance", NULL };
static const char *const basic_keys[] = { "kind", "preset", "user", NULL };
static const char *const header_keys[] =
    { "kind", "preset", "header", "prefix", "query", "pointer", NULL };
static const char *const mtls_keys[] =
    { "kind", "preset", "certificate", "subject", NULL };

static const char *const *const keys[] = { none_keys, hmac_keys,
    standard_keys, none_keys, basic_keys, header_keys, mtls_keys };

static void
part(const struct node *n, struct arena *a, struct auth_part *p)
{
	static const struct {
		const char *word;
		enum auth_part_kind kind;
	} words[] = {
		{ "body", AUTH_BODY }, { "timestamp", AUTH_TIMESTAMP },
		{ "id", AUTH_ID }, { "method", AUTH_METHOD },
		{ "url", AUTH_URL }, { "secret", AUTH_SECRET }
	};
	static const char *const known[] = { "text", "header", NULL };
	const char *s;
	size_t i;

	memset(p, 0, sizeof *p);
	if (conf_type(n) == CONF_STRING) {
		s = conf_text(n, a);
		for (i = 0; i < sizeof words / sizeof words[0]; i++)
			if (strcmp(words[i].word, s) == 0) {
				p->kind = words[i].kind;
				return;
			}
		conf_bad(n, "not one of body, timestamp, id, method, url, "
		    "secret; a fixed text is {\"text\": \"...\"}");
		return;
	}
	if (!conf_known(n, known))
		return;
	if (conf_count(n) != 1) {
		conf_bad(n, "one of text and header is needed, not both");
	} else if (conf_string(n, "text", a, &p->text)) {
		p->kind = AUTH_LITERAL;
	} else {
		p->kind = AUTH_HEADER_VALUE;
		source_header_name(n, "header", a, &p->text);
	}
}

static int
signs(const struct auth *auth, enum auth_part_kind kind)
{
	size_t i;

	for (i = 0; i < auth->npart; i++)
		if (auth->part[i].kind == kind)
			return 1;
	return auth->npart == 0 && kind == AUTH_BODY;
}

static void
parts(const struct node *n, struct arena *a, struct auth *auth)
{
	struct node list, item;
	size_t i;

	if (!conf_get(n, "signed", &list))
		return;
	if (conf_type(&list) != CONF_ARRAY || conf_count(&list) == 0) {
		conf_bad(&list, "not a list of what is signed");
		return;
	}
	auth->npart = conf_count(&list);
	auth->part = arena_alloc(a, auth->npart * sizeof *auth->part);
	for (i = 0; i < auth->npart; i++) {
		conf_item(&list, i, &item);
		part(&item, a, &auth->part[i]);
	}
}

/* It is put in front of a path that begins with a slash. */
static void
url_rules(const struct node *n, const char *url)
{
	const char *fault = url_unformed(url);
	char told[URL_TOLD];

	if (fault != NULL)
		conf_bad_at(n, "url", "'%s': %s", url_told(url, told), fault);
	else if (url[strlen(url) - 1] == '/')
		conf_bad_at(n, "url", "it ends in a slash, and the path after "
		    "it begins with one");
}

/* A name of a list of "name=value". */
static void
field_name(const struct node *n, const char *key, struct arena *a,
    const char **name)
{
	if (conf_string(n, key, a, name) && (**name == '\0' ||
	    strpbrk(*name, "=, ") != NULL))
		conf_bad_at(n, key, "'%.60s' is not the name of a "
		    "field", *name);
}

/* A timestamp that is not signed would let anybody send a request again. */
static void
timestamp_rules(const struct node *n, const struct auth *auth)
{
	int stamped = auth->timestamp != NULL || auth->timestamp_field != NULL;

	if (signs(auth, AUTH_TIMESTAMP) && !stamped)
		conf_bad_at(n, "signed", "it has timestamp, but there is no "
		    "timestamp or timestamp_field");
	if (stamped && !signs(auth, AUTH_TIMESTAMP))
		conf_bad_at(n, "signed", "the timestamp is not signed");
	if (auth->tolerance > 0 && !stamped)
		conf_bad_at(n, "tolerance", "it needs timestamp or "
		    "timestamp_field");
	if (auth->timestamp_field != NULL && auth->field == NULL)
		conf_bad_at(n, "timestamp_field", "it needs 'field'");
}

/* Refuse what would make a signature weaker than it seems, or never valid. */
static void
hmac_rules(const struct node *n, const struct auth *auth)
{
	if (auth->header == NULL)
		conf_bad(n, "there is no header");
	if (!signs(auth, AUTH_BODY))
		conf_bad_at(n, "signed", "the body is not signed");
	if (auth->hash == AUTH_PLAIN_SHA256 && !signs(auth, AUTH_SECRET))
		conf_bad_at(n, "signed", "a plain hash without the secret is "
		    "not a signature");
	timestamp_rules(n, auth);
	if (signs(auth, AUTH_ID) && auth->id == NULL)
		conf_bad_at(n, "signed", "it has id, but there is no 'id'");
	if (signs(auth, AUTH_URL) && auth->url == NULL)
		conf_bad_at(n, "signed", "it has url, but there is no 'url'");
	if (signs(auth, AUTH_URL) && auth->url != NULL)
		url_rules(n, auth->url);
}

static void
hmac(const struct node *n, struct arena *a, struct auth *auth)
{
	int word = 0, dated;

	conf_word(n, "algorithm", hashes, &word);
	auth->hash = (enum auth_hash)word;
	word = 0;
	conf_word(n, "encoding", encodings, &word);
	auth->encoding = (enum auth_encoding)word;
	word = 0;
	conf_word(n, "unit", units, &word);
	auth->unit = (enum auth_unit)word;
	source_header_name(n, "header", a, &auth->header);
	conf_string(n, "prefix", a, &auth->prefix);
	field_name(n, "field", a, &auth->field);
	parts(n, a, auth);
	source_header_name(n, "timestamp", a, &auth->timestamp);
	field_name(n, "timestamp_field", a, &auth->timestamp_field);
	source_header_name(n, "id", a, &auth->id);
	conf_string(n, "url", a, &auth->url);
	conf_bool(n, "url_decode", &auth->url_decode);
	dated = conf_int(n, "tolerance", 0, 86400, &auth->tolerance);
	/* If nobody checks the signed time, old requests could be replayed for
	 * ever. */
	if (!dated && (auth->timestamp != NULL ||
	    auth->timestamp_field != NULL))
		auth->tolerance = 300;
	hmac_rules(n, auth);
}

static void
header(const struct node *n, struct arena *a, struct auth *auth)
{
	int ways;

	source_header_name(n, "header", a, &auth->header);
	conf_string(n, "prefix", a, &auth->prefix);
	conf_string(n, "query", a, &auth->query);
	if (conf_string(n, "pointer", a, &auth->pointer) &&
	    (auth->pointer[0] != '/' || place_fault(auth->pointer) != NULL))
		conf_bad_at(n, "pointer", "not a JSON Pointer");
	ways = (auth->header != NULL) + (auth->query != NULL) +
	    (auth->pointer != NULL);
	if (ways != 1)
		conf_bad(n, "exactly one of header, query and pointer is "
		    "needed");
}

static void
mtls(const struct node *n, struct arena *a, struct auth *auth)
{
	conf_string(n, "certificate", a, &auth->cert);
	if (conf_string(n, "subject", a, &auth->cert_name) &&
	    *auth->cert_name == '\0')
		conf_bad_at(n, "subject", "empty");
	if (auth->cert != NULL && (strlen(auth->cert) != 64 ||
	    strspn(auth->cert, "0123456789abcdef") != 64))
		conf_bad_at(n, "certificate", "not a SHA-256 in lower-case "
		    "hexadecimal");
}

/* RFC 7617 section 2: the password begins after the first colon. */
static void
basic(const struct node *n, struct arena *a, struct auth *auth)
{
	if (conf_string(n, "user", a, &auth->user) &&
	    strchr(auth->user, ':') != NULL)
		conf_bad_at(n, "user", "a user name cannot contain a colon");
}

void
receive_auth_conf(const struct node *n, struct arena *a, struct auth *auth)
{
	struct node preset;
	int kind = -1;

	if (conf_type(n) != CONF_OBJECT) {
		conf_bad(n, "not an object");
		return;
	}
	conf_word(n, "kind", kinds, &kind);
	if (conf_get(n, "preset", &preset) && kind < 0)
		conf_bad(&preset, "there is no such preset");
	if (kind < 0) {
		conf_bad(n, "there is no kind");
		return;
	}
	auth->kind = (enum auth_kind)kind;
	if (!conf_known(n, keys[kind]))
		return;
	switch (auth->kind) {
	case AUTH_HMAC:
		hmac(n, a, auth);
		break;
	case AUTH_STANDARD:
		auth->tolerance = 300;
		conf_int(n, "tolerance", 1, 86400, &auth->tolerance);
		break;
	case AUTH_BASIC:
		basic(n, a, auth);
		break;
	case AUTH_HEADER:
		header(n, a, auth);
		break;
	case AUTH_MTLS:
		mtls(n, a, auth);
		break;
	default:
		break;
	}
}
