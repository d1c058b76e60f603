/* What happened, three times: in the record, on the output, for delivery. */
#include "common/apply_work.h"

#include <string.h>

#include "common/audit.h"
#include "common/clock.h"
#include "common/notice.h"

void
record_begin(struct work *w, struct jsonw *j, const char *external_id)
{
	buf_clear(&w->ap->detail);
	jsonw_init(j, &w->ap->detail);
	jsonw_object(j);
	jsonw_kstring(j, "external_id", external_id);
}

/* What the line looks like: loya-event(5). */
static void
write_line(struct apply *ap, const struct row *row, const char *id,
    const char *type, const char *member, int64_t at, const char *data,
    size_t len)
{
	struct notice n = { 0 };
	struct jsonw j;

	n.id = id;
	n.type = type;
	n.member = member;
	n.at = at;
	n.source = row->source;
	n.event_id = row->event_id;
	n.seq = row->seq;
	n.data = data;
	n.len = len;
	jsonw_init(&j, &ap->lines);
	notice_write(&j, &n);
	jsonw_line(&j);
}

static void
owe(struct apply *ap, const char *type, int64_t audit)
{
	const struct config *c = ap->config;
	size_t i;

	for (i = 0; i < c->nsource; i++)
		if (source_wants(&c->source[i], type))
			late_owed(ap, i, audit);
}

/* Write which try of an event this row is about, from the second on: the last
 * one counts for what became of the event. */
static int
write_try(struct work *w, struct jsonw *j)
{
	struct event_row was;
	int rc;

	if (w->turn == TURN_FIRST || w->row->seq == 0)
		return 0;
	if ((rc = event_get(w->ap->store, w->row->seq, &was, w->e)) == 0)
		jsonw_kint(j, "try", was.tries + 1);
	return rc;
}

int
record_end(struct work *w, struct jsonw *j, const struct record *r,
    int64_t *seq)
{
	int rc;

	*seq = 0;
	if ((rc = write_try(w, j)) != 0)
		return rc;
	jsonw_kstring(j, NOTICE_MARK, r->mark);
	jsonw_close(j, '}');
	return record_whole(w, &w->ap->detail, NULL, r, seq);
}

int
record_whole(struct work *w, const struct buf *detail,
    const struct audit_seal *seal, const struct record *r, int64_t *seq)
{
	struct apply *ap = w->ap;
	struct audit_row a;
	char type[64], id[BUF_DECIMAL];
	int rc;

	*seq = 0;
	memset(&a, 0, sizeof a);
	a.at = w->now;
	a.kind = r->type;
	a.source = r->source;
	if (w->row->seq != 0) {
		a.source = w->row->source;
		a.event_id = w->row->event_id;
		a.inbox = w->row->seq;
	}
	a.member = r->member;
	a.prev = r->prev;
	a.actor = audit_actor();
	a.detail = detail->p;
	a.detail_len = detail->len;
	a.seal = seal;
	if ((rc = audit_add(ap->store, &a, w->e)) != 0)
		return rc;
	*seq = a.seq;
	if (r->quiet)
		return 0;
	notice_type(r->type, type, sizeof type);
	buf_decimal(id, a.seq);
	write_line(ap, w->row, id, type, r->member, w->now, detail->p,
	    detail->len);
	owe(ap, type, a.seq);
	return 0;
}

/* Applied is the mildest, waiting for a person the gravest.  That something
 * else waits for its time is in due_at. */
static int
gravity(enum event_state s)
{
	return s == EV_HELD ? 4 : s == EV_REFUSED ? 3 : s == EV_SCHEDULED ? 2 :
	    s == EV_UNREAD ? 1 : 0;
}

void
record_state(struct work *w, enum event_state s, const char *why)
{
	if (gravity(s) < gravity(w->state))
		return;
	if (gravity(s) > gravity(w->state) || w->why == NULL)
		w->why = why;
	w->state = s;
}

void
record_refusal_begin(struct work *w, struct jsonw *j, const char *why,
    const char *detail, const char *external_id)
{
	record_begin(w, j, external_id);
	jsonw_kstring(j, "why", why);
	jsonw_kstring(j, "detail", detail);
}

int
record_refusal_end(struct work *w, struct jsonw *j, enum event_state state,
    const char *why, struct member *m)
{
	struct record r;
	int64_t seq;
	int rc;

	memset(&r, 0, sizeof r);
	r.type = state == EV_HELD ? "event.held" : "event.refused";
	r.member = m != NULL ? m->id : NULL;
	r.prev = m != NULL ? m->audit : 0;
	if ((rc = record_end(w, j, &r, &seq)) != 0)
		return rc;
	record_state(w, state, why);
	if (state == EV_HELD)
		w->ap->batch_held++;
	else
		w->ap->batch_refused++;
	if (m == NULL)
		return 0;
	m->audit = seq;
	return member_touch(w->ap->store, m, w->e);
}

int
record_refusal(struct work *w, enum event_state state, const char *why,
    const char *detail, const char *external_id, struct member *m)
{
	struct jsonw j;

	record_refusal_begin(w, &j, why, detail, external_id);
	return record_refusal_end(w, &j, state, why, m);
}

void
record_duplicate(struct apply *ap, const struct row *row)
{
	char id[BUF_DECIMAL + sizeof ".duplicate"];
	size_t n = buf_decimal(id, row->seq);

	memcpy(id + n, ".duplicate", sizeof ".duplicate");
	write_line(ap, row, id, "loya.event.duplicate", NULL, clock_now(),
	    "{}", 2);
}
