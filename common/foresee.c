#include "common/foresee.h"

#include <string.h>

#include "common/jsonw.h"
#include "common/notice.h"
#include "common/snapshot.h"

/* Find whom it is about: 0 also if that is nobody yet. */
static int
look_up(struct foreseen *f, struct store *s, const struct row *r,
    const struct change *c, struct arena *a)
{
	struct err e;
	int64_t num;
	int rc;

	rc = binding_get(s, r->source, c->external_id, &num, &f->slot, &e);
	if (rc == E_NOTFOUND)
		return 0;
	if (rc != 0 || (rc = member_get(s, num, a, &f->m, &e)) != 0)
		return rc;
	f->is = 1;
	if (f->slot >= f->m.claims.n)
		f->slot = f->m.claims.n;
	return 0;
}

static void
write_detail(struct foreseen *f, const struct change *c, struct arena *a,
    struct buf *scratch)
{
	struct jsonw w;

	buf_clear(scratch);
	jsonw_init(&w, scratch);
	jsonw_object(&w);
	jsonw_kstring(&w, "external_id", c->external_id);
	decide_detail(&f->d, c, NULL, 0, &w);
	f->open = scratch->len;
	jsonw_kstring(&w, NOTICE_MARK, f->mark);
	jsonw_close(&w, '}');
	f->detail.len = scratch->len;
	f->detail.p = arena_dup(a, scratch->p, scratch->len);
	audit_seal(&f->seal, f->detail.p, f->detail.len);
}

const struct foreseen *
foresee(struct store *s, int64_t seen, const struct row *r,
    const struct change *c, const struct authority_view *av, struct arena *a,
    struct buf *scratch)
{
	struct receipt receipt;
	struct foreseen *f;
	struct err e;

	if (c->kind != CHANGE_MEMBER || c->external_id == NULL ||
	    c->effective_at > r->received_at)
		return NULL;
	f = arena_alloc(a, sizeof *f);
	memset(f, 0, sizeof *f);
	f->seen = seen;
	if (look_up(f, s, r, c, a) != 0 || snapshot_place_of(s, r->source,
	    c->snapshot, r->seq, &f->snapshot_seq, &e) != 0)
		return NULL;
	memset(&receipt, 0, sizeof receipt);
	receipt.source = r->source;
	receipt.external_id = c->external_id;
	receipt.seq = r->seq;
	receipt.received_at = r->received_at;
	receipt.snapshot_seq = f->snapshot_seq;
	decide(&f->m.claims, &f->m.profile, f->slot, c, &receipt, av, a,
	    &f->d);
	member_text(&f->text, &f->d.profile, &f->d.claims, a, scratch);
	claims_mark(f->mark, f->text.decided, f->text.ndecided,
	    f->text.claims, f->text.nclaims);
	write_detail(f, c, a, scratch);
	return f;
}

int
foresee_holds(const struct foreseen *f, struct store *s, const struct row *r,
    const struct change *c, int64_t begin)
{
	return (c->snapshot == NULL ||
	    f->snapshot_seq == snapshot_place(begin, r->seq)) &&
	    binding_as_seen(s, f->seen, r->source, c->external_id) &&
	    (!f->is || member_as_seen(s, f->seen, f->m.num));
}
