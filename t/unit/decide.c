/* The decision: a table of single cases, and random histories in any order. */
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/decide.h"
#include "t/unit/tap.h"

/* Who may decide: "hr" owns all but email, which "crm" owns before "hr";
 * "shop" is asked last for tags only. */
static int
rank(const void *ctx, const char *field, const char *source)
{
	(void)ctx;
	if (strcmp(field, "email") == 0)
		return strcmp(source, "crm") == 0 ? 0 :
		    strcmp(source, "hr") == 0 ? 1 : -1;
	if (strcmp(field, "tags") == 0 && strcmp(source, "shop") == 0)
		return 2;
	return strcmp(source, "hr") == 0 ? 0 :
	    strcmp(source, "crm") == 0 ? 1 : -1;
}

static const struct authority_view view = { rank, NULL };

/* One member: what is stored, and how it got there. */
struct state {
	struct claims claims;
	struct profile profile;
	struct arena arena;	/* never reset: tests are short */
};

struct said {
	const char *source, *id;
	int64_t seq, version;	/* 0: none; below it: a time instead */
	const char *field[4];	/* name, json, name, json */
	int deleted;		/* MISSING: from the snapshot at seq; BACK and
				 * more: found after it passed for gone as of
				 * so much more */
	int64_t snapshot_seq;
};

enum { MISSING = 2, BACK = 10 };

static void
say_to(struct state *s, const struct said *m, struct decision *d)
{
	struct field f[2];
	struct change c;
	struct receipt r;
	size_t i, link;

	memset(&c, 0, sizeof c);
	memset(&r, 0, sizeof r);
	c.external_id = m->id;
	c.version.given = m->version > 0;
	c.version.num = m->version < 0 ? -m->version : m->version;
	c.time = m->version < 0 ? -m->version : 0;
	c.version.text = "";
	c.back.given = 1;
	c.back.num = m->deleted >= BACK ? m->deleted - BACK : 0;
	c.back.text = "";
	c.deleted = m->deleted == 1;
	c.missing = m->deleted == MISSING;
	c.field = f;
	for (i = 0; i < 2 && m->field[2 * i] != NULL; i++) {
		f[i].name = m->field[2 * i];
		f[i].json = m->field[2 * i + 1];
		f[i].len = strlen(f[i].json);
		c.nfield++;
	}
	r.source = m->source;
	r.external_id = m->id;
	r.seq = m->seq;
	r.received_at = m->seq * 1000;
	r.snapshot_seq = m->snapshot_seq;
	for (link = 0; link < s->claims.n; link++)
		if (strcmp(s->claims.link[link].source, m->source) == 0 &&
		    strcmp(s->claims.link[link].external_id, m->id) == 0)
			break;
	/* A missing record must not make its link begin earlier. */
	if (c.missing)
		r.received_at = link < s->claims.n ? 0 : INT64_MAX;
	decide(&s->claims, &s->profile, link, &c, &r, &view, &s->arena, d);
	if (d->outcome == OUTCOME_DENIED)
		return;
	s->claims = d->claims;
	s->profile = d->profile;
}

static const char *
core(const struct state *s, enum core_field f)
{
	static char out[4][64];
	static int k;

	k = (k + 1) % 4;
	snprintf(out[k], sizeof out[k], "%.*s",
	    (int)s->profile.core[f].len, s->profile.core[f].json != NULL ?
	    s->profile.core[f].json : "");
	return out[k];
}

/* A history, the outcome of its last event, and the value of one field then. */
static const struct {
	const char *what;
	struct said said[4];
	enum outcome outcome;
	enum core_field field;
	const char *value;
} cases[] = {
	{ "a first word enrols", {
	    { "hr", "1", 1, 5, { "name", "\"A\"" }, 0, 0 } },
	    OUTCOME_ENROLLED, F_NAME, "\"A\"" },
	{ "no status was given: active", {
	    { "hr", "1", 1, 5, { "name", "\"A\"" }, 0, 0 } },
	    OUTCOME_ENROLLED, F_STATUS, "\"active\"" },
	{ "a newer version wins", {
	    { "hr", "1", 1, 5, { "name", "\"A\"" }, 0, 0 },
	    { "hr", "1", 2, 6, { "name", "\"B\"" }, 0, 0 } },
	    OUTCOME_UPDATED, F_NAME, "\"B\"" },
	{ "an older version is superseded", {
	    { "hr", "1", 1, 5, { "name", "\"A\"" }, 0, 0 },
	    { "hr", "1", 2, 4, { "name", "\"B\"" }, 0, 0 } },
	    OUTCOME_SUPERSEDED, F_NAME, "\"A\"" },
	{ "an older version still fills in what was not said", {
	    { "hr", "1", 1, 5, { "name", "\"A\"" }, 0, 0 },
	    { "hr", "1", 2, 4, { "name", "\"B\"", "locale", "\"de\"" }, 0,
	    0 } }, OUTCOME_UPDATED, F_LOCALE, "\"de\"" },
	{ "which is not a change where there was nothing", {
	    { "hr", "1", 1, 5, { "name", "\"A\"" }, 0, 0 },
	    { "hr", "1", 2, 4, { "name", "\"B\"", "locale", "null" }, 0,
	    0 } }, OUTCOME_UNCHANGED, F_NAME, "\"A\"" },
	{ "equal versions go by receipt", {
	    { "hr", "1", 1, 5, { "name", "\"A\"" }, 0, 0 },
	    { "hr", "1", 2, 5, { "name", "\"B\"" }, 0, 0 } },
	    OUTCOME_UPDATED, F_NAME, "\"B\"" },
	{ "the same event again is unchanged", {
	    { "hr", "1", 1, 5, { "name", "\"A\"" }, 0, 0 },
	    { "hr", "1", 1, 5, { "name", "\"A\"" }, 0, 0 } },
	    OUTCOME_UNCHANGED, F_NAME, "\"A\"" },
	{ "the same event again, whose word has come due since, says it", {
	    { "hr", "1", 1, 5, { "name", "\"A\"" }, 0, 0 },
	    { "hr", "1", 1, 5, { "name", "\"B\"" }, 0, 0 } },
	    OUTCOME_UPDATED, F_NAME, "\"B\"" },
	{ "a row of an earlier snapshot that comes later is superseded", {
	    { "hr", "1", 20, 5, { "name", "\"A\"" }, 0, 15 },
	    { "hr", "1", 21, 5, { "name", "\"B\"" }, 0, 10 } },
	    OUTCOME_SUPERSEDED, F_NAME, "\"A\"" },
	{ "null clears", {
	    { "hr", "1", 1, 5, { "name", "\"A\"" }, 0, 0 },
	    { "hr", "1", 2, 6, { "name", "null" }, 0, 0 } },
	    OUTCOME_UPDATED, F_NAME, "" },
	{ "status suspended suspends", {
	    { "hr", "1", 1, 5, { "status", "\"active\"" }, 0, 0 },
	    { "hr", "1", 2, 6, { "status", "\"suspended\"" }, 0, 0 } },
	    OUTCOME_SUSPENDED, F_STATUS, "\"suspended\"" },
	{ "and active again reactivates", {
	    { "hr", "1", 1, 5, { "status", "\"suspended\"" }, 0, 0 },
	    { "hr", "1", 2, 6, { "status", "\"active\"" }, 0, 0 } },
	    OUTCOME_REACTIVATED, F_STATUS, "\"active\"" },
	{ "who was pending is active for the first time", {
	    { "hr", "1", 1, 5, { "status", "\"pending\"" }, 0, 0 },
	    { "hr", "1", 2, 6, { "status", "\"active\"" }, 0, 0 } },
	    OUTCOME_UPDATED, F_STATUS, "\"active\"" },
	{ "a deleted record closes", {
	    { "hr", "1", 1, 5, { "status", "\"active\"" }, 0, 0 },
	    { "hr", "1", 2, 6, { NULL }, 1, 0 } },
	    OUTCOME_CLOSED, F_STATUS, "\"closed\"" },
	{ "an older deletion is superseded", {
	    { "hr", "1", 1, 5, { "status", "\"active\"" }, 0, 0 },
	    { "hr", "1", 2, 4, { NULL }, 1, 0 } },
	    OUTCOME_SUPERSEDED, F_STATUS, "\"active\"" },
	{ "a newer event says that the record is there after all", {
	    { "hr", "1", 1, 5, { "name", "\"A\"" }, 0, 0 },
	    { "hr", "1", 2, 6, { NULL }, 1, 0 },
	    { "hr", "1", 3, 7, { "locale", "\"de\"" }, 0, 0 } },
	    OUTCOME_REACTIVATED, F_STATUS, "\"active\"" },
	{ "the owner's word goes before another's", {
	    { "hr", "1", 1, 5, { "email", "\"a@hr\"" }, 0, 0 },
	    { "crm", "9", 2, 1, { "email", "\"a@crm\"" }, 0, 0 } },
	    OUTCOME_UPDATED, F_EMAIL, "\"a@crm\"" },
	{ "a lower source's word is kept but does not show", {
	    { "crm", "9", 1, 1, { "email", "\"a@crm\"" }, 0, 0 },
	    { "hr", "1", 2, 5, { "email", "\"a@hr\"" }, 0, 0 } },
	    OUTCOME_UNCHANGED, F_EMAIL, "\"a@crm\"" },
	{ "the owner's null goes before another's word too", {
	    { "hr", "1", 1, 5, { "email", "\"a@hr\"" }, 0, 0 },
	    { "crm", "9", 2, 1, { "email", "null" }, 0, 0 } },
	    OUTCOME_UPDATED, F_EMAIL, "" },
	{ "a source that is not in the list changes nothing", {
	    { "hr", "1", 1, 5, { "name", "\"A\"" }, 0, 0 },
	    { "shop", "x", 2, 9, { "name", "\"B\"" }, 0, 0 } },
	    OUTCOME_DENIED, F_NAME, "\"A\"" },
	{ "two employments: active if any is", {
	    { "hr", "1", 1, 5, { "status", "\"active\"" }, 0, 0 },
	    { "hr", "2", 2, 6, { "status", "\"suspended\"" }, 0, 0 } },
	    OUTCOME_UNCHANGED, F_STATUS, "\"active\"" },
	{ "two employments: pending is more than suspended", {
	    { "hr", "1", 1, 5, { "status", "\"suspended\"" }, 0, 0 },
	    { "hr", "2", 2, 6, { "status", "\"pending\"" }, 0, 0 } },
	    OUTCOME_UPDATED, F_STATUS, "\"pending\"" },
	{ "whichever is said last", {
	    { "hr", "1", 1, 5, { "status", "\"pending\"" }, 0, 0 },
	    { "hr", "2", 2, 6, { "status", "\"suspended\"" }, 0, 0 } },
	    OUTCOME_UNCHANGED, F_STATUS, "\"pending\"" },
	{ "a snapshot row does not beat an event that came meanwhile", {
	    { "hr", "1", 1, 5, { "name", "\"A\"" }, 0, 0 },
	    { "hr", "1", 3, 6, { "name", "\"B\"" }, 0, 0 },
	    { "hr", "1", 4, 7, { "name", "\"C\"" }, 0, 2 } },
	    OUTCOME_SUPERSEDED, F_NAME, "\"B\"" },
	{ "a snapshot row without version repairs what came before", {
	    { "hr", "1", 1, 5, { "name", "\"A\"" }, 0, 0 },
	    { "hr", "1", 4, 0, { "name", "\"C\"" }, 0, 2 } },
	    OUTCOME_UPDATED, F_NAME, "\"C\"" },
	{ "one with a time does where that is not older", {
	    { "hr", "1", 1, -50, { "name", "\"A\"" }, 0, 0 },
	    { "hr", "1", 4, -40, { "name", "\"C\"" }, 0, 2 } },
	    OUTCOME_SUPERSEDED, F_NAME, "\"A\"" },
	{ "an event that came meanwhile beats a row that was applied before", {
	    { "hr", "1", 1, 5, { "name", "\"A\"" }, 0, 0 },
	    { "hr", "1", 4, 7, { "name", "\"C\"" }, 0, 2 },
	    { "hr", "1", 5, 6, { "name", "\"B\"" }, 0, 0 } },
	    OUTCOME_UPDATED, F_NAME, "\"B\"" },
	{ "also one without version that was received before the row", {
	    { "hr", "1", 1, 5, { "name", "\"A\"" }, 0, 0 },
	    { "hr", "1", 4, 0, { "name", "\"C\"" }, 0, 2 },
	    { "hr", "1", 3, 6, { "name", "\"B\"" }, 0, 0 } },
	    OUTCOME_UPDATED, F_NAME, "\"B\"" },
	{ "but not one that is older than what the source had said before", {
	    { "hr", "1", 1, 5, { "name", "\"A\"" }, 0, 0 },
	    { "hr", "1", 4, 7, { "name", "\"C\"" }, 0, 2 },
	    { "hr", "1", 5, 4, { "name", "\"B\"" }, 0, 0 } },
	    OUTCOME_SUPERSEDED, F_NAME, "\"C\"" },
	{ "nor when another row came meanwhile", {
	    { "hr", "1", 1, 5, { "name", "\"A\"" }, 0, 0 },
	    { "hr", "1", 4, 7, { "name", "\"C\"" }, 0, 2 },
	    { "hr", "1", 9, 8, { "name", "\"D\"" }, 0, 8 },
	    { "hr", "1", 10, 4, { "name", "\"B\"" }, 0, 0 } },
	    OUTCOME_SUPERSEDED, F_NAME, "\"D\"" },
	{ "what came before a row and is applied after it, twice", {
	    { "hr", "1", 4, 0, { "name", "\"C\"" }, 0, 3 },
	    { "hr", "1", 2, 5, { "name", "\"B\"" }, 0, 0 },
	    { "hr", "1", 2, 5, { "name", "\"B\"" }, 0, 0 } },
	    OUTCOME_SUPERSEDED, F_NAME, "\"C\"" },
	{ "a row that is older than an event from before is superseded", {
	    { "hr", "1", 1, 5, { "name", "\"A\"" }, 0, 0 },
	    { "hr", "1", 4, 4, { "name", "\"C\"" }, 0, 2 } },
	    OUTCOME_SUPERSEDED, F_NAME, "\"A\"" },
	{ "a row that stands twice: the newer version, whichever comes last", {
	    { "hr", "1", 4, 7, { "name", "\"B\"" }, 0, 2 },
	    { "hr", "1", 5, 6, { "name", "\"A\"" }, 0, 2 } },
	    OUTCOME_SUPERSEDED, F_NAME, "\"B\"" },
	{ "a record that is missing is suspended", {
	    { "hr", "1", 1, 5, { "status", "\"active\"" }, 0, 0 },
	    { "hr", "1", 2, 0, { NULL }, MISSING, 2 } },
	    OUTCOME_SUSPENDED, F_STATUS, "\"suspended\"" },
	{ "one that was closed stays closed", {
	    { "hr", "1", 1, 5, { "status", "\"closed\"" }, 0, 0 },
	    { "hr", "1", 2, 0, { NULL }, MISSING, 2 } },
	    OUTCOME_UNCHANGED, F_STATUS, "\"closed\"" },
	{ "any event after the snapshot began brings it back", {
	    { "hr", "1", 1, 5, { "status", "\"active\"" }, 0, 0 },
	    { "hr", "1", 2, 0, { NULL }, MISSING, 2 },
	    { "hr", "1", 3, 6, { "name", "\"A\"" }, 0, 0 } },
	    OUTCOME_REACTIVATED, F_STATUS, "\"active\"" },
	{ "and is not gone over when it came first", {
	    { "hr", "1", 1, 5, { "status", "\"active\"" }, 0, 0 },
	    { "hr", "1", 3, 6, { "name", "\"A\"" }, 0, 0 },
	    { "hr", "1", 2, 0, { NULL }, MISSING, 2 } },
	    OUTCOME_SUPERSEDED, F_STATUS, "\"active\"" },
	{ "an event from before it does not", {
	    { "hr", "1", 1, 5, { "status", "\"active\"" }, 0, 0 },
	    { "hr", "1", 3, 0, { NULL }, MISSING, 3 },
	    { "hr", "1", 2, 6, { "name", "\"A\"" }, 0, 0 } },
	    OUTCOME_UPDATED, F_STATUS, "\"suspended\"" },
	{ "nor does a late one", {
	    { "hr", "1", 1, 5, { "status", "\"active\"" }, 0, 0 },
	    { "hr", "1", 2, 0, { NULL }, MISSING, 2 },
	    { "hr", "1", 3, 4, { "name", "\"A\"" }, 0, 0 } },
	    OUTCOME_UPDATED, F_STATUS, "\"suspended\"" },
	{ "a row of the next snapshot does", {
	    { "hr", "1", 1, 5, { "status", "\"active\"" }, 0, 0 },
	    { "hr", "1", 2, 0, { NULL }, MISSING, 2 },
	    { "hr", "1", 9, 4, { "name", "\"A\"" }, 0, 8 } },
	    OUTCOME_REACTIVATED, F_STATUS, "\"active\"" },
	{ "a record that is gone is not there when it is missing", {
	    { "hr", "1", 1, 5, { NULL }, 1, 0 },
	    { "hr", "1", 2, 0, { NULL }, MISSING, 2 } },
	    OUTCOME_UNCHANGED, F_STATUS, "\"closed\"" },
	{ "an older removal than one that a row beats is over, whichever comes "
	    "first", {
	    { "hr", "1", 4, 5, { "name", "\"A\"" }, 0, 3 },
	    { "hr", "1", 5, 2, { NULL }, 1, 0 },
	    { "hr", "1", 2, 5, { NULL }, 1, 0 } },
	    OUTCOME_REACTIVATED, F_STATUS, "\"active\"" },
	{ "or last", {
	    { "hr", "1", 4, 5, { "name", "\"A\"" }, 0, 3 },
	    { "hr", "1", 2, 5, { NULL }, 1, 0 },
	    { "hr", "1", 5, 2, { NULL }, 1, 0 } },
	    OUTCOME_SUPERSEDED, F_STATUS, "\"active\"" },
	{ "a record that was not found is there once it is found", {
	    { "hr", "1", 1, 5, { "name", "\"A\"" }, 0, 0 },
	    { "hr", "1", 2, 9, { NULL }, 1, 0 },
	    { "hr", "1", 3, 6, { "name", "\"B\"" }, BACK + 9, 0 } },
	    OUTCOME_REACTIVATED, F_STATUS, "\"active\"" },
	{ "whichever comes first", {
	    { "hr", "1", 1, 5, { "name", "\"A\"" }, 0, 0 },
	    { "hr", "1", 3, 6, { "name", "\"B\"" }, BACK + 9, 0 },
	    { "hr", "1", 2, 9, { NULL }, 1, 0 } },
	    OUTCOME_SUPERSEDED, F_STATUS, "\"active\"" },
	{ "also in a snapshot that began after that", {
	    { "hr", "1", 1, 5, { "name", "\"A\"" }, 0, 0 },
	    { "hr", "1", 2, 9, { NULL }, 1, 0 },
	    { "hr", "1", 4, 5, { "name", "\"A\"" }, BACK + 9, 3 } },
	    OUTCOME_REACTIVATED, F_STATUS, "\"active\"" },
	{ "its fields are as old as its version", {
	    { "hr", "1", 2, 9, { NULL }, 1, 0 },
	    { "hr", "1", 3, 6, { "name", "\"B\"" }, BACK + 9, 0 },
	    { "hr", "1", 4, 7, { "name", "\"C\"" }, 0, 0 } },
	    OUTCOME_UPDATED, F_NAME, "\"C\"" },
	{ "a deletion from before is over", {
	    { "hr", "1", 2, 9, { NULL }, 1, 0 },
	    { "hr", "1", 3, 6, { "name", "\"B\"" }, BACK + 9, 0 },
	    { "hr", "1", 4, 8, { NULL }, 1, 0 } },
	    OUTCOME_SUPERSEDED, F_STATUS, "\"active\"" },
	{ "but one that came behind counts", {
	    { "hr", "1", 2, 9, { NULL }, 1, 0 },
	    { "hr", "1", 3, 6, { "name", "\"B\"" }, BACK + 9, 0 },
	    { "hr", "1", 4, 10, { NULL }, 1, 0 } },
	    OUTCOME_CLOSED, F_STATUS, "\"closed\"" },
	{ "what a source may not decide it cannot miss", {
	    { "hr", "1", 1, 5, { "tags", "[]" }, 0, 0 },
	    { "shop", "x", 2, 5, { "tags", "[]" }, 0, 0 },
	    { "shop", "x", 3, 0, { NULL }, MISSING, 3 } },
	    OUTCOME_DENIED, F_STATUS, "\"active\"" },
};

static void
table(void)
{
	struct state s;
	struct decision d;
	size_t i, k;

	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		memset(&s, 0, sizeof s);
		for (k = 0; k < 4 && cases[i].said[k].source != NULL; k++)
			say_to(&s, &cases[i].said[k], &d);
		is_int(d.outcome, cases[i].outcome, "%s", cases[i].what);
		is_str(core(&s, cases[i].field), cases[i].value,
		    "%s: the value", cases[i].what);
		arena_release(&s.arena);
	}
}

/* A tie is noted with the claim until something newer comes. */
static void
ties(void)
{
	static const struct said said[] = {
		{ "hr", "1", 1, 5, { "name", "\"A\"" }, 0, 0 },
		{ "hr", "1", 2, 5, { "name", "\"B\"" }, 0, 0 },
		{ "hr", "1", 4, 6, { "name", "\"C\"" }, 0, 0 },
		{ "hr", "1", 3, 6, { "name", "\"D\"" }, 0, 0 } };
	static const int tie[] = { 0, 1, 0, 1 };
	const struct claim *c;
	struct state s;
	struct decision d;
	size_t i;

	memset(&s, 0, sizeof s);
	for (i = 0; i < 4; i++) {
		say_to(&s, &said[i], &d);
		c = claims_field(&s.claims.link[0], claims_order("name"),
		    "name");
		is_int(c->tie, tie[i], "version %d is %s",
		    (int)said[i].version, tie[i] ? "a tie" : "no tie");
		is_int(d.claims_changed, 1, "which is to be stored");
	}
	arena_release(&s.arena);
}

/* Two records of one source; a claim that is too old makes no tie. */
static void
ties_of_links(void)
{
	static const struct said said[] = {
		{ "hr", "1", 1, 6, { "name", "\"A\"" }, 0, 0 },
		{ "hr", "2", 2, 6, { "name", "\"B\"" }, 0, 0 },
		{ "hr", "2", 3, 5, { "name", "\"C\"" }, 0, 0 } };
	static const size_t ties[] = { 0, 1, 0 };
	struct state s;
	struct decision d;
	size_t i;

	memset(&s, 0, sizeof s);
	for (i = 0; i < 3; i++) {
		say_to(&s, &said[i], &d);
		is_int((int)d.ntie, (int)ties[i], "two records: name %s",
		    said[i].field[1]);
	}
	arena_release(&s.arena);
}

static unsigned seed;

static unsigned
chance(unsigned n)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 16) % n;
}

static const char *const value[] = {
	"\"a\"", "\"b\"", "\"c\"", "null", "\"active\"", "\"suspended\"",
	"\"closed\"", "\"pending\""
};

enum { SAID = 7 };

/* Some of them become the rows of a snapshot that began at one of them.
 * That one then says that the link is missing, which counts if no row
 * is about it. */
static void
snapshot(struct said *m, size_t n)
{
	size_t i, begin = chance((unsigned)n);
	int bare = chance(3) == 0;

	memset(m[begin].field, 0, sizeof m[begin].field);
	m[begin].deleted = MISSING;
	m[begin].version = 0;
	m[begin].snapshot_seq = m[begin].seq;
	for (i = 0; i < n; i++) {
		if (i == begin || chance(3) != 0)
			continue;
		m[i].snapshot_seq = m[begin].seq;
		/* A source gives versions always or never. */
		if (bare)
			m[i].version = 0;
	}
}

/* Some of a record that passed for gone, each asked for after that: a row of
 * the snapshot only if this began behind it. */
static void
found_later(struct said *m, size_t n)
{
	size_t i, k;

	for (i = 0; i < n; i++)
		for (k = i + 1; k < n; k++)
			if (m[i].deleted == 1 && m[i].snapshot_seq == 0 &&
			    m[k].source == m[i].source &&
			    strcmp(m[k].id, m[i].id) == 0 && !m[k].deleted &&
			    (m[k].snapshot_seq == 0 ||
			    m[k].snapshot_seq > m[i].seq) && chance(3) != 0)
				m[k].deleted = BACK + (int)m[i].version;
}

/* Some come in pairs in one body: with versions of their own if they are about
 * one record; under one version the order in the body counts. */
static void
together(struct said *m, size_t n)
{
	size_t i;

	for (i = 1; i < n; i += 2) {
		if (chance(2) == 0)
			continue;
		if (m[i].source != m[i - 1].source || chance(2) == 0) {
			m[i].source = m[i - 1].source;
			m[i].id = m[i - 1].id;
		}
		m[i].seq = m[i - 1].seq;
		if (m[i].version == m[i - 1].version)
			m[i].version++;
	}
}

/* n events of three sources about one person.  Versions are drawn from few, so
 * that ties happen; links of one source occur twice. */
static size_t
history(struct said *m, size_t n)
{
	static const char *const name[] =
	    { "name", "email", "tags", "status", "grade" };
	static const char *const source[] = { "hr", "crm", "shop", "hr" };
	static const char *const id[] = { "1", "9", "x", "2" };
	size_t i;
	unsigned k, f;

	for (i = 0; i < n; i++) {
		memset(&m[i], 0, sizeof m[i]);
		k = chance(4);
		m[i].source = source[k];
		m[i].id = id[k];
		m[i].seq = (int64_t)i + 1;
		m[i].version = 1 + chance((unsigned)n);
		m[i].deleted = chance(8) == 0;
		for (f = 0; f < chance(3); f++) {
			m[i].field[2 * f] = name[(chance(3) + 2 * f) % 5];
			m[i].field[2 * f + 1] = strcmp(m[i].field[2 * f],
			    "status") == 0 ? value[4 + chance(4)] :
			    value[chance(4)];
		}
		if (m[i].field[0] != NULL && m[i].field[2] != NULL &&
		    strcmp(m[i].field[0], m[i].field[2]) == 0)
			m[i].field[2] = NULL;
	}
	if (chance(2) == 0)
		snapshot(m, n);
	else if (chance(2) == 0)
		together(m, n);
	else
		found_later(m, n);
	return n;
}

/* Everything that is stored, with links in a fixed order. */
static void
dump(const struct state *s, struct buf *b)
{
	struct claims sorted;
	struct link *l = NULL, t;
	size_t i, k;
	int f;

	buf_clear(b);
	sorted.n = s->claims.n;
	if (sorted.n > 0) {
		l = xcalloc(sorted.n, sizeof *l);
		memcpy(l, s->claims.link, sorted.n * sizeof *l);
	}
	for (i = 0; i < sorted.n; i++)
		for (k = i + 1; k < sorted.n; k++)
			if (strcmp(l[i].external_id, l[k].external_id) > 0) {
				t = l[i];
				l[i] = l[k];
				l[k] = t;
			}
	sorted.link = l;
	claims_write(b, &sorted);
	for (f = 0; f < F_CORE; f++) {
		buf_addc(b, ' ');
		buf_add(b, s->profile.core[f].json, s->profile.core[f].len);
	}
	for (i = 0; i < s->profile.nattr; i++) {
		buf_adds(b, s->profile.attr[i].name);
		buf_add(b, s->profile.attr[i].json, s->profile.attr[i].len);
	}
	buf_str(b);
	free(l);
}

/* Apply in this order, some of them again, and dump what is left. */
static void
play(const struct said *m, const size_t *order, size_t n, struct buf *b)
{
	struct state s;
	struct decision d;
	size_t i;

	memset(&s, 0, sizeof s);
	for (i = 0; i < n; i++) {
		say_to(&s, &m[order[i]], &d);
		if (chance(3) == 0)
			say_to(&s, &m[order[chance((unsigned)i + 1)]], &d);
	}
	dump(&s, b);
	arena_release(&s.arena);
}

/* The next permutation in lexicographic order; 0 when that was the last. */
static int
permute(size_t *p, size_t n)
{
	size_t i, k, t;

	for (i = n - 1; i > 0 && p[i - 1] > p[i]; i--)
		;
	if (i == 0)
		return 0;
	for (k = n - 1; p[k] < p[i - 1]; k--)
		;
	t = p[k], p[k] = p[i - 1], p[i - 1] = t;
	for (k = n - 1; i < k; i++, k--)
		t = p[k], p[k] = p[i], p[i] = t;
	return 1;
}

/* A record is known to be gone or missing from a snapshot only when everything
 * before the snapshot's begin is applied; later events may be applied before
 * it. */
static int
possible(const struct said *m, const size_t *order, size_t n)
{
	size_t i, k;

	for (i = 0; i < n; i++)
		if (m[order[i]].deleted && m[order[i]].deleted < BACK)
			for (k = i + 1; k < n; k++)
				if (m[order[k]].seq <
				    m[order[i]].snapshot_seq)
					return 0;
	return 1;
}

static void
random_histories(void)
{
	struct said m[SAID];
	struct buf want = { NULL, 0, 0 }, got = { NULL, 0, 0 };
	size_t order[SAID], i, n;
	int round, tried = 0, bad = 0;

	for (round = 0; round < 150 && bad == 0; round++) {
		seed = (unsigned)round;
		n = history(m, round % 3 == 0 ? 6 : 5);
		for (i = 0; i < n; i++)
			order[i] = i;
		play(m, order, n, &want);
		do {
			if (!possible(m, order, n))
				continue;
			play(m, order, n, &got);
			tried++;
			if (strcmp(got.p, want.p) != 0) {
				bad++;
				printf("# history %d\n#  got %s\n# want %s\n",
				    round, got.p, want.p);
			}
		} while (bad == 0 && permute(order, n));
	}
	is_int(bad, 0, "%d orders of 150 histories, with repeats, end alike",
	    tried);
	buf_release(&want);
	buf_release(&got);
}

/* Which fields of the last event are decided by another claim. */
static void
outranked(void)
{
	static const struct {
		const char *what;
		struct said said[2];
		const char *names;
	} t[] = {
		{ "a lower source's word is outranked", {
		    { "crm", "9", 1, 1, { "email", "\"a\"", "name", "\"A\"" },
		    0, 0 },
		    { "hr", "1", 2, 5, { "email", "\"b\"", "name", "\"B\"" },
		    0, 0 } }, "email " },
		{ "not where it says the same", {
		    { "crm", "9", 1, 1, { "email", "\"a\"" }, 0, 0 },
		    { "hr", "1", 2, 5, { "email", "\"a\"" }, 0, 0 } }, "" },
		{ "it is by a null, too", {
		    { "crm", "9", 1, 1, { "email", "null" }, 0, 0 },
		    { "hr", "1", 2, 5, { "email", "\"a\"" }, 0, 0 } },
		    "email " },
		{ "not by a null where it is one", {
		    { "crm", "9", 1, 1, { "email", "null" }, 0, 0 },
		    { "hr", "1", 2, 5, { "email", "null" }, 0, 0 } }, "" },
		{ "not where it is denied", {
		    { "hr", "1", 1, 5, { "name", "\"A\"" }, 0, 0 },
		    { "shop", "3", 2, 5, { "name", "\"B\"", "tags", "[]" }, 0,
		    0 } }, "" },
		{ "not where it is too old", {
		    { "hr", "1", 1, 5, { "name", "\"A\"" }, 0, 0 },
		    { "hr", "1", 2, 4, { "name", "\"B\"" }, 0, 0 } }, "" },
	};
	struct decision d;
	struct state s;
	char names[64];
	size_t i, k;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		memset(&s, 0, sizeof s);
		for (k = 0; k < 2; k++)
			say_to(&s, &t[i].said[k], &d);
		names[0] = '\0';
		for (k = 0; k < d.noutranked; k++) {
			strcat(names, d.outranked[k]);
			strcat(names, " ");
		}
		is_str(names, t[i].names, "%s", t[i].what);
		arena_release(&s.arena);
	}
}

/* Of two that wait for their time, which was said later. */
static void
later(void)
{
	static const struct {
		const char *what;
		struct claim_event first, then;
	} t[] = {
		{ "the newer version",
		    { 9, { 1, 4, "", 0 }, 0, 0 },
		    { 8, { 1, 5, "", 0 }, 0, 0 } },
		{ "of one version what came later",
		    { 8, { 1, 4, "", 0 }, 0, 0 },
		    { 9, { 1, 4, "", 0 }, 0, 0 } },
		{ "a row of a newer version, whatever came behind the begin",
		    { 8, { 1, 4, "", 0 }, 0, 0 },
		    { 7, { 1, 5, "", 0 }, 0, 6 } },
		{ "an event of a newer one",
		    { 9, { 1, 4, "", 0 }, 0, 6 },
		    { 5, { 1, 5, "", 0 }, 0, 0 } },
		{ "of one version the event",
		    { 9, { 1, 4, "", 0 }, 0, 6 },
		    { 5, { 1, 4, "", 0 }, 0, 0 } },
		{ "a row without a version beats what came before the begin",
		    { 5, { 1, 4, "", 0 }, 0, 0 },
		    { 9, { 0, 0, "", 0 }, 0, 6 } },
		{ "but not what came behind it",
		    { 9, { 0, 0, "", 0 }, 0, 6 },
		    { 8, { 0, 4, "", 0 }, 0, 0 } },
		{ "of two rows that of the later snapshot",
		    { 9, { 0, 0, "", 0 }, 0, 6 },
		    { 8, { 0, 0, "", 0 }, 0, 7 } },
		{ "of one snapshot that of the later row",
		    { 8, { 0, 0, "", 0 }, 0, 6 },
		    { 9, { 0, 0, "", 0 }, 0, 6 } },
	};
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++)
		ok(!decide_later(&t[i].first, &t[i].then) &&
		    decide_later(&t[i].then, &t[i].first), "%s", t[i].what);
}

int
main(void)
{
	table();
	later();
	ties();
	ties_of_links();
	outranked();
	random_histories();
	return done_testing();
}
