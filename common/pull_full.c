/* Everything that a source has, as a snapshot: a begin, its rows, and an end
 * that says how many there were.  One that was cut off has no end, and the next
 * attempt is another snapshot. */
#include "common/pull_work.h"

#include <string.h>

#include "common/clock.h"
#include "common/cursor.h"
#include "common/jsonw.h"

/* A loya.snapshot line as a row. */
static int
mark(struct pull *p, const char *phase, int64_t count, struct err *e)
{
	struct buf b = { NULL, 0, 0 };
	char id[ID_TEXT + 8];
	struct jsonw w;

	strcpy(id, p->snapshot);
	strcat(id, "-");
	strcat(id, phase);
	pull_event(p, &w, &b, id, "loya.snapshot");
	jsonw_ktime(&w, "time", clock_now());
	jsonw_key(&w, "data");
	jsonw_object(&w);
	jsonw_kstring(&w, "phase", phase);
	jsonw_kstring(&w, "snapshot", p->snapshot);
	if (count >= 0)
		jsonw_kint(&w, "count", count);
	pull_event_end(p, &w, id);
	return pull_room(p, e);
}

static int
rows(struct pull *p, struct err *e)
{
	size_t i;
	int rc = 0;

	if (p->conf->command != NULL)
		return pull_command(p, e);
	pull_range(p, 0, clock_now());
	for (i = 0; i < p->conf->nall && rc == 0; i++)
		rc = pull_pages(p, &p->conf->all[i], e);
	return rc != 0 ? rc : pull_alone(p, e);
}

static int
snapshot(struct pull *p, struct err *e)
{
	int64_t before, cursor = 0, old, now = clock_now();
	int rc;

	if ((rc = pull_record(p, "pull.begun", NULL, e)) != 0 ||
	    (rc = mark(p, "begin", -1, e)) != 0 ||
	    (rc = pull_flush(p, 0, e)) != 0)
		return rc;
	before = p->count.fresh;
	if ((rc = rows(p, e)) != 0 || (rc = pull_flush(p, 0, e)) != 0)
		return rc;
	/* Changes from the first answer on are still to be read. */
	if (p->server != 0 && p->conf->nchanges > 0)
		cursor = pull_settled(p, now);
	if ((rc = cursor_get(p->store, p->source->name, "changes", &old,
	    e)) < 0)
		return rc;
	if (cursor <= old)
		cursor = 0;
	p->total = p->count.fresh - before;
	rc = mark(p, "end", p->total, e);
	if (rc == 0)
		rc = pull_flush(p, cursor, e);
	if (rc == 0 && p->began != 0)
		rc = pull_missed_nothing(p, p->began - p->conf->lookback *
		    CLOCK_SECOND, e);
	return rc != 0 ? rc : pull_record(p, "pull.ended", NULL, e);
}

int
pull_snapshot(struct pull *p, struct err *e)
{
	p->snapshot = id_new(clock_now(), p->snapshot_id);
	p->total = -1;
	return snapshot(p, e);
}
