/*
 * Audit rows without an event of a claim: a record was missing from a complete
 * snapshot, or other sources may decide since then.  And who may now.
 */
#include "common/report_why.h"

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

/* Whether row a says that this source (NULL: nobody) has decided the field
 * since then: 1 with *out, 0, <0. */
static int
is_since(struct why *y, const struct applied *a, const char *field,
    const char *source, struct since *out)
{
	static const char sql[] = "SELECT actor FROM audit, "
	    "json_each(detail, '$.owner') o WHERE seq = :seq "
	    "AND o.key = :field AND o.value ->> 'new' IS :source";
	struct stmt *st;
	int rc;

	st = db_stmt(store_db(y->r->store, STORE_MAIN), sql);
	stmt_int(st, 1, a->seq);
	stmt_text(st, 2, field);
	stmt_text(st, 3, source);
	if ((rc = stmt_step(st, y->e)) <= 0)
		return rc;
	out->actor = stmt_keep_text(st, 0, &y->arena);
	out->seq = a->seq;
	out->at = a->at;
	stmt_reset(st);
	return 1;
}

int
report_why_since(struct why *y, const char *field, const struct said *won,
    struct since *out)
{
	const char *source = won != NULL ? won->link->source : NULL;
	int64_t said = won != NULL && won->row != NULL ? won->row->seq : 0;
	size_t i;
	int rc = 0;

	memset(out, 0, sizeof *out);
	for (i = 0; i < y->napplied && rc == 0; i++) {
		if (y->applied[i].seq < said)
			break;
		if (y->applied[i].by == BY_RULES)
			rc = is_since(y, &y->applied[i], field, source, out);
	}
	return rc < 0 ? rc : 0;
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
