/* A row of the record, as JSON and as a sentence. */
#include "common/report_part.h"

#include <string.h>

#include "common/jsonw.h"

static const struct table_column columns[] = {
	{ "what", TABLE_ONLY_JSON },
	{ "seq", TABLE_RIGHT },
	{ "at", 0 },
	{ "kind", 0 },
	{ "source", TABLE_ONLY_JSON },
	{ "event_id", TABLE_ONLY_JSON },
	{ "inbox", TABLE_ONLY_JSON },
	{ "member", TABLE_ONLY_JSON },
	{ "prev", TABLE_ONLY_JSON },
	{ "actor", TABLE_ONLY_JSON },
	{ "detail", TABLE_ONLY_JSON },
	/* these two stand last */
	{ "who", TABLE_ONLY_TEXT | TABLE_NAME },
	{ "what", TABLE_ONLY_TEXT | TABLE_FOLD | TABLE_FREE },
};

enum { COLUMNS = sizeof columns / sizeof columns[0] };

/* In a block everything is shown, each thing once. */
static struct table *
block(const struct report *r, int what)
{
	static struct table_column c[COLUMNS];
	size_t i;

	memcpy(c, columns, sizeof c);
	for (i = 1; i < COLUMNS - 2; i++)
		c[i].flags = 0;
	c[COLUMNS - 2].flags = TABLE_ONLY_JSON | TABLE_ONLY_TEXT;
	return table_new(r->out, r->mode, TABLE_BLOCK, c + !what,
	    COLUMNS - (size_t)!what);
}

/* A log is for an overview; the story of one thing has all of it. */
struct table *
report_audit_table(const struct report *r, int what)
{
	static struct table_column story[COLUMNS];

	if (r->verbose && r->mode == TABLE_TEXT)
		return block(r, what);
	if (!what)
		return table_new(r->out, r->mode, TABLE_ROWS, columns + 1,
		    COLUMNS - 1);
	memcpy(story, columns, sizeof story);
	story[COLUMNS - 1].flags &= ~TABLE_FREE;
	return table_new(r->out, r->mode, TABLE_ROWS, story, COLUMNS);
}

/* The colour of a kind, where there are colours. */
static enum table_tint
tint(const char *kind)
{
	static const struct {
		const char *end;
		enum table_tint tint;
	} of[] = {
		{ ".refused", TABLE_BAD }, { ".dead", TABLE_BAD },
		{ ".lost", TABLE_BAD }, { ".held", TABLE_CARE },
		{ ".deferred", TABLE_CARE }, { ".suspended", TABLE_CARE },
		{ ".closed", TABLE_CARE }, { ".missing", TABLE_CARE },
		{ ".erased", TABLE_CARE }, { ".enrolled", TABLE_GOOD },
		{ ".reactivated", TABLE_GOOD }, { ".unchanged", TABLE_FAINT },
		{ ".superseded", TABLE_FAINT },
	};
	size_t i, n = strlen(kind), k;

	for (i = 0; i < sizeof of / sizeof of[0]; i++) {
		k = strlen(of[i].end);
		if (n > k && strcmp(kind + n - k, of[i].end) == 0)
			return of[i].tint;
	}
	return TABLE_NORMAL;
}

void
report_scratch_release(struct report_scratch *s)
{
	json_release(&s->json);
	buf_release(&s->buf);
	buf_release(&s->line);
	arena_release(&s->arena);
}

void
report_json(struct table *t, const char *p, size_t n,
    struct report_scratch *s)
{
	struct jsonw w;

	if (p == NULL || json_parse(&s->json, p, n) != 0) {
		s->json.n = 0;
		table_textn(t, p, n);
		return;
	}
	buf_clear(&s->buf);
	jsonw_init(&w, &s->buf);
	jsonw_compact(&w, &s->json, 0);
	table_json(t, s->buf.p, s->buf.len);
}

void
report_plain(struct buf *b, const struct json *j, uint32_t i)
{
	struct arena a = { NULL };
	const char *s;
	size_t n;

	s = json_string(j, i, &a, &n);
	if (s == NULL)
		s = json_type(j, i) == JSON_NULL ? (n = 1, "-") :
		    json_source(j, i, &n);
	buf_add(b, s, n);
	arena_release(&a);
}

static void
gap(struct buf *b)
{
	if (b->len > 0)
		buf_adds(b, "; ");
}

/* "status active -> suspended" */
static void
changes(struct buf *b, const struct json *j, uint32_t all)
{
	uint32_t old, new;

	if (all == JSON_NONE || json_type(j, all) != JSON_OBJECT)
		return;
	for (JSON_EACH(j, all, k)) {
		gap(b);
		buf_add(b, json_text(j, k), j->tok[k].len);
		old = json_get(j, k + 1, "old");
		new = json_get(j, k + 1, "new");
		buf_addc(b, ' ');
		if (old != JSON_NONE && json_type(j, old) != JSON_NULL) {
			report_plain(b, j, old);
			buf_adds(b, " -> ");
		}
		if (new != JSON_NONE)
			report_plain(b, j, new);
	}
}

/* "denied email, name", and single values by the name of their key. */
static void
named(struct buf *b, const struct json *j, const char *key)
{
	uint32_t v = json_get(j, 0, key);
	const char *sep = " ";

	if (v == JSON_NONE)
		return;
	gap(b);
	buf_adds(b, key);
	if (json_type(j, v) != JSON_ARRAY) {
		buf_addc(b, ' ');
		report_plain(b, j, v);
		return;
	}
	for (JSON_EACH(j, v, k)) {
		buf_adds(b, sep);
		report_plain(b, j, k);
		sep = ", ";
	}
}

/* What no sentence is made for: the single values, but the mark of claims and
 * what stands in columns. */
static void
others(struct buf *b, const struct json *j)
{
	static const char *const not[] = { "external_id", "time", "claims" };
	size_t i, n;

	if (j->n == 0 || json_type(j, 0) != JSON_OBJECT)
		return;
	for (JSON_EACH(j, 0, k)) {
		for (i = 0, n = j->tok[k].len; i < sizeof not /
		    sizeof not[0]; i++)
			if (strlen(not[i]) == n && memcmp(not[i],
			    json_text(j, k), n) == 0)
				break;
		if (i < sizeof not / sizeof not[0] ||
		    json_type(j, k + 1) == JSON_OBJECT ||
		    json_type(j, k + 1) == JSON_ARRAY)
			continue;
		gap(b);
		buf_add(b, json_text(j, k), n);
		buf_addc(b, ' ');
		report_plain(b, j, k + 1);
	}
}

void
report_summary(struct buf *b, const char *detail, size_t len,
    struct report_scratch *s)
{
	static const char *const keys[] = { "kind", "points", "balance",
	    "reference", "reverses", "count", "superseded", "scheduled_newer",
	    "denied", "tie", "note", "effective_at", "name", "slot", "token",
	    "client", "scope", "sealed", "expires_at", "minute",
	    "grant", "host", "status", "error" };
	const struct json *j = &s->json;
	uint32_t why;
	size_t i;

	buf_clear(b);
	if (detail == NULL) {
		s->json.n = 0;
		buf_adds(b, "(erased)");
		return;
	}
	if (json_parse(&s->json, detail, len) != 0) {
		s->json.n = 0;
		buf_add(b, detail, len);
		return;
	}
	changes(b, j, json_get(j, 0, "changes"));
	if ((why = json_get(j, 0, "why")) != JSON_NONE) {
		gap(b);
		report_plain(b, j, why);
		if ((why = json_get(j, 0, "detail")) != JSON_NONE) {
			buf_adds(b, ": ");
			report_plain(b, j, why);
		}
	}
	for (i = 0; i < sizeof keys / sizeof keys[0]; i++)
		named(b, j, keys[i]);
	if (b->len == 0)
		others(b, j);
}

/* The first link of a member that stands, as SOURCE/EXTERNAL-ID, in the buf;
 * when there is none (or this cannot be read), the id that loya made. */
static void
known_as(const struct report *r, const char *member, struct buf *b)
{
	static const char sql[] = "SELECT json_extract(c.value, '$.source') "
	    "|| '/' || json_extract(c.value, '$.external_id') FROM member m, "
	    "json_each(CASE WHEN json_valid(m.claims) THEN m.claims "
	    "ELSE '[]' END) c WHERE m.id = :id AND c.type = 'object' "
	    "AND json_extract(c.value, '$.to') IS NULL "
	    "ORDER BY c.key LIMIT 1";
	const char *name = NULL;
	struct err ignored;
	struct stmt *st;
	size_t n;

	st = db_stmt(store_db(r->store, STORE_MAIN), sql);
	stmt_text(st, 1, member);
	if (stmt_step(st, &ignored) == 1)
		name = stmt_get_text(st, 0, &n);
	if (name != NULL)
		buf_add(b, name, n);
	else
		buf_adds(b, member);
	stmt_reset(st);
}

/* Whom it is about, in the words of the source where it said any, else of one
 * that knows the member: this is what -m takes as well.  What is about no
 * member has who did it. */
static void
who(struct table *t, const struct report *r, const char *source,
    const char *member, const char *actor, struct report_scratch *s)
{
	uint32_t id;

	buf_clear(&s->buf);
	if (!table_is_text(t)) {
		table_null(t);
		return;
	}
	id = s->json.n > 0 ? json_get(&s->json, 0, "external_id") : JSON_NONE;
	if (source != NULL && id != JSON_NONE) {
		buf_adds(&s->buf, source);
		buf_addc(&s->buf, '/');
		report_plain(&s->buf, &s->json, id);
		table_textn(t, s->buf.p, s->buf.len);
	} else if (member != NULL) {
		known_as(r, member, &s->buf);
		table_textn(t, s->buf.p, s->buf.len);
	} else {
		table_text(t, source != NULL ? source : actor);
	}
}

static void
int_or_null(struct table *t, struct stmt *st, int n)
{
	if (stmt_is_null(st, n))
		table_null(t);
	else
		table_int(t, stmt_get_int(st, n));
}

int
report_audit_row(struct table *t, const struct report *r, int what,
    struct stmt *st, struct report_scratch *s)
{
	const char *detail, *source, *member;
	struct buf sentence = { NULL, 0, 0 };
	size_t n;

	table_tint(t, tint(stmt_get_text(st, 2, NULL)));
	if (what)
		table_text(t, "audit");
	source = stmt_get_text(st, 3, NULL);
	member = stmt_get_text(st, 6, NULL);
	table_int(t, stmt_get_int(st, 0));
	table_time(t, stmt_get_int(st, 1));
	table_text(t, stmt_get_text(st, 2, NULL));
	table_text(t, source);
	table_text(t, stmt_get_text(st, 4, NULL));
	int_or_null(t, st, 5);
	table_text(t, member);
	int_or_null(t, st, 7);
	table_text(t, stmt_get_text(st, 8, NULL));
	detail = stmt_get_text(st, 9, &n);
	report_json(t, detail, n, s);
	if (table_is_text(t))
		report_summary(&sentence, detail, n, s);
	who(t, r, source, member, stmt_get_text(st, 8, NULL), s);
	table_textn(t, sentence.p, sentence.len);
	buf_release(&sentence);
	return table_end(t);
}
