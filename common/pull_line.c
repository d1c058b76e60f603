/* What a command prints: records, or lines of loya-event(5). */
#include "common/pull_work.h"

#include <string.h>

#include "common/jsonw.h"

/* A text member of the line; NULL: it has none that could be an attribute. */
static const char *
attribute(struct pull *p, const char *name, size_t max)
{
	uint32_t i = json_get(&p->json, 0, name);
	const char *s, *c;
	size_t n;

	if (i == JSON_NONE ||
	    (s = json_string(&p->json, i, &p->batch.arena, &n)) == NULL)
		return NULL;
	for (c = s; (unsigned char)*c >= 0x20 && *c != 0x7f; c++)
		;
	return *c == '\0' && n > 0 && n <= max ? s : NULL;
}

/* What stands outside the body of a row of a snapshot (binary mode). */
static size_t
head(struct pull *p, const char *id)
{
	struct buf b = { NULL, 0, 0 };
	struct jsonw w;
	size_t at;

	jsonw_init(&w, &b);
	jsonw_object(&w);
	jsonw_kstring(&w, "specversion", "1.0");
	jsonw_kstring(&w, "id", id);
	jsonw_kstring(&w, "source", p->source->name);
	jsonw_kstring(&w, "type", "loya.member");
	jsonw_kstring(&w, "time", attribute(p, "time", 64));
	jsonw_kstring(&w, "loyasnapshot", p->snapshot);
	jsonw_close(&w, '}');
	at = pull_keep(p, b.p, b.len);
	buf_release(&b);
	return at;
}

/* As a row of a snapshot: its own id may have been there before. */
static int
of_snapshot(struct pull *p, const char *id, struct err *e)
{
	uint32_t data = json_get(&p->json, 0, "data");
	struct pull_row *r;
	struct jsonw w;

	if (data == JSON_NONE)
		return err_set(e, E_IO, "the line has no data");
	buf_clear(&p->canonical);
	jsonw_init(&w, &p->canonical);
	jsonw_canonical(&w, &p->json, data);
	r = pull_new_row(p, p->canonical.p, p->canonical.len,
	    "application/json");
	pull_state_id(p, id, "", r->id);
	r->head = head(p, id);
	return pull_room(p, e);
}

int
pull_line(struct pull *p, const struct pull_query *q, const char *s, size_t n,
    struct err *e)
{
	const char *id, *source, *type;

	if (json_parse(&p->json, s, n) != 0)
		return err_set(e, E_IO, "not JSON: %s", p->json.why);
	if (json_type(&p->json, 0) != JSON_OBJECT)
		return err_set(e, E_IO, "not an object");
	if (json_get(&p->json, 0, "specversion") == JSON_NONE)
		return pull_row(p, q, s, n, e);
	id = attribute(p, "id", 512);
	source = attribute(p, "source", 64);
	type = attribute(p, "type", 64);
	if (id == NULL || source == NULL || type == NULL)
		return err_set(e, E_IO, "source, id or type is missing");
	if (strcmp(source, p->source->name) != 0)
		return err_set(e, E_IO, "its source is '%s'", source);
	if (strcmp(type, "loya.member") != 0)
		return err_set(e, E_IO, "its type is '%s', and not "
		    "loya.member", type);
	p->count.rows++;
	return p->snapshot != NULL ? of_snapshot(p, id, e) :
	    pull_own_row(p, id, s, n, e);
}
