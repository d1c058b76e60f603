/* loya-token init, set, unset, rotate: the key and the secrets under it. */
#include "common/keeper.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/askpass.h"
#include "common/buf.h"
#include "common/credential.h"
#include "common/crypt.h"
#include "common/die.h"
#include "common/names.h"
#include "common/ready.h"
#include "common/source.h"
#include "common/vault.h"

/* Make a folder that only we can use, if it does not exist. */
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

/* Make the key in its file path, or check that there is one. */
static int
init_key(struct keeper *k, const char *path, int *made, struct err *e)
{
	int rc, there;

	*made = 0;
	there = !key_is_file(k->o.conf) || access(path, F_OK) == 0;
	if (!there && k->o.dry) {
		say("%s: would be made", path);
		return 0;
	}
	rc = there ? 0 : key_make(k->o.conf, e);
	if (rc != 0 && rc != E_NO)
		return rc;
	*made = !there && rc == 0;
	if ((rc = key_load(k->o.conf, &k->key, e)) == 0)
		say("%s: %s", path, there ? "the key already exists" :
		    "made; keep a copy apart from the backups of the store");
	return rc;
}

/* -L: replace a key that was lost. */
static int
renew_key(struct keeper *k, const char *path, struct err *e)
{
	int64_t secrets, clients;
	int rc;

	if (k->o.dry) {
		say("%s: everything sealed under the lost key would be "
		    "forgotten", k->o.store);
		return 0;
	}
	rc = vault_renew(k->store, k->key, path, &secrets, &clients, e);
	if (rc == 0)
		rc = keeper_revoke_all(k, NULL, e);
	if (rc == 0)
		say("%s: %lld secrets were forgotten, %lld clients and all "
		    "tokens were revoked", k->o.store, (long long)secrets,
		    (long long)clients);
	return rc;
}

/* Whether a rotation was interrupted: then the key is not lost, but where all
 * other programs find it. */
static int
is_to_come(const struct keeper *k, const char *path)
{
	unsigned char *next;

	if (secret_key_open(k->store, k->o.conf, &next, NULL) != 0)
		return 0;
	crypt_free(next);
	say("%s.new: the key of the store is here: a rotation was interrupted; "
	    "run loya-token rotate to finish it", path);
	return 1;
}

/* Make our key the store's, unless it is; 1: it is the next key. */
static int
take_key(struct keeper *k, const char *path, struct err *e)
{
	size_t n;
	int rc;

	/* -n, and there is no key yet. */
	if (k->key == NULL || secret_key_noted(k->store, k->key))
		return 0;
	if ((rc = secret_key_check(k->store, k->key, 0, e)) == 0)
		return k->o.dry ? 0 : vault_init(k->store, k->key, path, e);
	if (rc == E_KEY && is_to_come(k, path))
		return 1;
	if (rc == E_KEY && k->lost)
		return renew_key(k, path, e);
	n = strlen(e->msg);
	if (rc == E_KEY)
		snprintf(e->msg + n, sizeof e->msg - n, ": put that key back, "
		    "or, if it is lost for good, forget what it sealed (init "
		    "-L)");
	return rc;
}

/* Delete a key that this store does not accept: it would be in the way of the
 * right one. */
static void
unmake(const char *path)
{
	if (unlink(path) == 0)
		say("%s: removed again", path);
}

/* The folders of the configuration and of the store. */
static int
make_folders(const struct keeper *k, struct err *e)
{
	char dir[KEY_PATH], *slash;
	int rc;

	if ((rc = make_folder(k->o.conf, k->o.dry, e)) != 0)
		return rc;
	snprintf(dir, sizeof dir, "%s", k->o.store);
	slash = strrchr(dir, '/');
	if (slash == NULL || slash == dir)
		return 0;
	*slash = '\0';
	return make_folder(dir, k->o.dry, e);
}

int
keeper_init(struct keeper *k, struct err *e)
{
	char path[KEY_PATH];
	int rc, there, made;

	key_path(k->o.conf, path);
	if ((rc = make_folders(k, e)) != 0 ||
	    (rc = init_key(k, path, &made, e)) != 0)
		return rc;
	there = access(k->o.store, F_OK) == 0;
	if (k->o.dry && !there) {
		say("%s: would be made", k->o.store);
		return 0;
	}
	if ((rc = store_open(&k->store, k->o.store, ROLE_TOKEN, k->o.dry ?
	    STORE_READ : STORE_CREATE | STORE_ANEW, e)) == 0)
		rc = take_key(k, path, e);
	if ((rc == E_KEY || rc == 1) && made)
		unmake(path);
	if (rc < 0)
		return rc;
	if (there)
		say("%s: the store already exists", k->o.store);
	return 0;
}

/* The file may come later, but a mistyped name is reported now.  If there are
 * no files yet, or they cannot be read, nothing can be said. */
static void
tell_unused(const struct keeper *k)
{
	struct config *c = NULL;
	struct err ignored;

	if (config_load(&c, k->o.conf, &ignored) != 0)
		debug(1, "%s", ignored.msg);
	else if (c->nsource > 0 && !ready_uses(c, k->operand[0]))
		say("secret '%s': no source uses it so far", k->operand[0]);
	config_free(c);
}

/* There may be no store yet. */
static int
would_set(struct keeper *k, struct err *e)
{
	int rc = 0;

	if (k->add && k->store != NULL)
		rc = secret_is_new(k->store, k->key, k->operand[0], k->secret,
		    k->len, e);
	if (rc == 0)
		say("secret '%s': would be set", k->operand[0]);
	return rc;
}

static int
set(struct keeper *k, struct err *e)
{
	int rc;

	rc = vault_set(k->store, k->key, k->operand[0], k->add, k->secret,
	    k->len, e);
	if (rc != E_KEY)
		return rc;
	/* The key may have been changed while somebody typed. */
	crypt_free(k->key);
	if ((rc = secret_key_open(k->store, k->o.conf, &k->key, e)) != 0)
		return rc;
	return vault_set(k->store, k->key, k->operand[0], k->add, k->secret,
	    k->len, e);
}

int
keeper_set(struct keeper *k, struct err *e)
{
	int rc, fd = k->fd < 0 ? STDIN_FILENO : (int)k->fd;

	if ((rc = keeper_descriptor(fd, e)) != 0)
		return rc;
	/* Check the set-up first: nobody likes to type a secret twice. */
	if ((rc = keeper_open_keyed(k, e)) != 0)
		return rc;
	if ((rc = askpass_read(fd, k->operand[0], SECRET_MAX, &k->secret,
	    &k->len, e)) != 0 ||
	    (rc = vault_check(k->o.conf, k->operand[0], k->secret, k->len,
	    e)) != 0)
		return rc;
	tell_unused(k);
	rc = k->o.dry ? would_set(k, e) : set(k, e);
	if (rc == E_NO) {
		say("%s", e->msg);
		rc = 0;
	}
	return rc;
}

/* 1 if unset would drop the slot. */
static int
dropped(void *ctx, const char *name, int slot, int64_t created_at)
{
	const struct keeper *k = ctx;

	(void)created_at;
	return strcmp(name, k->operand[0]) == 0 && (slot == 1 || !k->older);
}

static int
same(const char *a, const char *b)
{
	return a != NULL && strcmp(a, b) == 0;
}

/* The sources whose tokens are obtained with a secret. */
struct users {
	const struct config *config;	/* NULL: it cannot be read */
	const char *secret;
	char **source;
	size_t n;
	int tokens;		/* that unset -n has told of */
};

static void
add_user(struct users *u, const char *source)
{
	u->source = xrealloc(u->source, u->n + 1, sizeof *u->source);
	u->source[u->n++] = xstrdup(source);
}

static void
users_by_file(struct users *u)
{
	const struct source *s;
	size_t i;

	for (i = 0; u->config != NULL && i < u->config->nsource; i++) {
		s = &u->config->source[i];
		if (same(s->oauth.secret, u->secret) ||
		    same(s->oauth.refresh, u->secret))
			add_user(u, s->name);
	}
}

/* A token whose source has no file that could tell: its secret is the one named
 * after the source. */
static int
user_by_name(void *ctx, const char *source, int64_t obtained_at,
    int64_t expires_at)
{
	struct users *u = ctx;
	size_t n = strlen(source);

	(void)obtained_at, (void)expires_at;
	if ((u->config == NULL || config_source(u->config, source) == NULL) &&
	    strncmp(u->secret, source, n) == 0 &&
	    (strcmp(u->secret + n, ".oauth") == 0 ||
	    strcmp(u->secret + n, ".refresh") == 0))
		add_user(u, source);
	return 0;
}

static int
tell_token(void *ctx, const char *source, int64_t obtained_at,
    int64_t expires_at)
{
	struct users *u = ctx;

	(void)obtained_at, (void)expires_at;
	if (!names_among((const char *const *)u->source, u->n, source))
		return 0;
	say("source %s: its token would be forgotten", source);
	u->tokens = 1;
	return 0;
}

static int
would_unset(struct keeper *k, struct users *u, struct err *e)
{
	int found, rc = 0;

	if ((found = secret_walk(k->store, dropped, k, e)) < 0)
		return found;
	if (found)
		say("secret '%s': would be unset", k->operand[0]);
	if (!k->older)
		rc = credential_walk(k->store, tell_token, u, e);
	return rc != 0 || found || u->tokens ? rc : err_set(e, E_NOTFOUND,
	    "secret '%s': there is none", k->operand[0]);
}

static int
unset(struct keeper *k, struct err *e)
{
	struct users u = { NULL, k->operand[0], NULL, 0, 0 };
	struct config *c = NULL;
	struct err why;
	int rc;

	if (config_load(&c, k->o.conf, &why) != 0)
		warn("%s; only the tokens of the source that the secret is "
		    "named after are forgotten; others obtained with it stay",
		    why.msg);
	u.config = c;
	users_by_file(&u);
	rc = credential_walk(k->store, user_by_name, &u, e);
	if (rc == 0 && k->o.dry)
		rc = would_unset(k, &u, e);
	else if (rc == 0)
		rc = vault_unset(k->store, k->operand[0], k->older,
		    (const char *const *)u.source, u.n, e);
	while (u.n > 0)
		free(u.source[--u.n]);
	free(u.source);
	config_free(c);
	return rc;
}

int
keeper_unset(struct keeper *k, struct err *e)
{
	int rc = store_open(&k->store, k->o.store, ROLE_TOKEN,
	    k->o.dry ? STORE_READ : 0, e);

	return rc != 0 ? rc : unset(k, e);
}

/* Read the other key (-f), which may already be the store's. */
static int
read_next(struct keeper *k, unsigned char **next, struct err *e)
{
	char name[32];
	int rc;

	snprintf(name, sizeof name, "descriptor %d", (int)k->fd);
	if ((rc = keeper_descriptor((int)k->fd, e)) != 0)
		return rc;
	return key_read((int)k->fd, name, next, e);
}

static void
tell_rotation(const struct keeper *k, const char *path, int count)
{
	if (count == 0)
		say("%s: the interrupted rotation is now complete", path);
	else if (k->fd < 0)
		say("%s: a new key was made, %d secrets are sealed under it; "
		    "keep a copy apart from the backups of the "
		    "store", path, count);
	else
		say("%s: %d secrets are sealed under the given key; now put it "
		    "where the programs read the key (%s)",
		    k->o.store, count, path);
}

/* With -f the other key is read; without, made. */
int
keeper_rotate(struct keeper *k, struct err *e)
{
	unsigned char *next = NULL;
	char path[KEY_PATH];
	int rc = 0, count = 0;

	key_path(k->o.conf, path);
	if (k->fd >= 0)
		rc = read_next(k, &next, e);
	else if (!key_is_file(k->o.conf))
		rc = err_set(e, E_KEY, "%s: this key is kept elsewhere; make "
		    "the next one there and give it with -f", path);
	if (rc == 0 && (rc = keeper_open(k, 1, e)) == 0)
		rc = secret_key_open(k->store, k->o.conf, &k->key, e);
	if (rc == 0 && next != NULL && secret_key_noted(k->store, next)) {
		say("%s: this is the key of the store already", k->o.store);
	} else if (rc == 0 && k->o.dry) {
		if ((rc = vault_opens(k->store, k->key, e)) == 0)
			say("%s: would be sealed under another key",
			    k->o.store);
	} else if (rc == 0) {
		rc = vault_rotate(k->store, k->o.conf, next, &count, e);
		if (rc == 0)
			tell_rotation(k, path, count);
	}
	crypt_free(next);
	return rc;
}
