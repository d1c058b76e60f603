/* Audit rows about a member, and its changes that wait for their time. */
#include "common/report_why.h"

#include <string.h>

#include "common/clock.h"
#include "common/progress.h"

/* Columns of ROW: until is when the change that the row put off is due; why is
 * set if the row was not caused by an event of the claim. */
enum { C_SEQ, C_INBOX, C_AT, C_UNTIL, C_WHY };

#define ROW "SELECT seq, inbox, at, CASE WHEN kind = 'event.scheduled' " \
	"AND json_valid(detail) THEN detail ->> 'effective_at' END, " \
	"CASE WHEN kind LIKE 'member.%' AND json_valid(detail) " \
	"THEN detail ->> 'why' END FROM audit "

static void
read_row(struct stmt *st, struct applied *a)
{
	const char *until, *why;
	size_t n;

	a->seq = stmt_get_int(st, C_SEQ);
	a->inbox = stmt_get_int(st, C_INBOX);
	a->at = stmt_get_int(st, C_AT);
	until = stmt_get_text(st, C_UNTIL, &n);
	if (until == NULL || clock_parse(until, n, &a->until) != 0)
		a->until = 0;
	why = stmt_get_text(st, C_WHY, &n);
	a->by = why == NULL ? BY_EVENT : strcmp(why, "missing") == 0 ?
	    BY_ABSENCE : strcmp(why, "authority") == 0 ? BY_RULES : BY_EVENT;
}

static int
note_row(void *ctx, int64_t seq)
{
	/* What was held, refused or superseded, of all that an event says, is
	 * nobody's claim. */
	static const char sql[] = ROW "WHERE seq = :seq AND kind NOT IN "
	    "('event.held', 'event.refused', 'event.superseded')";
	struct why *y = ctx;
	struct stmt *st;
	int rc;

	st = db_stmt(store_db(y->r->store, STORE_MAIN), sql);
	stmt_int(st, 1, seq);
	if ((rc = stmt_step(st, y->e)) <= 0)
		return rc;
	if (y->napplied == y->cap) {
		y->cap = y->cap * 2 + 64;
		y->applied = xrealloc(y->applied, y->cap,
		    sizeof *y->applied);
	}
	read_row(st, &y->applied[y->napplied++]);
	stmt_reset(st);
	return 0;
}

/* Whether it is already there: an event can be put off several times. */
static int
is_there(const struct why *y, const struct applied *a, const char *id)
{
	const struct later *l = y->later, *end = l + y->nlater;

	for (; l < end; l++)
		if (l->said.inbox == a->inbox && l->at == a->until &&
		    strcmp(l->link.external_id, id) == 0)
			return 1;
	return 0;
}

/* Add what row a put off to y->later, which is in the order of time: 0, <0. */
static int
add(struct why *y, const struct applied *a)
{
	static const char sql[] = "SELECT source, detail ->> 'external_id', "
	    "detail ->> 'to_come' FROM audit WHERE seq = :seq "
	    "AND json_valid(detail) AND json_type(detail, '$.to_come') = "
	    "'object'";
	const char *text[3];
	struct later *l;
	struct stmt *st;
	size_t i;
	int rc;

	stmt_int(st = db_stmt(store_db(y->r->store, STORE_MAIN), sql), 1,
	    a->seq);
	if ((rc = stmt_step(st, y->e)) <= 0)
		return rc;
	for (i = 0; i < 3; i++) {
		text[i] = stmt_keep_text(st, (int)i, &y->arena);
		if (text[i] == NULL)
			text[i] = "";
	}
	stmt_reset(st);
	if (is_there(y, a, text[1]))
		return 0;
	y->later = xrealloc(y->later, y->nlater + 1, sizeof *y->later);
	for (i = y->nlater++; i > 0 && y->later[i - 1].at > a->until; i--)
		y->later[i] = y->later[i - 1];
	memset(l = &y->later[i], 0, sizeof *l);
	l->at = a->until;
	l->link.source = text[0];
	l->link.external_id = text[1];
	l->to_come = text[2];
	l->len = strlen(text[2]);
	l->said.row = a;
	l->said.inbox = a->inbox;
	return report_why_receipt(y, &l->said);
}

/* In an event with several times, those before due_at have passed. */
static int
add_waiting(struct why *y, const struct applied *a)
{
	struct event_row ev;
	int rc;

	if (a->until == 0)
		return 0;
	if ((rc = event_get(y->r->store, a->inbox, &ev, y->e)) != 0)
		return rc;
	return ev.due_at != 0 && ev.due_at <= a->until ?
	    add(y, a) : 0;
}

/* Add an event that waited before anybody was known by this id: its rows are
 * about no member, and some may be about another record. */
static int
add_unknown(struct why *y, int64_t inbox, const char *id)
{
	static const char sql[] = ROW "WHERE inbox = :inbox "
	    "AND kind = 'event.scheduled' AND member IS NULL "
	    "AND json_valid(detail) AND detail ->> 'external_id' = :id "
	    "ORDER BY seq LIMIT 1 OFFSET :n";
	struct applied *a;
	struct stmt *st;
	int64_t n = 0;
	int rc;

	for (;;) {
		st = db_stmt(store_db(y->r->store, STORE_MAIN), sql);
		stmt_int(st, 1, inbox);
		stmt_text(st, 2, id);
		stmt_int(st, 3, n++);
		if ((rc = stmt_step(st, y->e)) <= 0)
			return rc;
		a = arena_alloc(&y->arena, sizeof *a);
		read_row(st, a);
		stmt_reset(st);
		if ((rc = add_waiting(y, a)) != 0)
			return rc;
	}
}

static int
add_pending(struct why *y, const struct link *l)
{
	int64_t seq = 0;
	int rc;

	while ((seq = pending_next(y->r->store, l->source, l->external_id,
	    seq, y->e)) > 0)
		if ((rc = add_unknown(y, seq, l->external_id)) != 0)
			return rc;
	return (int)seq;
}

int
report_why_rows(struct why *y)
{
	size_t i;
	int rc;

	rc = report_chain(y->r->store, y->m.audit, note_row, y, y->e);
	for (i = 0; i < y->napplied && rc == 0; i++)
		rc = add_waiting(y, &y->applied[i]);
	for (i = 0; i < y->m.claims.n && rc == 0; i++)
		if (y->m.claims.link[i].to_at == 0)
			rc = add_pending(y, &y->m.claims.link[i]);
	return rc;
}

const struct applied *
report_why_row(const struct why *y, int64_t inbox)
{
	size_t i;

	for (i = 0; i < y->napplied; i++)
		if (y->applied[i].inbox == inbox && y->applied[i].until == 0)
			return &y->applied[i];
	return NULL;
}

int64_t
report_why_put_off(const struct why *y, const struct applied *a)
{
	size_t i;

	if (a->until != 0)
		return a->until;
	/* Of an event with several times, one part may have held at once. */
	for (i = 0; i < y->napplied; i++)
		if (y->applied[i].inbox == a->inbox &&
		    y->applied[i].seq < a->seq && y->applied[i].until != 0 &&
		    y->applied[i].until <= a->at)
			return y->applied[i].until;
	return 0;
}

/* Whether a field was already shown, because of who decides it or because of an
 * earlier change. */
static int
is_told(struct why *y, const char *field, size_t later)
{
	size_t i = 0;

	if (strcmp(field, "status") == 0 ||
	    json_get(&y->decided, 0, field) != JSON_NONE)
		return 1;
	return report_why_next(y, field, &i) != &y->later[later];
}

const char *
report_why_more(struct why *y, size_t *i)
{
	const struct change *c;
	size_t l, k, at = 0;

	for (l = 0; l < y->nlater; l++) {
		c = y->later[l].is;
		for (k = 0; k < c->nfield; k++) {
			if (at++ < *i)
				continue;
			*i = at;
			if (!is_told(y, c->field[k].name, l))
				return c->field[k].name;
		}
	}
	return NULL;
}
