#include "common/report_part.h"

#include <string.h>

#include "common/change.h"

static const struct table_column columns[] = {
	{ "what", TABLE_ONLY_JSON },
	{ "id", 0 },
	{ "status", 0 },
	{ "hold", 0 },
	{ "points", TABLE_RIGHT },
	{ "tier", TABLE_ONLY_JSON },
	{ "name", TABLE_ONLY_TEXT | TABLE_FOLD },
	{ "given_name", TABLE_ONLY_JSON },
	{ "family_name", TABLE_ONLY_JSON },
	{ "name", TABLE_ONLY_JSON },
	{ "email", TABLE_FOLD },
	{ "phone_number", TABLE_ONLY_JSON },
	{ "birthdate", TABLE_ONLY_JSON },
	{ "locale", TABLE_ONLY_JSON },
	{ "zoneinfo", TABLE_ONLY_JSON },
	{ "address", TABLE_ONLY_JSON },
	{ "tags", TABLE_ONLY_JSON },
	{ "enrolled_at", TABLE_ONLY_JSON },
	{ "ended_at", TABLE_ONLY_JSON },
	{ "attributes", TABLE_ONLY_JSON },
	{ "audit", TABLE_ONLY_JSON },
	{ "links", TABLE_FOLD },
};

enum { COLUMNS = sizeof columns / sizeof columns[0] };

/* In a block everything is shown, each thing once. */
static struct table *
block(const struct report *r)
{
	static struct table_column c[COLUMNS];
	size_t i;

	memcpy(c, columns, sizeof c);
	for (i = 1; i < COLUMNS; i++)
		c[i].flags = c[i].flags & TABLE_ONLY_TEXT ? TABLE_ONLY_TEXT |
		    TABLE_ONLY_JSON : 0;
	return table_new(r->out, r->mode, TABLE_BLOCK, c, COLUMNS);
}

/* The number of the member asked for, or 0 for all. */
static int
whose(const struct report *r, int64_t *num, struct err *e)
{
	*num = 0;
	if (r->state != NULL &&
	    member_status_find(r->state, strlen(r->state)) < 0)
		return err_set(e, E_USAGE, "'%s' is not a status: pending, "
		    "active, suspended or closed", r->state);
	return r->member != NULL ? report_member(r->store, r->member, num,
	    e) : 0;
}

/* ["hr/E1", ...]; on a terminal hr/E1, crm/7. */
static void
links(struct table *t, struct stmt *st, int col, struct report_scratch *s)
{
	const char *p, *sep = "";
	size_t n;

	p = stmt_get_text(st, col, &n);
	if (!table_is_text(t) || p == NULL ||
	    json_parse(&s->json, p, n) != 0) {
		report_json(t, p, n, s);
		return;
	}
	buf_clear(&s->buf);
	for (JSON_EACH(&s->json, 0, k)) {
		buf_adds(&s->buf, sep);
		report_plain(&s->buf, &s->json, k);
		sep = ", ";
	}
	table_textn(t, s->buf.p, s->buf.len);
}

static void
json_cell(struct table *t, struct stmt *st, int col, struct report_scratch *s)
{
	const char *p;
	size_t n;

	p = stmt_get_text(st, col, &n);
	report_json(t, p, n, s);
}

static int
row(struct table *t, struct stmt *st, struct report_scratch *s)
{
	const char *name = stmt_get_text(st, 7, NULL);
	int i;

	for (i = 0; i < 3; i++)
		table_text(t, stmt_get_text(st, i, NULL));
	table_int(t, stmt_get_int(st, 3));
	table_text(t, stmt_get_text(st, 4, NULL));
	table_text(t, name != NULL ? name : stmt_get_text(st, 18, NULL));
	for (i = 5; i < 13; i++)
		table_text(t, stmt_get_text(st, i, NULL));
	json_cell(t, st, 13, s);
	json_cell(t, st, 14, s);
	table_text(t, stmt_get_text(st, 15, NULL));
	table_text(t, stmt_get_text(st, 16, NULL));
	json_cell(t, st, 17, s);
	table_int(t, stmt_get_int(st, 19));
	links(t, st, 20, s);
	return table_end(t);
}

#define SELECT \
	"SELECT id, status, hold, points, tier, given_name, family_name, " \
	"name, email, phone_number, birthdate, locale, zoneinfo, address, " \
	"tags, enrolled_at, ended_at, attributes, " \
	"nullif(trim(coalesce(given_name, '') || ' ' || " \
	"coalesce(family_name, '')), ''), audit, " \
	"(SELECT json_group_array(json_extract(value, '$.source') || '/' " \
	"|| json_extract(value, '$.external_id')) FROM json_each(CASE " \
	"WHEN json_valid(claims) THEN claims ELSE '[]' END)), num FROM member "
/* ?5 lists fields and values: none of them may differ.  An empty value matches
 * a field that is not there; for tags the value must be one of them.  A number
 * may be given as it was written or as SQLite reads it, with fewer digits.  No
 * program writes the column tier: an attribute of that name counts instead. */
#define WANTED(i) "json_extract(w.value, '$[" #i "]')"
#define MATCH \
	"AND (?5 IS NULL OR NOT EXISTS (SELECT 1 FROM json_each(?5) w " \
	"WHERE coalesce(CASE " WANTED(0) \
	" WHEN 'given_name' THEN given_name " \
	"WHEN 'family_name' THEN family_name WHEN 'name' THEN name " \
	"WHEN 'email' THEN email WHEN 'phone_number' THEN phone_number " \
	"WHEN 'birthdate' THEN birthdate WHEN 'locale' THEN locale " \
	"WHEN 'zoneinfo' THEN zoneinfo WHEN 'address' " \
	"THEN iif(json_type(address) = 'text', address ->> '$', address) " \
	"WHEN 'status' THEN status WHEN 'enrolled_at' THEN enrolled_at " \
	"WHEN 'ended_at' THEN ended_at WHEN 'hold' THEN hold " \
	"WHEN iif(tier IS NULL, NULL, 'tier') THEN tier " \
	"WHEN 'tags' THEN (SELECT t.value " \
	"FROM json_each(tags) t WHERE " WANTED(1) " = '' " \
	"OR t.value = " WANTED(1) " LIMIT 1) " \
	"ELSE (SELECT CASE WHEN a.type IN ('true', 'false') THEN a.type " \
	"WHEN a.type IN ('integer', 'real') " \
	"AND attributes -> a.fullkey = " WANTED(1) " THEN " WANTED(1) \
	" ELSE CAST(a.value AS TEXT) END " \
	"FROM json_each(attributes) a WHERE a.key = " WANTED(0) ") END, '') " \
	"<> " WANTED(1) ")) "
#define WHERE \
	"WHERE (?1 = 0 OR num = ?1) AND (?2 IS NULL OR status = ?2) " \
	"AND (?3 IS NULL OR EXISTS (SELECT 1 FROM json_each(CASE " \
	"WHEN json_valid(claims) THEN claims ELSE '[]' END) c " \
	"CROSS JOIN binding b ON b.source = ?3 AND b.external_id = " \
	"json_extract(c.value, '$.external_id') AND b.member = num)) " MATCH

struct list {
	const struct report *r;
	struct table *t;
	int what;
	int64_t num;		/* only this member, or 0 */
	int64_t at;		/* the one before the next */
	struct report_batch batch;
	struct report_scratch scratch;
};

static struct stmt *
prepare(const struct list *l, const char *sql, int64_t limit)
{
	struct stmt *st;

	st = db_stmt(store_db(l->r->store, STORE_MAIN), sql);
	stmt_int(st, 1, l->num);
	stmt_text(st, 2, l->r->state);
	stmt_text(st, 3, l->r->source);
	stmt_int(st, 4, limit);
	stmt_text(st, 5, l->r->match);
	return st;
}

/* Print a batch: 1 if there may be more, 0, <0. */
static int
some(struct list *l, struct err *e)
{
	static const char up[] = SELECT WHERE "AND num > ?6 "
	    "ORDER BY num LIMIT ?4";
	static const char down[] = SELECT WHERE "AND num < ?6 "
	    "ORDER BY num DESC LIMIT ?4";
	const struct report *r = l->r;
	struct stmt *st;
	int rc = 0, full = 0;

	st = prepare(l, r->reverse ? down : up, r->limit != 0 ?
	    r->limit - (int64_t)table_rows(l->t) : -1);
	stmt_int(st, 6, l->at);
	while (!full && (rc = stmt_step(st, e)) == 1) {
		if (l->what)
			table_text(l->t, "member");
		if (row(l->t, st, &l->scratch) != 0)
			break;
		l->at = stmt_get_int(st, 21);
		full = report_full(&l->batch);
	}
	stmt_reset(st);
	if (rc < 0)
		return rc;
	return full ? report_write(r, &l->batch) : 0;
}

int
report_members_as(const struct report *r, int what, int *any, struct err *e)
{
	static const char newest[] = "SELECT min(num) FROM (SELECT num "
	    "FROM member " WHERE "ORDER BY num DESC LIMIT ?4)";
	struct list l = { .r = r, .what = what };
	int rc;

	*any = 0;
	if ((rc = whose(r, &l.num, e)) != 0 || (rc = report_begin(r,
	    prepare(&l, newest, r->limit), &l.at, e)) != 0)
		return rc;
	l.t = what ? block(r) : table_new(r->out, r->mode, TABLE_ROWS,
	    columns + 1, COLUMNS - 1);
	do
		rc = some(&l, e);
	while (rc == 1);
	*any = table_rows(l.t) > 0;
	table_free(l.t);
	report_scratch_release(&l.scratch);
	return rc;
}

int
report_members(const struct report *r, int *any, struct err *e)
{
	return report_members_as(r, 0, any, e);
}
