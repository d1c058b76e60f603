/* The row of the record that gave a field its value. */
#include "common/report_giver.h"

#include <string.h>

#include "common/jsonw.h"

int
report_giver_receipt(const struct report *r, struct report_giver *g,
    struct err *e)
{
	static const char sql[] =
	    "SELECT received_at FROM inbox WHERE seq = :seq";
	struct stmt *st;
	int rc;

	if (g->inbox == 0)
		return 0;
	st = db_stmt(store_db(r->store, STORE_INBOX), sql);
	stmt_int(st, 1, g->inbox);
	rc = stmt_one(st, &g->received_at, e);
	return rc < 0 ? rc : 0;
}

static int
read_row(const struct report *r, int64_t seq, struct arena *a,
    struct report_giver *g, struct err *e)
{
	static const char sql[] = "SELECT at, coalesce(inbox, 0), kind, "
	    "source, event_id, actor, detail ->> 'external_id', "
	    "detail ->> 'time', detail ->> 'why', detail ->> 'snapshot' "
	    "FROM audit WHERE seq = :seq";
	struct stmt *st;
	int rc;

	memset(g, 0, sizeof *g);
	g->seq = seq;
	st = db_stmt(store_db(r->store, STORE_MAIN), sql);
	stmt_int(st, 1, seq);
	if ((rc = stmt_step(st, e)) <= 0)
		return rc;
	g->at = stmt_get_int(st, 0);
	g->inbox = stmt_get_int(st, 1);
	g->kind = stmt_keep_text(st, 2, a);
	g->source = stmt_keep_text(st, 3, a);
	g->event_id = stmt_keep_text(st, 4, a);
	g->actor = stmt_keep_text(st, 5, a);
	g->external_id = stmt_keep_text(st, 6, a);
	g->time = stmt_keep_text(st, 7, a);
	g->why = stmt_keep_text(st, 8, a);
	g->snapshot = stmt_keep_text(st, 9, a);
	stmt_reset(st);
	return 0;
}

int
report_giver_get(const struct report *r, int64_t seq,
    struct report_givers *got, struct report_giver *g, struct err *e)
{
	const struct report_giver *known;
	int rc;

	if ((known = slots_find(&got->row, (uint64_t)seq)) != NULL) {
		*g = *known;
		return 0;
	}
	if ((rc = read_row(r, seq, &got->arena, g, e)) != 0)
		return rc;
	if (got->row.size == 0)
		slots_init(&got->row, sizeof *g);
	*(struct report_giver *)slots_put(&got->row, (uint64_t)seq) = *g;
	return 0;
}

void
report_givers_release(struct report_givers *got)
{
	if (got->row.size != 0)
		slots_release(&got->row);
	arena_release(&got->arena);
}

static void
words(struct buf *b, const char *before, const char *s)
{
	if (s == NULL)
		return;
	buf_adds(b, before);
	buf_adds(b, s);
}

void
report_giver_cause(struct buf *b, const struct report_giver *g)
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

void
report_giver_json(struct jsonw *w, const struct report_giver *g)
{
	jsonw_kstring_null(w, "source", g->source);
	jsonw_kstring_null(w, "external_id", g->external_id);
	jsonw_kstring_null(w, "event_id", g->event_id);
	jsonw_kint(w, "inbox", g->inbox);
	jsonw_kint(w, "audit", g->seq);
	jsonw_kstring(w, "kind", g->kind);
	jsonw_kstring_null(w, "actor", g->actor);
	jsonw_kstring_null(w, "source_time", g->time);
	jsonw_ktime_null(w, "received_at", g->received_at);
	jsonw_ktime(w, "applied_at", g->at);
	jsonw_kstring_null(w, "why", g->why);
	if (g->snapshot != NULL)
		jsonw_kstring(w, "missing_from", g->snapshot);
}
