/*
 * The room of secrets over a real store, and the key file.
 */
#include "common/secret.h"
#include "t/unit/tap.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/crypt.h"

static char dir[] = "/tmp/loya-secret.XXXXXX";
static struct store *store;
static unsigned char *key;
static struct err err;

static int
put(const char *name, int add, const char *text)
{
	int rc;

	if ((rc = store_begin(store, STORE_MAIN, &err)) != 0)
		return rc;
	rc = secret_put(store, key, name, add, (const unsigned char *)text,
	    strlen(text), &err);
	if (rc == 0)
		return store_commit(store, STORE_MAIN, &err);
	store_rollback(store, STORE_MAIN);
	return rc;
}

static int
drop(const char *name, int older)
{
	int rc;

	if ((rc = store_begin(store, STORE_MAIN, &err)) != 0)
		return rc;
	if ((rc = secret_drop(store, name, older, &err)) == 0)
		return store_commit(store, STORE_MAIN, &err);
	store_rollback(store, STORE_MAIN);
	return rc;
}

/* Both slots as "current/older", with "-" for an empty one. */
static const char *
both(const char *name)
{
	static char text[64];
	struct secret slot[SECRET_SLOTS];
	int rc;

	rc = secret_get(store, key, name, slot, &err);
	if (rc != 0) {
		snprintf(text, sizeof text, "%d", rc);
		return text;
	}
	snprintf(text, sizeof text, "%.*s/%.*s",
	    slot[0].p != NULL ? (int)slot[0].len : 1,
	    slot[0].p != NULL ? (const char *)slot[0].p : "-",
	    slot[1].p != NULL ? (int)slot[1].len : 1,
	    slot[1].p != NULL ? (const char *)slot[1].p : "-");
	secret_release(slot);
	return text;
}

static void
test_names(void)
{
	char name[66];

	is_int(secret_name_ok("Crm-1.prod_x"), 1, "a name");
	is_int(secret_name_ok(""), 0, "no name");
	is_int(secret_name_ok("a/b"), 0, "a slash");
	is_int(secret_name_ok("a\n"), 0, "a line feed");
	memset(name, 'a', sizeof name);
	name[64] = '\0';
	is_int(secret_name_ok(name), 1, "64 characters");
	name[64] = 'a';
	name[65] = '\0';
	is_int(secret_name_ok(name), 0, "65 characters");
}

static void
test_slots(void)
{
	is_str(both("crm"), "-2", "nothing is there");
	is_int(put("crm", 0, "one"), 0, "put");
	is_str(both("crm"), "one/-", "one");
	is_int(put("crm", 1, "two"), 0, "put beside it");
	is_str(both("crm"), "two/one", "two");
	is_int(put("crm", 1, "two"), E_NO, "put the current one again");
	is_str(both("crm"), "two/one", "the older one is kept");
	is_int(put("crm", 1, "three"), 0, "put a third");
	is_str(both("crm"), "three/two", "the oldest is gone");
	is_int(put("crm", 0, "four"), 0, "put alone");
	is_str(both("crm"), "four/-", "all others are gone");
	is_int(put("other", 1, "first"), 0, "put beside nothing");
	is_str(both("other"), "first/-", "first");
	is_int(put("crm", 1, "five"), 0, "put");
	is_int(drop("crm", 1), 0, "drop the older one");
	is_int(drop("crm", 1), E_NOTFOUND, "there is no other");
	is_str(both("crm"), "five/-", "the current one stays");
	is_int(drop("crm", 0), 0, "drop");
	is_int(drop("crm", 0), E_NOTFOUND, "there is none");
	is_str(both("other"), "first/-", "other names stay");
	is_int(put("crm", 0, ""), E_DATA, "an empty one");
}

static void
test_key_check(void)
{
	unsigned char other[CRYPT_KEY];

	crypt_random(other, sizeof other);
	is_int(secret_key_noted(store, key), 0, "a new store knows no key");
	is_int(secret_key_check(store, key, 0, &err), 0, "any will do");
	is_int(store_begin(store, STORE_MAIN, &err), 0, "begin");
	is_int(secret_key_check(store, key, 1, &err), 0, "note it");
	is_int(store_commit(store, STORE_MAIN, &err), 0, "commit");
	is_int(secret_key_noted(store, key), 1, "it is noted");
	is_int(put("crm", 0, "one"), 0, "put");
	is_int(secret_key_check(store, key, 0, &err), 0, "this is the key");
	is_int(secret_key_check(store, other, 0, &err), E_KEY,
	    "another is not");
	is_int(drop("crm", 0), 0, "drop");
	is_int(secret_key_check(store, other, 0, &err), 0,
	    "without secrets another will do");
}

/* The sealed text of a name in the store. */
static void
seal_as(const char *name, const char *ad, const char *text)
{
	static const char sql[] =
	    "UPDATE secret SET sealed = :sealed WHERE name = :name";
	unsigned char sealed[64 + CRYPT_SEAL_EXTRA];
	struct stmt *st;

	crypt_seal(key, ad, strlen(ad), text, strlen(text), sealed);
	store_begin(store, STORE_MAIN, &err);
	st = db_stmt(store_db(store, STORE_MAIN), sql);
	stmt_blob(st, 1, sealed, strlen(text) + CRYPT_SEAL_EXTRA);
	stmt_text(st, 2, name);
	stmt_run(st, &err);
	store_commit(store, STORE_MAIN, &err);
}

/* The format is fixed: what one release sealed, the next one opens. */
static void
test_bound(void)
{
	is_int(put("crm", 0, "one"), 0, "put");
	seal_as("crm", "loya-secret-1 crm", "by hand");
	is_str(both("crm"), "by hand/-", "sealed for this name");
	seal_as("crm", "loya-secret-1 crn", "by hand");
	is_str(both("crm"), "-13", "sealed for another name");
	seal_as("crm", "loya-other-1 crm", "by hand");
	is_str(both("crm"), "-13", "sealed for another purpose");
	is_int(drop("crm", 0), 0, "drop");
}

static int
count(void *ctx, const char *name, int slot, int64_t created_at)
{
	char *text = ctx;

	snprintf(text + strlen(text), 64 - strlen(text), "%s%d ", name, slot);
	return created_at > 0 ? 0 : E_BUG;
}

static void
test_walk(void)
{
	char text[64] = "";

	put("crm", 0, "one");
	put("crm", 1, "two");
	is_int(secret_walk(store, count, text, &err), 0, "walk");
	is_str(text, "crm0 crm1 other0 ", "by name and slot");
}

/* loya-recv reads secrets and cannot change them. */
static void
test_reader(const char *path)
{
	struct store *reader = NULL;
	struct secret slot[SECRET_SLOTS];

	is_int(store_open(&reader, path, ROLE_RECV, 0, &err), 0,
	    "open as loya-recv");
	is_int(secret_get(reader, key, "crm", slot, &err), 0, "get");
	ok(slot[0].len == 3 && memcmp(slot[0].p, "two", 3) == 0, "it opens");
	secret_release(slot);
	secret_release(slot);
	store_close(reader);
}

static void
test_key(void)
{
	unsigned char *again;
	char path[KEY_PATH];
	struct stat st;

	is_int(key_load(dir, &key, &err), E_KEY, "no key");
	is_int(key_make(dir, &err), 0, "make one");
	is_int(key_make(dir, &err), E_NO, "never over it");
	is_int(key_load(dir, &key, &err), 0, "load it");
	is_int(key_load(dir, &again, &err), 0, "and again");
	ok(memcmp(key, again, CRYPT_KEY) == 0, "it is the same");
	crypt_free(again);
	key_path(dir, path);
	is_int(stat(path, &st), 0, "there is a file");
	is_int(st.st_mode & 07777, 0600, "mode 0600");
	setenv("LOYA_KEY", "/nowhere/key", 1);
	is_str(key_path(dir, path), "/nowhere/key", "LOYA_KEY");
	is_int(key_make(dir, &err), E_KEY, "a folder that is not there");
	unsetenv("LOYA_KEY");
}

int
main(void)
{
	char path[64], command[80];

	crypt_init();
	unsetenv("CREDENTIALS_DIRECTORY");
	unsetenv("LOYA_KEY");
	if (mkdtemp(dir) == NULL) {
		printf("Bail out! %s: %s\n", dir, strerror(errno));
		return 1;
	}
	snprintf(path, sizeof path, "%s/loya.db", dir);
	test_names();
	test_key();
	is_int(store_open(&store, path, ROLE_TOKEN, STORE_CREATE, &err), 0,
	    "open a store");
	test_key_check();
	test_slots();
	test_bound();
	test_walk();
	test_reader(path);
	store_close(store);
	crypt_free(key);
	snprintf(command, sizeof command, "rm -rf '%s'", dir);
	return system(command) != 0 || done_testing();
}
