#include "common/table_inner.h"

#include <ctype.h>
#include <string.h>

#include "common/glyph.h"

/* Take from the widest column until the line fits; none below TABLE_NARROW. */
static void
fit(struct table *t)
{
	size_t i, wide, sum;

	if (t->limit == 0)
		return;
	for (;;) {
		sum = 0;
		wide = t->n;
		for (i = 0; i < t->n; i++) {
			if (!table_shown(t, i))
				continue;
			sum += t->width[i] + TABLE_GAP;
			if (t->column[i].flags & TABLE_WHOLE)
				continue;
			if (wide == t->n || t->width[i] >= t->width[wide])
				wide = i;
		}
		if (wide == t->n || sum <= t->limit + TABLE_GAP ||
		    t->width[wide] <= TABLE_NARROW)
			return;
		t->width[wide]--;
	}
}

/* One cell at its width, the last one of a line without what follows. */
static void
put_cell(struct table *t, size_t i, const char *s, size_t n, size_t width,
    int last)
{
	size_t pad;

	if (width > t->width[i] && t->limit > 0) {
		glyph_cut(&t->line, s, n, t->width[i]);
		width = t->width[i];
		n = 0;
	}
	pad = width < t->width[i] ? t->width[i] - width : 0;
	if (t->column[i].flags & TABLE_RIGHT)
		for (; pad > 0; pad--)
			buf_addc(&t->line, ' ');
	buf_add(&t->line, s, n);
	for (pad += TABLE_GAP; !last && pad > 0; pad--)
		buf_addc(&t->line, ' ');
}

static size_t
last_shown(const struct table *t)
{
	size_t i, last = 0;

	for (i = 0; i < t->n; i++)
		if (table_shown(t, i))
			last = i;
	return last;
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
	size_t i, k, last = last_shown(t);

	for (i = 0; i < t->n; i++) {
		if (!table_shown(t, i))
			continue;
		for (k = 0; k < sizeof head - 1 &&
		    t->column[i].key[k] != '\0'; k++)
			head[k] = t->column[i].key[k] == '_' ? ' ' :
			    (char)toupper((unsigned char)t->column[i].key[k]);
		put_cell(t, i, head, k, k, i == last);
	}
	put_line(t, TABLE_NORMAL);
}

/* The rows held back, below each other. */
void
table_put_rows(struct table *t)
{
	struct cell *c;
	size_t i, r, last = last_shown(t);

	if (!t->begun && t->ncell > 0) {
		fit(t);
		put_headings(t);
		t->begun = 1;
	}
	for (r = 0; r + t->n <= t->ncell; r += t->n) {
		for (i = 0; i < t->n; i++) {
			c = &t->cell[r + i];
			if (table_shown(t, i))
				put_cell(t, i, t->text.p + c->off, c->len,
				    c->width, i == last);
		}
		put_line(t, t->cell[r].tint);
	}
	t->ncell = 0;
	buf_clear(&t->text);
}

/* A row as a block; values are never cut. */
void
table_put_block(struct table *t)
{
	struct cell *c;
	size_t i, k, head = 0;

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
	put_line(t, TABLE_NORMAL);
	t->ncell = 0;
	buf_clear(&t->text);
}
