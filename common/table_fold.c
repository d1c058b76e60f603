/* Text that is longer than its place; rows as blocks. */
#include "common/table_inner.h"

#include <string.h>

#include "common/glyph.h"

/* The end of the unbreakable text that begins at i; looks at most this many
 * bytes ahead, because there may be millions. */
static size_t
atom_end(const char *s, size_t n, size_t i, size_t most)
{
	size_t k = i + 1;

	while (k < n && k - i <= most && !glyph_breaks(s, n, k))
		k++;
	return k;
}

/* Most bytes of a character of one cell, not counting combining marks. */
enum { BYTES = 4 };

/* How much to put on the line: break in its second half, preferably before a
 * whole word, else anywhere if the rest of the word fits on a line.  Other text
 * is cut, an e-mail address after its @. */
size_t
table_fold(const char *s, size_t n, size_t width)
{
	size_t used, k = glyph_fit(s, n, width, &used), i;

	if (glyph_breaks(s, n, k))
		return k;
	for (i = k; i > k / 2; i--)
		if (s[i - 1] != ':' && glyph_breaks(s, n, i))
			return i;
	for (i = k; i > 0 && !glyph_breaks(s, n, i); i--)
		;
	if (i > 0 && table_width(s + i, atom_end(s, n, i, BYTES * width) -
	    i) <= width)
		return i;
	for (i = k; i > k / 2; i--)
		if (s[i - 1] == '@')
			return i;
	/* There is a wide character, and room for only one cell. */
	return k > 0 ? k : n;
}

int
table_widest(const char *s, size_t n, size_t room, size_t line)
{
	size_t i, end, width;

	for (i = 0; i < n; i = end) {
		end = atom_end(s, n, i, BYTES * line);
		if (end - i <= room)
			continue;
		width = table_width(s + i, end - i);
		if (width > room && width <= line)
			return 1;
	}
	return 0;
}

/* Print a value after its name, which ends at cell head, and continue below
 * itself. */
static void
put_value(struct table *t, const char *s, size_t n, size_t width, size_t head)
{
	size_t from = head, room = t->limit > head ? t->limit - head : 0, k, i;

	if (t->limit == 0 || width <= room) {
		buf_add(&t->line, s, n);
		table_put_line(t, TABLE_NORMAL);
		return;
	}
	if (room < t->limit / 2 || table_widest(s, n, room,
	    t->limit - TABLE_INDENT)) {
		table_put_line(t, TABLE_NORMAL);
		from = TABLE_INDENT;
		room = t->limit - from;
	}
	while (n > 0) {
		for (i = t->line.len > 0 ? from : 0; i < from; i++)
			buf_addc(&t->line, ' ');
		k = table_fold(s, n, room);
		buf_add(&t->line, s, k);
		table_put_line(t, TABLE_NORMAL);
		for (; k < n && s[k] == ' '; k++)
			;
		s += k;
		n -= k;
	}
}

/* Print a row as a block, with an empty line between two; nothing is
 * left out. */
void
table_put_block(struct table *t)
{
	struct cell *c;
	size_t i, k, head = 0;

	if (t->begun)
		table_put_line(t, TABLE_NORMAL);
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
		put_value(t, t->text.p + c->off, c->len, c->width,
		    head + TABLE_GAP);
	}
	t->ncell = 0;
	buf_clear(&t->text);
}
