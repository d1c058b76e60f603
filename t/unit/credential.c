/* The room of credentials over a real store. */
#include "common/credential.h"
#include "t/unit/tap.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/crypt.h"

static char dir[] = "/tmp/loya-credential.XXXXXX";
static struct store *store;
static unsigned char key[CRYPT_KEY], other[CRYPT_KEY];
static struct err err;

static int
finish(int rc)
{
	if (rc == 0)
		return store_commit(store, STORE_MAIN, &err);
	store_rollback(store, STORE_MAIN);
	return rc;
}

static int
put(const char *source, struct credential *c)
{
	int rc;

	if ((rc = store_begin(store, STORE_MAIN, &err)) != 0)
		return rc;
	return finish(credential_put(store, key, source, c, &err));
}

static void
test_put_get(void)
{
	struct credential c = { .access = (char *)"a\"b\\c/\xc3\xa4\x01",
	    .refresh = (char *)"r", .type = (char *)"Bearer",
	    .instance = (char *)"https://x", .asked = (char *)"m",
	    .obtained_at = 5, .expires_at = 7, .seed = 3 };
	struct credential got;

	is_int(credential_get(store, key, "crm", &got, &err), E_NOTFOUND,
	    "none");
	is_int(put("crm", &c), 0, "put");
	is_int(credential_get(store, key, "crm", &got, &err), 0, "get");
	is_str(got.access, c.access, "the access token");
	is_str(got.refresh, "r", "the refresh token");
	is_str(got.type, "Bearer", "its type");
	is_str(got.instance, "https://x", "its base");
	is_str(got.asked, "m", "the mark");
	is_int(got.obtained_at, 5, "obtained");
	is_int(got.expires_at, 7, "expires");
	is_int(got.seed, 3, "the seed");
	credential_release(&got);
	credential_release(&got);
	is_int(credential_get(store, key, "crn", &got, &err), E_NOTFOUND,
	    "another has none");
	memset(&c, 0, sizeof c);
	c.obtained_at = 9;
	c.access = (char *)"z";
	is_int(put("crm", &c), 0, "put again");
	is_int(credential_get(store, key, "crm", &got, &err), 0, "get");
	is_str(got.access, "z", "the new one");
	is_str(got.refresh, NULL, "no refresh token");
	is_int(got.expires_at, 0, "unknown");
	is_int(got.seed, 0, "no chain");
	credential_release(&got);
}

/* Store a sealed text as it is. */
static int
put_sealed(const char *source, const void *p, size_t n)
{
	static const char sql[] =
	    "UPDATE credential SET sealed = :sealed WHERE source = :source";
	struct stmt *st;

	store_begin(store, STORE_MAIN, &err);
	st = db_stmt(store_db(store, STORE_MAIN), sql);
	stmt_blob(st, 1, p, n);
	stmt_text(st, 2, source);
	return finish(stmt_run(st, &err));
}

static size_t
get_sealed(const char *source, unsigned char *out, size_t max)
{
	static const char sql[] =
	    "SELECT sealed FROM credential WHERE source = :source";
	struct stmt *st = db_stmt(store_db(store, STORE_MAIN), sql);
	const void *p;
	size_t n;

	stmt_text(st, 1, source);
	if (stmt_step(st, &err) != 1)
		return 0;
	p = stmt_get_blob(st, 0, &n);
	memcpy(out, p, n <= max ? n : 0);
	stmt_reset(st);
	return n <= max ? n : 0;
}

static void
test_changed(void)
{
	struct credential c = { .access = (char *)"token", .obtained_at = 1 };
	struct credential got;
	unsigned char sealed[256];
	size_t n, i;
	int bad = 0;

	put("crm", &c);
	put("hr", &c);
	n = get_sealed("crm", sealed, sizeof sealed);
	ok(n > 40, "something is sealed");
	for (i = 0; i < n; i++) {
		sealed[i] ^= 1;
		put_sealed("crm", sealed, n);
		sealed[i] ^= 1;
		bad += credential_get(store, key, "crm", &got, &err) != E_KEY;
		credential_release(&got);
	}
	is_int(bad, 0, "a change of any byte is seen");
	for (i = 0, bad = 0; i < n; i++) {
		put_sealed("crm", sealed, i);
		bad += credential_get(store, key, "crm", &got, &err) != E_KEY;
		credential_release(&got);
	}
	is_int(bad, 0, "a cut is seen");
	put_sealed("hr", sealed, n);
	is_int(credential_get(store, key, "hr", &got, &err), E_KEY,
	    "that of another source does not open");
	is_str(err.msg, "source 'hr': its token does not open: it was "
	    "changed, or sealed under another key", "and it is reported");
	put_sealed("crm", sealed, n);
	is_int(credential_get(store, other, "crm", &got, &err), E_KEY,
	    "nor does one under another key");
	is_int(credential_get(store, key, "crm", &got, &err), 0,
	    "the right one does");
	credential_release(&got);
}

/* The format is fixed: what one release sealed, the next one opens. */
static void
test_format(void)
{
	static const char ad[] = "loya-credential-1 crm",
	    text[] = "{\"access_token\":\"by hand\",\"later\":[1]}";
	unsigned char sealed[sizeof text - 1 + CRYPT_SEAL_EXTRA];
	struct credential got;

	crypt_seal(key, ad, strlen(ad), text, strlen(text), sealed);
	put_sealed("crm", sealed, sizeof sealed);
	is_int(credential_get(store, key, "crm", &got, &err), 0,
	    "sealed by hand");
	is_str(got.access, "by hand", "it is read");
	credential_release(&got);
	crypt_seal(key, "loya-secret-1 crm", 17, text, strlen(text), sealed);
	put_sealed("crm", sealed, sizeof sealed);
	is_int(credential_get(store, key, "crm", &got, &err), E_KEY,
	    "sealed for another purpose");
}

static void
test_reseal(void)
{
	struct credential c = { .access = (char *)"token", .obtained_at = 1,
	    .seed = 2 };
	struct credential got;

	put("crm", &c);
	put("hr", &c);
	is_int(store_begin(store, STORE_MAIN, &err), 0, "begin");
	is_int(finish(credential_reseal(store, key, other, &err)), 0,
	    "reseal");
	is_int(credential_get(store, key, "hr", &got, &err), E_KEY,
	    "the old key is over");
	is_int(credential_get(store, other, "hr", &got, &err), 0,
	    "the new one opens");
	is_str(got.access, "token", "the same");
	is_int(got.seed, 2, "with what stands beside it");
	credential_release(&got);
	is_int(store_begin(store, STORE_MAIN, &err), 0, "begin");
	is_int(finish(credential_reseal(store, key, other, &err)), E_KEY,
	    "from a key that is not theirs");
}

/* loya-pull and loya-push keep credentials too, others see none. */
static void
test_roles(const char *path)
{
	static const enum role role[] = { ROLE_PULL, ROLE_PUSH };
	struct credential c = { .access = (char *)"token", .obtained_at = 1 };
	int i;

	for (i = 0; i < 2; i++) {
		store_close(store);
		is_int(store_open(&store, path, role[i], 0, &err), 0, "open");
		is_int(put("crm", &c), 0, "put");
	}
}

int
main(void)
{
	char path[64], command[80];

	crypt_init();
	crypt_random(key, sizeof key);
	crypt_random(other, sizeof other);
	if (mkdtemp(dir) == NULL) {
		printf("Bail out! %s: %s\n", dir, strerror(errno));
		return 1;
	}
	snprintf(path, sizeof path, "%s/loya.db", dir);
	is_int(store_open(&store, path, ROLE_TOKEN, STORE_CREATE, &err), 0,
	    "open a store");
	test_put_get();
	test_changed();
	test_format();
	test_reseal();
	test_roles(path);
	store_close(store);
	snprintf(command, sizeof command, "rm -rf '%s'", dir);
	return system(command) != 0 || done_testing();
}
