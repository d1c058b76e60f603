/* Claims against the fields they decided, and against the bindings. */
#include "common/verify_part.h"

#include <string.h>

#include "common/crypt.h"
#include "common/member.h"

/* All bindings and all links in all claims must add up to the same number. */
static uint64_t
link_hash(struct verify *v, int64_t num, int64_t slot, const char *source,
    const char *external_id, int64_t from, int64_t to)
{
	const int64_t n[] = { num, slot, from, to };
	const struct crypt_part part[] = { { n, sizeof n },
	    { source, strlen(source) + 1 },
	    { external_id, strlen(external_id) } };

	return (uint64_t)crypt_shorthash(v->sums.key, part, 3);
}

static const struct field *
field(const struct field *f, size_t n, const char *name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(f[i].name, name) == 0)
			return &f[i];
	return NULL;
}

/* Check a field that a link decided: it must have the value that the link
 * claims; a status that the link clears is as if nobody had spoken of it. */
static void
check_decided(struct verify *v, const char *id, const char *name,
    const struct link *l, const struct field *f)
{
	static const char null[] = "null", active[] = "\"active\"";
	const struct claim *c;
	const char *want, *have = f != NULL ? f->json : null;
	size_t nwant, nhave = f != NULL ? f->len : 4;

	if (strcmp(name, "status") == 0) {
		claims_status(l, &c, &want, &nwant);
		if (want != NULL && nwant == 4 && memcmp(want, null, 4) == 0) {
			want = active;
			nwant = sizeof active - 1;
		}
	} else {
		c = claims_field(l, claims_order(name), name);
		want = c != NULL ? c->json : NULL;
		nwant = c != NULL ? c->len : 0;
	}
	if (want == NULL)
		verify_named(v, "member", id, "decided names a link for %s "
		    "that claims nothing about it", name);
	else if (nwant != nhave || memcmp(want, have, nwant) != 0)
		verify_named(v, "member", id, "%s is not what the claim of "
		    "%s says", name, l->source);
}

/* Whether a field may have a value that no link decided: the programme's own,
 * and a status that nobody spoke of (active, or closed if the member was erased
 * and has no links). */
static int
may_stand_alone(const struct field *f, size_t links)
{
	static const char active[] = "\"active\"", closed[] = "\"closed\"";

	/* Both words have the same length. */
	return strcmp(f->name, "hold") == 0 || strcmp(f->name, "tier") == 0 ||
	    (strcmp(f->name, "status") == 0 && f->len == sizeof active - 1 &&
	    memcmp(f->json, links == 0 ? closed : active, f->len) == 0);
}

static void
check_fields(struct verify *v, const char *id, const struct claims *c,
    const struct member_text *t, const struct field *f, size_t n)
{
	const char *name;
	int64_t link;
	size_t i;

	if (t->decided == NULL ||
	    json_parse(&v->scratch, t->decided, t->ndecided) != 0 ||
	    json_type(&v->scratch, 0) != JSON_OBJECT) {
		verify_named(v, "member", id, "decided is not a JSON object");
		return;
	}
	for (JSON_EACH(&v->scratch, 0, k)) {
		name = json_string(&v->scratch, k, &v->arena, NULL);
		if (json_int(&v->scratch, k + 1, &link) != 0 || link < 0 ||
		    (size_t)link >= c->n)
			verify_named(v, "member", id, "decided names a link "
			    "for %s that is not there", name);
		else
			check_decided(v, id, name, &c->link[link],
			    field(f, n, name));
	}
	for (i = 0; i < n; i++)
		if (!may_stand_alone(&f[i], c->n) &&
		    json_get(&v->scratch, 0, f[i].name) == JSON_NONE)
			verify_named(v, "member", id, "%s has a value, but "
			    "decided names no link that gave it", f[i].name);
}

void
verify_claims(struct verify *v, int64_t num, const char *id,
    const struct member_text *t, const struct field *f, size_t n,
    uint64_t *sum)
{
	const char *text = t->claims;
	struct claims c;
	size_t i;

	if (text != NULL)
		text = arena_dup(&v->arena, text, t->nclaims);
	if (text == NULL || claims_parse(&c, text, t->nclaims, &v->arena,
	    &v->scratch) != 0) {
		verify_named(v, "member", id, "claims cannot be understood");
		return;
	}
	for (i = 0; i < c.n; i++)
		*sum += link_hash(v, num, (int64_t)i, c.link[i].source,
		    c.link[i].external_id, c.link[i].from_at,
		    c.link[i].to_at);
	check_fields(v, id, &c, t, f, n);
}

/* Report each binding that the claims of its member do not have. */
static int
find_in_claims(struct verify *v)
{
	static const char sql[] =
	    "SELECT b.source || '/' || b.external_id FROM binding b "
	    "LEFT JOIN member m ON m.num = b.member WHERE m.num IS NULL OR "
	    "CASE WHEN b.slot < 0 THEN 1 WHEN json_valid(m.claims) THEN "
	    "json_extract(m.claims, '$[' || b.slot || '].source') "
	    "IS NOT b.source OR "
	    "json_extract(m.claims, '$[' || b.slot || '].external_id') "
	    "IS NOT b.external_id OR "
	    "json_extract(m.claims, '$[' || b.slot || '].from') "
	    "IS NOT b.from_at OR "
	    "json_extract(m.claims, '$[' || b.slot || '].to') "
	    "IS NOT b.to_at END";
	struct stmt *st;
	int rc;

	st = db_stmt(store_db(v->store, STORE_MAIN), sql);
	while ((rc = stmt_step(st, v->e)) == 1)
		verify_named(v, "binding", stmt_get_text(st, 0, NULL),
		    "the member's claims have no such link at that place");
	return rc;
}

/* Report each link of the claims that is not among the bindings. */
static int
find_in_bindings(struct verify *v)
{
	static const char sql[] =
	    "SELECT m.id, j.value ->> 'source' || '/' || "
	    "(j.value ->> 'external_id') FROM member m, "
	    "json_each(CASE WHEN json_valid(m.claims) THEN m.claims "
	    "ELSE '[]' END) j WHERE NOT EXISTS (SELECT 1 FROM binding b "
	    "WHERE b.source = j.value ->> 'source' "
	    "AND b.external_id = j.value ->> 'external_id' "
	    "AND b.member = m.num AND b.slot = j.key "
	    "AND b.from_at IS j.value ->> 'from' "
	    "AND b.to_at IS j.value ->> 'to')";
	struct stmt *st;
	const char *link;
	int rc;

	st = db_stmt(store_db(v->store, STORE_MAIN), sql);
	while ((rc = stmt_step(st, v->e)) == 1) {
		link = stmt_get_text(st, 1, NULL);
		verify_named(v, "member", stmt_get_text(st, 0, NULL),
		    "its claims have a link '%s' that no binding agrees with",
		    link != NULL ? link : "?");
	}
	return rc;
}

/* The sums of bindings and claims differ: find out where. */
static int
find_faults(struct verify *v)
{
	int64_t before = v->result->faults;
	int rc;

	if ((rc = find_in_claims(v)) < 0)
		return rc;
	rc = find_in_bindings(v);
	if (rc == 0 && v->result->faults == before)
		verify_named(v, "binding", "-", "does not agree with the "
		    "claims of the members");
	return rc;
}

/* A link in force has to_at NULL: a 0 there is not the same, because loya-apply
 * would pass that link over. */
int
verify_bindings(struct verify *v, uint64_t sum)
{
	static const char sql[] = "SELECT source, external_id, member, slot, "
	    "from_at, CASE to_at WHEN 0 THEN -1 ELSE coalesce(to_at, 0) END "
	    "FROM binding";
	struct stmt *st;
	int rc;

	st = db_stmt(store_db(v->store, STORE_MAIN), sql);
	while ((rc = stmt_step(st, v->e)) == 1)
		sum -= link_hash(v, stmt_get_int(st, 2), stmt_get_int(st, 3),
		    verify_text(v, st, 0), verify_text(v, st, 1),
		    stmt_get_int(st, 4), stmt_get_int(st, 5));
	if (rc < 0 || sum == 0)
		return rc;
	return find_faults(v);
}
