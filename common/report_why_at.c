/*
 * Why a field had its value at a time that is over, from the record alone: the
 * row that gave it.  What other sources said then is not in it.
 */
#include "common/report_past.h"

#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "common/jsonw.h"

struct then {
	const struct report *r;
	const struct past *p;
	const char *id;
	struct json json;
	struct buf line;
	struct arena arena;
	struct err *e;
};

/* The row that gave a field its value. */
struct giver {
	int64_t seq, at, inbox, received_at;
	const char *kind, *source, *event_id, *actor;
	/* Of its detail, NULL: it has none of them. */
	const char *external_id, *time, *why, *snapshot;
};

static const char *
column(struct then *y, struct stmt *st, int col)
{
	size_t n;
	const char *s = stmt_get_text(st, col, &n);

	return s != NULL ? arena_dup(&y->arena, s, n) : NULL;
}

static int
read_giver(struct then *y, int64_t seq, struct giver *g)
{
	static const char sql[] = "SELECT at, coalesce(inbox, 0), kind, "
	    "source, event_id, actor, detail ->> 'external_id', "
	    "detail ->> 'time', detail ->> 'why', detail ->> 'snapshot' "
	    "FROM audit WHERE seq = :seq";
	static const char received[] =
	    "SELECT received_at FROM inbox WHERE seq = :seq";
	struct stmt *st;
	int rc;

	memset(g, 0, sizeof *g);
	g->seq = seq;
	st = db_stmt(store_db(y->r->store, STORE_MAIN), sql);
	stmt_int(st, 1, seq);
	if ((rc = stmt_step(st, y->e)) <= 0)
		return rc;
	g->at = stmt_get_int(st, 0);
	g->inbox = stmt_get_int(st, 1);
	g->kind = column(y, st, 2);
	g->source = column(y, st, 3);
	g->event_id = column(y, st, 4);
	g->actor = column(y, st, 5);
	g->external_id = column(y, st, 6);
	g->time = column(y, st, 7);
	g->why = column(y, st, 8);
	g->snapshot = column(y, st, 9);
	stmt_reset(st);
	if (g->inbox == 0)
		return 0;
	st = db_stmt(store_db(y->r->store, STORE_INBOX), received);
	stmt_int(st, 1, g->inbox);
	if ((rc = stmt_step(st, y->e)) <= 0)
		return rc;
	g->received_at = stmt_get_int(st, 0);
	stmt_reset(st);
	return 0;
}

static void
words(struct buf *b, const char *before, const char *s)
{
	if (s == NULL)
		return;
	buf_adds(b, before);
	buf_adds(b, s);
}

/* What was done, up to where it stands in the record. */
static void
cause(struct buf *b, const struct giver *g)
{
	int missing = g->why != NULL && strcmp(g->why, "missing") == 0;

	if (strcmp(g->kind, "member.erased") == 0) {
		words(b, "the member was erased by ", g->actor);
	} else if (g->event_id == NULL) {
		buf_adds(b, g->why != NULL && strcmp(g->why, "authority") == 0 ?
		    "the authority was changed" : g->kind);
		words(b, " by ", g->actor);
	} else if (missing) {
		words(b, "", g->source);
		words(b, "/", g->external_id);
		words(b, " was missing from the complete snapshot ",
		    g->snapshot);
		words(b, ", event ", g->event_id);
	} else {
		words(b, "of event ", g->event_id);
		words(b, " of ", g->source);
		words(b, " about ", g->external_id);
		if (strcmp(g->source, "local") == 0)
			words(b, ", written by ", g->actor);
		if (g->time != NULL && strlen(g->time) > 19) {
			buf_adds(b, " at ");
			buf_add(b, g->time, 19);
			buf_addc(b, 'Z');
		}
	}
}

/* "status was suspended because of event h2 of hr about E1 (received ...,
 * applied ..., row 4 of the record)." */
static void
sentence(struct then *y, const struct past_field *f, const struct giver *g)
{
	struct buf *b = &y->line;
	char row[48];

	buf_clear(b);
	buf_adds(b, f->name != NULL ? f->name : "points");
	buf_adds(b, " was ");
	if (f->json != NULL && json_parse(&y->json, f->json, f->len) == 0)
		report_plain(b, &y->json, 0);
	else
		buf_adds(b, "empty");
	buf_adds(b, " because ");
	cause(b, g);
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
object(struct then *y, const struct past_field *f, const struct giver *g)
{
	struct jsonw w;

	buf_clear(&y->line);
	jsonw_init(&w, &y->line);
	jsonw_object(&w);
	jsonw_kstring(&w, "member", y->id);
	jsonw_kstring(&w, "field", f->name != NULL ? f->name : "points");
	jsonw_kraw(&w, "value", f->json != NULL ? f->json : "null",
	    f->json != NULL ? f->len : 4);
	jsonw_kstring_null(&w, "source", g->source);
	jsonw_kstring_null(&w, "external_id", g->external_id);
	jsonw_kstring_null(&w, "event_id", g->event_id);
	jsonw_kint(&w, "inbox", g->inbox);
	jsonw_kint(&w, "audit", g->seq);
	jsonw_kstring(&w, "kind", g->kind);
	jsonw_kstring_null(&w, "actor", g->actor);
	jsonw_kstring_null(&w, "source_time", g->time);
	jsonw_ktime_null(&w, "received_at", g->received_at);
	jsonw_ktime(&w, "applied_at", g->at);
	jsonw_kstring_null(&w, "why", g->why);
	if (g->snapshot != NULL)
		jsonw_kstring(&w, "missing_from", g->snapshot);
	jsonw_close(&w, '}');
	jsonw_line(&w);
	table_write(y->r->out, y->line.p, y->line.len);
}

static int
explain(struct then *y, const struct past_field *f)
{
	struct giver g;
	int rc;

	arena_reset(&y->arena);
	if ((rc = read_giver(y, f->seq, &g)) < 0)
		return rc;
	(y->r->mode == TABLE_TEXT ? sentence : object)(y, f, &g);
	return 0;
}

/* Each that had a value, the status first. */
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
	struct then y = { .r = r, .p = &p, .e = e };
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
		rc = err_set(e, E_NOTFOUND, "member %s: no row of the record "
		    "up to %s says anything about '%s'", y.id,
		    clock_format(at, time), field);
	json_release(&y.json);
	buf_release(&y.line);
	arena_release(&y.arena);
	report_past_release(&p);
	return rc;
}
