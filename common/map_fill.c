/* Filling in texts and bodies that are sent. */
#include "common/map_inner.h"

#include <stdlib.h>
#include <string.h>

#include "common/jsonw.h"
#include "common/url.h"

/* Pass a sentence of the mapper on to the caller. */
static int
refused(const struct map_sight *s, struct err *e)
{
	return err_set(e, E_DATA, "%s", s->why.detail);
}

static void
add_quoted(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '\'')
			buf_addc(b, '\'');
		buf_addc(b, *s);
	}
}

/* RFC 3986: a segment of nothing but dots would lead elsewhere. */
static int
add_segment(struct buf *b, const char *s)
{
	size_t n = strlen(s);

	if (n == 0 || strspn(s, ".") == n)
		return -1;
	b->len += url_encode_part(s, n, buf_reserve(b, 3 * n));
	return 0;
}

static int
add_place(const struct map_text *t, const char *place, struct map_sight *s,
    struct buf *b, struct err *e)
{
	struct found f;
	const char *text;

	if (!place_find(&s->m.scene, place, &f) ||
	    place_type(&f) == JSON_NULL)
		return err_set(e, E_DATA, "'%.60s' is missing", place);
	if ((text = place_text(&s->m.scene, &f)) == NULL)
		return err_set(e, E_DATA, "'%.60s' is not a single value",
		    place);
	if (t->escape == MAP_QUOTE)
		add_quoted(b, text);
	else if (t->escape == MAP_PLAIN)
		buf_adds(b, text);
	else if (add_segment(b, text) != 0)
		return err_set(e, E_DATA, "'%.60s': '%.20s' cannot be part of "
		    "a URL", place, text);
	return 0;
}

int
map_text_fill(const struct map_text *t, struct map_sight *s, struct buf *b,
    struct err *e)
{
	size_t i;
	int rc;

	for (i = 0; i < t->n; i++) {
		if (t->piece[i].text != NULL)
			buf_adds(b, t->piece[i].text);
		else if ((rc = add_place(t, t->piece[i].place, s, b, e)) != 0)
			return rc;
	}
	buf_str(b);
	return 0;
}

struct filler {
	struct map_sight *sight;	/* NULL: nothing is of a document */
	const struct buf *rows;
	struct map_made *made;	/* NULL: no secrets */
	struct jsonw w;
	struct err *e;
};

static int fill(struct filler *, const struct map_body *);

/* Write a key, but only before a value that is there. */
static void
key(struct filler *f, const struct map_body *b)
{
	if (b->key != NULL)
		jsonw_keyn(&f->w, b->key, strlen(b->key));
}

static int
fill_value(struct filler *f, const struct map_body *b)
{
	struct got g;

	if (map_read(&f->sight->m, b->key != NULL ? b->key : "body", &b->value,
	    &g) != 0)
		return refused(f->sight, f->e);
	if (g.kind == GOT_NOTHING && b->key != NULL)
		return 0;
	map_emit(&f->sight->m, &g);
	key(f, b);
	if (g.kind == GOT_NOTHING || g.kind == GOT_NULL)
		jsonw_null(&f->w);
	else
		jsonw_raw(&f->w, g.s, g.len);
	return 0;
}

static int
fill_text(struct filler *f, const struct map_body *b)
{
	struct buf t = { NULL, 0, 0 };
	int rc;

	if ((rc = map_text_fill(b->text, f->sight, &t, f->e)) == 0) {
		key(f, b);
		jsonw_stringn(&f->w, t.p, t.len);
	}
	buf_release(&t);
	return rc;
}

static void
fill_secret(struct filler *f, const struct map_body *b)
{
	struct map_made *m = f->made;

	key(f, b);
	jsonw_raw(&f->w, "", 0);
	m->gap = xrealloc(m->gap, m->ngap + 1, sizeof *m->gap);
	m->gap[m->ngap].at = m->text.len;
	m->gap[m->ngap++].secret = b->secret;
}

static void
fill_rows(struct filler *f, const struct map_body *b)
{
	key(f, b);
	jsonw_array(&f->w);
	jsonw_raw(&f->w, f->rows->p, f->rows->len);
	jsonw_close(&f->w, ']');
}

static int
fill_children(struct filler *f, const struct map_body *b)
{
	size_t i;
	int rc = 0;

	key(f, b);
	if (b->kind == BODY_ARRAY)
		jsonw_array(&f->w);
	else
		jsonw_object(&f->w);
	for (i = 0; i < b->n && rc == 0; i++)
		rc = fill(f, &b->child[i]);
	jsonw_close(&f->w, b->kind == BODY_ARRAY ? ']' : '}');
	return rc;
}

/* Bodies nest as deep as the configuration, which BODY_DEPTH bounds. */
static int
fill(struct filler *f, const struct map_body *b)
{
	switch (b->kind) {
	case BODY_JSON:
		key(f, b);
		jsonw_raw(&f->w, b->json, strlen(b->json));
		return 0;
	case BODY_VALUE:
		return fill_value(f, b);
	case BODY_TEXT:
		return fill_text(f, b);
	case BODY_SECRET:
		fill_secret(f, b);
		return 0;
	case BODY_ROWS:
		fill_rows(f, b);
		return 0;
	default:
		return fill_children(f, b);
	}
}

/* The template of a row in rows, or NULL. */
static const struct map_body *
row_of(const struct map_body *b)
{
	const struct map_body *found = NULL;
	size_t i;

	if (b->kind == BODY_ROWS)
		return b->child;
	for (i = 0; i < b->n && found == NULL; i++)
		found = row_of(&b->child[i]);
	return found;
}

int
map_body_row(const struct map_body *b, struct map_sight *s, struct buf *rows,
    struct err *e)
{
	struct filler f = { s, NULL, NULL, { 0 }, e };
	size_t was = rows->len;
	int rc;

	if (rows->len > 0)
		buf_addc(rows, ',');
	jsonw_init(&f.w, rows);
	if ((rc = fill(&f, row_of(b))) != 0)
		rows->len = was;
	return rc;
}

int
map_body_fill(const struct map_body *b, struct map_sight *s,
    const struct buf *rows, struct map_made *made, struct err *e)
{
	struct filler f = { s, rows, made, { 0 }, e };

	jsonw_init(&f.w, &made->text);
	return fill(&f, b);
}

void
map_made_release(struct map_made *m)
{
	buf_release(&m->text);
	free(m->gap);
	m->gap = NULL;
	m->ngap = 0;
}
