/*
 * A person who never was a member: events name them, and wait, or were refused.
 * The erasure makes a member that is closed and empty from its first row on, to
 * which the tombstone and all later records belong, as with everybody else who
 * was erased.
 */
#include "common/erase_inner.h"

#include <stdlib.h>
#include <string.h>

#include "common/audit.h"
#include "common/clock.h"
#include "common/id.h"
#include "common/inbox.h"
#include "common/jsonw.h"
#include "common/progress.h"

static int
know(struct erase *x, const char *source, const char *id)
{
	unsigned char hash[TOMBSTONE_HASH];
	int rc;

	if ((rc = erase_key(x)) != 0)
		return rc;
	tombstone_hash(x->key, source, id, hash);
	erase_know(x, hash);
	return 0;
}

/* Nothing names the person: it may be a typing error, or an event may come in a
 * moment. */
static int
unknown(struct erase *x, const char *who)
{
	int64_t last = inbox_last(x->store, x->e);

	if (last < 0)
		return (int)last;
	if (last > x->last)
		return err_set(x->e, E_NOTFOUND, "'%s': there is no such "
		    "member and no event names it; events after inbox %lld "
		    "have not been looked at yet (loya-apply -b)", who,
		    (long long)x->last);
	return err_set(x->e, E_NOTFOUND, "'%s': there is no such member and no "
	    "event names it", who);
}

/* The first audit row of the member. */
static int
record(struct erase *x, struct member *m)
{
	struct buf b = { NULL, 0, 0 };
	struct audit_row r;
	struct jsonw w;
	int64_t before;
	int rc;

	if ((before = audit_next(x->store, x->e)) < 0)
		return (int)before;
	jsonw_init(&w, &b);
	jsonw_object(&w);
	jsonw_kint(&w, "before", before);
	jsonw_key(&w, "enrolled");
	jsonw_bool(&w, 0);
	jsonw_close(&w, '}');
	rc = erase_record(x->store, m, "member.erased", &b, &r, x->e);
	buf_release(&b);
	return rc;
}

/* Check again, with the lock held, that nobody is known by the id. */
static int
still_unknown(struct erase *x, const char *source, const char *id)
{
	unsigned char hash[TOMBSTONE_HASH];
	int64_t num;
	size_t slot;
	int rc;

	if ((rc = tombstone_key(x->store, 1, x->key, x->e)) != 0)
		return rc;
	tombstone_hash(x->key, source, id, hash);
	rc = binding_get(x->store, source, id, &num, &slot, x->e);
	if (rc == E_NOTFOUND)
		rc = tombstone_get(x->store, hash, &num, x->e);
	if (rc == 0)
		return err_set(x->e, E_BUSY, "'%s/%s': became a member "
		    "meanwhile; erase it again", source, id);
	return rc == E_NOTFOUND ? 0 : rc;
}

static int
bury(struct erase *x, const char *source, const char *id)
{
	struct member m;
	int64_t last;
	int rc;

	memset(&m, 0, sizeof m);
	if ((rc = still_unknown(x, source, id)) != 0)
		return rc;
	if ((last = member_last(x->store, x->e)) < 0)
		return (int)last;
	id_after(last);
	id_new(clock_now(), m.id);
	m.num = x->num = id_number(m.id);
	memcpy(x->id, m.id, sizeof x->id);
	x->nhash = 0;
	/* Each step needs the one before: tombstones need their member, and the
	 * row that lists them needs the tombstones. */
	if ((rc = record(x, &m)) != 0 ||
	    (rc = member_add_empty(x->store, &m, x->e)) != 0 ||
	    (rc = erase_bury_id(x, source, id)) != 0 ||
	    (rc = erase_keep(x, &m)) != 0)
		return rc;
	return member_touch(x->store, &m, x->e);
}

/* What is to be removed is looked for again afterwards: more may have come
 * before the tombstone was there. */
static int
bury_now(struct erase *x, const char *source, const char *id)
{
	int rc;

	erase_forget(x);
	x->receipt->left = 0;
	if ((rc = store_begin(x->store, STORE_MAIN, x->e)) != 0)
		return rc;
	return store_end(x->store, STORE_MAIN, bury(x, source, id), x->e);
}

/* Whether anything names the person. */
static int
is_named(struct erase *x, const char *source, const char *id)
{
	int64_t seq;

	if (x->event.n > 0 || x->body.n > 0 || x->audit.n > 0 ||
	    x->blind.n > 0 || x->receipt->left > 0)
		return 1;
	seq = pending_next(x->store, source, id, 0, x->e);
	return seq < 0 ? (int)seq : seq > 0;
}

int
erase_stranger(struct erase *x, const char *who)
{
	const char *slash = strchr(who, '/');
	char *source = xstrdup(who);
	int rc;

	source[slash - who] = '\0';
	x->before = INT64_MAX;
	if ((rc = know(x, source, slash + 1)) == 0 &&
	    (rc = erase_find(x)) == 0 &&
	    (rc = is_named(x, source, slash + 1)) == 0)
		rc = unknown(x, who);
	if (rc > 0)
		rc = x->dry ? (x->receipt->links = 1, 0) :
		    bury_now(x, source, slash + 1);
	free(source);
	return rc;
}
