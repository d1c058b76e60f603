#include "common/erase_inner.h"

#include <stdlib.h>
#include <string.h>

#include "common/audit.h"
#include "common/crypt.h"
#include "common/progress.h"

void
erase_add(struct erase_list *l, int64_t v)
{
	if (l->n == l->cap) {
		l->cap = l->cap * 2 + 64;
		l->v = xrealloc(l->v, l->cap, sizeof *l->v);
	}
	l->v[l->n++] = v;
}

void
erase_know(struct erase *x, const unsigned char *hash)
{
	x->hash = xrealloc(x->hash, x->nhash + 1, sizeof *x->hash);
	memcpy(x->hash[x->nhash++], hash, TOMBSTONE_HASH);
}

int
erase_key(struct erase *x)
{
	int rc = tombstone_key(x->store, 0, x->key, x->e);

	if (rc != E_NOTFOUND)
		return rc;
	crypt_random(x->key, sizeof x->key);
	return 0;
}

static int
is_of(const struct erase *x, const char *source, const char *id)
{
	unsigned char hash[TOMBSTONE_HASH];
	size_t i;

	tombstone_hash(x->key, source, id, hash);
	for (i = 0; i < x->nhash; i++)
		if (memcmp(hash, x->hash[i], sizeof hash) == 0)
			return 1;
	return 0;
}

/* Local lines name people by the id of any source. */
int
erase_is(const struct erase *x, const char *source, const char *id)
{
	const struct config *c = x->config;
	size_t i;

	if (x->nhash == 0)
		return 0;
	if (strcmp(source, "local") == 0)
		for (i = 0; i < c->nsource; i++)
			if (is_of(x, c->source[i].name, id))
				return 1;
	return is_of(x, source, id);
}

/* SOURCE/EXTERNAL-ID: find a person who is linked, or was. */
static int
find_by(struct store *s, const char *who, const char *slash, int64_t *num,
    struct err *e)
{
	unsigned char key[TOMBSTONE_KEY], hash[TOMBSTONE_HASH];
	char *source = xstrdup(who);
	size_t slot;
	int rc;

	source[slash - who] = '\0';
	rc = binding_get(s, source, slash + 1, num, &slot, e);
	if (rc == E_NOTFOUND &&
	    (rc = tombstone_key(s, 0, key, e)) == 0) {
		tombstone_hash(key, source, slash + 1, hash);
		rc = tombstone_get(s, hash, num, e);
	}
	free(source);
	return rc == E_NOTFOUND ? err_set(e, rc, "'%s': there is no such "
	    "member", who) : rc;
}

/* Find the member that is meant. */
static int
find(struct store *s, const struct config *c, const char *who,
    struct arena *a, struct member *m, struct err *e)
{
	const char *slash = strchr(who, '/');
	int64_t num;
	int rc;

	rc = slash != NULL ? find_by(s, who, slash, &num, e) :
	    member_find(s, who, &num, e);
	if (rc == E_NOTFOUND && slash == NULL && strchr(who, '@') != NULL)
		return erase_mail(s, c, who, e);
	if (rc == E_NOTFOUND && slash == NULL)
		return binding_unknown(s, who, "member", e);
	return rc != 0 ? rc : member_get(s, num, a, m, e);
}

static int
know(void *ctx, const unsigned char *hash)
{
	erase_know(ctx, hash);
	return 0;
}

/* Find the audit row of the member's earlier erasure, and what is to be
 * kept. */
static int
erased_before(struct erase *x, int64_t seq)
{
	struct audit_row r;
	uint32_t i;
	int rc;

	for (; seq > 0; seq = r.prev < seq ? r.prev : 0) {
		rc = audit_get(x->store, seq, &r, NULL, &x->arena, x->e);
		if (rc < 0 && rc != E_NOTFOUND)
			return rc;
		if (rc == 0 && strcmp(r.kind, "member.erased") == 0 &&
		    r.detail != NULL &&
		    json_parse(&x->json, r.detail, r.detail_len) == 0 &&
		    (i = json_get(&x->json, 0, "before")) != JSON_NONE &&
		    json_int(&x->json, i, &x->before) == 0)
			return 0;
	}
	return err_set(x->e, E_NOTSTORE, "%s: member %s has no links, but the "
	    "audit log does not say that it was erased", store_path(x->store),
	    x->id);
}

/* With -n: as erase_bury() would leave it. */
static int
foresee_bury(struct erase *x, const struct member *m)
{
	unsigned char hash[TOMBSTONE_HASH];
	size_t i;
	int rc;

	if ((rc = erase_key(x)) != 0)
		return rc;
	for (i = 0; i < m->claims.n; i++) {
		tombstone_hash(x->key, m->claims.link[i].source,
		    m->claims.link[i].external_id, hash);
		erase_know(x, hash);
	}
	x->receipt->links = (int64_t)m->claims.n;
	x->before = INT64_MAX;
	return 0;
}

/* Find out by which ids a buried member was known, and up to which row. */
static int
know_buried(struct erase *x)
{
	struct member m;
	int rc;

	if ((rc = member_get(x->store, x->num, &x->arena, &m, x->e)) != 0 ||
	    (rc = erased_before(x, m.audit)) != 0 ||
	    (x->nhash == 0 && (rc = erase_put_back(x)) != 0))
		return rc;
	rc = tombstone_key(x->store, 0, x->key, x->e);
	if (rc == 0)
		rc = tombstone_walk(x->store, x->num, know, x, x->e);
	return rc == E_NOTFOUND ? 0 : rc;
}

static int
take_away(struct erase *x)
{
	int rc;

	/* Deliveries first: those that end later record no answer. */
	if ((rc = erase_deliveries(x)) != 0 || (rc = erase_find(x)) != 0)
		return rc;
	return erase_wipe(x);
}

/* Everything once it is known who it is. */
static int
run(struct erase *x, const struct member *m)
{
	int rc;

	if (m == NULL && x->dry)
		rc = erase_wipe(x);
	else if (m != NULL && m->claims.n > 0 && x->dry)
		rc = (rc = foresee_bury(x, m)) != 0 ? rc : take_away(x);
	else if (m != NULL && m->claims.n > 0 && (rc = erase_bury(x)) != 0)
		return rc;
	else
		rc = (rc = know_buried(x)) != 0 ? rc : take_away(x);
	if (rc != 0)
		return rc;
	if (x->unkept)
		return err_set(x->e, E_NO, "member %s: it was erased by an "
		    "older release and that was lifted, so nothing keeps it "
		    "from coming back", x->id);
	if (x->receipt->left == 0)
		return 0;
	return err_set(x->e, E_NO, "inbox %lld: it waits, and is about other "
	    "people too; settle it (loya-apply -r or -d), then erase again",
	    (long long)x->first_left);
}

void
erase_forget(struct erase *x)
{
	struct erase_list *const all[] = { &x->audit, &x->outbox, &x->event,
	    &x->pending, &x->body, &x->blind, &x->named, &x->named_inbox,
	    &x->loose, &x->loose_inbox, &x->unnamed, &x->told,
	    &x->told_audit };
	size_t i;

	for (i = 0; i < sizeof all / sizeof all[0]; i++) {
		free(all[i]->v);
		memset(all[i], 0, sizeof *all[i]);
	}
	free(x->mark);
	x->mark = NULL;
}

static void
release(struct erase *x)
{
	erase_forget(x);
	free(x->hash);
	json_release(&x->json);
	arena_release(&x->arena);
	crypt_wipe(x->key, sizeof x->key);
}

int
erase_member(struct store *s, const struct config *c, const char *who,
    int dry, struct erase_receipt *r, struct err *e)
{
	struct erase x;
	struct member m;
	int rc;

	memset(r, 0, sizeof *r);
	memset(&x, 0, sizeof x);
	x.store = s;
	x.config = c;
	x.receipt = r;
	x.e = e;
	x.dry = dry;
	rc = find(s, c, who, &x.arena, &m, e);
	if (rc == 0) {
		x.num = m.num;
		memcpy(x.id, m.id, sizeof x.id);
		memcpy(r->member, m.id, sizeof r->member);
		rc = run(&x, &m);
	} else if (rc == E_NOTFOUND && strchr(who, '/') != NULL &&
	    (rc = erase_stranger(&x, who)) == 0) {
		memcpy(r->member, x.id, sizeof r->member);
		rc = run(&x, NULL);
	}
	release(&x);
	return rc;
}

/* Record the lifting, as part of the member's chain. */
static int
record_lift(struct store *s, struct member *m, struct err *e)
{
	struct buf b = { NULL, 0, 0 };
	struct audit_row r;
	int rc;

	buf_adds(&b, "{}");
	rc = erase_record(s, m, "erasure.lifted", &b, &r, e);
	buf_release(&b);
	return rc != 0 ? rc : member_touch(s, m, e);
}

static int
lift(struct store *s, struct member *m, int64_t *n, struct err *e)
{
	int rc;

	if ((rc = tombstone_drop(s, m->num, n, e)) != 0)
		return rc;
	if (*n == 0)
		return err_set(e, E_NO, "member %s: %s", m->id,
		    m->claims.n > 0 ? "was not erased" :
		    "nothing keeps it from coming back");
	return record_lift(s, m, e);
}

static int
count(void *ctx, const unsigned char *hash)
{
	(void)hash;
	++*(int64_t *)ctx;
	return 0;
}

int
erase_lift(struct store *s, const char *who, int dry, char id[ID_TEXT],
    int64_t *n, struct err *e)
{
	struct arena a = { NULL };
	struct member m;
	int rc;

	*n = 0;
	id[0] = '\0';
	rc = dry ? 0 : store_begin(s, STORE_MAIN, e);
	if (rc != 0)
		return rc;
	if ((rc = find(s, NULL, who, &a, &m, e)) == 0) {
		memcpy(id, m.id, ID_TEXT);
		rc = dry ? tombstone_walk(s, m.num, count, n, e) :
		    lift(s, &m, n, e);
	}
	if (!dry)
		rc = store_end(s, STORE_MAIN, rc, e);
	arena_release(&a);
	return rc;
}
