/* The members, one after the other, compared with what the log makes of
 * them. */
#include "common/verify_part.h"

#include <stdlib.h>
#include <string.h>

#include "common/id.h"
#include "common/jsonw.h"
#include "common/member.h"

/* Columns of the walk. */
enum { C_NUM, C_ID, C_CORE, C_HOLD = C_CORE + F_CORE, C_TIER, C_ATTRIBUTES,
    C_DECIDED, C_CLAIMS, C_POINTS, C_AUDIT };

/* The fields that a member has. */
struct fields {
	struct field *f;
	size_t n, cap;
};

static void
add(struct fields *all, const char *name, const char *json, size_t len)
{
	if (all->n == all->cap) {
		all->cap = all->cap * 2 + 32;
		all->f = xrealloc(all->f, all->cap, sizeof *all->f);
	}
	all->f[all->n].name = name;
	all->f[all->n].json = json;
	all->f[all->n++].len = len;
}

/* Add a column of plain text, as canonical JSON. */
static void
add_text(struct verify *v, struct fields *all, const char *name,
    struct stmt *st, int col)
{
	struct jsonw w;
	const char *s;
	size_t n;

	s = stmt_get_text(st, col, &n);
	if (s == NULL)
		return;
	buf_clear(&v->buf);
	jsonw_init(&w, &v->buf);
	jsonw_stringn(&w, s, n);
	add(all, name, arena_dup(&v->arena, v->buf.p, v->buf.len),
	    v->buf.len);
}

static void
add_json(struct verify *v, struct fields *all, const char *name,
    struct stmt *st, int col)
{
	const char *s;
	size_t n;

	s = stmt_get_text(st, col, &n);
	if (s != NULL)
		add(all, name, arena_dup(&v->arena, s, n), n);
}

static void
add_attributes(struct verify *v, struct fields *all, struct stmt *st,
    const char *id)
{
	const char *s, *name, *json;
	size_t n;

	s = stmt_get_text(st, C_ATTRIBUTES, &n);
	if (s == NULL)
		return;
	s = arena_dup(&v->arena, s, n);
	if (json_parse(&v->scratch, s, n) != 0 ||
	    json_type(&v->scratch, 0) != JSON_OBJECT) {
		verify_named(v, "member", id, "attributes is not a JSON "
		    "object");
		return;
	}
	for (JSON_EACH(&v->scratch, 0, k)) {
		name = json_string(&v->scratch, k, &v->arena, NULL);
		json = json_source(&v->scratch, k + 1, &n);
		add(all, name, json, n);
	}
}

static void
read_fields(struct verify *v, struct fields *all, struct stmt *st,
    const char *id)
{
	const char *name;
	int f;

	all->n = 0;
	for (f = 0; f < F_CORE; f++) {
		name = core_field_name((enum core_field)f);
		if (f == F_ADDRESS || f == F_TAGS)
			add_json(v, all, name, st, C_CORE + f);
		else
			add_text(v, all, name, st, C_CORE + f);
	}
	add_attributes(v, all, st, id);
	add_text(v, all, "hold", st, C_HOLD);
	add_text(v, all, "tier", st, C_TIER);
}

/* Check what the fields do not show of the claims: those that lost,
 * versions. */
static void
check_mark(struct verify *v, struct stmt *st, const char *id,
    const struct trail *t)
{
	const char *claims, *decided;
	size_t nclaims, ndecided;
	char mark[CLAIMS_MARK];

	claims = stmt_get_text(st, C_CLAIMS, &nclaims);
	decided = stmt_get_text(st, C_DECIDED, &ndecided);
	if (t->mark == 0 || claims == NULL || decided == NULL)
		return;
	claims_mark(mark, decided, ndecided, claims, nclaims);
	if (verify_mark(&v->sums, mark) != t->mark)
		verify_named(v, "member", id, "claims or decided is not as the "
		    "newest row of audit that changed them left it");
}

/* Check that an erased person is kept from coming back, until that is
 * lifted. */
static int
check_kept(struct verify *v, int64_t num)
{
	static const char sql[] =
	    "SELECT 1 FROM tombstone WHERE member = :num";
	struct stmt *st;
	int rc;

	stmt_int(st = db_stmt(store_db(v->store, STORE_MAIN), sql), 1, num);
	if ((rc = stmt_step(st, v->e)) < 0)
		return rc;
	stmt_reset(st);
	if (rc == 0)
		verify_row(v, "tombstone", num, "is missing: nothing keeps "
		    "this erased member from coming back");
	return 0;
}

/* Compare what holds for any member, also one whose rows were emptied. */
static void
compare_row(struct verify *v, struct stmt *st, const char *id,
    const char *claims, struct trail *t)
{
	if (t->seen)
		verify_named(v, "member", id, "is there twice");
	t->seen = 1;
	if ((uint64_t)stmt_get_int(st, C_AUDIT) != t->last)
		verify_named(v, "member", id, "audit is %lld, but the newest "
		    "row about it is %lld",
		    (long long)stmt_get_int(st, C_AUDIT), (long long)t->last);
	if (stmt_get_int(st, C_POINTS) != t->points)
		verify_named(v, "member", id, "points is %lld, but the ledger "
		    "ends at %lld", (long long)stmt_get_int(st, C_POINTS),
		    (long long)t->points);
	if (t->gone != (strcmp(claims, "[]") == 0))
		verify_named(v, "member", id, t->gone ? "has links, but it was "
		    "erased by row %lld of audit or an earlier one" : "has no "
		    "links; its newest row is %lld", (long long)t->last);
}

/* Compare the member with the log. */
static int
compare(struct verify *v, struct stmt *st, const char *id,
    const char *claims, const struct fields *all)
{
	uint64_t sum = 0, key = verify_trail_key(&v->sums, id, strlen(id));
	struct trail *t;
	size_t i;
	int rc;

	t = verify_trail(v, key, 0);
	if (t == NULL || t->last == 0) {
		verify_named(v, "member", id, "the audit log has no row about "
		    "it");
		return 0;
	}
	compare_row(v, st, id, claims, t);
	if (t->kept && (rc = check_kept(v, stmt_get_int(st, C_NUM))) != 0)
		return rc;
	if (t->erased && !t->gone)
		verify_named(v, "member", id, "rows of audit about it were "
		    "emptied, but none says that it was erased");
	if (t->erased) {
		v->result->unknown++;
		return 0;
	}
	check_mark(v, st, id, t);
	rc = verify_noted(v, key, stmt_get_int(st, C_NUM), id,
	    verify_text(v, st, C_CORE + F_EMAIL));
	if (rc != 0)
		return rc;
	for (i = 0; i < all->n; i++)
		sum += verify_value(&v->sums, all->f[i].name,
		    strlen(all->f[i].name), all->f[i].json, all->f[i].len);
	return sum == t->sum ? 0 : verify_explain(v, id, (int64_t)t->last,
	    all->f, all->n);
}

static int
check_member(struct verify *v, struct stmt *st, struct fields *all,
    uint64_t *links)
{
	struct member_text t = { 0 };
	const char *id;
	int64_t num = stmt_get_int(st, C_NUM);

	v->result->members++;
	id = verify_text(v, st, C_ID);
	if (id == NULL) {
		verify_row(v, "member", num, "has no id");
		return 0;
	}
	if (id_number(id) != num)
		verify_named(v, "member", id, "num does not belong to its id");
	read_fields(v, all, st, id);
	t.claims = stmt_get_text(st, C_CLAIMS, &t.nclaims);
	t.decided = stmt_get_text(st, C_DECIDED, &t.ndecided);
	verify_claims(v, num, id, &t, all->f, all->n, links);
	return compare(v, st, id, t.claims != NULL ? t.claims : "", all);
}

/* Report members that the record names but that do not exist. */
static int
check_lost(struct verify *v)
{
	static const char sql[] = "SELECT member FROM audit WHERE seq = :seq";
	const struct trail *t;
	struct stmt *st;
	size_t i = 0;
	int rc;

	while ((t = slots_each(&v->trail, &i)) != NULL) {
		if (t->seen)
			continue;
		st = db_stmt(store_db(v->store, STORE_MAIN), sql);
		stmt_int(st, 1, (int64_t)t->last);
		if ((rc = stmt_step(st, v->e)) < 0)
			return rc;
		if (rc == 1)
			verify_named(v, "member", stmt_get_text(st, 0, NULL),
			    "is missing: row %lld of audit is about it",
			    (long long)t->last);
		stmt_reset(st);
	}
	return 0;
}

int
verify_members(struct verify *v)
{
	static const char sql[] =
	    "SELECT num, id, given_name, family_name, name, email, "
	    "phone_number, birthdate, locale, zoneinfo, address, status, tags, "
	    "enrolled_at, ended_at, hold, tier, attributes, decided, claims, "
	    "points, audit FROM member ORDER BY num";
	struct fields all = { NULL, 0, 0 };
	struct stmt *st;
	uint64_t links = 0;
	int rc, bad = 0;

	st = db_stmt(store_db(v->store, STORE_MAIN), sql);
	while ((rc = stmt_step(st, v->e)) == 1) {
		bad = check_member(v, st, &all, &links);
		arena_reset(&v->arena);
		if (v->result->members % 1024 == 0)
			verify_progress(v, "member", v->result->members);
		if (bad != 0)
			break;
	}
	stmt_reset(st);
	free(all.f);
	if (rc < 0 || bad != 0)
		return rc < 0 ? rc : bad;
	if ((rc = check_lost(v)) != 0)
		return rc;
	return verify_bindings(v, links);
}
