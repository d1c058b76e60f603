#include "common/table_inner.h"

#include <ctype.h>
#include <string.h>

#include "common/glyph.h"

/*
 * Limits.  Cells that give way are useless if narrower than NARROW and its
 * like; a continuation line begins below the second column if that is NEAR;
 * folded free text that may be cut has FOLDS lines, and moves below its row if
 * it would have more than BESIDE lines next to it.
 */
enum { NARROW = 12, NARROW_NAME = 24, NARROW_FOLD = 30, NARROW_FEW = 24,
    NEAR = 12, FOLDS = 4, BESIDE = 2 };

static int
has(const struct table *t, size_t i, int flag)
{
	return (t->column[i].flags & flag) != 0;
}

/* Whether it is free text of which only a few lines are shown. */
static int
is_few(const struct table *t, size_t i)
{
	return has(t, i, TABLE_FREE) && has(t, i, TABLE_FOLD);
}

/* Whether the cells of column i give way. */
static int
gives(const struct table *t, size_t i)
{
	return has(t, i, TABLE_FREE | TABLE_FOLD | TABLE_NAME);
}

static int
is_here(const struct table *t, size_t i)
{
	return table_shown(t, i) && !t->place[i].out && !t->place[i].bare;
}

/* How many cells column i needs at least. */
static size_t
least(const struct table *t, size_t i, size_t narrow)
{
	size_t width = t->place[i].width;

	if (has(t, i, TABLE_FOLD))
		narrow = is_few(t, i) ? NARROW_FEW : NARROW_FOLD;
	else if (has(t, i, TABLE_NAME))
		narrow = t->wraps ? width : NARROW_NAME;
	return gives(t, i) && width > narrow ? narrow : width;
}

/* Whether all columns fit side by side, each as narrow as possible. */
static int
fits(const struct table *t)
{
	size_t i, sum = 0;

	for (i = 0; i < t->n; i++)
		if (is_here(t, i))
			sum += least(t, i, NARROW) + TABLE_GAP;
	return t->limit == 0 || sum <= t->limit + TABLE_GAP;
}

/* Leave out the last column that can be spared. */
static int
spare(struct table *t)
{
	size_t i;

	for (i = t->n; i > 0; i--)
		if (is_here(t, i - 1) && has(t, i - 1, TABLE_SPARE)) {
			t->place[i - 1].out = 1;
			return 1;
		}
	return 0;
}

/* Narrow the columns from up to to, which begin at cell at: take from the
 * widest that gives way until the line fits. */
static void
narrow(struct table *t, size_t from, size_t to, size_t at)
{
	size_t i, wide, sum;

	for (;;) {
		sum = at;
		wide = t->n;
		for (i = from; i < to; i++) {
			if (!is_here(t, i))
				continue;
			sum += t->place[i].width + TABLE_GAP;
			if (gives(t, i) && t->place[i].width > least(t, i,
			    NARROW) && (wide == t->n ||
			    t->place[i].width >= t->place[wide].width))
				wide = i;
		}
		if (wide == t->n || sum <= t->limit + TABLE_GAP)
			return;
		t->place[wide].width--;
	}
}

/* Columns of times and words that no row has need no space; if a later row has
 * one, its heading is printed with it. */
static void
lay_bare(struct table *t)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		t->place[i].bare = !t->place[i].filled && !gives(t, i) &&
		    table_shown(t, i);
}

static size_t
indent(const struct table *t)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (is_here(t, i))
			break;
	return i < t->n && t->place[i].width + TABLE_GAP <= NEAR ?
	    t->place[i].width + TABLE_GAP : TABLE_INDENT;
}

/* Place the columns from up to to on one line, beginning at cell at. */
static void
set_line(struct table *t, size_t from, size_t to, size_t at)
{
	struct place *p;
	size_t i;

	narrow(t, from, to, at);
	for (i = from; i < to; i++) {
		p = &t->place[i];
		if (!is_here(t, i))
			continue;
		p->from = at;
		if (at + p->width > t->limit)
			p->width = t->limit - at;
		at += p->width + TABLE_GAP;
	}
}

/* Place columns side by side, and on further lines when a line is full; text
 * that is cut may then have half a line. */
static void
set_places(struct table *t)
{
	size_t i, first = 0, at = 0, begin = 0, need;
	size_t half = t->wraps ? t->limit / 2 : NARROW;

	for (i = 0; i < t->n; i++) {
		if (!is_here(t, i))
			continue;
		need = least(t, i, half);
		if (at > begin && at + need > t->limit) {
			t->place[i].below = 1;
			set_line(t, first, i, begin);
			first = i;
			at = begin = indent(t);
		}
		at += need + TABLE_GAP;
	}
	set_line(t, first, t->n, begin);
}

/* Without a limit everything is on one line, as wide as it is. */
static void
fit(struct table *t)
{
	size_t i, at = 0;

	if (t->limit > 0) {
		if (!fits(t))
			lay_bare(t);
		while (!fits(t) && spare(t))
			;
		t->wraps = !fits(t);
		set_places(t);
		return;
	}
	for (i = 0; i < t->n; i++)
		if (is_here(t, i)) {
			t->place[i].from = at;
			at += t->place[i].width + TABLE_GAP;
		}
}

static const char *const sgr[] = { "", "\033[2m", "\033[32m", "\033[33m",
    "\033[31m" };

void
table_put_line(struct table *t, enum table_tint tint)
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
	t->got = 0;
}

static void
pad(struct table *t, size_t to)
{
	for (; t->got < to; t->got++)
		buf_addc(&t->line, ' ');
}

/* Print the next line of a folded cell; the rest is kept with its column. */
static void
put_fold(struct table *t, size_t i, const char *s, size_t n)
{
	struct place *p = &t->place[i];
	size_t k = table_fold(s, n, p->rest_width), before = t->line.len;

	if (k < n && has(t, i, TABLE_FREE) && ++p->lines == FOLDS) {
		glyph_cut(&t->line, s, n, p->rest_width);
		k = n;
	} else {
		buf_add(&t->line, s, k);
	}
	for (; k < n && s[k] == ' '; k++)
		;
	t->rests += (k < n) - (p->nrest > 0);
	p->rest = s + k;
	p->nrest = n - k;
	t->got += table_width(t->line.p + before, t->line.len - before);
}

/* Print the present line, and below it the rest of its folded cells. */
static void
put_line(struct table *t, enum table_tint tint)
{
	struct place *p;
	size_t i;

	table_put_line(t, tint);
	while (t->rests > 0) {
		for (i = 0; i < t->n; i++) {
			p = &t->place[i];
			if (p->nrest == 0)
				continue;
			pad(t, p->rest_from);
			put_fold(t, i, p->rest, p->nrest);
		}
		table_put_line(t, tint);
	}
}

/* Print a cell that is wider than its place. */
static void
put_narrow(struct table *t, size_t i, const char *s, size_t n, size_t width,
    size_t room)
{
	struct place *p = &t->place[i];

	if (has(t, i, TABLE_FOLD)) {
		p->lines = 0;
		p->rest_from = t->got;
		p->rest_width = room;
		put_fold(t, i, s, n);
		pad(t, p->rest_from + room);
		return;
	}
	if (has(t, i, TABLE_NAME) && room > 2)
		glyph_pinch(&t->line, s, n, width, room);
	else
		glyph_cut(&t->line, s, n, room);
	t->got += room;
}

/* Where a cell of column i ends at the latest, and how many cells it needs. */
static size_t
room_of(const struct table *t, size_t i, size_t *need)
{
	const struct place *p = &t->place[i];
	size_t width = p->width;

	if (t->limit == 0 || !gives(t, i) ||
	    (t->wraps && has(t, i, TABLE_NAME)))
		return t->limit;
	if (has(t, i, TABLE_NAME) && width < NARROW_NAME)
		width = NARROW_NAME;
	if (has(t, i, TABLE_NAME) && *need > width)
		*need = width;
	else if (!has(t, i, TABLE_NAME) && *need > NARROW &&
	    (!is_few(t, i) || *need <= BESIDE * width))
		*need = NARROW;
	width += p->from;
	return width < t->limit ? width : t->limit;
}

/* Whether folding a cell, which otherwise ends at cell end, would tear
 * something apart in a place of room cells that would be whole on its own line:
 * people copy ids, numbers and addresses. */
static int
is_torn(const struct table *t, size_t i, const char *s, size_t n, size_t end,
    size_t room)
{
	size_t line = t->limit - indent(t);

	return t->limit > 0 && has(t, i, TABLE_FOLD) &&
	    end > t->place[i].from + room && room < line &&
	    table_widest(s, n, room, line);
}

/* Where a cell of this width begins: at its place, or behind what is there. */
static size_t
beginning(const struct table *t, size_t i, size_t width)
{
	const struct place *p = &t->place[i];
	size_t from = p->from;

	if (has(t, i, TABLE_RIGHT) && width < p->width)
		from += p->width - width;
	if (t->got > 0 && !t->below && from < t->got + TABLE_GAP)
		from = t->got + TABLE_GAP;
	return from;
}

/* Print a cell at its place.  Later rows may be wider than those that the
 * widths were taken from: then what follows is moved along, or to the next
 * line. */
static void
put_cell(struct table *t, size_t i, const char *s, size_t n, size_t width)
{
	const struct place *p = &t->place[i];
	size_t from, need = width, room = room_of(t, i, &need);
	int tight, torn;

	t->below |= p->below;
	if (width == 0)
		return;
	from = beginning(t, i, width);
	tight = from + need > room;
	torn = is_torn(t, i, s, n, from + width, room - from);
	if (t->below || (t->limit > 0 && t->got > 0 && (tight || torn))) {
		put_line(t, t->tint);
		/* The cell that begins the line may be empty: then there is
		 * room. */
		if (!t->below || torn ||
		    (tight && !p->below && gives(t, i))) {
			from = indent(t);
			room = t->limit;
		}
		t->below = 0;
	}
	pad(t, from);
	if (t->limit > 0 && from + width > room) {
		put_narrow(t, i, s, n, width, room - from);
	} else {
		buf_add(&t->line, s, n);
		t->got += width;
	}
}

static void
put_headings(struct table *t)
{
	char head[64];
	size_t i, k;

	t->tint = TABLE_NORMAL;
	for (i = 0; i < t->n; i++) {
		if (!is_here(t, i))
			continue;
		for (k = 0; k < sizeof head - 1 &&
		    t->column[i].key[k] != '\0'; k++)
			head[k] = t->column[i].key[k] == '_' ? ' ' :
			    (char)toupper((unsigned char)t->column[i].key[k]);
		put_cell(t, i, head, k, k);
	}
	put_line(t, TABLE_NORMAL);
	t->below = 0;
}

/* "due at 2026-11-30T08:00:00Z" */
static void
put_named(struct table *t, size_t i, const struct cell *c)
{
	struct buf b = { NULL, 0, 0 };
	const char *k;

	for (k = t->column[i].key; *k != '\0'; k++)
		buf_addc(&b, *k == '_' ? ' ' : *k);
	buf_addc(&b, ' ');
	buf_add(&b, t->text.p + c->off, c->len);
	put_cell(t, i, b.p, b.len, b.len - c->len + c->width);
	buf_release(&b);
}

/* Print the rows that were held back. */
void
table_put_rows(struct table *t)
{
	struct cell *c;
	size_t i, r;

	if (!t->begun && t->ncell > 0) {
		fit(t);
		put_headings(t);
		t->begun = 1;
	}
	for (r = 0; r + t->n <= t->ncell; r += t->n) {
		t->tint = t->cell[r].tint;
		for (i = 0; i < t->n; i++) {
			c = &t->cell[r + i];
			if (is_here(t, i))
				put_cell(t, i, t->text.p + c->off, c->len,
				    c->width);
			else if (t->place[i].bare && c->width > 0)
				put_named(t, i, c);
		}
		put_line(t, t->tint);
		t->below = 0;
	}
	t->ncell = 0;
	buf_clear(&t->text);
}
