/* A record that was merged into another one, if its member is closed. */
#include "common/apply_work.h"

#include <stdio.h>
#include <string.h>

/* Whether the record that took its place is new to the member. */
static int
is_new(const struct decision *d)
{
	size_t i;

	for (i = 0; i < d->ndiff; i++)
		if (strcmp(d->diff[i].name, FIELD_MERGED) == 0)
			return 1;
	return 0;
}

/* The record that took its place, if the change says so and that stands: JSON,
 * or NULL. */
static const struct field *
replaced_by(const struct change *c, const struct decision *d)
{
	struct value v = profile_value(&d->profile, FIELD_MERGED);
	const struct field *f;
	size_t i;

	for (i = 0; i < c->nfield && v.json != NULL; i++) {
		f = &c->field[i];
		if (strcmp(f->name, FIELD_MERGED) == 0)
			return f->len == v.len && memcmp(f->json, v.json,
			    v.len) == 0 ? f : NULL;
	}
	return NULL;
}

/* Whether this was already reported: a repeat is not, or every full read would
 * bring it back; but it is again if its member was active meanwhile, and if
 * somebody retries the event. */
static int
is_told(const struct work *w, const struct decision *d)
{
	return w->turn == TURN_FIRST && d->outcome != OUTCOME_CLOSED &&
	    !is_new(d);
}

/* The member of that record: its id, or "" if it has none yet.  A record of
 * another kind (a lead's contact) may belong to another source file. */
static int
survivor(struct work *w, const struct field *into, char id[ID_TEXT])
{
	struct apply *ap = w->ap;
	const struct source *s;
	struct member m;
	const char *key;
	int64_t num;
	size_t slot;
	int quoted, rc;

	id[0] = '\0';
	/* Ids are texts here, and numbers in some systems. */
	quoted = into->json[0] == '"';
	key = arena_dup(&ap->arena, into->json + quoted,
	    into->len - (quoted ? 2 : 0));
	s = config_source(ap->config, w->row->source);
	rc = binding_get(ap->store, w->row->source, key, &num, &slot, w->e);
	if (rc == E_NOTFOUND && s != NULL && s->links != NULL)
		rc = binding_get(ap->store, s->links, key, &num, &slot, w->e);
	if (rc == 0)
		rc = member_get(ap->store, num, &ap->arena, &m, w->e);
	if (rc == 0)
		memcpy(id, m.id, ID_TEXT);
	return rc == E_NOTFOUND ? 0 : rc;
}

/* Points that the closed member still has are for a person to move: nobody else
 * can know what the programme promised to whom. */
int
apply_merged(struct work *w, const struct change *c, struct member *m,
    const struct decision *d)
{
	const struct field *into;
	char detail[400], id[ID_TEXT];
	int n, rc;

	if (!c->deleted || m->points == 0 ||
	    profile_status(&m->profile) != ST_CLOSED || is_told(w, d) ||
	    (into = replaced_by(c, d)) == NULL)
		return 0;
	if ((rc = survivor(w, into, id)) != 0)
		return rc;
	n = (int)(into->len < 100 ? into->len : 100);
	snprintf(detail, sizeof detail, "the record was merged into %.*s (%s%s)"
	    ", and %lld points stand with this member: post them to that one, "
	    "then dismiss this (loya-apply -d)", n, into->json, id[0] != '\0' ?
	    "member " : "nobody yet", id, (long long)m->points);
	return record_refusal(w, EV_HELD, "merged", detail, change_id(c), m);
}
