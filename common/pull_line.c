/* Lines that a command prints: records, or lines of loya-event(5). */
#include "common/pull_work.h"

#include <stdio.h>
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

/* The head of a row of a snapshot (binary mode). */
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

/* Make it a row of a snapshot, with a new id, because its own may already be
 * there. */
static int
of_snapshot(struct pull *p, const char *id, struct err *e)
{
	uint32_t data = json_get(&p->json, 0, "data");
	struct pull_row *r;
	struct jsonw w;

	buf_clear(&p->canonical);
	jsonw_init(&w, &p->canonical);
	jsonw_canonical(&w, &p->json, data);
	r = pull_new_row(p, p->canonical.p, p->canonical.len,
	    "application/json");
	pull_state_id(p, id, "", r->id);
	r->head = head(p, id);
	return pull_room(p, e);
}

/* A line that is neither a record of this source nor a loya.member line. */
static int
no_line(struct pull *p, const char *type, const char *s, size_t n,
    const char *why, struct err *e)
{
	return pull_odd(p, type, s, n, e, "line %lld: %s", (long long)p->line,
	    why);
}

static int
event(struct pull *p, const char *s, size_t n, struct err *e)
{
	const char *id = attribute(p, "id", 512);
	const char *source = attribute(p, "source", 64);
	const char *type = attribute(p, "type", 64);
	char why[128];

	p->count.rows++;
	if (id == NULL || source == NULL || type == NULL)
		snprintf(why, sizeof why, "source, id or type is missing");
	else if (strcmp(source, p->source->name) != 0)
		snprintf(why, sizeof why, "its source is '%s'", source);
	else if (strcmp(type, "loya.member") != 0)
		snprintf(why, sizeof why, "its type is '%s', and not "
		    "loya.member", type);
	else if (json_get(&p->json, 0, "data") == JSON_NONE)
		snprintf(why, sizeof why, "it has no data");
	else
		return p->snapshot != NULL ? of_snapshot(p, id, e) :
		    pull_own_row(p, id, s, n, e);
	/* As text, so that no map finds anything in it. */
	return no_line(p, "text/plain", s, n, why, e);
}

int
pull_line(struct pull *p, int64_t number, const char *s, size_t n,
    struct err *e)
{
	static const char json[] = "application/json";
	struct pull_query q = { .name = "command", .list = "command",
	    .key = p->conf->key };

	p->line = number;
	p->rows_here++;
	if (json_parse(&p->json, s, n) != 0)
		return no_line(p, json, s, n, p->json.why, e);
	if (json_type(&p->json, 0) != JSON_OBJECT)
		return no_line(p, json, s, n, "not an object", e);
	if (json_get(&p->json, 0, "specversion") != JSON_NONE)
		return event(p, s, n, e);
	if (p->source->map == NULL)
		return no_line(p, json, s, n, "a record, and the source's "
		    "file has no map for it", e);
	return pull_row(p, &q, s, n, e);
}
