#include "common/audit.h"

#include <assert.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/jsonw.h"
#include "common/tally.h"

/*
 * What the room keeps: the last tiles of the tree as of the last commit, and
 * the leaf hashes of the open transaction.
 */
struct audit {
	struct merkle tree;
	int loaded;		/* tree is what the file holds */
	int64_t next;		/* 0: must be read again */
	struct buf leaf;	/* hashes of rows tree.size + 1 ... next - 1 */
	struct buf text;	/* leaf data under way */
	struct tally *tally;	/* of the same rows as leaf */
};

static int
put_tile(void *ctx, int level, int64_t tile, const unsigned char *hashes,
    size_t n, struct err *e)
{
	static const char sql[] =
	    "INSERT INTO merkle(level, tile, hashes) "
	    "VALUES (:level, :tile, :hashes) "
	    "ON CONFLICT(level, tile) DO UPDATE SET hashes = excluded.hashes";
	struct stmt *s;

	s = db_stmt(store_db(ctx, STORE_MAIN), sql);
	stmt_int(s, 1, level);
	stmt_int(s, 2, tile);
	stmt_blob(s, 3, hashes, n * MERKLE_HASH);
	return stmt_run(s, e);
}

int
audit_tile(void *ctx, int level, int64_t tile, unsigned char *hashes,
    size_t n, struct err *e)
{
	static const char sql[] =
	    "SELECT hashes FROM merkle WHERE level = :level AND tile = :tile";
	struct db *db = store_db(ctx, STORE_MAIN);
	struct stmt *s;
	const void *p;
	size_t len;
	int rc;

	s = db_stmt(db, sql);
	stmt_int(s, 1, level);
	stmt_int(s, 2, tile);
	if ((rc = stmt_step(s, e)) < 0)
		return rc;
	p = rc == 1 ? stmt_get_blob(s, 0, &len) : NULL;
	if (p == NULL || len < n * MERKLE_HASH)
		rc = err_set(e, E_NOTSTORE, "%s: merkle level %d tile %lld "
		    "does not hold the %zu hashes that the record needs; see "
		    "loya-audit verify", db_path(db), level, (long long)tile,
		    n);
	else
		memcpy(hashes, p, n * MERKLE_HASH);
	stmt_reset(s);
	return rc < 0 ? rc : 0;
}

/*
 * Rows were rolled back, or added by another process.  If the transaction has
 * rows of its own, a mark was undone: rows before the mark are still there, and
 * load() finds out how many.
 */
static void
forget(struct store *s, void *state)
{
	struct audit *a = state;

	a->next = 0;
	if (a->leaf.len > 0 && db_in_transaction(store_db(s, STORE_MAIN)))
		return;
	buf_clear(&a->leaf);
	tally_clear(a->tally);
	a->loaded = 0;
}

static void
release(void *state)
{
	struct audit *a = state;

	buf_release(&a->leaf);
	buf_release(&a->text);
	tally_free(a->tally);
	free(a);
}

/* How many leaves the stored tree has. */
static int64_t
tree_size(struct store *s, struct err *e)
{
	static const char sql[] =
	    "SELECT tile * 256 + length(hashes) / 32 FROM merkle "
	    "WHERE level = 0 ORDER BY tile DESC LIMIT 1";

	return stmt_count(db_stmt(store_db(s, STORE_MAIN), sql), e);
}

/*
 * The last tiles of the tree over rows 1 to last.  If a record has lost its
 * end, nothing may be added to it: that would cover up what happened.
 */
static int
load_tree(struct store *s, struct merkle *tree, int64_t last, struct err *e)
{
	int64_t n;

	if ((n = tree_size(s, e)) < 0)
		return (int)n;
	if (n != last)
		return err_set(e, E_NOTSTORE, "%s: audit ends at row %lld, "
		    "its tree at %lld; see loya-audit verify", store_path(s),
		    (long long)last, (long long)n);
	return merkle_load(tree, last, audit_tile, s, e);
}

int64_t
audit_last(struct store *s, struct err *e)
{
	static const char sql[] = "SELECT max(seq) FROM audit";

	return stmt_count(db_stmt(store_db(s, STORE_MAIN), sql), e);
}

int
audit_tree(struct store *s, struct merkle *tree, struct err *e)
{
	int64_t last = audit_last(s, e);

	return last < 0 ? (int)last : load_tree(s, tree, last, e);
}

/* Find out where the record ends. */
static int
load(struct store *s, struct audit *a, struct err *e)
{
	int64_t last, had;
	int rc;

	if ((last = audit_last(s, e)) < 0)
		return (int)last;
	if (!a->loaded && (rc = load_tree(s, &a->tree, last, e)) != 0)
		return rc;
	a->loaded = 1;
	had = last - a->tree.size;
	assert(had >= 0 && (size_t)had * MERKLE_HASH <= a->leaf.len);
	a->leaf.len = (size_t)had * MERKLE_HASH;
	tally_cut(a->tally, (size_t)had);
	a->next = last + 1;
	return 0;
}

/*
 * Add the hashes of this transaction to the tree.  From here on the tree is
 * only right if the commit succeeds; otherwise the rollback forgets it.
 */
static int
flush(struct store *s, void *state, struct err *e)
{
	struct audit *a = state;
	size_t i;
	int rc = 0;

	if (a->leaf.len == 0)
		return 0;
	/* A mark was undone: find out how much is left. */
	if (a->next == 0)
		rc = load(s, a, e);
	for (i = 0; i < a->leaf.len && rc == 0; i += MERKLE_HASH)
		rc = merkle_add(&a->tree, (unsigned char *)a->leaf.p + i,
		    put_tile, s, e);
	if (rc == 0)
		rc = merkle_flush(&a->tree, put_tile, s, e);
	if (rc == 0)
		rc = tally_put(s, a->tally, e);
	if (rc == 0) {
		buf_clear(&a->leaf);
		tally_clear(a->tally);
	} else {
		a->loaded = 0;
	}
	return rc;
}

static struct audit *
room(struct store *s)
{
	static const struct store_room verbs = { flush, forget, release };
	struct audit *a;

	a = store_room_get(s, SLOT_AUDIT);
	if (a == NULL) {
		a = xcalloc(1, sizeof *a);
		a->tally = tally_new(1);
		store_room_set(s, SLOT_AUDIT, STORE_MAIN, &verbs, a);
	}
	return a;
}

int64_t
audit_next(struct store *s, struct err *e)
{
	struct audit *a = room(s);
	int rc;

	if (a->next == 0 && (rc = load(s, a, e)) != 0)
		return rc;
	return a->next;
}

void
audit_commitment(unsigned char out[MERKLE_HASH], const void *salt,
    size_t saltlen, const char *detail, size_t len)
{
	const struct crypt_part part[] = { { salt, saltlen }, { detail, len } };

	crypt_sha256(out, part, 2);
}

static void
int_or_null(struct jsonw *w, int64_t v)
{
	if (v != 0)
		jsonw_int(w, v);
	else
		jsonw_null(w);
}

void
audit_leaf(unsigned char out[MERKLE_HASH], const struct audit_row *r,
    const unsigned char commitment[MERKLE_HASH], struct buf *b)
{
	struct jsonw w;
	char hex[2 * MERKLE_HASH + 1];

	buf_clear(b);
	jsonw_init(&w, b);
	jsonw_array(&w);
	jsonw_int(&w, r->seq);
	jsonw_int(&w, r->at);
	jsonw_string(&w, r->kind);
	jsonw_string(&w, r->source);
	jsonw_string(&w, r->event_id);
	int_or_null(&w, r->inbox);
	jsonw_string(&w, r->member);
	int_or_null(&w, r->prev);
	jsonw_string(&w, r->actor);
	crypt_hex(commitment, MERKLE_HASH, hex);
	jsonw_stringn(&w, hex, 2 * MERKLE_HASH);
	jsonw_close(&w, ']');
	merkle_leaf(out, b->p, b->len);
}

static int
insert(struct store *s, const struct audit_row *r,
    const struct audit_seal *seal, struct err *e)
{
	static const char sql[] =
	    "INSERT INTO audit(seq, at, kind, source, event_id, inbox, member, "
	    "prev, actor, detail, salt, commitment) "
	    "VALUES (:seq, :at, :kind, :source, :event_id, :inbox, :member, "
	    ":prev, :actor, :detail, :salt, :commitment)";
	struct stmt *st;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_int(st, 1, r->seq);
	stmt_int(st, 2, r->at);
	stmt_text(st, 3, r->kind);
	stmt_text(st, 4, r->source);
	stmt_text(st, 5, r->event_id);
	stmt_int_null(st, 6, r->inbox);
	stmt_text(st, 7, r->member);
	stmt_int_null(st, 8, r->prev);
	stmt_text(st, 9, r->actor);
	stmt_textn(st, 10, r->detail, r->detail_len);
	stmt_blob(st, 11, seal->salt, CRYPT_SALT);
	stmt_blob(st, 12, seal->commitment, MERKLE_HASH);
	return stmt_run(st, e);
}

void
audit_seal(struct audit_seal *seal, const char *detail, size_t len)
{
	crypt_random(seal->salt, sizeof seal->salt);
	audit_commitment(seal->commitment, seal->salt, sizeof seal->salt,
	    detail, len);
}

int
audit_add(struct store *s, struct audit_row *r, struct err *e)
{
	struct audit *a = room(s);
	const struct audit_seal *seal = r->seal;
	struct audit_seal own;
	int rc;

	assert(r->detail != NULL);
	assert(db_in_transaction(store_db(s, STORE_MAIN)));
	if (a->next == 0 && (rc = load(s, a, e)) != 0)
		return rc;
	r->seq = a->next;
	if (seal == NULL) {
		audit_seal(&own, r->detail, r->detail_len);
		seal = &own;
	}
	if ((rc = insert(s, r, seal, e)) != 0)
		return rc;
	buf_reserve(&a->leaf, MERKLE_HASH);
	audit_leaf((unsigned char *)a->leaf.p + a->leaf.len, r,
	    seal->commitment, &a->text);
	a->leaf.len += MERKLE_HASH;
	tally_add(a->tally, r->at, r->kind, r->source);
	a->next++;
	return 0;
}

int
audit_note(struct store *s, const char *kind, const char *source,
    const struct buf *detail, struct err *e)
{
	struct audit_row row = { 0 };

	row.at = clock_now();
	row.kind = kind;
	row.source = source;
	row.actor = audit_actor();
	row.detail = detail->p;
	row.detail_len = detail->len;
	return audit_add(s, &row, e);
}

/* Looked up once: that may read files, or ask a directory server. */
const char *
audit_actor(void)
{
	static char actor[80];
	const struct passwd *pw;

	if (actor[0] != '\0')
		return actor;
	pw = getpwuid(getuid());
	if (pw != NULL)
		snprintf(actor, sizeof actor, "user:%s", pw->pw_name);
	else
		snprintf(actor, sizeof actor, "user:%lu",
		    (unsigned long)getuid());
	return actor;
}
