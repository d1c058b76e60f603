/* The key that a store's secrets are sealed under. */
#include "common/secret_inner.h"

#include <stdio.h>
#include <string.h>

#include "common/crypt.h"

/* The key's mark in meta. */
#define MARK "secret_key"

/* 63 bits that distinguish keys and reveal nothing about them. */
static int64_t
mark_of(const unsigned char *key)
{
	static const struct crypt_part part = { MARK, sizeof MARK - 1 };
	unsigned char mac[CRYPT_SHA512];
	uint64_t v = 0;
	int i;

	crypt_hmac(CRYPT_ALG_SHA256, key, CRYPT_KEY, &part, 1, mac);
	for (i = 0; i < 8; i++)
		v = v << 8 | mac[i];
	crypt_wipe(mac, sizeof mac);
	return (int64_t)(v >> 1);
}

/* Get the next row after (name, slot), opened: 1, 0 at the end, or <0. */
static int
next_row(struct store *s, const unsigned char *key, char name[SECRET_NAME +
    1], int *slot, struct secret *out, struct err *e)
{
	static const char sql[] = "SELECT name, slot, sealed FROM secret "
	    "WHERE (name, slot) > (:name, :slot) ORDER BY name, slot LIMIT 1";
	struct stmt *st = db_stmt(store_db(s, STORE_MAIN), sql);
	const unsigned char *sealed;
	size_t n;
	int rc;

	stmt_text(st, 1, name);
	stmt_int(st, 2, *slot);
	if ((rc = stmt_step(st, e)) != 1)
		return rc;
	sealed = stmt_get_blob(st, 2, &n);
	rc = secret_unseal(key, stmt_get_text(st, 0, NULL), sealed, n, out);
	snprintf(name, SECRET_NAME + 1, "%s", stmt_get_text(st, 0, NULL));
	*slot = (int)stmt_get_int(st, 1);
	stmt_reset(st);
	return rc == 0 ? 1 : err_set(e, E_KEY, "secret '%s': it does not open",
	    name);
}

static int
replace(struct store *s, const char *name, int slot,
    const unsigned char *sealed, size_t n, struct err *e)
{
	static const char sql[] = "UPDATE secret SET sealed = :sealed "
	    "WHERE name = :name AND slot = :slot";
	struct stmt *st = db_stmt(store_db(s, STORE_MAIN), sql);

	stmt_blob(st, 1, sealed, n);
	stmt_text(st, 2, name);
	stmt_int(st, 3, slot);
	return stmt_run(st, e);
}

int
secret_reseal(struct store *s, const unsigned char *from,
    const unsigned char *to, int *count, struct err *e)
{
	unsigned char sealed[SECRET_MAX + CRYPT_SEAL_EXTRA];
	char name[SECRET_NAME + 1] = "";
	struct secret one = { 0 };
	int slot = 0, rc;

	while ((rc = next_row(s, from, name, &slot, &one, e)) == 1) {
		rc = replace(s, name, slot, sealed,
		    secret_seal(to, name, &one, sealed), e);
		crypt_free(one.p);
		if (rc != 0)
			return rc;
		++*count;
	}
	return rc != 0 ? rc : store_meta_put(s, STORE_MAIN, MARK, mark_of(to),
	    e);
}

int
secret_key_noted(struct store *s, const unsigned char *key)
{
	int64_t mark;

	return store_meta_get(s, STORE_MAIN, MARK, &mark) == 0 &&
	    mark == mark_of(key);
}

static int
any(void *ctx, const char *name, int slot, int64_t created_at)
{
	(void)ctx, (void)name, (void)slot, (void)created_at;
	return 1;
}

int
secret_key_check(struct store *s, const unsigned char *key, int note,
    struct err *e)
{
	int64_t mark, mine = mark_of(key);
	int rc;

	rc = store_meta_get(s, STORE_MAIN, MARK, &mark);
	if (rc == 0 && mark == mine)
		return 0;
	if (rc != 0 && rc != E_NOTFOUND)
		return err_set(e, rc, "%s: the mark of its key cannot be read",
		    store_path(s));
	if ((rc = secret_walk(s, any, NULL, e)) == 1)
		return err_set(e, E_KEY, "%s: the key is not the key of this "
		    "store; its secrets are sealed under another one",
		    store_path(s));
	if (rc != 0)
		return rc;
	return note ? store_meta_put(s, STORE_MAIN, MARK, mine, e) : 0;
}

int
secret_key_renew(struct store *s, const unsigned char *key, int64_t *gone,
    struct err *e)
{
	static const char sql[] = "DELETE FROM secret";
	struct db *db = store_db(s, STORE_MAIN);
	int rc;

	*gone = 0;
	if (secret_key_noted(s, key))
		return 0;
	if ((rc = stmt_run(db_stmt(db, sql), e)) != 0)
		return rc;
	*gone = db_changes(db);
	return secret_key_check(s, key, 1, e);
}

/* Try one place where the key may be. */
static int
try_key(struct store *s, const char *confdir, int next, unsigned char **key,
    struct err *e)
{
	int rc;

	rc = next ? key_load_next(confdir, key, e) : key_load(confdir, key, e);
	if (rc == 0 && (rc = secret_key_check(s, *key, 0, e)) != 0) {
		crypt_free(*key);
		*key = NULL;
	}
	return rc;
}

int
secret_key_open(struct store *s, const char *confdir, unsigned char **key,
    struct err *e)
{
	int rc;

	rc = try_key(s, confdir, 0, key, e);
	if (rc != E_KEY)
		return rc;
	/* A rotation first seals everything under the next key and then puts
	 * its file in place; it may have done the latter between our first two
	 * looks. */
	if (try_key(s, confdir, 1, key, NULL) == 0)
		return 0;
	return try_key(s, confdir, 0, key, e);
}
