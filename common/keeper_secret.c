/* loya-token init, set, unset, list: the key and the secrets under it. */
#include "common/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/askpass.h"
#include "common/crypt.h"
#include "common/die.h"
#include "common/table.h"
#include "common/vault.h"

void
keeper_release(struct keeper *k)
{
	crypt_free(k->key);
	crypt_free(k->secret);
	store_close(k->store);
	k->key = k->secret = NULL;
	k->store = NULL;
}

/* Make a folder of our own when it is not there. */
static int
make_folder(const char *path, int dry, struct err *e)
{
	if (access(path, F_OK) == 0)
		return 0;
	if (!dry && mkdir(path, 0700) != 0 && errno != EEXIST)
		return err_set(e, E_CONF, "%s: %s", path, strerror(errno));
	say("%s: %s", path, dry ? "would be made" : "made");
	return 0;
}

/* The key: made, or found to be one. */
static int
init_key(struct keeper *k, struct err *e)
{
	char path[KEY_PATH];
	int rc, there;

	key_path(k->o.conf, path);
	there = access(path, F_OK) == 0;
	if (!there && k->o.dry) {
		say("%s: would be made", path);
		return 0;
	}
	rc = there ? 0 : key_make(k->o.conf, e);
	if (rc != 0 && rc != E_NO)
		return rc;
	if ((rc = key_load(k->o.conf, &k->key, e)) == 0)
		say("%s: %s", path, there ? "the key is there already" :
		    "made; keep a copy where the store's backups are not");
	return rc;
}

int
keeper_init(struct keeper *k, struct err *e)
{
	char dir[KEY_PATH], *slash;
	int rc, there;

	snprintf(dir, sizeof dir, "%s", k->o.store);
	if ((slash = strrchr(dir, '/')) != NULL && slash != dir)
		*slash = '\0';
	if ((rc = make_folder(k->o.conf, k->o.dry, e)) != 0 ||
	    (slash != NULL && (rc = make_folder(dir, k->o.dry, e)) != 0) ||
	    (rc = init_key(k, e)) != 0)
		return rc;
	there = access(k->o.store, F_OK) == 0;
	if (k->o.dry) {
		say("%s: %s", k->o.store, there ? "the store is there already" :
		    "would be made");
		return 0;
	}
	if ((rc = store_open(&k->store, k->o.store, ROLE_TOKEN, STORE_CREATE,
	    e)) != 0)
		return rc;
	rc = vault_init(k->store, k->key, key_path(k->o.conf, dir), e);
	if (rc == 0)
		say("%s: %s", k->o.store, there ? "the store is there already" :
		    "made");
	return rc;
}

int
keeper_set(struct keeper *k, struct err *e)
{
	int rc, flags = k->o.dry ? STORE_READ : STORE_CREATE;

	/* Before the store's own files take descriptors that are free. */
	if (fcntl((int)k->fd, F_GETFD) < 0)
		return err_set(e, E_IO, "descriptor %d: %s", (int)k->fd,
		    strerror(errno));
	/* Set up well?  Nobody types a secret twice gladly. */
	if ((rc = key_load(k->o.conf, &k->key, e)) != 0)
		return rc;
	if (k->o.dry && access(k->o.store, F_OK) != 0)
		say("%s: would be made", k->o.store);
	else if ((rc = store_open(&k->store, k->o.store, ROLE_TOKEN, flags,
	    e)) != 0 ||
	    (rc = secret_key_check(k->store, k->key, 0, e)) != 0)
		return rc;
	if ((rc = askpass_read((int)k->fd, k->operand[0], SECRET_MAX, &k->secret,
	    &k->len, e)) != 0 ||
	    (rc = vault_check(k->o.conf, k->operand[0], k->secret, k->len, e)) != 0)
		return rc;
	if (k->o.dry) {
		say("secret '%s': would be set", k->operand[0]);
		return 0;
	}
	rc = vault_set(k->store, k->key, k->operand[0], k->add, k->secret, k->len,
	    e);
	if (rc == E_NO) {
		say("%s", e->msg);
		rc = 0;
	}
	return rc;
}

/* 1 when the slot is one that unset would drop. */
static int
dropped(void *ctx, const char *name, int slot, int64_t created_at)
{
	const struct keeper *k = ctx;

	(void)created_at;
	return strcmp(name, k->operand[0]) == 0 && (slot == 1 || !k->older);
}

int
keeper_unset(struct keeper *k, struct err *e)
{
	int rc;

	if ((rc = store_open(&k->store, k->o.store, ROLE_TOKEN,
	    k->o.dry ? STORE_READ : 0, e)) != 0)
		return rc;
	if (!k->o.dry)
		return vault_unset(k->store, k->operand[0], k->older, e);
	if ((rc = secret_walk(k->store, dropped, k, e)) < 0)
		return rc;
	if (rc == 0)
		return err_set(e, E_NOTFOUND, "secret '%s': there is none",
		    k->operand[0]);
	say("secret '%s': would be unset", k->operand[0]);
	return 0;
}

static int
list_row(void *ctx, const char *name, int slot, int64_t created_at)
{
	struct table *t = ctx;

	table_text(t, name);
	table_text(t, vault_slot(slot));
	table_time(t, created_at);
	return table_end(t);
}

int
keeper_list(struct keeper *k, struct err *e)
{
	static const struct table_column column[] = {
		{ "name", 0 }, { "slot", 0 }, { "created_at", 0 }
	};
	struct table *t;
	int rc;

	if ((rc = store_open(&k->store, k->o.store, ROLE_TOKEN, STORE_READ,
	    e)) != 0)
		return rc;
	t = table_new(stdout, TABLE_AUTO, TABLE_ROWS, column, 3);
	rc = secret_walk(k->store, list_row, t, e);
	table_free(t);
	return rc == E_IO && e->code == 0 ?
	    err_set(e, rc, "standard output: writing failed") : rc;
}
