/*
 * Records that changes named, or an event together with others, and that cannot
 * be read now, each for a reason of its own.  Perhaps they never can: they must
 * not keep the cursor, or each run would ask for everything since, nor others
 * from being read.  So each becomes a thin event of our own, which every run
 * tries again, and a person can dismiss.
 */
#include "common/pull_work.h"

#include <stdio.h>

#include "common/clock.h"
#include "common/cursor.h"
#include "common/die.h"
#include "common/jsonw.h"
#include "common/progress.h"

int
pull_is_put_off(struct pull *p, int64_t who, struct err *e)
{
	struct event_row ev;
	int64_t seq, at;
	int rc;

	if ((rc = cursor_marked(p->store, who, &seq, &at, e)) <= 0)
		return rc;
	rc = event_get(p->store, seq, &ev, e);
	return rc != 0 ? rc : ev.state == EV_NEW || ev.state == EV_UNREAD;
}

int
pull_put_off(struct pull *p, const char *key, const struct err *why,
    struct err *e)
{
	struct buf b = { NULL, 0, 0 };
	char again[48], id[PULL_ID];
	struct pull_row *r;
	struct jsonw w;

	if (p->nput_off++ == 0)
		p->put_off = *why;
	snprintf(again, sizeof again, "unread at %lld",
	    (long long)clock_now());
	buf_clear(&p->canonical);
	pull_state_id(p, key, again, id);
	/* A line that says nothing but which record is to be read. */
	pull_event(p, &w, &b, id, "loya.member");
	jsonw_ktime(&w, "time", clock_now());
	jsonw_kstring(&w, "loyaunread", "true");
	jsonw_key(&w, "data");
	jsonw_object(&w);
	jsonw_kstring(&w, "external_id", key);
	r = pull_event_end(p, &w, id);
	r->who = pull_who(p, key, 1);
	r->mark_at = clock_now();
	r->unread = 1;
	return pull_room(p, e);
}

void
pull_put_off_told(struct pull *p)
{
	struct err why;
	int was = status_exit(p->count.alone);

	if (p->nput_off == 0)
		return;
	err_set(&why, p->put_off.code, "%lld record%s cannot be read and "
	    "wait%s: %s", (long long)p->nput_off, p->nput_off > 1 ? "s" : "",
	    p->nput_off > 1 ? "" : "s", p->put_off.msg);
	warn("source '%s': %s", p->source->name, why.msg);
	pull_failed(p, &why);
	if (pull_graver(was, status_exit(why.code)) != was)
		p->count.alone = why.code;
}
