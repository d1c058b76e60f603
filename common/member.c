#include "common/member_inner.h"

#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/canon.h"
#include "common/json.h"
#include "common/jsonw.h"

#define PROFILE_COLUMNS \
	"given_name, family_name, name, email, phone_number, birthdate, " \
	"locale, zoneinfo, address, status, tags, enrolled_at, ended_at"
#define OTHER_COLUMNS "hold, points, tier, attributes, decided, claims, audit"

/* Which core fields are JSON in the row; the others are plain text. */
static int
is_json(int f)
{
	return f == F_ADDRESS || f == F_TAGS;
}

static const char *
in_quotes(struct arena *a, const char *s, size_t n)
{
	char *out;

	out = arena_alloc(a, n + 3);
	out[0] = '"';
	memcpy(out + 1, s, n);
	memcpy(out + n + 1, "\"", 2);
	return out;
}

/* Convert a column to the canonical JSON of its value. */
static void
read_value(struct stmt *st, int col, int f, struct arena *a, struct buf *b,
    struct value *v)
{
	struct jsonw w;
	const char *s;
	size_t n;

	v->json = NULL;
	v->len = 0;
	v->link = -1;
	s = stmt_get_text(st, col, &n);
	if (s == NULL)
		return;
	if (is_json(f)) {
		v->json = arena_dup(a, s, n);
		v->len = n;
		return;
	}
	if (jsonw_plain(s, n)) {
		v->json = in_quotes(a, s, n);
		v->len = n + 2;
		return;
	}
	buf_clear(b);
	jsonw_init(&w, b);
	jsonw_stringn(&w, s, n);
	v->json = arena_dup(a, b->p, b->len);
	v->len = b->len;
}

enum { ATTRIBUTES = 64 };

/* Read the attributes column as loya writes it: 1, or 0 if it is another text,
 * or longer. */
static int
take_attributes(const char *s, size_t n, struct arena *a, struct profile *p)
{
	struct field f[ATTRIBUTES];
	struct canon c = { s, s + n };
	const char *name;
	size_t i = 0, len;

	if (!canon_char(&c, '{'))
		return 0;
	do {
		if (i == ATTRIBUTES || !canon_text(&c, &name, &len) ||
		    !canon_char(&c, ':') ||
		    !canon_value(&c, &f[i].json, &f[i].len))
			return 0;
		f[i++].name = arena_dup(a, name, len);
	} while (canon_char(&c, ','));
	if (!canon_char(&c, '}') || c.p != c.end)
		return 0;
	p->attr = arena_alloc(a, i * sizeof *f);
	memcpy(p->attr, f, i * sizeof *f);
	p->attr_link = arena_alloc(a, i * sizeof *p->attr_link);
	memset(p->attr_link, -1, i * sizeof *p->attr_link);
	p->nattr = i;
	return 1;
}

/* Read the attributes column, a JSON object that is already sorted. */
static int
read_attributes(const char *s, size_t n, struct arena *a, struct json *j,
    struct profile *p)
{
	struct field *f;

	if (s == NULL)
		return 0;
	s = arena_dup(a, s, n);
	if (take_attributes(s, n, a, p))
		return 0;
	if (json_parse(j, s, n) != 0 || json_type(j, 0) != JSON_OBJECT)
		return E_DATA;
	n = j->tok[0].count;
	p->attr = arena_alloc(a, (n + 1) * sizeof *p->attr);
	p->attr_link = arena_alloc(a, (n + 1) * sizeof *p->attr_link);
	for (JSON_EACH(j, 0, k)) {
		p->attr_link[p->nattr] = -1;
		f = &p->attr[p->nattr++];
		f->name = json_string(j, k, a, NULL);
		f->json = json_source(j, k + 1, &f->len);
	}
	return 0;
}

/* Columns 1 to 13 are the core fields in their order, then the others. */
static int
read_member(struct stmt *st, struct arena *a, struct member *m)
{
	struct buf b = { NULL, 0, 0 };
	struct json j;
	const char *s;
	size_t n;
	int f, rc;

	memset(&j, 0, sizeof j);
	s = stmt_get_text(st, 0, &n);
	if (s == NULL || n >= sizeof m->id)
		return E_DATA;
	memcpy(m->id, s, n + 1);
	for (f = 0; f < F_CORE; f++)
		read_value(st, 1 + f, f, a, &b, &m->profile.core[f]);
	buf_release(&b);
	m->hold = stmt_keep_text(st, 14, a);
	m->points = stmt_get_int(st, 15);
	m->tier = stmt_keep_text(st, 16, a);
	s = stmt_get_text(st, 17, &n);
	rc = read_attributes(s, n, a, &j, &m->profile);
	s = stmt_get_text(st, 18, &n);
	if (rc == 0 && s != NULL) {
		s = arena_dup(a, s, n);
		rc = claims_read(&m->claims, s, n, a, &j);
		m->claims.member = arena_str(a, m->id);
	}
	m->audit = stmt_get_int(st, 19);
	json_release(&j);
	return rc;
}

int
member_get(struct store *s, int64_t num, struct arena *a, struct member *m,
    struct err *e)
{
	static const char sql[] = "SELECT id, " PROFILE_COLUMNS ", "
	    "hold, points, tier, attributes, claims, audit "
	    "FROM member WHERE num = :num";
	struct stmt *st;
	int rc;

	memset(m, 0, sizeof *m);
	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_int(st, 1, num);
	if ((rc = stmt_step(st, e)) < 0)
		return rc;
	if (rc == 0)
		return err_set(e, E_NOTFOUND, "member number %lld: there is "
		    "none", (long long)num);
	m->num = num;
	rc = read_member(st, a, m);
	stmt_reset(st);
	if (rc != 0)
		return err_set(e, E_NOTSTORE, "%s: member %s: its row cannot "
		    "be understood", store_path(s), m->id);
	return 0;
}

int
member_decided(struct store *s, int64_t num, struct arena *a,
    const char **decided, size_t *len, struct err *e)
{
	static const char sql[] = "SELECT decided FROM member WHERE num = :num";
	struct stmt *st;
	int rc;

	*decided = NULL;
	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_int(st, 1, num);
	if ((rc = stmt_step(st, e)) != 1)
		return rc < 0 ? rc : err_set(e, E_NOTFOUND, "member number "
		    "%lld: there is none", (long long)num);
	*decided = stmt_get_text(st, 0, len);
	*decided = arena_dup(a, *decided, *len);
	stmt_reset(st);
	return 0;
}

int
member_find(struct store *s, const char *id, int64_t *num, struct err *e)
{
	static const char sql[] =
	    "SELECT num FROM member WHERE num = :num AND id = :id";
	struct stmt *st;
	int rc;

	*num = id_number(id);
	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_int(st, 1, *num);
	stmt_text(st, 2, id);
	if ((rc = stmt_step(st, e)) < 0)
		return rc;
	if (rc == 0)
		return err_set(e, E_NOTFOUND, "member '%s': there is none",
		    id);
	stmt_reset(st);
	return 0;
}

/* A value as its column holds it: the text of a string, or JSON.  Strings
 * without escapes, nearly all of them, are not copied. */
static void
bind_value(struct stmt *st, int n, int f, const struct value *v,
    struct arena *a)
{
	struct json j;
	const char *s;
	size_t len;

	if (v->json == NULL || is_json(f)) {
		stmt_textn(st, n, v->json, v->len);
		return;
	}
	if (memchr(v->json, '\\', v->len) == NULL) {
		stmt_textn(st, n, v->json + 1, v->len - 2);
		return;
	}
	memset(&j, 0, sizeof j);
	s = NULL;
	len = 0;
	if (json_parse(&j, v->json, v->len) == 0)
		s = json_string(&j, 0, a, &len);
	stmt_textn(st, n, s, len);
	json_release(&j);
}

static void
write_attributes(struct buf *b, const struct profile *p)
{
	struct jsonw w;
	size_t i;

	jsonw_init(&w, b);
	jsonw_object(&w);
	for (i = 0; i < p->nattr; i++)
		jsonw_kraw(&w, p->attr[i].name, p->attr[i].json,
		    p->attr[i].len);
	jsonw_close(&w, '}');
}

static void
write_decided(struct buf *b, const struct profile *p)
{
	struct jsonw w;
	size_t i;
	int f;

	jsonw_init(&w, b);
	jsonw_object(&w);
	for (f = 0; f < F_CORE; f++)
		if (p->core[f].link >= 0)
			jsonw_kint(&w, core_field_name((enum core_field)f),
			    p->core[f].link);
	for (i = 0; i < p->nattr; i++)
		jsonw_kint(&w, p->attr[i].name, p->attr_link[i]);
	for (i = 0; i < p->ncleared; i++)
		jsonw_kint(&w, p->cleared[i].name, p->cleared_link[i]);
	jsonw_close(&w, '}');
}

void
member_text(struct member_text *t, const struct profile *p,
    const struct claims *c, struct arena *a, struct buf *b)
{
	size_t attributes, decided;
	char *out;

	buf_clear(b);
	if (p->nattr > 0)
		write_attributes(b, p);
	attributes = b->len;
	write_decided(b, p);
	decided = b->len;
	claims_write(b, c);
	out = arena_dup(a, b->p, b->len);
	t->attributes = p->nattr > 0 ? out : NULL;
	t->nattributes = attributes;
	t->decided = out + attributes;
	t->ndecided = decided - attributes;
	t->claims = out + decided;
	t->nclaims = b->len - decided;
}

/* Bind all parameters, 1 to 22, and run. */
static int
write_member(struct store *s, struct stmt *st, const struct member *m,
    const struct member_text *t, struct err *e)
{
	struct member_room *k = member_room(s);
	struct member_text own;
	int f, rc;

	if (t == NULL) {
		member_text(&own, &m->profile, &m->claims, &k->arena,
		    &k->scratch);
		t = &own;
	}
	stmt_int(st, 1, m->num);
	stmt_text(st, 2, m->id);
	for (f = 0; f < F_CORE; f++)
		bind_value(st, 3 + f, f, &m->profile.core[f], &k->arena);
	stmt_text(st, 16, m->hold);
	stmt_int(st, 17, m->points);
	stmt_text(st, 18, m->tier);
	stmt_textn(st, 19, t->attributes, t->nattributes);
	stmt_textn(st, 20, t->decided, t->ndecided);
	stmt_textn(st, 21, t->claims, t->nclaims);
	stmt_int(st, 22, m->audit);
	rc = stmt_run(st, e);
	arena_reset(&k->arena);
	return rc;
}

int
member_add(struct store *s, const struct member *m,
    const struct member_text *t, struct err *e)
{
	static const char sql[] = "INSERT INTO member(num, id, "
	    PROFILE_COLUMNS ", " OTHER_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, "
	    "?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, "
	    "?19, ?20, ?21, ?22)";

	member_wrote(s, member_key(m->num));
	return write_member(s, db_stmt(store_db(s, STORE_MAIN), sql), m, t, e);
}

int
member_put(struct store *s, const struct member *m,
    const struct member_text *t, struct err *e)
{
	static const char sql[] = "UPDATE member SET (" PROFILE_COLUMNS ", "
	    OTHER_COLUMNS ") = (?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
	    "?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22) "
	    "WHERE num = ?1 AND id = ?2";

	member_wrote(s, member_key(m->num));
	return write_member(s, db_stmt(store_db(s, STORE_MAIN), sql), m, t, e);
}

int64_t
member_last(struct store *s, struct err *e)
{
	static const char sql[] = "SELECT max(num) FROM member";
	struct stmt *st;
	int64_t num;
	int rc;

	st = db_stmt(store_db(s, STORE_MAIN), sql);
	if ((rc = stmt_step(st, e)) < 0)
		return rc;
	num = stmt_get_int(st, 0);
	stmt_reset(st);
	return num;
}

int
member_touch(struct store *s, const struct member *m, struct err *e)
{
	static const char sql[] = "UPDATE member SET hold = :hold, "
	    "points = :points, tier = :tier, audit = :audit WHERE num = :num";
	struct stmt *st;

	member_wrote(s, member_key(m->num));
	st = db_stmt(store_db(s, STORE_MAIN), sql);
	stmt_text(st, 1, m->hold);
	stmt_int(st, 2, m->points);
	stmt_text(st, 3, m->tier);
	stmt_int(st, 4, m->audit);
	stmt_int(st, 5, m->num);
	return stmt_run(st, e);
}

int
member_walk(struct store *s, member_fn *fn, void *ctx, struct err *e)
{
	static const char sql[] =
	    "SELECT num FROM member WHERE num > :after ORDER BY num LIMIT 1";
	struct stmt *st;
	int64_t num = INT64_MIN;
	int rc;

	for (;;) {
		st = db_stmt(store_db(s, STORE_MAIN), sql);
		stmt_int(st, 1, num);
		if ((rc = stmt_step(st, e)) <= 0)
			return rc;
		num = stmt_get_int(st, 0);
		stmt_reset(st);
		if ((rc = fn(ctx, num)) != 0)
			return rc;
	}
}
