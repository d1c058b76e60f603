/* Events that wait by whom they are about. */
#include "common/apply_work.h"

#include <string.h>

int
apply_wait(struct work *w, const char *external_id)
{
	w->ap->waiting++;
	return pending_add(w->ap->store, w->row->source, external_id,
	    w->row->seq, w->e);
}

static void
once_more(struct again *a, int64_t seq)
{
	if (a->n == a->cap) {
		a->cap = a->cap * 2 + 16;
		a->seq = xrealloc(a->seq, a->cap, sizeof *a->seq);
	}
	a->seq[a->n++] = seq;
}

int
apply_release(struct work *w, const char *external_id)
{
	struct store *s = w->ap->store;
	const char *source = w->row->source;
	struct event_row ev;
	int64_t seq = 0;
	int rc;

	/* Nearly always nobody waits for anybody. */
	if (w->ap->waiting == 0)
		return 0;
	while ((seq = pending_next(s, source, external_id, seq, w->e)) > 0) {
		if ((rc = event_get(s, seq, &ev, w->e)) != 0)
			return rc;
		if (ev.state != EV_HELD ||
		    strcmp(ev.why, "unknown_member") != 0)
			continue;
		if ((rc = pending_drop(s, source, external_id, seq,
		    w->e)) != 0)
			return rc;
		once_more(&w->ap->again, seq);
	}
	return seq < 0 ? (int)seq : 0;
}
