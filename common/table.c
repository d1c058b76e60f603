#include "common/table_inner.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/csv.h"
#include "common/glyph.h"
#include "common/options.h"
#include "common/status.h"

/* How far continuation lines of a sentence are indented. */
enum { FURTHER = 2 };

enum table_mode
table_mode(enum table_mode mode, FILE *f)
{
	if (mode != TABLE_AUTO)
		return mode;
	return isatty(fileno(f)) ? TABLE_TEXT : TABLE_JSON;
}

/* How long a line may be; 0: any length.  COLUMNS goes before the terminal,
 * because it can be set for one call. */
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

/* https://no-color.org: set and not empty. */
static int
wants_colour(FILE *f)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(fileno(f)) && (no == NULL || *no == '\0') &&
	    term != NULL && *term != '\0' && strcmp(term, "dumb") != 0;
}

int
table_shown(const struct table *t, size_t i)
{
	return !(t->column[i].flags & (t->mode == TABLE_TEXT ?
	    TABLE_ONLY_JSON : TABLE_ONLY_TEXT));
}

/* Print a line for programs.  On a terminal, characters that would move the
 * cursor are replaced, too. */
static void
put_machine_line(struct table *t, const char *end)
{
	if (t->tty)
		table_print(t->f, t->line.p, t->line.len);
	else
		fwrite(t->line.p, 1, t->line.len, t->f);
	fputs(end, t->f);
	buf_clear(&t->line);
}

static void
csv_headings(struct table *t)
{
	size_t i, first = 1;

	for (i = 0; i < t->n; i++) {
		if (!table_shown(t, i))
			continue;
		csv_field(&t->line, (int)first, t->column[i].key,
		    strlen(t->column[i].key));
		first = 0;
	}
	put_machine_line(t, CSV_END);
}

struct table *
table_new(FILE *f, enum table_mode mode, enum table_style style,
    const struct table_column *column, size_t n)
{
	struct table *t;
	size_t i;

	t = xcalloc(1, sizeof *t);
	t->f = f;
	t->mode = table_mode(mode, f);
	t->tty = isatty(fileno(f));
	t->style = style;
	t->column = column;
	t->n = n;
	t->place = xcalloc(n + 1, sizeof *t->place);
	for (i = 0; i < n; i++)
		t->place[i].width = strlen(column[i].key);
	t->limit = t->mode == TABLE_TEXT ? line_limit(f) : 0;
	t->colour = t->mode == TABLE_TEXT && wants_colour(f);
	jsonw_init(&t->w, &t->line);
	if (t->mode == TABLE_CSV)
		csv_headings(t);
	return t;
}

int
table_is_text(const struct table *t)
{
	return t->mode == TABLE_TEXT;
}

/* Begin the next cell as JSON, with its key. */
static int
next_json(struct table *t)
{
	size_t i = t->at;

	assert(i < t->n);
	if (t->mode != TABLE_JSON)
		return 0;
	if (i == 0)
		jsonw_object(&t->w);
	if (!table_shown(t, i)) {
		t->at++;
		return 0;
	}
	jsonw_key(&t->w, t->column[i].key);
	t->at++;
	return 1;
}

static void
csv_cell(struct table *t, size_t i, const char *s, size_t n)
{
	size_t k;

	for (k = 0; k < i && !table_shown(t, k); k++)
		;
	csv_field(&t->line, k == i, s, n);
}

/* Keep a cell of text as it will be shown. */
static void
keep(struct table *t, const char *s, size_t n)
{
	struct cell *c;
	size_t i = t->at;

	if (t->mode == TABLE_JSON)
		return;
	assert(i < t->n);
	t->at++;
	if (t->mode == TABLE_CSV) {
		if (table_shown(t, i))
			csv_cell(t, i, s, n);
		return;
	}
	if (t->ncell == t->cap) {
		t->cap = t->cap == 0 ? 64 : t->cap * 2;
		t->cell = xrealloc(t->cell, t->cap, sizeof *t->cell);
	}
	c = &t->cell[t->ncell++];
	c->off = t->text.len;
	c->width = glyph_clean(&t->text, s, n);
	c->len = t->text.len - c->off;
	c->tint = t->tint;
	t->place[i].filled |= c->width > 0;
	if (!t->begun && c->width > t->place[i].width)
		t->place[i].width = c->width;
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

/* People get whole seconds, programs every digit. */
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
	if (t->style == TABLE_ROWS && t->mode == TABLE_TEXT)
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

int
table_end(struct table *t)
{
	assert(t->at == t->n);
	t->at = 0;
	t->rows++;
	if (t->mode == TABLE_CSV) {
		put_machine_line(t, CSV_END);
	} else if (t->mode == TABLE_JSON) {
		jsonw_close(&t->w, '}');
		jsonw_line(&t->w);
		t->line.len--;		/* the line feed */
		put_machine_line(t, "\n");
	} else if (t->style == TABLE_BLOCK) {
		table_put_block(t);
	} else if (t->begun || t->ncell >= TABLE_SAMPLE * t->n) {
		table_put_rows(t);
	}
	t->tint = TABLE_NORMAL;
	return ferror(t->f) ? E_IO : 0;
}

size_t
table_rows(const struct table *t)
{
	return t->rows;
}

void
table_tint(struct table *t, enum table_tint tint)
{
	t->tint = tint;
}

int
table_flush(struct table *t)
{
	if (t->mode == TABLE_TEXT && t->style == TABLE_ROWS)
		table_put_rows(t);
	return fflush(t->f) != 0 || ferror(t->f) ? E_IO : 0;
}

void
table_free(struct table *t)
{
	if (t == NULL)
		return;
	if (t->mode == TABLE_TEXT)
		table_put_rows(t);
	buf_release(&t->line);
	buf_release(&t->text);
	free(t->place);
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

void
table_write(FILE *f, const char *s, size_t n)
{
	const char *end = s + n, *p;

	if (!isatty(fileno(f))) {
		fwrite(s, 1, n, f);
		return;
	}
	for (; s < end; s = p) {
		p = memchr(s, '\n', (size_t)(end - s));
		table_print(f, s, (size_t)((p != NULL ? p : end) - s));
		if (p != NULL)
			fputc('\n', f);
		p = p != NULL ? p + 1 : end;
	}
}

void
table_sentence(FILE *f, const char *s, size_t n)
{
	size_t limit = line_limit(f), lead = 0, at, i, end, width;

	while (lead < n && s[lead] == ' ')
		lead++;
	fprintf(f, "%*s", (int)lead, "");
	for (at = i = lead; i < n; i = end + 1) {
		for (end = i; end < n && (s[end] != ' ' ||
		    !glyph_breaks(s, n, end)); end++)
			;
		width = table_width(s + i, end - i);
		if (i > lead && limit > 0 && at + 1 + width > limit) {
			fprintf(f, "\n%*s", (int)lead + FURTHER, "");
			at = lead + FURTHER;
		} else if (i > lead) {
			fputc(' ', f);
			at++;
		}
		table_print(f, s + i, end - i);
		at += width;
	}
	fputc('\n', f);
}
