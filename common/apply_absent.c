/*
 * Finding out who is missing from a complete snapshot.  The links of its source
 * are looked through in order, a slice per transaction, and the position is
 * kept with the snapshot: first to count, because the snapshot may not be
 * believable at all; then to act.  Who is out of use is not looked for, and
 * whoever is not known yet cannot be; if an event says later that they were in
 * use before, they are looked for afterwards.
 */
#include "common/apply_work.h"

#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "common/inbox.h"

/* Links in a slice: for each a page of member is read, even if all were
 * named. */
enum { LINKS = 2500 };

/* About as long as a transaction may work (loya-store(5)). */
static const int64_t enough = 10000;

struct absent {
	struct work w;
	struct row row;		/* the end of the snapshot */
	struct snapshot s;
	struct arena arena;	/* what a slice needs */
	const struct source *source;
	int64_t start;
};

/* What a link is to a snapshot. */
enum lack {
	LACK_NOT,		/* named, or something came after it began */
	LACK_KNOWN,		/* out of use anyway, or listed before */
	LACK_FRESH
};

struct candidate {
	struct member m;
	struct change c;
	struct decision d;
	size_t slot;
	int denied;		/* the status is not its source's to decide */
};

static int
out_of_use(const struct link *l)
{
	const struct claim *by;
	const char *status;
	size_t len;

	return claims_status(l, &by, &status, &len) &&
	    member_status_out_of_use(status, len);
}

/* Whether it was already listed, and nothing about it has come since. */
static int
listed(const struct link *l, int64_t at)
{
	size_t i;

	for (i = 0; i < l->nevent; i++)
		if (l->event[i].seq > at)
			return 0;
	return at != 0;
}

static int
look(struct absent *b, const struct unnamed *u, struct candidate *k,
    enum lack *lack)
{
	struct apply *ap = b->w.ap;
	const struct link *l;
	struct receipt r;
	int rc;

	memset(k, 0, sizeof *k);
	*lack = LACK_KNOWN;
	rc = member_get(ap->store, u->num, &ap->arena, &k->m, b->w.e);
	if (rc != 0 || u->slot >= k->m.claims.n)
		return rc;
	l = &k->m.claims.link[u->slot];
	if (!claims_is_record(&k->m.claims, l) || out_of_use(l) ||
	    (!u->has && listed(l, u->listed)))
		return 0;
	if (u->has) {
		*lack = LACK_NOT;
		return 0;
	}
	k->slot = u->slot;
	k->c.kind = CHANGE_MEMBER;
	k->c.external_id = u->external_id;
	k->c.version.text = "";
	k->c.missing = 1;
	k->c.snapshot = b->s.id;
	memset(&r, 0, sizeof r);
	r.source = b->s.source;
	r.external_id = u->external_id;
	r.seq = r.snapshot_seq = b->s.begin;
	decide(&k->m.claims, &k->m.profile, u->slot, &k->c, &r, &ap->view,
	    &ap->arena, &k->d);
	k->denied = k->d.outcome == OUTCOME_DENIED;
	*lack = k->d.outcome == OUTCOME_SUPERSEDED ? LACK_NOT : LACK_FRESH;
	return 0;
}

/* Only report it. */
static int
list(struct absent *b, struct candidate *k)
{
	struct work *w = &b->w;
	struct record r;
	struct jsonw j;
	int rc;

	memset(&r, 0, sizeof r);
	r.type = "member.missing";
	r.member = k->m.id;
	r.prev = k->m.audit;
	record_begin(w, &j, k->c.external_id);
	jsonw_kstring(&j, "snapshot", b->s.id);
	if ((rc = record_end(w, &j, &r, &k->m.audit)) != 0 ||
	    (rc = member_touch(w->ap->store, &k->m, w->e)) != 0)
		return rc;
	return binding_listed(w->ap->store, b->s.source, k->c.external_id,
	    b->s.begin, w->e);
}

static int
act(struct absent *b, struct candidate *k)
{
	int rc;

	rc = apply_snapshot_repair(&b->w, &b->s);
	if (rc != 0)
		return rc;
	return b->source != NULL && !k->denied &&
	    b->source->snapshot.missing == MISSING_SUSPEND ?
	    apply_decided(&b->w, &k->c, &k->m, k->slot, &k->d) : list(b, k);
}

static int
one(struct absent *b, const struct unnamed *u)
{
	struct candidate k;
	enum lack lack;
	int rc;

	rc = look(b, u, &k, &lack);
	if (rc == 0 && lack == LACK_FRESH && b->s.state == SNAPSHOT_ACTING)
		rc = act(b, &k);
	b->s.missing += lack == LACK_FRESH;
	b->s.present += lack == LACK_NOT;
	arena_reset(&b->w.ap->arena);
	return rc;
}

/* Take a slice of links.  *ended: there are no more after it. */
static int
slice(struct absent *b, int *ended)
{
	struct unnamed_links l;
	size_t i;
	int rc;

	if ((rc = binding_unnamed(b->w.ap->store, b->s.source, b->s.position,
	    b->s.num, LINKS, &b->arena, &l, b->w.e)) != 0)
		return rc;
	for (i = 0; i < l.n; i++) {
		if ((rc = one(b, &l.link[i])) != 0)
			return rc;
		if (clock_mono() - b->start > enough && i + 1 < l.n) {
			l.last = l.link[i].external_id;
			l.named = l.link[i].named;
			break;
		}
	}
	*ended = l.last == NULL;
	b->s.present += l.named;
	if (l.last != NULL)
		b->s.position = l.last;
	return 0;
}

/* Whether it is plausible that this many are missing. */
static int
believe(struct absent *b)
{
	int64_t before = b->s.present + b->s.missing;
	double least = b->source != NULL ? b->source->snapshot.least : 1;
	char detail[200];

	if (b->s.forced || (double)b->s.present >= least * (double)before) {
		b->s.state = SNAPSHOT_ACTING;
		return 0;
	}
	b->s.state = SNAPSHOT_REFUSED;
	b->w.turn = TURN_AGAIN;
	snprintf(detail, sizeof detail, "it has %lld of %lld records, less "
	    "than %g of them", (long long)b->s.present, (long long)before,
	    least);
	return apply_snapshot_refuse(&b->w, &b->s, EV_REFUSED, "shrunken",
	    detail);
}

static int
done(struct absent *b)
{
	struct record r;
	struct jsonw j;
	int64_t seq;

	b->s.state = SNAPSHOT_DONE;
	b->s.position = "";
	memset(&r, 0, sizeof r);
	r.type = "snapshot.complete";
	r.quiet = 1;
	record_begin(&b->w, &j, NULL);
	jsonw_kstring(&j, "snapshot", b->s.id);
	jsonw_kint(&j, "present", b->s.present);
	jsonw_kint(&j, "missing", b->s.missing);
	return record_end(&b->w, &j, &r, &seq);
}

static int
turn(struct absent *b)
{
	int rc, ended;

	if ((rc = slice(b, &ended)) != 0)
		return rc;
	if (ended && (b->s.state == SNAPSHOT_ACTING || b->s.missing == 0)) {
		if ((rc = done(b)) != 0)
			return rc;
	} else if (ended) {
		if ((rc = believe(b)) != 0)
			return rc;
		b->s.position = "";
		if (b->s.state == SNAPSHOT_ACTING)
			b->s.present = b->s.missing = 0;
		else if ((rc = event_put(b->w.ap->store, b->s.end, EV_REFUSED,
		    0, "shrunken", b->w.e)) != 0)
			return rc;
	}
	return snapshot_put(b->w.ap->store, &b->s, b->w.e);
}

int64_t
apply_absent_skipped(const struct work *w, const struct change *c,
    const struct claims *old, const struct decision *d)
{
	if (c->effective_at > w->row->received_at ||
	    out_of_use(&d->claims.link[d->link]))
		return -1;
	if (d->link < old->n)
		return out_of_use(&old->link[d->link]) ? 0 : -1;
	return c->snapshot == NULL ? w->row->seq :
	    snapshot_place(w->snapshot.begin, w->row->seq);
}

int
apply_absent_late(struct work *w, const char *external_id, int64_t member,
    size_t slot, int64_t after)
{
	struct unnamed u = { .external_id = external_id, .num = member,
	    .slot = slot };
	struct absent b = { .w = *w };
	struct candidate k;
	enum lack lack;
	int rc;

	b.source = config_source(w->ap->config, w->row->source);
	if (b.source == NULL || b.source->snapshot.missing != MISSING_SUSPEND)
		return 0;
	rc = snapshot_without(w->ap->store, w->row->source, external_id,
	    after, &b.arena, &b.s, w->e);
	if (rc == 1) {
		b.w.row = &b.row;
		b.w.turn = TURN_FIRST;
		rc = inbox_get(w->ap->store, b.s.end, &b.arena, &b.row, w->e);
		if (rc == 0)
			rc = look(&b, &u, &k, &lack);
		if (rc == 0 && lack == LACK_FRESH && !k.denied)
			rc = act(&b, &k);
	}
	arena_release(&b.arena);
	return rc;
}

int
apply_absent(struct apply *ap, int *did, struct err *e)
{
	struct absent b;
	int rc;

	memset(&b, 0, sizeof b);
	rc = snapshot_next(ap->store, &b.arena, &b.s, e);
	if (rc == 1) {
		b.w.ap = ap;
		b.w.row = &b.row;
		b.w.now = clock_now();
		b.w.e = e;
		b.start = clock_mono();
		b.source = config_source(ap->config, b.s.source);
		rc = inbox_get(ap->store, b.s.end, &b.arena, &b.row, e);
		if (rc == 0)
			rc = turn(&b);
		++*did;
	}
	arena_release(&b.arena);
	return rc;
}
