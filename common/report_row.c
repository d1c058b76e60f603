/* A row of the record, in a table. */
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
	/* these three stand last */
	{ "who", TABLE_ONLY_TEXT },
	{ "about", TABLE_ONLY_TEXT | TABLE_NAME },
	{ "what", TABLE_ONLY_TEXT | TABLE_FOLD | TABLE_FREE },
};

enum { COLUMNS = sizeof columns / sizeof columns[0], LAST = 3 };

/* In a block everything is shown, each thing once. */
static struct table *
block(const struct report *r, int what)
{
	static struct table_column c[COLUMNS];
	size_t i;

	memcpy(c, columns, sizeof c);
	for (i = 1; i < COLUMNS - 1; i++)
		c[i].flags = i < COLUMNS - LAST ? 0 :
		    TABLE_ONLY_JSON | TABLE_ONLY_TEXT;
	return table_new(r->out, r->mode, TABLE_BLOCK, c + !what,
	    COLUMNS - (size_t)!what);
}

/* A log gives an overview; the story of one thing shows everything. */
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

/* The colour of a kind, also for failures after which things can still
 * go on. */
static enum table_tint
tint(const char *kind)
{
	static const struct {
		const char *end;
		enum table_tint tint;
	} of[] = {
		{ ".held", TABLE_CARE },
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
	return report_kind_failed(kind) ? TABLE_BAD : TABLE_NORMAL;
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

/* Put the first link of a member that is in force into the buf, as
 * SOURCE/EXTERNAL-ID; if there is none (or this cannot be read), loya's id. */
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

/* The member that the detail names, in the arena, or NULL. */
static const char *
named_member(const struct json *j, struct arena *a)
{
	return j->n > 0 ? json_get_string(j, 0, "member", a, NULL) : NULL;
}

/* Write whom it is about, in the words of the source if it said any, else of
 * one that knows the member: -m accepts this as well. */
static void
about(struct table *t, const struct report *r, const char *source,
    const char *member, struct report_scratch *s)
{
	struct arena a = { NULL };
	uint32_t id;

	buf_clear(&s->buf);
	if (!table_is_text(t)) {
		table_null(t);
		return;
	}
	id = s->json.n > 0 ? json_get(&s->json, 0, "external_id") : JSON_NONE;
	if (member == NULL)
		member = named_member(&s->json, &a);
	/* Local lines name members by other sources' ids, and loya's id is not
	 * one that a source gave. */
	if (source != NULL && id != JSON_NONE && (member == NULL ||
	    (strcmp(source, "local") != 0 && !json_is(&s->json, id, member)))) {
		buf_adds(&s->buf, source);
		buf_addc(&s->buf, '/');
		report_plain(&s->buf, &s->json, id);
		table_textn(t, s->buf.p, s->buf.len);
	} else if (member != NULL) {
		known_as(r, member, &s->buf);
		table_textn(t, s->buf.p, s->buf.len);
	} else {
		table_null(t);
	}
	arena_release(&a);
}

/* Whether a person decided something about a target, whose name says whose it
 * is. */
static int
about_target(const char *kind)
{
	return strcmp(kind, "target.on") == 0 ||
	    strcmp(kind, "target.dismissed") == 0 ||
	    strcmp(kind, "delivery.again") == 0;
}

/* Whether a person did it, whatever source the row has: decided something about
 * a target, gave up an event or a delivery, wrote a line by hand. */
static int
by_hand(const char *kind, const char *source, const struct json *j)
{
	uint32_t why = j->n > 0 ? json_get(j, 0, "why") : JSON_NONE;

	return about_target(kind) || strcmp(source, "local") == 0 ||
	    (why != JSON_NONE && json_is(j, why, "dismissed"));
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
	const char *detail, *source, *member, *kind, *actor;
	struct buf sentence = { NULL, 0, 0 };
	size_t n;

	kind = stmt_get_text(st, 2, NULL);
	table_tint(t, tint(kind));
	if (what)
		table_text(t, "audit");
	source = stmt_get_text(st, 3, NULL);
	member = stmt_get_text(st, 6, NULL);
	table_int(t, stmt_get_int(st, 0));
	table_time(t, stmt_get_int(st, 1));
	table_text(t, kind);
	table_text(t, source);
	table_text(t, stmt_get_text(st, 4, NULL));
	int_or_null(t, st, 5);
	table_text(t, member);
	int_or_null(t, st, 7);
	actor = stmt_get_text(st, 8, NULL);
	table_text(t, actor);
	detail = stmt_get_text(st, 9, &n);
	report_json(t, detail, n, s);
	if (table_is_text(t))
		report_summary(&sentence, kind, detail, n, s);
	/* The source did it; if no source sent it, the user who ran the
	 * program. */
	table_text(t, source != NULL && !by_hand(kind, source, &s->json) ?
	    source : actor);
	if (about_target(kind))
		table_text(t, source);
	else
		about(t, r, source, member, s);
	table_textn(t, sentence.p, sentence.len);
	buf_release(&sentence);
	return table_end(t);
}
