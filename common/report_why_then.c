/*
 * What will come of a change that waits for its time: worked out as loya-apply
 * will do, from what stands now and from what waits itself.  A claim of the
 * same source that is newer, or will be there first, takes its word away.
 */
#include "common/report_why.h"

#include <string.h>

#include "common/inbox.h"
#include "common/map.h"
#include "common/snapshot.h"

/* Who may decide is asked when the time has come, not here. */
static int
anybody(const void *ctx, const char *field, const char *source)
{
	(void)ctx;
	(void)field;
	(void)source;
	return 0;
}

/* Who may not read the files knows what canonical lines say. */
static const struct source *
source_of(const struct why *y, const char *name)
{
	return y->config != NULL ? config_source(y->config, name) : NULL;
}

/* What the event of l says, mapped once for all the times it names. */
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

/* The change of the event that l is; NULL when the source file says another
 * thing now than it did then, or cannot be read. */
static const struct change *
change_of(const struct later *l)
{
	const struct change *c;
	const char *id;
	size_t i;

	for (i = 0; i < l->nchange; i++) {
		c = &l->change[i];
		id = c->external_id != NULL ? c->external_id : c->member;
		if (c->kind == CHANGE_MEMBER && c->effective_at == l->at &&
		    id != NULL && strcmp(id, l->link.external_id) == 0)
			return c;
	}
	return NULL;
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

/* Let l come: what was claimed before and is newer stays. */
static int
come(struct why *y, struct claims *claims, struct later *l)
{
	static const struct authority_view view = { anybody, NULL };
	const struct change *c = l->is = change_of(l);
	struct receipt r = { .seq = l->said.inbox,
	    .source = l->link.source, .external_id = l->link.external_id,
	    .received_at = l->said.received_at };
	struct decision d;
	int64_t begin;
	int rc;

	if (c == NULL)
		return 0;
	l->said.time = c->time;
	if (c->snapshot != NULL) {
		if ((rc = snapshot_begin(y->r->store, r.source, c->snapshot,
		    &begin, y->e)) != 0)
			return rc;
		r.snapshot_seq = snapshot_place(begin, r.seq);
	}
	decide(claims, &y->m.profile, link_of(claims, l), c, &r, &view,
	    &y->arena, &d);
	*claims = d.claims;
	l->then = &claims->link[d.link];
	return 0;
}

static int
names(const struct change *c, const char *field)
{
	size_t i;

	for (i = 0; i < c->nfield; i++)
		if (strcmp(c->field[i].name, field) == 0)
			return 1;
	return 0;
}

/* Whether o, alone in its event, is a newer change of the same record that
 * waits longer: it keeps what it says to itself. */
static int
keeps(const struct later *o, const struct later *l)
{
	int d;

	if (o->at <= l->at || o->nchange != 1 || o->is == NULL ||
	    strcmp(o->link.source, l->link.source) != 0 ||
	    strcmp(o->link.external_id, l->link.external_id) != 0)
		return 0;
	d = version_compare(&o->is->version, &l->is->version);
	return d > 0 || (d == 0 && o->said.inbox > l->said.inbox);
}

/* Note which fields of l are kept by others: not those that match rules read,
 * as loya-apply has it. */
static void
note_kept(struct why *y, struct later *l)
{
	const struct source *s = source_of(y, l->link.source);
	const struct change *c = l->is;
	size_t i, k;

	if (c == NULL)
		return;
	l->kept = arena_alloc(&y->arena, c->nfield + 1);
	memset(l->kept, 0, c->nfield + 1);
	for (i = 0; i < y->nlater; i++) {
		if (!keeps(&y->later[i], l))
			continue;
		for (k = 0; k < c->nfield; k++)
			if (names(y->later[i].is, c->field[k].name) &&
			    !source_matches(s, c->field[k].name))
				l->kept[k] = 1;
	}
}

int
report_why_foresee(struct why *y)
{
	struct claims claims = y->m.claims;
	struct err ignored;
	size_t i;
	int rc = 0;

	if (y->nlater > 0 && config_load(&y->config, y->conf, &ignored) != 0)
		y->config = NULL;
	for (i = 0; i < y->nlater && rc == 0; i++)
		if ((rc = map_event(y, i)) == 0)
			rc = come(y, &claims, &y->later[i]);
	for (i = 0; i < y->nlater && rc == 0; i++)
		note_kept(y, &y->later[i]);
	return rc;
}

static int
is_kept(const struct later *l, const char *field)
{
	size_t i;

	for (i = 0; i < l->is->nfield; i++)
		if (l->kept[i] && strcmp(l->is->field[i].name, field) == 0)
			return 1;
	return 0;
}

int
report_why_outdated(const struct later *l, const char *field)
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
	return c == NULL || l->then->event[c->event].seq != l->said.inbox ||
	    is_kept(l, field);
}
