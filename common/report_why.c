/* Why a field has its value: the claim that decided it, and those that lost. */
#include "common/report_why.h"

#include <stdlib.h>
#include <string.h>

/* The inbox row of the event that a claim came with.  Only single columns are
 * read, because the body may be long. */
int
report_why_receipt(struct why *y, struct said *s)
{
	static const char sql[] =
	    "SELECT event_id, received_at FROM inbox WHERE seq = :seq";
	struct stmt *st;
	int rc;

	st = db_stmt(store_db(y->r->store, STORE_INBOX), sql);
	stmt_int(st, 1, s->inbox);
	if ((rc = stmt_step(st, y->e)) <= 0)
		return rc;
	s->event_id = stmt_keep_text(st, 0, &y->arena);
	s->received_at = stmt_get_int(st, 1);
	stmt_reset(st);
	return 0;
}

/* What link i says about the field: 1, 0 nothing, <0. */
static int
look(struct why *y, size_t i, const char *field, struct said *s)
{
	int rc = 0;

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
	s->lives_on = s->claim->order > F_CORE &&
	    decide_lives_on(&y->m.claims, i);
	s->inbox = s->link->event[s->claim->event].seq;
	s->time = s->link->event[s->claim->event].time;
	if (s->claim->order == CLAIM_MISSING)
		rc = report_why_missing(y, s);
	else
		s->row = report_why_row(y, s->inbox);
	if (rc == 0)
		rc = report_why_receipt(y, s);
	return rc < 0 ? rc : 1;
}

/* Whether two records of one source tie; for the status the livelier one
 * counts. */
static int
is_tie(const struct said *a, const struct said *b)
{
	return a->claim->order <= F_CORE && a->claim->order != F_STATUS &&
	    decide_is_tie(&a->link->event[a->claim->event],
	    &b->link->event[b->claim->event]) &&
	    (a->len != b->len || memcmp(a->json, b->json, a->len) != 0);
}

enum lost
report_why_lost(const struct said *won, const struct said *lost)
{
	if (lost->link->to_at != 0)
		return LOST_ENDED;
	if (lost->lives_on && lost->may != MAY_NOT)
		return LOST_THERE;
	if (won == NULL || lost->may == MAY_NOT)
		return LOST_DENIED;
	return strcmp(won->link->source, lost->link->source) == 0 ?
	    LOST_NEWEST : LOST_AUTHORITY;
}

/* Why this claim won over the others. */
static const char *
rule_of(const struct said *won, const struct said *lost, size_t n)
{
	size_t i, same = 0, open = 0, tied = 0;

	for (i = 0; i < n; i++) {
		if (lost[i].link->to_at != 0)
			continue;
		open++;
		if (strcmp(lost[i].link->source, won->link->source) != 0)
			continue;
		same++;
		tied += is_tie(won, &lost[i]);
	}
	if (won->claim->tie || tied > 0)
		return "tie";
	if (open == 0)
		return "sole";
	return same == open ? "newest" : "authority";
}

/* Whether a field exists only in source files and nobody says anything about
 * it: "merged_into" of a record that was never merged. */
static int
is_trifle(struct why *y, const char *field, const struct value *v,
    const struct said *s, size_t n)
{
	size_t i = 0;

	if (v->json != NULL ||
	    core_field_find(field, strlen(field)) != F_CORE ||
	    report_why_next(y, field, &i) != NULL)
		return 0;
	for (i = 0; i < n; i++)
		if (s[i].len != 4 || memcmp(s[i].json, "null", 4) != 0)
			return 0;
	return 1;
}

/* A source that lost to another one, or (won NULL) to a record that is there
 * and says nothing, may have been removed from the list. */
static int
look_at_rules(struct why *y, const char *field, const struct said *won,
    struct said *lost, size_t n)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < n && rc == 0; i++)
		if (lost[i].link->to_at == 0 && (won == NULL ?
		    lost[i].lives_on : strcmp(won->link->source,
		    lost[i].link->source) != 0))
			rc = report_why_may(y, field, &lost[i]);
	return rc;
}

/* Explain one field: link is the one that decided it, -1 for nobody. */
static int
explain(struct why *y, const char *field, int64_t link)
{
	struct value v = profile_value(&y->m.profile, field);
	struct said *s, decided;
	const struct said *won = NULL;
	const char *rule;
	size_t i, n = 0;
	int rc;

	s = arena_alloc(&y->arena, (y->m.claims.n + 1) * sizeof *s);
	for (i = 0; i < y->m.claims.n; i++) {
		if ((rc = look(y, i, field, &s[n])) < 0)
			return rc;
		if (rc == 1 && (int64_t)i == link) {
			decided = s[n];
			won = &decided;
		} else {
			n += rc == 1;
		}
	}
	if (y->all && is_trifle(y, field, &v, s, n))
		return 0;
	if ((rc = report_why_made(y, field)) != 0 ||
	    (rc = look_at_rules(y, field, won, s, n)) != 0)
		return rc;
	report_why_since(y, field, won);
	rule = won != NULL ? rule_of(won, s, n) : "default";
	buf_clear(&y->line);
	(y->r->mode == TABLE_TEXT ? report_why_text : report_why_json)(y,
	    field, &v, won, s, n, rule);
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
	int rc;

	st = db_stmt(store_db(x->y->r->store, STORE_MAIN), sql);
	stmt_int(st, 1, seq);
	if ((rc = stmt_step(st, x->y->e)) != 1)
		return rc;
	x->seq = seq;
	x->at = stmt_get_int(st, 0);
	x->actor = stmt_keep_text(st, 1, &x->y->arena);
	stmt_reset(st);
	return 1;
}

/* Explain a status that nobody speaks about. */
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
		report_why_json(y, "status", &v, NULL, NULL, 0, "erased");
	return 0;
}

static int
explain_all(struct why *y)
{
	const char *name;
	int64_t link;
	size_t i = 0;
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
	while (rc == 0 && (name = report_why_more(y, &i)) != NULL)
		rc = explain(y, name, -1);
	return rc == 0 && y->m.hold != NULL ? report_why_explain_hold(y) : rc;
}

/* Whether a source that may not decide the field says something about it, or
 * will. */
static int
is_said(struct why *y, const char *field)
{
	const struct claims *c = &y->m.claims;
	size_t i = 0;

	if (report_why_next(y, field, &i) != NULL)
		return 1;
	for (i = 0; i < c->n; i++)
		if (claims_field(&c->link[i], claims_order(field),
		    field) != NULL)
			return 1;
	return 0;
}

/* This is more likely a slip than a question. */
static int
nobody_says(struct why *y, const char *field)
{
	struct buf near = { NULL, 0, 0 };
	size_t n = strlen(field);
	int rc = 0;

	if (report_field_ok(field, n))
		rc = report_field_known(y->r, field, n, y->conf, &near, y->e);
	if (rc == 1)
		buf_clear(&near);
	if (rc >= 0)
		rc = err_set(y->e, E_NOTFOUND, "member %s: no source that may "
		    "decide '%s' says anything about it%s%s%s", y->m.id, field,
		    near.len > 0 ? " (try: " : "", buf_str(&near),
		    near.len > 0 ? ")" : "");
	buf_release(&near);
	return rc;
}

static int
explain_one(struct why *y, const char *field)
{
	int64_t link = -1;
	uint32_t i;

	if (strcmp(field, "hold") == 0 && y->m.hold != NULL)
		return report_why_explain_hold(y);
	i = json_get(&y->decided, 0, field);
	if (i == JSON_NONE && strcmp(field, "status") != 0 &&
	    is_said(y, field))
		return explain(y, field, -1);
	if (i == JSON_NONE && strcmp(field, "points") == 0)
		return report_why_points(y->r, y->m.id, &y->past, y->e);
	if (i == JSON_NONE && strcmp(field, "status") != 0)
		return nobody_says(y, field);
	if (i == JSON_NONE)
		return explain_status(y);
	if (json_int(&y->decided, i, &link) != 0)
		link = -1;
	return explain(y, field, link);
}

static int
load(struct why *y, int64_t num)
{
	const char *p;
	size_t n;
	int rc;

	if ((rc = member_get(y->r->store, num, &y->arena, &y->m, y->e)) != 0 ||
	    (rc = member_decided(y->r->store, num, &y->arena, &p, &n,
	    y->e)) != 0)
		return rc;
	if (json_parse(&y->decided, p, n) != 0)
		return err_set(y->e, E_NOTSTORE, "member %s: decided is not "
		    "JSON", y->m.id);
	return 0;
}

int
report_why(const struct report *r, const char *member, const char *field,
    const char *conf, struct err *e)
{
	struct why y;
	int64_t num;
	int rc;

	memset(&y, 0, sizeof y);
	y.r = r;
	y.e = e;
	y.conf = conf;
	y.all = field == NULL;
	if ((rc = report_member(r->store, member, &num, e)) != 0)
		return rc;
	rc = load(&y, num);
	if (rc == 0)
		rc = report_past(r->store, num, INT64_MAX, &y.past, e);
	if (rc == 0)
		rc = report_why_rows(&y);
	if (rc == 0)
		rc = report_why_owners(&y);
	if (rc == 0)
		rc = report_why_foresee(&y);
	if (rc == 0)
		rc = field != NULL ? explain_one(&y, field) : explain_all(&y);
	json_release(&y.decided);
	report_past_release(&y.past);
	report_givers_release(&y.givers);
	config_free(y.config);
	free(y.applied);
	free(y.later);
	free(y.owner);
	buf_release(&y.line);
	arena_release(&y.arena);
	return rc;
}
