/* Lines that a command prints: records, or lines of loya-event(5). */
#include "common/pull_work.h"

#include <string.h>

#include "common/cloudevent.h"
#include "common/incoming.h"
#include "common/jsonw.h"

/* The head of a row of a snapshot (binary mode). */
static const char *
head(struct pull *p, const char *id)
{
	uint32_t time = json_get(&p->json, 0, "time");
	struct buf b = { NULL, 0, 0 };
	struct jsonw w;

	pull_event(p, &w, &b, id, "loya.member");
	if (time != JSON_NONE)
		jsonw_kstring(&w, "time", json_string(&p->json, time,
		    &p->batch.arena, NULL));
	jsonw_kstring(&w, "loyasnapshot", p->snapshot);
	jsonw_close(&w, '}');
	return pull_keep(p, &b);
}

/* Make it a row of a snapshot, with a new id, because its own may already be
 * there. */
static void
of_snapshot(struct pull *p, const char *id)
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
}

/* A line that is neither a record of this source nor a loya.member line. */
static int
no_line(struct pull *p, const char *type, const char *s, size_t n,
    const char *why, struct err *e)
{
	return pull_odd(p, type, s, n, e, "line %lld: %s", (long long)p->line,
	    why);
}

/* Whether an event says what one record of this source is. */
static int
fits(struct pull *p, const struct row *r, const char *type,
    struct err *e)
{
	if (strcmp(r->source, p->source->name) != 0)
		return err_set(e, E_DATA, "its source is '%s'", r->source);
	if (strcmp(type, "loya.member") != 0)
		return err_set(e, E_DATA, "its type is '%.64s', and not "
		    "loya.member", type);
	if (json_get(&p->json, 0, "data") == JSON_NONE)
		return err_set(e, E_DATA, "it has no data");
	return cloudevent_payload(&p->json, 0, &p->batch.arena, e);
}

static int
event(struct pull *p, const char *s, size_t n, struct err *e)
{
	const char *type;
	struct row r;
	struct err why;

	p->count.rows++;
	if (incoming_event(&p->json, &p->batch.arena, &r, &type, &why) == 0 &&
	    fits(p, &r, type, &why) == 0) {
		if (p->snapshot != NULL)
			of_snapshot(p, r.event_id);
		else
			pull_own_row(p, r.event_id, s, n);
		return pull_room(p, e);
	}
	/* As text, so that no map finds anything in it. */
	return no_line(p, "text/plain", s, n, why.msg, e);
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
