/* loya-token(1): secrets, and the key they are sealed under. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/askpass.h"
#include "common/crypt.h"
#include "common/die.h"
#include "common/options.h"
#include "common/store.h"
#include "common/table.h"
#include "common/vault.h"

static const struct option_def option[] = {
	{ 'a', NULL, "set: keep what was current as the older secret" },
	{ 'f', "FD", "set: read the secret from this descriptor" },
	{ 'o', NULL, "unset: only the older secret" },
	{ 0, NULL, NULL }
};

static const struct program program = {
	"init [-nqv] [-s STORE] [-c DIR]\n"
	"set [-a] [-f FD] [-nqv] [-s STORE] [-c DIR] NAME\n"
	"unset [-o] [-nqv] [-s STORE] [-c DIR] NAME\n"
	"list [-qv] [-s STORE] [-c DIR]",
	option
};

struct run {
	struct options o;
	int add, older;
	int64_t fd;
	char given[8];		/* letters of own options */
	const char *name;	/* operand of set and unset */
	struct store *store;
	unsigned char *key, *secret;
	size_t len;
};

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
init_key(struct run *r, struct err *e)
{
	char path[KEY_PATH];
	int rc, there;

	key_path(r->o.conf, path);
	there = access(path, F_OK) == 0;
	if (!there && r->o.dry) {
		say("%s: would be made", path);
		return 0;
	}
	rc = there ? 0 : key_make(r->o.conf, e);
	if (rc != 0 && rc != E_NO)
		return rc;
	if ((rc = key_load(r->o.conf, &r->key, e)) == 0)
		say("%s: %s", path, there ? "the key is there already" :
		    "made; keep a copy where the store's backups are not");
	return rc;
}

static int
do_init(struct run *r, struct err *e)
{
	char dir[KEY_PATH], *slash;
	int rc, there;

	snprintf(dir, sizeof dir, "%s", r->o.store);
	if ((slash = strrchr(dir, '/')) != NULL && slash != dir)
		*slash = '\0';
	if ((rc = make_folder(r->o.conf, r->o.dry, e)) != 0 ||
	    (slash != NULL && (rc = make_folder(dir, r->o.dry, e)) != 0) ||
	    (rc = init_key(r, e)) != 0)
		return rc;
	there = access(r->o.store, F_OK) == 0;
	if (r->o.dry) {
		say("%s: %s", r->o.store, there ? "the store is there already" :
		    "would be made");
		return 0;
	}
	if ((rc = store_open(&r->store, r->o.store, ROLE_TOKEN, STORE_CREATE,
	    e)) != 0)
		return rc;
	rc = vault_init(r->store, r->key, key_path(r->o.conf, dir), e);
	if (rc == 0)
		say("%s: %s", r->o.store, there ? "the store is there already" :
		    "made");
	return rc;
}

static int
do_set(struct run *r, struct err *e)
{
	int rc, flags = r->o.dry ? STORE_READ : STORE_CREATE;

	/* Before the store's own files take descriptors that are free. */
	if (fcntl((int)r->fd, F_GETFD) < 0)
		return err_set(e, E_IO, "descriptor %d: %s", (int)r->fd,
		    strerror(errno));
	/* Set up well?  Nobody types a secret twice gladly. */
	if ((rc = key_load(r->o.conf, &r->key, e)) != 0)
		return rc;
	if (r->o.dry && access(r->o.store, F_OK) != 0)
		say("%s: would be made", r->o.store);
	else if ((rc = store_open(&r->store, r->o.store, ROLE_TOKEN, flags,
	    e)) != 0 ||
	    (rc = secret_key_check(r->store, r->key, 0, e)) != 0)
		return rc;
	if ((rc = askpass_read((int)r->fd, r->name, SECRET_MAX, &r->secret,
	    &r->len, e)) != 0 ||
	    (rc = vault_check(r->o.conf, r->name, r->secret, r->len, e)) != 0)
		return rc;
	if (r->o.dry) {
		say("secret '%s': would be set", r->name);
		return 0;
	}
	rc = vault_set(r->store, r->key, r->name, r->add, r->secret, r->len,
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
	const struct run *r = ctx;

	(void)created_at;
	return strcmp(name, r->name) == 0 && (slot == 1 || !r->older);
}

static int
do_unset(struct run *r, struct err *e)
{
	int rc;

	if ((rc = store_open(&r->store, r->o.store, ROLE_TOKEN,
	    r->o.dry ? STORE_READ : 0, e)) != 0)
		return rc;
	if (!r->o.dry)
		return vault_unset(r->store, r->name, r->older, e);
	if ((rc = secret_walk(r->store, dropped, r, e)) < 0)
		return rc;
	if (rc == 0)
		return err_set(e, E_NOTFOUND, "secret '%s': there is none",
		    r->name);
	say("secret '%s': would be unset", r->name);
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

static int
do_list(struct run *r, struct err *e)
{
	static const struct table_column column[] = {
		{ "name", 0 }, { "slot", 0 }, { "created_at", 0 }
	};
	struct table *t;
	int rc;

	if ((rc = store_open(&r->store, r->o.store, ROLE_TOKEN, STORE_READ,
	    e)) != 0)
		return rc;
	t = table_new(stdout, TABLE_AUTO, TABLE_ROWS, column, 3);
	rc = secret_walk(r->store, list_row, t, e);
	table_free(t);
	return rc == E_IO && e->code == 0 ?
	    err_set(e, rc, "standard output: writing failed") : rc;
}

static const struct verb {
	const char *name, *options;
	int operands;
	int (*fn)(struct run *, struct err *);
} verbs[] = {
	{ "init", "", 0, do_init }, { "set", "af", 1, do_set },
	{ "unset", "o", 1, do_unset }, { "list", "", 0, do_list }
};

static const struct verb *
read_arguments(struct run *r, int argc, char **argv)
{
	const struct verb *v = verbs;
	const char *verb;
	size_t given = 0;
	int c;

	while ((c = options_next(&program, &r->o, argc, argv)) != -1) {
		if (c == 'f' && options_number(optarg, 0, 1023, &r->fd) != 0)
			options_usage(&program, "'%s' is no descriptor",
			    optarg);
		r->add |= c == 'a';
		r->older |= c == 'o';
		if (strchr(r->given, c) == NULL)
			r->given[given++] = (char)c;
	}
	if (optind == argc)
		options_usage(&program, "what is to be done?");
	verb = argv[optind++];
	while (v < verbs + 4 && strcmp(v->name, verb) != 0)
		v++;
	if (v == verbs + 4)
		options_usage(&program, "'%s' is not known", verb);
	if (r->given[strspn(r->given, v->options)] != '\0')
		options_usage(&program, "-%c does not go with %s",
		    r->given[strspn(r->given, v->options)], verb);
	if (argc - optind != v->operands)
		options_usage(&program, v->operands ? "%s wants one NAME" :
		    "%s wants no operand", verb);
	if (v->operands && !secret_name_ok(r->name = argv[optind]))
		options_usage(&program, "'%s' is no name: letters, digits and "
		    ". _ -, up to 64", r->name);
	return v;
}

int
main(int argc, char **argv)
{
	static const struct rlimit none = { 0, 0 };
	const struct verb *v;
	struct run r = { 0 };
	struct err e = { 0 };
	int rc;

	die_init(argv[0]);
	setrlimit(RLIMIT_CORE, &none);	/* a core would hold the key */
	crypt_init();
	v = read_arguments(&r, argc, argv);
	rc = v->fn(&r, &e);
	crypt_free(r.key);
	crypt_free(r.secret);
	store_close(r.store);
	if (rc != 0)
		die_err(&e);
	die_flush_exit(EXIT_DONE);
}
