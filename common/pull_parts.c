/*
 * A record whose parts are asked for one by one, for example the slices of an
 * employment, if the system only gives a person's present one.  The rows of
 * each part are put into the element they belong to; the rest of the record
 * stays unchanged, to the byte.
 */
#include "common/pull_work.h"

#include <string.h>

#include "common/jsonw.h"

/* Most elements of a record whose parts are asked for. */
enum { PARTS = 100 };

/* The record being rewritten. */
struct mend {
	struct json json;	/* of p->whole */
	struct buf out;
	const char *from;	/* of it is not in out yet */
	struct arena arena;
};

int
pull_part(struct pull *p, const char *s, size_t n, struct err *e)
{
	if (p->part.len + n > SLICER_ROW)
		return err_set(e, E_IO, "parts: a record is too long");
	if (p->part.len > 0)
		buf_addc(&p->part, ',');
	buf_add(&p->part, s, n);
	return 0;
}

/* Write the rows as the value of the first name of into. */
static void
write_rows(const char *into, const struct buf *rows, struct buf *out)
{
	struct jsonw w;
	int depth = 0;
	size_t n;

	jsonw_init(&w, out);
	for (into += strcspn(into + 1, "/") + 1; *into == '/'; into += n + 1) {
		n = strcspn(into + 1, "/");
		jsonw_object(&w);
		jsonw_keyn(&w, into + 1, n);
		depth++;
	}
	jsonw_array(&w);
	jsonw_raw(&w, rows->p, rows->len);
	jsonw_close(&w, ']');
	while (depth-- > 0)
		jsonw_close(&w, '}');
}

/* Put them into the element: replacing what is there, or at the end. */
static void
put(struct mend *m, uint32_t element, const char *into, const struct buf *rows)
{
	size_t n = strcspn(into + 1, "/"), len;
	const char *name = arena_dup(&m->arena, into + 1, n), *at;
	uint32_t t = json_get(&m->json, element, name);
	struct jsonw w;

	at = json_source(&m->json, t != JSON_NONE ? t : element, &len);
	if (t == JSON_NONE)
		at += len - 1;
	buf_add(&m->out, m->from, (size_t)(at - m->from));
	m->from = t != JSON_NONE ? at + len : at;
	if (t == JSON_NONE) {
		/* The element has a name, so it is not empty. */
		buf_addc(&m->out, ',');
		jsonw_init(&w, &m->out);
		jsonw_stringn(&w, name, n);
		buf_addc(&m->out, ':');
	}
	write_rows(into, rows, &m->out);
}

static int
element(struct pull *p, struct mend *m, uint32_t t, struct err *e)
{
	const struct pull_parts *parts = p->conf->parts;
	struct pull_at at = { .q = &parts->query, .key = p->key, .page = 1 };
	uint32_t name;
	int rc;

	if (json_type(&m->json, t) == JSON_OBJECT &&
	    json_pointer(&m->json, t, parts->name, &name))
		at.part = json_string(&m->json, name, &m->arena, NULL);
	if (at.part == NULL || *at.part == '\0')
		return err_set(e, E_IO, "one: an element of '%s' has no text "
		    "'%s'", parts->of, parts->name);
	buf_clear(&p->part);
	if ((rc = pull_pages_from(p, &at, e)) == 0)
		put(m, t, parts->into, &p->part);
	return rc;
}

static int
elements(struct pull *p, struct mend *m, struct err *e)
{
	uint32_t t;
	int rc = 0;

	/* Whether they must be there is for the map to say. */
	if (!json_pointer(&m->json, 0, p->conf->parts->of, &t))
		return 0;
	if (json_type(&m->json, t) != JSON_ARRAY)
		return 0;
	if (m->json.tok[t].count > PARTS)
		return err_set(e, E_IO, "one: more than %d elements at '%s'",
		    PARTS, p->conf->parts->of);
	for (JSON_EACH(&m->json, t, k))
		if (rc == 0)
			rc = element(p, m, k, e);
	return rc;
}

int
pull_parts(struct pull *p, struct err *e)
{
	struct mend m = { .from = p->whole.p };
	int rc;

	if (json_parse(&m.json, p->whole.p, p->whole.len) != 0)
		return err_set(e, E_IO, "one: a row is not JSON: %s",
		    m.json.why);
	if ((rc = elements(p, &m, e)) == 0) {
		buf_add(&m.out, m.from,
		    (size_t)(p->whole.p + p->whole.len - m.from));
		if (m.out.len > SLICER_ROW)
			rc = err_set(e, E_IO, "parts: a record is too long");
		else
			rc = pull_whole_row(p, m.out.p, m.out.len, e);
	}
	json_release(&m.json);
	buf_release(&m.out);
	arena_release(&m.arena);
	return rc;
}
