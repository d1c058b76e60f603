#include "common/secret_inner.h"

#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "common/crypt.h"

/* Bound in before the name: texts sealed for other purposes under the same key
 * will have another one. */
#define PURPOSE "loya-secret-1 "

enum { BOUND = sizeof PURPOSE + SECRET_NAME };

int
secret_name_ok(const char *name)
{
	size_t n = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789._-");

	return n > 0 && n <= SECRET_NAME && name[n] == '\0';
}

static int
is_name(const char *name)
{
	return secret_name_ok(name) || strcmp(name, SECRET_PEPPER) == 0 ||
	    strcmp(name, SECRET_HEAD) == 0;
}

/* Write what is bound in; returns its length. */
static size_t
bound(const char *name, char out[BOUND])
{
	size_t n = strlen(name);

	memcpy(out, PURPOSE, sizeof PURPOSE - 1);
	memcpy(out + sizeof PURPOSE - 1, name, n);
	return sizeof PURPOSE - 1 + n;
}

size_t
secret_seal(const unsigned char *key, const char *name,
    const struct secret *s, unsigned char *out)
{
	char ad[BOUND];

	crypt_seal(key, ad, bound(name, ad), s->p, s->len, out);
	return s->len + CRYPT_SEAL_EXTRA;
}

int
secret_unseal(const unsigned char *key, const char *name,
    const unsigned char *sealed, size_t n, struct secret *out)
{
	unsigned char *p;
	char ad[BOUND];
	size_t len;

	if (sealed == NULL || n <= CRYPT_SEAL_EXTRA ||
	    n > SECRET_MAX + CRYPT_SEAL_EXTRA)
		return -1;
	len = n - CRYPT_SEAL_EXTRA;
	p = crypt_alloc(len);
	if (crypt_open(key, ad, bound(name, ad), sealed, n, p) != 0) {
		crypt_free(p);
		return -1;
	}
	out->p = p;
	out->len = len;
	return 0;
}

int
secret_get(struct store *s, const unsigned char *key, const char *name,
    struct secret slot[SECRET_SLOTS], struct err *e)
{
	static const char sql[] =
	    "SELECT slot, sealed, created_at FROM secret WHERE name = :name";
	const unsigned char *sealed;
	struct stmt *st;
	int64_t i;
	size_t n;
	int rc, found = 0;

	memset(slot, 0, SECRET_SLOTS * sizeof *slot);
	if (!is_name(name))
		return err_set(e, E_NOTFOUND, "secret '%s': there is none",
		    name);
	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, name);
	while ((rc = stmt_step(st, e)) == 1) {
		i = stmt_get_int(st, 0);
		sealed = stmt_get_blob(st, 1, &n);
		if (i < 0 || i >= SECRET_SLOTS || slot[i].p != NULL ||
		    secret_unseal(key, name, sealed, n, &slot[i]) != 0) {
			rc = err_set(e, E_KEY, "secret '%s': it does not open: "
			    "it was changed, or sealed under another key",
			    name);
			stmt_reset(st);
			break;
		}
		slot[i].created_at = stmt_get_int(st, 2);
		found = 1;
	}
	if (rc == 0 && !found)
		rc = err_set(e, E_NOTFOUND, "secret '%s': there is none",
		    name);
	if (rc != 0)
		secret_release(slot);
	return rc;
}

int
secret_there(struct store *s, const char *name, struct err *e)
{
	static const char sql[] = "SELECT 1 FROM secret WHERE name = :name";
	struct stmt *st = db_stmt(store_db(s, STORE_MAIN), sql);
	int rc;

	stmt_text(st, 1, name);
	if ((rc = stmt_step(st, e)) == 1)
		stmt_reset(st);
	return rc;
}

/* Each sealed text begins with a nonce, which never repeats. */
int
secret_stamp(struct store *s, int64_t *stamp, struct err *e)
{
	static const char sql[] = "SELECT slot, sealed FROM secret "
	    "ORDER BY name, slot";
	static const unsigned char key[16];
	struct stmt *st = db_stmt(store_db(s, STORE_MAIN), sql);
	struct crypt_part p[3];
	int64_t slot;
	int rc;

	*stamp = 0;
	while ((rc = stmt_step(st, e)) == 1) {
		slot = stmt_get_int(st, 0);
		p[0].p = stamp;
		p[0].len = sizeof *stamp;
		p[1].p = &slot;
		p[1].len = sizeof slot;
		p[2].p = stmt_get_blob(st, 1, &p[2].len);
		*stamp = crypt_shorthash(key, p, 3);
	}
	return rc;
}

int
secret_times(struct store *s, const char *name, int64_t at[SECRET_SLOTS],
    struct err *e)
{
	static const char sql[] =
	    "SELECT slot, created_at FROM secret WHERE name = :name";
	struct stmt *st = db_stmt(store_db(s, STORE_MAIN), sql);
	int64_t slot;
	int rc;

	memset(at, 0, SECRET_SLOTS * sizeof *at);
	stmt_text(st, 1, name);
	while ((rc = stmt_step(st, e)) == 1)
		if ((slot = stmt_get_int(st, 0)) >= 0 && slot < SECRET_SLOTS)
			at[slot] = stmt_get_int(st, 1);
	return rc;
}

int
secret_time(struct store *s, const char *name, int64_t *created_at,
    struct err *e)
{
	static const char sql[] =
	    "SELECT created_at FROM secret WHERE name = :name AND slot = 0";
	struct stmt *st = db_stmt(store_db(s, STORE_MAIN), sql);
	int rc;

	*created_at = 0;
	stmt_text(st, 1, name);
	if ((rc = stmt_step(st, e)) < 0)
		return rc;
	if (rc == 0)
		return err_set(e, E_NOTFOUND, "secret '%s': there is none",
		    name);
	*created_at = stmt_get_int(st, 0);
	stmt_reset(st);
	return 0;
}

void
secret_release(struct secret slot[SECRET_SLOTS])
{
	int i;

	for (i = 0; i < SECRET_SLOTS; i++) {
		crypt_free(slot[i].p);
		slot[i].p = NULL;
		slot[i].len = 0;
	}
}

/* Delete a slot; *n is increased by the number of rows. */
static int
drop_slot(struct store *s, const char *name, int slot, int64_t *n,
    struct err *e)
{
	static const char sql[] =
	    "DELETE FROM secret WHERE name = :name AND slot = :slot";
	struct db *db = store_db(s, STORE_MAIN);
	struct stmt *st = db_stmt(db, sql);
	int rc;

	stmt_text(st, 1, name);
	stmt_int(st, 2, slot);
	rc = stmt_run(st, e);
	*n += rc == 0 ? db_changes(db) : 0;
	return rc;
}

/* Make the current secret the older one. */
static int
shift(struct store *s, const char *name, struct err *e)
{
	static const char sql[] =
	    "UPDATE secret SET slot = 1 WHERE name = :name AND slot = 0";
	struct stmt *st = db_stmt(store_db(s, STORE_MAIN), sql);

	stmt_text(st, 1, name);
	return stmt_run(st, e);
}

static int
insert(struct store *s, const char *name, const unsigned char *sealed,
    size_t n, struct err *e)
{
	static const char sql[] =
	    "INSERT INTO secret(name, slot, sealed, created_at) "
	    "VALUES (:name, 0, :sealed, :created_at)";
	struct stmt *st = db_stmt(store_db(s, STORE_MAIN), sql);

	stmt_text(st, 1, name);
	stmt_blob(st, 2, sealed, n);
	stmt_int(st, 3, clock_now());
	return stmt_run(st, e);
}

int
secret_is_new(struct store *s, const unsigned char *key, const char *name,
    const unsigned char *p, size_t n, struct err *e)
{
	struct secret slot[SECRET_SLOTS];
	int rc;

	rc = secret_get(s, key, name, slot, e);
	if (rc == E_NOTFOUND)
		return 0;
	if (rc == 0 && slot[0].p != NULL &&
	    crypt_equal(slot[0].p, slot[0].len, p, n))
		rc = err_set(e, E_NO, "secret '%s': this is the current one "
		    "already", name);
	secret_release(slot);
	return rc;
}

int
secret_put(struct store *s, const unsigned char *key, const char *name,
    int add, const unsigned char *p, size_t n, struct err *e)
{
	unsigned char sealed[SECRET_MAX + CRYPT_SEAL_EXTRA];
	char ad[BOUND];
	int64_t gone = 0;
	int rc = 0;

	if (!is_name(name) || n == 0 || n > SECRET_MAX)
		return err_set(e, E_DATA, "secret '%s': it must have 1 to %d "
		    "bytes", name, SECRET_MAX);
	if (add)
		rc = secret_is_new(s, key, name, p, n, e);
	if (rc == 0)
		rc = drop_slot(s, name, 1, &gone, e);
	if (rc == 0)
		rc = add ? shift(s, name, e) :
		    drop_slot(s, name, 0, &gone, e);
	if (rc != 0)
		return rc;
	crypt_seal(key, ad, bound(name, ad), p, n, sealed);
	return insert(s, name, sealed, n + CRYPT_SEAL_EXTRA, e);
}

int
secret_drop(struct store *s, const char *name, int older, struct err *e)
{
	int64_t gone = 0;
	int rc;

	rc = drop_slot(s, name, 1, &gone, e);
	if (rc == 0 && !older)
		rc = drop_slot(s, name, 0, &gone, e);
	if (rc == 0 && gone == 0)
		rc = err_set(e, E_NOTFOUND, "secret '%s': there is %s", name,
		    older ? "no older one" : "none");
	return rc;
}

int
secret_walk(struct store *s, secret_fn *fn, void *ctx, struct err *e)
{
	static const char sql[] = "SELECT name, slot, created_at FROM secret "
	    "ORDER BY name, slot";
	struct stmt *st = db_stmt(store_db(s, STORE_MAIN), sql);
	int rc, stop;

	while ((rc = stmt_step(st, e)) == 1) {
		stop = fn(ctx, stmt_get_text(st, 0, NULL),
		    (int)stmt_get_int(st, 1), stmt_get_int(st, 2));
		if (stop != 0) {
			stmt_reset(st);
			return stop;
		}
	}
	return rc;
}
