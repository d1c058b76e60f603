/*
 * The record also keeps the hashes of an erased member's tombstones, so that a
 * forged tombstone is found out, and lifted ones can be restored if the member
 * is erased again.
 */
#include "common/erase_inner.h"

#include <string.h>

#include "common/audit.h"
#include "common/clock.h"
#include "common/crypt.h"
#include "common/jsonw.h"

enum { HEX = 2 * TOMBSTONE_HASH + 1 };

int
erase_record(struct store *s, struct member *m, const char *kind,
    const struct buf *detail, struct audit_row *r, struct err *e)
{
	int rc;

	memset(r, 0, sizeof *r);
	r->at = clock_now();
	r->kind = kind;
	r->member = m->id;
	r->prev = m->audit;
	r->actor = audit_actor();
	r->detail = detail->p;
	r->detail_len = detail->len;
	if ((rc = audit_add(s, r, e)) == 0)
		m->audit = r->seq;
	return rc;
}

static int
write_hash(void *ctx, const unsigned char *hash)
{
	char hex[HEX];

	crypt_hex(hash, TOMBSTONE_HASH, hex);
	jsonw_string(ctx, hex);
	return 0;
}

int
erase_keep(struct erase *x, struct member *m)
{
	char mark[TOMBSTONE_MARK];
	struct buf b = { NULL, 0, 0 };
	struct audit_row r;
	struct jsonw w;
	int rc;

	tombstone_mark(x->key, mark);
	jsonw_init(&w, &b);
	jsonw_object(&w);
	jsonw_kstring(&w, "key", mark);
	jsonw_key(&w, "hashes");
	jsonw_array(&w);
	rc = tombstone_walk(x->store, x->num, write_hash, &w, x->e);
	jsonw_close(&w, ']');
	jsonw_close(&w, '}');
	if (rc == 0)
		rc = erase_record(x->store, m, "erasure.kept", &b, &r, x->e);
	buf_release(&b);
	return rc;
}

/* Read the hashes in an audit row. */
static int
know_again(struct erase *x, const struct audit_row *r)
{
	unsigned char hash[TOMBSTONE_HASH];
	const char *hex;
	uint32_t all;
	size_t n;

	if (r->detail == NULL ||
	    json_parse(&x->json, r->detail, r->detail_len) != 0 ||
	    (all = json_get(&x->json, 0, "hashes")) == JSON_NONE ||
	    json_type(&x->json, all) != JSON_ARRAY)
		return 0;
	for (JSON_EACH(&x->json, all, k)) {
		hex = json_string(&x->json, k, &x->arena, &n);
		if (hex == NULL || n != HEX - 1 || crypt_unhex(hex, n, hash,
		    sizeof hash) != sizeof hash)
			return err_set(x->e, E_NOTSTORE, "%s: row %lld of "
			    "audit has no hashes", store_path(x->store),
			    (long long)r->seq);
		erase_know(x, hash);
	}
	return 0;
}

/* Whether the erasure at the end of the chain was lifted: 1, and by which ids
 * the member was known; 0; <0. */
static int
was_lifted(struct erase *x, int64_t seq)
{
	struct audit_row r;
	int rc, lifted = 0;

	for (; seq > 0; seq = r.prev < seq ? r.prev : 0) {
		if ((rc = audit_get(x->store, seq, &r, NULL, &x->arena,
		    x->e)) != 0)
			return rc == E_NOTFOUND ? 0 : rc;
		if (strcmp(r.kind, "erasure.lifted") == 0)
			lifted = 1;
		else if (strcmp(r.kind, "member.erased") == 0)
			return lifted;
		if (strcmp(r.kind, "erasure.kept") == 0)
			return !lifted ? 0 : (rc = know_again(x, &r)) != 0 ?
			    rc : 1;
	}
	return 0;
}

/* Put a hash back, unless it keeps away another person who had the same id,
 * came back and was erased too: that one was not lifted, and has to stay. */
static int
put_back_hash(struct erase *x, const unsigned char *hash)
{
	int64_t num;
	int rc;

	rc = tombstone_get(x->store, hash, &num, x->e);
	if (rc != E_NOTFOUND)
		return rc;
	x->receipt->links++;
	return x->dry ? 0 : tombstone_add(x->store, hash, x->num, x->e);
}

static int
put_back(struct erase *x)
{
	struct member m;
	size_t i;
	int rc;

	if ((rc = member_get(x->store, x->num, &x->arena, &m, x->e)) != 0 ||
	    (rc = was_lifted(x, m.audit)) <= 0)
		return rc;
	x->unkept = x->nhash == 0;
	if (x->unkept)
		return 0;
	if (!x->dry && (rc = tombstone_key(x->store, 0, x->key, x->e)) != 0)
		return rc != E_NOTFOUND ? rc : err_set(x->e, E_NOTSTORE,
		    "%s: its tombstone_key is missing", store_path(x->store));
	for (i = 0; i < x->nhash; i++)
		if ((rc = put_back_hash(x, x->hash[i])) != 0)
			return rc;
	if (x->dry || x->receipt->links == 0)
		return 0;
	rc = erase_keep(x, &m);
	return rc != 0 ? rc : member_touch(x->store, &m, x->e);
}

int
erase_put_back(struct erase *x)
{
	int rc;

	if (x->dry)
		return put_back(x);
	if ((rc = store_begin(x->store, STORE_MAIN, x->e)) != 0)
		return rc;
	return store_end(x->store, STORE_MAIN, put_back(x), x->e);
}
