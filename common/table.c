#include "common/table.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/clock.h"
#include "common/glyph.h"
#include "common/jsonw.h"
#include "common/options.h"
#include "common/status.h"

/* Rows that are looked at for the widths before the first is printed. */
enum { SAMPLE = 200, NARROW = 8, GAP = 2 };

struct cell {
	size_t off, len;	/* in text */
	size_t width;
};

struct table {
	FILE *f;
	int json;
	enum table_style style;
	const struct table_column *column;
	size_t n;
	size_t at;		/* the next cell's column */
	struct jsonw w;
	struct buf line;
	/* text only */
	size_t *width;		/* of each column */
	size_t limit;		/* of a line; 0: none */
	struct buf text;	/* of the cells held back */
	struct cell *cell;
	size_t ncell, cap;
	int begun;		/* headings are out, widths stand */
};

enum table_mode
table_mode(enum table_mode mode, FILE *f)
{
	if (mode != TABLE_AUTO)
		return mode;
	return isatty(fileno(f)) ? TABLE_TEXT : TABLE_JSON;
}

/* COLUMNS says more than the terminal does: it can be set for one call. */
static size_t
line_limit(FILE *f)
{
	const char *s = getenv("COLUMNS");
	struct winsize ws;
	int64_t n;

	if (s != NULL && options_number(s, 20, 10000, &n) == 0)
		return (size_t)n;
	if (!isatty(fileno(f)))
		return 0;
	if (ioctl(fileno(f), TIOCGWINSZ, &ws) == 0 && ws.ws_col >= 20)
		return ws.ws_col;
	return 80;
}

struct table *
table_new(FILE *f, enum table_mode mode, enum table_style style,
    const struct table_column *column, size_t n)
{
	struct table *t;
	size_t i;

	t = xcalloc(1, sizeof *t);
	t->f = f;
	t->json = table_mode(mode, f) == TABLE_JSON;
	t->style = style;
	t->column = column;
	t->n = n;
	t->width = xcalloc(n + 1, sizeof *t->width);
	for (i = 0; i < n; i++)
		t->width[i] = strlen(column[i].key);
	t->limit = t->json ? 0 : line_limit(f);
	jsonw_init(&t->w, &t->line);
	return t;
}

int
table_is_text(const struct table *t)
{
	return !t->json;
}

static int
shown(const struct table *t, size_t i)
{
	return !(t->column[i].flags &
	    (t->json ? TABLE_ONLY_TEXT : TABLE_ONLY_JSON));
}

/* The next cell wants to be written as JSON: its key is out. */
static int
next_json(struct table *t)
{
	size_t i = t->at;

	assert(i < t->n);
	if (!t->json)
		return 0;
	if (i == 0)
		jsonw_object(&t->w);
	if (!shown(t, i)) {
		t->at++;
		return 0;
	}
	jsonw_key(&t->w, t->column[i].key);
	t->at++;
	return 1;
}

/* A cell of text: kept as it will be shown. */
static void
keep(struct table *t, const char *s, size_t n)
{
	struct cell *c;
	size_t i = t->at;

	if (t->json)
		return;
	assert(i < t->n);
	t->at++;
	if (t->ncell == t->cap) {
		t->cap = t->cap == 0 ? 64 : t->cap * 2;
		t->cell = xrealloc(t->cell, t->cap, sizeof *t->cell);
	}
	c = &t->cell[t->ncell++];
	c->off = t->text.len;
	c->width = glyph_clean(&t->text, s, n);
	c->len = t->text.len - c->off;
	if (!t->begun && c->width > t->width[i])
		t->width[i] = c->width;
}

void
table_textn(struct table *t, const char *s, size_t n)
{
	if (next_json(t)) {
		if (s != NULL)
			jsonw_stringn(&t->w, s, n);
		else
			jsonw_null(&t->w);
	}
	keep(t, s, s != NULL ? n : 0);
}

void
table_text(struct table *t, const char *s)
{
	table_textn(t, s, s != NULL ? strlen(s) : 0);
}

void
table_int(struct table *t, int64_t v)
{
	char d[24];
	int n;

	if (next_json(t))
		jsonw_int(&t->w, v);
	n = snprintf(d, sizeof d, "%lld", (long long)v);
	keep(t, d, (size_t)n);
}

/* People get whole seconds, programs get every digit. */
void
table_time(struct table *t, int64_t us)
{
	char text[CLOCK_TEXT];

	if (us == 0) {
		table_null(t);
		return;
	}
	clock_format(us, text);
	if (next_json(t))
		jsonw_string(&t->w, text);
	if (t->style == TABLE_ROWS)
		memcpy(text + 19, "Z", 2);
	keep(t, text, strlen(text));
}

void
table_json(struct table *t, const char *s, size_t n)
{
	if (s == NULL) {
		table_null(t);
		return;
	}
	if (next_json(t))
		jsonw_raw(&t->w, s, n);
	keep(t, s, n);
}

void
table_null(struct table *t)
{
	if (next_json(t))
		jsonw_null(&t->w);
	keep(t, "", 0);
}

/* Take from the widest column until the line fits; none below NARROW. */
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
			if (!shown(t, i))
				continue;
			sum += t->width[i] + GAP;
			if (t->column[i].flags & TABLE_WHOLE)
				continue;
			if (wide == t->n || t->width[i] >= t->width[wide])
				wide = i;
		}
		if (wide == t->n || sum <= t->limit + GAP ||
		    t->width[wide] <= NARROW)
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
	for (pad += GAP; !last && pad > 0; pad--)
		buf_addc(&t->line, ' ');
}

static size_t
last_shown(const struct table *t)
{
	size_t i, last = 0;

	for (i = 0; i < t->n; i++)
		if (shown(t, i))
			last = i;
	return last;
}

static void
put_line(struct table *t)
{
	while (t->line.len > 0 && t->line.p[t->line.len - 1] == ' ')
		t->line.len--;
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
		if (!shown(t, i))
			continue;
		for (k = 0; k < sizeof head - 1 &&
		    t->column[i].key[k] != '\0'; k++)
			head[k] = t->column[i].key[k] == '_' ? ' ' :
			    (char)toupper((unsigned char)t->column[i].key[k]);
		put_cell(t, i, head, k, k, i == last);
	}
	put_line(t);
}

/* The rows held back, below each other. */
static void
put_rows(struct table *t)
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
			if (shown(t, i))
				put_cell(t, i, t->text.p + c->off, c->len,
				    c->width, i == last);
		}
		put_line(t);
	}
	t->ncell = 0;
	buf_clear(&t->text);
}

/* A row as a block; values are never cut. */
static void
put_block(struct table *t)
{
	struct cell *c;
	size_t i, k, head = 0;

	for (i = 0; i < t->n; i++)
		if (shown(t, i) && strlen(t->column[i].key) > head)
			head = strlen(t->column[i].key);
	for (i = 0; i < t->n; i++) {
		c = &t->cell[i];
		if (!shown(t, i) || c->len == 0)
			continue;
		for (k = 0; t->column[i].key[k] != '\0'; k++)
			buf_addc(&t->line, t->column[i].key[k] == '_' ? ' ' :
			    t->column[i].key[k]);
		for (; k < head + GAP; k++)
			buf_addc(&t->line, ' ');
		buf_add(&t->line, t->text.p + c->off, c->len);
		put_line(t);
	}
	put_line(t);
	t->ncell = 0;
	buf_clear(&t->text);
}

int
table_end(struct table *t)
{
	assert(t->at == t->n);
	t->at = 0;
	if (t->json) {
		jsonw_close(&t->w, '}');
		jsonw_line(&t->w);
		fwrite(t->line.p, 1, t->line.len, t->f);
		buf_clear(&t->line);
	} else if (t->style == TABLE_BLOCK) {
		put_block(t);
	} else if (t->begun || t->ncell >= SAMPLE * t->n) {
		put_rows(t);
	}
	return ferror(t->f) ? E_IO : 0;
}

void
table_free(struct table *t)
{
	if (t == NULL)
		return;
	if (!t->json)
		put_rows(t);
	buf_release(&t->line);
	buf_release(&t->text);
	free(t->width);
	free(t->cell);
	free(t);
}

size_t
table_width(const char *s, size_t n)
{
	struct buf b = { 0 };
	size_t width;

	width = glyph_clean(&b, s, n);
	buf_release(&b);
	return width;
}

void
table_print(FILE *f, const char *s, size_t n)
{
	struct buf b = { 0 };

	glyph_clean(&b, s, n);
	fwrite(b.p, 1, b.len, f);
	buf_release(&b);
}
