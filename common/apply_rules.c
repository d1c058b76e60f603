/*
 * When who may decide what, or what is matched by, was changed in the
 * configuration: the members were computed by the old rules, so they are
 * computed again, each change of them recorded with why "authority".
 */
#include "common/apply_work.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "common/crypt.h"

enum { LOST = 64, LOST_NAME = 80 };

struct lost {
	char source[LOST_NAME], field[LOST_NAME];
};

struct pass {
	struct apply *ap;
	int authority, match;
	int64_t changed, owners;	/* members: with another value; with
					 * another owner of one alone */
	struct lost lost[LOST];		/* more than these are not told */
	size_t nlost;
	struct err *e;
};

/* A number that changes when the text does. */
static int64_t
fingerprint(struct apply *ap, const char *text)
{
	struct crypt_part p;

	p.p = text;
	p.len = strlen(text);
	return crypt_shorthash(store_hash_key(ap->store, STORE_MAIN), &p, 1);
}

/*
 * What loya.json says is intended.  But a new source file, or a map that names
 * more fields, can take a field away from its owner, and nobody meant to empty
 * it.
 */
static int
none_lost(const struct apply *ap, const struct member *m,
    const struct difference *d, size_t n, struct err *e)
{
	const char *owner;
	size_t i;

	for (i = 0; i < n && !config_authority_given(ap->config); i++) {
		if (d[i].old == NULL || d[i].new != NULL ||
		    core_field_find(d[i].name, strlen(d[i].name)) == F_CORE)
			continue;
		owner = config_owner(ap->config, d[i].name);
		return err_set(e, E_CONF, "%s/loya.json: has no authority for "
		    "%s; going by the source files %s decides it now, and "
		    "members would lose their value, member %s among "
		    "them", ap->config->dir,
		    d[i].name, owner != NULL ? owner : "nobody", m->id);
	}
	return 0;
}

/* The source that decided a field, according to the decided column;
 * NULL: none. */
static const char *
decider(const struct json *decided, const char *field, const struct member *m)
{
	uint32_t i = json_get(decided, 0, field);
	int64_t link;

	if (i == JSON_NONE || json_int(decided, i, &link) != 0 || link < 0 ||
	    (size_t)link >= m->claims.n)
		return NULL;
	return m->claims.link[link].source;
}

/* Write the fields of a that another source decides in b; those that only b has
 * are left for the call with a and b exchanged.  is_old: a is the old one. */
static void
write_owners(struct apply *ap, struct jsonw *j, const struct json *a,
    const struct json *b, const struct member *m, int is_old)
{
	const char *name, *one, *other;

	for (JSON_EACH(a, 0, k)) {
		name = json_string(a, k, &ap->arena, NULL);
		one = decider(a, name, m);
		other = decider(b, name, m);
		if ((!is_old && other != NULL) || (one != NULL &&
		    other != NULL && strcmp(one, other) == 0))
			continue;
		jsonw_key(j, name);
		jsonw_object(j);
		jsonw_kstring_null(j, "old", is_old ? one : other);
		jsonw_kstring_null(j, "new", is_old ? other : one);
		jsonw_close(j, '}');
	}
}

/* Note a field whose value a source decided that has no say in it any more. */
static void
lost_add(struct pass *p, const char *source, const char *field)
{
	struct lost *l;
	size_t i;

	for (i = 0; i < p->nlost; i++)
		if (strcmp(p->lost[i].source, source) == 0 &&
		    strcmp(p->lost[i].field, field) == 0)
			return;
	if (p->nlost == LOST)
		return;
	l = &p->lost[p->nlost++];
	snprintf(l->source, sizeof l->source, "%s", source);
	snprintf(l->field, sizeof l->field, "%s", field);
}

static void
find_lost(struct pass *p, const struct json *was, const struct member *m)
{
	const char *field, *source;

	for (JSON_EACH(was, 0, k)) {
		field = json_string(was, k, &p->ap->arena, NULL);
		source = decider(was, field, m);
		if (source != NULL &&
		    config_rank(p->ap->config, field, source) < 0)
			lost_add(p, source, field);
	}
}

/* What a member is by the present rules, how that differs, and its texts. */
struct anew {
	struct profile profile;
	struct difference *d;
	size_t n;
	struct member_text old;		/* decided alone */
	struct member_text text;
};

/* Write who decides what now: "owner":{"email":{"old":"hr","new":"crm"}}. */
static int
owners(struct pass *p, struct jsonw *j, const struct member *m,
    const struct anew *x, struct err *e)
{
	const struct member_text *old = &x->old, *new = &x->text;
	struct json was = { 0 }, is = { 0 };
	int rc = 0;

	if (json_parse(&was, old->decided, old->ndecided) != 0 ||
	    json_parse(&is, new->decided, new->ndecided) != 0) {
		rc = err_set(e, E_NOTSTORE, "member %s: decided is not JSON",
		    m->id);
		goto out;
	}
	jsonw_key(j, "owner");
	jsonw_object(j);
	write_owners(p->ap, j, &was, &is, m, 1);
	write_owners(p->ap, j, &is, &was, m, 0);
	jsonw_close(j, '}');
	find_lost(p, &was, m);
out:
	json_release(&was);
	json_release(&is);
	return rc;
}

static int
work_out(struct apply *ap, const struct member *m, struct anew *x,
    struct err *e)
{
	struct buf b = { NULL, 0, 0 };

	decide_profile(&m->claims, &ap->view, &ap->arena, &x->profile);
	decide_diff(&m->profile, &x->profile, &ap->arena, &x->d, &x->n);
	member_text(&x->text, &x->profile, &m->claims, &ap->arena, &b);
	buf_release(&b);
	return member_decided(ap->store, m->num, &ap->arena, &x->old.decided,
	    &x->old.ndecided, e);
}

/* Whether neither a value nor who decides it is different. */
static int
is_same(const struct anew *x)
{
	return x->n == 0 && x->old.ndecided == x->text.ndecided &&
	    memcmp(x->old.decided, x->text.decided, x->text.ndecided) == 0;
}

/* Add the row to the record. */
static int
record_anew(struct pass *p, struct member *m, const struct anew *x,
    struct err *e)
{
	static const struct row nobody;
	char mark[CLAIMS_MARK];
	struct record r;
	struct jsonw j;
	struct work w;
	int rc;

	memset(&w, 0, sizeof w);
	w.ap = p->ap;
	w.row = &nobody;
	w.now = clock_now();
	w.e = e;
	memset(&r, 0, sizeof r);
	r.type = x->n == 0 ? "member.unchanged" :
	    record_type(decide_outcome(&m->profile, &x->profile));
	r.member = m->id;
	r.prev = m->audit;
	claims_mark(mark, x->text.decided, x->text.ndecided, x->text.claims,
	    x->text.nclaims);
	r.mark = mark;
	record_begin(&w, &j, NULL);
	jsonw_kstring(&j, "why", "authority");
	decide_changes(x->d, x->n, &j);
	if ((rc = owners(p, &j, m, x, e)) != 0)
		return rc;
	return record_end(&w, &j, &r, &m->audit);
}

/* Recompute a member by the present rules. */
static int
recompute(struct pass *p, struct member *m, struct err *e)
{
	struct apply *ap = p->ap;
	struct anew x;
	int rc;

	if ((rc = work_out(ap, m, &x, e)) != 0 || is_same(&x) ||
	    (rc = none_lost(ap, m, x.d, x.n, e)) != 0 ||
	    (rc = record_anew(p, m, &x, e)) != 0)
		return rc;
	m->profile = x.profile;
	p->changed += x.n > 0;
	p->owners += x.n == 0;
	rc = member_put(ap->store, m, &x.text, e);
	return rc != 0 || p->match ? rc :
	    match_note(ap, m->num, x.d, x.n, &m->profile, e);
}

/* Index all of a member's fields for matching again. */
static int
reindex(struct apply *ap, const struct member *m, struct err *e)
{
	struct profile nobody;
	struct difference *d;
	size_t n;

	memset(&nobody, 0, sizeof nobody);
	decide_diff(&nobody, &m->profile, &ap->arena, &d, &n);
	return match_note(ap, m->num, d, n, &m->profile, e);
}

static int
one(void *ctx, int64_t num)
{
	struct pass *p = ctx;
	struct member m;
	int rc;

	rc = member_get(p->ap->store, num, &p->ap->arena, &m, p->e);
	/* Nobody says anything about a member that was erased any more. */
	if (rc == 0 && p->authority && m.claims.n > 0)
		rc = recompute(p, &m, p->e);
	if (rc == 0 && p->match)
		rc = reindex(p->ap, &m, p->e);
	arena_reset(&p->ap->arena);
	return rc;
}

/*
 * Sources that have links must be configured.  Otherwise members would be
 * computed as if these sources had never said anything, and a suspended member
 * would become active.  A folder that is not mounted, or a forgotten -c, must
 * not do that.
 */
static int
all_there(struct apply *ap, struct err *e)
{
	const char *name = "";
	int rc;

	while ((rc = binding_source(ap->store, name, &ap->arena, &name,
	    e)) == 0 && name != NULL)
		if (strcmp(name, "local") != 0 &&
		    config_source(ap->config, name) == NULL)
			return err_set(e, E_CONF, "%s/sources/%s.json: is not "
			    "there, but members are linked to %s; keep the "
			    "file of a source that is no longer used",
			    ap->config->dir, name, name);
	return rc;
}

/*
 * A fingerprint of the match rules and of the release that built the index: an
 * earlier one did not index what a change of authority made of a member, and
 * its store has to be gone through once.
 */
static int64_t
match_print(struct apply *ap)
{
	struct buf b = { NULL, 0, 0 };
	int64_t n;

	buf_adds(&b, config_match_text(ap->config));
	buf_adds(&b, " authority noted");
	n = fingerprint(ap, buf_str(&b));
	buf_release(&b);
	return n;
}

/* Tell people, once it is committed, what a change of authority has done. */
static void
tell(const struct pass *p)
{
	struct buf *b = &p->ap->news;
	char n[2 * BUF_DECIMAL + 80];
	size_t i, k;

	snprintf(n, sizeof n, "authority was changed: members with other "
	    "values: %" PRId64 ", with other owners only: %" PRId64,
	    p->changed, p->owners);
	buf_add(b, n, strlen(n) + 1);
	for (i = 0; i < p->nlost; i++) {
		/* One line per source, at its first field. */
		for (k = 0; k < i; k++)
			if (strcmp(p->lost[k].source, p->lost[i].source) == 0)
				break;
		if (k < i)
			continue;
		buf_adds(b, "source ");
		buf_adds(b, p->lost[i].source);
		buf_adds(b, ": it no longer decides ");
		for (k = i; k < p->nlost; k++) {
			if (strcmp(p->lost[k].source, p->lost[i].source) != 0)
				continue;
			buf_adds(b, k > i ? ", " : "");
			buf_adds(b, p->lost[k].field);
		}
		buf_addc(b, '\0');
	}
}

static int
differs(struct apply *ap, const char *rules, int64_t print)
{
	int64_t was;

	return store_meta_get(ap->store, STORE_MAIN, rules, &was) != 0 ||
	    was != print;
}

/* Whether these are the files from before, although the members are in line
 * with others: two processes with different folders would go through all
 * members in turn for ever. */
static int
is_other(const struct apply *ap, int64_t authority, int64_t match)
{
	return ap->outdated && authority == ap->authority &&
	    match == ap->match;
}

/* Inside a transaction: walk the members if a fingerprint differs from the
 * one that is noted, and note it. */
int
apply_rules(struct apply *ap, struct err *e)
{
	struct pass p = { .ap = ap, .e = e };
	int64_t authority, match, was;
	int rc, known;

	authority = fingerprint(ap, config_authority_text(ap->config));
	match = match_print(ap);
	known = store_meta_get(ap->store, STORE_MAIN, "authority", &was) == 0;
	p.authority = !known || was != authority;
	p.match = differs(ap, "match", match);
	if ((p.authority || p.match) && is_other(ap, authority, match))
		return err_set(e, E_CONF, "%s: another loya-apply has since "
		    "applied different rules to the members; these files are "
		    "out of date",
		    ap->config->dir);
	ap->authority = authority;
	ap->match = match;
	ap->outdated = 0;
	if (!p.authority && !p.match)
		return 0;
	/* Indexing what the members already are needs no source. */
	if ((p.authority && (rc = all_there(ap, e)) != 0) ||
	    (rc = member_walk(ap->store, one, &p, e)) != 0 ||
	    (rc = store_meta_put(ap->store, STORE_MAIN, "authority",
	    authority, e)) != 0)
		return rc;
	if (known && p.authority)
		tell(&p);
	return store_meta_put(ap->store, STORE_MAIN, "match", match, e);
}

int
apply_rules_kept(struct apply *ap, struct err *e)
{
	if (!ap->ready || ap->dry ||
	    (!differs(ap, "authority", ap->authority) &&
	    !differs(ap, "match", ap->match)))
		return 0;
	ap->outdated = 1;
	return err_set(e, E_CONF, "%s: another loya-apply has since applied "
	    "different rules to the members; the files that were read are out "
	    "of date",
	    ap->config->dir);
}

int
apply_is_outdated(const struct apply *ap)
{
	return ap->outdated;
}
