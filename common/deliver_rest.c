/*
 * A delivery by rest, before it is sent: the document to look into, the request
 * to use, and which rows of the queue go together.
 */
#include "common/deliver_work.h"

#include <stdlib.h>
#include <string.h>

#include "common/json.h"
#include "common/member.h"
#include "common/notice.h"

/* One row of the queue, looked at. */
struct look {
	struct audit_row a;
	struct member m;
	int is;			/* there is a member */
	const char *external_id;	/* NULL: no link */
	char type[80];
	struct map_sight *sight;
	const struct rest_request *request;
};

/* Whether link a, which comes after b, is preferred: a link to a record of the
 * system, which may not know loya's id of the member, and then the newest. */
static int
goes_before(const struct member *m, const struct link *a, const struct link *b)
{
	int record = claims_is_record(&m->claims, a);

	if (record != claims_is_record(&m->claims, b))
		return record;
	return a->from_at >= b->from_at;
}

/* The member's link in force with this system. */
static const char *
link_of(const struct member *m, const char *source)
{
	const struct link *l, *best = NULL;
	size_t i;

	for (i = 0; i < m->claims.n; i++) {
		l = &m->claims.link[i];
		if (strcmp(l->source, source) == 0 && l->to_at == 0 &&
		    claims_field(l, CLAIM_DELETED, "deleted") == NULL &&
		    (best == NULL || goes_before(m, l, best)))
			best = l;
	}
	return best != NULL ? best->external_id : NULL;
}

/* No program writes the column tier: while it is empty, an attribute is the
 * tier. */
static void
write_tier(struct jsonw *w, const struct member *m)
{
	struct value v = profile_value(&m->profile, "tier");

	if (m->tier != NULL || v.json == NULL) {
		jsonw_kstring_null(w, "tier", m->tier);
		return;
	}
	jsonw_key(w, "tier");
	jsonw_raw(w, v.json, v.len);
}

/* Both lists are sorted.  An attribute that was claimed but has no value is
 * null. */
static void
write_attributes(struct jsonw *w, const struct member *m, struct arena *a)
{
	const struct profile *p = &m->profile;
	const char **name;
	size_t i, k = 0, n = profile_attributes(&m->claims, a, &name);

	jsonw_key(w, "attributes");
	jsonw_object(w);
	for (i = 0; i < p->nattr; i++) {
		for (; k < n && strcmp(name[k], p->attr[i].name) < 0; k++)
			jsonw_kstring_null(w, name[k], NULL);
		k += k < n && strcmp(name[k], p->attr[i].name) == 0;
		jsonw_kraw(w, p->attr[i].name, p->attr[i].json,
		    p->attr[i].len);
	}
	for (; k < n; k++)
		jsonw_kstring_null(w, name[k], NULL);
	jsonw_close(w, '}');
}

/* The member as it is now.  A field without a value is null, so that it is
 * cleared in the other system as well. */
static void
write_member(struct jsonw *w, const struct member *m, struct arena *a)
{
	const struct profile *p = &m->profile;
	int f;

	jsonw_key(w, "member");
	jsonw_object(w);
	jsonw_kstring(w, "id", m->id);
	jsonw_kint(w, "points", m->points);
	write_tier(w, m);
	jsonw_kstring_null(w, "hold", m->hold);
	for (f = 0; f < F_CORE; f++) {
		jsonw_key(w, core_field_name((enum core_field)f));
		if (p->core[f].json != NULL)
			jsonw_raw(w, p->core[f].json, p->core[f].len);
		else
			jsonw_null(w);
	}
	write_attributes(w, m, a);
	jsonw_close(w, '}');
}

/* SOURCE:REFERENCE of points: a reference is unique only within its source. */
static void
write_reference(struct jsonw *w, const struct audit_row *a,
    struct arena *arena)
{
	struct buf b = { NULL, 0, 0 };
	struct json j = { 0 };
	const char *text = NULL;
	uint32_t t;

	if (strcmp(a->kind, "points.posted") != 0 || a->source == NULL)
		return;
	if (json_parse(&j, a->detail, a->detail_len) == 0 &&
	    (t = json_get(&j, 0, "reference")) != JSON_NONE)
		text = json_string(&j, t, arena, NULL);
	if (text != NULL) {
		buf_adds(&b, a->source);
		buf_addc(&b, ':');
		buf_adds(&b, text);
		jsonw_kstring(w, "reference", buf_str(&b));
	}
	json_release(&j);
	buf_release(&b);
}

/* The document that places point into (loya-source(5)). */
static void
write_document(struct deliver *d, const struct look *k, const char *id,
    struct buf *b)
{
	struct jsonw w;

	job_event(&k->a, id, b);
	/* Reopen the object. */
	b->len--;
	jsonw_resume(&w, b);
	jsonw_kint(&w, "event", k->a.seq);
	write_reference(&w, &k->a, &d->arena);
	jsonw_kstring(&w, "external_id", k->external_id);
	if (k->is)
		write_member(&w, &k->m, &d->arena);
	jsonw_close(&w, '}');
}

static int
read_member(struct deliver *d, struct lane *l, struct look *k, struct err *e)
{
	int64_t num;
	int rc;

	if (k->a.member == NULL)
		return 0;
	if ((rc = member_find(d->store, k->a.member, &num, e)) != 0)
		return rc == E_NOTFOUND ? 0 : rc;
	if ((rc = member_get(d->store, num, &d->arena, &k->m, e)) != 0)
		return rc;
	k->is = 1;
	k->external_id = link_of(&k->m, l->source->push.rest->links);
	return 0;
}

/*
 * Whether the event is only what this very system said: 1, 0, <0.  But a change
 * that its word led to may have brought another source's value, which it does
 * not know.
 */
static int
is_echo(struct deliver *d, struct lane *l, const struct look *k,
    struct err *e)
{
	const char *from = l->source->push.rest->links, *s;
	struct json j = { 0 };
	uint32_t t;
	size_t len;
	int rc = 1;

	if (k->request->echo || k->a.source == NULL ||
	    strcmp(k->a.source, from) != 0)
		return 0;
	if (k->is && json_parse(&j, k->a.detail, k->a.detail_len) == 0 &&
	    (t = json_get(&j, 0, "changes")) != JSON_NONE) {
		s = json_source(&j, t, &len);
		rc = member_decided_by(d->store, k->m.num, from, s, len, e);
	}
	json_release(&j);
	return rc;
}

/* End a row that is not sent, with a word why. */
static void
end_row(struct deliver *d, struct job *j, size_t i, enum outbox_end end,
    const char *why, const char *words)
{
	struct job *one = job_split(j, i);

	one->all.end = end;
	one->all.why = why;
	job_words(one, &one->all, words, strlen(words));
	job_done(d, one);
}

/* Whether it is sent at all: 1, 0 (it has ended), <0. */
static int
wanted(struct deliver *d, struct job *j, size_t i, const struct look *k,
    struct err *e)
{
	const struct rest *r = j->lane->source->push.rest;
	int rc;

	if (k->request == NULL) {
		end_row(d, j, i, OUTBOX_SENT, "unwanted", "");
		return 0;
	}
	if ((rc = is_echo(d, j->lane, k, e)) < 0)
		return rc;
	if (rc == 1) {
		end_row(d, j, i, OUTBOX_SENT, "echo", "");
		return 0;
	}
	/* Do not create a person there who was erased here. */
	if (k->external_id == NULL && k->request->create &&
	    k->m.id[0] != '\0' && k->m.claims.n == 0) {
		end_row(d, j, i, OUTBOX_DEAD, "erased", "");
		return 0;
	}
	if (k->external_id == NULL && !k->request->create) {
		end_row(d, j, i, r->unlinked_dead ? OUTBOX_DEAD : OUTBOX_SENT,
		    "unlinked", "");
		return 0;
	}
	return 1;
}

/* Look up everything about row i: 1, 0 (it has ended), <0.  After 1 the caller
 * closes k->sight. */
static int
look_at(struct deliver *d, struct job *j, size_t i, struct look *k,
    struct err *e)
{
	unsigned char commitment[MERKLE_HASH];
	struct buf *b = &j->body;
	int rc;

	memset(k, 0, sizeof *k);
	if ((rc = audit_get(d->store, j->row[i].audit, &k->a, commitment,
	    &d->arena, e)) != 0)
		return rc == E_NOTFOUND ? err_set(e, E_NOTSTORE,
		    "delivery %lld: its row of audit is missing",
		    (long long)j->row[i].seq) : rc;
	job_id(j, i, commitment);
	if (k->a.detail == NULL) {
		end_row(d, j, i, OUTBOX_DEAD, "erased", "");
		return 0;
	}
	if ((rc = read_member(d, j->lane, k, e)) != 0)
		return rc;
	notice_type(k->a.kind, k->type, sizeof k->type);
	buf_clear(b);
	write_document(d, k, j->id[i], b);
	if ((rc = map_sight_open(&k->sight, b->p, b->len, &d->arena, e)) != 0)
		return rc;
	k->request = rest_choose(j->lane->source->push.rest, k->type,
	    k->sight);
	if ((rc = wanted(d, j, i, k, e)) != 1)
		map_sight_close(k->sight);
	return rc;
}

/* Whether row i goes with those that are in the job already. */
static int
fits(const struct job *j, const struct outbox_row *r, const struct look *k)
{
	return j->nrow == 0 || (j->rest == k->request &&
	    j->nrow < (size_t)k->request->batch && !r->alone &&
	    !j->row[0].alone);
}

static int
full(const struct job *j)
{
	return j->rest != NULL && (j->row[0].alone ||
	    j->nrow == (size_t)j->rest->batch);
}

/* Take the row into the job (0), leave it (1), or end it (0). */
static int
take_row(struct deliver *d, struct job *j, const struct outbox_row *r,
    struct err *e)
{
	size_t i = j->nrow;
	struct look k;
	struct err why;
	int rc;

	j->row[i] = *r;
	if ((rc = look_at(d, j, i, &k, e)) != 1)
		return rc;
	if (fits(j, r, &k)) {
		rc = 0;
		j->covers[i] = k.m.audit;
		if (rest_add(j, k.request, k.sight, &why) == 0)
			j->nrow++;
		else
			end_row(d, j, i, OUTBOX_DEAD, "unmapped", why.msg);
	}
	map_sight_close(k.sight);
	return rc;
}

/* What is left of the queue. */
struct left {
	struct outbox_row row[LANE_QUEUE];
	size_t n;
};

static void
keep(struct left *k, const struct outbox_row *r, size_t n)
{
	memcpy(&k->row[k->n], r, n * sizeof *r);
	k->n += n;
}

int
rest_take(struct deliver *d, struct lane *l, struct job **out, struct err *e)
{
	struct job *j = job_new(l, LANE_QUEUE);
	struct left left;
	struct outbox_row *r;
	size_t i;
	int rc = 0;

	*out = NULL;
	left.n = 0;
	j->nrow = 0;
	j->covers = xcalloc(LANE_QUEUE, sizeof *j->covers);
	for (i = 0; i < l->n; i++) {
		r = &l->queue[(l->head + i) % LANE_QUEUE];
		if (rc >= 0 && !full(j)) {
			rc = take_row(d, j, r, e);
			arena_reset(&d->arena);
			if (rc == 0)
				continue;
		}
		keep(&left, r, 1);
	}
	if (rc >= 0 && j->nrow > 0)
		rc = rest_finish(j, e);
	if (rc < 0)
		keep(&left, j->row, j->nrow);
	memcpy(l->queue, left.row, left.n * sizeof *left.row);
	l->head = 0;
	l->n = left.n;
	if (rc >= 0 && j->nrow > 0)
		*out = j;
	else
		job_free(j);
	return rc < 0 ? rc : 0;
}

int
rest_ends(struct deliver *d, struct lane *l, const struct outbox_row *r,
    struct err *e)
{
	struct job *j = job_new(l, 1);
	int rc;

	j->nrow = 0;
	j->covers = xcalloc(1, sizeof *j->covers);
	rc = take_row(d, j, r, e);
	arena_reset(&d->arena);
	if (rc == 0)
		rc = j->nrow == 0;
	job_free(j);
	job_forget(d);
	return rc;
}
