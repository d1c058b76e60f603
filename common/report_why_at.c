/*
 * Why a field had its value at a past time, from the record alone: the row that
 * gave it.  The record does not have what other sources said then.
 */
#include "common/report_giver.h"
#include "common/report_past.h"

#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "common/jsonw.h"

struct then {
	const struct report *r;
	const struct past *p;
	const char *id;
	const char *verb;	/* " was ", " is " */
	struct json json;
	struct buf line;
	struct report_givers givers;
	struct err *e;
};

/* "status was suspended because of event h2 of hr about E1 (received ...,
 * applied ..., row 4 of the record)." */
static void
sentence(struct then *y, const struct past_field *f,
    const struct report_giver *g)
{
	struct buf *b = &y->line;
	char row[48];

	buf_clear(b);
	buf_adds(b, f->name != NULL ? f->name : "points");
	buf_adds(b, y->verb);
	if (f->json != NULL && json_parse(&y->json, f->json, f->len) == 0)
		report_plain(b, &y->json, 0);
	else
		buf_adds(b, "empty");
	buf_adds(b, " because ");
	report_giver_cause(b, g);
	buf_adds(b, " (");
	report_seconds(b, "received ", g->received_at);
	report_seconds(b, g->event_id == NULL ? "at " : g->received_at != 0 ?
	    ", applied " : "applied ", g->at);
	snprintf(row, sizeof row, ", row %lld of the record).",
	    (long long)g->seq);
	buf_adds(b, row);
	table_sentence(y->r->out, b->p, b->len);
}

static void
object(struct then *y, const struct past_field *f, const struct report_giver *g)
{
	struct jsonw w;

	buf_clear(&y->line);
	jsonw_init(&w, &y->line);
	jsonw_object(&w);
	jsonw_kstring(&w, "member", y->id);
	jsonw_kstring(&w, "field", f->name != NULL ? f->name : "points");
	jsonw_kraw(&w, "value", f->json != NULL ? f->json : "null",
	    f->json != NULL ? f->len : 4);
	report_giver_json(&w, g);
	jsonw_close(&w, '}');
	jsonw_line(&w);
	table_write(y->r->out, y->line.p, y->line.len);
}

static int
explain(struct then *y, const struct past_field *f)
{
	struct report_giver g;
	int rc;

	if ((rc = report_giver_get(y->r, f->seq, &y->givers, &g, y->e)) != 0 ||
	    (rc = report_giver_receipt(y->r, &g, y->e)) != 0)
		return rc;
	(y->r->mode == TABLE_TEXT ? sentence : object)(y, f, &g);
	return 0;
}

/* Explain each field that had a value, the status first. */
static int
explain_all(struct then *y)
{
	const struct past_field *status = report_past_field(y->p, "status");
	size_t i;
	int rc = 0;

	if (status != NULL)
		rc = explain(y, status);
	for (i = 0; i < y->p->n && rc == 0; i++)
		if (&y->p->field[i] != status && y->p->field[i].json != NULL)
			rc = explain(y, &y->p->field[i]);
	return rc;
}

int
report_why_then(const struct report *r, const char *member,
    const char *field, int64_t at, struct err *e)
{
	const struct past_field *f;
	struct past p = { 0 };
	struct then y = { .r = r, .p = &p, .verb = " was ", .e = e };
	char time[CLOCK_TEXT];
	int rc;

	rc = report_past_of(r->store, member, at, &p, &y.id, e);
	f = rc == 0 && field != NULL ? report_past_field(&p, field) : NULL;
	if (rc == 0 && field != NULL && strcmp(field, "points") == 0 &&
	    p.points.json != NULL)
		f = &p.points;
	if (rc == 0 && field == NULL)
		rc = explain_all(&y);
	else if (rc == 0 && f != NULL)
		rc = explain(&y, f);
	else if (rc == 0)
		rc = err_set(e, E_NOTFOUND, "member %s: no row of the audit "
		    "log up to %s says anything about '%s'", y.id,
		    clock_format(at, time), field);
	json_release(&y.json);
	buf_release(&y.line);
	report_givers_release(&y.givers);
	report_past_release(&p);
	return rc;
}

int
report_why_points(const struct report *r, const char *id,
    const struct past *p, struct err *e)
{
	struct then y = { .r = r, .p = p, .id = id, .verb = " is ", .e = e };
	int rc;

	if ((rc = report_past_whole(p, id, e)) == 0 && p->points.json == NULL)
		rc = err_set(e, E_NOTFOUND, "member %s: no points were ever "
		    "posted", id);
	if (rc == 0)
		rc = explain(&y, &p->points);
	json_release(&y.json);
	buf_release(&y.line);
	report_givers_release(&y.givers);
	return rc;
}
