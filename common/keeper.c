#include "common/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/crypt.h"
#include "common/die.h"
#include "common/secret.h"

void
keeper_release(struct keeper *k)
{
	issuer_free(k->issuer);
	crypt_free(k->key);
	crypt_free(k->secret);
	store_close(k->store);
	k->issuer = NULL;
	k->key = k->secret = NULL;
	k->store = NULL;
}

int
keeper_open(struct keeper *k, int writes, struct err *e)
{
	int flags = !writes || k->o.dry ? STORE_READ : STORE_CREATE;

	return store_open(&k->store, k->o.store, ROLE_TOKEN, flags, e);
}

int
keeper_open_keyed(struct keeper *k, struct err *e)
{
	int rc;

	if ((rc = key_load(k->o.conf, &k->key, e)) != 0)
		return rc;
	/* If its inbox file is there, the store was lost, and none would be
	 * made. */
	if (k->o.dry && access(k->o.store, F_OK) != 0 &&
	    keeper_open(k, 1, e) != E_NOTSTORE) {
		say("%s: would be made", k->o.store);
		return 0;
	}
	if ((rc = keeper_open(k, 1, e)) != 0 ||
	    secret_key_check(k->store, k->key, 0, e) == 0)
		return rc;
	/* Or the key that is just taking its place. */
	crypt_free(k->key);
	return secret_key_open(k->store, k->o.conf, &k->key, e);
}

int
keeper_descriptor(int fd, struct err *e)
{
	if (fcntl(fd, F_GETFD) >= 0)
		return 0;
	return err_set(e, E_IO, "descriptor %d: %s", fd, strerror(errno));
}

int
keeper_issuer(struct keeper *k, int make, struct err *e)
{
	int rc = 0;

	if (k->key == NULL)
		rc = secret_key_open(k->store, k->o.conf, &k->key, e);
	if (rc == 0)
		rc = issuer_new(&k->issuer, k->store, k->key, make, e);
	if (rc != E_KEY)
		return rc;
	/* The key may have been changed since. */
	crypt_free(k->key);
	rc = secret_key_open(k->store, k->o.conf, &k->key, e);
	return rc != 0 ? rc : issuer_new(&k->issuer, k->store, k->key, make,
	    e);
}

int
keeper_can_show(struct err *e)
{
	return die_deaf() ? err_set(e, E_IO, "standard output is closed, but "
	    "the secret would be shown there, once") : 0;
}

void
keeper_warn_readable(void)
{
	struct stat st;

	if (fstat(STDOUT_FILENO, &st) == 0 && S_ISREG(st.st_mode) &&
	    (st.st_mode & 044) != 0)
		warn("standard output is a file that others can read (mode "
		    "%04o), but a secret would be written "
		    "there", (unsigned)(st.st_mode &
		    07777));
}
