#include "common/tombstone.h"

#include <assert.h>
#include <string.h>

#include "common/crypt.h"

static int
make_key(struct db *db, unsigned char key[TOMBSTONE_KEY], struct err *e)
{
	static const char sql[] = "INSERT INTO meta(key, value) "
	    "VALUES ('tombstone_key', :value)";
	struct stmt *st;

	assert(db_in_transaction(db));
	crypt_random(key, TOMBSTONE_KEY);
	stmt_blob(st = db_stmt(db, sql), 1, key, TOMBSTONE_KEY);
	return stmt_run(st, e);
}

int
tombstone_key(struct store *s, int make, unsigned char key[TOMBSTONE_KEY],
    struct err *e)
{
	static const char sql[] =
	    "SELECT value FROM meta WHERE key = 'tombstone_key'";
	struct db *db = store_db(s, STORE_MAIN);
	struct stmt *st;
	const void *p;
	size_t n;
	int rc;

	st = db_stmt(db, sql);
	if ((rc = stmt_step(st, e)) < 0)
		return rc;
	if (rc == 0)
		return make ? make_key(db, key, e) : E_NOTFOUND;
	p = stmt_get_blob(st, 0, &n);
	if (p == NULL || n != TOMBSTONE_KEY)
		rc = err_set(e, E_NOTSTORE, "%s: its tombstone_key is not "
		    "valid", db_path(db));
	else
		memcpy(key, p, n);
	stmt_reset(st);
	return rc < 0 ? rc : 0;
}

void
tombstone_mark(const unsigned char key[TOMBSTONE_KEY],
    char mark[TOMBSTONE_MARK])
{
	const struct crypt_part part = { key, TOMBSTONE_KEY };
	unsigned char hash[CRYPT_SHA256];

	crypt_sha256(hash, &part, 1);
	crypt_hex(hash, sizeof hash / 2, mark);
}

void
tombstone_hash(const unsigned char key[TOMBSTONE_KEY], const char *source,
    const char *external_id, unsigned char hash[TOMBSTONE_HASH])
{
	const struct crypt_part part[] = { { source, strlen(source) + 1 },
	    { external_id, strlen(external_id) } };
	unsigned char out[CRYPT_SHA512];

	crypt_hmac(CRYPT_ALG_SHA256, key, TOMBSTONE_KEY, part, 2, out);
	memcpy(hash, out, TOMBSTONE_HASH);
}

int
tombstone_add(struct store *s, const unsigned char hash[TOMBSTONE_HASH],
    int64_t num, struct err *e)
{
	static const char sql[] = "INSERT INTO tombstone(hash, member) "
	    "VALUES (:hash, :member) ON CONFLICT(hash) DO UPDATE "
	    "SET member = excluded.member";
	struct stmt *st;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_blob(st, 1, hash, TOMBSTONE_HASH);
	stmt_int(st, 2, num);
	return stmt_run(st, e);
}

int
tombstone_drop(struct store *s, int64_t num, int64_t *n, struct err *e)
{
	static const char sql[] = "DELETE FROM tombstone WHERE member = :num";
	struct db *db = store_db(s, STORE_MAIN);
	struct stmt *st;
	int rc;

	stmt_int(st = db_stmt(db, sql), 1, num);
	rc = stmt_run(st, e);
	*n = rc == 0 ? db_changes(db) : 0;
	return rc;
}

int
tombstone_get(struct store *s, const unsigned char hash[TOMBSTONE_HASH],
    int64_t *num, struct err *e)
{
	static const char sql[] =
	    "SELECT member FROM tombstone WHERE hash = :hash";
	struct stmt *st;
	int rc;

	*num = 0;
	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_blob(st, 1, hash, TOMBSTONE_HASH);
	if ((rc = stmt_step(st, e)) != 1)
		return rc < 0 ? rc : E_NOTFOUND;
	*num = stmt_get_int(st, 0);
	stmt_reset(st);
	return 0;
}

int
tombstone_any(struct store *s, struct err *e)
{
	static const char sql[] = "SELECT 1 FROM tombstone LIMIT 1";
	struct stmt *st;
	int rc;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	rc = stmt_step(st, e);
	stmt_reset(st);
	return rc;
}

int
tombstone_walk(struct store *s, int64_t num, tombstone_fn *fn, void *ctx,
    struct err *e)
{
	static const char sql[] =
	    "SELECT hash FROM tombstone WHERE member = :num";
	struct stmt *st;
	const void *p;
	size_t n;
	int rc;

	stmt_int(st = db_stmt(store_db(s, STORE_MAIN), sql), 1, num);
	while ((rc = stmt_step(st, e)) == 1) {
		p = stmt_get_blob(st, 0, &n);
		if (n != TOMBSTONE_HASH)
			continue;
		if ((rc = fn(ctx, p)) != 0)
			break;
	}
	stmt_reset(st);
	return rc;
}
