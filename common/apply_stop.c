/* What stops a change of a member from being applied: it is refused or put
 * off. */
#include "common/apply_work.h"

#include <stdio.h>
#include <string.h>

/* "member.email belongs to darwinbox", for each field that was denied. */
static int
refuse_denied(struct work *w, const struct change *c, struct known *k,
    const struct decision *d)
{
	char detail[400];
	const char *owner;
	size_t i, n = 0;
	int m;

	detail[0] = '\0';
	for (i = 0; i < d->ndenied && n + 1 < sizeof detail; i++) {
		owner = config_owner(w->ap->config, d->denied[i]);
		m = snprintf(detail + n, sizeof detail - n,
		    "%smember.%s belongs to %s", i > 0 ? "; " : "",
		    d->denied[i], owner != NULL ? owner : "nobody");
		n += m > 0 ? (size_t)m : 0;
	}
	return record_refusal(w, EV_REFUSED, "denied", detail, change_id(c),
	    k->is ? &k->m : NULL);
}

/* Enrolling somebody gives them a status, whatever else a local line says or
 * does not say; so local must be allowed to decide the status. */
static int
enrols_unasked(const struct work *w, const struct known *k)
{
	const struct authority_view *av = &w->ap->view;

	return !k->is && strcmp(w->row->source, "local") == 0 &&
	    av->rank(av->ctx, "status", "local") < 0;
}

/*
 * Whether nobody may be enrolled or linked for this change yet: 1, 0, <0.
 *
 * A record may be removed before anybody heard of it.  Which member it was can
 * only be told by an event that comes later and may well be older.  Until then
 * nobody is enrolled for it, nor is it linked to a member that only some of the
 * rules find: otherwise the order of the two events would matter.  Likewise a
 * record that two members match is not somebody new just because its next
 * event, or what the event says about a day to come, leaves out the fields to
 * match by.
 */
static int
is_nobody_yet(struct work *w, const struct change *c, const struct known *k)
{
	int found = k->is && k->by != NULL && c->member == NULL, rc;

	if ((k->is && !(found && c->deleted)) || c->external_id == NULL ||
	    match_asked(w, c))
		return 0;
	if (c->deleted)
		return 1;
	rc = apply_unsettled(w, c->external_id);
	return rc != 0 ? rc : apply_awaits_twin(w, (size_t)(c - w->change));
}

static size_t
attributes(const struct link *l)
{
	size_t i, n = 0;

	for (i = 0; i < l->nclaim && l->nclaim > CHANGE_ATTRIBUTES; i++)
		n += l->claim[i].order == F_CORE;
	return n;
}

/* Whether a record has too many attributes and this change adds to them: if it
 * grew for ever, each of its events would cost more. */
static int
grows_too_large(const struct known *k, const struct decision *d)
{
	const struct claims *was = &k->m.claims;
	size_t n = attributes(&d->claims.link[d->link]);

	return n > CHANGE_ATTRIBUTES && (d->link >= was->n ||
	    n > attributes(&was->link[d->link]));
}

/* Whether the change is to be refused as denied.  If it is the part of an event
 * about a day to come, and another part may be decided by the source, that part
 * was taken, and this one is no event of its own. */
static int
is_denied(const struct work *w, const struct change *c,
    const struct known *k, struct decision *d)
{
	if (d->outcome != OUTCOME_DENIED)
		return 0;
	if (!k->is || k->by != NULL ||
	    !apply_says_more(w, (size_t)(c - w->change)))
		return 1;
	d->outcome = OUTCOME_UNCHANGED;
	return 0;
}

int
apply_is_stopped(struct work *w, const struct change *c, struct known *k,
    struct decision *d)
{
	int rc;

	if (is_denied(w, c, k, d))
		rc = refuse_denied(w, c, k, d);
	else if (grows_too_large(k, d))
		rc = record_refusal(w, EV_REFUSED, "bad_field", "the "
		    "member would have more than 1000 attributes of this "
		    "source", change_id(c), k->is ? &k->m : NULL);
	else if ((rc = is_nobody_yet(w, c, k)) > 0)
		rc = apply_wait_for(w, c);
	else if (rc == 0 && enrols_unasked(w, k))
		rc = record_refusal(w, EV_REFUSED, "denied",
		    "local may not decide the status, so it cannot enrol "
		    "anybody", change_id(c), NULL);
	else
		return rc;
	return rc != 0 ? rc : 1;
}
