/*
 * Audit rows without an event of a claim: a record was missing from a complete
 * snapshot, or other sources may decide since then.  And who may now.
 */
#include "common/report_why.h"

#include <stdlib.h>
#include <string.h>

#include "common/crypt.h"

/* The id of the snapshot that this link is missing from according to row a: 1,
 * 0, <0. */
static int
is_missing(struct why *y, const struct applied *a, struct said *s)
{
	static const char sql[] = "SELECT detail ->> 'snapshot' FROM audit "
	    "WHERE seq = :seq AND source = :source "
	    "AND detail ->> 'external_id' = :external_id";
	struct stmt *st;
	const char *id;
	int rc;

	st = db_stmt(store_db(y->r->store, STORE_MAIN), sql);
	stmt_int(st, 1, a->seq);
	stmt_text(st, 2, s->link->source);
	stmt_text(st, 3, s->link->external_id);
	if ((rc = stmt_step(st, y->e)) <= 0)
		return rc;
	id = stmt_keep_text(st, 0, &y->arena);
	s->missing = id != NULL ? id : "";
	stmt_reset(st);
	return 1;
}

int
report_why_missing(struct why *y, struct said *s)
{
	size_t i;
	int rc;

	/* If the record was there again in between, the newest counts. */
	for (i = 0; i < y->napplied; i++) {
		if (y->applied[i].by != BY_ABSENCE)
			continue;
		if ((rc = is_missing(y, &y->applied[i], s)) < 0)
			return rc;
		if (rc == 0)
			continue;
		s->row = &y->applied[i];
		s->inbox = s->row->inbox;
		return 0;
	}
	/* Its row was erased. */
	s->missing = "";
	return 0;
}

static int
by_field(const void *x, const void *y)
{
	const struct owner *a = x, *b = y;
	int c = strcmp(a->field, b->field);

	return c != 0 ? c : a->since.seq < b->since.seq ? 1 : -1;
}

/* Note which sources decide which fields since row a. */
static int
add_owners(struct why *y, const struct applied *a)
{
	static const char sql[] = "SELECT actor, o.key, o.value ->> 'new' "
	    "FROM audit, json_each(detail, '$.owner') o WHERE seq = :seq";
	const char *actor = NULL;
	struct owner *o;
	struct stmt *st;
	int rc;

	st = db_stmt(store_db(y->r->store, STORE_MAIN), sql);
	stmt_int(st, 1, a->seq);
	while ((rc = stmt_step(st, y->e)) == 1) {
		if (y->nowner == y->owner_cap) {
			y->owner_cap = y->owner_cap * 2 + 64;
			y->owner = xrealloc(y->owner, y->owner_cap,
			    sizeof *y->owner);
		}
		if (actor == NULL)
			actor = stmt_keep_text(st, 0, &y->arena);
		o = &y->owner[y->nowner++];
		o->field = stmt_keep_text(st, 1, &y->arena);
		o->source = stmt_keep_text(st, 2, &y->arena);
		o->since.seq = a->seq;
		o->since.at = a->at;
		o->since.actor = actor;
	}
	return rc;
}

int
report_why_owners(struct why *y)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < y->napplied && rc == 0; i++)
		if (y->applied[i].by == BY_RULES)
			rc = add_owners(y, &y->applied[i]);
	if (rc == 0 && y->nowner > 0)
		qsort(y->owner, y->nowner, sizeof *y->owner, by_field);
	return rc;
}

/* The first in y->owner of what is known about a field, or where it would
 * be. */
static size_t
first_owner(const struct why *y, const char *field)
{
	size_t lo = 0, hi = y->nowner, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (strcmp(y->owner[mid].field, field) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

void
report_why_since(struct why *y, const char *field, const struct said *won)
{
	const char *source = won != NULL ? won->link->source : NULL;
	int64_t said = won != NULL && won->row != NULL ? won->row->seq : 0;
	const struct owner *o;
	size_t i;

	memset(&y->since, 0, sizeof y->since);
	for (i = first_owner(y, field); i < y->nowner; i++) {
		o = &y->owner[i];
		if (strcmp(o->field, field) != 0 || o->since.seq < said)
			return;
		if (o->source == NULL || source == NULL ?
		    o->source == source : strcmp(o->source, source) == 0) {
			y->since = o->since;
			return;
		}
	}
}

int
report_why_made(struct why *y, const char *field)
{
	const struct past_field *f = report_past_field(&y->past, field);
	int rc;

	memset(&y->made, 0, sizeof y->made);
	/* An emptied row may have made it. */
	if (f == NULL || y->past.nerased > 0)
		return 0;
	if ((rc = report_giver_get(y->r, f->seq, &y->givers, &y->made,
	    y->e)) != 0)
		return rc;
	return report_giver_receipt(y->r, &y->made, y->e);
}

/* If the source files cannot be read, or are not those that loya-apply read
 * last, it is not known why a source ranks behind another. */
int
report_why_rules(struct why *y)
{
	struct crypt_part p;
	struct err ignored;
	int64_t was;
	int rc;

	if (y->rules != 0)
		return 0;
	y->rules = -1;
	if (config_load(&y->config, y->conf, &ignored) != 0)
		y->config = NULL;
	if (y->config == NULL)
		return 0;
	rc = store_meta_get(y->r->store, STORE_MAIN, "authority", &was);
	if (rc != 0)
		return rc == E_NOTFOUND ? 0 : rc;
	p.p = config_authority_text(y->config);
	p.len = strlen(p.p);
	if (crypt_shorthash(store_hash_key(y->r->store, STORE_MAIN), &p,
	    1) == was)
		y->rules = 1;
	return 0;
}

int
report_why_may(struct why *y, const char *field, struct said *s)
{
	int rc;

	if ((rc = report_why_rules(y)) != 0)
		return rc;
	if (y->rules == 1)
		s->may = config_rank(y->config, field, s->link->source) < 0 ?
		    MAY_NOT : MAY;
	return 0;
}
