#include "common/envelope_part.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/buf.h"
#include "common/cloudevent.h"
#include "common/form.h"
#include "common/incoming.h"
#include "common/jsonw.h"
#include "common/xml.h"

enum kind { KIND_JSON, KIND_XML, KIND_FORM, KIND_TEXT, KIND_NONE, KIND_OTHER };

int
envelope_refuse(struct envelope *v, int status, const char *fmt, ...)
{
	va_list ap;

	v->p->status = status;
	va_start(ap, fmt);
	vsnprintf(v->p->detail, sizeof v->p->detail, fmt, ap);
	va_end(ap);
	return E_DATA;
}

int
envelope_parse(struct envelope *v, struct json *j, const char *text,
    size_t len)
{
	size_t line, column;

	if (json_parse(j, text, len) == 0)
		return 0;
	json_place(text, j->bad, &line, &column);
	return envelope_refuse(v, 400, "line %zu column %zu: %s", line, column,
	    j->why);
}

int
envelope_make(struct envelope *v, size_t n, const char *content_type)
{
	size_t i;

	if (n > ENVELOPE_EVENTS)
		return envelope_refuse(v, 413, "the request holds %zu "
		    "events; at most %d are accepted", n, ENVELOPE_EVENTS);
	v->n = n;
	v->row = arena_alloc(v->a, (n + 1) * sizeof *v->row);
	memset(v->row, 0, n * sizeof *v->row);
	for (i = 0; i < n; i++) {
		v->row[i].source = v->s->name;
		v->row[i].received_at = v->r->received;
		v->row[i].content_type = content_type;
	}
	return 0;
}

/* Write a header that receive.headers keeps; several of the same name are one
 * list (RFC 9110 section 5.3). */
static void
kept_header(struct jsonw *w, const struct http_request *r, const char *name)
{
	struct buf b = { 0 };
	size_t i, n;

	n = http_header_count(r, name);
	if (n == 0)
		return;
	for (i = 0; i < r->nheader; i++) {
		if (strcasecmp(r->header[i].name, name) != 0)
			continue;
		if (b.len > 0)
			buf_adds(&b, ", ");
		buf_adds(&b, r->header[i].value);
	}
	jsonw_keyn(w, name, strlen(name));
	jsonw_stringn(w, buf_str(&b), b.len);
	buf_release(&b);
}

const char *
envelope_head(struct envelope *v, const struct envelope_attribute *x,
    size_t n)
{
	const struct receive *rc = &v->s->receive;
	struct buf b = { 0 };
	struct jsonw w;
	const char *head;
	size_t i, k;

	if (n == 0 && rc->nheaders == 0)
		return NULL;
	jsonw_init(&w, &b);
	jsonw_object(&w);
	for (i = 0; i < n; i++) {
		jsonw_keyn(&w, x[i].name, strlen(x[i].name));
		jsonw_stringn(&w, x[i].value, x[i].len);
	}
	for (k = 0; k < rc->nheaders; k++) {
		for (i = 0; i < n && strcmp(x[i].name, rc->headers[k]) != 0;
		    i++)
			;
		if (i == n)	/* an attribute goes first */
			kept_header(&w, v->r, rc->headers[k]);
	}
	jsonw_close(&w, '}');
	head = b.len > 2 ? arena_dup(v->a, b.p, b.len) : NULL;
	buf_release(&b);
	return head;
}

static int
ends(const char *s, const char *tail)
{
	size_t n = strlen(s), m = strlen(tail);

	return n > m && strcmp(s + n - m, tail) == 0;
}

static enum kind
kind(const struct receive *rc, const char *type)
{
	if (*type == '\0')
		return KIND_NONE;
	if (http_is_json(type))
		return KIND_JSON;
	if (rc->xml && (strcmp(type, "text/xml") == 0 ||
	    strcmp(type, "application/xml") == 0 || ends(type, "+xml")))
		return KIND_XML;
	if (rc->form && strcmp(type, FORM_TYPE) == 0)
		return KIND_FORM;
	if (rc->text != TEXT_NONE && strcmp(type, "text/plain") == 0)
		return KIND_TEXT;
	return KIND_OTHER;
}

/* Make one row of the whole body. */
static int
whole(struct envelope *v, const char *type)
{
	int rc;

	if ((rc = envelope_make(v, 1, type)) != 0)
		return rc;
	v->row[0].body = v->r->body;
	v->row[0].len = v->r->len;
	return 0;
}

/* Cut the body at receive.each.  If that leads nowhere, the body stays one
 * event, for applying to judge: nothing is dropped unseen. */
static int
cut_json(struct envelope *v, const struct json *j, const char *type)
{
	uint32_t t;
	size_t i = 0;
	int rc;

	if (!json_pointer(j, 0, v->s->receive.each, &t) ||
	    (json_type(j, t) != JSON_ARRAY && json_type(j, t) != JSON_OBJECT))
		return 0;
	v->slices = 1;
	rc = envelope_make(v, json_type(j, t) == JSON_ARRAY ? j->tok[t].count
	    : 1, type);
	if (rc != 0)
		return rc;
	if (json_type(j, t) == JSON_OBJECT) {
		v->row[0].body = json_source(j, t, &v->row[0].len);
		return 0;
	}
	for (JSON_EACH(j, t, k)) {
		v->row[i].body = json_source(j, k, &v->row[i].len);
		i++;
	}
	return 0;
}

static int
cut_xml(struct envelope *v, const char *type)
{
	struct xml_slice *slice;
	struct err e;
	size_t n, i;
	int rc;

	if (xml_slices(v->r->body, v->r->len, v->s->receive.each, &slice, &n,
	    &e) != 0)
		return envelope_refuse(v, 415, "%s", e.msg);
	rc = 0;
	if (n > 0) {
		v->slices = 1;
		rc = envelope_make(v, n, type);
	}
	for (i = 0; rc == 0 && i < n; i++) {
		v->row[i].body = v->r->body + slice[i].off;
		v->row[i].len = slice[i].len;
	}
	free(slice);
	return rc;
}

/* Whether the body is what its type promises; if it is JSON, j is parsed. */
static int
sound(struct envelope *v, enum kind k, struct json *j)
{
	struct buf b = { 0 };
	const char *why;
	struct err e;
	int rc;

	switch (k) {
	case KIND_JSON:
		return envelope_parse(v, j, v->r->body, v->r->len);
	case KIND_NONE:
		if (json_parse(j, v->r->body, v->r->len) == 0)
			return 0;
		return envelope_refuse(v, 415, "Content-Type is missing, and "
		    "the body is not JSON");
	case KIND_TEXT:
		if (json_utf8(v->r->body, v->r->len))
			return 0;
		return envelope_refuse(v, 400, "the body is not UTF-8");
	case KIND_XML:
		rc = xml_to_json(v->r->body, v->r->len, XML_MAX, &b, &e);
		buf_release(&b);
		return rc == 0 ? 0 : envelope_refuse(v, 400, "%s", e.msg);
	case KIND_FORM:
		rc = form_json(v->r->body, v->r->len, v->a, &b, &why);
		buf_release(&b);
		return rc == 0 ? 0 : envelope_refuse(v, 400, "%s", why);
	case KIND_OTHER:
		break;
	}
	return envelope_refuse(v, 415, "this Content-Type is not accepted "
	    "here");
}

/* Whether it is a text that does not say so: some senders test a hook
 * with one. */
static int
unsaid_text(const struct envelope *v, enum kind k)
{
	struct json j = { 0 };
	int rc;

	if (v->s->receive.text != TEXT_ANY || k == KIND_XML || k == KIND_FORM)
		return 0;
	rc = json_parse(&j, v->r->body, v->r->len);
	json_release(&j);
	return rc != 0;
}

/* The type goes into the line of the event, which loya-apply judges. */
static int
line_may_have(const char *type)
{
	size_t n = strlen(type);

	return n <= INCOMING_TYPE &&
	    cloudevent_fault("datacontenttype", type, n) == NULL;
}

static int
cut(struct envelope *v, enum kind k, const struct json *j, const char *type)
{
	const char *each = v->s->receive.each;

	if (each == NULL)
		return 0;
	if (j->n > 0)
		return cut_json(v, j, type);
	return k == KIND_XML && *each != '/' && *each != '\0' ?
	    cut_xml(v, type) : 0;
}

/* The rows of a sound body. */
static int
rows(struct envelope *v, enum kind k, const struct json *j, const char *type)
{
	int rc, binary = envelope_is_binary(v->r);
	const char *head, *id = NULL;
	size_t i;

	if (!binary)
		head = envelope_head(v, NULL, 0);
	else if ((rc = envelope_binary(v, &head, &id)) != 0)
		return rc;
	if ((rc = whole(v, type)) != 0)
		return rc;
	v->row[0].head = head;
	if ((k == KIND_XML || !v->s->receive.org_xml) &&
	    (rc = envelope_organization(v, &v->row[0])) != 0)
		return rc;
	if (!binary && (rc = cut(v, k, j, type)) != 0)
		return rc;
	for (i = 0; i < v->n; i++) {
		v->row[i].head = head;
		envelope_id(v, i, id);
	}
	return 0;
}

/* A body in the source's own form, or in a binary CloudEvent. */
static int
native(struct envelope *v, const char *media, const char *type)
{
	enum kind k = kind(&v->s->receive, media);
	struct json j = { 0 };
	int rc;

	if (unsaid_text(v, k)) {
		k = KIND_TEXT;
		type = "text/plain";
	} else if (*type != '\0' && !line_may_have(type)) {
		k = KIND_OTHER;
	}
	if ((rc = sound(v, k, &j)) == 0)
		rc = rows(v, k, &j, k == KIND_NONE ? "application/json" :
		    type);
	json_release(&j);
	return rc;
}

/* The Content-Type as it came, without blanks around it, in the arena; and its
 * media type. */
static int
content_type(struct envelope *v, const char **type, char *media, size_t size)
{
	const char *s;
	size_t n;

	*type = "";
	if (http_header_count(v->r, "content-type") > 1)
		return envelope_refuse(v, 400,
		    "Content-Type is given more than once");
	s = http_header(v->r, "content-type");
	if (s == NULL)
		s = "";
	s += strspn(s, " \t");
	n = strlen(s);
	while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\t'))
		n--;
	*type = arena_dup(v->a, s, n);
	if (http_media_type(*type, media, size) != 0 && n > 0)
		return envelope_refuse(v, 415,
		    "this Content-Type is not accepted here");
	return 0;
}

static int
dispatch(struct envelope *v)
{
	const char *type;
	char media[128];
	int rc;

	if (v->r->len == 0)
		return envelope_refuse(v, 400, "the body is empty");
	if (http_is_coded(v->r))
		return envelope_refuse(v, 415,
		    "send the body without a Content-Encoding");
	if ((rc = content_type(v, &type, media, sizeof media)) != 0)
		return rc;
	if (strcmp(media, ROW_CLOUDEVENT) == 0)
		return envelope_structured(v);
	if (strcmp(media, "application/cloudevents-batch+json") == 0)
		return envelope_batch(v);
	if (strncmp(media, "application/cloudevents", 23) == 0)
		return envelope_refuse(v, 415,
		    "CloudEvents are accepted in the JSON format only");
	return native(v, media, type);
}

int
envelope_rows(const struct source *s, const struct http_request *r,
    struct arena *a, struct row **row, size_t *n, struct problem *p)
{
	struct envelope v = { s, r, a, p, NULL, 0, 0, NULL };
	int rc;

	*row = NULL;
	*n = 0;
	memset(p, 0, sizeof *p);
	rc = dispatch(&v);
	scene_close(v.whole);
	if (rc == 0) {
		*row = v.row;
		*n = v.n;
	}
	return rc;
}
