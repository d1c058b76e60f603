/* Holds: the programme's own block on a member. */
#include "common/apply_work.h"

#include <string.h>

/* Find the member of a hold: it is named by its id, or by an external id by
 * which one source, and only one, knows somebody. */
static int
hold_whom(struct work *w, const struct change *c, int64_t *num)
{
	const struct config *config = w->ap->config;
	int64_t other;
	size_t i, slot;
	int rc, found = 0;

	if (c->external_id == NULL)
		return apply_whom(w, c, num, &slot);
	for (i = 0; i < config->nsource; i++) {
		rc = binding_get(w->ap->store, config->source[i].name,
		    c->external_id, &other, &slot, w->e);
		if (rc != 0 && rc != E_NOTFOUND)
			return rc;
		if (rc == 0 && found && other != *num)
			return E_NO;
		if (rc == 0) {
			*num = other;
			found = 1;
		}
	}
	return found ? 0 : E_NOTFOUND;
}

/* List each source that knows somebody by this id, and whom. */
static int
refuse_ambiguous(struct work *w, const struct change *c)
{
	const struct config *config = w->ap->config;
	const char *name;
	struct member m;
	struct jsonw j;
	int64_t num;
	size_t i, slot;
	int rc;

	record_refusal_begin(w, &j, "ambiguous", "this id is a different "
	    "member in each of several sources; name the "
	    "member", change_id(c));
	jsonw_key(&j, "candidates");
	jsonw_array(&j);
	for (i = 0; i < config->nsource; i++) {
		name = config->source[i].name;
		rc = binding_get(w->ap->store, name, c->external_id, &num,
		    &slot, w->e);
		if (rc == E_NOTFOUND)
			continue;
		if (rc != 0 || (rc = member_get(w->ap->store, num,
		    &w->ap->arena, &m, w->e)) != 0)
			return rc;
		jsonw_object(&j);
		jsonw_kstring(&j, "member", m.id);
		jsonw_kstring(&j, "source", name);
		jsonw_close(&j, '}');
	}
	jsonw_close(&j, ']');
	return record_refusal_end(w, &j, EV_REFUSED, "ambiguous", NULL);
}

/* The difference that it makes; its values are in json. */
static void
differ(const char *old, const char *new, struct buf *json,
    struct difference *d)
{
	struct jsonw w;

	memset(d, 0, sizeof *d);
	d->name = "hold";
	jsonw_init(&w, json);
	if (old != NULL)
		jsonw_string(&w, old);
	d->old_len = json->len;
	jsonw_init(&w, json);
	if (new != NULL)
		jsonw_string(&w, new);
	d->new_len = json->len - d->old_len;
	d->old = old != NULL ? json->p : NULL;
	d->new = new != NULL ? json->p + d->old_len : NULL;
}

int
apply_hold(struct work *w, const struct change *c)
{
	struct difference d;
	struct buf json = { NULL, 0, 0 };
	struct member m;
	struct record r;
	struct jsonw j;
	int64_t num;
	int rc, same;

	rc = hold_whom(w, c, &num);
	if (rc == E_NO)
		return refuse_ambiguous(w, c);
	if (rc == E_NOTFOUND)
		return record_refusal(w, EV_REFUSED, "unknown_member",
		    "no member has this id", change_id(c), NULL);
	if (rc != 0 || (rc = member_get(w->ap->store, num, &w->ap->arena, &m,
	    w->e)) != 0)
		return rc;
	memset(&r, 0, sizeof r);
	same = c->hold == NULL ? m.hold == NULL :
	    m.hold != NULL && strcmp(m.hold, c->hold) == 0;
	r.type = same ? "member.unchanged" : "member.updated";
	r.member = m.id;
	r.prev = m.audit;
	differ(m.hold, c->hold, &json, &d);
	record_begin(w, &j, change_id(c));
	decide_changes(&d, !same, &j);
	rc = record_end(w, &j, &r, &m.audit);
	buf_release(&json);
	m.hold = c->hold;
	return rc != 0 ? rc : member_touch(w->ap->store, &m, w->e);
}
