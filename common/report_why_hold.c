/* Why a member has a hold: the row of the record that set it. */
#include "common/report_why.h"

/* The programme's own block, and the audit row that set it. */
struct hold {
	struct why *y;
	struct json json;
	int64_t seq;		/* of the row; 0: there is none */
	int64_t at, inbox;
	const char *actor, *event_id;	/* until its statement is reset */
};

static int
sets_hold(void *ctx, int64_t seq)
{
	static const char sql[] = "SELECT detail FROM audit WHERE seq = :seq";
	struct hold *h = ctx;
	struct stmt *st;
	const char *p;
	uint32_t i;
	size_t n;
	int rc;

	st = db_stmt(store_db(h->y->r->store, STORE_MAIN), sql);
	stmt_int(st, 1, seq);
	if ((rc = stmt_step(st, h->y->e)) <= 0)
		return rc;
	p = stmt_get_text(st, 0, &n);
	rc = 0;
	if (p != NULL && json_parse(&h->json, p, n) == 0 &&
	    json_pointer(&h->json, 0, "/changes/hold", &i)) {
		h->seq = seq;
		rc = 1;
	}
	stmt_reset(st);
	return rc;
}

/* As a table of one row. */
static void
tabulate(const struct hold *h)
{
	static const struct table_column columns[] = {
		{ "member", 0 }, { "field", 0 }, { "value", 0 },
		{ "owner", 0 }, { "actor", 0 }, { "audit", 0 }, { "at", 0 },
		{ "event_id", 0 }, { "inbox", 0 }, { "rule", 0 },
	};
	const struct why *y = h->y;
	struct table *t;

	t = table_new(y->r->out, y->r->mode, TABLE_BLOCK, columns,
	    sizeof columns / sizeof columns[0]);
	table_text(t, y->m.id);
	table_text(t, "hold");
	table_text(t, y->m.hold);
	table_text(t, "loya");
	table_text(t, h->actor);
	table_int(t, h->seq);
	table_time(t, h->at);
	table_text(t, h->event_id);
	table_int(t, h->inbox);
	table_text(t, "hold");
	table_end(t);
	table_free(t);
}

int
report_why_explain_hold(struct why *y)
{
	static const char sql[] = "SELECT at, actor, event_id, inbox "
	    "FROM audit WHERE seq = :seq";
	struct hold h = { .y = y };
	struct stmt *st;
	int rc;

	rc = report_chain(y->r->store, y->m.audit, sets_hold, &h, y->e);
	json_release(&h.json);
	if (rc < 0)
		return rc;
	st = db_stmt(store_db(y->r->store, STORE_MAIN), sql);
	stmt_int(st, 1, h.seq);
	if ((rc = stmt_step(st, y->e)) < 0)
		return rc;
	if (rc == 1) {
		h.at = stmt_get_int(st, 0);
		h.actor = stmt_get_text(st, 1, NULL);
		h.event_id = stmt_get_text(st, 2, NULL);
		h.inbox = stmt_get_int(st, 3);
	}
	if (y->r->mode == TABLE_TEXT)
		report_why_hold(y, h.actor, h.event_id, h.seq, h.at);
	else
		tabulate(&h);
	stmt_reset(st);
	return 0;
}
