/*
 * Rotating the key.  The order of the steps, and what a kill between them
 * leaves:
 *
 *   write PATH.new       a file that fits nothing; the next rotation drops it
 *   seal, mark, commit   PATH.new fits the store and PATH does not
 *   rename to PATH       done
 *
 * Meanwhile everybody who looks for the key tries both (secret_key_open()).
 */
#include "common/vault.h"

#include "common/audit.h"
#include "common/buf.h"
#include "common/credential.h"
#include "common/crypt.h"
#include "common/jsonw.h"

/* Whether PATH.new already is the store's key: an earlier rotation did not get
 * to its last step. */
static int
is_interrupted(struct store *s, const char *confdir)
{
	unsigned char *key;
	int fits;

	if (!key_is_file(confdir))
		return 0;
	if (key_load(confdir, &key, NULL) == 0) {
		fits = secret_key_noted(s, key);
		crypt_free(key);
		if (fits)
			return 0;
	}
	if (key_load_next(confdir, &key, NULL) != 0)
		return 0;
	fits = secret_key_noted(s, key);
	crypt_free(key);
	return fits;
}

/* Reseal everything, and record it. */
static int
reseal(struct store *s, const unsigned char *from, const unsigned char *to,
    int *count, struct err *e)
{
	struct buf b = { NULL, 0, 0 };
	struct jsonw w;
	int rc;

	if ((rc = secret_reseal(s, from, to, count, e)) != 0 ||
	    (rc = credential_reseal(s, from, to, e)) != 0)
		return rc;
	jsonw_init(&w, &b);
	jsonw_object(&w);
	jsonw_kint(&w, "sealed", *count);
	jsonw_close(&w, '}');
	rc = audit_note(s, "key.rotated", NULL, &b, e);
	buf_release(&b);
	return rc;
}

/* Inside the transaction, and so one at a time. */
static int
change(struct store *s, const char *confdir, const unsigned char *next,
    int *count, struct err *e)
{
	unsigned char *key = NULL, *made = NULL;
	int rc;

	rc = secret_key_open(s, confdir, &key, e);
	if (rc == 0 && next == NULL) {
		rc = key_make_next(confdir, &made, e);
		next = made;
	}
	if (rc == 0)
		rc = reseal(s, key, next, count, e);
	if (rc != 0 && made != NULL)
		key_drop_next(confdir);
	crypt_free(key);
	crypt_free(made);
	return rc;
}

/* The last step, before anybody else can rotate. */
static int
place(void *confdir, struct err *e)
{
	return key_place_next(confdir, e);
}

struct opening {
	struct store *store;
	const unsigned char *key;
	struct err *e;
};

static int
open_secret(void *ctx, const char *name, int slot, int64_t created_at)
{
	struct opening *o = ctx;
	struct secret both[SECRET_SLOTS];
	int rc;

	(void)slot;
	(void)created_at;
	rc = secret_get(o->store, o->key, name, both, o->e);
	if (rc == 0)
		secret_release(both);
	return rc;
}

static int
open_credential(void *ctx, const char *source, int64_t obtained_at,
    int64_t expires_at)
{
	struct opening *o = ctx;
	struct credential c;
	int rc;

	(void)obtained_at;
	(void)expires_at;
	rc = credential_get(o->store, o->key, source, &c, o->e);
	credential_release(&c);
	return rc;
}

int
vault_opens(struct store *s, const unsigned char *key, struct err *e)
{
	struct opening o = { s, key, e };
	int rc;

	if ((rc = secret_walk(s, open_secret, &o, e)) != 0)
		return rc;
	return credential_walk(s, open_credential, &o, e);
}

int
vault_rotate(struct store *s, const char *confdir, const unsigned char *next,
    int *count, struct err *e)
{
	int rc;

	*count = 0;
	if ((rc = store_begin(s, STORE_MAIN, e)) != 0)
		return rc;
	if (is_interrupted(s, confdir) &&
	    ((rc = key_place_next(confdir, e)) != 0 || next == NULL)) {
		store_rollback(s, STORE_MAIN);
		return rc;
	}
	if ((rc = change(s, confdir, next, count, e)) != 0) {
		store_rollback(s, STORE_MAIN);
		return rc;
	}
	/* If this fails it may have happened all the same: the next key stays
	 * where it will be found. */
	return store_commit_and(s, STORE_MAIN, next == NULL ? place : NULL,
	    (void *)(uintptr_t)confdir, e);
}
