/*
 * Other events that a change has to be compared with.  An event with many
 * records is asked for once for each of them, so it stays mapped while the
 * present event is being applied.  Only a few are kept: many events with many
 * records each would fill the memory.
 */
#include "common/apply_work.h"

#include <string.h>

#include "common/inbox.h"

static struct other *
known(struct apply *ap, int64_t seq)
{
	size_t i;

	for (i = 0; i < APPLY_OTHERS; i++)
		if (ap->other[i].seq == seq)
			return &ap->other[i];
	return NULL;
}

static int
look_up(struct work *w, int64_t seq, struct other *o)
{
	struct refusal why;
	int rc;

	o->seq = 0;
	o->n = 0;
	arena_reset(&o->arena);
	if ((rc = inbox_get(w->ap->store, seq, &o->arena, &o->row, w->e)) != 0)
		return rc;
	if (o->row.body != NULL && map_row(config_source(w->ap->config,
	    o->row.source), &o->row, &o->arena, &o->change, &o->n, &why) !=
	    MAP_CHANGES)
		o->n = 0;
	o->seq = seq;
	return 0;
}

int
apply_other(struct work *w, int64_t seq, struct other **out)
{
	struct apply *ap = w->ap;
	int rc;

	if ((*out = known(ap, seq)) != NULL)
		return 0;
	*out = &ap->other[ap->next_other];
	if ((rc = look_up(w, seq, *out)) == 0)
		ap->next_other = (ap->next_other + 1) % APPLY_OTHERS;
	return rc;
}

void
apply_others_forget(struct apply *ap)
{
	size_t i;

	for (i = 0; i < APPLY_OTHERS; i++)
		if (ap->other[i].seq != 0) {
			ap->other[i].seq = 0;
			arena_reset(&ap->other[i].arena);
		}
}

void
apply_others_release(struct apply *ap)
{
	size_t i;

	for (i = 0; i < APPLY_OTHERS; i++)
		arena_release(&ap->other[i].arena);
}
