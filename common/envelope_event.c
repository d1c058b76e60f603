#include "common/envelope_part.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/cloudevent.h"

/* The id of a CloudEvent. */
static const char *
event_id(struct envelope *v, const char *source, const char *id)
{
	char *s;
	size_t n, m;

	if (strcmp(source, v->s->name) == 0)
		return id;
	n = strlen(source);
	m = strlen(id);
	s = arena_alloc(v->a, n + m + 2);
	memcpy(s, source, n);
	s[n] = ' ';
	memcpy(s + n + 1, id, m + 1);
	return s;
}

/* One event in the JSON format; *id is in the arena. */
static int
event(struct envelope *v, const char *where, const struct json *j,
    uint32_t t, const char **id)
{
	struct cloudevent q;
	struct err e;

	if (cloudevent_judge(j, t, v->a, &q, &e) != 0 ||
	    cloudevent_payload(j, t, v->a, &e) != 0)
		return envelope_refuse(v, 400, "%s%s", where, e.msg);
	*id = event_id(v, q.text[CE_SOURCE], q.text[CE_ID]);
	return 0;
}

/* The contents of data_base64 are a body of their own, and must be valid as
 * one. */
static int
unpack(struct envelope *v, const char *where, const struct row *row)
{
	struct scene sc;
	struct err e;

	if (scene_open(&sc, row, NULL, 0, v->a, &e) != 0)
		return envelope_refuse(v, 400, "%s%s", where, e.msg);
	scene_close(&sc);
	return 0;
}

/* Finish a row that is complete except for its id.  In a batch a header names
 * the delivery, but no event in it. */
static int
finish(struct envelope *v, size_t i, const char *where, const char *head,
    const char *id)
{
	struct row *row = &v->row[i];
	int rc;

	row->head = head;
	if ((rc = envelope_organization(v, row)) != 0)
		return rc;
	if (*where != '\0')
		row->head = NULL;
	envelope_id(v, i, id);
	row->head = head;
	return 0;
}

int
envelope_structured(struct envelope *v)
{
	struct json j = { 0 };
	const char *id;
	int rc;

	if ((rc = envelope_parse(v, &j, v->r->body, v->r->len)) != 0 ||
	    (rc = event(v, "", &j, 0, &id)) != 0 ||
	    (rc = envelope_make(v, 1, ROW_CLOUDEVENT)) != 0)
		goto out;
	v->row[0].body = v->r->body;
	v->row[0].len = v->r->len;
	if (json_get(&j, 0, "data_base64") != JSON_NONE &&
	    (rc = unpack(v, "", &v->row[0])) != 0)
		goto out;
	rc = finish(v, 0, "", envelope_head(v, NULL, 0), id);
out:
	json_release(&j);
	return rc;
}

int
envelope_batch(struct envelope *v)
{
	struct json j = { 0 };
	const char *id, *head;
	char where[32];
	size_t i = 0;
	int rc;

	if ((rc = envelope_parse(v, &j, v->r->body, v->r->len)) != 0)
		goto out;
	if (json_type(&j, 0) != JSON_ARRAY) {
		rc = envelope_refuse(v, 400, "a batch of CloudEvents must "
		    "be a JSON array");
		goto out;
	}
	if ((rc = envelope_make(v, j.tok[0].count, ROW_CLOUDEVENT)) != 0)
		goto out;
	head = envelope_head(v, NULL, 0);
	for (JSON_EACH(&j, 0, t)) {
		snprintf(where, sizeof where, "event %zu: ", i + 1);
		v->row[i].body = json_source(&j, t, &v->row[i].len);
		if ((rc = event(v, where, &j, t, &id)) != 0 ||
		    (json_get(&j, t, "data_base64") != JSON_NONE &&
		    (rc = unpack(v, where, &v->row[i])) != 0) ||
		    (rc = finish(v, i, where, head, id)) != 0)
			goto out;
		i++;
	}
out:
	json_release(&j);
	return rc;
}

/* Any required attribute makes it one, so that an event that lacks another is
 * refused, and not taken for something else. */
int
envelope_is_binary(const struct http_request *r)
{
	char name[32];
	int i;

	for (i = 0; i < CE_REQUIRED; i++) {
		snprintf(name, sizeof name, "ce-%s", cloudevent_required_name(
		    (enum cloudevent_required)i));
		if (http_header_count(r, name) > 0)
			return 1;
	}
	return 0;
}

/* The attribute in one ce- header. */
static int
header(struct envelope *v, const struct http_header *h,
    struct envelope_attribute *x)
{
	const char *fault;
	char *name;
	size_t n, i;

	n = strlen(h->name + 3);
	name = arena_dup(v->a, h->name + 3, n);
	for (i = 0; i < n; i++)
		if (name[i] >= 'A' && name[i] <= 'Z')
			name[i] = (char)(name[i] + 32);
	x->name = name;
	if (!cloudevent_name_ok(name, n))
		return envelope_refuse(v, 400, "header '%.40s' does not name "
		    "an attribute (letters and digits, not 'data')", h->name);
	if (strcmp(name, "datacontenttype") == 0)
		return envelope_refuse(v, 400, "header 'ce-datacontenttype' "
		    "is not allowed: Content-Type says this");
	if (http_header_count(v->r, h->name) > 1)
		return envelope_refuse(v, 400, "header '%.40s' is given "
		    "more than once", h->name);
	fault = cloudevent_header(h->value, v->a, &x->value, &x->len);
	if (fault == NULL)
		fault = cloudevent_fault(name, x->value, x->len);
	if (fault != NULL)
		return envelope_refuse(v, 400, "attribute '%.40s' %s", name,
		    fault);
	return 0;
}

int
envelope_binary(struct envelope *v, const char **head, const char **id)
{
	struct cloudevent q = { { NULL } };
	struct envelope_attribute *x;
	size_t i, n = 0;
	struct err e;
	int rc;

	x = arena_alloc(v->a, (v->r->nheader + 1) * sizeof *x);
	for (i = 0; i < v->r->nheader; i++) {
		if (strncasecmp(v->r->header[i].name, "ce-", 3) != 0)
			continue;
		if ((rc = header(v, &v->r->header[i], &x[n])) != 0)
			return rc;
		cloudevent_note(&q, x[n].name, x[n].value);
		n++;
	}
	if (cloudevent_complete(&q, &e) != 0)
		return envelope_refuse(v, 400, "%s", e.msg);
	*head = envelope_head(v, x, n);
	*id = event_id(v, q.text[CE_SOURCE], q.text[CE_ID]);
	return 0;
}
