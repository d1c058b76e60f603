/* Why a field has its value, as a line of JSON. */
#include "common/report_why.h"

#include <string.h>

static void
write_said(struct why *y, const struct said *s)
{
	struct jsonw *w = &y->w;

	jsonw_kstring(w, "source", s->link->source);
	jsonw_kstring(w, "external_id", s->link->external_id);
	jsonw_kstring_null(w, "event_id", s->event_id);
	jsonw_kint(w, "inbox", s->inbox);
	jsonw_key(w, "audit");
	if (s->row != NULL)
		jsonw_int(w, s->row->seq);
	else
		jsonw_null(w);
	jsonw_ktime_null(w, "source_time", s->time);
	jsonw_ktime_null(w, "received_at", s->received_at);
	if (s->claim != NULL && s->claim->order == CLAIM_DELETED) {
		jsonw_key(w, "deleted");
		jsonw_bool(w, 1);
	}
	if (s->there) {
		jsonw_key(w, "deleted");
		jsonw_bool(w, 0);
	}
	if (s->missing != NULL)
		jsonw_kstring(w, "missing_from", s->missing);
}

static const char *const lost_by[] = { [LOST_ENDED] = "ended",
    [LOST_THERE] = "newest", [LOST_DENIED] = "denied",
    [LOST_NEWEST] = "newest", [LOST_AUTHORITY] = "authority" };

/* Write what waits for its time; for most members nothing does. */
static void
write_to_come(struct why *y, const char *field)
{
	const struct later *l;
	size_t i = 0;
	int any = 0;

	while ((l = report_why_next(y, field, &i)) != NULL) {
		if (!any++) {
			jsonw_key(&y->w, "to_come");
			jsonw_array(&y->w);
		}
		jsonw_object(&y->w);
		jsonw_kraw(&y->w, "value", l->becomes.json != NULL ?
		    l->becomes.json : "null", l->becomes.json != NULL ?
		    l->becomes.len : 4);
		write_said(y, &l->said);
		jsonw_ktime(&y->w, "effective_at", l->at);
		jsonw_close(&y->w, '}');
	}
	if (any)
		jsonw_close(&y->w, ']');
}

/* Write the row that put it in force, if that is not the row of the claim. */
static void
write_since(struct why *y)
{
	struct jsonw *w = &y->w;

	if (y->since.seq == 0)
		return;
	jsonw_key(w, "since");
	jsonw_object(w);
	jsonw_kint(w, "audit", y->since.seq);
	jsonw_ktime(w, "at", y->since.at);
	jsonw_kstring(w, "actor", y->since.actor != NULL ? y->since.actor :
	    "");
	jsonw_kstring(w, "why", "authority");
	jsonw_close(w, '}');
}

/* Write the row that made it what it is, which may be older than "audit". */
static void
write_made(struct why *y)
{
	if (y->made.seq == 0)
		return;
	jsonw_key(&y->w, "made");
	jsonw_object(&y->w);
	report_giver_json(&y->w, &y->made);
	jsonw_close(&y->w, '}');
}

void
report_why_json(struct why *y, const char *field, const struct value *v,
    const struct said *won, const struct said *lost, size_t n,
    const char *rule)
{
	struct jsonw *w = &y->w;
	size_t i;

	jsonw_init(w, &y->line);
	jsonw_object(w);
	jsonw_kstring(w, "member", y->m.id);
	jsonw_kstring(w, "field", field);
	jsonw_kraw(w, "value", v->json != NULL ? v->json : "null",
	    v->json != NULL ? v->len : 4);
	jsonw_kstring_null(w, "owner",
	    won != NULL ? won->link->source : NULL);
	if (won != NULL)
		write_said(y, won);
	write_since(y);
	jsonw_kstring(w, "rule", rule);
	jsonw_key(w, "lost");
	jsonw_array(w);
	for (i = 0; i < n; i++) {
		jsonw_object(w);
		jsonw_kraw(w, "value", lost[i].json, lost[i].len);
		write_said(y, &lost[i]);
		jsonw_kstring(w, "why", lost_by[report_why_lost(won,
		    &lost[i])]);
		jsonw_close(w, '}');
	}
	jsonw_close(w, ']');
	write_to_come(y, field);
	if (y->m.hold != NULL && strcmp(field, "status") == 0)
		jsonw_kstring(w, "hold", y->m.hold);
	write_made(y);
	jsonw_close(w, '}');
	jsonw_line(w);
	table_write(y->r->out, y->line.p, y->line.len);
}
