#include "common/claims.h"

#include <string.h>

#include "common/crypt.h"
#include "common/jsonw.h"

/* [SEQ, GIVEN, NUM, "TEXT", SUB, TIME], the tail may be missing. */
static int
parse_event(struct claim_event *ev, const struct json *j, uint32_t i,
    struct arena *a)
{
	int64_t v;
	int n = 0;

	memset(ev, 0, sizeof *ev);
	ev->version.text = "";
	if (json_type(j, i) != JSON_ARRAY)
		return E_DATA;
	for (JSON_EACH(j, i, k)) {
		if (n == 3) {
			ev->version.text = json_string(j, k, a, NULL);
			if (ev->version.text == NULL)
				return E_DATA;
		} else if (json_int(j, k, &v) != 0) {
			return E_DATA;
		} else if (n == 0) {
			ev->seq = v;
		} else if (n == 1) {
			ev->version.given = (int)v;
		} else if (n == 2) {
			ev->version.num = v;
		} else if (n == 4) {
			ev->version.sub = v;
		} else if (n == 5) {
			ev->time = v;
		} else {
			ev->begin = v;
		}
		n++;
	}
	return 0;
}

/* ["value", EVENT], ["value", EVENT, TIE], ["value", EVENT, TIE, FLOOR] */
static int
parse_claim(struct claim *c, const struct json *j, uint32_t key,
    size_t nevent, struct arena *a)
{
	uint32_t i = key + 1, k;
	int64_t v;

	memset(c, 0, sizeof *c);
	if ((c->name = json_string(j, key, a, NULL)) == NULL)
		return E_DATA;
	c->order = claims_order(c->name);
	if (json_type(j, i) != JSON_ARRAY || j->tok[i].count < 2)
		return E_DATA;
	k = i + 1;
	c->json = json_source(j, k, &c->len);
	k = json_next(j, k);
	if (json_int(j, k, &v) != 0 || v < 0 || (uint64_t)v >= nevent)
		return E_DATA;
	c->event = (uint32_t)v;
	if (j->tok[i].count < 3)
		return 0;
	k = json_next(j, k);
	if (json_int(j, k, &v) != 0)
		return E_DATA;
	c->tie = v != 0;
	if (j->tok[i].count < 4)
		return 0;
	k = json_next(j, k);
	if (json_int(j, k, &v) != 0 || v < 0 || (uint64_t)v >= nevent)
		return E_DATA;
	c->floor = (uint32_t)v + 1;
	return 0;
}

static int64_t
number(const struct json *j, uint32_t i, const char *key)
{
	int64_t v = 0;
	uint32_t k;

	k = json_get(j, i, key);
	if (k != JSON_NONE)
		json_int(j, k, &v);
	return v;
}

static int
parse_link(struct link *l, const struct json *j, uint32_t i, struct arena *a)
{
	uint32_t source, id, events, fields;

	memset(l, 0, sizeof *l);
	source = json_get(j, i, "source");
	id = json_get(j, i, "external_id");
	events = json_get(j, i, "events");
	fields = json_get(j, i, "fields");
	if (source == JSON_NONE || id == JSON_NONE || events == JSON_NONE ||
	    fields == JSON_NONE)
		return E_DATA;
	l->source = json_string(j, source, a, NULL);
	l->external_id = json_string(j, id, a, NULL);
	if (l->source == NULL || l->external_id == NULL)
		return E_DATA;
	l->from_at = number(j, i, "from");
	l->to_at = number(j, i, "to");
	l->event = arena_alloc(a, (j->tok[events].count + 1) *
	    sizeof *l->event);
	for (JSON_EACH(j, events, k))
		if (parse_event(&l->event[l->nevent++], j, k, a) != 0)
			return E_DATA;
	l->claim = arena_alloc(a, (j->tok[fields].count + 1) *
	    sizeof *l->claim);
	for (JSON_EACH(j, fields, k))
		if (parse_claim(&l->claim[l->nclaim++], j, k, l->nevent,
		    a) != 0)
			return E_DATA;
	return 0;
}

int
claims_parse(struct claims *c, const char *json, size_t len, struct arena *a,
    struct json *j)
{
	memset(c, 0, sizeof *c);
	if (json_parse(j, json, len) != 0 || json_type(j, 0) != JSON_ARRAY)
		return E_DATA;
	c->link = arena_alloc(a, (j->tok[0].count + 1) * sizeof *c->link);
	for (JSON_EACH(j, 0, k))
		if (parse_link(&c->link[c->n++], j, k, a) != 0)
			return E_DATA;
	return 0;
}

/* As parse_event() reads it: what is behind the last element that says
 * something is left out. */
static void
write_event(struct jsonw *w, const struct claim_event *ev)
{
	int n;

	n = ev->begin != 0 ? 7 : ev->time != 0 ? 6 :
	    ev->version.sub != 0 ? 5 : ev->version.text[0] != '\0' ? 4 :
	    ev->version.num != 0 ? 3 : ev->version.given ? 2 : 1;
	jsonw_array(w);
	jsonw_int(w, ev->seq);
	if (n > 1)
		jsonw_int(w, ev->version.given);
	if (n > 2)
		jsonw_int(w, ev->version.num);
	if (n > 3)
		jsonw_string(w, ev->version.text);
	if (n > 4)
		jsonw_int(w, ev->version.sub);
	if (n > 5)
		jsonw_int(w, ev->time);
	if (n > 6)
		jsonw_int(w, ev->begin);
	jsonw_close(w, ']');
}

static void
write_claim(struct jsonw *w, const struct claim *c)
{
	jsonw_key(w, c->name);
	jsonw_array(w);
	jsonw_raw(w, c->json, c->len);
	jsonw_int(w, c->event);
	if (c->tie || c->floor != 0)
		jsonw_int(w, c->tie != 0);
	if (c->floor != 0)
		jsonw_int(w, c->floor - 1);
	jsonw_close(w, ']');
}

void
claims_write(struct buf *b, const struct claims *c)
{
	const struct link *l;
	struct jsonw w;
	size_t i, k;

	jsonw_init(&w, b);
	jsonw_array(&w);
	for (i = 0; i < c->n; i++) {
		l = &c->link[i];
		jsonw_object(&w);
		jsonw_kstring(&w, "source", l->source);
		jsonw_kstring(&w, "external_id", l->external_id);
		jsonw_kint(&w, "from", l->from_at);
		if (l->to_at != 0)
			jsonw_kint(&w, "to", l->to_at);
		jsonw_key(&w, "events");
		jsonw_array(&w);
		for (k = 0; k < l->nevent; k++)
			write_event(&w, &l->event[k]);
		jsonw_close(&w, ']');
		jsonw_key(&w, "fields");
		jsonw_object(&w);
		for (k = 0; k < l->nclaim; k++)
			write_claim(&w, &l->claim[k]);
		jsonw_close(&w, '}');
		jsonw_close(&w, '}');
	}
	jsonw_close(&w, ']');
}

int
claims_order(const char *name)
{
	int f = (int)core_field_find(name, strlen(name));

	if (f != F_CORE)
		return f;
	return strcmp(name, "deleted") == 0 ? CLAIM_DELETED :
	    strcmp(name, "@missing") == 0 ? CLAIM_MISSING : F_CORE;
}

int
claims_compare(const struct claim *a, const struct claim *b)
{
	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	return a->order == F_CORE ? strcmp(a->name, b->name) : 0;
}

struct claim *
claims_field(const struct link *l, int order, const char *name)
{
	size_t i;

	for (i = 0; i < l->nclaim; i++)
		if (l->claim[i].order == order && (order != F_CORE ||
		    strcmp(l->claim[i].name, name) == 0))
			return &l->claim[i];
	return NULL;
}

int
claims_is_record(const struct claims *c, const struct link *l)
{
	const struct link *o;
	size_t i;

	if (c->member == NULL || strcmp(l->external_id, c->member) != 0)
		return 1;
	for (i = 0; i < c->n; i++) {
		o = &c->link[i];
		if (strcmp(o->source, l->source) == 0 &&
		    strcmp(o->external_id, c->member) != 0)
			return 0;
	}
	return 1;
}

int
claims_status(const struct link *l, const struct claim **by, const char **json,
    size_t *len)
{
	static const char closed[] = "\"closed\"", out[] = "\"suspended\"";
	const struct claim *gone, *missing, *said;
	int is_closed;

	gone = claims_field(l, CLAIM_DELETED, NULL);
	missing = claims_field(l, CLAIM_MISSING, NULL);
	said = claims_field(l, F_STATUS, NULL);
	*by = gone != NULL ? gone : missing != NULL ? missing : said;
	*json = NULL;
	*len = 0;
	if (*by == NULL)
		return 0;
	is_closed = said != NULL && said->len == sizeof closed - 1 &&
	    memcmp(said->json, closed, said->len) == 0;
	*json = gone != NULL || is_closed ? closed : missing != NULL ? out :
	    said->json;
	*len = *json == closed ? sizeof closed - 1 : *json == out ?
	    sizeof out - 1 : said->len;
	return 1;
}

void
claims_mark(char out[CLAIMS_MARK], const char *decided, size_t ndecided,
    const char *claims, size_t nclaims)
{
	const struct crypt_part part[] = { { decided, ndecided },
	    { claims, nclaims } };
	unsigned char h[CRYPT_SHA256];

	crypt_sha256(h, part, 2);
	crypt_hex(h, (CLAIMS_MARK - 1) / 2, out);
}
