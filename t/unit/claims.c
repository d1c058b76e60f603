/* Claims: the quick reader against the strict one, and the profile of one link
 * against that of several. */
#include <stdlib.h>
#include <string.h>

#include "common/canon.h"
#include "common/claims.h"
#include "common/decide.h"
#include "t/unit/mutate.h"
#include "t/unit/tap.h"

static struct mutate m = { .state = 88172645463325252 };
static struct json scratch;

static const char *const names[] = { "given_name", "family_name", "name",
    "email", "phone_number", "birthdate", "locale", "zoneinfo", "address",
    "status", "tags", "enrolled_at", "ended_at", "a", "department", "grade",
    "z.9", "deleted" };
static const char *const values[] = { "null", "\"\"", "\"x\"", "\"a\\\"b\"",
    "\"\\\\\"", "\"active\"", "\"closed\"", "\"\\u0001\"", "[]",
    "[\"a\",\"]\"]", "{\"a\":{\"b\":\"}\"}}", "-1.5e+7", "true",
    "\"Z\303\274rich\"" };
static const char *const ids[] = { "E1", "", "x y", "a\"b", "\303\274" };

#define PICK(list) list[mutate_below(&m, sizeof list / sizeof list[0])]

static void
random_event(struct claim_event *ev, int64_t seq)
{
	memset(ev, 0, sizeof *ev);
	ev->seq = seq;
	ev->version.given = mutate_below(&m, 2) != 0;
	ev->version.num = mutate_below(&m, 3) ? (int64_t)m.state >>
	    mutate_below(&m, 64) : 0;
	ev->version.text = mutate_below(&m, 4) ? "" : PICK(ids);
	ev->version.sub = mutate_below(&m, 4) ? 0 : -7;
	ev->time = mutate_below(&m, 2) ? 0 : INT64_C(1795673623536766);
	ev->begin = mutate_below(&m, 4) ? 0 : seq + 4;
}

static void
random_link(struct link *l, struct arena *a)
{
	size_t i, n = sizeof names / sizeof names[0];
	struct claim *c;

	memset(l, 0, sizeof *l);
	l->source = mutate_below(&m, 2) ? "hr" : "crm";
	l->external_id = PICK(ids);
	l->from_at = (int64_t)(m.state >> 13);
	l->to_at = mutate_below(&m, 8) ? 0 : 5;
	l->nevent = 1 + mutate_below(&m, 3);
	l->event = arena_alloc(a, l->nevent * sizeof *l->event);
	for (i = 0; i < l->nevent; i++)
		random_event(&l->event[i], (int64_t)i + 1);
	l->claim = arena_alloc(a, n * sizeof *l->claim);
	for (i = 0; i < n; i++) {
		if (mutate_below(&m, 2))
			continue;
		c = &l->claim[l->nclaim++];
		memset(c, 0, sizeof *c);
		c->name = names[i];
		c->order = claims_order(names[i]);
		c->json = c->order == F_STATUS ? "\"active\"" : PICK(values);
		c->len = strlen(c->json);
		c->event = mutate_below(&m, (uint32_t)l->nevent);
		c->tie = mutate_below(&m, 5) == 0;
		if (mutate_below(&m, 4) == 0)
			c->floor = 1 + mutate_below(&m, (uint32_t)l->nevent);
	}
}

static void
random_claims(struct claims *c, struct arena *a)
{
	size_t i;

	c->n = mutate_below(&m, 4);
	c->link = arena_alloc(a, (c->n + 1) * sizeof *c->link);
	for (i = 0; i < c->n; i++)
		random_link(&c->link[i], a);
}

static int
same_text(const struct claims *a, const struct claims *b)
{
	struct buf x = { NULL, 0, 0 }, y = { NULL, 0, 0 };
	int same;

	claims_write(&x, a);
	claims_write(&y, b);
	same = x.len == y.len && memcmp(x.p, y.p, x.len) == 0;
	buf_release(&x);
	buf_release(&y);
	return same;
}

/* Compare what is not in the text: the order of each field. */
static int
same_order(const struct claims *a, const struct claims *b)
{
	size_t i, k;

	for (i = 0; i < a->n; i++)
		for (k = 0; k < a->link[i].nclaim; k++)
			if (a->link[i].claim[k].order !=
			    b->link[i].claim[k].order)
				return 0;
	return 1;
}

static int
same_event(const struct claim_event *a, const struct claim_event *b)
{
	return a->seq == b->seq && a->begin == b->begin &&
	    a->time == b->time && a->version.given == b->version.given &&
	    a->version.num == b->version.num &&
	    a->version.sub == b->version.sub &&
	    strcmp(a->version.text, b->version.text) == 0;
}

static int
same_link(const struct link *a, const struct link *b)
{
	const struct claim *c = a->claim, *d = b->claim;
	size_t i;
	int same = a->from_at == b->from_at && a->to_at == b->to_at &&
	    a->nevent == b->nevent && a->nclaim == b->nclaim;

	for (i = 0; same && i < a->nevent; i++)
		same = same_event(&a->event[i], &b->event[i]);
	for (i = 0; same && i < a->nclaim; i++)
		same = c[i].event == d[i].event && c[i].tie == d[i].tie &&
		    c[i].floor == d[i].floor;
	return same;
}

/* Nothing is left out: two texts may be equal because both lack it. */
static int
same_links(const struct claims *a, const struct claims *b)
{
	size_t i;

	for (i = 0; i < a->n && a->n == b->n; i++)
		if (!same_link(&a->link[i], &b->link[i]))
			return 0;
	return a->n == b->n;
}

/* Give both readers an exact copy of the text, so that a sanitizer sees
 * a read beyond its end.  What the strict one accepts the quick one
 * must accept too. */
static int
agree(const char *text, size_t len, int *strict)
{
	struct arena a = { NULL };
	struct claims x, y;
	char *copy;
	int same = 1;

	copy = malloc(len + (len == 0));
	memcpy(copy, text, len);
	*strict = claims_parse(&x, copy, len, &a, &scratch);
	if (claims_read(&y, copy, len, &a, &scratch) == 0)
		same = *strict != 0 || (same_text(&x, &y) &&
		    same_order(&x, &y));
	else
		same = *strict != 0;
	arena_release(&a);
	free(copy);
	return same;
}

static void
readers(void)
{
	struct arena a = { NULL };
	struct buf b = { NULL, 0, 0 };
	struct claims c, back;
	int i, strict, bad = 0;

	for (i = 0; i < 2000; i++) {
		random_claims(&c, &a);
		buf_clear(&b);
		claims_write(&b, &c);
		bad += !agree(b.p, b.len, &strict) || strict != 0;
		bad += claims_read(&back, b.p, b.len, &a, &scratch) != 0 ||
		    !same_text(&c, &back) || !same_links(&c, &back);
		arena_reset(&a);
	}
	is_int(bad, 0, "what is written is read, by both alike");
	is_int(claims_read(&c, "[{\"source\":\"a\"", 14, &a, &scratch), E_DATA,
	    "half a text is refused");
	is_int(claims_read(&c, " [ ] ", 5, &a, &scratch), 0,
	    "another spelling is read too");
	is_int(c.n, 0, "and is empty");
	arena_release(&a);
	buf_release(&b);
}

static const char *const seeds[] = {
	"[{\"source\":\"hr\",\"external_id\":\"E1\",\"from\":17,\"to\":18,"
	"\"events\":[[1,1,17,\"t\",2,3],[2]],\"fields\":{\"email\":[\"a@b\",0],"
	"\"tags\":[[\"a\",\"b\"],1,1],\"x\":[{\"a\":[1]},0]}}]",
	"[{\"source\":\"a\",\"external_id\":\"b\",\"from\":0,\"events\":[[7]],"
	"\"fields\":{\"deleted\":[true,0]}},{\"source\":\"c\",\"external_id\":"
	"\"d\",\"from\":1,\"events\":[[3,0,5,\"\",0,0,2],[4]],"
	"\"fields\":{\"name\":[\"n\",1,0,1]}}]",
	NULL
};
static const char *const words[] = { ",", "[", "]", "{", "}", "\"", "\\",
    "\"a\":", ",1", "\"events\":", "999999999999999999999", "-", "0", "[1]",
    "null", NULL };

static void
mutations(void)
{
	int i, strict, bad = 0, taken = 0;

	m.seed = seeds;
	m.word = words;
	for (i = 0; i < 40000 && bad == 0; i++) {
		mutate_next(&m);
		if (!agree(m.text, m.len, &strict)) {
			printf("# %.*s\n", (int)m.len, m.text);
			bad++;
		}
		taken += strict == 0;
	}
	is_int(bad, 0, "the readers agree about what is nearly right");
	ok(taken > 1000, "some of it was right: %d", taken);
}

/* hr may not say the e-mail, crm only that. */
static int
rank(const void *ctx, const char *field, const char *source)
{
	(void)ctx;
	return (strcmp(field, "email") == 0) == (strcmp(source, "crm") == 0)
	    ? 0 : -1;
}

static int
same_values(const struct field *f, const int *fl, size_t n,
    const struct field *g, const int *gl, size_t k)
{
	size_t i;

	for (i = 0; i < n && n == k; i++)
		if (strcmp(f[i].name, g[i].name) != 0 || fl[i] != gl[i] ||
		    f[i].len != g[i].len || f[i].json != g[i].json)
			return 0;
	return n == k;
}

static int
same_profile(const struct profile *p, const struct profile *q)
{
	int f;

	for (f = 0; f < F_CORE; f++)
		if (p->core[f].link != q->core[f].link || p->core[f].len !=
		    q->core[f].len || p->core[f].json != q->core[f].json)
			return 0;
	return same_values(p->attr, p->attr_link, p->nattr, q->attr,
	    q->attr_link, q->nattr) && same_values(p->cleared,
	    p->cleared_link, p->ncleared, q->cleared, q->cleared_link,
	    q->ncleared);
}

/* A second link that was cut and says nothing makes it the general case. */
static void
profiles(void)
{
	static const struct authority_view view = { rank, NULL };
	struct arena a = { NULL };
	struct profile p, q;
	struct link l[2];
	struct claims c = { l, 1, NULL };
	int i, bad = 0;

	for (i = 0; i < 2000; i++) {
		random_link(&l[0], &a);
		memset(&l[1], 0, sizeof l[1]);
		l[1].source = "crm";
		l[1].to_at = 1;
		c.n = 1;
		decide_profile(&c, &view, &a, &p);
		c.n = 2;
		decide_profile(&c, &view, &a, &q);
		bad += !same_profile(&p, &q);
		arena_reset(&a);
	}
	is_int(bad, 0, "one link alone gives the profile that it gives among "
	    "others");
	arena_release(&a);
}

static void
numbers(void)
{
	static const char *const bad[] = { "", "-", "01", "1.5", "1e5",
	    "1234567890123456789", "x" };
	struct canon c;
	int64_t v;
	size_t i;

	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		c.p = bad[i];
		c.end = bad[i] + strlen(bad[i]);
		ok(!canon_int(&c, &v) && c.p == bad[i],
		    "'%s' is no number of ours", bad[i]);
	}
	c.p = "-120]";
	c.end = c.p + 5;
	ok(canon_int(&c, &v) && v == -120 && *c.p == ']', "-120 is one");
}

int
main(void)
{
	numbers();
	readers();
	mutations();
	profiles();
	json_release(&scratch);
	return done_testing();
}
