#include "common/map_inner.h"

#include <string.h>

#include "common/clock.h"

/* With larger ones, sums could some day exceed an int64_t. */
#define POINTS_MAX INT64_C(1000000000000)

/* Data being read into a change. */
struct reading {
	struct mapper *m;
	const struct json *j;
	struct change *c;
	const char *phase;	/* of a snapshot */
	int kind, hold, count;	/* these are there */
};

static int
wrong(struct reading *r, uint32_t v, const char *why, const char *name,
    const char *fault)
{
	size_t len;
	const char *s = json_source(r->j, v, &len);

	return map_wrong(r->m, why, name, s, len, fault);
}

/* A text member, not empty. */
static int
text(struct reading *r, uint32_t v, const char *name, const char **out)
{
	size_t len;

	*out = json_string(r->j, v, r->m->arena, &len);
	if (*out == NULL)
		return wrong(r, v, "bad_field", name, "is not a text");
	if (len == 0 || len > MAP_ID)
		return map_refuse(r->m, "bad_field", "%s is %s", name,
		    len == 0 ? "empty" : "too long");
	return 0;
}

/* A text or whole number as text: external_id. */
static int
id(struct reading *r, uint32_t v, const char *name, const char **out)
{
	if (json_type(r->j, v) == JSON_NUMBER && r->j->tok[v].integer) {
		*out = arena_dup(r->m->arena, json_text(r->j, v),
		    r->j->tok[v].len);
		return 0;
	}
	return text(r, v, name, out);
}

/* A scalar or JSON value in the form that map_read.c uses. */
static void
got(struct reading *r, uint32_t v, struct got *g)
{
	struct found f = { r->j, v, NULL };

	memset(g, 0, sizeof *g);
	g->kind = json_type(r->j, v) == JSON_NULL ? GOT_NULL : GOT_JSON;
	g->s = place_canonical(&r->m->scene, &f, &g->len);
}

/* version: a number or text, or a list of that and a second number. */
static int
version(struct reading *r, uint32_t v)
{
	struct got num, sub = { 0 };

	if (json_type(r->j, v) == JSON_ARRAY && r->j->tok[v].count == 2) {
		got(r, v + 1, &num);
		got(r, json_next(r->j, v + 1), &sub);
	} else {
		got(r, v, &num);
	}
	if (num.kind == GOT_JSON && strchr("[{tf", num.s[0]) != NULL)
		return map_refuse(r->m, "bad_field",
		    "version is neither a number nor a text");
	return map_version(r->m, &num, &sub, &r->c->version);
}

static int
field(struct reading *r, const char *name, enum core_field core, uint32_t v)
{
	struct got g;

	got(r, v, &g);
	if (map_field(r->m, name, core, &g, &r->c->field[r->c->nfield]) != 0)
		return -1;
	r->c->nfield++;
	return 0;
}

static int
attributes(struct reading *r, uint32_t v)
{
	const char *name;
	size_t len;

	if (json_type(r->j, v) != JSON_OBJECT)
		return map_refuse(r->m, "bad_field",
		    "attributes is not an object");
	if (r->j->tok[v].count > CHANGE_ATTRIBUTES)
		return map_refuse(r->m, "bad_field",
		    "attributes: more than %d", CHANGE_ATTRIBUTES);
	for (JSON_EACH(r->j, v, k)) {
		name = json_string(r->j, k, r->m->arena, &len);
		if (!attribute_name_ok(name, len))
			return map_refuse(r->m, "bad_field",
			    "attributes: '%.64s' is not the name of an "
			    "attribute", name);
		if (field(r, name, F_CORE, k + 1) != 0)
			return -1;
	}
	return 0;
}

/* How many fields there can be: to make room once. */
static size_t
room(const struct json *j, uint32_t data)
{
	uint32_t a;

	a = json_get(j, data, "attributes");
	return j->tok[data].count + (a == JSON_NONE ? 0 : j->tok[a].count);
}

static int
unknown(struct reading *r, const char *name)
{
	return map_refuse(r->m, "bad_field",
	    "data has an unknown member '%.64s'", name);
}

/* Whom it is about, which is said in all lines about a member; or an unknown
 * key. */
static int
whom(struct reading *r, uint32_t v, const char *name)
{
	if (strcmp(name, "external_id") == 0)
		return id(r, v, name, &r->c->external_id);
	if (strcmp(name, "member") == 0)
		return text(r, v, name, &r->c->member);
	return unknown(r, name);
}

static int
member_key(struct reading *r, uint32_t k)
{
	uint32_t v = k + 1;
	enum core_field core;
	const char *name;
	struct got g;
	size_t len;

	name = json_string(r->j, k, r->m->arena, &len);
	core = core_field_find(name, len);
	if (core != F_CORE)
		return field(r, core_field_name(core), core, v);
	if (strcmp(name, "attributes") == 0)
		return attributes(r, v);
	if (strcmp(name, "version") == 0)
		return version(r, v);
	if (strcmp(name, "effective_at") == 0) {
		got(r, v, &g);
		return map_time(r->m, name, &g, &r->c->effective_at);
	}
	if (strcmp(name, "deleted") == 0) {
		r->c->deleted = json_type(r->j, v) == JSON_TRUE;
		if (r->c->deleted || json_type(r->j, v) == JSON_FALSE ||
		    json_type(r->j, v) == JSON_NULL)
			return 0;
		return wrong(r, v, "bad_field", name,
		    "is neither true nor false");
	}
	return whom(r, v, name);
}

/* The event's own time. */
static int
event_time(struct mapper *m, struct change *c)
{
	struct found f;
	struct got g = { 0 };

	if (m->scene.cloudevent && place_find(&m->scene, "@time", &f)) {
		g.kind = place_type(&f) == JSON_NULL ? GOT_NULL : GOT_JSON;
		g.s = place_canonical(&m->scene, &f, &g.len);
	}
	return map_time(m, "time", &g, &c->time);
}

/* One of member and external_id, not both. */
static int
who(struct mapper *m, const struct change *c)
{
	if (c->member != NULL && c->external_id != NULL)
		return map_refuse(m, "missing", "data has both member and "
		    "external_id: leave one of them out");
	if (c->member == NULL && c->external_id == NULL)
		return map_refuse(m, "missing",
		    "data has neither external_id nor member");
	return 0;
}

static int
begin(struct reading *r, struct mapper *m, uint32_t data,
    enum change_kind kind)
{
	memset(r, 0, sizeof *r);
	r->m = m;
	r->j = &m->scene.body;
	if (m->scene.body.n == 0 || json_type(r->j, data) != JSON_OBJECT)
		return map_refuse(m, "missing", "data is not an object");
	r->c = map_add(m);
	r->c->kind = kind;
	return event_time(m, r->c);
}

/* If data has no id, one from where the map says. */
static int
fallback_id(struct mapper *m, struct change *c)
{
	struct got g;

	if (m->form == NULL || m->form->external_id.nway == 0 ||
	    c->member != NULL || c->external_id != NULL)
		return 0;
	if (map_read(m, "external_id", &m->form->external_id, &g) != 0)
		return -1;
	map_unquote(m, &g);
	if (g.kind == GOT_TEXT && g.len > MAP_ID)
		return map_refuse(m, "bad_field", "external_id is too long");
	if (g.kind == GOT_TEXT && g.len > 0)
		c->external_id = g.s;
	return 0;
}

int
map_canonical_member(struct mapper *m, uint32_t data)
{
	struct reading r;
	struct change *c;

	if (begin(&r, m, data, CHANGE_MEMBER) != 0)
		return -1;
	c = r.c;
	c->field = arena_alloc(m->arena,
	    (room(r.j, data) + 1) * sizeof *c->field);
	for (JSON_EACH(r.j, data, k))
		if (member_key(&r, k) != 0)
			return -1;
	if (!c->version.given)
		c->version.num = c->time != 0 ? c->time
		    : m->scene.row->received_at;
	if (fallback_id(m, c) != 0)
		return -1;
	return who(m, c);
}

/* The data of the lines that have no fields, member by member. */
static int
read_data(struct reading *r, struct mapper *m, enum change_kind kind,
    int (*key)(struct reading *, uint32_t k))
{
	if (begin(r, m, m->scene.data, kind) != 0)
		return -1;
	for (JSON_EACH(r->j, m->scene.data, k))
		if (key(r, k) != 0)
			return -1;
	return 0;
}

static int
points_kind(struct reading *r, uint32_t v)
{
	enum points_kind k;

	for (k = POINTS_EARN; k <= POINTS_REVERSE; k++)
		if (json_is(r->j, v, points_kind_name(k))) {
			r->c->points_kind = k;
			return 0;
		}
	return wrong(r, v, "bad_points", "kind", "is not one of earn, redeem, "
	    "adjust, expire, reverse");
}

static int
points_key(struct reading *r, uint32_t k)
{
	uint32_t v = k + 1;
	const char *name;

	name = json_string(r->j, k, r->m->arena, NULL);
	if (strcmp(name, "reference") == 0)
		return id(r, v, name, &r->c->reference);
	if (strcmp(name, "reverses") == 0)
		return id(r, v, name, &r->c->reverses);
	if (strcmp(name, "kind") == 0) {
		r->kind = 1;
		return points_kind(r, v);
	}
	if (strcmp(name, "points") == 0) {
		r->c->has_points = 1;
		if (json_int(r->j, v, &r->c->points) != 0)
			return wrong(r, v, "bad_points", name,
			    r->j->tok[v].integer ? "is beyond 10^12" :
			    "is not a whole number");
		return 0;
	}
	return whom(r, v, name);
}

static int
points_rules(const struct reading *r)
{
	struct mapper *m = r->m;
	const struct change *c = r->c;
	int reverse = c->points_kind == POINTS_REVERSE;

	if (!r->kind)
		return map_refuse(m, "missing", "data has no kind");
	if (c->reference == NULL)
		return map_refuse(m, "missing", "data has no reference");
	if (reverse && c->reverses == NULL)
		return map_refuse(m, "missing", "data has no reverses");
	if (!reverse && c->reverses != NULL)
		return map_refuse(m, "bad_field",
		    "reverses is only for the kind reverse");
	if (!c->has_points)
		return reverse ? 0 : map_refuse(m, "missing",
		    "data has no points");
	if (c->points == 0)
		return map_refuse(m, "bad_points", "points is 0");
	if (c->points > POINTS_MAX || c->points < -POINTS_MAX)
		return map_refuse(m, "bad_points", "points is beyond 10^12");
	if (c->points_kind == POINTS_EARN && c->points < 0)
		return map_refuse(m, "bad_points",
		    "points of kind earn is negative");
	return 0;
}

static int
points(struct mapper *m)
{
	struct reading r;

	if (read_data(&r, m, CHANGE_POINTS, points_key) != 0 ||
	    who(m, r.c) != 0)
		return -1;
	return points_rules(&r);
}

static int
hold_key(struct reading *r, uint32_t k)
{
	uint32_t v = k + 1;
	const char *name;

	name = json_string(r->j, k, r->m->arena, NULL);
	if (strcmp(name, "hold") != 0)
		return whom(r, v, name);
	r->hold = 1;
	if (json_type(r->j, v) == JSON_NULL)
		return 0;
	if (text(r, v, name, &r->c->hold) != 0)
		return -1;
	if (strlen(r->c->hold) > 64 ||
	    strpbrk(r->c->hold, " \t\r\n\"\\") != NULL)
		return wrong(r, v, "bad_field", name, "is not one word");
	return 0;
}

static int
hold(struct mapper *m)
{
	struct reading r;

	if (m->source != NULL)
		return map_refuse(m, "not_local",
		    "loya.hold may come only from the source local");
	if (read_data(&r, m, CHANGE_HOLD, hold_key) != 0)
		return -1;
	if (!r.hold)
		return map_refuse(m, "missing", "data has no hold");
	return who(m, r.c);
}

static int
snapshot_key(struct reading *r, uint32_t k)
{
	uint32_t v = k + 1;
	const char *name;

	name = json_string(r->j, k, r->m->arena, NULL);
	if (strcmp(name, "phase") == 0)
		return text(r, v, name, &r->phase);
	if (strcmp(name, "snapshot") == 0)
		return text(r, v, name, &r->c->snapshot);
	if (strcmp(name, "count") != 0)
		return unknown(r, name);
	r->count = 1;
	if (json_int(r->j, v, &r->c->count) != 0 || r->c->count < 0)
		return wrong(r, v, "bad_field", name,
		    "is not a whole number of 0 or more");
	return 0;
}

static int
snapshot(struct mapper *m)
{
	struct reading r;

	if (read_data(&r, m, CHANGE_SNAPSHOT, snapshot_key) != 0)
		return -1;
	if (r.phase == NULL || r.c->snapshot == NULL)
		return map_refuse(m, "missing", "data has no %s",
		    r.phase == NULL ? "phase" : "snapshot");
	r.c->begin = strcmp(r.phase, "begin") == 0;
	if (!r.c->begin && strcmp(r.phase, "end") != 0)
		return map_refuse(m, "bad_field",
		    "phase is neither begin nor end");
	if (!r.c->begin && !r.count)
		return map_refuse(m, "missing", "data has no count");
	return 0;
}

int
map_canonical(struct mapper *m, const char *type)
{
	if (strcmp(type, "loya.member") == 0)
		return map_canonical_member(m, m->scene.data);
	if (strcmp(type, "loya.points") == 0)
		return points(m);
	if (strcmp(type, "loya.hold") == 0)
		return hold(m);
	if (strcmp(type, "loya.snapshot") == 0)
		return snapshot(m);
	return map_refuse(m, "unmapped", "type '%.64s' is not one that loya "
	    "accepts",
	    type);
}
