/* An event does not bring back a person who was erased. */
#include "common/apply_work.h"

int
apply_tombstones(struct apply *ap, struct err *e)
{
	int rc;

	if ((rc = tombstone_any(ap->store, e)) < 0)
		return rc;
	ap->erasures = rc;
	if (rc == 0)
		return 0;
	rc = tombstone_key(ap->store, 0, ap->tombstone_key, e);
	return rc != E_NOTFOUND ? rc : err_set(e, E_NOTSTORE,
	    "%s: its tombstone_key is missing", store_path(ap->store));
}

/* Whether a source's id belonged to a person who was erased: 1 and *num.  If a
 * member is linked by it now, the person has come back, whatever else was
 * erased. */
static int
was(struct work *w, const char *source, const char *id, int64_t *num)
{
	unsigned char hash[TOMBSTONE_HASH];
	int64_t here;
	size_t slot;
	int rc;

	tombstone_hash(w->ap->tombstone_key, source, id, hash);
	if ((rc = tombstone_get(w->ap->store, hash, num, w->e)) != 0)
		return rc == E_NOTFOUND ? 0 : rc;
	rc = binding_get(w->ap->store, source, id, &here, &slot, w->e);
	return rc == E_NOTFOUND ? 1 : rc;
}

int
apply_was_erased(struct work *w, const char *id)
{
	int64_t num;

	return w->ap->erasures ? was(w, w->row->source, id, &num) : 0;
}

/* A hold may name a person by the id of any source. */
static int
was_anybodys(struct work *w, const char *id, int64_t *num)
{
	const struct config *c = w->ap->config;
	size_t i;
	int rc = 0;

	for (i = 0; i < c->nsource && rc == 0; i++)
		rc = was(w, c->source[i].name, id, num);
	return rc;
}

static int
find(struct work *w, const struct change *c, int64_t *num)
{
	int rc;

	if (c->kind == CHANGE_SNAPSHOT)
		return 0;
	if (c->member != NULL) {
		rc = member_find(w->ap->store, c->member, num, w->e);
		return rc == E_NOTFOUND ? 0 : rc != 0 ? rc :
		    member_erased(w->ap->store, *num, w->e);
	}
	if (!w->ap->erasures || c->external_id == NULL)
		return 0;
	return c->kind == CHANGE_HOLD ? was_anybodys(w, c->external_id, num) :
	    was(w, w->row->source, c->external_id, num);
}

int
apply_erased(struct work *w, const struct change *c)
{
	struct member m;
	int64_t num;
	int rc;

	if ((rc = find(w, c, &num)) != 1)
		return rc;
	if ((rc = member_get(w->ap->store, num, &w->ap->arena, &m,
	    w->e)) != 0)
		return rc;
	/* By no id of a source's: the record is not to know it again. */
	rc = record_refusal(w, EV_HELD, "erased", "this person was erased; "
	    "erase the member again to take the event away, or lift it "
	    "(loya-audit erase -u) and try again (loya-apply -r)", NULL, &m);
	return rc != 0 ? rc : 1;
}
