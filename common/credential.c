#include "common/credential.h"

#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/crypt.h"
#include "common/jsonw.h"

/* Bound in before the source's name; see secret.c. */
#define PURPOSE "loya-credential-1 "

enum { NAME_BYTES = 64, BOUND = sizeof PURPOSE + NAME_BYTES,
    SEALED_MAX = 1024 * 1024 };

/* The members of the sealed object, and where they are stored. */
static const struct {
	const char *key;
	size_t at;
} members[] = {
	{ "access_token", offsetof(struct credential, access) },
	{ "refresh_token", offsetof(struct credential, refresh) },
	{ "token_type", offsetof(struct credential, type) },
	{ "instance_url", offsetof(struct credential, instance) },
	{ "asked", offsetof(struct credential, asked) }
};

enum { MEMBERS = sizeof members / sizeof members[0] };

static char **
member(struct credential *c, int i)
{
	return (char **)((char *)c + members[i].at);
}

static const char *
member_text(const struct credential *c, int i)
{
	return *(char *const *)((const char *)c + members[i].at);
}

/* Write what is bound in; returns its length, or 0: this cannot be the name of
 * a source. */
static size_t
bound(const char *source, char out[BOUND])
{
	size_t n = strlen(source);

	if (n > NAME_BYTES)
		return 0;
	memcpy(out, PURPOSE, sizeof PURPOSE - 1);
	memcpy(out + sizeof PURPOSE - 1, source, n);
	return sizeof PURPOSE - 1 + n;
}

char *
credential_text(const struct json *j, uint32_t i, size_t max)
{
	struct arena a = { 0 };
	const char *s;
	char *out = NULL;
	size_t n;

	if ((s = json_string(j, i, &a, &n)) != NULL && n <= max) {
		out = crypt_alloc(n + 1);
		memcpy(out, s, n + 1);
	}
	if (s != NULL)
		crypt_wipe((void *)s, n);
	arena_release(&a);
	return out;
}

void
credential_release(struct credential *c)
{
	int i;

	for (i = 0; i < MEMBERS; i++)
		crypt_free(*member(c, i));
	memset(c, 0, sizeof *c);
}

/* Open a sealed text, crypt_alloc()ed; NULL if it does not open. */
static char *
unseal(const unsigned char *key, const char *source,
    const unsigned char *sealed, size_t n, size_t *len)
{
	char ad[BOUND], *p;
	size_t adlen = bound(source, ad);

	if (sealed == NULL || n <= CRYPT_SEAL_EXTRA || n > SEALED_MAX ||
	    adlen == 0)
		return NULL;
	*len = n - CRYPT_SEAL_EXTRA;
	p = crypt_alloc(*len);
	if (crypt_open(key, ad, adlen, sealed, n, (unsigned char *)p) == 0)
		return p;
	crypt_free(p);
	return NULL;
}

static int
does_not_open(const char *source, struct err *e)
{
	return err_set(e, E_KEY, "source '%s': its token does not open: it "
	    "was changed, or sealed under another key", source);
}

/* Read the sealed object into the members. */
static int
read_members(const char *p, size_t len, struct credential *c)
{
	struct json j = { 0 };
	uint32_t at;
	int i, rc;

	if ((rc = json_parse(&j, p, len)) == 0)
		for (i = 0; i < MEMBERS; i++) {
			at = json_get(&j, 0, members[i].key);
			if (at != JSON_NONE)
				*member(c, i) = credential_text(&j, at, len);
		}
	json_release(&j);
	return rc;
}

int
credential_get(struct store *s, const unsigned char *key, const char *source,
    struct credential *c, struct err *e)
{
	static const char sql[] = "SELECT sealed, obtained_at, expires_at, "
	    "seed FROM credential WHERE source = :source";
	const unsigned char *sealed;
	struct stmt *st;
	size_t n, len;
	char *p;
	int rc;

	memset(c, 0, sizeof *c);
	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, source);
	if ((rc = stmt_step(st, e)) < 0)
		return rc;
	if (rc == 0)
		return err_set(e, E_NOTFOUND, "source '%s': there is no token",
		    source);
	sealed = stmt_get_blob(st, 0, &n);
	c->obtained_at = stmt_get_int(st, 1);
	c->expires_at = stmt_get_int(st, 2);
	c->seed = stmt_get_int(st, 3);
	p = unseal(key, source, sealed, n, &len);
	stmt_reset(st);
	if (p == NULL || read_members(p, len, c) != 0)
		rc = does_not_open(source, e);
	else
		rc = 0;
	crypt_free(p);
	return rc;
}

/* Write the object as text: b is made, in locked memory that suffices even if
 * every byte is escaped. */
static void
write_members(const struct credential *c, struct buf *b)
{
	struct jsonw w;
	size_t n = 256;
	int i;

	for (i = 0; i < MEMBERS; i++)
		n += member_text(c, i) != NULL ? 6 * strlen(member_text(c, i)) :
		    0;
	b->p = crypt_alloc(n);
	b->cap = n;
	b->len = 0;
	jsonw_init(&w, b);
	jsonw_object(&w);
	for (i = 0; i < MEMBERS; i++)
		jsonw_kstring(&w, members[i].key, member_text(c, i));
	jsonw_close(&w, '}');
}

static int
insert(struct store *s, const char *source, const struct credential *c,
    const unsigned char *sealed, size_t n, struct err *e)
{
	static const char sql[] = "INSERT INTO credential(source, sealed, "
	    "obtained_at, expires_at, seed) VALUES (:source, :sealed, "
	    ":obtained_at, :expires_at, :seed) ON CONFLICT(source) DO UPDATE "
	    "SET sealed = excluded.sealed, obtained_at = excluded.obtained_at, "
	    "expires_at = excluded.expires_at, seed = excluded.seed";
	struct stmt *st = db_stmt(store_db(s, STORE_MAIN), sql);

	stmt_text(st, 1, source);
	stmt_blob(st, 2, sealed, n);
	stmt_int(st, 3, c->obtained_at);
	stmt_int_null(st, 4, c->expires_at);
	stmt_int_null(st, 5, c->seed);
	return stmt_run(st, e);
}

int
credential_put(struct store *s, const unsigned char *key, const char *source,
    const struct credential *c, struct err *e)
{
	unsigned char *sealed;
	char ad[BOUND];
	size_t adlen = bound(source, ad);
	struct buf b;
	int rc;

	if (adlen == 0)
		return err_set(e, E_DATA, "source '%s': its name is too long",
		    source);
	write_members(c, &b);
	sealed = xmalloc(b.len + CRYPT_SEAL_EXTRA);
	crypt_seal(key, ad, adlen, b.p, b.len, sealed);
	rc = insert(s, source, c, sealed, b.len + CRYPT_SEAL_EXTRA, e);
	free(sealed);
	crypt_free(b.p);
	return rc;
}

/* Get the first source after a name: 1, its name and its sealed text; 0 at the
 * end. */
static int
next_row(struct store *s, struct buf *name, struct buf *sealed, struct err *e)
{
	static const char sql[] = "SELECT source, sealed FROM credential "
	    "WHERE source > :source ORDER BY source LIMIT 1";
	struct stmt *st = db_stmt(store_db(s, STORE_MAIN), sql);
	const void *p;
	size_t n;
	int rc;

	stmt_text(st, 1, buf_str(name));
	if ((rc = stmt_step(st, e)) != 1)
		return rc;
	buf_clear(sealed);
	p = stmt_get_blob(st, 1, &n);
	buf_add(sealed, p, n);
	p = stmt_get_text(st, 0, &n);
	buf_clear(name);
	buf_add(name, p, n);
	stmt_reset(st);
	return 1;
}

static int
reseal_row(struct store *s, const unsigned char *from, const unsigned char *to,
    const char *source, struct buf *sealed, struct err *e)
{
	static const char sql[] = "UPDATE credential SET sealed = :sealed "
	    "WHERE source = :source";
	unsigned char *p = (unsigned char *)sealed->p;
	char ad[BOUND], *text;
	struct stmt *st;
	size_t len;

	if ((text = unseal(from, source, p, sealed->len, &len)) == NULL)
		return does_not_open(source, e);
	crypt_seal(to, ad, bound(source, ad), text, len, p);
	crypt_free(text);
	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_blob(st, 1, p, sealed->len);
	stmt_text(st, 2, source);
	return stmt_run(st, e);
}

int
credential_reseal(struct store *s, const unsigned char *from,
    const unsigned char *to, struct err *e)
{
	struct buf name = { 0 }, sealed = { 0 };
	int rc;

	while ((rc = next_row(s, &name, &sealed, e)) == 1)
		if ((rc = reseal_row(s, from, to, buf_str(&name), &sealed,
		    e)) != 0)
			break;
	buf_release(&name);
	buf_release(&sealed);
	return rc;
}

int
credential_drop(struct store *s, const char *source, struct err *e)
{
	static const char sql[] =
	    "DELETE FROM credential WHERE source = :source";
	struct db *db = store_db(s, STORE_MAIN);
	struct stmt *st = db_stmt(db, sql);
	int rc;

	stmt_text(st, 1, source);
	if ((rc = stmt_run(st, e)) == 0 && db_changes(db) == 0)
		rc = err_set(e, E_NOTFOUND, "source '%s': no credential is "
		    "stored for it", source);
	return rc;
}

int
credential_walk(struct store *s, credential_fn *fn, void *ctx, struct err *e)
{
	static const char sql[] = "SELECT source, obtained_at, expires_at "
	    "FROM credential ORDER BY source";
	struct stmt *st = db_stmt(store_db(s, STORE_MAIN), sql);
	int rc, stop;

	while ((rc = stmt_step(st, e)) == 1) {
		stop = fn(ctx, stmt_get_text(st, 0, NULL), stmt_get_int(st, 1),
		    stmt_get_int(st, 2));
		if (stop != 0) {
			stmt_reset(st);
			return stop;
		}
	}
	return rc;
}

int
credential_drop_all(struct store *s, struct err *e)
{
	return stmt_run(db_stmt(store_db(s, STORE_MAIN),
	    "DELETE FROM credential"), e);
}
