#include "common/place.h"

#include <string.h>
#include <strings.h>

#include "common/crypt.h"
#include "common/form.h"
#include "common/xml.h"

enum media { MEDIA_JSON, MEDIA_XML, MEDIA_FORM, MEDIA_TEXT };

/* What a media type promises (RFC 6839 for +json and +xml).  Parameters are
 * ignored, and no type means JSON (CloudEvents JSON format 3.1). */
static enum media
media(const char *type)
{
	size_t n;

	if (type == NULL || *type == '\0')
		return MEDIA_JSON;
	n = strcspn(type, "; \t");
	if ((n >= 5 && strncasecmp(type + n - 5, "/json", 5) == 0) ||
	    (n >= 5 && strncasecmp(type + n - 5, "+json", 5) == 0))
		return MEDIA_JSON;
	if ((n >= 4 && strncasecmp(type + n - 4, "/xml", 4) == 0) ||
	    (n >= 4 && strncasecmp(type + n - 4, "+xml", 4) == 0))
		return MEDIA_XML;
	return n == sizeof FORM_TYPE - 1 && strncasecmp(type, FORM_TYPE, n) ==
	    0 ? MEDIA_FORM : MEDIA_TEXT;
}

static int
is_structured(const char *type)
{
	size_t n = sizeof ROW_CLOUDEVENT - 1;

	return type != NULL && strcspn(type, "; \t") == n &&
	    strncasecmp(type, ROW_CLOUDEVENT, n) == 0;
}

static int
parse(struct json *j, const char *what, const char *text, size_t len,
    struct err *e)
{
	size_t line, column;
	const char *why;

	if (json_parse(j, text, len) == 0)
		return 0;
	json_place(text, j->bad, &line, &column);
	why = j->why;
	json_release(j);
	return err_set(e, E_DATA, "%s: line %zu, column %zu: %s", what, line,
	    column, why);
}

/* Turn XML or a form into JSON. */
static int
as_json(struct scene *s, enum media m, const char *text, size_t len,
    struct buf *b, struct err *e)
{
	const char *why;

	if (m == MEDIA_XML)
		return xml_to_json(text, len, XML_MAX, b, e);
	return form_json(text, len, s->arena, b, &why) == 0 ? 0 :
	    err_set(e, E_DATA, "body: %s", why);
}

/* Parse the body as a document of its own. */
static int
document(struct scene *s, const char *type, const char *text, size_t len,
    struct err *e)
{
	struct buf b = { NULL, 0, 0 };
	enum media m = media(type);
	int rc;

	s->xml = m == MEDIA_XML;
	if (m == MEDIA_JSON)
		return parse(&s->body, "body", text, len, e);
	if (m == MEDIA_TEXT)
		return 0;
	if ((rc = as_json(s, m, text, len, &b, e)) == 0)
		rc = parse(&s->body, "body", arena_dup(s->arena, b.p, b.len),
		    b.len, e);
	buf_release(&b);
	return rc;
}

/* Parse a CloudEvent's data that is not simply a JSON value: base64, or a
 * string that holds a document of another type. */
static int
packed(struct scene *s, uint32_t t, int base64, const char *type,
    struct err *e)
{
	const char *text;
	unsigned char *raw;
	size_t len;
	long n;

	text = json_string(&s->envelope, t, s->arena, &len);
	if (text == NULL)
		return err_set(e, E_DATA, "body: data must be a string");
	if (!base64)
		return document(s, type, text, len, e);
	raw = arena_alloc(s->arena, len + 1);
	n = crypt_unbase64(text, len, 0, raw, len);
	if (n < 0)
		return err_set(e, E_DATA, "body: data_base64 is not base64");
	return document(s, type, (char *)raw, (size_t)n, e);
}

static int
structured(struct scene *s, struct err *e)
{
	const struct json *j = &s->envelope;
	const char *type;
	uint32_t t;
	int rc;

	rc = parse(&s->envelope, "body", s->row->body, s->row->len, e);
	if (rc != 0)
		return rc;
	if (json_type(j, 0) != JSON_OBJECT)
		return err_set(e, E_DATA, "body: not a CloudEvent");
	s->cloudevent = 1;
	if (s->row->head != NULL && (rc = parse(&s->head, "head",
	    s->row->head, strlen(s->row->head), e)) != 0)
		return rc;
	type = json_get_string(j, 0, "datacontenttype", s->arena, NULL);
	if ((t = json_get(j, 0, "data_base64")) != JSON_NONE)
		return packed(s, t, 1, type, e);
	if ((t = json_get(j, 0, "data")) == JSON_NONE)
		return 0;
	if (media(type) != MEDIA_JSON)
		return packed(s, t, 0, type, e);
	s->body = s->envelope;
	s->shared = 1;
	s->data = t;
	return 0;
}

/* Parse the body, and what came with it in headers. */
static int
native(struct scene *s, struct err *e)
{
	const struct row *r = s->row;
	int rc;

	if (r->head != NULL) {
		rc = parse(&s->envelope, "head", r->head, strlen(r->head), e);
		if (rc != 0)
			return rc;
		s->cloudevent = json_get(&s->envelope, 0, "specversion")
		    != JSON_NONE;
	}
	return document(s, r->content_type, r->body, r->len, e);
}

int
scene_open(struct scene *s, const struct row *row, const char *const *root,
    size_t nroot, struct arena *a, struct err *e)
{
	int rc;

	memset(s, 0, sizeof *s);
	s->row = row;
	s->arena = a;
	if (row->body == NULL)
		return err_set(e, E_DATA, "body: no longer kept");
	rc = is_structured(row->content_type) ? structured(s, e)
	    : native(s, e);
	if (rc != 0) {
		scene_close(s);
		return rc;
	}
	scene_root(s, root, nroot);
	return 0;
}

int
scene_root(struct scene *s, const char *const *root, size_t nroot)
{
	uint32_t t;
	size_t i;

	s->base = s->element = s->data;
	if (s->body.n == 0)
		return 0;
	for (i = 0; i < nroot; i++)
		if (json_pointer(&s->body, s->data, root[i], &t) &&
		    json_type(&s->body, t) != JSON_NULL) {
			s->base = s->element = t;
			return 1;
		}
	return 0;
}

void
scene_close(struct scene *s)
{
	if (s == NULL)
		return;
	if (!s->shared)
		json_release(&s->body);
	json_release(&s->envelope);
	json_release(&s->head);
	memset(&s->body, 0, sizeof s->body);
}
