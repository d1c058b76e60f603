/*
 * Once a day, what changed within pull.lead days is asked for again.  A system
 * whose answers depend on the day may show a person who was entered last month
 * and begins today only today, or only today as active; and no query for
 * changes finds that, because nothing was changed.
 */
#include "common/pull_work.h"

#include <assert.h>

#include "common/clock.h"
#include "common/cursor.h"
#include "common/map.h"
#include "common/zone.h"

static const char name[] = "lead";
static const int64_t day = 24 * 60 * 60 * CLOCK_SECOND;

static int
put(struct pull *p, int64_t now, struct err *e)
{
	int rc;

	/* After a window everything is stored, so this skips nothing. */
	assert(p->batch.n == 0);
	if ((rc = store_begin(p->store, STORE_INBOX, e)) != 0)
		return rc;
	rc = cursor_put(p->store, p->source->name, name, now, e);
	return store_end(p->store, STORE_INBOX, rc, e);
}

int
pull_lead_due(struct pull *p, int64_t now, int64_t *since, struct err *e)
{
	int64_t last;
	int rc;

	*since = now - p->conf->lead * day;
	if (p->conf->lead == 0)
		return 0;
	if ((rc = cursor_get(p->store, p->source->name, name, &last, e)) != 1)
		return rc < 0 ? rc : 1;
	return zone_next_day(map_zone(p->source->map), last) <= now;
}

int
pull_lead(struct pull *p, int all, struct err *e)
{
	int64_t now = p->began, since;
	int rc;

	/* Nothing was asked yet, so the peer's time is not known. */
	if (now == 0 || (rc = pull_lead_due(p, now, &since, e)) == 0)
		return 0;
	if (rc > 0 && !all)
		rc = pull_from(p, since, e);
	return rc < 0 ? rc : put(p, now, e);
}
