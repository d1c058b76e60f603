/* The key that heads of the record are signed with. */
#include "common/vault.h"

#include <string.h>

#include "common/audit.h"
#include "common/crypt.h"
#include "common/head.h"
#include "common/jsonw.h"

enum { SEED = 32, PRIVATE = 64 };

/* Add an audit row, and the key as added by that row. */
static int
record(struct store *s, const char *vkey, struct err *e)
{
	struct buf b = { 0 };
	struct jsonw w;
	int64_t seq;
	int rc;

	if ((seq = audit_next(s, e)) < 0)
		return (int)seq;
	jsonw_init(&w, &b);
	jsonw_object(&w);
	jsonw_kstring(&w, "vkey", vkey);
	jsonw_close(&w, '}');
	rc = audit_note(s, "headkey.added", NULL, &b, e);
	buf_release(&b);
	return rc != 0 ? rc : head_key_add(s, vkey, seq, e);
}

/* Make a new key: seed, secret and public part.  Like all keys it is not
 * affected by LOYA_SEED. */
static int
add(struct store *s, const unsigned char *key, const char *origin,
    struct note_key *k, struct err *e)
{
	unsigned char pk[32], *seed, *sk;
	char vkey[NOTE_VKEY];
	int rc;

	seed = crypt_alloc(SEED);
	sk = crypt_alloc(PRIVATE);
	crypt_random(seed, SEED);
	crypt_ed25519_pair(seed, pk, sk);
	note_key_make(k, origin, NOTE_ED25519, pk);
	note_key_text(k, vkey);
	rc = secret_put(s, key, SECRET_HEAD, 0, seed, SEED, e);
	if (rc == 0)
		rc = record(s, vkey, e);
	crypt_free(sk);
	crypt_free(seed);
	return rc;
}

/* Inside the transaction: whether the newest key will do. */
static int
there(struct store *s, const char *origin, struct note_key *k, struct err *e)
{
	int rc;

	rc = head_key_last(s, k, e);
	if (rc == E_NOTFOUND)
		return 0;
	if (rc == 0 && (rc = secret_there(s, SECRET_HEAD, e)) == 1)
		return strcmp(k->name, origin) == 0 ? 1 : err_set(e, E_CONF,
		    "the key that signs heads is for '%s', not for '%s'; "
		    "loya-token head rotate makes a new one", k->name, origin);
	return rc;
}

int
vault_head(struct store *s, const unsigned char *key, const char *origin,
    int another, struct note_key *k, struct err *e)
{
	int rc;

	if ((rc = store_begin(s, STORE_MAIN, e)) != 0)
		return rc;
	rc = secret_key_check(s, key, 1, e);
	if (rc == 0 && !another)
		rc = there(s, origin, k, e);
	if (rc == 0)
		rc = add(s, key, origin, k, e);
	else if (rc == 1)
		rc = err_set(e, E_NO, "the key that signs heads already "
		    "exists");
	return store_end(s, STORE_MAIN, rc, e);
}

int
vault_head_open(struct store *s, const unsigned char *key,
    struct note_key *k, unsigned char **sk, struct err *e)
{
	struct secret slot[SECRET_SLOTS];
	unsigned char pk[32];
	int rc;

	*sk = NULL;
	rc = head_key_last(s, k, e);
	if (rc == E_NOTFOUND || (rc == 0 &&
	    (rc = secret_there(s, SECRET_HEAD, e)) == 0))
		return err_set(e, E_KEY, "%s: there is no key to sign heads "
		    "with; loya-token head init makes one", store_path(s));
	if (rc < 0 || (rc = secret_get(s, key, SECRET_HEAD, slot, e)) != 0)
		return rc;
	if (slot[0].p == NULL || slot[0].len != SEED) {
		rc = err_set(e, E_KEY, "secret '%s': it is not a seed",
		    SECRET_HEAD);
		goto out;
	}
	*sk = crypt_alloc(PRIVATE);
	crypt_ed25519_pair(slot[0].p, pk, *sk);
	if (memcmp(pk, k->pk, sizeof pk) == 0)
		goto out;
	crypt_free(*sk);
	*sk = NULL;
	rc = err_set(e, E_KEY, "secret '%s': it is not the private part of the "
	    "newest key that signs heads", SECRET_HEAD);
out:
	secret_release(slot);
	return rc;
}
