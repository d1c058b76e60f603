/*
 * The room of the audit log: what rows and tiles hold after commits, rollbacks
 * and savepoints that were undone.
 */
#include "common/audit.h"

#include <stdlib.h>
#include <unistd.h>

#include "t/unit/tap.h"

static struct db *db(void);

static int64_t
number(const char *sql)
{
	int64_t v;

	db_number(db(), sql, &v, NULL);
	return v;
}

static struct store *store;
static struct err e;

static struct db *
db(void)
{
	return store_db(store, STORE_MAIN);
}

static int
add(const char *kind, const char *event_id, int64_t inbox, const char *detail)
{
	struct audit_row r = { 0 };

	r.at = INT64_C(1795432470123456);
	r.kind = kind;
	r.source = event_id != NULL ? "hr" : NULL;
	r.event_id = event_id;
	r.inbox = inbox;
	r.prev = inbox > 0 ? inbox : 0;
	r.actor = audit_actor();
	r.detail = detail;
	r.detail_len = strlen(detail);
	return audit_add(store, &r, &e);
}

/* 1 if the stored tiles are those of the stored rows, recomputed by SQL's own
 * json_array() and the definition of the tree. */
static int
sound(void)
{
	static const char sql[] =
	    "SELECT json_array(seq, at, kind, source, event_id, inbox, member, "
	    "prev, actor, lower(hex(commitment))), salt, detail, commitment "
	    "FROM audit ORDER BY seq";
	static struct merkle tree;
	unsigned char h[MERKLE_HASH], tile[MERKLE_TILE];
	struct stmt *s;
	const void *salt, *c;
	const char *leaf, *detail;
	size_t n, sn, dn, cn;
	int64_t i = 0;
	int good = 1;

	tree.size = 0;
	s = db_stmt(db(), sql);
	while (stmt_step(s, &e) == 1) {
		leaf = stmt_get_text(s, 0, &n);
		merkle_leaf(h, leaf, n);
		if (audit_tile(store, 0, i / 256, tile, i % 256 + 1, &e) != 0 ||
		    memcmp(tile + i % 256 * 32, h, 32) != 0) {
			printf("# leaf %" PRId64 ": %s\n", i + 1, leaf);
			good = 0;
		}
		salt = stmt_get_blob(s, 1, &sn);
		detail = stmt_get_text(s, 2, &dn);
		c = stmt_get_blob(s, 3, &cn);
		audit_commitment(h, salt, sn, detail, dn);
		good &= sn == 16 && cn == 32 && memcmp(c, h, 32) == 0;
		i++;
	}
	return good && merkle_load(&tree, i, audit_tile, store, &e) == 0;
}

static void
test_rows(void)
{
	store_begin(store, STORE_MAIN, &e);
	is_int(audit_next(store, &e), 1, "the first row is 1");
	is_int(add("member.enrolled", "a\"b\\\t\x01\x7f\xc3\xa9", 5, "{}"), 0,
	    "a row whose event id has to be escaped");
	is_int(add("store.made", NULL, 0, "{\"x\":1}"), 0,
	    "a row of no member and no event");
	is_int(audit_next(store, &e), 3, "the next one is 3");
	is_int(store_commit(store, STORE_MAIN, &e), 0, "commit");
	ok(sound(), "leaves are what json_array() prints");
	is_int(number("SELECT count(DISTINCT salt) FROM audit"), 2,
	    "each row has its own salt");
}

static void
test_back(void)
{
	store_begin(store, STORE_MAIN, &e);
	add("member.updated", "r1", 1, "{}");
	store_rollback(store, STORE_MAIN);
	store_begin(store, STORE_MAIN, &e);
	is_int(audit_next(store, &e), 3, "a rollback takes the row back");
	add("member.updated", "u1", 1, "{}");
	store_mark(store, &e);
	add("member.updated", "u2", 1, "{}");
	add("member.updated", "u3", 1, "{}");
	store_mark_undo(store);
	is_int(audit_next(store, &e), 4, "so does a mark that is undone");
	add("member.updated", "u4", 1, "{}");
	store_mark(store, &e);
	add("member.updated", "u5", 1, "{}");
	store_mark_undo(store);
	is_int(store_commit(store, STORE_MAIN, &e), 0, "commit");
	is_int(number("SELECT count(*) FROM audit"), 4,
	    "what stood before the marks stays");
	ok(sound(), "the tree is that of the rows");
}

static void
test_many(void)
{
	int i, bad = 0;

	for (i = 0; i < 700; i++) {
		if (i % 3 == 0)
			bad += store_begin(store, STORE_MAIN, &e) != 0;
		bad += add("member.updated", "m", i + 1, "{\"a\":1}") != 0;
		if (i % 3 == 2)
			bad += store_commit(store, STORE_MAIN, &e) != 0;
	}
	bad += store_commit(store, STORE_MAIN, &e) != 0;
	is_int(bad, 0, "700 rows in commits of three");
	is_int(number("SELECT length(hashes) FROM merkle "
	    "WHERE level = 1 AND tile = 0"), 2 * 32,
	    "two full tiles are in the level above");
	ok(sound(), "the tree is that of the rows");
}

static void
test_two(const char *path)
{
	struct store *other, *mine = store;

	is_int(store_open(&other, path, ROLE_APPLY, 0, &e), 0,
	    "another process comes");
	store = other;
	store_begin(store, STORE_MAIN, &e);
	add("member.updated", "o1", 1, "{}");
	is_int(store_commit(store, STORE_MAIN, &e), 0, "it adds a row");
	store = mine;
	store_begin(store, STORE_MAIN, &e);
	is_int(add("member.updated", "o2", 1, "{}"), 0, "we add one");
	is_int(store_commit(store, STORE_MAIN, &e), 0, "commit");
	ok(sound(), "the tree is that of the rows");
	store_close(other);
}

static void
test_tampered(const char *path)
{
	db_guard(db(), NULL, NULL);
	db_exec(db(), "DROP TRIGGER audit_stay;"
	    "DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit);", &e);
	store_close(store);
	store_open(&store, path, ROLE_APPLY, 0, &e);
	store_begin(store, STORE_MAIN, &e);
	is_int(add("member.updated", "t2", 1, "{}"), E_NOTSTORE,
	    "a record that lost its last row is not written on");
	store_rollback(store, STORE_MAIN);
}

int
main(void)
{
	char dir[] = "/tmp/loya-unit.XXXXXX", path[64], command[80];

	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(path, sizeof path, "%s/loya.db", dir);
	if (store_open(&store, path, ROLE_APPLY, STORE_CREATE, &e) != 0) {
		printf("Bail out! %s\n", e.msg);
		return 1;
	}
	test_rows();
	test_back();
	test_many();
	test_two(path);
	test_tampered(path);
	store_close(store);
	snprintf(command, sizeof command, "rm -rf %s", dir);
	if (system(command) != 0)
		return 1;
	return done_testing();
}
