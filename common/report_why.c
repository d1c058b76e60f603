/* Why a field has its value: the claim that decided it, and those that lost. */
#include "common/report_why.h"

#include <stdlib.h>
#include <string.h>

#include "common/jsonw.h"

/* The inbox row of the event that a claim came with.  Column by column: the
 * body may be long. */
static int
receipt(struct why *y, struct said *s)
{
	static const char sql[] =
	    "SELECT event_id, received_at FROM inbox WHERE seq = :seq";
	struct stmt *st;
	const char *id;
	size_t n;
	int rc;

	st = db_stmt(store_db(y->r->store, STORE_INBOX), sql);
	stmt_int(st, 1, s->inbox);
	if ((rc = stmt_step(st, y->e)) <= 0)
		return rc;
	id = stmt_get_text(st, 0, &n);
	s->event_id = id != NULL ? arena_dup(&y->arena, id, n) : NULL;
	s->received_at = stmt_get_int(st, 1);
	stmt_reset(st);
	return 0;
}

/* What link i says of the field: 1, 0 nothing, <0. */
static int
look(struct why *y, size_t i, const char *field, struct said *s)
{
	int rc;

	memset(s, 0, sizeof *s);
	s->link = &y->m.claims.link[i];
	if (strcmp(field, "status") == 0) {
		claims_status(s->link, &s->claim, &s->json, &s->len);
	} else if ((s->claim = claims_field(s->link, claims_order(field),
	    field)) != NULL) {
		s->json = s->claim->json;
		s->len = s->claim->len;
	}
	if (s->claim == NULL || s->claim->event >= s->link->nevent)
		return 0;
	s->inbox = s->link->event[s->claim->event].seq;
	s->time = s->link->event[s->claim->event].time;
	rc = receipt(y, s);
	return rc < 0 ? rc : 1;
}

static void
time_or_null(struct jsonw *w, const char *key, int64_t t)
{
	jsonw_key(w, key);
	if (t != 0)
		jsonw_time(w, t);
	else
		jsonw_null(w);
}

static void
write_said(struct why *y, const struct said *s)
{
	const struct applied *a = report_why_row(y, s->inbox);
	struct jsonw *w = &y->w;

	jsonw_kstring(w, "source", s->link->source);
	jsonw_kstring(w, "external_id", s->link->external_id);
	jsonw_key(w, "event_id");
	if (s->event_id != NULL)
		jsonw_string(w, s->event_id);
	else
		jsonw_null(w);
	jsonw_kint(w, "inbox", s->inbox);
	jsonw_key(w, "audit");
	if (a != NULL)
		jsonw_int(w, a->seq);
	else
		jsonw_null(w);
	time_or_null(w, "source_time", s->time);
	time_or_null(w, "received_at", s->received_at);
}

/* Why this claim won over the others. */
static const char *
rule_of(const struct said *won, const struct said *lost, size_t n)
{
	size_t i, same = 0, open = 0;

	for (i = 0; i < n; i++) {
		open += lost[i].link->to_at == 0;
		same += lost[i].link->to_at == 0 &&
		    strcmp(lost[i].link->source, won->link->source) == 0;
	}
	if (won->claim->tie)
		return "tie";
	if (open == 0)
		return "sole";
	return same == open ? "newest" : "authority";
}

static const char *
lost_by(const struct said *won, const struct said *lost)
{
	if (lost->link->to_at != 0)
		return "ended";
	if (won == NULL)
		return "denied";
	return strcmp(won->link->source, lost->link->source) == 0 ?
	    "newest" : "authority";
}

static void
print_json(struct why *y, const char *field, const struct value *v,
    const struct said *won, const struct said *lost, size_t n,
    const char *rule)
{
	struct jsonw *w = &y->w;
	size_t i;

	jsonw_init(w, &y->line);
	jsonw_object(w);
	jsonw_kstring(w, "member", y->m.id);
	jsonw_kstring(w, "field", field);
	jsonw_kraw(w, "value", v->json != NULL ? v->json : "null",
	    v->json != NULL ? v->len : 4);
	jsonw_key(w, "owner");
	if (won != NULL) {
		jsonw_string(w, won->link->source);
		write_said(y, won);
	} else {
		jsonw_null(w);
	}
	jsonw_kstring(w, "rule", rule);
	jsonw_key(w, "lost");
	jsonw_array(w);
	for (i = 0; i < n; i++) {
		jsonw_object(w);
		jsonw_kraw(w, "value", lost[i].json, lost[i].len);
		write_said(y, &lost[i]);
		jsonw_kstring(w, "why", lost_by(won, &lost[i]));
		jsonw_close(w, '}');
	}
	jsonw_close(w, ']');
	jsonw_close(w, '}');
	jsonw_line(w);
	fwrite(y->line.p, 1, y->line.len, y->r->out);
}

/* A field that only the source files make up, and that nobody says is
 * anything: "merged_into" of a record that was never merged. */
static int
is_trifle(const char *field, const struct value *v, const struct said *s,
    size_t n)
{
	size_t i;

	if (v->json != NULL ||
	    core_field_find(field, strlen(field)) != F_CORE)
		return 0;
	for (i = 0; i < n; i++)
		if (s[i].len != 4 || memcmp(s[i].json, "null", 4) != 0)
			return 0;
	return 1;
}

/* One field: link is the one that decided it, -1 for nobody. */
static int
explain(struct why *y, const char *field, int64_t link)
{
	struct value v = profile_value(&y->m.profile, field);
	struct said *s, won;
	const char *rule;
	size_t i, n = 0;
	int rc, decided = 0;

	s = arena_alloc(&y->arena, (y->m.claims.n + 1) * sizeof *s);
	for (i = 0; i < y->m.claims.n; i++) {
		if ((rc = look(y, i, field, &s[n])) < 0)
			return rc;
		if (rc == 1 && (int64_t)i == link) {
			won = s[n];
			decided = 1;
		} else {
			n += rc == 1;
		}
	}
	if (y->all && is_trifle(field, &v, s, n))
		return 0;
	rule = decided ? rule_of(&won, s, n) : "default";
	buf_clear(&y->line);
	(y->r->mode == TABLE_TEXT ? report_why_text : print_json)(y, field, &v,
	    decided ? &won : NULL, s, n, rule);
	return 0;
}

/* The programme's own block: the row of the record that set it. */
struct hold {
	struct why *y;
	struct json json;
	int64_t seq;
};

static int
sets_hold(void *ctx, int64_t seq)
{
	static const char sql[] = "SELECT detail FROM audit WHERE seq = :seq";
	struct hold *h = ctx;
	struct stmt *st;
	const char *p;
	uint32_t i;
	size_t n;
	int rc;

	st = db_stmt(store_db(h->y->r->store, STORE_MAIN), sql);
	stmt_int(st, 1, seq);
	if ((rc = stmt_step(st, h->y->e)) <= 0)
		return rc;
	p = stmt_get_text(st, 0, &n);
	rc = 0;
	if (p != NULL && json_parse(&h->json, p, n) == 0 &&
	    json_pointer(&h->json, 0, "/changes/hold", &i)) {
		h->seq = seq;
		rc = 1;
	}
	stmt_reset(st);
	return rc;
}

static int
explain_hold(struct why *y)
{
	static const char sql[] = "SELECT at, actor, source, event_id, inbox "
	    "FROM audit WHERE seq = :seq";
	struct hold h;
	struct stmt *st;
	struct table *t;
	static const struct table_column columns[] = {
		{ "member", 0 }, { "field", 0 }, { "value", 0 },
		{ "owner", 0 }, { "actor", 0 }, { "audit", 0 }, { "at", 0 },
		{ "event_id", 0 }, { "inbox", 0 }, { "rule", 0 },
	};
	int rc;

	memset(&h, 0, sizeof h);
	h.y = y;
	rc = report_chain(y->r->store, y->m.audit, sets_hold, &h, y->e);
	json_release(&h.json);
	if (rc < 0)
		return rc;
	st = db_stmt(store_db(y->r->store, STORE_MAIN), sql);
	stmt_int(st, 1, h.seq);
	if ((rc = stmt_step(st, y->e)) < 0)
		return rc;
	if (y->r->mode == TABLE_TEXT) {
		report_why_hold(y, rc == 1 ? stmt_get_text(st, 1, NULL) :
		    NULL, rc == 1 ? stmt_get_text(st, 3, NULL) : NULL, h.seq,
		    rc == 1 ? stmt_get_int(st, 0) : 0);
		stmt_reset(st);
		return 0;
	}
	t = table_new(y->r->out, y->r->mode, TABLE_BLOCK, columns,
	    sizeof columns / sizeof columns[0]);
	table_text(t, y->m.id);
	table_text(t, "hold");
	table_text(t, y->m.hold);
	table_text(t, "loya");
	table_text(t, rc == 1 ? stmt_get_text(st, 1, NULL) : NULL);
	table_int(t, h.seq);
	table_time(t, rc == 1 ? stmt_get_int(st, 0) : 0);
	table_text(t, rc == 1 ? stmt_get_text(st, 3, NULL) : NULL);
	table_int(t, rc == 1 ? stmt_get_int(st, 4) : 0);
	table_text(t, "hold");
	table_end(t);
	table_free(t);
	stmt_reset(st);
	return 0;
}

struct erasure {
	struct why *y;
	const char *actor;
	int64_t seq, at;
};

/* The newest row about the member that says it was erased: 1, 0, <0. */
static int
is_erasure(void *ctx, int64_t seq)
{
	static const char sql[] = "SELECT at, actor FROM audit "
	    "WHERE seq = :seq AND kind = 'member.erased'";
	struct erasure *x = ctx;
	struct stmt *st;
	const char *actor;
	size_t n;
	int rc;

	st = db_stmt(store_db(x->y->r->store, STORE_MAIN), sql);
	stmt_int(st, 1, seq);
	if ((rc = stmt_step(st, x->y->e)) != 1)
		return rc;
	x->seq = seq;
	x->at = stmt_get_int(st, 0);
	actor = stmt_get_text(st, 1, &n);
	x->actor = actor != NULL ? arena_dup(&x->y->arena, actor, n) : NULL;
	stmt_reset(st);
	return 1;
}

/* A status that nobody speaks of. */
static int
explain_status(struct why *y)
{
	struct erasure x = { .y = y };
	struct value v = profile_value(&y->m.profile, "status");
	int rc;

	rc = report_chain(y->r->store, y->m.audit, is_erasure, &x, y->e);
	if (rc <= 0)
		return rc < 0 ? rc : explain(y, "status", -1);
	buf_clear(&y->line);
	if (y->r->mode == TABLE_TEXT)
		report_why_erased(y, x.actor, x.seq, x.at);
	else
		print_json(y, "status", &v, NULL, NULL, 0, "erased");
	return 0;
}

static int
explain_all(struct why *y)
{
	const char *name;
	int64_t link;
	int rc = 0;

	if (json_get(&y->decided, 0, "status") == JSON_NONE)
		rc = explain_status(y);
	for (JSON_EACH(&y->decided, 0, k)) {
		if (rc != 0)
			return rc;
		name = json_string(&y->decided, k, &y->arena, NULL);
		if (json_int(&y->decided, k + 1, &link) != 0)
			link = -1;
		rc = explain(y, name, link);
	}
	return rc == 0 && y->m.hold != NULL ? explain_hold(y) : rc;
}

/* Whether a source says something about it that may not. */
static int
is_said(const struct why *y, const char *field)
{
	const struct claims *c = &y->m.claims;
	size_t i;

	for (i = 0; i < c->n; i++)
		if (claims_field(&c->link[i], claims_order(field),
		    field) != NULL)
			return 1;
	return 0;
}

static int
explain_one(struct why *y, const char *field)
{
	int64_t link = -1;
	uint32_t i;

	if (strcmp(field, "hold") == 0 && y->m.hold != NULL)
		return explain_hold(y);
	i = json_get(&y->decided, 0, field);
	if (i == JSON_NONE && strcmp(field, "status") != 0 &&
	    is_said(y, field))
		return explain(y, field, -1);
	if (i == JSON_NONE && strcmp(field, "status") != 0)
		return err_set(y->e, E_NOTFOUND, "member %s: no source says "
		    "anything about '%s'", y->m.id, field);
	if (i == JSON_NONE)
		return explain_status(y);
	if (json_int(&y->decided, i, &link) != 0)
		link = -1;
	return explain(y, field, link);
}

static int
load(struct why *y, int64_t num)
{
	static const char sql[] = "SELECT decided FROM member WHERE num = :num";
	struct stmt *st;
	const char *p;
	size_t n;
	int rc;

	if ((rc = member_get(y->r->store, num, &y->arena, &y->m, y->e)) != 0)
		return rc;
	st = db_stmt(store_db(y->r->store, STORE_MAIN), sql);
	stmt_int(st, 1, num);
	if ((rc = stmt_step(st, y->e)) < 0)
		return rc;
	p = stmt_get_text(st, 0, &n);
	p = arena_dup(&y->arena, p, n);
	stmt_reset(st);
	if (json_parse(&y->decided, p, n) != 0)
		return err_set(y->e, E_NOTSTORE, "member %s: decided is not "
		    "JSON", y->m.id);
	return 0;
}

int
report_why(const struct report *r, const char *member, const char *field,
    struct err *e)
{
	struct why y;
	int64_t num;
	int rc;

	memset(&y, 0, sizeof y);
	y.r = r;
	y.e = e;
	y.all = field == NULL;
	if ((rc = report_member(r->store, member, &num, e)) != 0)
		return rc;
	rc = load(&y, num);
	if (rc == 0)
		rc = report_why_rows(&y);
	if (rc == 0)
		rc = field != NULL ? explain_one(&y, field) : explain_all(&y);
	json_release(&y.decided);
	free(y.applied);
	buf_release(&y.line);
	arena_release(&y.arena);
	return rc;
}
