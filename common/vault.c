#include "common/vault.h"

#include <string.h>

#include "common/audit.h"
#include "common/auth.h"
#include "common/client.h"
#include "common/clock.h"
#include "common/credential.h"
#include "common/die.h"
#include "common/jsonw.h"
#include "common/source.h"

const char *
vault_slot(int slot)
{
	return slot == 0 ? "current" : "older";
}

/* Add an audit row.  slot may be NULL.  Never the secret. */
static int
record(struct store *s, const char *kind, const char *key, const char *value,
    const char *slot, struct err *e)
{
	struct buf b = { 0 };
	struct jsonw w;
	int rc;

	jsonw_init(&w, &b);
	jsonw_object(&w);
	jsonw_kstring(&w, key, value);
	jsonw_kstring(&w, "slot", slot);
	jsonw_close(&w, '}');
	rc = audit_note(s, kind, NULL, &b, e);
	buf_release(&b);
	return rc;
}

int
vault_init(struct store *s, const unsigned char *key, const char *path,
    struct err *e)
{
	int rc;

	if (secret_key_noted(s, key))
		return 0;
	if ((rc = store_begin(s, STORE_MAIN, e)) != 0)
		return rc;
	/* Another loya-token init may have been faster. */
	if (secret_key_noted(s, key)) {
		store_rollback(s, STORE_MAIN);
		return 0;
	}
	rc = secret_key_check(s, key, 1, e);
	if (rc == 0)
		rc = record(s, "store.init", "key", path, NULL, e);
	return store_end(s, STORE_MAIN, rc, e);
}

static int
record_renewal(struct store *s, const char *path, int64_t secrets,
    int64_t clients, struct err *e)
{
	struct buf b = { 0 };
	struct jsonw w;
	int rc;

	jsonw_init(&w, &b);
	jsonw_object(&w);
	jsonw_kstring(&w, "key", path);
	jsonw_kint(&w, "secrets_lost", secrets);
	jsonw_kint(&w, "clients_revoked", clients);
	jsonw_close(&w, '}');
	rc = audit_note(s, "key.lost", NULL, &b, e);
	buf_release(&b);
	return rc;
}

int
vault_renew(struct store *s, const unsigned char *key, const char *path,
    int64_t *secrets, int64_t *clients, struct err *e)
{
	int rc;

	*secrets = *clients = 0;
	if ((rc = store_begin(s, STORE_MAIN, e)) != 0)
		return rc;
	if (secret_key_noted(s, key)) {
		store_rollback(s, STORE_MAIN);
		return err_set(e, E_NO, "%s: this already is its key",
		    store_path(s));
	}
	rc = secret_key_renew(s, key, secrets, e);
	if (rc == 0)
		rc = client_revoke_all(s, clock_now(), clients, e);
	if (rc == 0)
		rc = credential_drop_all(s, e);
	if (rc == 0)
		rc = record_renewal(s, path, *secrets, *clients, e);
	return store_end(s, STORE_MAIN, rc, e);
}

int
vault_set(struct store *s, const unsigned char *key, const char *name,
    int add, const unsigned char *p, size_t n, struct err *e)
{
	int rc;

	if ((rc = store_begin(s, STORE_MAIN, e)) != 0)
		return rc;
	rc = secret_key_check(s, key, 1, e);
	if (rc == 0)
		rc = secret_put(s, key, name, add, p, n, e);
	if (rc == 0)
		rc = record(s, "secret.set", "name", name, vault_slot(0), e);
	return store_end(s, STORE_MAIN, rc, e);
}

/* Delete the credentials; *gone is increased by how many there were. */
static int
drop_credentials(struct store *s, const char *const *source, size_t n,
    int *gone, struct err *e)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < n && rc == 0; i++) {
		rc = credential_drop(s, source[i], e);
		if (rc == 0 && ++*gone)
			rc = record(s, "credential.dropped", "source",
			    source[i], NULL, e);
		else if (rc == E_NOTFOUND)
			rc = 0;
	}
	return rc;
}

int
vault_unset(struct store *s, const char *name, int older,
    const char *const *source, size_t n, struct err *e)
{
	struct err why = { 0 };
	int rc, found, gone = 0;

	if ((rc = store_begin(s, STORE_MAIN, e)) != 0)
		return rc;
	rc = found = secret_drop(s, name, older, &why);
	if (found == 0)
		rc = record(s, "secret.unset", "name", name,
		    older ? vault_slot(1) : "both", e);
	if (!older && (rc == 0 || rc == E_NOTFOUND))
		rc = drop_credentials(s, source, n, &gone, e);
	if (found != 0 && gone == 0)
		rc = err_set(e, found, "%s", why.msg);
	return store_end(s, STORE_MAIN, rc, e);
}

int
vault_check(const char *confdir, const char *name, const unsigned char *p,
    size_t n, struct err *e)
{
	struct auth standard = { .kind = AUTH_STANDARD };
	struct auth_secret secret = { p, n };
	const char *fault = NULL;
	struct config *c = NULL;
	size_t i, hooks = 0;
	struct err ignored;

	if (config_load(&c, confdir, &ignored) != 0)
		debug(1, "%s", ignored.msg);
	for (i = 0; c != NULL && i < c->nsource && fault == NULL; i++) {
		if (strcmp(c->source[i].receive.secret, name) != 0)
			continue;
		fault = auth_secret_fault(&c->source[i].receive.auth, &secret);
		hooks++;
	}
	if (hooks == 0 && n >= 6 && memcmp(p, "whsec_", 6) == 0)
		fault = auth_secret_fault(&standard, &secret);
	config_free(c);
	return fault == NULL ? 0 :
	    err_set(e, E_DATA, "secret '%s': %s", name, fault);
}
