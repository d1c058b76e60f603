/*
 * Rare kinds of rows: about snapshots, targets, secrets, clients, tokens,
 * refusals and people who were erased.  While the record is walked, the numbers
 * of such rows are noted; at the end each statement here reads them again and
 * finds what disagrees with them.
 */
#include "common/verify_part.h"

#include <string.h>

#include "common/jsonw.h"
#include "common/tombstone.h"

/* The rows of a list, a JSON array of their numbers. */
#define ROWS "WITH r AS (SELECT a.seq, a.at, a.kind, a.source, a.inbox, " \
	"a.member, a.actor, CASE WHEN json_valid(a.detail) THEN a.detail END " \
	"AS detail FROM json_each(:rows) j JOIN audit a ON a.seq = j.value) "

/* A time in the format of details. */
#define TIME(t) "(strftime('%Y-%m-%dT%H:%M:%S', " t " / 1000000, " \
	"'unixepoch') || printf('.%06dZ', " t " % 1000000))"

/* Times that a program took one after the other are not a minute apart. */
#define FAR(a, b) "abs(" a " - " b ") > 60000000"

#define IS(a, b) "(" a " IS " b ")"
#define OF(key) "detail ->> '$." key "'"

#define LOST "(SELECT coalesce(max(seq), 0) FROM r WHERE kind = 'key.lost')"

/* The newest row of each snapshot, target, secret and client. */
#define SNAPSHOTS ROWS ", b AS (SELECT source, " OF("snapshot") " AS id, " \
	"min(inbox) AS seq FROM r WHERE kind = 'snapshot.begun' " \
	"GROUP BY 1, 2), e AS (SELECT source, " OF("snapshot") " AS id, " \
	"inbox AS seq, " OF("count") " AS count, max(seq) FROM r " \
	"WHERE kind = 'snapshot.ended' GROUP BY 1, 2), " \
	"c AS (SELECT source, " OF("snapshot") " AS id, " OF("present") \
	" AS present, " OF("missing") " AS missing, max(seq) FROM r " \
	"WHERE kind = 'snapshot.complete' GROUP BY 1, 2), " \
	"o AS (SELECT r.source, s.value AS id FROM r, " \
	"json_each(r.detail, '$.supersedes') s " \
	"WHERE r.kind = 'snapshot.begun' GROUP BY 1, 2) "

/* Earlier releases emptied such rows when a person was erased. */
#define KNOWN "NOT EXISTS (SELECT 1 FROM r WHERE kind LIKE 'snapshot.%' " \
	"AND r.source = s.source AND detail IS NULL)"

#define TARGETS ROWS ", n AS (SELECT source, kind, at, max(seq) FROM r " \
	"WHERE kind = 'target.off' OR kind = 'target.on' GROUP BY source) "

#define SECRETS ROWS ", k AS (SELECT CASE kind WHEN 'headkey.added' " \
	"THEN '@head' WHEN 'client.added' THEN '@tokens' ELSE " OF("name") \
	" END AS name, kind, max(seq) AS seq FROM r WHERE " \
	"kind = 'secret.set' OR kind = 'headkey.added' OR " \
	"kind = 'client.added' OR " \
	"(kind = 'secret.unset' AND " OF("slot") " = 'both') GROUP BY 1), " \
	"n AS (SELECT name FROM k WHERE kind <> 'secret.unset' AND " \
	"seq > " LOST ") "

#define CLIENTS ROWS ", n AS (SELECT " OF("client") " AS id, " OF("name") \
	" AS name, " OF("scope") " AS scope, kind, at, max(seq) AS seq " \
	"FROM r WHERE kind LIKE 'client.%' GROUP BY 1), " \
	"m AS (SELECT " OF("client") " AS id, min(at) AS made, " \
	"max(at) AS changed FROM r " \
	"WHERE kind = 'client.added' OR kind = 'client.rotated' GROUP BY 1), " \
	"l AS (SELECT at, max(seq) AS seq FROM r WHERE kind = 'key.lost') "

#define KEPT ROWS ", k AS (SELECT h.value AS hash, r.member AS id, " \
	"max(r.seq) AS seq FROM r, json_each(r.detail, '$.hashes') h " \
	"WHERE r.kind = 'erasure.kept' GROUP BY 1), " \
	"u AS (SELECT member AS id, max(seq) AS seq FROM r " \
	"WHERE kind = 'erasure.lifted' GROUP BY 1), " \
	"n AS (SELECT k.hash, m.num FROM k JOIN member m ON m.id = k.id " \
	"LEFT JOIN u ON u.id = k.id WHERE coalesce(u.seq, 0) < k.seq) "

/* A word, followed by the client concerned (refusals.h). */
#define WHY "(" OF("why") ") || coalesce('/' || (" OF("client") "), '')"
#define SEEN_AS "r.source = s.source AND " WHY " = s.why AND " \
	OF("minute") " = " TIME("(s.minute * 60000000)")

static const struct fact {
	const char *table, *what, *sql;	/* sql: the row's name, first */
} facts[] = {
	{ "snapshot", "begin_seq, end_seq, count, present or missing is not "
	    "what the audit log says", SNAPSHOTS
	    "SELECT s.source || '/' || s.id FROM snapshot s "
	    "LEFT JOIN b USING (source, id) LEFT JOIN e USING (source, id) "
	    "LEFT JOIN c USING (source, id) WHERE (s.state <> 'superseded' OR "
	    "b.id IS NOT NULL) AND " KNOWN " AND NOT ("
	    IS("s.begin_seq", "b.seq")
	    " AND " IS("s.end_seq", "e.seq")
	    " AND " IS("s.count", "e.count") " AND (c.id IS NULL OR "
	    IS("s.present", "c.present") " AND " IS("s.missing", "c.missing")
	    "))" },
	{ "snapshot", "its state is not what the audit log says", SNAPSHOTS
	    "SELECT s.source || '/' || s.id FROM snapshot s "
	    "LEFT JOIN b USING (source, id) LEFT JOIN c USING (source, id) "
	    "LEFT JOIN o USING (source, id) LEFT JOIN event v "
	    "ON v.seq = s.end_seq WHERE " KNOWN " AND CASE "
	    "WHEN o.id IS NOT NULL OR (s.state = 'superseded' AND "
	    "b.id IS NOT NULL) "
	    "THEN s.state <> 'superseded' OR o.id IS NULL "
	    "WHEN c.id IS NOT NULL OR s.state = 'done' "
	    "THEN s.state <> 'done' OR c.id IS NULL "
	    "WHEN s.state = 'refused' OR v.state = 'refused' "
	    "THEN coalesce(v.state, '') <> 'refused' OR (s.state <> 'refused' "
	    "AND v.why IN ('empty', 'miscounted', 'shrunken')) "
	    "WHEN s.state = 'open' THEN v.state = 'applied' "
	    "ELSE s.state <> 'superseded' "
	    "AND coalesce(v.state, '') <> 'applied' END" },
	{ "snapshot", "is missing: the audit log says that it began or ended",
	    SNAPSHOTS "SELECT source || '/' || id FROM "
	    "(SELECT source, id FROM b UNION SELECT source, id FROM e) n "
	    "WHERE id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM snapshot s "
	    "WHERE s.source = n.source AND s.id = n.id)" },
	{ "event", "is held, but the audit log says that its snapshot is done "
	    "or superseded", SNAPSHOTS
	    "SELECT v.seq FROM event v JOIN snapshot s ON s.end_seq = v.seq "
	    "WHERE v.state = 'held' AND (s.source, s.id) IN "
	    "(SELECT source, id FROM c UNION SELECT source, id FROM o)" },
	{ "binding", "missing is not the row at which the snapshot began that "
	    "the audit log says listed it", ROWS ", n AS (SELECT source, "
	    OF("external_id") " AS id, " OF("snapshot") " AS snapshot, "
	    "max(seq) FROM r WHERE kind = 'member.missing' AND " OF("why")
	    " IS NULL GROUP BY 1, 2) "
	    "SELECT b.source || '/' || b.external_id FROM binding b "
	    "LEFT JOIN n ON n.source = b.source AND n.id = b.external_id "
	    "LEFT JOIN snapshot s ON s.source = n.source AND s.id = n.snapshot "
	    "WHERE b.missing IS NOT s.begin_seq" },
	{ "target", "off_at or why is not what the audit log says", TARGETS
	    "SELECT t.name FROM target t LEFT JOIN n ON n.source = t.name "
	    "WHERE t.off_at IS NOT CASE n.kind WHEN 'target.off' THEN n.at END "
	    "OR (t.off_at IS NOT NULL AND t.why IS NOT 'it said 410') "
	    "UNION SELECT source FROM n WHERE kind = 'target.off' "
	    "AND source NOT IN (SELECT name FROM target)" },
	{ "secret", "is missing: the audit log says that it was set", SECRETS
	    "SELECT name FROM n WHERE name NOT IN "
	    "(SELECT name FROM secret WHERE slot = 0) ORDER BY name" },
	{ "secret", "is there, but the audit log says that it is not", SECRETS
	    "SELECT DISTINCT name FROM secret WHERE name <> '@tokens' "
	    "AND name NOT IN (SELECT name FROM n) ORDER BY name" },
	{ "client", "name, scope or a time is not what the audit log says",
	    CLIENTS "SELECT c.id FROM client c LEFT JOIN n USING (id) "
	    "LEFT JOIN m USING (id) LEFT JOIN l WHERE n.id IS NULL "
	    "OR n.name <> c.name OR n.scope <> c.scope "
	    "OR m.id IS NULL OR " FAR("c.created_at", "m.made")
	    " OR " FAR("c.changed_at", "m.changed") " OR CASE "
	    "WHEN n.kind = 'client.revoked' THEN c.revoked_at IS NULL OR "
	    FAR("c.revoked_at", "n.at") " WHEN coalesce(l.seq, 0) > n.seq "
	    "THEN c.revoked_at IS NULL OR " FAR("c.revoked_at", "l.at")
	    " ELSE c.revoked_at IS NOT NULL END" },
	{ "client", "is missing: the audit log says that it was added", CLIENTS
	    "SELECT id FROM n WHERE id NOT IN (SELECT id FROM client)" },
	{ "refusal_seen", "count is not what the audit log says", ROWS
	    "SELECT s.source || ' ' || s.minute || ' ' || s.why "
	    "FROM refusal_seen s WHERE s.count IS NOT "
	    "(SELECT sum(" OF("count") ") FROM r WHERE kind = 'auth.refused' "
	    "AND " SEEN_AS ")" },
	{ "refusal_seen", "is missing: the audit log has taken it over", ROWS
	    "SELECT DISTINCT source || ' ' || (" OF("minute") ") || ' ' || "
	    WHY " FROM r WHERE kind = 'auth.refused' AND NOT EXISTS "
	    "(SELECT 1 FROM refusal_seen s WHERE " SEEN_AS ")" },
	{ "tombstone", "is missing: the audit log says that it keeps this "
	    "member from coming back", KEPT "SELECT DISTINCT n.num FROM n "
	    "LEFT JOIN tombstone t ON lower(hex(t.hash)) = n.hash "
	    "WHERE t.member IS NOT n.num" },
	{ "tombstone", "has a hash that the audit log does not have for this "
	    "member", KEPT "SELECT DISTINCT t.member FROM tombstone t "
	    "JOIN member m ON m.num = t.member LEFT JOIN n "
	    "ON n.hash = lower(hex(t.hash)) AND n.num = t.member "
	    "WHERE n.hash IS NULL AND m.id IN (SELECT id FROM k)" },
};

/* Rows of these kinds are few. */
static int
is_noted(const char *kind)
{
	static const char *const family[] = { "snapshot.", "target.",
	    "secret.", "client.", "token.", "key.", "headkey.", "auth.",
	    "erasure.", "member.missing" };
	size_t i;

	/* Nearly all. */
	if ((kind[0] == 'm' && strncmp(kind, "member.m", 8) != 0) ||
	    kind[0] == 'd' || kind[0] == 'p')
		return 0;
	for (i = 0; i < sizeof family / sizeof family[0]; i++)
		if (strncmp(kind, family[i], strlen(family[i])) == 0)
			return 1;
	return 0;
}

void
verify_note_row(struct verify *v, const struct audit_row *r)
{
	struct jsonw w;

	if (!is_noted(r->kind))
		return;
	buf_addc(&v->noted, v->noted.len == 0 ? '[' : ',');
	jsonw_init(&w, &v->noted);
	jsonw_int(&w, r->seq);
	if (strcmp(r->kind, "erasure.kept") == 0)
		v->kept = r->seq;
}

/* Check that the key of the tombstones is the one that the newest were made
 * with. */
static int
check_key(struct verify *v)
{
	static const char sql[] = "SELECT CASE WHEN json_valid(detail) THEN "
	    OF("key") " END FROM audit WHERE seq = :seq";
	unsigned char key[TOMBSTONE_KEY];
	char mark[TOMBSTONE_MARK] = "";
	struct stmt *st;
	int rc;

	if (v->kept == 0)
		return 0;
	rc = tombstone_key(v->store, 0, key, v->e);
	if (rc == 0)
		tombstone_mark(key, mark);
	else if (rc != E_NOTFOUND && rc != E_NOTSTORE)
		return rc;
	st = db_stmt(store_db(v->store, STORE_MAIN), sql);
	stmt_int(st, 1, v->kept);
	if ((rc = stmt_step(st, v->e)) == 1 && !verify_same(v, st, 0, mark))
		verify_named(v, "meta", "tombstone_key", "is not the key that "
		    "row %lld of audit names: nothing keeps erased people from "
		    "coming back", (long long)v->kept);
	stmt_reset(st);
	return rc < 0 ? rc : 0;
}

int
verify_facts(struct verify *v)
{
	const struct fact *f;
	struct stmt *st;
	size_t i;
	int rc;

	if (v->noted.len == 0)
		buf_addc(&v->noted, '[');
	buf_addc(&v->noted, ']');
	for (i = 0; i < sizeof facts / sizeof facts[0]; i++) {
		f = &facts[i];
		st = db_stmt(store_db(v->store, STORE_MAIN), f->sql);
		stmt_textn(st, 1, v->noted.p, v->noted.len);
		while ((rc = stmt_step(st, v->e)) == 1)
			verify_named(v, f->table, stmt_get_text(st, 0, NULL),
			    "%s", f->what);
		if (rc < 0)
			return rc;
	}
	if ((rc = check_key(v)) != 0)
		return rc;
	return verify_tokens(v);
}
