/* Table pending against what the record says of the events: a waiting event is
 * found there by the id that it waits for. */
#include "common/verify_event.h"

#include <stdlib.h>
#include <string.h>

/* Whether a waiting event must be in table pending.  Erasing removes the
 * person's entries first. */
static int
is_to_wait(struct verify *v, const struct waits *w, const struct said *s)
{
	const struct trail *t;

	if (s == NULL || s->silent || s->otherwise)
		return 0;
	t = w->member != 0 ? verify_trail(v, w->member, 0) : NULL;
	if (t != NULL && t->gone)
		return 0;
	if (w->due != 0)
		return verify_is_to_come(w, s) && !s->part_replaced &&
		    verify_is_whole(s) && s->state != EV_APPLIED &&
		    verify_next_due(v->events, s) != 0;
	return s->state == EV_HELD && w->try == s->try && !w->of_two &&
	    strcmp(s->why, "unknown_member") == 0;
}

static int
read_pending(struct verify *v, struct waits **out, size_t *n)
{
	static const char sql[] =
	    "SELECT source, external_id, seq FROM pending";
	struct events *all = v->events;
	struct stmt *st;
	struct waits *w;
	size_t cap = 0;
	int rc;

	st = db_stmt(store_db(v->store, STORE_MAIN), sql);
	while ((rc = stmt_step(st, v->e)) == 1) {
		if (*n == cap) {
			cap = cap * 2 + 64;
			*out = xrealloc(*out, cap, sizeof **out);
		}
		w = &(*out)[(*n)++];
		memset(w, 0, sizeof *w);
		w->seq = stmt_get_int(st, 2);
		w->whom = verify_whom(v, verify_text(v, st, 0),
		    verify_text(v, st, 1));
		if (!verify_waits_has(all->wait, all->nwait, w->seq, w->whom))
			verify_row(v, "pending", w->seq, "no row of audit "
			    "says that it waits, or for whom");
	}
	return rc;
}

int
verify_pending(struct verify *v)
{
	struct events *all = v->events;
	struct waits *have = NULL, *w;
	size_t i, n = 0;
	int rc;

	rc = read_pending(v, &have, &n);
	verify_waits_sort(have, n);
	for (i = 0; i < all->nwait && rc >= 0; i++) {
		w = &all->wait[i];
		if (!is_to_wait(v, w, verify_said(all, w->seq)) ||
		    verify_waits_has(have, n, w->seq, w->whom))
			continue;
		rc = w->member != 0 ? 0 : verify_was_erased(v, w->audit);
		if (rc == 0)
			verify_row(v, "pending", w->seq, "is missing: the "
			    "event waits, but would not be found by the id it "
			    "waits for");
	}
	free(have);
	return rc < 0 ? rc : 0;
}
