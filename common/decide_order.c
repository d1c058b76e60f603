/*
 * Rule 3: what is newer than what.
 *
 * Events are ordered by version, and equal ones by receipt.  A row of a
 * snapshot was read some time after the snapshot began; nobody knows when
 * exactly.  So it beats what came before the begin (unless that has a newer
 * version) and loses to what came after it: an event that was under way while
 * the row was read is believed.  But not a late event, one that is older than
 * what the source had said before: otherwise the result would depend on the
 * order of receipt.  That is why a row keeps the event whose word it replaced,
 * its floor.
 */
#include "common/decide_inner.h"

int
decide_same(const struct claim_event *a, const struct claim_event *b)
{
	return a->seq == b->seq && version_compare(&a->version,
	    &b->version) == 0;
}

/* Whether a row has neither a version nor a time of the source. */
static int
is_bare(const struct claim_event *row)
{
	return !row->version.given && row->version.num == 0;
}

int
decide_row_beats(const struct claim_event *row, const struct claim_event *ev)
{
	return ev->seq < row->begin && (is_bare(row) ||
	    version_compare(&row->version, &ev->version) >= 0);
}

int
decide_is_tie(const struct claim_event *a, const struct claim_event *b)
{
	return version_compare(&a->version, &b->version) == 0 &&
	    (a->version.given || a->version.num != 0);
}

static int
sign(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}

/* Compare two events or two rows (for events the begin is 0).  A row was out
 * already if the stored row is of a later snapshot and has replaced an event
 * that came after the begin of the first. */
static int
alike(const struct claim_event *a, const struct claim_event *b,
    const struct claim_event *floor, int *tie)
{
	int d;

	if (a->begin < b->begin && floor != NULL && floor->seq > a->begin)
		return -1;
	if ((d = version_compare(&a->version, &b->version)) != 0 ||
	    (d = sign(a->begin, b->begin)) != 0)
		return d;
	*tie = decide_is_tie(a, b);
	return sign(a->seq, b->seq);
}

int
decide_order(const struct claim_event *c, const struct claim_event *stored,
    const struct claim_event *floor, int *tie)
{
	*tie = 0;
	if (decide_same(c, stored))
		return 0;
	if ((c->begin == 0) == (stored->begin == 0))
		return alike(c, stored, floor, tie);
	if (c->begin != 0)
		return decide_row_beats(c, stored) ? 1 : -1;
	if (c->seq < stored->begin)
		return decide_row_beats(stored, c) ? -1 : 1;
	return floor != NULL &&
	    version_compare(&c->version, &floor->version) < 0 ? -1 : 1;
}

/*
 * Of two that wait one takes the place of the other, and leaves nothing behind
 * that events between them could be compared with (a floor).  So a row goes by
 * its version, and yields to an event of the same one: that is the same word,
 * and what came behind the begin cannot take its place unless it is newer.
 */
int
decide_later(const struct claim_event *a, const struct claim_event *b)
{
	int d, one = (a->begin == 0) != (b->begin == 0);	/* is a row */

	if (one && is_bare(a->begin != 0 ? a : b))
		return a->begin != 0 ? b->seq < a->begin : a->seq > b->begin;
	if ((d = version_compare(&a->version, &b->version)) != 0)
		return d > 0;
	if (one)
		return a->begin == 0;
	return a->begin != b->begin ? a->begin > b->begin : a->seq > b->seq;
}

int
decide_newer(const struct claim_event *a, const struct claim_event *b)
{
	int tie;

	return a->begin != b->begin ? a->begin > b->begin :
	    decide_order(a, b, NULL, &tie) > 0;
}

struct claim_event *
decide_newest(const struct link *l, int rows)
{
	const struct claim *missing = claims_field(l, CLAIM_MISSING, NULL);
	struct claim_event *best = NULL, *ev;
	size_t i;

	for (i = 0; i < l->nevent; i++) {
		ev = &l->event[i];
		if ((ev->begin != 0) != rows || ev->version.given < 0 ||
		    (missing != NULL && missing->event == i))
			continue;
		if (best == NULL || decide_newer(ev, best))
			best = ev;
	}
	return best;
}
