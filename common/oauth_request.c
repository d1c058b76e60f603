/* The request for a token (RFC 6749 sections 4.4.2 and 6, RFC 7523 section 2.1,
 * RFC 7522). */
#include "common/oauth_inner.h"

#include <string.h>

#include "common/crypt.h"
#include "common/jsonw.h"
#include "common/url.h"

enum { FIELDS = 6 };

/* A member of the body. */
struct field {
	const char *name, *p;
	size_t len;
	int secret;
};

const char *
oauth_grant_type(enum oauth_grant g)
{
	switch (g) {
	case OAUTH_CLIENT_CREDENTIALS:
		return "client_credentials";
	case OAUTH_REFRESH_TOKEN:
		return "refresh_token";
	case OAUTH_JWT_BEARER:
		return "urn:ietf:params:oauth:grant-type:jwt-bearer";
	case OAUTH_SAML2_BEARER:
		return "urn:ietf:params:oauth:grant-type:saml2-bearer";
	default:
		return "";
	}
}

const char *
oauth_grant_word(enum oauth_grant g)
{
	switch (g) {
	case OAUTH_JWT_BEARER:
		return "jwt-bearer";
	case OAUTH_SAML2_BEARER:
		return "saml2-bearer";
	default:
		return oauth_grant_type(g);
	}
}

static void
add(struct field *f, size_t *n, const char *name, const char *p, size_t len,
    int secret)
{
	f[*n].name = name;
	f[*n].p = p;
	f[*n].len = len;
	f[*n].secret = secret;
	++*n;
}

static void
add_text(struct field *f, size_t *n, const char *name, const char *text)
{
	if (text != NULL)
		add(f, n, name, text, strlen(text), 0);
}

/* List the members in the order in which they are written; returns how many. */
static size_t
list(const struct source_oauth *o, const struct oauth_parts *p,
    struct field f[FIELDS])
{
	size_t n = 0;

	add_text(f, &n, "grant_type", oauth_grant_type(o->grant));
	/* RFC 6749 section 2.3: not both in the body and in the header. */
	if (o->auth != OAUTH_AUTH_BASIC)
		add_text(f, &n, "client_id", o->client_id);
	if (o->auth == OAUTH_AUTH_BODY)
		add(f, &n, "client_secret", p->secret.p, p->secret.len, 1);
	if (o->grant == OAUTH_REFRESH_TOKEN)
		add(f, &n, "refresh_token", p->refresh.p, p->refresh.len, 1);
	if (o->assertion != NULL)
		add(f, &n, "assertion", p->assertion.p, p->assertion.len, 1);
	add_text(f, &n, "scope", o->scope);
	return n;
}

/* Make a buffer in locked memory that never has to grow. */
static void
locked(struct buf *b, size_t n)
{
	b->p = crypt_alloc(n);
	b->cap = n;
	b->len = 0;
}

static void
add_encoded(struct buf *b, const char *p, size_t n)
{
	b->len += url_encode(p, n, b->p + b->len);
}

static void
form_field(struct buf *b, const char *name, const char *p, size_t n, int plain)
{
	if (b->len > 0)
		buf_addc(b, '&');
	add_encoded(b, name, strlen(name));
	buf_addc(b, '=');
	if (plain)
		buf_add(b, p, n);
	else
		add_encoded(b, p, n);
}

static void
write_form(struct buf *b, const struct source_oauth *o, const struct field *f,
    size_t n, int masked)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (masked && f[i].secret)
			form_field(b, f[i].name, "***", 3, 1);
		else
			form_field(b, f[i].name, f[i].p, f[i].len, 0);
	for (i = 0; i < o->nparam; i++)
		form_field(b, o->param[i].name, o->param[i].value,
		    strlen(o->param[i].value), 0);
}

static int
write_json(struct buf *b, const struct source_oauth *o, const struct field *f,
    size_t n, int masked, struct err *e)
{
	struct jsonw w;
	size_t i;

	jsonw_init(&w, b);
	jsonw_object(&w);
	for (i = 0; i < n; i++) {
		jsonw_key(&w, f[i].name);
		if (masked && f[i].secret)
			jsonw_string(&w, "***");
		else if (!json_utf8(f[i].p, f[i].len))
			return err_set(e, E_CONF, "%s: its secret is not UTF-8 "
			    "and cannot stand in JSON", f[i].name);
		else
			jsonw_stringn(&w, f[i].p, f[i].len);
	}
	for (i = 0; i < o->nparam; i++) {
		jsonw_keyn(&w, o->param[i].name, strlen(o->param[i].name));
		jsonw_string(&w, o->param[i].value);
	}
	jsonw_close(&w, '}');
	return 0;
}

static int
make_body(const struct source_oauth *o, const struct oauth_parts *p,
    int masked, struct oauth_request *r, struct err *e)
{
	struct field f[FIELDS];
	struct buf b;
	size_t i, n, size = 64;
	int rc = 0;

	n = list(o, p, f);
	/* JSON turns one byte into at most six. */
	for (i = 0; i < n; i++)
		size += 6 * (strlen(f[i].name) + f[i].len) + 8;
	for (i = 0; i < o->nparam; i++)
		size += 6 * (strlen(o->param[i].name) +
		    strlen(o->param[i].value)) + 8;
	locked(&b, size);
	if (o->json)
		rc = write_json(&b, o, f, n, masked, e);
	else
		write_form(&b, o, f, n, masked);
	r->body.p = b.p;
	r->body.len = b.len;
	r->type = o->json ? "application/json" :
	    "application/x-www-form-urlencoded";
	return rc;
}

/* RFC 6749 section 2.3.1: both are encoded first; some peers forget to
 * decode. */
static void
make_basic(const struct source_oauth *o, const struct oauth_bytes *secret,
    struct oauth_request *r)
{
	static const char scheme[] = "Basic ";
	size_t id = strlen(o->client_id);
	struct buf b;

	locked(&b, 3 * (id + secret->len) + 1);
	if (o->encode)
		add_encoded(&b, o->client_id, id);
	else
		buf_add(&b, o->client_id, id);
	buf_addc(&b, ':');
	if (o->encode)
		add_encoded(&b, secret->p, secret->len);
	else
		buf_add(&b, secret->p, secret->len);
	r->basic = crypt_alloc(sizeof scheme + crypt_base64_len(b.len));
	strcpy(r->basic, scheme);
	crypt_base64(b.p, b.len, r->basic + sizeof scheme - 1);
	crypt_free(b.p);
}

int
oauth_request_make(const struct source_oauth *o, const struct oauth_parts *p,
    int masked, struct oauth_request *r, struct err *e)
{
	memset(r, 0, sizeof *r);
	if (o->auth == OAUTH_AUTH_BASIC && masked) {
		r->basic = crypt_alloc(sizeof "Basic ***");
		strcpy(r->basic, "Basic ***");
	} else if (o->auth == OAUTH_AUTH_BASIC) {
		make_basic(o, &p->secret, r);
	}
	return make_body(o, p, masked, r, e);
}

void
oauth_request_release(struct oauth_request *r)
{
	crypt_free(r->basic);
	crypt_free(r->body.p);
	memset(r, 0, sizeof *r);
}

int
oauth_request_show(const struct source_oauth *o, const struct oauth_parts *p,
    struct buf *out, struct err *e)
{
	struct oauth_request r;
	int rc;

	if ((rc = oauth_request_make(o, p, 1, &r, e)) == 0) {
		buf_adds(out, "POST ");
		buf_adds(out, o->url);
		buf_adds(out, r.basic != NULL ? "\nAuthorization: " : "");
		buf_adds(out, r.basic != NULL ? r.basic : "");
		buf_adds(out, "\nContent-Type: ");
		buf_adds(out, r.type);
		buf_adds(out, "\n\n");
		buf_add(out, r.body.p, r.body.len);
		buf_addc(out, '\n');
	}
	oauth_request_release(&r);
	return rc;
}
