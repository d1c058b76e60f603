/* The schema of the two files: making it, bringing it up to date. */
#include "common/store_inner.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "common/crypt.h"
#include "common/data.h"
#include "common/die.h"
#include "common/lock.h"

const struct store_kind store_kind[STORE_FILES] = {
	[STORE_INBOX] = { "-inbox", "schema/inbox-%d.sql", 0x6c6f7969, 1000,
	    256 * 1024 },
	[STORE_MAIN] = { "", "schema/store-%d.sql", 0x6c6f7973, 10000,
	    512 * 1024 },
};

int
store_version(struct db *db, enum store_file f, int64_t *version, struct err *e)
{
	int64_t id, tables;
	int rc;

	*version = 0;
	/* This is the first real read, where a file that is not a database
	 * shows.  The id is read last, because another process may be making
	 * the file. */
	if ((rc = db_number(db, "SELECT count(*) FROM sqlite_schema;",
	    &tables, e)) != 0 ||
	    (rc = db_number(db, "PRAGMA user_version;", version, e)) != 0 ||
	    (rc = db_number(db, "PRAGMA application_id;", &id, e)) != 0)
		return rc;
	if (id == 0 && *version == 0 && tables == 0)
		return 0;
	if (id != store_kind[f].application_id)
		return err_set(e, E_NOTSTORE, "%s: this is not loya's %s",
		    db_path(db), f == STORE_MAIN ? "store" : "inbox file");
	if (*version > STORE_VERSION)
		return err_set(e, E_NEWER, "%s: version %d, made by a newer "
		    "loya; this one knows %d", db_path(db), (int)*version,
		    STORE_VERSION);
	return 0;
}

/* A secret key that outsiders cannot predict, made with the file. */
static int
make_hash_key(struct db *db, struct err *e)
{
	static const char sql[] =
	    "INSERT INTO meta(key, value) VALUES ('hash_key', :value)";
	unsigned char key[STORE_HASH_KEY];
	struct stmt *s;

	crypt_random(key, sizeof key);
	s = db_stmt(db, sql);
	stmt_blob(s, 1, key, sizeof key);
	return stmt_run(s, e);
}

/* One step of the schema, and its version number. */
static int
migrate_step(struct db *db, enum store_file f, int to, struct err *e)
{
	char name[64];
	const char *sql;
	int rc;

	snprintf(name, sizeof name, store_kind[f].schema, to);
	sql = data_get(name);
	assert(sql != NULL);
	rc = db_exec(db, sql, e);
	return rc == 0 && to == 1 ? make_hash_key(db, e) : rc;
}

/* All steps in one transaction, so that nobody sees a half-migrated file. */
static int
migrate(struct db *db, enum store_file f, int64_t version, struct err *e)
{
	int rc;

	if ((rc = db_exec(db, "BEGIN IMMEDIATE;", e)) != 0)
		return rc;
	for (; rc == 0 && version < STORE_VERSION; version++)
		rc = migrate_step(db, f, (int)version + 1, e);
	if (rc == 0)
		rc = db_exec(db, "COMMIT;", e);
	if (rc != 0)
		db_exec(db, "ROLLBACK;", NULL);
	return rc;
}

int
store_migrate(struct file *fp, enum store_file f, struct err *e)
{
	int64_t version;
	int rc;

	if ((rc = store_version(fp->db, f, &version, e)) != 0 ||
	    version == STORE_VERSION)
		return rc;
	if ((rc = lock_take(fp->lock, db_path(fp->db), e)) != 0)
		return rc;
	if ((rc = store_version(fp->db, f, &version, e)) == 0)
		rc = migrate(fp->db, f, version, e);
	lock_give(fp->lock);
	/* Where one was expected, the disk of it may not be mounted. */
	if (rc == 0 && version == 0 && f == STORE_MAIN)
		say("%s: made", db_path(fp->db));
	return rc;
}

int
store_load_key(struct file *fp, struct err *e)
{
	static const char sql[] =
	    "SELECT value FROM meta WHERE key = 'hash_key'";
	struct stmt *s;
	const void *p;
	size_t n;
	int rc;

	s = db_stmt(fp->db, sql);
	if ((rc = stmt_step(s, e)) < 0)
		return rc;
	p = rc == 1 ? stmt_get_blob(s, 0, &n) : NULL;
	if (p == NULL || n != STORE_HASH_KEY)
		rc = err_set(e, E_NOTSTORE, "%s: its hash_key is missing",
		    db_path(fp->db));
	else
		memcpy(fp->hash_key, p, n);
	stmt_reset(s);
	return rc < 0 ? rc : 0;
}
