/*
 * Rule 2's other half: members that a source means though it has no link to
 * them yet, found by exact equality on named claims; and who else has an
 * e-mail address.  Both look in the hash index and then at the member.
 */
#include "common/apply_work.h"

#include <stdlib.h>
#include <string.h>

#include "common/hashindex.h"

enum { FIRST = 64 };

/* The value of a field in a change; json NULL: it does not say. */
static struct value
said(const struct change *c, const char *name)
{
	struct value v = { NULL, 0, -1 };
	size_t i;

	for (i = 0; i < c->nfield; i++)
		if (strcmp(c->field[i].name, name) == 0) {
			v.json = c->field[i].json;
			v.len = c->field[i].len;
		}
	return v;
}

/* Nothing can be concluded from a member that has no value. */
static int
empty(const struct value *v)
{
	return v->json == NULL ||
	    (v->len == 4 && memcmp(v->json, "null", 4) == 0) ||
	    (v->len == 2 && memcmp(v->json, "\"\"", 2) == 0);
}

/* Get the values that a rule compares; returns how many, or 0 if one is
 * missing. */
static size_t
rule_values(const char *const *rule, const struct change *c,
    const struct profile *p, struct value *v)
{
	size_t i;

	for (i = 0; i < MATCH_FIELDS && rule[i] != NULL; i++) {
		v[i] = c != NULL ? said(c, rule[i]) :
		    profile_value(p, rule[i]);
		if (empty(&v[i]))
			return 0;
	}
	return rule[i] == NULL ? i : 0;
}

/* Fields, and the values that a member must have in them. */
struct sought {
	const char *const *name;
	const struct value *v;
	size_t n;
};

/* Members found so far. */
struct finds {
	struct match *out;
	int n, max;
};

/* Whether member num has these values now: 1, 0, <0. */
static int
has(struct apply *ap, int64_t num, const struct sought *x, struct err *e)
{
	struct arena a = { NULL };
	struct member m;
	struct value is;
	size_t i;
	int rc;

	rc = member_get(ap->store, num, &a, &m, e);
	for (i = 0; rc == 0 && i < x->n; i++) {
		is = profile_value(&m.profile, x->name[i]);
		if (is.json == NULL || is.len != x->v[i].len ||
		    memcmp(is.json, x->v[i].json, is.len) != 0)
			break;
	}
	arena_release(&a);
	return rc != 0 ? rc : i == x->n;
}

/* Add those members of num[] that have these values. */
static int
add_those(struct apply *ap, const int64_t *num, int n,
    const struct sought *x, struct finds *f, struct err *e)
{
	int i, k, rc;

	for (i = 0; i < n && f->n < f->max; i++) {
		for (k = 0; k < f->n && f->out[k].num != num[i]; k++)
			;
		if (k < f->n)
			continue;
		if ((rc = has(ap, num[i], x, e)) < 0)
			return rc;
		if (rc == 1) {
			f->out[f->n].num = num[i];
			f->out[f->n++].by = x->name;
		}
	}
	return 0;
}

/* Add the members that a rule finds, each once.  Many members may have had a
 * value before: all are looked at. */
static int
by_rule(struct work *w, const char *const *rule, const struct change *c,
    struct finds *f)
{
	struct store *s = w->ap->store;
	struct value v[MATCH_FIELDS];
	struct sought x = { rule, v, 0 };
	int64_t *num;
	int n, rc;

	if ((x.n = rule_values(rule, c, NULL, v)) == 0)
		return 0;
	n = hashindex_all(s, STORE_MAIN, member_hash(s, rule, v, x.n), &num,
	    w->e);
	rc = n < 0 ? n : add_those(w->ap, num, n, &x, f, w->e);
	free(num);
	return rc;
}

int
match_candidates(struct work *w, const struct change *c,
    struct match *out, int max)
{
	struct finds f = { out, 0, max };
	const struct source *s;
	size_t i;
	int rc = 0;

	s = config_source(w->ap->config, w->row->source);
	if (s == NULL)
		return 0;
	for (i = 0; i < s->nmatch && rc == 0; i++)
		rc = by_rule(w, s->match[i], c, &f);
	return rc != 0 ? rc : f.n;
}

int
match_asked(const struct work *w, const struct change *c)
{
	const struct source *s = config_source(w->ap->config, w->row->source);
	struct value v[MATCH_FIELDS];
	size_t i;

	for (i = 0; s != NULL && i < s->nmatch; i++)
		if (rule_values(s->match[i], c, NULL, v) == 0)
			return 0;
	return 1;
}

static int
differs(const struct difference *d, size_t n, const char *name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(d[i].name, name) == 0)
			return 1;
	return 0;
}

/* Index what a rule would look for, if any of it is new. */
static int
note_rule(struct apply *ap, int64_t num, const char *const *rule,
    const struct difference *d, size_t ndiff, const struct profile *p,
    struct err *e)
{
	struct value v[MATCH_FIELDS];
	size_t i, n;
	int fresh = 0;

	if ((n = rule_values(rule, NULL, p, v)) == 0)
		return 0;
	for (i = 0; i < n; i++)
		fresh |= differs(d, ndiff, rule[i]);
	return !fresh ? 0 : hashindex_add(ap->store, STORE_MAIN,
	    member_hash(ap->store, rule, v, n), num, e);
}

static const char *const email_rule[] = { "email", NULL };

/* The same list of fields is indexed only once, however many sources match by
 * it. */
static int
noted_before(const struct config *c, size_t source, size_t rule)
{
	const char *const *a = c->source[source].match[rule];
	const char *const *b;
	size_t i, k, n;

	if (strcmp(a[0], "email") == 0 && a[1] == NULL)
		return 1;
	for (i = 0; i <= source; i++)
		for (k = 0; k < (i < source ? c->source[i].nmatch : rule);
		    k++) {
			b = c->source[i].match[k];
			for (n = 0; a[n] != NULL && b[n] != NULL &&
			    strcmp(a[n], b[n]) == 0; n++)
				;
			if (a[n] == NULL && b[n] == NULL)
				return 1;
		}
	return 0;
}

int
match_note(struct apply *ap, int64_t num, const struct difference *d,
    size_t ndiff, const struct profile *p, struct err *e)
{
	const struct config *c = ap->config;
	size_t i, k;
	int rc;

	rc = note_rule(ap, num, email_rule, d, ndiff, p, e);
	for (i = 0; i < c->nsource && rc == 0; i++)
		for (k = 0; k < c->source[i].nmatch && rc == 0; k++)
			if (!noted_before(c, i, k))
				rc = note_rule(ap, num, c->source[i].match[k],
				    d, ndiff, p, e);
	return rc;
}

/* Whether one of them but num has this address: 1, 0, <0. */
static int
another_has(struct apply *ap, int64_t num, const int64_t *other, int n,
    const struct value *email, struct err *e)
{
	const struct sought x = { email_rule, email, 1 };
	int i, rc = 0;

	for (i = 0; i < n && rc == 0; i++)
		if (other[i] != num)
			rc = has(ap, other[i], &x, e);
	return rc;
}

/* If an address is widely shared, one of the first members in the index has it;
 * if all of those have given it up, the others are looked at too. */
int
match_email_shared(struct apply *ap, int64_t num, const struct value *email,
    struct err *e)
{
	int64_t hash, first[FIRST], *all;
	int n, rc;

	if (empty(email))
		return 0;
	hash = member_hash(ap->store, email_rule, email, 1);
	n = hashindex_find(ap->store, STORE_MAIN, hash, first, FIRST, e);
	rc = n < 0 ? n : another_has(ap, num, first, n, email, e);
	if (rc != 0 || n < FIRST)
		return rc;
	n = hashindex_all(ap->store, STORE_MAIN, hash, &all, e);
	rc = n < 0 ? n : another_has(ap, num, all, n, email, e);
	free(all);
	return rc;
}

void
match_by(struct jsonw *j, const char *const *by)
{
	size_t i;

	jsonw_key(j, "by");
	jsonw_array(j);
	for (i = 0; by[i] != NULL; i++)
		jsonw_string(j, by[i]);
	jsonw_close(j, ']');
}

/* The person who has to settle it is told which members it is between, and by
 * which fields they match, but no values. */
int
match_ambiguous(struct work *w, const struct change *c,
    const struct match *all, int n)
{
	struct member m;
	struct jsonw j;
	int i, rc;

	if ((rc = apply_wait(w, c->external_id)) != 0)
		return rc;
	record_refusal_begin(w, &j, "ambiguous", "more than one member "
	    "matches; correct the source and try this again (loya-apply -r)",
	    c->external_id);
	jsonw_key(&j, "candidates");
	jsonw_array(&j);
	for (i = 0; i < n && i < MATCH_NAMED; i++) {
		if ((rc = member_get(w->ap->store, all[i].num, &w->ap->arena,
		    &m, w->e)) != 0)
			return rc;
		jsonw_object(&j);
		jsonw_kstring(&j, "member", m.id);
		match_by(&j, all[i].by);
		jsonw_close(&j, '}');
	}
	jsonw_close(&j, ']');
	if (n > MATCH_NAMED) {
		jsonw_key(&j, "more");
		jsonw_bool(&j, 1);
	}
	rc = record_refusal_end(w, &j, EV_HELD, "ambiguous", NULL);
	return rc != 0 ? rc : 1;
}
