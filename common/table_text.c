#include "common/table_inner.h"

#include <ctype.h>
#include <string.h>

#include "common/glyph.h"

/* Free text of less than NARROW cells says nothing; a line that goes on begins
 * below the second column, when that is near. */
enum { NARROW = 12, NEAR = 12, INDENT = 4 };

static int
is_free(const struct table *t, size_t i)
{
	return (t->column[i].flags & TABLE_FREE) != 0;
}

static int
is_here(const struct table *t, size_t i)
{
	return table_shown(t, i) && !t->place[i].out;
}

/* Cells that column i must have. */
static size_t
least(const struct table *t, size_t i)
{
	return is_free(t, i) && t->place[i].width > NARROW ? NARROW :
	    t->place[i].width;
}

/* Whether all columns stand side by side, free text as narrow as it gets. */
static int
fits(const struct table *t)
{
	size_t i, sum = 0;

	for (i = 0; i < t->n; i++)
		if (is_here(t, i))
			sum += least(t, i) + TABLE_GAP;
	return t->limit == 0 || sum <= t->limit + TABLE_GAP;
}

/* Leave out the last column that can be spared. */
static int
spare(struct table *t)
{
	size_t i;

	for (i = t->n; i > 0; i--)
		if (is_here(t, i - 1) &&
		    (t->column[i - 1].flags & TABLE_SPARE)) {
			t->place[i - 1].out = 1;
			return 1;
		}
	return 0;
}

/* Take from the widest free text until the line fits. */
static void
narrow(struct table *t)
{
	size_t i, wide, sum;

	for (;;) {
		sum = 0;
		wide = t->n;
		for (i = 0; i < t->n; i++) {
			if (!is_here(t, i))
				continue;
			sum += t->place[i].width + TABLE_GAP;
			if (is_free(t, i) && (wide == t->n ||
			    t->place[i].width >= t->place[wide].width))
				wide = i;
		}
		if (wide == t->n || sum <= t->limit + TABLE_GAP)
			return;
		t->place[wide].width--;
	}
}

static size_t
indent(const struct table *t)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (is_here(t, i))
			break;
	return i < t->n && t->place[i].width + TABLE_GAP <= NEAR ?
	    t->place[i].width + TABLE_GAP : INDENT;
}

/* Columns side by side, and below each other where the line is full: then free
 * text may have half a line. */
static void
set_places(struct table *t)
{
	size_t i, at = 0, first = 1, need;
	int one_line = fits(t);
	struct place *p;

	for (i = 0; i < t->n; i++) {
		p = &t->place[i];
		if (!is_here(t, i))
			continue;
		at += first ? 0 : TABLE_GAP;
		need = one_line || !is_free(t, i) || p->width < t->limit / 2 ?
		    p->width : t->limit / 2;
		if (t->limit > 0 && !first && at + need > t->limit) {
			p->below = 1;
			at = indent(t);
		}
		p->from = at;
		if (t->limit > 0 && at + p->width > t->limit)
			p->width = t->limit - at;
		at += p->width;
		first = 0;
	}
}

static void
fit(struct table *t)
{
	while (!fits(t) && spare(t))
		;
	if (t->limit > 0 && fits(t))
		narrow(t);
	set_places(t);
}

static void put_line(struct table *, enum table_tint);

/*
 * One cell at its place, *at cells from the left.  Rows that come later may be
 * wider than those that the widths were made of: then what follows is moved
 * along, or to the next line.
 */
static void
put_cell(struct table *t, size_t i, const char *s, size_t n, size_t width,
    size_t *at)
{
	const struct place *p = &t->place[i];
	int right = (t->column[i].flags & TABLE_RIGHT) != 0;
	size_t from = p->from, room;

	t->below |= p->below;
	if (width == 0)
		return;
	if (right && width < p->width)
		from += p->width - width;
	if (*at > 0 && !t->below && from < *at + TABLE_GAP)
		from = *at + TABLE_GAP;
	room = is_free(t, i) && t->limit > 0 ? p->from + p->width : t->limit;
	if (t->below || (t->limit > 0 && *at > 0 &&
	    from + (is_free(t, i) ? 1 : width) > room)) {
		put_line(t, t->tint);
		*at = 0;
		from = t->below ? from : indent(t);
		room = t->limit;
		t->below = 0;
	}
	for (; *at < from; (*at)++)
		buf_addc(&t->line, ' ');
	if (t->limit > 0 && from + width > room) {
		width = room - from;
		glyph_cut(&t->line, s, n, width);
	} else {
		buf_add(&t->line, s, n);
	}
	*at += width;
}

static const char *const sgr[] = { "", "\033[2m", "\033[32m", "\033[33m",
    "\033[31m" };

static void
put_line(struct table *t, enum table_tint tint)
{
	while (t->line.len > 0 && t->line.p[t->line.len - 1] == ' ')
		t->line.len--;
	if (t->colour && tint != TABLE_NORMAL) {
		fputs(sgr[tint], t->f);
		buf_adds(&t->line, "\033[0m");
	}
	buf_addc(&t->line, '\n');
	fwrite(t->line.p, 1, t->line.len, t->f);
	buf_clear(&t->line);
}

static void
put_headings(struct table *t)
{
	char head[64];
	size_t i, k, at = 0;

	t->tint = TABLE_NORMAL;
	for (i = 0; i < t->n; i++) {
		if (!is_here(t, i))
			continue;
		for (k = 0; k < sizeof head - 1 &&
		    t->column[i].key[k] != '\0'; k++)
			head[k] = t->column[i].key[k] == '_' ? ' ' :
			    (char)toupper((unsigned char)t->column[i].key[k]);
		put_cell(t, i, head, k, k, &at);
	}
	put_line(t, TABLE_NORMAL);
	t->below = 0;
}

/* The rows held back, below each other. */
void
table_put_rows(struct table *t)
{
	struct cell *c;
	size_t i, r, at;

	if (!t->begun && t->ncell > 0) {
		fit(t);
		put_headings(t);
		t->begun = 1;
	}
	for (r = 0; r + t->n <= t->ncell; r += t->n) {
		at = 0;
		t->tint = t->cell[r].tint;
		for (i = 0; i < t->n; i++) {
			c = &t->cell[r + i];
			if (is_here(t, i))
				put_cell(t, i, t->text.p + c->off, c->len,
				    c->width, &at);
		}
		put_line(t, t->tint);
		t->below = 0;
	}
	t->ncell = 0;
	buf_clear(&t->text);
}

/* A row as a block, with an empty line between two; values are never cut. */
void
table_put_block(struct table *t)
{
	struct cell *c;
	size_t i, k, head = 0;

	if (t->begun)
		put_line(t, TABLE_NORMAL);
	t->begun = 1;
	for (i = 0; i < t->n; i++)
		if (table_shown(t, i) && strlen(t->column[i].key) > head)
			head = strlen(t->column[i].key);
	for (i = 0; i < t->n; i++) {
		c = &t->cell[i];
		if (!table_shown(t, i) || c->len == 0)
			continue;
		for (k = 0; t->column[i].key[k] != '\0'; k++)
			buf_addc(&t->line, t->column[i].key[k] == '_' ? ' ' :
			    t->column[i].key[k]);
		for (; k < head + TABLE_GAP; k++)
			buf_addc(&t->line, ' ');
		buf_add(&t->line, t->text.p + c->off, c->len);
		put_line(t, TABLE_NORMAL);
	}
	t->ncell = 0;
	buf_clear(&t->text);
}
