/* The whole story of one event or one member. */
#include "common/report_part.h"

#include <stdlib.h>
#include <string.h>

#include "common/crypt.h"
#include "common/inbox.h"
#include "common/jsonw.h"
#include "common/member.h"
#include "common/options.h"
#include "common/progress.h"
#include "common/token.h"

static const struct table_column event_columns[] = {
	{ "what", TABLE_ONLY_JSON },
	{ "inbox", 0 },
	{ "source", 0 },
	{ "event_id", 0 },
	{ "received_at", 0 },
	{ "content_type", 0 },
	{ "state", 0 },
	{ "why", 0 },
	{ "due_at", 0 },
	{ "tries", 0 },
	{ "head", 0 },
	{ "body", 0 },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Write a body: JSON as it is, text as a string, other bytes as base64. */
static void
body(struct table *t, const struct row *row, struct report_scratch *s)
{
	char *p;

	if (row->body == NULL || json_utf8(row->body, row->len)) {
		report_json(t, row->body, row->len, s);
		return;
	}
	p = xmalloc(crypt_base64_len(row->len));
	crypt_base64(row->body, row->len, p);
	table_text(t, p);
	free(p);
}

/* What removed a body: *word, NULL if it is there.  Erasing also removes the
 * detail of the rows that came of the event. */
static int
taken(const struct report *r, const struct row *row,
    const struct event_row *ev, const char **word, struct err *e)
{
	static const char sql[] = "SELECT 1 FROM audit WHERE inbox = :inbox "
	    "AND detail IS NULL LIMIT 1";
	struct stmt *st;
	int rc;

	*word = NULL;
	if (row->body != NULL)
		return 0;
	st = db_stmt(store_db(r->store, STORE_MAIN), sql);
	stmt_int(st, 1, row->seq);
	if ((rc = stmt_step(st, e)) < 0)
		return rc;
	stmt_reset(st);
	*word = rc == 1 || strcmp(ev->why, "erased") == 0 ? "(erased)" :
	    "(pruned)";
	return 0;
}

static int
show_row(const struct report *r, int64_t seq, struct err *e)
{
	const char *word;
	struct report_scratch s;
	struct event_row ev;
	struct table *t;
	struct row row;
	int rc;

	memset(&s, 0, sizeof s);
	if ((rc = inbox_get(r->store, seq, &s.arena, &row, e)) != 0 ||
	    (rc = event_get(r->store, seq, &ev, e)) != 0 ||
	    (rc = taken(r, &row, &ev, &word, e)) != 0)
		goto out;
	t = table_new(r->out, r->mode, TABLE_BLOCK, event_columns,
	    COUNT(event_columns));
	table_text(t, "event");
	table_int(t, seq);
	table_text(t, row.source);
	table_text(t, row.event_id);
	table_time(t, row.received_at);
	table_text(t, row.content_type);
	table_text(t, event_state_name(ev.state));
	table_text(t, ev.why[0] != '\0' ? ev.why : NULL);
	table_time(t, ev.due_at);
	table_int(t, ev.tries);
	report_json(t, row.head, row.head != NULL ? strlen(row.head) : 0, &s);
	if (word != NULL && table_is_text(t))
		table_text(t, word);
	else
		body(t, &row, &s);
	table_end(t);
	table_free(t);
out:
	report_scratch_release(&s);
	return rc;
}

int
report_show_inbox(const struct report *r, int64_t seq, struct err *e)
{
	static const char audit[] = "SELECT " REPORT_AUDIT_COLUMNS
	    " FROM audit WHERE inbox = :inbox ORDER BY seq";
	static const char points[] = REPORT_POINTS
	    "WHERE inbox = :inbox ORDER BY seq";
	struct db *db = store_db(r->store, STORE_MAIN);
	struct stmt *st;
	int rc;

	if ((rc = show_row(r, seq, e)) != 0)
		return rc;
	stmt_int(st = db_stmt(db, audit), 1, seq);
	if ((rc = report_rows(r, 1, st, e)) != 0)
		return rc;
	stmt_int(st = db_stmt(db, points), 1, seq);
	if ((rc = report_points(r, st, e)) != 0)
		return rc;
	return report_deliveries(r, seq, e);
}

/* Show an audit row that stands alone, with everything in it. */
static int
show_alone(const struct report *r, int64_t seq, struct err *e)
{
	static const char sql[] = "SELECT " REPORT_AUDIT_COLUMNS
	    " FROM audit WHERE seq = :seq";
	struct report whole = *r;
	struct stmt *st;

	whole.verbose = 1;
	stmt_int(st = db_stmt(store_db(r->store, STORE_MAIN), sql), 1, seq);
	return report_rows(&whole, 0, st, e);
}

/* Show the event or the delivery behind an audit row. */
static int
show_seq(const struct report *r, int64_t seq, struct err *e)
{
	static const char sql[] = "SELECT inbox FROM audit WHERE seq = :seq";
	struct stmt *st;
	int64_t inbox;
	int rc;

	st = db_stmt(store_db(r->store, STORE_MAIN), sql);
	stmt_int(st, 1, seq);
	if ((rc = stmt_step(st, e)) < 0)
		return rc;
	if (rc == 0)
		return err_set(e, E_NOTFOUND, "audit %lld: there is no such "
		    "row", (long long)seq);
	inbox = stmt_get_int(st, 0);
	stmt_reset(st);
	if (inbox > 0)
		return report_show_inbox(r, inbox, e);
	rc = report_delivery(r, seq, e);
	return rc == 0 ? show_alone(r, seq, e) : rc < 0 ? rc : 0;
}

static const struct table_column link_columns[] = {
	{ "what", TABLE_ONLY_JSON },
	{ "source", 0 },
	{ "external_id", 0 },
	{ "from", 0 },
	{ "to", 0 },
	{ "said", TABLE_FOLD },
};

/* Write the fields of a link as one object, leaving tie and event to why. */
static void
said(struct table *t, const struct link *l, struct report_scratch *s)
{
	struct jsonw w;
	size_t i;

	buf_clear(&s->buf);
	jsonw_init(&w, &s->buf);
	jsonw_object(&w);
	for (i = 0; i < l->nclaim; i++)
		jsonw_kraw(&w, l->claim[i].name, l->claim[i].json,
		    l->claim[i].len);
	jsonw_close(&w, '}');
	table_json(t, s->buf.p, s->buf.len);
}

static int
show_links(const struct report *r, int64_t num, struct report_scratch *s,
    struct err *e)
{
	struct member m;
	struct table *t;
	size_t i;
	int rc;

	if ((rc = member_get(r->store, num, &s->arena, &m, e)) != 0)
		return rc;
	if (m.claims.n > 0)
		report_gap(r);
	t = table_new(r->out, r->mode, TABLE_ROWS, link_columns,
	    COUNT(link_columns));
	for (i = 0; i < m.claims.n; i++) {
		table_text(t, "link");
		table_text(t, m.claims.link[i].source);
		table_text(t, m.claims.link[i].external_id);
		table_time(t, m.claims.link[i].from_at);
		table_time(t, m.claims.link[i].to_at);
		said(t, &m.claims.link[i], s);
		table_end(t);
	}
	table_free(t);
	return 0;
}

static int
show_member(const struct report *r, int64_t num, struct err *e)
{
	static const char points[] = REPORT_POINTS
	    "WHERE member = (SELECT id FROM member WHERE num = :num) "
	    "ORDER BY seq";
	struct report one = { .store = r->store, .out = r->out,
	    .mode = r->mode };
	struct report_scratch s;
	struct stmt *st;
	int rc, any;

	memset(&s, 0, sizeof s);
	rc = report_member_id(r->store, num, &s.arena, &one.member, e);
	if (rc == 0 && (rc = report_members_as(&one, 1, &any, e)) == 0 &&
	    (rc = show_links(&one, num, &s, e)) == 0) {
		st = db_stmt(store_db(r->store, STORE_MAIN), points);
		stmt_int(st, 1, num);
		rc = report_points(r, st, e);
	}
	if (rc == 0)
		report_gap(r);
	if (rc == 0)
		rc = report_log_as(&one, 1, e);
	report_scratch_release(&s);
	return rc;
}

/* A SOURCE/EVENT-ID: 0, or E_NOTFOUND. */
static int
find_event(struct store *s, const char *what, int64_t *seq, struct err *e)
{
	const char *slash = strchr(what, '/');
	struct arena a = { NULL };
	struct row row;
	char *source;
	int rc;

	*seq = 0;
	if (slash == NULL)
		return E_NOTFOUND;
	source = arena_dup(&a, what, (size_t)(slash - what));
	rc = inbox_find(s, source, slash + 1, &a, &row, e);
	if (rc == 0)
		*seq = row.seq;
	arena_release(&a);
	return rc;
}

static int
unknown(const struct report *r, const char *what, struct err *e)
{
	if (strpbrk(what, "/@") == NULL)
		return binding_unknown(r->store, what, "member or event", e);
	return err_set(e, E_NOTFOUND, "'%s': there is no such member or event",
	    what);
}

/* A member, an event, or both by the same name. */
static int
show_named(const struct report *r, const char *what, struct err *e)
{
	int64_t seq, num;
	int member, event;

	member = report_member(r->store, what, &num, e);
	if (member != 0 && member != E_NOTFOUND)
		return member;
	/* An e-mail address names no event, and why no member is known by it
	 * was said. */
	if (member != 0 && strchr(what, '/') == NULL &&
	    strchr(what, '@') != NULL)
		return member;
	event = find_event(r->store, what, &seq, e);
	if (event != 0 && event != E_NOTFOUND)
		return event;
	if (member != 0 && event != 0)
		return unknown(r, what, e);
	if (member == 0 && (member = show_member(r, num, e)) != 0)
		return member;
	if (event != 0)
		return 0;
	if (member == 0)
		report_gap(r);
	return report_show_inbox(r, seq, e);
}

int
report_show(const struct report *r, const char *what, struct err *e)
{
	int64_t seq;

	if (options_number(what, 1, INT64_MAX, &seq) == 0)
		return show_seq(r, seq, e);
	if (token_looks(TOKEN_ACCESS, what, strlen(what)) ||
	    token_looks(TOKEN_SECRET, what, strlen(what)))
		return err_set(e, E_USAGE, "the operand is a secret; give the "
		    "id of the token or the client instead");
	if (token_id_ok(TOKEN_ACCESS, what) || token_id_ok(TOKEN_SECRET, what))
		return report_credential(r, what, e);
	return show_named(r, what, e);
}
