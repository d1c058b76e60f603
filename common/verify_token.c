/*
 * Tokens and failed authentications are in the inbox file, and what the record
 * took over of them is in the store: the rows of each side are passed to the
 * other as a JSON array.
 */
#include "common/verify_part.h"

#include <string.h>

#include "common/jsonw.h"

/* Write every row of a statement as an array of its columns. */
static int
as_json(struct verify *v, const char *sql, int columns, struct buf *b)
{
	struct stmt *st;
	struct jsonw w;
	int rc, i;

	buf_clear(b);
	jsonw_init(&w, b);
	jsonw_array(&w);
	st = db_stmt(store_db(v->store, STORE_INBOX), sql);
	while ((rc = stmt_step(st, v->e)) == 1) {
		jsonw_array(&w);
		for (i = 0; i < columns; i++)
			jsonw_string(&w, verify_text(v, st, i));
		jsonw_close(&w, ']');
	}
	jsonw_close(&w, ']');
	return rc;
}

/* In the format of details; numbers as text, which compare correctly only once
 * they are numbers again. */
#define TIME(t) "CASE WHEN " t " IS NOT NULL THEN " \
	"strftime('%Y-%m-%dT%H:%M:%S', " t " / 1000000, 'unixepoch') || " \
	"printf('.%06dZ', " t " % 1000000) END"

static const char tokens[] = "SELECT seq, id, client, scope, "
    TIME("created_at") ", " TIME("expires_at") ", " TIME("revoked_at")
    ", issued_by, revoked_by, change FROM token ORDER BY seq";

#define AT(n) "j.value ->> '$[" #n "]'"
#define OF(key) "detail ->> '$." key "'"
#define META(key) "coalesce((SELECT value FROM meta WHERE key = '" key "'), 0)"

#define TOKENS "WITH r AS (SELECT a.kind, a.actor, a.at, " \
	"CASE WHEN json_valid(a.detail) THEN a.detail END AS detail " \
	"FROM json_each(:rows) j JOIN audit a ON a.seq = j.value " \
	"WHERE a.kind LIKE 'token.%'), " \
	"t AS (SELECT CAST(" AT(0) " AS INTEGER) AS seq, " AT(1) " AS id, " \
	AT(2) " AS client, " AT(3) " AS scope, " AT(4) " AS made, " AT(5) \
	" AS ends, " AT(6) " AS revoked, " AT(7) " AS issuer, " AT(8) \
	" AS revoker, CAST(" AT(9) " AS INTEGER) AS change " \
	"FROM json_each(:there) j), " \
	"i AS (SELECT " OF("token") " AS id, " OF("client") " AS client, " \
	OF("scope") " AS scope, " OF("expires_at") " AS ends, " \
	OF("issued_at") " AS made, actor, max(at) OVER () AS now FROM r " \
	"WHERE kind = 'token.issued'), " \
	"x AS (SELECT " OF("token") " AS id, " OF("revoked_at") \
	" AS revoked, actor FROM r WHERE kind = 'token.revoked') "

static const struct fact {
	const char *table, *what, *sql;
} facts[] = {
	{ "token", "is not the token that the audit log says was issued", TOKENS
	    "SELECT t.id FROM t LEFT JOIN i USING (id) WHERE "
	    "(i.id IS NULL AND t.seq <= " META("tokens_seq") ") OR "
	    "(i.id IS NOT NULL AND NOT (i.client IS t.client AND "
	    "i.scope IS t.scope AND i.ends IS t.ends AND i.made IS t.made "
	    "AND i.actor IS t.issuer))" },
	{ "token", "is revoked or not, but the audit log says otherwise", TOKENS
	    "SELECT t.id FROM t LEFT JOIN x USING (id) WHERE CASE "
	    "WHEN x.id IS NOT NULL THEN x.revoked IS NOT t.revoked "
	    "OR x.actor IS NOT t.revoker "
	    "ELSE t.change <= " META("tokens_change") " AND "
	    "(t.revoked IS NOT NULL OR t.revoker IS NOT NULL) END" },
	/* Issuing the newest one deletes those that have expired, and it may
	 * not be in the record yet. */
	{ "token", "is missing: the audit log says that it was issued", TOKENS
	    "SELECT i.id FROM i WHERE NOT EXISTS (SELECT 1 FROM t "
	    "WHERE t.id = i.id) AND coalesce(i.ends > strftime("
	    "'%Y-%m-%dT%H:%M:%S', i.now / 1000000, 'unixepoch') AND "
	    "i.ends > (SELECT coalesce(max(made), '') FROM t), 1)" },
	{ "meta", "is not how far the audit log has got with the tokens", TOKENS
	    "SELECT 'tokens_seq' FROM t WHERE seq > " META("tokens_seq")
	    " AND id IN (SELECT id FROM i) "
	    "UNION SELECT 'tokens_seq' WHERE " META("tokens_seq")
	    " > (SELECT coalesce(max(seq), 0) FROM t) "
	    "UNION SELECT 'tokens_change' FROM t WHERE change > "
	    META("tokens_change") " AND id IN (SELECT id FROM x) "
	    "UNION SELECT 'tokens_change' FROM t WHERE change > "
	    META("tokens_change") " AND revoked IS NULL "
	    "AND id IN (SELECT id FROM i) "
	    "UNION SELECT 'tokens_change' WHERE " META("tokens_change")
	    " > (SELECT coalesce(max(change), 0) FROM t)" },
};

static int
check_refusals(struct verify *v)
{
	static const char counted[] = "SELECT source, minute, why, count "
	    "FROM refusal ORDER BY minute";
	static const char less[] = "WITH t AS (SELECT " AT(0) " AS source, "
	    "CAST(" AT(1) " AS INTEGER) AS minute, " AT(2) " AS why, "
	    "CAST(" AT(3) " AS INTEGER) AS count FROM json_each(:there) j) "
	    "SELECT s.source || ' ' || s.minute || ' ' || s.why "
	    "FROM refusal_seen s LEFT JOIN t USING (source, minute, why) "
	    "WHERE t.count IS NULL OR t.count < s.count";
	struct stmt *st;
	int rc;

	if ((rc = as_json(v, counted, 4, &v->buf)) != 0)
		return rc;
	st = db_stmt(store_db(v->store, STORE_MAIN), less);
	stmt_textn(st, 1, v->buf.p, v->buf.len);
	while ((rc = stmt_step(st, v->e)) == 1)
		verify_named(v, "refusal", stmt_get_text(st, 0, NULL),
		    "is missing, or counts fewer than the audit log has taken "
		    "over");
	return rc;
}

int
verify_tokens(struct verify *v)
{
	struct stmt *st;
	size_t i;
	int rc;

	if ((rc = as_json(v, tokens, 10, &v->buf)) != 0)
		return rc;
	for (i = 0; i < sizeof facts / sizeof facts[0]; i++) {
		st = db_stmt(store_db(v->store, STORE_MAIN), facts[i].sql);
		stmt_textn(st, 1, v->noted.p, v->noted.len);
		stmt_textn(st, 2, v->buf.p, v->buf.len);
		while ((rc = stmt_step(st, v->e)) == 1)
			verify_named(v, facts[i].table,
			    stmt_get_text(st, 0, NULL), "%s", facts[i].what);
		if (rc < 0)
			return rc;
	}
	return check_refusals(v);
}
