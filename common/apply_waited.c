/*
 * Changes that waited for their time, and snapshots.  What is to hold from some
 * day on tells more of that day than a snapshot that began before it, although
 * it was received earlier: somebody who starts on the 1st is not in what was
 * read on the 31st, and still there.
 */
#include "common/apply_work.h"

#include "common/inbox.h"

/* Whether the change waited, and its time came after the snapshot began at this
 * inbox row: 1, 0, <0. */
static int
came_after(struct work *w, const struct change *c, int64_t begin)
{
	struct row row;
	int rc;

	if (begin == 0 || c->effective_at <= w->row->received_at)
		return 0;
	rc = inbox_get(w->ap->store, begin, &w->ap->arena, &row, w->e);
	return rc != 0 ? rc : c->effective_at > row.received_at;
}

int64_t
apply_waited_behind(struct work *w, const struct change *c,
    const struct claims *claims, size_t slot)
{
	const struct claim *missing;
	int64_t begin;
	int rc;

	if (slot >= claims->n || (missing = claims_field(&claims->link[slot],
	    CLAIM_MISSING, NULL)) == NULL)
		return 0;
	begin = claims->link[slot].event[missing->event].begin;
	rc = came_after(w, c, begin);
	return rc == 1 ? begin : rc;
}

int
apply_waited_name(struct work *w, const struct change *c,
    const struct decision *d)
{
	struct snapshot s;
	int rc;

	if (d->old || c->effective_at <= w->row->received_at ||
	    (rc = snapshot_under_way(w->ap->store, w->row->source,
	    &w->ap->arena, &s, w->e)) == 0)
		return 0;
	if (rc < 0 || (rc = came_after(w, c, s.begin)) <= 0)
		return rc;
	return binding_named(w->ap->store, w->row->source, change_id(c),
	    s.num, w->e);
}
