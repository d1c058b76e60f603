/*
 * What will come of a change that waits for its time, worked out like
 * loya-apply will: from what is in force now, and from what else waits.  A
 * claim of the same source that is newer, or will be there first, overrides it.
 */
#include "common/report_why.h"

#include <string.h>

#include "common/inbox.h"
#include "common/map.h"
#include "common/snapshot.h"

/* The source that decides a field now; NULL: none. */
static const char *
owner_now(const struct why *y, const char *field)
{
	uint32_t k = json_get(&y->decided, 0, field);
	int64_t i;

	if (k == JSON_NONE || json_int(&y->decided, k, &i) != 0 || i < 0 ||
	    (size_t)i >= y->m.claims.n)
		return NULL;
	return y->m.claims.link[i].source;
}

/* The rank by the rules that the members were computed by.  If these
 * are not known, the present owner comes first, and nothing is known
 * about the others. */
static int
rank(const void *ctx, const char *field, const char *source)
{
	const struct why *y = ctx;
	const char *owner;

	if (y->rules == 1)
		return config_rank(y->config, field, source);
	owner = owner_now(y, field);
	return owner != NULL && strcmp(owner, source) != 0;
}

/* Without the files only canonical lines are understood. */
static const struct source *
source_of(const struct why *y, const char *name)
{
	return y->config != NULL ? config_source(y->config, name) : NULL;
}

/* Map the event of a later change, once for all the times that it names. */
static int
map_event(struct why *y, size_t at)
{
	struct later *l = &y->later[at];
	struct refusal why;
	struct row row;
	size_t i;
	int rc;

	for (i = 0; i < at; i++)
		if (y->later[i].said.inbox == l->said.inbox) {
			l->change = y->later[i].change;
			l->nchange = y->later[i].nchange;
			return 0;
		}
	rc = inbox_get(y->r->store, l->said.inbox, &y->arena, &row, y->e);
	if (rc != 0 || row.body == NULL)
		return rc == E_NOTFOUND ? 0 : rc;
	if (map_row(source_of(y, row.source), &row, &y->arena, &l->change,
	    &l->nchange, &why) != MAP_CHANGES)
		l->nchange = 0;
	return 0;
}

/* Whether c, of the same event, is about l's record. */
static int
is_about(const struct change *c, const struct later *l)
{
	const char *id = change_id(c);

	return c->kind == CHANGE_MEMBER && id != NULL &&
	    strcmp(id, l->link.external_id) == 0;
}

/* Let l be this change, with its place among the others. */
static int
place(struct why *y, struct later *l, const struct change *c)
{
	int64_t at;
	int rc;

	if ((rc = snapshot_place_of(y->r->store, l->link.source, c->snapshot,
	    l->said.inbox, &at, y->e)) != 0)
		return rc;
	l->is = c;
	decide_as_event(c, l->said.inbox, at, &l->event);
	return 0;
}

/* Put a copy of a later change behind it. */
static void
repeat(struct why *y, size_t at)
{
	y->later = xrealloc(y->later, y->nlater + 1, sizeof *y->later);
	memmove(&y->later[at + 1], &y->later[at],
	    (y->nlater++ - at) * sizeof *y->later);
}

static size_t
link_of(const struct claims *c, const struct later *l)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		if (strcmp(c->link[i].source, l->link.source) == 0 &&
		    strcmp(c->link[i].external_id,
		    l->link.external_id) == 0)
			break;
	return i;
}

/* Whether o is a newer change of the same record that waits longer, and takes
 * the place of others: then it keeps its fields to itself. */
static int
keeps(const struct later *o, const struct later *l)
{
	if (o->at <= l->at || o->is != change_to_come(o->change, o->nchange,
	    o->said.received_at, o->link.external_id) ||
	    strcmp(o->link.source, l->link.source) != 0 ||
	    strcmp(o->link.external_id, l->link.external_id) != 0)
		return 0;
	return decide_later(&o->event, &l->event);
}

/* The next change that says in place of l what both say, of the same event or
 * of another; NULL at the end. */
static const struct change *
next_over(const struct why *y, const struct later *l, size_t *i)
{
	const struct change *c;
	const struct later *o;

	while (*i < l->nchange) {
		c = &l->change[(*i)++];
		if (c != l->is && is_about(c, l) && change_overrides(c, l->is,
		    l->said.received_at, l->at))
			return c;
	}
	while (*i < l->nchange + y->nlater) {
		o = &y->later[(*i)++ - l->nchange];
		if (keeps(o, l))
			return o->is;
	}
	return NULL;
}

static int
is_taken(const struct why *y, const struct later *l, const char *field)
{
	const struct change *c;
	size_t i = 0;

	while ((c = next_over(y, l, &i)) != NULL)
		if (change_names(c, field))
			return 1;
	return 0;
}

static int
is_covered(const struct why *y, const struct later *l)
{
	const struct change *c;
	size_t i = 0;

	while ((c = next_over(y, l, &i)) != NULL)
		if (change_covers(c, l->is))
			return 1;
	return 0;
}

/* What l says without the fields that others take, except those that match
 * rules read, as in loya-apply. */
static const struct change *
not_taken(struct why *y, const struct later *l)
{
	const struct source *s = source_of(y, l->link.source);
	struct change *c;
	size_t k, n;

	c = arena_alloc(&y->arena, sizeof *c);
	*c = *l->is;
	c->field = arena_alloc(&y->arena, (c->nfield + 1) * sizeof *c->field);
	for (k = n = 0; k < c->nfield; k++)
		if (!is_taken(y, l, l->is->field[k].name) ||
		    source_matches(s, l->is->field[k].name))
			c->field[n++] = l->is->field[k];
	c->nfield = n;
	return c;
}

/* What is known about a change whose event cannot be mapped any more: what the
 * record says it would bring when it was put off, as the newest claim. */
static struct change *
as_recorded(struct why *y, size_t at)
{
	struct later *l = &y->later[at];
	struct json j = { 0 };
	struct change *c;
	struct field *f;

	c = arena_alloc(&y->arena, sizeof *c);
	memset(c, 0, sizeof *c);
	c->external_id = l->link.external_id;
	c->version.given = 1;
	c->version.num = INT64_MAX - (int64_t)(y->nlater - at);
	c->version.text = "";
	if (json_parse(&j, l->to_come, l->len) == 0) {
		c->field = arena_alloc(&y->arena,
		    (j.n + 1) * sizeof *f);
		c->deleted = json_get(&j, 0, "deleted") != JSON_NONE;
		for (JSON_EACH(&j, 0, k)) {
			f = &c->field[c->nfield];
			f->name = json_string(&j, k, &y->arena, NULL);
			f->json = json_source(&j, k + 1, &f->len);
			if (strcmp(f->name, "deleted") != 0)
				c->nfield++;
		}
	}
	json_release(&j);
	return c;
}

/* Find the changes of the event that *at stands for: it may say several things
 * of one record and time, and each gets a place of its own.  None: the source
 * file now maps it differently from then, or cannot be read. */
static int
find(struct why *y, size_t *at)
{
	const struct later *l = &y->later[*at];
	const struct change *c = l->change, *end = c + l->nchange;
	int rc = 0, n = 0;

	for (; c < end && rc == 0; c++) {
		if (!is_about(c, &y->later[*at]) ||
		    c->effective_at != y->later[*at].at)
			continue;
		if (n++ > 0)
			repeat(y, (*at)++);
		rc = place(y, &y->later[*at], c);
	}
	return n > 0 ? rc : place(y, &y->later[*at], as_recorded(y, *at));
}

/* Whether the event says something else of l's record that its source may
 * decide: then l is not refused, whatever it says. */
static int
says_more(const struct why *y, const struct later *l)
{
	const struct change *c = l->change, *end = c + l->nchange;
	size_t i;

	for (; c < end; c++) {
		if (c == l->is || !is_about(c, l))
			continue;
		for (i = 0; i < c->nfield; i++)
			if (rank(y, c->field[i].name, l->link.source) >= 0)
				return 1;
	}
	return 0;
}

/* Apply a change: claims from before that are newer stay. */
static void
come(struct why *y, struct claims *claims, struct profile *p, size_t at)
{
	struct authority_view view = { rank, y };
	struct later *l = &y->later[at];
	const struct change *c;
	struct receipt r = { .seq = l->said.inbox,
	    .source = l->link.source, .external_id = l->link.external_id,
	    .received_at = l->said.received_at, .behind = INT64_MAX };
	struct decision d;

	l->was = l->will = *p;
	if (is_covered(y, l))
		return;
	c = not_taken(y, l);
	l->said.time = c->time;
	r.snapshot_seq = l->event.begin;
	decide(claims, p, link_of(claims, l), c, &r, &view, &y->arena, &d);
	if (d.outcome == OUTCOME_DENIED && !says_more(y, l))
		return;
	*p = l->will = d.profile;
	*claims = d.claims;
	l->then = &claims->link[d.link];
}

int
report_why_foresee(struct why *y)
{
	struct authority_view view = { rank, y };
	struct claims claims = y->m.claims;
	struct profile p;
	size_t i;
	int rc = 0;

	if (y->nlater == 0)
		return 0;
	rc = report_why_rules(y);
	for (i = 0; i < y->nlater && rc == 0; i++)
		if ((rc = map_event(y, i)) == 0)
			rc = find(y, &i);
	for (i = 0; i < y->nlater; i++)
		y->later[i].said.link = &y->later[i].link;
	if (rc == 0)
		decide_profile(&claims, &view, &y->arena, &p);
	for (i = 0; i < y->nlater && rc == 0; i++)
		come(y, &claims, &p, i);
	return rc;
}

static int
equal(const char *a, size_t na, const char *b, size_t nb)
{
	return a == NULL || b == NULL ? a == b :
	    na == nb && memcmp(a, b, na) == 0;
}

/* Set l's said to what l says about the field. */
static void
look(struct later *l, const char *field)
{
	static const char closed[] = "\"closed\"";
	const struct change *c = l->is;
	struct said *s = &l->said;
	size_t i;

	s->json = NULL;
	for (i = 0; i < c->nfield; i++)
		if (strcmp(c->field[i].name, field) == 0) {
			s->json = c->field[i].json;
			s->len = c->field[i].len;
		}
	/* If the record is gone, the member is closed. */
	if (c->deleted && strcmp(field, "status") == 0) {
		s->json = closed;
		s->len = sizeof closed - 1;
	}
	s->there = s->json == NULL;
}

/* Whether what l says about the field is newer than what will be claimed by
 * then. */
static int
is_newest(const struct later *l, const char *field)
{
	const struct claim *c;
	const char *json;
	size_t len;

	if (l->then == NULL)
		return 0;
	if (strcmp(field, "status") == 0)
		claims_status(l->then, &c, &json, &len);
	else
		c = claims_field(l->then, claims_order(field), field);
	return c != NULL && l->then->event[c->event].seq == l->said.inbox;
}

/* Whether the field changes when l comes, or may do so. */
static int
is_news(const struct why *y, struct later *l, const char *field)
{
	struct value was = profile_value(&l->was, field);
	const char *owner;
	int same;

	l->becomes = profile_value(&l->will, field);
	same = equal(was.json, was.len, l->becomes.json, l->becomes.len);
	/* Nearly always, and what l says may be long. */
	if (same && y->rules == 1)
		return 0;
	look(l, field);
	l->open = 0;
	if (!same)
		return 1;
	if (l->said.json == NULL || (owner = owner_now(y, field)) == NULL ||
	    strcmp(owner, l->link.source) == 0 || !is_newest(l, field))
		return 0;
	l->becomes.json = l->said.json;
	l->becomes.len = l->said.len;
	l->open = 1;
	return !equal(was.json, was.len, l->said.json, l->said.len);
}

const struct later *
report_why_next(struct why *y, const char *field, size_t *i)
{
	while (*i < y->nlater)
		if (is_news(y, &y->later[(*i)++], field))
			return &y->later[*i - 1];
	return NULL;
}
